"""Attribution by re-run: what campaigns truly did, and what methods that see one world would have said."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from simulator.ensemble.attribution import FLOWS, NAIVE, added_sales_yuan, campaigns, fates, flows, naive
from simulator.ensemble.attribution_study import AS_IS, SILENT, UNMOVED, AttributionStudy, Worlds
from simulator.ensemble.contagion import half_of, late_orders, naive_contagion, social_graph
from simulator.ensemble.design import replication_seed
from simulator.ensemble.lab import Lab, Runs
from simulator.ensemble.statistics import mean_interval
from simulator.ensemble.study_output import TableDoc
from simulator.ensemble.study_schema import Outcome
from simulator.ensemble.targets import level
from simulator.ensemble.trials import ENTRY, NOBODY, TRIALS, brought, estimate

SPEND = Outcome(metric="marketing_spend_yuan", kind="level")
ROLES = ("campaign", "control")

PARTS = {
    "direct": "incremental in the world in which nobody passes anything on",
    "spill_over": "incremental less direct: what people told each other",
    "unpersuaded": "incremental in the world in which nobody's opinion is moved",
    "by_influence": "incremental less unpersuaded: what moved opinions brought",
    "messages": "orders less those of the same world in which nobody sees the brand's ads and posts; the deal stays",
}
"""Parts of what a campaign added."""

MONEY = {
    "added_sales_yuan": "sales without what was only pulled forward, less those of the control",
    "spend_yuan": "what the campaign cost",
    "roas": "added sales a yuan spent",
    "marginal_roas": "further added sales a further yuan, with budgets raised by the study's `marginal`",
}
TALK = {
    "naive": "orders of the second half credited to ties who bought in the first, by comparing those who had such ties",
    "likeness": "the same in the world in which nobody passes anything on: taste, region and luck that ties share",
    "causal": "orders of the second half less those of the world in which nobody passes anything on",
}

_KEY = {"scenario": ("-", "label of the scenario"), "brand": ("-", "brand with a campaign")}
_INTERVAL = {
    "mean": ("see row", "over replications"),
    "low": ("see row", "lower end of the 95 % interval (Student's t); missing for one replication"),
    "high": ("see row", "upper end of it"),
    "n": ("-", "replications in which it is known"),
}
DOCS = {
    "worlds": TableDoc(
        "one row per scenario, brand, replication and measure",
        {
            **_KEY,
            "replication": ("-", "number, from 0"),
            "measure": ("-", "a flow of needs, a part, sales, spend, or a naive method"),
            "value": ("needs, orders or yuan", "of one world"),
        },
    ),
    "truth": TableDoc(
        "one row per scenario, brand and measure, by comparing every need with the same need in another world",
        {
            **_KEY,
            "measure": ("-", "; ".join(f"{name}: {what}" for name, what in {**FLOWS, **PARTS, **MONEY}.items())),
            **_INTERVAL,
        },
    ),
    "naive": TableDoc(
        "one row per scenario, brand and method that sees one run only",
        {
            **_KEY,
            "method": ("-", "; ".join(f"{name}: {what}" for name, what in {**NAIVE, **TRIALS}.items())),
            **_INTERVAL,
            "against": ("-", "the truth that it means to estimate: incremental, or messages for experiments"),
            "bias": ("orders", "mean over replications of the estimate minus that truth in the same world"),
            "bias_low": ("orders", "lower end of its 95 % interval"),
            "bias_high": ("orders", "upper end of it"),
        },
    ),
    "contagion": TableDoc(
        "one row per scenario with a feed, brand and measure: influence against homophily",
        {**_KEY, "measure": ("-", "; ".join(f"{name}: {what}" for name, what in TALK.items())), **_INTERVAL},
    ),
}


def attribute(spec: AttributionStudy, each: list[Worlds], lab: Lab) -> dict[str, pd.DataFrame]:
    """Run every world, and compare need by need.

    Raises
    ------
    StudyError
        If no replication of a scenario has its runs with and without campaigns.
    """
    lab.expected = sum(one.runs for one in each) * spec.replications
    numbers = range(spec.replications)
    runs = lab.run([arm for one in each for arm in one.arms.values()], numbers, ROLES)
    runs = runs.joined(lab.run([one.richer for one in each if one.richer], numbers, ("campaign",)))
    pairs = [(arm, number) for number in numbers for one in each for arm in one.trials.values()]
    runs = runs.joined(lab.run_pairs(pairs, ("campaign",), ENTRY))
    rows = [row for one in each for number in numbers for row in _world(spec, one, runs, number)]
    if not rows:
        lab.raise_failures()
    worlds = pd.DataFrame(rows, columns=list(DOCS["worlds"].columns))
    return {
        "worlds": worlds,
        "truth": _truth(worlds, spec.marginal),
        "naive": _naive(worlds),
        "contagion": _means(worlds, TALK, "contagion"),
    }


def _world(spec: AttributionStudy, one: Worlds, runs: Runs, number: int) -> Iterator[tuple[Any, ...]]:
    """Scenario, brand, replication, measure and value of all that is measured in one world and its variations."""
    arm = one.arms[AS_IS]
    both = runs.tables(arm.label, ROLES, [number])
    if not both:
        return
    ledgers = {name: runs.tables(world.label, ROLES, [number]) for name, world in one.arms.items()}
    compared = {name: fates(tables[0]["needs"], tables[1]["needs"]) for name, tables in ledgers.items() if tables}
    richer = runs.tables(one.richer.label, ("campaign",), [number]) if one.richer else []
    extra = fates(richer[0]["needs"], both[1]["needs"]) if richer else None
    tried = {design: runs.tables(world.label, ("campaign",), [number]) for design, world in one.trials.items()}
    graph = social_graph(arm, replication_seed(spec.seed, number)) if SILENT in compared else None
    for brand, plan in campaigns(arm.resolved).items():
        spent = SPEND.model_copy(update={"brand": brand})
        found: dict[str, float] = dict(flows(compared[AS_IS], brand))
        found |= _parts(compared, brand)
        found |= {"added_sales_yuan": added_sales_yuan(compared[AS_IS], brand), "spend_yuan": level(both[0], spent)}
        if extra is not None:
            more = {"added_sales_yuan": added_sales_yuan(extra, brand), "spend_yuan": level(richer[0], spent)}
            found |= {f"further_{name}": value - found[name] for name, value in more.items()}
        found |= naive(both[0], brand, plan)
        found |= _trials(tried, both[0]["needs"], brand, plan, arm.resolved["market"]["tick_minutes"])
        if graph is not None:
            half = half_of(arm.resolved["market"])
            found |= _talk(both[0]["needs"], ledgers[SILENT][0]["needs"], brand, graph, half)
        yield from ((one.label, brand, number, measure, float(value)) for measure, value in found.items())


def _parts(compared: Mapping[str, pd.DataFrame], brand: str) -> dict[str, float]:
    """What of the incremental needs people told each other, and what moved opinions brought."""
    whole = flows(compared[AS_IS], brand)["incremental"]
    found: dict[str, float] = {}
    for world, (without, by) in {SILENT: ("direct", "spill_over"), UNMOVED: ("unpersuaded", "by_influence")}.items():
        if world in compared:
            left = flows(compared[world], brand)["incremental"]
            found |= {without: left, by: whole - left}
    return found


def _trials(
    tried: Mapping[str, Any], needs: pd.DataFrame, brand: str, plan: Mapping[str, float], tick_minutes: int
) -> dict[str, float]:
    """What experiments within a run would say, and the truth that they ask for."""
    found = {
        design: estimate(design, tables[0]["needs"], tables[0]["groups"], brand, plan, tick_minutes)
        for design, tables in tried.items()
        if tables and design != NOBODY
    }
    if tried.get(NOBODY):
        found["messages"] = brought(needs, tried[NOBODY][0]["needs"], brand)
    return found


def _talk(needs: pd.DataFrame, silent: pd.DataFrame, brand: str, graph: Any, half: int) -> dict[str, float]:
    return {
        "naive": naive_contagion(needs, brand, graph, half),
        "likeness": naive_contagion(silent, brand, graph, half),
        "causal": late_orders(needs, brand, half) - late_orders(silent, brand, half),
    }


def _wide(worlds: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Scenario and brand, and their measures by replication."""
    for (scenario, brand), own in worlds.groupby(["scenario", "brand"], sort=False):
        yield (scenario, brand), own.set_index(["replication", "measure"])["value"].unstack()  # noqa: PD010


def _truth(worlds: pd.DataFrame, marginal: float) -> pd.DataFrame:
    table = _means(worlds, {**FLOWS, **PARTS, "added_sales_yuan": "", "spend_yuan": ""}, "truth")
    rows = []
    for key, wide in _wide(worlds):
        rows.append((*key, "roas", *_interval(_ratio(wide, ""))))
        if marginal and "further_spend_yuan" in wide:
            rows.append((*key, "marginal_roas", *_interval(_ratio(wide, "further_"))))
    return pd.concat([table, pd.DataFrame(rows, columns=list(DOCS["truth"].columns))], ignore_index=True)


def _ratio(wide: pd.DataFrame, of: str) -> np.ndarray:
    """Sales over spend; nan where nothing was spent."""
    sales, spend = wide[f"{of}added_sales_yuan"].to_numpy(), wide[f"{of}spend_yuan"].to_numpy()
    return np.asarray(np.divide(sales, spend, out=np.full(len(wide), math.nan), where=spend > 0))


def _means(worlds: pd.DataFrame, measures: Mapping[str, str], table: str) -> pd.DataFrame:
    rows = [
        (*key, measure, *_interval(wide[measure].to_numpy()))
        for key, wide in _wide(worlds)
        for measure in measures
        if measure in wide
    ]
    return pd.DataFrame(rows, columns=list(DOCS[table].columns))


def _naive(worlds: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for key, wide in _wide(worlds):
        for method in (*NAIVE, *TRIALS):
            if method not in wide:
                continue
            against = "incremental" if method in NAIVE else "messages"
            bias = mean_interval((wide[method] - wide[against]).to_numpy()) if against in wide else mean_interval(_NONE)
            own = _interval(wide[method].to_numpy())
            rows.append((*key, method, *own, against, bias.mean, bias.low, bias.high))
    return pd.DataFrame(rows, columns=list(DOCS["naive"].columns))


_NONE = np.empty(0)


def _interval(values: np.ndarray) -> tuple[float, float, float, int]:
    own = mean_interval(values)
    return own.mean, own.low, own.high, own.n
