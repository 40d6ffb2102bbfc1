"""The market is a Mesa model: what a user of Mesa expects of a model and its agents."""

import copy
import gc
import pickle
import weakref

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from simulator.agents import mesa_private
from simulator.agents.brands import Brand
from simulator.agents.platforms import Platform
from simulator.agents.user_sets import UserSet
from simulator.agents.users import User
from simulator.model.market import CommerceModel
from simulator.model.tables import tables_of
from simulator.output.tables import table_hashes

USERS = 40
SETTINGS = (f"market.users={USERS}", "market.days=1", "market.tick_minutes=240", "population.sessions_per_day=20")


def market(**arguments):
    return CommerceModel(**({"scenario": "public_feed", "settings": SETTINGS, "rng": 4} | arguments))


# -- the private attributes this rests on


def test_the_installed_mesa_is_one_that_was_tested():
    assert mesa.__version__ in mesa_private.TESTED_VERSIONS


def test_a_mesa_model_keeps_its_agents_where_they_are_looked_for():
    plain = mesa.Model(seed=1)
    agent = mesa.discrete_space.CellAgent(plain)
    assert list(plain._agents) == [agent]
    assert list(plain._agents_by_type[type(agent)]) == [agent]
    assert list(plain._all_agents) == [agent]
    assert plain.agents is plain._all_agents
    del mesa.Agent._ids[plain]


def test_mesas_set_has_the_methods_that_were_replaced():
    """A method that a later Mesa adds would read the set's own store of agents."""
    known = "add agg discard do get groupby map remove select set shuffle shuffle_do sort"
    public = {name for name in vars(AgentSet) if not name.startswith("_")}
    assert public == set(known.split())
    assert {name for name in public if getattr(UserSet, name) is vars(AgentSet)[name]} == {"agg"}


def test_another_mesa_is_refused_by_name():
    class Elsewhere:
        _agents = None

    with pytest.raises(RuntimeError, match=r"mesa\.Model has no _agents, _agents_by_type, _all_agents"):
        mesa_private.adopt(Elsewhere(), User, None, None)


# -- the model and its agents


def test_agents_of_the_model():
    model = market()
    brands = len(model.scenario.brands)
    assert len(model.agents) == USERS + 1 + brands
    assert [a.unique_id for a in model.agents] == list(range(1, USERS + 2 + brands))
    assert len(model.agents_by_type[User]) == USERS
    assert set(model.agent_types) == {User, Brand, Platform}
    assert list(model.agents_by_type[Brand]) == model.brands
    assert list(model.agents.select(agent_type=Platform)) == [model.platform]
    assert model.agents_by_type[User] is model.user_set
    assert all(agent.model is model for agent in model.agents)
    assert model.agents[3].random is model.random
    assert model.agents[3].rng is model.rng


def test_users_answer_as_agents():
    model = market()
    model.run_model()
    users = model.agents_by_type[User]
    assert users.agg("activity", np.mean) == pytest.approx(float(model.state.columns["activity"].mean()), rel=1e-6)
    by_region = users.groupby("region")
    assert sum(by_region.count().values()) == USERS
    last = {r: max(u.last_visit for u in users if u.region == r) for r, _ in by_region}
    assert by_region.agg("last_visit", max) == last
    busy = users.select(lambda u: u.activity > 5).sort("activity")
    assert busy.get("activity") == sorted((u.activity for u in users if u.activity > 5), reverse=True)
    assert users.map(lambda u: u.key) == model.state.columns["key"].tolist()
    users.do("step")
    users.shuffle_do("advance")


def test_the_model_counts_steps_and_stops():
    model = market()
    model.run_model()
    assert model.steps == model.ticks == 6
    assert not model.running
    model.step()
    assert len(model.panel) == 6


@pytest.mark.parametrize("engine", ["kernels", "agents"])
def test_set_is_seen_by_both_engines(engine):
    """What a set writes is what the engine reads: users who all muted the brands see nothing."""
    model = market(engine=engine, settings=(*SETTINGS, "market.days=4"))
    model.user_set.set("marks", 2)
    model.run_model()
    assert np.sum(model.panel, axis=(0, 1, 2))[0] == 0
    assert set(np.unique(model.state.columns["marks"] & 2).tolist()) == {2}


def test_mesas_and_the_models_own_draws_do_not_touch():
    """Shuffling agents moves Mesa's random numbers and nothing in the market."""
    plain, shuffled = market(), market()
    for _ in range(plain.ticks):
        plain.step()
        shuffled.agents.shuffle_do("step")
        shuffled.step()
    assert table_hashes(tables_of(plain)) == table_hashes(tables_of(shuffled))


def test_a_user_class_of_ones_own_takes_effect():
    class Recluse(User):
        __slots__ = ()

        def visits(self):
            return []

    model = market(engine="agents", user_class=Recluse)
    model.run_model()
    assert np.array_equal(model.online, [[0]] * 6)
    assert next(iter(model.agents_by_type)) is Recluse
    assert all(type(user) is Recluse for user in model.user_set)


# -- Mesa's tools


def test_batch_run():
    results = mesa.batch_run(
        CommerceModel,
        parameters={"scenario": "public_feed", "settings": [SETTINGS], "rng": [1, 2]},
        iterations=2,
        max_steps=100,
        data_collection_period=1,
        number_processes=1,
        display_progress=False,
    )
    assert len(results) == 2 * 2 * 6
    assert {line["rng"] for line in results} == {1, 2}
    online = {(line["rng"], line["iteration"]): [] for line in results}
    for line in results:
        online[line["rng"], line["iteration"]].append(line["online"])
    alone = market(rng=1)
    alone.run_model()
    assert online[1, 0] == online[1, 1] == [int(visits.sum()) for visits in alone.online]
    assert online[1, 0] != online[2, 0]


def _count(agent):
    return len(agent.needs) if isinstance(agent, User) else -1


def test_agent_reporters():
    model = market(engine="agents")
    model.datacollector = mesa.DataCollector(
        model_reporters={"agents": lambda m: len(m.agents), "mean": lambda m: m.user_set.agg("fatigue", np.mean)},
        agent_reporters={"fatigue": "fatigue", "needs": _count, "first": [_opinion, [0]], "name": "name"},
        agenttype_reporters={User: {"last_visit": "last_visit"}, Brand: {"spend": "spend_fen"}},
    )
    model.run_model()
    agents = model.datacollector.get_agent_vars_dataframe()
    assert agents.shape == (6 * len(model.agents), 4)
    last = agents.loc[model.steps]
    for user in model.user_set:
        line = last.loc[user.unique_id]
        assert (line["fatigue"], line["needs"], line["first"]) == (user.fatigue, len(user.needs), user.opinion[0])
    assert last.loc[USERS + 2, "name"] == model.brands[0].name
    assert last.loc[1, "name"] is None or last.loc[1, "name"] != last.loc[1, "name"]
    visits = model.datacollector.get_agenttype_vars_dataframe(User)
    assert visits.loc[model.steps, "last_visit"].tolist() == model.state.columns["last_visit"].tolist()
    assert len(model.datacollector.get_agenttype_vars_dataframe(Brand)) == 6 * len(model.brands)
    assert model.datacollector.get_model_vars_dataframe()["agents"].tolist() == [len(model.agents)] * 6


def _opinion(agent, brand):
    return agent.opinion[brand] if isinstance(agent, User) else None


# -- copies and memory


@pytest.mark.parametrize("engine", ["kernels", "agents"])
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])  # noqa: S301
def test_a_copy_goes_on_as_the_original_does(engine, copied):
    model = market(engine=engine, settings=(*SETTINGS, "market.days=3"))
    for _ in range(14):
        model.step()
    held = model.user_set[5]
    other = copied(model)
    for each in (model, other):
        each.run_model()
    assert np.array_equal(model.panel, other.panel)
    assert held in model.agents
    assert held not in other.agents
    for name in model.user_set.members.columns:
        assert np.array_equal(model.user_set.members.columns[name], other.user_set.members.columns[name]), name
    assert other.user_set[5].fatigue == held.fatigue
    assert other.agents[-1].name == model.agents[-1].name
    other.user_set.set("fatigue", 9.0)
    assert other.state.columns["fatigue"].tolist() == [[9.0]] * USERS
    assert held.fatigue != 9.0


@pytest.mark.parametrize("engine", ["kernels", "agents"])
def test_models_that_nobody_holds_are_gone(engine):
    kept = []
    for seed in range(25):
        model = market(engine=engine, rng=seed)
        if seed % 5 == 0:
            model.step()
            model.agents.select(lambda agent: agent.unique_id > 3).shuffle()
        kept.append(weakref.ref(model))
        del model
    gc.collect()
    assert [ref() for ref in kept] == [None] * 25
    assert not any(isinstance(model, CommerceModel) for model in mesa.Agent._ids)
