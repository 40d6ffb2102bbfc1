"""Sweeps: scenarios at many settings, compared at each of them on the same luck."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.ensemble.designs import SAMPLED, Point
from simulator.ensemble.lab import Lab
from simulator.ensemble.responses import ManyArms, needed, paired, respond, series
from simulator.ensemble.statistics import LEVEL, bootstrap_interval, holm, mean_interval, paired_difference
from simulator.ensemble.study_output import TableDoc
from simulator.ensemble.sweep_study import Stop, SweepStudy
from simulator.types import Array

BASE = "as it is"

_POINT = {
    "scenario": ("-", "label of the scenario"),
    "point": ("-", "setting"),
    "{factor}": ("see study.json", "value of a factor; missing where the scenario's own stands"),
}
_OUTCOME = {"outcome": ("-", "kind and metric")}
_INTERVAL = {
    "mean": ("see metric", "over replications"),
    "low": ("see metric", "lower end of the 95 % interval (Student's t); missing for one replication"),
    "high": ("see metric", "upper end of it"),
    "n": ("-", "replications"),
}
DOCS = {
    "responses": TableDoc(
        "one row per scenario, setting, replication and outcome",
        {**_POINT, "replication": ("-", "number, from 0"), **_OUTCOME, "value": ("see metric", "of one world")},
    ),
    "summary": TableDoc(
        "one row per scenario, setting and outcome",
        {**_POINT, **_OUTCOME, "sd": ("see metric", "standard deviation over replications"), **_INTERVAL},
    ),
    "differences": TableDoc(
        "one row per outcome and pair: of scenarios at one setting, or of a setting and the first one",
        {
            "a": ("-", "scenario or setting"),
            "b": ("-", "scenario or setting, which is subtracted"),
            "point": ("-", "setting; empty if settings are compared"),
            **_OUTCOME,
            **_INTERVAL,
            "bootstrap_low": ("see metric", "lower 95 % percentile-bootstrap end"),
            "bootstrap_high": ("see metric", "upper 95 % percentile-bootstrap end"),
            "p_value": ("probability", "two-sided paired t test of no difference"),
            "p_holm": ("probability", "the same, adjusted by Holm over the rows of one outcome"),
            "variance_reduction": ("x", "variance of the difference if unpaired, over its variance as paired"),
            "needed": ("replications", "to separate this mean from zero with power 0.8; inf if it is zero"),
        },
    ),
    "beats": TableDoc(
        "one row per outcome and pair of scenarios: how often one is ahead over the settings",
        {
            "a": ("-", "scenario"),
            "b": ("-", "scenario"),
            **_OUTCOME,
            "points": ("-", "settings at which both were measured"),
            "share": ("share", "of the settings at which the mean of a is above that of b; a tie counts half"),
            "low": ("share", "lower end of the 95 % interval (Wilson 1927) over settings"),
            "high": ("share", "upper end of it"),
            "probability": (
                "probability",
                "that a is expected to be above b at a setting drawn like these, given what luck leaves open at each "
                "(Student's t)",
            ),
            "probability_low": ("probability", "lower end of its 95 % interval (percentile bootstrap over settings)"),
            "probability_high": ("probability", "upper end of it"),
            "ahead": ("share", "of the settings at which the 95 % interval of a - b lies above zero"),
            "behind": ("share", "of the settings at which it lies below zero"),
        },
    ),
    "drivers": TableDoc(
        "one row per outcome, pair of scenarios and factor of a sampled design: what decides who is ahead",
        {
            "a": ("-", "scenario"),
            "b": ("-", "scenario"),
            **_OUTCOME,
            "factor": ("-", "name in the study"),
            "correlation": ("-", "rank correlation over settings of the factor with a - b (Spearman 1904)"),
            "p_value": ("probability", "two-sided, of no correlation (Student's t)"),
            "p_holm": ("probability", "the same, adjusted by Holm over the factors of a pair"),
        },
    ),
}


@dataclass(frozen=True)
class Sweep:
    """What a sweep found.

    Attributes
    ----------
    points : the settings, in order.
    responses : see `respond`.
    replications : how many were made.
    reached : whether the stop rule was met; None without one.
    """

    spec: SweepStudy
    labels: tuple[str, ...]
    points: list[Point]
    responses: pd.DataFrame
    replications: int
    reached: bool | None


def sweep(spec: SweepStudy, scenarios: ManyArms, lab: Lab) -> Sweep:
    """Run a sweep, by batches of replications if it has a stop rule.

    Raises
    ------
    StudyError
        If every run failed.
    """
    chosen = spec.points_of()
    roles = len({role for one in spec.outcomes for role in one.roles})
    lab.expected = len(chosen) * len(scenarios.labels) * roles * spec.replications
    table = respond(lab, scenarios, chosen, spec.outcomes, range(spec.replications))
    made, reached = spec.replications, None
    if spec.stop is not None:
        names = dict(zip(spec.scenarios, scenarios.labels, strict=True))
        a, b = (names[name] for name in spec.stop.between)
        reached = enough(table, chosen, a, b, spec.stop)
        while not reached and made < spec.stop.most:
            more = range(made, min(made + spec.stop.batch, spec.stop.most))
            lab.expected = 0
            table = pd.concat([table, respond(lab, scenarios, chosen, spec.outcomes, more)], ignore_index=True)
            made = more.stop
            reached = enough(table, chosen, a, b, spec.stop)
    if not len(table):
        lab.raise_failures()
    return Sweep(spec, scenarios.labels, chosen, table, made, reached)


def enough(table: pd.DataFrame, chosen: Sequence[Point], a: str, b: str, stop: Stop) -> bool:
    """Whether the named difference is known well enough at every setting."""
    label = stop.outcome.label
    for point in chosen:
        x, y = paired(series(table, a, point.label, label), series(table, b, point.label, label))
        own = mean_interval(x - y)
        if not (own.high - own.low) / 2 <= stop.half_width:
            return False
    return True


def tables(found: Sweep) -> dict[str, pd.DataFrame]:
    """All tables of a sweep."""
    own = {
        "responses": _with_values(found, found.responses),
        "summary": _with_values(found, _summary(found)),
        "differences": differences(found),
    }
    if len(found.labels) > 1 and len(found.points) > 1:
        own["beats"] = beats(own["differences"], found.spec.seed)
        if found.spec.design in SAMPLED:
            own["drivers"] = drivers(found, own["differences"])
    return own


def _with_values(found: Sweep, table: pd.DataFrame) -> pd.DataFrame:
    """A table with the values of the factors after its setting."""
    values = {point.label: point.values for point in found.points}
    for place, name in enumerate(found.spec.factors, start=2):
        table.insert(place, name, [values[label].get(name) for label in table["point"]])
    return table


def _summary(found: Sweep) -> pd.DataFrame:
    rows = []
    for (scenario, point, outcome), own in found.responses.groupby(["scenario", "point", "outcome"], sort=False):
        got = mean_interval(own["value"].to_numpy())
        rows.append((scenario, point, outcome, got.sd, got.mean, got.low, got.high, got.n))
    return pd.DataFrame(rows, columns=["scenario", "point", "outcome", "sd", "mean", "low", "high", "n"])


def differences(found: Sweep) -> pd.DataFrame:
    """Paired differences: of scenarios at each setting, or of settings from the first if there is one scenario."""
    rows = []
    for outcome in (one.label for one in found.spec.outcomes):
        got = [
            (*names, paired_difference(*paired(_of(found, one, outcome), _of(found, two, outcome)), found.spec.seed))
            for names, one, two in _pairs(found)
        ]
        adjusted = holm([d.p_value for *_, d in got])
        for (a, b, point, d), p in zip(got, adjusted, strict=True):
            sd = (d.high - d.low) / 2 * math.sqrt(d.n) / _t(d.n) if d.n > 1 else math.nan
            fields = (d.mean, d.low, d.high, d.n, d.bootstrap_low, d.bootstrap_high, d.p_value, p, d.variance_reduction)
            rows.append((a, b, point, outcome, *fields, needed(sd, d.mean)))
    return pd.DataFrame(rows, columns=list(DOCS["differences"].columns))


def _t(n: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 0.5 + LEVEL / 2))


def _of(found: Sweep, where: tuple[str, str], outcome: str) -> dict[int, float]:
    return series(found.responses, *where, outcome)


def _pairs(found: Sweep) -> list[tuple[tuple[str, str, str], tuple[str, str], tuple[str, str]]]:
    """Names for the table, and scenario and setting of both sides."""
    if len(found.labels) > 1:
        return [
            ((a, b, point.label), (a, point.label), (b, point.label))
            for point in found.points
            for a, b in itertools.combinations(found.labels, 2)
        ]
    (only,) = found.labels
    first = found.points[0].label
    return [((one.label, first, ""), (only, one.label), (only, first)) for one in found.points[1:]]


def beats(differing: pd.DataFrame, seed: int) -> pd.DataFrame:
    """How often one scenario is ahead of another, and how probable it is that it would be expected to be.

    Parameters
    ----------
    differing : see `differences`.
    seed : of the bootstrap.
    """
    rows = []
    for (outcome, a, b), whole in differing.groupby(["outcome", "a", "b"], sort=False):
        own = whole[whole["mean"].notna()]
        means = own["mean"].to_numpy()
        share = float(np.mean(np.where(means == 0, 0.5, means > 0))) if means.size else math.nan
        chances = chances_above_zero(means, own["low"].to_numpy(), own["n"].to_numpy())
        known = bool(chances.size) and bool(np.isfinite(chances).all())
        probability = float(chances.mean()) if known else math.nan
        ends = bootstrap_interval(chances, seed) if known else (math.nan, math.nan)
        clear = [float((one > 0).mean()) if known else math.nan for one in (own["low"], -own["high"])]
        rows.append((a, b, outcome, means.size, share, *wilson(share, means.size), probability, *ends, *clear))
    return pd.DataFrame(rows, columns=list(DOCS["beats"].columns))


def chances_above_zero(means: Array, lows: Array, n: Array) -> Array:
    """Probability that each expectation is above zero, from its mean and t interval; nan for one replication.

    With an even prior the expectation is Student's t about the mean. What never varies is certain, or a tie.
    """
    from scipy.special import stdtr

    chances = np.full(means.shape, math.nan)
    several = n > 1
    error = (means[several] - lows[several]) / np.array([_t(int(one)) for one in n[several]])
    certain = np.where(means[several] == 0, 0.5, (means[several] > 0).astype(float))
    with np.errstate(divide="ignore", invalid="ignore"):
        chances[several] = np.where(error > 0, stdtr(n[several] - 1, means[several] / error), certain)
    return chances


def drivers(found: Sweep, differing: pd.DataFrame) -> pd.DataFrame:
    """Rank correlation of every factor with the difference of every pair of scenarios."""
    rows = []
    values = {point.label: point.values for point in found.points}
    for (outcome, a, b), whole in differing.groupby(["outcome", "a", "b"], sort=False):
        own = whole[whole["mean"].notna()]
        got = [
            (name, *rank_correlation([values[point][name] for point in own["point"]], own["mean"]))
            for name in found.spec.factors
        ]
        adjusted = holm([p for *_, p in got])
        rows += [(a, b, outcome, name, r, p, q) for (name, r, p), q in zip(got, adjusted, strict=True)]
    return pd.DataFrame(rows, columns=list(DOCS["drivers"].columns))


def rank_correlation(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """Spearman's correlation and its two-sided p; nan where one side does not vary or there are fewer than three."""
    from scipy.special import stdtr
    from scipy.stats import rankdata

    a, b = rankdata(np.asarray(x)), rankdata(np.asarray(y))
    n = a.size
    if n < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return math.nan, math.nan
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -1.0, 1.0))
    return r, 0.0 if abs(r) == 1 else 2 * float(stdtr(n - 2, -abs(r) * math.sqrt((n - 2) / (1 - r * r))))


def wilson(share: float, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Interval of a share of `n` (Wilson 1927); nan for none."""
    from scipy.special import ndtri

    if n == 0:
        return math.nan, math.nan
    z = float(ndtri(0.5 + level / 2))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half
