"""SI, SIR, SIS, SEIR: against their twin, and where their law is known. Seeds are pinned."""

import numpy as np
import pytest

from simulator.diffusion import endemic_level, seir, si, sir, sis
from tests.naive.epidemic import epidemic
from tests.support.cascades import agree, complete, edge_place, edges, followers_of, path, random_graph, two_sided

FALSE_ALARM = 1e-6
"""Chance that a right kernel would fail a test here, had the seed not been pinned."""

N, TICKS = 40, 15
RULES = {
    "si": (si, {}),
    "sir": (sir, {"recovery": 0.4}),
    "sis": (sis, {"recovery": 0.4}),
    "seir": (seir, {"recovery": 0.4, "incubation": 0.5}),
}


def twin_of(name, graphs, keys, beta, seed):
    def twin(replication):
        given = RULES[name][1]
        return epidemic(
            name,
            graphs,
            keys,
            [3, 7],
            beta,
            lambda w: given.get("recovery", 0.0),
            lambda w: given.get("incubation"),
            TICKS,
            seed,
            replication,
        )

    return twin


def same_as(result, twin):
    agree(result, lambda r: twin(r)[:2])
    for replication in range(result.replications):
        assert result.counts[replication].tolist() == twin(replication)[2]


@pytest.mark.parametrize("name", RULES)
def test_twin(name):
    graph, rule = random_graph(N, 160, 1), RULES[name][0]
    rng = np.random.default_rng(2)
    betas, keys = rng.random(graph.n_edges) * 0.5, rng.choice(2**32, N, replace=False)
    result = rule(graph, [3, 7], infection=betas, ticks=TICKS, replications=6, seed=9, keys=keys, **RULES[name][1])
    follow = followers_of(graph)
    names = dict(enumerate(keys.tolist()))
    same_as(result, twin_of(name, lambda t: follow, names, lambda v, w: betas[edge_place(graph, v, w)], 9))


@pytest.mark.parametrize("name", RULES)
def test_twin_on_changing_edges(name):
    graphs, rule = [random_graph(N, 120, k) for k in range(4)], RULES[name][0]
    given = {"infection": 0.25, "ticks": TICKS, "replications": 4, "seed": 5, **RULES[name][1]}
    follow = [followers_of(graph) for graph in graphs]
    names = dict(enumerate(range(N)))
    twin = twin_of(name, lambda t: follow[min(t, 3)], names, lambda v, w: 0.25, 5)
    same_as(rule(graphs, [3, 7], **given), twin)
    called = []
    by_function = rule(lambda t: called.append(t) or graphs[min(t, 3)], [3, 7], threads=2, **given)
    same_as(by_function, twin)
    assert called == list(range(TICKS))


def test_si_reaches_everybody_and_takes_its_time():
    """On a path each hop waits a geometric time: mean 1 / beta, variance (1 - beta) / beta**2.

    The mean over 2,000 replications of the time of 10 hops has standard error sqrt(10 * 12 / 2000) = .245 at
    beta = .25; five of them, 1.2, is a false alarm below 1e-6 and catches a beta 3 % off.
    """
    result = si(path(10), 0, infection=0.25, ticks=150, replications=2000, seed=1)
    assert (result.final_sizes == 11).all()
    ticks_until_all = (result.counts[:, :, 0] > 0).sum(axis=1)
    assert ticks_until_all.mean() == pytest.approx(40.0, abs=1.23)
    assert result.adoption_times(5)[10] == ticks_until_all[5]


@pytest.mark.parametrize(("beta", "gamma"), [(0.3, 1.0), (0.2, 0.25), (0.5, 0.5)])
def test_transmission_of_one_edge(beta, gamma):
    """An edge passes with chance T = beta / (1 - (1 - beta)(1 - gamma)), in SIR and SEIR alike."""
    chance = beta / (1.0 - (1.0 - beta) * (1.0 - gamma))
    result = sir(path(1), 0, infection=beta, recovery=gamma, replications=20_000, seed=2)
    assert two_sided(result.frequencies[1], 20_000, chance) > FALSE_ALARM
    late = seir(path(2), 0, infection=beta, recovery=gamma, incubation=0.3, replications=20_000, seed=3)
    assert two_sided(late.frequencies[2], 20_000, chance**2) > FALSE_ALARM
    assert two_sided(result.frequencies[1], 20_000, 1.1 * chance) < FALSE_ALARM  # a chance 10 % off is caught


def test_incubation_is_geometric():
    """Exposed at 1 for sure, 1 infects 2 in the tick after it becomes infectious: at 2 + k with k geometric."""
    result = seir(path(2), 0, infection=1.0, incubation=0.4, replications=2000, seed=4)
    times = np.array([result.adoption_times(r)[2] for r in range(2000)])
    for k in (1, 2, 3):
        assert two_sided((times == 2 + k).sum(), 2000, 0.4 * 0.6 ** (k - 1)) > FALSE_ALARM
    assert times.min() == 3


def test_final_size():
    """With a period of one tick an epidemic that takes off reaches a share S = 1 - exp(-R0 S) of a random graph.

    S has standard deviation sqrt(S (1 - S) / n) / (1 - R0 (1 - S)) = .0047 at n = 20,000 and R0 = 2, graph and draws
    together; five of these, .024, is a false alarm below 1e-6 and catches an R0 that is 7 % off.
    """
    n, rng = 20_000, np.random.default_rng(5)
    graph = random_graph(n, rng.poisson(n * 20.0), 6)
    result = sir(graph, np.arange(10), infection=0.1, replications=10, seed=6)
    share = 0.5
    for _ in range(200):
        share = 1.0 - np.exp(-2.0 * share)
    taken_off = result.final_sizes[result.final_sizes > n // 10]
    assert taken_off.mean() / n == pytest.approx(share, abs=0.024)


def test_endemic_level():
    """On a complete graph SIS settles at the mean-field level i of `endemic_level`.

    Its fluctuations shift the mean by about (1 / n) * curvature, below .002 at n = 400. The mean over 150 ticks of 8
    replications has standard error below .0015 (deviation .03, correlation time below 3 ticks): .002 + 5 * .0015 =
    .0095 is a false alarm below 1e-6, and catches a beta that is 3 % off.
    """
    n, beta, gamma = 400, 2.0 / 400, 0.5
    level = endemic_level(n, beta, gamma)
    result = sis(complete(n), np.arange(200), infection=beta, recovery=gamma, ticks=200, replications=8, seed=7)
    assert result.states[2] == "infectious"
    assert result.counts[:, 50:, 2].mean() / n == pytest.approx(level, abs=0.0095)
    assert abs(endemic_level(n, 1.05 * beta, gamma) - level) > 0.0095
    assert endemic_level(n, 0.4 / n, gamma) == pytest.approx(0.0, abs=1e-9)


def test_reinfection_in_the_tick_of_recovery():
    """Two users who follow each other, both ill, certain infection and recovery: neither is ever well."""
    result = sis(edges(2, (0, 1), (1, 0)), [0, 1], infection=1.0, recovery=1.0, ticks=5)
    assert result.counts[0].tolist() == [[0, 0, 2, 0]] * 6
