"""Checkout, opinion, fading, needs and sessions against laws in closed form.

A statistical test here fails a right kernel with chance `LEVEL`, had its keys not been pinned; its negative control
names the smallest error it must catch.
"""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy import stats

from simulator.kernels import feed, needs, rng, sessions
from simulator.kernels.checkout import steps_passed
from simulator.kernels.luck import luck_of
from simulator.kernels.opinion import friedkin_johnsen, intrinsic_opinion
from simulator.kernels.state import Clock
from simulator.kernels.trust import TrustParams
from simulator.model.calendar import HOURLY, WEEKLY, Calendar
from simulator.model.state import users_view, visits_buffer
from simulator.population.table import allocate

LEVEL = 1e-7
DAY = 1440
ULP = 2.0**-53
"""Half the distance of the floating-point numbers just above 1: the relative error of one rounding."""
HALF = 1.01 * 2.0**-11
"""The relative error of one rounding to half precision, by way of single."""
TICKS = (15, 60, 240, 1440)


# -- checkout


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 999), st.integers(1, 10), st.integers(0, 9))
def test_steps_passed_counts_powers_above_the_draw(thousandth, steps, tenth):
    """The largest s with u < (1 - a)**s, in exact fractions; draws on a boundary are left to the next test."""
    u, keep = Fraction(thousandth, 1000), 1 - Fraction(tenth, 10)
    if any(u == keep**s for s in range(1, steps + 1)):
        return
    expected = max([s for s in range(1, steps + 1) if u < keep**s], default=0)
    assert steps_passed(float(u), steps, tenth / 10) == expected


@pytest.mark.parametrize("loss", [0.0, 0.09, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("steps", [1, 2, 5, 10])
def test_a_checkout_is_completed_with_chance_keep_to_the_steps(loss, steps):
    """The draws that complete it are [0, b); b is found by halving, and is (1 - a)**s to the rounding of s products."""
    low, high = 0.0, 1.0
    while np.nextafter(low, 1.0) < high:
        middle = (low + high) / 2
        low, high = (middle, high) if steps_passed(middle, steps, loss) == steps else (low, middle)
    assert high == pytest.approx((1.0 - loss) ** steps, rel=(steps + 2) * ULP)
    assert steps_passed(high, steps, loss) < steps or high == 1.0


@settings(max_examples=300, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 9), st.integers(1, 9), st.floats(0, 0.9), st.floats(0, 0.9))
def test_a_longer_or_leakier_checkout_never_gets_further(u, steps, more, loss, other):
    short, long = steps_passed(u, steps, loss), steps_passed(u, steps + more, loss)
    assert short == min(long, steps)
    assert long < steps + more or short == steps, "completed with more steps, not with fewer"
    assert steps_passed(u, steps, max(loss, other)) <= steps_passed(u, steps, min(loss, other))


# -- opinion

opinions = st.floats(-1, 1).map(lambda x: x + 0.0)  # a minus zero becomes zero, as it does in tables
shares = st.floats(0, 1)


@settings(max_examples=300, deadline=None)
@given(opinions, opinions, opinions, shares)
def test_step_0_changes_no_bit_and_step_1_arrives(opinion, heard, intrinsic, openness):
    """Of numbers within -1..1: the difference is rounded at 2 ulp(1)/2, the sum at one, so 2**-52 in all."""
    stays = friedkin_johnsen(opinion, heard, intrinsic, openness, 0.0)
    assert np.float64(stays).tobytes() == np.float64(opinion).tobytes()
    target = openness * heard + (1.0 - openness) * intrinsic
    assert friedkin_johnsen(opinion, heard, intrinsic, openness, 1.0) == pytest.approx(target, rel=0, abs=4 * ULP)


@settings(max_examples=300, deadline=None)
@given(opinions, opinions, opinions, shares, shares)
def test_an_opinion_moves_by_its_share_of_the_way_and_stays_in_range(opinion, heard, intrinsic, openness, step):
    moved = friedkin_johnsen(opinion, heard, intrinsic, openness, step)
    target = openness * heard + (1.0 - openness) * intrinsic
    assert moved - target == pytest.approx((1.0 - step) * (opinion - target), rel=0, abs=8 * ULP)
    assert -1.0 <= np.float32(moved) <= 1.0


def test_the_ends_of_openness():
    assert friedkin_johnsen(0.25, -0.5, 0.75, 1.0, 1.0) == -0.5
    assert friedkin_johnsen(0.25, -0.5, 0.75, 0.0, 1.0) == 0.75
    assert intrinsic_opinion(0.5, 0.5, 0.3) == 0.075
    assert (intrinsic_opinion(9.0, 2.0, 1.0), intrinsic_opinion(9.0, -2.0, 1.0)) == (1.0, -1.0)


# -- fading


class Fading(NamedTuple):
    fatigue_hours: float
    ad_hours: float
    trust: TrustParams


NO_TRUST = TrustParams(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, np.zeros(1))


@njit
def fade_one(users, minute, params):
    feed.fade(users, 0, minute, params)


def faded(ticks, tick_minutes=60, fatigue_hours=168.0, ad_hours=84.0):
    """Fatigue and adstock (of two brands) of one user, 10, 3 and .5 at tick 0, after visits at `ticks`."""
    table = allocate(1, brands=2, platforms=1, slots=1)
    table.columns["fatigue"][0], table.columns["adstock"][0] = 10.0, (3.0, 0.5)
    params = Fading(fatigue_hours, ad_hours, NO_TRUST)
    for tick in ticks:
        fade_one(users_view(table, 0, 1), tick * tick_minutes, params)
    assert table.columns["last_visit"][0] == table.columns["last_read"][0, 0] == ticks[-1] * tick_minutes
    return np.append(table.columns["fatigue"], table.columns["adstock"]).astype(np.float64)


@pytest.mark.parametrize("hours", [1, 7, 24, 500])
def test_fading_is_geometric(hours):
    """exp(-t / T), each of its own T, to the rounding of what is stored."""
    expected = np.array([10.0, 3.0, 0.5]) * np.exp(-hours / np.array([168.0, 84.0, 84.0]))
    np.testing.assert_allclose(faded([hours]), expected, rtol=HALF)
    np.testing.assert_allclose(faded([4 * hours], tick_minutes=15), expected, rtol=HALF)


@settings(max_examples=100, deadline=None)
@given(st.sets(st.integers(1, 400), max_size=12))
def test_fading_does_not_depend_on_the_visits_in_between(between):
    """A visit rounds once, by at most `HALF` of the value."""
    stops = [*sorted(between), 401]
    np.testing.assert_allclose(faded(stops), faded([401]), rtol=(len(stops) + 1) * HALF)


def test_a_second_visit_in_a_tick_fades_nothing():
    np.testing.assert_array_equal(faded([5, 5, 5]), faded([5]))
    np.testing.assert_array_equal(faded([0]), [10.0, 3.0, 0.5])


# -- needs


def due(user, horizon, interval=30.0 * DAY, size=64):
    """Due minutes of a user's needs before `horizon`."""
    out = np.full(size, -1, np.int64)
    count = needs.due_dates(rng.stream(7, 31), np.uint64(user), np.uint64(5), interval, float(horizon), out)
    return out[:count]


def is_poisson(counts, mean):
    """p-value of counts being Poisson; cells expected below 5 are joined."""
    expected = stats.poisson.pmf(np.arange(counts.max() + 1), mean) * counts.size
    observed = np.bincount(counts)
    few = expected < 5
    tail = counts.size - expected[~few].sum()
    return stats.chisquare(np.append(observed[~few], observed[few].sum()), np.append(expected[~few], tail)).pvalue


def test_needs_are_a_poisson_process():
    """Counts of two windows are Poisson and do not know of each other. Caught: an interval 4 % off, or shared luck."""
    dates = [due(user, 180 * DAY) for user in range(20_000)]
    first = np.array([np.sum(d < 90 * DAY) for d in dates])
    second = np.array([d.size for d in dates]) - first
    assert is_poisson(first, 3.0) > LEVEL
    assert is_poisson(second, 3.0) > LEVEL
    assert is_poisson(first + second, 6.0) > LEVEL
    assert stats.spearmanr(first, second).pvalue > LEVEL
    assert is_poisson(first, 3.0 * 1.04) < LEVEL
    assert is_poisson(2 * first, 6.0) < LEVEL
    assert stats.kstest(np.concatenate(dates) / DAY, "uniform", (0, 180)).pvalue > LEVEL


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 200), st.integers(0, 200))
def test_a_longer_horizon_only_adds_needs(user, days, more):
    short, long = due(user, days * DAY), due(user, (days + more) * DAY)
    np.testing.assert_array_equal(long[: short.size], short)
    assert (long[short.size :] >= days * DAY - 1).all(), "dates are whole minutes, cut"
    assert (np.diff(long) >= 0).all()
    assert (short < days * DAY).all()


def test_needs_scale_with_the_interval():
    """The same luck, twice as slow."""
    for user in range(300):
        slow, fast = due(user, 360 * DAY, 60.0 * DAY), due(user, 180 * DAY, 30.0 * DAY)
        assert slow.size == fast.size
        assert (np.abs(slow - 2 * fast) <= 1).all()


def test_counting_needs_writes_nothing():
    for user in range(300):
        dates = due(user, 180 * DAY)
        assert due(user, 180 * DAY, size=0).size == 0
        out = np.empty(0, np.int64)
        count = needs.due_dates(rng.stream(7, 31), np.uint64(user), np.uint64(5), 30.0 * DAY, 180.0 * DAY, out)
        assert count == dates.size


# -- sessions


@settings(max_examples=500, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.floats(0, 50))
def test_the_number_of_visits_inverts_the_upper_tail_of_poisson(u, mean):
    """k visits or more where u < P(N >= k), but for draws within rounding of the tail."""
    k = sessions.number_of_visits(u, mean)
    assert u <= stats.poisson.sf(k - 1, mean) + 1e-12
    assert u >= stats.poisson.sf(k, mean) - 1e-12


def test_the_number_of_visits_at_the_ends():
    assert sessions.number_of_visits(0.0, 0.0) == 0
    assert sessions.number_of_visits(1.0 - ULP, sessions.MOST_AN_HOUR) < 60
    assert sessions.number_of_visits(0.0, sessions.MOST_AN_HOUR) <= sessions.MOST_VISITS


@pytest.mark.parametrize("tick_minutes", TICKS)
def test_a_day_is_a_day_in_ticks_of_any_length(tick_minutes):
    """Every hour of a day is touched by as many ticks as cut it, and by one if ticks are longer."""
    calendar = Calendar(tick_minutes, 0, np.full(3, 2.0, np.float32), 1)
    touched = Counter()
    for tick in range(calendar.ticks_per_day):
        first, beats = calendar.hours(tick)
        assert (beats > 0).all()
        touched.update(range(first, first + beats.size))
    assert touched == dict.fromkeys(range(24), max(1, 60 // tick_minutes))
    assert sum(HOURLY) / 24 == pytest.approx(1.0, rel=48 * ULP)


@pytest.mark.parametrize("start", range(7))
def test_a_week_is_a_week_wherever_it_begins(start):
    """Days of the week differ, their mean is 1, and expected visits follow the day."""
    calendar = Calendar(60, start, np.full(3, 2.0, np.float32), 1)
    days = [sum(calendar.hours(24 * day + tick)[1][0] for tick in range(24)) / 24 for day in range(7)]
    assert days == pytest.approx([WEEKLY[(start + day) % 7] for day in range(7)], rel=48 * ULP)
    assert sum(days) == pytest.approx(7.0, rel=200 * ULP)
    for day in range(8):
        assert calendar.expected_visits(day) == pytest.approx(3 * 2.0 * calendar.weekday_factor(day), rel=1e-13)


def test_nobody_is_expected_more_than_once_a_minute():
    calendar = Calendar(60, 0, np.full(1, 1e6, np.float32), 1)
    assert calendar.expected_visits(0) == 24 * 60


ALONE = sessions.Shares(np.ones(1, np.uint64), np.ones(1), 1.0)


def visits_of_a_tick(table, tick, tick_minutes, shares=ALONE, lo=0, hi=None):
    """The visits of one tick as records (row, minute, key, device, platform)."""
    calendar = Calendar(tick_minutes, 0, table.activity, 1)
    clock, hours = Clock(tick, tick * tick_minutes, tick_minutes), calendar.hours(tick)
    hi = table.n if hi is None else hi
    visits = visits_buffer(0)
    while True:
        count = sessions.visit(lo, hi, users_view(table, 0, 1), clock, *hours, 0.3, shares, luck_of(11), visits)
        if count <= visits.row.size:
            return list(zip(*(column[:count].tolist() for column in visits[:5]), strict=True))
        visits = visits_buffer(count)


def people(n, activity, keyed=False):
    table = allocate(n, brands=1, platforms=1, slots=1, keyed=keyed)
    table.activity[:] = activity
    return table


@pytest.mark.parametrize("tick_minutes", [15, 45, 240, 1440])
def test_visits_are_the_same_whatever_the_tick(tick_minutes):
    """In order of user, then time; a tick of 45 minutes cuts hours in the middle."""
    table = people(300, 9.0)
    hourly = sorted(visit for tick in range(24) for visit in visits_of_a_tick(table, tick, 60))
    cut = []
    for tick in range(DAY // tick_minutes):
        found = visits_of_a_tick(table, tick, tick_minutes)
        assert [(row, minute) for row, minute, *_ in found] == sorted((row, minute) for row, minute, *_ in found)
        assert all(minute // tick_minutes == tick for _, minute, *_ in found)
        cut += found
    assert sorted(cut) == hourly
    assert len({key for _, _, key, *_ in hourly}) == len(hourly)


def test_visits_of_a_day_are_poisson():
    """Of 20,000 users with 2 visits on average. Caught: 5 % more or fewer visits, and visits that come in pairs."""
    table = people(20_000, 2.0)
    rows = [row for row, *_ in visits_of_a_tick(table, 0, 1440)]
    counts = np.bincount(rows, minlength=20_000)
    mean = 2.0 * WEEKLY[0]
    for wrong in (1.0, 0.95, 1.05):
        expected = stats.poisson.pmf(np.arange(7), mean * wrong)
        expected = 20_000 * np.append(expected, 1 - expected.sum())
        seen = np.bincount(np.minimum(counts, 7), minlength=8)
        assert (stats.chisquare(seen, expected).pvalue > LEVEL) == (wrong == 1.0)


def test_nobody_comes_without_activity_and_the_busiest_come_once_a_minute():
    assert visits_of_a_tick(people(500, 0.0), 0, 1440) == []
    often = len(visits_of_a_tick(people(50, 1e5), 0, 1440))
    assert stats.poisson.cdf(often, 50 * 24 * 60) > LEVEL
    assert stats.poisson.sf(often, 50 * 24 * 60) > LEVEL


def test_devices_are_drawn_by_their_share():
    """A phone with chance .3. Caught: a share of .33."""
    devices = [visit[3] for visit in visits_of_a_tick(people(20_000, 2.0), 0, 1440)]
    phones = devices.count(0)
    assert stats.binomtest(phones, len(devices), 0.3).pvalue > LEVEL
    assert stats.binomtest(phones, len(devices), 0.33).pvalue < LEVEL


def test_visits_divide_over_platforms_by_weight():
    """Without a spread of personal weights 1 : 3; with one, users lean to one side, and the visits stay the same."""
    table, keys = people(20_000, 4.0), np.array([5, 9], np.uint64)
    weights = np.array([1.0, 3.0])
    alone = visits_of_a_tick(table, 0, 1440)
    even = visits_of_a_tick(table, 0, 1440, sessions.Shares(keys, weights, 0.0))
    leaning = visits_of_a_tick(table, 0, 1440, sessions.Shares(keys, weights, 8.0))
    assert [visit[:4] for visit in alone] == [visit[:4] for visit in even] == [visit[:4] for visit in leaning]
    second = sum(visit[4] for visit in even)
    assert stats.binomtest(second, len(even), 0.75).pvalue > LEVEL
    assert stats.binomtest(second, len(even), 0.73).pvalue < LEVEL
    by_user = {}
    for row, _, _, _, platform in leaning:
        by_user.setdefault(row, []).append(platform)
    several = [where for where in by_user.values() if len(where) > 3]
    assert np.mean([len(set(where)) == 1 for where in several]) > 0.7
    assert {platform for where in several for platform in where} == {0, 1}


def test_a_range_of_rows_sees_what_the_whole_sees():
    """Ranges across the blocks of the first pass, and empty ones."""
    table = people(5000, 2.0, keyed=True)
    table.key[:] = np.random.default_rng(2).permutation(5000)
    found = []
    for lo, hi in pairwise([0, 0, 1, 1023, 1024, 2500, 5000]):
        found += visits_of_a_tick(table, 3, 60, lo=lo, hi=hi)
    assert found == visits_of_a_tick(table, 3, 60)
    assert found
