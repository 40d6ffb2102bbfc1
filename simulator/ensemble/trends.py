"""What a report draws over replications: spread over time, funnels, sources of orders, cascades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.ensemble.statistics import mean_interval
from simulator.metrics.cascades import cascade_rows
from simulator.output.dictionary import ENTRY, MEASURES, STAGES, declared
from simulator.output.store import StoredRun
from simulator.types import Array

MAX_POINTS = 400
"""Points of a curve over time; longer runs are thinned evenly, the last tick always kept."""

QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class ArmRun:
    """A stored run and its place in the study."""

    arm: str
    role: str
    replication: int
    run: StoredRun


def spread(runs: Iterable[ArmRun]) -> pd.DataFrame:
    """People who learnt of, and people who have bought, each brand so far: median, 5 % and 95 % quantile by day.

    Those who knew a brand at the start did not learn of it in the run and are not counted.
    """
    curves: dict[tuple[str, str, str, str], list[Array]] = {}
    days: dict[str, Array] = {}
    for one in runs:
        panel = one.run.table("panel", ["tick", "day", "brand", "newly_aware"])
        needs = one.run.table("needs", ["user", "brand", "status", "paid_tick"])
        when = panel.drop_duplicates("tick").sort_values("tick")["day"].to_numpy(dtype=np.float64)
        shown = np.unique(np.linspace(0, when.size - 1, min(when.size, MAX_POINTS)).round().astype(np.int64))
        days[one.arm] = when[shown]
        bought = first_purchases(needs)
        for brand in dict.fromkeys(panel["brand"]):
            aware = panel[panel["brand"] == brand]
            counts = (
                _cumulative(aware["tick"], aware["newly_aware"], when.size),
                _cumulative(bought["paid_tick"][bought["brand"] == brand], None, when.size),
            )
            for measure, count in zip(MEASURES, counts, strict=True):
                curves.setdefault((one.arm, one.role, brand, measure), []).append(count[shown])
    frames = []
    for (arm, role, brand, measure), several in curves.items():
        low, middle, high = np.quantile(np.array(several), QUANTILES, axis=0)
        own = {"arm": arm, "role": role, "brand": brand, "measure": measure, "day": days[arm]}
        frames.append(pd.DataFrame({**own, "median": middle, "p5": low, "p95": high, "n": len(several)}))
    return pd.concat(frames, ignore_index=True)


def first_purchases(needs: pd.DataFrame) -> pd.DataFrame:
    """The first purchase of each user from each brand."""
    bought = needs[(needs["status"] == "bought") & (needs["paid_tick"] >= 0)]
    return bought.sort_values("paid_tick", kind="stable").drop_duplicates(["user", "brand"])


def _cumulative(ticks: pd.Series, counts: pd.Series | None, n: int) -> Array:
    total = np.zeros(n, dtype=np.int64)
    np.add.at(total, ticks.to_numpy(dtype=np.int64), 1 if counts is None else counts.to_numpy(dtype=np.int64))
    return np.cumsum(total)


def funnel(runs: Iterable[ArmRun]) -> pd.DataFrame:
    """People who reached each stage towards each brand: mean over replications and interval."""
    people: dict[tuple[str, ...], list[float]] = {}
    for one in runs:
        table = one.run.table("funnel")
        table = table.sort_values("stage", key=lambda stages: stages.map(STAGES.index), kind="stable")
        for brand, stage, count in zip(table["brand"], table["stage"], table["people"], strict=True):
            people.setdefault((one.arm, one.role, brand, stage), []).append(count)
    return _means("comparison/funnel", people, ["arm", "role", "brand", "stage"])


def sources(runs: Sequence[ArmRun]) -> pd.DataFrame:
    """Needs that fell due, by what made the user aware, outlet and status: mean over replications and interval.

    Who came to the checkout by another platform's entry point counts as that. A combination that a replication lacks
    counts as 0 in it.
    """
    by = ["source", "outlet", "status"]
    replications: dict[tuple[str, str], int] = {}
    counts: dict[tuple[str, ...], list[float]] = {}
    for one in runs:
        replications[one.arm, one.role] = replications.get((one.arm, one.role), 0) + 1
        needs = one.run.table("needs", [*by, "by_entry"])
        needs["source"] = needs["source"].mask(needs["by_entry"], ENTRY)
        for key, count in needs[needs["status"] != "pending"].value_counts(by).sort_index().items():
            counts.setdefault((one.arm, one.role, *key), []).append(count)
    for (arm, role, *_), found in counts.items():
        found += [0.0] * (replications[arm, role] - len(found))
    return _means("comparison/sources", dict(sorted(counts.items())), ["arm", "role", *by])


def cascades(runs: Iterable[ArmRun]) -> pd.DataFrame:
    """Every cascade of the campaign runs: its size and shape."""
    columns = ["platform", "post_key", "root_key", "parent_key", "brand", "kind", "depth"]
    frames = []
    for one in runs:
        if one.role == "campaign":
            posts = one.run.table("posts", columns)
            for platform, there in posts.groupby("platform", sort=True) if len(posts) else [("", posts)]:
                own = cascade_rows(there.reset_index(drop=True))
                own.insert(0, "arm", pd.Series(one.arm, index=own.index, dtype="str"))
                own.insert(1, "platform", pd.Series(str(platform), index=own.index, dtype="str"))
                own.insert(2, "replication", np.full(len(own), one.replication, dtype=np.int64))
                frames.append(own)
    return pd.concat(frames, ignore_index=True)


def _means(name: str, values: dict[tuple[str, ...], list[float]], by: list[str]) -> pd.DataFrame:
    rows = []
    for key, several in values.items():
        own = mean_interval(np.array(several, dtype=np.float64))
        rows.append((*key, own.mean, own.low, own.high, own.n))
    return declared(name, rows, [*by, "mean", "low", "high", "n"])
