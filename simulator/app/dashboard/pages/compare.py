"""Compare: arms that were put aside, in the same worlds, with paired differences and their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from simulator.app.dashboard.amounts import told
from simulator.app.dashboard.board_work import (
    KIND,
    KINDS,
    OUTCOME,
    OUTCOMES,
    enter,
    everything,
    paired,
    start,
    summary,
    unit_of,
)
from simulator.app.dashboard.comparison import RUNNING
from simulator.app.dashboard.context import Context, address, language_of, look_of
from simulator.app.dashboard.desk_work import SEED, WORLDS
from simulator.app.dashboard.export import changes, scenario_yaml
from simulator.app.dashboard.figures import Dot, Look, dots_figure, styles_of
from simulator.app.dashboard.pages.parts import (
    MOST_LETTERS,
    button,
    choice,
    field_row,
    figure,
    stores,
    table,
    triggered,
)
from simulator.app.dashboard.pages.status import told_status
from simulator.app.dashboard.readings.base import Table
from simulator.app.dashboard.sessions import Board, Pin, Session
from simulator.app.dashboard.texts import metric, say
from simulator.report.style import ArmStyle
from simulator.scenario.scalars import describe

POLL_SECONDS = 0.15
MOST_CHANGES = 6
"""So many changes of an arm are listed; its scenario file holds all."""


def render(context: Context, session: Session, language: str, look: Look) -> list[Any]:
    """The board, as it was left."""
    board = session.board
    head = [html.H1(say(language, "compare.title")), html.P(say(language, "compare.lead"))]
    if not board.pins:
        link = dcc.Link(say(language, "compare.go"), href=address("/play", language))
        return [*head, html.P(say(language, "compare.empty")), html.P(link)]
    return [
        *stores("board-"),
        *head,
        html.Ul([_card(pin, language) for pin in board.pins.values()], className="pins"),
        html.Div(
            [
                html.Section(_controls(board, language), className="controls"),
                html.Section(
                    [
                        html.P(_status(board, context, language)[0], id="board-status", role="status"),
                        html.Progress(
                            id="board-progress", value="0", max="1",
                            **{"aria-label": say(language, "play.progress")},
                        ),
                        html.Div(result(board, language, look), id="board-result"),
                    ],
                    className="stage",
                ),
            ],
            className="desk",
            **{"data-store": "board-edited"},
        ),
        dcc.Interval(id="board-beat", interval=2000, disabled=True),
    ]  # fmt: skip


def name_of(pin: Pin, language: str) -> str:
    """How a pinned arm is called: with its number, for one may be pinned twice."""
    return f"{pin.key} · {pin.name[language]}"


def _card(pin: Pin, language: str) -> html.Li:
    found = changes(pin.arm, pin.parent)
    items = [
        html.Li([html.Code(path), f" {describe(new)} ", say(language, "compare.instead", value=describe(old))])
        for path, old, new in found[:MOST_CHANGES]
    ]
    if len(found) > MOST_CHANGES:
        items.append(html.Li(say(language, "compare.more", n=len(found) - MOST_CHANGES)))
    name = name_of(pin, language)
    return html.Li(
        [
            html.H2(name),
            html.P(say(language, "compare.from", scenario=pin.parent), className="note"),
            html.Ul(items) if items else html.P(say(language, "compare.unchanged"), className="note"),
            html.Div(
                [
                    button(
                        say(language, "compare.file"), {"type": "file", "key": pin.key},
                        **{"aria-label": say(language, "compare.file_of", arm=name)},
                    ),
                    button(
                        say(language, "compare.remove"), {"type": "unpin", "key": pin.key},
                        **{"aria-label": say(language, "compare.remove_of", arm=name)},
                    ),
                ],
                className="buttons",
            ),
        ],
        className="card",
    )  # fmt: skip


def _controls(board: Board, language: str) -> list[Any]:
    outcomes = [(name, metric(name, language)) for name in OUTCOMES]
    kinds = [(kind, say(language, f"kind.{kind}")) for kind in KINDS]
    return [
        choice(OUTCOME, say(language, "compare.outcome"), outcomes, board.metric),
        choice(KIND, say(language, "compare.kind"), kinds, board.kind),
        html.Div(
            [
                field_row(
                    key, say(language, f"field.{key}"), text, language,
                    note=say(language, f"field.{key}.note"), error=board.wrong.get(key, ""), page="board-",
                )
                for key, text in ((WORLDS, board.worlds), (SEED, board.seed))
            ],
            className="pair",
        ),
        html.P(board.wrong.get("", ""), id={"type": "board-error", "key": ""}, className="error", role="alert"),
        html.Div(
            [
                button(say(language, "compare.run"), "board-run", "button strong"),
                button(say(language, "play.cancel"), "board-cancel"),
                button(say(language, "play.export"), "board-export"),
            ],
            className="buttons",
        ),
    ]  # fmt: skip


def _status(board: Board, context: Context, language: str) -> tuple[str, str]:
    return told_status(board.comparison, board.wrong, context.pool, language, say(language, "compare.ready"))


def result(board: Board, language: str, look: Look) -> list[Any]:
    """What the finished worlds say of the chosen outcome."""
    comparison = board.comparison
    if comparison is None or not comparison.worlds:
        return [html.P(say(language, "play.nothing"), className="note")]
    levels, pairs = summary(board, comparison), paired(board, comparison)
    if not levels:
        return [html.P(say(language, "compare.no_campaign"), className="note")]
    names = {key: name_of(pin, language) for key, pin in board.pins.items()}
    styles = _styles(board)
    unit = unit_of(board.metric)
    signed = board.kind == "effect"
    dots = []
    for key, own in levels:
        text = told(own.mean, own.low, own.high, unit, language, signed=signed)
        dots.append(Dot(names[key], text, own.mean, own.low, own.high, styles[key]))
    axis = say(language, f"axis.{board.kind}", metric=metric(board.metric, language))
    parts: list[Any] = [html.H2(axis), figure("board-dots", dots_figure(dots, axis, unit, language, look), axis)]
    if pairs:
        minus = say(language, "compare.minus")
        heading = say(language, "compare.differences")
        between, rows = [], []
        for a, b, lead in pairs:
            name = f"{names[a]} {minus} {names[b]}"
            text = told(lead.mean, lead.low, lead.high, unit, language, signed=True)
            between.append(Dot(name, text, lead.mean, lead.low, lead.high))
            verdict = say(language, "word.separable" if lead.separable else "word.not_separable")
            rows.append((name, text, _p(lead.p_holm), str(lead.n), verdict))
        heads = tuple(say(language, f"table.{key}") for key in ("pair", "difference", "p", "worlds", "verdict"))
        parts += [
            html.H2(heading),
            figure("board-pairs", dots_figure(between, axis, unit, language, look), heading),
            table(Table(heads, tuple(rows)), heading),
            html.P(say(language, "compare.how"), className="note"),
        ]
    return parts  # fmt: skip


def _p(value: float) -> str:
    return "–" if value != value else "< 0.001" if value < 0.001 else f"{value:.3f}"


def _styles(board: Board) -> dict[str, ArmStyle]:
    kinds = [str(pin.arm.resolved["platforms"][0]["kind"]) for pin in board.pins.values()]
    found = styles_of(list(board.pins), kinds)
    return {key: found[key] for key in board.pins}


def register(app: Dash, context: Context) -> None:
    """The callbacks of the board."""
    _acting(app, context)
    _unpinning(app, context)
    _exporting(app, context)


def _acting(app: Dash, context: Context) -> None:
    """Entries, runs, cancelling, and what is asked while runs go on."""

    @app.callback(  # type: ignore[untyped-decorator]
        Output({"type": "board-error", "key": ALL}, "children"),
        Output("board-status", "children"),
        Output("board-status", "className"),
        Output("board-progress", "value"),
        Output("board-result", "children"),
        Output("board-shown", "data"),
        Output("board-beat", "disabled"),
        Input("board-edited", "data"),
        Input("board-run", "n_clicks"),
        Input("board-cancel", "n_clicks"),
        Input("board-pulse", "data"),
        Input("board-beat", "n_intervals"),
        Input("look", "data"),
        State("url", "search"),
        State("board-shown", "data"),
        prevent_initial_call=True,
    )
    def act(edited: Any, _run: Any, _cancel: Any, _pulse: Any, _beat: Any, look: Any, search: str, shown: Any) -> Any:
        language, session = language_of(search), context.session()
        causes, board = triggered(), session.board
        with session.lock:
            if "board-edited" in causes and isinstance(edited, dict):
                enter(board, str(edited.get("key", "")), str(edited.get("value", ""))[:MOST_LETTERS])
            if "board-cancel" in causes and board.comparison is not None:
                board.comparison.stop()
            elif "board-run" in causes:
                start(session, context, language)
        comparison = board.comparison
        if causes <= {"board-pulse", "board-beat"} and comparison is not None and isinstance(shown, dict):
            comparison.wait(int(shown.get("version", -1)), POLL_SECONDS)
        status, state = _status(board, context, language)
        version = comparison.version if comparison is not None else 0
        now = {"version": version, "state": state, "pulse": "board-pulse" if state == RUNNING else ""}
        share = comparison.share_done if comparison is not None else 0.0
        errors = [board.wrong.get(one["id"]["key"], "") for one in ctx.outputs_list[0]]
        waiting = causes == {"board-pulse"} and isinstance(shown, dict) and shown.get("version") == version
        body = no_update if waiting else result(board, language, look_of(look))
        return errors, status, state, f"{share:.3f}", body, now, state != RUNNING


def _unpinning(app: Dash, context: Context) -> None:
    """A run is taken off the board; what was compared with it is called off."""

    @app.callback(  # type: ignore[untyped-decorator]
        Output("frame", "children", allow_duplicate=True),
        Input({"type": "unpin", "key": ALL}, "n_clicks"),
        State("look", "data"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def unpin(clicks: Sequence[int], look: Any, path: str, search: str) -> Any:
        from simulator.app.dashboard.pages.routes import page

        if not any(clicks):
            return no_update
        session = context.session()
        with session.lock:
            session.board.pins.pop(str(ctx.triggered_id["key"]), None)
            if session.board.comparison is not None:
                session.board.comparison.stop()
                session.board.comparison = None
        return page(context, path, search, look)


def _exporting(app: Dash, context: Context) -> None:
    """The scenario of one run, or everything with the command that repeats it."""

    @app.callback(  # type: ignore[untyped-decorator]
        Output("download", "data", allow_duplicate=True),
        Input({"type": "file", "key": ALL}, "n_clicks"),
        Input("board-export", "n_clicks"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def export(files: Sequence[int], whole: int, search: str) -> Any:
        board = context.session().board
        if isinstance(ctx.triggered_id, dict):
            pin = board.pins.get(str(ctx.triggered_id["key"])) if any(files) else None
            if pin is not None:
                return dcc.send_string(scenario_yaml(pin.arm, pin.parent), f"{pin.arm.resolved['name']}.yaml")
        elif whole:
            packed = everything(board, context, language_of(search))
            if packed is not None:
                return dcc.send_bytes(packed, "compare.zip")
        return no_update
