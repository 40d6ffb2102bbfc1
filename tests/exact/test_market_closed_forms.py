"""Checkout, opinion, fading, needs and sessions against laws in closed form.

A statistical test here fails a right kernel with chance `LEVEL`, had its keys not been pinned; its negative control
names the smallest error it must catch.
"""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.kernels import feed, needs, rng, sessions
from simulator.kernels.checkout import steps_passed
from simulator.kernels.luck import luck_of
from simulator.kernels.opinion import friedkin_johnsen, intrinsic_opinion
from simulator.kernels.state import Clock
from simulator.model.calendar import WEEKLY, Calendar, rhythm
from simulator.model.state import users_view, visits_buffer
from simulator.population.table import allocate

LEVEL = 1e-7
DAY = 1440
ULP = 2.0**-53
"""Half the distance of the floating-point numbers just above 1: the relative error of one rounding."""
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


def faded(ticks, tick_minutes=60, fatigue_hours=168.0, ad_hours=84.0):
    """Fatigue and adstock (of two brands) of one user, 10, 3 and .5 at tick 0, after visits at `ticks`."""
    table = allocate(1, brands=2, slots=1)
    table.columns["fatigue"][0], table.columns["adstock"][0] = 10.0, (3.0, 0.5)
    visits = visits_buffer(1)
    for tick in ticks:
        clock = Clock(tick, tick * tick_minutes, tick_minutes)
        feed.fade(0, 1, visits, users_view(table), clock, fatigue_hours, ad_hours)
    assert table.columns["last_visit"][0] == ticks[-1]
    return np.append(table.columns["fatigue"], table.columns["adstock"]).astype(np.float64)


@pytest.mark.parametrize("hours", [1, 7, 24, 500])
def test_fading_is_geometric(hours):
    """exp(-t / T), each of its own T, to the rounding of what is stored: 2**-24."""
    expected = np.array([10.0, 3.0, 0.5]) * np.exp(-hours / np.array([168.0, 84.0, 84.0]))
    np.testing.assert_allclose(faded([hours]), expected, rtol=1.01 * 2.0**-24)
    np.testing.assert_allclose(faded([4 * hours], tick_minutes=15), expected, rtol=1.01 * 2.0**-24)


@settings(max_examples=100, deadline=None)
@given(st.sets(st.integers(1, 400), max_size=12))
def test_fading_does_not_depend_on_the_visits_in_between(between):
    """A visit stores float32: each rounds once, by at most 2**-24 of the value."""
    stops = [*sorted(between), 401]
    np.testing.assert_allclose(faded(stops), faded([401]), rtol=(len(stops) + 1) * 1.01 * 2.0**-24)


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
def test_online_is_a_draw_below_one_minus_exp(u, rate):
    """The shortcuts by bounds decide as the law does, but for the rounding of 1 - exp(-x)."""
    law = -math.expm1(-rate)
    if abs(u - law) > 2 * ULP:
        assert sessions.is_online(u, rate) == (u < law)


@pytest.mark.parametrize("rate", [1e-6, 1e-3, 0.05, 0.7, 3.0])
def test_the_law_of_sessions_near_its_boundary(rate):
    law = -math.expm1(-rate)
    for off in (1e-9, 1e-6, 1e-3, 0.3):
        assert sessions.is_online(law * (1 - off), rate)
        assert not sessions.is_online(law * (1 + off), rate)


@pytest.mark.parametrize("tick_minutes", TICKS)
def test_a_day_is_a_day_in_ticks_of_any_length(tick_minutes):
    """Hazards of the ticks add up to the activity, so nobody visits in a day with chance exp(-activity), exactly."""
    hazard = rhythm(tick_minutes) * tick_minutes / DAY
    assert (hazard > 0).all()
    assert hazard.size == DAY // tick_minutes
    assert hazard.sum() == pytest.approx(1.0, rel=hazard.size * ULP)


@pytest.mark.parametrize("start", range(7))
def test_a_week_is_a_week_wherever_it_begins(start):
    """Days of the week differ, their mean is 1, and expected visits follow the day."""
    calendar = Calendar(60, start, np.full(3, 2.0, np.float32), 1)
    days = [sum(calendar.activity(day, tick) for tick in range(24)) / 24 for day in range(7)]
    assert days == pytest.approx([WEEKLY[(start + day) % 7] for day in range(7)], rel=24 * ULP)
    assert sum(days) == pytest.approx(7.0, rel=200 * ULP)
    for day in range(8):
        law = -np.expm1(-2.0 * rhythm(60) * calendar.weekday_factor(day) / 24)
        assert calendar.expected_visits(day) == pytest.approx(3 * law.sum(), rel=1e-13)


def day_of_visits(n, activity, tick_minutes, days=1):
    """Number of visits of each of n users in some days."""
    table = allocate(n, brands=1, slots=1)
    table.columns["key"][:] = np.arange(n)
    table.columns["activity"][:] = activity
    visits, luck, count = visits_buffer(n), luck_of(11), np.zeros(n, np.int64)
    beat = rhythm(tick_minutes)
    for tick in range(days * beat.size):
        clock = Clock(tick, tick * tick_minutes, tick_minutes)
        share = beat[tick % beat.size]
        online = sessions.visit(0, n, users_view(table), clock, share, 0.3, luck, visits)
        assert (np.diff(visits.row[:online]) > 0).all()
        assert (visits.minute[:online] // tick_minutes == tick).all()
        count[visits.row[:online]] += 1
    return count, visits.device


@pytest.mark.parametrize("tick_minutes", TICKS)
def test_who_stays_away_does_not_depend_on_the_tick(tick_minutes):
    """A share exp(-2) of 20,000 stays away for a day. Caught: 13 % of the activity more or less."""
    count, _ = day_of_visits(20_000, 2.0, tick_minutes)
    away = int((count == 0).sum())
    assert stats.binomtest(away, 20_000, math.exp(-2.0)).pvalue > LEVEL
    for wrong in (2.0 * 0.87, 2.0 * 1.13):
        assert stats.binomtest(away, 20_000, math.exp(-wrong)).pvalue < LEVEL


def test_visits_a_day_are_those_expected():
    """The sum over users and ticks of 1 - exp(-x), which is the activity less half a square: within 2 % of it here."""
    activity = np.full(20_000, 2.0, np.float32)
    for tick_minutes in TICKS:
        beat = rhythm(tick_minutes)
        expected = sessions.expected_visits(activity, 1, beat, tick_minutes / DAY)
        exact = 20_000 * -np.expm1(-2.0 * beat * tick_minutes / DAY)
        roundings = 20_000 * beat.size * ULP
        assert expected == pytest.approx(exact.sum(), rel=roundings)
        sampled = sessions.expected_visits(activity, 4, beat, tick_minutes / DAY)
        assert sampled == pytest.approx(expected, rel=roundings)
        count, _ = day_of_visits(20_000, 2.0, tick_minutes)
        spread = math.sqrt((exact * (1 - exact / 20_000)).sum())
        assert abs(count.sum() - expected) < 5.4 * spread
        if tick_minutes <= 15:
            assert expected == pytest.approx(40_000, rel=0.02)


def test_chances_0_and_1_of_a_visit():
    assert not day_of_visits(500, 0.0, 60)[0].any()
    assert (day_of_visits(500, 1e5, 60)[0] == 24).all()


def test_devices_are_drawn_by_their_share():
    """Everybody is online: a phone with chance .3. Caught: a share of .33."""
    _, device = day_of_visits(20_000, 1e5, 1440)
    phones = int((device == 0).sum())
    assert stats.binomtest(phones, 20_000, 0.3).pvalue > LEVEL
    assert stats.binomtest(phones, 20_000, 0.33).pvalue < LEVEL


def test_a_range_of_rows_sees_what_the_whole_sees():
    """Ranges across the blocks of the first pass, and empty ones."""
    n = 5000
    table = allocate(n, brands=1, slots=1)
    table.columns["key"][:] = np.random.default_rng(2).permutation(n)
    table.columns["activity"][:] = 2.0
    whole, parts, luck = visits_buffer(n), visits_buffer(n), luck_of(11)
    clock, edges = Clock(3, 180, 60), [0, 0, 1, 1023, 1024, 2500, n]
    count = sessions.visit(0, n, users_view(table), clock, 1.0, 0.3, luck, whole)
    found = []
    for lo, hi in pairwise(edges):
        online = sessions.visit(lo, hi, users_view(table), clock, 1.0, 0.3, luck, parts)
        found += [(parts.row[i], parts.minute[i], parts.device[i]) for i in range(lo, lo + online)]
    assert found == list(zip(whole.row[:count], whole.minute[:count], whole.device[:count], strict=True))
