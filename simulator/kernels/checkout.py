"""Checkout: a chain of steps, one uniform an attempt, so arms with more or fewer steps stay coupled."""


from simulator.kernels.compiling import kernel


@kernel
def steps_passed(u, steps, loss):
    """How many of `steps` an attempt passes: step s is passed when u < (1 - loss)^s.

    All are passed with probability (1 - loss)^steps.
    """
    keep = 1.0
    for passed in range(steps):
        keep *= 1.0 - loss
        if u >= keep:
            return passed
    return steps
