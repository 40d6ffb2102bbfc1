"""From whom posts are kept: who muted their brand, and who is left out of a brand's own messages."""

import numpy as np

from simulator.kernels.compiling import inner
from simulator.kernels.state import MUTED, WITHHELD

OTHERS = np.uint8(2)
"""Post kinds below this one are a brand's own: by its account, or paid on an opinion leader's."""


@inner
def kept_from(marks, kind):
    """Whether a post of this kind is not shown to a user with these marks for its brand."""
    return (marks & MUTED) != 0 or (kind < OTHERS and (marks & WITHHELD) != 0)
