"""To learn that a product is also sold on the platform is not a reason to want it more."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model.run import simulate
from tests.support.worlds import busy, on

ALIKE = tuple(
    f"categories.{category}.{key}={value}"
    for category in ("electronics", "clothing")
    for key, value in {
        "adstock_weight": 0,
        "quality_weight": 0,
        "opinion_weight": 0,
        "risk_aversion": 0,
        "online_utility": 0.3,
        "offline_utility": 0.3,
        "share_rate": 0,
    }.items()
)
"""Ads make offers known and do nothing else; both outlets are equally good."""


def switched(outlet_scale: float) -> tuple[float, float]:
    """Share of decided needs whose brand the campaign changed, and share of them bought on the platform."""
    scales = [f"categories.{c}.outlet_scale={outlet_scale}" for c in ("electronics", "clothing")]
    campaign = [f"brands.{brand}.campaign.deal=0" for brand in ("aurora", "cotton")]
    sure = on(
        "marketplace",
        checkout={"loss_pc": 0, "loss_phone": 0},
        search={"enabled": False},
        bestsellers={"enabled": False},
    )
    scenario = busy("marketplace", 4000, *ALIKE, *scales, *campaign, *sure, "market.days=8")
    tables = [
        simulate(scenario, 5, role=role).tables["needs"].set_index("need_key") for role in ("campaign", "control")
    ]
    decided = tables[0].index[(tables[0]["decided_tick"] >= 0) & (tables[1]["decided_tick"] >= 0)]
    brands = [table.loc[decided, "brand"] for table in tables]
    on_platform = (tables[0].loc[decided, "outlet"] == "platform").mean()
    return float((brands[0] != brands[1]).mean()), float(on_platform)


def test_near_substitutes_do_not_create_demand():
    """At scale s the second of two equal outlets is worth s ln 2 utils: at most s ln 2 / 4 of choices can move."""
    moved, on_platform = switched(0.01)
    assert on_platform > 0.1
    assert moved <= 0.01 * np.log(2) / 4 * 2  # two brands advertise


def test_outlets_as_goods_of_their_own_would():
    """The negative control: with the scale of products, awareness alone moves choices."""
    moved, _ = switched(0.7)
    assert moved > 0.02


def test_an_outlet_scale_above_the_nest_scale_is_refused():
    with pytest.raises(Exception, match="outlet_scale is above nest_scale"):
        busy("marketplace", 100, "categories.clothing.outlet_scale=0.9")
