"""On which model campaigns added most to the contribution of the brands that ran them, and by how much."""

from __future__ import annotations

from simulator.report.cards import RIVALS, cards
from simulator.report.dots import Dot, Panel, dot_panels
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.findings import Ranking, estimates, place_of, ranking, short, words
from simulator.report.quantities import Quantity
from simulator.report.scenarios import horizon, presets
from simulator.report.sheet import Drawing
from simulator.report.style import Theme, brief, plain
from simulator.report.tables import StudyTables
from simulator.report.text import listing, metric, say, sentences, unit

PLATFORM = "platform_contribution_yuan"
ROW_LETTERS = 40
"""Letters of a name that fit a row on a phone."""
BY_BRAND = "contribution_yuan"


def answer(tables: StudyTables) -> Answer:
    """Say where campaigns added most, or that it cannot be told and why."""
    return answered([_levels(tables)] if tables.kind == "level" else _effects(tables))


def note(tables: StudyTables) -> str:
    """How far the effects reach in time, and what was put into the models."""
    return sentences([horizon(tables) if tables.kind == "effect" else "", presets(tables)])


def _levels(tables: StudyTables) -> str:
    """Where no model has a campaign: which one's brands contribute most, if that can be told."""
    found = ranking(tables)
    if found is None:
        return say("verdict.no_effect")
    leader = found.leader
    level = words(tables, tables.headline, leader.mean, leader.low, leader.high)
    told = {"arm": tables.label(leader.arm), "value": level.value, "interval": level.interval}
    if found.nearest is None:
        return say("levels.one_arm", **told)
    if not leader.bounded:
        return say("levels.unknown", **told)
    if found.tied:
        others = listing([tables.label(d.b) for d in found.tied])
        return say("levels.tie", others=others, **told)
    return say("levels.highest", **told)


def _effects(tables: StudyTables) -> list[str]:
    """On which model campaigns added most, whether they paid, and at whose cost."""
    found = ranking(tables)
    if found is None:
        return [say("verdict.no_effect")]
    leader = found.leader
    name = tables.label(leader.arm)
    effect = words(tables, tables.headline, leader.mean, leader.low, leader.high, signed=True)
    if found.nearest is None:
        told = say("verdict.one_arm", arm=name, value=effect.value, interval=effect.interval)
        return [told, *_whose(tables, leader.arm)]
    if not leader.bounded:
        return [say("verdict.unknown"), say("verdict.one_draw", arm=name, value=effect.value)]
    parts = _tie(tables, found, effect) if found.tied else _first(tables, found, effect)
    if leader.high < 0:
        parts.append(say("verdict.loses"))
    elif leader.low <= 0:
        parts.append(say("verdict.unsure"))
    return [*parts, *_whose(tables, leader.arm), *_platform(tables)]


def _whose(tables: StudyTables, arm: str) -> list[str]:
    """What the leader's campaigns took from brands without one, and what was left for all brands together."""
    found = [{e.arm: e for e in estimates(tables, name, "effect")}.get(arm) for name in (RIVALS, BY_BRAND)]
    if found[0] is None or found[1] is None or not found[1].bounded:
        return []
    rivals, every = (words(tables, BY_BRAND, e.mean, e.low, e.high, signed=True) for e in found if e is not None)
    told = {"arm": tables.label(arm), "taken": rivals.value, "value": every.value, "interval": every.interval}
    return [say("verdict.whose", **told)]


def _tie(tables: StudyTables, found: Ranking, effect: Quantity) -> list[str]:
    name = tables.label(found.leader.arm)
    tied = [tables.label(d.b) for d in found.tied]
    care = say("verdict.care") if any(d.fragile for d in found.tied) else ""
    lead = {"value": effect.value, "interval": effect.interval, "others": listing(tied), "care": care}
    parts = [say("verdict.tie", arms=listing([name, *tied])), say("verdict.tie_lead", arm=name, **lead)]
    if found.behind:
        parts.append(say("verdict.behind", others=listing([tables.label(d.b) for d in found.behind])))
    return parts


def _first(tables: StudyTables, found: Ranking, effect: Quantity) -> list[str]:
    lead = found.behind[0]
    gap = words(tables, tables.headline, lead.mean, lead.low, lead.high)
    key = "verdict.most" if found.leader.mean >= 0 else "verdict.least"
    return [
        say(key, arm=tables.label(found.leader.arm), value=effect.value, interval=effect.interval),
        say("verdict.lead", value=gap.value, interval=gap.interval, other=tables.label(lead.b)),
    ]


def _platform(tables: StudyTables) -> list[str]:
    """For whom else: which model's own platform gains most from the campaigns."""
    found = ranking(tables, PLATFORM)
    if found is None or found.nearest is None or not found.leader.bounded:
        return []
    leader = found.leader
    value = words(tables, PLATFORM, leader.mean, leader.low, leader.high, signed=True)
    key = "verdict.platform_open" if found.tied else "verdict.platform"
    return [say(key, arm=tables.label(leader.arm), value=value.value, interval=value.interval)]


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """One dot and interval a model, best first."""
    dots = []
    for estimate in sorted(estimates(tables, tables.headline, tables.kind), key=lambda e: -e.mean):
        name = plain(brief(tables.label(estimate.arm), ROW_LETTERS))
        signed = tables.kind == "effect"
        detail = short(tables, tables.headline, estimate.mean, estimate.low, estimate.high, signed=signed)
        dots.append(Dot(name, detail, estimate.mean, estimate.low, estimate.high, tables.styles[estimate.arm]))
    if not dots:
        return None
    return dot_panels([Panel("", say(f"verdict.axis_{tables.kind}"), metric(tables.headline).unit, tuple(dots))], theme)


def alternatives(tables: StudyTables) -> list[DataTable]:
    """The effects on all brands together and on each, and the levels."""
    kinds = dict.fromkeys((tables.kind, "level"))
    return [table for kind in kinds for table in _tables_of(tables, kind)]


def _tables_of(tables: StudyTables, kind: str) -> list[DataTable]:
    rows = tables.only("summary", kind=kind)
    rows = rows.assign(order=[place_of(name) for name in rows["metric"]])
    rows = rows.sort_values("order", kind="stable").drop(columns="order")
    rows = rows.assign(
        arm=rows["arm"].map(tables.label),
        metric=[metric(name).label for name in rows["metric"]],
        unit=[unit(metric(name).unit) for name in rows["metric"]],
        key=rows["metric"],
    )
    total = rows[rows["brand"] == ""].drop(columns=["brand", "key", "kind"])
    brands = rows[(rows["brand"] != "") & (rows["key"] == BY_BRAND)].drop(columns=["metric", "key", "kind"])
    return [
        DataTable(f"{kind}s", say(f"verdict.caption_{kind}"), total),
        DataTable(f"{kind}s_by_brand", say(f"verdict.brands_{kind}"), brands),
    ]


FIGURE = ReportFigure(
    name="verdict",
    order=10,
    needs=("summary",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    cards=cards,
    keyed=nobody,
    note=note,
)
