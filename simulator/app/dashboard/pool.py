"""The app's workers: spawned processes that stay, a queue that is fair to sessions, and a way to call a job off.

A job that is called off ends at its next tick, and its worker keeps its worlds; a worker that does not answer within
`PATIENCE_SECONDS` is killed and replaced. One thread listens to all workers; whoever asks is told from that thread.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from simulator.app.dashboard.worker import Ended, News, Ready, serve
from simulator.errors import InputError

PATIENCE_SECONDS = 1.0
"""A worker that is told to stop gets so long before it is killed."""

STARTS = 3
"""So many workers in a row may die before they are ready; then none is started any more."""

MOST_TURNS = 1024
"""Owners of whom it is remembered when they were served last."""

LOST = "its worker process was killed, most often for want of memory"
NO_START = "no worker process can start; the terminal in which the app was started says why"
CLOSED = "the app is closing"


Serve = Callable[[Connection, int, int], None]


@dataclass(eq=False)
class Ticket:
    """A job that was asked for.

    Attributes
    ----------
    owner : whose it is; owners take turns.
    name, arguments : see `worker.JOBS`.
    on_news, on_end : called with what the job tells, and with how it ended; never after `Pool.stop` for a waiting job.
    urgent : among one owner's jobs, larger goes first.
    """

    owner: str
    name: str
    arguments: tuple[Any, ...]
    on_news: Callable[..., None]
    on_end: Callable[[Ended], None]
    urgent: float = 0.0
    number: int = field(default_factory=itertools.count().__next__)
    stopped: bool = False


class _Worker:
    """A process and the job it is doing."""

    def __init__(self, serve: Serve, part: int, parts: int):
        self.link, theirs = Pipe()
        self.process: BaseProcess = get_context("spawn").Process(target=serve, args=(theirs, part, parts), daemon=True)
        self.process.start()
        theirs.close()
        self.part = part
        self.ready = False
        self.ticket: Ticket | None = None
        self.told_to_stop = 0.0

    @property
    def free(self) -> bool:
        return self.ready and self.ticket is None

    def end(self) -> None:
        """Kill the process and wait for it."""
        self.process.kill()
        self.process.join()
        self.link.close()


class Pool:
    """Workers and the jobs that wait for them.

    Parameters
    ----------
    workers : processes, by default one a processor.
    at_once : jobs that one owner may have under way.
    waiting : jobs that one owner may have waiting.
    serve : what a worker process does with its end of a pipe, its number and how many there are.
    """

    def __init__(self, workers: int | None = None, *, at_once: int = 4, waiting: int = 512, serve: Serve = serve):
        count = workers or os.cpu_count() or 1
        self._at_once, self._most_waiting = at_once, waiting
        self._lock = threading.RLock()
        self._queue: list[Ticket] = []
        self._closed = False
        self._died_early = 0
        self._served: dict[str, int] = {}
        self._turns = itertools.count(1)
        self._bell, self._rung = Pipe(duplex=False)
        self._serve = serve
        self._workers = [_Worker(serve, part, count) for part in range(count)]
        self._thread = threading.Thread(target=self._listen, name="simulator-pool", daemon=True)
        self._thread.start()

    # -- asking

    def ask(self, ticket: Ticket) -> Ticket:
        """Put a job into the queue.

        Raises
        ------
        InputError
            If its owner has too many waiting already, or the pool is closed.
        """
        with self._lock:
            if self._closed:
                raise InputError(CLOSED)
            if not self._workers:
                raise InputError(NO_START)
            if sum(other.owner == ticket.owner for other in self._queue) >= self._most_waiting:
                raise InputError(f"there are {self._most_waiting} runs waiting; allowed: {self._most_waiting} at most")
            self._queue.append(ticket)
        self._ring()
        return ticket

    def stop(self, ticket: Ticket) -> None:
        """Call a job off. One that waits is forgotten; one under way ends at its next tick, or is ended."""
        with self._lock:
            ticket.stopped = True
            if ticket in self._queue:
                self._queue.remove(ticket)
                return
            for worker in self._workers:
                if worker.ticket is ticket and not worker.told_to_stop:
                    worker.told_to_stop = time.monotonic()
                    self._send(worker, ticket.number)
        self._ring()

    def stop_all(self, owner: str) -> None:
        """Call off everything an owner asked for."""
        with self._lock:
            mine = [one for one in self._queue if one.owner == owner]
            mine += [worker.ticket for worker in self._workers if worker.ticket and worker.ticket.owner == owner]
        for ticket in mine:
            self.stop(ticket)

    @property
    def size(self) -> int:
        """Workers there are."""
        return len(self._workers)

    @property
    def warm(self) -> int:
        """Workers that have warmed up."""
        with self._lock:
            return sum(worker.ready for worker in self._workers)

    @property
    def busy(self) -> int:
        """Workers that are doing a job."""
        with self._lock:
            return sum(worker.ticket is not None for worker in self._workers)

    def pids(self) -> list[int]:
        """The worker processes."""
        with self._lock:
            return [worker.process.pid for worker in self._workers if worker.process.pid is not None]

    def ahead(self, owner: str) -> int:
        """Jobs of others that wait."""
        with self._lock:
            return sum(ticket.owner != owner for ticket in self._queue)

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.clear()
        self._ring()
        self._thread.join()
        for worker in self._workers:
            worker.end()

    # -- listening

    def _ring(self) -> None:
        """Wake the listening thread."""
        with self._lock:
            self._rung.send_bytes(b"!")

    def _listen(self) -> None:
        while True:
            with self._lock:
                if self._closed:
                    return
                self._share_out()
                links: dict[Any, _Worker] = {worker.link: worker for worker in self._workers}
                patience = self._patience()
            heard = wait([self._bell, *links], patience)
            if self._bell in heard:
                self._bell.recv_bytes()
            for link in heard:
                if link is not self._bell:
                    self._hear(links[link])
            self._kill_the_deaf()

    def _share_out(self) -> None:
        """Give free workers jobs: of the owner with the fewest under way, then of the one not served for longest; of
        that owner's jobs the most urgent, then the oldest."""
        for worker in self._workers:
            if not worker.free or not self._queue:
                continue
            busy = [other.ticket.owner for other in self._workers if other.ticket is not None]
            able = [one for one in self._queue if busy.count(one.owner) < self._at_once]
            if not able:
                return
            turn = {one.owner: (busy.count(one.owner), self._served.get(one.owner, 0)) for one in able}
            ticket = min(able, key=lambda one: (turn[one.owner], -one.urgent, one.number))
            self._queue.remove(ticket)
            self._served.pop(ticket.owner, None)
            self._served[ticket.owner] = next(self._turns)
            while len(self._served) > MOST_TURNS:
                del self._served[next(iter(self._served))]
            worker.ticket, worker.told_to_stop = ticket, 0.0
            self._send(worker, (ticket.number, ticket.name, ticket.arguments))

    def _send(self, worker: _Worker, what: Any) -> None:
        with contextlib.suppress(OSError):  # if it has died, the listening thread will hear of it
            worker.link.send(what)

    def _hear(self, worker: _Worker) -> None:
        try:
            said = worker.link.recv()
        except (EOFError, OSError):
            self._replace(worker, LOST)
            return
        ticket = worker.ticket
        if isinstance(said, Ready):
            with self._lock:
                worker.ready, self._died_early = True, 0
        elif ticket is None or said.job != ticket.number:
            return
        elif isinstance(said, News):
            if not ticket.stopped:
                ticket.on_news(*said.what)
        else:
            with self._lock:
                worker.ticket, worker.told_to_stop = None, 0.0
            ticket.on_end(said)

    def _patience(self) -> float | None:
        """Seconds until a worker that was told to stop is to be killed."""
        told = [worker.told_to_stop for worker in self._workers if worker.told_to_stop]
        return max(0.0, min(told) + PATIENCE_SECONDS - time.monotonic()) if told else None

    def _kill_the_deaf(self) -> None:
        now = time.monotonic()
        for worker in list(self._workers):
            if worker.told_to_stop and now - worker.told_to_stop >= PATIENCE_SECONDS:
                self._replace(worker, "")

    def _replace(self, worker: _Worker, error: str) -> None:
        """End a worker and start another in its place; its job has failed, or was called off."""
        worker.end()
        with self._lock:
            if self._closed:
                return
            self._died_early += not worker.ready
            place = self._workers.index(worker)
            if self._died_early < STARTS:
                self._workers[place] = _Worker(self._serve, worker.part, len(self._workers))
            else:
                del self._workers[place]
            orphans = [] if self._workers else self._queue
            self._queue = self._queue if self._workers else []
        if worker.ticket is not None:
            stopped = worker.ticket.stopped
            worker.ticket.on_end(Ended(worker.ticket.number, error="" if stopped else error, stopped=stopped))
        for ticket in orphans:
            ticket.on_end(Ended(ticket.number, error=NO_START))
