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
from simulator.scenario.schema import Scenario


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
    notices = list(remarks(loaded.scenario))
    if as_json:
        console.write_json({"ok": True, "notices": notices, "resolved": loaded.resolved, "sources": loaded.sources})
        return
    for heading, text in summary(loaded):
        console.say(f"{heading:<12}{text}")
    for notice in notices:
        console.note(f"note: {notice}", "yellow")
    console.say("No problem found.")


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


def remarks(scenario: Scenario) -> Iterator[str]:
    """What is allowed and yet most likely not meant."""
    for platform in scenario.platforms:
        affordances = _set(platform)
        for name, kind in AFFORDANCES.items():
            own = getattr(affordances, name)
            where = f"platforms.{platform.name}.affordances.{name}"
            if own.enabled and not affordances.active(name):
                lacking = [other for other in kind.requires if not getattr(affordances, other).enabled]
                lacking = lacking or [other for other in kind.requires if not affordances.active(other)]
                yield f"{where} is on and does nothing without {' and '.join(lacking)}"
            elif not own.enabled and own != kind():
                yield f"{where} is changed and does nothing, because it is off: say enabled: true"
    for brand in scenario.brands:
        plan = brand.campaign
        if plan is not None and plan.start_day >= scenario.market.days:
            yield f"the campaign of {brand.name} begins after the run's last day and never runs"
        elif plan is not None and plan.start_day + plan.days > scenario.market.days:
            yield f"the campaign of {brand.name} goes on after the run's last day"
    if not any(brand.campaign for brand in scenario.brands):
        yield "no brand has a campaign, so a comparison finds no effect"


def _set(platform: Any) -> Any:
    return platform.affordances
