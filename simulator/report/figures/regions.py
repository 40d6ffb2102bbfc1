"""Who looks at what and who buys what, by region and price tier: two maps, since the two are not the same."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.findings import ranking
from simulator.report.quantities import count
from simulator.report.sheet import Drawing, Sheet, axis
from simulator.report.style import Theme, cividis, ink_on, plain
from simulator.report.tables import StudyTables, kept
from simulator.report.text import human, joined, named, say
from simulator.types import Array

MEASURES = ("looked", "orders")
REGIONS = 8
"""Regions drawn, those with most orders; the table holds all."""
COLUMNS = 3
"""Tiers drawn side by side at most."""
ROW, HEAD, GAP = 22, 66, 10
PER = 1000


@dataclass(frozen=True)
class Tier:
    """A price tier of a category."""

    category: str
    tier: int


@kept
def tiers(tables: StudyTables) -> list[Tier]:
    """The tiers that are drawn: those of the category with most of them, else one of each of the largest categories."""
    rows = tables.only("regions", role="campaign", measure="orders")
    total = rows.groupby(["category", "tier"])["mean"].sum()
    sizes = rows.groupby("category")["tier"].nunique()
    if sizes.max() > 1:
        most = max(sizes[sizes == sizes.max()].index, key=lambda name: float(total[name].sum()))
        return [Tier(str(most), int(tier)) for tier in sorted(total[most].index)][:COLUMNS]
    largest = total.sort_values(ascending=False).index[:COLUMNS]
    return [Tier(str(category), int(tier)) for category, tier in largest]


@kept
def tier_name(tables: StudyTables, one: Tier) -> str:
    """A tier by its category and the prices of its offers."""
    return say("word.comma").join(_tier_parts(tables, one))


@kept
def _tier_parts(tables: StudyTables, one: Tier) -> tuple[str, str]:
    prices = [
        float(brand["price_yuan"])
        for scenario in tables.scenarios.values()
        for brand in scenario.get("brands", ())
        if brand.get("category") == one.category and int(brand.get("tier", 0)) == one.tier
    ]
    category = named("category", one.category)
    if not prices:
        return category, say("regions.tier_code", tier=one.tier)
    low, high = min(prices), max(prices)
    key = "regions.tier_price" if low == high else "regions.tier_prices"
    return category, say(key, low=_price(low), high=_price(high))


def _price(value: float) -> str:
    return f"{value:,.0f}" if value < 1e5 else say("regions.thousand", value=f"{value / 1000:,.0f}")


@kept
def shown_regions(tables: StudyTables) -> list[str]:
    """The regions with most orders over all models."""
    rows = tables.only("regions", role="campaign", measure="orders")
    return [str(name) for name in rows.groupby("region")["mean"].sum().sort_values(ascending=False).index[:REGIONS]]


def region_name(name: str) -> str:
    """What a region is called."""
    return named("region", name, human(name))


def answer(tables: StudyTables) -> Answer:
    """On the model that leads: where people look most and where they buy most, and whether that can be told."""
    one, arm = _busiest(tables), _leader(tables)
    told = {measure: _top(_rows(tables, arm, measure, one)) for measure in MEASURES}
    if not all(told.values()):
        return Answer(say("regions.none"))
    level = f"{100 * tables.level:g}"
    line = say("regions.answer", arm=tables.label(arm), tier=tier_name(tables, one), level=level, **told)
    return answered([line, _alike(tables)])


def _leader(tables: StudyTables) -> str:
    """The model that the verdict names first; the first one where there is no verdict."""
    found = ranking(tables)
    stored = set(tables["regions"]["arm"].unique())
    leader = found.leader.arm if found is not None else ""
    return leader if leader in stored else next(arm.name for arm in tables.arms if arm.name in stored)


def _top(rows: pd.DataFrame) -> str:
    """The region with the highest rate, and from how many others it cannot be told."""
    rates = rows[["mean", "low", "high"]].div(rows["people"], axis=0) * PER
    if not len(rates) or not rates["mean"].max() > 0:
        return ""
    top = rates.loc[rates["mean"].idxmax()]
    rivals = int((rates["high"] >= top["low"]).sum()) - 1 if math.isfinite(top["low"]) else len(rates) - 1
    if rivals >= len(rates) - 1:
        return say("regions.nowhere")
    ends = say("word.to", low=count(top["low"]), high=count(top["high"]))
    told = {"region": region_name(str(rates["mean"].idxmax())), "value": count(top["mean"]), "ends": ends}
    return say("regions.top_open", n=rivals, **told) if rivals else say("regions.top", **told)


def _busiest(tables: StudyTables) -> Tier:
    looked = tables.only("regions", role="campaign", measure="looked").groupby(["category", "tier"])["mean"].sum()
    category, tier = looked.idxmax()
    return Tier(str(category), int(tier))


@kept
def _rows(tables: StudyTables, arm: str, measure: str, one: Tier) -> pd.DataFrame:
    """The rows of a model, measure and tier by region."""
    rows = tables.only("regions", role="campaign", arm=arm, measure=measure, category=one.category, tier=one.tier)
    return rows.set_index("region")


def _alike(tables: StudyTables) -> str:
    """How many looked for each order, by tier, over all models and regions."""
    rows = tables.only("regions", role="campaign")
    total = rows.groupby(["category", "tier", "measure"])["mean"].sum()
    found = []
    for one in tiers(tables):
        looked, orders = (float(total.get((one.category, one.tier, name), 0.0)) for name in MEASURES)
        if orders > 0:
            found.append(say("regions.ratio", tier=tier_name(tables, one), value=f"{looked / orders:.2g}"))
    return say("regions.ratios", parts=joined(found)) if found else ""


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """For each model a map of attention and one of orders, side by side; below one another on a phone."""
    columns, regions = tiers(tables), shown_regions(tables)
    arms = [arm for arm in tables.arms if len(_rows(tables, arm.name, "orders", columns[0]))]
    maps = [(arm, measure) for arm in arms for measure in MEASURES]
    lines = len(maps) if theme.narrow else len(arms)
    each = HEAD + ROW * len(regions) + GAP
    height = each * lines
    sheet = Sheet(theme, height, {"l": 96, "r": 12, "t": 0, "b": 0})
    ends = {measure: _ends(tables, measure) for measure in MEASURES}
    for number, (arm, measure) in enumerate(maps, start=1):
        line, place = divmod(number - 1, 1 if theme.narrow else 2)
        top = line * each + HEAD
        domain = [1 - (top + ROW * len(regions)) / height, 1 - top / height]
        across = [0.0, 1.0] if theme.narrow else [[0.0, 0.485], [0.515, 1.0]][place]
        tag = tables.styles[arm.name].tag(theme, arm.label)
        heading = say(f"regions.{measure}")
        sheet.panel(number, _across(tables, columns, across), _up(regions, domain, labels=place == 0))
        at = {"xref": axis("x", number) + " domain", "yref": axis("y", number) + " domain"}
        sheet.text(f"<b>{tag}</b> {plain(heading)}", y=1, yanchor="bottom", yshift=34, **at)
        _map(sheet, number, _cells(tables, arm.name, measure), ends[measure])
    return sheet.drawing()


def _across(tables: StudyTables, columns: list[Tier], domain: list[float]) -> dict[str, object]:
    names = ["<br>".join(plain(part) for part in _tier_parts(tables, one)) for one in columns]
    ticks = {
        "ticks": "",
        "tickmode": "array",
        "tickvals": list(range(len(columns))),
        "ticktext": names,
        "tickfont": {"size": 11},
    }
    return {
        "domain": domain,
        "side": "top",
        "range": [-0.5, len(columns) - 0.5],
        "showgrid": False,
        "zeroline": False,
        **ticks,
    }


def _up(regions: list[str], domain: list[float], *, labels: bool) -> dict[str, object]:
    ticks = {"ticks": "", "tickmode": "array", "tickvals": list(range(len(regions))), "showticklabels": labels}
    return {
        "domain": domain, "range": [len(regions) - 0.5, -0.5], "showgrid": False, "zeroline": False,
        "ticktext": [plain(region_name(name)) for name in regions], **ticks,
    }  # fmt: skip


@dataclass(frozen=True)
class Cells:
    """A map: rates per 1,000 people who live there, float64 (regions, tiers), and what stands in each cell."""

    rates: Array
    texts: list[list[str]]


@kept
def _cells(tables: StudyTables, arm: str, measure: str) -> Cells:
    """The map of a model and measure, of the regions and tiers that are drawn."""
    regions = shown_regions(tables)
    rates, texts = [], []
    for one in tiers(tables):
        rows = _rows(tables, arm, measure, one).reindex(regions)
        rates.append((rows["mean"] / rows["people"] * PER).to_numpy(float))
        ends = zip(rows["mean"].tolist(), rows["low"].tolist(), rows["high"].tolist(), strict=True)
        texts.append([_cell(*numbers) for numbers in ends])
    return Cells(np.array(rates).T, [list(line) for line in zip(*texts, strict=True)])


def _ends(tables: StudyTables, measure: str) -> tuple[float, float]:
    """Smallest and largest rate of all models, so that colours mean the same in each."""
    known = np.concatenate([_cells(tables, arm.name, measure).rates.ravel() for arm in tables.arms])
    known = known[np.isfinite(known)]
    return (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)


def _map(sheet: Sheet, number: int, cells: Cells, ends: tuple[float, float]) -> None:
    """The cells of a map: colour by rate, text the number with its interval."""
    low, high = ends
    x, y = axis("x", number), axis("y", number)
    sheet.whole(
        type="heatmap", xaxis=x, yaxis=y, z=cells.rates, zmin=low, zmax=high if high > low else low + 1,
        colorscale="Cividis", showscale=False, xgap=2, ygap=2, hovertemplate="%{z:,.1f}<extra></extra>",
    )  # fmt: skip
    size = 10 if len(cells.texts[0]) >= COLUMNS and sheet.theme.narrow else 12
    for line, texts in enumerate(cells.texts):
        for column, text in enumerate(texts):
            share = (cells.rates[line, column] - low) / ((high - low) or 1.0)
            colour = ink_on(cividis(share)) if math.isfinite(share) else sheet.theme.ink
            font = {"color": colour, "size": size}
            sheet.text(text, x=column, y=line, xref=x, yref=y, xanchor="center", yanchor="middle", font=font)


def _cell(mean: float, low: float, high: float) -> str:
    if not math.isfinite(mean):
        return "–"
    if not math.isfinite(low):
        return count(mean)
    return say("regions.cell", value=count(mean), low=count(max(low, 0.0)), high=count(high))


def alternatives(tables: StudyTables) -> list[DataTable]:
    """All regions, tiers and measures."""
    rows = tables.only("regions", role="campaign")
    frame = pd.DataFrame(
        {
            "arm": rows["arm"].map(tables.label),
            "region": rows["region"].map(region_name),
            "tier": [
                tier_name(tables, Tier(str(c), int(t))) for c, t in zip(rows["category"], rows["tier"], strict=True)
            ],
            "measure": [say(f"regions.{name}") for name in rows["measure"]],
            "people": rows["people"],
            **{name: rows[name] for name in ("mean", "low", "high", "n")},
        }
    )
    return [DataTable("regions", say("regions.caption"), frame)]


FIGURE = ReportFigure(
    name="regions",
    order=60,
    needs=("regions",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    fits=lambda tables: bool((tables["regions"]["measure"] == "orders").any()),
    keyed=nobody,
)
