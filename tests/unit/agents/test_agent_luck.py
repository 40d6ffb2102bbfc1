"""The plain-integer draws of agents give the bits of the compiled ones."""

import numpy as np
import pytest

from simulator.agents import luck
from simulator.kernels import posts, rng

KEYS = [int(h) for h in np.random.default_rng(20141111).integers(0, 2**64, 4000, dtype=np.uint64)]
EXTREME = [0, 1, 2**11 - 1, 2**11, 2**12, 2**63, 2**64 - 2**12, 2**64 - 1]


def test_first_output_is_the_published_one_of_splitmix64():
    assert luck.mix(1234567 + 0x9E3779B97F4A7C15) == 6457827717110365317


def test_hash_of_a_key_equals_the_compiled_hash():
    for seed, word in zip(KEYS[:1000], KEYS[1000:2000], strict=True):
        assert luck.stream(seed, 43) == int(rng.stream(np.uint64(seed), np.uint64(43)))
        assert luck.absorb(seed, word) == int(rng.absorb(np.uint64(seed), np.uint64(word)))
        assert luck.absorb(seed, word, 7, 9) == int(
            rng.hash3(np.uint64(seed), np.uint64(word), np.uint64(7), np.uint64(9))
        )


@pytest.mark.parametrize("name", ["unit", "unit_open", "gumbel", "exponential", "normal"])
def test_draws_without_parameters_are_equal_bit_for_bit(name):
    plain, compiled = getattr(luck, name), getattr(rng, name)
    assert [plain(h) for h in KEYS + EXTREME] == [compiled(np.uint64(h)) for h in KEYS + EXTREME]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("geometric", (1.0,)), ("geometric", (0.3,)), ("geometric", (1e-12,)),
        ("poisson", (0.4,)), ("poisson", (15.9,)), ("poisson", (120.5,)),
        ("binomial", (0, 0.3)), ("binomial", (12, 0.0)), ("binomial", (12, 1.0)), ("binomial", (12, 0.3)),
        ("binomial", (500, 0.2)), ("binomial", (100, 0.9)),
        ("gamma", (0.35,)), ("gamma", (1.0,)), ("gamma", (4.0,)),
    ],
)  # fmt: skip
def test_draws_with_parameters_are_equal_bit_for_bit(name, arguments):
    plain, compiled = getattr(luck, name), getattr(rng, name)
    keys = KEYS[:1000] + EXTREME
    assert [plain(h, *arguments) for h in keys] == [compiled(np.uint64(h), *arguments) for h in keys]


def test_the_tails_of_the_normal_are_reached():
    far = [h for h in EXTREME if abs(luck.normal(h)) > 8.0]
    assert far, "no key beyond the third branch of AS 241"


def test_post_keys_are_equal_and_never_zero():
    for root, author in zip(KEYS[:1000], KEYS[1000:2000], strict=True):
        author >>= 32
        assert luck.post_key(root, author) == int(posts.post_key(np.uint64(root), np.uint32(author)))
    hashed_to_zero = -0x9E3779B97F4A7C15 * (5 + 1) % 2**64
    assert luck.absorb(hashed_to_zero, 5) == 0
    assert luck.post_key(hashed_to_zero, 5) == int(posts.post_key(np.uint64(hashed_to_zero), np.uint32(5))) == 1
