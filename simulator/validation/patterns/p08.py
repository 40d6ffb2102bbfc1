"""One friend who likes an offer lifts clicks, further ones hardly."""

from __future__ import annotations

import numpy as np

from simulator.types import Array
from simulator.validation.context import Context, Run
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.sales import jackknifed_ratio

_CUES = "platforms.private_circle.affordances.social_cues"
_USERS = "market.users=10000"
CUES = Experiment("friends on offers", "private_circle", (_USERS,), tables=("cues",), size="own")
IDLE = Experiment(
    "friends on offers, without effect",
    "private_circle",
    (_USERS, f"{_CUES}.first=1.0e-9"),
    tables=("cues",),
    size="own",
)
"""Offers with a friend on them meet other readers than those without: counted where the friend moves nobody."""

COUNTS = (0, 1, 2)


def opened(run: Run) -> Array:
    """Share of offers opened with no friend shown, with one, and with two."""
    cues = run.table("cues").groupby("cues")[["shown", "clicked"]].sum().reindex(COUNTS, fill_value=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(cues["clicked"] / cues["shown"], np.float64)


def _lifts(context: Context) -> tuple[Array, Array]:
    """What one and two friends multiply clicks by, over what they do where they move nobody; a value a run."""
    moving, idle = (np.array(context.each(one, opened)) for one in (CUES, IDLE))
    one, two = ((moving[:, n] / moving[:, 0]) / (idle[:, n] / idle[:, 0]) for n in (1, 2))
    return one, two


def _first(context: Context) -> Array:
    return _lifts(context)[0] - 1.0


def _second(context: Context) -> Array:
    one, two = _lifts(context)
    return jackknifed_ratio(two - one, one - 1.0)


def _note(context: Context) -> str:
    shown = context.runs(CUES)[0].table("cues").groupby("cues")["shown"].sum()
    return "offers by number of friends: " + ", ".join(f"{count:,} with {number}" for number, count in shown.items())


PATTERN = Pattern(
    "8",
    "The first friend's cue on an offer lifts clicks, later ones add little",
    "information against pressure",
    "clicks are linear in the number of cues",
    "Huang & Lin 2024",
    (
        Part(
            "8a",
            "clicks with one friend's cue over none, less 1",
            "fitted",
            Band(0.05, 0.60),
            "share",
            _first,
            note=_note,
        ),
        Part("8b", "what a second cue adds, over the first", "fitted", Band(high=0.25), "share", _second),
    ),
    experiments=(CUES, IDLE),
)
