"""What one change of a scenario does to every outcome, on the same luck: nothing, it is hoped, or little.

``python experiments/checks/one_change.py public_feed --change market.tick_minutes=30`` compares a scenario with itself
in shorter ticks. For each outcome of the whole market: the mean without the change, the paired difference with its
95 % interval, its p-value after Holm's correction over all outcomes, and how many times smaller the variance of the
difference is than it would be between independent worlds.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.ensemble.design import RunSpec, replication_seed
from simulator.ensemble.runner import raise_failures, run_many
from simulator.ensemble.statistics import holm, paired_difference
from simulator.output.study import StudyFolder
from simulator.scenario.loader import load


def outcomes(scenario: str, before: list[str], after: list[str], replications: int, seed: int, out: Path) -> Any:
    """Outcomes of the whole market by arm and replication: float64 of shape (2, replications), by metric."""
    arms = {"before": load(scenario, before), "after": load(scenario, [*before, *after])}
    specs = [
        RunSpec(arm, "campaign", r, replication_seed(seed, r), loaded.resolved, loaded.files, loaded.paths)
        for r in range(replications)
        for arm, loaded in arms.items()
    ]
    store = StudyFolder(out).runs
    records = run_many(specs, store)
    raise_failures(records)
    found: dict[str, Any] = {}
    for record in records:
        table = store.read(record.address).table("outcomes")
        for row in table[table["brand"] == ""].itertuples():
            values = found.setdefault(row.metric, np.full((2, replications), np.nan))
            values[list(arms).index(record.arm), record.replication] = row.value
    return found


def table_of(found: dict[str, Any], seed: int) -> pd.DataFrame:
    """One row an outcome; those that are the same in every replication say so by a difference of zero."""
    rows = []
    for metric, (before, after) in found.items():
        if np.isnan(before).any() or np.isnan(after).any():
            continue
        d = paired_difference(after, before, seed)
        rows.append((metric, before.mean(), d.mean, d.low, d.high, d.p_value, d.variance_reduction))
    names = ["outcome", "mean", "difference", "low", "high", "p", "variance ratio"]
    table = pd.DataFrame(rows, columns=names)
    table["p"] = holm(table["p"].tolist())
    return table


def main() -> None:
    """Read what is asked, run it, print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("scenario")
    asked.add_argument("--change", action="append", required=True, metavar="PATH=VALUE")
    asked.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="in both arms")
    asked.add_argument("--replications", type=int, default=16)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--out", type=Path, default=Path("results"))
    given = asked.parse_args()
    found = outcomes(given.scenario, given.set, given.change, given.replications, given.seed, given.out)
    table = table_of(found, given.seed)
    with pd.option_context("display.width", 160, "display.max_rows", None, "display.float_format", "{:,.4g}".format):
        print(table.to_string(index=False))
    moved = table[table["p"] < 0.05]["outcome"].tolist()
    print(f"{len(table)} outcomes, {len(moved)} differ after Holm's correction: {', '.join(moved) or 'none'}")


if __name__ == "__main__":
    main()
