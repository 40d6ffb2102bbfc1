"""The frame of every page: header, navigation, language, theme, and the stores through which the browser talks."""

from __future__ import annotations

from dash import dcc, html

from simulator.app.dashboard.context import address
from simulator.app.dashboard.texts import LANGUAGES, say

PAGES = ("play", "compare", "explore", "learn")


def layout() -> html.Div:
    """What is there before any page is: the address, what the browser tells of itself, and room for a page."""
    return html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="look", data=None),
            dcc.Store(id="spoken", data=None),
            dcc.Download(id="download"),
            html.Div(id="frame"),
        ]
    )


def frame(page: str, path: str, language: str, content: list[object]) -> list[object]:
    """The header around a page."""
    links = [
        dcc.Link(
            say(language, f"nav.{name}"),
            href=address(f"/{name}", language),
            className="current" if name == page else "",
        )
        for name in PAGES
    ]
    tongues: list[object] = [
        dcc.Link(name, href=address(path, code), className="current" if code == language else "")
        for code, name in LANGUAGES.items()
    ]
    return [
        html.A(say(language, "page.skip"), href="#content", className="skip"),
        html.Header([_bar(tongues, language), html.Nav(links, **{"aria-label": say(language, "nav.label")})]),
        html.Main(content, id="content", tabIndex="-1", lang=language, **{"data-path": path}),
        html.Footer(html.P(say(language, "page.simulated")), className="foot"),
    ]


def _bar(tongues: list[object], language: str) -> html.Div:
    theme = html.Button(
        say(language, "page.dark"), id="theme", type="button", className="button quiet", **{"aria-pressed": "false"}
    )
    return html.Div(
        [
            dcc.Link(say(language, "page.title"), href=address("/play", language), className="brand"),
            html.Div([html.Div(tongues, className="languages"), theme], className="tools"),
        ],
        className="bar",
    )
