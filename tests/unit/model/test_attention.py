"""Ways by which market posts are seen: late discovery, the trending list."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from simulator.agents.users import User
from simulator.kernels import decisions, rng
from simulator.model.market import CommerceModel
from simulator.model.posts import PostTable, empty_batch
from simulator.model.trends import listed
from tests.support.worlds import busy, on

SEED = 11


def run(*settings, **arguments):
    model = CommerceModel(busy("public_feed", 800, *settings), rng=SEED, **arguments)
    model.run_model()
    return model


def affordances(**blocks):
    return on("public_feed", **blocks)


def counted(model, name):
    from simulator.kernels.state import COUNTERS

    return int(np.sum(model.panel, axis=(0, 1, 2))[COUNTERS.index(name)])


# -- late discovery


def test_a_copy_is_seen_at_most_once_however_often_one_looks():
    """Everything missed is found at once: who comes often enough sees all, and nothing twice."""
    quiet = affordances(trending={"enabled": False}, fatigue={"enabled": False}, feed={"scroll_depth": 1})
    never = run(*quiet, *affordances(late_discovery={"enabled": False}))
    always = run(*quiet, *affordances(late_discovery={"enabled": True, "share": 1, "least_hours": 0.01}))
    seen = (counted(never, "impressions"), counted(always, "impressions"))
    assert 0 < 2 * seen[0] < seen[1] <= always.deliveries


def test_delays_of_late_discovery_are_log_uniform():
    """By closed form P(found within t) = share * ln(t / least) / ln(most / least); false alarm below 1e-4 (4 sd)."""
    feed = SimpleNamespace(late_share=0.14, late_least=30.0, late_spread=600.0)
    market = SimpleNamespace(luck=SimpleNamespace(late=int(rng.stream(SEED, decisions.LATE_DISCOVERY))))
    n = 20_000
    for waited in (60, 600, 6000, 18_000):
        found = 0
        for key in range(n):
            reader = SimpleNamespace(market=market, key=key)
            post = SimpleNamespace(platform=SimpleNamespace(feed=feed), key=99, visible=0)
            found += User.discovers(reader, post, SimpleNamespace(minute=waited))
        expected = 0.14 * np.log(waited / 30.0) / np.log(600.0)
        assert abs(found / n - expected) < 4 * np.sqrt(expected * (1 - expected) / n)


# -- the trending list


def platform_with(posts):
    """A platform whose posts are (minute, key, root, kind) and nothing else."""
    table = PostTable(life_ticks=1000)
    for tick, (minute, key, root, kind) in enumerate(posts):
        batch = empty_batch(1)
        batch.minute[:], batch.key[:], batch.root[:], batch.kind[:] = minute, key, root, kind
        batch.author_key[:] = tick
        table.append(batch, tick)
    return SimpleNamespace(posts=table, affordances=SimpleNamespace(active=lambda name: False))


def test_the_list_ranks_roots_by_reposts_of_the_last_hours():
    old = [(m, 100 + m, 1, 4) for m in range(10)]
    recent = [(200, 201, 2, 4), (210, 202, 2, 4), (220, 203, 3, 4), (299, 205, 77, 4), (300, 206, 3, 4)]
    platform = platform_with([(0, 1, 1, 0), (0, 2, 2, 3), (0, 3, 3, 3), *old, *recent])
    parameters = SimpleNamespace(entries=5, window_hours=2.0)
    ids = {1: 1, 2: 2, 3: 3}
    assert listed(platform, 300, parameters, SEED).tolist() == [ids[2], ids[3]], "77 has expired, 1 is out of date"
    assert listed(platform, 300, SimpleNamespace(entries=1, window_hours=2.0), SEED).tolist() == [ids[2]]
    assert listed(platform, 300, SimpleNamespace(entries=5, window_hours=6.0), SEED).tolist() == [1, 2, 3]
    platform.posts.low = 3
    platform.posts._live = None
    assert listed(platform, 300, SimpleNamespace(entries=5, window_hours=6.0), SEED).tolist() == [3]


def test_ties_on_the_list_are_broken_by_key_and_seed_alone():
    posts = [(0, key, key, 3) for key in range(1, 9)] + [(10, 20 + key, key, 4) for key in range(1, 9)]
    there, back = platform_with(posts), platform_with(posts[7::-1] + posts[8:])
    parameters = SimpleNamespace(entries=20, window_hours=1.0)
    orders = []
    for seed in range(6):
        one, other = listed(there, 60, parameters, seed), listed(back, 60, parameters, seed)
        assert (9 - one).tolist() == other.tolist()
        orders.append(tuple(one.tolist()))
    assert len(set(orders)) > 1


def test_people_learn_of_offers_from_the_list():
    """Some know an offer from the list first; each view is counted as an impression too."""
    alone = affordances(trending={"look": 1, "depth": 50}, feed={"life_days": 10})
    model = run(*alone)
    told = counted(model, "trend_views")
    exposed = sum(int((model.state.columns["marks"][:, b] >> 2 & 7 == 7).sum()) for b in range(4))
    assert 0 < exposed <= told <= counted(model, "impressions")
    reposted = np.concatenate([batch.kind for _, batch in model.state.platforms[0].posts.records]) == 4
    assert reposted.any()
