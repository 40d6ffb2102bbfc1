"""SI: whoever is infected stays infectious.

Source: Kermack & McKendrick 1927, "A contribution to the mathematical theory of epidemics", Proc. R. Soc. A
115:700-721, without recovery. With A(t) the infected at tick t, and U keyed by (seed, replication, v, ticks since v fell ill, w)::

    w in A(t + 1)  <=>  w in A(t), or U(v, w) < beta(v, w) for some followee v in A(t)
"""

from simulator.kernels import decisions
from simulator.kernels.diffusion.compartments import epidemic_state, parameters, run, start, step
from simulator.kernels.diffusion.rule import Rule


def example(followees, m, seeds, strength):
    """Nobody recovers."""
    return parameters(strength)


RULE = Rule("si", "Kermack & McKendrick 1927", decisions.SI, example, epidemic_state, start, step, run)
