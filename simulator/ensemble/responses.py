"""What scenarios answer at the settings of a study: outcomes by scenario, setting and replication."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from simulator.ensemble.design import Arm
from simulator.ensemble.designs import Point
from simulator.ensemble.lab import Lab
from simulator.ensemble.study_schema import Outcome
from simulator.ensemble.targets import level
from simulator.types import Array

COLUMNS = ["scenario", "point", "replication", "outcome", "value"]


class ManyArms(Protocol):
    """The scenarios of a study, as `variants.Variants` gives them."""

    @property
    def labels(self) -> tuple[str, ...]: ...

    def arms(self, point: str, values: Mapping[str, Any]) -> tuple[Arm, ...]:
        """An arm for each scenario at a setting."""
        ...


def respond(
    lab: Lab, scenarios: ManyArms, points: Sequence[Point], outcomes: Sequence[Outcome], replications: Sequence[int]
) -> pd.DataFrame:
    """Outcomes at every setting.

    Returns
    -------
    table
        Columns scenario, point, replication, outcome (its label) and value. A replication of which a run failed has no
        rows.
    """
    roles = list(dict.fromkeys(role for one in outcomes for role in one.roles))
    made = [scenarios.arms(point.label, point.values) for point in points]
    runs = lab.run([arm for arms in made for arm in arms], replications, roles)
    rows = []
    for point, arms in zip(points, made, strict=True):
        for label, arm in zip(scenarios.labels, arms, strict=True):
            for number in replications:
                tables = runs.tables(arm.label, roles, [number])
                if tables:
                    rows += [(label, point.label, number, one.label, outcome_of(tables, one)) for one in outcomes]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"value": "float64", "replication": "int64"})


def outcome_of(tables: Sequence[Any], outcome: Outcome) -> float:
    """An outcome of one world.

    Parameters
    ----------
    tables : of the campaign run and, if the outcome is an effect, of the control.
    """
    value = level(tables[0], outcome)
    if outcome.kind == "effect":
        value -= level(tables[1], outcome)
    return value * outcome.per_users / tables[0].users if outcome.per_users else value


def series(table: pd.DataFrame, scenario: str, point: str, outcome: str) -> dict[int, float]:
    """Values by replication."""
    own = table[(table["scenario"] == scenario) & (table["point"] == point) & (table["outcome"] == outcome)]
    return dict(zip(own["replication"].tolist(), own["value"].tolist(), strict=True))


def paired(a: Mapping[int, float], b: Mapping[int, float]) -> tuple[Array, Array]:
    """The values of the replications that both have, in order."""
    both = sorted(a.keys() & b.keys())
    return np.array([a[one] for one in both]), np.array([b[one] for one in both])


def needed(sd: float, difference: float, power: float = 0.8, level: float = 0.95) -> float:
    """Replications that separate a mean difference from zero with some power, two-sided; inf if it is zero.

    Normal approximation with Student's correction by one step (Guenther 1981): z's square over two is added.
    """
    from scipy.special import ndtri

    if not (math.isfinite(sd) and math.isfinite(difference)):
        return math.nan
    if sd == 0:
        return 2.0 if difference else math.inf
    if difference == 0:
        return math.inf
    z = float(ndtri(0.5 + level / 2))
    return max(2.0, math.ceil(((z + float(ndtri(power))) * sd / difference) ** 2 + z * z / 2))
