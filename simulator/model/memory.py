"""What a run will take, said before it starts."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import CapacityError
from simulator.model.calendar import HOURLY, WEEKLY
from simulator.model.engine import ROWS_AT_ONCE
from simulator.model.ordinary import announced_bytes
from simulator.model.posts import POST_BYTES
from simulator.model.state import VISIT_BYTES, declared_bytes
from simulator.network.generators import GENERATORS
from simulator.population.synthesis import BLOCK
from simulator.population.table import bytes_per_user
from simulator.types import FEN_PER_YUAN

if TYPE_CHECKING:
    from simulator.agents.brand_parameters import CategoryParameters
    from simulator.scenario.schema import Scenario

MOST_YUAN = 2**62 / FEN_PER_YUAN
"""That all needs of a run may be worth: sums of money are whole fen in int64, with a factor of two to spare."""

BASE_BYTES = 450_000_000
"""Interpreter, libraries and compiled code; measured 330-420 MB."""

COLUMN_BYTES = 4
"""A column of the people that a generator of graphs needs, a user."""

DRAWING_BYTES = 64
"""Transients of drawing attributes, a user of a block."""

REGION_BYTES = 1
"""Who lives where, while the ledger is drawn, a user."""

RESULT_BYTES_PER_NEED = 200
"""The table of needs while it is put in order, a need; measured 190 at ten million users."""

POSTS_A_USER_DAY = 0.05
"""Posts about brands, a user and day, where nothing bounds them; .003 to .05 in the shipped scenarios."""

EDGE_BYTES = 4
ROW_BYTES = 16
"""Offsets of a stored graph and counts of followees, a user."""

BUILD_EDGE_BYTES = 12
"""Edges are sorted in passes: two further copies and their offsets while a graph is made."""


@dataclass(frozen=True)
class Memory:
    """Announced memory in bytes.

    Attributes
    ----------
    per_user : declared bytes of running state a user.
    state : running state, ledger included.
    peak : the most the process is expected to hold, the graph and its building included.
    """

    per_user: int
    state: int
    peak: int

    def __str__(self) -> str:
        return f"{self.per_user} bytes a user, {self.peak / 1e9:.2g} GB at the peak"


def estimate(scenario: Scenario) -> Memory:
    """Memory a run of `scenario` takes."""
    n = scenario.market.users
    platforms, slots = len(scenario.platforms), longest_ring(scenario)
    needs = _needs(scenario)
    state = declared_bytes(n, len(scenario.brands), platforms, slots, int(needs * 1.02) + 1000)
    stored = [layer for layer in _layers(scenario) if getattr(layer, "generator", "") != "procedural"]
    edges = sum(_ties_of(layer, n) for layer in stored)
    at_once = min(n, ROWS_AT_ONCE * (os.cpu_count() or 1))
    visits = int(at_once * _visits_a_tick(scenario) * VISIT_BYTES * 1.25)
    followed = sum(
        announced_bytes(n, scenario.market.days, _ties(scenario, platform.affordances, n), platform.affordances)
        for platform in scenario.platforms
    )
    posts = _posts(scenario)
    drawn = sum(len(GENERATORS[layer.generator].needs) for layer in stored if hasattr(layer, "generator"))
    building = max(edges * BUILD_EDGE_BYTES, min(n, BLOCK) * DRAWING_BYTES, n * REGION_BYTES)
    results = int(needs * RESULT_BYTES_PER_NEED)
    graph = edges * EDGE_BYTES + n * ROW_BYTES * len(stored)
    peak = (
        BASE_BYTES
        + state
        + visits
        + n * COLUMN_BYTES * drawn
        + graph
        + followed
        + posts * POST_BYTES
        + max(building, results)
    )
    return Memory(bytes_per_user(len(scenario.brands), platforms, slots), state, int(peak))


def _posts(scenario: Scenario) -> float:
    """Posts about brands on platforms with a feed."""
    affordances: list[Any] = [platform.affordances for platform in scenario.platforms]
    market = scenario.market
    feeds = sum(1 for a in affordances if a.active("feed"))
    return feeds * min(float(market.most_posts), POSTS_A_USER_DAY * market.users * market.days)


def _needs(scenario: Scenario) -> float:
    """Needs in the ledger, at most."""
    days = scenario.market.days
    return scenario.market.users * sum(_needs_a_user(category, days) for category in scenario.categories.values())


def check_money(scenario: Scenario) -> None:
    """Refuse a market whose money could be more than its counters hold.

    Raises
    ------
    CapacityError
        With the highest price that these needs allow.
    """
    plates = [plate for category in scenario.categories.values() for plate in category.plate_yuan.values()]
    dearest = max(brand.price_yuan for brand in scenario.brands) + max(plates, default=0.0)
    needs = _needs(scenario)
    if needs * dearest > MOST_YUAN:
        raise CapacityError(
            f"up to {needs:,.0f} needs of up to {dearest:,.0f} yuan each could be worth more than the "
            f"{MOST_YUAN:,.0f} yuan that sums of money hold; so many needs allow prices up to "
            f"{math.floor(MOST_YUAN / needs):,} yuan (brands.NAME.price_yuan), or lower market.users"
        )


def _needs_a_user(category: CategoryParameters, days: int) -> float:
    """Needs of a user in the ledger, at most: in the best season and region."""
    due = (days + category.bring_forward_days) / category.interval_days
    latent = (days + category.impulse_window_days) * category.impulses_per_year / 365.0
    return (due + latent) * max(category.season, default=1.0) * max([1.0, *category.regional.values()])


def longest_ring(scenario: Scenario) -> int:
    """Slots of the longest inbox ring of the scenario's platforms."""
    affordances: list[Any] = [platform.affordances for platform in scenario.platforms]
    return max(a.feed.slots if a.active("feed") else 1 for a in affordances)


def _visits_a_tick(scenario: Scenario) -> float:
    """Mean visits of a user in the busiest tick."""
    hours = scenario.market.tick_minutes / 60.0
    busiest = max(HOURLY) if hours <= 6.0 else 1.0
    return scenario.population.sessions_per_day * max(hours, 1.0) / 24.0 * busiest * max(WEEKLY)


def announce(scenario: Scenario, copies: int = 1) -> Memory:
    """Estimate, and refuse what cannot fit: `copies` runs at once.

    Raises
    ------
    CapacityError
        With the largest number of users that would fit; also if sums of money would not, see `check_money`.
    """
    check_money(scenario)
    memory = estimate(scenario)
    available = available_bytes()
    if memory.peak * copies > available:
        largest = largest_that_fits(scenario, available // copies)
        together = f" each for {copies} runs at once (--jobs)" if copies > 1 else ""
        raise CapacityError(
            f"{scenario.market.users:,} users for {scenario.market.days} days need about {memory.peak / 1e9:.1f} GB"
            f"{together}, "
            f"{available / 1e9:.1f} GB are free; the largest that fits here is about {largest:,} users (market.users)"
        )
    return memory


def largest_that_fits(scenario: Scenario, available: int) -> int:
    """Most users of this market whose run is announced to take at most `available` bytes; 0 if none."""
    fits, refused = 0, scenario.market.users
    while refused - fits > 1:
        users = (fits + refused) // 2
        market = scenario.market.model_copy(update={"users": users})
        if estimate(scenario.model_copy(update={"market": market})).peak <= available:
            fits = users
        else:
            refused = users
    return fits


def available_bytes() -> int:
    """Memory that can be taken without swapping."""
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        for line in meminfo.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 0.8)
    return 1 << 62


def _layers(scenario: Scenario) -> list[Any]:
    """The network each platform with a graph uses."""
    used: list[Any] = [platform.affordances for platform in scenario.platforms]
    return [getattr(scenario.network, a.graph.layer) for a in used if a.active("graph")]


def _ties(scenario: Scenario, affordances: Any, n: int) -> int:
    return _ties_of(getattr(scenario.network, affordances.graph.layer), n) if affordances.active("graph") else 0


def _ties_of(source: Any, n: int) -> int:
    if hasattr(source, "file"):
        return Path(source.file).stat().st_size
    for name in ("mean_followees", "mean_friends", "mean_degree", "mean_followers"):
        if hasattr(source, name):
            return int(n * getattr(source, name))
    return n * 100
