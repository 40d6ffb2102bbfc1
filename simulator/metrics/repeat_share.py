"""Orders by people who had bought the same brand before in the run."""

import numpy as np

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _orders(view: RunView) -> tuple[Array, Array]:
    """Brand of every order, and whether it is a repeat, in order of payment."""
    needs = view.tables["needs"]
    orders = needs.loc[view.bought, ["user", "paid_tick"]].assign(brand=view.brand_of("needs")[view.bought])
    orders = orders.sort_values("paid_tick", kind="stable")
    return orders["brand"].to_numpy(), orders.duplicated(["user", "brand"]).to_numpy()


def _compute(view: RunView) -> Array:
    brand, again = _orders(view)
    count = len(view.brands)
    with np.errstate(invalid="ignore"):
        return np.bincount(brand[again], minlength=count) / np.bincount(brand, minlength=count)


def _total(view: RunView) -> float:
    brand, again = _orders(view)
    return float(again.mean()) if brand.size else float("nan")


METRIC = Metric("repeat_share", "share", "orders of a brand the buyer had bought before / orders", _compute, _total)
