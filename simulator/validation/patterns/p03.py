"""Large cascades are broad rather than deep, and no deeper the larger they are."""

from __future__ import annotations

import math

from simulator.types import Array
from simulator.validation.cascades import FEWEST, LARGE, ORDINARY, log_size_correlation, shapes
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern


def _median(run: Run) -> float:
    large = shapes(run).query("size >= @LARGE", local_dict={"LARGE": LARGE})
    return float(large["structural_virality"].median()) if len(large) >= FEWEST else math.nan


def _correlation(run: Run) -> float:
    large = shapes(run).query("size >= @LARGE", local_dict={"LARGE": LARGE})
    return log_size_correlation(large["size"].to_numpy(), large["structural_virality"].to_numpy())


def _medians(context: Context) -> Array:
    return context.values(ORDINARY, _median)


def _correlations(context: Context) -> Array:
    return context.values(ORDINARY, _correlation)


def _note(context: Context) -> str:
    count = [int((table["size"] >= LARGE).sum()) for table in context.each(ORDINARY, shapes)]
    return f"cascades of {LARGE} posts or more by run: {', '.join(map(str, count))}; a run needs {FEWEST}"


PATTERN = Pattern(
    "3",
    "Large cascades are broadcasts with some chains",
    "broadcast against chain",
    "structural virality correlates with log size above .6",
    "Goel et al. 2016; Weibo data gives a median of 2.9 and .03",
    (
        Part("3a", "median structural virality from 100 posts on", "judged", Band(2, 5), "steps", _medians, note=_note),
        Part("3b", "correlation of virality with log size", "judged", Band(-0.1, 0.4), "-", _correlations),
    ),
    experiments=(ORDINARY,),
    cascades=True,
)
