"""Keyed randomness in plain Python integers: the specification of `simulator.kernels.rng`, down to the last bit.

A key is (seed, decision, who, what, when). Its hash absorbs one word after the other with SplitMix64's increment and
finaliser (Steele, Lea & Flood 2014, mix 13 of Stafford). Both have an inverse, so that no two keys that differ in one
word can meet: here the inverses are written out.
"""

WORD = (1 << 64) - 1
G = 0x9E3779B97F4A7C15
M1, M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def mix(x):
    """SplitMix64's finaliser: xor-shift, multiply, xor-shift, multiply, xor-shift."""
    x &= WORD
    x = (x ^ (x >> 30)) * M1 & WORD
    x = (x ^ (x >> 27)) * M2 & WORD
    return x ^ (x >> 31)


def unmix(y):
    """The word that `mix` turns into y."""
    y = _unshift(y, 31)
    y = _unshift(y * pow(M2, -1, 1 << 64) & WORD, 27)
    return _unshift(y * pow(M1, -1, 1 << 64) & WORD, 30)


def _unshift(y, by):
    """The x with x ^ (x >> by) == y: its upper bits stand in y, and give the next lower ones."""
    x = y
    for _ in range(64 // by):
        x = y ^ (x >> by)
    return x


def absorb(h, word):
    """Add one word of a key to the hash h."""
    return mix(h + G * (word + 1))


def absorbed(h, result):
    """The word whose absorption turned h into result."""
    return ((unmix(result) - h) * pow(G, -1, 1 << 64) - 1) & WORD


def key_hash(seed, decision, *words):
    """Hash of a whole key; without words, the prefix of all keys of one decision of a run."""
    h = mix(seed + G)
    for word in (decision, *words):
        h = absorb(h, word)
    return h


def splitmix64(seed, count):
    """The first outputs of the generator SplitMix64, whose state grows by G at every step."""
    return [mix(seed + k * G) for k in range(1, count + 1)]


def unit(h):
    """The upper 53 bits as a number in [0, 1)."""
    return (h >> 11) / 2**53


def unit_open(h):
    """The midpoint of one of 2**52 equal cells of (0, 1), by the upper 52 bits."""
    return ((h >> 12) + 0.5) / 2**52
