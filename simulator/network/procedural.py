"""A follow graph whose edges are computed, not stored."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.kernels import decisions
from simulator.kernels import procedural as kernels
from simulator.network.csr import MAX_ROWS, CSRGraph
from simulator.network.inputs import check_starts, prefix
from simulator.notebook import table_html
from simulator.parameters import Parameters, parameter
from simulator.types import OFFSET, TARGET, Array


class ProceduralParameters(Parameters):
    """Shape of a procedural follow graph."""

    mean_followers: float = parameter(
        60.0,
        doc="Mean number of followers, which is the mean number of followees.",
        unit="edges",
        source="Han et al. 2016 (mean 122 on all Weibo), scaled to active users",
        tag="P",
        low=0.1,
        high=1000.0,
    )
    exponent: float = parameter(
        2.2,
        doc="Exponent of the density of follower counts.",
        unit="-",
        source="published fits of follower counts on Weibo and Twitter, 1.9-2.6",
        tag="M-L",
        low=1.5,
        high=4.0,
    )
    largest_share: float = parameter(
        0.1,
        doc="Largest follower count, as a share of all users; at least four times the mean is always allowed.",
        unit="share of users",
        source="assumption: the largest accounts reach about a tenth of active users",
        tag="X",
        low=0.001,
        high=1.0,
    )
    homophily: float = parameter(
        0.4,
        doc="Share of followers drawn from the author's own region, the rest being drawn anywhere; equals the "
        "regional assortativity coefficient.",
        unit="share",
        source="sign: Han et al. 2016 (links between provinces); size assumed",
        tag="P",
        low=0.0,
        high=0.95,
    )
    reciprocity: float = parameter(
        0.08,
        doc="Share of follows that are answered, beyond chance; at most six ties a user, less those that collide.",
        unit="share",
        source="the band .03-.15 of follow networks is from Han et al. 2016; the point within it is assumed",
        tag="P",
        low=0.0,
        high=0.3,
    )


class ProceduralGraph:
    """Followers computed from a hash: no edge is stored, whatever the number of users.

    The follower count of a row is Pareto distributed and grows with the user's popularity. Followers at home and
    away are drawn in strata: the candidates, in key order, are cut into as many parts as followers are wanted, and
    one is taken from each. So a list is sorted and free of repetitions by construction, and the followers within a
    range of keys are found by arithmetic. Nobody follows himself. Users have partners by involutions of the keys, and
    a part of them follow each other; other edges are independent of their opposites. The number of followees is
    nearly Poisson.

    Parameters
    ----------
    n : int
        Number of users, at least 2. Rows are user keys.
    seed : int
    parameters : ProceduralParameters, optional
    region_starts : int64[R + 1], optional
        First key of each region, and n last; one region if absent.

    Attributes
    ----------
    mean_followers : float
        Expected followers, which is expected followees, of a user.
    law : kernels.procedural.ProceduralLaw
        The argument of the kernel functions `procedural_row`, `procedural_at` and `procedural_slice`.
    """

    def __init__(
        self,
        n: int,
        seed: int,
        parameters: ProceduralParameters | None = None,
        region_starts: Any = None,
    ):
        if not 2 <= n <= MAX_ROWS:
            raise InputError(f"a network of {n} users; allowed: 2 to {MAX_ROWS}")
        self.n = int(n)
        self.parameters = parameters or ProceduralParameters()
        starts = np.array([0, n] if region_starts is None else region_starts, OFFSET)
        check_starts(starts, self.n)
        self.mean_followers = mean = min(self.parameters.mean_followers, (n - 1) / 2)
        cap = largest_hub(n, mean, self.parameters.largest_share)
        self.law = kernels.ProceduralLaw(
            self.n,
            prefix(seed, decisions.POPULARITY),
            prefix(seed, decisions.PROCEDURAL_EDGE),
            1.0 / (self.parameters.exponent - 1.0),
            pareto_minimum(mean, self.parameters.exponent, cap),
            cap,
            float(self.parameters.homophily),
            starts,
            prefix(seed, decisions.PROCEDURAL_TIE),
            min(1.0, self.parameters.reciprocity * mean / kernels.PARTNERS),
        )

    def followers(self, row: int) -> Array:
        """The rows that see what `row` posts, ascending: int32[k]."""
        if not 0 <= row < self.n:
            raise InputError(f"row {row} does not exist; allowed: 0 to {self.n - 1}")
        out = np.empty(int(kernels.procedural_degree(self.law, row)), TARGET)
        kernels.procedural_fill(self.law, row, row + 1, out)
        return out

    def follower_counts(self, start: int = 0, stop: int | None = None) -> Array:
        """Number of followers of every row, or of the rows from `start` to `stop`: int64[n]."""
        stop = self.n if stop is None else stop
        out = np.empty(stop - start, np.int64)
        kernels.procedural_counts(self.law, start, stop, out)
        return out

    def materialise(self) -> CSRGraph:
        """The same graph with its edges stored."""
        offsets = np.zeros(self.n + 1, OFFSET)
        np.cumsum(self.follower_counts(), out=offsets[1:])
        targets = np.empty(int(offsets[-1]), TARGET)
        kernels.procedural_fill(self.law, 0, self.n, targets)
        return CSRGraph(self.n, offsets, targets)

    def __repr__(self) -> str:
        return f"ProceduralGraph(n={self.n:,}, mean_followers={self.parameters.mean_followers:g})"

    def _repr_html_(self) -> str:
        own = self.parameters
        facts = {
            "users": f"{self.n:,}",
            "mean followers": f"{self.mean_followers:g}",
            "exponent of follower counts": f"{own.exponent:g}",
            "most followers allowed": f"{self.law.cap:,}",
            "from the own region": f"{own.homophily:.0%}",
            "answered follows": f"{own.reciprocity:.0%}",
            "edges": "computed when asked for",
        }
        return table_html("ProceduralGraph", facts)


def largest_hub(n: int, mean: float, share: float) -> int:
    """Largest follower count allowed: `share` of all users, or four times the mean where that is more."""
    return int(max(1, min(n - 1, max(share * n, 4 * mean))))


def pareto_minimum(mean: float, exponent: float, cap: float) -> float:
    """The minimum of a Pareto law that has the given mean when it is capped.

    With k = exponent - 1 and minimum a, ``E min(X, c) = (k a - a**k c**(1 - k)) / (k - 1)``, and
    ``a (1 + log(c / a))`` at k = 1. It rises with a, so bisection finds the root.
    """
    k = exponent - 1.0

    def mean_at(a: float) -> float:
        if abs(k - 1.0) < 1e-9:
            return a * (1.0 + float(np.log(cap / a)))
        return float((k * a - a**k * cap ** (1.0 - k)) / (k - 1.0))

    low, high = 0.0, float(cap)
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (middle, high) if mean_at(middle) < mean else (low, middle)
    return high
