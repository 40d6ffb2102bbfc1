"""Which address shows which page."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html

from simulator.app.dashboard import desk_work
from simulator.app.dashboard.context import Context, language_of, look_of
from simulator.app.dashboard.pages import compare, desk, explore, learn, play
from simulator.app.dashboard.pages.shell import PAGES, frame
from simulator.app.dashboard.presets import presets
from simulator.app.dashboard.texts import say

PREFIXES = ("", "board-", "story-")
"""Of the stores of pages that watch something under way."""


def page(context: Context, path: str | None, search: str | None, look: Any) -> list[Any]:
    """The page of an address, in its frame."""
    language, session = language_of(search), context.session()
    path = path or "/"
    name = path.strip("/").split("/")[0] or "play"
    preset = play.preset_of(path)
    if preset is not None:
        own = session.desk(preset)
        desk_work.warm(own, session, context)
        content = play.render(own, context, language, look_of(look))
    elif path.strip("/") in ("", "play"):
        content = play.shelf("play", presets(), language)
    elif path.strip("/") == "learn":
        content = learn.render(session, language)
    elif path.strip("/") == "compare":
        content = compare.render(context, session, language, look_of(look))
    elif name == "explore":
        content = explore.render(context, session, language, look_of(look))
    else:
        content = [html.H1(say(language, "page.missing")), html.P(say(language, "page.missing_why"))]
    return frame(name if name in PAGES else "", path, language, content)


def register(app: Dash, context: Context) -> None:
    """The callback that turns an address into a page, and those that run in the browser."""

    @app.callback(  # type: ignore[untyped-decorator]
        Output("frame", "children"),
        Input("url", "pathname"),
        Input("url", "search"),
        State("look", "data"),
    )
    def show(path: str, search: str, look: Any) -> Any:
        return page(context, path, search, look)

    app.clientside_callback(
        ClientsideFunction("simulator", "rendered"),
        Output("spoken", "data"),
        Input("frame", "children"),
        State("url", "search"),
    )
    for prefix in PREFIXES:
        app.clientside_callback(
            ClientsideFunction("simulator", "next"),
            Output("spoken", "data", allow_duplicate=True),
            Input(f"{prefix}shown", "data"),
            prevent_initial_call=True,
        )
    for part in (desk, compare, explore):
        part.register(app, context)
