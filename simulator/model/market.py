"""The market as a Mesa model."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from simulator.agents.base import MarketAgent
from simulator.agents.brands import Brand
from simulator.agents.developers import Developer
from simulator.agents.journal import Journal
from simulator.agents.platform_parameters import PlatformParameters
from simulator.agents.platforms import Platform
from simulator.agents.users import User, UserSet
from simulator.errors import InputError
from simulator.kernels.luck import Luck, luck_of
from simulator.kernels.state import COUNTERS
from simulator.model import build, commons
from simulator.model.agent_engine import AgentEngine
from simulator.model.audiences import Audiences
from simulator.model.calendar import Calendar
from simulator.model.engine import Engine, KernelEngine
from simulator.model.memory import announce, available_bytes, longest_ring
from simulator.model.open_platform import OpenPlatform
from simulator.model.ordinary import OrdinaryPosts
from simulator.model.posts import PostTable
from simulator.model.reports import PlatformReports
from simulator.model.schedule import Schedule
from simulator.model.seeds import seeds_of
from simulator.model.sellers import entry_params
from simulator.model.state import (
    PlatformState,
    RunState,
    allocate_columns,
    assign_roles,
    introduce_brands,
    set_inflow,
)
from simulator.model.world import Graph, Rows, graph_of, ledger, population_of
from simulator.population.table import Table
from simulator.scenario.loader import LoadedScenario, load
from simulator.scenario.schema import Scenario
from simulator.types import MINUTES_PER_DAY, Array

DEFAULT_SCENARIO = "public_feed"
VISIT_SAMPLE = 200_000
"""Expected visits are summed over at most this many users, evenly spaced by row."""

ENGINES = ("kernels", "agents")


class CommerceModel(mesa.Model):
    """A market of users, brands and a platform, stepped tick by tick.

    Every argument is a keyword with a default, as Mesa's tools expect.

    Parameters
    ----------
    scenario : Scenario, LoadedScenario, or the name or path of a scenario file.
    rng, seed : int
        The world's seed; `seed` is an alias for `rng`. Without one the operating system gives one, which
        `model.seed` keeps, so that replicates of Mesa's `batch_run` differ; ``{"rng": range(8)}`` names them.
    role : "campaign" or "control"
        In a control no brand runs a campaign; everything else is the same.
    engine : "kernels" or "agents"
        Compiled, or one Mesa agent at a time; same tables.
    threads : int
        Threads of the compiled engine; no result depends on it.
    order : integers[n], optional
        User key stored in each row; no result depends on it.
    settings : sequence of str
        Overrides ``path.to.key=value`` of a named scenario.
    user_class : type[User]
        A subclass whose decisions take effect under ``engine="agents"``.

    Raises
    ------
    InputError
        If the scenario or an argument is wrong.
    CapacityError
        If the run would not fit into memory.
    """

    def __init__(
        self,
        scenario: Scenario | LoadedScenario | str | Path = DEFAULT_SCENARIO,
        *,
        rng: int | None = None,
        seed: int | None = None,
        role: str = "campaign",
        engine: str = "kernels",
        threads: int = 1,
        order: Any = None,
        settings: Sequence[str] = (),
        user_class: type[User] = User,
    ):
        if rng is not None and seed is not None and rng != seed:
            raise InputError("rng and seed are the same thing: give one of them")
        chosen = rng if rng is not None else seed
        if chosen is None:
            chosen = secrets.randbits(48)
        if isinstance(chosen, bool) or not isinstance(chosen, int | np.integer) or not 0 <= chosen < 2**63:
            raise InputError(f"seed is {chosen!r}; allowed: a whole number from 0 to 2**63 - 1")
        if role not in ("campaign", "control"):
            raise InputError(f"role is {role!r}; allowed: campaign, control")
        if engine not in ENGINES:
            raise InputError(f"engine is {engine!r}; allowed: {', '.join(ENGINES)}")
        super().__init__(seed=int(chosen))
        self.seed = int(chosen)
        self.role = role
        self.scenario = _resolve(scenario, settings)
        self.memory = announce(self.scenario)
        self._build(order, user_class)
        self.engine: Engine = AgentEngine(self) if engine == "agents" else KernelEngine(threads)
        market = self.scenario.market
        self.ticks = market.days * MINUTES_PER_DAY // market.tick_minutes
        calendar = self._calendar()
        followed = next((p for p in self.state.platforms if p.affordances.active("ordinary_posts")), None)
        self.ordinary = (
            None if followed is None else OrdinaryPosts(self.state, followed, calendar, market.days, available_bytes())
        )
        audiences = Audiences(self.state, self.population.regions.names, market.tick_minutes)
        self.schedule = Schedule(self.state, self.engine, calendar, audiences, self.open_platforms, self.ordinary)
        self.panel: list[Array] = []
        self.collects = True
        self.deliveries = 0
        self.online: list[Array] = []
        self.datacollector = mesa.DataCollector(
            model_reporters={name: partial(_latest, i) for i, name in enumerate(COUNTERS)} | {"online": _online}
        )

    def step(self) -> None:
        """One tick."""
        tick = len(self.panel)
        if tick >= self.ticks:
            self.running = False
            return
        outcome = self.schedule.tick(tick, self.brands, self.platforms)
        self.panel.append(outcome.counters[:, :, : len(COUNTERS)].copy())
        self.online.append(outcome.online)
        self.deliveries += outcome.deliveries
        if self.collects:
            self.datacollector.collect(self)
        self.running = tick + 1 < self.ticks

    @property
    def platform(self) -> Platform:
        """The first platform, in most scenarios the only one."""
        return self.platforms[0]

    @property
    def developers(self) -> list[Developer]:
        """All developers, platform by platform."""
        return [one for platform in self.open_platforms for one in platform.developers]

    @property
    def user_set(self) -> UserSet:
        """All users, as views on columns."""
        return self._users

    def _build(self, order: Any, user_class: type[User]) -> None:
        scenario = self.scenario
        self.seeds = seeds_of(self.seed, scenario.market.redraw)
        world, luck = self.seeds.world, luck_of(self.seeds.chance, self.seeds.world, self.seeds.content)
        self.population = population_of(scenario, world)
        rows = Rows.ordered(order, scenario.market.users)
        many = len(scenario.platforms)
        table = allocate_columns(self.population, rows, len(scenario.brands), many, longest_ring(scenario))
        sellers = max(_seller_share(platform.affordances) for platform in scenario.platforms)
        assign_roles(table, self.population, sellers, world)
        platforms = [self._platform(p, table, rows, luck) for p in range(many)]
        follower_share = np.array([b.follower_share for b in scenario.brands])
        known_share = np.array([b.known_share for b in scenario.brands])
        introduce_brands(platforms[0].users, platforms[0].brands, follower_share, known_share, world)
        self.state = RunState(
            seed=self.seeds.chance,
            rows=rows,
            table=table,
            needs=ledger(
                scenario.categories,
                table.key,
                scenario.market.days,
                world,
                table.person["region"],
                self.population.regions.names,
                scenario.market.start_month,
            ),
            categories=build.categories_table(
                scenario.categories, scenario.market.tick_minutes, self.population.regions.names
            ),
            platforms=platforms,
            luck=luck,
            shares=build.shares_of(scenario.platforms, scenario.population.platform_spread),
            phone_share=scenario.population.phone_share,
        )
        self._make_agents(user_class)

    def _platform(self, index: int, table: Table, rows: Rows, luck: Luck) -> PlatformState:
        scenario = self.scenario
        affordances: Any = scenario.platforms[index].affordances
        graph = self._graph(affordances, rows)
        slots = affordances.feed.slots if affordances.active("feed") else 1
        set_inflow(table.inbox[index]["inflow"], graph, affordances.feed.background_posts)
        reviews = affordances.reviews.strength if affordances.active("reviews") else 0.0
        trust = commons.trust_params(affordances)
        everywhere: list[Any] = [platform.affordances for platform in scenario.platforms]
        anybody = any(there.active("feed") for there in everywhere)
        return PlatformState(
            index=index,
            affordances=affordances,
            table=table,
            slots=slots,
            brands=build.brands_table(scenario.brands, list(scenario.categories), reviews),
            graph=graph,
            posts=PostTable(
                max(1, round(affordances.feed.life_days * MINUTES_PER_DAY / scenario.market.tick_minutes)),
                most=scenario.market.most_posts,
            ),
            feed=build.feed_params(affordances, scenario.population, trust),
            market=build.market_params(
                index, affordances, scenario.population, trust, build.entry_into(index, scenario.platforms)
            ),
            after=build.after_params(affordances, anybody),
            entry=entry_params(affordances),
            luck=luck,
        )

    def _graph(self, affordances: Any, rows: Rows) -> Graph | None:
        if not affordances.active("graph"):
            return None
        graph = graph_of(self.scenario, affordances.graph.layer, self.seeds.world, self.population)
        if rows.identity:
            return graph
        if not hasattr(graph, "relabel"):
            raise InputError("a procedural graph needs users stored in order of their keys")
        return graph.relabel(rows.key)

    def _make_agents(self, user_class: type[User]) -> None:
        n = self.state.n
        MarketAgent.ids_from(self, n + 1)
        weights = self.state.shares.weight / self.state.shares.weight.sum()
        self.journal = Journal()
        self.platforms = [
            self._platform_agent(parameters, held, float(weight))
            for parameters, held, weight in zip(self.scenario.platforms, self.state.platforms, weights, strict=True)
        ]
        names = [platform.name for platform in self.platforms]
        regions, minutes = self.population.regions.names, self.scenario.market.tick_minutes
        self.reports = PlatformReports(self.state, regions, minutes, names)
        campaign = self.role == "campaign"
        self.brands = [Brand(self, i, build.name_key(b.name), b, campaign) for i, b in enumerate(self.scenario.brands)]
        for brand in self.brands:
            brand.enter(self.platforms)
        self.open_platforms = [
            OpenPlatform(held, agent, self.brands, self.state.seed, self.scenario.market.days)
            for held, agent in zip(self.state.platforms, self.platforms, strict=True)
        ]
        self._users = UserSet.over(self, self.state.columns, user_class)

    def _platform_agent(self, parameters: PlatformParameters, held: PlatformState, budget_share: float) -> Platform:
        graph_by_key = None
        if held.graph is not None:
            layer = held.affordances.graph.layer
            graph_by_key = partial(graph_of, self.scenario, layer, self.seeds.world, self.population)
        region, regions = self.state.columns["region"], self.population.regions.names
        return Platform(self, parameters, held.graph, budget_share, region, regions, graph_by_key)

    def _calendar(self) -> Calendar:
        step = max(1, self.state.n // VISIT_SAMPLE)
        market, sampled = self.scenario.market, np.arange(0, self.state.n, step)
        return Calendar(market.tick_minutes, market.start_weekday, self.population.draw("activity", sampled), step)


def _resolve(scenario: Scenario | LoadedScenario | str | Path, settings: Sequence[str]) -> Scenario:
    if isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, LoadedScenario):
        return scenario.scenario
    return load(scenario, settings).scenario


def _latest(column: int, model: CommerceModel) -> int:
    """A counter of the last tick, summed over platforms and brands."""
    return int(model.panel[-1][:, :, column].sum())


def _online(model: CommerceModel) -> int:
    return int(model.online[-1].sum())


def _seller_share(affordances: Any) -> float:
    if not affordances.active("peer_sellers"):
        return 0.0
    return float(min(1.0, affordances.peer_sellers.share * affordances.peer_sellers.strength))
