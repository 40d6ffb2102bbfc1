"""Downloads of songs under a weak and a strong social signal."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from simulator.metrics.sales_concentration import gini
from simulator.types import Array
from simulator.validation.context import Context
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.songs import EVERY, follows_quality, inequality

FILE = "musiclab_downloads.tsv.gz"
WITHIN = 0.08
OBSERVED = {"weak": (0.340, 0.765), "strong": (0.498, 0.658)}
"""Gini of downloads, mean of eight worlds, and their rank correlation with the world without a signal."""


def observed(downloads: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """The numbers of OBSERVED from the raw data: columns experiment, song_id, world, kind, downloads."""
    found = {}
    for number, signal in ((1, "weak"), (2, "strong")):
        own = downloads[downloads["experiment"] == number]
        alone = own[own["kind"] == "independent"].set_index("song_id")["downloads"]
        worlds = own[own["kind"] == "social"].pivot_table("downloads", "song_id", "world")
        unequal = np.mean([gini(worlds[world].to_numpy()) for world in worlds])
        found[signal] = float(unequal), float(worlds.corrwith(alone, method="spearman").mean())
    return found


def _note(context: Context) -> str:
    found = context.once("songs observed", lambda: observed(pd.read_csv(context.file(FILE), sep="\t")))
    return ", ".join(f"{name} signal: Gini {g:.2f}, correlation {r:.2f}" for name, (g, r) in found.items())


def _band(value: float) -> Band:
    return Band(value - WITHIN, value + WITHIN)


def _alone(context: Context) -> Array:
    return inequality(context, "none")


def _gini(letter: str, signal: str, diagnosis: str = "") -> Part:
    measure = partial(_inequality, signal)
    title = f"Gini of downloads, {signal} signal"
    return Part(f"D5{letter}", title, "judged", _band(OBSERVED[signal][0]), "-", measure, diagnosis, _note)


def _rank(letter: str, signal: str) -> Part:
    measure = partial(_follows, signal)
    title = f"rank correlation with downloads without a signal, {signal} signal"
    return Part(f"D5{letter}", title, "judged", _band(OBSERVED[signal][1]), "-", measure)


def _inequality(signal: str, context: Context) -> Array:
    return inequality(context, signal)


def _follows(signal: str, context: Context) -> Array:
    return follows_quality(context, signal)


PATTERN = Pattern(
    "D5",
    "Songs under a weak and a strong signal",
    "social choice: bestseller lists and numbers sold",
    "the signal moves sales by less or more than it did",
    "Salganik, Dodds & Watts 2006, experiments 1 and 2",
    (
        Part("D5a", "Gini of downloads, no signal", "fitted", Band(0.187, 0.244), "-", _alone),
        _gini("b", "weak"),
        _gini(
            "c",
            "strong",
            "a list makes what stands on it known, and every offer in it is weighed alike; in the experiment it also "
            "set the order in which songs were heard, and few heard all: attention by place is missing.",
        ),
        _rank("d", "weak"),
        _rank("e", "strong"),
    ),
    experiments=EVERY,
    data=True,
)
