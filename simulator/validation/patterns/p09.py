"""Strong ties persuade more, weak ties tell more."""

from __future__ import annotations

import numpy as np

from simulator.types import Array
from simulator.validation.context import Context, Run
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import Band, Part, Pattern

SILENT_ACCOUNTS = tuple(f"brands.{brand}.campaign.posts_per_day=0" for brand in ("aurora", "cotton"))
"""Brands' own accounts have no tie to anybody."""


def _feed(label: str, setting: str) -> Experiment:
    settings = (*SILENT_ACCOUNTS, f"platforms.public_feed.affordances.{setting}")
    settings = ("market.users=10000", *settings)
    return Experiment(f"ties: {label}", "public_feed", settings, tables=("users", "panel"), size="own")


ALL_STRONG = _feed("all strong", "graph.strong_share=1")
ALL_WEAK = _feed("all weak", "graph.strong_share=0")
NO_INFLUENCE = _feed("nobody persuades", "influence.enabled=false")
FEW = (
    "market.users=1000",
    "market.days=5",
    *(f"brands.{brand}.campaign.budget_yuan=200" for brand in ("aurora", "cotton")),
)
"""Users are asked one by one here, so there are few; budgets are as dense as with many."""

FEED = Experiment("who tells in a feed", "public_feed", FEW, watch=("ties",), tables=(), size="own")
CIRCLE = Experiment("who tells in a circle", "private_circle", FEW, watch=("ties",), tables=(), size="own")


def _opinion(run: Run) -> float:
    users = run.table("users")
    return float(sum(users[name].astype(np.float64).sum() for name in users if str(name).startswith("opinion_")))


def _impressions(run: Run) -> float:
    return float(run.table("panel")["impressions"].sum())


def _persuasion(context: Context) -> Array:
    """Opinion moved by one seen post when all ties are strong, over the same when all are weak."""
    without = context.values(NO_INFLUENCE, _opinion)
    strong, weak = (
        (context.values(one, _opinion) - without) / context.values(one, _impressions) for one in (ALL_STRONG, ALL_WEAK)
    )
    return np.asarray(strong / weak)


def weak_share(run: Run) -> float:
    """Share of first awareness that came by weak ties, of all that came by ties."""
    ties = run.table("ties")
    return float(ties["weak"].sum() / (ties["weak"].sum() + ties["strong"].sum()))


def _in_feed(context: Context) -> Array:
    return context.values(FEED, weak_share)


def _in_circle(context: Context) -> Array:
    return context.values(CIRCLE, weak_share)


CIRCLE_DIAGNOSIS = (
    "awareness in the circle comes by ties in proportion to their number, and seven in ten are weak: it would be "
    "mended if close friends' posts were read first or written more often, which is not done because the feed orders "
    "posts by time alone."
)

PATTERN = Pattern(
    "9",
    "Strong ties persuade, weak ties inform",
    "tie strength",
    "reversed",
    "Bakshy, Rosenn, Marlow & Adamic 2012",
    (
        Part(
            "9a",
            "opinion moved by an exposure, strong over weak tie",
            "input",
            Band(1.3, 4),
            "x",
            _persuasion,
            experiments=(ALL_STRONG, ALL_WEAK, NO_INFLUENCE),
        ),
        Part("9b", "awareness by weak ties in the feed", "judged", Band(0.5), "share", _in_feed, experiments=(FEED,)),
        Part(
            "9c",
            "awareness by weak ties in the circle",
            "judged",
            Band(high=0.4),
            "share",
            _in_circle,
            CIRCLE_DIAGNOSIS,
            experiments=(CIRCLE,),
        ),
    ),
)
