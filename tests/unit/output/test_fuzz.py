"""Some hundred cases of bad input in each run of the tests; `experiments.checks.fuzz` makes as many as are asked."""

from __future__ import annotations

import contextlib
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.checks import mutations
from experiments.checks.fuzz import batch
from experiments.checks.fuzz_targets import TARGETS_OF, placed
from simulator.errors import InputError
from simulator.scenario import yaml
from simulator.scenario.tree import plain

CASES = {"stored studies": 8, "stored runs": 25, "study files": 25, "scenario files": 25, "overrides": 20}


@pytest.mark.parametrize("name", TARGETS_OF)
def test_bad_input_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    outcome = batch(name, range(CASES.get(name, 40)), 618, tmp_path)
    assert not outcome.found
    assert outcome.cases == outcome.refused + outcome.read
    assert outcome.refused > 0


def test_a_case_is_known_by_its_number() -> None:
    content = {"market": {"users": 5}, "brands": [{"name": "a"}]}
    for change in (mutations.tree, lambda luck, one: mutations.text(luck, mutations.yaml_of(one))):
        assert repr(change(Random("1 x 7"), content)) == repr(change(Random("1 x 7"), content))
        assert len({repr(change(Random(f"1 x {n}"), content)) for n in range(30)}) > 20
    assert content == {"market": {"users": 5}, "brands": [{"name": "a"}]}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.randoms(use_true_random=False), st.sampled_from([mutations.text, mutations.raw]))
def test_texts_that_shrink(luck: Random, change) -> None:
    """The same mutations with luck of hypothesis, which finds the smallest text that breaks the reader."""
    text = b"market: {users: 2000}\nbrands:\n- &a {name: x, price_yuan: 1e3}\n- *a\n"
    with contextlib.suppress(InputError), placed("f:"):
        plain(yaml.parse(change(luck, text), "f"))


def test_a_crash_a_hang_and_an_error_without_a_place_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The harness itself: what it should find, it finds."""
    import time

    from experiments.checks import fuzz, fuzz_targets

    def bad(luck: Random, folder: Path) -> None:
        case = int(folder.name[1:])
        if case == 0:
            raise KeyError("x")
        if case == 1:
            with fuzz_targets.placed("x.yaml"):
                raise InputError("is wrong, somewhere")
        if case == 2:
            time.sleep(30)

    monkeypatch.setitem(fuzz_targets.TARGETS_OF, "bad", (bad, 1.0))
    monkeypatch.setattr(fuzz, "SECONDS", 1)
    outcome = batch("bad", range(4), 1, tmp_path)
    assert (outcome.cases, outcome.crashes, outcome.hangs, outcome.read) == (4, 2, 1, 1)
