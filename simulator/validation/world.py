"""One run of an experiment: a market, what is done to it, and what is watched in it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.model.engine import WatchedEngine
from simulator.model.market import CommerceModel
from simulator.model.run import RunOutput, peak_bytes
from simulator.model.tables import tables_of
from simulator.scenario.schema import Scenario
from simulator.validation.actions import ACTIONS
from simulator.validation.observers import OBSERVERS, TellingUser


@dataclass(frozen=True)
class World:
    """A scenario with actions and observers, as an experiment states them."""

    scenario: Scenario
    actions: tuple[Mapping[str, Any], ...] = ()
    watch: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    @classmethod
    def model_validate_json(cls, text: str) -> World:
        """From the JSON that a run specification holds."""
        given = json.loads(text)
        scenario = Scenario.model_validate_json(json.dumps(given["scenario"]))
        return cls(scenario, tuple(given["actions"]), tuple(given["watch"]), tuple(given["tables"]))


def simulate(
    world: World,
    seed: int,
    *,
    role: str = "campaign",
    engine: str = "kernels",
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> RunOutput:
    """Run a world to its end; the tables kept are those it names and those of its observers.

    Observers look at the model between ticks and change nothing. Who told whom first is known to users alone, so
    that is run with ``engine="agents"``; both engines give the same tables.
    """
    begin = time.perf_counter()
    if "ties" in world.watch:
        model = CommerceModel(world.scenario, rng=seed, role=role, engine="agents", user_class=TellingUser)
    else:
        model = CommerceModel(world.scenario, rng=seed, role=role, engine=engine)
        if engine == "kernels":
            model.engine = model.schedule.engine = WatchedEngine()
    model.collects = False
    for action in world.actions:
        ACTIONS[action["do"]](model, action)
    observers = [OBSERVERS[name](model) for name in world.watch]
    built = time.perf_counter()
    for tick in range(model.ticks):
        for observer in observers:
            observer.before()
        model.step()
        for observer in observers:
            observer.after(tick)
        if progress is not None:
            progress(tick + 1, model.ticks)
    stepped = time.perf_counter()
    tables = tables_of(model, world.tables) if world.tables else {}
    for observer in observers:
        tables |= observer.tables()
    done = time.perf_counter()
    memory = {"peak_bytes": peak_bytes(), "deliveries": model.deliveries}
    return RunOutput(tables, {"build": built - begin, "ticks": stepped - built, "tables": done - stepped}, memory)
