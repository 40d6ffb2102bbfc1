"""Plain sentences that say why, counted from the traces of the runs.

What campaigns did: orders with them minus orders without, by what first made the buyer aware of the brand; the parts
add up to the whole. Why one arm sells more than another on its platform: the chain of people who know the offers,
state an intent, reserve and pay is a product, so the logarithms of its factors share the gap out without a rest.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from simulator.app.dashboard.amounts import count, percent, plus
from simulator.app.dashboard.texts import listing, say
from simulator.app.dashboard.work import RunFacts
from simulator.types import Source

CHAIN = ("aware", "intent", "reserved", "paid")
SOURCES = tuple(source.name.lower() for source in Source)
LEAST = 0.5
"""Orders a world below which a source is not told."""


def sources_changed(campaign: Sequence[RunFacts], control: Sequence[RunFacts]) -> dict[str, float]:
    """Mean change of a world's orders, by source; the sum is the change of all orders of the brands in question."""
    n = len(campaign)
    return {
        source: sum(a.sources.get(source, 0) - b.sources.get(source, 0) for a, b in zip(campaign, control, strict=True))
        / n
        for source in SOURCES
    }


def told_sources(name: str, campaign: Sequence[RunFacts], control: Sequence[RunFacts], language: str) -> str:
    """What an arm's campaigns did to orders, and through whom."""
    n = len(campaign)
    changed = sources_changed(campaign, control)
    total = sum(changed.values())
    shown = sorted((item for item in changed.items() if abs(item[1]) >= LEAST), key=lambda item: -abs(item[1]))
    parts = [say(language, f"why.by.{source}", count=plus(value)) for source, value in shown]
    moved = sum(a.pulled_forward - b.pulled_forward for a, b in zip(campaign, control, strict=True)) / n
    text = say(language, "why.changed", arm=name, count=plus(total), parts=listing(parts, language) or "0")
    if moved >= LEAST:
        text += say(language, "why.moved", count=count(moved), left=plus(total - moved))
    leaked = sum(a.leaked - b.leaked for a, b in zip(campaign, control, strict=True)) / n
    if leaked >= LEAST:
        text += say(language, "why.leaked", count=count(leaked))
    return text


def gap(a: RunFacts, b: RunFacts) -> dict[str, float] | None:
    """The logarithm of the ratio of people who paid on the platform, a over b, shared out among the chain's steps.

    None where a step has nobody: no ratio is defined.
    """
    if not all(facts.stages.get(stage, 0) > 0 for facts in (a, b) for stage in CHAIN):
        return None
    shares = {CHAIN[0]: math.log(a.stages[CHAIN[0]] / b.stages[CHAIN[0]])}
    for before, stage in itertools.pairwise(CHAIN):
        shares[stage] = math.log(a.stages[stage] / a.stages[before]) - math.log(b.stages[stage] / b.stages[before])
    return shares


def told_gap(names: tuple[str, str], a: Sequence[RunFacts], b: Sequence[RunFacts], language: str) -> str:
    """Why more people pay on the platform in one arm than in another."""
    paid = [sum(facts.stages.get("paid", 0) for facts in runs) / len(runs) for runs in (a, b)]
    if paid[0] < paid[1]:
        return told_gap((names[1], names[0]), b, a, language)
    first, second = names
    text = say(language, "why.paid", a=first, b=second, x=count(paid[0]), y=count(paid[1]))
    gaps = [found for one, other in zip(a, b, strict=True) if (found := gap(one, other)) is not None]
    if paid[0] == paid[1] or not gaps:
        return text
    mean = {stage: sum(one[stage] for one in gaps) / len(gaps) for stage in CHAIN}
    most = max(mean, key=lambda stage: mean[stage])
    agree = sum(max(one, key=one.__getitem__) == most for one in gaps)
    rates = [_rate(most, runs, language) for runs in (a, b)]
    step = say(language, f"why.step.{most}", a=first, b=second, x=rates[0], y=rates[1])
    against = [stage for stage in CHAIN if mean[stage] < -0.05]
    text += say(language, "why.most", step=step, k=agree, n=len(gaps))
    if against:
        worst = min(against, key=lambda stage: mean[stage])
        rates = [_rate(worst, runs, language) for runs in (a, b)]
        text += say(
            language, "why.against", step=say(language, f"why.step.{worst}", a=first, b=second, x=rates[0], y=rates[1])
        )
    return text


def _rate(stage: str, runs: Sequence[RunFacts], language: str) -> str:
    """How many get to a stage: people of the first, a share of the one before of the others."""
    reached = sum(facts.stages[stage] for facts in runs)
    if stage == CHAIN[0]:
        return count(reached / len(runs))
    return percent(reached / max(1, sum(facts.stages[CHAIN[CHAIN.index(stage) - 1]] for facts in runs)))
