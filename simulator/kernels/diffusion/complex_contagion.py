"""Complex contagion: adoption needs, or is helped by, several distinct adopters.

Source: Centola & Macy 2007, "Complex contagions and the weakness of long ties", AJS 113:702-734 (absolute threshold);
Watts 2002, "A simple model of global cascades on random networks", PNAS 99:5766-5771 (relative threshold); Centola
2010, "The spread of behavior in an online social network experiment", Science 329:1194-1197 (reinforcement). With c(w)
distinct followees who adopted by t::

    absolute    w adopts at t + 1  <=>  c(w) >= k
    relative    w adopts at t + 1  <=>  c(w) >= share * followees(w)
    hazard      the c-th adopter wins w with chance h(c) = h0 (1 + r1 [c >= 2] + r2 [c >= 3])

The hazard depends on the number of adopters only, not on who they are. So the chances of a user in turn are the same in
law as one draw U(w), keyed by (seed, replication, key of w), with w adopting once U(w) < 1 - product of (1 - h(j)) over
j up to c(w) (Kempe, Kleinberg & Tardos 2003, section 3): nothing depends on the order of adopters within a tick.
"""

from typing import Any

import numpy as np

from simulator.kernels import decisions
from simulator.kernels.diffusion.exposure import exposure_state, run, start, step, threshold_parameters
from simulator.kernels.diffusion.rule import Rule


def parameters(needed: Any = None, hazards: Any = (0.0,)) -> Any:
    """Parameters from the distinct adopters needed (int, or int64[n]), or from hazards h(1), ..., h(K), 0 to 1.

    The last hazard holds for every later adopter.
    """
    if needed is not None:
        return threshold_parameters(needed=needed)
    return threshold_parameters(scales=np.ones(1, np.int64), probabilities=1.0, doses=hazards)


def example(followees, m, seeds, strength):
    """Hazards that grow with the number of adopters."""
    return parameters(hazards=(0.6 * strength if strength < 1.0 else 1.0, 0.8 * strength, strength))


RULE = Rule(
    "complex_contagion", "Centola & Macy 2007; Watts 2002; Centola 2010", decisions.COMPLEX_CONTAGION,
    example, exposure_state, start, step, run,
)
