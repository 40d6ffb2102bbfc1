"""What a run says it will take, and what it takes."""

from __future__ import annotations

import re
from dataclasses import fields

import numpy as np
import pytest

from simulator.affordances import AFFORDANCES
from simulator.errors import CapacityError
from simulator.kernels.state import NEED
from simulator.model import memory
from simulator.model.market import CommerceModel
from simulator.model.state import declared_bytes
from simulator.population.table import bytes_per_user
from simulator.scenario.market import MarketParameters
from simulator.types import FEN_PER_YUAN, MINUTES_PER_DAY
from tests.support.worlds import KINDS, busy, on

GIGABYTE = 10**9


def held(state) -> int:
    """Bytes of the arrays of a run: users and the ledger."""
    users = [getattr(state.table, field.name) for field in fields(state.table)]
    return sum(array.nbytes for array in (*users, state.needs.start, state.needs.table))


@pytest.mark.parametrize("slots", [1, 8])
@pytest.mark.parametrize("kind", KINDS)
def test_declared_bytes_are_those_allocated(kind, slots):
    settings = on(kind, feed={"slots": slots}) if kind != "marketplace" else ()
    model = CommerceModel(busy(kind, 700, *settings), rng=1)
    inbox = slots if kind != "marketplace" else 1
    needs = model.state.needs.table.size
    assert model.memory.per_user == bytes_per_user(4, 1, inbox)
    assert held(model.state) == declared_bytes(700, 4, 1, inbox, needs)


@pytest.mark.parametrize("kind", KINDS)
def test_the_announced_state_is_not_passed(kind):
    """The number of needs is Poisson; its mean and 2 % and a thousand are announced, and of 30,000 people no more come.

    Some 180,000 needs are expected, so a false alarm is 10 standard deviations away; one is announced too much by 3 %.
    """
    model = CommerceModel(busy(kind, 30_000), rng=1)
    assert held(model.state) <= model.memory.state <= 1.03 * held(model.state)


def test_the_peak_is_more_than_the_state():
    for kind in KINDS:
        announced = memory.estimate(busy(kind))
        assert announced.peak > announced.state + memory.BASE_BYTES
        assert str(announced.per_user) in str(announced)


@pytest.mark.parametrize("kind", KINDS)
def test_more_of_anything_takes_more(kind):
    peak = memory.estimate(busy(kind, 100_000)).peak
    assert memory.estimate(busy(kind, 200_000)).peak > peak
    assert memory.estimate(busy(kind, 100_000, "market.days=50")).peak > peak
    assert memory.estimate(busy(kind, 100_000, "categories.clothing.interval_days=1")).peak > peak


@pytest.mark.parametrize("users", [300_000, 2_000_000_000])
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_cannot_fit_is_refused_and_the_largest_named(kind, users, monkeypatch):
    """The size it names is accepted, and one 2 % larger is not."""
    monkeypatch.setattr(memory, "available_bytes", lambda: GIGABYTE * 6 // 10)
    with pytest.raises(CapacityError) as refused:
        CommerceModel(busy(kind, users))
    said = str(refused.value)
    assert f"{users:,} users" in said
    assert "0.6 GB are free" in said
    largest = int(re.search(r"about ([\d,]+) users", said)[1].replace(",", ""))
    memory.announce(busy(kind, largest))
    with pytest.raises(CapacityError):
        memory.announce(busy(kind, largest + largest // 50))


def test_nothing_fits_where_there_is_nothing(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 0)
    with pytest.raises(CapacityError, match="about 0 users"):
        memory.announce(busy("marketplace", 10))


def test_it_is_refused_before_anything_is_made(monkeypatch):
    """No population is drawn first."""

    def drawn(*_):
        raise AssertionError("a population was drawn")

    monkeypatch.setattr("simulator.model.market.population_of", drawn)
    with pytest.raises(CapacityError):
        CommerceModel(busy("public_feed", 2_000_000_000))
    assert np.iinfo(np.int32).max > 2_000_000_000


def test_free_memory_is_a_number_of_bytes():
    assert GIGABYTE // 100 < memory.available_bytes() <= 1 << 62


def test_money_that_its_counters_could_not_hold_is_refused(monkeypatch):
    """The price it names is accepted, and one of 2 % more is not; there is memory enough."""
    monkeypatch.setattr(memory, "available_bytes", lambda: 2**62)
    many = ("categories.clothing.interval_days=0.5", "categories.electronics.interval_days=0.5", "market.days=365")

    def market(price):
        prices = (f"brands.{name}.price_yuan={price}" for name in names)
        return busy("marketplace", 2_000_000_000, *many, *prices)

    names = [brand.name for brand in busy("marketplace", 100).brands]
    with pytest.raises(CapacityError, match="than the 46,116,860,184,273,880 yuan that sums of money hold") as refused:
        memory.announce(market(1e8))
    allowed = int(re.search(r"prices up to ([\d,]+) yuan", str(refused.value))[1].replace(",", ""))
    memory.announce(market(allowed))
    with pytest.raises(CapacityError, match="sums of money"):
        memory.announce(market(int(allowed * 1.02)))
    assert np.iinfo(np.int64).max > memory.MOST_YUAN * FEN_PER_YUAN


def test_counters_of_a_need_are_wide_enough_for_what_may_be_declared():
    """Attempts are counted in a byte, and a day's minutes in 32 bits, at the ends of their declared ranges."""
    most = AFFORDANCES["checkout"].model_fields["attempts"].metadata
    assert max(one.le for one in most if hasattr(one, "le")) < np.iinfo(NEED["attempts"]).max
    days = MarketParameters.model_fields["days"].metadata
    assert 2 * max(one.le for one in days if hasattr(one, "le")) * MINUTES_PER_DAY < np.iinfo(NEED["due"]).max
