"""Keyed randomness: every draw is a hash of (seed, decision, who, what, when).

No stream, no state: a draw depends on its key alone, so neither threads, nor the order of users,
nor a switched-off mechanism can move another draw. The hash is SplitMix64's increment and finaliser
(Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", with Stafford's mix 13),
absorbed word by word::

    h0 = mix(seed + G)
    h1 = mix(h0 + G * (decision + 1))
    h2 = mix(h1 + G * (who + 1))        and so on for what and when

Words are uint64 in declared signatures: one compilation serves every integer type, and a key means the same
whatever type it comes in. For a fixed prefix each step is a bijection of the next word, so two keys that differ in one word
never collide. `mix(1234567 + G)` is SplitMix64's first published output for seed 1234567.
"""

import math

import numpy as np
from numba import njit

from simulator.kernels.compiling import kernel

G = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_ONE = np.uint64(1)
_TO_UNIT = 1.0 / 9007199254740992.0  # 2**-53


@njit("uint64(uint64)", cache=True, nogil=True, no_cfunc_wrapper=True)
def mix(x):
    """SplitMix64's finaliser: uint64 -> uint64, a bijection."""
    x = np.uint64(x)
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    return x ^ (x >> _S31)


@njit("uint64(uint64,uint64)", cache=True, nogil=True, no_cfunc_wrapper=True)
def absorb(h, word):
    """Add one word of a key to the hash `h`."""
    return mix(np.uint64(h) + G * (np.uint64(word) + _ONE))


@kernel
def _prefix(seed, decision):
    return absorb(mix(seed + G), decision)


def stream(seed: int, decision: int) -> np.uint64:
    """The prefix of a key, computed once a run and decision.

    Not for use inside kernels. Compiled code hands a uint64 back as a Python int, whose numba type would depend
    on its value; here it becomes a uint64 again.
    """
    return np.uint64(_prefix(np.uint64(seed), np.uint64(decision)))


@njit("uint64(uint64,uint64)", cache=True, nogil=True, no_cfunc_wrapper=True)
def hash1(prefix, who):
    return absorb(prefix, who)


@njit("uint64(uint64,uint64,uint64)", cache=True, nogil=True, no_cfunc_wrapper=True)
def hash2(prefix, who, what):
    return absorb(absorb(prefix, who), what)


@njit("uint64(uint64,uint64,uint64,uint64)", cache=True, nogil=True, no_cfunc_wrapper=True)
def hash3(prefix, who, what, when):
    return absorb(absorb(absorb(prefix, who), what), when)


@njit("float64(uint64)", cache=True, nogil=True, no_cfunc_wrapper=True)
def unit(h):
    """Uniform on [0, 1) with 53 bits, from a hash."""
    return np.float64(np.uint64(h) >> _S11) * _TO_UNIT


@njit("float64(uint64)", cache=True, nogil=True, no_cfunc_wrapper=True)
def unit_open(h):
    """Uniform on (0, 1): the midpoints of the 2**52 cells, so a logarithm is always finite."""
    return (np.float64(np.uint64(h) >> np.uint64(12)) + 0.5) * (1.0 / 4503599627370496.0)


@njit("bool_(uint64,float64)", cache=True, nogil=True, no_cfunc_wrapper=True)
def happens(h, hazard):
    """Whether an event of a cumulated hazard occurs, with probability 1 - exp(-hazard).

    That is below the hazard itself, which spares most exponentials.
    """
    u = unit(h)
    return u < hazard and u < 1.0 - math.exp(-hazard)


@kernel
def gumbel(h):
    """Standard Gumbel (maximum), location 0, scale 1."""
    return -math.log(-math.log(unit_open(h)))


@kernel
def exponential(h):
    """Exponential with mean 1."""
    return -math.log(unit_open(h))


@kernel
def geometric(h, p):
    """Failures before the first success, 0, 1, 2, ...; `p` in (0, 1]."""
    if p >= 1.0:
        return np.int64(0)
    skips = math.log(unit_open(h)) / math.log1p(-p)
    return np.int64(min(skips, 9.0e18))


@kernel
def normal(h):
    """Standard normal by inversion (Wichura 1988, AS 241, PPND16), monotone in the uniform."""
    q = unit_open(h) - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        num = (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
                  + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
                + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)
        den = (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
                  + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
                + 4.2313330701600911252e1) * r + 1.0)
        return q * num / den
    tail = q + 0.5 if q < 0.0 else 0.5 - q
    r = math.sqrt(-math.log(tail))
    if r <= 5.0:
        r -= 1.6
        num = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
                  + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
                + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
        den = (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
                  + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
                + 2.05319162663775882187e0) * r + 1.0)
    else:
        r -= 5.0
        num = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
                  + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
                + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
        den = (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
                  + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
                + 5.99832206555887937690e-1) * r + 1.0)
    z = num / den
    return -z if q < 0.0 else z


@kernel
def _poisson_small(h, mean):
    u = unit(h)
    k = np.int64(0)
    p = math.exp(-mean)
    total = p
    while u >= total:
        k += 1
        p *= mean / k
        if k > mean and total + p == total:
            return k  # the sum has rounded to less than one and will not grow
        total += p
    return k


@kernel
def poisson(h, mean):
    """Poisson by inversion; a mean above 16 is cut into equal independent parts, so it stays exact."""
    if mean <= 16.0:
        return _poisson_small(h, mean)
    parts = np.int64(math.ceil(mean / 16.0))
    total = np.int64(0)
    for part in range(parts):
        total += _poisson_small(absorb(h, part), mean / parts)
    return total


@kernel
def _binomial_small(h, n, p):
    u = unit(h)
    k = np.int64(0)
    odds = p / (1.0 - p)
    f = math.exp(n * math.log1p(-p))
    total = f
    while u >= total and k < n:
        k += 1
        f *= odds * (n - k + 1) / k
        if k > n * p and total + f == total:
            return k
        total += f
    return k


@kernel
def binomial(h, n, p):
    """Binomial by inversion; trials are cut into parts of mean at most 16, so it stays exact."""
    if p <= 0.0 or n <= 0:
        return np.int64(0)
    if p >= 1.0:
        return np.int64(n)
    flipped = p > 0.5
    if flipped:
        p = 1.0 - p
    size = max(np.int64(1), np.int64(16.0 / p))
    total = np.int64(0)
    part = np.int64(0)
    done = np.int64(0)
    while done < n:
        take = min(size, np.int64(n) - done)
        total += _binomial_small(absorb(h, part), take, p)
        done += take
        part += 1
    return np.int64(n) - total if flipped else total


@kernel
def _gamma_at_least_one(h, shape):
    """Marsaglia & Tsang 2000; the k-th try reads words 2k and 2k+1 of the key."""
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    word = np.uint64(0)
    while True:
        x = normal(absorb(h, word))
        v = 1.0 + c * x
        u = unit_open(absorb(h, word + _ONE))
        word += np.uint64(2)
        if v > 0.0:
            v = v * v * v
            if math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v


@kernel
def gamma(h, shape):
    """Gamma with the given shape > 0 and scale 1 (Marsaglia & Tsang 2000)."""
    if shape >= 1.0:
        return _gamma_at_least_one(h, shape)
    boost = unit_open(absorb(h, 0x67616D6D61))
    return _gamma_at_least_one(h, shape + 1.0) * boost ** (1.0 / shape)


@kernel
def fill_uniform(prefix, keys, out):
    """out[i] = uniform draw of keys[i]; shapes (n,), float64 out."""
    for i in range(keys.size):
        out[i] = unit(absorb(prefix, keys[i]))


@kernel
def fill_normal(prefix, keys, out):
    """out[i] = standard normal draw of keys[i]; shapes (n,)."""
    for i in range(keys.size):
        out[i] = normal(absorb(prefix, keys[i]))


@kernel
def fill_gamma(prefix, keys, shape, out):
    """out[i] = gamma draw of keys[i], scale 1; shapes (n,)."""
    for i in range(keys.size):
        out[i] = gamma(absorb(prefix, keys[i]), shape)
