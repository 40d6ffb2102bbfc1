"""Play: a question, a guess, sliders, arms side by side while they run, an answer and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from dash import ALL, Dash, Input, Output, Patch, State, ctx, dcc, html, no_update

from simulator.app.dashboard import desk_work
from simulator.app.dashboard.comparison import RUNNING, Comparison
from simulator.app.dashboard.context import Context, address, language_of, look_of
from simulator.app.dashboard.controls import base, controls
from simulator.app.dashboard.export import archive
from simulator.app.dashboard.figures import Look, Panel, curve_points, dots_figure, live_figure, styles_of
from simulator.app.dashboard.pages.parts import (
    MOST_LETTERS,
    button,
    field_row,
    figure,
    sentences,
    slider_row,
    stores,
    table,
    triggered,
)
from simulator.app.dashboard.pages.status import told_status
from simulator.app.dashboard.presets import Preset, presets, worksheets
from simulator.app.dashboard.readings import READINGS
from simulator.app.dashboard.readings.arms import solved
from simulator.app.dashboard.readings.base import TIE, see, styles
from simulator.app.dashboard.sessions import MOST_PINS, Desk, Pin, Session
from simulator.app.dashboard.texts import say
from simulator.types import MINUTES_PER_DAY

POLL_SECONDS = 0.15
"""An answer about a run under way waits so long for something to have finished."""


def preset_of(path: str | None) -> Preset | None:
    """The preset, or worksheet, that an address names."""
    parts = (path or "").strip("/").split("/")
    if len(parts) != 2:
        return None
    return {"play": presets(), "learn": worksheets()}.get(parts[0], {}).get(parts[1])


def shelf(kind: str, known: dict[str, Preset], language: str) -> list[Any]:
    """All questions, to choose from."""
    cards = [
        html.Li(
            dcc.Link(
                [html.Strong(one.question[language]), html.Span(one.story[language])],
                href=address(f"/{kind}/{one.name}", language),
            )
        )
        for one in known.values()
    ]
    return [
        html.H1(say(language, f"{kind}.title")),
        html.P(say(language, f"{kind}.lead")),
        html.Ul(cards, className="shelf"),
    ]


def render(desk: Desk, context: Context, language: str, look: Look) -> list[Any]:
    """A desk, as it was left."""
    preset = desk.preset
    kind = "learn" if preset.goal else "play"
    hint = preset.hint
    return [
        *stores(""),
        html.P(dcc.Link(say(language, f"{kind}.all"), href=address(f"/{kind}", language)), className="back"),
        html.H1(preset.question[language]),
        html.P(preset.story[language], className="story"),
        html.Details([html.Summary(say(language, "learn.hint")), html.P(hint[language])]) if hint else None,
        html.Div(
            [
                html.Section(_controls(desk, language), className="controls"),
                html.Section(_stage(desk, context, language, look), className="stage"),
            ],
            className="desk",
            **{"data-store": "edited"},
        ),
        dcc.Interval(id="beat", interval=2000, disabled=True),
    ]


# -- the controls


def _controls(desk: Desk, language: str) -> list[Any]:
    preset = desk.preset
    rows = [
        slider_row(one, desk.values.get(one.key, one.text), language, desk.wrong.get(one.key, ""))
        for one in controls(preset)
    ]
    return [
        html.H2(say(language, "play.guess")),
        _guess(desk, language),
        html.H2(say(language, "play.turn")),
        *rows,
        html.Div(
            [
                field_row(
                    key, say(language, f"field.{key}"), text, language,
                    note=say(language, f"field.{key}.note"), error=desk.wrong.get(key, ""),
                )
                for key, text in ((desk_work.WORLDS, desk.worlds), (desk_work.SEED, desk.seed))
            ],
            className="pair",
        ),
        html.P(desk.wrong.get("", ""), id={"type": "error", "key": ""}, className="error", role="alert"),
        html.P(say(language, "play.again"), className="note"),
        html.Div(button(say(language, "play.reset"), "reset"), className="buttons"),
    ]  # fmt: skip


def guesses(preset: Preset, language: str) -> list[tuple[str, str]]:
    """What may be guessed, by key, where it is no number."""
    options = [(one.key, one.name[language]) for one in preset.contrasts if one.guessed]
    if not preset.contrasts:
        options = [(arm.label, arm.name[language]) for arm in preset.arms]
    return [*options, (TIE, say(language, "guess.tie"))]


def _guess(desk: Desk, language: str) -> Any:
    guess = desk.preset.guess
    if guess.kind == "number":
        unit = guess.unit[language] if guess.unit else ""
        return field_row(desk_work.GUESS, guess.question[language], desk.guess, language, unit=unit)
    options = [
        html.Button(
            name, type="button", className="button option",
            **{"data-guess": key, "aria-pressed": str(desk.guess == key).lower()},
        )
        for key, name in guesses(desk.preset, language)
    ]  # fmt: skip
    return html.Div(
        [html.P(guess.question[language], id="guess-question"), html.Div(options, className="options")],
        className="guess",
        role="group",
        **{"aria-labelledby": "guess-question"},
    )


# -- the stage


def _stage(desk: Desk, context: Context, language: str, look: Look) -> list[Any]:
    comparison = desk.comparison
    drawn = figure_of(desk, language, look)
    status, state = status_of(desk, context, language)
    return [
        html.Div(
            [
                html.H2(say(language, "play.watch")),
                button(say(language, "play.run"), "run", "button strong"),
                button(say(language, "play.cancel"), "cancel"),
            ],
            className="head",
        ),
        html.P(status, id="status", className=state, role="status"),
        html.Progress(
            id="progress", value=str(comparison.share_done if comparison else 0.0), max="1",
            **{"aria-label": say(language, "play.progress")},
        ),
        html.Div(
            [
                figure("live", drawn, say(language, f"curve.{desk.preset.curve}")),
                html.P(_key_of_curves(desk.preset, language), className="note"),
            ]
        ),
        html.Div(result(desk, language, look), id="result"),
    ]  # fmt: skip


def _key_of_curves(preset: Preset, language: str) -> str:
    curve = say(language, f"curve.{preset.curve}")
    key = "curve.key_effect" if _has_controls(preset) else "curve.key"
    return say(language, key, curve=curve)


def _has_controls(preset: Preset) -> bool:
    return preset.kind == "effect" or READINGS[preset.reading].ledger  # more may be run, but only this is drawn


def empty_figure(preset: Preset, language: str, look: Look) -> dict[str, Any]:
    """Panels without curves."""
    kinds = [str(base(preset.name, label).resolved["platforms"][0]["kind"]) for label in preset.labels]
    named = [kind if kinds.count(kind) == 1 else label for label, kind in zip(preset.labels, kinds, strict=True)]
    found = styles_of(named, kinds)
    panels = [
        Panel(preset.arm(label).name[language], found[name], ([],) * preset.worlds, [])
        for label, name in zip(preset.labels, named, strict=True)
    ]
    market = base(preset.name, preset.labels[0]).resolved["market"]
    per_day = MINUTES_PER_DAY / market["tick_minutes"]
    return live_figure(panels, per_day, market["days"], say(language, "axis.days"), look)


def _panels(preset: Preset, comparison: Comparison, language: str) -> list[Panel]:
    found = styles(preset, comparison)
    worlds = range(comparison.study.replications)
    panels = []
    for label in preset.labels:
        curves = tuple(comparison.curve(label, "campaign", world) for world in worlds)
        panels.append(Panel(preset.arm(label).name[language], found[label], curves, _control(comparison, label)))
    return panels


def _control(comparison: Comparison, label: str) -> list[float]:
    """The mean curve of the finished runs without campaigns."""
    runs = [
        facts.curve for (arm, role, _), facts in list(comparison.facts.items()) if (arm, role) == (label, "control")
    ]
    return [float(value) for value in np.mean(runs, axis=0)] if runs else []


def figure_of(desk: Desk, language: str, look: Look) -> dict[str, Any]:
    """The curves of a desk's comparison, or room for them."""
    preset, comparison = desk.preset, desk.comparison
    if comparison is None:
        return empty_figure(preset, language, look)
    market = comparison.study.arms[0].resolved["market"]
    per_day = MINUTES_PER_DAY / market["tick_minutes"]
    panels = _panels(preset, comparison, language)
    return live_figure(panels, per_day, market["days"], say(language, "axis.days"), look)


def _patched(preset: Preset, comparison: Comparison, language: str) -> Patch:
    """The curves alone, for a figure that is there."""
    per_day = MINUTES_PER_DAY / comparison.study.arms[0].resolved["market"]["tick_minutes"]
    patch, at = Patch(), 0
    for panel in _panels(preset, comparison, language):
        curves: list[Sequence[float]] = [*panel.worlds, panel.control]
        for values in curves:
            patch["data"][at]["x"], patch["data"][at]["y"] = curve_points(values, per_day)
            at += 1
    return patch


def status_of(desk: Desk, context: Context, language: str) -> tuple[str, str]:
    """Where things stand at a desk."""
    ready = say(language, "status.ready" if desk.guess else "status.guess")
    return told_status(desk.comparison, desk.wrong, context.pool, language, ready)


# -- the result


def result(desk: Desk, language: str, look: Look) -> list[Any]:
    """The answer as far as it is known."""
    seen = see(desk.preset, desk.comparison, language) if desk.comparison else None
    if seen is None:
        return [html.P(say(language, "play.nothing"), className="note")]
    answer = READINGS[desk.preset.reading].read(seen, desk.guess)
    drawn = dots_figure(answer.dots, answer.axis, answer.unit, language, look)
    goal = desk.preset.goal
    return [
        html.H2(say(language, "play.answer")),
        html.P(answer.text, className="answer", id="answer"),
        html.P(answer.guess, className="guessed") if answer.guess else None,
        html.P(say(language, f"goal.{solved(seen, goal)}"), className="goal", id="goal") if goal else None,
        figure("dots", drawn, answer.text),
        html.H2(say(language, "play.why")) if answer.why else None,
        html.Div(sentences(answer.why), id="why"),
        _assumed(desk, language),
        html.Details([html.Summary(say(language, "play.table")), table(answer.table, say(language, "play.table"))]),
        html.Details([html.Summary(say(language, "play.read")), html.P(desk.preset.read[language])], open=True),
        html.Div(
            [
                html.P(say(language, "play.keep"), className="note"),
                *(
                    button(say(language, "play.pin", arm=seen.name(label)), {"type": "pin", "key": label})
                    for label in desk.preset.labels
                ),
                button(say(language, "play.export"), "export"),
                html.P("", id="kept", role="status", className="note"),
            ],
            className="buttons keep",
        ),
    ]


def _assumed(desk: Desk, language: str) -> Any:
    """What was turned, with the evidence for it: whoever turns a guess finds what the guess implies."""
    moved = [one for one in controls(desk.preset) if desk.values.get(one.key, one.text).strip() != one.text]
    if not moved:
        return None
    items = [
        html.Li(
            say(
                language, "play.assumed", name=one.spec.name[language], value=desk.values[one.key].strip(),
                default=one.text, evidence=say(language, f"evidence.{one.evidence[0] or 'X'}"),
            )
        )
        for one in moved
    ]  # fmt: skip
    return html.Div([html.P(say(language, "play.assume"), className="note"), html.Ul(items)], id="assumed")


# -- what answers


def register(app: Dash, context: Context) -> None:
    """The callbacks of a desk."""

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
        drawn = _patched(desk.preset, comparison, language)
    share = comparison.share_done if comparison else 0.0
    body = no_update if same else result(desk, language, look)
    return status, state, f"{share:.3f}", drawn, body, now, state != RUNNING


def pin_arm(session: Session, desk: Desk, label: str, language: str) -> str:
    """Put an arm of the last comparison aside; says so, or why not."""
    comparison = desk.comparison
    if comparison is None or label not in desk.preset.labels:
        return say(language, "pin.nothing")
    pins = session.board.pins
    if len(pins) >= MOST_PINS:
        return say(language, "pin.full", most=MOST_PINS)
    arm = next(one for one in comparison.study.arms if one.label == label)
    spec = desk.preset.arm(label)
    key = str(max((int(taken) for taken in pins), default=0) + 1)
    pins[key] = Pin(key, spec.name, arm, spec.scenario)
    return say(language, "pin.done", arm=spec.name[language], n=len(pins))
