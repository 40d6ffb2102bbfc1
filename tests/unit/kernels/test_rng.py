"""The keyed hash: published and frozen vectors, its inverse, and a battery that a wrong hash does not survive.

The battery draws 45 p-values. Each is rejected below `LEVEL` and above 1 - `LEVEL` (luck is not too even, either), so
that a right hash fails with a chance below 1e-6, had its keys not been pinned. It must catch cells of an output byte
whose frequencies are off by 3 % (root mean square; 4 % for pairs of keys), and a bit of the output that does not answer
to a bit of the key.
"""

from itertools import combinations

import numpy as np
import pytest
from numba import njit
from scipy import stats

from simulator.kernels import decisions, rng
from simulator.kernels.luck import luck_of
from tests.naive import rng as naive

LEVEL = 1e-8
N = 1 << 18
FLIPS = 1024
AXES = ("seed", "decision", "who", "what", "when")
USUAL = (1, 45, 7, 11, 13)
"""A key as it occurs: seed, decision, user, thing, tick."""
EXTREME = (0, 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1)
SMALL_EVEN = np.array([word for word in range(2 * FLIPS) if word.bit_count() % 2 == 0], np.uint64)
"""Words with an even number of ones: one flip never leads from one to another, so no pair is counted twice."""
RANDOM = [int(word) for word in np.random.default_rng(20141111).integers(0, 2**64, 500, dtype=np.uint64)]

FROZEN = {
    (0, 0): 12035550249420947055,
    (1, 45): 10554490105877214222,
    (2**64 - 1, 120): 16532026622995064382,
    (0, 0, 0): 2558736989570252433,
    (1, 45, 7): 14985773867966078401,
    (7, 60, 2**32 - 1): 3770848335191516,
    (1, 45, 7, 11): 11573831862401056844,
    (20140618, 43, 123456, 2**64 - 1): 5077063282598730168,
    (1, 45, 7, 11, 13): 8340441814086476076,
    (20140618, 63, 2**63, 5, 335): 14423888881020747288,
}
"""Hashes of keys. They never change: stored results are repeated by them."""


@njit
def _hashes(keys, out):
    for i in range(out.size):
        prefix = rng._prefix(keys[0, i], keys[1, i])
        out[i] = rng.hash3(prefix, keys[2, i], keys[3, i], keys[4, i])


def keyed(keys):
    """The hash under test: uint64 (5, n) -> uint64 (n,)."""
    out = np.empty(keys.shape[1], np.uint64)
    _hashes(keys, out)
    return out


# -- wrong hashes


def mixed(x):
    """SplitMix64's finaliser over an array."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(naive.M1)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(naive.M2)
    return x ^ (x >> np.uint64(31))


def xor_keyed(keys):
    return mixed(np.bitwise_xor.reduce(keys, axis=0))


def sum_keyed(keys):
    return mixed(np.add.reduce(keys, axis=0) * np.uint64(naive.G))


def modulus_keyed(keys):
    """A linear congruence modulo 2**61 - 1, scaled to a word."""
    h = np.zeros(keys.shape[1], np.uint64)
    for word in keys:
        h = (h * np.uint64(31) + word * np.uint64(2654435761)) % np.uint64(2**61 - 1)
    return h << np.uint64(3)


def without_time(keys):
    return keyed(np.concatenate([keys[:4], np.zeros_like(keys[:1])]))


def without_rounds(keys):
    """Words absorbed by multiplication and addition alone."""
    h = np.zeros(keys.shape[1], np.uint64)
    for word in keys:
        h = (h + word + np.uint64(1)) * np.uint64(naive.G)
    return h


# -- the battery


def block(n, **words):
    """n keys, usual but for the words given."""
    keys = np.repeat(np.array(USUAL, np.uint64)[:, None], n, axis=1)
    for name, values in words.items():
        keys[AXES.index(name)] = values
    return keys


def even(cells, size):
    """p-value of all `size` cells being equally likely."""
    return stats.chisquare(np.bincount(cells, minlength=size)).pvalue


def byte(h, shift):
    return ((h >> np.uint64(shift)) & np.uint64(255)).astype(np.int64)


def joint(a, b, shift):
    """p-value of four bits of two hashes being uniform and independent: 16 x 16 equally likely cells."""
    a, b = ((h >> np.uint64(shift)) & np.uint64(15) for h in (a, b))
    return even((a * np.uint64(16) + b).astype(np.int64), 256)


def neighbours(hashed, axis):
    """Words 0, 1, 2, ... of one axis: bytes of the hash, and pairs of hashes of next words."""
    h = hashed(block(N, **{axis: np.arange(N, dtype=np.uint64)}))
    yield f"{axis}: first byte", even(byte(h, 56), 256)
    yield f"{axis}: last byte", even(byte(h, 0), 256)
    yield f"{axis}: next words, first bits", joint(h[::2], h[1::2], 60)
    yield f"{axis}: next words, last bits", joint(h[::2], h[1::2], 0)


def avalanche(hashed, axis):
    """Flip every bit of a word: every bit of the hash flips with chance 1/2, all 64 x 64 of them."""
    words = SMALL_EVEN
    h = hashed(block(FLIPS, **{axis: words}))
    total = 0.0
    for bit in range(64):
        flipped = h ^ hashed(block(FLIPS, **{axis: words ^ np.uint64(1 << bit)}))
        ones = np.unpackbits(flipped.view(np.uint8).reshape(FLIPS, 8), axis=1).sum(axis=0)
        total += float(((ones - FLIPS / 2) ** 2 / (FLIPS / 4)).sum())
    yield f"{axis}: avalanche", stats.chi2.sf(total, 64 * 64)


def crossings(hashed, one, other):
    """Two words change places, and one goes up as the other goes down."""
    a = np.arange(N // 2, dtype=np.uint64)
    b = a + np.uint64(N)
    there = hashed(block(N // 2, **{one: a, other: b}))
    back = hashed(block(N // 2, **{one: b, other: a}))
    yield f"{one} and {other} swapped", joint(there, back, 60)
    moved = hashed(block(N // 2, **{one: a + np.uint64(1), other: b - np.uint64(1)}))
    yield f"{one} up, {other} down", joint(there, moved, 60)


def battery(hashed):
    """Every p-value by name."""
    found = {}
    for axis in AXES:
        found |= dict(neighbours(hashed, axis)) | dict(avalanche(hashed, axis))
    for one, other in combinations(AXES, 2):
        found |= dict(crossings(hashed, one, other))
    return found


def failed(hashed):
    return {name for name, p_value in battery(hashed).items() if not LEVEL <= p_value <= 1.0 - LEVEL}


def test_battery():
    assert failed(keyed) == set()


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (xor_keyed, {"who and what swapped", "seed and decision swapped", "what and when swapped"}),
        (sum_keyed, {"who and what swapped", "who up, what down", "decision up, when down"}),
        (modulus_keyed, {"who: avalanche", "when: avalanche", "who: next words, first bits"}),
        (without_time, {"when: first byte", "when: next words, last bits", "when: avalanche"}),
        (without_rounds, {"when: last byte", "when: avalanche", "who: avalanche"}),
    ],
)
def test_wrong_hashes_are_caught(wrong, where):
    """Negative controls: each fails where its fault lies."""
    assert where <= failed(wrong)


@pytest.mark.parametrize(("size", "off"), [(N, 0.03), (N // 2, 0.04)])
def test_the_smallest_error_is_caught(size, off):
    """256 cells, every second one `off` above its share and the others below it."""
    share = (1.0 + off * np.where(np.arange(256) % 2, 1, -1)) / 256
    draws = np.random.default_rng(1).choice(256, size=size, p=share)
    assert even(draws, 256) < LEVEL


# -- exact


def test_published_vectors_of_splitmix64():
    published = [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
    ]  # fmt: skip
    steps = [(1234567 + k * naive.G) % 2**64 for k in range(1, 6)]
    assert [int(rng.mix(np.uint64(step))) for step in steps] == published == naive.splitmix64(1234567, 5)


@pytest.mark.parametrize("key", FROZEN)
def test_frozen_vectors(key):
    seed, decision, *words = key
    hashed = (lambda prefix: prefix, rng.hash1, rng.hash2, rng.hash3)[len(words)]
    got = int(hashed(rng.stream(seed, decision), *(np.uint64(word) for word in words)))
    assert got == naive.key_hash(*key) == FROZEN[key]
    assert rng.unit(np.uint64(got)) == naive.unit(got)
    assert rng.unit_open(np.uint64(got)) == naive.unit_open(got)


def test_any_key_as_the_plain_integers_have_it():
    for seed, decision, who, what, when in zip(*[iter(RANDOM)] * 5, strict=True):
        prefix = rng.stream(seed, decision)
        assert int(prefix) == naive.key_hash(seed, decision)
        words = [np.uint64(word) for word in (who, what, when)]
        assert int(rng.hash1(prefix, *words[:1])) == naive.key_hash(seed, decision, who)
        assert int(rng.hash2(prefix, *words[:2])) == naive.key_hash(seed, decision, who, what)
        assert int(rng.hash3(prefix, *words)) == naive.key_hash(seed, decision, who, what, when)


def test_mixing_and_absorbing_can_be_undone():
    """The inverse gives back the word, so two keys that differ in one word never share a hash."""
    for x in [*EXTREME, *RANDOM]:
        assert naive.unmix(int(rng.mix(np.uint64(x)))) == x
        for word in EXTREME:
            assert naive.absorbed(x, int(rng.absorb(np.uint64(x), np.uint64(word)))) == word


@pytest.mark.parametrize("axis", AXES)
def test_no_two_neighbours_share_a_hash(axis):
    h = keyed(block(N, **{axis: np.arange(N, dtype=np.uint64)}))
    assert np.unique(h).size == N


@pytest.mark.parametrize("kind", [int, np.uint8, np.int32, np.uint32, np.int64, np.uint64])
def test_a_word_means_the_same_in_whatever_type_it_comes(kind):
    prefix = rng.stream(kind(1), kind(45))
    assert int(prefix) == FROZEN[1, 45]
    assert int(rng.hash3(prefix, kind(7), kind(11), kind(13))) == FROZEN[USUAL]


def test_a_prefix_is_an_unsigned_word_again():
    """A Python int would be compiled as a signed one below 2**63, and for a second time above."""
    assert type(rng.stream(0, 0)) is np.uint64
    assert type(rng.stream(1, 1)) is np.uint64


def test_uniforms_stay_inside_their_interval():
    lowest, highest = np.uint64(0), np.uint64(2**64 - 1)
    assert rng.unit(lowest) == 0.0
    assert rng.unit(highest) == 1.0 - 2.0**-53
    assert rng.unit_open(lowest) == 2.0**-53
    assert rng.unit_open(highest) == 1.0 - 2.0**-53


def test_every_decision_has_a_number_of_its_own():
    """Two decisions of one number would share their luck; a run's prefixes are those of its decisions."""
    numbers = {name: number for name, number in vars(decisions).items() if name.isupper()}
    assert len(set(numbers.values())) == len(numbers) > 40
    assert all(type(number) is int and 0 < number < 2**16 for number in numbers.values())
    prefixes = luck_of(7)
    assert len(set(prefixes)) == len(prefixes)
    assert {int(prefix) for prefix in prefixes} <= {naive.key_hash(7, number) for number in numbers.values()}
