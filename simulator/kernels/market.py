"""Search, ads, choice and payment at a visit; the offline outlet for those who do not come."""

import math
from typing import NamedTuple

import numpy as np

from simulator.kernels import rng
from simulator.kernels.after import receive
from simulator.kernels.checkout import bound_by, payment_mode, step_loss, steps_passed, tally_steps
from simulator.kernels.choice import (
    UNREACHABLE,
    budget_fen,
    inclusive_value,
    nested_logit,
    offer_utility,
    takes_platform,
    uncertainty_left,
)
from simulator.kernels.compiling import inner, lean, spliced
from simulator.kernels.half import from_half, to_half
from simulator.kernels.needs import BOUGHT, CHOSEN, LOST, ON_IMPULSE, PENDING, RESERVED, bring_forward, wake, win_back
from simulator.kernels.state import (
    ADS,
    AWARE,
    CANCELLED,
    ENTRY_ORDERS,
    ENTRY_VIEWS,
    EXPOSED,
    FORWARDED,
    INTENTS,
    INTERESTED,
    LAPSED,
    LOOKED,
    ORDERS_DEALER,
    ORDERS_LEAKED,
    ORDERS_OFFLINE,
    ORDERS_PLATFORM,
    RESERVATIONS,
    SOURCE_MASK,
    SOURCE_SHIFT,
    TARGETED,
    TARGETED_ADS,
    VIEWS,
    WITHHELD,
    WOKEN,
    WON_BACK,
    key_of,
    place_of,
    wide,
)
from simulator.kernels.trust import TrustParams, doubt

UNAWARE_STAGE, AWARE_STAGE, INTERESTED_STAGE = np.uint8(0), np.uint8(1), np.uint8(2)
INTENT_STAGE, RESERVED_STAGE, OWNER_STAGE = np.uint8(3), np.uint8(4), np.uint8(5)
AD_SOURCE, SEARCH_SOURCE = np.uint8(1), np.uint8(2)
PHONE = np.uint8(0)
MOST_LOOKS = 255
YES, NO = np.bool_(True), np.bool_(False)
"""Not literals, for each of which a function called with it would be compiled."""
OFFLINE, PLATFORM, LEAKED, DEALER = np.uint8(1), np.uint8(2), np.uint8(3), np.uint8(4)


class MarketParams(NamedTuple):
    """Numbers of the affordances ads, search, reviews, checkout and native payment."""

    platform: int
    sells: bool
    ad_weight: float
    ad_recall: float
    ad_load: float
    shows: bool
    search_hit: float
    list_look: float
    list_cue: float
    informs: bool
    info_depth: float
    info_visits: float
    hops_away: float
    hop_loss: float
    prior_strength: float
    credibility: float
    steps: int
    native_steps: int
    bound_share: float
    pay_start: float
    bound_growth: float
    bound_half: float
    loss_phone: float
    loss_pc: float
    dear_fen: float
    phone_burden: float
    continuity: float
    leak: float
    attempts: int
    ad_hours: float
    trust: TrustParams
    entry_from: int
    entry_share: float
    entry_intent: float
    entry_steps: int


@inner
def goes_on(platform, visit_key, params, luck):
    """Whether a visit to another platform goes on to this one by the entry point there."""
    return platform == params.entry_from and rng.unit(rng.hash1(luck.entry, visit_key)) < params.entry_share


@inner
def is_ready(entered, visit_key, need_key, params, luck):
    """Whether a visitor would buy now: who came by an entry point mostly looks around."""
    return not entered or rng.unit(rng.hash2(luck.entry_intent, visit_key, need_key)) < params.entry_intent


@spliced
def see_ads(users, brands, categories, needs, row, minute, visit_key, tick_minutes, params, luck, counters):
    """Impressions bought by brands, each with its own keyed chance at this visit."""
    for brand in range(brands.size):
        p = brands[brand].ad_probability
        if p <= 0.0:
            continue
        h = rng.hash2(luck.ad, visit_key, brands[brand].key)
        box, tie = users.inbox[row], users.tie[row, brand]
        if rng.unit(h) >= p or tie.marks & WITHHELD:
            continue
        if brands[brand].targeted and not tie.marks & TARGETED:
            continue
        counters[brand, ADS] += 1
        counters[brand, TARGETED_ADS] += brands[brand].targeted
        tie.marks |= EXPOSED
        tie.touch = AD_SOURCE
        tie.adstock = to_half(from_half(tie.adstock) + params.ad_weight)
        box.fatigue = to_half(from_half(box.fatigue) + params.ad_load)
        if tie.stage == UNAWARE_STAGE and rng.unit(rng.absorb(h, 1)) < params.ad_recall:
            tie.stage = AWARE_STAGE
            tie.marks |= AD_SOURCE << SOURCE_SHIFT
            counters[brand, AWARE] += 1
        if brands[brand].deal > 0.0 and tie.stage > UNAWARE_STAGE:
            counters[brand, FORWARDED] += bring_forward(
                brands, categories, needs, row, brand, minute, rng.absorb(h, 2), luck.forward
            )
        if tie.stage > UNAWARE_STAGE and categories[brands[brand].category].impulse_window > 0:
            counters[brand, WOKEN] += wake(categories, needs, row, brands[brand].category, minute)
        if categories[brands[brand].category].revival > 0.0 and tie.stage >= INTENT_STAGE:
            counters[brand, WON_BACK] += win_back(
                categories, needs, row, brand, brands[brand].category, minute, tick_minutes, rng.absorb(h, 3), luck.win_back
            )


@inner
def dearest_looked_at(users, need, category, luck):
    """Price up to which pages are looked at: people look at what is above their budget, too."""
    if category.aspiration <= 0.0:
        return math.inf
    me = users.person[need.row]
    return category.aspiration * budget_fen(me, key_of(users, need.row), category, luck) - category.plate_fen[me.region]


@inner
def search(users, brands, category, need, entered, params, luck, counters):
    """In the market: unknown offers of the category may be found; known ones become interesting.

    One uniform of (need, offer) is held against the chance of having found it by now, so looking again never
    re-rolls it. An offer with many reviews stands higher in the results, one that sells well in the list of bestsellers.
    """
    if params.shows:
        need.looks = min(need.looks + 1, MOST_LOOKS)
    if params.informs:
        need.read = min(need.read + 1, MOST_LOOKS)
    dearest = dearest_looked_at(users, need, category, luck)
    for brand in range(brands.size):
        if brands[brand].category != need.category:
            continue
        tie = users.tie[need.row, brand]
        missed = math.pow(1.0 - params.search_hit, brands[brand].prominence) * (1.0 - params.list_look * brands[brand].reach)
        found = 1.0 - math.pow(missed, wide(need.looks))
        if tie.stage == UNAWARE_STAGE and (
            rng.unit(rng.hash2(luck.search, need.key, brands[brand].key)) < found
        ):
            tie.stage = AWARE_STAGE
            tie.marks |= SEARCH_SOURCE << SOURCE_SHIFT
            tie.touch = SEARCH_SOURCE
            counters[brand, AWARE] += 1
        if platform_price(brands, brand, brands[brand].hoped) > dearest:
            continue
        if params.sells and tie.stage != UNAWARE_STAGE:
            tie.marks |= LOOKED
            counters[brand, VIEWS] += 1
            counters[brand, ENTRY_VIEWS] += entered
        if tie.stage == AWARE_STAGE:
            tie.stage = INTERESTED_STAGE
            counters[brand, INTERESTED] += 1


@inner
def platform_price(brands, brand, cut):
    """List price less the deal of the day, in fen, rounded to the nearest, and less a group's cut; a fen at least."""
    dealt = np.int64(brands[brand].price_fen * (1.0 - brands[brand].deal) + 0.5)
    return max(np.int64(dealt * (1.0 - cut) + 0.5), 1)


@inner
def choose(users, brands, categories, need, online, now, params, luck, scratch):
    """Which product meets the need, and where: returns (brand, on the platform), brand -1 for none.

    Every product can be had offline; on the platform those the user knows. `scratch` holds the worth offline, the
    worth on the platform, the inclusive worth, tier and key of each brand.
    """
    row = need.row
    offline, platform, worth, tiers, keys = scratch.offline, scratch.platform, scratch.worth, scratch.tiers, scratch.keys
    me, category = users.person[row], categories[need.category]
    fading = math.exp(-(now - me.last_visit) / 60.0 / params.ad_hours)
    budget, plate = budget_fen(me, key_of(users, row), category, luck), category.plate_fen[me.region]
    left = uncertainty_left(need.read, params)
    for brand in range(brands.size):
        goods, tie = brands[brand], users.tie[row, brand]
        tiers[brand] = goods.tier
        keys[brand] = goods.key
        worth[brand] = UNREACHABLE
        platform[brand] = UNREACHABLE
        if goods.category != need.category:
            continue
        offline[brand] = UNREACHABLE
        if goods.price_fen + plate <= budget:
            offline[brand] = offer_utility(
                me, tie, goods, category, NO, goods.price_fen + plate, fading, left, params
            )
        price = platform_price(brands, brand, goods.hoped) + plate
        both = online and tie.stage != UNAWARE_STAGE and price <= budget
        if both:
            platform[brand] = offer_utility(
                me, tie, goods, category, YES, price, fading, left, params
            ) - doubt(users.inbox[row], tie, params.trust)
        worth[brand] = inclusive_value(offline[brand], platform[brand], both, category.outlet_scale)
    b = nested_logit(worth, tiers, keys, category.nest_scale, need.key, luck)
    if b < 0 or platform[b] == UNREACHABLE:
        return b, False
    return b, takes_platform(offline[b], platform[b], category.outlet_scale, need.key, keys[b], luck)


@inner
def buy_offline(ties, brands, need, brand, outlet, clock, counters):
    """Meet the need at the offline outlet, at list price."""
    need.status = BOUGHT
    need.brand = brand
    need.outlet = outlet
    need.paid = clock.tick
    need.price = brands[brand].price_fen
    need.grouped = 0
    ties[need.row, brand].stage = OWNER_STAGE
    counters[brand, ORDERS_LEAKED if outlet == LEAKED else ORDERS_OFFLINE] += 1


@inner
def lose(need):
    """Nothing is bought."""
    need.status = LOST
    need.brand = -1
    need.outlet = 0
    need.price = 0
    need.grouped = 0


@inner
def intent_lapses(need, category, clock, luck):
    """Whether the intent to buy has faded: one draw against 1 - 2**(-age / half-life)."""
    if category.intent_half_life <= 0.0:
        return False
    age = (clock.tick - need.decided) * clock.tick_minutes
    kept = math.exp(-math.log(2.0) * age / category.intent_half_life)
    return rng.unit(rng.hash1(luck.lapse, need.key)) >= kept


@inner
def decide(users, brands, categories, need, online, device, now, clock, params, luck, counters, scratch):
    """A due need is met: nothing, the offline outlet, or an offer on the platform whose checkout begins.

    The price on the platform is that of the day of choice, whenever it is paid.
    """
    brand, on_platform = choose(users, brands, categories, need, online, now, params, luck, scratch)
    need.decided = clock.tick
    if brand < 0:
        lose(need)
        return
    tie = users.tie[need.row, brand]
    need.source = (tie.marks >> SOURCE_SHIFT) & SOURCE_MASK
    need.touch = tie.touch
    if not on_platform:
        buy_offline(users.tie, brands, need, brand, OFFLINE, clock, counters)
        return
    need.status = CHOSEN
    need.platform = params.platform
    need.brand = brand
    need.chosen = brand
    need.price = platform_price(brands, brand, brands[brand].granted)
    need.grouped = 1 if brands[brand].granted > 0.0 else 0
    need.terminal = device
    need.first = device
    need.passed = 0
    tie.stage = max(tie.stage, INTENT_STAGE)
    counters[brand, INTENTS] += 1


@inner
def attempt(users, brands, categories, need, device, minute, entered, clock, params, luck, counters):
    """One try at checkout: the first step reserves, the last one pays; a failed try may leak.

    Where there is a deposit, that is what is paid now, and paying it reserves.
    It goes on where the last one ended, if the cart is on this device. Who has to look for information elsewhere first
    may not come back.
    Who gives up is left to `settle`, which decides without the platform.
    """
    brand = np.int64(need.brand)
    tie = users.tie[need.row, brand]
    bound = rng.unit(rng.hash1(luck.binding, key_of(users, need.row))) < bound_by(minute, params)
    steps = params.entry_steps if entered else params.native_steps if bound else params.steps
    deposit = categories[need.category].deposit_fen
    loss = step_loss(users.person[need.row], deposit if deposit > 0 else need.price, device, params)
    if device != need.terminal and rng.unit(rng.hash2(luck.carry, need.key, need.attempts)) >= params.continuity:
        need.passed = 0
    u = rng.unit(rng.hash2(luck.checkout, need.key, need.attempts))
    need.attempts += 1
    need.terminal = device
    need.entered = 1 if entered else 0
    stays = 1.0 if need.passed > 0 else math.pow(1.0 - params.hop_loss, categories[need.category].hops * params.hops_away)
    begun = min(np.int64(need.passed), steps - 1)
    passed = steps_passed(u, steps, loss, begun, stays)
    tally_steps(counters, brand, np.int64(device), payment_mode(entered, bound), begun, passed, steps)
    need.passed = passed
    if passed >= (steps if deposit > 0 else 1) and need.reserved < 0:
        need.reserved = clock.tick
        tie.stage = max(tie.stage, RESERVED_STAGE)
        counters[brand, RESERVATIONS] += 1
    if passed == steps and deposit > 0:
        need.status = RESERVED
    elif passed == steps:
        need.status = BOUGHT
        need.outlet = PLATFORM
        need.paid = clock.tick
        tie.stage = OWNER_STAGE
        counters[brand, ORDERS_PLATFORM] += 1
        counters[brand, ENTRY_ORDERS] += entered
    elif rng.unit(rng.hash2(luck.leak, need.key, need.attempts)) < params.leak:
        buy_offline(users.tie, brands, need, brand, LEAKED, clock, counters)
    elif need.attempts >= params.attempts:
        need.status = PENDING


@inner
def complete(ties, need, category, clock, params, luck, counters):
    """What becomes of a reservation: paid on the platform, paid at the dealer's, or cancelled, by one draw.

    Who cancels gets the deposit back, tries no other checkout and decides at the date the need was drawn for, or now.
    """
    brand = np.int64(need.brand)
    u = rng.unit(rng.hash1(luck.completion, need.key))
    if u < category.full_online + category.full_dealer:
        need.status = BOUGHT
        need.outlet = PLATFORM if u < category.full_online else DEALER
        need.paid = clock.tick
        ties[need.row, brand].stage = OWNER_STAGE
        counters[brand, ORDERS_PLATFORM if u < category.full_online else ORDERS_DEALER] += 1
        return
    counters[brand, CANCELLED] += 1
    need.status = PENDING
    need.attempts = params.attempts
    need.due = max(need.due_drawn, clock.minute)
    need.brand = -1
    need.price = 0
    need.grouped = 0


@spliced
def shop(at, visits, users, brands, categories, needs, clock, params, luck, counters, scratch, entered):
    """Ads, search, due needs and open checkouts of a visit; without ads if one `entered` from another platform.

    Returns whether an offer was chosen.
    """
    chosen = False
    row, minute, device = visits.row[at], visits.minute[at], visits.device[at]
    if not entered:
        see_ads(users, brands, categories, needs, row, minute, visits.key[at], clock.tick_minutes, params, luck, counters)
    first, last = place_of(needs, row)
    for k in range(first, last):
        need = needs.table[k]
        if need.row != row:
            continue
        ready = is_ready(entered, visits.key[at], need.key, params, luck)
        if need.status == PENDING and need.attempts < params.attempts:
            if need.due - categories[need.category].search_window > minute:
                continue
            search(users, brands, categories[need.category], need, entered, params, luck, counters)
            if need.due <= minute and ready and params.sells:
                decide(
                    users, brands, categories, need, YES, device, minute, clock, params, luck, counters, scratch
                )
                chosen = chosen or need.status == CHOSEN
        if need.status == CHOSEN and need.platform == params.platform and ready:
            attempt(users, brands, categories, need, device, minute, entered, clock, params, luck, counters)
    return chosen


@lean
def settle(lo, hi, users, brands, categories, needs, clock, numbers, counters, scratch):
    """What happens to needs of rows lo..hi and this platform without a visit; returns how many buyers will tell of a purchase.

    Who gave up at checkout or has waited longer than the category's patience decides without the platform, or
    forgets what was an impulse; an intent may fade; what was paid a delivery time ago arrives.
    """
    params, after, luck = numbers[0].market, numbers[0].after, numbers[0].luck
    telling = 0
    end = clock.minute + clock.tick_minutes
    first, last = place_of(needs, lo)[0], place_of(needs, hi - 1)[1]
    for k in range(first, last):
        need = needs.table[k]
        if need.platform != params.platform or need.row < lo or need.row >= hi:
            continue
        category = categories[need.category]
        if need.status == CHOSEN and intent_lapses(need, category, clock, luck):
            counters[np.int64(need.brand), LAPSED] += 1
            lose(need)
        if need.status == RESERVED and need.reserved + category.completion == clock.tick:
            complete(users.tie, need, category, clock, params, luck, counters)
        if need.status == PENDING or need.status == CHOSEN:
            gave_up = need.status == PENDING and need.attempts >= params.attempts and need.due < end
            if not gave_up and clock.minute < need.due + category.patience:
                continue
            if need.forward == ON_IMPULSE:
                lose(need)
            else:
                decide(users, brands, categories, need, NO, PHONE, end, clock, params, luck, counters, scratch)
        if need.status == BOUGHT and need.paid + category.delivery == clock.tick:
            telling += receive(users.tie, brands, category, need, after, luck, counters)
    return telling
