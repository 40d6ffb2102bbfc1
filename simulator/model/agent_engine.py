"""The readable engine: the stages of a tick, one user at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from simulator.agents import luck
from simulator.agents.market_view import Need, PlatformView, Post, Product, Visit
from simulator.agents.users import User
from simulator.kernels import posts as posted_set
from simulator.kernels import sellers
from simulator.kernels import state as counted
from simulator.kernels.inbox import IDS, LOST
from simulator.kernels.market import MOST_LOOKS
from simulator.kernels.needs import BROUGHT_FORWARD, ON_IMPULSE
from simulator.kernels.state import EXPOSED, FOLLOWS, LOOKED, MUTED, SOURCE_MASK, SOURCE_SHIFT, TALLIES, Batch, Clock
from simulator.model.app_offers import offer_luck
from simulator.model.posts import empty_batch
from simulator.model.state import RunState, TickOutcome
from simulator.types import NOBODY, Array, NeedStatus, Outlet, Payment, PostKind, Role, Source, Stage

TOLD, TOLD_OF = 1, 2
"""States of `needs.shared`: just told, and made into a post."""

SOURCE_OF_POST = {
    PostKind.BRAND: Source.BRAND,
    PostKind.SEEDED: Source.OPINION_LEADER,
    PostKind.SELLER: Source.SELLER,
    PostKind.SHARE: Source.FRIEND,
    PostKind.REPOST: Source.FRIEND,
}


class Repost(NamedTuple):
    """A copy that a reader passes on at a visit."""

    user: User
    post: Post
    visit: Visit


class AgentEngine:
    """Asks every user for its decisions and does what follows from them.

    Tables are those of the kernels, bit for bit; it takes some 250 times as long.
    """

    def __init__(self, model: Any):
        self._users = model.user_set

    def tick(self, state: RunState, clock: Clock, hours: tuple[int, Array], new: list[tuple[int, int]]) -> TickOutcome:
        """Deliver each platform's new posts, then sessions, attention, response, choice, payment and goods."""
        market = self._users.members.market
        ticks = [AgentTick(state, platform, clock) for platform in market.platforms]
        deliveries = sum(tick.deliver(self._users, *ids) for tick, ids in zip(ticks, new, strict=True))
        visits = live_through(ticks, list(self._users), hours)
        return TickOutcome(
            counters=np.array([tick.counters for tick in ticks]),
            deliveries=deliveries,
            online=np.array([sum(visit.platform is tick.view for visit in visits) for tick in ticks]),
            reposts=[tick.posts_of_reposts() for tick in ticks],
            telling=_telling(state),
            commented=[tick.roots_commented() for tick in ticks],
        )

    def choose_roles(
        self, state: RunState, platform: int, own: Array, total: Array, count: Array, period: int
    ) -> Array:
        """Ask everybody but opinion leaders."""
        view, wish = self._users.members.market.platforms[platform], np.full(state.n, sellers.STAYS, np.uint8)
        for user in self._users:
            friends = int(count[user.row])
            heard = int(total[user.row]) / (friends + view.entry.sceptical) if friends else None
            if user.role == Role.SELLER and user.stops_selling(view, int(own[user.row]), heard, period):
                wish[user.row] = sellers.LEAVES
            if user.role == Role.ORDINARY and user.begins_to_sell(view, heard, period):
                wish[user.row] = sellers.ENTERS
        return wish

    def meet_in_apps(self, state: RunState, platform: int, day: int, chance: float, recall: float) -> Array:
        """Ask everybody about every offer."""
        view, found = self._users.members.market.platforms[platform], np.zeros((2, state.brands.size), np.int64)
        for product in view.products:
            occasion = int(offer_luck(state, platform, product.index, day))
            for user in self._users:
                if not user.meets_in_app(occasion, chance):
                    continue
                found[0, product.index] += 1
                user.marks[product.index] |= int(EXPOSED)
                user.touch[product.index] = Source.APP
                if not user.knows(product) and user.recalls_from_app(occasion, recall):
                    user.stage[product.index] = Stage.AWARE
                    user.marks[product.index] |= Source.APP << int(SOURCE_SHIFT)
                    found[1, product.index] += 1
        return found

    def close(self) -> None:
        """Nothing is held."""


def live_through(ticks: Sequence[AgentTick], users: Sequence[User], hours: tuple[int, Array]) -> list[Visit]:
    """Let some users, to whom the new posts were delivered, live through a tick, platform by platform; their visits."""
    market, clock = ticks[0].market, ticks[0].clock
    market.clock = clock
    market.first_hour, market.rhythm = hours[0], hours[1].tolist()
    visits = [(user, visit) for user in users for visit in user.visits()]
    for tick in ticks:
        for user, visit in visits:
            if visit.platform is tick.view:
                market.now = visit.minute
                tick.spend(user, visit)
            elif user.goes_on(visit, tick.view):
                market.now = visit.minute
                tick.shop(user, visit._replace(platform=tick.view, entered=True))
        market.now = clock.minute + clock.tick_minutes
        for user in users:
            tick.settle(user)
    return [visit for _, visit in visits]


class AgentTick:
    """One tick of one platform in the making: what decisions lead to, and the count of it."""

    def __init__(self, state: RunState, view: PlatformView, clock: Clock):
        self.state = state
        self.view = view
        self.market = view.market
        self.clock = clock
        self.platform = state.platforms[view.index]
        self.counters: Array = np.zeros((state.brands.size, TALLIES), np.int64)
        self.reposts: list[Repost] = []
        self.comments: list[tuple[User, Post]] = []

    def count(self, brand: int, counter: int, by: int = 1) -> None:
        self.counters[brand, counter] += by

    # -- the feed

    def deliver(self, users: Any, first: int, last: int) -> int:
        """Put posts first..last, in order, into the inboxes of those who follow their authors."""
        deliveries = 0
        if not self.platform.has_feed:
            return deliveries
        for post_id in range(first, last):
            post = self.view.newest(post_id)
            if post.by_account:
                readers = np.flatnonzero(users.members.columns["marks"][:, post.brand] & FOLLOWS)
                if post.promotion > 0.0:
                    shown = [user.row for user in users if user.is_shown(post)]
                    readers = np.concatenate([readers, np.array(shown, np.int64)])
            elif self.platform.graph is not None:
                readers = self.platform.graph.followers(post.author)
            put_on_top(users.members.columns, readers, self.view.index, self.platform.slots, post_id)
            deliveries += readers.size
        return deliveries

    def spend(self, user: User, visit: Visit) -> None:
        """One visit."""
        if self.platform.has_feed:
            for product in self.view.products:
                if user.marks[product.index] & FOLLOWS and user.drifts_away(product, visit):
                    self.unfollow(user, product.index)
        self.fade(user, visit.minute)
        self.read_feed(user, visit)
        self.read_trends(user, visit)
        if self.shop(user, visit) and self.platform.has_feed:
            self.credit_sellers(user)

    def fade(self, user: User, minute: int) -> None:
        """Let fatigue and remembered impressions decay to the present."""
        feed, here = self.view.feed, self.view.index
        if minute > user.last_read[here]:
            hours = (minute - user.last_read[here]) / 60.0
            user.fatigue[here] = user.fatigue[here] * math.exp(-hours / feed.fatigue_hours)
            user.distrust[here] = user.distrust[here] * math.exp(-hours * feed.trust.recovery)
            user.last_read[here] = minute
        if minute > user.last_visit:
            keep = math.exp(-(minute - user.last_visit) / 60.0 / feed.ad_hours)
            for product in self.view.products:
                user.adstock[product.index] = user.adstock[product.index] * keep
            user.last_visit = minute

    def read_feed(self, user: User, visit: Visit) -> None:
        """Offer the unread posts, newest first, then those missed before; each copy gets one chance of each."""
        if not self.platform.has_feed:
            return
        here, newer = self.view.index, 0
        for slot, above in self.line_up(user):
            post = self.view.post(user.ring[here][slot])
            if post is None or user.is_kept_from(post):
                continue
            if above is not None:
                seen = user.sees(post, visit, newer, above)
                newer += 1
                if not seen and self.view.feed.late_share > 0.0 and not user.may_discover(post):
                    user.ring[here][slot] |= int(LOST)
            else:
                seen = not user.seen[here] >> slot & 1 and user.discovers(post, visit)
            if seen:
                user.seen[here] |= 1 << slot
                self.respond(user, post, visit, self.seen_copies(user, post, slot))
        self.pass_over_gone(user)
        user.unread[here] = 0

    def pass_over_gone(self, user: User) -> None:
        """Of the slots looked at, those whose post is gone need no second look."""
        here, slots = self.view.index, self.platform.slots
        for i in range(slots if self.view.feed.late_share > 0.0 else user.unread[here]):
            slot = (user.head[here] - i) % slots
            post_id = user.ring[here][slot]
            if (i < user.unread[here] or post_id < LOST) and self.view.post(post_id) is None:
                user.seen[here] |= 1 << slot

    def line_up(self, user: User) -> list[tuple[int, float | None]]:
        """Slots in the order of the feed; those unread with what the background over them is multiplied by."""
        here, slots, weight = self.view.index, self.platform.slots, self.view.feed.rank_weight
        newest_first = [(user.head[here] - i) % slots for i in range(slots)]
        unread, older = newest_first[: user.unread[here]], newest_first[user.unread[here] :]
        if not self.view.feed.ranking:
            return [(slot, 1.0) for slot in unread] + [(slot, None) for slot in older]
        posts = {slot: self.view.post(user.ring[here][slot]) for slot in unread}
        above = {
            slot: self.view.outranked(post, user.matches(post.product))
            for slot, post in posts.items()
            if post is not None and not user.is_kept_from(post)
        }
        by_time = list(above)
        by_score = sorted(by_time, key=lambda slot: above[slot])
        mixed = sorted(by_time, key=lambda slot: (1.0 - weight) * by_time.index(slot) + weight * by_score.index(slot))
        return [(slot, (1.0 - weight) + weight * 2.0 * above[slot]) for slot in mixed] + [
            (slot, None) for slot in older
        ]

    def seen_copies(self, user: User, post: Post, slot: int) -> list[Post]:
        """Copies of the same root that the user saw before and still has, by slot."""
        here, slots = self.view.index, self.platform.slots
        others = [other for other in range(slots) if other != slot and user.seen[here] >> other & 1]
        copies = [self.view.post(user.ring[here][other]) for other in others]
        return [copy for copy in copies if copy is not None and copy.root == post.root]

    def read_trends(self, user: User, visit: Visit) -> None:
        """Read down the trending list; what is read comes to lie in the inbox, and is read once while it lies there."""
        trends, here = self.platform.trends[["post", "place"]].tolist(), self.view.index
        if not trends or not user.looks_at_trends(visit):
            return
        for post_id, place in trends:
            post = self.view.post(post_id)
            if post is None or not user.sees_trend(post, visit, place):
                continue
            if post.author == user.row or user.is_kept_from(post):
                continue
            ring = [kept & int(IDS) for kept in user.ring[here].tolist()[: self.platform.slots]]
            slot = ring.index(post_id) if post_id in ring else self.room_for(user)
            if slot is None or (post_id in ring and user.seen[here] >> slot & 1):
                continue
            if post_id not in ring:
                user.ring[here][slot] = post_id
            user.seen[here] |= 1 << slot
            self.count(post.brand, counted.TREND_VIEWS)
            self.respond(user, post, visit, self.seen_copies(user, post, slot), Source.TRENDING)

    def room_for(self, user: User) -> int | None:
        """The slot of the oldest copy not passed on or commented on in this tick; those skipped become the newest."""
        here, slots = self.view.index, self.platform.slots
        held = [repost.post for repost in self.reposts if repost.user is user]
        if self.view.feed.popular:
            held += [post for one, post in self.comments if one is user]
        for _ in range(slots):
            user.head[here] = (user.head[here] + 1) % slots
            if self.view.post(user.ring[here][user.head[here]]) not in held:
                return int(user.head[here])
        return None

    def respond(self, user: User, post: Post, visit: Visit, earlier: list[Post], source: Source | None = None) -> None:
        """Everything one seen copy does to its reader, in a fixed order."""
        product, brand = post.product, post.brand
        self.count(brand, counted.IMPRESSIONS)
        source = source or SOURCE_OF_POST[PostKind(post.kind)]
        paid_for = post.promotion > 0.0 and not user.follows(post) and source is not Source.TRENDING
        if paid_for:
            self.count(brand, counted.PROMOTED)
            source = Source.PROMOTED
        self.expose(user, brand, self.view.feed.exposure_weight, source)
        cues = self.cues_on(user, post)
        opens = user.recalls(post, len(cues))
        if self.view.feed.cues.first > 0.0 and post.commercial:
            self.count(brand, counted.SHOWN + len(cues))
            self.count(brand, counted.CLICKED + len(cues), opens)
        self.count(brand, counted.ENGAGEMENTS, paid_for and opens)
        if not user.knows(product) and opens:
            self.become_aware(user, brand, source)
        user.opinion[brand] = user.believes(post)
        if self.view.feed.trust.loss > 0.0 and post.commercial and user.is_let_down(post, visit):
            self.lose_trust(user, brand)
        self.offer_deal(user, product, visit, post.root)
        self.tempt(user, product, visit)
        if self.may_repost(user, post) and user.reposts(post, earlier):
            self.reposts.append(Repost(user, post, visit))
            self.count(brand, counted.ENGAGEMENTS, paid_for)
        if user.comments(post):
            self.comments.append((user, post))
            self.count(brand, counted.COMMENTS)
            self.count(brand, counted.ENGAGEMENTS, paid_for)
        mutes = user.mutes(post)
        here = self.view.index
        user.fatigue[here] = user.fatigue[here] + self.view.feed.load * post.commercial
        if mutes:
            user.marks[brand] |= int(MUTED)
            self.count(brand, counted.MUTES)
        if post.by_account and user.marks[brand] & FOLLOWS and user.tires_of_push(post):
            self.unfollow(user, brand)

    def cues_on(self, user: User, post: Post) -> list[int]:
        """Friends shown on an offer: authors of good words for its brand in the inbox, by slot, so many as fit."""
        if self.view.feed.cues.first <= 0.0 or not post.commercial:
            return []
        found = [self.view.post(post_id) for post_id in user.ring[self.view.index][: self.platform.slots]]
        words = [copy for copy in found if copy is not None and copy.brand == post.brand and not copy.commercial]
        return list(dict.fromkeys(copy.author for copy in words if copy.opinion > 0.0))[: counted.MOST_CUES]

    def unfollow(self, user: User, brand: int) -> None:
        """The account of a brand is followed no more."""
        user.marks[brand] &= 0xFFFF - int(FOLLOWS)
        self.count(brand, counted.UNFOLLOWS)

    def lose_trust(self, user: User, brand: int) -> None:
        """A post of `brand` let the user down."""
        here = self.view.index
        user.distrust[here] = user.distrust[here] + self.view.feed.trust.loss * (1.0 - user.distrust[here])
        self.count(brand, counted.LET_DOWN)

    def expose(self, user: User, brand: int, weight: float, source: Source) -> None:
        """What is seen of a brand adds to what is remembered of it."""
        user.marks[brand] |= int(EXPOSED)
        user.touch[brand] = source
        user.adstock[brand] = user.adstock[brand] + weight

    def become_aware(self, user: User, brand: int, source: Source) -> None:
        """A brand's offer is known from now on, by a source."""
        user.stage[brand] = Stage.AWARE
        user.marks[brand] |= int(source) << int(SOURCE_SHIFT)
        self.count(brand, counted.AWARE)

    def may_repost(self, user: User, post: Post) -> bool:
        """Whether the platform lets posts be passed on, and the user has not posted this root yet."""
        if self.view.feed.hazard <= 0.0:
            return False
        if any(repost.user is user and repost.post.root == post.root for repost in self.reposts):
            return False
        key = np.uint64(luck.post_key(post.root, user.key))
        return not posted_set.contains(self.platform.posts.posted, key)

    def offer_deal(self, user: User, product: Product, visit: Visit, occasion: int) -> None:
        """A deal on a known offer may bring forward pending needs due within the category's window."""
        if product.deal <= 0.0 or not user.knows(product):
            return
        for need in user.needs:
            near = visit.minute < need.due <= visit.minute + need.category.forward_window
            if need.category is not product.category or need.status != NeedStatus.PENDING or not near:
                continue
            if need.reserved != NOBODY:
                continue
            if user.is_brought_forward(need, product, occasion):
                need.due = visit.minute
                need.forward = int(BROUGHT_FORWARD)
                self.count(product.index, counted.FORWARDED)

    def tempt(self, user: User, product: Product, visit: Visit) -> None:
        """A known offer just seen may wake latent needs of its category."""
        if not user.knows(product) or product.category.impulse_window <= 0:
            return
        for need in user.needs:
            latent = need.category is product.category and need.status == NeedStatus.LATENT
            if latent and user.is_tempted(need, visit):
                need.status, need.due, need.forward = NeedStatus.PENDING, visit.minute, int(ON_IMPULSE)
                self.count(product.index, counted.WOKEN)

    def win_back(self, user: User, product: Product, visit: Visit) -> None:
        """An ad for an offer once chosen may bring back needs whose intent has faded."""
        if product.category.revival <= 0.0 or user.stage[product.index] < Stage.INTENT:
            return
        for need in user.needs:
            given_up = need.category is product.category and need.status == NeedStatus.LOST
            if not given_up or need.chosen != product.index or need.reserved != NOBODY:
                continue
            if user.is_won_back(need, product, visit):
                need.status, need.due, need.attempts, need.passed = NeedStatus.PENDING, visit.minute, 0, 0
                self.count(product.index, counted.WON_BACK)

    # -- the market

    def shop(self, user: User, visit: Visit) -> bool:
        """Ads, search, due needs and open checkouts of one visit; whether an offer was chosen."""
        chosen = False
        for product in self.view.products:
            if not visit.entered and user.sees_ad(product, visit):
                self.show_ad(user, product, visit)
        for need in user.needs:
            if need.status == NeedStatus.PENDING and need.attempts < self.view.shop.attempts:
                if not user.searches(need, visit):
                    continue
                self.search(user, need, visit)
                if need.due <= visit.minute and self.view.shop.sells and user.is_ready(need, visit):
                    self.decide(user, need, visit)
                    chosen = chosen or need.status == NeedStatus.CHOSEN
            chosen_here = need.status == NeedStatus.CHOSEN and need.platform == self.view.index
            if chosen_here and user.is_ready(need, visit):
                self.check_out(user, need, visit)
        return chosen

    def show_ad(self, user: User, product: Product, visit: Visit) -> None:
        """An ad is remembered, may make its offer known, bring a need forward, wake one or win one back."""
        brand = product.index
        self.count(brand, counted.ADS)
        self.count(brand, counted.TARGETED_ADS, product.targeted)
        here = self.view.index
        self.expose(user, brand, self.view.shop.ad_weight, Source.AD)
        user.fatigue[here] = user.fatigue[here] + self.view.shop.ad_load
        if not user.knows(product) and user.recalls_ad(product, visit):
            self.become_aware(user, brand, Source.AD)
        self.offer_deal(user, product, visit, luck.absorb(user.ad_key(product, visit), 2))
        self.tempt(user, product, visit)
        self.win_back(user, product, visit)

    def search(self, user: User, need: Need, visit: Visit) -> None:
        """Unknown offers of the category may be found; known ones become interesting."""
        if self.view.shop.shows:
            need.looks = min(need.looks + 1, MOST_LOOKS)
        if self.view.shop.informs:
            need.read = min(need.read + 1, MOST_LOOKS)
        for product in self.view.products:
            if product.category is not need.category:
                continue
            if not user.knows(product) and user.finds(need, product, visit):
                self.become_aware(user, product.index, Source.SEARCH)
                user.touch[product.index] = Source.SEARCH
            if not user.looks_at(product):
                continue
            if self.view.shop.sells and user.knows(product):
                user.marks[product.index] |= int(LOOKED)
                self.count(product.index, counted.VIEWS)
                self.count(product.index, counted.ENTRY_VIEWS, int(visit.entered))
            if user.stage[product.index] == Stage.AWARE:
                user.stage[product.index] = Stage.INTERESTED
                self.count(product.index, counted.INTERESTED)

    def decide(self, user: User, need: Need, visit: Visit | None) -> None:
        """A due need is met: by nothing, offline, or by an offer on the platform, if there is a visit."""
        self.market.shop = self.view.shop
        known = [user.knows(product) for product in self.view.products]
        offers = self.market.offers(need.category, known, None if visit is None else self.view)
        offer = user.chooses(need, [offer for offer in offers if user.affords(offer)])
        need.decided = self.clock.tick
        if offer is None:
            self.lose(need)
            return
        brand = offer.product.index
        need.source = user.marks[brand] >> int(SOURCE_SHIFT) & int(SOURCE_MASK)
        need.touch = user.touch[brand]
        if visit is None or not offer.on_platform:
            self.buy_offline(user, need, brand, Outlet.OFFLINE)
            return
        need.status, need.brand, need.chosen, need.platform = NeedStatus.CHOSEN, brand, brand, self.view.index
        need.terminal = need.first = visit.device
        need.price, need.passed = offer.product.platform_price_fen, 0
        need.grouped = int(offer.product.granted > 0.0)
        user.stage[brand] = max(user.stage[brand], Stage.INTENT)
        self.count(brand, counted.INTENTS)

    def lose(self, need: Need) -> None:
        """Nothing is bought."""
        need.status, need.brand, need.outlet, need.price, need.grouped = NeedStatus.LOST, NOBODY, Outlet.NONE, 0, 0

    def buy_offline(self, user: User, need: Need, brand: int, outlet: Outlet) -> None:
        """The need is met at the offline outlet, at the list price."""
        need.status, need.brand, need.outlet = NeedStatus.BOUGHT, brand, outlet
        need.paid, need.price, need.grouped = self.clock.tick, need.product.price_fen, 0
        user.stage[brand] = Stage.OWNER
        self.count(brand, counted.ORDERS_LEAKED if outlet == Outlet.LEAKED else counted.ORDERS_OFFLINE)

    def check_out(self, user: User, need: Need, visit: Visit) -> None:
        """One try: the first step reserves, the last one pays; a failed try may leak or give up."""
        brand = need.brand
        begun, passed = user.steps_behind(need, visit), user.attempts_checkout(need, visit)
        self.count_steps(user, visit, brand, begun, passed)
        need.attempts += 1
        need.terminal, need.passed, need.entered = visit.device, passed, int(visit.entered)
        done, deposit = passed == user.steps_to_pay(visit), need.category.deposit_fen > 0
        if (done if deposit else passed >= 1) and need.reserved == NOBODY:
            need.reserved = self.clock.tick
            user.stage[brand] = max(user.stage[brand], Stage.RESERVED)
            self.count(brand, counted.RESERVATIONS)
        if done and deposit:
            need.status = NeedStatus.RESERVED
        elif done:
            need.status, need.outlet = NeedStatus.BOUGHT, Outlet.PLATFORM
            need.paid = self.clock.tick
            user.stage[brand] = Stage.OWNER
            self.count(brand, counted.ORDERS_PLATFORM)
            self.count(brand, counted.ENTRY_ORDERS, int(visit.entered))
        elif user.leaks(need, visit):
            self.buy_offline(user, need, brand, Outlet.LEAKED)
        elif need.attempts >= self.view.shop.attempts:
            need.status = NeedStatus.PENDING

    def complete(self, user: User, need: Need) -> None:
        """A reservation is paid on the platform, at the dealer's, or cancelled."""
        brand, outlet = need.brand, user.completes(need)
        if outlet is Outlet.NONE:
            self.count(brand, counted.CANCELLED)
            need.status, need.attempts = NeedStatus.PENDING, self.view.shop.attempts
            need.due = max(need.due_drawn, self.clock.minute)
            need.brand, need.price, need.grouped = NOBODY, 0, 0
            return
        need.status, need.outlet, need.paid = NeedStatus.BOUGHT, outlet, self.clock.tick
        user.stage[brand] = Stage.OWNER
        self.count(brand, counted.ORDERS_PLATFORM if outlet is Outlet.PLATFORM else counted.ORDERS_DEALER)

    def count_steps(self, user: User, visit: Visit, brand: int, begun: int, passed: int) -> None:
        """The steps that an attempt tried, and those it passed, by device and payment."""
        bound = user.has_bound(visit.platform)
        mode = Payment.ENTRY if visit.entered else Payment.NATIVE if bound else Payment.ORDINARY
        at = (int(visit.device) * counted.PAYMENTS + mode) * counted.MOST_STEPS
        for step in range(begun, min(passed + 1, user.steps_to_pay(visit))):
            self.count(brand, counted.TRIED + at + step)
            self.count(brand, counted.PASSED + at + step, int(step < passed))

    def settle(self, user: User) -> None:
        """What happens to needs without a visit: intents fade, who waited too long decides offline, goods arrive."""
        for need in user.needs:
            if need.platform != self.view.index:
                continue
            if need.status == NeedStatus.CHOSEN and user.loses_interest(need):
                self.count(need.brand, counted.LAPSED)
                self.lose(need)
            if need.status == NeedStatus.RESERVED and need.reserved + need.category.completion == self.clock.tick:
                self.complete(user, need)
            gave_up = need.status == NeedStatus.PENDING and need.attempts >= self.view.shop.attempts
            gave_up = gave_up and need.due < self.clock.minute + self.clock.tick_minutes
            if gave_up or (need.open and self.clock.minute >= need.due + need.category.patience):
                if need.forward == ON_IMPULSE:
                    self.lose(need)
                else:
                    self.decide(user, need, None)
            if need.status == NeedStatus.BOUGHT and need.paid + need.category.delivery == self.clock.tick:
                self.receive(user, need)

    def credit_sellers(self, user: User) -> None:
        """Offers chosen in this tick are served by sellers whose posts the user saw."""
        for need in user.needs:
            chosen_now = need.decided == self.clock.tick and need.platform == self.view.index and need.chosen >= 0
            taken = (NeedStatus.CHOSEN, NeedStatus.BOUGHT, NeedStatus.RESERVED)
            if chosen_now and need.seller < 0 and need.status in taken:
                need.seller = user.buys_from(self.seller_posts(user, need.chosen))

    def seller_posts(self, user: User, brand: int) -> list[Post]:
        """Sellers' posts of a brand that the user saw and still has, newest first."""
        here, slots = self.view.index, self.platform.slots
        order = [(user.head[here] - i) % slots for i in range(slots)]
        posts = [self.view.post(user.ring[here][slot]) for slot in order if user.seen[here] >> slot & 1]
        return [p for p in posts if p is not None and p.kind == PostKind.SELLER and p.brand == brand]

    # -- after the purchase

    def receive(self, user: User, need: Need) -> None:
        """A purchase arrives: opinion, review, tale."""
        satisfaction = user.enjoys(need)
        user.opinion[need.brand] = satisfaction
        stars = user.reviews(need, satisfaction) if need.outlet == Outlet.PLATFORM else None
        if stars is not None:
            self.count(need.brand, counted.REVIEWS)
            self.count(need.brand, counted.REVIEW_STARS, stars)
        if self.view.after.shares and user.tells(need, satisfaction):
            need.shared = TOLD
            self.count(need.brand, counted.SHARES)

    # -- what becomes of it

    def roots_commented(self) -> Array:
        """Roots of the copies commented on, if the order of the feed asks for them."""
        return np.array([post.root for _, post in self.comments] if self.view.feed.popular else [], np.uint64)

    def posts_of_reposts(self) -> Batch:
        """The reposts as new posts."""
        batch = empty_batch(len(self.reposts))
        for at, (user, post, visit) in enumerate(self.reposts):
            original = user.credits_original(post)
            batch.brand[at] = post.brand
            batch.kind[at] = PostKind.REPOST
            batch.author[at] = user.row
            batch.author_key[at] = user.key
            batch.key[at] = luck.post_key(post.root, user.key)
            batch.root[at] = post.root
            batch.parent[at] = post.root if original else post.key
            batch.minute[at] = user.repost_minute(post, visit)
            batch.depth[at] = 1 if original else post.depth + 1
            batch.opinion[at] = user.endorses(post)
            batch.quality[at] = post.quality
            batch.prize[at] = post.prize
        return batch


def _telling(state: RunState) -> Array:
    """Needs whose purchase is told at the end of this tick."""
    shared = state.needs.table["shared"]
    telling = np.flatnonzero(shared == TOLD)
    shared[telling] = TOLD_OF
    return telling


def put_on_top(columns: Mapping[str, Array], readers: Array, platform: int, slots: int, post_id: int) -> None:
    """The newest post first; the oldest falls out: the ring is the limit of attention."""
    head = (columns["head"][readers, platform] + 1) % slots
    columns["head"][readers, platform] = head
    columns["ring"][readers, platform, head] = post_id
    columns["seen"][readers, platform] &= 255 - (1 << head)
    columns["unread"][readers, platform] = np.minimum(columns["unread"][readers, platform] + 1, slots)
