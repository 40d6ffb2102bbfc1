"""The design of a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.ensemble.design import Arm, Study, make_study, replication_seed
from simulator.errors import InputError
from tests.unit.ensemble.fake_model import Loaded, loaded


def test_every_arm_role_and_replication_once_balanced() -> None:
    study = make_study([loaded("a"), loaded("b")], 2, 5)
    first, second = study.seeds()
    assert [(s.replication, s.arm, s.role, s.seed) for s in study.specs()] == [
        (0, "a", "campaign", first),
        (0, "a", "control", first),
        (0, "b", "campaign", first),
        (0, "b", "control", first),
        (1, "a", "campaign", second),
        (1, "a", "control", second),
        (1, "b", "campaign", second),
        (1, "b", "control", second),
    ]
    assert study.specs()[3].label == "b, replication 0, control"


def test_replication_seeds_are_keyed_distinct_and_pinned() -> None:
    seeds = [replication_seed(seed, number) for seed in range(20) for number in range(200)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**48 for seed in seeds)
    assert make_study([loaded()], 3, 9).seeds() == make_study([loaded("x"), loaded("y")], 5, 9).seeds()[:3]
    assert replication_seed(1, 0) == 0xE374331F6733  # the first 12 digits of sha256('replication 0 of study 1')


def test_labels_are_names_numbered_where_they_repeat() -> None:
    study = make_study([loaded("a"), loaded("a"), loaded("a (2)"), loaded("a")], 1, 1)
    assert [arm.label for arm in study.arms] == ["a", "a (2)", "a (2) (2)", "a (3)"]
    assert [arm.label for arm in make_study([loaded("a"), loaded("a")], 1, 1, ["x", "y"]).arms] == ["x", "y"]


def test_one_scenario_under_two_labels_has_one_address() -> None:
    specs = make_study([loaded("a"), loaded("a")], 1, 1).specs()
    addresses = {spec.address() for spec in specs}
    assert len(specs) == 4
    assert len(addresses) == 2


def test_campaigning_brands() -> None:
    assert make_study([loaded()], 1, 1).arms[0].campaigning() == ("north",)
    assert Arm("a", {}, {}).campaigning() == ()


def test_study_address_keeps_more_replications_together() -> None:
    base = make_study([loaded("a"), loaded("b")], 1, 1).address
    assert make_study([loaded("a"), loaded("b")], 9, 1).address == base
    others = [
        make_study([loaded("a"), loaded("b")], 1, 2),
        make_study([loaded("b"), loaded("a")], 1, 1),
        make_study([loaded("a"), loaded("b", gain=1.0)], 1, 1),
        make_study([loaded("a"), loaded("b")], 1, 1, ["a", "c"]),
    ]
    assert len({base, *(study.address for study in others)}) == 5


def test_addresses_know_files_by_content() -> None:
    def arm(name: str, content: str) -> Loaded:
        return Loaded({"name": "a", "file": name}, {name: content}, {name: Path("/somewhere") / name})

    specs = [make_study([arm(*given)], 1, 1) for given in (("x", "1"), ("/home/y", "1"), ("x", "2"))]
    assert specs[0].address == specs[1].address != specs[2].address
    assert specs[0].specs()[0].address() == specs[1].specs()[0].address() != specs[2].specs()[0].address()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: make_study([], 1, 1), "at least one scenario"),
        (lambda: make_study([loaded()], 0, 1), "replications is 0; allowed: 1 or more"),
        (lambda: make_study([loaded()], 1, -1), "seed is -1"),
        (lambda: make_study([loaded()], 1, 2**64), "seed is"),
        (lambda: make_study([loaded()], 1, 1, ["a", "b"]), "2 labels were given for 1 scenarios"),
        (lambda: make_study([loaded(), loaded()], 1, 1, ["a", "a"]), "two arms bear one label"),
        (lambda: Study((), 1, 1), "at least one scenario"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()
