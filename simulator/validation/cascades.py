"""The cascades of ordinary posts of a run: sizes, shapes and times."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.metrics.cascades import cascade_rows
from simulator.types import MINUTES_PER_DAY, Array
from simulator.validation.context import Run, days
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import NotRunError

ORDINARY = Experiment(
    "ordinary posts",
    "ordinary_posts",
    settings=("market.days=8", "platforms.public_feed.affordances.ordinary_posts.share=1"),
    role="control",
    size="cascades",
    tables=("ordinary_posts", "ordinary_dose", "originals"),
)
"""The open feed without campaigns, every ordinary post followed."""

FOLLOWED_DAYS = 4
"""A post counts if it was followed for so long: nine reposts in ten of a Weibo cascade come within 29 hours."""

LARGE = 100
"""Posts of a cascade whose shape is looked at, its root included (Goel et al. 2016)."""

FEWEST = 10
"""Fewest large cascades of a run from which a median or a correlation is read."""


def followed(run: Run) -> pd.DataFrame:
    """The ordinary posts of cascades whose root was followed for `FOLLOWED_DAYS`."""
    posts = run.table("ordinary_posts")
    last = (days(run) - FOLLOWED_DAYS) * MINUTES_PER_DAY
    early = posts.loc[(posts["parent_key"] == 0) & (posts["minute"] < last), "root_key"]
    if not len(early):
        raise NotRunError(f"no ordinary post was followed for {FOLLOWED_DAYS} days")
    return posts[posts["root_key"].isin(early)]


def shapes(run: Run) -> pd.DataFrame:
    """A row for each followed cascade, see `metrics.cascades`: size counts the root."""
    posts = followed(run).assign(brand="", kind="ordinary")
    return cascade_rows(posts).drop(columns=["brand", "kind"])


def sizes(run: Run) -> Array:
    """Posts in each followed cascade, its root included."""
    return np.asarray(followed(run).groupby("root_key").size().to_numpy(np.int64))


def times(posts: pd.DataFrame) -> pd.DataFrame:
    """For each cascade with a repost: minutes until half and nine tenths of its reposts, and its median lag.

    A lag is the time from a post to a repost of it.

    Parameters
    ----------
    posts : whole cascades, with post_key, root_key, parent_key (0 for roots), minute.

    Returns
    -------
    table
        indexed by root_key: reposts, half, ninety, lag; all times in minutes.
    """
    when = posts.set_index("post_key")["minute"]
    reposts = posts[posts["parent_key"] != 0]
    since = reposts["minute"].to_numpy() - when.loc[reposts["root_key"]].to_numpy()
    lag = reposts["minute"].to_numpy() - when.loc[reposts["parent_key"]].to_numpy()
    by_root = pd.DataFrame({"root_key": reposts["root_key"].to_numpy(), "since": since, "lag": lag}).groupby("root_key")
    return pd.DataFrame(
        {
            "reposts": by_root.size(),
            "half": by_root["since"].quantile(0.5),
            "ninety": by_root["since"].quantile(0.9),
            "lag": by_root["lag"].median(),
        }
    )


def lags(posts: pd.DataFrame) -> Array:
    """Minutes from a post to each repost of it."""
    when = posts.set_index("post_key")["minute"]
    reposts = posts[posts["parent_key"] != 0]
    return np.asarray(reposts["minute"].to_numpy() - when.loc[reposts["parent_key"]].to_numpy())


def between(run: Run, fewest: int, most: int) -> pd.DataFrame:
    """The posts of followed cascades with `fewest` to `most` reposts."""
    posts = followed(run)
    reposts = posts.groupby("root_key")["post_key"].transform("size") - 1
    return posts[(reposts >= fewest) & (reposts <= most)]


def log_size_correlation(size: Array, virality: Array) -> float:
    """Correlation of log size and structural virality over cascades; nan for fewer than `FEWEST`."""
    if size.size < FEWEST or np.ptp(size) == 0 or np.ptp(virality) == 0:
        return float("nan")
    return float(np.corrcoef(np.log(size), virality)[0, 1])
