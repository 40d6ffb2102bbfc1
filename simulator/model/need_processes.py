"""How often needs arise: by category, season and region, and the impulses beside them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.kernels import decisions, rng
from simulator.kernels.needs import Processes
from simulator.model.build import name_key
from simulator.types import MINUTES_PER_DAY, Array

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.agents.brand_parameters import CategoryParameters

DAYS_OF_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def need_processes(
    categories: Mapping[str, CategoryParameters], days: int, seed: int, regions: Sequence[str], start_month: int
) -> Processes:
    """One process for each category, and one more for the impulses of those that know any.

    Another category, region, season or rate moves no date of the others: a process is keyed by its name.
    """
    kinds = [(name, c, False) for name, c in categories.items()]
    kinds += [(name, c, True) for name, c in categories.items() if c.impulses_per_year > 0]
    horizons = [days + (c.impulse_window_days if latent else c.bring_forward_days) for _, c, latent in kinds]
    bounds = month_bounds(max(horizons) * MINUTES_PER_DAY, start_month)
    progress = np.array([_progress(c.season, bounds, start_month) for _, c, _ in kinds])
    prefixes = {latent: rng.stream(seed, _DECISION[latent]) for latent in (False, True)}
    ends: Any = [np.interp(h * MINUTES_PER_DAY, bounds, p) for h, p in zip(horizons, progress, strict=True)]
    return Processes(
        prefix=np.array([prefixes[latent] for _, _, latent in kinds], np.uint64),
        key=np.array([name_key(name) for name, _, _ in kinds], np.uint64),
        category=np.array([list(categories).index(name) for name, _, _ in kinds], np.uint8),
        latent=np.array([latent for _, _, latent in kinds]),
        interval=np.array([_intervals(c, latent, regions) for _, c, latent in kinds]),
        horizon=np.array(ends, np.float64),
        bounds=bounds,
        progress=progress,
    )


_DECISION = {False: decisions.NEED_GAP, True: decisions.IMPULSE_GAP}


def month_bounds(end: float, start_month: int) -> Array:
    """Minutes at which months begin, from 0 on, and `end`; float64, at least two."""
    bounds = [0.0]
    for month in itertools.count(start_month - 1):
        following = bounds[-1] + DAYS_OF_MONTHS[month % 12] * MINUTES_PER_DAY
        if following >= end:
            return np.array([*bounds, max(end, bounds[-1] + 1.0)])
        bounds.append(following)
    raise AssertionError


def _progress(season: Sequence[float], bounds: Array, start_month: int) -> Array:
    """Where the clock of a season stands at the bounds: it runs as fast as needs arise."""
    if not season:
        return bounds.copy()
    pace = [season[(start_month - 1 + m) % 12] for m in range(bounds.size - 1)]
    return np.concatenate([[0.0], np.cumsum(np.diff(bounds) * pace)])


def _intervals(category: CategoryParameters, latent: bool, regions: Sequence[str]) -> list[float]:
    """Mean minutes between two needs of a user, by region."""
    days = 365.0 / category.impulses_per_year if latent else category.interval_days
    factors = [category.regional.get(name, 1.0) for name in regions]
    return [days * MINUTES_PER_DAY / factor if factor > 0 else np.inf for factor in factors]
