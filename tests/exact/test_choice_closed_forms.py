"""Choice among offers against the closed form of the nested logit, and the reading of reviews against Bayes' rule.

A chi-square test here fails a right kernel with chance `LEVEL`, had its keys not been pinned. Over `NEEDS` choices it
must catch a utility that is off by .25, of any offer with a share of a tenth.
"""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy import stats

from simulator.kernels import choice
from simulator.kernels.choice import UNREACHABLE, nested_logit
from simulator.kernels.luck import luck_of
from simulator.kernels.state import BRAND

LEVEL = 1e-7
NEEDS = 20_000
LUCK = luck_of(20141111)
UTILITIES = np.array([0.9, 0.2, -0.4, 0.5, 0.1, -1.2])
TIERS = np.array([0, 0, 0, 1, 1, 2])
KEYS = np.arange(101, 107, dtype=np.uint64)


def choices(utilities, tiers, keys, scale, needs=NEEDS):
    """The alternative each of `needs` needs is met by, -1 for none."""
    args = np.asarray(utilities, float), np.asarray(tiers, np.int64), np.asarray(keys, np.uint64)
    return np.array([nested_logit(*args, scale, np.uint64(need), LUCK) for need in range(needs)])


def shares(utilities, tiers, scale):
    """P(none), P(offer 0), P(offer 1), ...: McFadden 1978, with exp(0) for none."""
    within = np.exp(np.asarray(utilities) / scale)
    nest = np.array([within[tiers == tier].sum() for tier in tiers])
    whole = 1.0 + sum(within[tiers == tier].sum() ** scale for tier in np.unique(tiers))
    return np.append(1.0 / whole, nest**scale / whole * within / nest)


def p_value(chosen, expected):
    counts = np.bincount(chosen + 1, minlength=expected.size)
    return stats.chisquare(counts, expected * chosen.size).pvalue


@pytest.fixture(scope="module")
def chosen():
    """Choices among all offers, by scale."""
    return {scale: choices(UTILITIES, TIERS, KEYS, scale) for scale in (0.3, 0.7, 1.0)}


@pytest.mark.parametrize("scale", [0.3, 0.7, 1.0])
def test_shares(chosen, scale):
    assert p_value(chosen[scale], shares(UTILITIES, TIERS, scale)) > LEVEL


def test_scale_1_is_the_plain_logit(chosen):
    plain = np.exp(np.append(0.0, UTILITIES))
    assert p_value(chosen[1.0], plain / plain.sum()) > LEVEL
    np.testing.assert_allclose(shares(UTILITIES, TIERS, 1.0), plain / plain.sum(), rtol=1e-14)


def test_wrong_laws_are_caught(chosen):
    """Negative controls: the plain logit for nests that are close, another scale, a utility off by .25."""
    assert p_value(chosen[0.3], shares(UTILITIES, TIERS, 1.0)) < LEVEL
    assert p_value(chosen[0.7], shares(UTILITIES, TIERS, 0.55)) < LEVEL
    for offer in range(UTILITIES.size - 1):
        off = UTILITIES + 0.25 * (np.arange(UTILITIES.size) == offer)
        assert p_value(chosen[1.0], shares(off, TIERS, 1.0)) < LEVEL, offer


def test_scale_means_nothing_where_every_nest_has_one_offer():
    one_each = (UTILITIES[[0, 3, 5]], TIERS[[0, 3, 5]], KEYS[[0, 3, 5]])
    first = choices(*one_each, 1.0, 2000)
    for scale in (0.05, 0.5):
        np.testing.assert_array_equal(choices(*one_each, scale, 2000), first)


def test_an_offer_out_of_reach_is_never_chosen_and_moves_nothing(chosen):
    away = UTILITIES.copy()
    away[[0, 5]] = UNREACHABLE
    there = [1, 2, 3, 4]
    some = choices(away, TIERS, KEYS, 0.7, 4000)
    assert not np.isin(some, [0, 5]).any()
    without = choices(UTILITIES[there], TIERS[there], KEYS[there], 0.7, 4000)
    np.testing.assert_array_equal(some, np.append(there, -1)[without])
    assert (choices(np.full(6, UNREACHABLE), TIERS, KEYS, 0.7, 500) == -1).all()
    assert (choices([], [], [], 0.7, 500) == -1).all()


def test_certain_choices():
    assert (choices([-800.0], [1], [7], 0.7, 2000) == -1).all()
    assert (choices([800.0], [1], [7], 0.7, 2000) == 0).all()
    assert (choices([800.0, 700.0], [1, 1], [7, 8], 0.05, 2000) == 0).all()
    assert (choices([700.0, 800.0], [0, 2], [7, 8], 1.0, 2000) == 1).all()


@pytest.mark.parametrize("removed", range(6))
def test_taking_an_offer_away_moves_no_other_luck(chosen, removed):
    """Who chose outside its nest chooses the same; in its nest, one stays with one's offer or leaves the nest."""
    left = np.delete(np.arange(6), removed)
    found = choices(UTILITIES[left], TIERS[left], KEYS[left], 0.7)
    after, before = np.append(left, -1)[found], chosen[0.7]
    nest_of = np.append(TIERS, -1)
    elsewhere = nest_of[before] != TIERS[removed]
    np.testing.assert_array_equal(after[elsewhere], before[elsewhere])
    rest = ~elsewhere & (before != removed)
    stayed = after[rest] == before[rest]
    assert (stayed | (nest_of[after[rest]] != TIERS[removed])).all()
    assert not stayed.size or 0.3 < stayed.mean() < 1.0, "some leave, because the nest is worth less"
    assert (after[before == removed] != removed).all()


def test_the_order_of_offers_is_nothing():
    order = np.array([4, 2, 5, 0, 3, 1])
    found = choices(UTILITIES[order], TIERS[order], KEYS[order], 0.7, 3000)
    np.testing.assert_array_equal(np.append(order, -1)[found], choices(UTILITIES, TIERS, KEYS, 0.7, 3000))


def test_a_better_offer_wins_no_fewer_needs():
    """With common shocks: who chose an offer still does once it is worth more."""
    before = choices(UTILITIES, TIERS, KEYS, 0.7, 4000)
    for offer in range(6):
        after = choices(UTILITIES + 0.5 * (np.arange(6) == offer), TIERS, KEYS, 0.7, 4000)
        assert (after[before == offer] == offer).all()
        moved = after[after != before]
        assert (TIERS[moved] == TIERS[offer]).all()


# -- outlets of a product


@njit
def _inclusive(a, b, both, scale):
    return choice.inclusive_value(a, b, both, scale)


@njit
def _takes_platform(offline, online, scale, need_key, brand_key, luck):
    return choice.takes_platform(offline, online, scale, need_key, brand_key, luck)


utils = st.floats(-50, 50)


@settings(max_examples=300, deadline=None)
@given(utils, utils, st.floats(0.05, 1))
def test_two_outlets_are_worth_their_inclusive_value(a, b, scale):
    """scale * ln(exp(a / scale) + exp(b / scale)): at least the better, at most scale * ln 2 above it."""
    worth = _inclusive(a, b, True, scale)
    assert worth == pytest.approx(scale * np.logaddexp(a / scale, b / scale), rel=1e-14, abs=1e-13)
    assert max(a, b) <= worth <= max(a, b) + scale * np.log(2) * (1 + 1e-15)
    assert _inclusive(b, a, True, scale) == worth
    assert _inclusive(a, b, False, scale) == a


@pytest.mark.parametrize(("better", "scale"), [(0.0, 0.2), (0.15, 0.2), (-0.4, 0.7), (1.0, 1.0)])
def test_the_outlet_is_a_logit_of_its_own(better, scale):
    """Share 1 / (1 + exp(-d / scale)). Caught: a difference off by a fifth of the scale."""
    args = [np.uint64(need) for need in range(NEEDS)]
    taken = sum(_takes_platform(0.3, 0.3 + better, scale, need, np.uint64(9), LUCK) for need in args)
    share = 1.0 / (1.0 + np.exp(-better / scale))
    assert stats.binomtest(taken, NEEDS, share).pvalue > LEVEL
    for off in (-0.2, 0.2):
        assert stats.binomtest(taken, NEEDS, 1.0 / (1.0 + np.exp(-better / scale + off))).pvalue < LEVEL


def test_the_outlets_luck_is_its_own():
    """Whether the outlet is taken does not know which product was, or that it was hard to choose."""
    taken = np.array([_takes_platform(0.3, 0.3, 0.2, np.uint64(need), KEYS[0], LUCK) for need in range(NEEDS)])
    other = np.array([_takes_platform(0.3, 0.3, 0.2, np.uint64(need), KEYS[1], LUCK) for need in range(NEEDS)])
    first = choices(UTILITIES, TIERS, KEYS, 0.7) == 0
    for known in (other, first):
        assert (
            stats.fisher_exact(
                [[(taken & known).sum(), (taken & ~known).sum()], [(~taken & known).sum(), (~taken & ~known).sum()]]
            ).pvalue
            > LEVEL
        )


# -- reviews


@njit
def _belief(brands, prior_strength, credibility):
    return choice.belief(brands[0], prior_strength, credibility)


def believed(reviews, stars, prior_strength, credibility):
    """Expected quality and remaining uncertainty; the kernel has no entry of its own."""
    brands = np.zeros(1, BRAND).view(np.recarray)
    brands.reviews, brands.review_stars = reviews, stars
    return _belief(brands, float(prior_strength), float(credibility))


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.just(n), st.integers(n, 5 * n))),
    st.integers(1, 100),
    st.integers(0, 64),
)
def test_belief_is_the_posterior_mean_and_variance(rated, prior, credibility_64):
    """Against exact fractions, to six roundings."""
    n, stars = rated
    c = Fraction(credibility_64, 64)
    q = (Fraction(stars, n) - 3) / 2
    quality, unknown = believed(n, stars, prior, float(c))
    assert quality == pytest.approx(float(c * n * q / (prior + c * n)), rel=6 * 2.0**-53, abs=2.0**-50)
    assert unknown == pytest.approx(float(prior / (prior + c * n)), rel=6 * 2.0**-53)
    assert -1.0 <= quality <= 1.0
    assert 0.0 < unknown <= 1.0


def test_belief_at_its_limits():
    assert believed(0, 0, 15, 0.5) == (0.0, 1.0), "nothing is read: the prior"
    assert believed(1000, 5000, 15, 0.0) == (0.0, 1.0), "nothing is believed: the prior"
    assert believed(15, 75, 15, 1.0) == (0.5, 0.5), "as many reviews as the prior is worth"
    for stars, q in ((5, 1.0), (3, 0.0), (1, -1.0)):
        quality, unknown = believed(10**9, stars * 10**9, 15, 0.5)
        assert quality == pytest.approx(q, abs=1e-7)
        assert unknown == pytest.approx(0.0, abs=1e-7)


def test_more_reviews_of_one_rating_say_more():
    read = [believed(n, 5 * n, 15, 0.5) for n in range(200)]
    assert (np.diff([quality for quality, _ in read]) > 0).all()
    assert (np.diff([unknown for _, unknown in read]) < 0).all()
