"""What a campaign did to every need: the ledger with it against the ledger without it, on the same luck."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from simulator.types import Array

KINDS = ("same", "earlier", "later", "other_outlet", "other_brand", "new", "lost", "pulled_forward")
"""Fates of a need that was met in one of the two runs: bought alike; sooner or later; at another outlet; from another
brand; only with the campaign; only without; or bought with it, and without it not due before the end."""

FLOWS = {
    "same": "bought alike in both",
    "earlier": "bought from the brand in both, sooner with the campaign",
    "later": "bought from the brand in both, later with the campaign",
    "other_outlet": "bought from the brand in both, at another outlet",
    "new": "bought from the brand, and without the campaign from nobody",
    "won": "bought from the brand, and without the campaign from another: cannibalised between brands",
    "pulled_forward": "bought from the brand, and without the campaign not due before the end",
    "lost": "bought from nobody, and without the campaign from the brand",
    "ceded": "bought from another, and without the campaign from the brand",
    "incremental": "new + won - lost - ceded: what the campaign truly added",
    "gross": "incremental + pulled_forward: the difference in orders",
    "cannibalised": "won + earlier + other_outlet + pulled_forward: another brand, time or outlet would have sold it",
}

COLUMNS = ["need_key", "brand", "outlet", "status", "paid_tick", "price_fen"]


def fates(campaign: pd.DataFrame, control: pd.DataFrame) -> pd.DataFrame:
    """Every need with its brands in both runs and its fate; needs that were met in neither have the fate "unmet".

    Parameters
    ----------
    campaign, control : the tables ``needs`` of the two runs.

    Returns
    -------
    table
        Columns need_key, fate, brand, brand_control (empty where it was not bought), price_fen, price_fen_control.

    Raises
    ------
    ValueError
        If the two ledgers hold different needs.
    """
    both = campaign[COLUMNS].merge(
        control[COLUMNS], on="need_key", suffixes=("", "_control"), how="outer", indicator=True
    )
    if (both["_merge"] != "both").any():
        raise ValueError("the two runs have different needs: they are not the same world")
    with_one, without = (both[f"status{end}"] == "bought" for end in ("", "_control"))
    alike = both["brand"] == both["brand_control"]
    place = both["outlet"] == both["outlet_control"]
    sooner = both["paid_tick"] < both["paid_tick_control"]
    conditions = [
        ~with_one & ~without,
        with_one & ~without & (both["status_control"] == "pending"),
        with_one & ~without,
        ~with_one & without,
        ~alike,
        ~place,
        sooner,
        both["paid_tick"] > both["paid_tick_control"],
    ]
    named = ["unmet", "pulled_forward", "new", "lost", "other_brand", "other_outlet", "earlier", "later"]
    fate = np.select([one.to_numpy() for one in conditions], named, default="same")
    return pd.DataFrame(
        {
            "need_key": both["need_key"],
            "fate": fate,
            "brand": both["brand"].where(with_one, ""),
            "brand_control": both["brand_control"].where(without, ""),
            "price_fen": both["price_fen"].where(with_one, 0),
            "price_fen_control": both["price_fen_control"].where(without, 0),
        }
    )


def flows(table: pd.DataFrame, brand: str) -> dict[str, int]:
    """Needs by what the campaign did to them, as one brand sees it; see `FLOWS`."""
    own, before = table["brand"] == brand, table["brand_control"] == brand
    fate = table["fate"]
    counts = {name: int((own & (fate == name)).sum()) for name in ("same", "earlier", "later", "other_outlet", "new")}
    counts["won"] = int((own & (fate == "other_brand")).sum())
    counts["pulled_forward"] = int((own & (fate == "pulled_forward")).sum())
    counts["lost"] = int((before & (fate == "lost")).sum())
    counts["ceded"] = int((before & (fate == "other_brand")).sum())
    counts["incremental"] = counts["new"] + counts["won"] - counts["lost"] - counts["ceded"]
    counts["gross"] = counts["incremental"] + counts["pulled_forward"]
    counts["cannibalised"] = counts["won"] + counts["earlier"] + counts["other_outlet"] + counts["pulled_forward"]
    return counts


def added_sales_yuan(table: pd.DataFrame, brand: str) -> float:
    """Sales that the campaign truly added to a brand: without what it only pulled forward."""
    kept = table[table["fate"] != "pulled_forward"]
    fen = (
        kept["price_fen"][kept["brand"] == brand].sum()
        - kept["price_fen_control"][kept["brand_control"] == brand].sum()
    )
    return float(fen) / 100


# -- what is said without the other world

NAIVE = {
    "last click": "orders on the platform before which an ad or a post of the brand was the last thing seen of it",
    "first touch": "orders of people whom an ad, a post or a friend made aware",
    "exposed over not": "exposed people times the difference of buying rates, exposed minus not",
    "before and after": "orders a day during the campaign over those before it, times its days",
    "regression": "slope of daily orders on daily impressions, times impressions",
}
CLICKS = ("ad", "brand", "opinion_leader")
TOUCHES = ("ad", "brand", "friend", "seller", "opinion_leader")


def naive(tables: Mapping[str, pd.DataFrame], brand: str, plan: Mapping[str, float]) -> dict[str, float]:
    """Orders that methods which see only the campaign run would credit it with; nan where one cannot be used.

    Parameters
    ----------
    tables : of the campaign run.
    brand : whose campaign.
    plan : its campaign, with ``start_day`` and ``days``.
    """
    needs, panel, users = tables["needs"], tables["panel"], tables["users"]
    bought = needs[(needs["status"] == "bought") & (needs["brand"] == brand)]
    daily = panel[panel["brand"] == brand].assign(day=lambda own: np.ceil(own["day"]).astype(int) - 1).groupby("day")
    sold = daily[["orders_platform", "orders_offline"]].sum().sum(axis=1).to_numpy(dtype=float)
    seen = daily[["impressions", "ads"]].sum().sum(axis=1).to_numpy(dtype=float)
    start, days = int(plan["start_day"]), int(plan["days"])
    here = bought[bought["outlet"] == "platform"]
    return {
        "last click": float(here["last_touch"].isin(CLICKS).sum()),
        "first touch": float(bought["source"].isin(TOUCHES).sum()),
        "exposed over not": _exposed(bought, users, brand),
        "before and after": _before_and_after(sold, start, days),
        "regression": _regression(sold, seen),
    }


def _exposed(bought: pd.DataFrame, users: pd.DataFrame, brand: str) -> float:
    exposed = users[f"exposed_{brand}"].to_numpy(dtype=bool)
    orders = users["user"].map(bought["user"].value_counts()).fillna(0.0).to_numpy(dtype=float)
    if exposed.all() or not exposed.any():
        return math.nan
    return float(exposed.sum() * (orders[exposed].mean() - orders[~exposed].mean()))


def _before_and_after(sold: Array, start: int, days: int) -> float:
    if start < 1 or start >= sold.size:
        return math.nan
    during = sold[start : start + days]
    return float(during.sum() - sold[:start].mean() * during.size)


def _regression(sold: Array, seen: Array) -> float:
    if np.ptp(seen) == 0:
        return math.nan
    slope = float(np.cov(seen, sold, ddof=0)[0, 1] / np.var(seen))
    return slope * float(seen.sum())


def campaigns(scenario: Mapping[str, object]) -> dict[str, Mapping[str, float]]:
    """The campaigns of a resolved scenario by brand."""
    brands: Sequence[Mapping[str, object]] = scenario["brands"]  # type: ignore[assignment]
    return {str(one["name"]): one["campaign"] for one in brands if one.get("campaign") is not None}  # type: ignore[misc]
