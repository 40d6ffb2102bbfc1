"""Ways by which market posts are seen: late discovery, the trending list, ranked feeds."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.agents.market_view import PlatformView
from simulator.agents.users import User
from simulator.kernels import decisions, rng
from simulator.kernels.ranking import POPULAR, RELEVANCE
from simulator.kernels.state import COUNTERS
from simulator.model.fraud import fakes
from simulator.model.heat import Heat
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
            post = SimpleNamespace(platform=SimpleNamespace(feed=feed), key=99, visible=0)
            reader = SimpleNamespace(market=market, key=key)
            reader.may_discover = partial(User.may_discover, reader)
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
    nothing = SimpleNamespace(active=lambda name: False)
    return SimpleNamespace(posts=table, affordances=nothing, table=SimpleNamespace(n=400))


def trend(entries, window_hours, ordinary_posts=0.0):
    return SimpleNamespace(
        entries=entries, window_hours=window_hours, ordinary_posts=ordinary_posts, reposted_share=0.1, tail=1.0
    )


def ids_listed(platform, now, parameters, seed=SEED):
    return listed(platform, now, parameters, seed)[:, 0].tolist()


def test_the_list_ranks_roots_by_reposts_of_the_last_hours():
    old = [(m, 100 + m, 1, 4) for m in range(10)]
    recent = [(200, 201, 2, 4), (210, 202, 2, 4), (220, 203, 3, 4), (299, 205, 77, 4), (300, 206, 3, 4)]
    platform = platform_with([(0, 1, 1, 0), (0, 2, 2, 3), (0, 3, 3, 3), *old, *recent])
    assert ids_listed(platform, 300, trend(5, 2.0)) == [2, 3], "77 has expired, 1 is out of date"
    assert ids_listed(platform, 300, trend(1, 2.0)) == [2]
    assert ids_listed(platform, 300, trend(5, 6.0)) == [1, 2, 3]
    platform.posts.low = 3
    platform.posts._live = None
    assert ids_listed(platform, 300, trend(5, 6.0)) == [3]


def test_ordinary_posts_compete_for_places():
    """400 users write 120 ordinary posts in 6 hours; 12 are reposted at least once, 6 at least twice, 1.2 ten times."""
    posts = [(0, 1, 1, 0), (0, 2, 2, 3), (0, 3, 3, 3), *[(m, 100 + m, 1, 4) for m in range(10)]]
    platform = platform_with([*posts, (200, 201, 2, 4), (210, 202, 2, 4), (220, 203, 3, 4)])
    assert listed(platform, 300, trend(20, 6.0, 1.2), SEED).tolist() == [[1, 1], [2, 7], [3, 14]]
    assert listed(platform, 300, trend(8, 6.0, 1.2), SEED).tolist() == [[1, 1], [2, 7]]


def test_ties_on_the_list_are_broken_by_key_and_seed_alone():
    posts = [(0, key, key, 3) for key in range(1, 9)] + [(10, 20 + key, key, 4) for key in range(1, 9)]
    there, back = platform_with(posts), platform_with(posts[7::-1] + posts[8:])
    orders = []
    for seed in range(6):
        one, other = (listed(platform, 60, trend(20, 1.0), seed)[:, 0] for platform in (there, back))
        assert (9 - one).tolist() == other.tolist()
        orders.append(tuple(one.tolist()))
    assert len(set(orders)) > 1


def test_people_learn_of_offers_from_the_list():
    """Some know an offer from the list first; each view is counted as an impression too."""
    alone = affordances(trending={"look": 1, "depth": 50}, feed={"life_days": 10})
    model = run(*alone)
    told = counted(model, "trend_views")
    exposed = sum(int((model.state.columns["marks"][:, b] >> 2 & 15 == 7).sum()) for b in range(4))
    assert 0 < exposed <= told <= counted(model, "impressions")


# -- zombie accounts


def zombies(**given):
    block = {"strength": 1.0, "zombie_share": 0.1, "repost_share": 0.5, "hours": 4.0} | given
    platform = platform_with([(0, 5, 5, 0), (30, 6, 6, 1), (40, 7, 7, 3), (50, 8, 5, 4)])
    platform.affordances = SimpleNamespace(active=lambda name: name == "fraud", fraud=SimpleNamespace(**block))
    return platform


def test_only_paid_roots_get_fakes_and_all_arrive_in_their_hours():
    platform = zombies()
    hourly = [
        dict(zip(*map(np.ndarray.tolist, fakes(platform, h * 60, h * 60 + 60, SEED)), strict=True)) for h in range(9)
    ]
    whole = dict(zip(*map(np.ndarray.tolist, fakes(platform, 0, 540, SEED)), strict=True))
    assert set(whole) == {5, 6}
    for root, total in whole.items():
        assert total == sum(hour.get(root, 0) for hour in hourly)
        assert 0 < total < 60, "Poisson of mean 20, beyond 8 standard deviations"
        assert not any(hour.get(root, 0) for hour in hourly[5:])


def test_fakes_push_a_paid_root_up_the_list():
    platform = zombies()
    assert set(ids_listed(platform, 60, trend(3, 1.0))) == {1, 2}
    platform.affordances = SimpleNamespace(active=lambda name: False)
    assert ids_listed(platform, 60, trend(3, 1.0)) == [1]


def test_fake_reposts_have_no_readers():
    """They are no posts: whoever does not look at the list is untouched."""
    blind = affordances(trending={"look": 0})
    with_fakes, without = (run(*blind, *affordances(fraud={"enabled": on})) for on in (True, False))
    assert np.array_equal(with_fakes.panel, without.panel)


# -- the order of the feed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), max_size=9), max_size=9))
def test_counts_of_roots_are_those_of_a_dictionary(batches):
    """Keys that meet in one place included: multiples of 2**20 all begin in slot 0."""
    heat, known = Heat(capacity=2), {}
    for batch in batches:
        roots = np.array([root << 20 for root, _ in batch], np.uint64)
        heat.add(roots, np.array([by for _, by in batch], np.int64))
        for root, by in batch:
            known[root << 20] = known.get(root << 20, 0) + by
    assert all(heat.of(root) == count for root, count in known.items())
    assert heat.of(41 << 20) == 0
    assert 2 * np.count_nonzero(heat.roots) <= heat.roots.size


def test_what_outranks_a_post_follows_from_its_score():
    """Popular: half of the ordinary posts at quality 1 without a repost, a fifth with three; relevance: by match."""
    heat = Heat()
    heat.add(np.array([7], np.uint64), np.array([3]))
    view = SimpleNamespace(feed=SimpleNamespace(ranking=POPULAR), _table=SimpleNamespace(heat=heat))
    fresh, known = (SimpleNamespace(quality=1.0, root=root) for root in (6, 7))
    assert PlatformView.outranked(view, fresh, 0.0) == 0.5
    assert PlatformView.outranked(view, known, 0.0) == 0.2
    view.feed.ranking = RELEVANCE
    assert [PlatformView.outranked(view, known, match) for match in (-1.0, 0.0, 1.0)] == [1.0, 0.5, 0.0]
