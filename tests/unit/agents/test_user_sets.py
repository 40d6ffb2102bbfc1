"""Lazy sets of users do what Mesa's own sets do; held against Mesa on the same people."""

import copy
import gc
import inspect
import pickle
import random
import time
import weakref
from types import SimpleNamespace

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from simulator.agents.user_sets import MarketSet, UserSet
from simulator.agents.users import User
from simulator.population import table

N, BRANDS, SLOTS = 60, 3, 4
ATTRIBUTES = ("key", "region", "taste", "activity", "last_visit")


class Shop(mesa.Agent):
    """An eager agent without Mesa's id counters, which would keep every model."""

    def __init__(self, model, unique_id, taste=0.5):
        self.model, self.unique_id, self.taste, self.pos = model, unique_id, taste, None
        model.register_agent(self)


class Person(mesa.Agent):
    """A plain Mesa agent with a user's attributes."""

    def __init__(self, model, unique_id, values):
        self.model, self.unique_id, self.pos = model, unique_id, None
        vars(self).update(values)
        model.register_agent(self)

    def doubled(self, by=2):
        return self.taste * by


class Shopper(User):
    __slots__ = ()

    def doubled(self, by=2):
        return self.taste * by


class Lazy(mesa.Model):
    def __init__(self, n=N, user_class=Shopper, shops=2):
        super().__init__(seed=3)
        luck = np.random.default_rng(1)
        self.made = table.allocate(n, BRANDS, 1, SLOTS)
        columns = self.made.columns
        self.state = SimpleNamespace(columns=columns)
        columns["key"][:] = luck.permutation(n)
        columns["region"][:] = luck.integers(0, 4, n)
        columns["taste"][:] = luck.normal(size=n)
        columns["activity"][:] = luck.gamma(2.0, size=n)
        columns["last_visit"][:] = luck.integers(0, 4, n)
        columns["opinion"][:] = luck.uniform(-1, 1, (n, BRANDS))
        self.shops = [Shop(self, n + 1 + i) for i in range(shops)]
        self.users = UserSet.over(self, columns, user_class)


class Eager(mesa.Model):
    """The same people as plain agents, users first."""

    def __init__(self, twin):
        super().__init__(seed=3)
        for user in twin.users:
            Person(self, user.unique_id, {name: getattr(user, name) for name in ATTRIBUTES})
        for shop in twin.shops:
            Shop(self, shop.unique_id)


@pytest.fixture
def lazy():
    return Lazy()


@pytest.fixture
def eager(lazy):
    return Eager(lazy)


def ids(agents):
    return [agent.unique_id for agent in agents]


SETS = {"users": lambda m: m.agents_by_type[Person if isinstance(m, Eager) else Shopper], "all": lambda m: m.agents}
QUESTIONS = {
    "order": lambda s: s,
    "shuffled": lambda s: s.shuffle(),
    "shuffled in place": lambda s: s.shuffle(inplace=True),
    "sorted by an attribute": lambda s: s.sort("taste"),
    "sorted by an attribute with ties": lambda s: s.select(lambda a: hasattr(a, "region")).sort("region"),
    "ascending": lambda s: s.select(lambda a: hasattr(a, "region")).sort("region", ascending=True),
    "sorted by a function": lambda s: s.sort(lambda a: abs(a.taste), ascending=True),
    "sorted in place": lambda s: s.sort("unique_id", inplace=True),
    "filtered": lambda s: s.select(lambda a: a.taste > 0),
    "filtered, some": lambda s: s.select(lambda a: a.taste > 0, at_most=5),
    "filtered, a share": lambda s: s.select(lambda a: a.taste > 0, at_most=0.1),
    "some": lambda s: s.select(at_most=7),
    "none": lambda s: s.select(at_most=0),
    "a share": lambda s: s.select(at_most=0.25),
    "everybody": lambda s: s.select(),
    "by type": lambda s: s.select(agent_type=Shop),
    "by base type": lambda s: s.select(agent_type=mesa.Agent, at_most=3),
    "shuffled, filtered, sorted": lambda s: s.shuffle().select(lambda a: a.taste < 0.3).sort("taste", ascending=True),
    "a copy": copy.copy,
    "a slice": lambda s: s[5:55:7],
    "backwards": lambda s: list(reversed(s)),
    "the last": lambda s: [s[-1]],
    "united": lambda s: s.select(at_most=3) | s.select(lambda a: a.taste > 1),
    "both": lambda s: s.select(at_most=30) & s.select(lambda a: a.taste > 0),
    "without": lambda s: s - s.select(at_most=50),
    "either": lambda s: s.select(at_most=9) ^ s.select(lambda a: a.unique_id % 2 == 0),
}


@pytest.mark.parametrize("which", SETS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_sets_hold_the_agents_mesa_would_hold_in_the_same_order(lazy, eager, which, question):
    ours, theirs = (QUESTIONS[question](SETS[which](model)) for model in (lazy, eager))
    assert ids(ours) == ids(theirs)
    if isinstance(theirs, AgentSet):
        assert isinstance(ours, MarketSet)
        assert len(ours) == len(theirs)
        assert all(agent in ours for agent in ours)
        assert [a in ours for a in lazy.agents] == [a in theirs for a in sorted(eager.agents, key=ids_of(lazy.agents))]


def ids_of(agents):
    place = {unique_id: i for i, unique_id in enumerate(ids(agents))}
    return lambda agent: place[agent.unique_id]


VALUES = {
    "one": lambda s: s.get("taste"),
    "many": lambda s: s.get(["taste", "unique_id"]),
    "none asked": lambda s: s.get([]),
    "missing": lambda s: s.get("mood", handle_missing="default", default_value=-1),
    "many missing": lambda s: s.get(["mood", "taste"], handle_missing="default"),
    "aggregate": lambda s: s.agg("taste", max),
    "aggregates": lambda s: s.agg("taste", [min, max, sum, np.mean]),
    "map": lambda s: s.map(lambda a, by: a.taste * by, 3),
    "index": lambda s: s.index(s[11]),
    "count": lambda s: s.count(s[11]),
    "equal": lambda s: s == s.select(),
    "subset": lambda s: s.select(at_most=3) <= s,
    "disjoint": lambda s: s.select(at_most=3).isdisjoint(s.select(lambda a: a.unique_id > 1000)),
}


@pytest.mark.parametrize("which", SETS)
@pytest.mark.parametrize("question", VALUES)
def test_values_are_those_mesa_gives(lazy, eager, which, question):
    ours, theirs = (VALUES[question](SETS[which](model)) for model in (lazy, eager))
    assert ours == theirs
    assert type(ours) is type(theirs)


USER_VALUES = {
    "do": lambda s: s.do("doubled") is s,
    "map by name": lambda s: s.map("doubled", by=5),
    "groups": lambda s: {k: ids(g) for k, g in s.groupby("region")},
    "groups by function": lambda s: {k: ids(g) for k, g in s.groupby(lambda a: a.taste > 0)},
    "groups as lists": lambda s: {k: (type(g), ids(g)) for k, g in s.groupby("last_visit", result_type="list")},
    "group sizes": lambda s: s.groupby("region").count(),
    "group aggregates": lambda s: s.groupby("region").agg("taste", max),
    "groups mapped": lambda s: s.groupby("region").map(len),
    "groups mapped by name": lambda s: s.groupby("region").map("agg", "taste", min),
    "groups of a subset": lambda s: list(s.select(lambda a: a.taste > 0).sort("taste").groupby("region").groups),
}


@pytest.mark.parametrize("question", USER_VALUES)
def test_values_of_users_are_those_mesa_gives(lazy, eager, question):
    assert USER_VALUES[question](SETS["users"](lazy)) == USER_VALUES[question](SETS["users"](eager))


def test_shuffle_do_asks_in_mesas_order(lazy, eager):
    asked = {}
    for model in (lazy, eager):
        seen = asked[model] = []
        assert model.agents.shuffle_do(lambda agent, to: to.append(agent.unique_id), seen) is model.agents
    assert asked[lazy] == asked[eager]
    assert sorted(asked[lazy]) == list(range(1, N + 3))
    assert lazy.random.random() == eager.random.random()


def test_no_method_of_mesas_set_is_left_that_reads_its_own_store():
    """A method of Mesa's that reads its dict of weak references would find none."""
    left = {
        name
        for name, member in vars(AgentSet).items()
        if inspect.isfunction(member) and "_agents" in member.__code__.co_names and getattr(UserSet, name) is member
    }
    assert left == {"_update"}  # called by the in-place forms of select and sort, which are ours
    assert not hasattr(Lazy().agents, "_agents")


def test_unknown_options_and_attributes_are_errors(lazy):
    with pytest.raises(ValueError, match="Unknown handle_missing option: ignore"):
        lazy.users.get("taste", handle_missing="ignore")
    with pytest.raises(AttributeError, match="mood"):
        lazy.users.get("mood")
    with pytest.raises(IndexError):
        lazy.users[N]
    with pytest.raises(IndexError):
        lazy.agents[-N - 3]


def test_a_view_is_one_object_while_it_lives(lazy):
    us = lazy.users
    assert us[3] is us[3]
    assert us[3] is lazy.agents[3]
    assert us[3] is next(iter(us.select(lambda u: u == us[3])))
    before = us[3]
    assert hash(before) == hash(us[3])
    gone = weakref.ref(us[4])
    assert gone() is None
    assert us[4] == us[4]
    assert us[4] != us[5]
    assert us[4] != Lazy().users[4]
    assert us[4] != "user"
    assert us[3] in us
    assert Lazy().users[3] not in us
    assert "user" not in us


def test_the_model_counts_users_and_others(lazy):
    assert len(lazy.agents) == N + 2
    assert list(lazy.agents_by_type) == [Shopper, Shop]
    assert lazy.agent_types == [Shopper, Shop]
    assert len(lazy.agents_by_type[Shop]) == 2
    assert lazy.agents_by_type[Shopper] is lazy.users
    assert isinstance(lazy.agents, AgentSet)
    assert isinstance(lazy.agents.select(agent_type=User), UserSet)
    assert len(set(ids(lazy.agents))) == N + 2
    assert repr(lazy.users) == "<UserSet of 60>"
    assert lazy.users.to_list() == list(lazy.users)


def test_new_agents_join_and_leave_every_set(lazy):
    lazy.agents.shuffle(inplace=True)
    everybody = lazy.agents.select()
    late = Shop(lazy, 500)
    assert late in lazy.agents
    assert late not in everybody
    assert lazy.agents[-1] is late
    assert len(lazy.agents) == N + 3
    chosen = lazy.agents.select(lambda a: a.unique_id > 20)
    late.remove()
    assert late not in lazy.agents
    assert late not in chosen
    assert len(lazy.agents) == N + 2
    assert len(chosen) == N + 2 - 20
    assert late not in list(chosen)
    lazy.shops[0].remove()
    assert len(lazy.agents) == N + 1
    assert lazy.shops[0] not in everybody


def test_agents_that_leave_while_others_are_asked_are_not_asked(lazy):
    asked = []

    def leave(agent):
        asked.append(agent)
        if agent is lazy.shops[0]:
            lazy.shops[1].remove()

    lazy.agents.do(leave)
    assert lazy.shops[0] in asked
    assert lazy.shops[1] not in asked


@pytest.mark.parametrize("name", ["users", "agents"])
def test_the_population_is_fixed(lazy, name):
    registered, user = getattr(lazy, name), lazy.users[7]
    for change in (registered.add, registered.discard, registered.remove):
        with pytest.raises(TypeError, match="the population is fixed in a run"):
            change(user)
    for change in (
        registered.pop,
        registered.clear,
        user.remove,
        lambda: registered.select(lambda a: a.taste > 0, inplace=True),
        lambda: User(lazy),
        lambda: User.create_agents(lazy, 5),
        lambda: registered.__iand__([user]),
    ):
        with pytest.raises(TypeError, match="the population is fixed in a run"):
            change()
    assert len(lazy.users) == N
    assert len(lazy.agents) == N + 2


def test_a_selection_may_change(lazy):
    some = lazy.agents.select(at_most=5)
    extra = lazy.agents[-1]
    some.add(extra)
    some.add(extra)
    assert ids(some) == ids([*lazy.agents[:5], extra])
    some.remove(lazy.users[2])
    some.discard(lazy.users[2])
    with pytest.raises(KeyError):
        some.remove(lazy.users[2])
    assert len(some) == 5
    assert some.pop() not in some
    some.select(lambda a: a is extra, inplace=True)
    assert list(some) == [extra]
    some.clear()
    assert len(some) == 0
    with pytest.raises(ValueError, match="no agent of this model"):
        some.add(Lazy().users[0])


def test_values_of_brands_are_snapshots(lazy):
    before = lazy.users.get("opinion")
    lazy.users.set("opinion", 0.25)
    assert np.array_equal(lazy.users.agg("opinion", np.array), np.full((N, BRANDS), np.float32(0.25)))
    assert before[0].shape == (BRANDS,)
    assert not np.all(before[0] == 0.25)


def test_set_writes_moving_columns_within_their_range(lazy):
    some = lazy.users.select(lambda u: u.taste > 0)
    assert some.set("fatigue", 2.5) is some
    assert lazy.users.get("fatigue") == [2.5 if u.taste > 0 else 0.0 for u in lazy.users]
    some.set("opinion", [0.5, -0.5, 0.0])
    assert some[0].opinion == [0.5, -0.5, 0.0]
    with pytest.raises(ValueError, match=r"opinion of a user is 1.5; allowed: -1 to 1"):
        some.set("opinion", 1.5)
    with pytest.raises(AttributeError, match="taste of a user is fixed when the population is built"):
        some.set("taste", 0.0)
    with pytest.raises(TypeError, match=r"last_visit of a user is 1\.5; allowed: a whole number"):
        some.set("last_visit", 1.5)
    with pytest.raises(AttributeError, match="did you mean 'fatigue'"):
        some.set("fatige", 1.0)
    lazy.agents.select(agent_type=Shop).set("taste", 9.0)
    assert lazy.shops[0].taste == 9.0


def test_an_attribute_redefined_in_a_subclass_is_asked_not_read():
    class Rounded(User):
        __slots__ = ()

        @property
        def taste(self):
            return 7.0

    model = Lazy(user_class=Rounded)
    assert set(model.users.get("taste")) == {7.0}
    assert list(model.users.groupby("taste").groups) == [7.0]
    assert ids(model.users.sort("taste")) == ids(model.users)


def test_copies_and_pickles(lazy):
    some = lazy.users.select(lambda u: u.taste > 0)
    shallow = copy.copy(some)
    shallow.remove(shallow[0])
    assert len(shallow) == len(some) - 1
    deep = copy.deepcopy(some)
    assert ids(deep) == ids(some)
    assert deep[0].model is not lazy
    user = lazy.users[3]
    assert copy.copy(user) is user
    assert pickle.loads(pickle.dumps(user.opinion)) == user.opinion.tolist()  # noqa: S301
    assert copy.deepcopy(lazy.agents).random is not lazy.random


def test_millions_cost_next_to_nothing():
    """Every view takes memory while it is held, and no set does."""
    model = Lazy(n=10)
    made = table.allocate(1_000_000, 1, 1, 1)
    made.columns["key"][:] = np.arange(1_000_000)
    del model
    plain = mesa.Model(seed=1)
    best = min(_seconds(lambda: UserSet.over(mesa.Model(seed=1), made.columns, User)) for _ in range(3))
    assert best < 0.02
    users = UserSet.over(plain, made.columns, User)
    assert len(plain.agents) == 1_000_000
    assert users[999_999].unique_id == 1_000_000
    assert len(users.members._views) == 0
    chosen = users.select(at_most=0.5)
    assert chosen.codes().nbytes <= 8 * len(chosen)


def _seconds(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def test_random_operations_leave_ours_and_mesas_the_same(lazy, eager):
    """Forty random steps on both; every step compared."""
    luck = random.Random(11)
    ours, theirs = lazy.agents.select(), eager.agents.select()
    for _ in range(40):
        bound = luck.uniform(-1, 1)
        step = luck.choice([
            lambda s: s.shuffle(),
            lambda s: s.sort("taste", ascending=True),
            lambda s, b=bound: s.select(lambda a: a.taste > b - 1.5),
            lambda s, b=bound: s | s.select(lambda a: a.taste < b),
            lambda s: s.sort("unique_id"),
        ])  # fmt: skip
        ours, theirs = step(ours), step(theirs)
        assert ids(ours) == ids(theirs)


def test_models_are_not_kept_alive():
    kept = []
    for _ in range(20):
        model = Lazy()
        kept.append(weakref.ref(model))
        assert model.agents.select(lambda a: a.taste > 0)[0].model is model
        del model
    gc.collect()
    assert [ref() for ref in kept] == [None] * 20
