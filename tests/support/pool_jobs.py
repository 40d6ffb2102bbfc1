"""A worker for the tests of the pool: no model, only jobs that wait, fail, listen or do not."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from simulator.app.dashboard.worker import Ended, News, Ready


def serve(link: Connection, part: int, parts: int) -> None:
    """Like `worker.serve`, for jobs named after what they do."""
    link.send(Ready())
    while True:
        try:
            asked = link.recv()
        except (EOFError, OSError):
            return
        if isinstance(asked, int):
            continue
        job, name, arguments = asked
        link.send(_do(link, job, name, arguments))


def serve_nothing(_link: Connection, _part: int, _parts: int) -> None:
    """Dies before it is ready."""
    os._exit(3)


def _do(link: Connection, job: int, name: str, arguments: tuple[Any, ...]) -> Ended:
    if name == "echo":
        link.send(News(job, ("half",)))
        return Ended(job, (*arguments, os.getpid()))
    if name == "die":
        os._exit(9)
    if name == "fail":
        return Ended(job, error="it went wrong")
    if name == "deaf":
        time.sleep(600)
    end = time.monotonic() + 600  # "listen": until it is stopped, or its file is there
    while time.monotonic() < end:
        if link.poll(0.005) and link.recv() == job:
            return Ended(job, stopped=True)
        if arguments and Path(arguments[0]).exists():
            return Ended(job, os.getpid())
    return Ended(job)
