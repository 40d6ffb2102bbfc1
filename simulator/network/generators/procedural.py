"""Follow graphs that take no memory: see `simulator.network.procedural`."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.network.inputs import GraphInputs
from simulator.network.procedural import ProceduralGraph, ProceduralParameters


class ProceduralGenerator:
    """Directed graph computed from a hash, for populations past the memory limit.

    It knows users by key and region only: follower counts rise with popularity because they share its luck.
    """

    name = "procedural"
    parameters = ProceduralParameters
    needs: tuple[str, ...] = ()
    expected: Mapping[str, tuple[float, float]] = {
        "mean_followees": (30.0, 122.0),
        "follower_exponent": (1.9, 2.6),
        "reciprocity": (0.03, 0.15),
        "largest_follower_share": (0.0, 0.1),
        "giant_component_share": (0.99, 1.0),
    }

    def generate(self, view: GraphInputs, parameters: ProceduralParameters, seed: int) -> ProceduralGraph:
        """The graph of the users in `view`; row i is user key i."""
        return ProceduralGraph(view.n, seed, parameters, view.starts)


GENERATOR = ProceduralGenerator()
