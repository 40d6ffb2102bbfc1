"""The columns of one run and the views kernels take of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.agents.columns import columns_of
from simulator.kernels import decisions, rng, setup
from simulator.kernels.after import AfterParams
from simulator.kernels.feed import FeedParams
from simulator.kernels.luck import Luck
from simulator.kernels.market import MarketParams
from simulator.kernels.state import NEED, Batch, Needs, Users, Visits
from simulator.model.posts import PostTable
from simulator.model.world import Graph, Rows
from simulator.population import table
from simulator.population.synthesis import Population
from simulator.types import Array, Role


def allocate_columns(population: Population, rows: Rows, brands: int, slots: int) -> table.Table:
    """All columns of a run, the fixed attributes filled in."""
    made = table.allocate(population.n, brands, slots)
    columns = made.columns
    columns["key"][:] = rows.key
    for name in ("region", "activity", "susceptibility", "credibility", "taste"):
        columns[name][:] = rows.place(population.columns[name])
    relative = rows.place(population.columns["income"]) / population.regions.mean_income_yuan
    floor = np.float64(1e-6)
    scale = np.maximum(relative.astype(np.float64), floor) ** -population.parameters.price_slope
    columns["price_scale"][:] = np.minimum(scale, table.BY_NAME["price_scale"].high)
    return made


def assign_roles(columns: dict[str, Array], population: Population, rows: Rows, seller_share: float, seed: int) -> None:
    """Opinion leaders are the most popular; sellers are drawn by key, so a larger share adds to a smaller one's."""
    role = columns["role"]
    draw = np.empty(population.n)
    rng.fill_uniform(rng.stream(seed, decisions.SELLER_ROLE), columns["key"], draw)
    role[draw < seller_share] = Role.SELLER
    leaders = round(population.parameters.opinion_leader_share * population.n)
    if leaders:
        popularity = population.columns["popularity"]
        order = np.lexsort((np.arange(population.n), -popularity.astype(np.float64)))
        chosen = np.zeros(population.n, bool)
        chosen[order[:leaders]] = True
        role[rows.place(chosen)] = Role.OPINION_LEADER


def set_inflow(columns: dict[str, Array], graph: Graph | None, background_posts: float) -> None:
    """Background posts that reach a feed each day: posts by each followee or friend, times their number."""
    if graph is None:
        return
    counts = getattr(graph, "followee_counts", None)
    followees: Any = counts() if counts else graph.mean_followers  # type: ignore[union-attr]
    columns["inflow"][:] = np.asarray(followees, np.float64) * background_posts


def introduce_brands(users: Users, brands: Any, follower_share: Array, known_share: Array, seed: int) -> None:
    """Who follows a brand's account, and who knows its offer, at the start."""
    prefix = rng.stream(seed, decisions.FOLLOWS_BRAND)
    setup.introduce(0, users.key.size, users.key, brands.key.copy(), follower_share, known_share, prefix, users.tie)


def users_view(made: table.Table) -> Users:
    """The table as kernels see it."""
    columns = made.columns
    return Users(columns["key"], columns["activity"], made.person, made.tie, columns["ring"])


def visits_buffer(n: int) -> Visits:
    """Room for everybody to be online."""
    return Visits(row=np.zeros(n, np.int32), minute=np.zeros(n, np.int64), device=np.zeros(n, np.uint8))


def declared_bytes(n: int, brands: int, slots: int, needs: int) -> int:
    """Bytes of a run's own state: columns, visit buffers and the ledger."""
    per_visit = 4 + 8 + 1
    return n * (table.bytes_per_user(brands, slots) + per_visit + 8) + needs * NEED.itemsize


@dataclass
class PlatformState:
    """One platform as it runs: its graph in row space, its posts, and the numbers of its affordances."""

    affordances: Any
    graph: Graph | None
    posts: PostTable
    feed: FeedParams
    market: MarketParams
    after: AfterParams
    fatigue_hours: float
    has_feed: bool


@dataclass
class RunState:
    """Everything that moves in a run. Engines read and write it; nothing else does."""

    seed: int
    rows: Rows
    users: Users
    needs: Needs
    brands: Any
    categories: Any
    platform: PlatformState
    luck: Luck
    visits: Visits
    phone_share: float
    ad_hours: float

    @property
    def n(self) -> int:
        return int(self.users.key.size)

    @property
    def columns(self) -> dict[str, Array]:
        """Every column by name, as views on `users`."""
        return columns_of(self.users)


@dataclass
class TickOutcome:
    """What one tick produced, summed over users. `reposts` and `telling` become posts at the end of the tick."""

    counters: Array
    deliveries: int
    online: int
    reposts: Batch
    telling: Array
