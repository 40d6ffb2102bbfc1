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

from typing import Any, NamedTuple

import numpy as np

from simulator.kernels import decisions
from simulator.kernels.compiling import inner, kernel
from simulator.kernels.diffusion.exposure import expose, exposure_state, forget
from simulator.kernels.diffusion.rule import HEAD, TAIL, Rule, adopt, plant, record, value
from simulator.kernels.rng import absorb, unit

DOSE = (1.0, 1.6, 1.5, 1.4)
"""D(1), D(2), ...; the last holds for every later exposure. Bao et al. 2013: a peak at two."""

_ONE = np.ones(1, np.int64)


class DoseParameters(NamedTuple):
    """Chances."""

    probabilities: np.ndarray
    """float64[n] or float64[1], p(w)."""
    doses: np.ndarray
    """float64[K], D(1), ..., D(K); float64[0] for the fractional rule."""
    followees: np.ndarray
    """int64[n], k(w); read by the fractional rule only."""
    weights: np.ndarray
    """int64[1], the 1 that every exposure counts."""


@inner
def _won(parameters, row, count):
    """Chance that one of the first `count` exposures of a row succeeded."""
    p, doses = value(parameters.probabilities, row), parameters.doses
    kept = 1.0
    for j in range(count):
        dose = doses[min(j, doses.size - 1)] if doses.size > 0 else (j + 1.0) / parameters.followees[row]
        kept *= 1.0 - min(1.0, p * dose)
    return 1.0 - kept


@kernel
def start(keys, luck, parameters, seeds, state):
    """Let the seeds adopt."""
    plant(seeds, state)


@kernel
def step(offsets, targets, keys, luck, parameters, state, now):
    """One tick; returns whether anybody adopted."""
    number = expose(offsets, targets, keys, luck, parameters.weights, state, now)
    for i in range(number):
        row = state.fresh[i]
        if unit(absorb(luck, keys[row])) < _won(parameters, row, state.received[row]):
            adopt(row, now, state)
    return state.cursor[TAIL] > state.cursor[HEAD]


@kernel
def run(offsets, targets, keys, prefix, parameters, seeds, state, ticks, first, last, outcome):
    """Run the replications first to last - 1."""
    for replication in range(first, last):
        luck = absorb(prefix, replication)
        plant(seeds, state)
        now, active = 0, True
        while active and now < ticks:
            now += 1
            active = step(offsets, targets, keys, luck, parameters, state, now)
        record(state, replication, outcome)
        forget(state)


def parameters(probability: Any, doses: Any = DOSE, followees: Any = None) -> DoseParameters:
    """Parameters from numbers; `doses` None for the fractional rule, which needs the followees."""
    return DoseParameters(
        np.atleast_1d(np.asarray(probability, np.float64)),
        np.empty(0) if doses is None else np.asarray(doses, np.float64),
        np.empty(0, np.int64) if followees is None else followees,
        _ONE,
    )


def example(followees, m, seeds, strength):
    """The default doses."""
    return parameters(strength)


RULE = Rule(
    "dose_response", "Bao, Shen, Chen & Cheng 2013; Feng et al. 2015", decisions.DOSE_RESPONSE,
    example, exposure_state, start, step, run,
)
