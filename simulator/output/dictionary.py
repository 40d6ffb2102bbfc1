"""The data dictionary: every table and column that is written, declared once, here.

To add a column, add a row to `COLUMNS`. A column name may hold ``{brand}`` or ``{platform}``, which stand for any text.
Tables made from many runs are named ``comparison/<table>``. Metrics declare themselves, above this layer, and are
handed in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

import pandas as pd

from simulator.errors import InputError, Problem, nearest
from simulator.output.manifest import ROLES
from simulator.output.tables import canonical_dtype
from simulator.types import (
    AgentKind,
    AppKind,
    Decision,
    Device,
    NeedStatus,
    Outlet,
    Payment,
    PostKind,
    Role,
    Source,
    Stage,
)


class Column(NamedTuple):
    """A column: its table, name, type, unit, meaning, and the values allowed (none given: any)."""

    table: str
    name: str
    dtype: str
    unit: str
    meaning: str
    allowed: tuple[str, ...] = ()


class Metric(NamedTuple):
    """An outcome of a run: one row of ``outcomes`` for the market and one for each brand it is known of."""

    name: str
    unit: str
    meaning: str


_ANY = re.compile(r"\{(?:brand|platform)\}")
"""What stands for any text in the name of a column."""


def names(codes: type[IntEnum]) -> tuple[str, ...]:
    """The names of a code as tables write them."""
    return tuple(code.name.lower() for code in codes)


KINDS = ("level", "effect")
STAGES = ("exposed", "aware", "interested", "intent", "reserved", "paid")
MEASURES = ("newly_aware", "adopters")
REGION_MEASURES = ("looked", "intents", "reservations", "orders", "orders_platform")
WEAR = {
    "trust": "x",
    "fatigue": "posts",
    "mutes": "mutes per 1,000 users",
    "unfollows": "users per 1,000 users",
    "stars": "stars",
}
"""What wears off, with its unit: trust in commercial posts and commercial load, means over users; mutes and unfollows
so far; mean stars of all reviews so far."""
ENTRY = "entry"
"""A source of its own: who came to the checkout by another platform's entry point."""
PURSES = (
    "buyers", "brand", "platform", "outlet", "sellers", "leaders", "prize winners", "payment service",
    "suppliers", "app users", "developers",
)  # fmt: skip

ANSWERS = (
    "contribution_campaigning_yuan",
    "contribution_rivals_yuan",
    "contribution_yuan",
    "orders_due",
    "pulled_forward",
    "marketing_spend_yuan",
    "reach",
)
"""The outcomes that answer what campaigns added, in the order in which they are told: gains, what was taken from the
brands without a campaign, what was only moved in time, and what it cost. All others are gross, inputs or counters."""

TABLES: dict[str, str] = {
    "panel": "one row per tick, platform and brand: what happened in that tick",
    "visits": "one row per tick and platform: how many visits there were",
    "needs": "one row per need: when it fell due and how it was met",
    "posts": "one row per market post: the cascades",
    "users": "one row per user at the end of the run",
    "funnel": "one row per brand and stage: how many people reached it",
    "cues": "one row per platform that shows friends on offers and number shown",
    "sellers": "one row per platform with peer sellers and period, the first for the start",
    "assets": "one row per day, platform with a feed and brand: followers and trust",
    "regions": "one row per region, category and price tier of which there is an offer: who looked, and who bought",
    "checkouts": "one row per platform, device, way of paying and step of the checkout that anybody tried",
    "sample": "one row per person of a small linked sample and brand: when each saw, knew and bought what",
    "sample_ties": "one row per platform and tie within that sample",
    "apps": "one row per app on an open platform and period: what it is and how much it is used",
    "decisions": "one row per decision of a brand, a platform or a developer, in order",
    "money": "one row per brand, platform, payer, payee and purpose: every fen of the run, once",
    "outcomes": "one row per metric and brand: the run's results",
    "ordinary_posts": "one row per followed ordinary post: originals and their reposts",
    "ordinary_dose": "one row per followed original and number of copies seen: who was exposed, who reposted",
    "originals": "one row per account: originals written",
    "comparison/arm_outcomes": "one row per arm, replication, role, metric and brand",
    "comparison/effects": "one row per arm, replication, metric and brand: campaign minus control on the same luck",
    "comparison/summary": "one row per arm, metric, brand and kind: mean over replications with its interval",
    "comparison/paired_differences": "one row per metric, brand, kind and pair of arms, over paired replications",
    "comparison/spread": "one row per arm, role, brand, measure and day: quantiles over replications",
    "comparison/funnel": "one row per arm, role, brand and stage: mean over replications with its interval",
    "comparison/sources": "one row per arm, role, source, outlet and status: mean number of needs",
    "comparison/cascades": "one row per cascade of every campaign run",
    "comparison/regions": "one row per arm, role, region, category, price tier and measure: mean number and interval",
    "comparison/payment": "one row per arm, role, platform, device, way of paying and step of the checkout",
    "comparison/wear": "one row per arm, role, platform, measure and day: quantiles over replications",
    "comparison/sample": "one row per arm, person of its linked sample and brand, in the first replication",
    "comparison/sample_ties": "one row per arm, platform and tie within that sample",
}

_BRAND = "brand, empty for the whole market"
_INTERVAL = "of the 95 % interval of the mean (Student's t), missing for one replication"
_ARM = "label of the scenario in the study"
_COUNT = "replications behind the row"
_COUNTS = "the wider of Student's t and the exact one of a Poisson total"
_PAIRED = "comparison/paired_differences"

COLUMNS: tuple[Column, ...] = (
    Column("panel", "tick", "int32", "tick", "tick, from 0"),
    Column("panel", "day", "float64", "days", "days from the start to the end of the tick"),
    Column("panel", "platform", "str", "-", "platform"),
    Column("panel", "brand", "str", "-", "brand"),
    Column("panel", "impressions", "int64", "impressions", "posts seen"),
    Column("panel", "ads", "int64", "impressions", "ads seen"),
    Column("panel", "newly_aware", "int64", "users", "users who became aware of the brand"),
    Column("panel", "newly_interested", "int64", "users", "users who became interested in the brand"),
    Column("panel", "intents", "int64", "needs", "needs for which the brand was chosen on the platform"),
    Column(
        "panel",
        "reservations",
        "int64",
        "needs",
        "needs reserved: by the first step of a checkout or, where there is a deposit, by paying it",
    ),
    Column("panel", "orders_platform", "int64", "orders", "needs bought on the platform"),
    Column("panel", "orders_offline", "int64", "orders", "needs bought at the offline outlet"),
    Column("panel", "leaked", "int64", "orders", "chosen on the platform, bought offline after an unfinished checkout"),
    Column("panel", "brought_forward", "int64", "needs", "needs that a deal made due earlier"),
    Column("panel", "mutes", "int64", "mutes", "users who muted the brand"),
    Column("panel", "reviews", "int64", "reviews", "reviews written"),
    Column("panel", "review_stars", "int64", "stars", "stars given in them, together"),
    Column("panel", "shares", "int64", "posts", "buyers who told of their purchase"),
    Column("panel", "trend_views", "int64", "impressions", "posts seen on the trending list"),
    Column("panel", "comments", "int64", "comments", "comments on posts"),
    Column("panel", "let_down", "int64", "impressions", "commercial posts seen that cost their reader's trust"),
    Column("panel", "unfollows", "int64", "users", "users who left the brand's account"),
    Column("panel", "woken", "int64", "needs", "latent needs that an exposure woke"),
    Column("panel", "lapsed", "int64", "needs", "needs whose intent faded before the checkout was finished"),
    Column("panel", "views", "int64", "views", "visits of people in the market who knew or found the offer"),
    Column("panel", "entry_views", "int64", "views", "those that came by another platform's entry point"),
    Column("panel", "entry_orders", "int64", "orders", "needs bought on the platform at such visits"),
    Column("panel", "promoted", "int64", "impressions", "promoted posts seen by people who do not follow the account"),
    Column("panel", "engagements", "int64", "engagements", "opened, reposted or commented among them: what is paid"),
    Column("panel", "targeted_ads", "int64", "impressions", "ads seen that were meant for an audience"),
    Column("panel", "orders_dealer", "int64", "orders", "needs reserved on the platform and paid at the dealer's"),
    Column("panel", "cancelled", "int64", "needs", "reservations cancelled, the deposit given back"),
    Column("panel", "won_back", "int64", "needs", "needs whose faded intent an ad brought back"),
    Column("panel", "app_offers", "int64", "impressions", "offers met in apps, once a user and day"),
    Column("visits", "tick", "int32", "tick", "tick, from 0"),
    Column("visits", "platform", "str", "-", "platform"),
    Column("visits", "visits", "int64", "visits", "visits of all users to it"),
    Column("needs", "need_key", "uint64", "key", "identity of the need, the same in every arm"),
    Column("needs", "user", "uint32", "key", "user who has the need"),
    Column("needs", "category", "str", "-", "product category"),
    Column("needs", "due_tick", "int32", "tick", "when it falls due, as drawn"),
    Column("needs", "decided_tick", "int32", "tick", "when an offer was chosen, -1 never"),
    Column("needs", "reserved_tick", "int32", "tick", "when it was reserved, -1 never"),
    Column("needs", "paid_tick", "int32", "tick", "when it was paid, -1 never"),
    Column("needs", "seller", "int32", "key", "peer seller who served it on the platform, -1 none"),
    Column("needs", "brand", "str", "-", "brand chosen, empty for none"),
    Column("needs", "chosen", "str", "-", "brand whose offer was last chosen on a platform, empty for none"),
    Column("needs", "outlet", "str", "-", "where it was met", names(Outlet)),
    Column("needs", "platform", "str", "-", "where an offer was chosen, empty for nowhere"),
    Column("needs", "status", "str", "-", "where it stands at the end", names(NeedStatus)),
    Column("needs", "price_fen", "int64", "fen", "price paid or to be paid"),
    Column("needs", "group_price", "bool", "-", "whether that is the price of a group that was full"),
    Column("needs", "device", "str", "-", "device of the last attempt", ("", "none", *names(Device))),
    Column("needs", "first_device", "str", "-", "device of the first attempt", ("", *names(Device))),
    Column("needs", "by_entry", "bool", "-", "whether the last attempt came by another platform's entry point"),
    Column("needs", "source", "str", "-", "what first made the user aware of the brand", ("", *names(Source))),
    Column("needs", "last_touch", "str", "-", "what the user saw of it last before choosing", ("", *names(Source))),
    Column("needs", "attempts", "uint8", "attempts", "checkouts begun"),
    Column("needs", "visits_informed", "uint8", "visits", "visits to pages about offers while in the market"),
    Column("needs", "brought_forward", "bool", "-", "whether a deal made it due earlier"),
    Column("needs", "impulse", "bool", "-", "whether it is one of those that only an exposure can wake"),
    Column("needs", "region", "str", "-", "region of the user"),
    Column("needs", "tier", "uint8", "code", "price tier of the offer chosen"),
    Column("posts", "platform", "str", "-", "where it was posted"),
    Column("posts", "post_key", "uint64", "key", "identity of the post"),
    Column("posts", "root_key", "uint64", "key", "post at the root of its cascade"),
    Column("posts", "parent_key", "uint64", "key", "post it passes on, 0 for a root"),
    Column("posts", "author", "uint32", "key", "user who posted, 4294967295 for a brand's account"),
    Column("posts", "brand", "str", "-", "brand it is about"),
    Column("posts", "kind", "str", "-", "who started it and why", names(PostKind)),
    Column("posts", "tick", "int32", "tick", "when"),
    Column("posts", "minute", "int64", "minutes", "minutes since the start"),
    Column("posts", "depth", "int32", "steps", "steps from the root"),
    Column("posts", "opinion", "float32", "-1..1", "opinion it expresses"),
    Column("posts", "prize", "bool", "-", "whether who reposts it may win something"),
    Column("users", "user", "uint32", "key", "identity of the user"),
    Column("users", "region", "str", "-", "region of residence"),
    Column("users", "role", "str", "-", "what the user is on the platform", names(Role)),
    Column("users", "income_yuan", "float32", "yuan/year", "disposable income"),
    Column("users", "visits_per_day", "float32", "visits/day", "mean visits a day"),
    Column("users", "last_visit", "int32", "min", "minute of the last visit, 0 for none"),
    Column("users", "fatigue_{platform}", "float32", "posts", "commercial load, as of the last visit to it"),
    Column(
        "users",
        "distrust_{platform}",
        "float32",
        "share",
        "trust in a platform's commercial posts lost, as of that visit",
    ),
    Column("users", "stage_{brand}", "str", "-", "stage towards the brand", names(Stage)),
    Column("users", "opinion_{brand}", "float32", "-1..1", "opinion of the brand"),
    Column("users", "adstock_{brand}", "float32", "impressions", "remembered impressions, as of the last visit"),
    Column("users", "follows_{brand}", "bool", "-", "whether the user follows the brand's account"),
    Column("users", "muted_{brand}", "bool", "-", "whether the user has muted the brand"),
    Column("users", "exposed_{brand}", "bool", "-", "whether the user has seen a post or an ad of the brand"),
    Column("users", "source_{brand}", "str", "-", "what first made the user aware of the brand", names(Source)),
    Column("funnel", "brand", "str", "-", "brand"),
    Column("funnel", "stage", "str", "-", "stage reached at least; from intent on, on the platform", STAGES),
    Column("funnel", "people", "int64", "users", "users who reached it"),
    Column("cues", "platform", "str", "-", "platform"),
    Column("cues", "cues", "int64", "friends", "friends shown on the offer; the last number is that or more"),
    Column("cues", "shown", "int64", "impressions", "commercial posts seen with so many"),
    Column("cues", "clicked", "int64", "impressions", "those opened: they make the offer known"),
    Column("sellers", "platform", "str", "-", "platform"),
    Column("sellers", "day", "int32", "day", "first day of the next period"),
    Column("sellers", "sellers", "int64", "users", "users who sell, after the decisions of the period"),
    Column("sellers", "entered", "int64", "users", "users who began to sell"),
    Column("sellers", "left", "int64", "users", "users who stopped"),
    Column(
        "sellers", "income_fen", "int64", "fen", "commissions and bonuses of all sellers on orders paid in the period"
    ),
    Column("assets", "day", "int32", "days", "days from the start to the count"),
    Column("assets", "platform", "str", "-", "platform"),
    Column("assets", "brand", "str", "-", "brand, empty for everybody"),
    Column("assets", "followers", "int64", "users", "users who follow the brand's account; of everybody, users"),
    Column("assets", "trust", "float64", "x", "mean of how far they believe commercial posts; 1 where there are none"),
    Column("assets", "fatigue", "float64", "posts", "mean commercial load; 0 where there are none"),
    Column("assets", "social_asset", "float64", "users", "followers by trust and memory, see the metric"),
    Column("regions", "region", "str", "-", "region of residence"),
    Column("regions", "category", "str", "-", "product category"),
    Column("regions", "tier", "uint8", "code", "price tier of the offers"),
    Column("regions", "people", "int64", "users", "users who live there"),
    Column("regions", "looked", "int64", "users", "users in the market who looked at such an offer on a platform"),
    Column("regions", "intents", "int64", "needs", "needs for which one was chosen on a platform"),
    Column("regions", "reservations", "int64", "needs", "of them, reserved"),
    Column("regions", "orders", "int64", "orders", "needs bought with one, at any outlet"),
    Column("regions", "orders_platform", "int64", "orders", "of them, on a platform"),
    Column("checkouts", "platform", "str", "-", "platform"),
    Column("checkouts", "device", "str", "-", "device of the attempt", names(Device)),
    Column(
        "checkouts",
        "payment",
        "str",
        "-",
        "native: inside the platform; ordinary: the checkout for everyone else; entry: that behind an entry point",
        names(Payment),
    ),
    Column("checkouts", "step", "int32", "step", "step of the checkout, from 1"),
    Column("checkouts", "tried", "int64", "attempts", "attempts that came to it; a cart found is gone on with"),
    Column("checkouts", "passed", "int64", "attempts", "of them, those that passed it; passing the last step pays"),
    Column("sample", "user", "uint32", "key", "identity of the user"),
    Column("sample", "brand", "str", "-", "brand"),
    Column("sample", "knew", "bool", "-", "whether the offer was known at the start"),
    Column("sample", "seen_tick", "int32", "tick", "when a post or ad of the brand was first seen, -1 never"),
    Column("sample", "aware_tick", "int32", "tick", "when the offer was first known, -1 never"),
    Column("sample", "bought_tick", "int32", "tick", "when the brand was first bought, -1 never"),
    Column("sample", "source", "str", "-", "what first made the user aware of the brand", names(Source)),
    Column("sample_ties", "platform", "str", "-", "platform"),
    Column("sample_ties", "author", "uint32", "key", "user who posts"),
    Column("sample_ties", "reader", "uint32", "key", "user who sees it"),
    Column("apps", "platform", "str", "-", "platform"),
    Column("apps", "day", "int32", "day", "first day of the period"),
    Column("apps", "developer", "str", "-", "name of the agent that runs it"),
    Column("apps", "kind", "str", "-", "what it is for", names(AppKind)),
    Column("apps", "bad", "bool", "-", "whether it posts into feeds"),
    Column("apps", "apps", "float64", "apps", "how many apps alike it stands for"),
    Column("apps", "use", "float64", "share", "of the visits to the platform, those spent in it"),
    Column("decisions", "day", "int32", "day", "day of the run, from 0"),
    Column("decisions", "agent_kind", "str", "-", "who decides", names(AgentKind)),
    Column("decisions", "agent", "str", "-", "name"),
    Column("decisions", "platform", "str", "-", "where it takes effect, empty for everywhere"),
    Column("decisions", "decision", "str", "-", "what; to wait is entered when it begins", names(Decision)),
    Column("decisions", "amount_fen", "int64", "fen", "money ordered or paid, 0 where none is"),
    Column("decisions", "paid", "bool", "-", "whether that money left the agent's purse with this decision"),
    Column("decisions", "reason", "str", "-", "why"),
    Column("money", "brand", "str", "-", _BRAND),
    Column("money", "platform", "str", "-", "platform, empty for the offline outlet"),
    Column("money", "payer", "str", "-", "who paid", PURSES),
    Column("money", "payee", "str", "-", "who got it", PURSES),
    Column("money", "purpose", "str", "-", "what for"),
    Column("money", "amount_fen", "int64", "fen", "sum of the run, above 0"),
    Column("outcomes", "metric", "str", "-", "outcome"),
    Column("outcomes", "brand", "str", "-", _BRAND),
    Column("outcomes", "value", "float64", "see unit", "value over the whole run"),
    Column("outcomes", "unit", "str", "-", "unit of the value"),
    Column("ordinary_posts", "post_key", "uint64", "key", "identity of the post"),
    Column("ordinary_posts", "root_key", "uint64", "key", "original at the root of its cascade"),
    Column("ordinary_posts", "parent_key", "uint64", "key", "post it passes on, 0 for an original"),
    Column("ordinary_posts", "author", "uint32", "key", "user who posted"),
    Column("ordinary_posts", "minute", "int64", "minutes", "minutes since the start"),
    Column("ordinary_posts", "depth", "int32", "steps", "steps from the original"),
    Column(
        "ordinary_posts", "exposures", "uint8", "copies", "copies of the cascade seen when reposting, 0 for originals"
    ),
    Column("ordinary_dose", "root_key", "uint64", "key", "original"),
    Column("ordinary_dose", "exposures", "uint8", "copies", "copies seen; 4 stands for 4 and more, each counted"),
    Column("ordinary_dose", "seen", "int32", "sights", "sights of such a copy by users who had not reposted"),
    Column("ordinary_dose", "reposted", "int32", "reposts", "of them, sights that led to a repost"),
    Column("originals", "user", "uint32", "key", "account; all, or a keyed sample as in the table of users"),
    Column("originals", "never_posts", "bool", "-", "whether the account never posts"),
    Column("originals", "posts", "int32", "posts", "originals in the run, followed or not"),
    Column("originals", "last_week", "int32", "posts", "of them, those of the last seven days"),
    Column("comparison/arm_outcomes", "arm", "str", "-", _ARM),
    Column("comparison/arm_outcomes", "replication", "int64", "-", "number of the replication, from 0"),
    Column("comparison/arm_outcomes", "role", "str", "-", "with or without campaigns", ROLES),
    Column("comparison/arm_outcomes", "metric", "str", "-", "outcome"),
    Column("comparison/arm_outcomes", "brand", "str", "-", _BRAND),
    Column("comparison/arm_outcomes", "value", "float64", "see unit", "value over the whole run"),
    Column("comparison/arm_outcomes", "unit", "str", "-", "unit of the value"),
    Column("comparison/effects", "arm", "str", "-", _ARM),
    Column("comparison/effects", "replication", "int64", "-", "number of the replication, from 0"),
    Column("comparison/effects", "metric", "str", "-", "outcome"),
    Column("comparison/effects", "brand", "str", "-", _BRAND),
    Column("comparison/effects", "value", "float64", "see unit", "campaign run minus control run"),
    Column("comparison/effects", "unit", "str", "-", "unit of the value"),
    Column("comparison/summary", "arm", "str", "-", _ARM),
    Column("comparison/summary", "metric", "str", "-", "outcome"),
    Column("comparison/summary", "brand", "str", "-", _BRAND),
    Column("comparison/summary", "unit", "str", "-", "unit of the values"),
    Column("comparison/summary", "kind", "str", "-", "the campaign run's level, or campaign minus control", KINDS),
    Column("comparison/summary", "mean", "float64", "see unit", "mean over replications"),
    Column("comparison/summary", "sd", "float64", "see unit", "standard deviation over replications"),
    Column("comparison/summary", "low", "float64", "see unit", f"lower end {_INTERVAL}"),
    Column("comparison/summary", "high", "float64", "see unit", f"upper end {_INTERVAL}"),
    Column("comparison/summary", "n", "int64", "-", _COUNT),
    Column(
        "comparison/summary",
        "variance_reduction",
        "float64",
        "x",
        "variance of campaign minus control if unpaired, over its variance as paired; missing for levels",
    ),
    Column(_PAIRED, "metric", "str", "-", "outcome"),
    Column(_PAIRED, "brand", "str", "-", _BRAND),
    Column(_PAIRED, "unit", "str", "-", "unit of the differences"),
    Column(_PAIRED, "kind", "str", "-", "difference of levels or of effects", KINDS),
    Column(_PAIRED, "arm_a", "str", "-", "first arm"),
    Column(_PAIRED, "arm_b", "str", "-", "second arm, which is subtracted"),
    Column(_PAIRED, "mean", "float64", "see unit", "mean of a - b over paired replications"),
    Column(_PAIRED, "low", "float64", "see unit", f"lower end {_INTERVAL}"),
    Column(_PAIRED, "high", "float64", "see unit", f"upper end {_INTERVAL}"),
    Column(_PAIRED, "bootstrap_low", "float64", "see unit", "lower 95 % percentile-bootstrap end"),
    Column(_PAIRED, "bootstrap_high", "float64", "see unit", "upper 95 % percentile-bootstrap end"),
    Column(_PAIRED, "p_value", "float64", "probability", "two-sided paired t test of no difference"),
    Column(
        _PAIRED,
        "p_holm",
        "float64",
        "probability",
        "the same, adjusted by Holm over the pairs of arms of this metric, brand and kind",
    ),
    Column(_PAIRED, "correlation", "float64", "-", "between the two arms over replications"),
    Column(
        _PAIRED,
        "variance_reduction",
        "float64",
        "x",
        "variance of the difference if unpaired, over its variance as paired",
    ),
    Column(_PAIRED, "n", "int64", "-", "paired replications"),
    Column(_PAIRED, "separable", "bool", "-", "whether p_holm is below 0.05; the interval is not adjusted"),
    Column("comparison/spread", "arm", "str", "-", _ARM),
    Column("comparison/spread", "role", "str", "-", "with or without campaigns", ROLES),
    Column("comparison/spread", "brand", "str", "-", "brand"),
    Column(
        "comparison/spread",
        "measure",
        "str",
        "-",
        "so far: people who learnt of the offer (those who knew it at the start not counted), or who have bought",
        MEASURES,
    ),
    Column("comparison/spread", "day", "float64", "days", "days from the start"),
    Column("comparison/spread", "median", "float64", "users", "median over replications"),
    Column("comparison/spread", "p5", "float64", "users", "5 % quantile over replications"),
    Column("comparison/spread", "p95", "float64", "users", "95 % quantile over replications"),
    Column("comparison/spread", "n", "int64", "-", _COUNT),
    Column("comparison/funnel", "arm", "str", "-", _ARM),
    Column("comparison/funnel", "role", "str", "-", "with or without campaigns", ROLES),
    Column("comparison/funnel", "brand", "str", "-", "brand"),
    Column("comparison/funnel", "stage", "str", "-", "stage reached at least", STAGES),
    Column("comparison/funnel", "mean", "float64", "users", "mean over replications"),
    Column("comparison/funnel", "low", "float64", "users", f"lower end {_INTERVAL}"),
    Column("comparison/funnel", "high", "float64", "users", f"upper end {_INTERVAL}"),
    Column("comparison/funnel", "n", "int64", "-", _COUNT),
    Column("comparison/sources", "arm", "str", "-", _ARM),
    Column("comparison/sources", "role", "str", "-", "with or without campaigns", ROLES),
    Column("comparison/sources", "source", "str", "-", "what first made the buyer aware", ("", ENTRY, *names(Source))),
    Column("comparison/sources", "outlet", "str", "-", "where the need was met", names(Outlet)),
    Column("comparison/sources", "status", "str", "-", "where the need stands", names(NeedStatus)),
    Column("comparison/sources", "mean", "float64", "needs", "mean over replications"),
    Column("comparison/sources", "low", "float64", "needs", f"lower end {_INTERVAL}"),
    Column("comparison/sources", "high", "float64", "needs", f"upper end {_INTERVAL}"),
    Column("comparison/sources", "n", "int64", "-", _COUNT),
    Column("comparison/cascades", "arm", "str", "-", _ARM),
    Column("comparison/cascades", "platform", "str", "-", "where it ran"),
    Column("comparison/cascades", "replication", "int64", "-", "number of the replication, from 0"),
    Column("comparison/cascades", "root_key", "uint64", "key", "post at the root"),
    Column("comparison/cascades", "brand", "str", "-", "brand it is about"),
    Column("comparison/cascades", "kind", "str", "-", "who started it and why", names(PostKind)),
    Column("comparison/cascades", "size", "int64", "posts", "posts in the cascade, the root included"),
    Column("comparison/cascades", "depth", "int64", "steps", "longest way from the root"),
    Column(
        "comparison/cascades",
        "structural_virality",
        "float64",
        "steps",
        "mean distance between two posts of the tree, missing for a single post",
    ),
    Column(
        "comparison/cascades",
        "one_hop_share",
        "float64",
        "share",
        "reposts that pass on the root itself, missing for a single post",
    ),
    Column(
        "comparison/cascades",
        "largest_broadcast",
        "float64",
        "share",
        "reposts that pass on the most repeated post, missing for a single post",
    ),
    Column("comparison/regions", "arm", "str", "-", _ARM),
    Column("comparison/regions", "role", "str", "-", "with or without campaigns", ROLES),
    Column("comparison/regions", "region", "str", "-", "region of residence"),
    Column("comparison/regions", "category", "str", "-", "product category"),
    Column("comparison/regions", "tier", "uint8", "code", "price tier of the offers"),
    Column("comparison/regions", "measure", "str", "-", "as in the run's table regions", REGION_MEASURES),
    Column("comparison/regions", "people", "int64", "users", "users who live there"),
    Column("comparison/regions", "mean", "float64", "users or needs", "mean over replications"),
    Column("comparison/regions", "low", "float64", "users or needs", f"lower end of its 95 % interval, {_COUNTS}"),
    Column("comparison/regions", "high", "float64", "users or needs", "upper end of it"),
    Column("comparison/regions", "n", "int64", "-", _COUNT),
    Column("comparison/payment", "arm", "str", "-", _ARM),
    Column("comparison/payment", "role", "str", "-", "with or without campaigns", ROLES),
    Column("comparison/payment", "platform", "str", "-", "platform"),
    Column("comparison/payment", "device", "str", "-", "device of the attempt", names(Device)),
    Column("comparison/payment", "payment", "str", "-", "way of paying", names(Payment)),
    Column("comparison/payment", "step", "int32", "step", "step of the checkout, from 1"),
    Column("comparison/payment", "tried", "float64", "attempts", "mean number that came to the step"),
    Column("comparison/payment", "passed", "float64", "attempts", "mean number that passed it"),
    Column("comparison/payment", "kept", "float64", "share", "of attempts, get past this step: product over the steps"),
    Column("comparison/payment", "low", "float64", "share", "lower end of its 95 % interval (jackknife, Student's t)"),
    Column("comparison/payment", "high", "float64", "share", "upper end of it; missing for one replication"),
    Column("comparison/payment", "n", "int64", "-", _COUNT),
    Column("comparison/wear", "arm", "str", "-", _ARM),
    Column("comparison/wear", "role", "str", "-", "with or without campaigns", ROLES),
    Column("comparison/wear", "platform", "str", "-", "platform"),
    Column("comparison/wear", "measure", "str", "-", "what wears off", tuple(WEAR)),
    Column("comparison/wear", "unit", "str", "-", "unit of the values"),
    Column("comparison/wear", "day", "int32", "days", "end of which day, from 1"),
    Column("comparison/wear", "median", "float64", "see unit", "median over replications"),
    Column("comparison/wear", "p5", "float64", "see unit", "5 % quantile over replications"),
    Column("comparison/wear", "p95", "float64", "see unit", "95 % quantile over replications"),
    Column("comparison/wear", "n", "int64", "-", "replications in which it is known"),
    Column("comparison/sample", "arm", "str", "-", _ARM),
    Column("comparison/sample", "user", "uint32", "key", "identity of the user"),
    Column("comparison/sample", "brand", "str", "-", "brand"),
    Column("comparison/sample", "knew", "bool", "-", "whether the offer was known at the start"),
    Column("comparison/sample", "source", "str", "-", "what first made the user aware", names(Source)),
    Column("comparison/sample", "seen_day", "float64", "days", "when the brand was first seen, missing for never"),
    Column("comparison/sample", "aware_day", "float64", "days", "when the offer was first known, missing for never"),
    Column("comparison/sample", "bought_day", "float64", "days", "when the brand was first bought, missing for never"),
    Column("comparison/sample_ties", "arm", "str", "-", _ARM),
    Column("comparison/sample_ties", "platform", "str", "-", "platform"),
    Column("comparison/sample_ties", "author", "uint32", "key", "user who posts"),
    Column("comparison/sample_ties", "reader", "uint32", "key", "user who sees it"),
)


def check_tables(tables: Mapping[str, pd.DataFrame], prefix: str = "") -> None:
    """Compare tables with their declarations.

    Parameters
    ----------
    tables : tables by name.
    prefix : "comparison/" for tables made from many runs.

    Raises
    ------
    InputError
        Listing every undeclared table or column, missing column, other type, and value that is not allowed.
    """
    problems: list[Problem] = []
    for name, table in tables.items():
        if prefix + name not in TABLES:
            known = [known.removeprefix(prefix) for known in TABLES if known.startswith(prefix)]
            problems.append(Problem(0, 0, name, "undeclared table", ", ".join(known), nearest(name, known)))
        else:
            problems += _table_problems(prefix + name, table)
    if problems:
        raise InputError(problems)


def declared(name: str, rows: Iterable[Sequence[object]], columns: Sequence[str]) -> pd.DataFrame:
    """A table of the given columns with the types declared for it, which an empty one needs to be told."""
    types = {column.name: column.dtype for column in COLUMNS if column.table == name}
    return pd.DataFrame(list(rows), columns=list(columns)).astype({column: types[column] for column in columns})


def _table_problems(name: str, table: pd.DataFrame) -> Iterable[Problem]:
    declared = [column for column in COLUMNS if column.table == name]
    exact = {column.name: column for column in declared if not _ANY.search(column.name)}
    patterns = [(_pattern(column.name), column) for column in declared if _ANY.search(column.name)]
    for missing in exact.keys() - set(table.columns):
        yield Problem(0, 0, f"{name}.{missing}", "missing column")
    for label in table.columns:
        found = exact.get(label) or next((column for pattern, column in patterns if pattern.fullmatch(label)), None)
        path = f"{name}.{label}"
        if found is None:
            yield Problem(0, 0, path, "undeclared column", ", ".join(exact), nearest(label, exact))
            continue
        dtype = canonical_dtype(table[label])
        if dtype != found.dtype:
            yield Problem(0, 0, path, f"type is {dtype}", found.dtype)
        elif found.allowed:
            strange = sorted(set(table[label].unique()) - set(found.allowed))
            if strange:
                yield Problem(0, 0, path, f"value {strange[0]!r}", ", ".join(map(repr, found.allowed)))


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in _ANY.split(name)))


def dictionary_json(metrics: Iterable[Metric] = ()) -> str:
    """The dictionary as JSON: tables with their columns, and the metrics handed in."""
    tables = {
        name: {
            "row": row,
            "columns": [
                {
                    "name": column.name,
                    "dtype": column.dtype,
                    "unit": column.unit,
                    "meaning": column.meaning,
                    "allowed": list(column.allowed),
                }
                for column in COLUMNS
                if column.table == name
            ],
        }
        for name, row in TABLES.items()
    }
    content = {"tables": tables, "metrics": [metric._asdict() for metric in metrics]}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def dictionary_markdown(metrics: Iterable[Metric] = ()) -> str:
    """The dictionary as a page to read, with the metrics handed in."""
    lines = ["# Data dictionary", ""]
    for name, row in TABLES.items():
        lines += [f"## {name}", "", f"{row[0].upper()}{row[1:]}.", ""]
        lines += ["| column | type | unit | meaning | allowed |", "|---|---|---|---|---|"]
        for column in COLUMNS:
            if column.table == name:
                allowed = ", ".join(value or "(empty)" for value in column.allowed)
                lines.append(f"| {column.name} | {column.dtype} | {column.unit} | {column.meaning} | {allowed} |")
        lines.append("")
    lines += ["## Metrics", "", "| metric | unit | meaning |", "|---|---|---|"]
    lines += [f"| {metric.name} | {metric.unit} | {metric.meaning} |" for metric in metrics]
    return "\n".join(lines) + "\n"
