"""Cascades of hand-made trees, and the patterns on them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulator.types import MINUTES_PER_DAY
from simulator.validation import PATTERNS
from simulator.validation.cascades import ORDINARY, between, followed, lags, log_size_correlation, shapes, sizes, times
from simulator.validation.pattern import NotRunError
from simulator.validation.reference import branching_trees, distance, ks
from tests.unit.validation.runs import HandMade, chain, context, posts, star


def part(name: str, letter: str = "") -> object:
    """Measure of a part."""
    return next(one.measure for one in PATTERNS[name].parts if one.id == name + letter)


def run(*trees: list[int]) -> HandMade:
    return HandMade({"ordinary_posts": posts(trees)})


def test_sizes_and_shapes_of_a_star_and_a_chain() -> None:
    made = run(star(4), chain(4), [-1])
    assert sorted(sizes(made)) == [1, 5, 5]
    found = shapes(made).sort_values("root_key").reset_index(drop=True)
    assert list(found["depth"]) == [1, 4, 0]
    # pairs of a star of five: 4 at distance 1 and 6 at 2; of a chain of five: 4, 3, 2, 1 at 1, 2, 3, 4
    assert found["structural_virality"][0] == pytest.approx(16 / 10)
    assert found["structural_virality"][1] == pytest.approx(20 / 10)
    assert list(found["one_hop_share"][:2]) == [1.0, 0.25]


def test_a_root_that_was_not_followed_for_long_does_not_count() -> None:
    late = 4 * MINUTES_PER_DAY
    made = HandMade({"ordinary_posts": posts([star(1), star(2)], [[10, 20], [late, late + 1, late + 2]])}, days=8)
    assert list(sizes(made)) == [2]
    assert set(followed(made)["root_key"]) == {1000}
    with pytest.raises(NotRunError, match="followed for 4 days"):
        sizes(HandMade(made.tables, days=4))


def test_times_are_counted_from_the_root_and_lags_from_the_parent() -> None:
    table = posts([[-1, 0, 0, 2, 3]], [[100, 110, 120, 180, 400]])
    found = times(table).iloc[0]
    assert found["reposts"] == 4
    assert found["half"] == pytest.approx((20 + 80) / 2)
    assert found["ninety"] == pytest.approx(80 + 0.7 * (300 - 80))
    assert sorted(lags(table)) == [10, 20, 60, 220]
    assert found["lag"] == 40


def test_between_counts_reposts() -> None:
    found = between(run(star(9), star(10), star(20), star(21)), 10, 20)
    assert set(found["root_key"]) == {2000, 3000}


def test_shares_of_posts_without_one_and_two_reposts() -> None:
    measured = context({ORDINARY: [run([-1], [-1], star(1), chain(2)), run([-1], [-1], [-1], star(5))]})
    assert [list(part("1", letter)(measured)) for letter in "abc"] == [[0.5, 0.75], [0.25, 0], [0.25, 0]]
    assert list(part("27", "a")(measured)) == [0.75, 1.25]
    assert list(part("27", "b")(measured)) == [0.003, 0.006]


def test_virality_of_large_cascades() -> None:
    """Stars of n have 2 - 2/n; small ones and runs with few large ones say nothing."""
    stars = [star(99 + extra) for extra in range(12)]
    measured = context({ORDINARY: [run(*stars, chain(50)), run(*stars[:5])]})
    median, none = part("3", "a")(measured)
    assert median == pytest.approx(np.median([2 - 2 / (100 + extra) for extra in range(12)]))
    assert np.isnan(none)
    correlation = part("3", "b")(measured)[0]
    assert correlation > 0.99, "stars are the longer the larger"


def test_correlation_needs_cascades_that_differ() -> None:
    assert np.isnan(log_size_correlation(np.full(20, 100), np.arange(20.0)))
    assert np.isnan(log_size_correlation(np.arange(1, 5), np.arange(4.0)))
    assert log_size_correlation(np.exp2(np.arange(20)), np.arange(20.0)) == pytest.approx(1)


def test_without_the_table_cascade_patterns_are_not_run() -> None:
    for name in ("1", "2", "3", "4", "6", "27"):
        for one in PATTERNS[name].parts:
            with pytest.raises(NotRunError):
                one.measure(context({experiment: [HandMade({})] for experiment in PATTERNS[name].experiments}))


def test_distance_is_that_of_scipy_where_sizes_agree() -> None:
    from scipy.stats import ks_2samp

    luck = np.random.Generator(np.random.Philox(4))
    x, y = luck.normal(size=300), luck.normal(0.3, size=200)
    assert ks(x, np.full(300, 1 / 300), y) == pytest.approx(ks_2samp(x, y).statistic)


def test_distance_is_within_sizes() -> None:
    """Depth that follows from size alone is no difference, whatever the mix of sizes."""
    luck = np.random.Generator(np.random.Philox(5))
    few, many = luck.choice([120, 900], 4000, p=[0.9, 0.1]), luck.choice([120, 900], 4000, p=[0.2, 0.8])
    ours, theirs = (pd.DataFrame({"size": size, "depth": size // 100}) for size in (few, many))
    assert ks(ours["depth"].to_numpy(), np.full(4000, 1 / 4000), theirs["depth"].to_numpy()) > 0.6
    assert distance(ours, theirs, "depth") == pytest.approx(0, abs=1e-9)
    assert np.isnan(distance(ours[:0], theirs, "depth"))


def test_branching_trees_keep_size_and_one_hop_share() -> None:
    real = pd.DataFrame({"size": [200] * 30 + [500] * 30, "one_hop_share": 0.6})
    trees = branching_trees(real, 1)
    assert trees["size"].between(160, 625).all()
    assert trees["one_hop_share"].mean() == pytest.approx(0.6, abs=0.03)
    assert (trees["structural_virality"] > 2).all()
    assert (trees["depth"] > 1).all()
