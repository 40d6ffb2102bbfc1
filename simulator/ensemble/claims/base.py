"""What every test of a claim has: what it asks, the runs that it wants, and how it judges them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulator.ensemble.claims.comparison import Answer, Comparison, Verdict, all_of, together
from simulator.ensemble.claims.measure import Measure
from simulator.ensemble.priors import Prior
from simulator.ensemble.study_schema import setting
from simulator.parameters import Parameters
from simulator.scenario.tree import Step

Settings = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Runs that a test wants: a scenario with changes, in all worlds.

    Attributes
    ----------
    key : by which the test finds them again.
    changes : path: value; a star stands for every item.
    drawn : values of what is not known, by the name of its prior.
    place : where the test says so, counted from it.
    roles : with campaigns, and without.
    worlds : how many; 0 for as many as the mode says.
    """

    key: str
    scenario: str
    changes: Settings
    place: tuple[Step, ...] = ()
    roles: tuple[str, ...] = ("campaign",)
    worlds: int = 0
    drawn: Mapping[str, float] = field(default_factory=dict)


class Seen(Protocol):
    """The runs of a test, as its judgement sees them."""

    seed: int
    patterns: Mapping[str, Any]

    def values(self, key: str, measure: Measure) -> dict[int, float]:
        """A measure by replication."""
        ...

    def hashes(self, key: str) -> list[Mapping[str, str]]:
        """Canonical hashes of the tables, by replication."""
        ...


@dataclass(frozen=True)
class Finding:
    """What became of a test.

    Attributes
    ----------
    comparisons : whose p-values are still to be adjusted over all tests.
    needs_all : whether all must hold; else each is a condition under which it may.
    verdict : of tests that are not judged by comparisons.
    told : what else is to be said.
    tested : whether anything was run for it.
    """

    comparisons: tuple[Comparison, ...] = ()
    needs_all: bool = False
    verdict: Verdict | None = None
    told: str = ""
    tested: bool = True

    def concluded(self) -> Verdict:
        """The verdict, once the comparisons are adjusted."""
        if self.verdict is not None:
            return self.verdict
        answers: Sequence[Answer] = [one.answer for one in self.comparisons]
        return all_of(answers) if self.needs_all else together(answers)


@dataclass(frozen=True)
class Mode:
    """How much is computed.

    Attributes
    ----------
    name : "quick" or "full".
    size : users, over those of each scenario; budgets grow with them.
    replications : worlds of a test.
    points : settings drawn where what is not known is varied.
    point_replications : worlds at each of them.
    seed : of the study.
    priors : what is not known, by name.
    applying : the names of the priors that do something, by scenario.
    """

    name: str
    size: float
    replications: int
    points: int
    point_replications: int
    seed: int
    priors: Mapping[str, Prior] = field(default_factory=dict)
    applying: Mapping[str, frozenset[str]] = field(default_factory=dict)


class ClaimTest(Parameters):
    """One test of a claim."""

    asks: str = setting("", doc="what it asks, in a few words")
    full: bool = setting(False, doc="whether it is too long for the quick mode")

    def wanted(self, mode: Mode) -> Iterator[Wanted]:
        """The runs that it needs."""
        return iter(())

    def measures(self) -> Iterator[tuple[tuple[Step, ...], Measure]]:
        """What it reads off them, with the place of each in the test."""
        return iter(())

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """What the runs say."""
        raise NotImplementedError

    @property
    def experiment(self) -> str:
        """The paired experiment behind it, in words."""
        return ""
