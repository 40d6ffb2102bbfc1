"""What the patterns on songs make of sales whose answer is known, and of the downloads that were observed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.validation import PATTERNS
from simulator.validation.context import Context
from simulator.validation.patterns import d5, p18
from simulator.validation.songs import EXPERIMENTS, distances, follows_quality, inequality, unpredictability
from tests.unit.validation.runs import HandMade, context

SONGS = [{"name": name, "quality": quality} for name, quality in (("a", 0.1), ("b", 0.9), ("c", -0.5))]


def world(*sold: int) -> HandMade:
    """A run in which so many of each song were sold; one more need came to nothing."""
    brands = [song["name"] for song, count in zip(SONGS, sold, strict=True) for _ in range(count)]
    needs = pd.DataFrame({"brand": [*brands, "a"], "status": ["bought"] * len(brands) + ["lost"]})
    return HandMade({"needs": needs}, more={"brands": SONGS})


def sold_in(**signals: list[tuple[int, int, int]]) -> Context:
    """Worlds by signal; both replications alike."""
    made = {
        one: [world(*sold)] * 2
        for signal, worlds in signals.items()
        for one, sold in zip(EXPERIMENTS[signal], worlds, strict=True)
    }
    return context(made)


def test_inequality_and_distance_between_worlds() -> None:
    """All alike: no inequality, no distance. All of one song, another in each of two worlds: 2/3 and 2/3."""
    alike, apart = [(2, 2, 2)] * 4, [(6, 0, 0), (0, 6, 0), (6, 0, 0), (0, 6, 0)]
    measured = sold_in(none=alike, strong=apart)
    assert inequality(measured, "none") == pytest.approx([0, 0])
    assert inequality(measured, "strong") == pytest.approx([2 / 3, 2 / 3])
    assert unpredictability(measured, "none") == pytest.approx([0, 0])
    assert unpredictability(measured, "strong") == pytest.approx([4 / 6 * 2 / 3] * 2), "four of six pairs differ"
    parts = {part.id: part.measure(measured) for part in PATTERNS["18"].parts}
    assert parts["18a"] == pytest.approx([2 / 3] * 2)
    assert parts["18b"] == pytest.approx([4 / 9] * 2)


def test_the_best_song_at_the_bottom_is_counted() -> None:
    """Last of three in two of four worlds; where two are level, neither is below the other."""
    measured = sold_in(none=[(1, 1, 1)] * 4, strong=[(3, 1, 2), (3, 1, 2), (1, 3, 2), (3, 1, 1)])
    assert PATTERNS["18"].parts[2].measure(measured) == pytest.approx([0.5, 0.5])
    assert p18.best_in_bottom(np.array([[[0, 0, 0]]]), np.array([0, 1, 0])) == [0.0]


def test_the_order_of_songs_with_and_without_a_signal() -> None:
    measured = sold_in(none=[(3, 2, 1)] * 4, weak=[(3, 2, 1)] * 4, strong=[(1, 2, 3)] * 4)
    assert follows_quality(measured, "weak") == pytest.approx([1, 1])
    assert follows_quality(measured, "strong") == pytest.approx([-1, -1])


def test_worlds_of_one_replication_are_compared_with_each_other_only() -> None:
    shares = np.array([[[1.0, 0.0], [0.5, 0.5]], [[1.0, 0.0], [0.5, 0.5]]])
    assert distances(shares) == pytest.approx([0, 0])


def test_what_was_observed(data_dir: Path) -> None:
    """The numbers that bands are stated by are those of the raw data."""
    found = d5.observed(pd.read_csv(data_dir / d5.FILE, sep="\t"))
    for signal, expected in d5.OBSERVED.items():
        assert found[signal] == pytest.approx(expected, abs=0.001)
