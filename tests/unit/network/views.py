"""Users for the network tests, drawn independently of the package."""

import numpy as np

from simulator.network.inputs import GraphInputs, region_starts

SHARES = (0.073, 0.039, 0.109, 0.088, 0.05, 0.08, 0.033, 0.059, 0.469)


def make_view(n, seed=0, regions=SHARES):
    """Pareto popularity (density exponent 2.2, minimum 1), lognormal sociability (.7), normal taste."""
    rng = np.random.default_rng(seed)
    region = np.sort(rng.choice(len(regions), size=n, p=regions)).astype(np.uint8)
    popularity = (1.0 - rng.random(n)) ** (-1.0 / 1.2)
    sociability = np.exp(0.7 * rng.standard_normal(n))
    taste = rng.standard_normal(n)
    return GraphInputs(
        n, region_starts(region), *(column.astype(np.float32) for column in (popularity, sociability, taste))
    )
