"""Numbers in words: scale, rounding to the interval, signs, units."""

from __future__ import annotations

import math

import pytest

from simulator.report.quantities import count, p_value, percent, quantity

NAN = math.nan


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("mean", "low", "high", "unit", "signed", "value", "ends"),
    [
        (1_234_567.0, 1_034_567.0, 1_434_567.0, "yuan", False, "1.23 million yuan", "1.03 to 1.43 million yuan"),
        (1_234_567.0, NAN, NAN, "yuan", True, "+1.23 million yuan", ""),
        (-593_872.0, -657_900.0, -530_100.0, "yuan", True, "−594,000 yuan", "−658,000 to −530,000 yuan"),
        (5_209.4, 5_100.0, 5_320.0, "orders", False, "5,210 orders", "5,100 to 5,320 orders"),
        (3.3211, 2.89, 3.75, "yuan per yuan", True, "+3.32 yuan per yuan", "+2.89 to +3.75 yuan per yuan"),
        (0.123, 0.11, 0.136, "share", False, "12.3 %", "11.0 to 13.6 %"),
        (0.0, 0.0, 0.0, "yuan", True, "0 yuan", "0 to 0 yuan"),
        (2.5e9, 2.4e9, 2.6e9, "yuan", False, "2.50 billion yuan", "2.40 to 2.60 billion yuan"),
        (-0.2, -900.0, 900.0, "yuan", True, "0 yuan", "−900 to +900 yuan"),
    ],
)
def test_quantity(mean: float, low: float, high: float, unit: str, signed: bool, value: str, ends: str) -> None:
    found = quantity(mean, low, high, unit, signed=signed)
    assert plain(found.value) == value
    assert plain(found.interval) == ends


def test_a_number_never_leaves_its_unit_at_a_line_end() -> None:
    found = quantity(5_209.4, 5_100.0, 5_320.0, "orders")
    assert found.value.endswith("\u00a0orders")
    assert percent(0.5).endswith("\u00a0%")


@pytest.mark.parametrize(
    ("value", "text"), [(1234.4, "1,234"), (12.0, "12"), (9.25, "9.2"), (3.0, "3"), (0.0, "0"), (NAN, "–")]
)
def test_count(value: float, text: str) -> None:
    assert count(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0123, "1.2 %"), (0.5, "50 %"), (0.00042, "0.042 %"), (1.0, "100 %"), (0.0, "0 %"), (NAN, "–")],
)
def test_percent(share: float, text: str) -> None:
    assert plain(percent(share)) == text


@pytest.mark.parametrize(("p", "text"), [(0.0004, "< 0.001"), (0.0123, "= 0.012"), (NAN, "–")])
def test_p_value(p: float, text: str) -> None:
    assert p_value(p) == text
