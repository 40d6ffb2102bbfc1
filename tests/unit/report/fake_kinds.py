"""Made-up studies of the other kinds on disk, with the tables that each stores."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.ensemble.attribution_study import DOCS as ATTRIBUTION
from simulator.ensemble.calibrate_output import DOCS as CALIBRATE
from simulator.ensemble.decompose import DOCS as DECOMPOSE
from simulator.ensemble.sensitivity import DOCS as SENSITIVITY
from simulator.ensemble.sweep import DOCS as SWEEP

GAIN, SPEND = "effect contribution_campaigning_yuan", "effect marketing_spend_yuan"
SCENARIOS = ("marketplace", "public_feed")
REPLICATIONS = 6


def write_kind(folder: Path, name: str) -> Path:
    """Write the study called `name` (see `KINDS`) and return its folder."""
    kind, tables, asked = KINDS[name]()
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "validate":
        (folder / "scorecard.json").write_text(json.dumps(asked), encoding="utf-8")
        return folder
    (folder / "tables").mkdir()
    for table, frame in tables.items():
        docs = DOCS.get(kind, {}).get(table)
        assert docs is None or not docs.undeclared(frame), (table, docs.undeclared(frame))
        frame.to_parquet(folder / "tables" / f"{table}.parquet")
    study = {"kind": kind, "name": name, "title": "", "replications": REPLICATIONS, **asked}
    arms = [{"label": f"{one} x=1", "scenario": scenario(one), "files": {}} for one in SCENARIOS]
    content = {"kind": kind, "name": name, "status": "complete", "seed": 3, "study": study, "arms": arms, "runs": []}
    content["fingerprint"] = {"versions": {"numpy": "2.4.0"}}
    (folder / "study.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


DOCS: dict[str, Any] = {
    "sweep": SWEEP, "decompose": DECOMPOSE, "sensitivity": SENSITIVITY, "calibrate": CALIBRATE,
    "attribution": ATTRIBUTION,
}  # fmt: skip


def scenario(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": name,
        "market": {"users": 5000, "days": 14},
        "brands": [{"name": "aurora", "price_yuan": 1499.0, "campaign": {"budget_yuan": 4000.0}}],
        "platforms": [{"name": name, "kind": name, "affordances": {}}],
    }


def _interval(mean: float, half: float) -> dict[str, Any]:
    return {"mean": mean, "low": mean - half, "high": mean + half, "n": REPLICATIONS}


def _swept(factors: dict[str, tuple[Any, ...]], paths: dict[str, str]) -> tuple[str, dict[str, pd.DataFrame], Any]:
    """A sweep over a grid: the feed gains most at first, the shop at last, and spend follows the first factor."""
    draws = np.random.default_rng(7)
    responses, summary, differences = [], [], []
    points = list(itertools.product(*factors.values())) or [()]
    for place, values in enumerate(points):
        label = ", ".join(f"{name}={value}" for name, value in zip(factors, values, strict=True))
        own = dict(zip(factors, values, strict=True))
        share = place / max(len(points) - 1, 1)
        for outcome, top in ((GAIN, 6000.0), (SPEND, 4000.0)):
            means = {"marketplace": top * (0.4 + share), "public_feed": top * (1.2 - 0.6 * share)}
            if outcome == SPEND:
                means = dict.fromkeys(SCENARIOS, top * (0.1 + share))
            for name in SCENARIOS:
                luck = draws.normal(0.0, 0.02 * top, REPLICATIONS)
                place_of = {"scenario": name, "point": label, **own, "outcome": outcome}
                responses += [
                    {**place_of, "replication": r, "value": means[name] + luck[r]} for r in range(REPLICATIONS)
                ]
                summary.append({"scenario": name, "point": label, **own, "outcome": outcome, "sd": 0.02 * top,
                                **_interval(means[name], 0.03 * top)})  # fmt: skip
            gap = means["marketplace"] - means["public_feed"]
            p = 0.001 if abs(gap) > 0.15 * top else 0.4
            ends = _interval(gap, 0.1 * top)
            differences.append({"a": "marketplace", "b": "public_feed", "point": label, "outcome": outcome, **ends,
                                "bootstrap_low": ends["low"], "bootstrap_high": ends["high"], "p_value": p, "p_holm": p,
                                "variance_reduction": 2.0, "needed": 4.0})  # fmt: skip
    tables = {name: pd.DataFrame(rows) for name, rows in
              (("responses", responses), ("summary", summary), ("differences", differences))}  # fmt: skip
    asked = {"scenarios": list(SCENARIOS), "factors": {name: {"path": path} for name, path in paths.items()}}
    return "sweep", tables, asked


def _budget() -> Any:
    return _swept({"budget": (250.0, 1000.0, 4000.0)}, {"budget": "brands.aurora.campaign.budget_yuan"})


def _grid() -> Any:
    paths = {"hazard": "platforms.public_feed.affordances.repost.hazard", "users": "market.users"}
    return _swept({"hazard": (0.001, 0.01), "users": (1000, 2000, 4000)}, paths)


def _many() -> Any:
    paths = {name: f"market.{name}" for name in "abc"}
    return _swept({"a": (0.1, 0.2), "b": (1.0, 3.0), "c": (5.0, 6.0, 7.0)}, paths)


def _single() -> Any:
    return _swept({}, {})


def _decompose() -> Any:
    rows = []
    players = {"feed": (-2100.0, 300.0), "search": (600.0, 500.0), "native_payment": (90.0, 400.0)}
    for outcome, factor in ((GAIN, 1.0), ("level orders_due", 0.01)):
        for player, (mean, half) in {**players, "all together": (-1410.0, 600.0)}.items():
            kinds = ("shapley",) if player == "all together" else ("shapley", "first in", "last in")
            ends = _interval(mean * factor, half * factor)
            rows += [{"outcome": outcome, "player": player, "value": value, **ends} for value in kinds]
    return (
        "decompose",
        {"values": pd.DataFrame(rows)[list(DECOMPOSE["values"].columns)]},
        {"scenarios": list(SCENARIOS)},
    )


def _sensitivity(method: str) -> Any:
    kinds = ("ST", "S1") if method == "sobol" else ("mu_star", "mu", "sigma")
    scale = 1.0 if method == "sobol" else 900.0
    rows = [
        {"response": f"public_feed: {GAIN}", "parameter": name, "index": index, "value": share * scale / (1 + place),
         "half_width": np.nan if index in ("mu", "sigma") else 0.02 * scale, "n": n}
        for name, share in (("hazard", 0.6), ("price_sensitivity", 0.3), ("recall", 0.01))
        for place, index in enumerate(kinds)
        for n in (8, 16, 32)
    ]  # fmt: skip
    return "sensitivity", {"indices": pd.DataFrame(rows)}, {"scenarios": ["public_feed"], "method": method}


def _attribution() -> Any:
    truth, naive = [], []
    measures = {"incremental": 91.0, "gross": 182.0, "pulled_forward": 91.0, "new": 20.0, "won": 71.0, "roas": 3.2}
    methods = {"first touch": 330.0, "exposed over not": 220.0, "before and after": np.nan, "regression": 95.0}
    for scenario, brand in itertools.product(SCENARIOS, ("aurora", "cotton")):
        for measure, mean in measures.items():
            truth.append({"scenario": scenario, "brand": brand, "measure": measure, **_interval(mean, 9.0)})
        for method, mean in methods.items():
            bias = {"bias": mean - 91.0, "bias_low": mean - 101.0, "bias_high": mean - 81.0}
            naive.append({"scenario": scenario, "brand": brand, "method": method, **_interval(mean, 20.0), **bias})
    return "attribution", {"truth": pd.DataFrame(truth), "naive": pd.DataFrame(naive)}, {"scenarios": list(SCENARIOS)}


def _calibrate() -> Any:
    parameters = pd.DataFrame(
        [("hazard", "platforms.0.x", "1/view", 0.001, 0.05, 0.004, 0.003, 0.0045, 0.006, 0.1, 0.002, 0.007),
         ("taste", "categories.x", "-", 1.0, 6.0, 3.0, 1.4, 3.1, 5.6, 0.9, 1.1, 5.9)],
        columns=list(CALIBRATE["parameters"].columns),
    )  # fmt: skip
    targets = pd.DataFrame(
        [("reposts", "fitted", 50.0, 80.0, 61.0, 55.0, 67.0, "pass", 52.0, 78.0, 0.9, 0.95),
         ("orders", "fitted", 272.0, 282.0, 300.0, 290.0, 310.0, "fail", 270.0, 280.0, 0.8, 0.9),
         ("reach", "held out", 1400.0, np.inf, 1395.0, 1380.0, 1410.0, "inconclusive", np.nan, np.nan, np.nan, np.nan)],
        columns=list(CALIBRATE["targets"].columns),
    )  # fmt: skip
    return "calibrate", {"parameters": parameters, "targets": targets}, {}


def _validate() -> Any:
    def row(name: str, kind: str, status: str, mean: float | None, band: list[float | None]) -> dict[str, Any]:
        ends = {"low": None if mean is None else mean - 0.05, "high": None if mean is None else mean + 0.05}
        about = {"mechanism": "ties", "falsified_if": "reversed", "source": "a paper", "diagnosis": "", "note": ""}
        return {"id": name, "pattern": name, "title": f"Pattern {name}", "kind": kind, "counts": kind == "judged",
                "status": status, "mean": mean, **ends, "n": 4, "band": band, "unit": "share", **about,
                "convergence": {}}  # fmt: skip

    rows = [
        row("9a", "judged", "pass", 0.5, [0.3, 0.7]),
        row("10b", "judged", "fail", 4.0, [0.2, 0.65]),
        row("13", "judged", "inconclusive", 0.11, [0.1, None]),
        row("D2", "judged", "not run", None, [0.3, 0.5]),
        row("23", "input", "pass", 1.3, [1.15, 1.6]),
    ]
    return "validate", {}, {"effort": "quick", "seed": 1, "replications": 4, "rows": rows}


def _claims() -> Any:
    rows = [
        ("C10", "Reviews move people who intend to buy", "supported", "", 3.1, 1.2, 5.0, "orders", "reviews off"),
        (
            "C15",
            "Strong ties are a sales weapon",
            "conditional",
            "trust.start above 0.6",
            0.4,
            -0.2,
            1.0,
            "orders",
            "x",
        ),
        ("C16", "A flood of sellers spoils the circle", "contradicted", "", -2.0, -3.0, -1.0, "orders", "sellers"),
        ("C45", "Hundreds of thousands of developers", "unknown", "", np.nan, np.nan, np.nan, "", "none"),
    ]
    columns = ["id", "claim", "verdict", "condition", "estimate", "low", "high", "unit", "experiment"]
    return "claims", {"claims": pd.DataFrame(rows, columns=columns)}, {"scenarios": list(SCENARIOS)}


KINDS: dict[str, Any] = {
    "budget": _budget, "grid": _grid, "many": _many, "single": _single, "decompose": _decompose,
    "sobol": lambda: _sensitivity("sobol"), "morris": lambda: _sensitivity("morris"), "attribution": _attribution,
    "calibrate": _calibrate, "validate": _validate, "claims": _claims,
}  # fmt: skip
TOLD = {
    "budget": ["conditions", "marketing_return"], "grid": ["conditions"], "many": ["conditions"],
    "single": ["conditions"], "decompose": ["shapley"], "sobol": ["drivers"], "morris": ["drivers"],
    "attribution": ["attribution"], "calibrate": ["calibration"], "validate": ["scorecard"], "claims": ["claims"],
}  # fmt: skip
"""The sections that each study supports."""
