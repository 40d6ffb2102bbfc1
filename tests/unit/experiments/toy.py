"""A model with known answers, made and stored like the real one: outcomes are formulas of a few numbers."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from simulator.ensemble.design import Arm
from simulator.ensemble.lab import Lab
from simulator.ensemble.worker import ModelEntry
from simulator.output.store import ResultStore

ENTRY = ModelEntry(f"{__name__}:simulate", f"{__name__}:Scenario", f"{__name__}:absent")


@dataclass(frozen=True)
class Scenario:
    """What the real class offers to the runner: made from JSON."""

    values: dict[str, Any]

    @classmethod
    def model_validate_json(cls, text: str) -> Scenario:
        return cls(json.loads(text))


@dataclass(frozen=True)
class Output:
    """A run's output."""

    tables: dict[str, pd.DataFrame]
    timings: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)


def luck(seed: int, what: str) -> float:
    """A standard normal draw, keyed (Box & Muller 1958)."""
    digest = hashlib.sha256(f"{what} {seed}".encode()).digest()
    u, v = ((int.from_bytes(digest[i : i + 8], "big") + 0.5) / 2**64 for i in (0, 8))
    return math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * v)


def simulate(scenario: Scenario, seed: int, *, role: str, **_: Any) -> Output:
    """`a`, `b` and `c` as they are, formulas of them, and the campaign's effect of ten `a` on sales."""
    values = scenario.values
    if values["a"] > values.get("fails_above", math.inf):
        raise ValueError("the toy was told to fail")
    a, b, c = (float(values.get(name, 0.0)) for name in "abc")
    noise = float(values.get("noise", 0.0))
    base = noise * luck(seed, "world")
    metrics = {
        "curve": a * a + b + 0.1 * noise * luck(seed, "curve"),
        "slope": a - b + 0.1 * noise * luck(seed, "slope"),
        "ishigami": math.sin(a) + 7 * math.sin(b) ** 2 + 0.1 * c**4 * math.sin(a),
        "sales": 100 + base + (10 * a if role == "campaign" else 0.0),
    }
    rows = [(name, "", value, "units") for name, value in metrics.items()]
    return Output({"outcomes": pd.DataFrame(rows, columns=["metric", "brand", "value", "unit"])})


METRICS = ("curve", "slope", "ishigami", "sales")


@dataclass(frozen=True)
class ToyVariants:
    """Stands for the scenarios of a study."""

    labels: tuple[str, ...] = ("toy",)
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def unit(self, path: str) -> str:
        return "units"

    def arms(self, point: str, values: Mapping[str, Any]) -> tuple[Arm, ...]:
        return tuple(Arm(f"{one} {point}".strip(), {"name": one, **self.fixed, **values}, {}) for one in self.labels)


def toy_lab(folder: Path, seed: int = 1, **options: Any) -> Lab:
    """A lab that makes toy runs in this process."""
    return Lab(ResultStore(folder / "runs"), seed, **{"jobs": 1, "model": ENTRY, **options})
