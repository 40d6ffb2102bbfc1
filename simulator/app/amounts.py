"""How the command line writes numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def amount(value: float | None) -> str:
    """A number as tables show it, or nothing where there is none."""
    if value is None or value != value:
        return ""
    rounded = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.3g}"
    return "0" if rounded == "-0" else rounded


def interval(row: Mapping[str, Any] | None) -> str:
    """A mean and its interval, where there is one."""
    if row is None:
        return ""
    known = row["low"] == row["low"]
    return f"{amount(row['mean'])} [{amount(row['low'])}, {amount(row['high'])}]" if known else amount(row["mean"])
