"""Cascade sizes have a power-law tail."""

from __future__ import annotations

import math

from simulator.types import Array
from simulator.validation.cascades import ORDINARY, sizes
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.tails import against_exponential, fit

HIGH = 20

DIAGNOSIS = (
    "reposts are far below one a post and die out at once, so small cascades outnumber large ones too far; a "
    "higher or more unequal repost hazard would mend it, and is left to the calibration of the fitted rows."
)


def exponent(run: Run) -> float:
    """Exponent of the density of cascade sizes, nan if too few cascades form a tail."""
    tail = fit(sizes(run))
    return tail.exponent if tail else math.nan


def advantage(run: Run) -> float:
    """Vuong's z of the power law over the exponential on the same tail."""
    found = sizes(run)
    tail = fit(found)
    return against_exponential(found, tail).z if tail else math.nan


def _exponents(context: Context) -> Array:
    return context.values(ORDINARY, exponent)


def _advantages(context: Context) -> Array:
    return context.values(ORDINARY, advantage)


def _note(context: Context) -> str:
    tails = [fit(size) for size in context.each(ORDINARY, sizes)]
    said = [f"{tail.n_tail:,} from {tail.x_min} on" for tail in tails[:3] if tail]
    higher = [fit(size, HIGH) for size in context.each(ORDINARY, sizes)]
    exponents = ", ".join(f"{tail.exponent:.2f}" for tail in higher if tail)
    return f"tails: {', '.join(said) or 'none'}; exponents from {HIGH} posts on: {exponents or 'none'}"


PATTERN = Pattern(
    "2",
    "Cascade sizes have a power-law tail",
    "limited attention and hubs",
    "an exponential tail describes the sizes better",
    "Goel et al. 2016; ActiveRT data gives 1.93-1.99",
    (
        Part(
            "2a",
            "exponent of the density of sizes (MLE)",
            "judged",
            Band(1.8, 2.8),
            "-",
            _exponents,
            DIAGNOSIS,
            note=_note,
        ),
        Part("2b", "power law over exponential, Vuong's z", "judged", Band(1.96), "sd", _advantages),
    ),
    experiments=(ORDINARY,),
    cascades=True,
)
