"""Halves: what is stored is the nearest number of 11 bits, and what is too small is nothing."""

import numpy as np
import pytest

from simulator.kernels.half import LARGEST, fill_half, from_half, to_half

SMALLEST = 2.0**-14


def patterns():
    """All bits of numbers that are no subnormals, infinities or none."""
    bits = np.arange(1 << 16, dtype=np.uint16)
    numbers = bits.view(np.float16).astype(np.float64)
    return [
        (int(b), float(x))
        for b, x in zip(bits, numbers, strict=True)
        if np.isfinite(x) and (abs(x) >= SMALLEST or b == 0)
    ]


def test_every_number_is_read_as_ieee_says_and_stored_as_itself():
    for bits, number in patterns():
        assert from_half(np.uint16(bits)) == number
        assert to_half(number) == bits


def test_the_nearest_is_stored_ties_to_even():
    """Against numpy, which rounds from binary32 as well."""
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(size=2000), np.exp(rng.uniform(np.log(SMALLEST), np.log(60_000), 2000))])
    between = np.array([1 + 2.0**-11, 1 + 3 * 2.0**-11, 2048.5, 2049.5, -(1 + 2.0**-11)])
    for x in np.concatenate([values[np.abs(values) >= SMALLEST], between]).tolist():
        assert to_half(x) == np.float32(x).astype(np.float16).view(np.uint16)


@pytest.mark.parametrize(
    ("given", "stored"), [(1e9, LARGEST), (-1e9, -LARGEST), (6e-5, 0.0), (-1e-30, 0.0), (0.0, 0.0)]
)
def test_too_large_is_the_largest_and_too_small_is_nothing(given, stored):
    assert from_half(to_half(given)) == stored


def test_what_decays_comes_to_an_end():
    x, steps = to_half(3.0), 0
    while x:
        x, steps = to_half(from_half(x) * 0.99), steps + 1
    assert steps == pytest.approx(np.log(3.0 / SMALLEST) / -np.log(0.99), rel=0.05)


def test_columns_are_filled_as_numbers_are():
    values = np.array([0.1, 2.5, -7.0, 1e-9])
    out = np.zeros(8, np.uint16)[::2]
    fill_half(values, out)
    assert out.tolist() == [to_half(x) for x in values.tolist()]
