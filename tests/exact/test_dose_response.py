"""Dose response: against its twin, and where its law is known. Seeds are pinned."""

import numpy as np
import pytest

from simulator.diffusion import dose_response, independent_cascade
from tests.naive import dose_response as naive
from tests.support.cascades import agree, edges, followers_of, path, random_graph, two_sided

FALSE_ALARM = 1e-6
"""Chance that a right kernel would fail a test here, had the seed not been pinned."""


def test_twin():
    graph, names = random_graph(60, 400, 1), dict(enumerate(range(60)))
    chances, followees = np.random.default_rng(2).random(60) * 0.3, graph.followee_counts()
    doses = (1.0, 1.6, 1.5, 1.4)
    agree(
        dose_response(graph, [1, 2], probability=chances, replications=12, seed=3),
        lambda r: naive.dose_response(
            followers_of(graph), names, [1, 2], lambda w, m: chances[w] * doses[min(m, 4) - 1], 3, r
        ),
    )
    agree(
        dose_response(graph, [1, 2], probability=0.5, fractional=True, replications=12, seed=4),
        lambda r: naive.dose_response(followers_of(graph), names, [1, 2], lambda w, m: 0.5 * (m / followees[w]), 4, r),
    )


def test_path():
    result = dose_response(path(5), 0, probability=0.7, replications=20_000, seed=3)
    for k in range(6):
        assert two_sided(result.frequencies[k], 20_000, 0.7**k) > FALSE_ALARM / 6


@pytest.mark.parametrize("exposures", [1, 2, 3, 6])
def test_doses(exposures):
    """By default the chance of exposure m is p D(m), D = 1, 1.6, 1.5, 1.4, ...; the peak is at two."""
    doses = np.array([1.0, 1.6, 1.5, 1.4, 1.4, 1.4])
    star = edges(7, *((v, 6) for v in range(6)))
    result = dose_response(star, np.arange(exposures), probability=0.2, replications=20_000, seed=exposures)
    chance = 1.0 - np.prod(1.0 - 0.2 * doses[:exposures])
    assert two_sided(result.frequencies[6], 20_000, chance) > FALSE_ALARM


def test_fractional():
    """beta m / k with k = 6 followees: after 3 exposures 1 - (1 - .1)(1 - .2)(1 - .3)."""
    star = edges(7, *((v, 6) for v in range(6)))
    result = dose_response(star, np.arange(3), probability=0.6, fractional=True, replications=20_000, seed=1)
    assert two_sided(result.frequencies[6], 20_000, 1.0 - 0.9 * 0.8 * 0.7) > FALSE_ALARM


def test_a_flat_dose_is_the_independent_cascade():
    """Mean sizes of 4,000 cascades each differ by less than 5 standard errors: a false alarm below 1e-6."""
    graph = random_graph(300, 1200, 5)
    flat = dose_response(graph, [0, 1], probability=0.2, doses=[1.0], replications=4000, seed=1).final_sizes
    cascade = independent_cascade(graph, [0, 1], probability=0.2, replications=4000, seed=1).final_sizes
    error = np.sqrt((flat.var() + cascade.var()) / 4000)
    assert abs(flat.mean() - cascade.mean()) < 5 * error
    peaked = dose_response(graph, [0, 1], probability=0.2, replications=4000, seed=1).final_sizes
    assert peaked.mean() - cascade.mean() > 5 * error
