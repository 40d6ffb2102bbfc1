"""The flood: a circle in which nearly everybody sells sells little."""

from __future__ import annotations

import numpy as np

from simulator.types import Array
from simulator.validation.context import Context
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import Band, Part, Pattern

SHARES = (0.0, 0.02, 0.05, 0.15, 0.4, 0.8)


def _circle(share: float) -> Experiment:
    settings = (
        "market.users=6000",
        "market.days=28",
        f"platforms.private_circle.affordances.peer_sellers.share={share}",
        "platforms.private_circle.affordances.seller_entry.enabled=false",
    )
    return Experiment(
        f"sellers: {100 * share:g} % of users",
        "private_circle",
        settings,
        tables=("outcomes",),
        size="own",
        role="control",
    )


CIRCLES = tuple(_circle(share) for share in SHARES)


def sales(context: Context) -> Array:
    """Orders paid in the circle by share of sellers; shape (shares, R)."""

    def orders(experiment: Experiment) -> list[float]:
        found = []
        for run in context.runs(experiment):
            outcomes = run.table("outcomes")
            chosen = (outcomes["metric"] == "orders_platform") & (outcomes["brand"] == "")
            found.append(float(outcomes.loc[chosen, "value"].iloc[0]))
        return found

    return context.once("sales by share of sellers", lambda: np.array([orders(one) for one in CIRCLES]))


def interior_gain(sales: Array) -> Array:
    """How far the best share in between is above the better end, over mean sales; shape (R,).

    The best share is chosen on the other replications, so luck in one does not choose what it is measured on.
    """
    shares, n = sales.shape
    gain = np.empty(n)
    for r in range(n):
        others = np.delete(sales, r, axis=1) if n > 1 else sales
        best = 1 + int(np.argmax(others[1:-1].mean(axis=1)))
        end = 0 if others[0].mean() > others[-1].mean() else shares - 1
        gain[r] = (sales[best, r] - sales[end, r]) / sales[:, r].mean()
    return gain


def _gain(context: Context) -> Array:
    return interior_gain(sales(context))


def _note(context: Context) -> str:
    means = sales(context).mean(axis=1)
    return "orders in the circle: " + ", ".join(
        f"{mean:,.0f} at {100 * share:g} %" for share, mean in zip(SHARES, means, strict=True)
    )


PATTERN = Pattern(
    "16",
    "Sales in a circle are highest when some sell, not all",
    "trust in sellers as a commons",
    "sales rise or fall all the way with the share of sellers",
    "claim S4 of the article of mid-2014 (experiments/claims.yaml)",
    (
        Part(
            "16",
            "sales at the best share in between over the better end",
            "judged",
            Band(0.0),
            "of mean sales",
            _gain,
            "more sellers mean more awareness, which lasts, while what they spoil is only each reader's own patience: "
            "the trust that honest sellers lose through the others is too slow to turn the curve in four weeks.",
            _note,
        ),
    ),
    experiments=CIRCLES,
)
