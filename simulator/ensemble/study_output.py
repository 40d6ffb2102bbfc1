"""What a study leaves behind: study.json, its tables as parquet and CSV, and what every column means."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from simulator.ensemble.design import Arm
from simulator.ensemble.lab import Lab
from simulator.ensemble.outcomes import metrics
from simulator.ensemble.study_file import StudyFile
from simulator.output.files import replace_file
from simulator.output.fingerprint import fingerprint
from simulator.output.json_file import plain, sealed_text
from simulator.output.study import FILES, STUDY, StudyFolder, write_table
from simulator.output.tables import table_hashes
from simulator.scenario.tree import plain as plain_tree

SCHEMA_VERSION = 1
TABLES = "tables"


@dataclass(frozen=True)
class TableDoc:
    """What a table of a study says.

    Attributes
    ----------
    row : what one row is.
    columns : unit and meaning by column; a name in braces, as ``{factor}``, stands for several columns.
    """

    row: str
    columns: Mapping[str, tuple[str, str]]

    def undeclared(self, table: pd.DataFrame) -> list[str]:
        """The columns of a table that nothing explains, and those it lacks."""
        patterns = [re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(name))) for name in self.columns]
        strange = [str(name) for name in table.columns if not any(one.fullmatch(str(name)) for one in patterns)]
        return strange + [name for name in self.columns if "{" not in name and name not in table.columns]


@dataclass(frozen=True)
class StudyOutput:
    """The folder of a study that was read from a file.

    Attributes
    ----------
    folder : ``study.json``, ``tables/<name>.parquet`` and ``.csv``, ``tables/columns.md``, ``runs/<address>/``;
        ``dictionary.json`` and ``dictionary.md`` of the runs' tables.
    file : the study.
    """

    folder: Path
    file: StudyFile[Any]

    def begin(self, arms: Sequence[Arm] = ()) -> None:
        """Write the dictionary, and study.json before the first run: a killed study says that it was running."""
        self._write("running", arms, None, {})
        StudyFolder(self.folder).write_dictionary(metrics())

    def end(
        self, lab: Lab, tables: Mapping[str, pd.DataFrame], docs: Mapping[str, TableDoc], *,
        arms: Sequence[Arm] = (), result: Mapping[str, Any] | None = None, status: str = "",
    ) -> None:  # fmt: skip
        """Write the tables and what became of the study.

        Raises
        ------
        TypeError
            If a table or a column is not explained in `docs`.
        """
        files = self.write_tables(tables, docs)
        extra = {"tables": table_hashes(tables), FILES: files, "result": result or {}}
        self._write(status or ("incomplete" if lab.failed else "complete"), arms, lab, extra)

    def write_tables(self, tables: Mapping[str, pd.DataFrame], docs: Mapping[str, TableDoc]) -> dict[str, str]:
        """Write some tables, and what their columns mean; returns the hashes of their files, see `write_table`."""
        files: dict[str, str] = {}
        for name, table in tables.items():
            strange = docs[name].undeclared(table) if name in docs else ["the table itself"]
            if strange:
                raise TypeError(f"table {name}: not as declared: {', '.join(strange)}")
            files |= write_table(self.folder, TABLES, name, table)
        replace_file(self.folder / TABLES / "columns.md", columns_text({name: docs[name] for name in tables}))
        return files

    def _write(self, status: str, arms: Sequence[Arm], lab: Lab | None, extra: Mapping[str, Any]) -> None:
        spec = self.file.spec
        content = {
            "schema_version": SCHEMA_VERSION,
            "kind": getattr(spec, "kind", ""),
            "name": spec.name,
            "status": status,
            "seed": spec.seed,
            "study": plain_tree(self.file.tree),
            "arms": [{"label": arm.label, "scenario": arm.resolved, "files": dict(arm.files)} for arm in arms],
            "fingerprint": fingerprint().parts(),
            "runs": [] if lab is None else lab.places(),
            "failed": [] if lab is None else lab.failures(),
            "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            FILES: {},
            **extra,
        }
        replace_file(self.folder / STUDY, sealed_text(without_nan(content), indent=1))


def columns_text(docs: Mapping[str, TableDoc]) -> str:
    """What every column means, as a page to read."""
    lines = ["# Tables", ""]
    for name, doc in docs.items():
        lines += [
            f"## {name}",
            "",
            f"{doc.row[0].upper()}{doc.row[1:]}.",
            "",
            "| column | unit | meaning |",
            "|---|---|---|",
        ]
        lines += [f"| {column} | {unit} | {meaning} |" for column, (unit, meaning) in doc.columns.items()]
        lines.append("")
    return "\n".join(lines)


def without_nan(value: Any) -> Any:
    """A copy of nested values with null for numbers that are not finite: JSON has none."""
    if isinstance(value, Mapping):
        return {str(key): without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(inner) for inner in value]
    value = plain(value) if hasattr(value, "item") else value
    return None if isinstance(value, float) and value - value != 0 else value
