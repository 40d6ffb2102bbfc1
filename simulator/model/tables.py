"""The tables of a run, in an order that no storage order can move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from simulator.agents.campaign_parameters import CHANNELS
from simulator.kernels import decisions, rng
from simulator.kernels.needs import BROUGHT_FORWARD, ON_IMPULSE
from simulator.kernels.state import COUNTERS, EXPOSED, FOLLOWS, MUTED, SOURCE_MASK, SOURCE_SHIFT
from simulator.metrics import METRICS
from simulator.metrics.money import payments
from simulator.metrics.view import RunView, Terms
from simulator.model.assets import assets_table
from simulator.model.attention import regions_table
from simulator.model.build import fen
from simulator.model.checkouts import checkouts_table
from simulator.model.cues import cues_table
from simulator.model.labels import labels, words
from simulator.model.open_platform import apps_table
from simulator.model.posts import NO_POSTS
from simulator.model.sellers import sellers_table
from simulator.population.selection import smallest
from simulator.population.synthesis import BLOCK
from simulator.population.table import Table
from simulator.types import AgentKind, Array, Decision, Device, NeedStatus, Outlet, PostKind, Role, Source, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from simulator.model.market import CommerceModel
    from simulator.model.state import PlatformState

NO_TIER = 255
"""Tier of a need that no brand met."""

FUNNEL = ("exposed", "aware", "interested", "intent", "reserved", "paid")


def tables_of(model: CommerceModel, only: Collection[str] = ()) -> dict[str, pd.DataFrame]:
    """All tables of a finished run, or those named; a run without ordinary posts has none of theirs."""
    makers: dict[str, Callable[[CommerceModel], pd.DataFrame]] = {
        "panel": panel,
        "visits": visits,
        "needs": needs,
        "posts": posts,
        "users": users,
        "funnel": funnel,
        "assets": assets,
        "cues": cues,
        "sellers": sellers,
        "apps": apps,
        "decisions": decided,
        "regions": regions_table,
        "checkouts": checkouts,
        "sample": sample,
        "sample_ties": sample_ties,
    }
    whole = not only or "outcomes" in only
    tables = {name: make(model) for name, make in makers.items() if whole or name in only}
    if whole or "money" in only:
        tables["money"] = money(model, tables["needs"] if "needs" in tables else needs(model))
    if whole:
        tables["outcomes"] = outcomes(model, tables)
    if model.ordinary is not None:
        tables |= model.ordinary.tables(_recorded(model))
    return {name: table for name, table in tables.items() if not only or name in only}


def sellers(model: CommerceModel) -> pd.DataFrame:
    """Who sells, and what that pays, by period."""
    return sellers_table(model.schedule.books, [platform.name for platform in model.platforms])


def outcomes(model: CommerceModel, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every metric, of the market and of each brand, from the other tables."""
    view = RunView(tuple(brand.name for brand in model.brands), tables, terms(model))
    rows = [row for metric in METRICS.values() for row in metric.rows(view)]
    return pd.DataFrame(rows).astype({"metric": "str", "brand": "str", "unit": "str"})


def terms(model: CommerceModel) -> Terms:
    """Prices and shares by which the run's money is divided."""
    scenario = model.scenario
    affordances = [platform.affordances for platform in model.platforms]
    return Terms(
        unit_cost_fen=np.array([fen(b.unit_cost_yuan) for b in scenario.brands], np.int64),
        quality=np.array([b.quality for b in scenario.brands]),
        patience_ticks=dict(zip(scenario.categories, _ticks(model.state.categories.patience, model), strict=True)),
        offline_margin=np.array([scenario.categories[b.category].offline_margin for b in scenario.brands]),
        platforms=tuple(platform.name for platform in model.platforms),
        commission=np.array([a.checkout.commission for a in affordances]),
        payment_cost=np.array([a.checkout.payment_cost for a in affordances]),
        seller_commission=np.array([a.peer_sellers.commission for a in affordances]),
        spend_fen={channel: _spent_on(channel, model) for channel in CHANNELS} | {"apps": _contracts(model)},
        category=model.state.brands["category"].copy(),
        list_price_fen=model.state.brands["price_fen"].copy(),
        apps_fen=_paid_for_apps(model),
    )


def _spent_on(channel: str, model: CommerceModel) -> Array:
    """Marketing money by platform and brand, int64 (P, B)."""
    spent = [[brand.budget.spent((platform.name, channel)) for brand in model.brands] for platform in model.platforms]
    return np.array(spent, np.int64)


def _contracts(model: CommerceModel) -> Array:
    """What brands paid developers for apps of their own, by platform and brand, int64 (P, B)."""
    return np.array([one.contracts.spent_fen for one in model.open_platforms])


def _paid_for_apps(model: CommerceModel) -> dict[tuple[str, str, str], Array]:
    """What else was paid for apps, by payer, payee and purpose: int64 (P,) each."""
    books = [one.paid for one in model.open_platforms]
    return {what: np.array([book.get(what, 0) for book in books], np.int64) for what in sorted(set().union(*books))}


def apps(model: CommerceModel) -> pd.DataFrame:
    """Every app of an open platform, period by period."""
    return apps_table(model.open_platforms, [platform.name for platform in model.platforms])


def decided(model: CommerceModel) -> pd.DataFrame:
    """Every decision of a brand, a platform or a developer."""
    entries = model.journal.entries
    return pd.DataFrame(
        {
            "day": np.array([one.day for one in entries], np.int32),
            "agent_kind": labels(np.array([one.kind for one in entries], np.int32), words(AgentKind)),
            "agent": pd.Series([one.agent for one in entries], dtype="str"),
            "platform": pd.Series([one.platform for one in entries], dtype="str"),
            "decision": labels(np.array([one.decision for one in entries], np.int32), words(Decision)),
            "amount_fen": np.array([one.amount_fen for one in entries], np.int64),
            "paid": np.array([one.paid for one in entries], np.bool_),
            "reason": pd.Series([one.reason for one in entries], dtype="str"),
        }
    )


def money(model: CommerceModel, ledger: pd.DataFrame) -> pd.DataFrame:
    """Who paid whom how much, and what for; `ledger` is the table of needs."""
    brands = tuple(brand.name for brand in model.brands)
    found = payments(RunView(brands, {"needs": ledger}, terms(model)))
    return pd.DataFrame(
        {
            "brand": labels(np.array([one.brand for one in found], np.int32), list(brands)),
            "platform": labels(np.array([one.platform for one in found], np.int32), [p.name for p in model.platforms]),
            "payer": pd.Series([one.payer for one in found], dtype="str"),
            "payee": pd.Series([one.payee for one in found], dtype="str"),
            "purpose": pd.Series([one.purpose for one in found], dtype="str"),
            "amount_fen": np.array([one.fen for one in found], np.int64),
        }
    )


def _ticks(minutes: Array, model: CommerceModel) -> list[int]:
    """Minutes as ticks, rounded up, and one for the tick in which they begin."""
    per_tick = model.scenario.market.tick_minutes
    return [int(-(-m // per_tick)) + 1 for m in minutes]


def panel(model: CommerceModel) -> pd.DataFrame:
    """Counters by tick, platform and brand."""
    ticks, platforms, brands = len(model.panel), len(model.platforms), len(model.brands)
    counters = np.array(model.panel, np.int64).reshape(ticks * platforms * brands, len(COUNTERS))
    tick = np.repeat(np.arange(ticks, dtype=np.int32), platforms * brands)
    frame = pd.DataFrame({"tick": tick, "day": (tick + 1) * (model.scenario.market.tick_minutes / 1440.0)})
    on = np.tile(np.repeat(np.arange(platforms), brands), ticks)
    frame["platform"] = labels(on, [platform.name for platform in model.platforms])
    frame["brand"] = labels(np.tile(np.arange(brands), ticks * platforms), [brand.name for brand in model.brands])
    for i, name in enumerate(COUNTERS):
        frame[name] = counters[:, i]
    return frame


def visits(model: CommerceModel) -> pd.DataFrame:
    """Visits by tick and platform."""
    ticks, platforms = len(model.online), len(model.platforms)
    where = labels(np.tile(np.arange(platforms), ticks), [platform.name for platform in model.platforms])
    counts = np.array(model.online, np.int64).reshape(ticks * platforms)
    tick = np.repeat(np.arange(ticks, dtype=np.int32), platforms)
    return pd.DataFrame({"tick": tick, "platform": where, "visits": counts})


def needs(model: CommerceModel) -> pd.DataFrame:
    """The need ledger with what became of each need, by user, category and date as drawn."""
    state, tick_minutes = model.state, model.scenario.market.tick_minutes
    ledger = state.needs.table
    user = state.key[ledger.row]
    order = np.lexsort((ledger.key, ledger.due_drawn, ledger.category, user))
    tiers = np.append(state.brands.tier, NO_TIER)
    frame = pd.DataFrame(
        {
            "need_key": ledger.key,
            "user": user,
            "category": labels(ledger.category, list(model.scenario.categories)),
            "due_tick": (ledger.due_drawn // tick_minutes).astype(np.int32),
            "decided_tick": ledger.decided,
            "reserved_tick": ledger.reserved,
            "paid_tick": ledger.paid,
            "seller": ledger.seller,
            "brand": labels(ledger.brand, [brand.name for brand in model.brands]),
            "chosen": labels(ledger.chosen, [brand.name for brand in model.brands]),
            "outlet": labels(ledger.outlet, words(Outlet)),
            "platform": labels(_where(ledger), [platform.name for platform in model.platforms]),
            "status": labels(ledger.status, words(NeedStatus)),
            "price_fen": ledger.price,
            "group_price": ledger.grouped == 1,
            "device": labels(np.where(ledger.attempts > 0, ledger.terminal.astype(np.int32), -1), words(Device)),
            "first_device": labels(np.where(ledger.attempts > 0, ledger.first.astype(np.int32), -1), words(Device)),
            "by_entry": ledger.entered == 1,
            "source": labels(ledger.source, words(Source)),
            "last_touch": labels(ledger.touch, words(Source)),
            "attempts": ledger.attempts,
            "visits_informed": ledger.read,
            "brought_forward": ledger.forward == BROUGHT_FORWARD,
            "impulse": (ledger.forward == ON_IMPULSE) | (ledger.status == NeedStatus.LATENT),
            "region": labels(state.columns["region"][ledger.row], list(model.population.regions.names)),
            "tier": tiers[ledger.brand].astype(np.uint8),
        }
    )
    return frame.iloc[order].reset_index(drop=True)


def posts(model: CommerceModel) -> pd.DataFrame:
    """Every market post by platform, in order of publication: minute within its tick, then key."""
    found = [_posts_of(model, platform) for platform in model.state.platforms]
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)


def _posts_of(model: CommerceModel, platform: PlatformState) -> pd.DataFrame:
    records = platform.posts.records

    def column(name: str) -> Array:
        return np.concatenate([getattr(NO_POSTS, name), *(record[name] for _, record in records)])

    sizes = [record["key"].size for _, record in records]
    tick = np.repeat(np.array([tick for tick, _ in records], np.int32), sizes)
    return pd.DataFrame(
        {
            "platform": labels(np.full(tick.size, platform.index), [agent.name for agent in model.platforms]),
            "post_key": column("key"),
            "root_key": column("root"),
            "parent_key": column("parent"),
            "author": column("author_key"),
            "brand": labels(column("brand"), [brand.name for brand in model.brands]),
            "kind": labels(column("kind"), words(PostKind)),
            "tick": tick,
            "minute": column("minute"),
            "depth": column("depth"),
            "opinion": column("opinion"),
            "prize": column("prize") == 1,
        },
        copy=False,
    )


def users(model: CommerceModel) -> pd.DataFrame:
    """Users at the end, all or a keyed sample of `recorded_users`; fatigue and adstock are as of the last visit."""
    rows = _recorded(model)
    columns = {name: model.state.columns[name][rows] for name in model.state.columns if name not in ("key", "ring")}
    keys = model.state.key[rows]
    data = {
        "user": keys,
        "region": labels(columns["region"], list(model.population.regions.names)),
        "role": labels(columns["role"], words(Role)),
        "income_yuan": model.population.draw("income", keys),
        "visits_per_day": columns["activity"],
        "last_visit": columns["last_visit"],
    }
    for p, platform in enumerate(model.platforms):
        data[f"fatigue_{platform.name}"] = columns["fatigue"][:, p].astype(np.float32)
        data[f"distrust_{platform.name}"] = columns["distrust"][:, p]
    for b, brand in enumerate(model.brands):
        flags = columns["marks"][:, b]
        data[f"stage_{brand.name}"] = labels(columns["stage"][:, b], words(Stage))
        data[f"opinion_{brand.name}"] = columns["opinion"][:, b]
        data[f"adstock_{brand.name}"] = columns["adstock"][:, b].astype(np.float32)
        data[f"follows_{brand.name}"] = (flags & FOLLOWS) != 0
        data[f"muted_{brand.name}"] = (flags & MUTED) != 0
        data[f"exposed_{brand.name}"] = (flags & EXPOSED) != 0
        data[f"source_{brand.name}"] = labels((flags >> SOURCE_SHIFT) & SOURCE_MASK, words(Source))
    return pd.DataFrame(data)


def _recorded(model: CommerceModel) -> Array:
    """Rows whose final state is stored, in order of key."""
    keys, wanted = model.state.key, model.scenario.market.recorded_users
    if len(keys) > wanted:
        prefix = int(rng.stream(model.seed, decisions.RECORDED_USERS))
        rows = smallest(len(keys), wanted, lambda part: _uniform(prefix, keys[part]))
    else:
        rows = np.arange(len(keys))
    return rows[np.argsort(keys[rows])]


def _uniform(prefix: int, keys: Array) -> Array:
    luck = np.empty(keys.size)
    rng.fill_uniform(prefix, keys, luck)
    return luck


def funnel(model: CommerceModel) -> pd.DataFrame:
    """People who got at least so far with each brand's offer on the platform; brand "" counts each person once.

    `intent`, `reserved` and `paid` are what happened on the platform; who bought elsewhere is not among them.
    """
    reached = _reached(model.state.table) | _bought(model.state.needs.table, len(model.brands))
    names = [*(brand.name for brand in model.brands), ""]
    rows = [(name, stage, int(reached[stage][b])) for b, name in enumerate(names) for stage in FUNNEL]
    return pd.DataFrame(rows, columns=["brand", "stage", "people"]).astype({"brand": "str", "stage": "str"})


def _reached(table: Table) -> dict[str, Array]:
    """People at the stages that are kept for each tie, by brand, and for any brand last."""
    found = {stage: np.zeros(table.tie.shape[1] + 1, np.int64) for stage in ("exposed", "aware", "interested")}
    for start in range(0, table.n, BLOCK):
        ties = table.tie[start : start + BLOCK]
        so_far = {
            "exposed": (ties["marks"] & EXPOSED) != 0,
            "aware": ties["stage"] >= Stage.AWARE,
            "interested": ties["stage"] >= Stage.INTERESTED,
        }
        for stage, hit in so_far.items():
            found[stage] += [*hit.sum(axis=0), hit.any(axis=1).sum()]
    return found


def _bought(ledger: Any, brands: int) -> dict[str, Array]:
    """People at the stages that needs tell of, by brand, and for any brand last."""
    chosen = ledger.chosen >= 0
    stages = {
        "intent": (chosen, ledger.chosen),
        "reserved": (chosen & (ledger.reserved >= 0), ledger.chosen),
        "paid": ((ledger.brand >= 0) & (ledger.outlet == Outlet.PLATFORM), ledger.brand),
    }
    found = {}
    for stage, (hit, brand) in stages.items():
        people = [np.unique(ledger.row[hit & (brand == b)]).size for b in range(brands)]
        found[stage] = np.array([*people, np.unique(ledger.row[hit]).size])
    return found


def assets(model: CommerceModel) -> pd.DataFrame:
    """Followers, trust and social assets at the end of each day."""
    platforms = [platform.name for platform in model.platforms]
    with_feed = [platform.has_feed for platform in model.state.platforms]
    return assets_table(model.schedule.assets, platforms, with_feed, [brand.name for brand in model.brands])


def cues(model: CommerceModel) -> pd.DataFrame:
    """Offers shown and opened by number of cues, on platforms that show them."""
    shows = [platform.feed.cues.first > 0.0 for platform in model.state.platforms]
    return cues_table(model.schedule.counted, shows, [platform.name for platform in model.platforms])


def checkouts(model: CommerceModel) -> pd.DataFrame:
    """Steps of checkouts tried and passed, by device and way of paying."""
    return checkouts_table(model.schedule.counted, [platform.name for platform in model.platforms])


def sample(model: CommerceModel) -> pd.DataFrame:
    """When each of some linked people saw, knew and bought what."""
    return model.schedule.sample.people([brand.name for brand in model.brands])


def sample_ties(model: CommerceModel) -> pd.DataFrame:
    """Who of them sees what whom posts."""
    return model.schedule.sample.ties([platform.name for platform in model.platforms])


def _where(ledger: Any) -> Array:
    """Platform on which the offer was chosen; -1 for needs that never got so far."""
    return np.where(ledger.chosen >= 0, ledger.platform.astype(np.int32), -1)
