"""What experiments within one run would say that a brand's messages brought, scaled to everybody."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from simulator.ensemble.worker import ModelEntry
from simulator.types import MINUTES_PER_DAY, Array

ENTRY = ModelEntry(
    "simulator.ensemble.trial_world:simulate", "simulator.ensemble.trial_world:Trial", "simulator.model.run:warm_up"
)
"""Makes the run of a trial; the process that only shares out the work never loads the model."""

USERS, CLUSTERS, REGIONS, DAYS, NOBODY = "users", "clusters", "regions", "days", "nobody"
"""What is drawn into treatment or control. In a run of the design "nobody" all are left out: that is the truth."""

TRIALS = {
    USERS: "A/B test: half of the users, by coin, are left out of the brand's messages",
    CLUSTERS: "cluster test: the same with whole neighbourhoods of the graph (Ugander et al. 2013)",
    REGIONS: "geo test: the same with whole regions, orders a head compared",
    DAYS: "switchback: the brand's messages are on or off by the day, by coin",
}
"""Orders that each design would credit to the messages: treated minus control, for all."""


def specification(resolved: Mapping[str, Any], design: str) -> dict[str, Any]:
    """What the specification of a trial's run holds."""
    return {"name": f"{resolved['name']}, trial by {design}", "scenario": resolved, "design": design}


def estimate(
    design: str, needs: pd.DataFrame, groups: pd.DataFrame, brand: str, plan: Mapping[str, float], tick_minutes: int
) -> float:
    """Orders that a trial credits a brand's messages with; nan if one of its groups is empty.

    Parameters
    ----------
    needs, groups : tables of the trial's run.
    plan : the brand's campaign, with ``start_day`` and ``days``.
    tick_minutes : of the run.
    """
    bought = needs[(needs["status"] == "bought") & (needs["brand"] == brand)]
    own = groups[groups["brand"] == brand]
    unit, treated = own["unit"].to_numpy(), own["treated"].to_numpy(dtype=bool)
    if design == DAYS:
        start, days = int(plan["start_day"]), int(plan["days"])
        during = (unit >= start) & (unit < start + days)
        day = bought["paid_tick"].to_numpy() * tick_minutes // MINUTES_PER_DAY
        return _scaled(np.bincount(day, minlength=unit.size)[unit], treated, during)
    return _scaled(orders_of(bought, unit), treated, np.ones(unit.size, bool))


def orders_of(bought: pd.DataFrame, users: Array) -> Array:
    """Orders of each user: float64[n]."""
    counts = bought["user"].value_counts()
    return np.asarray(pd.Series(users).map(counts).fillna(0.0), dtype=np.float64)


def _scaled(orders: Array, treated: Array, among: Array) -> float:
    """Mean of treated units minus that of the others, times all of them."""
    yes, no = orders[among & treated], orders[among & ~treated]
    if not yes.size or not no.size:
        return math.nan
    return float((yes.mean() - no.mean()) * among.sum())


def brought(campaign: pd.DataFrame, withheld: pd.DataFrame, brand: str) -> float:
    """The truth about a brand's messages: its orders less those of the same world in which nobody sees any."""
    with_them, without = (
        int(((needs["status"] == "bought") & (needs["brand"] == brand)).sum()) for needs in (campaign, withheld)
    )
    return float(with_them - without)
