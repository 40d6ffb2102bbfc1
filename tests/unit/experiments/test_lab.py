"""Workers that stay between the steps of a study, and what becomes of them when something goes wrong."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from simulator.ensemble.design import RunSpec, make_study
from simulator.ensemble.lab import RunTables
from simulator.ensemble.runner import Crew, run_many
from simulator.output.store import ResultStore
from tests.unit.ensemble.fake_model import ENTRY, loaded
from tests.unit.experiments.toy import ToyVariants, toy_lab


def specs(mark: Path, name: str, **settings: object) -> list[RunSpec]:
    return make_study([loaded(name, mark=str(mark), **settings)], 3, 1).specs()


def makers(mark: Path) -> set[str]:
    """The processes that made runs."""
    return {line.split()[0] for line in mark.read_text().splitlines()}


def test_workers_stay_between_calls_and_end_with_the_block(tmp_path: Path) -> None:
    store, first, second = ResultStore(tmp_path / "runs"), tmp_path / "first", tmp_path / "second"
    with Crew() as crew:
        assert not crew.at_hand
        run_many(specs(first, "a", sleep=0.05), store, jobs=2, model=ENTRY, crew=crew)
        assert crew.at_hand
        run_many(specs(second, "b", sleep=0.05), store, jobs=2, model=ENTRY, crew=crew)
    assert makers(second) <= makers(first)
    assert str(os.getpid()) not in makers(first)
    assert multiprocessing.active_children() == []


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "runs")
    with Crew() as crew:
        lost = run_many(specs(tmp_path / "a", "a", dies="control"), store, jobs=2, model=ENTRY, crew=crew)
        found = run_many(specs(tmp_path / "b", "b"), store, jobs=2, model=ENTRY, crew=crew)
    assert [one.status == "failed" for one in lost] == [False, True] * 3
    assert {one.status for one in found} == {"done"}
    assert multiprocessing.active_children() == []


def test_an_interrupted_call_leaves_no_worker(tmp_path: Path) -> None:
    def interrupt(done: int, *_: object) -> None:
        if done:
            raise KeyboardInterrupt

    with Crew() as crew, pytest.raises(KeyboardInterrupt):
        run_many(specs(tmp_path / "a", "a"), ResultStore(tmp_path), jobs=2, model=ENTRY, crew=crew, progress=interrupt)
    assert multiprocessing.active_children() == []
    assert not crew.at_hand


def test_runs_are_found_by_arm_role_and_replication(tmp_path: Path) -> None:
    arms = [ToyVariants().arms(f"point {a}", {"a": a})[0] for a in (1.0, 2.0)]
    lab = toy_lab(tmp_path)
    runs = lab.run(arms, range(2), ("campaign",))
    assert sorted(runs) == [(f"toy point {a}", "campaign", r) for a in (1.0, 2.0) for r in range(2)]
    more = runs.joined(lab.run_pairs([(arms[0], 7)], ("control",)))
    assert len(more) == 5
    assert len(more.tables("toy point 1.0", ("campaign",), [0, 1, 7])) == 2, "only whole replications"
    assert len(lab.places()) == 5
    (one, _) = runs.tables("toy point 2.0", ("campaign",), range(2))
    assert isinstance(one, RunTables)
    assert list(one) == ["outcomes"]
    assert one["outcomes"].set_index("metric")["value"]["curve"] == 4.0


def test_progress_is_told_over_all_calls(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    lab = toy_lab(tmp_path, progress=lambda done, total, *_: told.append((done, total)), expected=6)
    for a in (1.0, 2.0, 3.0):
        lab.run(ToyVariants().arms(f"point {a}", {"a": a}), range(2), ("campaign",))
    assert told[-1] == (6, 6)
    assert max(done for done, _ in told[:3]) == 2
    assert {total for _, total in told} == {6}
