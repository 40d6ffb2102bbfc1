"""Runs the tests of claims, all in one go, and says what becomes of each claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator.ensemble.claims.base import ClaimTest, Finding, Mode, Wanted
from simulator.ensemble.claims.comparison import Verdict, adjusted
from simulator.ensemble.claims.measure import Measure
from simulator.ensemble.claims.pattern import Measured, MeasuresPatterns, PatternTest
from simulator.ensemble.claims.study import Bench, ClaimsStudy
from simulator.ensemble.design import Arm
from simulator.ensemble.lab import Lab, Runs
from simulator.ensemble.study_file import StudyFile
from simulator.errors import InputError, Problem


@dataclass(frozen=True)
class Planned:
    """A test with the runs that it wants; none if it is left for the full mode."""

    claim: str
    number: int
    test: ClaimTest
    arms: Mapping[str, tuple[Arm, Wanted]]
    skipped: bool = False

    @property
    def label(self) -> str:
        """How its runs are called."""
        return f"{self.claim}.{self.number}"


@dataclass(frozen=True)
class Tested:
    """A test and what became of it."""

    planned: Planned
    finding: Finding

    @property
    def verdict(self) -> Verdict:
        """Of the test."""
        return self.finding.concluded()

    @property
    def told(self) -> str:
        """What it found, in a sentence."""
        lines = [one.told for one in self.finding.comparisons]
        return "; ".join([*lines, *([self.finding.told] if self.finding.told else [])])


def plan(file: StudyFile[ClaimsStudy], mode: Mode, bench: Bench) -> list[Planned]:
    """Every test with its scenarios loaded.

    Raises
    ------
    InputError
        With everything that is wrong in the tests' scenarios and changes, at its place in the file.
    """
    problems: dict[Problem, None] = {}
    planned = []
    for name, claim in file.spec.claims.items():
        for number, test in enumerate(claim.tests):
            if test.full and mode.name != "full":
                planned.append(Planned(name, number, test, {}, skipped=True))
                continue
            arms: dict[str, tuple[Arm, Wanted]] = {}
            for wanted in test.wanted(mode):
                try:
                    label = f"{name}.{number} {wanted.key}"
                    arms[wanted.key] = bench.arm(label, wanted, ("claims", name, "tests", number)), wanted
                except InputError as error:
                    problems.update(dict.fromkeys(error.problems))
            planned.append(Planned(name, number, test, arms))
    if problems:
        raise InputError(problems)
    return planned


def pairs_of(planned: Sequence[Planned], mode: Mode) -> dict[tuple[str, ...], list[tuple[Arm, int]]]:
    """The runs of all tests: arms and replications by roles."""
    found: dict[tuple[str, ...], list[tuple[Arm, int]]] = {}
    for one in planned:
        for arm, wanted in one.arms.values():
            worlds = wanted.worlds or mode.replications
            found.setdefault(wanted.roles, []).extend((arm, r) for r in range(worlds))
    return found


def settle(planned: Sequence[Planned], mode: Mode, lab: Lab, patterns: MeasuresPatterns | None = None) -> list[Tested]:
    """Make all runs, judge every test, and adjust all comparisons together.

    Parameters
    ----------
    patterns : measures parts of observed patterns, for tests that ask for them.
    """
    pairs = pairs_of(planned, mode)
    lab.expected = sum(len(roles) * len(own) for roles, own in pairs.items())
    runs = Runs(lab.store, [])
    for roles, own in pairs.items():
        runs = runs.joined(lab.run_pairs(own, roles))
    asked = [
        part for one in planned if isinstance(one.test, PatternTest) and not one.skipped for part in one.test.parts
    ]
    measured = patterns(list(dict.fromkeys(asked))) if asked and patterns is not None else {}
    findings = [_judged(one, mode, runs, measured) for one in planned]
    after = adjusted([finding.comparisons for finding in findings])
    return [
        Tested(one, Finding(tuple(comparisons), own.needs_all, own.verdict, own.told, own.tested))
        for one, own, comparisons in zip(planned, findings, after, strict=True)
    ]


def _judged(one: Planned, mode: Mode, runs: Runs, patterns: Mapping[str, Measured]) -> Finding:
    if one.skipped:
        return Finding(verdict="unknown", told="left for the full mode", tested=False)
    missing = [part for part in getattr(one.test, "parts", ()) if part not in patterns]
    if missing:
        return Finding(verdict="unknown", told=f"rows {', '.join(missing)} were not measured", tested=False)
    return one.test.judge(_Seen(one, mode, runs, patterns), mode)


class _Seen:
    """The runs of one test."""

    def __init__(self, planned: Planned, mode: Mode, runs: Runs, patterns: Mapping[str, Measured]):
        self._planned, self._mode, self._runs = planned, mode, runs
        self.seed, self.patterns = mode.seed, patterns

    def values(self, key: str, measure: Measure) -> dict[int, float]:
        """A measure by replication; those of which a run failed are left out."""
        arm, wanted = self._planned.arms[key]
        ticks = int(arm.resolved["market"]["tick_minutes"])
        found = {}
        for r in range(wanted.worlds or self._mode.replications):
            tables = self._runs.tables(arm.label, wanted.roles, [r])
            if tables:
                found[r] = measure.of(tables, ticks)
        return found

    def hashes(self, key: str) -> list[Mapping[str, str]]:
        """Canonical hashes of the tables, by replication."""
        arm, wanted = self._planned.arms[key]
        keys = [(arm.label, "campaign", r) for r in range(wanted.worlds or self._mode.replications)]
        return [self._runs[one].manifest.table_hashes() for one in keys if one in self._runs]


def scenarios_of(planned: Sequence[Planned]) -> Iterator[Arm]:
    """One arm of each scenario that is run, for the estimate of memory."""
    seen: set[str] = set()
    for one in planned:
        for arm, wanted in one.arms.values():
            if wanted.scenario not in seen:
                seen.add(wanted.scenario)
                yield arm
