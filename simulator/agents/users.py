"""Users: what they do, decision by decision, in plain Python.

This is the specification that the compiled kernels meet bit for bit. A subclass that replaces a decision takes
effect with ``CommerceModel(..., engine="agents", user_class=...)``.

Every draw is keyed by what it decides on: ``absorb(prefix, words...)`` hashes a key, `unit` makes it uniform.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from simulator.agents.luck import absorb, gumbel, happens, normal, unit
from simulator.agents.market_view import Category, Need, Offer, PlatformView, Post, Product, Visit
from simulator.agents.user_sets import MarketSet, UserSet
from simulator.agents.user_view import UserView
from simulator.kernels.checkout import LEAST_BURDEN, MOST_BURDEN
from simulator.kernels.sessions import MOST_AN_HOUR, MOST_VISITS
from simulator.kernels.state import FOLLOWS, MUTED, SOURCE_MASK, SOURCE_SHIFT, TARGETED, WITHHELD
from simulator.types import MINUTES_PER_DAY, NOBODY, Device, Outlet, PostKind, Source, Stage

__all__ = ["MarketSet", "User", "UserSet"]

NO_PURCHASE = 255
"""The nest of buying nothing."""
TIERS = (0, 1, 2)


class User(UserView):
    """A user and the decisions a user makes. None of them changes anything: the engine acts on the answers."""

    __slots__ = ()

    # -- sessions

    def visits(self) -> list[Visit]:
        """The visits of this tick, in order of time: in every hour it touches a Poisson number of them."""
        market, clock, found = self.market, self.market.clock, []
        for hour, beat in enumerate(market.rhythm, market.first_hour):
            h = absorb(market.luck.session, hour, self.key)
            mean = min(MOST_AN_HOUR, self.activity * (beat / 24.0))
            keys = [absorb(h, k + 1) for k in range(_number_of_visits(unit(h), mean))]
            timed = [(hour * 60 + int(unit(key) * 60), key) for key in keys]
            for minute, key in sorted(timed, key=lambda visit: visit[0]):
                if clock.minute <= minute < clock.minute + clock.tick_minutes:
                    device = Device.PHONE if unit(absorb(key, 2)) < market.phone_share else Device.PC
                    found.append(Visit(minute, device, key, self.goes_to(key)))
        return found

    def goes_to(self, visit_key: int) -> PlatformView:
        """The platform of a visit: drawn by the platforms' shares and the user's own, lasting preference."""
        market, shares = self.market, self.market.shares
        if len(market.platforms) == 1:
            return market.platforms[0]
        weights = [
            float(weight) * math.exp(shares.spread * normal(absorb(market.luck.preference, self.key, int(key))))
            for key, weight in zip(shares.key, shares.weight, strict=True)
        ]
        total = 0.0
        for weight in weights:
            total += weight
        left = unit(absorb(visit_key, 3)) * total
        for platform, weight in zip(market.platforms[:-1], weights, strict=False):
            left -= weight
            if left < 0.0:
                return platform
        return market.platforms[-1]

    def goes_on(self, visit: Visit, platform: PlatformView) -> bool:
        """Whether a visit goes on to another platform by the entry point there."""
        shop = platform.shop
        led = visit.platform.index == shop.entry_from
        return led and unit(absorb(self.market.luck.entry, visit.key)) < shop.entry_share

    # -- the feed

    def is_kept_from(self, post: Post) -> bool:
        """Whether a post is not shown: its brand is muted, or it is the brand's own and the user is left out."""
        marks = self.marks[post.brand]
        return bool(marks & MUTED or (post.by_brand and marks & WITHHELD))

    def sees(self, post: Post, visit: Visit, newer: int, above: float = 1.0) -> bool:
        """Whether a post is scrolled to, below `newer` market posts and the background posts since it was visible.

        (1 - 1/L0)**newer * exp(-days * inflow / L0): the mean over a Poisson number of background posts, which a
        ranked feed multiplies by `above`.
        """
        depth = post.platform.feed.scroll_depth
        reach = 1.0
        for _ in range(newer):
            reach *= 1.0 - 1.0 / depth
        days = (visit.minute - post.visible) / MINUTES_PER_DAY
        chance = reach * math.exp(-days * self.inflow[post.platform.index] / depth * above)
        if self.chats_about(post):
            chance = 1.0 - (1.0 - chance) * (1.0 - post.platform.feed.chats.read)
        return unit(absorb(self.market.luck.see, self.key, post.key)) < chance

    def discovers(self, post: Post, visit: Visit) -> bool:
        """Whether a post scrolled past earlier is found by another way: a keyed share is, after a log-uniform delay."""
        feed, h = post.platform.feed, absorb(self.market.luck.late, self.key, post.key)
        delay = feed.late_least * math.pow(feed.late_spread, unit(absorb(h, 1)))
        return self.may_discover(post) and visit.minute - post.visible >= delay

    def may_discover(self, post: Post) -> bool:
        """Whether a post scrolled past will ever be found by another way."""
        draw = unit(absorb(self.market.luck.late, self.key, post.key))
        return draw < post.platform.feed.late_share

    def matches(self, product: Product) -> float:
        """How a product's style matches one's taste, on -1..1."""
        return min(1.0, max(-1.0, self.taste * product.style))

    def looks_at_trends(self, visit: Visit) -> bool:
        """Whether a visit takes in the trending list."""
        return unit(absorb(self.market.luck.trend_look, visit.key)) < visit.platform.feed.trend_look

    def sees_trend(self, post: Post, visit: Visit, place: int) -> bool:
        """Whether a look reaches a post at a place, from 0, of the list."""
        reach = math.pow(1.0 - 1.0 / post.platform.feed.trend_depth, float(place))
        return unit(absorb(self.market.luck.trend_entry, visit.key, post.root)) < reach

    def chats_about(self, post: Post) -> bool:
        """Whether a tale or an offer is repeated in the group of its author, and the user sits in it."""
        chats, luck = post.platform.feed.chats, self.market.luck
        if chats.repeats <= 0.0 or post.kind not in (PostKind.SELLER, PostKind.SHARE):
            return False
        repeated = unit(absorb(luck.chat_repeat, post.root)) < chats.repeats
        return repeated and unit(absorb(luck.chat, post.author_key, self.key)) < chats.share

    def heeds(self, post: Post, cues: int) -> float:
        """How much more an offer is opened for the friends shown on it: the first tells something, more add little."""
        shown = post.platform.feed.cues
        return 1.0 if cues == 0 else 1.0 + shown.first * (1.0 + shown.further * (cues - 1))

    def drifts_away(self, product: Product, visit: Visit) -> bool:
        """Whether a brand's account is left since the last visit to the platform."""
        platform = visit.platform
        hazard = platform.feed.accounts.a_minute * (visit.minute - self.last_read[platform.index])
        return happens(absorb(self.market.luck.unfollow, visit.key, product.key), hazard)

    def tires_of_push(self, post: Post) -> bool:
        """Whether a post of an account, just seen, makes one leave it."""
        hazard = post.platform.feed.accounts.a_push
        return happens(absorb(self.market.luck.unfollow, self.key, post.key), hazard)

    def recalls(self, post: Post, cues: int = 0) -> bool:
        """Whether a seen post is opened and makes its brand's offer known. One draw for all copies of a root.

        `cues` friends are shown on it.
        """
        chance = post.platform.feed.recall * self.credits(post) * self.heeds(post, cues)
        return unit(absorb(self.market.luck.recall, self.key, post.root)) < chance

    def believes(self, post: Post) -> float:
        """The opinion of the post's brand after reading it (Friedkin & Johnsen 1990, relaxation form).

        o + step * (a * heard + (1 - a) * own - o), the step dulled by fatigue and longer for a post against the brand.
        Degroot: a = 1. Bounded confidence: a = 1, and nothing from who is too far away.
        """
        feed, before = post.platform.feed, self.opinion[post.brand]
        step = feed.persuasion * self.susceptibility * post.credibility * self.trusts(post) * self.credits(post)
        step *= feed.negativity if post.opinion < 0.0 else 1.0
        step *= feed.prize_persuasion if post.prize else 1.0
        step = min(1.0, step * math.exp(-feed.wear * self.fatigue[post.platform.index]))
        if abs(post.opinion - before) > feed.confidence:
            step = 0.0
        own = self.judges(post.product, feed.intrinsic_weight)
        return float(before + step * (feed.openness * post.opinion + (1.0 - feed.openness) * own - before))

    def trusts(self, post: Post) -> float:
        """Weight of the tie to the author of a copy; a tie is strong or weak for good."""
        feed = post.platform.feed
        if post.by_account:
            return feed.account_weight
        ends = sorted((self.key, post.author_key))
        strong = unit(absorb(self.market.luck.tie, *ends)) < feed.strong_share
        return feed.strong_weight if strong or self.chats_about(post) else feed.weak_weight

    def credits(self, post: Post) -> float:
        """How much of a commercial post is believed, by trust in such posts; 1 for posts of other people."""
        trust = post.platform.feed.trust
        if not post.commercial:
            return 1.0
        return float(max(0.0, 1.0 - trust.strength * (1.0 - trust.start * (1.0 - self.distrusts(post.platform)))))

    def distrusts(self, platform: PlatformView) -> float:
        """The share of trust lost: one's own experience and everybody's, weighted."""
        trust = platform.feed.trust
        return float((1.0 - trust.shared) * self.distrust[platform.index] + trust.shared * trust.commons[0])

    def is_let_down(self, post: Post, visit: Visit) -> bool:
        """Whether a commercial post disappoints: of an offer held to be bad, or not wanted and not to one's taste."""
        if self.opinion[post.brand] < 0.0:
            return True
        if self.taste * post.product.style >= 0.0:
            return False
        wanted = [need for need in self.needs if need.open and need.category is post.product.category]
        return not any(self.searches(need, visit) for need in wanted)

    def doubts(self, offer: Offer) -> float:
        """Utils that an offer loses when commercial posts are distrusted and one of them made it known."""
        source = self.marks[offer.product.index] >> int(SOURCE_SHIFT) & int(SOURCE_MASK)
        paid = (Source.BRAND, Source.SELLER, Source.OPINION_LEADER, Source.PROMOTED, Source.APP)
        if offer.platform is None or source not in paid:
            return 0.0
        trust = offer.platform.shop.trust
        return float(trust.reliance * trust.strength * self.distrusts(offer.platform))

    def judges(self, product: Product, weight: float) -> float:
        """The opinion held unaided, from the match of taste and style."""
        return min(1.0, max(-1.0, weight * self.taste * product.style))

    def reposts(self, post: Post, earlier: Sequence[Post]) -> bool:
        """Whether a post just seen is passed on, having seen `earlier` copies of the same root.

        One draw for (user, root) is held against the mean hazard of all copies seen so far times the dose they
        add up to, so neither delay nor the order of seeing them re-rolls it.
        """
        total = self.repost_hazard(post)
        for copy in earlier:
            total += self.repost_hazard(copy)
        copies = 1 + len(earlier)
        hazard = total / copies * self.cumulated_dose(post.platform, copies)
        return happens(absorb(self.market.luck.repost, self.key, post.root), hazard)

    def repost_hazard(self, post: Post) -> float:
        """Hazard of passing one copy on at first exposure."""
        feed = post.platform.feed
        match = self.matches(post.product)
        paid = feed.commercial_penalty if post.commercial else 1.0
        prize = feed.prize_hazard if post.prize else 1.0
        return feed.hazard * post.quality * post.credibility * (1.0 + feed.match_weight * match) * paid * prize

    def cumulated_dose(self, platform: PlatformView, exposures: int) -> float:
        """D(1) + ... + D(n): multipliers of the first n exposures to a root (Bao et al. 2013; Centola 2010).

        Fractional: D(j) = j K / k with k followees, as many as ordinary posts tell (Feng et al. 2015).
        """
        feed = platform.feed
        if feed.usual_followees > 0.0:
            followees = max(1.0, self.inflow[platform.index] / feed.background)
            return float(feed.usual_followees / followees * (exposures * (exposures + 1) / 2))
        total = 1.0
        if exposures > 1:
            total += feed.dose_2
        if exposures > 2:
            total += feed.dose_3
        if exposures > 3:
            total += (exposures - 3) * feed.dose_4
        return total

    def credits_original(self, post: Post) -> bool:
        """Whether a repost names the original instead of the copy seen."""
        return unit(absorb(self.market.luck.credit, self.key, post.root)) < post.platform.credit_original

    def repost_minute(self, post: Post, visit: Visit) -> int:
        """When the repost appears: between the visit and the end of the tick."""
        left = self.market.clock.minute + self.market.clock.tick_minutes - visit.minute
        return visit.minute + int(unit(absorb(self.market.luck.repost_minute, self.key, post.root)) * left)

    def endorses(self, post: Post) -> float:
        """What a repost says of the brand: the own opinion mixed with the copy's."""
        weight = post.platform.endorsement
        return float(weight * self.opinion[post.brand] + (1.0 - weight) * post.opinion)

    def comments(self, post: Post) -> bool:
        """Whether a post just seen is commented on; better ones are more."""
        hazard = post.platform.feed.comment * post.quality
        return happens(absorb(self.market.luck.comment, self.key, post.key), hazard)

    def mutes(self, post: Post) -> bool:
        """Whether a seen post makes the user mute its brand; fatigue and commerce raise the hazard."""
        feed = post.platform.feed
        hazard = feed.mute_hazard * (1.0 + feed.mute_commercial * post.commercial)
        hazard *= math.exp(min(50.0, feed.mute_growth * self.fatigue[post.platform.index]))
        return happens(absorb(self.market.luck.mute, self.key, post.key), hazard)

    def is_brought_forward(self, need: Need, product: Product, occasion: int) -> bool:
        """Whether the deal on `product`, met on an occasion (a key), makes the user want it now."""
        hazard = need.category.forward_hazard * product.deal
        return happens(absorb(self.market.luck.forward, need.key, occasion), hazard)

    def is_won_back(self, need: Need, product: Product, visit: Visit) -> bool:
        """Whether an ad brings back the wish to buy that has faded; the hazard halves with every half-life since."""
        goods, clock = need.category, self.market.clock
        age, half_life = visit.minute - need.decided * clock.tick_minutes, goods.intent_half_life
        kept = math.exp(-math.log(2.0) * age / half_life) if half_life > 0.0 else 1.0
        occasion = absorb(self.ad_key(product, visit), 3)
        return happens(absorb(self.market.luck.win_back, need.key, occasion), goods.revival * kept)

    def is_tempted(self, need: Need, visit: Visit) -> bool:
        """Whether something of its category, just seen, makes a latent need felt."""
        return abs(need.due - visit.minute) <= need.category.impulse_window

    # -- ads and search

    def sees_ad(self, product: Product, visit: Visit) -> bool:
        """Whether a brand's ad is shown at a visit."""
        withheld = bool(self.marks[product.index] & WITHHELD)
        if product.ad_probability <= 0.0 or withheld or not self.is_reached(product):
            return False
        return unit(self.ad_key(product, visit)) < product.ad_probability

    def is_reached(self, product: Product) -> bool:
        """Whether what its brand pays for is meant for the user: for all, or for an audience the user is in."""
        return not product.targeted or bool(self.marks[product.index] & TARGETED)

    def is_shown(self, post: Post) -> bool:
        """Whether a post of an account comes into the feed of one who does not follow it, for money."""
        if post.promotion <= 0.0 or self.follows(post) or not self.is_reached(post.product):
            return False
        return unit(absorb(self.market.luck.promotion, self.key, post.root)) < post.promotion

    def follows(self, post: Post) -> bool:
        """Whether the user follows the account of a post's brand."""
        return bool(self.marks[post.brand] & FOLLOWS)

    def recalls_ad(self, product: Product, visit: Visit) -> bool:
        """Whether an ad just shown makes the offer known."""
        return unit(absorb(self.ad_key(product, visit), 1)) < visit.platform.shop.ad_recall

    def ad_key(self, product: Product, visit: Visit) -> int:
        """Key of a brand's ad at a visit."""
        return absorb(self.market.luck.ad, visit.key, product.key)

    def meets_in_app(self, occasion: int, chance: float) -> bool:
        """Whether one brand's offer is met in an app on a day, an occasion (a key); `chance` is that of a visit."""
        return unit(absorb(absorb(occasion, 0), self.key)) < chance * self.activity

    def recalls_from_app(self, occasion: int, recall: float) -> bool:
        """Whether an offer met in an app becomes known."""
        return unit(absorb(absorb(occasion, 1), self.key)) < recall

    def searches(self, need: Need, visit: Visit) -> bool:
        """Whether a need is near enough for the user to be in the market."""
        return need.due - need.category.search_window <= visit.minute

    def finds(self, need: Need, product: Product, visit: Visit) -> bool:
        """Whether an unknown offer is found by the latest look: one draw against the chance of all looks so far.

        One with many reviews stands higher in the results, one that sells well in the list of bestsellers.
        """
        shop = visit.platform.shop
        missed = math.pow(1.0 - shop.search_hit, product.prominence) * (1.0 - shop.list_look * product.reach)
        found = 1.0 - math.pow(missed, float(need.looks))
        return unit(absorb(self.market.luck.search, need.key, product.key)) < found

    def looks_at(self, product: Product) -> bool:
        """Whether the user in the market looks at a known offer's page: people look above their budget, too."""
        goods = product.category
        if goods.aspiration <= 0.0:
            return True
        return product.expected_price_fen <= goods.aspiration * self.budget(goods) - self.needs_plate(goods)

    def is_ready(self, need: Need, visit: Visit) -> bool:
        """Whether the user would buy at a visit: who came by an entry point mostly looks around."""
        draw = unit(absorb(self.market.luck.entry_intent, visit.key, need.key))
        return not visit.entered or draw < visit.platform.shop.entry_intent

    # -- choice

    def chooses(self, need: Need, offers: Sequence[Offer]) -> Offer | None:
        """The offer that meets a due need, None for nothing: nested logit of tier, product and outlet (McFadden 1978).

        A tier is chosen with shocks keyed by (need, tier), a product in it with shocks keyed by (need, product), so
        an offer that comes or goes moves no other's luck; then an outlet of that product.
        """
        scale = need.category.nest_scale
        outlets: dict[int, list[tuple[Offer, float]]] = {}
        for offer in offers:
            outlets.setdefault(offer.product.index, []).append((offer, self.utility(offer, need)))
        worth = [
            (there[0][0].product, _inclusive_value([utility for _, utility in there], need.category.outlet_scale))
            for there in outlets.values()
        ]
        best, nest = gumbel(absorb(self.market.luck.tier_shock, need.key, NO_PURCHASE)), None
        for tier in TIERS:
            inside = [utility for product, utility in worth if product.tier == tier]
            if inside:
                score = _inclusive_value(inside, scale) + gumbel(absorb(self.market.luck.tier_shock, need.key, tier))
                if score > best:
                    best, nest = score, tier
        scores = [
            (utility / scale + gumbel(absorb(self.market.luck.offer_shock, need.key, product.key)), product)
            for product, utility in worth
            if product.tier == nest
        ]
        return self.prefers(need, outlets[max(scores, key=lambda scored: scored[0])[1].index]) if scores else None

    def prefers(self, need: Need, outlets: Sequence[tuple[Offer, float]]) -> Offer:
        """At which outlet the product chosen is taken, given the worth of it at each."""
        shock, scale = self.market.luck.outlet_shock, need.category.outlet_scale
        scores = [(utility / scale + gumbel(absorb(shock, need.key, offer.key)), offer) for offer, utility in outlets]
        return max(scores, key=lambda scored: scored[0])[1]

    def utility(self, offer: Offer, need: Need) -> float:
        """Worth of an offer over buying nothing, in utils, before the shocks.

        Base worth + appeal + b_v * expected quality + opinion + A / (A + half) of the adstock A + taste * style
        - rho * share unknown - price sensitivity * (income / mean)**-slope * price / reference price + outlet
        + opinion again of who has bought it before - doubts, each with its weight.
        """
        product, brand = offer.product, offer.product.index
        goods = product.category
        quality, unknown = self.expects(offer)
        stock = self.remembers(product)
        return float(
            goods.base_utility
            + product.appeal
            + goods.quality_weight * quality
            + goods.opinion_weight * self.opinion[brand]
            + goods.adstock_weight * (stock / (stock + goods.adstock_half))
            + goods.taste_weight * self.taste * product.style
            - goods.risk_aversion * unknown * self.wonders(need)
            - goods.price_sensitivity * self.price_scale * (self.pays(offer) / goods.reference_fen)
            + self.likes_outlet(offer)
            + (goods.loyalty_weight * self.opinion[brand] if self.stage[brand] == Stage.OWNER else 0.0)
            - self.doubts(offer)
        )

    def wonders(self, need: Need) -> float:
        """Share of the uncertainty about offers that what was read for a need has left."""
        shop = self.market.shop
        return 1.0 - shop.info_depth * (1.0 - math.exp(-need.read / shop.info_visits))

    def likes_outlet(self, offer: Offer) -> float:
        """Worth of buying there, in utils; on a platform what sells is worth more, and what an app serves."""
        goods = offer.product.category
        if offer.platform is None:
            return goods.offline_utility
        return goods.online_utility + offer.platform.shop.list_cue * offer.product.popularity + offer.product.service

    def expects(self, offer: Offer) -> tuple[float, float]:
        """Expected quality and the share of uncertainty left: from reviews online, from looking at it in a shop.

        Online with n reviews of mean q: c n q / (k0 + c n) and k0 / (k0 + c n). What is reserved against a deposit is
        looked at before the rest is paid, wherever it was reserved.
        """
        product = offer.product
        if offer.platform is None or product.category.deposit_fen > 0:
            inspection = product.category.inspection
            return inspection * product.quality, 1.0 - inspection
        if product.reviews <= 0:
            return 0.0, 1.0
        shop = offer.platform.shop
        rating = (product.review_stars / product.reviews - 3.0) * 0.5
        evidence = shop.credibility * product.reviews
        total = shop.prior_strength + evidence
        return evidence * rating / total, shop.prior_strength / total

    def remembers(self, product: Product) -> float:
        """Adstock of a brand now; the column holds it as of the last visit."""
        hours = (self.market.now - self.last_visit) / 60.0
        fading = math.exp(-hours / self.market.platforms[0].shop.ad_hours)
        return float(self.adstock[product.index] * fading)

    def affords(self, offer: Offer) -> bool:
        """Whether an offer is within the budget."""
        return self.pays(offer) <= self.budget(offer.product.category)

    def pays(self, offer: Offer) -> int:
        """What an offer costs in all: its price and, where they are rationed, a plate."""
        return offer.price_fen + self.needs_plate(offer.product.category)

    def needs_plate(self, goods: Category) -> int:
        """What a licence costs beside a purchase, in fen, where there are few."""
        return goods.plate_fen(self.region)

    def budget(self, goods: Category) -> float:
        """The dearest considered: log-normal, growing with income as the price slope falls, by region's taste."""
        if goods.budget_ratio <= 0.0:
            return math.inf
        taste = normal(absorb(self.market.luck.budget, self.key, goods.key))
        mean = goods.budget_ratio * goods.reference_fen / self.price_scale * goods.budget_factor(self.region)
        return mean * math.exp(goods.budget_sd * taste)

    def knows(self, product: Product) -> bool:
        """Whether the user is aware of the offer on the platform."""
        return bool(self.stage[product.index] != Stage.UNAWARE)

    # -- checkout

    def attempts_checkout(self, need: Need, visit: Visit) -> int:
        """How far one attempt gets in the checkout: a step further with one draw below a further factor 1 - loss."""
        loss, steps = self.step_loss(need, visit), self.steps_to_pay(visit)
        draw = unit(absorb(self.market.luck.checkout, need.key, need.attempts))
        keep = 1.0 if self.finds_cart(need, visit) else self.stays(need, visit)
        for passed in range(self.steps_behind(need, visit), steps):
            keep *= 1.0 - loss
            if draw >= keep:
                return passed
        return steps

    def finds_cart(self, need: Need, visit: Visit) -> bool:
        """Whether a checkout begun earlier is found as it was left."""
        return need.passed > 0 and (visit.device == need.terminal or self.carries_cart(need, visit))

    def steps_behind(self, need: Need, visit: Visit) -> int:
        """Steps of the checkout that an attempt need not take again: all but the last at most."""
        return min(int(need.passed), self.steps_to_pay(visit) - 1) if self.finds_cart(need, visit) else 0

    def stays(self, need: Need, visit: Visit) -> float:
        """Chance to come back from where one had to look for information that is not on the platform."""
        shop = visit.platform.shop
        return math.pow(1.0 - shop.hop_loss, need.category.hops * shop.hops_away)

    def step_loss(self, need: Need, visit: Visit) -> float:
        """Chance to give up at a step: on a phone the higher, the dearer the goods are for one's income."""
        shop = visit.platform.shop
        if visit.device != Device.PHONE:
            return shop.loss_pc
        due = need.category.deposit_fen or need.price
        burden = math.pow(self.price_scale * due / shop.dear_fen, shop.phone_burden)
        return 1.0 - math.pow(1.0 - shop.loss_phone, min(MOST_BURDEN, max(LEAST_BURDEN, burden)))

    def carries_cart(self, need: Need, visit: Visit) -> bool:
        """Whether a cart opened on the other device is found on this one."""
        return unit(absorb(self.market.luck.carry, need.key, need.attempts)) < visit.platform.shop.continuity

    def steps_to_pay(self, visit: Visit) -> int:
        """Length of the checkout at a visit: an entry point has its own."""
        return visit.platform.shop.entry_steps if visit.entered else self.checkout_steps(visit.platform)

    def checkout_steps(self, platform: PlatformView) -> int:
        """Length of the checkout: short for those who pay on the platform itself."""
        shop = platform.shop
        return shop.native_steps if self.has_bound(platform) else shop.steps

    def has_bound(self, platform: PlatformView) -> bool:
        """Whether the user has an account to pay with: users bind in an order of their own, along an S-curve."""
        shop = platform.shop
        since = (self.market.now - shop.pay_start) / shop.bound_half
        if since < 0.0:
            return False
        curve = since * since / (1.0 + since * since)
        share = shop.bound_share + (1.0 - shop.bound_share) * shop.bound_growth * curve
        return unit(absorb(self.market.luck.binding, self.key)) < share

    def leaks(self, need: Need, visit: Visit) -> bool:
        """Whether an unfinished checkout ends at the offline outlet."""
        return unit(absorb(self.market.luck.leak, need.key, need.attempts)) < visit.platform.shop.leak

    # -- selling

    def buys_from(self, posts: Sequence[Post]) -> int:
        """Key of the seller who serves a purchase, given sellers' posts of the brand, newest first; -1 for none."""
        return posts[0].author_key if posts else NOBODY

    def begins_to_sell(self, platform: PlatformView, heard: float | None, period: int) -> bool:
        """Whether one takes up selling, given what selling ties earn (fen; None without such ties)."""
        if heard is None:
            return False
        return self.changes_role(platform, heard - platform.entry.cost - platform.entry.entry, period)

    def stops_selling(self, platform: PlatformView, own: int, heard: float | None, period: int) -> bool:
        """Whether a seller gives up, by the own income of the period and that of selling ties."""
        weight = 0.0 if heard is None else platform.entry.heard
        seen = (1.0 - weight) * own + weight * (heard or 0.0)
        return self.changes_role(platform, platform.entry.cost - seen, period)

    def changes_role(self, platform: PlatformView, gain: float, period: int) -> bool:
        """Replicator: the hazard grows with the gain, in fen a period."""
        if gain <= 0.0:
            return False
        return happens(absorb(self.market.luck.seller_entry, self.key, period), platform.entry.response * gain)

    def completes(self, need: Need) -> Outlet:
        """Where the rest of a reservation is paid: on the platform, at the dealer's, or nowhere, by one draw."""
        goods, draw = need.category, unit(absorb(self.market.luck.completion, need.key))
        if draw < goods.full_online:
            return Outlet.PLATFORM
        return Outlet.DEALER if draw < goods.full_online + goods.full_dealer else Outlet.NONE

    def loses_interest(self, need: Need) -> bool:
        """Whether the intent to buy has faded: one draw against 1 - 2**(-age / half-life)."""
        half_life, clock = need.category.intent_half_life, self.market.clock
        if half_life <= 0.0:
            return False
        age = (clock.tick - need.decided) * clock.tick_minutes
        return unit(absorb(self.market.luck.lapse, need.key)) >= math.exp(-math.log(2.0) * age / half_life)

    # -- after the purchase

    def enjoys(self, need: Need) -> float:
        """Satisfaction with what was delivered, on -1..1; it becomes the opinion."""
        spread = need.category.satisfaction_sd * normal(absorb(self.market.luck.satisfaction, need.key))
        return min(1.0, max(-1.0, need.product.quality + spread))

    def reviews(self, need: Need, satisfaction: float) -> int | None:
        """Stars given in a review, None for no review; extremes are reviewed more (Hu et al. 2009)."""
        luck, after = self.market.luck, self.market.platforms[need.platform].after
        if unit(absorb(luck.review, need.key)) >= after.review_rate * extremity(satisfaction):
            return None
        if unit(absorb(luck.fake_review, need.key)) < after.fake_share:
            return 5
        return int(3.0 + 2.0 * self.says(need, satisfaction) + 0.5)

    def says(self, need: Need, satisfaction: float) -> float:
        """What is said in a review: praise found there lifts it, blame does not (Muchnik, Aral & Taylor 2013)."""
        platform = self.market.platforms[need.platform]
        product = platform.products[need.brand]
        if product.reviews <= 0:
            return satisfaction
        praise = max(0.0, (product.review_stars / product.reviews - 3.0) * 0.5)
        return min(1.0, satisfaction + platform.after.herding * praise)

    def tells(self, need: Need, satisfaction: float) -> bool:
        """Whether a purchase is told to one's ties; extremes are told more."""
        rate = need.category.share_rate * extremity(satisfaction)
        return unit(absorb(self.market.luck.share, need.key)) < rate


def extremity(satisfaction: float) -> float:
    """How much an experience moves one to talk: 1/3 if indifferent, 1 if extreme."""
    return (0.5 + abs(satisfaction)) / 1.5


def _inclusive_value(utilities: Sequence[float], scale: float) -> float:
    """scale * ln sum exp(V / scale), about the largest V."""
    top = max(utilities)
    total = 0.0
    for utility in utilities:
        total += math.exp((utility - top) / scale)
    return top + scale * math.log(total)


def _number_of_visits(draw: float, mean: float) -> int:
    """Poisson by inversion of the upper tail."""
    p = math.exp(-mean)
    tail, k = 1.0 - p, 0
    while draw < tail and k < MOST_VISITS:
        k += 1
        p *= mean / k
        tail -= p
    return k
