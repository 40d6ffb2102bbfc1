"""`simulator app`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.app import console


@dataclass(frozen=True)
class Request:
    """What was asked."""

    port: int
    host: str
    results: Path
    jobs: int | None
    names: tuple[str, ...]


def run(request: Request) -> None:
    """Serve the app until it is interrupted."""
    from simulator.app.dashboard.server import Settings, serve

    settings = Settings(request.host, request.port, request.results, request.jobs, request.names)
    serve(settings, lambda address: console.say(f"The app is at {address} (Ctrl-C ends it)"))
