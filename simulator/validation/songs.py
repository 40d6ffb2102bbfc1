"""The market of songs, sold without a social signal, with a weak one and with a strong one, in several worlds each."""

from __future__ import annotations

import numpy as np

from simulator.ensemble.sweep import rank_correlation
from simulator.metrics.sales_concentration import gini
from simulator.types import Array
from simulator.validation.context import Context, Run
from simulator.validation.experiments import Experiment

WORLDS = 4
"""Worlds of other people and other luck in which the same songs are sold."""

_AFFORDANCE = "platforms.marketplace.affordances.bestsellers"
SIGNALS = {
    "none": (f"{_AFFORDANCE}.enabled=false",),
    "weak": (f"{_AFFORDANCE}.look=0",),
    "strong": (f"{_AFFORDANCE}.look=1",),
}
"""Nothing is told of sales; every offer says how often it was sold; a list says so, too, the most sold first."""


def _world(signal: str, number: int) -> Experiment:
    settings = (*SIGNALS[signal], f"market.redraw.world={number}", f"market.redraw.chance={number}")
    label = f"songs, {signal} signal, world {number}"
    return Experiment(label, "song_market", settings, tables=("needs",), size="own")


EXPERIMENTS = {signal: tuple(_world(signal, number) for number in range(1, WORLDS + 1)) for signal in SIGNALS}
EVERY = tuple(one for worlds in EXPERIMENTS.values() for one in worlds)


def _sold(run: Run) -> Array:
    needs = run.table("needs")
    names = [brand["name"] for brand in run.scenario["brands"]]
    counts = needs.loc[needs["status"] == "bought", "brand"].value_counts()
    return np.asarray(counts.reindex(names, fill_value=0).to_numpy())


def sold(context: Context, signal: str) -> Array:
    """Songs sold, int64 (worlds, R, songs)."""
    return np.array([context.each(one, _sold) for one in EXPERIMENTS[signal]])


def quality(context: Context) -> Array:
    """How good each song is; shape (songs,)."""
    run = context.runs(EVERY[0])[0]
    return np.array([brand["quality"] for brand in run.scenario["brands"]])


def inequality(context: Context, signal: str) -> Array:
    """Gini coefficient of sales, mean over worlds; shape (R,)."""
    counts = sold(context, signal)
    return np.asarray(np.array([[gini(one) for one in world] for world in counts]).mean(axis=0))


def unpredictability(context: Context, signal: str) -> Array:
    """Mean difference of a song's market share between two worlds; shape (R,)."""
    counts = sold(context, signal)
    return distances(counts / counts.sum(axis=2, keepdims=True))


def distances(shares: Array) -> Array:
    """Mean over pairs of worlds and over songs of ``abs(a - b)``, from float64 (worlds, R, songs); shape (R,)."""
    pairs = [np.abs(a - b).mean(axis=1) for i, a in enumerate(shares) for b in shares[:i]]
    return np.asarray(np.mean(pairs, axis=0))


def follows_quality(context: Context, signal: str) -> Array:
    """Rank correlation between sales with a signal and sales in all worlds without; shape (R,)."""
    alone = sold(context, "none").sum(axis=0)
    found = [[rank_correlation(a, b)[0] for a, b in zip(world, alone, strict=True)] for world in sold(context, signal)]
    return np.asarray(np.mean(found, axis=0))
