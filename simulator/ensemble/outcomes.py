"""Outcomes of arms over replications: effects, summaries, paired differences, and the verdict."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.ensemble import statistics
from simulator.output.dictionary import Metric, declared
from simulator.types import Array

CONTRIBUTION = "contribution_yuan"
HEADLINE = "contribution_campaigning_yuan"
"""Contribution of the campaigning brands together; its effect is what their campaigns added."""
RIVALS = "contribution_rivals_yuan"
"""Contribution of the brands without a campaign together; an effect below zero was taken from them."""

KEYS = ["metric", "brand", "unit"]


def metrics() -> list[Metric]:
    """The metrics of a run and those that a comparison adds, for the data dictionary of any study."""
    from simulator.metrics import METRICS  # they load numba, which a process that only shares out runs does without

    own = [Metric(metric.name, metric.unit, metric.formula) for metric in METRICS.values()]
    split = {HEADLINE: "with a campaign", RIVALS: "without a campaign"}
    added = [Metric(name, "yuan", f"{CONTRIBUTION} of the brands {who}, summed") for name, who in split.items()]
    return [*own, *added]


@dataclass(frozen=True)
class Verdict:
    """On which arm campaigns added most, and whether that can be told from luck.

    If no arm has a campaign, it compares the arms' levels instead.

    Attributes
    ----------
    winner : str
        Empty unless the leader is separably ahead of every other arm (Holm's p over all pairs below 1 - level).
    leader : str
        The arm of the highest mean.
    rival : str
        The arm that the leader is least clearly ahead of; empty if there is only one arm.
    difference, low, high : float
        Leader minus rival: mean and 95 % interval, not adjusted; nan where unknown.
    n : int
        Paired replications.
    text : str
        The same in a sentence.
    p_holm : float
        Of the leader against the rival.
    metric, kind : str
        What is compared.
    """

    winner: str
    leader: str
    rival: str
    difference: float
    low: float
    high: float
    n: int
    text: str
    p_holm: float = math.nan
    metric: str = HEADLINE
    kind: str = "effect"


def with_headline(outcomes: pd.DataFrame, campaigning: Sequence[str]) -> pd.DataFrame:
    """A run's outcomes with the contribution of the brands with, and of those without a campaign, each together.

    Without any campaign there is nothing to split and no row is added.
    """
    own = outcomes[["metric", "brand", "value", "unit"]]
    if not campaigning:
        return own.reset_index(drop=True)
    brands = outcomes[(outcomes["metric"] == CONTRIBUTION) & (outcomes["brand"] != "")]
    with_one = brands["brand"].isin(list(campaigning))
    totals = [float(math.fsum(brands["value"][chosen])) for chosen in (with_one, ~with_one)]
    rows = pd.DataFrame({"metric": [HEADLINE, RIVALS], "brand": "", "value": totals, "unit": "yuan"})
    return pd.concat([own, rows], ignore_index=True)


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

    Holm's adjustment is over the pairs of one metric, brand and kind; a pair is separable if it survives it.

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
        d.variance_reduction, d.n, separable(p_holm),
    )  # fmt: skip


def separable(p_holm: float) -> bool:
    """Whether a difference can be told from luck after Holm's adjustment; an unknown p cannot."""
    return p_holm < 1 - statistics.LEVEL


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


@dataclass(frozen=True)
class _Lead:
    """How far the leader is ahead of another arm."""

    rival: str
    difference: float
    low: float
    high: float
    p_holm: float
    n: int

    @property
    def separable(self) -> bool:
        return self.difference > 0 and separable(self.p_holm)

    @property
    def clearness(self) -> tuple[bool, float]:
        """What is smallest for the arm that the leader is least clearly ahead of."""
        return self.separable, self.difference if math.isnan(self.low) else self.low

    @property
    def measured(self) -> str:
        """Its interval in words."""
        if math.isnan(self.low):
            return "one replication, no interval: this may be luck"
        holm = f", Holm's p {self.p_holm:.2g}" if self.low > 0 else ""
        return f"95 % interval {self.low:,.0f} to {self.high:,.0f}{holm}, {self.n} paired replications"


def verdict(summaries: pd.DataFrame, differences: pd.DataFrame) -> Verdict:
    """Read the headline off the comparison's tables; without a campaign, the levels of contribution."""
    metric, kind = HEADLINE, "effect"
    own = summaries[(summaries["metric"] == metric) & (summaries["kind"] == kind)]
    if not len(own):
        metric, kind = CONTRIBUTION, "level"
        own = summaries[(summaries["metric"] == metric) & (summaries["kind"] == kind) & (summaries["brand"] == "")]
    means = dict(zip(own["arm"], own["mean"], strict=True))
    leader = max(means, key=means.__getitem__)
    chosen = differences[
        (differences["metric"] == metric) & (differences["kind"] == kind) & (differences["brand"] == "")
    ]
    leads = [_lead(leader, row) for row in chosen.to_dict("records") if leader in (row["arm_a"], row["arm_b"])]
    nearest = min(leads, key=lambda lead: lead.clearness, default=None)
    told = _told(leader, means[leader], nearest) if kind == "effect" else _told_levels(leader, means[leader], nearest)
    without = [arm for arm in dict.fromkeys(summaries["arm"]) if arm not in means]
    text = f"{told}; no campaign on {', '.join(without)}" if without else told
    if nearest is None:
        unknown = (math.nan, math.nan, math.nan, int(own["n"].iloc[0]))
        return Verdict("", leader, "", *unknown, text, metric=metric, kind=kind)
    winner = leader if nearest.separable else ""
    numbers = (nearest.difference, nearest.low, nearest.high, nearest.n)
    return Verdict(winner, leader, nearest.rival, *numbers, text, nearest.p_holm, metric, kind)


def _lead(leader: str, row: Mapping[str, float | str]) -> _Lead:
    """The difference of a pair, counted from the leader."""
    mean, low, high = (float(row[name]) for name in ("mean", "low", "high"))
    rest = (float(row["p_holm"]), int(row["n"]))
    if row["arm_a"] == leader:
        return _Lead(str(row["arm_b"]), mean, low, high, *rest)
    return _Lead(str(row["arm_a"]), -mean, -high, -low, *rest)


def _told(leader: str, mean: float, lead: _Lead | None) -> str:
    """The verdict on the effects of campaigns on the campaigning brands."""
    if lead is None:
        return (
            f"campaigns changed the campaigning brands' contribution on {leader} by {mean:,.0f} yuan; there is no "
            f"other campaign to compare them with"
        )
    least = mean < 0
    if not lead.separable:
        if lead.difference == 0:
            return f"not separable: campaigns added the same on {leader} and {lead.rival} ({lead.measured})"
        did = "lost {} yuan less" if least else "added {} yuan more"
        told = did.format(f"{lead.difference:,.0f}")
        return f"not separable: campaigns {told} on {leader} than on {lead.rival} ({lead.measured})"
    head = f"campaigns added most on {leader}" if not least else f"campaigns paid nowhere and lost least on {leader}"
    return (
        f"{head}: {lead.difference:,.0f} yuan more contribution of the campaigning brands than on {lead.rival} "
        f"({lead.measured})"
    )


def _told_levels(leader: str, mean: float, lead: _Lead | None) -> str:
    """The verdict where no arm has a campaign."""
    head = "no campaign to measure: levels only"
    if lead is None:
        return f"{head}; contribution of all brands on {leader} is {mean:,.0f} yuan, with no other scenario to compare"
    if lead.difference == 0:
        return f"{head}; not separable: all brands contribute the same on {leader} and {lead.rival} ({lead.measured})"
    says = "" if lead.separable else "not separable: "
    return (
        f"{head}; {says}contribution of all brands is {lead.difference:,.0f} yuan higher on {leader} than on "
        f"{lead.rival} ({lead.measured})"
    )
