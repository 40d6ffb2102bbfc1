"""Compare scenarios: every arm with and without its campaigns, on the same luck, over replications."""

from __future__ import annotations

import dataclasses
import datetime
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from simulator.ensemble import outcomes, portraits, trends
from simulator.ensemble.design import Arm, Loaded, Study, make_study
from simulator.ensemble.outcomes import Verdict
from simulator.ensemble.runner import Progress, StudyError, raise_failures, run_many
from simulator.ensemble.statistics import LEVEL
from simulator.ensemble.trends import ArmRun
from simulator.ensemble.worker import FAILURE, MODEL, ModelEntry, RunRecord
from simulator.notebook import grid_html
from simulator.output.dictionary import ANSWERS
from simulator.output.fingerprint import fingerprint
from simulator.output.study import FILES, StudyFolder
from simulator.output.tables import table_hashes
from simulator.scenario.schema import declarations

SCHEMA_VERSION = 1
NAME_LENGTH = 60
"""Characters of a study's folder that tell its arms; longer ones are cut, the address stays."""


@dataclass(frozen=True)
class ComparisonResult:
    """A finished comparison.

    Attributes
    ----------
    folder : StudyFolder
        Where everything is.
    study : Study
        What was asked.
    records : list of RunRecord
        What became of each run.
    tables : dict of str to table
        See the data dictionary under ``comparison/``.
    verdict : Verdict
    """

    folder: StudyFolder
    study: Study
    records: list[RunRecord]
    tables: dict[str, pd.DataFrame]
    verdict: Verdict

    def _repr_html_(self) -> str:
        rows = self.tables["summary"]
        rows = rows[(rows["kind"] == self.verdict.kind) & (rows["brand"] == "") & rows["metric"].isin(ANSWERS)]
        arms = [arm.label for arm in self.study.arms]
        found = {(row["metric"], row["arm"]): row for row in rows.to_dict("records")}
        named = {row["metric"]: f"{row['metric']}, {row['unit']}" for row in found.values()}
        grid = [[text, *(_cell(found.get((name, arm))) for arm in arms)] for name, text in named.items()]
        what = "what the campaigns added" if self.verdict.kind == "effect" else "levels"
        return grid_html(f"{self.verdict.text} ({what}; mean [95 % interval])", ("outcome", *arms), grid)


def _cell(row: Mapping[str, Any] | None) -> str:
    """A mean with its interval, for a notebook."""
    if row is None:
        return "-"
    known = row["low"] == row["low"]
    return f"{row['mean']:,.4g}" + (f" [{row['low']:,.4g}, {row['high']:,.4g}]" if known else "")


def compare_scenarios(
    loaded: Sequence[Loaded],
    *,
    out: Path,
    replications: int,
    seed: int,
    jobs: int | None = None,
    reuse: bool = True,
    progress: Progress | None = None,
    labels: Sequence[str] | None = None,
    name: str = "",
    engine: str = "kernels",
    model: ModelEntry = MODEL,
    scheduler: str = "",
) -> ComparisonResult:
    """Run arms x {campaign, control} x replications and compare the arms.

    A second call with the same arms and seed finds the runs stored; more replications add to them.

    Parameters
    ----------
    loaded : one scenario an arm; the same one may be given twice.
    out : folder of studies; this one goes into a folder of its own inside.
    replications : 1 or more; one has no intervals.
    seed : of the study.
    jobs, reuse, progress, engine, scheduler : see `run_many`.
    labels : of the arms; by default the scenarios' names.
    name : of the study's folder; by default made of the labels and the study's address.

    Raises
    ------
    InputError
        If the study makes no sense.
    StudyError
        If runs failed, after all others were made.
    """
    study = make_study(loaded, replications, seed, labels)
    folder = StudyFolder(Path(out) / (name or folder_name(study)))
    specs = study.specs()
    folder.write_study(_content(study, "running", []), outcomes.metrics())
    records = run_many(
        specs, folder.runs, jobs=jobs, reuse=reuse, progress=progress, engine=engine, model=model, scheduler=scheduler
    )
    try:
        raise_failures(records)
    except StudyError:
        folder.write_study(_content(study, "failed", records), outcomes.metrics())
        raise
    tables = comparison_tables(study, _runs(study, folder, records))
    verdict = outcomes.verdict(tables["summary"], tables["paired_differences"])
    files = folder.write_tables(tables)
    end = {"verdict": _without_nan(dataclasses.asdict(verdict)), "tables": table_hashes(tables), FILES: files}
    folder.write_study({**_content(study, "complete", records), **end}, outcomes.metrics())
    return ComparisonResult(folder, study, records, tables, verdict)


def comparison_tables(study: Study, runs: Sequence[ArmRun]) -> dict[str, pd.DataFrame]:
    """All tables of a comparison from its stored runs; nothing depends on the order in which they were made.

    An arm in which no brand has a campaign has levels, but no effects.
    """
    arm_outcomes = _arm_outcomes(study, runs)
    measured = [arm.label for arm in study.arms if arm.campaigning()]
    effects = outcomes.effects(arm_outcomes[arm_outcomes["arm"].isin(measured)])
    return {
        "arm_outcomes": arm_outcomes,
        "effects": effects,
        "summary": outcomes.summary(arm_outcomes, effects),
        "paired_differences": outcomes.paired_differences(arm_outcomes, effects, study.seed),
        "spread": trends.spread(runs),
        "funnel": trends.funnel(runs),
        "sources": trends.sources(runs),
        "cascades": trends.cascades(runs),
        "regions": portraits.regions(runs),
        "payment": portraits.payment(runs),
        "wear": portraits.wear(runs),
        "sample": portraits.sample(runs),
        "sample_ties": portraits.sample_ties(runs),
    }


def _arm_outcomes(study: Study, runs: Sequence[ArmRun]) -> pd.DataFrame:
    campaigning = {arm.label: arm.campaigning() for arm in study.arms}
    frames = []
    for one in runs:
        own = outcomes.with_headline(one.run.table("outcomes"), campaigning[one.arm])
        frames.append(own.assign(arm=one.arm, replication=one.replication, role=one.role))
    every = pd.concat(frames, ignore_index=True)
    return every[["arm", "replication", "role", "metric", "brand", "value", "unit"]]


def _runs(study: Study, folder: StudyFolder, records: Sequence[RunRecord]) -> list[ArmRun]:
    """The stored runs, by arm in the study's order, then replication, then role."""
    store, order = folder.runs, [arm.label for arm in study.arms]
    runs = [ArmRun(one.arm, one.role, one.replication, store.read(one.address)) for one in records]
    return sorted(runs, key=lambda one: (order.index(one.arm), one.replication, one.role))


def folder_name(study: Study) -> str:
    """``compare-<labels>-<address>``, safe as a folder's name on every system."""
    labels = re.sub(r"[^\w.-]+", "-", "-".join(arm.label for arm in study.arms)).strip("-.")[:NAME_LENGTH]
    return f"compare-{labels}-{study.address[:8]}"


def _content(study: Study, status: str, records: Sequence[RunRecord]) -> dict[str, Any]:
    """What study.json says: all that was asked, and where each run is."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "compare",
        "status": status,
        "address": study.address,
        "seed": study.seed,
        "replications": study.replications,
        "seeds": study.seeds(),
        "level": LEVEL,
        "arms": [_arm(arm) for arm in study.arms],
        "inputs": declarations(),
        "fingerprint": fingerprint().parts(),
        "runs": [_place(record) for record in records],
        "failed": [{"run": one.label, "error": one.error, "command": one.command} for one in _failed(records)],
        "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def _arm(arm: Arm) -> dict[str, Any]:
    """An arm as study.json tells of it: its names, its kind of platform if it has one only, and the whole scenario."""
    kinds = {str(platform.get("kind", "")) for platform in arm.resolved.get("platforms", ())}
    return {
        "label": arm.label,
        "name": arm.resolved.get("name", arm.label),
        "title": arm.resolved.get("title", ""),
        "kind": kinds.pop() if len(kinds) == 1 else "",
        "campaigning": list(arm.campaigning()),
        "scenario": arm.resolved,
        "files": dict(arm.files),
    }


def _place(record: RunRecord) -> dict[str, Any]:
    names = ("arm", "role", "replication", "seed", "address", "status", "seconds", "note")
    return {name: getattr(record, name) for name in names}


def _failed(records: Sequence[RunRecord]) -> list[RunRecord]:
    return [record for record in records if record.status == FAILURE]


def _without_nan(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is unknown as null: JSON has no nan."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in values.items()
    }
