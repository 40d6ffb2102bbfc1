"""Flows between columns of nodes, as a Sankey diagram whose labels stand outside, where nothing crosses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.report.sheet import Drawing, Sheet
from simulator.report.style import Theme, faint, letters, plain

GAP = 28
"""Between two nodes of a column, pixels: a label fits."""
TALL = 300
"""Height of all flows of the fullest column together, pixels."""
THICK = 0.014
"""Width of a node, as a share of the figure."""
STEPS = 14
"""Points along a ribbon."""


@dataclass(frozen=True)
class Node:
    """A node of a column: its key, label and colour."""

    key: str
    label: str
    colour: str


@dataclass(frozen=True)
class Ribbon:
    """A flow from a node of one column to a node of the next."""

    source: str
    target: str
    value: float
    colour: str
    hover: str


def ribbons(columns: Sequence[Sequence[Node]], flows: Sequence[Sequence[Ribbon]], theme: Theme) -> Drawing:
    """Draw the flows between each two columns; labels of the outer columns stand beside the figure.

    Parameters
    ----------
    columns : nodes from top to bottom, column by column.
    flows : between column i and the next, in `flows[i]`.
    """
    sizes = [_sizes(nodes, flows, place) for place, nodes in enumerate(columns)]
    scale = TALL / max(sum(found.values()) for found in sizes)
    tops = [_tops(found, scale) for found in sizes]
    height = max(sum(found.values()) * scale + GAP * (len(found) - 1) for found in sizes)
    margins = (24 + 7 * max(letters(node.label) for node in column) for column in (columns[0], columns[-1]))
    sheet = Sheet(theme, int(height) + 50, {"l": next(margins), "r": next(margins), "t": 30, "b": 20})
    sheet.panel(1, {"visible": False, "range": [0, 1]}, {"visible": False, "range": [height, 0]})
    across = np.linspace(0.0, 1.0 - THICK, len(columns))
    for place, between in enumerate(flows):
        left, right = dict(tops[place]), dict(tops[place + 1])
        for one in between:
            _ribbon(sheet, one, (across[place] + THICK, across[place + 1]), (left, right), one.value * scale)
    for place, nodes in enumerate(columns):
        for node in nodes:
            _node(
                sheet, node, across[place], tops[place][node.key], sizes[place][node.key] * scale, place, len(columns)
            )
    return sheet.drawing()


def _sizes(nodes: Sequence[Node], flows: Sequence[Sequence[Ribbon]], place: int) -> dict[str, float]:
    """What flows through each node of a column."""
    found = {node.key: 0.0 for node in nodes}
    for one in flows[place] if place < len(flows) else flows[place - 1]:
        found[one.source if place < len(flows) else one.target] += one.value
    return found


def _tops(sizes: Mapping[str, float], scale: float) -> dict[str, float]:
    """Where each node begins, pixels from the top."""
    found, top = {}, 0.0
    for key, size in sizes.items():
        found[key] = top
        top += size * scale + GAP
    return found


def _ribbon(
    sheet: Sheet, one: Ribbon, ends: tuple[float, float], tops: tuple[dict[str, float], dict[str, float]], wide: float
) -> None:
    """One flow, below those that were drawn before at both of its nodes."""
    share = np.linspace(0.0, 1.0, STEPS)
    bend = share * share * (3.0 - 2.0 * share)
    x = ends[0] + (ends[1] - ends[0]) * share
    upper = tops[0][one.source] + (tops[1][one.target] - tops[0][one.source]) * bend
    tops[0][one.source] += wide
    tops[1][one.target] += wide
    sheet.trace(
        1, x=np.concatenate([x, x[::-1]]), y=np.concatenate([upper, (upper + wide)[::-1]]), mode="lines", fill="toself",
        line={"width": 0.5, "color": faint(one.colour, 0.5)}, fillcolor=faint(one.colour, 0.42), hoveron="fills",
        text=plain(one.hover), hoverinfo="text", hovertemplate=None,
    )  # fmt: skip


def _node(sheet: Sheet, node: Node, x: float, top: float, tall: float, place: int, columns: int) -> None:
    sheet.band(node.colour, x0=x, x1=x + THICK, y0=top, y1=top + max(tall, 1.0), xref="x", yref="y")
    middle, inner = top + tall / 2, 0 < place < columns - 1
    if place == 0:
        at = {"x": x, "xanchor": "right", "xshift": -6, "align": "right"}
    elif place == columns - 1:
        at = {"x": x + THICK, "xanchor": "left", "xshift": 6}
    else:
        at = {"x": x + THICK / 2, "xanchor": "center"}
    if inner:
        sheet.text(node.label, y=top, yref="y", xref="x", yanchor="bottom", yshift=2, **at)
    else:
        sheet.text(node.label, y=middle, yref="y", xref="x", yanchor="middle", **at)
