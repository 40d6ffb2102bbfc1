"""Weighted cascade.

Source: Kempe, Kleinberg & Tardos 2003, "Maximizing the spread of influence through a social network", KDD, section 4: an
independent cascade in which every follower is won by one followee on average, were all to adopt::

    p(v, w) = 1 / (number of followees of w)
"""

from typing import Any

import numpy as np


def edge_chances(targets: Any, followees: Any) -> Any:
    """Chance of every edge, float64[m]; `targets` int32[m], `followees` int64[n] the in-degrees."""
    return 1.0 / np.maximum(followees, 1)[targets]
