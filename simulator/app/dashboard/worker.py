"""A worker process of the app: warms up, then does one job after another until it is told to end."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from simulator.app.dashboard import work
from simulator.errors import SimulatorError

JOBS = {
    "run": "simulator.app.dashboard.work:make",
    "prepare": "simulator.app.dashboard.work:prepare",
    "story": "simulator.app.dashboard.follow:tell_story",
}
"""What can be asked of a worker: functions that take their arguments, then ``tell`` and ``stopped``."""

WORLDS_KEPT = 48
"""Populations and graphs that a worker keeps: three things for each of 16 worlds."""


@dataclass(frozen=True)
class Ready:
    """The worker has warmed up."""


@dataclass(frozen=True)
class News:
    """What a job tells while it goes on."""

    job: int
    what: tuple[Any, ...]


@dataclass(frozen=True)
class Ended:
    """A job is over. `error` is empty if it went well; `stopped`: it was called off."""

    job: int
    result: Any = None
    error: str = ""
    stopped: bool = False


def serve(link: Connection, part: int, parts: int) -> None:
    """Do what comes down the link until it is closed: ``(job, name, arguments)``, or the number of a job to stop."""
    from simulator.ensemble.worker import start_worker

    start_worker()
    _warm_up(part, parts)
    link.send(Ready())
    while True:
        try:
            asked = link.recv()
        except (EOFError, OSError):
            return
        if isinstance(asked, int):
            continue  # it ended before it could be stopped
        job, name, arguments = asked
        link.send(_do(link, job, JOBS[name], arguments))


def _do(link: Connection, job: int, function: str, arguments: tuple[Any, ...]) -> Ended:
    from simulator.ensemble.worker import resolve

    def tell(*what: Any) -> None:
        link.send(News(job, what))

    def stopped() -> bool:
        return link.poll() and link.recv() == job

    try:
        call: Callable[..., Any] = resolve(function)
        return Ended(job, call(*arguments, tell=tell, stopped=stopped))
    except work.StoppedError:
        return Ended(job, stopped=True)
    except SimulatorError as error:
        return Ended(job, error=str(error))
    except Exception as error:  # one bad job must not end the worker
        traceback.print_exc()
        return Ended(job, error=f"{type(error).__name__}: {error}")


def _warm_up(part: int, parts: int) -> None:
    """Compile a share of the kernels, load the rest from the cache, and keep more worlds than a study needs."""
    from simulator.ensemble.worker import MODEL, warm_up
    from simulator.model.run import simulate
    from simulator.model.world import keep_worlds
    from simulator.scenario.loader import load

    warm_up(MODEL, part, parts)
    keep_worlds(WORLDS_KEPT)
    for name in ("marketplace", "private_circle", "public_feed"):
        simulate(load(name, ("market.users=300", "market.days=1")).scenario, seed=0)
