"""The app over small markets, for browser tests: `python -m tests.support.small_app PORT RESULTS`."""

from __future__ import annotations

import sys
from pathlib import Path

from simulator.app.dashboard.presets import presets, worksheets
from simulator.app.dashboard.server import Settings, serve

SMALL: dict[str, float] = {
    "market.users": 400,
    "market.days": 3,
    "population.sessions_per_day": 12,
    "population.sessions_shape": 2,
    "categories.electronics.interval_days": 20,
    "categories.clothing.interval_days": 6,
    **{f"brands.{brand}.follower_share": 0.2 for brand in ("aurora", "borealis", "cotton", "denim")},
    "brands.aurora.campaign.start_day": 0,
    "brands.cotton.campaign.start_day": 0,
}
PAIRED = ("three_models", "no_payment", "shop_wins")
"""Presets that are run in two worlds; the others are run in one."""
LARGE = "luck"
"""The preset that keeps its size: its runs take long enough to be called off."""


def shrink() -> None:
    """Make every question one of a small, busy market."""
    for shelf in (presets(), worksheets()):
        for name, preset in shelf.items():
            if name != LARGE:
                worlds = 2 if name in PAIRED else 1
                shelf[name] = preset.model_copy(update={"set": {**preset.set, **SMALL}, "worlds": worlds})


if __name__ == "__main__":
    shrink()
    settings = Settings(port=int(sys.argv[1]), results=Path(sys.argv[2]), workers=2)
    serve(settings, lambda address: print(address, flush=True))  # noqa: T201 - whoever started it reads it
