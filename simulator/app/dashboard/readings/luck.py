"""How much of one result was luck: the same plan in world after world."""

from __future__ import annotations

import math

import numpy as np

from simulator.app.dashboard.amounts import exact
from simulator.app.dashboard.figures import Dot
from simulator.app.dashboard.readings.base import Answer, Method, Seen, number
from simulator.ensemble.statistics import mean_interval

NEAR = 1.5
"""A guess within this factor of the truth counts as near."""


def read(seen: Seen, guess: str) -> Answer:
    """The answer where one arm is run in many worlds; the guess is how far the best world lies above the worst."""
    label, name = seen.preset.labels[0], seen.preset.metric
    unit, values = seen.unit(name), seen.values(label, name, seen.kind)
    own = mean_interval(values)

    def plain(value: float, signed: bool = True) -> str:
        return exact(value, unit, seen.language, signed=signed)

    span = float(np.ptp(values))
    told = {"n": own.n, "low": plain(float(values.min())), "high": plain(float(values.max()))}
    told |= {"span": plain(span, False), "sd": plain(own.sd, False), "losing": int((values < 0).sum())}
    text = seen.say("luck.text" if own.n > 1 else "luck.one", mean=seen.told(own, unit, signed=True), **told)
    dots = [Dot(seen.say("luck.mean"), seen.told(own, unit, signed=True), own.mean, own.low, own.high)]
    for value, world in sorted(zip(values.tolist(), seen.worlds, strict=True), reverse=True):
        alone = (value, math.nan, math.nan)
        dots.append(Dot(seen.say("luck.world", n=world + 1), plain(value), *alone, seen.styles[label]))
    judged = _judged(seen, guess, span, plain(span, False)) if own.n > 1 else ""
    return Answer(text, judged, seen.why("", ""), tuple(dots), seen.axis, unit, seen.table())


def _judged(seen: Seen, guess: str, span: float, told: str) -> str:
    given = number(guess)
    if not math.isfinite(given):
        return ""
    key = "near" if span / NEAR <= given <= span * NEAR else "above" if given > span else "below"
    return seen.say(f"guess.number_{key}", guess=guess.strip(), truth=told)


READING = Method("luck", "number", read)
