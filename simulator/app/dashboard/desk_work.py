"""What happens at a desk: fields are checked, runs are started and called off. Nothing that was typed is ever lost."""

from __future__ import annotations

from dataclasses import replace

from simulator.app.dashboard.comparison import Comparison
from simulator.app.dashboard.context import Context
from simulator.app.dashboard.controls import Made, make
from simulator.app.dashboard.limits import LARGEST_SEED, user_ticks
from simulator.app.dashboard.presets import HEADLINE, Preset
from simulator.app.dashboard.readings import READINGS
from simulator.app.dashboard.sessions import Desk, Session
from simulator.app.dashboard.texts import say
from simulator.app.dashboard.work import Wants
from simulator.ensemble import outcomes
from simulator.ensemble.design import Study
from simulator.errors import InputError, Problem

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
    wrong = {key: in_words(problem, language) for key, problem in made.wrong.items()}
    for key, text, most in ((WORLDS, desk.worlds, context.limits.worlds), (SEED, desk.seed, LARGEST_SEED)):
        low = 1 if key == WORLDS else 0
        if whole(text, low, most) is None:
            allowed = say(language, "error.whole", low=low, high=f"{most:,}")
            wrong[key] = say(language, "error.allowed", message=say(language, "error.given", given=text), allowed=allowed)
    for arm in made.arms:
        if context.limits.too_large(arm):
            wrong[""] = say(
                language, "error.size", given=f"{user_ticks(arm):,}", most=f"{context.limits.user_ticks:,}"
            )
    desk.wrong = wrong
    return None if wrong else made


def start(desk: Desk, session: Session, context: Context, language: str) -> None:
    """Check the fields and, if all are right, run what they stand for in place of what ran before."""
    made = check(desk, context, language)
    if made is None:
        return
    preset, method = desk.preset, READINGS[desk.preset.reading]
    study = Study(made.arms, whole(desk.worlds, 1, 10**6) or 1, whole(desk.seed, 0, LARGEST_SEED) or 0)
    effects = preset.kind == "effect" or method.ledger
    wants = Wants(preset.curve, metrics_of(preset), method.ledger)
    if desk.comparison is not None:
        desk.comparison.stop()
    try:
        desk.comparison = Comparison(study, wants, effects, session.owner, context.pool, context.memory)
    except InputError as error:
        desk.wrong = {"": str(error)}


def metrics_of(preset: Preset) -> tuple[str, ...]:
    """The metrics a preset needs; the headline is made of the brands' contributions."""
    names = (preset.metric, *preset.also)
    return tuple(dict.fromkeys(outcomes.CONTRIBUTION if name == HEADLINE else name for name in names))


def whole(text: str, low: int, high: int) -> int | None:
    """A whole number within bounds, or None."""
    bare = text.strip().replace("_", "")
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 20 and low <= int(bare) <= high else None


def in_words(problem: Problem, language: str) -> str:
    """A problem as it stands beside its field: what is wrong, and what is allowed."""
    message = replace(problem, file="", line=0, column=0, path="", allowed="", nearest="")
    if not problem.allowed:
        return str(message)
    return say(language, "error.allowed", message=str(message), allowed=problem.allowed)
