"""A model small enough to be exact: outcomes are a formula of the scenario, the seed and the role."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.ensemble.worker import ModelEntry
from simulator.errors import CapacityError

ENTRY = ModelEntry(f"{__name__}:simulate", f"{__name__}:Scenario", f"{__name__}:warm_up")
COLD = ModelEntry(f"{__name__}:simulate", f"{__name__}:Scenario", f"{__name__}:absent")


@dataclass(frozen=True)
class Scenario:
    """What the real class offers to the runner: made from JSON."""

    values: dict[str, Any]

    @classmethod
    def model_validate_json(cls, text: str) -> Scenario:
        return cls(json.loads(text))


@dataclass(frozen=True)
class Loaded:
    """A loaded scenario."""

    resolved: dict[str, Any]
    files: dict[str, str] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Output:
    """A run's output."""

    tables: dict[str, pd.DataFrame]
    timings: dict[str, float]
    memory: dict[str, int]


def loaded(name: str = "plain", **settings: Any) -> Loaded:
    """A scenario with two brands, the first of which has a campaign."""
    brands = [{"name": "north", "campaign": {"budget_yuan": 10.0}}, {"name": "south", "campaign": None}]
    return Loaded({"name": name, "brands": brands, "gain": 0.0, **settings})


def warm_up(part: int, parts: int) -> None:
    """Nothing to compile; leaves a mark if asked to."""
    mark = os.environ.get("FAKE_WARM_UP")
    if mark:
        with open(mark, "a") as file:
            file.write(f"{part}/{parts}\n")


def simulate(scenario: Scenario, seed: int, *, role: str, engine: str, threads: int, progress: Any) -> Output:
    """Tables of a run, exact functions of the arguments."""
    values = scenario.values
    _misbehave(values, seed, role)
    luck = (seed % 1009) / 10
    effect = (values["gain"] + luck / 5) if role == "campaign" else 0.0
    return Output(_tables(luck, effect, seed), {"simulate": 0.001}, {"declared_bytes": 1000})


def _misbehave(values: dict[str, Any], seed: int, role: str) -> None:
    mark = values.get("mark")
    if mark:
        with open(mark, "a") as file:
            file.write(f"{os.getpid()} {values['name']} {seed} {role}\n")
    time.sleep(values.get("sleep", 0.0))
    if role == values.get("fails"):
        raise ValueError("the fake was told to fail")
    if role == values.get("too_large"):
        raise CapacityError("the fake does not fit")
    if role == values.get("dies"):
        os.kill(os.getpid(), signal.SIGKILL)


def _tables(luck: float, effect: float, seed: int) -> dict[str, pd.DataFrame]:
    metrics = [("contribution_yuan", "north", 100 + luck + effect), ("contribution_yuan", "south", 50 + luck)]
    metrics += [("contribution_yuan", "", 150 + 2 * luck + effect), ("orders", "", 7.0 + seed % 3)]
    units = {"contribution_yuan": "yuan", "orders": "orders"}
    outcomes = pd.DataFrame([(m, b, v, units[m]) for m, b, v in metrics], columns=["metric", "brand", "value", "unit"])
    tables = {"panel": _panel(seed), "needs": _needs(seed), "posts": posts(), "funnel": _funnel(seed)}
    people = {"regions": _regions(seed), "checkouts": _checkouts(seed), "assets": _assets(seed), **_sample()}
    return {"outcomes": outcomes, **tables, **people}


def _panel(seed: int) -> pd.DataFrame:
    tick = np.repeat(np.arange(4, dtype=np.int32), 2)
    aware = np.array([1, 0, 2, 1, 3, 0, 0, 0], dtype=np.int64) * (1 + seed % 2)
    brand = ["north", "south"] * 4
    counts = {
        "newly_aware": aware,
        "mutes": np.array([0, 0, 1, 0, 0, 2, 0, 0], dtype=np.int64),
        "unfollows": np.zeros(8, dtype=np.int64),
        "reviews": np.array([0, 0, 0, 0, 1, 1, 0, 0], dtype=np.int64),
        "review_stars": np.array([0, 0, 0, 0, 5, 2, 0, 0], dtype=np.int64),
    }
    return pd.DataFrame({"tick": tick, "day": (tick + 1) / 2, "platform": "here", "brand": brand, **counts})


def _needs(seed: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "need_key": np.array([1, 2, 3, 4, 5], dtype=np.uint64),
            "user": np.array([10, 10, 11, 12, 13], dtype=np.uint32),
            "brand": ["north", "north", "south", "", "north"],
            "outlet": ["platform", "platform", "offline", "none", "platform"],
            "status": ["bought", "bought", "bought", "lost", "bought"],
            "source": ["ad", "ad", "none", "none", "friend"],
            "by_entry": [False, False, False, False, False],
            "paid_tick": np.array([0, 2, 1, -1, 2 + seed % 2], dtype=np.int32),
        }
    )


def _funnel(seed: int) -> pd.DataFrame:
    people = np.array([10, 6, 4], dtype=np.int64) + seed % 2
    return pd.DataFrame({"brand": "north", "stage": ["exposed", "aware", "paid"], "people": people})


def _regions(seed: int) -> pd.DataFrame:
    """Two regions of 600 and 400 people; on odd seeds one order more in the first."""
    counts = {"looked": [9, 4], "intents": [3, 1], "reservations": [3, 1], "orders": [2 + seed % 2, 0]}
    return pd.DataFrame(
        {
            "region": ["Beijing", "Hebei"],
            "category": "phones",
            "tier": np.zeros(2, dtype=np.uint8),
            "people": np.array([600, 400], dtype=np.int64),
            **{name: np.array(values, dtype=np.int64) for name, values in counts.items()},
            "orders_platform": np.array([1, 0], dtype=np.int64),
        }
    )


def _checkouts(seed: int) -> pd.DataFrame:
    """Of 10 attempts on a phone 8 pass the first step; 9 come to the second, one by a cart that was left, and pay 6."""
    return pd.DataFrame(
        {
            "platform": "here",
            "device": "phone",
            "payment": "ordinary",
            "step": np.array([1, 2], dtype=np.int32),
            "tried": np.array([10, 9], dtype=np.int64),
            "passed": np.array([8, 6 + seed % 2], dtype=np.int64),
        }
    )


def _assets(seed: int) -> pd.DataFrame:
    brand = ["north", "", "north", ""]
    return pd.DataFrame(
        {
            "day": np.array([1, 1, 2, 2], dtype=np.int32),
            "platform": "here",
            "brand": brand,
            "followers": np.array([10, 1000, 9, 1000], dtype=np.int64),
            "trust": [0.5, 0.6, 0.4, 0.5 + (seed % 2) / 10],
            "fatigue": [1.0, 2.0, 1.5, 3.0],
        }
    )


def _sample() -> dict[str, pd.DataFrame]:
    people = pd.DataFrame(
        {
            "user": np.array([7, 8], dtype=np.uint32),
            "brand": "north",
            "knew": [True, False],
            "seen_tick": np.array([1, -1], dtype=np.int32),
            "aware_tick": np.array([0, 2], dtype=np.int32),
            "bought_tick": np.array([-1, 3], dtype=np.int32),
            "source": ["none", "friend"],
        }
    )
    ties = {"author": np.array([7], dtype=np.uint32), "reader": np.array([8], dtype=np.uint32)}
    return {"sample": people, "sample_ties": pd.DataFrame({"platform": ["here"], **ties})}


def posts() -> pd.DataFrame:
    """One path of three posts and one lone post."""
    return pd.DataFrame(
        {
            "platform": "here",
            "post_key": np.array([11, 12, 13, 21], dtype=np.uint64),
            "root_key": np.array([11, 11, 11, 21], dtype=np.uint64),
            "parent_key": np.array([0, 11, 12, 0], dtype=np.uint64),
            "author": np.array([4294967295, 7, 8, 9], dtype=np.uint32),
            "brand": ["north", "north", "north", "south"],
            "kind": ["brand", "repost", "repost", "share"],
            "depth": np.array([0, 1, 2, 0], dtype=np.int32),
        }
    )
