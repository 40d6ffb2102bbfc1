"""A study's folder: what was asked (study.json), the runs, and the tables made from them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.errors import StoreError, nearest
from simulator.output.dictionary import Metric, dictionary_json, dictionary_markdown
from simulator.output.files import replace_file
from simulator.output.json_file import JsonError, read_object, sealed_text
from simulator.output.parquet import parquet_bytes
from simulator.output.store import ResultStore

STUDY = "study.json"
RUNS = "runs"
COMPARISON = "comparison"
FILES = "files"
"""Where study.json keeps the hash of each table's file. A study under way claims none: what is there may be half."""

AGAIN = "repeat the study, finished runs are reused"


SHAPE: dict[str, type | tuple[type, ...]] = {
    "arms": list, "runs": list, "failed": list, "inputs": list, "seeds": list, "study": dict, FILES: dict,
    "tables": dict, "result": dict, "verdict": dict, "fingerprint": dict, "kind": str, "status": str, "name": str,
    "seed": int, "replications": int, "level": (int, float),
}  # fmt: skip
"""Of study.json: what stands under a key, if it is there. Lists are of objects, but for the seeds."""


def read_study(file: Path) -> dict[str, Any]:
    """The content of a study.json.

    Raises
    ------
    OSError
        If there is none, or it cannot be read now.
    JsonError
        If it is damaged, or not shaped as any study's is.
    """
    content = read_object(file)
    for name, kind in SHAPE.items():
        value = content.get(name)
        wrong = value is not None and (not isinstance(value, kind) or isinstance(value, bool))
        if not wrong and isinstance(value, list) and name != "seeds":
            wrong = not all(isinstance(one, dict) for one in value)
        if wrong:
            raise JsonError(f"{name!r} is not what a study says")
    if not all(map(_is_arm, content.get("arms") or ())):
        raise JsonError("an arm is not what a study says")
    return content


def _is_arm(arm: Mapping[str, Any]) -> bool:
    """Whether an arm has its label, and its scenario the parts that every scenario has."""
    scenario, names = arm.get("scenario") or {}, arm.get("campaigning") or []
    if not isinstance(arm.get("label"), str) or not isinstance(scenario, dict) or not isinstance(names, list):
        return False
    listed = [scenario.get(name) or [] for name in ("brands", "platforms")]
    if not all(isinstance(part, list) and all(isinstance(one, dict) for one in part) for part in listed):
        return False
    blocks = [scenario.get("market"), *(brand.get("campaign") for brand in listed[0])]
    return all(isinstance(block or {}, dict) for block in blocks) and all("name" in brand for brand in listed[0])


def write_table(study: Path, folder: str, name: str, table: pd.DataFrame) -> dict[str, str]:
    """Write a table as parquet and, for spreadsheets, as CSV with a byte order mark.

    Parameters
    ----------
    study, folder : the study's folder, and the one of its tables inside.

    Returns
    -------
    SHA-256 of the parquet file's bytes by its place in the study, for study.json.
    """
    content = parquet_bytes(table)
    replace_file(study / folder / f"{name}.parquet", content)
    text = table.to_csv(index=False, lineterminator="\n")
    replace_file(study / folder / f"{name}.csv", b"\xef\xbb\xbf" + text.encode())
    return {f"{folder}/{name}.parquet": hashlib.sha256(content).hexdigest()}


def claimed(content: Mapping[str, Any], file: Path) -> bool:
    """Whether a study says that a table's file is its own; studies of before hashes were kept say nothing of any."""
    files = content.get(FILES)
    return not isinstance(files, Mapping) or f"{file.parent.name}/{file.name}" in files


def read_table(content: Mapping[str, Any], file: Path) -> pd.DataFrame:
    """A table of a study.

    Parameters
    ----------
    content : of study.json.
    file : the parquet file.

    Raises
    ------
    StoreError
        If it cannot be read, or is not the one that the study wrote.
    """
    files = content.get(FILES)
    try:
        data = file.read_bytes()
        if isinstance(files, Mapping):
            known = files.get(f"{file.parent.name}/{file.name}")
            if known is None:
                raise StoreError(f"{file} is of a study that was not finished; {AGAIN}")
            if hashlib.sha256(data).hexdigest() != known:
                raise StoreError(f"{file} was altered (its hash is not study.json's); {AGAIN}")
        table: pd.DataFrame = pq.read_table(pa.BufferReader(data)).to_pandas()
    except (OSError, ValueError, pa.ArrowException) as error:
        raise StoreError(f"cannot read {file}: {error}; {AGAIN}") from None
    return table


@dataclass(frozen=True)
class StudyFolder:
    """The files of one study.

    Parameters
    ----------
    path : Path
        ``study.json``, ``runs/<address>/``, ``comparison/<table>.parquet`` and ``.csv``, ``dictionary.json`` and
        ``dictionary.md``.
    """

    path: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", Path(self.path))

    @property
    def runs(self) -> ResultStore:
        """The store of the study's runs."""
        return ResultStore(self.path / RUNS)

    def study(self) -> dict[str, Any]:
        """The content of study.json.

        Raises
        ------
        StoreError
            If there is none or it cannot be read.
        """
        file = self.path / STUDY
        try:
            return read_study(file)
        except FileNotFoundError:
            raise StoreError(f"{self.path} holds no study: {STUDY} is missing") from None
        except (OSError, JsonError) as error:
            raise StoreError(f"cannot read {file}: {error}; {AGAIN}") from None

    def write_study(self, content: Mapping[str, Any], metrics: Sequence[Metric] = ()) -> None:
        """Write study.json and the data dictionary, each whole or not at all.

        Parameters
        ----------
        content : plain JSON values; under `FILES` what `write_tables` gave.
        metrics : the metrics that occur in the study's tables, for the dictionary.
        """
        replace_file(self.path / STUDY, sealed_text({FILES: {}, **content}))
        self.write_dictionary(metrics)

    def write_dictionary(self, metrics: Sequence[Metric]) -> None:
        """Write what every table and column means; it stands beside the runs and enters no hash and no address."""
        replace_file(self.path / "dictionary.json", dictionary_json(metrics))
        replace_file(self.path / "dictionary.md", dictionary_markdown(metrics))

    def tables(self) -> list[str]:
        """The names of the comparison's tables, sorted."""
        return sorted(file.stem for file in (self.path / COMPARISON).glob("*.parquet") if not file.name.startswith("."))

    def table(self, name: str) -> pd.DataFrame:
        """One table of the comparison.

        Raises
        ------
        StoreError
            If there is no such table or it cannot be read.
        """
        file = self.path / COMPARISON / f"{name}.parquet"
        if not file.is_file():
            known = self.tables()
            hint = nearest(name, known)
            raise StoreError(
                f"the study in {self.path} has no table {name!r}; it has {', '.join(known) or 'none yet'}"
                + (f"; did you mean {hint!r}?" if hint else "")
            )
        return read_table(self.study(), file)

    def write_tables(self, tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
        """Write the comparison's tables; see `write_table`."""
        files: dict[str, str] = {}
        for name, table in tables.items():
            files |= write_table(self.path, COMPARISON, name, table)
        return files
