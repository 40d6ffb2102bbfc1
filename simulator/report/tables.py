"""A stored study as the report reads it: what was asked, the tables of the comparison, the manifests of the runs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from simulator.errors import StoreError
from simulator.output.study import RUNS, StudyFolder
from simulator.report.style import ArmStyle, arm_styles
from simulator.report.text import human

HEADLINES = ("contribution_campaigning_yuan", "contribution_yuan")
"""The outcome that decides, by preference: of the brands that have a campaign, else of all brands."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "summary": ("arm", "metric", "kind", "brand", "mean", "low", "high", "n"),
    "effects": ("arm", "replication", "metric", "brand", "value"),
    "paired_differences": (
        "metric", "kind", "brand", "arm_a", "arm_b", "mean", "low", "high", "p_holm", "n", "separable",
    ),
    "spread": ("arm", "role", "brand", "day", "measure", "median", "p5", "p95"),
    "funnel": ("arm", "role", "brand", "stage", "mean", "low", "high"),
    "cascades": ("arm", "replication", "size", "depth", "structural_virality"),
}  # fmt: skip
"""Columns the figures rely on, by table. A table may hold more."""


@dataclass(frozen=True)
class Arm:
    """One model of a comparison: its key in the tables, and how it is called."""

    name: str
    label: str
    title: str
    kind: str
    scenario: Mapping[str, Any]
    campaigning: tuple[str, ...]


class StudyTables(Mapping[str, pd.DataFrame]):
    """The comparison tables of a study by name, each read when first asked for.

    Parameters
    ----------
    folder : Path
        The study's folder, holding study.json, comparison/ and runs/.

    Raises
    ------
    StoreError
        If the folder holds no readable study, or a table lacks a column the report relies on.
    """

    def __init__(self, folder: Path):
        self._folder = StudyFolder(Path(folder))
        self.study = self._folder.study()
        self._names = self._folder.tables()
        if not self._names:
            raise StoreError(f"{folder}: no comparison is stored here; run the comparison first")
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            frame = self._folder.table(name)
            missing = [column for column in COLUMNS.get(name, ()) if column not in frame.columns]
            if missing:
                held = ", ".join(map(str, frame.columns))
                raise StoreError(f"table {name!r}: column {', '.join(missing)} is missing; it holds {held}")
            self._read[name] = frame
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        """The models, in the order they were asked for."""
        return tuple(_arm(entry) for entry in self.study.get("arms", []))

    @cached_property
    def styles(self) -> dict[str, ArmStyle]:
        """How each arm is drawn."""
        return arm_styles(self.arms)

    def label(self, name: str) -> str:
        """The short name of an arm that people read."""
        return next((arm.label for arm in self.arms if arm.name == name), human(name))

    @property
    def replications(self) -> int:
        """Replications of every arm."""
        return int(self.study.get("replications", 1))

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
        """Manifests of the runs, in the order of their addresses."""
        return [read_json(path) for path in sorted((self._folder.path / RUNS).glob("[!.]*/manifest.json"))]

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

    def only(self, table: str, **values: Any) -> pd.DataFrame:
        """The rows of a table in which every named column has the given value."""
        frame = self[table]
        for column, value in values.items():
            frame = frame[frame[column] == value]
        return frame

    def brands(self, table: str, most: int) -> list[str]:
        """The brands of a table to draw: the market total if there is one, else those with a campaign, else any."""
        stored = list(dict.fromkeys(self[table]["brand"]))
        if "" in stored:
            return [""]
        return ([brand for brand in self.campaigning if brand in stored] or sorted(stored))[:most]


def _arm(entry: Mapping[str, Any]) -> Arm:
    key = str(entry["label"])
    label = human(key) if key == key.lower() else key
    scenario = entry.get("scenario") or {}
    campaigning = tuple(str(brand) for brand in entry.get("campaigning") or ())
    return Arm(key, label, str(entry.get("title") or label), str(entry.get("kind") or ""), scenario, campaigning)


def read_json(path: Path) -> dict[str, Any]:
    """The object stored in a JSON file.

    Raises
    ------
    StoreError
        If it is missing, damaged or no object.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise StoreError(f"{path}: should hold an object")
    return found
