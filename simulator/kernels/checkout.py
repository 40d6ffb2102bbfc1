"""Checkout: a chain of steps, one uniform an attempt, so arms with more or fewer steps stay coupled."""

import math

from simulator.kernels.compiling import inner, kernel
from simulator.kernels.half import from_half
from simulator.kernels.state import BY_ENTRY, MOST_STEPS, NATIVE, ORDINARY, PASSED, PAYMENTS, TRIED

LEAST_BURDEN, MOST_BURDEN = 0.25, 4.0


@inner
def bound_by(minute, params):
    """Share of users who have bound an account by a minute: none before payment starts, then an S-curve."""
    since = (minute - params.pay_start) / params.bound_half
    if since < 0.0:
        return 0.0
    curve = since * since / (1.0 + since * since)
    return params.bound_share + (1.0 - params.bound_share) * params.bound_growth * curve


@inner
def step_loss(me, price_fen, device, params):
    """People lost a step: on a phone the more, the dearer the goods are for one's income."""
    if device != 0:
        return params.loss_pc
    burden = math.pow(from_half(me.price_scale) * price_fen / params.dear_fen, params.phone_burden)
    return 1.0 - math.pow(1.0 - params.loss_phone, min(MOST_BURDEN, max(LEAST_BURDEN, burden)))


@kernel
def steps_passed(u, steps, loss, passed=0, entry=1.0):
    """How many of `steps` an attempt passes: step s is passed when u < (1 - loss)^s.

    All are passed with probability (1 - loss)^steps. A cart that has `passed` some steps goes on from there; `entry` is
    the chance to begin at all.
    """
    keep = entry
    for step in range(passed, steps):
        keep *= 1.0 - loss
        if u >= keep:
            return step
    return steps


@inner
def payment_mode(entered, bound):
    """How an attempt is paid: who came by an entry point uses its checkout, bound or not."""
    return BY_ENTRY if entered else NATIVE if bound else ORDINARY


@inner
def tally_steps(counters, brand, device, mode, begun, passed, steps):
    """Count the steps an attempt tried, from `begun` on, and those it passed."""
    at = (device * PAYMENTS + mode) * MOST_STEPS
    for step in range(begun, min(passed + 1, steps)):
        counters[brand, TRIED + at + step] += 1
        if step < passed:
            counters[brand, PASSED + at + step] += 1
