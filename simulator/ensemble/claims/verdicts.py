"""What becomes of claims, as tables and as a page to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from simulator.ensemble.claims.base import Mode
from simulator.ensemble.claims.comparison import Verdict, combined
from simulator.ensemble.claims.run import Tested
from simulator.ensemble.claims.study import Claim
from simulator.ensemble.study_output import TableDoc

DOCS = {
    "claims": TableDoc(
        "one row per claim",
        {
            "claim": ("-", "id"),
            "says": ("-", "the claim, in its own words"),
            "verdict": (
                "-",
                "supported, contradicted, conditional (on what is told), unknown, or input: put in, supports nothing",
            ),
            "because": ("-", "what its tests say"),
        },
    ),
    "tests": TableDoc(
        "one row per test",
        {
            "claim": ("-", "id"),
            "test": ("-", "number, from 0"),
            "asks": ("-", "in a few words"),
            "kind": ("-", "of the test"),
            "verdict": ("-", "of the test alone"),
            "told": ("-", "what it found"),
            "experiment": ("-", "the experiment behind it"),
        },
    ),
    "comparisons": TableDoc(
        "one row per comparison of a test",
        {
            "claim": ("-", "id"),
            "test": ("-", "number, from 0"),
            "compared": ("-", "what, or under which condition"),
            "expected": ("-", "where it should lie: above or below zero, or none for exactly zero"),
            "mean": ("see experiment", "over worlds"),
            "low": ("see experiment", "lower end of its 95 % interval (Student's t)"),
            "high": ("see experiment", "upper end of it"),
            "n": ("-", "worlds"),
            "p_holm": ("probability", "of zero, adjusted by Holm over the comparisons of all claims"),
            "needed": ("worlds", "to tell it from zero with power 0.8; inf if it is zero"),
            "answer": ("-", "yes: it lies where it should; no: on the other side; open: not told from luck"),
        },
    ),
}


def tables(claims: Mapping[str, Claim], tested: Sequence[Tested]) -> dict[str, pd.DataFrame]:
    """All tables of the claims."""
    rows: dict[str, list[tuple[Any, ...]]] = {"claims": [], "tests": [], "comparisons": []}
    for name, claim in claims.items():
        own = [one for one in tested if one.planned.claim == name]
        verdict = verdict_of(own)
        rows["claims"].append((name, claim.says, verdict, because(own)))
        for one in own:
            test = one.planned.test
            rows["tests"].append(
                (name, one.planned.number, test.asks, getattr(test, "kind", ""), one.verdict, one.told, test.experiment)
            )
            rows["comparisons"] += [
                (
                    name, one.planned.number, c.name, c.expected, c.mean, c.low, c.high, c.n, c.p_holm, c.needed,
                    c.answer,
                )
                for c in one.finding.comparisons
            ]  # fmt: skip
    return {name: pd.DataFrame(own, columns=list(DOCS[name].columns)) for name, own in rows.items()}


def verdict_of(tested: Sequence[Tested]) -> Verdict:
    """What the tests of a claim say together: one that was run and told nothing leaves open what others support."""
    own = [one.verdict for one in tested if one.finding.tested]
    whole = combined([one.verdict for one in tested])
    return "unknown" if whole == "supported" and "unknown" in own else whole


def because(tested: Sequence[Tested]) -> str:
    """What the tests of a claim say, one after the other."""
    parts = []
    for one in tested:
        asks = f"{one.planned.test.asks}: " if one.planned.test.asks else ""
        parts.append(f"{asks}{one.verdict} ({one.told})" if one.told else f"{asks}{one.verdict}")
    return ". ".join(parts)


def page(claims: Mapping[str, Claim], tested: Sequence[Tested], mode: Mode) -> str:
    """The verdicts as a page to read."""
    lines = [
        "# Verdicts",
        "",
        f"{mode.name.capitalize()} mode: scenarios at {mode.size:g} of their users, {mode.replications} worlds a test, "
        f"seed {mode.seed}. Intervals are 95 %; p-values are adjusted by Holm over the comparisons of all claims.",
        "",
    ]
    counts = _counts(claims, tested)
    lines += [", ".join(f"{count} {verdict}" for verdict, count in counts.items()) + ".", ""]
    for name, claim in claims.items():
        own = [one for one in tested if one.planned.claim == name]
        lines += [f"## {name}: {verdict_of(own)}", "", claim.says, ""]
        for one in own:
            lines.append(f"- {one.planned.test.asks or 'it'}: **{one.verdict}**. {one.told}".rstrip())
            if one.planned.test.experiment:
                lines.append(f"  Experiment: {one.planned.test.experiment}.")
        lines.append("")
    return "\n".join(lines)


def _counts(claims: Mapping[str, Claim], tested: Sequence[Tested]) -> dict[str, int]:
    verdicts = [verdict_of([one for one in tested if one.planned.claim == name]) for name in claims]
    return {verdict: verdicts.count(verdict) for verdict in dict.fromkeys(sorted(verdicts))}
