"""Shapes of Weibo repost trees."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from simulator.metrics.cascades import cascade_rows
from simulator.types import Array
from simulator.validation.cascades import FEWEST, ORDINARY, between, log_size_correlation
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.reference import FEWEST_REPOSTS, MOST_REPOSTS, branching_trees, distance, weibo_trees

FILE = "weibo_ced_treestats.tsv.gz"
DEPTHS = 5


def simulated(run: Run) -> pd.DataFrame:
    """Shapes of the simulated cascades of the sizes that were collected."""
    posts = between(run, FEWEST_REPOSTS, MOST_REPOSTS).assign(brand="", kind="ordinary")
    return cascade_rows(posts)


def observed(context: Context) -> pd.DataFrame:
    """Shapes of the observed ones."""
    return context.once("Weibo trees", lambda: weibo_trees(context.file(FILE)))


def _distance(column: str, context: Context) -> Array:
    real = observed(context)
    return np.array(
        [distance(own, real, column) if len(own) >= FEWEST else np.nan for own in context.each(ORDINARY, simulated)]
    )


def _correlation(context: Context) -> Array:
    return np.array(
        [
            log_size_correlation(own["size"].to_numpy(), own["structural_virality"].to_numpy())
            for own in context.each(ORDINARY, simulated)
        ]
    )


def _reference(column: str, context: Context) -> str:
    real = observed(context)
    trees = context.once("branching trees", lambda: branching_trees(real, context.seed))
    return f"a Poisson branching tree gives {distance(trees, real, column):.2f}"


def depth_shares(posts: pd.DataFrame) -> Array:
    """Share of reposts at depth 1, 2, ... `DEPTHS`; shape (DEPTHS,)."""
    depth = posts.loc[posts["parent_key"] != 0, "depth"].to_numpy(np.int64)
    return np.asarray(np.bincount(depth, minlength=DEPTHS + 1)[1 : DEPTHS + 1] / max(depth.size, 1))


def _depths(run: Run) -> Array:
    return depth_shares(between(run, FEWEST_REPOSTS, MOST_REPOSTS))


def _counts(context: Context) -> str:
    count = ", ".join(str(len(own)) for own in context.each(ORDINARY, simulated))
    shares = " ".join(f"{share:.3f}" for share in np.mean(context.each(ORDINARY, _depths), axis=0))
    return (
        f"{count} cascades by run, {FEWEST} needed; reposts at depth 1 to 5: {shares} (Weibo .616 .226 .076 .035 .018)"
    )


def _one_hop_note(context: Context) -> str:
    return f"{_reference('one_hop_share', context)}; {_counts(context)}"


PATTERN = Pattern(
    "D1",
    "Shapes of Weibo repost trees of 100 to 1,000 reposts",
    "broadcast against chain",
    "the distributions are further apart than those of a Poisson branching tree",
    "Song et al. 2018 (CED), 1,698 repost trees",
    (
        Part(
            "D1a",
            "one-hop share, distance of distributions",
            "fitted",
            Band(high=0.20),
            "KS",
            partial(_distance, "one_hop_share"),
            note=_one_hop_note,
        ),
        Part(
            "D1b",
            "structural virality, distance of distributions",
            "fitted",
            Band(high=0.20),
            "KS",
            partial(_distance, "structural_virality"),
            note=partial(_reference, "structural_virality"),
        ),
        Part(
            "D1c",
            "depth, distance of distributions",
            "fitted",
            Band(high=0.20),
            "KS",
            partial(_distance, "depth"),
            note=partial(_reference, "depth"),
        ),
        Part(
            "D1d",
            "correlation of log size and virality",
            "judged",
            Band(-0.1, 0.3),
            "-",
            _correlation,
            note=lambda context: (
                "within the two kinds of Weibo trees it is "
                + " and ".join(
                    f"{log_size_correlation(of['size'].to_numpy(), of['structural_virality'].to_numpy()):.2f}"
                    for _, of in observed(context).groupby("label")
                )
            ),
        ),
    ),
    experiments=(ORDINARY,),
    data=True,
    cascades=True,
)
