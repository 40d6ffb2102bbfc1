"""One change of a scenario, over all outcomes."""

import numpy as np
import pytest

from experiments.checks import one_change


def test_a_moved_outcome_is_told_from_one_that_is_not():
    rng = np.random.default_rng(3)
    world = rng.normal(100.0, 10.0, 12)
    found = {
        "moved": np.array([world, world + 5.0 + rng.normal(0.0, 0.5, 12)]),
        "same": np.array([world, world]),
        "noisy": np.array([world, world + rng.normal(0.0, 1.0, 12)]),
        "lost": np.array([world, np.where(world > 100.0, np.nan, world)]),
    }
    table = one_change.table_of(found, 1).set_index("outcome")
    assert set(table.index) == {"moved", "same", "noisy"}
    assert table.loc["moved", "p"] < 1e-6 < 0.05 < table.loc["noisy", "p"]
    assert table.loc["same", "difference"] == 0.0
    assert table.loc["moved", "difference"] == pytest.approx(5.0, abs=0.6), "4 standard errors of .5 / sqrt(12)"
    assert table.loc["noisy", "variance ratio"] > 50.0


def test_a_change_is_run_against_the_scenario_without_it(tmp_path):
    small = ["market.users=200", "market.days=4"]
    found = one_change.outcomes("marketplace", small, ["brands.cotton.campaign.deal=0.3"], 2, 5, tmp_path)
    assert {values.shape for values in found.values()} == {(2, 2)}
    assert (found["ads"][0] > 0).all()
    again = one_change.outcomes("marketplace", small, ["market.days=4"], 2, 5, tmp_path)
    assert all(np.array_equal(*values, equal_nan=True) for values in again.values())
