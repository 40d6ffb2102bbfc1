"""Patterns as targets of a calibration: each numbered part, measured on the runs that validation makes for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simulator.ensemble.calibrate_study import CalibrateStudy
from simulator.ensemble.design import Arm
from simulator.ensemble.lab import Runs
from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.targets import Measured, Source, Target, mean_of
from simulator.ensemble.variants import Variants
from simulator.validation import PATTERNS
from simulator.validation.context import Context, FinishedRun
from simulator.validation.experiments import Effort, Experiment
from simulator.validation.pattern import NotRunError, Part, Pattern
from simulator.validation.study import WORLDS

FITTED = "fitted"
"""The kind of a part that parameters may be fitted to."""


def _fittable(pattern: Pattern, part: Part) -> bool:
    """Whether parameters may be fitted to a part, and there are runs that could show it."""
    return part.kind == FITTED and bool(pattern.needs((part,)))


@dataclass(frozen=True)
class PartTarget:
    """A part of a pattern."""

    part: Part
    experiments: tuple[Experiment, ...]
    sources: tuple[Source, ...]
    effort: Effort
    seed: int
    data: Path | None

    @property
    def name(self) -> str:
        """The part's id and what it is."""
        return f"{self.part.id} {self.part.title}"

    @property
    def band(self) -> tuple[float, float]:
        """Of the observed value."""
        return self.part.band.low, self.part.band.high

    def measured(self, point: str, runs: Runs, replications: Sequence[int]) -> Measured:
        """Mean and standard error over replications; nan if the runs hold nothing to measure."""
        finished = {}
        for experiment in self.experiments:
            keys = [(f"{experiment.label} {point}", experiment.role, r) for r in replications]
            if not all(key in runs for key in keys):
                return Measured(np.nan, np.nan)
            finished[experiment.label] = [FinishedRun(runs[key]) for key in keys]
        effort = replace(self.effort, replications=len(replications), cascade_replications=len(replications))
        context = Context(effort, self.seed, effort.cascade_users[-1], finished, {}, self.data)
        try:
            return mean_of(np.asarray(self.part.measure(context), np.float64))
        except NotRunError:
            return Measured(np.nan, np.nan)


@dataclass(frozen=True)
class KnownPatterns:
    """All patterns that validation measures.

    Parameters
    ----------
    data : folder of the raw data that some of them need; without it those cannot be named.
    """

    data: Path | None = None

    def names(self) -> list[str]:
        """Patterns, and their parts."""
        return [name for pattern in self._each() for name in (pattern.name, *(part.id for part in pattern.parts))]

    def fittable(self) -> list[str]:
        """Those with a part that may be fitted, and these parts."""
        found: dict[str, None] = {}
        for pattern in self._each():
            parts = [part.id for part in pattern.parts if _fittable(pattern, part)]
            found.update(dict.fromkeys([pattern.name, *parts] if parts else []))
        return list(found)

    def scenarios(self, names: Sequence[str]) -> list[str]:
        """The shipped scenarios of the experiments behind some patterns or parts."""
        chosen = [pair for name in names for pair in self._chosen(name, fit=False)]
        every = [one.scenario for pattern, part in chosen for one in pattern.needs((part,))]
        return list(dict.fromkeys(every))

    def targets(self, name: str, file: StudyFile[CalibrateStudy], variants: Variants, fit: bool) -> Sequence[Target]:
        """A target for each part, or for those that may be fitted."""
        spec = file.spec
        each = spec.replications
        effort = Effort("calibrate", each, each, each, spec.market_users, (spec.cascade_users,))
        made = []
        for pattern, part in self._chosen(name, fit=fit):
            experiments = tuple(dict.fromkeys(pattern.needs((part,))))
            sources = tuple(self._source(one, effort, spec, variants) for one in experiments)
            made.append(PartTarget(part, experiments, sources, effort, spec.seed, self.data))
        return made

    def _each(self) -> Iterator[Pattern]:
        yield from (one for one in PATTERNS.values() if self.data is not None or not one.data)

    def _chosen(self, name: str, *, fit: bool) -> Iterator[tuple[Pattern, Part]]:
        for pattern in self._each():
            for part in pattern.parts:
                if name in (pattern.name, part.id) and (_fittable(pattern, part) or not fit):
                    yield pattern, part

    def _source(self, experiment: Experiment, effort: Effort, spec: CalibrateStudy, variants: Variants) -> Source:
        """The runs of an experiment with the study's changes and the parameters' values."""
        variant = next(one for one in variants.each if one.source.stem == experiment.scenario)

        def arm(point: str, values: Mapping[str, float]) -> Arm:
            settings = (*experiment.settings, *variant.settings, *variant.texts(variants.factors, values))
            label = f"{experiment.label} {point}"
            changed = replace(experiment, label=label, settings=settings)
            run = changed.specs(effort, effort.cascade_users[-1], spec.seed, self.data)[0]
            return Arm(label, run.resolved, run.files, run.paths)

        return Source(experiment.label, (experiment.role,), arm, WORLDS)
