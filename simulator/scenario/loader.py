"""From a scenario file to a validated scenario, or to every error in it at once.

A file may extend one parent (`extends: base.yaml`), given relative to the file or by the name of a shipped scenario.
The child is merged onto the parent by the rules of `tree.merge`; what a file says about itself (`name`, `title`,
`description`) is not inherited, and a file without `name` is called like the file. Overrides of the command line
come next, then every platform's affordances are merged onto the preset that its `kind` names, and the result is
validated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from simulator.errors import InputError, Problem
from simulator.notebook import table_html
from simulator.scenario import library, overrides
from simulator.scenario.data_files import hashes, locate_data, relabel
from simulator.scenario.schema import DATA_FILES, Scenario, findings
from simulator.scenario.sources import Sources, find
from simulator.scenario.tree import Node, from_plain, join, merge, named, plain, put, walk
from simulator.scenario.validate import MISSING, placed, unknown_name, validate


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario that is ready to run, and where it came from.

    Attributes
    ----------
    scenario : Scenario
    resolved : dict
        Every parameter with its value, as plain JSON values; data files as the scenario names them.
    files : dict of str to str
        SHA-256 of each data file by the name that `resolved` gives it.
    paths : dict of str to Path
        Where each data file is on this machine, by the same name.
    sources : dict of str to str
        SHA-256 of each scenario and preset file that was read, by its name.
    places : dict of str to str
        ``file:line:column`` of every value that was given, by its path; defaults have none.
    """

    scenario: Scenario
    resolved: dict[str, Any]
    files: dict[str, str] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The scenario's name."""
        return str(self.scenario.name)

    def _repr_html_(self) -> str:
        market = self.scenario.market
        facts = {
            "people": f"{market.users:,}",
            "days": f"{market.days:g}",
            "platforms": ", ".join(platform.name for platform in self.scenario.platforms),
            "brands": ", ".join(brand.name for brand in self.scenario.brands),
            "with a campaign": ", ".join(brand.name for brand in self.scenario.brands if brand.campaign) or "none",
            "read from": ", ".join(self.sources) or "-",
        }
        return table_html(f"Scenario {self.name}: {self.scenario.title}", facts)


def load(source: str | Path, settings: Sequence[str] = ()) -> LoadedScenario:
    """Load a scenario.

    Parameters
    ----------
    source : path of a file, or name of a shipped scenario with or without ``.yaml``.
    settings : overrides, ``path.to.key=value`` each.

    Raises
    ------
    InputError
        With everything that is wrong in the file, its parents, the presets and the overrides, sorted by place.
    """
    path = find(source)
    sources = Sources()
    tree = sources.with_parents(path)
    entries = dict(tree.value) if isinstance(tree.value, dict) else {}
    entries.setdefault("name", Node(path.stem, tree.file))
    tree, wrong = overrides.apply(replace(tree, value=entries), settings)
    tree = _expand(tree, sources, wrong)
    return _finish(tree, sources, [*sources.problems, *wrong])


def load_resolved(resolved: Mapping[str, Any], folder: Path | None = None) -> LoadedScenario:
    """Load what a manifest holds: a scenario in which everything is resolved already.

    Parameters
    ----------
    resolved : plain JSON values, as `LoadedScenario.resolved`.
    folder : where data files are looked for; the working folder by default.

    Raises
    ------
    InputError
        If it is not valid, or a data file is missing.
    """
    sources = Sources(folders={"manifest": folder or Path.cwd()})
    return _finish(from_plain(resolved, "manifest"), sources, [])


def _expand(tree: Node, sources: Sources, problems: list[Problem]) -> Node:
    """The tree with every platform's affordances on top of those of its kind."""
    platforms = tree.child("platforms")
    if platforms is None or not isinstance(platforms.value, list):
        return tree
    for index, entry in enumerate(platforms.value):
        kind = entry.child("kind")
        if kind is None or not isinstance(kind.value, str):
            continue
        path = named(tree, ("platforms", index, "kind"))
        preset = library.platform(kind.value)
        if preset is None:
            problems.append(unknown_name(path, kind, "kind of platform", library.kinds()))
            continue
        try:
            base = sources.read(preset)
        except InputError as error:
            problems += error.problems
            continue
        own = entry.child("affordances")
        full = base if own is None else merge(base, own, problems, (*path[:-1], "affordances"))
        tree = put(tree, ("platforms", index, "affordances"), full)
    return tree


def _finish(tree: Node, sources: Sources, problems: list[Problem]) -> LoadedScenario:
    """Validate the tree, hash its data files, and report everything that is wrong at once."""
    absolute, paths = locate_data(tree, DATA_FILES, sources.folders, problems)
    scenario, wrong = validate(absolute, Scenario)
    if sources.incomplete:
        problems += [problem for problem in wrong if not problem.message.startswith(MISSING)]
    else:
        known = {problem.path for problem in (*problems, *wrong)}
        related = [placed(problem, tree) for problem in findings(plain(tree))]
        problems += [*wrong, *(problem for problem in related if problem.path not in known)]
    if problems or scenario is None:
        raise InputError(problems)
    return LoadedScenario(
        scenario,
        resolved=relabel(scenario.model_dump(mode="json"), paths),
        files=hashes(paths),
        paths=paths,
        sources=dict(sources.hashes),
        places={join(named(tree, path)): node.place() for path, node in walk(tree) if node.file},
    )
