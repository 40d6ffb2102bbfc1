"""Questions as data files: which scenarios stand side by side, what can be turned, what to guess, what to read.

One file each in `presets/`, and in `worksheets/` for those whose answer is checked. All that a reader sees is written
in every language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Strict

from simulator.app.dashboard.work import CURVES
from simulator.ensemble.study_schema import Kind, Outcome, Texts, setting, wrong
from simulator.errors import InputError, Problem, nearest
from simulator.metrics import METRICS
from simulator.parameters import Parameters
from simulator.scenario import yaml
from simulator.scenario.tree import Node, Step, locate
from simulator.scenario.validate import validate

HERE = Path(__file__).parent
MOST_SLIDERS = 8
MOST_ARMS = 4
HEADLINE = "contribution_campaigning_yuan"
"""Made of the brands' contributions when arms are compared; no metric of a run."""

Reading = Literal["arms", "contrasts", "luck", "credit"]
Scalar = float | int | bool | str | None


class Words(Parameters):
    """A text in every language."""

    en: str = setting(doc="in English")
    zh: str = setting(doc="in Chinese")

    def __getitem__(self, language: str) -> str:
        text: str = getattr(self, language)
        return text


class ArmSpec(Parameters):
    """A scenario that stands beside others."""

    label: str = setting(doc="short name of it in tables and file names")
    name: Words = setting(doc="how people call it")
    scenario: str = setting(doc="a shipped scenario")
    set: dict[str, Scalar] = setting({}, doc="changes of this arm, path: value")


class SliderSpec(Parameters):
    """Something that can be turned: one parameter, or several that take the same value."""

    key: str = setting(doc="short name, unique in the file")
    name: Words = setting(doc="how people call it")
    paths: Texts = setting(doc="paths in the scenario; * stands for every item that has what follows")
    low: float = setting(doc="where the slider begins")
    high: float = setting(doc="where it ends")
    step: float = setting(doc="how far one press of a key moves it")
    arms: Texts = setting((), doc="labels of the arms it applies to; all if none is named")


class Guess(Parameters):
    """What is to be guessed before anything runs: an arm, or a number."""

    question: Words = setting(doc="the question")
    kind: Literal["arm", "number"] = setting("arm", doc="what is guessed")
    unit: Words | None = setting(None, doc="unit of the number")


class Contrast(Parameters):
    """A sum of arms with weights: what something does, everything else alike."""

    key: str = setting(doc="short name, unique in the file")
    name: Words = setting(doc="what it measures")
    weights: dict[str, float] = setting(doc="weight of each arm, by label")
    guessed: bool = setting(True, doc="whether it may be guessed to be the largest")


class Goal(Parameters):
    """When a worksheet is solved: an arm is ahead of all others, separably."""

    arm: str = setting(doc="label of the arm")
    ahead: bool = setting(True, doc="whether it must be ahead of all others, or behind all")


class Preset(Parameters):
    """A question, and what is needed to answer it."""

    name: str = setting(doc="short name: of the file, and in addresses")
    order: int = setting(doc="place in the list")
    question: Words = setting(doc="the question")
    story: Words = setting(doc="what it is about, in a few sentences")
    read: Words = setting(doc="how to read the answer, and what it does not say")
    arms: Annotated[tuple[ArmSpec, ...], Strict(False)] = setting(doc="what stands side by side")
    set: dict[str, Scalar] = setting({}, doc="changes of every arm, path: value")
    sliders: Annotated[tuple[SliderSpec, ...], Strict(False)] = setting(doc="what can be turned")
    metric: str = setting(doc="the outcome that answers")
    kind: Kind = setting(doc="its level with campaigns, or what the campaigns changed in it")
    also: Annotated[tuple[Outcome, ...], Strict(False)] = setting((), doc="further outcomes that the table shows")
    curve: str = setting("bought", doc="what is drawn while it runs")
    reading: Reading = setting("arms", doc="what is read off")
    contrasts: Annotated[tuple[Contrast, ...], Strict(False)] = setting((), doc="for the reading of that name")
    guess: Guess = setting(doc="what is guessed first")
    worlds: int = setting(4, doc="worlds, the same for all arms", unit="runs", low=1, high=32)
    goal: Goal | None = setting(None, doc="of a worksheet: when it is solved")
    hint: Words | None = setting(None, doc="of a worksheet: where to look")
    solution: dict[str, float] = setting({}, doc="of a worksheet: values by slider that solve it, kept to be tested")

    @property
    def labels(self) -> tuple[str, ...]:
        """The arms' labels."""
        return tuple(arm.label for arm in self.arms)

    def arm(self, label: str) -> ArmSpec:
        """The arm of a label."""
        return next(arm for arm in self.arms if arm.label == label)

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the file."""
        if not 1 <= len(self.arms) <= MOST_ARMS:
            yield wrong("arms", f"there are {len(self.arms)}", f"1 to {MOST_ARMS}")
        if not 1 <= len(self.sliders) <= MOST_SLIDERS:
            yield wrong("sliders", f"there are {len(self.sliders)}", f"1 to {MOST_SLIDERS}")
        for name, keys in (("arms", self.labels), ("sliders", tuple(one.key for one in self.sliders))):
            if len(set(keys)) < len(keys):
                yield wrong(name, "two of them have one name", "names that differ")
        for where, metric in (("metric", self.metric), *((f"also.{i}", o.metric) for i, o in enumerate(self.also))):
            if metric != HEADLINE and metric not in METRICS:
                yield wrong(where, f"unknown outcome {metric!r}", ", ".join(METRICS), nearest(metric, METRICS))
        if self.curve not in CURVES:
            yield wrong("curve", f"unknown curve {self.curve!r}", ", ".join(CURVES), nearest(self.curve, CURVES))
        yield from self._references()

    def _references(self) -> Iterator[Problem]:
        known = ", ".join(self.labels)
        for index, slider in enumerate(self.sliders):
            if not set(slider.arms) <= set(self.labels):
                yield wrong(f"sliders.{index}.arms", "names an arm that is not there", known)
            if not slider.low < slider.high or slider.step <= 0:
                yield wrong(f"sliders.{index}", "has no range", "low below high, and a step above 0")
        for index, contrast in enumerate(self.contrasts):
            if not set(contrast.weights) <= set(self.labels):
                yield wrong(f"contrasts.{index}.weights", "names an arm that is not there", known)
        if self.goal is not None and self.goal.arm not in self.labels:
            yield wrong("goal.arm", "names an arm that is not there", known)
        if (self.reading == "contrasts") != bool(self.contrasts):
            yield wrong("contrasts", "go with the reading of that name, and it with them", "both or neither")


def read_preset(path: Path) -> Preset:
    """Read a file.

    Raises
    ------
    InputError
        With everything that is wrong in it.
    """
    tree = yaml.parse(yaml.content(path, path.name), path.name)
    if isinstance(tree.value, dict):
        tree.value.setdefault("name", Node(path.stem, path.name))
    made, problems = validate(tree, Preset)
    if made is not None:
        problems += [_placed(tree, problem) for problem in made.findings()]
    if problems or made is None:
        raise InputError(problems)
    return made


@cache
def presets() -> dict[str, Preset]:
    """The questions, by name, in their order."""
    return _all("presets")


@cache
def worksheets() -> dict[str, Preset]:
    """The worksheets, by name, in their order."""
    return _all("worksheets")


def _all(folder: str) -> dict[str, Preset]:
    found = [read_preset(path) for path in sorted((HERE / folder).glob("*.yaml"))]
    return {one.name: one for one in sorted(found, key=lambda one: one.order)}


def _placed(tree: Node, problem: Problem) -> Problem:
    steps: Sequence[Step] = [int(step) if step.isdecimal() else step for step in problem.path.split(".")]
    path, here = locate(tree, steps)
    return here.key_problem(path, problem.message, problem.allowed, problem.nearest)


def texts(value: Any) -> Iterator[Words]:
    """Every text in a file."""
    if isinstance(value, Words):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts(getattr(value, name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from texts(inner)
