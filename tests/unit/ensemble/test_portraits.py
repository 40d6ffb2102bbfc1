"""Regions, checkouts, wear and the linked sample over replications, from runs small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulator.ensemble import portraits
from simulator.ensemble.statistics import count_interval, jackknife_interval, mean_interval
from simulator.output.dictionary import check_tables
from tests.unit.ensemble.test_trends import runs


def test_small_counts_by_region_are_never_told_as_certain() -> None:
    """No order in Hebei in either run: the Poisson interval of 0 in two runs ends at 3.69 / 2."""
    regions = portraits.regions(runs(0, 1))
    check_tables({"regions": regions}, "comparison/")
    found = regions.set_index(["region", "measure"])
    none = found.loc[("Hebei", "orders")]
    assert (none["mean"], none["low"]) == (0.0, 0.0)
    assert none["high"] == pytest.approx(-np.log(0.025) / 2)
    some = found.loc[("Beijing", "orders")]
    assert some["mean"] == 2.5
    assert some["high"] == pytest.approx(2.5 + 12.706204736432095 * 0.5)
    assert found.loc[("Beijing", "looked"), "people"] == 600


def test_the_share_that_pays_is_the_product_of_its_steps() -> None:
    payment = portraits.payment(runs(0, 1))
    check_tables({"payment": payment}, "comparison/")
    first, last = payment.to_dict("records")
    assert (first["tried"], first["passed"], first["kept"]) == (10.0, 8.0, 0.8)
    assert (first["low"], first["high"]) == (0.8, 0.8)
    assert last["kept"] == pytest.approx(16 / 20 * 13 / 18)
    assert last["low"] < last["kept"] < last["high"] <= 1
    assert np.isnan(portraits.payment(runs(0))["low"]).all()


def test_wear_is_told_at_the_end_of_each_day() -> None:
    wear = portraits.wear(runs(0, 1))
    check_tables({"wear": wear}, "comparison/")
    found = wear.set_index(["measure", "day"])
    assert found.loc[("trust", 2), "median"] == pytest.approx(0.55)
    assert found.loc[("fatigue", 1), "median"] == 2.0
    assert [found.loc[("mutes", day), "median"] for day in (1, 2)] == [1.0, 3.0]
    assert found.loc[("stars", 2), "median"] == 3.5
    assert ("stars", 1) not in found.index, "before the first review there is no mean"


def test_the_sample_is_that_of_the_first_replication() -> None:
    both = runs(0, 1) + runs(0, role="control")
    sample, ties = portraits.sample(both), portraits.sample_ties(both)
    check_tables({"sample": sample, "sample_ties": ties}, "comparison/")
    assert sample["aware_day"].tolist() == [0.0, 1.5]
    assert sample["bought_day"].tolist()[1] == 2.0
    assert np.isnan(sample["seen_day"].iloc[1])
    assert ties[["author", "reader"]].to_numpy().tolist() == [[7, 8]]
    nobody = portraits.sample_ties(runs(0, role="control"))
    check_tables({"sample_ties": nobody}, "comparison/")
    assert len(nobody) == 0


def test_a_poisson_interval_covers_at_least_as_often_as_it_says() -> None:
    """The exact one never covers less; by the law itself, without a draw."""
    for mean in (0.3, 1.0, 4.7):
        totals = np.arange(0, 60)
        ends = [count_interval(np.array([total], float)) for total in totals]
        covers = [end.low <= mean <= end.high for end in ends]
        assert stats.poisson.pmf(totals[covers], mean).sum() >= 0.95


def test_the_jackknife_of_a_mean_is_students_t() -> None:
    values = np.array([1.0, 4.0, 2.0, 7.0])
    own = jackknife_interval(np.column_stack([values, np.ones(4)]), lambda total: float(total[0] / total[1]))
    usual = mean_interval(values)
    assert (own.mean, own.low, own.high) == pytest.approx((usual.mean, usual.low, usual.high))
