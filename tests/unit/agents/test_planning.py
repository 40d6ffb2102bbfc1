"""Budgets, planning rules and seeding, each by itself."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.agents.budget import Budget
from simulator.agents.campaign_parameters import AudienceParameters, CampaignParameters
from simulator.agents.journal import Entry, Journal
from simulator.agents.planning.reinforce import reinforced
from simulator.agents.planning.thompson import best_regions, drawn_returns, luck_of
from simulator.agents.seeding import candidates, hired
from simulator.kernels import rng
from simulator.network.csr import CSRGraph
from simulator.types import AgentKind, Decision

CELLS = [("feed", "ads"), ("feed", "seeds"), ("shop", "ads")]

# -- budgets


@given(
    st.integers(0, 10**9),
    st.lists(st.tuples(st.sampled_from(CELLS), st.floats(0, 1), st.lists(st.floats(0, 9), min_size=3, max_size=3))),
)
def test_whatever_is_paid_and_divided_the_budget_is_never_passed(total, moves):
    budget = Budget(total, dict.fromkeys(CELLS, total // 4))
    spent = 0
    for cell, share, weights in moves:
        spent += budget.pay(cell, int(share * budget.left(cell)))
        budget.divide(dict(zip(CELLS, weights, strict=True)))
        assert spent == budget.spent_fen <= sum(budget.meant(one) for one in CELLS) <= total
        assert all(budget.left(one) >= 0 for one in CELLS)


def test_a_division_gives_all_that_is_left_by_weight():
    budget = Budget(1000, dict.fromkeys(CELLS, 100))
    budget.pay(CELLS[0], 100)
    budget.divide({CELLS[0]: 1.0, CELLS[1]: 2.0, CELLS[2]: 0.0})
    assert [budget.meant(cell) for cell in CELLS] == [400, 600, 0]
    assert [budget.left(cell) for cell in CELLS] == [300, 600, 0]


def test_more_than_there_is_is_refused():
    budget = Budget(100, {CELLS[0]: 60, CELLS[1]: 40})
    with pytest.raises(ValueError, match="61 fen to pay for feed ads of which 60 are left"):
        budget.pay(CELLS[0], 61)
    with pytest.raises(ValueError, match="101 fen meant"):
        Budget(100, {CELLS[0]: 60, CELLS[1]: 41})
    assert budget.spent(("nowhere", "ads")) == budget.left(("nowhere", "ads")) == 0


# -- the journal


def entry(decision, reason, day=0):
    return Entry(day, AgentKind.BRAND, "aurora", "feed", decision, 0, False, reason)


def test_waiting_is_entered_when_it_begins_and_again_after_something_else():
    journal = Journal()
    for decision in (Decision.WAIT, Decision.WAIT, Decision.POST, Decision.WAIT):
        journal.write(entry(decision, "no campaign"))
    journal.write(entry(Decision.WAIT, "another reason"))
    assert [one.decision for one in journal.entries] == [Decision.WAIT, Decision.POST, Decision.WAIT, Decision.WAIT]


# -- money follows what returned


def test_equal_returns_move_no_money():
    weights = dict.fromkeys(CELLS, 1.0)
    spent = dict.fromkeys(CELLS, 5000)
    assert reinforced(weights, spent, dict.fromkeys(CELLS, 7), 0.8) == pytest.approx(weights)


def test_weights_follow_the_relative_return_to_a_power():
    """(x + 1) / (mean a fen * spent + 1), by hand: 9 and 1 orders for the same money, mean 5."""
    weights, spent = {CELLS[0]: 2.0, CELLS[1]: 2.0}, {CELLS[0]: 100, CELLS[1]: 100}
    found = reinforced(weights, spent, {CELLS[0]: 9, CELLS[1]: 1}, 0.5)
    assert found[CELLS[0]] == pytest.approx(2.0 * (10 / 6) ** 0.5)
    assert found[CELLS[1]] == pytest.approx(2.0 * (2 / 6) ** 0.5)
    assert reinforced(weights, spent, {CELLS[0]: 9, CELLS[1]: 1}, 0.0) == weights


def test_nothing_sold_or_spent_teaches_nothing():
    weights = dict.fromkeys(CELLS, 3.0)
    none = dict.fromkeys(CELLS, 0)
    assert reinforced(weights, dict.fromkeys(CELLS, 10), none, 1.0) == weights
    assert reinforced(weights, none, dict.fromkeys(CELLS, 4), 1.0) == weights


# -- Thompson sampling


def test_draws_have_the_mean_and_variance_of_the_posterior():
    """Gamma(a + x, rate b + n): 4,000 draws; the mean within 5 standard errors, the variance within 15 %."""
    orders, impressions = np.array([0.0, 20.0, 5.0]), np.array([0.0, 1000.0, 4000.0])
    draws = np.array([drawn_returns(orders, impressions, luck_of(3, 7, day, 3)) for day in range(4000)])
    prior = 1.0 / (26.0 / 5001.0)
    shape, rate = orders + 1.0, impressions + prior
    error = np.sqrt(shape) / rate / np.sqrt(4000)
    assert (np.abs(draws.mean(axis=0) - shape / rate) < 5 * error).all()
    assert draws.var(axis=0) == pytest.approx(shape / rate**2, rel=0.15)


def test_a_day_a_brand_and_a_region_have_luck_of_their_own():
    one = luck_of(3, 7, 1, 31)
    assert len(set(one.tolist())) == 31
    assert not np.isin(one, luck_of(3, 7, 2, 31)).any()
    assert not np.isin(one, luck_of(3, 8, 1, 31)).any()
    assert np.array_equal(one[:8], luck_of(3, 7, 1, 8)), "a region added moves nobody's luck"


def test_regions_are_taken_from_the_best_until_they_have_enough_visits():
    visits = np.array([10.0, 20.0, 30.0, 40.0])
    assert best_regions(np.array([0.4, 0.1, 0.3, 0.2]), visits, 0.25) == [0, 2]
    assert best_regions(np.array([0.1, 0.2, 0.3, 0.4]), visits, 0.25) == [3]
    assert best_regions(np.zeros(4), visits, 1.0) == [0, 1, 2, 3]


# -- whom to hire


class Asked:
    """A platform of ten users with a star of followers each, who ask a fen a follower."""

    followers = np.array([0, 9, 5, 5, 1, 3, 0, 2, 7, 4])
    region = np.array([0, 0, 1, 1, 1, 0, 0, 1, 1, 0])

    def post_price_fen(self, row):
        return int(self.followers[row])

    def followed_rows(self):
        return np.flatnonzero(self.followers)

    def most_followed(self, count, keys, regions=()):
        rows = np.lexsort((keys, -self.followers))
        return [int(row) for row in rows if not regions or self.region[row] == 1][:count]


def campaign(**given):
    return CampaignParameters(budget_yuan=1.0, **given)


KEYS = np.arange(10, dtype=np.uint32)


def test_by_degree_the_most_followed_that_can_be_paid():
    assert [row for row, _ in hired(campaign(), Asked(), KEYS, 20, (), 1)] == [1, 8, 9]
    assert sum(price for _, price in hired(campaign(), Asked(), KEYS, 20, (), 1)) == 20
    assert [row for row, _ in hired(campaign(), Asked(), KEYS, 20, (1, 8), 1)][:3] == [2, 3, 9]


def test_by_region_only_people_of_it():
    chosen = candidates(campaign(seeding="region", seed_regions=["Hebei"]), Asked(), KEYS, 20, 1)
    assert chosen == [8, 2, 3, 7, 4]


def test_by_lot_everybody_has_the_same_chance_whatever_the_storage_order():
    drawn = [
        candidates(campaign(seeding="random"), Asked(), KEYS, 20, rng.hash1(np.uint64(1), k))[0] for k in range(4000)
    ]
    counts = np.bincount(drawn, minlength=10)
    assert set(np.flatnonzero(counts)) == set(np.flatnonzero(Asked.followers))
    assert counts[counts > 0] == pytest.approx(500, abs=110)  # 5 standard deviations
    order = np.array([3, 1, 4, 0, 5, 9, 2, 6, 8, 7], np.uint32)
    other = SimpleNamespace(followed_rows=lambda: np.flatnonzero(Asked.followers[order]))
    luck = rng.hash1(np.uint64(1), 5)
    keys = order[candidates(campaign(seeding="random"), other, order, 20, luck)]
    assert keys.tolist() == candidates(campaign(seeding="random"), Asked(), KEYS, 20, luck)


def test_optimised_takes_two_cheap_seeds_that_share_no_reader_over_two_that_do():
    """Rows 0 and 1 have the same eight readers, row 2 has six others, row 3 none that is left; each asks 10 fen."""
    edges = [(0, r) for r in range(4, 12)] + [(1, r) for r in range(4, 12)] + [(2, r) for r in range(12, 18)]
    graph = CSRGraph.from_edges(*zip(*edges, strict=True), 18)
    there = SimpleNamespace(graph_by_key=lambda: graph, post_price_fen=lambda row: 10 if row < 3 else 0)
    keys = np.arange(18, dtype=np.uint32)
    chosen = candidates(campaign(seeding="optimised"), there, keys, 20, 5)
    assert sorted(chosen)[-1] == 2
    assert len(set(chosen) & {0, 1}) == 1
    order = keys[::-1].copy()
    back = SimpleNamespace(graph_by_key=lambda: graph, post_price_fen=lambda row: 10 if row > 14 else 0)
    assert {int(order[row]) for row in candidates(campaign(seeding="optimised"), back, order, 20, 5)} == set(chosen)
    assert candidates(campaign(seeding="optimised"), there, keys, 9, 5) == []


# -- what a campaign may say


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"planning": "reinforced"}, "did you mean 'reinforce'"),
        ({"seeding": "region"}, "seed_regions names regions where seeding is region"),
        ({"seed_regions": ["Hebei"]}, "seed_regions names regions where seeding is region"),
        ({"seeding": "region", "seed_regions": ["Hebai"]}, "did you mean 'Hebei'"),
        ({"ads_share": 0.6, "bonus_share": 0.1}, "add up to more than 1"),
    ],
)
def test_a_wrong_campaign_says_what_is_allowed(given, said):
    with pytest.raises(ValueError, match=said):
        campaign(**given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "regions"}, "names regions where kind is regions"),
        ({"regions": ["Hebei"]}, "names regions where kind is regions"),
        ({"kind": "regions", "regions": ["Hebie"]}, "did you mean 'Hebei'"),
    ],
)
def test_a_wrong_audience_says_what_is_allowed(given, said):
    with pytest.raises(ValueError, match=said):
        AudienceParameters(**given)
