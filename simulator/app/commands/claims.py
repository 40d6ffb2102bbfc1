"""`simulator claims`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.app import console
from simulator.app.amounts import amount
from simulator.app.progress import Progress
from simulator.app.studies import KINDS, Conduct, Request

if TYPE_CHECKING:
    from simulator.ensemble.claims.base import Mode
    from simulator.ensemble.claims.pattern import Measured
    from simulator.ensemble.claims.run import Tested
    from simulator.ensemble.claims.study import Claim
    from simulator.ensemble.lab import Lab
    from simulator.ensemble.study_output import StudyOutput

PAGE = "verdicts.md"
COLOURS = {"supported": "green", "contradicted": "red", "conditional": "yellow"}


def run(request: Request, full: bool, only: Sequence[str]) -> None:
    """Test the claims of a file, or some of them, and say what becomes of each."""
    from simulator.ensemble.claims.run import pairs_of, plan, scenarios_of, settle
    from simulator.ensemble.claims.study import mode_of, problems_of, read_claims
    from simulator.ensemble.claims.verdicts import DOCS, page, tables
    from simulator.errors import InputError
    from simulator.output.files import replace_file

    file = read_claims(request.study, KINDS, only)
    problems = problems_of(file, _metrics(), _columns())
    if problems:
        raise InputError(problems)
    mode, bench = mode_of(file, full)
    planned = plan(file, mode, bench)
    study = Conduct(request, file, list(scenarios_of(planned)), DOCS)
    runs = sum(len(roles) * len(own) for roles, own in pairs_of(planned, mode).items())
    if not study.begins(runs, f"Would make up to {runs} runs for {len(file.spec.claims)} claims in {mode.name} mode"):
        return
    tested: list[Tested] = []

    def work(lab: Lab, output: StudyOutput) -> Any:
        tested.extend(settle(planned, mode, lab, lambda ids: _measured(ids, request, study, full)))
        replace_file(output.folder / PAGE, page(file.spec.claims, tested, mode))
        return tables(file.spec.claims, tested), {"mode": mode.name}

    made = study.run(work)
    if not study.as_json(made, mode=mode.name):
        _show(file.spec.claims, tested, mode)
        console.say(f"All of it: {study.out / PAGE}")
        study.end()


def _metrics() -> list[str]:
    from simulator.ensemble.outcomes import HEADLINE, RIVALS
    from simulator.metrics import METRICS

    return [*METRICS, HEADLINE, RIVALS]


def _columns() -> dict[str, list[str]]:
    from simulator.output.dictionary import COLUMNS

    found: dict[str, list[str]] = {}
    for column in COLUMNS:
        found.setdefault(column.table, []).append(column.name)
    return found


def _measured(ids: Sequence[str], request: Request, study: Conduct, full: bool) -> Mapping[str, Measured]:
    """Parts of observed patterns, measured by validation in a folder of the study."""
    from simulator.ensemble.claims.pattern import Measured
    from simulator.validation.experiments import FULL, QUICK
    from simulator.validation.study import choose, validate

    with Progress("runs for patterns") as progress:
        card = validate(
            choose(list(ids)),
            FULL if full else QUICK,
            out=study.out / "patterns",
            seed=study.file.spec.seed,
            jobs=request.jobs,
            reuse=not request.force,
            progress=progress,
            scheduler=request.scheduler,
        )
    return {
        row.id: Measured(
            row.kind,
            row.status,
            f"{amount(row.mean)} [{amount(row.low)}, {amount(row.high)}], band {row.band}" if row.n else row.note,
        )
        for row in card.rows
    }


def _show(claims: Mapping[str, Claim], tested: Sequence[Tested], mode: Mode) -> None:
    from simulator.ensemble.claims.verdicts import verdict_of

    title = f"Verdicts ({mode.name} mode: {mode.size:g} of the users, {mode.replications} worlds a test)"
    console.say(title, "bold")
    counts: dict[str, int] = {}
    for name, claim in claims.items():
        own = [one for one in tested if one.planned.claim == name]
        verdict = verdict_of(own)
        counts[verdict] = counts.get(verdict, 0) + 1
        console.say(f"{name:>4} {verdict}: {claim.says}", COLOURS.get(verdict, ""))
        for one in own:
            asks = f"{one.planned.test.asks}: " if one.planned.test.asks else ""
            console.say(f"       {asks}{one.verdict if len(own) > 1 else ''} {one.told}".rstrip())
    console.say(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())), "bold")
    if mode.name != "full":
        console.say("Quick mode shows what is tested and how; only verdicts of --full count.")
