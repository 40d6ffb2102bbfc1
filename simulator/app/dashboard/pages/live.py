"""The curves of a desk while its runs go on: drawn once, then only their points are sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from dash import Patch

from simulator.app.dashboard.comparison import Comparison
from simulator.app.dashboard.controls import base
from simulator.app.dashboard.figures import Look, Panel, curve_points, live_figure, styles_of
from simulator.app.dashboard.presets import Preset
from simulator.app.dashboard.readings import READINGS
from simulator.app.dashboard.readings.base import styles
from simulator.app.dashboard.sessions import Desk
from simulator.app.dashboard.texts import say
from simulator.types import MINUTES_PER_DAY


def key_of_curves(preset: Preset, language: str) -> str:
    """What the curves are."""
    curve = say(language, f"curve.{preset.curve}")
    key = "curve.key_effect" if _has_controls(preset) else "curve.key"
    return say(language, key, curve=curve)


def _has_controls(preset: Preset) -> bool:
    return preset.kind == "effect" or READINGS[preset.reading].ledger  # more may be run, but only this is drawn


def empty_figure(preset: Preset, language: str, look: Look) -> dict[str, Any]:
    """Panels without curves."""
    kinds = [str(base(preset.name, label).resolved["platforms"][0]["kind"]) for label in preset.labels]
    named = [kind if kinds.count(kind) == 1 else label for label, kind in zip(preset.labels, kinds, strict=True)]
    found = styles_of(named, kinds)
    panels = [
        Panel(preset.arm(label).name[language], found[name], ([],) * preset.worlds, [])
        for label, name in zip(preset.labels, named, strict=True)
    ]
    market = base(preset.name, preset.labels[0]).resolved["market"]
    per_day = MINUTES_PER_DAY / market["tick_minutes"]
    return live_figure(panels, per_day, market["days"], say(language, "axis.days"), look)


def _panels(preset: Preset, comparison: Comparison, language: str) -> list[Panel]:
    found = styles(preset, comparison)
    worlds = range(comparison.study.replications)
    panels = []
    for label in preset.labels:
        curves = tuple(comparison.curve(label, "campaign", world) for world in worlds)
        panels.append(Panel(preset.arm(label).name[language], found[label], curves, _control(comparison, label)))
    return panels


def _control(comparison: Comparison, label: str) -> list[float]:
    """The mean curve of the finished runs without campaigns."""
    runs = [
        facts.curve for (arm, role, _), facts in list(comparison.facts.items()) if (arm, role) == (label, "control")
    ]
    return [float(value) for value in np.mean(runs, axis=0)] if runs else []


def figure_of(desk: Desk, language: str, look: Look) -> dict[str, Any]:
    """The curves of a desk's comparison, or room for them."""
    preset, comparison = desk.preset, desk.comparison
    if comparison is None:
        return empty_figure(preset, language, look)
    market = comparison.study.arms[0].resolved["market"]
    per_day = MINUTES_PER_DAY / market["tick_minutes"]
    panels = _panels(preset, comparison, language)
    return live_figure(panels, per_day, market["days"], say(language, "axis.days"), look)


def patched(preset: Preset, comparison: Comparison, language: str) -> Patch:
    """The curves alone, for a figure that is there."""
    per_day = MINUTES_PER_DAY / comparison.study.arms[0].resolved["market"]["tick_minutes"]
    patch, at = Patch(), 0
    for panel in _panels(preset, comparison, language):
        curves: list[Sequence[float]] = [*panel.worlds, panel.control]
        for values in curves:
            patch["data"][at]["x"], patch["data"][at]["y"] = curve_points(values, per_day)
            at += 1
    return patch
