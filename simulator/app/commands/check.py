"""`simulator check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import typer

from simulator.affordances import AFFORDANCES
from simulator.app import console
from simulator.errors import InputError
from simulator.model.memory import estimate
from simulator.model.world import check_graph_files
from simulator.scenario.loader import LoadedScenario, load
from simulator.scenario.plausibility import implausible


def run(source: str, settings: Sequence[str], as_json: bool) -> None:
    """Say what a scenario holds, or everything that is wrong with it."""
    try:
        loaded = load(source, settings)
    except InputError as error:
        if not as_json:
            raise
        console.write_json({"ok": False, "problems": [asdict(problem) for problem in error.problems]})
        raise typer.Exit(error.exit_code) from None
    check_graph_files(loaded.scenario)
    found = implausible(loaded)
    if as_json:
        notices = [asdict(doubt) for doubt in found]
        console.write_json({"ok": True, "notices": notices, "resolved": loaded.resolved, "sources": loaded.sources})
        return
    for heading, text in summary(loaded):
        console.say(f"{heading:<12}{text}")
    for doubt in found:
        console.note(f"note: {doubt}", "yellow")
        console.note(f"      {doubt.why}", "dim")
    console.say("No problem found." + (f" {len(found)} to think about." if found else ""))


def summary(loaded: LoadedScenario) -> Iterator[tuple[str, str]]:
    """What a scenario holds, a heading and a line each."""
    scenario = loaded.scenario
    market = scenario.market
    title = f" - {scenario.title}" if scenario.title else ""
    yield "scenario", f"{scenario.name}{title}"
    yield "read from", ", ".join([*loaded.sources, *loaded.files])
    yield "market", f"{market.users} users, {market.days} days in ticks of {market.tick_minutes} minutes"
    yield "categories", ", ".join(scenario.categories)
    for brand in scenario.brands:
        plan = brand.campaign
        does = "no campaign"
        if plan is not None:
            does = f"campaign of {plan.budget_yuan:g} yuan, days {plan.start_day} to {plan.start_day + plan.days - 1}"
            does += f", {plan.deal:.0%} off" if plan.deal else ""
        yield "brand", f"{brand.name}: {brand.category}, {brand.price_yuan:g} yuan, {does}"
    for platform in scenario.platforms:
        on = [name for name in AFFORDANCES if _set(platform).active(name)]
        yield "platform", f"{platform.name} ({platform.kind}): {', '.join(on) or 'nothing is on'}"
    for layer in ("circle", "follow"):
        block = getattr(scenario.network, layer)
        if block is not None:
            origin = loaded.resolved["network"][layer].get("file") or f"generator {block.generator}"
            yield "network", f"{layer}: {origin}"
    yield "memory", str(estimate(scenario))


def _set(platform: Any) -> Any:
    return platform.affordances
