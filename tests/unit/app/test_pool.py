"""The app's workers: jobs come back, owners take turns, a job that is called off frees its worker, none survives."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.app.dashboard.pool import LOST, NO_START, PATIENCE_SECONDS, STARTS, Pool, Ticket
from simulator.app.dashboard.worker import Ended
from simulator.errors import InputError
from tests.support.pool_jobs import serve, serve_nothing

LONG = 60.0
"""Nothing here takes so long unless it hangs."""


class Asked:
    """A job and what was heard of it."""

    def __init__(self, pool: Pool, name: str, *arguments: Any, owner: str = "a", urgent: float = 0.0):
        self.news: list[Any] = []
        self.ended: Ended | None = None
        self.over = threading.Event()
        self.ticket = Ticket(owner, name, arguments, lambda *what: self.news.append(what), self._end, urgent)
        pool.ask(self.ticket)

    def _end(self, ended: Ended) -> None:
        self.ended = ended
        self.over.set()

    @property
    def result(self) -> Ended:
        assert self.over.wait(LONG)
        assert self.ended is not None
        return self.ended


@pytest.fixture
def pools() -> Iterator[Callable[..., Pool]]:
    made: list[Pool] = []

    def make(workers: int, **options: Any) -> Pool:
        made.append(Pool(workers, **{"serve": serve, **options}))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_job_comes_back_with_its_news_from_another_process(pools: Callable[..., Pool]) -> None:
    pool = pools(1)
    asked = Asked(pool, "echo", "word")
    word, pid = asked.result.result
    assert word == "word"
    assert [pid] == pool.pids()
    assert pid != os.getpid()
    assert asked.news == [("half",)]
    assert pool.busy == 0


def test_a_job_that_fails_says_why_and_the_worker_goes_on(pools: Callable[..., Pool]) -> None:
    pool = pools(1)
    assert Asked(pool, "fail").result.error == "it went wrong"
    assert Asked(pool, "echo", 1).result.result == (1, *pool.pids())


def test_a_worker_that_dies_fails_its_job_alone_and_is_replaced(pools: Callable[..., Pool]) -> None:
    pool = pools(1)
    first = Asked(pool, "echo").result.result
    dying, next_one = Asked(pool, "die"), Asked(pool, "echo")
    assert dying.result.error == LOST
    assert next_one.result.error == ""
    assert next_one.result.result != first
    assert not alive(first[0])


def test_a_job_called_off_frees_its_worker_which_stays(pools: Callable[..., Pool]) -> None:
    pool = pools(1)
    asked = Asked(pool, "listen")
    until(lambda: pool.busy == 1)
    pids = pool.pids()
    began = time.monotonic()
    pool.stop(asked.ticket)
    assert asked.result.stopped
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert pool.busy == 0
    assert pool.pids() == pids
    assert Asked(pool, "echo").result.result == (pids[0],)


def test_a_worker_that_does_not_hear_is_killed_and_replaced(pools: Callable[..., Pool]) -> None:
    pool = pools(1)
    asked = Asked(pool, "deaf")
    until(lambda: pool.busy == 1)
    pids = pool.pids()
    pool.stop(asked.ticket)
    assert asked.result.stopped
    assert not alive(pids[0])
    assert Asked(pool, "echo").result.result != (pids[0],)


def test_a_job_that_waits_is_forgotten_when_called_off(pools: Callable[..., Pool], tmp_path: Path) -> None:
    pool = pools(1)
    gate = tmp_path / "gate"
    first, second, third = Asked(pool, "listen", str(gate)), Asked(pool, "echo", 2), Asked(pool, "echo", 3)
    until(lambda: pool.busy == 1)
    pool.stop(second.ticket)
    gate.touch()
    assert third.result.result[0] == 3
    assert first.result.error == ""
    assert not second.over.is_set()


def test_a_stop_that_comes_too_late_stops_nothing_else(pools: Callable[..., Pool]) -> None:
    """The number of a job that has ended, sent to a worker that waits, is passed over."""
    pool = pools(1)
    asked = Asked(pool, "echo")
    assert asked.result.error == ""
    pool._workers[0].link.send(asked.ticket.number)
    pool.stop(asked.ticket)
    assert Asked(pool, "echo", 5).result.result[0] == 5


def test_owners_take_turns_and_the_urgent_goes_first(pools: Callable[..., Pool], tmp_path: Path) -> None:
    pool, gate, order = pools(1), tmp_path / "gate", list[str]()
    Asked(pool, "listen", str(gate), owner="greedy")
    until(lambda: pool.busy == 1)
    waiting = []
    for name, owner, urgent in (("g1", "greedy", 0.0), ("g2", "greedy", 5.0), ("b1", "b", -9.0), ("g3", "greedy", 0.0)):
        asked = Asked(pool, "echo", owner=owner, urgent=urgent)
        asked.ticket.on_end = lambda ended, name=name, asked=asked: (order.append(name), asked._end(ended))  # type: ignore[misc]
        waiting.append(asked)
    assert pool.ahead("b") == 3
    gate.touch()
    for asked in waiting:
        assert asked.over.wait(LONG)
    assert order == ["b1", "g2", "g1", "g3"]


def test_a_worker_is_left_for_whoever_has_none(pools: Callable[..., Pool], tmp_path: Path) -> None:
    """Of two workers one is busy for a, and both ask: b, who has none under way, goes first."""
    pool, gate = pools(2), tmp_path / "gate"
    until(lambda: pool.warm == 2)
    holding = [Asked(pool, "listen", str(gate), owner="a"), Asked(pool, "listen", owner="a")]
    until(lambda: pool.busy == 2)
    later = Asked(pool, "listen", str(tmp_path / "never"), owner="a")
    other = Asked(pool, "echo", owner="b")
    gate.touch()
    assert holding[0].result.error == ""
    assert other.result.error == ""
    pool.stop(holding[1].ticket)
    pool.stop(later.ticket)


def test_an_owner_has_limits(pools: Callable[..., Pool]) -> None:
    pool = pools(2, at_once=1, waiting=2)
    until(lambda: pool.warm == 2)
    first = Asked(pool, "listen")
    until(lambda: pool.busy == 1)
    second = [Asked(pool, "listen"), Asked(pool, "listen")]
    with pytest.raises(InputError, match="there are 2 runs waiting; allowed: 2 at most"):
        Asked(pool, "listen")
    assert Asked(pool, "echo", owner="b").result.error == ""
    assert pool.busy == 1, "the second worker is not for the same owner"
    pool.stop_all("a")
    assert first.result.stopped
    until(lambda: pool.busy == 0)
    assert not any(asked.over.is_set() for asked in second)


def test_workers_that_cannot_start_are_given_up(pools: Callable[..., Pool], capfd: pytest.CaptureFixture[str]) -> None:
    pool = pools(1, serve=serve_nothing)
    assert Asked(pool, "echo").result.error == NO_START
    assert pool.size == 0
    with pytest.raises(InputError, match="no worker process can start"):
        Asked(pool, "echo")
    assert STARTS == 3


def test_closing_ends_every_process(pools: Callable[..., Pool]) -> None:
    pool = pools(2)
    until(lambda: pool.warm == 2)
    Asked(pool, "deaf")
    until(lambda: pool.busy == 1)
    pids = pool.pids()
    assert all(alive(pid) for pid in pids)
    pool.close()
    assert not any(alive(pid) for pid in pids)
    with pytest.raises(InputError, match="closing"):
        Asked(pool, "echo")
    pool.close()
