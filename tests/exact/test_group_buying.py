"""Who pays what in a group, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulator.kernels.state import BRAND, NEED
from simulator.model.group_buying import Groups
from simulator.model.market import CommerceModel
from simulator.model.tables import tables_of
from simulator.types import NeedStatus, Outlet

CHOSEN, BOUGHT, LOST = NeedStatus.CHOSEN, NeedStatus.BOUGHT, NeedStatus.LOST


def platform(threshold=3, days=2, discount=0.25, enabled=True):
    affordances = SimpleNamespace(
        group_buying=SimpleNamespace(threshold=threshold, days=days, discount=discount, strength=1.0),
        active=lambda name: enabled,
    )
    return SimpleNamespace(index=0, affordances=affordances, brands=np.zeros(2, BRAND).view(np.recarray))


def ledger(*needs):
    """Needs as (status, outlet, platform, offer chosen, tick, price)."""
    table = np.zeros(len(needs), NEED).view(np.recarray)
    for need, given in zip(table, needs, strict=True):
        need.status, need.outlet, need.platform, need.chosen, need.decided, need.price = given
    return SimpleNamespace(needs=SimpleNamespace(table=table))


def test_buyers_reckon_with_the_part_that_has_come_and_a_full_group_is_paid_back():
    here = platform()
    groups = Groups(here)
    groups.begin_day(0, 0)
    state = ledger(
        (BOUGHT, Outlet.PLATFORM, 0, 0, 1, 1001),
        (CHOSEN, Outlet.NONE, 0, 0, 2, 1000),
        (BOUGHT, Outlet.LEAKED, 0, 0, 1, 1000),
        (LOST, Outlet.NONE, 0, 0, 1, 0),
        (BOUGHT, Outlet.PLATFORM, 1, 0, 1, 1000),
        (BOUGHT, Outlet.PLATFORM, 0, 1, 1, 1000),
    )
    here.brands.sold[:] = 2, 0
    groups.count(state)
    assert here.brands.hoped.tolist() == pytest.approx([0.25 * 2 / 3, 0.0], rel=1e-15)
    assert here.brands.granted.tolist() == [0.0, 0.0]
    assert not state.needs.table.grouped.any()
    here.brands.sold[:] = 4, 1
    groups.count(state)
    groups.count(state)
    assert state.needs.table.price.tolist() == [751, 750, 1000, 0, 1000, 1000], "1001 less a quarter is 750.75"
    assert state.needs.table.grouped.tolist() == [1, 1, 0, 0, 0, 0]
    assert here.brands.granted.tolist() == [0.25, 0.0]


def test_a_new_window_counts_from_nothing_and_leaves_old_orders_alone():
    here = platform()
    groups = Groups(here)
    groups.begin_day(0, 0)
    here.brands.sold[:] = 2, 5
    groups.count(ledger())
    groups.begin_day(1, 24)
    assert here.brands.granted.tolist() == [0.0, 0.25], "the window has two days"
    groups.begin_day(2, 48)
    assert here.brands.granted.tolist() == here.brands.hoped.tolist() == [0.0, 0.0]
    state = ledger((BOUGHT, Outlet.PLATFORM, 0, 0, 47, 1000), (BOUGHT, Outlet.PLATFORM, 0, 0, 48, 1000))
    here.brands.sold[:] = 5, 5
    groups.count(state)
    assert state.needs.table.price.tolist() == [1000, 750]


def test_without_the_affordance_nothing_is_granted():
    here = platform(enabled=False)
    groups = Groups(here)
    groups.begin_day(0, 0)
    here.brands.sold[:] = 50
    groups.count(ledger())
    assert not here.brands.hoped.any()
    assert not here.brands.granted.any()


def test_orders_come_faster_near_the_threshold_than_without_the_group():
    """In a market: every group price paid is the cut one, and the cut draws buyers."""
    prefix = "platforms.marketplace.affordances.group_buying"
    found = {}
    for on in ("true", "false"):
        model = CommerceModel(
            "marketplace",
            settings=[
                "market.users=3000", "market.days=4", f"{prefix}.enabled={on}", f"{prefix}.threshold=5",
                f"{prefix}.discount=0.4",
            ],
            rng=4,
        )  # fmt: skip
        model.run_model()
        needs = tables_of(model)["needs"]
        found[on] = needs[needs["outlet"] == "platform"]
    grouped = found["true"][found["true"]["group_price"]]
    assert len(grouped) > 0 == found["false"]["group_price"].sum()
    assert len(found["true"]) > len(found["false"])
