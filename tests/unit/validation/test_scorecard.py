"""What a row and the score say."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.scorecard import UNEXPLAINED, Scorecard, not_run, order, row


def _part(kind: str = "judged", band: Band | None = None, diagnosis: str = "") -> tuple[Pattern, Part]:
    part = Part("1a", "title", kind, band or Band(0, 1), "-", lambda context: np.zeros(2), diagnosis)  # type: ignore[arg-type]
    return Pattern("1", "title", "mechanism", "falsified", "source", (part,)), part


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [(0.1, 0.9, "pass"), (0, 1, "pass"), (0.9, 1.1, "inconclusive"), (-0.5, 2, "inconclusive"), (1.1, 1.2, "fail"),
     (-1, -0.1, "fail"), (math.nan, math.nan, "inconclusive")],
)  # fmt: skip
def test_status(low: float, high: float, status: str) -> None:
    assert Band(0, 1).status(low, high) == status


def test_open_bands() -> None:
    assert Band(low=1).status(1.5, 99) == "pass"
    assert Band(high=1).status(-99, 1) == "pass"
    assert Band(high=1).status(2, 3) == "fail"
    assert [str(band) for band in (Band(1.8, 2.8), Band(low=1), Band(high=0.05), Band(1, 1))] == [
        "1.8 to 2.8", ">= 1", "<= 0.05", "1",
    ]  # fmt: skip
    for wrong in ((2, 1), (-math.inf, math.inf)):
        with pytest.raises(ValueError, match="no band"):
            Band(*wrong)


def test_the_interval_is_students() -> None:
    """Of 0, 1, 2 with t(.975, 2) = 4.3027."""
    made = row(*_part(), np.array([0.0, 1.0, 2.0, math.nan]), "", {})
    assert (made.mean, made.n) == (1, 3)
    assert made.high - made.mean == pytest.approx(4.302653 / math.sqrt(3))
    assert made.status == "inconclusive"


def test_every_fail_says_why() -> None:
    assert row(*_part(diagnosis="because."), np.array([5.0, 5.0]), "", {}).diagnosis == "because."
    assert row(*_part(), np.array([5.0, 5.0]), "", {}).diagnosis == UNEXPLAINED
    assert row(*_part(diagnosis="because."), np.array([0.5, 0.5]), "", {}).diagnosis == ""


def test_one_replication_and_none_say_nothing() -> None:
    for values in ([0.5], [], [math.nan, math.nan]):
        assert row(*_part(), np.array(values), "", {}).status == "inconclusive"


def test_only_judged_rows_that_were_run_count(tmp_path: Path) -> None:
    inside, outside = np.array([0.5, 0.5]), np.array([5.0, 5.0])
    rows = [row(*_part(), inside, "", {}), row(*_part(), outside, "", {}), row(*_part("fitted"), inside, "", {})]
    rows += [row(*_part("input"), outside, "", {}), not_run(*_part(), "a feature is missing")]
    card = Scorecard(rows, {"seed": 1})
    assert card.judged() == (1, 2)
    assert card.summary == "judged rows: 1 of 2 pass (50 %); 1 not run"
    stored = json.loads(card.write(tmp_path).read_text("utf-8"))
    assert [one["status"] for one in stored["rows"]] == ["pass", "fail", "pass", "fail", "not run"]
    assert [one["counts"] for one in stored["rows"]] == [True, True, False, False, True]
    assert stored["rows"][4] | {"mean": None, "note": "a feature is missing"} == stored["rows"][4]
    assert Scorecard(rows[4:], {}).summary == "judged rows: 0 of 0 pass; 1 not run"


def test_ids_are_in_order() -> None:
    assert sorted(["D10", "2", "D2", "10", "1b", "1a"], key=order) == ["1a", "1b", "2", "10", "D2", "D10"]
