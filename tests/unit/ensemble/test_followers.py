"""The value of one more follower, by re-run."""

from __future__ import annotations

import pytest

from simulator.ensemble.followers import marginal_follower
from simulator.errors import InputError
from simulator.scenario.loader import load
from tests.support.worlds import BUSY

SMALL = ("market.users=1500", *BUSY, "brands.cotton.follower_share=0.02")


def test_more_followers_are_counted_and_remember_the_brand(tmp_path):
    """Every follower added is counted: the metric `followers` gains one a follower, less those who leave."""
    loaded = load("private_circle", (*SMALL, "platforms.private_circle.affordances.official_accounts.enabled=false"))
    value = marginal_follower(
        loaded, "cotton", out=tmp_path, replications=2, seed=3, share=0.2, metric="followers", jobs=1
    )
    assert value.followers == 300
    assert value.difference.mean == pytest.approx(1.0, abs=4.0 * (0.2 * 0.8 / (1500 * 2 * 0.2**2)) ** 0.5)
    asset = marginal_follower(
        loaded, "cotton", out=tmp_path, replications=2, seed=3, share=0.2, metric="social_asset", jobs=1
    )
    assert 0.0 < asset.difference.mean < 1.0


@pytest.mark.parametrize(("brand", "share", "told"), [("coton", 0.1, "no brand 'coton'"), ("cotton", 0.99, "allowed")])
def test_what_cannot_be_added_is_told(tmp_path, brand, share, told):
    with pytest.raises(InputError, match=told):
        marginal_follower(
            load("private_circle", SMALL), brand, out=tmp_path, replications=2, seed=1, share=share, jobs=1
        )
