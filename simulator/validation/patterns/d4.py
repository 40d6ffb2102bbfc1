"""The same posts on real circles and real feeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from simulator.affordances import AFFORDANCES
from simulator.metrics.cascades import cascade_rows
from simulator.types import Array
from simulator.validation.context import Context, Run
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.sales import orders

CIRCLES = {
    "ego_facebook": ("graph_und_ego_facebook.tsv.gz", 4_039),
    "American75": ("graph_und_socfb_American75.tsv.gz", 6_386),
    "lastfm_asia": ("graph_und_lastfm_asia.tsv.gz", 7_624),
}
FEEDS = {
    "higgs_retweet": ("graph_dir_higgs_retweet.tsv.gz", 256_491),
    "slashdot0902": ("graph_dir_slashdot0902.tsv.gz", 82_168),
    "bofa_careers": ("graph_dir_twitter_brand_bofa_careers.tsv.gz", 13_688),
}
BRANDS = ("aurora", "cotton")
"""One product of each category, so that neither takes sales from the other."""

POSTS = 5
"""Users who post about each: the most followed ones, whom a campaign would hire. So few, that the same people are not
told again and again in a small network."""

COMMON = (
    "market.days=7",
    *(
        f"categories.{name}={{interval_days: 3, search_window_days: 3, share_rate: 0}}"
        for name in ("electronics", "clothing")
    ),
    *(f"brands.{brand}.known_share=1" for brand in BRANDS),
)
"""Everybody knows the offer and needs it often, so that a changed mind shows; nothing else is told."""

KEPT = {
    "graph": "{enabled: true}",
    "influence": "{enabled: true}",
    "checkout": "{enabled: true, steps: 4}",
    "repost": "{enabled: true, hazard: 0.006}",
    "feed": "{enabled: true, background_posts: 0.8}",
}
"""What is not the network is the same on both: the posts, the hazard of passing one on, the checkout."""

ALIKE = {name: KEPT.get(name, "{enabled: false}") for name in AFFORDANCES}


def _on(kind: str, layer: str, name: str, file: str, users: int, edges: str) -> Experiment:
    alike = tuple(f"platforms.{kind}.affordances.{key}={block}" for key, block in ALIKE.items())
    actions = tuple(
        {"do": "posts", "brand": brand, "count": POSTS, "by": "most followed", "opinion": 0.8} for brand in BRANDS
    )
    return Experiment(
        f"posts on {name}",
        kind,
        (f"market.users={users}", *COMMON, *alike),
        role="control",
        actions=actions,
        tables=("needs", "panel", "posts"),
        size="own",
        data=(layer, file, edges),
    )


ON_CIRCLES = tuple(_on("private_circle", "circle", n, f, u, "undirected") for n, (f, u) in CIRCLES.items())
ON_FEEDS = tuple(
    _on("public_feed", "follow", n, f, u, "follows" if n == "higgs_retweet" else "flows") for n, (f, u) in FEEDS.items()
)


def _without(experiment: Experiment) -> Experiment:
    return replace(experiment, label=f"no {experiment.label}", actions=())


SILENT = tuple(map(_without, (*ON_CIRCLES, *ON_FEEDS)))


def _impressions(run: Run) -> float:
    return float(run.table("panel")["impressions"].sum())


def _reach(run: Run) -> float:
    """Impressions of one post and its reposts."""
    return _impressions(run) / (POSTS * len(BRANDS))


def _depth(run: Run) -> float:
    """Mean over posts of the longest way from a post to a repost of it."""
    return float(cascade_rows(run.table("posts"))["depth"].mean())


def _mean_log(context: Context, experiments: tuple[Experiment, ...], measure: Callable[[Run], float]) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.mean([np.log(context.values(one, measure)) for one in experiments], axis=0))


def _reach_contrast(context: Context) -> Array:
    return _mean_log(context, ON_FEEDS, _reach) - _mean_log(context, ON_CIRCLES, _reach)


def _mean_depth(context: Context, experiments: tuple[Experiment, ...]) -> Array:
    return np.asarray(np.mean([context.values(one, _depth) for one in experiments], axis=0))


def _depth_contrast(context: Context) -> Array:
    return _mean_depth(context, ON_FEEDS) - _mean_depth(context, ON_CIRCLES)


def _adoption(context: Context, experiments: tuple[Experiment, ...]) -> Array:
    """Orders of the brands that the posts added, anywhere, per thousand impressions."""
    found = []
    for one in experiments:
        with_posts, without = (
            np.array([orders(run, BRANDS).sum() for run in context.runs(each)]) for each in (one, _without(one))
        )
        found.append(1000 * (with_posts - without) / context.values(one, _impressions))
    return np.asarray(np.mean(found, axis=0))


def _adoption_contrast(context: Context) -> Array:
    return _adoption(context, ON_CIRCLES) - _adoption(context, ON_FEEDS)


def _each(context: Context, measure: Callable[[Run], float]) -> str:
    return ", ".join(
        f"{one.label.removeprefix('posts on ')} {context.values(one, measure).mean():,.3g}"
        for one in (*ON_CIRCLES, *ON_FEEDS)
    )


def _adoptions(context: Context) -> str:
    return ", ".join(
        f"{one.label.removeprefix('posts on ')} {_adoption(context, (one,)).mean():.3g}"
        for one in (*ON_CIRCLES, *ON_FEEDS)
    )


PATTERN = Pattern(
    "D4",
    "The same posts on three real circles and three real feeds",
    "structure of ties",
    "a feed reaches less far, is shallower, or persuades more per exposure",
    "SNAP, Facebook100, FEATHER, De Domenico et al. 2013; contrast by claims S2 and S6",
    (
        Part(
            "D4a",
            "impressions of a hub's post, feed over circle",
            "judged",
            Band(0.0),
            "log ratio",
            _reach_contrast,
            note=lambda context: _each(context, _reach),
        ),
        Part(
            "D4b",
            "depth of the cascade of a hub's post, feed less circle",
            "judged",
            Band(0.0),
            "steps",
            _depth_contrast,
            "a post lives four days and a circle is dense, so chains are as long in a circle as in a "
            "feed; nothing in the model keeps friends from passing a post on, unlike the hidden re-share of circles.",
            note=lambda context: _each(context, _depth),
        ),
        Part(
            "D4c",
            "orders added by 1,000 impressions, circle less feed",
            "judged",
            Band(0.0),
            "orders",
            _adoption_contrast,
            "in a circle the same people are reached again and again, and a second exposure moves an "
            "opinion less than the first, which outweighs the stronger ties; counting people reached instead of "
            "impressions would not be the observable.",
            note=_adoptions,
        ),
    ),
    experiments=(*ON_CIRCLES, *ON_FEEDS, *SILENT),
    data=True,
)
