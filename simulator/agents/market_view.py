"""What a user sees of the market while deciding: posts, products, offers, own needs, the numbers of the platform."""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, Self, TypeVar, overload

from simulator.agents.columns import cells_of
from simulator.agents.luck import absorb
from simulator.kernels.after import AfterParams
from simulator.kernels.feed import FeedParams
from simulator.kernels.inbox import IDS as BITS_OF_IDS
from simulator.kernels.luck import Luck
from simulator.kernels.market import MarketParams
from simulator.kernels.ranking import POPULAR
from simulator.kernels.sellers import EntryParams
from simulator.kernels.state import Clock
from simulator.types import NOBODY, Device, NeedStatus, PostKind, Role

T = TypeVar("T")
IDS = int(BITS_OF_IDS)
Cells = dict[str, Any]
"""Fields of a record array by name, as memoryviews: an item is a Python number."""


def cells(table: Any) -> Cells:
    """The fields of a record array."""
    return {name: memoryview(table[name]) for name in table.dtype.names}


class Field(Generic[T]):
    """One value of a record, kept in a table."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...

    @overload
    def __get__(self, record: Record, owner: type) -> T: ...

    def __get__(self, record: Record | None, owner: type) -> Self | T:
        if record is None:
            return self
        value: T = record._cells[self._name][record.index]
        return value

    def __set__(self, record: Record, value: T) -> None:
        record._cells[self._name][record.index] = value


class Record:
    """One line of a table."""

    __slots__ = ("_cells", "index", "market")

    def __init__(self, market: MarketView, table: Cells, index: int):
        self.market = market
        self._cells = table
        self.index = index

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._cells is self._cells and other.index == self.index

    def __hash__(self) -> int:
        return hash(self.index)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.index})"


class Category(Record):
    """A class of goods; times in minutes, delivery in ticks."""

    __slots__ = ()
    search_window = Field[int]()
    patience = Field[int]()
    forward_window = Field[int]()
    forward_hazard = Field[float]()
    price_sensitivity = Field[float]()
    reference_fen = Field[float]()
    base_utility = Field[float]()
    quality_weight = Field[float]()
    opinion_weight = Field[float]()
    adstock_weight = Field[float]()
    adstock_half = Field[float]()
    taste_weight = Field[float]()
    risk_aversion = Field[float]()
    inspection = Field[float]()
    nest_scale = Field[float]()
    outlet_scale = Field[float]()
    offline_utility = Field[float]()
    online_utility = Field[float]()
    delivery = Field[int]()
    satisfaction_sd = Field[float]()
    share_rate = Field[float]()
    key = Field[int]()
    impulse_window = Field[int]()
    budget_ratio = Field[float]()
    budget_sd = Field[float]()
    intent_half_life = Field[float]()
    loyalty_weight = Field[float]()
    hops = Field[float]()
    aspiration = Field[float]()
    deposit_fen = Field[int]()
    full_online = Field[float]()
    full_dealer = Field[float]()
    completion = Field[int]()
    revival = Field[float]()

    def budget_factor(self, region: int) -> float:
        """By how much more people of a region are ready to pay."""
        return float(self._cells["budget_factor"][self.index, region])

    def plate_fen(self, region: int) -> int:
        """What a plate costs in a region."""
        return int(self._cells["plate_fen"][self.index, region])


class Product(Record):
    """What a brand sells, and what one platform knows of it today; `index` numbers the brand."""

    __slots__ = ()
    key = Field[int]()
    tier = Field[int]()
    style = Field[float]()
    quality = Field[float]()
    appeal = Field[float]()
    price_fen = Field[int]()
    deal = Field[float]()
    ad_probability = Field[float]()
    reviews = Field[int]()
    review_stars = Field[int]()
    prominence = Field[float]()
    reach = Field[float]()
    popularity = Field[float]()
    hoped = Field[float]()
    granted = Field[float]()
    targeted = Field[int]()
    service = Field[float]()

    @property
    def category(self) -> Category:
        """Its class of goods."""
        return self.market.categories[int(self._cells["category"][self.index])]

    @property
    def platform_price_fen(self) -> int:
        """What is asked: list price less the deal of the day, to the nearest fen, and less the cut of a full group."""
        return self._cut(self.granted)

    @property
    def expected_price_fen(self) -> int:
        """The same, with the part of the group's cut that buyers reckon with."""
        return self._cut(self.hoped)

    def _cut(self, cut: float) -> int:
        dealt = int(self.price_fen * (1.0 - self.deal) + 0.5)
        return max(int(dealt * (1.0 - cut) + 0.5), 1)


class Post(Record):
    """One copy of a message about a brand: a root post or a repost."""

    __slots__ = ("platform",)
    brand = Field[int]()
    kind = Field[int]()
    author = Field[int]()
    author_key = Field[int]()
    key = Field[int]()
    root = Field[int]()
    minute = Field[int]()
    depth = Field[int]()
    opinion = Field[float]()
    quality = Field[float]()
    prize = Field[int]()
    promotion = Field[float]()

    def __init__(self, platform: PlatformView, table: Cells, index: int):
        super().__init__(platform.market, table, index)
        self.platform = platform

    @property
    def product(self) -> Product:
        """What it is about."""
        return self.platform.products[self.brand]

    @property
    def visible(self) -> int:
        """When it came to be visible: at the start of the tick after the one in which it was written."""
        per_tick = self.market.clock.tick_minutes
        return (self.minute // per_tick + 1) * per_tick

    @property
    def commercial(self) -> bool:
        """Whether a brand or a seller made it, or paid for it."""
        return self.kind in (PostKind.BRAND, PostKind.SEEDED, PostKind.SELLER)

    @property
    def by_brand(self) -> bool:
        """Whether the brand itself says it, on its account or, paid, on an opinion leader's."""
        return self.kind < PostKind.SELLER

    @property
    def by_account(self) -> bool:
        """Whether a brand's account posted it."""
        return self.author == NOBODY

    @property
    def credibility(self) -> float:
        """Credibility of its author, raised by the mark of an opinion leader; 1 for a brand's account."""
        if self.by_account:
            return 1.0
        mark = self.platform.feed.verified if self.market.roles[self.author] == Role.OPINION_LEADER else 1.0
        return float(self.market.credibility[self.author] * mark)


class Need(Record):
    """One need of one user, from being drawn to being met."""

    __slots__ = ()
    row = Field[int]()
    key = Field[int]()
    due = Field[int]()
    due_drawn = Field[int]()
    status = Field[int]()
    brand = Field[int]()
    chosen = Field[int]()
    outlet = Field[int]()
    decided = Field[int]()
    reserved = Field[int]()
    paid = Field[int]()
    seller = Field[int]()
    price = Field[int]()
    terminal = Field[int]()
    source = Field[int]()
    touch = Field[int]()
    attempts = Field[int]()
    forward = Field[int]()
    shared = Field[int]()
    looks = Field[int]()
    platform = Field[int]()
    passed = Field[int]()
    first = Field[int]()
    read = Field[int]()
    entered = Field[int]()
    grouped = Field[int]()

    @property
    def category(self) -> Category:
        """The class of goods needed."""
        return self.market.categories[int(self._cells["category"][self.index])]

    @property
    def product(self) -> Product:
        """What was chosen or bought."""
        return self.market.products[self.brand]

    @property
    def open(self) -> bool:
        """Whether nothing is bought yet and something may be."""
        return self.status in (NeedStatus.PENDING, NeedStatus.CHOSEN)


class Offer(NamedTuple):
    """A product at the offline outlet or on a platform, at a price."""

    product: Product
    platform: PlatformView | None
    price_fen: int

    @property
    def on_platform(self) -> bool:
        """Whether it is not at the offline outlet."""
        return self.platform is not None

    @property
    def key(self) -> int:
        """Key of the shock a need draws for it."""
        return absorb(self.product.key, int(self.on_platform))


class Visit(NamedTuple):
    """When a user is online, in minutes since the start, on which device and where; `key` is its own luck.

    `entered`: whether it came by the entry point of another platform.
    """

    minute: int
    device: Device
    key: int
    platform: PlatformView
    entered: bool = False


class PlatformView:
    """One platform as users see it.

    Attributes
    ----------
    index : its number.
    after, entry : numbers of its affordances that stand still.
    products : by brand, with prices and reviews of this platform.
    """

    def __init__(self, market: MarketView, platform: Any):
        self.index: int = platform.index
        self._platform = platform
        self.after: AfterParams = platform.after
        self.entry: EntryParams = platform.entry
        self.endorsement: float = platform.affordances.repost.endorsement
        self.credit_original: float = platform.affordances.repost.credit_original
        brands = cells(platform.brands)
        self.products: list[Product] = [Product(market, brands, i) for i in range(platform.brands.size)]
        self.market = market
        self._table = platform.posts
        self._live: Any = None
        self._posts: Cells = {}

    @property
    def feed(self) -> FeedParams:
        """Numbers of what is read, as they are now."""
        found: FeedParams = self._platform.feed
        return found

    @property
    def shop(self) -> MarketParams:
        """Numbers of what is sold, as they are now."""
        found: MarketParams = self._platform.market
        return found

    def outranked(self, post: Post, match: float) -> float:
        """Share of ordinary posts that rank above a copy whose style matches its reader's taste so far."""
        if self.feed.ranking == POPULAR:
            return float(1.0 / (1.0 + post.quality * (1.0 + self._table.heat.of(post.root))))
        return (1.0 - match) / 2.0

    def post(self, post_id: int) -> Post | None:
        """The post with this id; None if it has expired."""
        return self.newest(post_id) if post_id & IDS >= self._table.low else None

    def newest(self, post_id: int) -> Post:
        """The post with this id, which must be of the last tick or not have expired."""
        live = self._table.live()
        if live is not self._live:
            self._live, self._posts = live, cells(live.table)
        return Post(self, self._posts, post_id & live.mask)


class MarketView:
    """The market as users see it.

    Attributes
    ----------
    clock : where the run stands.
    now, shop : the minute at which something is decided, and the numbers of the platform concerned.
    first_hour, rhythm : the hours this tick touches and how active people are in each.
    platforms : by index.
    luck : key prefixes of the run.
    products, categories : by index; products as the first platform knows them.
    credibility, roles : of every user as an author, by row.
    """

    def __init__(self, state: Any):
        self.clock = Clock(0, 0, 1)
        self.now = 0
        self.shop: MarketParams = state.platforms[0].market
        self.first_hour, self.rhythm = 0, [0.0]
        self.phone_share: float = state.phone_share
        self.shares: Any = state.shares
        self.luck: Any = Luck(*(int(prefix) for prefix in state.luck))  # type: ignore[arg-type]
        categories = cells(state.categories)
        self.categories: list[Category] = [Category(self, categories, i) for i in range(state.categories.size)]
        self.platforms = [PlatformView(self, platform) for platform in state.platforms]
        self.credibility = cells_of(state.table.columns["credibility"])
        self.roles = memoryview(state.table.person["role"])
        self._needs = cells(state.needs.table)
        self._ledger: Any = state.needs

    @property
    def products(self) -> list[Product]:
        """Products by brand, as the first platform knows them; what is fixed is the same on all."""
        return self.platforms[0].products

    def needs(self, row: int) -> list[Need]:
        """The needs of the user in `row`, by category and date."""
        start, block = self._ledger.start, row >> self._ledger.shift
        held = (Need(self, self._needs, k) for k in range(start[block], start[block + 1]))
        return [need for need in held if need.row == row]

    def offers(self, category: Category, known: Any, platform: PlatformView | None) -> list[Offer]:
        """Products of a category at the offline outlet and, at a visit, those `known` (by brand) on its platform."""
        found = []
        for product in (platform or self.platforms[0]).products:
            if product.category is category:
                found.append(Offer(product, None, product.price_fen))
                if platform is not None and known[product.index]:
                    found.append(Offer(product, platform, product.expected_price_fen))
        return found
