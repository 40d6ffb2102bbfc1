"""What answers to entries and clicks at a desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, no_update

from simulator.app.dashboard import desk_work
from simulator.app.dashboard.comparison import RUNNING
from simulator.app.dashboard.context import Context, language_of, look_of
from simulator.app.dashboard.export import archive
from simulator.app.dashboard.figures import Look
from simulator.app.dashboard.pages.answer import pin_arm, result
from simulator.app.dashboard.pages.live import figure_of, patched
from simulator.app.dashboard.pages.parts import MOST_LETTERS, triggered
from simulator.app.dashboard.pages.play import preset_of, status_of
from simulator.app.dashboard.sessions import Desk, Session

POLL_SECONDS = 0.15
"""An answer about a run under way waits so long for something to have finished."""


def register(app: Dash, context: Context) -> None:
    """The callbacks of a desk."""
    _acting(app, context)
    _resetting(app, context)
    _keeping(app, context)


def _acting(app: Dash, context: Context) -> None:
    """Entries, runs, cancelling, and what is asked while runs go on."""

    @app.callback(  # type: ignore[untyped-decorator]
        Output({"type": "error", "key": ALL}, "children"),
        Output("status", "children"),
        Output("status", "className"),
        Output("progress", "value"),
        Output("live", "figure"),
        Output("result", "children"),
        Output("shown", "data"),
        Output("beat", "disabled"),
        Input("edited", "data"),
        Input("run", "n_clicks"),
        Input("cancel", "n_clicks"),
        Input("pulse", "data"),
        Input("beat", "n_intervals"),
        Input("look", "data"),
        State("url", "pathname"),
        State("url", "search"),
        State("shown", "data"),
        prevent_initial_call=True,
    )
    def act(
        edited: Any, _run: Any, _cancel: Any, _pulse: Any, _beat: Any, look: Any, path: str, search: str, shown: Any
    ) -> Any:
        preset = preset_of(path)
        if preset is None:
            return no_update
        language, session = language_of(search), context.session()
        with session.lock:
            desk = session.desk(preset)
            causes = triggered()
            _do(causes, edited, desk, session, context, language)
        comparison = desk.comparison
        if causes <= {"pulse", "beat"} and comparison is not None and isinstance(shown, dict):
            comparison.wait(int(shown.get("version", -1)), POLL_SECONDS)
        errors = [desk.wrong.get(one["id"]["key"], "") for one in ctx.outputs_list[0]]
        return (errors, *_screen(desk, context, language, look_of(look), shown))


def _resetting(app: Dash, context: Context) -> None:
    """Everything back to where it stands in the preset."""

    @app.callback(  # type: ignore[untyped-decorator]
        Output("frame", "children", allow_duplicate=True),
        Input("reset", "n_clicks"),
        State("look", "data"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def reset(clicks: int, look: Any, path: str, search: str) -> Any:
        from simulator.app.dashboard.pages.routes import page

        preset = preset_of(path)
        if preset is None or not clicks:
            return no_update
        session = context.session()
        with session.lock:
            desk = session.desk(preset)
            desk.values.clear()
            desk.worlds, desk.seed, desk.wrong = str(preset.worlds), "1", {}
        return page(context, path, search, look)


def _keeping(app: Dash, context: Context) -> None:
    """Putting an arm aside, and taking everything home as files."""

    @app.callback(  # type: ignore[untyped-decorator]
        Output("kept", "children"),
        Input({"type": "pin", "key": ALL}, "n_clicks"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def pin(clicks: Sequence[int], path: str, search: str) -> Any:
        preset = preset_of(path)
        if preset is None or not any(clicks):
            return no_update
        session = context.session()
        with session.lock:
            return pin_arm(session, session.desk(preset), str(ctx.triggered_id["key"]), language_of(search))

    @app.callback(  # type: ignore[untyped-decorator]
        Output("download", "data"),
        Input("export", "n_clicks"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    def export(clicks: int, path: str) -> Any:
        preset = preset_of(path)
        comparison = context.session().desk(preset).comparison if preset else None
        if preset is None or comparison is None or not clicks:
            return no_update
        study = comparison.study
        parents = {arm.label: arm.scenario for arm in preset.arms}
        packed = archive(study.arms, parents, study.replications, study.seed)
        return dcc.send_bytes(packed, f"{preset.name}.zip")


def _do(causes: set[str], edited: Any, desk: Desk, session: Session, context: Context, language: str) -> None:
    """What entries and clicks ask for; leaving a field by a click on a button is both at once."""
    known = False
    if "edited" in causes and isinstance(edited, dict):
        key, value = str(edited.get("key", "")), str(edited.get("value", ""))[:MOST_LETTERS]
        known = desk_work.enter(desk, key, value) and key != desk_work.GUESS
    if "cancel" in causes and desk.comparison is not None:
        desk.comparison.stop()
    elif "run" in causes or (known and desk.comparison is not None):
        desk_work.start(desk, session, context, language)
    elif known:
        desk_work.check(desk, context, language)


def _screen(desk: Desk, context: Context, language: str, look: Look, shown: Any) -> tuple[Any, ...]:
    """What changed on the screen since the browser last told what it shows."""
    before = shown if isinstance(shown, dict) else {}
    comparison = desk.comparison
    status, state = status_of(desk, context, language)
    now = {
        "desk": desk.preset.name, "run": id(comparison), "version": comparison.version if comparison else 0,
        "worlds": comparison.study.replications if comparison else 0, "guess": desk.guess,
        "look": [look.dark, look.narrow], "state": state, "pulse": "pulse" if state == RUNNING else "",
    }  # fmt: skip
    fresh = [before.get(key) == now[key] for key in ("desk", "worlds", "look")]
    same = all(fresh) and all(before.get(key) == now[key] for key in ("run", "version", "guess"))
    if not all(fresh):
        drawn: Any = figure_of(desk, language, look)
    elif comparison is None or (same and state != RUNNING):
        drawn = no_update
    else:
        drawn = patched(desk.preset, comparison, language)
    share = comparison.share_done if comparison else 0.0
    body = no_update if same else result(desk, language, look)
    return status, state, f"{share:.3f}", drawn, body, now, state != RUNNING
