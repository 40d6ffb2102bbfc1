"""Faults of the machine against a study of the toy, in a process that may be forked: ``python -m`` this, a folder."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from experiments.checks.faults import backwards, damaged, rivals
from experiments.checks.injection import FAULTS, results, walk
from simulator.ensemble.study_file import study_of
from simulator.ensemble.study_output import StudyOutput, TableDoc
from simulator.ensemble.study_schema import Factor, Outcome
from simulator.ensemble.sweep_study import SweepStudy
from tests.unit.experiments.toy import ToyVariants, toy_lab

KILLS, EVERY = 2, 12
"""Every so many points are tried with a kill, and with other faults."""

OUTCOMES = TableDoc("a metric", dict.fromkeys(("metric", "brand", "value", "unit"), ("-", "-")))
A = Factor(path="a", values=(1.0,))
SPEC = SweepStudy(name="toy", scenarios=("toy",), factors={"a": A}, outcomes=(Outcome(metric="sales"),), replications=1)


def study(folder: Path) -> None:
    """Two runs and a table of one of them, written as every study's are."""
    output = StudyOutput(folder, study_of(SPEC, folder))
    output.begin()
    with toy_lab(folder) as lab:
        found = lab.run(ToyVariants().arms("", {"a": 1.0}), [0])
        lab.raise_failures()
        table = found["toy", "campaign", 0].tables["outcomes"]
    output.end(lab, {"outcomes": table}, {"outcomes": OUTCOMES})


def main(folder: Path) -> None:
    """Every class of faults; one line of JSON each."""
    pa.set_cpu_count(1)
    study(folder / "first")
    reference, case = results(folder / "first"), folder / "case"
    tallies = [walk(study, case, reference, fault, EVERY if fault.number else KILLS) for fault in FAULTS]
    tallies += [backwards(study, case, reference), rivals(study, case, reference, 2, 1)]
    for tally in [*tallies, *damaged(study, case, reference, 4, 1)]:
        sys.stdout.write(json.dumps(asdict(tally)) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
