"""Seasons, regions and impulses: how often needs arise, and that none of them moves another's dates.

A statistical test here fails a right ledger with chance 1e-7 at most (5.4 standard deviations), had its keys not been
pinned.
"""

import numpy as np
import pytest

from simulator.agents.brand_parameters import CategoryParameters
from simulator.kernels.needs import LATENT, PENDING
from simulator.model.need_processes import month_bounds
from simulator.model.world import ledger
from simulator.types import MINUTES_PER_DAY

KEYS = np.arange(20_000, dtype=np.uint32)
TAIL = 5.4


def goods(**changed):
    return CategoryParameters(
        **{"interval_days": 20.0, "reference_price_yuan": 1.0, "bring_forward_days": 0.0} | changed
    )


def dates(category, days=59, **arguments):
    table = ledger({"shoes": category}, KEYS, days, seed=4, **arguments).table
    return table.due_drawn / MINUTES_PER_DAY, table


def test_months_begin_where_they_do():
    assert (month_bounds(100.0 * MINUTES_PER_DAY, 1) / MINUTES_PER_DAY).tolist() == [0, 31, 59, 90, 100]
    assert (month_bounds(61.0 * MINUTES_PER_DAY, 12) / MINUTES_PER_DAY).tolist() == [0, 31, 61]
    assert (month_bounds(5.0 * MINUTES_PER_DAY, 4) / MINUTES_PER_DAY).tolist() == [0, 5]


def test_a_flat_season_moves_no_date():
    plain, flat = (dates(goods(season=season))[1] for season in ((), (1.0,) * 12))
    assert plain.tobytes() == flat.tobytes()


def test_needs_arise_as_often_as_the_season_says():
    """January at 1.5, February at .5, of 20,000 people with a need every 20 days."""
    due, _ = dates(goods(season=(1.5, 0.5) * 6))
    for first, last, pace in ((0, 31, 1.5), (31, 59, 0.5)):
        mean = KEYS.size * (last - first) * pace / 20.0
        assert np.sum((due >= first) & (due < last)) == pytest.approx(mean, abs=TAIL * np.sqrt(mean))
    later, _ = dates(goods(season=(1.5, 0.5) * 6), start_month=2)
    mean = KEYS.size * 28 * 0.5 / 20.0
    assert np.sum(later < 28) == pytest.approx(mean, abs=TAIL * np.sqrt(mean))


def test_nobody_needs_what_is_out_of_season():
    due, _ = dates(goods(season=(0.0, 1.0) * 6))
    assert due.min() >= 31
    due, _ = dates(goods(season=(1.0, 0.0) * 6))
    assert due.max() < 31


def test_a_region_multiplies_its_own_needs_only():
    region = (KEYS % 3).astype(np.uint8)
    names = ("Beijing", "Hebei", "Tianjin")
    plain, changed = (
        dates(goods(regional=by_region), region=region, regions=names)[1]
        for by_region in ({}, {"Hebei": 2.0, "Tianjin": 0.0})
    )
    untouched = [table[region[table.row] == 0].tobytes() for table in (plain, changed)]
    assert untouched[0] == untouched[1]
    mean = np.sum(region == 1) * 59 / 10.0
    assert np.sum(region[changed.row] == 1) == pytest.approx(mean, abs=TAIL * np.sqrt(mean))
    assert not np.any(region[changed.row] == 2)


def test_impulses_are_latent_and_move_no_need():
    plain, impulsive = (dates(goods(impulses_per_year=rate), days=30)[1] for rate in (0.0, 73.0))
    assert (plain.status == PENDING).all()
    due = impulsive[impulsive.status == PENDING]
    np.testing.assert_array_equal(due.key, plain.key)
    np.testing.assert_array_equal(due.due_drawn, plain.due_drawn)
    mean = KEYS.size * (30 + 1) / 5.0
    assert np.sum(impulsive.status == LATENT) == pytest.approx(mean, abs=TAIL * np.sqrt(mean))
    assert np.unique(impulsive.key).size == impulsive.size


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"season": [1.0] * 11}, "12 numbers"),
        ({"season": [-1.0] + [1.0] * 11}, "from 0 to 20"),
        ({"season": [0.0] * 12}, "0 in every month"),
        ({"regional": {"Pekin": 1.0}}, "no region 'Pekin'"),
        ({"regional": {"Shandon": 1.0}}, "did you mean 'Shandong'"),
        ({"regional": {"Hebei": 21.0}}, "regional.Hebei is 21"),
    ],
)
def test_what_no_season_and_no_region_is_is_refused(changed, said):
    with pytest.raises(ValueError, match=said):
        goods(**changed)
