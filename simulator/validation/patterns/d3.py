"""The size law of Twitter cascades."""

from __future__ import annotations

import gzip
import math

import numpy as np

from simulator.types import Array
from simulator.validation.cascades import ORDINARY, sizes
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, NotRunError, Part, Pattern
from simulator.validation.tails import fit

FILE = "cascade_sizes_ActiveRT.txt.gz"
SMALLEST = 20


def _exponent(run: Run) -> float:
    tail = fit(sizes(run), SMALLEST)
    return tail.exponent if tail else math.nan


def observed(context: Context) -> float:
    """Exponent of the observed sizes."""

    def make() -> float:
        with gzip.open(context.file(FILE), "rt") as lines:
            tail = fit(np.array([int(line) for line in lines if line.strip()]), SMALLEST)
        if tail is None:
            raise NotRunError(f"{FILE} holds too few cascades")
        return tail.exponent

    return context.once("ActiveRT exponent", make)


def _difference(context: Context) -> Array:
    return context.values(ORDINARY, _exponent) - observed(context)


PATTERN = Pattern(
    "D3",
    "Size law of Twitter cascades of 20 and more",
    "limited attention and hubs",
    "the exponents differ by more than .25",
    "ActiveRT (sir-hawkes), 41,411 cascades",
    (
        Part(
            "D3",
            "exponent above 20, simulated less observed",
            "judged",
            Band(-0.25, 0.25),
            "-",
            _difference,
            "large simulated cascades die out too early: reposts are far below one a post, so the tail is steeper; a "
            "higher or more unequal repost hazard would mend it, and is left to the calibration of the fitted rows.",
            lambda context: f"observed {observed(context):.2f}",
        ),
    ),
    experiments=(ORDINARY,),
    data=True,
    cascades=True,
)
