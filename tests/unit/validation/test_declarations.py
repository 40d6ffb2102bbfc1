"""Every registered pattern is declared in full."""

from __future__ import annotations

import pytest

from simulator.errors import InputError
from simulator.validation import PATTERNS
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import Pattern
from simulator.validation.study import choose

WANTED = [1, 2, 3, 4, 6, 8, 9, 10, 13, 15, 16, 17, 18, 19, 20, 21, 23, 24, 26, 27, 28]
ON_DATA = ["D1", "D2", "D3", "D4", "D5", "D7", "D8"]

KINDS = {
    "input": {"6", "9a", "15b", "17b", "19", "21", "23", "24", "26"},
    "fitted": {"1", "4", "8", "13", "15a", "15c", "15d", "20b", "20c", "D1a", "D1b", "D1c", "D5a"},
}
"""Patterns and parts that do not count; all others do."""

ALL = sorted(PATTERNS.values(), key=lambda pattern: pattern.name)


def test_those_wanted_are_there() -> None:
    assert set(PATTERNS) == {*map(str, WANTED), *ON_DATA}
    assert {name for name, pattern in PATTERNS.items() if pattern.data} == set(ON_DATA)


@pytest.mark.parametrize("pattern", ALL, ids=lambda pattern: pattern.name)
def test_a_pattern_says_everything(pattern: Pattern) -> None:
    for said in (pattern.title, pattern.mechanism, pattern.falsified_if, pattern.source):
        assert said.strip() == said != ""
    assert pattern.parts
    for part in pattern.parts:
        assert part.title.strip() == part.title != ""
        assert part.unit
        assert part.band.low <= part.band.high
        assert part.diagnosis == "" or part.diagnosis.endswith(".")
        letters = part.id.removeprefix(pattern.name)
        assert letters == ("" if len(pattern.parts) == 1 else letters[0])


@pytest.mark.parametrize("pattern", ALL, ids=lambda pattern: pattern.name)
def test_only_what_is_judged_counts(pattern: Pattern) -> None:
    for part in pattern.parts:
        expected = [kind for kind, names in KINDS.items() if {part.id, pattern.name} & names]
        assert part.kind == (expected[0] if expected else "judged"), part.id


def test_ids_and_labels_are_unique() -> None:
    ids = [part.id for pattern in ALL for part in pattern.parts]
    assert len(ids) == len(set(ids))
    found: dict[str, Experiment] = {}
    for pattern in ALL:
        for experiment in pattern.needs(pattern.parts):
            assert found.setdefault(experiment.label, experiment) == experiment, "one label, two experiments"


def test_patterns_and_parts_are_chosen_by_id() -> None:
    assert [pattern.name for pattern, _ in choose([])] == [*map(str, WANTED), *ON_DATA]
    chosen = choose(["d7", "10B", "10c"])
    assert [(pattern.name, [part.id for part in parts]) for pattern, parts in chosen] == [
        ("10", ["10b", "10c"]),
        ("D7", ["D7a", "D7b"]),
    ]
    assert len(choose(["10", "10b"])[0][1]) == 4, "the whole pattern, and a part of it again"


def test_an_unknown_pattern_names_those_there_are() -> None:
    with pytest.raises(InputError, match=r"unknown pattern '99'; allowed: .*\b27\b"):
        choose(["99"])
