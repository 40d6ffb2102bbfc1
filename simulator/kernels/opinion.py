"""Opinion rules."""


from simulator.kernels.compiling import kernel


@kernel
def friedkin_johnsen(opinion, heard, intrinsic, openness, step):
    """One exposure moves the opinion towards a mix of what was heard and one's intrinsic view.

    o <- o + step * (a * heard + (1 - a) * intrinsic - o), the relaxation form of
    Friedkin & Johnsen 1990, o = a W o + (1 - a) o0; `step` in [0, 1], step 0 changes no bit.
    """
    return opinion + step * (openness * heard + (1.0 - openness) * intrinsic - opinion)


@kernel
def intrinsic_opinion(taste, style, weight):
    """The view one would hold unaided: weight * taste * style, within [-1, 1]."""
    return min(1.0, max(-1.0, weight * taste * style))
