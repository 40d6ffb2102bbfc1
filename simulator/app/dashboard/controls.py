"""Sliders made of what parameters declare, and scenarios made of what sliders say.

What is typed is checked by the schema of scenario files, so a field allows what a file allows, and says so in the same
words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pydantic import ValidationError

from simulator.app.dashboard.presets import Preset, SliderSpec
from simulator.ensemble.design import Arm
from simulator.ensemble.worker import with_paths
from simulator.errors import InputError, Problem
from simulator.scenario import library
from simulator.scenario.data_files import relabel
from simulator.scenario.declared import Declared, declared, span
from simulator.scenario.loader import LoadedScenario, load, load_resolved
from simulator.scenario.scalars import describe, number, scalar
from simulator.scenario.schema import Scenario
from simulator.scenario.tree import from_plain

Values = Mapping[str, str]
"""What stands in the fields, as typed, by the key of their slider."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Control:
    """A slider and its field.

    Attributes
    ----------
    spec : what the preset says.
    declared : what the parameter declares.
    default : its value in the preset.
    places : where it stands, by label of the arm.
    """

    spec: SliderSpec
    declared: Declared
    default: float | int
    places: Mapping[str, tuple[Path, ...]]

    @property
    def key(self) -> str:
        return self.spec.key

    @property
    def unit(self) -> str:
        return self.declared.unit

    @property
    def path(self) -> str:
        """The parameter's path in the declarations: names of things as ``*``."""
        return declaration(self.spec.paths[0])

    @property
    def evidence(self) -> tuple[str, str]:
        """Evidence tag and source of the parameter."""
        extra = self.declared.field.json_schema_extra if self.declared.field else None
        facts = extra if isinstance(extra, dict) else {}
        return str(facts.get("evidence", "")), str(facts.get("source", ""))

    @property
    def text(self) -> str:
        """The default as it stands in the field."""
        return number(self.default)

    def allowed(self) -> str:
        """What may be typed."""
        return self.declared.allowed()


@dataclass(frozen=True)
class Made:
    """The scenarios that the fields of a preset stand for, or what is wrong with them.

    Attributes
    ----------
    arms : empty if anything is wrong.
    wrong : by key of the slider; under "" what belongs to none.
    """

    arms: tuple[Arm, ...]
    wrong: Mapping[str, Problem]


def declaration(path: str) -> str:
    """A path as the declarations name it: ``brands.*.campaign.deal``, ``platforms.*.affordances.repost.hazard``."""
    steps = path.split(".")
    if steps[0] in ("brands", "platforms", "categories") and len(steps) > 1:
        steps[1] = "*"
    return ".".join(steps)


@cache
def base(preset: str, label: str) -> LoadedScenario:
    """The scenario of an arm as the preset has it, named after the preset and the arm."""
    from simulator.app.dashboard.presets import presets, worksheets

    spec = (presets() | worksheets())[preset]
    arm = spec.arm(label)
    changes = {**spec.set, **arm.set}
    settings = [f"{path}={_written(value)}" for path, value in changes.items()]
    title = f"title={spec.question.en} {arm.name.en}"
    return load(arm.scenario, [*settings, f"name={spec.name}_{label}", _quoted(title)])


def _quoted(setting: str) -> str:
    path, _, text = setting.partition("=")
    escaped = text.replace("'", "''")
    return f"{path}='{escaped}'"


def _written(value: Any) -> str:
    return describe(value) if isinstance(value, bool) or value is None else str(value)


def controls(preset: Preset) -> list[Control]:
    """The sliders of a preset.

    Raises
    ------
    InputError
        If one names no parameter, leaves its range, or stands for parameters whose values differ.
    """
    if preset.name not in _controls:
        _controls[preset.name] = [_control(preset, spec) for spec in preset.sliders]
    return _controls[preset.name]


_controls: dict[str, list[Control]] = {}


def _control(preset: Preset, spec: SliderSpec) -> Control:
    places: dict[str, tuple[Path, ...]] = {}
    values, found = [], None
    for label in spec.arms or preset.labels:
        resolved = base(preset.name, label).resolved
        here = tuple(place for path in spec.paths for place in expand(resolved, path.split(".")))
        if not here:
            continue
        places[label] = here
        values += [at(resolved, place) for place in here]
        tree = from_plain(resolved, "")
        found = found or declared(Scenario, here[0], tree)
    where = f"{preset.name}: slider {spec.key}"
    if found is None:
        raise InputError(Problem(0, 0, where, f"no arm has {', '.join(spec.paths)}"))
    if any(value != values[0] for value in values):
        raise InputError(Problem(0, 0, where, f"stands for values that differ: {sorted(set(map(str, values)))}"))
    low, high = found.bounds()
    if (low is not None and spec.low < low) or (high is not None and spec.high > high):
        raise InputError(Problem(0, 0, where, "leaves the range of its parameter", span(low, high)))
    return Control(spec, found, values[0], places)


def expand(resolved: Any, steps: Sequence[str], path: Path = ()) -> Iterator[Path]:
    """Where a path leads in a resolved scenario: list items by index, ``*`` to every item that has the rest."""
    if not steps:
        yield path
        return
    step, rest = steps[0], steps[1:]
    if isinstance(resolved, Mapping):
        for key in resolved if step == "*" else (step,):
            if key in resolved:
                yield from expand(resolved[key], rest, (*path, key))
    elif isinstance(resolved, list | tuple):
        for index, item in enumerate(resolved):
            if step in ("*", str(item.get("name"))):
                yield from expand(item, rest, (*path, index))


def at(resolved: Any, path: Path) -> Any:
    """The value at a path."""
    for step in path:
        resolved = resolved[step]
    return resolved


def make(preset: Preset, values: Values) -> Made:
    """The scenarios of a preset with what stands in its fields."""
    known = controls(preset)
    wrong: dict[str, Problem] = {}
    arms = []
    for label in preset.labels:
        loaded, found = _arm(preset, label, known, values)
        wrong |= {key: problem for key, problem in found.items() if key not in wrong}
        if loaded is not None:
            arms.append(Arm(label, loaded.resolved, loaded.files, loaded.paths))
    return Made(() if wrong else tuple(arms), wrong)


def _arm(
    preset: Preset, label: str, known: Sequence[Control], values: Values
) -> tuple[LoadedScenario | None, dict[str, Problem]]:
    start = base(preset.name, label)
    resolved, owner, wrong = start.resolved, dict[Path, str](), dict[str, Problem]()
    for control in known:
        text = values.get(control.key, control.text).strip()
        try:
            value = scalar(text)
        except ValueError as error:
            wrong[control.key] = Problem(0, 0, "", f"is {error}", control.allowed())
            continue
        if not text:
            wrong[control.key] = Problem(0, 0, "", "is empty", control.allowed())
            continue
        for place in control.places.get(label, ()):
            resolved = _with(resolved, place, value)
            owner[place] = control.key
    if wrong or resolved == start.resolved:
        return (None if wrong else start), wrong
    try:
        return _revalidated(resolved, start), {}
    except InputError as error:
        return None, {_owner(problem, resolved, owner): problem for problem in reversed(error.problems)}


def _with(resolved: Any, path: Path, value: Any) -> Any:
    """A copy with one value changed; what is not on the way to it is shared."""
    if not path:
        return value
    copied = dict(resolved) if isinstance(resolved, Mapping) else list(resolved)
    copied[path[0]] = _with(resolved[path[0]], path[1:], value)  # type: ignore[index]
    return copied


def _revalidated(resolved: Any, start: LoadedScenario) -> LoadedScenario:
    """A changed scenario, checked as `load_resolved` checks it, and by it if anything is wrong: it says what and where.

    No slider changes a data file, so the hashes stay.
    """
    try:
        scenario = Scenario.model_validate_json(json.dumps(with_paths(resolved, start.paths)))
    except (ValidationError, InputError):
        return load_resolved(resolved, library.folder())
    return replace(start, scenario=scenario, resolved=relabel(scenario.model_dump(mode="json"), start.paths))


def _owner(problem: Problem, resolved: Any, owner: Mapping[Path, str]) -> str:
    """The slider a problem belongs to: the one at its place, else one inside the block it is about."""
    places = list(expand(resolved, problem.path.split(".")))
    for place in places:
        if place in owner:
            return owner[place]
    for place in places:
        inside = [key for path, key in owner.items() if path[: len(place)] == place]
        if inside:
            return inside[0]
    return ""
