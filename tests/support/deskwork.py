"""Small desks for the tests of the app: facts that are made up, and comparisons that need no worker."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from simulator.app.dashboard.comparison import Comparison, Memory
from simulator.app.dashboard.controls import make
from simulator.app.dashboard.presets import HEADLINE, Preset
from simulator.app.dashboard.work import RunFacts, Wants
from simulator.app.dashboard.worker import Ended
from simulator.ensemble.design import RunSpec, Study
from simulator.metrics import METRICS

Give = Callable[[str, str, int], Mapping[str, float]]
"""Outcomes by name, of an arm, a role and a world; `HEADLINE` is given to the campaigning brands."""


def facts(outcomes: Mapping[str, float], campaigning: tuple[str, ...] = (), **more: Any) -> RunFacts:
    """Facts with these outcomes of the market; what is not said is empty."""
    rows = []
    for name, value in outcomes.items():
        if name == HEADLINE:
            rows += [("contribution_yuan", brand, value / len(campaigning), "yuan") for brand in campaigning]
            rows.append(("contribution_yuan", "", value, "yuan"))
        else:
            rows.append((name, "", value, METRICS[name].unit))
    stages = {"exposed": 0, "aware": 0, "interested": 0, "intent": 0, "reserved": 0, "paid": 0}
    given = {"curve": np.arange(4), "stages": stages, "sources": {}, "pulled_forward": 0, "leaked": 0, **more}
    return RunFacts(outcomes=tuple(rows), **given)


class InstantPool:
    """Ends every job at once with what it is told to give; keeps those that are to wait."""

    def __init__(self, give: Callable[[RunSpec, Wants], RunFacts | str] | None = None):
        self.give = give
        self.waiting: list[Any] = []
        self.stopped: list[Any] = []
        self.warm = self.size = 1

    def ask(self, ticket: Any) -> Any:
        if self.give is None:
            self.waiting.append(ticket)
            return ticket
        made = self.give(*ticket.arguments)
        ticket.on_end(Ended(0, error=made) if isinstance(made, str) else Ended(0, made))
        return ticket

    def stop(self, ticket: Any) -> None:
        self.stopped.append(ticket)

    def stop_all(self, owner: str) -> None:
        self.stopped += [ticket for ticket in self.waiting if ticket.owner == owner]

    def ahead(self, owner: str) -> int:
        return 0

    def close(self) -> None:
        """Nothing is held."""


def compared(preset: Preset, give: Give, worlds: int = 4, **more: Any) -> Comparison:
    """A finished comparison of a preset's arms with made-up outcomes."""

    def run(spec: RunSpec, _wants: Wants) -> RunFacts:
        brands = tuple(str(one["name"]) for one in spec.resolved["brands"] if one.get("campaign") is not None)
        extra = {name: value(spec) if callable(value) else value for name, value in more.items()}
        return facts(give(spec.arm, spec.role, spec.replication), brands, **extra)

    study = Study(make(preset, {}).arms, worlds, 1)
    pool: Any = InstantPool(run)
    return Comparison(study, Wants(preset.curve, ()), True, "me", pool, Memory())


def alike(a: float, b: float) -> bool:
    """Equal but for the order of additions."""
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-9)
