"""One hash of what every registered rule, and the rules beside them, do on a small graph."""

import hashlib
import json

import numpy as np

from simulator.diffusion import (
    RULES,
    deffuant,
    friedkin_johnsen,
    hegselmann_krause,
    independent_cascade,
    limited_attention,
    linear_threshold,
    select_seeds,
    weighted_cascade,
)
from simulator.diffusion.inputs import followee_counts
from simulator.diffusion.runner import Call
from tests.support.cascades import random_graph


def _digest(*arrays):
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def rule_hashes():
    """Rule -> hash of sizes, frequencies, times and parents."""
    graph, seeds, found = random_graph(30, 120, 1), np.array([1, 2], np.int32), {}
    keys, opinions = np.arange(30, dtype=np.uint32), np.linspace(-1, 1, 30)
    for name, rule in RULES.items():
        parameters = rule.parameters(followee_counts(graph), graph.n_edges, 2, 0.4)
        call = Call(rule, [graph], keys, 3, parameters, seeds, 8)
        outcome, state = call.run(4, 1, None), call.replay(2, True)
        later = state.time > 0
        found[name] = _digest(outcome.sizes, outcome.frequencies, state.time, state.parent[later[: state.parent.size]])
    for draws in ("skips", "lanes"):
        cascade = independent_cascade(graph, seeds, probability=0.3, draws=draws, replications=4, seed=1)
        found[draws] = _digest(cascade.final_sizes, cascade.frequencies, cascade.parents(3))
    weights = 0.9 / followee_counts(graph)[graph.targets]
    found["weighted_threshold"] = _digest(linear_threshold(graph, seeds, weights=weights, replications=4).frequencies)
    for model in ("ic", "lt"):
        chosen = select_seeds(graph, 2, model=model, max_sets=300)
        found[f"seeds_{model}"] = _digest(chosen.seeds, np.float64(chosen.spread))
    found["weighted_cascade"] = _digest(weighted_cascade(graph, seeds, replications=4).frequencies)
    found["memes"] = _digest(*limited_attention(graph, queue=3, innovation=0.2, ticks=5).memes[0])
    for opinion_rule in (friedkin_johnsen, hegselmann_krause, deffuant):
        found[opinion_rule.__name__] = _digest(opinion_rule(graph, opinions, ticks=5).opinions)
    return found


if __name__ == "__main__":
    import sys
    import warnings

    warnings.simplefilter("ignore", RuntimeWarning)  # interpreted uint64 arithmetic warns where it wraps, as it must
    sys.stdout.write(json.dumps(rule_hashes()))
