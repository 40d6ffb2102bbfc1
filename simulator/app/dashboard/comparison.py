"""A comparison under way: arms x worlds x roles, shared out to workers, told as it grows.

What was computed before is not computed again: facts are remembered under the content address of their run. In a
control no brand runs its campaign, so controls that differ in nothing else are one run.
"""

from __future__ import annotations

import copy
import itertools
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from simulator.app.dashboard.pool import Pool, Ticket
from simulator.app.dashboard.work import RunFacts, Wants, brands_in_question
from simulator.app.dashboard.worker import Ended
from simulator.ensemble import outcomes
from simulator.ensemble.design import RunSpec, Study
from simulator.ensemble.statistics import holm, paired_difference
from simulator.errors import InputError
from simulator.output.manifest import ROLES
from simulator.types import Array

Key = tuple[str, str, int]
"""Label of the arm, role, world."""

MOST_REMEMBERED = 4096
MOST_LEDGERS = 128
"""Runs whose needs are kept one by one; some hundred kilobytes each."""

RUNNING, DONE, STOPPED, FAILED = "running", "done", "stopped", "failed"


class Memory:
    """Facts of the last runs, by what they depend on. They are pure functions of it, so all sessions may share them."""

    def __init__(self) -> None:
        self._facts: OrderedDict[Any, RunFacts] = OrderedDict()
        self._lock = threading.Lock()
        self._seconds: dict[str, float] = {}

    def key(self, spec: RunSpec, wants: Wants) -> Any:
        """What the facts of a run depend on."""
        if spec.role == "control":
            resolved = copy.deepcopy(dict(spec.resolved))
            for brand in resolved["brands"]:
                brand["campaign"] = None
            return replace(spec, resolved=resolved).address(), brands_in_question(spec.resolved), wants
        return spec.address(), wants

    def get(self, key: Any) -> RunFacts | None:
        """The facts, if they are remembered."""
        with self._lock:
            found = self._facts.get(key)
            if found is not None:
                self._facts.move_to_end(key)
            return found

    def put(self, key: Any, facts: RunFacts, arm: str) -> None:
        """Remember facts, and forget those asked for longest ago."""
        with self._lock:
            self._facts[key] = facts
            self._seconds[arm] = facts.seconds
            heavy = [old for old, kept in self._facts.items() if kept.ledger is not None]
            for old in [*heavy[:-MOST_LEDGERS], *list(self._facts)[:-MOST_REMEMBERED]]:
                self._facts.pop(old, None)

    def expected_seconds(self, arm: str) -> float:
        """What the last run of an arm of this name took."""
        return self._seconds.get(arm, 1.0)


@dataclass(frozen=True)
class Live:
    """A run under way: the curve so far, and ticks in all."""

    curve: list[int]
    ticks: int


@dataclass(frozen=True)
class Lead:
    """How far one arm is ahead of another: mean and 95 % interval over paired worlds, and Holm's p."""

    mean: float
    low: float
    high: float
    p_holm: float
    n: int

    @property
    def separable(self) -> bool:
        """Whether it can be told from luck."""
        return outcomes.separable(self.p_holm)


class Comparison:
    """Arms in the same worlds, with and without their campaigns if that is asked.

    Parameters
    ----------
    study : arms, worlds (replications) and seed.
    wants : what is needed of every run.
    effects : whether the controls are needed, too.
    owner : the session.

    Attributes
    ----------
    facts : of finished runs.
    live : of runs under way.
    errors : of failed runs, by label.
    version : grows with every finished run.
    """

    def __init__(self, study: Study, wants: Wants, effects: bool, owner: str, pool: Pool, memory: Memory):
        self.study, self.wants, self.owner = study, wants, owner
        self.roles = ROLES if effects else ROLES[:1]
        self.facts: dict[Key, RunFacts] = {}
        self.live: dict[Key, Live] = {}
        self.errors: dict[str, str] = {}
        self.version = 0
        self.began = time.monotonic()
        self.seconds = 0.0
        self._pool, self._memory = pool, memory
        self._tickets: dict[Key, Ticket] = {}
        self._stopped = False
        self._news = threading.Condition()
        self._start()

    def _start(self) -> None:
        asked: dict[Any, list[Key]] = {}
        specs = [spec for spec in self.study.specs() if spec.role in self.roles]
        for spec in specs:
            key = (spec.arm, spec.role, spec.replication)
            depends = self._memory.key(spec, self.wants)
            known = self._memory.get(depends)
            if known is not None:
                self.facts[key] = known
                self.version += 1
                continue
            if depends in asked:  # two arms that do not differ in this role
                asked[depends].append(key)
                continue
            asked[depends] = [key]
            self._tickets[key] = self._ticket(spec, depends, asked[depends])
        self._total = len(specs)
        try:
            for ticket in list(self._tickets.values()):
                self._pool.ask(ticket)
        except InputError:
            self.stop()
            raise
        self._tell()

    def _ticket(self, spec: RunSpec, depends: Any, keys: list[Key]) -> Ticket:
        """One world after the other; in each the longest run first, so that workers end together."""
        urgent = self._memory.expected_seconds(spec.arm) - 1e6 * spec.replication
        first = keys[0]

        def news(done: int, ticks: int, values: list[int]) -> None:
            with self._news:
                held = self.live.setdefault(first, Live([], ticks))
                held.curve.extend(values)
                self._news.notify_all()

        def end(ended: Ended) -> None:
            if ended.result is not None:
                self._memory.put(depends, ended.result, spec.arm)
            with self._news:
                self.live.pop(first, None)
                self._tickets.pop(first, None)
                if ended.error:
                    self.errors[spec.label] = ended.error
                elif ended.result is not None:
                    self.facts.update(dict.fromkeys(keys, ended.result))
                self.version += 1
            self._tell()

        return Ticket(self.owner, "run", (spec, self.wants), news, end, urgent)

    def _tell(self) -> None:
        with self._news:
            if self.status != RUNNING and not self.seconds:
                self.seconds = max(time.monotonic() - self.began, 1e-9)
            self._news.notify_all()

    # -- where it stands

    @property
    def status(self) -> str:
        """Running, done, stopped or failed."""
        if self._stopped:
            return STOPPED
        if self._tickets:
            return RUNNING
        return FAILED if self.errors else DONE

    @property
    def share_done(self) -> float:
        """Share of the work that is done, 0 to 1."""
        with self._news:
            parts = [len(one.curve) / one.ticks for one in self.live.values() if one.ticks]
            return min(1.0, (len(self.facts) + sum(parts)) / max(self._total, 1))

    @property
    def worlds(self) -> list[int]:
        """Worlds in which every run is finished."""
        keys = [(arm.label, role) for arm in self.study.arms for role in self.roles]
        return [w for w in range(self.study.replications) if all((*key, w) in self.facts for key in keys)]

    def wait(self, version: int, seconds: float) -> None:
        """Return when a run has finished since `version`, when nothing is under way, or after some time."""
        with self._news:
            self._news.wait_for(lambda: self.version != version or self.status != RUNNING, seconds)

    def stop(self) -> None:
        """Call off what is not finished."""
        with self._news:
            if self.status != RUNNING:
                return
            self._stopped = True
            tickets = list(self._tickets.values())
            self._tickets.clear()
            self.live.clear()
        for ticket in tickets:
            self._pool.stop(ticket)
        self._tell()

    # -- what it says

    def curve(self, arm: str, role: str, world: int) -> list[int]:
        """The curve of a run, as far as it is known."""
        with self._news:
            facts = self.facts.get((arm, role, world))
            if facts is not None:
                return [int(value) for value in facts.curve]
            live = self.live.get((arm, role, world))
            return list(live.curve) if live is not None else []

    def values(self, arm: str, name: str, kind: str, worlds: Sequence[int]) -> Array:
        """An outcome of the market in some finished worlds, or what the campaigns changed in it; float64 (worlds,).

        Not a number where it is not known, as the contribution of campaigning brands where no brand has a campaign.
        """
        campaigning = next(one for one in self.study.arms if one.label == arm).campaigning()

        def value(role: str, world: int) -> float:
            return outcome_of(self.facts[arm, role, world], name, campaigning)

        level = np.array([value("campaign", world) for world in worlds], np.float64)
        if kind == "level":
            return level
        return level - np.array([value("control", world) for world in worlds], np.float64)

    def leads(self, arm: str, name: str, kind: str, worlds: Sequence[int]) -> dict[str, Lead]:
        """How far an arm is ahead of every other in an outcome, over the same worlds.

        Holm's adjustment is over all pairs of arms, as in `ensemble.compare`.
        """
        labels = [one.label for one in self.study.arms]
        values = {label: self.values(label, name, kind, worlds) for label in labels}
        pairs = list(itertools.combinations(labels, 2))
        found = [paired_difference(values[a], values[b], self.study.seed) for a, b in pairs]
        adjusted = holm([one.p_value for one in found])
        leads = {}
        for (a, b), own, p in zip(pairs, found, adjusted, strict=True):
            if arm == a:
                leads[b] = Lead(own.mean, own.low, own.high, p, own.n)
            elif arm == b:
                leads[a] = Lead(-own.mean, -own.high, -own.low, p, own.n)
        return leads


def outcome_of(facts: RunFacts, name: str, campaigning: Sequence[str]) -> float:
    """An outcome of the market in one run; the headline is the contribution of the brands with a campaign together."""
    if name != outcomes.HEADLINE:
        return next((value for metric, brand, value, _ in facts.outcomes if metric == name and brand == ""), math.nan)
    own = [v for metric, brand, v, _ in facts.outcomes if metric == outcomes.CONTRIBUTION and brand in campaigning]
    return math.fsum(own) if own else math.nan
