"""What the patterns of the car season make of tables whose answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.scenario.loader import load
from simulator.validation import PATTERNS, cars
from simulator.validation.pattern import Part
from simulator.validation.patterns import p20
from simulator.validation.reference import car_prices
from tests.unit.validation.runs import HandMade, context

IN, BEFORE = cars.BEGIN, cars.BEGIN - 1
"""Ticks of a day: one within the campaign, one before it."""

MARKET = {
    "market": {"days": cars.DAYS, "users": 1000, "tick_minutes": 1440},
    "brands": [{"name": "small", "price_yuan": 100_000}, {"name": "large", "price_yuan": 200_000}],
}


def season(reserved: list[tuple[str, str, int, str, str]], intents: int = 0) -> HandMade:
    """Needs as (brand, region, tick of reservation, status, outlet); `intents` offers chosen in the campaign."""
    names = ["chosen", "region", "reserved_tick", "status", "outlet"]
    needs = pd.DataFrame(reserved, columns=names).assign(brand=lambda table: table["chosen"])
    panel = pd.DataFrame([(BEFORE, 1000), (IN, intents)], columns=["tick", "intents"])
    return HandMade({"needs": needs, "panel": panel}, days=cars.DAYS, more=MARKET)


def part(name: str) -> Part:
    return next(one for pattern in PATTERNS.values() for one in pattern.parts if one.id == name)


def test_reservations_intents_and_their_worth() -> None:
    """Two reserved in the campaign, one before it; eight chosen in it; one of the two paid where it was made."""
    run = season(
        [
            ("small", "Henan", IN, "bought", "platform"),
            ("large", "Henan", cars.END - 1, "bought", "dealer"),
            ("large", "Henan", BEFORE, "bought", "dealer"),
            ("large", "Henan", cars.END, "pending", "none"),
        ],
        intents=8,
    )
    measured = context({cars.SEASON: [run, run]})
    assert part("20a").measure(measured) == pytest.approx([2 * 1e4 / 1000 / cars.DENSITY] * 2)
    assert part("20b").measure(measured) == pytest.approx([3.0, 3.0])
    assert part("20c").measure(measured) == pytest.approx([150_000.0] * 2)
    assert part("21").measure(measured) == pytest.approx([0.5, 0.5])


def test_who_looks_at_which_tier_against_everybody() -> None:
    """Two regions as large: one looks at the cheap alone, one at all three; people of the offers' tiers count."""
    looked = {"Hebei": (30, 0, 0), "Fujian": (10, 10, 10)}
    rows = [(region, tier, count) for region, counts in looked.items() for tier, count in enumerate(counts)]
    table = pd.DataFrame(rows, columns=["region", "tier", "looked"])
    counts = cars.looked(HandMade({"regions": table}))
    assert cars.index(counts, "Hebei", 0) == pytest.approx(1.0 / (40 / 60))
    assert cars.index(counts, "Fujian", 12) == pytest.approx((2 / 3) / (20 / 60))
    assert np.isnan(cars.index(counts, "Shanghai", 12))
    assert p20.weakest([counts]) == 0, "six of the eight are not there"


def test_where_those_who_reserve_live() -> None:
    order = ["Guangdong"] * 5 + ["Jiangsu"] * 4 + ["Shanghai"] * 3 + ["Beijing"] * 2 + ["Zhejiang"]
    run = season([("small", region, IN, "reserved", "none") for region in order])
    assert part("20e").measure(context({cars.SEASON: [run, run]})) == pytest.approx([1 / 3] * 2)
    first_four = season([("small", region, IN, "reserved", "none") for region in (*cars.BACKBONE * 2, "Henan")])
    assert part("20e").measure(context({cars.SEASON: [first_four] * 2})) == pytest.approx([2.0, 2.0])


def test_the_shop_over_the_feed() -> None:
    one = ("small", "Henan", IN, "reserved", "none")
    measured = context({cars.IN_A_SHOP: [season([one])] * 2, cars.SEASON: [season([one] * 4)] * 2})
    assert part("28").measure(measured) == pytest.approx([0.25, 0.25])


def test_pooled_keeps_what_does_not_vary_and_the_mean_of_a_mean() -> None:
    assert cars.pooled([2.0, 4.0, 9.0], lambda all_of_them: float(np.mean(all_of_them))) == pytest.approx(
        [2.0, 4.0, 9.0]
    )
    assert cars.pooled([3.0], sum) == pytest.approx([3.0])


def test_what_plates_do_to_the_median() -> None:
    """With plates only the dear are bought in Beijing; cars bought elsewhere do not count."""
    dear = [("large", "Beijing", IN, "bought", "offline"), ("small", "Hebei", IN, "bought", "offline")]
    free = [("small", "Beijing", IN, "bought", "offline")] * 3
    measured = context({cars.SEASON: [season(dear)] * 2, cars.FREE_PLATES: [season(free)] * 2})
    assert part("D8d").measure(measured) == pytest.approx([2.0, 2.0])


def test_registrations_of_cars(data_dir: Path) -> None:
    """Half of the cars of a city cost up to the median; Beijing's went up when plates were rationed, from 2011 on."""
    file = data_dir / "china_car_registrations_2010_2015.tsv.gz"
    before, after = (car_prices(file, "Beijing", year) for year in (2010, 2014))
    median = after.quantile(0.5)
    assert after.cars[after.yuan <= median].sum() >= 0.5 * after.cars.sum() >= after.cars[after.yuan < median].sum()
    assert after.quantile(0.1) < median < after.quantile(0.9)
    assert median > before.quantile(0.5)


def test_the_dense_market_is_the_scenario_with_more_needs() -> None:
    shipped = load("car_season").resolved
    category, checkout = shipped["categories"]["cars"], shipped["platforms"][0]["affordances"]["checkout"]
    assert (category["interval_days"], category["share_rate"]) == (cars.INTERVAL, cars.TOLD)
    assert [brand["name"] for brand in shipped["brands"]] == list(cars.BRANDS)
    assert {brand["campaign"]["budget_yuan"] for brand in shipped["brands"]} == {cars.BUDGET_YUAN}
    assert shipped["market"]["users"] == cars.STATED_USERS
    plans = [brand["campaign"] for brand in shipped["brands"]]
    assert {(plan["start_day"], plan["start_day"] + plan["days"]) for plan in plans} == {(cars.BEGIN, cars.END)}
    shop = load("car_season", (cars.SHOP,)).resolved["platforms"][0]["affordances"]["checkout"]
    assert {name: shop[name] for name in checkout} == checkout


def test_one_province_of_eight_may_look_elsewhere() -> None:
    """Each looks at its own tier alone, and one of those named for the cheap at the dearest."""
    rows = [(region, 2 if tier == 12 else tier, 10) for region, tier in cars.LIVE.items()]
    table = pd.DataFrame([*rows, ("Henan", 2, 100)], columns=["region", "tier", "looked"])
    table.loc[table["region"] == "Hebei", "tier"] = 2
    assert p20.weakest([cars.looked(HandMade({"regions": table}))]) > 1
    table.loc[table["region"] == "Shandong", "tier"] = 2
    assert p20.weakest([cars.looked(HandMade({"regions": table}))]) == 0
