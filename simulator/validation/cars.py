"""The car season: small markets with dense needs, and what is read off them.

A need is as rare as one car in seventy years a head, so a market that could be run would reserve some dozens. Needs are
made `DENSITY` times as frequent, buyers tell of them that much less often, and counts are divided by it: people, media,
posts and exposures are as they would be, and each need meets them alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator.types import MINUTES_PER_DAY, Array
from simulator.validation.context import Run
from simulator.validation.experiments import Experiment

USERS = 8000
DENSITY = 20.0
DAYS = 57
"""Until what was reserved on the last day of the campaign is paid or cancelled."""

BEGIN, END = 28, 42
"""Days of the campaign."""

INTERVAL, TOLD = 25_300.0, 0.3
"""Days between two cars, and buyers who tell of it, as the scenario has them."""

STATED_USERS = 50_000
BUDGET_YUAN = 640.0
"""What a brand spends, stated for so many users."""

BRANDS = (
    "acacia", "beech", "cedar", "daphne", "elm", "fir", "ginkgo", "hazel", "ivy", "juniper", "kapok", "larch",
)  # fmt: skip

DENSE = (
    f"market.users={USERS}",
    f"market.days={DAYS}",
    f"categories.cars.interval_days={INTERVAL / DENSITY:g}",
    f"categories.cars.share_rate={TOLD / DENSITY:g}",
    *(f"brands.{brand}.campaign.budget_yuan={BUDGET_YUAN * USERS / STATED_USERS:g}" for brand in BRANDS),
)
CHECKOUT = "{checkout: {commission: 0.005, payment_cost: 0.002, loss_phone: 0.72}}"
"""That of the scenario: the shop is no harder and no easier to pay in."""

SHOP = f"platforms=[{{name: marketplace, kind: marketplace, affordances: {CHECKOUT}}}]"

TABLES = ("panel", "needs", "regions")
SEASON = Experiment("car season", "car_season", DENSE, tables=TABLES, size="own")
IN_A_SHOP = Experiment("car season in a shop", "car_season", (*DENSE, SHOP), tables=TABLES, size="own")
FREE_PLATES = Experiment(
    "car season without rationed plates",
    "car_season",
    (*DENSE, "categories.cars.plate_yuan={}"),
    tables=("needs",),
    size="own",
)

LIVE = {
    "Shandong": 0, "Hebei": 0, "Guangdong": 1, "Jiangsu": 1, "Beijing": 1, "Zhejiang": 1, "Fujian": 12, "Shanghai": 12,
}  # fmt: skip
"""Which tier the article says a province looks at: under 200,000 yuan, 200,000 to 400,000, all above 200,000."""

BACKBONE = ("Guangdong", "Jiangsu", "Beijing", "Zhejiang")


def in_campaign(run: Run, tick: pd.Series) -> Array:
    """Which ticks lie in the campaign."""
    per_day = MINUTES_PER_DAY // run.scenario["market"]["tick_minutes"]
    return np.asarray((tick >= BEGIN * per_day) & (tick < END * per_day))


def per_ten_thousand(run: Run) -> float:
    """By what a count is multiplied to be one per 10,000 monthly users."""
    return 1e4 / (float(run.scenario["market"]["users"]) * DENSITY)


def reservations(run: Run) -> pd.DataFrame:
    """The needs reserved in the campaign."""
    needs = run.table("needs")
    found: pd.DataFrame = needs[in_campaign(run, needs["reserved_tick"])]
    return found


def intents(run: Run) -> float:
    """Offers chosen on the platform in the campaign and not reserved in it."""
    panel = run.table("panel")
    chosen = float(panel.loc[in_campaign(run, panel["tick"]), "intents"].sum())
    return chosen - len(reservations(run))


def list_prices(run: Run) -> Mapping[str, float]:
    """Yuan by brand."""
    return {brand["name"]: float(brand["price_yuan"]) for brand in run.scenario["brands"]}


def prices(run: Run, region: str) -> Array:
    """List prices of all cars bought in a region, at any outlet, in yuan."""
    needs = run.table("needs")
    bought = needs[(needs["status"] == "bought") & (needs["region"] == region)]
    return np.asarray(bought["brand"].map(dict(list_prices(run))), np.float64)


def looked(run: Run) -> pd.DataFrame:
    """People in the market who looked at offers on the platform, regions by tiers."""
    counts = run.table("regions").pivot_table(index="region", columns="tier", values="looked", aggfunc="sum")
    return counts.reindex(columns=[0, 1, 2]).fillna(0)


def index(counts: pd.DataFrame, region: str, tier: int) -> float:
    """Share of a region's attention that a tier has, over the share of everybody's; tier 12 is both upper ones."""
    columns = [1, 2] if tier == 12 else [tier]
    everybody = counts[columns].to_numpy().sum() / counts.to_numpy().sum()
    own = counts.loc[region] if region in counts.index else None
    if own is None or own.sum() == 0 or everybody == 0.0:
        return float("nan")
    return float(own[columns].sum() / own.sum() / everybody)


def pooled(tables: Sequence[Any], statistic: Any) -> Array:
    """A statistic of all replications together, as jackknife pseudo-values (Quenouille 1956): shape (R,).

    Single replications are too small for regions to be told apart.
    """
    n, whole = len(tables), statistic(tables)
    if n < 2:
        return np.full(n, whole)
    left_out = [statistic([*tables[:r], *tables[r + 1 :]]) for r in range(n)]
    return np.array([n * whole - (n - 1) * one for one in left_out])
