"""What a desk's runs say: the answer, the guess beside it, why, and what may be kept of it."""

from __future__ import annotations

from typing import Any

from dash import html

from simulator.app.dashboard.controls import controls
from simulator.app.dashboard.figures import Look, dots_figure
from simulator.app.dashboard.pages.parts import button, figure, sentences, table
from simulator.app.dashboard.readings import READINGS
from simulator.app.dashboard.readings.arms import solved
from simulator.app.dashboard.readings.base import see
from simulator.app.dashboard.sessions import MOST_PINS, Desk, Pin, Session
from simulator.app.dashboard.texts import say


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
