"""Few write nearly everything."""

from __future__ import annotations

import numpy as np

from simulator.types import Array
from simulator.validation.cascades import ORDINARY
from simulator.validation.context import Context, Run, days
from simulator.validation.pattern import Band, NotRunError, Part, Pattern

WEEK = 7


def last_week(run: Run) -> Array:
    """Originals of the last seven days by account that is not empty."""
    if days(run) < WEEK:
        raise NotRunError(f"the run is of {days(run)} days, not of {WEEK} at least")
    accounts = run.table("originals")
    return np.asarray(accounts.loc[~accounts["never_posts"], "last_week"].to_numpy(np.int64))


def silent_share(run: Run) -> float:
    """Share of accounts that wrote no original post in a week."""
    return float((last_week(run) == 0).mean())


def makers_of(posts: Array, share: float = 0.8) -> float:
    """Smallest share of users who together made `share` of all posts; nan without posts."""
    made = np.sort(np.asarray(posts, np.int64))[::-1].cumsum()
    if not made.size or made[-1] == 0:
        return float("nan")
    return float(np.searchsorted(made, share * made[-1]) + 1) / made.size


def _makers(run: Run) -> float:
    return makers_of(last_week(run))


def _silent(context: Context) -> Array:
    return context.values(ORDINARY, silent_share)


def _concentration(context: Context) -> Array:
    return context.values(ORDINARY, _makers)


DIAGNOSIS = (
    "how unequal users post was fitted among fewer users, by experiments/first_fit_activity.yaml; a miss says that the "
    "fit does not carry over to more."
)

PATTERN = Pattern(
    "4",
    "Few users write nearly everything",
    "heterogeneous activity",
    "activity is uniform",
    "Fu & Chau 2013, PLoS ONE 8:e58356",
    (
        Part(
            "4a",
            "no original in 7 days",
            "fitted",
            Band(0.80, 0.92),
            "share of accounts",
            _silent,
            DIAGNOSIS,
            lambda context: "of accounts that are not empty, as observed; the last seven days of the run",
        ),
        Part(
            "4b",
            "accounts that make 80 % of originals",
            "fitted",
            Band(0.03, 0.09),
            "share of accounts",
            _concentration,
            DIAGNOSIS,
        ),
    ),
    experiments=(ORDINARY,),
    cascades=True,
)
