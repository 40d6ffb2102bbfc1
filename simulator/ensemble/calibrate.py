"""Fit parameters to targets: evenly spread trials, then a search, then a posterior and the rows held out.

Trials are proposed a fixed number at a time and learnt from in their order, so the trials, and everything made from
them, depend on the study alone: not on the number of workers, nor on what was stored before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from simulator.ensemble.calibrate_study import Plan, Weighted
from simulator.ensemble.lab import Lab, Runs
from simulator.ensemble.posterior import Posterior, Surface, posterior
from simulator.ensemble.search import Search
from simulator.ensemble.statistics import LEVEL
from simulator.ensemble.targets import Measured, Source, distance, inside
from simulator.ensemble.worker import ModelEntry
from simulator.errors import InputError
from simulator.types import Array


@dataclass(frozen=True)
class Trial:
    """A setting that was tried.

    Attributes
    ----------
    number : from 0.
    phase : "even", "search" or "emulated".
    shares : float64[d], where in the ranges the setting lies.
    values : of the parameters by name.
    measures : of the targets by name.
    loss : weighted sum of squared distances from the bands; infinite if a target cannot be measured, nan if a run
        failed.
    centred : the same from the middles of the bands; tells trials of equal loss apart.
    passed : how many targets lie in their bands.
    """

    number: int
    phase: str
    shares: Array
    values: dict[str, float]
    measures: dict[str, Measured]
    loss: float
    centred: float
    passed: int


@dataclass(frozen=True)
class Judged:
    """A target on the best setting and fresh luck."""

    name: str
    use: str
    band: tuple[float, float]
    value: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """Whether the interval lies in the band, across an edge of it, or outside."""
        low, high = (self.value, self.value) if math.isnan(self.low) else (self.low, self.high)
        if math.isnan(self.value):
            return "not measurable"
        if self.band[0] <= low and high <= self.band[1]:
            return "pass"
        return "fail" if high < self.band[0] or low > self.band[1] else "inconclusive"


@dataclass(frozen=True)
class Calibration:
    """What a calibration found.

    Attributes
    ----------
    plan : what was asked.
    trials : all of them, in order.
    best : of the smallest loss.
    posterior : see `posterior`.
    judged : the targets, then the rows held out, on the best setting and fresh luck.
    passing : the trials that pass all bands.
    predicted : the same targets on the runs of the passing trials, by name.
    """

    plan: Plan
    trials: list[Trial]
    best: Trial
    posterior: Posterior
    judged: list[Judged]
    passing: list[Trial]
    predicted: dict[str, list[float]]


def calibrate(plan: Plan, lab: Lab, after_batch: Any = None) -> Calibration:
    """Run a calibration.

    Parameters
    ----------
    plan : what is asked.
    lab : makes the runs.
    after_batch : called with all trials so far.

    Raises
    ------
    InputError
        If optuna is not installed, or no trial could be measured.
    """
    spec = plan.file.spec
    sources = plan.sources()
    lab.expected = spec.trials * plan.runs()
    trials: list[Trial] = []
    search = Search(
        len(spec.parameters), spec.start, spec.trials, spec.batch, spec.seed,
        lambda wanted, begin: _left(plan, trials, spec.seed + begin, draws=wanted, first=12, most=14).points,
    )  # fmt: skip
    for batch in search.batches():
        numbered = [(number, *one) for number, one in enumerate(batch, start=len(trials))]
        points = {f"trial {number}": _values(plan, own) for number, _, own in numbered}
        runs = make(lab, sources, points, range(spec.replications))
        new = [_trial(plan, number, phase, own, runs) for number, phase, own in numbered]
        search.tell([own for _, own in batch], [one.loss for one in new])
        trials += new
        if after_batch is not None:
            after_batch(trials)
    usable = [one for one in trials if math.isfinite(one.loss)]
    if not usable:
        lab.raise_failures()
        raise InputError("no trial could be measured: the targets are nan on all runs; try other ranges or larger runs")
    best = min(usable, key=lambda one: (one.loss, one.centred, one.number))
    left = _left(plan, trials, spec.seed)
    judged = _judge(plan, lab, best)
    passing = [one for one in trials if one.passed == len(plan.targets)]
    return Calibration(plan, trials, best, left, judged, passing, _predict(plan, lab, passing))


def _values(plan: Plan, shares: Array) -> dict[str, float]:
    return {name: one.at(float(share)) for (name, one), share in zip(plan.factors.items(), shares, strict=True)}


def _trial(plan: Plan, number: int, phase: str, shares: Array, runs: Runs) -> Trial:
    spec = plan.file.spec
    point = f"trial {number}"
    found = measure_all(plan.targets, point, runs, range(spec.replications))
    whole = all(
        (f"{source.name} {point}", role, r) in runs
        for source in plan.sources()
        for role in source.roles
        for r in range(spec.replications)
    )
    loss = centred = 0.0
    for one in plan.targets:
        band, value, weight = one.target.band, found[one.name].value, one.weight
        loss += weight * float(distance(value, band)) ** 2 if math.isfinite(value) else math.inf
        middle = sum(band) / 2
        if math.isfinite(middle) and math.isfinite(value):
            centred += weight * ((value - middle) / ((band[1] - band[0]) / 2)) ** 2
    passed = sum(inside(found[one.name].value, one.target.band) for one in plan.targets)
    loss = loss if whole else math.nan
    return Trial(number, phase, shares, _values(plan, shares), found, loss, centred, passed)


def make(lab: Lab, sources: Sequence[Source], points: Mapping[str, Mapping[str, float]], worlds: Sequence[int]) -> Runs:
    """The runs of some points, those that are made alike in one call."""
    alike: dict[tuple[ModelEntry | None, tuple[str, ...]], list[Source]] = {}
    for source in sources:
        alike.setdefault((source.model, source.roles), []).append(source)
    found = Runs(lab.store, [])
    for (model, roles), several in alike.items():
        arms = [source.arm(point, values) for point, values in points.items() for source in several]
        found = found.joined(lab.run_pairs([(arm, r) for r in worlds for arm in arms], roles, model))
    return found


def measure_all(targets: Sequence[Weighted], point: str, runs: Runs, worlds: Sequence[int]) -> dict[str, Measured]:
    """Every target on the runs of one setting, by name."""
    return {one.name: one.target.measured(point, runs, worlds) for one in targets}


def _left(plan: Plan, trials: Sequence[Trial], seed: int, **how: int) -> Posterior:
    """What the targets leave, as far as some trials tell."""
    usable = [one for one in trials if math.isfinite(one.loss)]
    return posterior([_surface(one, usable) for one in plan.targets], len(plan.factors), seed, **how)


def _surface(one: Weighted, trials: Sequence[Trial]) -> Surface:
    points = np.array([trial.shares for trial in trials])
    return Surface(one.name, points, np.array([trial.measures[one.name].value for trial in trials]), one.target.band)


def _judge(plan: Plan, lab: Lab, best: Trial) -> list[Judged]:
    """The best setting on luck that it was not chosen for."""
    spec = plan.file.spec
    every = (*plan.targets, *plan.held_out)
    fresh = range(spec.replications, spec.replications + spec.check)
    lab.expected = 0
    runs = make(lab, plan.sources(judging=True), {"best": best.values}, fresh)
    found = measure_all(every, "best", runs, fresh)
    judged = []
    for one in every:
        got = found[one.name]
        half = got.error * float(stdtrit(spec.check - 1, 0.5 + LEVEL / 2)) if spec.check > 1 else math.nan
        use = "fitted" if one in plan.targets else "held out"
        judged.append(Judged(one.name, use, one.target.band, got.value, got.value - half, got.value + half))
    return judged


def _predict(plan: Plan, lab: Lab, passing: Sequence[Trial]) -> dict[str, list[float]]:
    """What the trials that pass all bands say of every target, those held out included."""
    spec = plan.file.spec
    every = (*plan.targets, *plan.held_out)
    points = {f"trial {one.number}": one.values for one in passing}
    runs = make(lab, plan.sources(judging=True), points, range(spec.replications))
    found: dict[str, list[float]] = {one.name: [] for one in every}
    for trial in passing:
        for name, got in measure_all(every, f"trial {trial.number}", runs, range(spec.replications)).items():
            found[name].append(got.value)
    return found
