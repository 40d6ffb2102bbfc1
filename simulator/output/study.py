"""A study's folder: what was asked (study.json), the runs, and the tables made from them."""

from __future__ import annotations

import io
import json
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
from simulator.output.manifest import plain
from simulator.output.store import COMPRESSION, ResultStore

STUDY = "study.json"
RUNS = "runs"
COMPARISON = "comparison"


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
            content = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise StoreError(f"{self.path} holds no study: {STUDY} is missing") from None
        except (OSError, ValueError) as error:
            raise StoreError(f"cannot read {file}: {error}; repeat the study, finished runs are reused") from None
        if not isinstance(content, dict):
            raise StoreError(f"cannot read {file}: it is no study; repeat the study, finished runs are reused")
        return content

    def write_study(self, content: Mapping[str, Any], metrics: Sequence[Metric] = ()) -> None:
        """Write study.json and the data dictionary, each whole or not at all.

        Parameters
        ----------
        content : plain JSON values.
        metrics : the metrics that occur in the study's tables, for the dictionary.
        """
        text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, default=plain)
        replace_file(self.path / STUDY, text + "\n")
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
        try:
            table: pd.DataFrame = pq.read_table(file).to_pandas()
        except (OSError, pa.ArrowInvalid) as error:
            raise StoreError(f"cannot read {file}: {error}; repeat the study, finished runs are reused") from None
        return table

    def write_tables(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Write the comparison's tables as parquet and, for spreadsheets, as CSV with a byte order mark."""
        for name, table in tables.items():
            buffer = io.BytesIO()
            pq.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer, compression=COMPRESSION)
            replace_file(self.path / COMPARISON / f"{name}.parquet", buffer.getvalue())
            text = table.to_csv(index=False, lineterminator="\n")
            replace_file(self.path / COMPARISON / f"{name}.csv", b"\xef\xbb\xbf" + text.encode())
