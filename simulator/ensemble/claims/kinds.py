"""The kinds of tests: differences, factorials, shapes, identities, bands; what was put in, and what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from simulator.ensemble.claims.base import ClaimTest, Finding, Mode, Seen, Settings, Wanted
from simulator.ensemble.claims.comparison import Answer, Comparison, Sign, compared, together
from simulator.ensemble.claims.measure import Measure
from simulator.ensemble.study_schema import Band, Texts, Values, setting, wrong
from simulator.errors import Problem
from simulator.scenario.tree import Step

AS_IS = "as it is"
Conditions = dict[str, Settings]


class Difference(ClaimTest):
    """A world with something against the same world without it, or another scenario on the same people and luck."""

    kind: Literal["difference"] = setting(doc="a paired difference")
    scenario: str = setting(doc="the scenario")
    against: str = setting("", doc="another scenario that it is held against; itself by default")
    set: Settings = setting({}, doc="changes of both, path: value")
    first: Settings = setting({}, doc="changes of the first")
    second: Settings = setting({}, doc="changes of the second")
    measure: Measure = setting(doc="what is compared")
    expect: Sign = setting("above", doc="where the first lies from the second; none for exactly alike")
    conditions: Conditions = setting({}, doc="further worlds in which it is asked, changes by name")

    def findings(self) -> Iterator[Problem]:
        """What is wrong with the block."""
        if not (self.against or self.first or self.second):
            yield wrong("", "compares a scenario with itself", "first, second, or against")

    def wanted(self, mode: Mode) -> Iterator[Wanted]:
        """Both sides under every condition."""
        for name, changes in {AS_IS: {}, **self.conditions}.items():
            place: tuple[Step, ...] = ("set",) if name == AS_IS else ("conditions", name)
            sides = {"first": (self.scenario, self.first), "second": (self.against or self.scenario, self.second)}
            for side, (scenario, own) in sides.items():
                yield Wanted(f"{side}, {name}", scenario, {**self.set, **changes, **own}, place, self.measure.roles)

    def measures(self) -> Iterator[tuple[tuple[Step, ...], Measure]]:
        """The one that is compared."""
        yield ("measure",), self.measure

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """The paired difference under every condition."""
        found = []
        for name in (AS_IS, *self.conditions):
            a, b = (seen.values(f"{side}, {name}", self.measure) for side in ("first", "second"))
            found.append(compared(name, self.expect, a, b, seen.seed))
        return Finding(tuple(found))

    @property
    def experiment(self) -> str:
        """Both sides, and what is compared."""
        first = f"{self.scenario}{_told(self.first)}"
        return f"{self.measure.label}: {first} against {self.against or 'the same'}{_told(self.second)}"


class Factorial(ClaimTest):
    """Two mechanisms, each on and off: their effects where the other is on, and what both do beyond their sum."""

    kind: Literal["factorial"] = setting(doc="two switches, four worlds")
    scenario: str = setting(doc="the scenario, in which both are on")
    set: Settings = setting({}, doc="changes of all four")
    a_off: Settings = setting(doc="what switches the first off")
    b_off: Settings = setting(doc="what switches the second off")
    measure: Measure = setting(doc="what is compared")
    expect: dict[Literal["a", "b", "together"], Sign] = setting(
        doc="where the effect of a, of b, and what they do together beyond their sum should lie"
    )

    def wanted(self, mode: Mode) -> Iterator[Wanted]:
        """The four worlds."""
        off: dict[str, tuple[Settings, tuple[Step, ...]]] = {
            "both": ({}, ("set",)), "b only": (self.a_off, ("a_off",)), "a only": (self.b_off, ("b_off",)),
            "neither": ({**self.a_off, **self.b_off}, ("b_off",)),
        }  # fmt: skip
        for name, (changes, place) in off.items():
            yield Wanted(name, self.scenario, {**self.set, **changes}, place, self.measure.roles)

    def measures(self) -> Iterator[tuple[tuple[Step, ...], Measure]]:
        """The one that is compared."""
        yield ("measure",), self.measure

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """The effects that are expected to lie somewhere."""
        both, a, b, none = (seen.values(name, self.measure) for name in ("both", "a only", "b only", "neither"))
        worlds = both.keys() & a.keys() & b.keys() & none.keys()
        series = {
            "a": ({r: both[r] for r in worlds}, {r: b[r] for r in worlds}),
            "b": ({r: both[r] for r in worlds}, {r: a[r] for r in worlds}),
            "together": ({r: both[r] - a[r] for r in worlds}, {r: b[r] - none[r] for r in worlds}),
        }
        found = [compared(name, sign, *series[name], seen.seed) for name, sign in self.expect.items()]
        return Finding(tuple(found), needs_all=True)

    @property
    def experiment(self) -> str:
        """The switches, and what is compared."""
        return f"{self.measure.label}: {self.scenario}, a off by{_told(self.a_off)}, b off by{_told(self.b_off)}"


class Shape(ClaimTest):
    """How an outcome goes with a parameter: up, down, up and then down, or up ever less (or down ever faster)."""

    kind: Literal["shape"] = setting(doc="a course over a parameter")
    scenario: str = setting(doc="the scenario")
    set: Settings = setting({}, doc="changes at all values")
    path: str | Texts = setting(doc="the parameter, or several that take the same value; * stands for every item")
    values: Values = setting(doc="its values, in order; evenly spaced on the scale on which the shape is meant")
    measure: Measure = setting(doc="what is compared")
    expect: Literal["rises", "falls", "peaks", "flattens"] = setting(doc="the shape")
    conditions: Conditions = setting({}, doc="further worlds in which it is asked, changes by name")

    def findings(self) -> Iterator[Problem]:
        """What is wrong with the block."""
        least = 2 if self.expect in ("rises", "falls") else 3
        if len(self.values) < least:
            yield wrong("values", f"there are {len(self.values)}", f"at least {least} to see whether it {self.expect}")

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that take the values."""
        return (self.path,) if isinstance(self.path, str) else tuple(self.path)

    def wanted(self, mode: Mode) -> Iterator[Wanted]:
        """A world for every value and condition."""
        for name, changes in {AS_IS: {}, **self.conditions}.items():
            for value in self.values:
                own = {**self.set, **changes, **dict.fromkeys(self.paths, value)}
                yield Wanted(f"{value}, {name}", self.scenario, own, ("path",), self.measure.roles)

    def measures(self) -> Iterator[tuple[tuple[Step, ...], Measure]]:
        """The one that is followed."""
        yield ("measure",), self.measure

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """The comparisons that make the shape, under every condition."""
        found: list[Comparison] = []
        for name in (AS_IS, *self.conditions):
            series = [seen.values(f"{value}, {name}", self.measure) for value in self.values]
            found += self._comparisons(name, series, seen.seed)
        return Finding(tuple(found), needs_all=self.expect == "peaks" and not self.conditions)

    def _comparisons(self, name: str, series: list[dict[int, float]], seed: int) -> Iterator[Comparison]:
        first, last = series[0], series[-1]
        if self.expect in ("rises", "falls"):
            yield compared(name, "above" if self.expect == "rises" else "below", last, first, seed)
        elif self.expect == "flattens":
            bends = [_bend(*three) for three in zip(series, series[1:], series[2:], strict=False)]
            yield compared(name, "below", _mean(bends), None, seed)
        else:
            means = [sum(own.values()) / len(own) if own else float("-inf") for own in series]
            top = max(range(1, len(series) - 1), key=means.__getitem__)
            for end, what in ((first, self.values[0]), (last, self.values[-1])):
                told = f"{name}: at {self.values[top]} above {what}"
                yield compared(told, "above", series[top], end, seed)

    @property
    def experiment(self) -> str:
        """The parameter, its values, and what is compared."""
        return (
            f"{self.measure.label}: {self.scenario} over {', '.join(self.paths)} = {', '.join(map(str, self.values))}"
        )


class Identity(ClaimTest):
    """Worlds that must be the same table by table, hash for hash."""

    kind: Literal["identity"] = setting(doc="the same, bit for bit")
    scenario: str = setting(doc="the scenario")
    set: Settings = setting({}, doc="changes of both")
    first: Settings = setting({}, doc="changes of the first")
    second: Settings = setting({}, doc="changes of the second")
    each: Texts = setting(
        (), doc="words that stand for {} in the paths of the changes, each a pair of worlds of its own"
    )

    def wanted(self, mode: Mode) -> Iterator[Wanted]:
        """Both sides, for every word."""
        for word in self.each or ("",):
            for side, own in {"first": self.first, "second": self.second}.items():
                changes = {path.replace("{}", word): value for path, value in {**self.set, **own}.items()}
                yield Wanted(f"{side} {word}", self.scenario, changes, ("each",) if word else ("set",), worlds=1)

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """Whether all pairs are alike."""
        differing = [w for w in self.each or ("",) if seen.hashes(f"first {w}") != seen.hashes(f"second {w}")]
        pairs = len(self.each) or 1
        told = f"{pairs - len(differing)} of {pairs} pairs of worlds are the same, hash for hash"
        if differing:
            told += f"; not {', '.join(differing)}"
        return Finding(verdict="contradicted" if differing else "supported", told=told)

    @property
    def experiment(self) -> str:
        """Both sides."""
        return f"all tables: {self.scenario}{_told(self.first)} against{_told(self.second)}"


class Between(ClaimTest):
    """A number that lies in a band."""

    kind: Literal["band"] = setting(doc="a number in a band")
    scenario: str = setting(doc="the scenario")
    set: Settings = setting({}, doc="changes of it")
    measure: Measure = setting(doc="the number")
    band: Band = setting(doc="[low, high]")
    conditions: Conditions = setting({}, doc="further worlds in which it is asked, changes by name")

    def findings(self) -> Iterator[Problem]:
        """What is wrong with the block."""
        if len(self.band) != 2 or not self.band[0] <= self.band[1]:
            yield wrong("band", "is no band", "[low, high] with low not above high")

    def wanted(self, mode: Mode) -> Iterator[Wanted]:
        """The world, and those of the conditions."""
        for name, changes in {AS_IS: {}, **self.conditions}.items():
            place: tuple[Step, ...] = ("set",) if name == AS_IS else ("conditions", name)
            yield Wanted(name, self.scenario, {**self.set, **changes}, place, self.measure.roles)

    def measures(self) -> Iterator[tuple[tuple[Step, ...], Measure]]:
        """The number."""
        yield ("measure",), self.measure

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """Whether the interval lies inside, outside, or across an edge."""
        answers: list[Answer] = []
        told = []
        for name in (AS_IS, *self.conditions):
            own = compared(name, "above", seen.values(name, self.measure), None, seen.seed)
            outside = own.high < self.band[0] or own.low > self.band[1]
            inside = self.band[0] <= own.low and own.high <= self.band[1]
            answers.append("yes" if inside else "no" if outside else "open")
            told.append(f"{name}: {own.mean:.3g} [{own.low:.3g}, {own.high:.3g}]")
        text = f"{'; '.join(told)}; band {self.band[0]:g} to {self.band[1]:g}"
        return Finding(verdict=together(answers), told=text)

    @property
    def experiment(self) -> str:
        """What is measured, where."""
        return f"{self.measure.label}: {self.scenario}{_told(self.set)}, between {self.band[0]:g} and {self.band[1]:g}"


class Input(ClaimTest):
    """Something that was put in: it supports nothing."""

    kind: Literal["input"] = setting(doc="put in")
    reason: str = setting(doc="what was put in, and where")

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """It is no finding."""
        return Finding(verdict="input", told=self.reason, tested=False)


class Absent(ClaimTest):
    """Something that the model does not represent yet."""

    kind: Literal["absent"] = setting(doc="not represented yet")
    reason: str = setting(doc="what is missing")

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """It is not known."""
        return Finding(verdict="unknown", told=f"not represented yet: {self.reason}", tested=False)


class Provenance(ClaimTest):
    """Whether every number that can be put in says where it comes from."""

    kind: Literal["provenance"] = setting(doc="the sources of all numbers")

    def judge(self, seen: Seen, mode: Mode) -> Finding:
        """Counts those that lack a tag, a source, or a range."""
        from simulator.scenario.schema import declarations

        rows = [row for row in declarations() if isinstance(row["default"], int | float)]
        bare = [row["path"] for row in rows if not (row["evidence"] and row["source"])]
        open_ended = [
            row["path"] for row in rows if not isinstance(row["default"], bool) and None in (row["low"], row["high"])
        ]
        tags = [row["evidence"] for row in rows]
        counts = ", ".join(f"{tags.count(tag)} {tag}" for tag in dict.fromkeys(sorted(tags)))
        told = (
            f"{len(rows)} numbers, of which {len(bare)} lack a tag or source and {len(open_ended)} a range ({counts})"
        )
        return Finding(verdict="contradicted" if bare or open_ended else "supported", told=told)


def _bend(a: dict[int, float], b: dict[int, float], c: dict[int, float]) -> dict[int, float]:
    """Second difference by replication."""
    return {r: a[r] - 2 * b[r] + c[r] for r in a.keys() & b.keys() & c.keys()}


def _mean(several: list[dict[int, float]]) -> dict[int, float]:
    worlds = set.intersection(*(set(one) for one in several))
    return {r: sum(one[r] for one in several) / len(several) for r in worlds}


def _told(changes: Settings) -> str:
    return f" with {', '.join(f'{path} {value}' for path, value in changes.items())}" if changes else ""
