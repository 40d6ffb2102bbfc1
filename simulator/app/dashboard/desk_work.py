"""What happens at a desk: fields are checked, runs are started and called off. Nothing that was typed is ever lost."""

from __future__ import annotations

import contextlib

from simulator.app.dashboard.comparison import Comparison
from simulator.app.dashboard.context import Context
from simulator.app.dashboard.controls import Control, Made, controls, make
from simulator.app.dashboard.limits import LARGEST_SEED, user_ticks
from simulator.app.dashboard.pool import Ticket
from simulator.app.dashboard.presets import HEADLINE, Preset
from simulator.app.dashboard.readings import READINGS
from simulator.app.dashboard.sessions import Desk, Session
from simulator.app.dashboard.texts import say
from simulator.app.dashboard.work import Wants
from simulator.ensemble import outcomes
from simulator.ensemble.design import Study
from simulator.errors import InputError, Problem
from simulator.scenario.scalars import number

WORLDS, SEED, GUESS = "worlds", "seed", "guess"
"""Keys of the fields that belong to no parameter."""


def enter(desk: Desk, key: str, value: str) -> bool:
    """Put a value into a field; whether there is such a field."""
    if key == GUESS:
        desk.guess = value
    elif key == WORLDS:
        desk.worlds = value
    elif key == SEED:
        desk.seed = value
    elif any(slider.key == key for slider in desk.preset.sliders):
        desk.values[key] = value
    else:
        return False
    return True


def check(desk: Desk, context: Context, language: str) -> Made | None:
    """The scenarios that the fields stand for; None, and what is wrong beside each field, if there is anything."""
    made = make(desk.preset, desk.values)
    known = {control.key: control for control in controls(desk.preset)}
    wrong = {key: in_words(problem, known.get(key), language) for key, problem in made.wrong.items()}
    wrong |= wrong_numbers(desk.worlds, desk.seed, context, language)
    for arm in made.arms:
        if context.limits.too_large(arm):
            wrong[""] = say(language, "error.size", given=f"{user_ticks(arm):,}", most=f"{context.limits.user_ticks:,}")
    desk.wrong = wrong
    return None if wrong else made


def warm(desk: Desk, session: Session, context: Context) -> None:
    """Have every worker build the worlds of a desk that has not run yet, while the reader guesses."""
    if desk.comparison is not None or desk.warming:
        return
    study = Study(make(desk.preset, {}).arms, desk.preset.worlds, 1)
    specs = tuple(spec for spec in study.specs() if spec.role == "campaign")

    def nothing(*_: object) -> None:
        """Nobody waits for it."""

    for _ in range(context.pool.size):
        ticket = Ticket(session.owner, "prepare", (specs,), nothing, nothing, urgent=-1e12)
        with contextlib.suppress(InputError):
            desk.warming.append(context.pool.ask(ticket))


def start(desk: Desk, session: Session, context: Context, language: str) -> None:
    """Check the fields and, if all are right, run what they stand for in place of what ran before."""
    made = check(desk, context, language)
    if made is None:
        return
    preset, method = desk.preset, READINGS[desk.preset.reading]
    study = Study(made.arms, whole(desk.worlds, 1, 10**6) or 1, whole(desk.seed, 0, LARGEST_SEED) or 0)
    effects = method.ledger or "effect" in (preset.kind, *(one.kind for one in preset.also))
    wants = Wants(preset.curve, metrics_of(preset), method.ledger)
    for ticket in desk.warming:
        context.pool.stop(ticket)
    if desk.comparison is not None:
        desk.comparison.stop()
    try:
        desk.comparison = Comparison(study, wants, effects, session.owner, context.pool, context.memory)
    except InputError as error:
        desk.wrong = {"": str(error)}


def wrong_numbers(worlds: str, seed: str, context: Context, language: str) -> dict[str, str]:
    """What is wrong with a number of worlds and a seed, by key of the field."""
    wrong = {}
    for key, text, low, most in ((WORLDS, worlds, 1, context.limits.worlds), (SEED, seed, 0, LARGEST_SEED)):
        if whole(text, low, most) is None:
            allowed = say(language, "error.whole", low=low, high=f"{most:,}")
            given = say(language, "error.given", given=text)
            wrong[key] = say(language, "error.allowed", message=given, allowed=allowed)
    return wrong


def metrics_of(preset: Preset) -> tuple[str, ...]:
    """The metrics a preset needs; the headline is made of the brands' contributions."""
    names = (preset.metric, *(one.metric for one in preset.also))
    return tuple(dict.fromkeys(outcomes.CONTRIBUTION if name == HEADLINE else name for name in names))


def whole(text: str, low: int, high: int) -> int | None:
    """A whole number within bounds, or None."""
    bare = text.strip().replace("_", "")
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 20 and low <= int(bare) <= high else None


def in_words(problem: Problem, control: Control | None, language: str) -> str:
    """A problem as it stands beside its field: what is wrong, and what is allowed.

    In English in the words of scenario files; in other languages the kinds that a slider's field can have.
    """
    message, allowed = problem.message, problem.allowed
    if language != "en" and control is not None:
        kind = next((kind for kind, begins in BEGINNINGS.items() if message.startswith(begins)), "")
        message = say(language, f"error.{kind}") if kind else message
        allowed = span_in_words(control, language)
    return say(language, "error.allowed", message=message, allowed=allowed) if allowed else message


BEGINNINGS = {
    "range": "out of range",
    "integer": "must be a whole number",
    "number": "must be a",
    "empty": "is empty",
}
"""How the messages of the schema begin, by kind."""


def span_in_words(control: Control, language: str) -> str:
    """What may be typed into a slider's field."""
    if language == "en":
        return control.allowed()
    low, high = control.declared.bounds()
    key = "error.whole" if control.declared.number_word() == "a whole number" else "error.span"
    return say(language, key, low=number(low), high=number(high)) if low is not None and high is not None else ""
