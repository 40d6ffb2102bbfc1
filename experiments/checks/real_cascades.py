"""The few numbers of real cascades that reports draw beside simulated ones, from the raw data.

``python experiments/checks/real_cascades.py DATA > simulator/report/real_cascades.tsv`` writes which share of cascades
is at least so large, deep or viral, at some forty values each. Only these derived numbers are kept, never the data.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from simulator.types import Array
from simulator.validation.patterns import d1, d3
from simulator.validation.reference import weibo_trees

POINTS = 40
HEAD = (
    "Share of real cascades that are at least so large, deep or viral: derived numbers, at some forty values each.",
    "twitter: 41,411 cascades of 20 posts or more; ActiveRT (github.com/sir-hawkes), CC BY-NC 4.0.",
    "weibo: 1,601 repost trees of 100 to 1,000 reposts; Song et al. 2018, thunlp/Chinese_Rumor_Dataset.",
)


def tail(values: Array, *, log: bool) -> pd.DataFrame:
    """At least this much, and the share of values that are: at distinct values, evenly spread."""
    ordered = np.sort(np.asarray(values, np.float64))
    spread = np.geomspace if log else np.linspace
    marks = spread(ordered[0], ordered[-1], POINTS)
    at = np.unique(np.clip(np.searchsorted(ordered, marks), 0, ordered.size - 1))
    value = np.unique(ordered[at])
    share = (ordered.size - np.searchsorted(ordered, value)) / ordered.size
    return pd.DataFrame({"value": value.round(4), "share": share.round(6), "n": ordered.size})


def derived(data: Path) -> pd.DataFrame:
    """All curves: columns source, measure, value, share, n."""
    sizes = pd.read_csv(data / d3.FILE, header=None)[0].to_numpy()
    trees = weibo_trees(data / d1.FILE)
    found = {("twitter", "size"): tail(sizes, log=True)}
    for measure in ("size", "depth", "structural_virality"):
        found["weibo", measure] = tail(trees[measure].to_numpy(), log=True)
    return pd.concat(
        [table.assign(source=source, measure=measure) for (source, measure), table in found.items()], ignore_index=True
    )[["source", "measure", "value", "share", "n"]]


def main() -> None:
    """Write the table to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the raw data")
    table = derived(parser.parse_args().data)
    sys.stdout.write("".join(f"# {line}\n" for line in HEAD) + table.to_csv(sep="\t", index=False))


if __name__ == "__main__":
    main()
