"""The process that serves the app: made, guarded, and ended cleanly."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from simulator.app.dashboard import guard
from simulator.app.dashboard.context import Context
from simulator.app.dashboard.limits import Limits
from simulator.app.dashboard.pool import Pool
from simulator.errors import InputError, SimulatorError

MISSING = "the app needs dash and waitress: pip install 'market-simulator[app]'"
CALLBACK = "/_dash-update-component"
THREADS = 16
"""Threads that answer; a question about a run under way holds one for a moment."""


@dataclass(frozen=True)
class Settings:
    """How the app is served.

    Attributes
    ----------
    host, port : where it listens.
    results : folder of stored results that may be opened.
    workers : processes, one a processor by default.
    names : host names it answers to, besides localhost and addresses in numbers.
    """

    host: str = "127.0.0.1"
    port: int = 8050
    results: Path = Path("results")
    workers: int | None = None
    names: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)


def make_app(context: Context, names: Sequence[str] = ()) -> Any:
    """The Dash app over a context.

    Raises
    ------
    InputError
        If dash is not installed; names the extra.
    """
    try:
        from dash import Dash
    except ImportError:
        raise InputError(MISSING) from None
    from simulator.app.dashboard.pages import routes, shell

    app = Dash(
        "simulator.app.dashboard",
        title="Market simulator",
        update_title=None,
        assets_folder=str(Path(__file__).parent / "assets"),
        suppress_callback_exceptions=True,
        serve_locally=True,
        add_log_handler=False,
        enable_mcp=False,
        websocket_callbacks=False,
    )
    app.index_string = app.index_string.replace("<html>", '<html lang="en">')
    app.layout = shell.layout()
    routes.register(app, context)
    _protect(app, context, names)
    return app


def _protect(app: Any, context: Context, names: Sequence[str]) -> None:
    """Check every request, name its session, and set the headers of every answer."""
    from flask import Response, g, request

    flask = app.server
    flask.config["MAX_CONTENT_LENGTH"] = guard.MOST_BYTES
    carried = guard.headers(app.csp_hashes())
    asked, begun = guard.Rate(guard.MOST_ASKED, guard.STRETCH), guard.Rate(guard.MOST_NEW, guard.STRETCH)

    @flask.before_request  # type: ignore[untyped-decorator]
    def check() -> Any:
        refused = guard.refusal(request.method, request.headers, names)
        cookie = request.cookies.get(guard.COOKIE, "")
        if refused is None:
            known = context.sessions.knows(cookie)
            if not (asked.allows(cookie) if known else begun.allows("")):
                refused = 429, "too many requests; wait a few seconds"
            elif request.path == CALLBACK and not guard.well_formed(request.get_data()):
                refused = 400, "the request is not one that a page of this app sends"
        if refused is not None:
            status, why = refused
            return Response(why + "\n", status, mimetype="text/plain")
        g.cookie, g.session = context.sessions.find(cookie)
        return None

    @flask.after_request  # type: ignore[untyped-decorator]
    def carry(response: Any) -> Any:
        for name, value in carried.items():
            response.headers[name] = value
        if request.path.startswith("/_dash-component-suites/"):
            return response
        response.headers.setdefault("Cache-Control", "no-store")
        cookie = getattr(g, "cookie", "")
        if cookie and request.cookies.get(guard.COOKIE) != cookie:
            response.set_cookie(guard.COOKIE, cookie, httponly=True, samesite="Strict", path="/")
        return response


def serve(settings: Settings, ready: Any = None) -> None:
    """Serve until SIGINT or SIGTERM; no worker outlives it.

    Parameters
    ----------
    ready : called with the address once the app listens.

    Raises
    ------
    SimulatorError
        If the port cannot be used, or dash or waitress is missing.
    """
    try:
        import waitress
    except ImportError:
        raise InputError(MISSING) from None
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    context = Context(
        Pool(settings.workers, at_once=settings.limits.at_once, waiting=settings.limits.waiting),
        settings.results.resolve(),
        settings.limits,
    )
    try:
        app = make_app(context, (settings.host, *settings.names))
        try:
            server = waitress.create_server(
                app.server, host=settings.host, port=settings.port, threads=THREADS, ident=None,
                max_request_body_size=4 * guard.MOST_BYTES, max_request_header_size=guard.MOST_HEADER_BYTES,
                channel_timeout=60, connection_limit=500,
            )  # fmt: skip
        except OSError as error:
            reason = error.strerror or str(error)
            raise SimulatorError(f"cannot listen on {settings.host} port {settings.port}: {reason}") from None
        with _ending_on_signals():
            if ready is not None:
                ready(f"http://{settings.host}:{settings.port}/")
            server.run()
        server.close()
    finally:
        context.pool.close()


class _ending_on_signals:  # noqa: N801 - reads as a statement
    """SIGTERM ends the server as Ctrl-C does: by an exception that the loop lets through."""

    def __enter__(self) -> None:
        self._before = None
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGTERM, self._end)

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)

    @staticmethod
    def _end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)
