"""Carts, phones, binding, information, reviews and lists against what they are declared to do, in closed form."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from simulator.affordances.bestsellers import Bestsellers
from simulator.affordances.search import Search
from simulator.kernels.after import said
from simulator.kernels.checkout import LEAST_BURDEN, MOST_BURDEN, bound_by, step_loss, steps_passed
from simulator.kernels.choice import budget_fen, uncertainty_left
from simulator.kernels.half import to_half
from simulator.kernels.luck import luck_of
from simulator.kernels.state import BRAND, CATEGORY
from simulator.metrics.sales_concentration import gini
from simulator.model.standing import set_standing
from simulator.population.table import allocate

PHONE, PC = 0, 1


# -- a cart that goes on


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 9), st.integers(0, 8), st.floats(0, 0.9))
def test_a_cart_never_goes_back_and_never_gets_less_far(u, steps, begun, loss):
    begun = min(begun, steps - 1)
    anew, on = steps_passed(u, steps, loss), steps_passed(u, steps, loss, begun, 1.0)
    assert begun <= on <= steps
    assert on >= anew


@pytest.mark.parametrize(("entry", "begun"), [(1.0, 0), (0.5, 0), (1.0, 2), (0.3, 1)])
def test_the_chance_to_finish_is_that_of_the_steps_left(entry, begun):
    """Of 100,000 evenly spaced draws: entry * (1 - .1)**(4 - begun), to one draw."""
    draws = (np.arange(100_000) + 0.5) / 100_000
    finished = np.mean([steps_passed(u, 4, 0.1, begun, entry) == 4 for u in draws])
    assert finished == pytest.approx(entry * 0.9 ** (4 - begun), abs=2e-5)


# -- phones


def shop(**changed):
    numbers = {
        "loss_phone": 0.2, "loss_pc": 0.09, "dear_fen": 100_000.0, "phone_burden": 0.15, "pay_start": 1440.0,
        "bound_share": 0.2, "bound_growth": 0.5, "bound_half": 14_400.0, "info_depth": 0.6, "info_visits": 3.0,
    }  # fmt: skip
    return SimpleNamespace(**numbers | changed)


def test_a_phone_loses_what_is_stated_at_the_stated_price_and_more_of_dearer_goods():
    person = SimpleNamespace(price_scale=to_half(1.0))
    at = [step_loss.py_func(person, price, PHONE, shop()) for price in (100, 10_000, 100_000, 1_000_000, 15_000_000)]
    assert at[2] == pytest.approx(0.2, rel=1e-12)
    assert at == sorted(at)
    assert len(set(at)) == 5
    rich = SimpleNamespace(price_scale=to_half(0.5))
    assert step_loss.py_func(rich, 100_000, PHONE, shop()) < at[2]
    assert step_loss.py_func(person, 15_000_000, PC, shop()) == step_loss.py_func(person, 1, PC, shop()) == 0.09
    flat = shop(phone_burden=0.0)
    assert step_loss.py_func(person, 15_000_000, PHONE, flat) == pytest.approx(0.2, rel=1e-12)
    steep = shop(phone_burden=1.0)
    assert step_loss.py_func(person, 10**12, PHONE, steep) == pytest.approx(1 - 0.8**MOST_BURDEN, rel=1e-12)
    assert step_loss.py_func(person, 1, PHONE, steep) == pytest.approx(1 - 0.8**LEAST_BURDEN, rel=1e-12)


# -- binding


def test_nobody_has_bound_before_payment_starts_and_half_of_the_growth_comes_in_the_half_time():
    bound = bound_by.py_func
    assert bound(1439, shop()) == 0.0
    assert bound(1440, shop()) == 0.2
    assert bound(1440 + 14_400, shop()) == pytest.approx(0.2 + 0.8 * 0.5 * 0.5, rel=1e-12)
    assert bound(10**9, shop()) == pytest.approx(0.2 + 0.8 * 0.5, rel=1e-6)
    curve = [bound(minute, shop()) for minute in range(0, 100_000, 500)]
    assert curve == sorted(curve)
    assert bound(10**6, shop(bound_share=0.0, bound_growth=0.0)) == 0.0


# -- information and budgets


def test_pages_remove_what_they_can_and_ever_less():
    left = [uncertainty_left.py_func(read, shop()) for read in range(40)]
    assert left[0] == 1.0
    assert left[3] == pytest.approx(1.0 - 0.6 * (1 - 1 / math.e), rel=1e-12)
    gains = -np.diff(left)
    assert (gains > 0).all()
    assert (np.diff(gains) < 0).all()
    assert left[-1] == pytest.approx(0.4, abs=1e-5)
    assert uncertainty_left.py_func(9, shop(info_depth=0.0)) == 1.0


@njit
def budgets(person, keys, goods, luck, out):
    for i in range(keys.size):
        out[i] = budget_fen(person[0], keys[i], goods[0], luck)


def test_budgets_are_log_normal_and_grow_as_the_price_slope_falls():
    """Median and spread of 20,000 people; 5.4 standard errors are a false alarm below 1e-7, the keys being pinned."""
    luck = luck_of(3)
    person, goods, found = allocate(1, 1, 1, 1).person, np.zeros(1, CATEGORY).view(np.recarray), np.empty(20_000)
    person.price_scale, goods.budget_ratio, goods.reference_fen, goods.budget_sd, goods.key = (
        to_half(0.5),
        1.3,
        1e7,
        0.55,
        77,
    )
    goods.budget_factor = 1.0
    budgets(person, np.arange(20_000, dtype=np.uint32), goods, luck, found)
    logs = np.log(found)
    assert logs.mean() == pytest.approx(math.log(1.3e7 / 0.5), abs=5.4 * 0.55 / math.sqrt(20_000))
    assert logs.std() == pytest.approx(0.55, abs=5.4 * 0.55 / math.sqrt(40_000))
    goods.budget_ratio = 0.0
    budgets(person, np.arange(3, dtype=np.uint32), goods, luck, found)
    assert found[:3].tolist() == [math.inf] * 3


# -- reviews and lists


def test_praise_lifts_a_review_and_blame_does_not():
    praised, blamed = SimpleNamespace(reviews=10, review_stars=50), SimpleNamespace(reviews=10, review_stars=10)
    said_of = said.py_func
    assert said_of(0.2, praised, 0.25) == pytest.approx(0.45)
    assert said_of(0.9, praised, 0.25) == 1.0
    assert said_of(0.2, blamed, 0.25) == 0.2
    assert said_of(0.2, SimpleNamespace(reviews=0, review_stars=0), 0.25) == 0.2
    assert said_of(-1.0, praised, 0.0) == -1.0


def offers(reviews, sold, category=(0, 0, 0, 1)):
    table = np.zeros(4, BRAND).view(np.recarray)
    table.key, table.reviews, table.sold, table.category = (40, 30, 20, 10), reviews, sold, category
    return table


def platform(weight=0.5, depth=2.0):
    return SimpleNamespace(search=Search(volume_weight=weight), bestsellers=Bestsellers(depth=depth))


def test_offers_stand_by_reviews_and_sales_within_their_category():
    table = offers((99, 0, 24, 5), (5, 9, 5, 1))
    set_standing(table, platform())
    mean = (10.0 + 1.0 + 5.0) / 3.0
    np.testing.assert_allclose(table.prominence, [10 / mean, 1 / mean, 5 / mean, 1.0], rtol=1e-12)
    np.testing.assert_allclose(table.reach, [0.25, 1.0, 0.5, 1.0], rtol=1e-12)  # a tie goes to the smaller key
    np.testing.assert_allclose(table.popularity[:3].sum(), 0.0, atol=1e-12)
    assert table.popularity[1] - table.popularity[0] == pytest.approx(math.log(10 / 6))
    assert table.popularity[3] == 0.0


def test_where_all_are_equal_nobody_stands_out():
    table = offers((7, 7, 7, 7), (0, 0, 0, 0))
    set_standing(table, platform())
    assert (table.prominence == 1.0).all()
    assert not table.popularity.any()
    table = offers((1, 50, 0, 7), (0, 0, 0, 0))
    set_standing(table, platform(weight=0.0))
    assert (table.prominence == 1.0).all()


def test_gini():
    assert gini(np.array([3.0, 3.0, 3.0])) == 0.0
    assert gini(np.array([0.0, 0.0, 0.0, 8.0])) == pytest.approx(0.75)
    assert gini(np.array([1.0, 3.0])) == pytest.approx(0.25)
    assert math.isnan(gini(np.zeros(3)))
