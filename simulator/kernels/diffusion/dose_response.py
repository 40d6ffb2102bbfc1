"""Independent cascade with a dose response: the chance of a hop depends on how often the user has been exposed.

Source: Bao, Shen, Chen & Cheng 2013, "Cumulative effect in information diffusion: empirical study on a microblogging
network", PLoS ONE 8:e76027 (reposting peaks at two exposures); Feng, Hu, Li, Stanley, Havlin & Braunstein 2015,
"Competing for attention in social media under information overload conditions", PLoS ONE 10:e0126090 (fractional SIR).
Exposure m of user w, who has k(w) followees, succeeds with chance::

    dose         p(w) D(m)          D = 1, 1.6, 1.5, 1.4, 1.4, ... by default
    fractional   p(w) m / k(w)

cut at 1. It depends on the number of exposures only, so one draw U(w), keyed by (seed, replication, key of w), serves:
w adopts once U(w) < 1 - product over the exposures so far of (1 - chance). With D = 1 the rule is the independent
cascade in law, with chances that belong to the exposed.
"""

from typing import Any

import numpy as np

from simulator.kernels import decisions
from simulator.kernels.diffusion.exposure import exposure_state, run, start, step, threshold_parameters
from simulator.kernels.diffusion.rule import Rule

DOSE = (1.0, 1.6, 1.5, 1.4)
"""D(1), D(2), ...; the last holds for every later exposure. Bao et al. 2013: a peak at two."""


def parameters(probability: Any, doses: Any = DOSE, followees: Any = None) -> Any:
    """Parameters from p(w), a number or float64[n], and doses; `doses` None for the fractional rule.

    The fractional rule needs the followees, int64[n].
    """
    scales = np.ones(1, np.int64) if followees is None else np.maximum(followees, 1)
    return threshold_parameters(scales=scales, probabilities=probability, doses=doses)


def example(followees, m, seeds, strength):
    """The default doses."""
    return parameters(strength)


RULE = Rule(
    "dose_response", "Bao, Shen, Chen & Cheng 2013; Feng et al. 2015", decisions.DOSE_RESPONSE,
    example, exposure_state, start, step, run,
)
