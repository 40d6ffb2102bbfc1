"""The columns of one run and the views kernels take of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from simulator.kernels import decisions, half, rng, setup
from simulator.kernels.after import AfterParams
from simulator.kernels.feed import FeedParams
from simulator.kernels.luck import Luck
from simulator.kernels.market import MarketParams
from simulator.kernels.packed import Numbers, pack
from simulator.kernels.sellers import EntryParams
from simulator.kernels.sessions import Shares
from simulator.kernels.state import NEED, TREND, Batch, Needs, Scratch, Users, Visits
from simulator.model.posts import PostTable
from simulator.model.world import Graph, Rows, shift_for
from simulator.population import table
from simulator.population.selection import smallest
from simulator.population.synthesis import BLOCK, Population
from simulator.population.table import Columns, Keys
from simulator.types import USER_KEY, Array, Role


def allocate_columns(population: Population, rows: Rows, brands: int, platforms: int, slots: int) -> table.Table:
    """All columns of a run, the fixed attributes filled in, block by block: no whole column stands beside it."""
    made = table.allocate(population.n, brands, platforms, slots, keyed=not rows.identity)
    made.key[:] = rows.key
    mean_income = population.regions.mean_income_yuan
    for start in range(0, population.n, BLOCK):
        part = slice(start, min(population.n, start + BLOCK))
        keys, person = made.keys(part), made.person[part]
        person["region"] = population.draw("region", keys)
        made.activity[part] = population.draw("activity", keys)
        for name in ("susceptibility", "credibility", "taste"):
            half.fill_half(population.draw(name, keys).astype(np.float64), person[name])
        relative = np.maximum(population.draw("income", keys).astype(np.float64) / mean_income, 1e-6)
        scale = np.minimum(relative**-population.parameters.price_slope, table.BY_NAME["price_scale"].high)
        half.fill_half(scale, person["price_scale"])
    return made


def assign_roles(made: table.Table, population: Population, seller_share: float, seed: int) -> None:
    """Opinion leaders are the most popular; sellers are drawn by key, so a larger share adds to a smaller one's."""
    role = made.person["role"]
    leaders = most_popular(population, round(population.parameters.opinion_leader_share * population.n))
    for start in range(0, population.n, BLOCK):
        part = slice(start, min(population.n, start + BLOCK))
        keys = made.keys(part)
        draw = np.empty(keys.size)
        rng.fill_uniform(rng.stream(seed, decisions.SELLER_ROLE), keys, draw)
        role[part][draw < seller_share] = Role.SELLER
        role[part][np.isin(keys, leaders)] = Role.OPINION_LEADER


def most_popular(population: Population, count: int) -> Array:
    """Keys of the `count` most popular users, ties by key."""

    def unpopularity(part: slice) -> Array:
        keys = np.arange(part.start, part.stop, dtype=USER_KEY)
        return -population.draw("popularity", keys).astype(np.float64)

    return smallest(population.n, count, unpopularity).astype(USER_KEY)


def set_inflow(inflow: Array, graph: Graph | None, background_posts: float) -> None:
    """Background posts that reach a feed a day, `inflow` (n,): posts by each followee or friend times their number.

    They are halves.
    """
    if graph is None:
        return
    counts = getattr(graph, "followee_counts", None)
    if counts is None:
        inflow[:] = half.to_half(graph.mean_followers * background_posts)  # type: ignore[union-attr]
    else:
        half.fill_half(counts() * background_posts, inflow)


def introduce_brands(users: Users, brands: Any, follower_share: Array, known_share: Array, seed: int) -> None:
    """Who follows a brand's account, and who knows its offer, at the start."""
    prefix = rng.stream(seed, decisions.FOLLOWS_BRAND)
    setup.introduce(users, brands.key.copy(), follower_share, known_share, prefix)


def users_view(made: table.Table, platform: int, slots: int) -> Users:
    """The table as kernels see it on one platform, whose inboxes have `slots` slots."""
    ring = made.ring[platform, :, :slots]
    return Users(made.key, made.activity, made.person, made.tie, made.inbox[platform].view(np.recarray), ring)


_VISIT = {
    "row": np.int32, "minute": np.int64, "key": np.uint64, "device": np.uint8, "platform": np.uint8, "marked": np.uint8,
    "commented": np.uint8,
}  # fmt: skip
VISIT_BYTES = sum(np.dtype(kind).itemsize for kind in _VISIT.values())


def visits_buffer(size: int) -> Visits:
    """Room for `size` visits."""
    return Visits(**{name: np.zeros(size, kind) for name, kind in _VISIT.items()})


def scratch_for(brands: int, slots: int) -> Scratch:
    """Room for choices among `brands` and inboxes of `slots`."""
    offline, platform, worth = np.empty((3, brands))
    tiers, keys = np.empty(brands, np.int64), np.empty(brands, np.uint64)
    return Scratch(offline, platform, worth, tiers, keys, np.empty(slots, np.int64), np.empty(slots))


def declared_bytes(n: int, brands: int, platforms: int, slots: int, needs: int) -> int:
    """Bytes of a run's own state: columns and the ledger with its index."""
    index = 8 * (-(-n >> shift_for(n, needs)) + 1)
    return n * table.bytes_per_user(brands, platforms, slots) + index + needs * NEED.itemsize


@dataclass
class PlatformState:
    """One platform as it runs.

    Attributes
    ----------
    index : its number.
    table : all users; slots : length of its inboxes.
    brands : records BRAND, shape (B,): what they cost and what is known of them here.
    graph : in row space.
    feed, market, after, entry : numbers of its affordances; luck : prefixes of the run's keys.
    numbers : those and the luck, packed for kernels.
    trends : the market posts on its trending list, records TREND (T,).
    """

    index: int
    affordances: Any
    table: table.Table
    slots: int
    brands: Any
    graph: Graph | None
    posts: PostTable
    feed: FeedParams
    market: MarketParams
    after: AfterParams
    entry: EntryParams
    luck: dataclasses.InitVar[Luck]
    trends: Any = dataclasses.field(default_factory=lambda: np.zeros(0, TREND).view(np.recarray))

    numbers: Any = dataclasses.field(init=False)

    def __post_init__(self, luck: Luck) -> None:
        self.numbers = pack(Numbers(self.feed, self.market, self.after, luck))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "users"}

    def set_distrust(self, shared: float) -> None:
        """The distrust all its users share, on 0..1."""
        packed = self.numbers.view(np.ndarray)
        for commons in (
            self.feed.trust.commons,
            packed["feed"]["trust"]["commons"],
            packed["market"]["trust"]["commons"],
        ):
            commons[...] = shared

    def set_numbers(self, feed: Mapping[str, Any], market: Mapping[str, Any]) -> None:
        """Set some numbers of the feed and of the market from now on, where kernels and users read them."""
        self.feed = self.feed._replace(**feed)
        self.market = self.market._replace(**market)
        packed = self.numbers.view(np.ndarray)
        for part, values in (("feed", feed), ("market", market)):
            for name, value in values.items():
                packed[part][name] = value

    @cached_property
    def users(self) -> Users:
        """The users as it knows them: views, which a copy of a run makes anew, so that it holds its users once."""
        return users_view(self.table, self.index, self.slots)

    @property
    def has_feed(self) -> bool:
        return self.feed.on


@dataclass
class RunState:
    """Everything that moves in a run. Engines read and write it; nothing else does."""

    seed: int
    rows: Rows
    table: table.Table
    needs: Needs
    categories: Any
    platforms: list[PlatformState]
    luck: Luck
    shares: Shares
    phone_share: float

    @property
    def n(self) -> int:
        return self.table.n

    @property
    def key(self) -> Keys:
        """Keys of the users by row."""
        return Keys(self.table)

    @property
    def brands(self) -> Any:
        """The products as the first platform knows them; what is fixed is the same on all."""
        return self.platforms[0].brands

    @property
    def columns(self) -> Columns:
        """Every column by name, as views on `table`."""
        return self.table.columns


@dataclass
class TickOutcome:
    """What one tick produced. `reposts` and `telling` become posts at the end of the tick.

    Attributes
    ----------
    counters : int64 (P, B, counters).
    deliveries : posts put into inboxes.
    online : visits, int64 (P,).
    reposts : of each platform.
    telling : indices of the needs whose buyer tells.
    commented : roots of the copies commented on, of each platform whose order asks for it, uint64.
    """

    counters: Array
    deliveries: int
    online: Array
    reposts: list[Batch]
    telling: Array
    commented: list[Array]
