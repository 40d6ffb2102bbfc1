"""Luck of one agent in plain integers: the draws of `simulator.kernels.rng`, written a second time.

A key is hashed word by word with SplitMix64's increment and finaliser (Steele, Lea & Flood 2014)::

    h0 = mix(seed + G),  h1 = mix(h0 + G * (decision + 1)),  h2 = mix(h1 + G * (who + 1)),  ...

Everything here is a function of its hash: the same key gives the same bits as the compiled code does.
"""

from __future__ import annotations

import math
from functools import reduce

_WORD = 2**64 - 1
_G = 0x9E3779B97F4A7C15

_CENTRE_NUMERATOR = (
    2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
)  # fmt: skip
_CENTRE_DENOMINATOR = (
    5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
)  # fmt: skip
_SHOULDER_NUMERATOR = (
    7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
    3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
)  # fmt: skip
_SHOULDER_DENOMINATOR = (
    1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
)  # fmt: skip
_TAIL_NUMERATOR = (
    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
)  # fmt: skip
_TAIL_DENOMINATOR = (
    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
)  # fmt: skip


def mix(x: int) -> int:
    """SplitMix64's finaliser, a bijection of 64-bit words."""
    x &= _WORD
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & _WORD
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & _WORD
    return x ^ (x >> 31)


def absorb(h: int, *words: int) -> int:
    """Add words of a key, in order, to the hash `h`."""
    for word in words:
        h = mix(h + _G * (word + 1))
    return h


def stream(seed: int, decision: int) -> int:
    """The prefix of all keys of one decision in the run with this seed."""
    return absorb(mix(seed + _G), decision)


def post_key(root: int, author_key: int) -> int:
    """Identity of an author's post of a root; 0 is no post's."""
    return absorb(root, author_key) or 1


def unit(h: int) -> float:
    """Uniform on [0, 1), 53 bits."""
    return (h >> 11) * (1.0 / 2**53)


def unit_open(h: int) -> float:
    """Uniform on (0, 1): midpoints of 2**52 cells, so a logarithm is always finite."""
    return ((h >> 12) + 0.5) * (1.0 / 2**52)


def happens(h: int, hazard: float) -> bool:
    """Whether an event of a cumulated hazard occurs, with probability 1 - exp(-hazard)."""
    u = unit(h)
    return u < hazard and u < 1.0 - math.exp(-hazard)


def exponential(h: int) -> float:
    """Exponential with mean 1."""
    return -math.log(unit_open(h))


def gumbel(h: int) -> float:
    """Standard Gumbel of maxima."""
    return -math.log(-math.log(unit_open(h)))


def geometric(h: int, p: float) -> int:
    """Failures before the first success of probability `p` in (0, 1]."""
    if p >= 1.0:
        return 0
    return int(min(math.log(unit_open(h)) / math.log1p(-p), 9.0e18))


def normal(h: int) -> float:
    """Standard normal by inversion (Wichura 1988, AS 241, PPND16)."""
    q = unit_open(h) - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _polynomial(_CENTRE_NUMERATOR, r) / _polynomial(_CENTRE_DENOMINATOR, r)
    r = math.sqrt(-math.log(q + 0.5 if q < 0.0 else 0.5 - q))
    if r <= 5.0:
        z = _polynomial(_SHOULDER_NUMERATOR, r - 1.6) / _polynomial(_SHOULDER_DENOMINATOR, r - 1.6)
    else:
        z = _polynomial(_TAIL_NUMERATOR, r - 5.0) / _polynomial(_TAIL_DENOMINATOR, r - 5.0)
    return -z if q < 0.0 else z


def poisson(h: int, mean: float) -> int:
    """Poisson by inversion; a mean above 16 is cut into equal independent parts."""
    if mean <= 16.0:
        return _poisson_small(h, mean)
    parts = math.ceil(mean / 16.0)
    return sum(_poisson_small(absorb(h, part), mean / parts) for part in range(parts))


def binomial(h: int, n: int, p: float) -> int:
    """Binomial by inversion; trials are cut into parts of mean at most 16."""
    if p <= 0.0 or n <= 0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - binomial(h, n, 1.0 - p)
    size = max(1, int(16.0 / p))
    starts = range(0, n, size)
    return sum(_binomial_small(absorb(h, part), min(size, n - start), p) for part, start in enumerate(starts))


def gamma(h: int, shape: float) -> float:
    """Gamma with the given shape > 0 and scale 1 (Marsaglia & Tsang 2000)."""
    if shape >= 1.0:
        return _gamma_at_least_one(h, shape)
    boost = unit_open(absorb(h, int.from_bytes(b"gamma")))
    return float(_gamma_at_least_one(h, shape + 1.0) * boost ** (1.0 / shape))


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    """Horner's rule, highest power first."""
    return reduce(lambda value, c: value * x + c, coefficients)


def _poisson_small(h: int, mean: float) -> int:
    u, k, p = unit(h), 0, math.exp(-mean)
    total = p
    while u >= total:
        k += 1
        p *= mean / k
        if k > mean and total + p == total:
            return k
        total += p
    return k


def _binomial_small(h: int, n: int, p: float) -> int:
    u, k, odds = unit(h), 0, p / (1.0 - p)
    mass = math.exp(n * math.log1p(-p))
    total = mass
    while u >= total and k < n:
        k += 1
        mass *= odds * (n - k + 1) / k
        if k > n * p and total + mass == total:
            return k
        total += mass
    return k


def _gamma_at_least_one(h: int, shape: float) -> float:
    """The k-th try reads words 2k and 2k + 1 of the key."""
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    word = 0
    while True:
        x = normal(absorb(h, word))
        v = 1.0 + c * x
        u = unit_open(absorb(h, word + 1))
        word += 2
        if v > 0.0:
            v = v * v * v
            if math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v
