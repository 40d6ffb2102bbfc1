"""Numbers handed to kernels: a tree of NamedTuples as one record, so that a call passes a pointer and not fifty values."""

from typing import Any, NamedTuple, get_type_hints

import numpy as np

from simulator.kernels.after import AfterParams
from simulator.kernels.feed import FeedParams
from simulator.kernels.luck import Luck
from simulator.kernels.market import MarketParams

_FIELDS: dict[Any, Any] = {float: np.float64, int: np.int64, bool: np.bool_, np.uint64: np.uint64, np.ndarray: (np.float64, (1,))}


class Numbers(NamedTuple):
    """All that a platform's kernels read and do not change."""

    feed: FeedParams
    market: MarketParams
    after: AfterParams
    luck: Luck


def layout(kind: type) -> np.dtype:
    """The record of a NamedTuple; an array in it is one of a single number. TypeError for a field of any other kind."""
    if not hasattr(kind, "_fields"):
        raise TypeError(f"{kind} has no place in a record")
    if taken := [name for name in kind._fields if hasattr(np.record, name)]:
        raise TypeError(f"{kind.__name__}: a record has other attributes of the name {', '.join(taken)}")
    fields = [(name, _FIELDS.get(hint) or layout(hint)) for name, hint in get_type_hints(kind).items()]
    return np.dtype(fields, align=True)


NUMBERS = layout(Numbers)


def pack(numbers: Numbers) -> Any:
    """Records of shape (1,), for kernels."""
    made = np.zeros(1, NUMBERS).view(np.recarray)
    _fill(made, numbers)
    return made


def _fill(made: Any, values: Any) -> None:
    for name, value in values._asdict().items():
        if hasattr(value, "_asdict"):
            _fill(made[name], value)
        else:
            made[name] = value
