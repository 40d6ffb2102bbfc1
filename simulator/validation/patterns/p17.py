"""An entry point in a messenger borrows traffic and sells little."""

from __future__ import annotations

import pandas as pd

from simulator.types import Array
from simulator.validation.context import Context, Run, days, ticks_per_day
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.sales import jackknifed_ratio

SHOP = "marketplace"
SALE_DAY = 78
"""18 June, counted from the first day of the scenario."""

ENTRY = Experiment("an entry point and the 618", "jd_entry_618", ("market.users=10000",), size="own")


def _shop(run: Run) -> pd.DataFrame:
    panel = run.table("panel")
    return panel[panel["platform"] == SHOP]


def share_on_the_day(run: Run) -> tuple[float, float]:
    """Orders of the shop on the day of the sale: by the entry, and all."""
    shop = _shop(run)
    today = shop[shop["tick"] // ticks_per_day(run) == SALE_DAY]
    return float(today["entry_orders"].sum()), float(today["orders_platform"].sum())


def conversion(run: Run) -> tuple[float, float]:
    """Orders over offers looked at: by the entry, and on the shop's own ways."""
    found = _shop(run)[["views", "entry_views", "orders_platform", "entry_orders"]].sum()
    own = (found["orders_platform"] - found["entry_orders"]) / (found["views"] - found["entry_views"])
    return float(found["entry_orders"] / found["entry_views"]), float(own)


def newcomers(run: Run) -> tuple[float, float]:
    """Users whose first order in the shop falls into the second half of the run: by the entry, and all."""
    needs = run.table("needs")
    mine = needs[(needs["status"] == "bought") & (needs["outlet"] == "platform") & (needs["platform"] == SHOP)]
    first = mine.sort_values(["paid_tick", "need_key"]).drop_duplicates("user")
    late = first[first["paid_tick"] >= days(run) * ticks_per_day(run) // 2]
    return float(late["by_entry"].sum()), float(len(late))


def _on_the_day(context: Context) -> Array:
    return _ratio(context.each(ENTRY, share_on_the_day))


def _conversion(context: Context) -> Array:
    return _ratio(context.each(ENTRY, conversion))


def _newcomers(context: Context) -> Array:
    return _ratio(context.each(ENTRY, newcomers))


def _ratio(pairs: list[tuple[float, float]]) -> Array:
    found = pd.DataFrame(pairs).to_numpy()
    return jackknifed_ratio(found[:, 0], found[:, 1])


DIAGNOSIS = (
    "how many visits go on by the entry, and how many of them mean to buy, are guesses that no fitted row sets; other "
    "values within their ranges would mend it, and are not chosen to pass."
)

PATTERN = Pattern(
    "17",
    "The shop's entry point in the messenger, and the 618 sale",
    "borrowed traffic",
    "the entry's share of orders is above .15",
    "trade press 2014-15",
    (
        Part(
            "17a",
            "share of the shop's orders by the entry on 18 June",
            "judged",
            Band(0.02, 0.07),
            "share",
            _on_the_day,
            DIAGNOSIS,
        ),
        Part("17b", "orders per view, entry over own app", "input", Band(0.3, 0.9), "x", _conversion, DIAGNOSIS),
        Part(
            "17c",
            "share of new customers by the entry, second quarter",
            "judged",
            Band(0.12, 0.28),
            "share",
            _newcomers,
            DIAGNOSIS,
        ),
    ),
    experiments=(ENTRY,),
)
