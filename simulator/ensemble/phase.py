"""Which scenario wins over two parameters: a map that is drawn finer where the winner changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from simulator.ensemble.designs import Point, values_at
from simulator.ensemble.lab import Lab
from simulator.ensemble.outcomes import separable
from simulator.ensemble.responses import ManyArms, paired, respond, series
from simulator.ensemble.statistics import holm, mean_interval, paired_difference
from simulator.ensemble.study_output import TableDoc
from simulator.ensemble.study_schema import BaseStudy, Factor, Outcome, Texts, setting, without_range, wrong
from simulator.errors import Problem

Place = tuple[int, int]
"""Column and row of a node on the finest grid."""

DOCS = {
    "points": TableDoc(
        "one row per setting that was run",
        {
            "x": ("see study.json", "value of the first parameter"),
            "y": ("see study.json", "value of the second parameter"),
            "winner": ("-", "scenario of the highest mean"),
            "rival": ("-", "the one that it is least clearly ahead of"),
            "margin": ("see metric", "winner minus rival, mean over replications"),
            "margin_low": ("see metric", "lower end of its 95 % interval (paired t)"),
            "margin_high": ("see metric", "upper end of it"),
            "clear": ("-", "whether the winner is ahead of all others after Holm's adjustment"),
            "{scenario} mean": ("see metric", "mean over replications"),
        },
    ),
    "cells": TableDoc(
        "one row per cell of the map; together they cover it once",
        {
            "x_low": ("see study.json", "left edge"),
            "x_high": ("see study.json", "right edge"),
            "y_low": ("see study.json", "lower edge"),
            "y_high": ("see study.json", "upper edge"),
            "halvings": ("-", "how often it was halved"),
            "winner": ("-", "the scenario that wins at all its corners; empty where they differ"),
            "clear": ("-", "whether it wins clearly at all of them"),
        },
    ),
    "boundary": TableDoc(
        "one row per edge of a cell along which the winner changes: where it does, by linear interpolation",
        {
            "a": ("-", "winner at one end"),
            "b": ("-", "winner at the other"),
            "x": ("see study.json", "value of the first parameter"),
            "y": ("see study.json", "value of the second parameter"),
        },
    ),
    "areas": TableDoc(
        "one row per scenario: its part of the map",
        {
            "scenario": ("-", "label of the scenario"),
            "share": (
                "share",
                "of the map, on the parameters' scales, that it wins; cells on a boundary by their corners",
            ),
            "clear": ("share", "of the map that it wins clearly"),
        },
    ),
}


class PhaseStudy(BaseStudy):
    """Which scenario wins over two parameters."""

    kind: Literal["phase"] = setting("phase", doc="what is done")
    scenarios: Texts = setting(doc="who may win")
    x: Factor = setting(doc="the first parameter, with its range")
    y: Factor = setting(doc="the second parameter, with its range")
    outcome: Outcome = setting(doc="who has more of it wins")
    cells: int = setting(4, doc="cells along each side of the first map", low=1, high=64)
    halvings: int = setting(2, doc="how often cells in which the winner changes are halved", low=0, high=8)
    replications: int = setting(4, doc="worlds, the same at all settings", unit="runs", low=1, high=10_000)

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if len(self.scenarios) < 2:
            yield wrong("scenarios", f"there are {len(self.scenarios)}", "at least two, of which one can win")
        yield from without_range("", self.factors)

    @property
    def factors(self) -> dict[str, Factor]:
        """The two parameters by name."""
        return {"x": self.x, "y": self.y}

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What is read off the runs."""
        return (self.outcome,)

    @property
    def side(self) -> int:
        """Cells along each side of the finest map."""
        return int(self.cells * 2**self.halvings)


@dataclass(frozen=True)
class Node:
    """Who wins at one setting.

    Attributes
    ----------
    means : by scenario.
    clear : whether the winner is ahead of all others beyond luck.
    """

    values: Mapping[str, float]
    means: Mapping[str, float]
    winner: str
    rival: str
    margin: tuple[float, float, float]
    clear: bool


@dataclass(frozen=True)
class Cell:
    """A square of the map: its lower left node, its side in steps of the finest grid, and how often it was halved."""

    column: int
    row: int
    side: int
    halvings: int

    def corners(self) -> list[Place]:
        """Its four nodes."""
        return [(self.column + i * self.side, self.row + j * self.side) for i in (0, 1) for j in (0, 1)]

    def edges(self) -> list[tuple[Place, Place]]:
        """Its four sides, each by its ends."""
        a, b, c, d = self.corners()
        return [(a, b), (a, c), (b, d), (c, d)]

    def halves(self) -> list[Cell]:
        """The four cells that it is cut into."""
        half = self.side // 2
        return [
            Cell(self.column + i * half, self.row + j * half, half, self.halvings + 1) for i in (0, 1) for j in (0, 1)
        ]

    def holds(self, place: Place) -> bool:
        """Whether a node lies in it or on its edge."""
        inside = (self.column <= place[0] <= self.column + self.side, self.row <= place[1] <= self.row + self.side)
        return all(inside)


@dataclass(frozen=True)
class Phases:
    """The map: its nodes by place, and the cells that cover it."""

    spec: PhaseStudy
    labels: tuple[str, ...]
    nodes: Mapping[Place, Node]
    cells: Sequence[Cell]


def explore(spec: PhaseStudy, scenarios: ManyArms, lab: Lab) -> Phases:
    """Run the first map, and halve cells as long as the winner changes in them.

    A cell is halved if two known nodes in it or on its edge have different winners, also such as a finer neighbour has
    made known.

    Raises
    ------
    StudyError
        If a setting could not be run at all.
    """
    step = 2**spec.halvings
    cells = [Cell(i * step, j * step, step, 0) for i in range(spec.cells) for j in range(spec.cells)]
    nodes: dict[Place, Node] = {}
    _make_known(nodes, cells, spec, scenarios, lab)
    while torn := [cell for cell in cells if cell.side > 1 and _changes(cell, nodes)]:
        cells = [cell for cell in cells if cell not in torn] + [half for cell in torn for half in cell.halves()]
        _make_known(nodes, cells, spec, scenarios, lab)
    return Phases(spec, tuple(scenarios.labels), nodes, sorted(cells, key=lambda one: (one.column, one.row)))


def _changes(cell: Cell, nodes: Mapping[Place, Node]) -> bool:
    return len({node.winner for place, node in nodes.items() if cell.holds(place)}) > 1


def _make_known(
    nodes: dict[Place, Node], cells: Sequence[Cell], spec: PhaseStudy, scenarios: ManyArms, lab: Lab
) -> None:
    """Run the corners of some cells that are not known yet."""
    new = [place for place in dict.fromkeys(p for cell in cells for p in cell.corners()) if place not in nodes]
    points = {place: _point(spec, place) for place in new}
    lab.expected = 0
    table = respond(lab, scenarios, list(points.values()), spec.outcomes, range(spec.replications))
    for place, point in points.items():
        values = {label: series(table, label, point.label, spec.outcome.label) for label in scenarios.labels}
        if not all(values.values()):
            lab.raise_failures()
        nodes[place] = node_of(point.values, values, spec.seed)


def _point(spec: PhaseStudy, place: Place) -> Point:
    values = values_at(spec.factors, np.array(place) / spec.side)
    return Point(f"x={values['x']:.6g}, y={values['y']:.6g}", values)


def node_of(at: Mapping[str, float], values: Mapping[str, Mapping[int, float]], seed: int) -> Node:
    """Who wins at a setting, from the outcomes of every scenario by replication."""
    means = {label: mean_interval(np.array(list(own.values()))).mean for label, own in values.items()}
    winner = max(means, key=means.__getitem__)
    others = {
        label: paired_difference(*paired(values[winner], own), seed) for label, own in values.items() if label != winner
    }
    adjusted = dict(zip(others, holm([one.p_value for one in others.values()]), strict=True))
    rival = min(others, key=lambda label: (separable(adjusted[label]), others[label].mean))
    clear = all(separable(p) and others[label].mean > 0 for label, p in adjusted.items())
    margin = others[rival]
    return Node(at, means, winner, rival, (margin.mean, margin.low, margin.high), clear)


def tables(found: Phases) -> dict[str, pd.DataFrame]:
    """All tables of a map."""
    nodes = found.nodes
    points = [
        {
            "x": node.values["x"], "y": node.values["y"], "winner": node.winner, "rival": node.rival,
            "margin": node.margin[0], "margin_low": node.margin[1], "margin_high": node.margin[2], "clear": node.clear,
            **{f"{label} mean": mean for label, mean in node.means.items()},
        }
        for _, node in sorted(nodes.items())
    ]  # fmt: skip
    cells = []
    for cell in found.cells:
        corners = [nodes[place] for place in cell.corners()]
        low, high = corners[0].values, corners[-1].values
        winners = {node.winner for node in corners}
        winner = winners.pop() if len(winners) == 1 else ""
        clear = bool(winner) and all(node.clear for node in corners)
        cells.append((low["x"], high["x"], low["y"], high["y"], cell.halvings, winner, clear))
    return {
        "points": pd.DataFrame(points),
        "cells": pd.DataFrame(cells, columns=list(DOCS["cells"].columns)),
        "boundary": pd.DataFrame(_boundary(found), columns=list(DOCS["boundary"].columns)),
        "areas": pd.DataFrame(_areas(found), columns=list(DOCS["areas"].columns)),
    }


def _boundary(found: Phases) -> Iterator[tuple[Any, ...]]:
    """Where the winner changes along the edges of cells: where the difference of the two winners is zero."""
    edges = dict.fromkeys(edge for cell in found.cells for edge in cell.edges())
    for one, other in edges:
        a, b = found.nodes[one], found.nodes[other]
        if a.winner == b.winner:
            continue
        ahead, behind = (node.means[a.winner] - node.means[b.winner] for node in (a, b))
        share = ahead / (ahead - behind) if ahead != behind else 0.5
        where = (np.array(one) * (1 - share) + np.array(other) * share) / found.spec.side
        yield a.winner, b.winner, *values_at(found.spec.factors, where).values()


def _areas(found: Phases) -> Iterator[tuple[Any, ...]]:
    whole = found.spec.side**2
    for label in found.labels:
        share = clear = 0.0
        for cell in found.cells:
            own = [found.nodes[place] for place in cell.corners() if found.nodes[place].winner == label]
            share += cell.side**2 / whole * len(own) / 4
            clear += cell.side**2 / whole * sum(node.clear for node in own) / 4
        yield label, share, clear


def picture(found: Phases) -> list[str]:
    """The map as lines of letters, the highest y first: the winner's, small where it is not clear."""
    letters = dict(zip(found.labels, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=False))
    lines = []
    for row in range(found.spec.side, -1, -1):
        line = ""
        for column in range(found.spec.side + 1):
            node = _nearest(found, (column, row))
            line += letters[node.winner] if node.clear else letters[node.winner].lower()
        lines.append(line)
    return lines


def _nearest(found: Phases, place: Place) -> Node:
    """The node at a place, or the nearest corner of the cell that holds it."""
    if place in found.nodes:
        return found.nodes[place]
    cell = next(one for one in found.cells if one.holds(place))
    return found.nodes[min(cell.corners(), key=lambda c: (abs(c[0] - place[0]) + abs(c[1] - place[1]), c))]
