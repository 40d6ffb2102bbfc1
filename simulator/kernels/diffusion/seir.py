"""SEIR: the infected are infectious after a time.

Source: Anderson & May 1991, "Infectious Diseases of Humans", Oxford University Press, chapter 6. In one tick::

    S -> E  with chance  1 - product of (1 - beta(v, w)) over the infectious followees v of w
    E -> I  with chance  sigma(w)
    I -> R  with chance  gamma(w)

Seeds are infectious at tick 0. The share ever infected is that of SIR: time in E delays infections, and
removes none.
"""

from simulator.kernels import decisions
from simulator.kernels.diffusion.compartments import epidemic_state, parameters, run, start, step
from simulator.kernels.diffusion.rule import Rule


def example(followees, m, seeds, strength):
    """Half of the exposed become infectious, half of the infectious recover in a tick."""
    return parameters(strength, 0.5, 0.5)


RULE = Rule("seir", "Anderson & May 1991", decisions.SEIR, example, epidemic_state, start, step, run)
