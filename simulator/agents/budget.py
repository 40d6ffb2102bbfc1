"""The money of a campaign: what is meant for each channel of each platform, and what of it was spent."""

from __future__ import annotations

import math
from collections.abc import Mapping

Cell = tuple[str, str]
"""A platform and a channel."""


class Budget:
    """Whole fen, never more than `total` in all.

    Parameters
    ----------
    total_fen : what may be spent.
    meant : fen by cell; together at most the total.

    Raises
    ------
    ValueError
        If more is meant, or paid, than there is.
    """

    def __init__(self, total_fen: int, meant: Mapping[Cell, int]):
        if sum(meant.values()) > total_fen or min(meant.values(), default=0) < 0:
            raise ValueError(f"{sum(meant.values())} fen meant for channels of a budget of {total_fen}")
        self.total_fen = total_fen
        self._meant = dict(meant)
        self._spent = dict.fromkeys(meant, 0)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every platform and channel money may go to."""
        return tuple(self._meant)

    @property
    def spent_fen(self) -> int:
        """Everything spent so far."""
        return sum(self._spent.values())

    def meant(self, cell: Cell) -> int:
        """What is meant for a cell over the whole campaign; 0 for one that is none."""
        return self._meant.get(cell, 0)

    def spent(self, cell: Cell) -> int:
        """What went there so far."""
        return self._spent.get(cell, 0)

    def spent_on(self, channel: str) -> int:
        """What went to a channel on all platforms."""
        return sum(fen for (_, one), fen in self._spent.items() if one == channel)

    def left(self, cell: Cell) -> int:
        """What may still go there."""
        return self.meant(cell) - self.spent(cell)

    def pay(self, cell: Cell, fen: int) -> int:
        """Spend `fen` on a cell; returns them."""
        if not 0 <= fen <= self.left(cell):
            raise ValueError(f"{fen} fen to pay for {' '.join(cell)} of which {self.left(cell)} are left")
        if fen:
            self._spent[cell] += fen
        return fen

    def divide(self, weights: Mapping[Cell, float]) -> None:
        """Divide all that is not spent over the cells, by weight; rounded down to the fen."""
        whole, left = math.fsum(weights.values()), self.total_fen - self.spent_fen
        for cell in self._meant:
            share = weights.get(cell, 0.0) / whole if whole > 0.0 else 0.0
            self._meant[cell] = self._spent[cell] + math.floor(left * share)
