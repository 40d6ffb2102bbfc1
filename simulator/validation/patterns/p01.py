"""Most posts go nowhere."""

from __future__ import annotations

from functools import partial

import numpy as np

from simulator.types import Array
from simulator.validation.cascades import ORDINARY, sizes
from simulator.validation.context import Context
from simulator.validation.pattern import Band, Part, Pattern


def _share(reposts: int, context: Context) -> Array:
    return np.array([float(np.mean(size == reposts + 1)) for size in context.each(ORDINARY, sizes)])


def _note(context: Context) -> str:
    posts = int(np.mean([size.size for size in context.each(ORDINARY, sizes)]))
    return f"{posts:,} ordinary posts a run; all reposts of the cascade counted"


DIAGNOSIS = (
    "attention and repost hazard are not fitted yet: hazard per seen copy times copies seen sets the mean number of "
    "reposts, and its spread over authors the zero share; the calibration of the fitted rows is to set both."
)

PATTERN = Pattern(
    "1",
    "Most posts are never reposted",
    "attention times repost hazard",
    "the share of posts without a repost is below .88",
    "Goel, Anderson, Hofman & Watts 2016; Watts (Cornell networks blog 2019)",
    (
        Part("1a", "posts without a repost", "fitted", Band(0.88, 0.97), "share", partial(_share, 0), DIAGNOSIS, _note),
        Part("1b", "posts with one repost", "fitted", Band(0.02, 0.08), "share", partial(_share, 1), DIAGNOSIS),
        Part("1c", "posts with two reposts", "fitted", Band(0.004, 0.02), "share", partial(_share, 2), DIAGNOSIS),
    ),
    experiments=(ORDINARY,),
    cascades=True,
)
