"""Codes as words, for tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from simulator.types import Array

if TYPE_CHECKING:
    from enum import IntEnum


def words(kind: type[IntEnum]) -> list[str]:
    """Names of codes as they stand in tables."""
    return [member.name.lower() for member in kind]


def labels(codes: Array, names: list[str]) -> pd.Series:
    """Codes as words; -1 becomes an empty string."""
    codes = codes.astype(np.int32)
    codes[codes < 0] = len(names)
    words = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array([*names, ""], pa.large_string()))
    return pd.Series(pd.array(words.cast(pa.large_string()), dtype="str"))
