"""What one more follower of a brand's account is worth: the same worlds with and without more of them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulator.ensemble.design import Loaded, RunSpec, replication_seed
from simulator.ensemble.runner import raise_failures, run_many
from simulator.ensemble.statistics import PairedDifference, paired_difference
from simulator.errors import InputError, nearest
from simulator.output.study import StudyFolder

MORE, BASE = "more", "base"


@dataclass(frozen=True)
class FollowerValue:
    """A metric of a brand, a follower added at the start.

    Attributes
    ----------
    followers : mean number added.
    difference : paired difference a follower, in the metric's unit.
    """

    brand: str
    metric: str
    unit: str
    followers: float
    difference: PairedDifference


def marginal_follower(
    loaded: Loaded,
    brand: str,
    *,
    out: Path,
    replications: int,
    seed: int,
    share: float = 0.01,
    metric: str = "contribution_yuan",
    jobs: int | None = None,
) -> FollowerValue:
    """Add `share` of all users to the followers of `brand` and see what `metric` of the brand gains, a follower.

    Who follows is one draw a user and brand against the share, so the followers of one arm are among the other's:
    people, needs and luck are the same.

    Raises
    ------
    InputError
        If there is no such brand, or no room for more followers.
    StudyError
        If runs failed.
    """
    names = [block["name"] for block in loaded.resolved["brands"]]
    if brand not in names:
        near = nearest(brand, names)
        raise InputError(f"there is no brand {brand!r}; brands: {', '.join(names)}" + (f"; {near}?" if near else ""))
    more: Any = copy.deepcopy(dict(loaded.resolved))
    block = more["brands"][names.index(brand)]
    block["follower_share"] += share
    if not 0.0 < share <= 1.0 or block["follower_share"] > 1.0:
        raise InputError(f"follower_share of {brand} would be {block['follower_share']:g}; allowed: more, up to 1")
    specs = [
        RunSpec(arm, "campaign", r, replication_seed(seed, r), resolved, loaded.files, loaded.paths)
        for r in range(replications)
        for arm, resolved in ((BASE, loaded.resolved), (MORE, more))
    ]
    store = StudyFolder(out).runs
    records = run_many(specs, store, jobs=jobs)
    raise_failures(records)
    runs = {(one.arm, one.replication): store.read(one.address).table("outcomes") for one in records}
    unit = str(runs[BASE, 0].loc[runs[BASE, 0]["metric"] == metric, "unit"].iloc[0])
    added = share * loaded.resolved["market"]["users"]
    values = {
        arm: np.array([_value(runs[arm, r], metric, brand) for r in range(replications)]) / added
        for arm in (MORE, BASE)
    }
    return FollowerValue(brand, metric, unit, added, paired_difference(values[MORE], values[BASE], seed))


def _value(outcomes: Any, metric: str, brand: str) -> float:
    return float(outcomes.loc[(outcomes["metric"] == metric) & (outcomes["brand"] == brand), "value"].iloc[0])
