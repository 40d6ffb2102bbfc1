"""Draws from distributions: by inversion against the law itself, the rest by tests with a stated false alarm.

A statistical test here fails a right kernel with chance `LEVEL`, had its keys not been pinned, and rejects the law
with a parameter off by the share that its negative control names.
"""

import math

import numpy as np
import pytest
from scipy import special, stats

from simulator.kernels import rng
from tests.naive import rng as naive

LEVEL = 1e-7
N = 20_000
EXTREME = [0, 1, 2**11 - 1, 2**11, 2**12 - 1, 2**12, 2**63 - 1, 2**63, 2**64 - 2**12, 2**64 - 2**11, 2**64 - 1]
HASHES = [naive.key_hash(3, 120, who) for who in range(N)]
SOME = sorted(HASHES[:3000] + EXTREME)


def drawn(kernel, *arguments, hashes=HASHES):
    return np.array([kernel(np.uint64(h), *arguments) for h in hashes])


def fits(values, law):
    """p-value of whole numbers having a law; cells expected below 5 are joined, as the approximation asks."""
    counts = np.bincount(values)
    expected = law.pmf(np.arange(counts.size)) * values.size
    few = expected < 5
    tail = values.size - expected[~few].sum()
    return stats.chisquare(np.append(counts[~few], counts[few].sum()), np.append(expected[~few], tail)).pvalue


# -- laws given by one uniform: exact


def test_exponential_and_gumbel_are_their_formulas():
    for h in SOME:
        u = naive.unit_open(h)
        assert rng.exponential(np.uint64(h)) == pytest.approx(-math.log(u), rel=1e-15)
        assert rng.gumbel(np.uint64(h)) == pytest.approx(-math.log(-math.log(u)), rel=1e-13, abs=1e-15)


def test_normal_is_the_inverse_of_the_normal_law():
    """AS 241 promises about 1 part in 1e16; two roundings more are allowed for."""
    u = np.array([naive.unit_open(h) for h in SOME])
    np.testing.assert_allclose(drawn(rng.normal, hashes=SOME), special.ndtri(u), rtol=2e-15, atol=1e-16)
    far = [h for h in SOME if abs(special.ndtri(naive.unit_open(h))) > 5 * math.sqrt(2)]
    assert far, "no hash reaches the third branch of AS 241"


def test_normal_is_odd_and_rises_with_the_uniform():
    z = drawn(rng.normal, hashes=SOME)
    assert (np.diff(z) >= 0).all()
    mirrored = drawn(rng.normal, hashes=[2**64 - 1 - h for h in SOME])
    np.testing.assert_array_equal(mirrored, -z)


def test_geometric_counts_failures():
    """k failures, where (1 - p)**(k + 1) < u <= (1 - p)**k, to the rounding of two logarithms."""
    for p in (1e-9, 0.01, 0.3, 0.5, 0.999):
        k = drawn(rng.geometric, p, hashes=SOME)
        assert (np.diff(k) <= 0).all(), "fewer failures, the larger the uniform"
        ratio = np.array([math.log(naive.unit_open(h)) / math.log1p(-p) for h in SOME])
        assert (k <= ratio * (1 + 1e-12)).all()
        assert (k + 1 >= ratio * (1 - 1e-12)).all()


def test_geometric_at_the_ends():
    assert not drawn(rng.geometric, 1.0, hashes=SOME).any()
    assert rng.geometric(np.uint64(0), 1e-300) == 9_000_000_000_000_000_000


def between(k, u, law):
    """Whether k is the quantile of u: P(X < k) <= u < P(X <= k), to 1e-12 for sums of up to some hundred terms."""
    return (law.cdf(k - 1) <= u + 1e-12).all() and (u < law.cdf(k) + 1e-12).all()


@pytest.mark.parametrize("mean", [1e-9, 0.05, 1.0, 3.7, 15.9, 16.0])
def test_small_poisson_is_the_quantile_of_its_uniform(mean):
    u = np.array([naive.unit(h) for h in SOME])
    k = drawn(rng.poisson, mean, hashes=SOME)
    assert between(k, u, stats.poisson(mean))
    assert (np.diff(k) >= 0).all()


def test_poisson_rises_with_its_mean_where_the_luck_is_shared():
    means = np.linspace(0.0, 16.0, 81)
    for h in HASHES[:200]:
        assert (np.diff([rng.poisson(np.uint64(h), mean) for mean in means]) >= 0).all()


@pytest.mark.parametrize(("n", "p"), [(1, 0.5), (12, 0.3), (30, 0.5), (160, 0.1), (1600, 0.01)])
def test_small_binomial_is_the_quantile_of_its_uniform(n, p):
    """Up to a mean of 16 one part is drawn, from word 0 below the hash."""
    u = np.array([naive.unit(naive.absorb(h, 0)) for h in HASHES[:3000]])
    assert between(drawn(rng.binomial, n, p, hashes=HASHES[:3000]), u, stats.binom(n, p))


@pytest.mark.parametrize(("n", "p"), [(12, 0.7), (500, 0.9)])
def test_a_chance_above_one_half_counts_failures(n, p):
    expected = n - drawn(rng.binomial, n, 1.0 - p, hashes=HASHES[:3000])
    np.testing.assert_array_equal(drawn(rng.binomial, n, p, hashes=HASHES[:3000]), expected)


@pytest.mark.parametrize(
    ("kernel", "arguments", "value"),
    [
        (rng.poisson, (0.0,), 0),
        (rng.binomial, (0, 0.4), 0),
        (rng.binomial, (9, 0.0), 0),
        (rng.binomial, (9, 1.0), 9),
        (rng.binomial, (10**12, 1.0), 10**12),
    ],
)
def test_certain_draws(kernel, arguments, value):
    assert set(drawn(kernel, *arguments, hashes=SOME).tolist()) == {value}


def test_the_last_uniform_gives_no_wild_count():
    """The greatest uniform, 1 - 2**-53, has its quantile below 100: a sum that rounds to less must not run past it."""
    last = 2**64 - 1
    assert max(stats.poisson.sf(100, 16.0), stats.binom.sf(100, 1600, 0.01)) < 2.0**-100
    assert max(rng.poisson(np.uint64(last), mean) for mean in np.linspace(0.0, 16.0, 161)) < 100
    before = (naive.unmix(last) - naive.G) % 2**64  # the hash that absorbs word 0 into the greatest one
    assert naive.absorb(before, 0) == last
    assert max(rng.binomial(np.uint64(before), n, 16.0 / n) for n in range(200, 2000, 10)) < 100


# -- laws of several words: statistical


@pytest.mark.parametrize("mean", [16.5, 40.0, 333.3])
def test_large_poisson(mean):
    assert fits(drawn(rng.poisson, mean), stats.poisson(mean)) > LEVEL


@pytest.mark.parametrize(("n", "p"), [(100, 0.5), (5000, 0.02), (1000, 0.73), (40, 0.97)])
def test_large_binomial(n, p):
    assert fits(drawn(rng.binomial, n, p), stats.binom(n, p)) > LEVEL


@pytest.mark.parametrize("shape", [0.1, 0.35, 0.99, 1.0, 1.5, 4.0, 60.0])
def test_gamma(shape):
    assert stats.kstest(drawn(rng.gamma, shape), stats.gamma(shape).cdf).pvalue > LEVEL


def test_uniform_is_uniform():
    out = np.empty(N)
    rng.fill_uniform(rng.stream(3, 120), np.arange(N, dtype=np.uint32), out)
    assert stats.kstest(out, "uniform").pvalue > LEVEL


@pytest.mark.parametrize("p", [0.001, 0.2, 0.77])
def test_a_uniform_below_p_is_a_coin(p):
    """Every yes and no of the model: u < p. Chances 0 and 1 are certain."""
    u = drawn(rng.unit)
    assert stats.binomtest(int((u < p).sum()), N, p).pvalue > LEVEL
    assert not (u < 0.0).any()
    assert (u < 1.0).all()


def test_parameters_a_little_off_are_caught():
    """Negative controls, and the smallest error: 1 % of a Poisson mean of 333, 2 % of a binomial's chance, 10 % of a
    gamma's shape above 1 and 8 % below, 6 % of a uniform's range, a fifth of a coin's chance of 0.2.
    """
    assert fits(drawn(rng.poisson, 333.3 * 1.01), stats.poisson(333.3)) < LEVEL
    assert fits(drawn(rng.binomial, 5000, 0.02 * 1.02), stats.binom(5000, 0.02)) < LEVEL
    assert stats.kstest(drawn(rng.gamma, 4.0 * 1.1), stats.gamma(4.0).cdf).pvalue < LEVEL
    assert stats.kstest(drawn(rng.gamma, 0.35 * 1.08), stats.gamma(0.35).cdf).pvalue < LEVEL
    assert stats.kstest(drawn(rng.unit) * 1.06, "uniform").pvalue < LEVEL
    assert stats.binomtest(int((drawn(rng.unit) < 0.24).sum()), N, 0.2).pvalue < LEVEL


def test_parts_of_a_large_poisson_are_independent():
    """Negative control: one uniform for all parts would give the right mean and 21 times the variance."""
    mean, parts = 333.3, math.ceil(333.3 / 16)
    shared = parts * drawn(rng.poisson, mean / parts)
    assert shared.mean() == pytest.approx(mean, abs=5 * math.sqrt(mean * parts / N))
    assert fits(shared, stats.poisson(mean)) < LEVEL


# -- columns


@pytest.mark.parametrize(
    ("fill", "draw", "arguments"),
    [(rng.fill_uniform, rng.unit, ()), (rng.fill_normal, rng.normal, ()), (rng.fill_gamma, rng.gamma, (0.35,))],
)
def test_a_column_is_made_of_single_draws_in_any_order(fill, draw, arguments):
    keys = np.random.default_rng(4).permutation(500).astype(np.uint32)
    prefix, out = rng.stream(3, 4), np.empty(500)
    fill(prefix, keys, *arguments, out)
    expected = [draw(np.uint64(naive.key_hash(3, 4, int(key))), *arguments) for key in keys]
    assert out.tolist() == expected
