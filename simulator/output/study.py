"""A study's folder: what was asked (study.json), the runs, and the tables made from them."""

from __future__ import annotations

import hashlib
import io
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
from simulator.output.store import COMPRESSION, ResultStore

STUDY = "study.json"
RUNS = "runs"
COMPARISON = "comparison"
FILES = "files"
"""Where study.json keeps the hash of each table's file. A study under way claims none: what is there may be half."""

AGAIN = "repeat the study, finished runs are reused"


def write_table(study: Path, folder: str, name: str, table: pd.DataFrame) -> dict[str, str]:
    """Write a table as parquet and, for spreadsheets, as CSV with a byte order mark.

    Parameters
    ----------
    study, folder : the study's folder, and the one of its tables inside.

    Returns
    -------
    SHA-256 of the parquet file's bytes by its place in the study, for study.json.
    """
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer, compression=COMPRESSION)
    content = buffer.getvalue()
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
            return read_object(file)
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
