"""What all arms share: the ledger of needs, roles, and graphs from files."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from simulator.agents.brand_parameters import CategoryParameters
from simulator.errors import InputError
from simulator.model import world
from simulator.model.market import CommerceModel
from simulator.model.state import allocate_columns, assign_roles
from simulator.model.world import Rows, graph_of, ledger, population_of
from simulator.population.parameters import PopulationParameters
from simulator.population.synthesis import synthesise
from simulator.population.table import COLUMNS
from simulator.types import MINUTES_PER_DAY, NOBODY, Role
from tests.support.worlds import busy

KEYS = np.arange(3000, dtype=np.uint32)
SHOES = CategoryParameters(interval_days=20.0, reference_price_yuan=100.0, bring_forward_days=10.0)
SOAP = CategoryParameters(interval_days=5.0, reference_price_yuan=10.0, bring_forward_days=0.0)


def by_key(needs, keys=KEYS):
    """User, category and date of every need, by its key."""
    table = needs.table
    return {int(n.key): (int(keys[n.row]), int(n.category), int(n.due)) for n in table}


# -- the ledger


def test_a_ledger_is_in_order_and_untouched():
    needs = ledger({"shoes": SHOES, "soap": SOAP}, KEYS, 30, seed=4)
    table, start = needs.table, needs.start
    assert start[0] == 0
    assert start[-1] == table.size
    np.testing.assert_array_equal(np.repeat(np.arange(KEYS.size), np.diff(start)), table.row)
    assert np.unique(table.key).size == table.size
    order = np.lexsort((table.due, table.category, table.row))
    np.testing.assert_array_equal(order, np.arange(table.size))
    np.testing.assert_array_equal(table.due, table.due_drawn)
    assert (table.due >= 0).all()
    for field in ("brand", "decided", "reserved", "paid"):
        assert (table[field] == NOBODY).all(), field
    for field in ("price", "status", "outlet", "terminal", "source", "attempts", "forward", "shared"):
        assert not table[field].any(), field


def test_a_ledger_reaches_as_far_as_a_deal():
    """30 days and what a deal may bring forward: 40 of shoes every 20 days, 30 of soap every 5.

    A Poisson number of mean 6,000 and 18,000; 5.4 standard deviations are a false alarm below 1e-7.
    """
    table = ledger({"shoes": SHOES, "soap": SOAP}, KEYS, 30, seed=4).table
    for category, days, mean in ((0, 40, 6_000), (1, 30, 18_000)):
        due = table.due[table.category == category]
        assert due.max() < days * MINUTES_PER_DAY
        assert due.size == pytest.approx(mean, abs=5.4 * np.sqrt(mean))


def test_a_longer_run_has_the_same_needs_and_more():
    short, long = (by_key(ledger({"shoes": SHOES}, KEYS, days, seed=4)) for days in (10, 25))
    assert short.items() <= long.items()
    assert len(long) > len(short)
    assert all(due >= 20 * MINUTES_PER_DAY - 1 for key, (_, _, due) in long.items() if key not in short)


def test_another_category_moves_nobodys_needs():
    """Whether it comes before or after: needs are keyed by the name."""
    alone = by_key(ledger({"shoes": SHOES}, KEYS, 30, seed=4))
    after = by_key(ledger({"shoes": SHOES, "soap": SOAP}, KEYS, 30, seed=4))
    before = by_key(ledger({"soap": SOAP, "shoes": SHOES}, KEYS, 30, seed=4))
    assert {key: (user, due) for key, (user, c, due) in after.items() if c == 0} == {
        key: (user, due) for key, (user, _, due) in alone.items()
    }
    assert {(key, user, due) for key, (user, _, due) in after.items()} == {
        (key, user, due) for key, (user, _, due) in before.items()
    }


def test_more_people_and_another_storage_order_move_nobodys_needs():
    some = by_key(ledger({"shoes": SHOES}, KEYS, 30, seed=4))
    few = by_key(ledger({"shoes": SHOES}, KEYS[:500], 30, seed=4))
    assert {key: need for key, need in some.items() if need[0] < 500} == few
    shuffled = np.random.default_rng(3).permutation(KEYS)
    assert by_key(ledger({"shoes": SHOES}, shuffled, 30, seed=4), shuffled) == some


def test_another_seed_is_another_ledger():
    assert (
        by_key(ledger({"shoes": SHOES}, KEYS, 30, seed=4))
        .keys()
        .isdisjoint(by_key(ledger({"shoes": SHOES}, KEYS, 30, seed=5)))
    )


def test_a_ledger_may_be_empty():
    never = CategoryParameters(interval_days=20_000.0, reference_price_yuan=1.0, bring_forward_days=0.0)
    needs = ledger({"never": never}, KEYS[:3], 1, seed=4)
    assert needs.table.size == 0
    assert not needs.start.any()


@pytest.mark.parametrize("days", [3, 40, 400, 9000])
def test_an_index_of_blocks_holds_everybodys_needs(days):
    """However rare needs are: those of a row are in its block, in order."""
    rare = CategoryParameters(interval_days=float(days), reference_price_yuan=1.0, bring_forward_days=0.0)
    needs = ledger({"rare": rare}, KEYS, 30, seed=4)
    assert needs.shift == min(10, max(0, int(np.log2(max(1.0, days / 30)))))
    assert needs.start[-1] == needs.table.size
    for row in range(KEYS.size):
        block = slice(*needs.start[[row >> needs.shift, (row >> needs.shift) + 1]])
        assert np.array_equal(
            np.flatnonzero(needs.table.row == row), block.start + np.flatnonzero(needs.table.row[block] == row)
        )


# -- roles


def roles(share, leaders=0.01, n=4000, order=None, seed=4):
    """Role by key."""
    population = synthesise(n, seed, PopulationParameters(opinion_leader_share=leaders))
    table = allocate_columns(population, Rows.ordered(order, n), 1, 1, 1)
    assign_roles(table, population, share, seed)
    by_key = np.empty(n, np.uint8)
    by_key[table.columns["key"]] = table.columns["role"]
    return by_key, population


def test_more_sellers_are_the_same_and_others():
    """And their number is binomial: 5.4 standard deviations are a false alarm below 1e-7."""
    before = np.zeros(4000, bool)
    for share in (0.0, 0.01, 0.05, 0.3, 0.9, 1.0):
        role, _ = roles(share)
        sellers = role == Role.SELLER
        assert (sellers | ~before).all(), "a seller of a smaller share is no longer one"
        ordinary = 4000 - (role == Role.OPINION_LEADER).sum()
        spread = np.sqrt(share * (1 - share) * ordinary)
        assert sellers.sum() == pytest.approx(share * ordinary, abs=5.4 * spread)
        before = sellers


def test_opinion_leaders_are_the_most_popular():
    """As many as declared, ties by key, and more of them are the same and others; they are nobody's sellers."""
    before = np.zeros(4000, bool)
    for leaders in (0.0, 0.001, 0.0124, 0.1):
        role, population = roles(1.0, leaders)
        chosen = role == Role.OPINION_LEADER
        assert chosen.sum() == round(leaders * 4000)
        assert (chosen | ~before).all()
        popularity = population.columns["popularity"]
        if chosen.any():
            assert popularity[chosen].min() >= popularity[~chosen].max()
        before = chosen


def test_the_storage_order_moves_no_role():
    order = np.random.default_rng(3).permutation(4000).astype(np.uint32)
    np.testing.assert_array_equal(roles(0.2, order=order)[0], roles(0.2)[0])


# -- graphs from files


def market(folder, users, **network):
    """A small feed on a graph from a file."""
    lines = [f"{a}\t{(a + step) % 12}" for a in range(12) for step in (1, 5)]
    path = folder / "edges.tsv.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    options = {"edges": "follows", "file": path, **network}
    given = ", ".join(f"{key}: '{value}'" for key, value in options.items())
    return busy("public_feed", users, f"network.follow={{{given}}}")


def test_a_graph_from_a_file_is_used_as_it_is(tmp_path):
    """Node i is the user with key i; a line 'a b' says that a follows b, so b's followers hold a."""
    model = CommerceModel(market(tmp_path, 12), rng=1)
    graph = model.state.platforms[0].graph
    assert [graph.followers(b).tolist() for b in range(12)] == [sorted(((b - 1) % 12, (b - 5) % 12)) for b in range(12)]
    flows = CommerceModel(market(tmp_path, 12, edges="flows"), rng=1).state.platforms[0].graph
    assert [flows.followers(a).tolist() for a in range(12)] == [sorted(((a + 1) % 12, (a + 5) % 12)) for a in range(12)]


@pytest.mark.parametrize("users", [11, 13, 400])
def test_a_graph_that_does_not_match_the_users_is_refused(tmp_path, users):
    with pytest.raises(InputError) as refused:
        CommerceModel(market(tmp_path, users), rng=1)
    said = str(refused.value)
    assert f"the graph has 12 nodes, the market {users} users" in said
    assert "market.users" in said
    assert "allowed: 12" in said
    assert "edges.tsv.gz" in said


def test_a_file_that_has_changed_is_read_again(tmp_path):
    """Although it has the same name."""
    scenario = market(tmp_path, 12)
    population = population_of(scenario, 1)
    assert graph_of(scenario, "follow", 1, population).followers(0).tolist() == [7, 11]
    lines = [f"{a}\t{(a + 2) % 12}" for a in range(12)]
    (tmp_path / "edges.tsv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    assert graph_of(scenario, "follow", 1, population).followers(0).tolist() == [10]


# -- what arms share


def test_arms_share_people_and_graph():
    """The same objects, in the same process, whatever the platforms do; others differ."""
    one, other = busy("public_feed", 500), busy("public_feed", 500, "brands.cotton.price_yuan=1")
    people = population_of(one, 3)
    assert population_of(other, 3) is people
    assert population_of(one, 4) is not people
    assert population_of(busy("public_feed", 501), 3) is not people
    graph = graph_of(one, "follow", 3, people)
    assert graph_of(other, "follow", 3, people) is graph
    assert graph_of(busy("public_feed", 500, "network.follow.mean_followees=9"), "follow", 3, people) is not graph


def test_only_the_last_few_worlds_are_kept(monkeypatch):
    monkeypatch.setattr(world, "_worlds", type(world._worlds)())
    made = []
    for name in ("a", "b", "c", "d", "a", "e", "a", "b"):
        world._kept(name, lambda name=name: made.append(name) or name)
    assert made == ["a", "b", "c", "d", "e", "b"], "a was used again and again, b was the oldest"
    assert len(world._worlds) == 4


def test_a_column_is_placed_by_key():
    rows = Rows.ordered([2, 0, 1], 3)
    assert not rows.identity
    assert Rows.ordered(None, 3).identity
    assert Rows.ordered(np.arange(3), 3).identity
    for wrong in ([0, 1], [0, 0, 1], [1, 2, 3]):
        with pytest.raises(InputError, match="permutation of the user keys 0 to 2"):
            Rows.ordered(wrong, 3)
    people = synthesise(3, 4, PopulationParameters())
    for name in ("activity", "region"):
        placed = allocate_columns(people, rows, 1, 1, 1).columns[name]
        np.testing.assert_array_equal(placed, people.columns[name][[2, 0, 1]])


@pytest.mark.parametrize("slope", [0.0, 0.5, 2.0])
def test_price_scale_falls_with_income_and_stays_in_its_range(slope):
    """(income / mean) ** -slope, at the ends of both parameters that make it."""
    parameters = PopulationParameters(price_slope=slope, income_sd=1.5)
    population = synthesise(20_000, 4, parameters)
    columns = allocate_columns(population, Rows.ordered(None, 20_000), 1, 1, 1).columns
    relative = population.columns["income"].astype(np.float64) / population.regions.mean_income_yuan
    scale = columns["price_scale"].astype(np.float64)
    usual = (relative > 0.1) & (relative < 10)
    np.testing.assert_allclose(scale[usual], relative[usual] ** -slope, rtol=2.0**-11)
    assert (np.diff(scale[np.argsort(relative)]) <= 0).all()
    declared = next(column for column in COLUMNS if column.name == "price_scale")
    assert declared.low <= scale.min()
    assert scale.max() <= declared.high
