"""Real cascades beside simulated ones: derived numbers only, with their sources in the file."""

from __future__ import annotations

from functools import cache
from importlib import resources
from io import StringIO

import pandas as pd

LARGE = 20
"""Posts from which Twitter's cascades are known."""
SELECTED = (101, 1001)
"""Posts of the Weibo trees that were collected, the root included."""


@cache
def real_curves() -> pd.DataFrame:
    """Every curve: source, measure, value, share of cascades at least so large, number of cascades."""
    file = resources.files("simulator.report") / "real_cascades.tsv"
    return pd.read_csv(StringIO(file.read_text(encoding="utf-8")), sep="\t", comment="#")


def real(source: str, measure: str) -> pd.DataFrame:
    """One curve of real cascades."""
    known = real_curves()
    return known[(known["source"] == source) & (known["measure"] == measure)]


def real_median(source: str, measure: str) -> float:
    """The largest value that at least half of the real cascades reach."""
    known = real(source, measure)
    return float(known.loc[known["share"] >= 0.5, "value"].max())
