"""What an experiment does to a model that no scenario can say: reviews that are there, a week of more ads, a post.

Each is a function of the model and the action's own values, called before the first tick.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from simulator.agents.brands import Brand
from simulator.agents.day_plan import DayPlan, PlannedPost
from simulator.kernels import decisions, rng
from simulator.model.market import CommerceModel
from simulator.types import MINUTES_PER_DAY, PostKind

Action = Mapping[str, Any]


def _brand(model: CommerceModel, action: Action) -> Brand:
    return next(brand for brand in model.brands if brand.name == action["brand"])


def reviews(model: CommerceModel, action: Action) -> None:
    """Add reviews to what a brand has: `count` of them with `stars` in all; a count of 0 moves the rating alone."""
    at = _brand(model, action).index
    model.state.brands["reviews"][at] += action["count"]
    model.state.brands["review_stars"][at] += action["stars"]


def ads(model: CommerceModel, action: Action) -> None:
    """Show `factor` times as many ads of a brand for `days` from `start_day`; the budget pays for the planned ones."""
    brand, factor = _brand(model, action), float(action["factor"])
    pulse = range(action["start_day"], action["start_day"] + action["days"])
    planning, paying = brand.plan, brand.pay_ads

    def plan(day: int, *others: Any) -> DayPlan:
        made = planning(day, *others)
        return replace(made, impressions=round(made.impressions * factor)) if day in pulse else made

    def pay_ads(impressions: int, planned: int, platform: Any, day: int) -> None:
        share = factor if day in pulse else 1.0
        paying(round(impressions / share), round(planned / share), platform, day)

    brand.plan = plan  # type: ignore[method-assign, assignment]
    brand.pay_ads = pay_ads  # type: ignore[method-assign]


def posts(model: CommerceModel, action: Action) -> None:
    """Let `count` users post about a brand on day 0, unpaid: the most followed, or a keyed draw of all."""
    brand, keys = _brand(model, action), model.state.key
    if action["by"] == "most followed":
        rows = model.platform.most_followed(action["count"], keys)
    else:
        luck = np.empty(len(keys))
        prefix = np.uint64(rng.absorb(rng.stream(model.seed, decisions.TRIAL_AUTHOR), brand.key))
        rng.fill_uniform(prefix, keys[:], luck)
        rows = [int(row) for row in np.argsort(luck)[: action["count"]]]
    prefix = np.uint64(rng.absorb(rng.stream(model.seed, decisions.TRIAL_POST), brand.key))
    made = []
    for order, row in enumerate(rows):
        key = int(rng.absorb(prefix, order))
        minute = int(rng.unit(rng.absorb(np.uint64(key), 1)) * MINUTES_PER_DAY)
        made.append(PlannedPost(brand.index, row, minute, PostKind.SHARE, key, float(action["opinion"])))
    planning = brand.plan

    def plan(day: int, *others: Any) -> DayPlan:
        found = planning(day, *others)
        return replace(found, posts=(*found.posts, *made)) if day == 0 else found

    brand.plan = plan  # type: ignore[method-assign, assignment]


ACTIONS: dict[str, Callable[[CommerceModel, Action], None]] = {"reviews": reviews, "ads": ads, "posts": posts}
