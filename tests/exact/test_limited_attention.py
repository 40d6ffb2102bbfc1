"""Memes under limited attention: against their twin, and where counts are known. Seeds are pinned."""

import numpy as np
import pytest

from simulator.diffusion import limited_attention
from simulator.errors import InputError
from simulator.network.csr import CSRGraph
from tests.naive import limited_attention as naive
from tests.support.cascades import followers_of, path, random_graph, two_sided

GRAPH = random_graph(40, 240, 1)
FALSE_ALARM = 1e-6
"""Chance that a right kernel would fail a test here, had the seed not been pinned."""


@pytest.mark.parametrize("queue", [1, 4])
def test_twin(queue):
    rng = np.random.default_rng(2)
    mu, activity, keys = rng.random(40) * 0.4, rng.random(40), rng.choice(2**32, 40, replace=False)
    result = limited_attention(
        GRAPH, queue=queue, innovation=mu, activity=activity, ticks=25, replications=3, seed=4, keys=keys, threads=2
    )
    for r in range(3):
        twin = naive.limited_attention(
            followers_of(GRAPH), keys.tolist(), queue, mu.__getitem__, activity.__getitem__, 25, 4, r
        )
        assert np.transpose(result.memes[r]).tolist() == twin


def test_without_reposts_every_meme_has_one_post():
    result = limited_attention(GRAPH, queue=3, innovation=1.0, ticks=50)
    assert result.popularity().tolist() == [1] * (40 * 50)
    assert limited_attention(GRAPH, queue=3, innovation=0.0, ticks=50).popularity().size == 0


def test_new_memes_are_binomial():
    """Whether an active user innovates does not depend on the queues: Binomial(n ticks, activity * mu) new memes."""
    result = limited_attention(GRAPH, queue=2, innovation=0.1, activity=0.5, ticks=1000, seed=5)
    assert two_sided(result.popularity().size, 40_000, 0.05) > FALSE_ALARM
    assert two_sided(result.popularity().size, 40_000, 0.05 * 1.15) < FALSE_ALARM


def test_mean_popularity_is_one_over_mu():
    """Once everybody holds a meme every active user posts: posts per meme are n ticks / memes."""
    ring = np.arange(40)
    graph = CSRGraph.from_edges(ring, (ring + 1) % 40, 40)
    result = limited_attention(graph, queue=2, innovation=0.2, ticks=1000, seed=6)
    posts, memes = result.popularity().sum(), result.popularity().size
    assert 40_000 - 40 * 40 < posts <= 40_000
    assert two_sided(memes, 40_000, 0.2) > FALSE_ALARM


@pytest.mark.parametrize("queue", [1, 3, 7])
def test_a_queue_forgets(queue):
    """User 0 posts a new meme every tick; user 1 reposts one of the last `queue`, and over time each of them."""
    result = limited_attention(path(1), queue=queue, innovation=[1.0, 0.0], ticks=400, seed=7)
    memes = result.memes[0]
    assert (memes.author == 0).all()
    assert (memes.last - memes.born).max() == queue


def test_tables_and_refusals():
    result = limited_attention(GRAPH, queue=2, innovation=0.5, ticks=5, replications=2)
    table = result.to_pandas()
    assert list(table.columns) == ["replication", "born", "last", "author", "posts"]
    assert table.groupby("replication")["posts"].sum().tolist() == [result.popularity(r).sum() for r in range(2)]
    assert "limited attention" in result._repr_html_()
    assert "mean_posts" in repr(result)
    with pytest.raises(InputError, match="queue: 0; allowed: 1 or more"):
        limited_attention(GRAPH, queue=0, innovation=0.5, ticks=5)
    with pytest.raises(InputError, match="innovation: a number outside"):
        limited_attention(GRAPH, queue=1, innovation=1.5, ticks=5)
    with pytest.raises(InputError, match="replication 2 does not exist"):
        result.popularity(2)
