"""Compare: arms that were put aside, in the same worlds, with paired differences and their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from simulator.app.dashboard.amounts import told
from simulator.app.dashboard.board_work import KIND, KINDS, OUTCOME, OUTCOMES, enter, paired, start, summary
from simulator.app.dashboard.comparison import DONE, FAILED, RUNNING
from simulator.app.dashboard.context import Context, address, language_of, look_of
from simulator.app.dashboard.desk_work import SEED, WORLDS
from simulator.app.dashboard.export import archive, changes, scenario_yaml
from simulator.app.dashboard.figures import Dot, Look, dots_figure, styles_of
from simulator.app.dashboard.pages.parts import button, choice, field_row, figure, stores, table
from simulator.app.dashboard.readings.base import Table
from simulator.app.dashboard.sessions import Board, Pin, Session
from simulator.app.dashboard.texts import metric, say
from simulator.report.style import ArmStyle
from simulator.scenario.scalars import describe

POLL_SECONDS = 0.15
MOST_CHANGES = 6
"""So many changes of an arm are listed; its scenario file holds all."""


def render(session: Session, language: str, look: Look) -> list[Any]:
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
                        html.P(_status(board, language)[0], id="board-status", role="status"),
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
                    note=say(language, f"field.{key}.note"), error=board.wrong.get(key, ""),
                )
                for key, text in ((WORLDS, board.worlds), (SEED, board.seed))
            ],
            className="pair",
        ),
        html.P(board.wrong.get("", ""), id={"type": "error", "key": ""}, className="error", role="alert"),
        html.Div(
            [
                button(say(language, "compare.run"), "board-run", "button strong"),
                button(say(language, "play.cancel"), "board-cancel"),
                button(say(language, "play.export"), "board-export"),
            ],
            className="buttons",
        ),
    ]  # fmt: skip


def _status(board: Board, language: str) -> tuple[str, str]:
    comparison = board.comparison
    if board.wrong:
        return say(language, "status.wrong"), "wrong"
    if comparison is None:
        return say(language, "compare.ready"), "ready"
    n, done = comparison.study.replications, len(comparison.worlds)
    if comparison.status == RUNNING:
        return say(language, "status.running", done=done, n=n), RUNNING
    if comparison.status == FAILED:
        return say(language, "status.failed", error="; ".join(sorted(set(comparison.errors.values())))), FAILED
    key = "status.done" if comparison.status == DONE else "status.stopped"
    return say(language, key, done=done, n=n, seconds=f"{comparison.seconds:.1f}"), comparison.status


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
    unit = levels[0][2]
    signed = board.kind == "effect"
    dots = [
        Dot(names[key], told(own.mean, own.low, own.high, unit, language, signed=signed), own.mean, own.low, own.high, styles[key])
        for key, own, _ in levels
    ]
    axis = say(language, f"axis.{board.kind}", metric=metric(board.metric, language))
    parts: list[Any] = [html.H2(axis), figure("board-dots", dots_figure(dots, axis, unit, language, look), axis)]
    if pairs:
        minus = say(language, "compare.minus")
        heading = say(language, "compare.differences")
        between = [
            Dot(
                f"{names[row['arm_a']]} {minus} {names[row['arm_b']]}",
                told(row["mean"], row["low"], row["high"], unit, language, signed=True),
                row["mean"], row["low"], row["high"],
            )
            for row in pairs
        ]
        rows = tuple(
            (
                dot.name, dot.text, _p(row["p_holm"]), str(row["n"]),
                say(language, "word.separable" if row["separable"] else "word.not_separable"),
            )
            for dot, row in zip(between, pairs, strict=True)
        )
        heads = tuple(say(language, f"table.{key}") for key in ("pair", "difference", "p", "worlds", "verdict"))
        parts += [
            html.H2(heading),
            figure("board-pairs", dots_figure(between, axis, unit, language, look), heading),
            table(Table(heads, rows), heading),
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

    @app.callback(  # type: ignore[untyped-decorator]
        Output({"type": "error", "key": ALL}, "children", allow_duplicate=True),
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
        cause, board = ctx.triggered_id, session.board
        with session.lock:
            if cause == "board-run":
                start(session, context, language)
            elif cause == "board-cancel" and board.comparison is not None:
                board.comparison.stop()
            elif cause == "board-edited" and isinstance(edited, dict):
                enter(board, str(edited.get("key", "")), str(edited.get("value", ""))[:64])
        comparison = board.comparison
        if cause in ("board-pulse", "board-beat") and comparison is not None and isinstance(shown, dict):
            comparison.wait(int(shown.get("version", -1)), POLL_SECONDS)
        status, state = _status(board, language)
        version = comparison.version if comparison is not None else 0
        now = {"version": version, "state": state, "pulse": "board-pulse" if state == RUNNING else ""}
        share = comparison.share_done if comparison is not None else 0.0
        errors = [board.wrong.get(one["id"]["key"], "") for one in ctx.outputs_list[0]]
        waiting = cause == "board-pulse" and isinstance(shown, dict) and shown.get("version") == version
        body = no_update if waiting else result(board, language, look_of(look))
        return errors, status, state, f"{share:.3f}", body, now, state != RUNNING

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

    @app.callback(  # type: ignore[untyped-decorator]
        Output("download", "data", allow_duplicate=True),
        Input({"type": "file", "key": ALL}, "n_clicks"),
        Input("board-export", "n_clicks"),
        prevent_initial_call=True,
    )
    def export(files: Sequence[int], everything: int) -> Any:
        board = context.session().board
        if isinstance(ctx.triggered_id, dict) and any(files):
            pin = board.pins.get(str(ctx.triggered_id["key"]))
            return dcc.send_string(scenario_yaml(pin.arm, pin.parent), f"{pin.arm.resolved['name']}.yaml") if pin else no_update
        if ctx.triggered_id == "board-export" and everything:
            arms = [pin.arm for pin in board.pins.values()]
            parents = {pin.arm.label: pin.parent for pin in board.pins.values()}
            return dcc.send_bytes(archive(arms, parents, int(board.worlds), int(board.seed)), "compare.zip")
        return no_update
