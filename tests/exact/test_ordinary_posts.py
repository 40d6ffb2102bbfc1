"""Followed ordinary posts: the slow twin, closed forms, and an observation that leaves the market alone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from simulator.errors import CapacityError
from simulator.kernels import rng, sessions
from simulator.kernels.compiling import kernel
from simulator.kernels.ordinary import late_minute
from simulator.kernels.ordinary_state import COUNT, PAIRS, count_sight, move_pairs, ordinary_luck
from simulator.kernels.state import Clock
from simulator.model import engine, memory
from simulator.model.market import CommerceModel
from simulator.model.ordinary import _posts, ordinary_params
from simulator.model.run import simulate
from simulator.model.state import visits_buffer
from simulator.model.tables import tables_of
from simulator.output.dictionary import check_tables
from simulator.output.tables import table_hashes
from tests.naive.ordinary import Twin
from tests.support.worlds import busy, hashes, on

SEED = 7
OWN = ("ordinary_posts", "ordinary_dose", "originals")
MUCH = {"enabled": True, "share": 1.0, "per_day": 0.8, "shape": 0.5, "empty_share": 0.3, "hazard": 0.04}
FEW_TIES = ("network.follow.mean_followees=8", "network.circle.mean_friends=8")
SOCIAL = ("private_circle", "public_feed")


def world(kind="public_feed", users=250, *settings, feed=None, repost=None, **own):
    """A small market in which ordinary posts are many and often passed on."""
    given = {"ordinary_posts": {**MUCH, **own}}
    given |= {"feed": feed} if feed else {}
    given |= {"repost": repost} if repost else {}
    return busy(kind, users, "market.days=4", *FEW_TIES, *settings, *on(kind, **given))


def finished(scenario, **options):
    model = CommerceModel(scenario, rng=SEED, **options)
    model.collects = False
    model.run_model()
    return model


def tables(scenario, **options):
    return simulate(scenario, SEED, **options).tables


def visits_of(model):
    """The visits of a tick, (row, minute), as the sessions kernel gives them."""
    state, calendar = model.state, model.schedule.calendar

    def visits(tick):
        buffer = visits_buffer(20 * state.n)
        clock = Clock(tick, tick * calendar.tick_minutes, calendar.tick_minutes)
        args = (0, state.n, state.platforms[0].users, clock, *calendar.hours(tick), state.phone_share, state.shares)
        count = sessions.visit(*args, state.luck, buffer)
        return list(zip(buffer.row[:count].tolist(), buffer.minute[:count].tolist(), strict=True))

    return visits


@cache
def twin_and_model(kind, tick_minutes):
    settings: list[str] = [f"market.tick_minutes={tick_minutes}"]
    if kind == "procedural":
        settings += ["network.follow={generator: procedural, mean_followers: 8}"]
    # a crowded feed and short late delays, so that copies are seen, missed, found late and lost
    scenario = world(
        "public_feed" if kind == "procedural" else kind, 120, *settings, feed={"background_posts": 6.0},
        late_share=0.5, late_longest_hours=40, life_hours=36,
    )  # fmt: skip
    model = finished(scenario)
    state = model.state
    followers = [state.platforms[0].graph.followers(row).tolist() for row in range(state.n)]
    columns = state.columns
    twin = Twin(
        SEED, state.platforms[0].affordances, followers.__getitem__, columns["inflow"][:, 0], columns["credibility"],
        model.schedule.calendar,
    )  # fmt: skip
    return twin, twin.run(4, visits_of(model)), model


TWINS = [("public_feed", 60), ("public_feed", 360), ("private_circle", 60), ("procedural", 120)]


@pytest.mark.parametrize(("kind", "tick_minutes"), TWINS)
def test_posts_are_those_of_the_twin(kind, tick_minutes):
    _, posts, model = twin_and_model(kind, tick_minutes)
    found = tables_of(model)["ordinary_posts"]
    expected = pd.DataFrame(
        [(p.key, p.origin.key, p.parent, p.author, p.minute, p.depth, p.exposures) for p in posts],
        columns=found.columns,
    ).astype(found.dtypes.to_dict())
    pd.testing.assert_frame_equal(found, expected)
    reposts = found["depth"] > 0
    assert reposts.sum() > 100
    assert found["depth"].max() >= 3
    assert found["exposures"].max() >= 3
    credited = found["parent_key"][reposts] == found["root_key"][reposts]
    assert 0 < credited.sum() < reposts.sum()


@pytest.mark.parametrize(("kind", "tick_minutes"), TWINS)
def test_exposures_and_originals_are_those_of_the_twin(kind, tick_minutes):
    twin, _, model = twin_and_model(kind, tick_minutes)
    found = tables_of(model)
    dose = found["ordinary_dose"]
    counted = {(row.root_key, row.exposures): [row.seen, row.reposted] for row in dose.itertuples()}
    assert counted == dict(twin.dose)
    assert {1, 2, 3, 4} == set(dose["exposures"])
    accounts = found["originals"]
    assert accounts["posts"].tolist() == np.sum(twin.counts, axis=0).tolist()
    assert accounts["last_week"].equals(accounts["posts"].rename("last_week")), "a run shorter than a week"
    assert accounts["never_posts"].sum() > 0 == accounts["posts"][accounts["never_posts"]].sum()


def test_the_last_week_is_the_last_seven_days():
    found = tables(world("public_feed", 60, "market.days=9"))["originals"]
    shorter = tables(world("public_feed", 60, "market.days=2"))["originals"]
    assert (found["posts"] - found["last_week"]).tolist() == shorter["posts"].tolist()


# -- an observation


@pytest.mark.parametrize("kind", [*SOCIAL, "marketplace"])
def test_the_market_does_not_know_that_it_is_observed(kind):
    without = hashes(world(kind, 400, enabled=False))
    followed = hashes(world(kind, 400))
    assert {name: followed[name] for name in without} == without
    assert set(followed) - set(without) == (set(OWN) if kind in SOCIAL else set())


def test_off_nothing_is_held_or_run():
    assert CommerceModel(world(enabled=False), rng=SEED).ordinary is None
    assert CommerceModel(world(repost={"enabled": False}), rng=SEED).ordinary is None


def test_cascades_are_the_same_in_campaign_and_control():
    campaign, control = (table_hashes(tables(world(), role=role)) for role in ("campaign", "control"))
    assert [campaign[name] for name in OWN] == [control[name] for name in OWN]
    assert campaign["posts"] != control["posts"]


def test_tables_are_as_declared():
    check_tables(tables(world()))


@pytest.mark.parametrize("kind", SOCIAL)
def test_storage_order_threads_and_engine_change_nothing(kind, monkeypatch):
    scenario = world(kind, 200)
    alone = hashes(scenario)
    assert hashes(scenario, order=np.random.default_rng(3).permutation(200)) == alone
    assert hashes(scenario, engine="agents") == alone
    monkeypatch.setattr(engine, "MIN_ROWS_PER_THREAD", 50)
    assert hashes(scenario, threads=3) == alone


def test_a_larger_sample_holds_the_smaller_ones_cascades():
    """Roots do not compete: the same trees, the same exposures, whichever others are followed."""
    every, some = (tables(world(share=share)) for share in (1.0, 0.3))
    for name in ("ordinary_posts", "ordinary_dose"):
        chosen = every[name][every[name]["root_key"].isin(some["ordinary_posts"]["root_key"])]
        pd.testing.assert_frame_equal(chosen.reset_index(drop=True), some[name])
    roots = [(t["ordinary_posts"]["depth"] == 0).sum() for t in (every, some)]
    assert every["originals"].equals(some["originals"])
    assert roots[0] == every["originals"]["posts"].sum()
    assert stats.binomtest(int(roots[1]), int(roots[0]), 0.3).pvalue > 1e-6  # false alarm one in a million
    assert len(tables(world(share=0.0))["ordinary_posts"]) == 0


# -- closed forms


def test_where_nobody_can_repost_no_post_is_followed():
    assert "ordinary_posts" not in tables(world(repost={"strength": 0.0}))


def test_without_a_hazard_there_are_only_roots():
    found = tables(world(hazard=0.0))
    posts = found["ordinary_posts"]
    assert (posts["post_key"] == posts["root_key"]).all()
    assert (posts["parent_key"] == 0).all()
    assert set(found["ordinary_dose"]["exposures"]) == {1}
    assert found["ordinary_dose"]["seen"].sum() > 0 == found["ordinary_dose"]["reposted"].sum()


def star(tmp_path, users, days=3, *settings, feed=None, **own):
    """User 0 is followed by everybody, and nothing else is in anybody's feed."""
    file = tmp_path / "star.tsv"
    file.write_text("".join(f"0\t{i}\n" for i in range(1, users)), "utf-8")
    return world(
        "public_feed", users, f"market.days={days}", f"network.follow={{file: {file}, edges: flows}}",
        "population.credibility_sd=0", *settings, feed=feed or {"background_posts": 0.0}, repost={"quality_sd": 0.0},
        **{"shape": 20.0, "empty_share": 0.0, "per_day": 4.0, "follower_power": 0.0, **own},
    )  # fmt: skip


def test_on_a_star_every_visitor_sees_every_post_and_passes_it_on_with_one_probability(tmp_path):
    """Seen exactly; reposts binomial, with a false alarm in one of 10**6 seeds and a fourth more or fewer noticed."""
    model = finished(star(tmp_path, 400, hazard=0.2, life_hours=2000))
    found = tables_of(model)
    posts, dose = found["ordinary_posts"], found["ordinary_dose"]
    roots = posts[(posts["depth"] == 0) & (posts["author"] == 0)]
    visits = visits_of(model)
    every = [visit for tick in range(model.ticks) for visit in visits(tick)]
    last = pd.Series({row: minute for row, minute in every if row})  # in order of time
    expected = [int((last >= minute).sum()) for minute in roots["minute"]]
    seen = dose.set_index("root_key").reindex(roots["root_key"], fill_value=0)
    assert seen["seen"].tolist() == expected
    assert (dose["exposures"] == 1).all()
    assert set(dose["root_key"]) <= set(roots["root_key"])
    reposts = (posts["depth"] > 0).sum()
    p = 1 - np.exp(-0.2)
    assert stats.binomtest(int(reposts), sum(expected), p).pvalue > 1e-6
    assert all(stats.binomtest(round(reposts * f), sum(expected), p).pvalue < 1e-6 for f in (0.75, 1.25))
    assert (posts["depth"][posts["depth"] > 0] == 1).all()


def test_certain_reposts_come_from_everybody_once(tmp_path):
    model = finished(star(tmp_path, 60, hazard=0.2, life_hours=2000), engine="kernels")
    posts = tables_of(model)["ordinary_posts"]
    assert not posts.duplicated(["root_key", "author"]).any()
    assert not posts["post_key"].duplicated().any()


def test_activity_has_the_stated_mean():
    """Originals of 4,000 accounts in 4 days; the mean of a Gamma(4) law is 1.5, its standard error 1.6 %.

    The band of 5.5 standard errors is left by one seed in 2 * 10**7; a mean 10 % off never passes.
    """
    law = {"per_day": 1.5, "shape": 4.0, "empty_share": 0.0, "follower_power": 0.0}
    found = tables(world("public_feed", 4000, share=0.0, **law))["originals"]
    weekdays = 0.98  # days 0 to 3 are a Monday and what follows
    assert found["posts"].mean() / 4 / weekdays == pytest.approx(1.5, rel=5.5 * 0.016)


@kernel
def late_delays(posts, keys, params, luck, out):
    for i in range(keys.size):
        out[i] = late_minute(posts[0], keys[i], params, luck)


def test_late_finds_come_log_uniformly():
    """Of 20,000 copies, with a false alarm in one of 10**6 seeds; delays even in time are refused."""
    affordances = world(late_shortest_hours=0.5, late_longest_hours=300).platforms[0].affordances
    keys, found, post = np.arange(20_000, dtype=np.uint32), np.empty(20_000, np.int64), _posts(1)
    post.key = 99
    late_delays(post, keys, ordinary_params(affordances), ordinary_luck(SEED), found)
    assert found.min() >= 30
    assert found.max() <= 300 * 60
    assert stats.kstest(found + 0.5, stats.loguniform(30, 300 * 60).cdf).pvalue > 1e-6
    assert stats.kstest(found + 0.5, stats.uniform(30, 300 * 60).cdf).pvalue < 1e-6


@pytest.mark.parametrize("late_share", [0.0, 0.14, 1.0])
def test_the_first_visit_sees_by_age_and_the_missed_are_found_late_by_their_share(tmp_path, late_share):
    """On a star all copies of the first two days: P = exp(-age inflow / L0) at the first visit, else the late share.

    Users come some 60 times a day, so nobody's last visit is before the longest delay: each copy is one trial with a
    known probability. A false alarm in one of 10**6 seeds; an eighth more or less is noticed, and with late share 1
    everything is seen.
    """
    crowded = {"background_posts": 50.0, "scroll_depth": 2.0}
    eager = ("population.sessions_per_day=60", "population.sessions_shape=10", "market.tick_minutes=15")
    late = {"late_share": late_share, "late_longest_hours": 24.0, "hazard": 0.0}
    model = finished(star(tmp_path, 300, 5, *eager, feed=crowded, **late))
    found, visits = tables_of(model), visits_of(model)
    every = pd.DataFrame([visit for tick in range(model.ticks) for visit in visits(tick)], columns=["row", "minute"])
    early = found["ordinary_posts"].query("author == 0 and minute < 2 * 1440")
    chances = []
    for minute in early["minute"]:
        first = every[(every["row"] > 0) & (every["minute"] >= minute)].groupby("row")["minute"].min()
        shown = np.exp(-(first.to_numpy() - minute) / 1440 * 50.0 / 2.0)
        assert shown.size == 299
        chances.append(shown + (1 - shown) * late_share)
    p = np.concatenate(chances)
    seen = found["ordinary_dose"].set_index("root_key").reindex(early["root_key"], fill_value=0)["seen"].sum()
    sd = np.sqrt(np.sum(p * (1 - p)))
    assert len(early) > 4
    assert abs(seen - p.sum()) <= 4.9 * sd
    assert late_share == 1.0 or 0.125 * p.sum() > 2 * 4.9 * sd


# -- pairs of users and roots


@kernel
def count_all(pairs, marks, names, out):
    for i in range(names.size):
        out[i] = pairs[count_sight(pairs, marks, names[i])] & COUNT


def test_sights_are_counted_up_to_fourteen_and_survive_a_move():
    names = np.empty(600, np.uint64)
    for i in range(600):
        names[i] = rng.hash1(np.uint64(1), i % 40 if i < 500 else 7)
    pairs, wider = np.zeros(64, np.uint64), np.zeros(256, np.uint64)
    marks, out = np.zeros(3, np.int64), np.empty(600, np.int64)
    count_all(pairs, marks, names[:300], out[:300])
    move_pairs(pairs, wider)
    count_all(wider, marks, names[300:], out[300:])
    expected = [min(14, int(np.sum(names[:i] == names[i])) + 1) for i in range(600)]
    assert out.tolist() == expected
    assert marks[PAIRS] == 40


# -- memory


@pytest.mark.parametrize(("kind", "hazard"), [("private_circle", 0.0005), ("public_feed", 0.0025)])
def test_what_is_held_is_announced(kind, hazard):
    scenario = busy(kind, 3000, *on(kind, ordinary_posts={"enabled": True, "share": 0.5, "hazard": hazard}))
    announced = memory.estimate(scenario).peak - memory.estimate(busy(kind, 3000)).peak
    assert 0.1 * announced < finished(scenario).ordinary.nbytes <= announced


def test_cascades_that_explode_end_the_run_and_not_the_machine(monkeypatch):
    monkeypatch.setattr("simulator.model.market.available_bytes", lambda: 2_000_000)
    with pytest.raises(CapacityError, match=r"lower ordinary_posts\.share or, if cascades explode"):
        finished(world("public_feed", 300, hazard=0.2))
