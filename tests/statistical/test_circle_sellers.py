"""Sales of a circle against the share of users who sell: the maximum can lie inside."""

from __future__ import annotations

import pytest

from simulator.model.run import simulate
from tests.support.worlds import busy, on

SELLERS = (0.0, 0.05, 0.8)


def orders(share: float, seed: int) -> int:
    """Orders on the platform with a fixed share of sellers; every number of trust at its default."""
    settings = on("private_circle", peer_sellers={"share": share}, seller_entry={"enabled": False})
    outcomes = simulate(busy("private_circle", 2000, *settings), seed).tables["outcomes"]
    return int(outcomes.loc[(outcomes["metric"] == "orders_platform") & (outcomes["brand"] == ""), "value"].iloc[0])


@pytest.mark.parametrize("seed", [0, 1])
def test_few_sellers_sell_more_than_none_and_than_nearly_everybody(seed):
    """The same people, needs and luck; gaps seen are 44 to 98 orders, some three standard deviations of each."""
    none, few, nearly_all = (orders(share, seed) for share in SELLERS)
    assert none < few > nearly_all
