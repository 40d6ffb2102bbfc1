"""Outcomes of arms over replications: effects, summaries, paired differences, and the verdict."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.ensemble import statistics
from simulator.output.dictionary import declared
from simulator.types import Array

CONTRIBUTION = "contribution_yuan"
HEADLINE = "contribution_campaigning_yuan"
"""Contribution of the campaigning brands together; its effect is what their campaigns earned."""

KEYS = ["metric", "brand", "unit"]


@dataclass(frozen=True)
class Verdict:
    """Which arm's campaigns earn most, and whether that can be told from luck.

    Attributes
    ----------
    winner : str
        Empty unless the leader's paired interval against every other arm lies above zero.
    leader : str
        The arm of the highest mean.
    rival : str
        The arm that the leader is least clearly ahead of; empty if there is only one arm.
    difference, low, high : float
        Leader minus rival: mean and 95 % interval; nan where unknown.
    n : int
        Paired replications.
    text : str
        The same in a sentence.
    """

    winner: str
    leader: str
    rival: str
    difference: float
    low: float
    high: float
    n: int
    text: str
    metric: str = HEADLINE
    kind: str = "effect"


def with_headline(outcomes: pd.DataFrame, campaigning: Sequence[str]) -> pd.DataFrame:
    """A run's outcomes with a row for the contribution of the campaigning brands together (0 if there are none)."""
    own = outcomes[(outcomes["metric"] == CONTRIBUTION) & outcomes["brand"].isin(list(campaigning))]
    total = float(math.fsum(own["value"]))
    row = pd.DataFrame({"metric": [HEADLINE], "brand": [""], "value": [total], "unit": ["yuan"]})
    return pd.concat([outcomes[["metric", "brand", "value", "unit"]], row], ignore_index=True)


def effects(arm_outcomes: pd.DataFrame) -> pd.DataFrame:
    """Campaign minus control for each arm, replication, metric and brand."""
    on = ["arm", "replication", "metric", "brand", "unit"]
    campaign = arm_outcomes[arm_outcomes["role"] == "campaign"]
    control = arm_outcomes[arm_outcomes["role"] == "control"]
    both = campaign.merge(control, on=on, suffixes=("", "_control"), validate="one_to_one")
    both["value"] = both["value"] - both["value_control"]
    return both[["arm", "replication", "metric", "brand", "value", "unit"]]


def summary(arm_outcomes: pd.DataFrame, effect: pd.DataFrame) -> pd.DataFrame:
    """Mean, deviation and interval of every arm's levels (campaign runs) and effects."""
    control = _by_arm(arm_outcomes[arm_outcomes["role"] == "control"])
    levels = _by_arm(arm_outcomes[arm_outcomes["role"] == "campaign"])
    rows = []
    for kind, values in (("level", levels), ("effect", _by_arm(effect))):
        for (arm, *key), series in values.items():
            own = statistics.mean_interval(np.array(list(series.values())))
            helped = math.nan
            if kind == "effect":
                a, b = _paired(levels[arm, *key], control[arm, *key])
                helped = statistics.variance_reduction(a, b)
            rows.append((arm, *key, kind, own.mean, own.sd, own.low, own.high, own.n, helped))
    columns = ["arm", *KEYS, "kind", "mean", "sd", "low", "high", "n", "variance_reduction"]
    return declared("comparison/summary", rows, columns)


def paired_differences(arm_outcomes: pd.DataFrame, effect: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Every pair of arms on every outcome both have, over the replications both have.

    Holm's adjustment is over the pairs of one metric, brand and kind.

    Parameters
    ----------
    seed : of the bootstrap.
    """
    arms = list(dict.fromkeys(arm_outcomes["arm"]))
    levels = _by_arm(arm_outcomes[arm_outcomes["role"] == "campaign"])
    rows = []
    for kind, values in (("level", levels), ("effect", _by_arm(effect))):
        for key in dict.fromkeys(tuple(key) for _, *key in values):
            present = [arm for arm in arms if (arm, *key) in values]
            found = [
                (a, b, statistics.paired_difference(*_paired(values[a, *key], values[b, *key]), seed))
                for a, b in itertools.combinations(present, 2)
            ]
            adjusted = statistics.holm([difference.p_value for *_, difference in found])
            rows += [(*key, kind, a, b, *_fields(d, p)) for (a, b, d), p in zip(found, adjusted, strict=True)]
    return declared("comparison/paired_differences", rows, [*KEYS, "kind", "arm_a", "arm_b", *_FIELDS])


_FIELDS = (
    "mean", "low", "high", "bootstrap_low", "bootstrap_high", "p_value", "p_holm", "correlation", "variance_reduction",
    "n", "separable",
)  # fmt: skip


def _fields(d: statistics.PairedDifference, p_holm: float) -> tuple[float | int | bool, ...]:
    return (
        d.mean, d.low, d.high, d.bootstrap_low, d.bootstrap_high, d.p_value, p_holm, d.correlation,
        d.variance_reduction, d.n, d.separable,
    )  # fmt: skip


def _by_arm(tidy: pd.DataFrame) -> dict[tuple[str, ...], dict[int, float]]:
    """Values by (arm, metric, brand, unit) and then replication, in the order of the table."""
    values: dict[tuple[str, ...], dict[int, float]] = {}
    columns = [tidy[name].tolist() for name in ("arm", *KEYS, "replication", "value")]
    for *key, replication, value in zip(*columns, strict=True):
        values.setdefault(tuple(key), {})[replication] = value
    return values


def _paired(a: Mapping[int, float], b: Mapping[int, float]) -> tuple[Array, Array]:
    both = sorted(a.keys() & b.keys())
    return np.array([a[one] for one in both]), np.array([b[one] for one in both])


def verdict(summaries: pd.DataFrame, differences: pd.DataFrame) -> Verdict:
    """Read the headline off the comparison's tables."""
    own = summaries[(summaries["metric"] == HEADLINE) & (summaries["kind"] == "effect")]
    means = dict(zip(own["arm"], own["mean"], strict=True))
    leader = max(means, key=means.__getitem__)
    table = differences[(differences["metric"] == HEADLINE) & (differences["kind"] == "effect")]
    leads = [_lead(leader, row) for row in table.to_dict("records") if leader in (row["arm_a"], row["arm_b"])]
    if not leads:
        count = int(own["n"].iloc[0])
        text = f"{leader}: campaigns earn {means[leader]:,.0f} yuan; there is no other scenario to compare it with"
        return Verdict("", leader, "", math.nan, math.nan, math.nan, count, text)
    rival, difference, low, high, n = min(leads, key=lambda lead: lead[1] if math.isnan(lead[2]) else lead[2])
    winner = leader if low > 0 else ""
    return Verdict(winner, leader, rival, difference, low, high, n, _sentence(leader, rival, difference, low, high, n))


def _lead(leader: str, row: Mapping[str, float | str]) -> tuple[str, float, float, float, int]:
    """Rival, mean, low, high, n of leader minus rival."""
    mean, low, high, n = float(row["mean"]), float(row["low"]), float(row["high"]), int(row["n"])
    if row["arm_a"] == leader:
        return str(row["arm_b"]), mean, low, high, n
    return str(row["arm_a"]), -mean, -high, -low, n


def _sentence(leader: str, rival: str, difference: float, low: float, high: float, n: int) -> str:
    if math.isnan(low):
        return (
            f"not separable: with one replication there is no interval; {leader} is {difference:,.0f} yuan ahead of "
            f"{rival}, which may be luck"
        )
    measured = f"95 % interval {low:,.0f} to {high:,.0f}, {n} paired replications"
    if low > 0:
        return f"{leader} wins: its campaigns earn {difference:,.0f} yuan more than {rival}'s ({measured})"
    if difference == 0:
        return f"not separable: {leader} and {rival} earn the same by their campaigns ({measured})"
    return f"not separable: {leader}'s campaigns earn {difference:,.0f} yuan more than {rival}'s ({measured})"
