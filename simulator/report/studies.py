"""One stored study of any kind: where its tables are, and what it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from simulator.errors import StoreError
from simulator.output.json_file import JsonError, read_object
from simulator.output.study import COMPARISON, RUNS, StudyFolder, claimed, read_table

SCORECARD = "scorecard"
VALIDATE = "validate"
TABLES = "tables"
CLAIMS = "claims"


class StoredStudy:
    """A folder that a study left: a comparison, a study file's, or a scorecard.

    Parameters
    ----------
    path : Path

    Attributes
    ----------
    kind : compare, sweep, decompose, sensitivity, calibrate, attribution, claims or validate.
    content : what ``study.json`` says; the facts of a scorecard.
    names : how the report calls its tables, with the file of each.

    Raises
    ------
    StoreError
        If the folder holds no readable study, or none that has tables yet.
    """

    def __init__(self, path: Path):
        self.path = path
        self._scorecard = path / f"{SCORECARD}.json"
        alone = self._scorecard.is_file() and not (path / "study.json").exists()
        self.content: dict[str, Any] = _facts(self._scorecard) if alone else StudyFolder(path).study()
        self.kind = VALIDATE if alone else str(self.content.get("kind") or "compare")
        folder = path / (COMPARISON if self.kind == "compare" else TABLES)
        files = sorted(file for file in folder.glob("*.parquet") if not file.name.startswith("."))
        self.names = {called(self.kind, file.stem): file for file in files if claimed(self.content, file)}
        if self._scorecard.is_file():
            self.names[SCORECARD] = self._scorecard
        if not self.names:
            status = self.content.get("status", "unknown")
            raise StoreError(f"{path}: no results are stored here yet; its status is {status}: finish the study first")

    @property
    def asked(self) -> Mapping[str, Any]:
        """What the study's file says; of a comparison, what study.json does."""
        found = self.content.get("study")
        return found if isinstance(found, Mapping) else self.content

    @property
    def title(self) -> str:
        """What the study calls itself; empty if it does not say."""
        return str(self.asked.get("title") or "")

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was made."""
        return bool(self.content.get("status", "complete") == "complete")

    @cached_property
    def replications(self) -> int:
        """Worlds behind each number at most; 1 if nothing tells."""
        if self.kind == "compare" or "replications" in self.asked:
            return int(self.asked.get("replications", 1))
        for name in self.names:
            frame = self.read(name)
            if "replication" in frame:
                return int(frame["replication"].nunique())
            if "n" in frame and self.kind in ("decompose", "sweep", "attribution"):
                return int(frame["n"].max())
        return 1

    @cached_property
    def manifests(self) -> list[Path]:
        """The manifests of its runs, by address."""
        return sorted((self.path / RUNS).glob("[!.]*/manifest.json"))

    def read(self, name: str) -> pd.DataFrame:
        """A table.

        Raises
        ------
        StoreError
            If it cannot be read.
        """
        file = self.names[name]
        if file == self._scorecard:
            return _rows(file)
        return read_table(self.content, file)


def called(kind: str, table: str) -> str:
    """How the report calls a table of a study."""
    return table if kind == "compare" or table == CLAIMS else f"{kind}.{table}"


def _load(file: Path) -> dict[str, Any]:
    try:
        content = read_object(file)
    except (OSError, JsonError) as error:
        raise StoreError(f"cannot read {file}: {error}") from None
    rows = content.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise StoreError(f"cannot read {file}: it is no scorecard")
    return content


def _facts(file: Path) -> dict[str, Any]:
    return {name: value for name, value in _load(file).items() if name != "rows"}


def _rows(file: Path) -> pd.DataFrame:
    """The rows of a scorecard, its bands in two columns."""
    rows = []
    for row in _load(file)["rows"]:
        low, high = row.pop("band", None) or (None, None)
        row.pop("convergence", None)
        rows.append({**row, "band_low": low, "band_high": high})
    frame = pd.DataFrame(rows)
    numbers = [name for name in ("mean", "low", "high", "band_low", "band_high") if name in frame]
    return frame.astype(dict.fromkeys(numbers, "float64"))
