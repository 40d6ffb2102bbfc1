"""Play: a question, a guess, sliders, arms side by side while they run, an answer and why."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from simulator.app.dashboard import desk_work
from simulator.app.dashboard.context import Context, address
from simulator.app.dashboard.controls import controls
from simulator.app.dashboard.figures import Look
from simulator.app.dashboard.pages.answer import result
from simulator.app.dashboard.pages.live import figure_of, key_of_curves
from simulator.app.dashboard.pages.parts import button, field_row, figure, slider_row, stores
from simulator.app.dashboard.pages.status import told_status
from simulator.app.dashboard.presets import Preset, presets, worksheets
from simulator.app.dashboard.readings.base import TIE
from simulator.app.dashboard.sessions import Desk
from simulator.app.dashboard.texts import say


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
                html.P(key_of_curves(desk.preset, language), className="note"),
            ]
        ),
        html.Div(result(desk, language, look), id="result"),
    ]  # fmt: skip


def status_of(desk: Desk, context: Context, language: str) -> tuple[str, str]:
    """Where things stand at a desk."""
    ready = say(language, "status.ready" if desk.guess else "status.guess")
    return told_status(desk.comparison, desk.wrong, context.pool, language, ready)
