"""Who sees what others bought buys more of the same, and nobody can tell in advance what that will be."""

from __future__ import annotations

import numpy as np

from simulator.types import Array
from simulator.validation.context import Context
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.songs import EVERY, inequality, quality, sold, unpredictability


def _more_unequal(context: Context) -> Array:
    return inequality(context, "strong") - inequality(context, "none")


def _less_predictable(context: Context) -> Array:
    return unpredictability(context, "strong") - unpredictability(context, "none")


def best_in_bottom(counts: Array, good: Array) -> Array:
    """Share of worlds in which the best product is in the bottom third; int (worlds, R, products) to shape (R,)."""
    best = counts[:, :, int(np.argmax(good))][:, :, None]
    above = (counts > best).sum(axis=2)
    return np.asarray((above >= counts.shape[2] * 2 / 3).mean(axis=0))


def _best_in_bottom(context: Context) -> Array:
    return best_in_bottom(sold(context, "strong"), quality(context))


PATTERN = Pattern(
    "18",
    "A social signal makes sales more unequal and less predictable",
    "social choice: bestseller lists and numbers sold",
    "neither rises with the signal",
    "Salganik, Dodds & Watts 2006",
    (
        Part("18a", "Gini of sales, strong signal less none", "judged", Band(0.0), "-", _more_unequal),
        Part(
            "18b", "share of a product, difference between worlds, strong less none", "judged", Band(0.0), "share",
            _less_predictable,
        ),
        Part(
            "18c", "worlds whose best product is in the bottom third", "judged", Band(0.0, 0.1), "share",
            _best_in_bottom,
        ),
    ),
    experiments=EVERY,
)  # fmt: skip
