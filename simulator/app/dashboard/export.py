"""The scenario file that repeats what is on the screen: what it extends, and what differs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML

from simulator.ensemble.design import Arm
from simulator.scenario import library
from simulator.scenario.loader import load
from simulator.scenario.scalars import number
from simulator.scenario.tree import SELECTORS

STAMP = (2014, 7, 1, 0, 0, 0)
"""Date of the files in an archive, so that the same screen gives the same bytes."""


def scenario_yaml(arm: Arm, parent: str, command: str = "") -> str:
    """A scenario file, whose runs have the addresses of the arm's.

    Parameters
    ----------
    arm : the scenario.
    parent : the shipped scenario it was made from.
    command : shown in the first line.
    """
    base = load(parent).resolved
    changed = _difference(base, arm.resolved)
    for key in ("title", "description"):  # no child inherits them
        changed.pop(key, None)
        if arm.resolved.get(key):
            changed = {key: arm.resolved[key], **changed}
    content = {"extends": f"{parent}{library.SUFFIX}", "name": arm.resolved["name"], **changed}
    writer = YAML()
    writer.width = 110
    writer.default_flow_style = False
    out = io.StringIO()
    if command:
        out.write(f"# {command}\n")
    writer.dump(_plain(content), out)
    return out.getvalue()


def archive(arms: Sequence[Arm], parents: Mapping[str, str], worlds: int, seed: int) -> bytes:
    """A zip archive with the scenario file of every arm, and the command that runs them all."""
    plain = [str(arm.resolved["name"]) for arm in arms]
    shown = [name if plain.count(name) == 1 else f"{name}_{arm.label}" for name, arm in zip(plain, arms, strict=True)]
    names = [f"{name}{library.SUFFIX}" for name in shown]
    command = f"simulator compare {' '.join(names)} --reps {worlds} --seed {seed}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, arm in zip(names, arms, strict=True):
            text = scenario_yaml(arm, parents[arm.label], command)
            packed.writestr(zipfile.ZipInfo(name, STAMP), text.encode())
    return out.getvalue()


def changes(arm: Arm, parent: str) -> list[tuple[str, Any, Any]]:
    """What differs from the shipped scenario: path, value there, value here; names and titles apart."""
    found = _leaves(load(parent).resolved, arm.resolved, ())
    return [(path, old, new) for path, old, new in found if path not in ("name", "title", "description")]


def _leaves(base: Any, changed: Any, path: tuple[str, ...]) -> list[tuple[str, Any, Any]]:
    if isinstance(base, Mapping) and isinstance(changed, Mapping):
        keys = dict.fromkeys([*base, *changed])
        return [leaf for key in keys for leaf in _leaves(base.get(key), changed.get(key), (*path, key))]
    if _named(base) and _named(changed):
        old, new = ({one["name"]: one for one in items} for items in (base, changed))
        names = dict.fromkeys([*old, *new])
        return [leaf for name in names for leaf in _leaves(old.get(name), new.get(name), (*path, name))]
    return [] if base == changed else [(".".join(path), base, changed)]


def _difference(base: Any, changed: Any) -> dict[str, Any]:
    """What a child file must say to turn `base` into `changed`."""
    said: dict[str, Any] = {}
    for key, value in changed.items():
        if key == "name" or (key in base and base[key] == value):
            continue
        said[key] = _inner(base.get(key), value)
    return said


def _inner(base: Any, value: Any) -> Any:
    if isinstance(base, Mapping) and isinstance(value, Mapping):
        if any(base.get(key) != value.get(key) for key in SELECTORS):
            return value
        return _difference(base, value)
    if _named(base) and _named(value) and [one["name"] for one in base] == [one["name"] for one in value]:
        pairs = zip(base, value, strict=True)
        return [{"name": new["name"], **_difference(old, new)} for old, new in pairs if old != new]
    return value


def _named(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) and "name" in one for one in value)


def _plain(value: Any) -> Any:
    """Values as files write them: whole numbers without a point where a float is declared too."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(number(value))
    return value
