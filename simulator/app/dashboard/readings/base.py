"""What all readings share: estimates over worlds, and their words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulator.app.dashboard.amounts import told
from simulator.app.dashboard.comparison import Comparison
from simulator.app.dashboard.figures import Dot, styles_of
from simulator.app.dashboard.presets import HEADLINE, Preset
from simulator.app.dashboard.texts import metric, say
from simulator.app.dashboard.why import told_gap, told_sources
from simulator.app.dashboard.work import RunFacts
from simulator.ensemble.statistics import MeanInterval, mean_interval
from simulator.metrics import METRICS
from simulator.report.style import ArmStyle
from simulator.types import Array

TIE = "tie"
"""The guess that nobody is ahead."""


@dataclass(frozen=True)
class Table:
    """Heads, and cells by row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Answer:
    """What a comparison says.

    Attributes
    ----------
    text : the answer in a sentence or two.
    guess : what became of the guess; empty if there was none.
    why : sentences counted from the traces.
    dots, axis, unit : the figure.
    table : the same in numbers.
    """

    text: str
    guess: str
    why: tuple[str, ...]
    dots: tuple[Dot, ...]
    axis: str
    unit: str
    table: Table


@dataclass(frozen=True)
class Seen:
    """The finished worlds of a comparison, as a preset reads them in a language."""

    preset: Preset
    comparison: Comparison
    language: str
    worlds: tuple[int, ...]

    @cached_property
    def styles(self) -> dict[str, ArmStyle]:
        """How every arm is drawn."""
        return styles(self.preset, self.comparison)

    def name(self, label: str) -> str:
        """How people call an arm."""
        return self.preset.arm(label).name[self.language]

    def say(self, key: str, **values: Any) -> str:
        """A text in the reader's language."""
        return say(self.language, key, **values)

    def unit(self, name: str) -> str:
        """The unit of an outcome."""
        return "yuan" if name == HEADLINE else METRICS[name].unit

    def values(self, label: str, name: str, kind: str) -> Array:
        """An outcome of an arm, world by world; float64 (worlds,)."""
        return self.comparison.values(label, name, kind, self.worlds)

    def estimate(self, label: str, name: str, kind: str) -> MeanInterval:
        """Its mean and interval."""
        return mean_interval(self.values(label, name, kind))

    def told(self, estimate: MeanInterval, unit: str, *, signed: bool = False) -> str:
        """An estimate in words."""
        return told(estimate.mean, estimate.low, estimate.high, unit, self.language, signed=signed)

    def facts(self, label: str, role: str) -> list[RunFacts]:
        """The facts of an arm's runs, world by world."""
        return [self.comparison.facts[label, role, world] for world in self.worlds]

    @property
    def kind(self) -> str:
        """Effect or level."""
        return self.preset.kind

    @property
    def axis(self) -> str:
        """What the figure's axis shows."""
        return self.say(f"axis.{self.kind}", metric=metric(self.preset.metric, self.language))

    def dots(self) -> tuple[Dot, ...]:
        """A row for every arm."""
        name, signed = self.preset.metric, self.kind == "effect"
        rows = []
        for label in self.preset.labels:
            own = self.estimate(label, name, self.kind)
            text = self.told(own, self.unit(name), signed=signed)
            rows.append(Dot(self.name(label), text, own.mean, own.low, own.high, self.styles[label]))
        return tuple(rows)

    def table(self) -> Table:
        """The outcome that answers and the further ones, a row each, a column an arm."""
        rows = []
        asked = [(self.preset.metric, self.kind), *((one.metric, one.kind) for one in self.preset.also)]
        for name, kind in asked:
            head = self.say(f"axis.{kind}", metric=metric(name, self.language))
            signed = kind == "effect"
            own = (self.estimate(label, name, kind) for label in self.preset.labels)
            rows.append((head, *(self.told(one, self.unit(name), signed=signed) for one in own)))
        return Table((self.say("table.outcome"), *(self.name(label) for label in self.preset.labels)), tuple(rows))

    def why(self, leader: str, rival: str) -> tuple[str, ...]:
        """What the campaigns did in every arm, and why more people pay in one of two."""
        told_of = []
        if self.kind == "effect":
            told_of += [
                told_sources(
                    self.name(label), self.facts(label, "campaign"), self.facts(label, "control"), self.language
                )
                for label in self.preset.labels
            ]
        if leader and rival and leader != rival:
            names = (self.name(leader), self.name(rival))
            told_of.append(
                told_gap(names, self.facts(leader, "campaign"), self.facts(rival, "campaign"), self.language)
            )
        return tuple(told_of)


@dataclass(frozen=True)
class Method:
    """A way to read a comparison.

    `guesses`: what may be guessed, "arm" or "number". `read` takes the finished worlds and the guess, as it was given.
    `ledger`: whether needs must be compared one by one.
    """

    name: str
    guesses: str
    read: Callable[[Seen, str], Answer]
    ledger: bool = False


def see(preset: Preset, comparison: Comparison, language: str) -> Seen | None:
    """The finished worlds, or None if there is none yet."""
    worlds = tuple(comparison.worlds)
    return Seen(preset, comparison, language, worlds) if worlds else None


def styles(preset: Preset, comparison: Comparison) -> dict[str, ArmStyle]:
    """How every arm is drawn: the three models as everywhere, others apart from them."""
    kinds = [str(arm.resolved["platforms"][0]["kind"]) for arm in comparison.study.arms]
    named = [kind if kinds.count(kind) == 1 else label for label, kind in zip(preset.labels, kinds, strict=True)]
    found = styles_of(named, kinds)
    return {label: found[name] for label, name in zip(preset.labels, named, strict=True)}


def number(text: str) -> float:
    """A guess as a number; nan if it is none."""
    try:
        return float(text.strip().replace(",", "").rstrip("%％"))
    except ValueError:
        return math.nan


def judged_number(seen: Seen, guess: str, truth: MeanInterval, unit: str) -> str:
    """What became of the guess of a number."""
    given = number(guess)
    if not math.isfinite(given):
        return ""
    inside = truth.low <= given <= truth.high
    values = {"guess": guess.strip(), "truth": seen.told(truth, unit)}
    if truth.n < 2:
        return seen.say("guess.number_one", **values)
    key = "guess.number_inside" if inside else "guess.number_above" if given > truth.high else "guess.number_below"
    return seen.say(key, **values)


def ordered(pairs: Sequence[tuple[str, float]]) -> list[str]:
    """Labels by value, the largest first."""
    return [label for label, _ in sorted(pairs, key=lambda pair: -pair[1])]
