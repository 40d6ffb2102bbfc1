"""Stored studies as the report reads them: what was asked, their tables, the manifests of their runs."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import pandas as pd

from simulator.errors import StoreError
from simulator.output.manifest import Manifest
from simulator.report.studies import StoredStudy
from simulator.report.style import ArmStyle, arm_styles
from simulator.report.text import human, named, spoken

HEADLINES = ("contribution_campaigning_yuan", "contribution_yuan")
"""The outcome that decides, by preference: of the brands that have a campaign, else of all brands."""
MOST_MANIFESTS = 1000
"""Runs of a study whose manifests are read; a larger study names its runs in study.json alone."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "summary": ("arm", "metric", "kind", "brand", "mean", "low", "high", "n"),
    "effects": ("arm", "replication", "metric", "brand", "value"),
    "paired_differences": (
        "metric", "kind", "brand", "arm_a", "arm_b", "mean", "low", "high", "p_holm", "n", "separable",
    ),
    "spread": ("arm", "role", "brand", "day", "measure", "median", "p5", "p95"),
    "funnel": ("arm", "role", "brand", "stage", "mean", "low", "high"),
    "cascades": ("arm", "replication", "size", "depth", "structural_virality"),
    "sources": ("arm", "role", "source", "outlet", "status", "mean", "low", "high"),
    "regions": ("arm", "role", "region", "category", "tier", "measure", "people", "mean", "low", "high", "n"),
    "payment": ("arm", "role", "platform", "device", "payment", "step", "tried", "passed", "kept", "low", "high"),
    "wear": ("arm", "role", "platform", "measure", "unit", "day", "median", "p5", "p95", "n"),
    "sample": ("arm", "user", "brand", "aware_day", "bought_day"),
    "sample_ties": ("arm", "platform", "author", "reader"),
    "sweep.responses": ("scenario", "point", "replication", "outcome", "value"),
    "sweep.summary": ("scenario", "point", "outcome", "mean", "low", "high", "n"),
    "sweep.differences": ("a", "b", "point", "outcome", "mean", "low", "high", "p_holm", "n"),
    "decompose.values": ("player", "outcome", "value", "mean", "low", "high"),
    "sensitivity.indices": ("response", "parameter", "index", "value", "half_width", "n"),
    "attribution.truth": ("scenario", "brand", "measure", "mean", "low", "high", "n"),
    "attribution.naive": (
        "scenario", "brand", "method", "mean", "low", "high", "against", "bias", "bias_low", "bias_high",
    ),
    "calibrate.parameters": ("parameter", "low", "high", "best", "posterior_low", "posterior_high", "width"),
    "calibrate.targets": ("target", "use", "band_low", "band_high", "value", "low", "high", "verdict"),
    "scorecard": ("id", "title", "kind", "status", "mean", "low", "high", "band_low", "band_high", "unit"),
    "claims": ("claim", "says", "verdict", "because"),
    "claims.tests": ("claim", "test", "asks", "kind", "verdict", "told", "experiment"),
    "claims.comparisons": ("claim", "test", "compared", "mean", "low", "high", "n", "p_holm", "answer"),
}  # fmt: skip
"""Columns the figures rely on, by table. A table may hold more."""


Work = TypeVar("Work", bound=Callable[..., Any])


def kept(work: Work) -> Work:
    """Work something out of tables once for the same arguments: every figure is drawn in four forms.

    `work` takes tables first, then hashable arguments, and returns what nobody changes.
    """

    @functools.wraps(work)
    def once(tables: StudyTables, *args: Hashable, **more: Hashable) -> Any:
        key = (work.__module__, work.__qualname__, spoken(), args, tuple(more.items()))
        if key not in tables.kept:
            tables.kept[key] = work(tables, *args, **more)
        return tables.kept[key]

    return cast(Work, once)


@dataclass(frozen=True)
class Arm:
    """One model of a comparison: its key in the tables, and how it is called."""

    name: str
    title: str
    kind: str
    scenario: Mapping[str, Any]
    campaigning: tuple[str, ...]

    @property
    def label(self) -> str:
        """The short name that people read, in the language being spoken."""
        return arm_label(self.name)


class StudyTables(Mapping[str, pd.DataFrame]):
    """The tables of a study, and of others that are told with it, by name, each read when first asked for.

    Tables of a comparison keep their names; others are called ``<kind>.<table>``.

    Parameters
    ----------
    folder : Path
        The study's folder.
    also : further folders, each of another kind of study.

    Raises
    ------
    StoreError
        If a folder holds no readable study, two hold the same kind, or a table lacks a column the report relies on.
    """

    def __init__(self, folder: Path | str, also: Iterable[Path | str] = ()):
        self.studies = [StoredStudy(Path(one)) for one in (folder, *also)]
        kinds: dict[str, StoredStudy] = {}
        for one in self.studies:
            other = kinds.setdefault(one.kind, one)
            if other is not one:
                raise StoreError(f"{other.path} and {one.path} both hold a study of kind {one.kind}; give one of each")
        self._where = {name: one for one in self.studies for name in one.names}
        self._read: dict[str, pd.DataFrame] = {}
        self.kept: dict[Hashable, Any] = {}
        """What was worked out and is needed again, see `kept`."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._where:
            raise KeyError(name)
        if name not in self._read:
            frame = self._where[name].read(name)
            missing = [column for column in COLUMNS.get(name, ()) if column not in frame.columns]
            if missing:
                held = ", ".join(map(str, frame.columns))
                raise StoreError(f"table {name!r}: column {', '.join(missing)} is missing; it holds {held}")
            self._read[name] = frame
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._where

    def __iter__(self) -> Iterator[str]:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)

    @property
    def study(self) -> dict[str, Any]:
        """What study.json of the first folder says."""
        return self.studies[0].content

    def of_kind(self, kind: str) -> StoredStudy | None:
        """The study of a kind, if one is told."""
        return next((one for one in self.studies if one.kind == kind), None)

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        """The models that are compared, in the order they were asked for; those of the first study without one."""
        compared = self.of_kind("compare")
        if compared is not None:
            return tuple(_arm(entry) for entry in compared.content.get("arms", []))
        return tuple(_arm_called(name, self.studies[0]) for name in self._scenarios_of(self.studies[0]))

    @cached_property
    def styles(self) -> dict[str, ArmStyle]:
        """How each scenario of each study is drawn."""
        known = {arm.name: arm for arm in self.arms}
        for one in self.studies:
            for name in self._scenarios_of(one) if one.kind != "compare" else ():
                known.setdefault(name, _arm_called(name, one))
        return arm_styles(known.values())

    def _scenarios_of(self, one: StoredStudy) -> list[str]:
        """The labels of the scenarios of a study of any kind, as its tables have them."""
        for name in ("sweep.summary", "attribution.truth"):
            if name in one.names:
                return list(dict.fromkeys(self[name]["scenario"]))
        return [Path(str(name)).stem for name in one.asked.get("scenarios", ())]

    def label(self, name: str) -> str:
        """The short name of an arm that people read."""
        return arm_label(name)

    @property
    def replications(self) -> int:
        """Replications of every arm."""
        return self.studies[0].replications

    @property
    def level(self) -> float:
        """Confidence level of the intervals."""
        return float(self.study.get("level", 0.95))

    @property
    def alpha(self) -> float:
        """Corrected p value below which a difference is called separable."""
        return 1.0 - self.level

    @cached_property
    def kind(self) -> str:
        """What is compared: effects of campaigns, or levels where no model has a campaign."""
        return "effect" if "summary" not in self or (self["summary"]["kind"] == "effect").any() else "level"

    @cached_property
    def headline(self) -> str:
        """The outcome that decides."""
        stored = set(self["summary"]["metric"]) if "summary" in self else set()
        return next((name for name in HEADLINES if name in stored), HEADLINES[-1])

    @cached_property
    def manifests(self) -> list[dict[str, Any]]:
        """Manifests of the first study's runs, in the order of their addresses; none of a very large study."""
        files = self.studies[0].manifests
        return [read_manifest(path) for path in files] if len(files) <= MOST_MANIFESTS else []

    def scenario(self, name: str) -> Mapping[str, Any]:
        """The resolved scenario of an arm; empty if the study does not hold it."""
        return next((arm.scenario for arm in self.arms if arm.name == name), {})

    @cached_property
    def scenarios(self) -> dict[str, Mapping[str, Any]]:
        """The resolved scenarios by arm, of the arms for which the study holds one."""
        return {arm.name: arm.scenario for arm in self.arms if arm.scenario}

    @cached_property
    def campaigning(self) -> tuple[str, ...]:
        """The brands that have a campaign in some arm, in the order of the arms."""
        return tuple(dict.fromkeys(brand for arm in self.arms for brand in arm.campaigning))

    @kept
    def only(self, table: str, **values: Any) -> pd.DataFrame:
        """The rows of a table in which every named column has the given value."""
        frame = self[table]
        keep = np.ones(len(frame), bool)
        for column, value in values.items():
            keep &= (frame[column] == value).to_numpy(bool)
        return frame[keep]

    def brands(self, table: str, most: int) -> list[str]:
        """The brands of a table to draw: the market total if there is one, else those with a campaign, else any."""
        stored = self[table]["brand"].unique().tolist()
        if "" in stored:
            return [""]
        return ([brand for brand in self.campaigning if brand in stored] or sorted(stored))[:most]


def arm_label(name: str) -> str:
    """The short name of an arm that people read."""
    return named("arm", name, human(name) if name == name.lower() else name)


def _arm(entry: Mapping[str, Any]) -> Arm:
    key = str(entry["label"])
    scenario = entry.get("scenario") or {}
    campaigning = tuple(str(brand) for brand in entry.get("campaigning") or ())
    return Arm(key, str(entry.get("title") or arm_label(key)), str(entry.get("kind") or ""), scenario, campaigning)


def _arm_called(name: str, one: StoredStudy) -> Arm:
    """A scenario of a study whose arms are settings of it: the first of them stands for all."""
    entries = [entry for entry in one.content.get("arms") or [] if str(entry.get("label", "")).startswith(name)]
    scenario: Mapping[str, Any] = entries[0]["scenario"] if entries else {}
    kinds = {str(platform.get("kind", "")) for platform in scenario.get("platforms", ())}
    brands = tuple(str(brand["name"]) for brand in scenario.get("brands", ()) if brand.get("campaign"))
    title = str(scenario.get("title") or arm_label(name))
    return Arm(name, title, kinds.pop() if len(kinds) == 1 else "", scenario, brands)


def read_manifest(path: Path) -> dict[str, Any]:
    """What a run's manifest says.

    Raises
    ------
    StoreError
        If it is missing, damaged or no manifest.
    """
    try:
        return dataclasses.asdict(Manifest.from_json(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, StoreError) as error:
        raise StoreError(f"{path}: cannot be read: {error}") from error
