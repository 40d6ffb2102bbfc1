"""Half precision for what memory is short of: 11 significant bits, read and written through these two functions.

IEEE 754 binary16 without subnormals: what is below 6.1e-5 is stored as zero, so what decays comes to an end, and what
is above 65504 as 65504. Bits are uint16, since numba knows no such type.
"""

import numpy as np

from simulator.kernels.compiling import kernel

_SCALE = 2.0**112
"""Between the exponent biases of binary32 and binary16."""
LARGEST = 65504.0


@kernel
def from_half(bits):
    """The number that is stored, float64."""
    magnitude = np.uint32((np.uint32(bits) & np.uint32(0x7FFF)) << np.uint32(13))
    x = np.float64(magnitude.view(np.float32)) * _SCALE
    return -x if np.uint16(bits) & np.uint16(0x8000) else x


@kernel
def to_half(x):
    """The bits that store a number: rounded to binary32, then to the nearest, ties to even."""
    aligned = np.float32(min(abs(np.float64(x)), LARGEST)) * np.float32(1.0 / _SCALE)
    bits = np.uint32(np.float32(aligned).view(np.uint32))
    bits = (bits + np.uint32(0xFFF) + ((bits >> np.uint32(13)) & np.uint32(1))) >> np.uint32(13)
    stored = np.uint16(bits) if bits >= np.uint32(0x400) else np.uint16(0)
    return np.uint16(stored | np.uint16(0x8000)) if x < 0.0 else np.uint16(stored)


@kernel
def fill_half(values, out):
    """out[i] = bits of values[i]; shape (n,), uint16 out."""
    for i in range(values.size):
        out[i] = to_half(values[i])
