"""`simulator init`."""

from __future__ import annotations

from pathlib import Path

from simulator.app import console
from simulator.errors import StoreError
from simulator.scenario.loader import load
from simulator.scenario.schema import Scenario

FILE = "my_market.yaml"
PARENT = "public_feed"

STARTER = """\
# A market of your own. Check it with    simulator check {file}
# and compare it with a shipped one:     simulator compare {file} {parent}

# Everything that is not said here comes from this scenario ("simulator scenarios" lists all):
extends: {parent}

title: My market
description: What I want to find out.

market:
  users: {users}        # simulated users
  days: {days}            # length of the run

# Lists of brands and platforms merge by name: say the name and what differs.
brands:
  - name: {brand}
    price_yuan: {price}
    # quality: 0.5          # true quality, -1 to 1
    # campaign:
    #   start_day: 2
    #   days: 7
    #   budget_yuan: 20000
    #   deal: 0.1           # discount on the platform, share of the price
  # - name: {other}
  #   remove: true          # takes a brand of the parent out

# What a platform can do is switched and scaled per affordance:
# platforms:
#   - name: {platform}
#     affordances:
#       repost: {{enabled: false}}
#       native_payment: {{enabled: true, bound_share: 0.3}}
"""


def run(folder: Path) -> None:
    """Write a commented scenario into a folder.

    Raises
    ------
    StoreError
        If there is one already, or it cannot be written.
    """
    target = folder / FILE
    text = starter()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        where = target if target.exists() else folder
        raise StoreError(f"{where} exists already and is left as it is; name another folder") from None
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror or error}") from None
    console.say(f"Scenario: {target}")
    console.say(f"Next: simulator check {target}")


def starter() -> str:
    """The text of the scenario, with the names and prices of the one it extends."""
    parent: Scenario = load(PARENT).scenario
    brand = parent.brands[0]
    return STARTER.format(
        file=FILE,
        parent=PARENT,
        users=parent.market.users,
        days=parent.market.days,
        brand=brand.name,
        price=f"{brand.price_yuan:g}",
        other=parent.brands[-1].name,
        platform=parent.platforms[0].name,
    )
