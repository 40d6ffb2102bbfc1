"""SIS: the recovered are susceptible again.

Source: Pastor-Satorras & Vespignani 2001, "Epidemic spreading in scale-free networks", Phys. Rev. Lett. 86:3200-3203;
in discrete time Gomez, Arenas, Borge-Holthoefer, Meloni & Moreno 2010, EPL 89:38009, with reinfection in the tick of
recovery::

    i(t + 1) = (1 - gamma) i(t) + (1 - (1 - gamma) i(t)) q(t)      q = 1 - (1 - beta)^(number of infectious followees)

Draws are keyed by the tick.
"""

from simulator.kernels import decisions
from simulator.kernels.diffusion.compartments import epidemic_state, parameters, run, start, step
from simulator.kernels.diffusion.rule import Rule


def example(followees, m, seeds, strength):
    """Half of the infected recover in a tick."""
    return parameters(strength, 0.5, returning=True)


RULE = Rule("sis", "Gomez et al. 2010", decisions.SIS, example, epidemic_state, start, step, run)
