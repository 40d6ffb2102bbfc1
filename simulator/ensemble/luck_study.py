"""What a study of luck may say: scenarios, how many worlds, and who competes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Strict

from simulator.ensemble.designs import Point
from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.study_schema import BaseStudy, Factor, Outcome, Texts, setting, wrong
from simulator.ensemble.sweep_study import Outcomes, listed_variants
from simulator.ensemble.targets import known_metric
from simulator.ensemble.variants import Variants
from simulator.errors import InputError, Problem, nearest
from simulator.parameters import Parameters

PARTS = ("world", "content", "chance")
"""Of luck, see `RedrawParameters`."""
A, B = "A", "B"
"""Two worlds that share nothing."""


class Rivals(Parameters):
    """Two brands of one category, of which the first is the better one."""

    better: str = setting(doc="brand of the higher quality")
    worse: str = setting(doc="brand of the lower quality")
    metric: str = setting("orders", doc="who has more of it wins")


Pairs = Annotated[tuple[Rivals, ...], Strict(False)]


class LuckStudy(BaseStudy):
    """One plan in many worlds."""

    kind: Literal["luck"] = setting("luck", doc="what is done")
    scenarios: Texts = setting(doc="the scenarios, in the same worlds")
    worlds: int = setting(
        40, doc="pairs of independent worlds; each scenario has five runs for each", low=4, high=10**5
    )
    outcomes: Outcomes = setting(doc="what is read off the runs")
    rivals: Pairs = setting((), doc="pairs of brands, for who wins")
    replications: int = setting(1, doc="there is one of each world", unit="runs", low=1, high=1)

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if not self.scenarios:
            yield wrong("scenarios", "is empty", "at least one scenario")
        if not self.outcomes:
            yield wrong("outcomes", "is empty", "at least one outcome, such as {metric: orders, kind: level}")

    @property
    def factors(self) -> dict[str, Factor]:
        """The parts of luck that are drawn anew."""
        return {part: Factor(path=f"market.redraw.{part}", low=0.0, high=2.0 * self.worlds) for part in PARTS}

    @property
    def measured(self) -> tuple[Outcome, ...]:
        """The outcomes, and by what rivals are told apart, each once."""
        told = [
            Outcome(metric=pair.metric, kind="level", brand=brand)
            for pair in self.rivals
            for brand in (pair.better, pair.worse)
        ]
        own = [one for one in self.outcomes if one.kind == "effect"]
        levels = [one.model_copy(update={"kind": "level"}) for one in own]
        return tuple({one.label: one for one in (*self.outcomes, *told, *levels)}.values())

    def points(self) -> list[Point]:
        """Both worlds of every pair, and the first with each part of the second."""
        found = []
        for i in range(self.worlds):
            a, b = dict.fromkeys(PARTS, 2 * i + 1), dict.fromkeys(PARTS, 2 * i + 2)
            mixed = {part: {**a, part: b[part]} for part in PARTS}
            found += [Point(world_name(i, of), values) for of, values in {A: a, B: b, **mixed}.items()]
        return found


def world_name(sample: int, of: str) -> str:
    """How a world of a pair is called."""
    return f"pair {sample}, {of}"


def luck_variants(file: StudyFile[LuckStudy], metrics: Sequence[str]) -> Variants:
    """The study's scenarios; rivals must be known to all of them, and the better one be better.

    Raises
    ------
    InputError
        With everything that is wrong, at its place in the study.
    """
    variants = listed_variants(file, file.spec.factors, "", metrics)
    problems = [*_unknown_metrics(file, metrics), *_no_rivals(file, variants)]
    if problems:
        raise InputError(problems)
    return variants


def _unknown_metrics(file: StudyFile[LuckStudy], metrics: Sequence[str]) -> Iterator[Problem]:
    for i, pair in enumerate(file.spec.rivals):
        unknown = known_metric(Outcome(metric=pair.metric), metrics)
        if unknown is not None:
            yield file.problem(("rivals", i, "metric"), unknown.message, unknown.allowed, unknown.nearest)


def _no_rivals(file: StudyFile[LuckStudy], variants: Variants) -> Iterator[Problem]:
    for i, pair in enumerate(file.spec.rivals):
        for variant in variants.each:
            brands = {brand["name"]: brand for brand in variant.base.resolved["brands"]}
            missing = [key for key in ("better", "worse") if getattr(pair, key) not in brands]
            for key in missing:
                name = getattr(pair, key)
                message = f"{variant.label} has no brand {name!r}"
                yield file.problem(("rivals", i, key), message, ", ".join(brands), nearest(name, brands))
            if missing:
                continue
            better, worse = brands[pair.better], brands[pair.worse]
            if better["category"] != worse["category"]:
                message = f"{pair.better} and {pair.worse} are of different categories in {variant.label}"
                yield file.problem(("rivals", i), message, "two brands of one category")
            elif better["quality"] <= worse["quality"]:
                message = f"{pair.better} is not better than {pair.worse} in {variant.label}"
                yield file.problem(("rivals", i, "better"), message, "the brand of the higher quality")
