"""A made-up study on disk, with the tables a comparison stores. The same arguments give the same files."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.ensemble.statistics import holm, mean_interval, paired_difference
from simulator.output.dictionary import COLUMNS, check_tables
from simulator.output.manifest import Manifest, StoredTable
from simulator.output.study import FILES, StudyFolder
from tests.unit.report.fake_portraits import portraits

BRANDS = ("Northwind Phone", "Harbour Coat", "Plain Phone")
CAMPAIGNING = BRANDS[:2]
STAGES = ("exposed", "aware", "interested", "intent", "reserved", "paid")
DAYS = 14
TITLES = {
    "marketplace": "Marketplace with search, reviews and ads",
    "private_circle": "Private circle of friends with native payment",
    "public_feed": "Open public feed with reposts and opinion leaders",
}
GAINS = {"marketplace": 0.62e6, "private_circle": 0.31e6, "public_feed": 1.24e6}
UNITS = {
    "contribution_campaigning_yuan": "yuan", "contribution_rivals_yuan": "yuan", "contribution_yuan": "yuan",
    "orders_due": "orders", "pulled_forward": "orders", "marketing_spend_yuan": "yuan", "reach": "users",
    "gmv_yuan": "yuan", "orders": "orders", "orders_platform": "orders", "orders_offline": "orders",
    "commission_yuan": "yuan", "platform_contribution_yuan": "yuan", "impressions": "impressions", "posts": "posts",
    "reposts": "posts", "mutes": "users",
}  # fmt: skip
"""The outcomes of the made-up study."""
CAMPAIGN = {"budget_yuan": 2.5e5, "start_day": 2, "days": 7}
LEVELS = {
    "gmv_yuan": 48e6, "contribution_yuan": 9.1e6, "contribution_campaigning_yuan": 6.4e6,
    "contribution_rivals_yuan": 2.7e6, "orders_due": 5100.0, "pulled_forward": 0.0, "orders": 5210.0,
    "orders_platform": 2100.0, "orders_offline": 3110.0, "marketing_spend_yuan": 0.0, "commission_yuan": 1.1e6,
    "platform_contribution_yuan": 0.9e6, "reach": 4000.0, "impressions": 61e3, "posts": 900.0, "reposts": 300.0,
    "mutes": 20.0,
}  # fmt: skip
"""What the world without campaigns gives."""
RELATIVE = {
    "gmv_yuan": 5.1, "contribution_yuan": 0.93, "contribution_campaigning_yuan": 1.0,
    "contribution_rivals_yuan": -0.07, "orders_due": 2.1e-4, "pulled_forward": 3.1e-4, "orders": 5.2e-4,
    "orders_platform": 7.4e-4, "orders_offline": -2.2e-4, "commission_yuan": 0.2, "platform_contribution_yuan": 0.31,
    "reach": 0.0082, "impressions": 0.12, "posts": 1.1e-3, "reposts": 8.1e-4, "mutes": 2.1e-4,
}  # fmt: skip
"""What a yuan of incremental contribution of the campaigning brands comes with."""


@dataclass(frozen=True)
class Fake:
    """How the made-up study differs from the usual one.

    Parameters
    ----------
    arms : labels of the arms; an unknown one behaves as the public feed.
    gains : mean effect on the headline, yuan, by arm.
    noise : standard deviation of luck that arms do not share, yuan.
    titles : by arm.
    brands : the first two have campaigns.
    campaigns : without any, the study has levels only.
    """

    arms: tuple[str, ...] = ("marketplace", "private_circle", "public_feed")
    replications: int = 20
    gains: dict[str, float] = field(default_factory=lambda: dict(GAINS))
    noise: float = 0.12e6
    titles: dict[str, str] = field(default_factory=lambda: dict(TITLES))
    brands: tuple[str, ...] = BRANDS
    cascades: bool = True
    campaigns: bool = True


def write_study(folder: Path, fake: Fake | None = None) -> Path:
    """Write a whole study and return its folder."""
    fake = fake or Fake()
    study = StudyFolder(Path(folder))
    tables = comparison(fake)
    check_tables(tables, "comparison/")
    files = study.write_tables(tables)
    runs = []
    for place, (arm, role) in enumerate(itertools.product(fake.arms, ("campaign", "control"))):
        manifest = _manifest(arm, role, place, fake)
        run = study.path / "runs" / manifest.address
        run.mkdir(parents=True, exist_ok=True)
        (run / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
        runs.append({"arm": arm, "role": role, "replication": 0, "seed": manifest.seed, "address": manifest.address})
    study.write_study(
        {
            "kind": "compare",
            "arms": [_arm(arm, fake) for arm in fake.arms],
            "replications": fake.replications,
            "seed": 618,
            "level": 0.95,
            "runs": runs,
            FILES: files,
        }
    )
    return study.path


def _arm(arm: str, fake: Fake) -> dict[str, Any]:
    return {
        "name": arm,
        "label": arm,
        "title": fake.titles.get(arm, arm),
        "kind": _kind(arm),
        "campaigning": list(fake.brands[:2]) if fake.campaigns else [],
        "scenario": _scenario(arm, fake),
    }


def comparison(fake: Fake) -> dict[str, pd.DataFrame]:
    """The tables of the comparison."""
    effects = _effects(fake)
    summary, paired = _summary(effects, fake), _paired(effects, fake)
    if not fake.campaigns:
        split = ["contribution_campaigning_yuan", "contribution_rivals_yuan"]
        effects = effects.iloc[:0]
        summary, paired = (
            table[(table["kind"] == "level") & ~table["metric"].isin(split)] for table in (summary, paired)
        )
    return {
        "effects": effects,
        "summary": summary,
        "paired_differences": paired,
        "spread": _spread(fake),
        "funnel": _funnel(fake),
        "cascades": _cascades(fake),
        **portraits(fake.arms, fake.brands, _kind, fake.replications),
    }


def _kind(arm: str) -> str:
    return next((kind for kind in GAINS if arm.startswith(kind)), "public_feed")


def _effects(fake: Fake) -> pd.DataFrame:
    """Campaign minus control: luck that all arms share, luck of their own, and the arm's mean."""
    draws = np.random.default_rng(2014)
    shared = draws.normal(0.0, 0.3e6, fake.replications)
    rows = []
    for arm in fake.arms:
        gain = fake.gains.get(arm, GAINS[_kind(arm)]) + shared + draws.normal(0.0, fake.noise, fake.replications)
        spend = 0.4e6 + draws.normal(0.0, 8e3, fake.replications)
        for name in UNITS:
            values = spend if name == "marketing_spend_yuan" else gain * RELATIVE[name]
            if name in ("posts", "reposts") and _kind(arm) == "marketplace":
                values = np.zeros(fake.replications)
            rows += _rows(arm, name, "", values)
        for share, brand in zip((0.7, 0.3, -0.07), fake.brands, strict=False):
            rows += _rows(arm, "contribution_yuan", brand, gain * share)
    return pd.DataFrame(rows)


def _rows(arm: str, metric: str, brand: str, values: Any) -> list[dict[str, Any]]:
    return [
        {"arm": arm, "replication": r, "metric": metric, "brand": brand, "value": float(v), "unit": UNITS[metric]}
        for r, v in enumerate(values)
    ]


def _values(effects: pd.DataFrame, arm: str, metric: str, brand: str, kind: str) -> Any:
    rows = effects[(effects["arm"] == arm) & (effects["metric"] == metric) & (effects["brand"] == brand)]
    return rows["value"].to_numpy(float) + (LEVELS[metric] if kind == "level" else 0.0)


def _keys(effects: pd.DataFrame) -> list[tuple[str, str]]:
    return list(dict.fromkeys(zip(effects["metric"], effects["brand"], strict=True)))


def _summary(effects: pd.DataFrame, fake: Fake) -> pd.DataFrame:
    rows = []
    for (metric, brand), arm, kind in itertools.product(_keys(effects), fake.arms, ("level", "effect")):
        found = mean_interval(_values(effects, arm, metric, brand, kind))
        rows.append(
            {
                "arm": arm, "metric": metric, "brand": brand, "unit": UNITS[metric], "kind": kind, "mean": found.mean,
                "sd": found.sd, "low": found.low, "high": found.high, "n": found.n, "variance_reduction": np.nan,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _paired(effects: pd.DataFrame, fake: Fake) -> pd.DataFrame:
    rows = []
    for (metric, brand), kind in itertools.product(_keys(effects), ("level", "effect")):
        group = []
        for a, b in itertools.combinations(fake.arms, 2):
            found = paired_difference(*(_values(effects, arm, metric, brand, kind) for arm in (a, b)), seed=1)
            group.append(
                {
                    "metric": metric, "brand": brand, "unit": UNITS[metric], "kind": kind, "arm_a": a, "arm_b": b,
                    "mean": found.mean, "low": found.low, "high": found.high, "bootstrap_low": found.bootstrap_low,
                    "bootstrap_high": found.bootstrap_high, "p_value": found.p_value, "p_holm": np.nan,
                    "correlation": found.correlation, "variance_reduction": found.variance_reduction, "n": found.n,
                    "separable": found.separable,
                }
            )  # fmt: skip
        for row, p in zip(group, holm([row["p_value"] for row in group]), strict=True):
            row["p_holm"], row["separable"] = p, p < 0.05
        rows += group
    columns = list(rows[0]) if rows else list(_PAIRED_COLUMNS)
    return pd.DataFrame(rows, columns=columns).astype(_PAIRED_COLUMNS)


_PAIRED_COLUMNS = {
    "metric": "str", "brand": "str", "unit": "str", "kind": "str", "arm_a": "str", "arm_b": "str", "mean": "float64",
    "low": "float64", "high": "float64", "bootstrap_low": "float64", "bootstrap_high": "float64",
    "p_value": "float64", "p_holm": "float64", "correlation": "float64", "variance_reduction": "float64",
    "n": "int64", "separable": "bool",
}  # fmt: skip


def _spread(fake: Fake) -> pd.DataFrame:
    rows = []
    days = np.arange(1, DAYS + 1, dtype=float)
    for arm, role, (place, brand), measure in itertools.product(
        fake.arms, ("campaign", "control"), enumerate(fake.brands), ("newly_aware", "adopters")
    ):
        top = {"marketplace": 3100.0, "private_circle": 2650.0, "public_feed": 6900.0}[_kind(arm)] / (1 + place)
        top *= (1.0 if measure == "newly_aware" else 0.031) * (1.0 if role == "campaign" else 0.4)
        rate = {"marketplace": 0.16, "private_circle": 0.2, "public_feed": 0.34}[_kind(arm)]
        grown = top * (1 - np.exp(-rate * days)) / (1 + np.exp(-(days - 3)))
        half = grown * (0.22 if _kind(arm) == "public_feed" else 0.12) * (fake.replications > 1)
        for day, median, width in zip(days, grown, half, strict=True):
            rows.append(
                {
                    "arm": arm, "role": role, "brand": brand, "measure": measure, "day": day, "median": median,
                    "p5": median - width, "p95": median + 1.3 * width, "n": fake.replications,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _funnel(fake: Fake) -> pd.DataFrame:
    rates = {
        "marketplace": (5200, 0.42, 0.38, 0.24, 0.62, 0.71),
        "private_circle": (3900, 0.61, 0.33, 0.17, 0.48, 0.66),
        "public_feed": (12400, 0.55, 0.29, 0.14, 0.41, 0.58),
    }
    rows = []
    for arm, role, (place, brand) in itertools.product(fake.arms, ("campaign", "control"), enumerate(fake.brands)):
        people = np.cumprod(rates[_kind(arm)]) / (1 + place) * (1.0 if role == "campaign" else 0.5)
        for stage, mean in zip(STAGES, people, strict=True):
            half = 2.0 * np.sqrt(mean) if fake.replications > 1 else np.nan
            rows.append(
                {
                    "arm": arm, "role": role, "brand": brand, "stage": stage, "mean": float(mean),
                    "low": float(mean - half), "high": float(mean + half), "n": fake.replications,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _cascades(fake: Fake) -> pd.DataFrame:
    """Heavy-tailed sizes in the feed, short ones in the circle, none in the marketplace, which has no graph."""
    draws = np.random.default_rng(1968)
    frames = []
    for arm in fake.arms:
        if _kind(arm) == "marketplace" or not fake.cascades:
            continue
        tail, cut = (1.1, 4000) if _kind(arm) == "public_feed" else (2.3, 60)
        for replication in range(fake.replications):
            n = 300
            size = np.minimum((1 - draws.random(n)) ** (-1 / tail), cut).astype(np.int64)
            depth = np.where(size > 1, np.ceil(np.log2(size) * draws.uniform(0.4, 1.0, n)), 0).astype(np.int64)
            virality = np.where(size > 1, 1 + np.minimum(depth, 1 + 0.45 * depth) * draws.uniform(0.3, 1.0, n), np.nan)
            frames.append(
                pd.DataFrame(
                    {
                        "arm": arm, "platform": _kind(arm), "replication": replication,
                        "root_key": np.arange(n, dtype=np.uint64),
                        "brand": fake.brands[0], "kind": "brand", "size": size, "depth": depth,
                        "structural_virality": virality, "one_hop_share": np.where(size > 1, 0.6, np.nan),
                        "largest_broadcast": np.where(size > 1, 0.7, np.nan),
                    }
                )
            )  # fmt: skip
    if frames:
        return pd.concat(frames, ignore_index=True)
    declared = [column for column in COLUMNS if column.table == "comparison/cascades"]
    return pd.DataFrame({column.name: pd.Series(dtype=column.dtype) for column in declared})


def _scenario(arm: str, fake: Fake) -> dict[str, Any]:
    hazard = {"marketplace": 0.0, "private_circle": 0.001, "public_feed": 0.004}[_kind(arm)]
    affordances = {"graph": {"enabled": hazard > 0}, "repost": {"hazard": hazard}}
    return {
        "name": arm,
        "title": fake.titles.get(arm, arm),
        "market": {"users": 20000, "days": DAYS, "tick_minutes": 60},
        "brands": [
            {"name": brand, "price_yuan": 1999.0, "campaign": dict(CAMPAIGN) if place < 2 and fake.campaigns else None}
            for place, brand in enumerate(fake.brands)
        ],
        "platforms": [{"name": "shop", "kind": _kind(arm), "affordances": affordances}],
        "network": {"follow": {"generator": "follow", "followees": 60}},
    }


def _manifest(arm: str, role: str, place: int, fake: Fake) -> Manifest:
    return Manifest(
        address=f"{place + 1:020x}",
        scenario=_scenario(arm, fake),
        seed=81985529216486,
        role=role,
        engine="kernels",
        files={},
        fingerprint={"source": "ab" * 32, "versions": {"numpy": "2.4.0", "python": "3.11.7"}, "flags": {}},
        tables={"outcomes": StoredTable(14, "cd" * 32, "outcomes.parquet", "ef" * 32, 4096)},
        created="2026-11-22T12:00:00+00:00",
    )
