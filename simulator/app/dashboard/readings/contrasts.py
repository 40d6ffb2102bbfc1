"""What each of several things does, the others alike: weighted sums of arms, world by world."""

from __future__ import annotations

import numpy as np

from simulator.app.dashboard.figures import Dot
from simulator.app.dashboard.presets import Contrast
from simulator.app.dashboard.readings.base import TIE, Answer, Method, Seen, ordered
from simulator.ensemble.statistics import MeanInterval, mean_interval


def effect_of(seen: Seen, contrast: Contrast) -> MeanInterval:
    """A contrast's mean over worlds, with its interval."""
    name = seen.preset.metric
    parts = [weight * seen.values(arm, name, seen.kind) for arm, weight in contrast.weights.items()]
    return mean_interval(np.sum(parts, axis=0))


def read(seen: Seen, guess: str) -> Answer:
    """The answer where arms are the corners of an experiment. What may be guessed are the contrasts, by key."""
    unit = seen.unit(seen.preset.metric)
    found = {one.key: effect_of(seen, one) for one in seen.preset.contrasts}
    names = {one.key: one.name[seen.language] for one in seen.preset.contrasts}
    parts = [
        seen.say("contrasts.part", name=names[key], value=seen.told(own, unit, signed=True))
        for key, own in found.items()
    ]
    n = len(seen.worlds)
    text = seen.say("contrasts.text" if n > 1 else "contrasts.one", parts=seen.say("contrasts.join").join(parts), n=n)
    own_dots = tuple(
        Dot(names[key], seen.told(own, unit, signed=True), own.mean, own.low, own.high) for key, own in found.items()
    )
    guessed = {one.key: found[one.key] for one in seen.preset.contrasts if one.guessed}
    judged = _judged(seen, guess, names, guessed)
    return Answer(text, judged, seen.why("", ""), (*own_dots, *seen.dots()), seen.axis, unit, seen.table())


def _judged(seen: Seen, guess: str, names: dict[str, str], found: dict[str, MeanInterval]) -> str:
    if guess not in (*found, TIE):
        return ""
    named = seen.say("guess.tie") if guess == TIE else names[guess]
    if len(seen.worlds) < 2:
        return seen.say("guess.one", guess=named)
    first, second = ordered([(key, own.mean) for key, own in found.items()])[:2]
    weights = dict[str, float]()
    for key, sign in ((first, 1), (second, -1)):
        contrast = next(one for one in seen.preset.contrasts if one.key == key)
        for arm, weight in contrast.weights.items():
            weights[arm] = weights.get(arm, 0.0) + sign * weight
    lead = effect_of(seen, Contrast(key="lead", name=seen.preset.question, weights=weights))
    tied = lead.low <= 0
    right = guess == (TIE if tied else first)
    if not right and tied and guess in (first, second):
        return seen.say("guess.open", guess=named)
    return seen.say("guess.right" if right else "guess.wrong", guess=named)


READING = Method("contrasts", "arm", read)
