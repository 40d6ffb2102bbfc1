"""SIR: the infected recover and are immune.

Source: Kermack & McKendrick 1927, "A contribution to the mathematical theory of epidemics", Proc. R. Soc. A
115:700-721; Newman 2002, "Spread of epidemic disease on networks", Phys. Rev. E 66:016128. In one tick::

    S -> I  with chance  1 - product of (1 - beta(v, w)) over the infectious followees v of w
    I -> R  with chance  gamma(w)

The infected of tick t infect from tick t + 1 on, and in the tick in which they recover. gamma = 1 is a fixed period of
one tick: the independent cascade. On a random graph the share S ever infected solves S = 1 - exp(-R0 S).
"""

from simulator.kernels import decisions
from simulator.kernels.diffusion.compartments import epidemic_state, parameters, run, start, step
from simulator.kernels.diffusion.rule import Rule


def example(followees, m, seeds, strength):
    """Half of the infected recover in a tick."""
    return parameters(strength, 0.5)


RULE = Rule("sir", "Kermack & McKendrick 1927; Newman 2002", decisions.SIR, example, epidemic_state, start, step, run)
