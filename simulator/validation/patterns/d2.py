"""How fast Weibo cascades run."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from simulator.types import Array
from simulator.validation.cascades import FEWEST, ORDINARY, between, lags, times
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.reference import FEWEST_REPOSTS, MOST_REPOSTS, weibo_trees

FILE = "weibo_ced_treestats.tsv.gz"
FACTOR = 1.5
HOUR = 60


def _times(run: Run) -> pd.DataFrame:
    return times(between(run, FEWEST_REPOSTS, MOST_REPOSTS))


def _quick_share(run: Run) -> float:
    posts = between(run, FEWEST_REPOSTS, MOST_REPOSTS)
    found = lags(posts)
    enough = (posts["parent_key"] == 0).sum() >= FEWEST
    return float((found < HOUR).mean()) if enough else float("nan")


def _over_observed(column: str, context: Context) -> Array:
    """Median over simulated cascades, over the median over observed ones."""
    real = context.once("Weibo trees", lambda: weibo_trees(context.file(FILE)))[column].median()
    own = [table[column].median() if len(table) >= FEWEST else np.nan for table in context.each(ORDINARY, _times)]
    return np.asarray(np.array(own, np.float64) / real)


def _quick(context: Context) -> Array:
    return context.values(ORDINARY, _quick_share)


def _note(column: str, context: Context) -> str:
    real = context.once("Weibo trees", lambda: weibo_trees(context.file(FILE)))[column].median()
    return f"median over Weibo cascades {real / HOUR:.1f} h"


def _part(letter: str, title: str, column: str) -> Part:
    band = Band(1 / FACTOR, FACTOR)
    measure, note = partial(_over_observed, column), partial(_note, column)
    return Part(f"D2{letter}", f"{title}, simulated over Weibo", "judged", band, "x", measure, note=note)


PATTERN = Pattern(
    "D2",
    "Speed of Weibo cascades of 100 to 1,000 reposts",
    "sessions and the fading of posts",
    "times differ by more than half",
    "Song et al. 2018 (CED), 1,698 repost trees",
    (
        _part("a", "time to half of the reposts", "half"),
        _part("b", "time to nine tenths of the reposts", "ninety"),
        _part("c", "lag of a repost behind its parent", "lag"),
        Part("D2d", "lags under an hour", "judged", Band(0.33, 0.53), "share", _quick),
    ),
    experiments=(ORDINARY,),
    data=True,
    cascades=True,
)
