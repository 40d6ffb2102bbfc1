"""Made-up tables of a comparison that draw people: sources, regions, checkouts, wear, a linked sample."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simulator.output.dictionary import COLUMNS, REGION_MEASURES, WEAR

REGIONS = {"Guangdong": 1574, "Shandong": 1431, "Beijing": 316, "Shanghai": 355, "Fujian": 560, "InnerMongolia": 367}
SOURCES = {
    "marketplace": {"none": 900.0, "ad": 240.0, "search": 2900.0},
    "private_circle": {"none": 3100.0, "brand": 3.0, "friend": 480.0, "seller": 1200.0, "entry": 60.0},
    "public_feed": {"none": 3700.0, "ad": 350.0, "friend": 800.0, "opinion_leader": 210.0, "trending": 240.0},
}
FATES = {("platform", "bought"): 0.2, ("leaked", "bought"): 0.1, ("offline", "bought"): 0.69, ("none", "chosen"): 0.01}
WAYS = {"marketplace": ("ordinary",), "private_circle": ("native", "ordinary", "entry")}
PEOPLE, DAYS = 40, 14


def portraits(
    arms: Sequence[str], brands: Sequence[str], kind: Callable[[str], str], replications: int
) -> dict[str, pd.DataFrame]:
    """All of them, with the types that the dictionary declares."""
    known = replications > 1
    made = {
        "sources": _sources(arms, kind, known),
        "regions": _regions(arms, kind, known),
        "payment": _payment(arms, kind, known),
        "wear": _wear(arms, kind, replications),
        "sample": _sample(arms, brands),
        "sample_ties": _ties(arms, kind),
    }
    return {name: _typed(f"comparison/{name}", rows, replications) for name, rows in made.items()}


def _typed(name: str, rows: list[dict[str, Any]], replications: int) -> pd.DataFrame:
    declared = {column.name: column.dtype for column in COLUMNS if column.table == name}
    frame = pd.DataFrame(rows, columns=list(declared))
    if "n" in declared:
        frame["n"] = frame["n"].fillna(replications)
    return frame.astype(declared)


def _ends(mean: float, half: float, known: bool) -> dict[str, float]:
    return {"mean": mean, "low": mean - half if known else np.nan, "high": mean + half if known else np.nan}


def _sources(arms: Sequence[str], kind: Callable[[str], str], known: bool) -> list[dict[str, Any]]:
    rows = []
    for arm, role in itertools.product(arms, ("campaign", "control")):
        for source, total in SOURCES[kind(arm)].items():
            for (outlet, status), share in FATES.items():
                mean = total * share * (1.0 if role == "campaign" else 0.8)
                place = {"arm": arm, "role": role, "source": source, "outlet": outlet, "status": status}
                rows.append({**place, **_ends(mean, 0.1 * mean, known)})
        lost = {"arm": arm, "role": role, "source": "none", "outlet": "none", "status": "lost"}
        rows.append({**lost, **_ends(1700.0, 20.0, known)})
    return rows


def _regions(arms: Sequence[str], kind: Callable[[str], str], known: bool) -> list[dict[str, Any]]:
    rows = []
    scale = {"marketplace": 1.0, "private_circle": 0.8, "public_feed": 0.9}
    for arm, role, (region, people), tier, measure in itertools.product(
        arms, ("campaign", "control"), REGIONS.items(), (0, 1, 2), REGION_MEASURES
    ):
        rate = (0.2 if measure == "looked" else 0.05) / (1 + tier) * scale[kind(arm)]
        mean = people * rate * (1.3 if region == "Beijing" and tier == 2 else 1.0)
        place = {"arm": arm, "role": role, "region": region, "category": "cars", "tier": tier, "people": people}
        rows.append({**place, "measure": measure, **_ends(mean, np.sqrt(mean), True), "n": 1 if not known else None})
    return rows


def _payment(arms: Sequence[str], kind: Callable[[str], str], known: bool) -> list[dict[str, Any]]:
    rows = []
    for arm, role, device in itertools.product(arms, ("campaign", "control"), ("phone", "pc")):
        for payment in WAYS.get(kind(arm), ("native", "ordinary")):
            steps, loss = (2, 0.1) if payment == "native" else (5, 0.2 if device == "phone" else 0.09)
            kept = 1.0
            for step in range(1, steps + 1):
                tried, kept = 200.0 * kept, kept * (1 - loss)
                place = {"arm": arm, "role": role, "platform": kind(arm), "device": device, "payment": payment}
                ends = (kept - 0.02, kept + 0.02) if known else (np.nan, np.nan)
                numbers = {"tried": tried, "passed": tried * (1 - loss), "kept": kept, "low": ends[0], "high": ends[1]}
                rows.append({**place, "step": step, **numbers})
    return rows


def _wear(arms: Sequence[str], kind: Callable[[str], str], replications: int) -> list[dict[str, Any]]:
    curves = {
        "trust": lambda day: 0.7 - 0.01 * day,
        "fatigue": lambda day: 8.0 * (1 - np.exp(-day / 4)),
        "mutes": lambda day: 12.0 * day,
        "unfollows": lambda day: 0.3 * day,
        "stars": lambda day: 3.6 + 0.02 * day,
    }
    rows = []
    for arm, role, (measure, curve) in itertools.product(arms, ("campaign", "control"), curves.items()):
        if (measure == "stars") != (kind(arm) == "marketplace"):
            continue
        for day in range(1, DAYS + 1):
            middle, half = float(curve(day)), 0.04 * float(curve(day)) * (replications > 1)
            place = {"arm": arm, "role": role, "platform": kind(arm), "measure": measure, "unit": WEAR[measure]}
            rows.append({**place, "day": day, "median": middle, "p5": middle - half, "p95": middle + half})
    return rows


def _sample(arms: Sequence[str], brands: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for arm, user, (place, brand) in itertools.product(arms, range(PEOPLE), enumerate(brands)):
        day = (user * 7 + place) % 20
        aware = float(day) if day <= DAYS else np.nan
        found = {"arm": arm, "user": 3 * user, "brand": brand, "knew": day == 0, "source": "friend" if day else "none"}
        days = {"seen_day": aware, "aware_day": aware, "bought_day": aware + 1 if user % 5 == 0 else np.nan}
        rows.append({**found, **days})
    return rows


def _ties(arms: Sequence[str], kind: Callable[[str], str]) -> list[dict[str, Any]]:
    return [
        {"arm": arm, "platform": kind(arm), "author": 3 * user, "reader": 3 * ((user * step + 1) % PEOPLE)}
        for arm in arms
        if kind(arm) != "marketplace"
        for user in range(PEOPLE)
        for step in (1, 3)
    ]
