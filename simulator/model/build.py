"""From declared parameters to the numbers kernels take."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.errors import CapacityError
from simulator.kernels.after import AfterParams
from simulator.kernels.feed import FeedParams
from simulator.kernels.market import MarketParams
from simulator.kernels.ranking import POPULAR, RELEVANCE
from simulator.kernels.sessions import Shares
from simulator.kernels.state import BRAND, CATEGORY, MOST_REGIONS
from simulator.kernels.trust import TrustParams
from simulator.model import circle
from simulator.types import FEN_PER_YUAN, MINUTES_PER_DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.agents.brand_parameters import BrandParameters, CategoryParameters
    from simulator.agents.platform_parameters import PlatformParameters
    from simulator.population.parameters import PopulationParameters

NEVER_HOURS = 1.0e9
ANY_DISTANCE = 4.0
"""More than two opinions can differ by."""
ORDERS = {"popular": POPULAR, "relevance": RELEVANCE}


def name_key(name: str) -> int:
    """Key of a named thing, fixed by its name alone: a brand added or dropped moves nobody else's luck."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")


def fen(yuan: float) -> int:
    """Yuan to fen, to the nearest."""
    return round(yuan * FEN_PER_YUAN)


def _records(kind: np.dtype[Any], size: int, **columns: Any) -> Any:
    """A record array filled by column; every field must be given."""
    table = np.zeros(size, kind).view(np.recarray)
    for name in kind.names or ():
        table[name] = columns.pop(name)
    if columns:
        raise TypeError(f"no such fields: {sorted(columns)}")
    return table


def brands_table(brands: Sequence[BrandParameters], categories: Sequence[str], reviews_strength: float) -> Any:
    """Products as records BRAND, shape (B,). `reviews_strength` 0 means nobody can read a review."""
    count = [round(b.initial_reviews * min(1.0, reviews_strength)) for b in brands]
    stars = [round(n * (3.0 + 2.0 * b.quality)) for n, b in zip(count, brands, strict=True)]
    return _records(
        BRAND,
        len(brands),
        key=np.array([name_key(b.name) for b in brands], np.uint64),
        category=np.array([categories.index(b.category) for b in brands], np.int64),
        tier=np.array([b.tier for b in brands], np.int64),
        style=np.array([b.style for b in brands]),
        quality=np.array([b.quality for b in brands]),
        appeal=np.array([b.appeal for b in brands]),
        price_fen=np.array([fen(b.price_yuan) for b in brands], np.int64),
        deal=np.zeros(len(brands)),
        ad_probability=np.zeros(len(brands)),
        reviews=np.array(count, np.int64),
        review_stars=np.array(stars, np.int64),
        sold=np.zeros(len(brands), np.int64),
        prominence=np.ones(len(brands)),
        reach=np.zeros(len(brands)),
        popularity=np.zeros(len(brands)),
        hoped=np.zeros(len(brands)),
        granted=np.zeros(len(brands)),
        targeted=np.zeros(len(brands), np.int64),
        service=np.zeros(len(brands)),
    )


def categories_table(
    categories: Mapping[str, CategoryParameters], tick_minutes: int, regions: Sequence[str] = ()
) -> Any:
    """Categories as records CATEGORY, shape (C,); times in minutes, delivery and completion in ticks.

    Raises
    ------
    CapacityError
        If there are more `regions` than a record has room for.
    """
    if len(regions) > MOST_REGIONS:
        raise CapacityError(f"there are {len(regions)} regions; allowed: at most {MOST_REGIONS}")
    every = list(categories.values())

    def floats(name: str, scale: float = 1.0) -> Any:
        return np.array([getattr(c, name) * scale for c in every], np.float64)

    def minutes(name: str) -> Any:
        return np.rint(floats(name, MINUTES_PER_DAY)).astype(np.int64)

    def by_region(name: str, otherwise: float, scale: float = 1.0) -> Any:
        found = np.full((len(every), MOST_REGIONS), otherwise)
        for row, category in zip(found, every, strict=True):
            row[: len(regions)] = [getattr(category, name).get(region, otherwise) * scale for region in regions]
        return found

    return _records(
        CATEGORY,
        len(every),
        search_window=minutes("search_window_days"),
        patience=minutes("patience_days"),
        forward_window=minutes("bring_forward_days"),
        forward_hazard=floats("bring_forward_hazard"),
        price_sensitivity=floats("price_sensitivity"),
        reference_fen=floats("reference_price_yuan", FEN_PER_YUAN),
        base_utility=floats("base_utility"),
        quality_weight=floats("quality_weight"),
        opinion_weight=floats("opinion_weight"),
        adstock_weight=floats("adstock_weight"),
        adstock_half=floats("adstock_half"),
        taste_weight=floats("taste_weight"),
        risk_aversion=floats("risk_aversion"),
        inspection=floats("inspection"),
        nest_scale=floats("nest_scale"),
        outlet_scale=floats("outlet_scale"),
        offline_utility=floats("offline_utility"),
        online_utility=floats("online_utility"),
        delivery=-(-minutes("delivery_days") // tick_minutes),
        satisfaction_sd=floats("satisfaction_sd"),
        share_rate=floats("share_rate"),
        key=np.array([name_key(name) for name in categories], np.uint64),
        impulse_window=np.where(floats("impulses_per_year") > 0, minutes("impulse_window_days"), 0),
        budget_ratio=floats("budget_ratio"),
        budget_sd=floats("budget_sd"),
        intent_half_life=floats("intent_half_life_days", MINUTES_PER_DAY),
        loyalty_weight=floats("loyalty_weight"),
        hops=floats("hops"),
        aspiration=floats("aspiration"),
        deposit_fen=np.rint(floats("deposit_yuan", FEN_PER_YUAN)).astype(np.int64),
        full_online=floats("full_online"),
        full_dealer=floats("full_dealer"),
        completion=-(-minutes("completion_days") // tick_minutes),
        revival=floats("revival"),
        budget_factor=by_region("regional_budget", 1.0),
        plate_fen=np.rint(by_region("plate_yuan", 0.0, FEN_PER_YUAN)).astype(np.int64),
    )


def shares_of(platforms: Sequence[PlatformParameters], spread: float) -> Shares:
    """How visits divide over the platforms."""
    keys = np.array([name_key(p.name) for p in platforms], np.uint64)
    return Shares(keys, np.array([p.session_share for p in platforms], np.float64), spread)


def _doses(repost: Any) -> tuple[float, float, float]:
    """Multipliers of the second, the third and any further copy; the fractional rule reads none of them."""
    if repost.dose == "complex":
        second, third = 1.0 + repost.second_boost, 1.0 + repost.second_boost + repost.third_boost
        return second, third, third
    return repost.dose_2, repost.dose_3, repost.dose_4


def feed_params(affordances: Any, population: PopulationParameters, trust: TrustParams) -> FeedParams:
    """Numbers of the social affordances; one that is inert leaves a zero."""
    a = affordances
    repost, influence, fatigue = (a.active(name) for name in ("repost", "influence", "fatigue"))
    dose = _doses(a.repost)
    prize = a.repost_to_win.effective if a.active("repost_to_win") else 0.0
    return FeedParams(
        on=a.active("feed"),
        scroll_depth=a.feed.scroll_depth,
        recall=a.feed.recall,
        exposure_weight=a.feed.exposure_weight,
        strong_share=a.graph.strong_share,
        strong_weight=a.graph.strong_weight,
        weak_weight=a.graph.weak_weight,
        account_weight=a.graph.account_weight,
        hazard=a.repost.hazard * a.repost.strength if repost else 0.0,
        dose_2=dose[0],
        dose_3=dose[1],
        dose_4=dose[2],
        commercial_penalty=a.repost.commercial_penalty,
        match_weight=a.repost.match_weight,
        persuasion=a.influence.persuasion * a.influence.strength if influence else 0.0,
        openness=a.influence.openness if a.influence.rule == "friedkin_johnsen" else 1.0,
        intrinsic_weight=population.intrinsic_opinion,
        load=a.fatigue.strength if fatigue else 0.0,
        mute_hazard=a.fatigue.mute_hazard * a.fatigue.strength if fatigue else 0.0,
        mute_commercial=a.fatigue.mute_commercial,
        mute_growth=a.fatigue.mute_growth,
        wear=a.fatigue.wear if fatigue else 0.0,
        fatigue_hours=a.fatigue.memory_days * 24.0,
        ad_hours=population.ad_memory_days * 24.0,
        late_share=min(1.0, a.late_discovery.share * a.late_discovery.strength) if a.active("late_discovery") else 0.0,
        late_least=a.late_discovery.least_hours * 60.0,
        trend_look=min(1.0, a.trending.look * a.trending.strength) if a.active("trending") else 0.0,
        trend_depth=a.trending.depth,
        verified=1.0 + a.verified.effective * (a.verified.boost - 1.0) if a.active("verified") else 1.0,
        ranking=ORDERS[a.ranking.order] if a.active("ranking") else 0,
        rank_weight=min(1.0, a.ranking.strength),
        popular=a.active("ranking") and a.ranking.order == "popular" and a.ranking.strength > 0.0,
        usual_followees=a.repost.usual_followees if a.repost.dose == "fractional" else 0.0,
        background=a.feed.background_posts,
        negativity=a.influence.negativity,
        confidence=a.influence.confidence if a.influence.rule == "bounded_confidence" else ANY_DISTANCE,
        comment=a.comments.hazard * a.comments.strength if a.active("comments") else 0.0,
        prize_hazard=1.0 + prize * (a.repost_to_win.boost - 1.0),
        prize_persuasion=max(0.0, 1.0 - prize * a.repost_to_win.persuasion_loss),
        late_spread=a.late_discovery.most_hours / a.late_discovery.least_hours,
        trust=trust,
        cues=circle.cue_params(a),
        accounts=circle.account_params(a),
        chats=circle.chat_params(a),
    )


def market_params(
    platform: int,
    affordances: Any,
    population: PopulationParameters,
    trust: TrustParams,
    entry: tuple[int, Any] | None = None,
) -> MarketParams:
    """Numbers of the affordances that sell; `entry` as of `entry_into`."""
    a = affordances
    native = a.active("native_payment")

    def works(name: str) -> bool:
        return bool(a.active(name) and getattr(a, name).strength > 0)

    return MarketParams(
        platform=platform,
        sells=a.active("checkout"),
        ad_weight=1.0,
        ad_recall=a.ads.recall,
        ad_load=a.ads.fatigue_load * a.fatigue.strength if a.active("fatigue") else 0.0,
        shows=works("search") or works("bestsellers"),
        search_hit=min(1.0, a.search.hit * a.search.strength) if a.active("search") else 0.0,
        list_look=min(1.0, a.bestsellers.look * a.bestsellers.strength) if a.active("bestsellers") else 0.0,
        list_cue=a.bestsellers.cue * a.bestsellers.strength if a.active("bestsellers") else 0.0,
        informs=works("information"),
        info_depth=min(1.0, a.information.removes * a.information.strength) if a.active("information") else 0.0,
        info_visits=a.information.visits,
        hops_away=1.0 - min(1.0, a.information.strength) if a.active("information") else 1.0,
        hop_loss=a.checkout.hop_loss,
        prior_strength=a.reviews.prior_strength,
        credibility=a.reviews.credibility,
        steps=a.checkout.steps,
        native_steps=a.native_payment.steps,
        bound_share=min(1.0, a.native_payment.bound_share * a.native_payment.strength) if native else 0.0,
        pay_start=a.native_payment.start_day * MINUTES_PER_DAY,
        bound_growth=a.native_payment.growth * min(1.0, a.native_payment.strength) if native else 0.0,
        bound_half=a.native_payment.half_days * MINUTES_PER_DAY,
        loss_phone=a.checkout.loss_phone,
        loss_pc=a.checkout.loss_pc,
        dear_fen=a.checkout.dear_yuan * FEN_PER_YUAN,
        phone_burden=a.checkout.phone_burden,
        continuity=min(1.0, a.continuity.carry * a.continuity.strength) if a.active("continuity") else 0.0,
        leak=a.checkout.leak,
        attempts=a.checkout.attempts,
        ad_hours=population.ad_memory_days * 24.0,
        trust=trust,
        entry_from=-1 if entry is None else entry[0],
        entry_share=0.0 if entry is None else min(1.0, entry[1].share * entry[1].strength),
        entry_intent=0.0 if entry is None else entry[1].intent,
        entry_steps=1 if entry is None else entry[1].steps,
    )


def entry_into(index: int, platforms: Sequence[PlatformParameters]) -> tuple[int, Any] | None:
    """The platform with an entry point to platform `index`, and that affordance; None if there is none."""
    for origin, platform in enumerate(platforms):
        affordances: Any = platform.affordances
        if affordances.active("entry_point") and affordances.entry_point.to == platforms[index].name:
            return origin, affordances.entry_point
    return None


def after_params(affordances: Any, shares: bool) -> AfterParams:
    """Numbers of what follows a purchase; `shares`: whether there is a feed to tell of it."""
    a = affordances
    return AfterParams(
        review_rate=min(1.0, a.reviews.write_rate * a.reviews.strength) if a.active("reviews") else 0.0,
        fake_share=a.reviews.fake_share,
        herding=a.reviews.herding,
        shares=shares,
    )
