"""What the next yuan brings, from a sweep whose gain and spend are known."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from simulator.report.figures import FIGURES
from simulator.report.returns import budget_factor, by_budget, ratio
from simulator.report.tables import StudyTables


def test_a_ratio_by_hand() -> None:
    """R = 12 / 6, residuals (0, -2, 2), standard error sd / (mean x sqrt n)."""
    mean, low, high = ratio(np.array([4.0, 2.0, 6.0]), np.array([2.0, 2.0, 2.0]), 0.95)
    half = stats.t.ppf(0.975, 2) * math.sqrt((0 + 4 + 4) / 2 / 3) / 2
    assert (mean, high - mean, mean - low) == pytest.approx((2.0, half, half))
    assert all(math.isnan(value) for value in ratio(np.array([1.0]), np.array([0.0]), 0.95))
    assert ratio(np.array([3.0]), np.array([2.0]), 0.95)[0] == 1.5


def test_the_marginal_return_is_the_slope_between_budgets(kinds: dict[str, Path]) -> None:
    """The shop gains 6,000 over 4,000 of spend, the feed loses 3,600: 1.5 and -0.9 for a yuan at every step."""
    tables = StudyTables(kinds["budget"])
    assert budget_factor(tables) == "budget"
    points, steps = by_budget(tables)
    assert [(point.scenario, point.budget) for point in points][:3] == [("marketplace", b) for b in (250, 1000, 4000)]
    slopes = {name: [s for s in steps if s.scenario == name] for name in ("marketplace", "public_feed")}
    for name, slope in (("marketplace", 1.5), ("public_feed", -0.9)):
        assert len(slopes[name]) == 2
        for step in slopes[name]:
            assert step.low < slope < step.high
            assert step.ratio == pytest.approx(slope, abs=0.15)
    answer = FIGURES["marketing_return"].answer(tables).line
    assert "on Marketplace up to a spend of 4," in answer
    assert "on Public feed at no budget that was tried" in answer


def test_without_a_budget_among_the_factors_nothing_is_claimed(kinds: dict[str, Path]) -> None:
    assert budget_factor(StudyTables(kinds["grid"])) == ""
    assert not FIGURES["marketing_return"].can_answer(StudyTables(kinds["grid"]))


def test_one_budget_tells_no_marginal_return(loaded: dict[str, StudyTables]) -> None:
    answer = FIGURES["marketing_return"].answer(loaded["usual"])
    assert answer.line.startswith("On average each yuan spent added")
    assert "cannot be told from one budget" in answer.more
