"""Where payment is lost: step by step, by device and way of paying."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from simulator.report.curves import apart
from simulator.report.figure import Answer, DataTable, ReportFigure, answered, nobody
from simulator.report.quantities import percent
from simulator.report.sheet import Drawing, Sheet, axis
from simulator.report.style import SYMBOLS, ArmStyle, Theme, letters, plain
from simulator.report.tables import StudyTables, kept
from simulator.report.text import joined, named, say

TALL, HEAD, FOOT = 150, 40, 22
LABEL_GAP = 17
DASHES = {"phone": "solid", "pc": "dash"}
MARKERS = {"native": "diamond", "ordinary": "circle", "entry": "square"}
FEWEST = 1.0
"""Attempts a replication below which a way of paying is not drawn."""


@dataclass(frozen=True)
class Way:
    """Checkouts on a platform of a model by a device and a way of paying, and the share left after each step."""

    arm: str
    platform: str
    device: str
    payment: str
    rows: pd.DataFrame

    @property
    def name(self) -> str:
        """Device and way of paying in words."""
        return say("payment.way", device=named("device", self.device), payment=named("paying", self.payment))

    @property
    def brief(self) -> str:
        """The same in as few letters as a phone has room for."""
        return say("payment.way", device=named("device", self.device), payment=named("paying_brief", self.payment))

    @property
    def end(self) -> pd.Series:
        """The last step: who passes it has paid."""
        return self.rows.iloc[-1]

    @property
    def worst(self) -> tuple[int, float]:
        """The step at which most are lost, and the share lost there."""
        lost = 1 - self.rows["passed"] / self.rows["tried"]
        return int(self.rows.loc[lost.idxmax(), "step"]), float(lost.max())


@kept
def ways(tables: StudyTables) -> list[Way]:
    """All ways of paying of the campaign runs that are used at all, by model."""
    rows = tables.only("payment", role="campaign").sort_values("step")
    found = []
    for arm in tables.arms:
        mine = rows[rows["arm"] == arm.name]
        for (platform, device, payment), own in mine.groupby(["platform", "device", "payment"], sort=False):
            if own["tried"].iloc[0] >= FEWEST:
                found.append(Way(arm.name, str(platform), str(device), str(payment), own))
    order = [arm.name for arm in tables.arms]
    devices, modes = list(DASHES), list(MARKERS)
    return sorted(
        found, key=lambda w: (order.index(w.arm), w.platform, devices.index(w.device), modes.index(w.payment))
    )


def _blocks(found: Sequence[Way]) -> list[tuple[str, str, list[Way]]]:
    """Ways by model and platform."""
    keys = dict.fromkeys((way.arm, way.platform) for way in found)
    return [(arm, platform, [w for w in found if (w.arm, w.platform) == (arm, platform)]) for arm, platform in keys]


def place_name(tables: StudyTables, arm: str, platform: str) -> str:
    """A model, and its platform where it has several."""
    several = len(tables.only("payment", arm=arm)["platform"].unique()) > 1
    label = tables.label(arm)
    return say("payment.place", arm=label, platform=named("arm", platform)) if several else label


def answer(tables: StudyTables) -> Answer:
    """How many of 100 checkouts are paid, on a phone and on a PC; where most are lost."""
    found, told_of = ways(tables), {}
    level = f"{100 * tables.level:g}"
    for device in DASHES:
        parts = []
        for arm, platform, own in _blocks([way for way in found if way.device == device]):
            shares = say("word.comma").join(_share(way) for way in own)
            parts.append(say("payment.part", arm=place_name(tables, arm, platform), shares=shares))
        if parts:
            told_of[device] = say(f"payment.answer_{device}", parts=joined(parts), level=level)
    if not told_of:
        return Answer(say("payment.none"))
    worst = max(found, key=lambda way: way.worst[1])
    step, lost = worst.worst
    told = {
        "arm": place_name(tables, worst.arm, worst.platform),
        "way": worst.name,
        "step": step,
        "rate": percent(lost),
    }
    return answered([*told_of.values(), say("payment.worst", **told)])


def _share(way: Way) -> str:
    end = way.end
    told = {"way": named("paying", way.payment), "value": f"{100 * end['kept']:.1f}"}
    if not math.isfinite(end["low"]):
        return say("payment.share_one", **told)
    return say("payment.share", low=f"{100 * end['low']:.1f}", high=f"{100 * end['high']:.1f}", **told)


def draw(tables: StudyTables, theme: Theme) -> Drawing | None:
    """For each model a panel: the share of checkouts left after each step, a line a device and way of paying."""
    blocks = _blocks(ways(tables))
    if not blocks:
        return None
    each = HEAD + TALL + FOOT
    height = each * len(blocks) + 30
    steps = max(int(way.rows["step"].max()) for *_, own in blocks for way in own)
    room = 7 * max(letters(way.brief if theme.narrow else way.name) for *_, own in blocks for way in own) + 66
    sheet = Sheet(theme, height, {"l": 52, "r": room, "t": 0, "b": 0})
    for number, (arm, platform, own) in enumerate(blocks, start=1):
        top = (number - 1) * each + HEAD
        domain = [1 - (top + TALL) / height, 1 - top / height]
        last = number == len(blocks)
        x = {"range": [-0.06, steps + 0.1], "dtick": 1, "title": {"text": say("payment.axis") if last else ""}}
        y = {"domain": domain, "range": [0, 1.04], "tickformat": ".0%", "dtick": 0.25}
        sheet.panel(number, {**x, "zeroline": False}, y)
        tag = f"<b>{tables.styles[arm].tag(theme, place_name(tables, arm, platform))}</b>"
        sheet.text(tag, xshift=-44, y=domain[1], yref="paper", yanchor="bottom", yshift=8)
        _lines(sheet, number, own, tables.styles[arm])
    return sheet.drawing()


def _lines(sheet: Sheet, number: int, own: Sequence[Way], style: ArmStyle) -> None:
    colour, ends = style.mark(sheet.theme), {}
    for place, way in enumerate(own):
        look = dataclasses.replace(style, dash=DASHES.get(way.device, "dot"), marker=MARKERS.get(way.payment, "x"))
        x = [0, *way.rows["step"].tolist()]
        y = [1.0, *way.rows["kept"].tolist()]
        around = {"x": x + x[::-1], "y": [1.0, *way.rows["high"], *way.rows["low"][::-1], 1.0]}
        if way.rows["low"].notna().all():
            shade = {"fill": "toself", "fillcolor": "rgba(128,128,128,0.2)"}
            sheet.trace(number, mode="lines", line={"width": 0}, **shade, **around)
        line = {"color": colour, "width": 2, "dash": look.dash}
        marker = {"symbol": look.marker, "size": 8, "color": colour}
        hover = "%{y:.1%}<extra>" + plain(way.name) + "</extra>"
        sheet.trace(number, x=x, y=y, mode="lines+markers", line=line, marker=marker, hovertemplate=hover)
        ends[place] = y[-1]
    for place, at in apart(ends, LABEL_GAP / TALL * 1.04, 0.03, 1.0).items():
        way = own[place]
        mark = f'<span style="color:{colour}">{SYMBOLS[MARKERS.get(way.payment, "x")]}</span>'
        name = way.brief if sheet.theme.narrow else way.name
        text = f"{mark} {plain(say('payment.end', way=name, rate=percent(ends[place])))}"
        sheet.text(text, x=1, xshift=8, y=at, yref=axis("y", number), yanchor="middle", font={"size": 12})


def alternatives(tables: StudyTables) -> list[DataTable]:
    """Every step with the number that came to it and passed it."""
    rows = tables.only("payment", role="campaign")
    frame = rows.drop(columns="role").assign(
        arm=rows["arm"].map(tables.label),
        platform=[named("arm", name) for name in rows["platform"]],
        device=[named("device", name) for name in rows["device"]],
        payment=[named("paying", name) for name in rows["payment"]],
        **{name: 100 * rows[name] for name in ("kept", "low", "high")},
    )
    renamed = {"kept": "kept_percent", "low": "low_percent", "high": "high_percent"}
    return [DataTable("payment", say("payment.caption"), frame.rename(columns=renamed))]


FIGURE = ReportFigure(
    name="payment",
    order=80,
    needs=("payment",),
    answer=answer,
    draw=draw,
    alternatives=alternatives,
    fits=lambda tables: bool(ways(tables)),
    keyed=nobody,
)
