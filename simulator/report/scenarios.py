"""What the stored scenarios tell: horizon, budgets, campaign days, differing presets, values of declared inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.report.tables import StudyTables
from simulator.report.text import affordance, joined, listing, say, setting

SETTINGS_TOLD = 2
"""Settings that differ between presets and are told beside the verdict; the appendix has all."""


def horizon(tables: StudyTables) -> str:
    """How far the effects reach in time, and what they leave out."""
    found = sorted({days for days in map(_days, tables.scenarios.values()) if days})
    when = listing([say("page.days", days=f"{days:g}") for days in found]) or say("horizon.run")
    return say("horizon.text", when=when)


def _days(scenario: Mapping[str, Any]) -> float:
    return float((scenario.get("market") or {}).get("days") or 0)


def _campaigns(scenario: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(one["name"]): one["campaign"] for one in scenario.get("brands") or () if one.get("campaign")}


def budget(tables: StudyTables, arm: str) -> float:
    """The budgets of an arm's campaigns together, yuan; 0 if the study tells none."""
    return float(sum(plan.get("budget_yuan", 0.0) for plan in _campaigns(tables.scenario(arm)).values()))


def campaign_days(tables: StudyTables, brand: str) -> dict[str, tuple[float, float]]:
    """Start and end of a brand's campaign in days from the start of the run, by arm; cut at the end of the run."""
    found = {}
    for arm, scenario in tables.scenarios.items():
        plan = _campaigns(scenario).get(brand) or {}
        if "start_day" in plan and "days" in plan:
            start = float(plan["start_day"])
            end = min(start + float(plan["days"]), _days(scenario) or float("inf"))
            if start < end:
                found[arm] = (start, end)
    return found


def _offered(scenario: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The settings of each affordance that some platform of a scenario has switched on."""
    found: dict[str, Mapping[str, Any]] = {}
    for platform in scenario.get("platforms") or ():
        for name, own in (platform.get("affordances") or {}).items():
            if own.get("enabled", True):
                found.setdefault(str(name), own)
    return found


def presets(tables: StudyTables) -> str:
    """Which affordances only some models have, and which settings of shared ones differ; empty if nothing does."""
    offered = {arm: _offered(scenario) for arm, scenario in tables.scenarios.items()}
    if len(offered) < 2:
        return ""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in sorted({name for own in offered.values() for name in own}):
        having = tuple(arm for arm, own in offered.items() if name in own)
        if len(having) < len(offered):
            groups.setdefault(having, []).append(affordance(name))
    parts = [
        say("presets.only", arms=listing([tables.label(arm) for arm in having]), names=say("word.comma").join(names))
        for having, names in groups.items()
    ]
    differing = list(_settings(tables, offered))
    if differing:
        more = len(differing) - SETTINGS_TOLD
        rest = say("presets.more", n=more) if more > 0 else ""
        parts.append(say("presets.settings", settings=joined(differing[:SETTINGS_TOLD]) + rest))
    return say("presets.text", parts=joined(parts)) if parts else ""


def _settings(tables: StudyTables, offered: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Each setting that differs among the models that share its affordance, with the values."""
    names = {(name, key) for own in offered.values() for name, values in own.items() for key in values}
    for name, key in sorted(names):
        values = {arm: own[name][key] for arm, own in offered.items() if key in own.get(name, {})}
        if len({str(value) for value in values.values()}) > 1:
            told = say("word.comma").join(f"{tables.label(arm)} {_brief(value)}" for arm, value in values.items())
            yield say("presets.setting", name=setting(name, key), values=told)


def _brief(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def value_of(scenario: Mapping[str, Any], path: str) -> str:
    """What a scenario has at a declared path, whose ``*`` stands for any name; named if there are several."""
    found = dict(_reached(scenario, path.split(".")))
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    return joined([f"{name} {value}".strip() for name, value in found.items()]) or "–"


def _reached(value: Any, steps: list[str], name: str = "") -> Iterator[tuple[str, str]]:
    if not steps:
        if not isinstance(value, (Mapping, list)):
            yield name, "–" if value is None else _brief(value)
        return
    head, rest = steps[0], steps[1:]
    if head == "*":
        inner = value.items() if isinstance(value, Mapping) else [(str(v.get("name", "")), v) for v in value or ()]
        for own, one in inner:
            yield from _reached(one, rest, f"{name} {own}".strip())
    elif isinstance(value, Mapping):
        if head in value:
            yield from _reached(value[head], rest, name)
        elif value.get("generator") == head:
            yield from _reached(value, rest, name)
