"""A post is reposted about half a time on average, and nothing reaches everybody."""

from __future__ import annotations

from simulator.types import Array
from simulator.validation.cascades import ORDINARY, sizes
from simulator.validation.context import Context, Run
from simulator.validation.pattern import Band, Part, Pattern


def _reposts(run: Run) -> float:
    return float(sizes(run).mean() - 1.0)


def _largest(run: Run) -> float:
    return float(sizes(run).max() / run.scenario["market"]["users"])


def _means(context: Context) -> Array:
    return context.values(ORDINARY, _reposts)


def _shares(context: Context) -> Array:
    return context.values(ORDINARY, _largest)


DIAGNOSIS = (
    "a post is reposted once in six times on average, because the hazard per seen copy is low for nearly all posts; "
    "a higher or more unequal hazard would mend it, and is left to the calibration of the fitted rows."
)

PATTERN = Pattern(
    "27",
    "Reposts per post, and the largest cascade",
    "limited attention and topics",
    "outside the bands",
    "Weibo counts of 2013; Goel et al. 2016; the limit of 2 % is a guess",
    (
        Part("27a", "reposts per original post", "judged", Band(0.3, 1.0), "reposts", _means, DIAGNOSIS),
        Part(
            "27b",
            "largest organic cascade",
            "judged",
            Band(high=0.02),
            "share of users",
            _shares,
            note=lambda context: "the largest of the posts that are followed",
        ),
    ),
    experiments=(ORDINARY,),
    cascades=True,
)
