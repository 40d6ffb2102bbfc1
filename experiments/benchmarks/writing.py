"""What benchmarks write: tables in Markdown, where they were measured, and pictures."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import numpy as np

MACHINE = f"{platform.machine()}, {platform.platform()}, Python {platform.python_version()}, NumPy {np.__version__}"


def markdown(table: Any) -> str:
    """A DataFrame as a table, missing values empty."""
    head = [list(map(str, table.columns)), ["---"] * table.shape[1]]
    body = [["" if cell != cell else _said(cell) for cell in line] for line in table.itertuples(index=False)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in head + body)


def _said(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def write_table(table: Any, folder: Path, name: str, *notes: str) -> None:
    """A DataFrame as ``name.csv`` and, with notes and the machine below, as ``name.md``; printed, too."""
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / f"{name}.csv", index=False)
    *said, last = notes
    text = "\n\n".join([markdown(table), *said, f"{last} {MACHINE}"])
    (folder / f"{name}.md").write_text(f"{text}\n", encoding="utf-8")
    print(text)


def write_picture(figure: Any, file: Path) -> None:
    """A figure as a page that asks nobody for anything but the script it lies beside."""
    settings = {"displaylogo": False, "showSendToCloud": False, "plotlyServerURL": ""}
    figure.write_html(file, include_plotlyjs="directory", config=settings)
