"""The appendix: what went into a study, what made it, and how its intervals were computed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator.output.dictionary import ANSWERS
from simulator.report.figure import DataTable, ReportFigure
from simulator.report.scenarios import value_of
from simulator.report.tables import StudyTables
from simulator.report.text import listing, named, say

SHOWN = 24
"""A table up to this long stands open."""
HASH_SHOWN = 12
"""Digits of a hash: enough to compare by eye."""


@dataclass(frozen=True)
class Part:
    """A heading of the appendix with its paragraphs and tables."""

    name: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[DataTable, ...] = ()
    items: tuple[str, ...] = ()


def parts(tables: StudyTables, missing: Sequence[ReportFigure] = ()) -> list[Part]:
    """All parts of the appendix, in order; `missing` are the questions that are left out."""
    found = [_scenarios(tables), _intervals(tables), _inputs(tables), _runs(tables), _versions(tables)]
    return [part for part in (*found, _missing(missing)) if part is not None]


def _missing(missing: Sequence[ReportFigure]) -> Part | None:
    """What the studies cannot answer, and what would."""
    if not missing:
        return None
    rows = [say("appendix.missing_row", question=figure.question, fill=figure.filled_by) for figure in missing]
    return Part("missing", say("appendix.missing"), (say("appendix.missing_text"),), (), tuple(rows))


def _scenarios(tables: StudyTables) -> Part | None:
    if not tables.arms:
        return None
    frame = pd.DataFrame(
        [{"name": arm.label, "title": arm.title, "platform": named("arm", arm.kind)} for arm in tables.arms]
    )
    told = (say("appendix.design_reps", n=tables.replications),) if tables.studies[0].kind == "compare" else ()
    table = DataTable("scenarios", say("page.key"), frame, shown=True)
    return Part("scenarios", say("appendix.scenarios"), told, (table,))


def _intervals(tables: StudyTables) -> Part:
    if tables.studies[0].kind != "compare":
        text = say("appendix.intervals_other", level=f"{100 * tables.level:g}")
    elif tables.replications < 2:
        text = say("appendix.intervals_one")
    else:
        numbers = {"level": f"{100 * tables.level:g}", "alpha": f"{tables.alpha:.2g}"}
        text = say("appendix.intervals_text", n=tables.replications, **numbers)
    ratio = (say("appendix.return"),) if tables.replications > 1 and "effects" in tables else ()
    counts = (say("appendix.counts"),) if tables.replications > 1 and "regions" in tables else ()
    told = [text, *ratio, *counts, *_pairing(tables), say("appendix.not_covered")]
    return Part("intervals", say("appendix.intervals"), tuple(told))


def _pairing(tables: StudyTables) -> list[str]:
    """What the shared luck saved: median over the outcomes that answer the question; nothing if it is unknown."""
    found = {}
    for name in ("summary", "paired_differences"):
        if name in tables and "variance_reduction" in tables[name]:
            rows = tables.only(name, kind=tables.kind, brand="")
            values = rows.loc[rows["metric"].isin(ANSWERS), "variance_reduction"].to_numpy(float)
            values = values[~np.isnan(values)]
            if len(values):
                found[name] = say("appendix.times", times=f"{float(np.median(values)):.2g}")
    if not found:
        return []
    parts = [say(f"appendix.pairing_{name}", times=times) for name, times in found.items()]
    return [say("appendix.pairing", parts=listing(parts))]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The single values of a nested scenario, each with its dotted path; listed things by their names.

    A list of one is numbered instead, so that the platforms of two scenarios stand in one row.
    """
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        for place, item in enumerate(value):
            yield from leaves(item, f"{path}.0" if len(value) == 1 else f"{path}[{item.get('name', place)}]")
    elif isinstance(value, list):
        yield path, json.dumps(value, ensure_ascii=False)
    else:
        yield path, value


def _inputs(tables: StudyTables) -> Part:
    heading = say("appendix.inputs")
    found = []
    columns = {arm.label: dict(leaves(tables.scenario(arm.name))) for arm in tables.arms}
    paths = list(dict.fromkeys(path for values in columns.values() for path in values))
    if paths:
        rows = [{"path": path, **{label: _shown(values, path) for label, values in columns.items()}} for path in paths]
        frame = pd.DataFrame(rows).astype(str)
        differ = frame[[len(set(row)) > 1 for row in frame[list(columns)].itertuples(index=False, name=None)]]
        if len(columns) > 1 and len(differ):
            found.append(DataTable("inputs_that_differ", say("appendix.differ"), differ, shown=len(differ) <= SHOWN))
        found.append(DataTable("inputs", say("appendix.all_inputs"), frame))
    notes = [say("appendix.evidence_more")]
    if say("appendix.language"):
        notes.append(say("appendix.language"))
    declared = tables.study.get("inputs")
    if isinstance(declared, list) and declared:
        notes.append(say("appendix.tags"))
        found.insert(0, DataTable("evidence", say("appendix.declared"), _declared(tables, declared)))
    else:
        notes.append(say("appendix.no_inputs"))
    return Part("inputs", heading, tuple(notes), tuple(found))


def _declared(tables: StudyTables, declared: list[dict[str, Any]]) -> pd.DataFrame:
    """The declared inputs, each with the value that every model has."""
    frame = pd.DataFrame(declared).map(_text)
    used = {say("appendix.used", arm=tables.label(arm)): scenario for arm, scenario in tables.scenarios.items()}
    for place, (column, scenario) in enumerate(used.items(), start=1):
        frame.insert(place, column, [value_of(scenario, path) for path in frame["path"]])
    return frame


def _shown(values: Mapping[str, Any], path: str) -> str:
    return _text(values[path]) if path in values else "–"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return say("word.yes" if value else "word.no")
    return "–" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)


def _runs(tables: StudyTables) -> Part:
    heading = say("appendix.runs")
    count = len(tables.studies[0].manifests)
    if count and not tables.manifests:
        return Part("runs", heading, (say("appendix.many_runs", n=f"{count:,}"),))
    if not tables.manifests:
        return Part("runs", heading, (say("appendix.no_runs"),))
    places = {str(run.get("address")): run for run in tables.study.get("runs") or []}
    rows = []
    for manifest in tables.manifests:
        address = str(manifest.get("address", ""))
        place = places.get(address, {})
        hashes = {name: table.get("hash", "") for name, table in sorted((manifest.get("tables") or {}).items())}
        rows.append(
            {
                "address": address,
                "arm": tables.label(str(place["arm"])) if "arm" in place else None,
                "replication": str(place.get("replication", "")),
                "role": named("role", str(manifest.get("role", ""))),
                "seed": str(manifest.get("seed", "")),
                "engine": str(manifest.get("engine", "")),
                "source_hash": str((manifest.get("fingerprint") or {}).get("source", ""))[:HASH_SHOWN],
                "tables_hash": " ".join(f"{name}:{value[:HASH_SHOWN]}" for name, value in hashes.items()),
                "created": str(manifest.get("created", "")),
            }
        )
    order = {arm.label: place for place, arm in enumerate(tables.arms)}
    rows.sort(key=lambda row: (order.get(str(row["arm"]), len(order)), len(row["replication"] or ""), str(row)))
    table = DataTable("runs", say("appendix.run_table"), pd.DataFrame(rows), shown=len(rows) <= SHOWN)
    return Part("runs", heading, (), (table,))


def _versions(tables: StudyTables) -> Part:
    found: dict[str, set[str]] = {}
    for manifest in tables.manifests:
        _add_versions(found, manifest)
    for one in tables.studies if not found else ():
        _add_versions(found, one.content)
    if not found:
        return Part("versions", say("appendix.versions"), (say("appendix.no_versions"),))
    rows = [{"package": package, "version": ", ".join(sorted(found[package]))} for package in sorted(found)]
    table = DataTable("versions", say("appendix.version_table"), pd.DataFrame(rows))
    return Part("versions", say("appendix.versions"), (), (table,))


def _add_versions(found: dict[str, set[str]], told: Mapping[str, Any]) -> None:
    """Add the versions that a manifest, or a study, names."""
    for package, version in ((told.get("fingerprint") or {}).get("versions") or {}).items():
        found.setdefault(str(package), set()).add(str(version))
