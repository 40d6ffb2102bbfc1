"""What kernels read is what was declared."""

from typing import NamedTuple

import numpy as np
import pytest

from simulator.kernels import packed
from simulator.model.market import CommerceModel


def flat(values, path=""):
    for name, value in values._asdict().items():
        if hasattr(value, "_asdict"):
            yield from flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


@pytest.mark.parametrize("name", ["marketplace", "private_circle", "public_feed"])
def test_every_number_arrives(name):
    state = CommerceModel(name, settings=["market.users=50"], rng=3).state
    platform = state.platforms[0]
    for path, value in flat(packed.Numbers(platform.feed, platform.market, platform.after, state.luck)):
        held = platform.numbers
        for step in path.split("."):
            held = held[step]
        assert held.shape[0] == 1
        assert np.array_equal(held.ravel(), np.atleast_1d(value)), path


def test_shared_distrust_is_the_same_wherever_it_is_read():
    platform = CommerceModel("public_feed", settings=["market.users=50"], rng=3).state.platforms[0]
    platform.set_distrust(0.25)
    for held in (platform.feed, platform.market, platform.numbers.feed, platform.numbers.market):
        assert float(held.trust.commons.ravel()[0]) == 0.25


def test_a_field_of_a_kind_without_a_place_is_refused():
    class Odd(NamedTuple):
        name: str

    with pytest.raises(TypeError):
        packed.layout(Odd)


def test_a_name_that_a_record_has_already_is_refused():
    """Without JIT one would read the record's own attribute."""

    class Taken(NamedTuple):
        repeat: float

    with pytest.raises(TypeError, match="repeat"):
        packed.layout(Taken)
