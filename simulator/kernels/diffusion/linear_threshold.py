"""Linear threshold.

Source: Granovetter 1978, "Threshold models of collective behavior", AJS 83:1420-1443; Kempe, Kleinberg & Tardos 2003,
"Maximizing the spread of influence through a social network", KDD, section 2.1. User w has a threshold theta(w),
uniform on [0, 1), and gives weight b(v, w) to each followee v, sum over v at most 1::

    w adopts at t + 1  <=>  sum of b(v, w) over the v that adopted by t  >=  theta(w)

theta(w) is one uniform draw keyed by (seed, replication, key of w), or a given number. Weights are counted in units of
1 / scale(w), so that a sum does not depend on its order: a whole weight is `scale`, by default the number of followees.
"""

import numpy as np

from simulator.kernels import decisions
from simulator.kernels.diffusion.exposure import SLACK, exposure_state, run, start, step, threshold_parameters
from simulator.kernels.diffusion.rule import Rule

UNITS = 1 << 40
"""Scale of weights that are not one over the number of followees."""


def parameters(scales, weights=None, thresholds=None):
    """Parameters from scales int64[n] or int64[1], weights in units int64[m] or None for 1 each, and thresholds.

    `thresholds` is float64[n] or float64[1]; None if they are drawn.
    """
    needed = None if thresholds is None else np.ceil((thresholds - SLACK) * scales)
    return threshold_parameters(weights=weights, needed=needed, scales=scales)


def example(followees, m, seeds, strength):
    """Weights that add up to `strength`."""
    whole = np.where(followees > 0, followees, 1)
    if strength == 1.0:
        return parameters(np.ones(1, np.int64))
    return parameters(np.round(whole / max(strength, 1.0 / UNITS)).astype(np.int64))


RULE = Rule(
    "linear_threshold", "Kempe, Kleinberg & Tardos 2003", decisions.LINEAR_THRESHOLD,
    example, exposure_state, start, step, run,
)
