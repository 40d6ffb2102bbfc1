"""Markets with parameters at the ends of their ranges, one by one or many at once.

``python -m tests.support.corners --count 2000 --seed 1`` runs that many combinations and says which broke.
"""

from __future__ import annotations

import argparse
import random
import time
from functools import cache
from typing import Any

from simulator.affordances import AFFORDANCES
from simulator.agents.brand_parameters import BrandParameters, CategoryParameters
from simulator.agents.campaign_parameters import CHANNELS, CampaignParameters
from simulator.parameters import rows
from simulator.population.parameters import PopulationParameters
from simulator.scenario.schema import Scenario
from tests.support.books import check_everything, finished
from tests.support.worlds import busy, on

BRANDS = ("aurora", "borealis", "cotton", "denim")
KIND = "public_feed"
ON = {name: {"enabled": True} for name in AFFORDANCES}
BUSIER = {
    "repost": {"hazard": 0.05},
    "peer_sellers": {"share": 0.05},
    "fatigue": {"mute_hazard": 0.01},
    "native_payment": {"bound_share": 0.3},
}
EVERYTHING = {name: block | BUSIER.get(name, {}) for name, block in ON.items()}

SHARES = tuple(f"{channel}_share" for channel in CHANNELS)
HELD_BACK = {
    **{(name, 1): {other: 0.0 for other in SHARES if other != name} for name in SHARES},
    ("nest_scale", 0.05): {"outlet_scale": 0.05},
    ("outlet_scale", 1): {"nest_scale": 1.0},
    ("full_online", 1): {"full_dealer": 0.0},
    ("full_dealer", 1): {"full_online": 0.0},
}
"""What must give way when a parameter of the same block goes to an end."""


def ends(model: type, *where: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """The path and the lowest and highest value of every parameter of a block that has a range."""
    bounds = [(row["path"], row[end]) for row in rows(model) for end in ("low", "high")]
    return [((*where, *name.split(".")), value) for name, value in bounds if value is not None]


def every_end() -> list[tuple[tuple[Any, ...], Any]]:
    found = []
    for name, kind in AFFORDANCES.items():
        found += ends(kind, "platforms", 0, "affordances", name)
    cotton = ("brands", BRANDS.index("cotton"))
    found += ends(CategoryParameters, "categories", "clothing") + ends(PopulationParameters, "population")
    found += ends(CampaignParameters, *cotton, "campaign") + ends(BrandParameters, *cotton)
    return list(dict.fromkeys(found))


@cache
def plain() -> Scenario:
    """A short market with every affordance on."""
    grid = ("market.days=2", "market.tick_minutes=240", "categories.clothing.delivery_days=0.5")
    return busy(KIND, 120, *grid, *on(KIND, **EVERYTHING))


def changed(where: tuple[Any, ...], **values: Any) -> Scenario:
    """The short market with some values of one block changed."""
    tree = plain().model_dump()
    block = tree
    for step in where:
        block = block[step]
    block |= values
    return Scenario.model_validate(tree)


def combination(seed: int) -> Scenario:
    """A short market with half of all parameters at an end of their range and some affordances off.

    What must give way gives way: shares of a budget to the first that takes it, the inner scale of choice to
    the outer, the shortest delay to the longest.
    """
    luck = random.Random(seed)
    tree = plain().model_dump()
    by_path: dict[tuple[Any, ...], list[Any]] = {}
    for path, value in every_end():
        by_path.setdefault(path, []).append(value)
    for (*where, name), values in by_path.items():
        if luck.random() < 0.5:
            block = tree
            for step in where:
                block = block[step]
            block[name] = luck.choice(values)
    for block in tree["platforms"][0]["affordances"].values():
        block["enabled"] = luck.random() < 0.8
    tree["platforms"][0]["affordances"]["graph"]["layer"] = luck.choice(["circle", "follow"])
    tree["market"] |= {"users": luck.choice([10, 60, 150]), "tick_minutes": luck.choice([60, 240, 1440])}
    campaign = tree["brands"][BRANDS.index("cotton")]["campaign"]
    left = 1.0
    for name in luck.sample(SHARES, len(SHARES)):
        campaign[name] = min(campaign[name], left)
        left -= campaign[name]
    late = tree["platforms"][0]["affordances"]["late_discovery"]
    late["least_hours"] = min(late["least_hours"], late["most_hours"] / 2)
    for goods in tree["categories"].values():
        goods["outlet_scale"] = min(goods["outlet_scale"], goods["nest_scale"])
        goods["full_dealer"] = min(goods["full_dealer"], 1.0 - goods["full_online"])
    return Scenario.model_validate(tree)


def main() -> None:
    """Run combinations and count what broke."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("--count", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    began, broken = time.monotonic(), 0
    for seed in range(given.seed, given.seed + given.count):
        try:
            check_everything(finished(combination(seed), seed))
        except Exception as error:
            broken += 1
            print(f"seed {seed}: {type(error).__name__}: {str(error)[:400]}", flush=True)  # noqa: T201
    spent = time.monotonic() - began
    print(f"{given.count} combinations, seeds {given.seed} to {seed}: {broken} broken; {spent:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
