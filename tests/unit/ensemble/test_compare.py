"""A comparison from scenarios to tables and verdict, on a model that can be counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulator.ensemble import compare
from simulator.ensemble.compare import ComparisonResult, compare_scenarios, folder_name
from simulator.ensemble.design import make_study
from simulator.ensemble.outcomes import HEADLINE, RIVALS
from simulator.ensemble.runner import StudyError
from simulator.errors import InputError
from simulator.output.dictionary import check_tables
from simulator.output.store import DamagedRunError
from simulator.output.study import StudyFolder
from simulator.output.tables import table_hash
from tests.unit.ensemble.fake_model import ENTRY, Loaded, loaded


def run(*arms: Loaded, out: Path, replications: int = 3, **settings: Any) -> ComparisonResult:
    asked = {"seed": 1, "jobs": 1, "model": ENTRY, **settings}
    return compare_scenarios(arms, out=out, replications=replications, **asked)


def test_tables_verdict_and_folder(tmp_path: Path) -> None:
    """The fake's campaign earns its gain and a fifth of the luck that arms share: paired effects differ by the gain."""
    result = run(loaded("one"), loaded("two", gain=5.0), out=tmp_path)
    check_tables(result.tables, "comparison/")
    pairs = result.tables["paired_differences"]
    (headline,) = pairs[(pairs["metric"] == HEADLINE) & (pairs["kind"] == "effect")].to_dict("records")
    assert (headline["arm_a"], headline["arm_b"]) == ("one", "two")
    assert [headline[name] for name in ("mean", "low", "high")] == pytest.approx([-5.0] * 3)
    assert headline["correlation"] == pytest.approx(1.0)
    assert result.verdict.winner == "two"
    assert result.verdict.difference == pytest.approx(5.0)
    assert result.folder.path == tmp_path / folder_name(result.study)
    stored = StudyFolder(result.folder.path)
    assert stored.tables() == sorted(result.tables)
    for name, table in result.tables.items():
        pd.testing.assert_frame_equal(stored.table(name), table)
        assert (stored.path / "comparison" / f"{name}.csv").is_file()
    assert sorted(stored.runs.addresses()) == sorted({record.address for record in result.records})
    told = {metric["name"] for metric in json.loads((stored.path / "dictionary.json").read_text())["metrics"]}
    assert set(result.tables["arm_outcomes"]["metric"]) <= told


def test_study_json_says_all_that_was_asked_and_found(tmp_path: Path) -> None:
    result = run(loaded("one", title="First"), loaded("two", platforms=[{"kind": "public_feed"}]), out=tmp_path)
    study = result.folder.study()
    assert (study["kind"], study["status"], study["seed"], study["replications"]) == ("compare", "complete", 1, 3)
    assert study["level"] == 0.95
    assert study["seeds"] == result.study.seeds()
    assert study["arms"][0]["scenario"] == result.study.arms[0].resolved
    shown = [(arm["label"], arm["name"], arm["title"], arm["kind"], arm["campaigning"]) for arm in study["arms"]]
    assert shown == [("one", "one", "First", "", ["north"]), ("two", "two", "", "public_feed", ["north"])]
    assert len(study["runs"]) == 12
    assert study["runs"][0]["address"] == result.records[0].address
    assert study["verdict"]["text"] == result.verdict.text
    assert study["tables"] == {name: table_hash(table) for name, table in result.tables.items()}
    assert "NaN" not in (result.folder.path / "study.json").read_text()


def test_a_second_comparison_reuses_everything(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    arms = [loaded("one", mark=str(mark)), loaded("two", mark=str(mark))]
    first = run(*arms, out=tmp_path)
    second = run(*arms, out=tmp_path)
    more = run(*arms, out=tmp_path, replications=4)
    assert {record.status for record in second.records} == {"reused"}
    assert len(mark.read_text().splitlines()) == 16
    assert first.folder == second.folder == more.folder
    assert more.folder.study()["replications"] == 4
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(second.tables[name], table)


def test_a_pool_gives_the_same_tables(tmp_path: Path) -> None:
    arms = [loaded("one"), loaded("two", gain=1.0)]
    alone, pool = run(*arms, out=tmp_path / "alone"), run(*arms, out=tmp_path / "pool", jobs=2)
    assert alone.folder.study()["tables"] == pool.folder.study()["tables"]
    assert alone.verdict == pool.verdict


@pytest.mark.parametrize("reuse", [True, False])
def test_a_scenario_against_itself(tmp_path: Path, reuse: bool) -> None:
    mark = tmp_path / "mark"
    result = run(loaded("one", mark=str(mark)), loaded("one", mark=str(mark)), out=tmp_path, reuse=reuse)
    pairs = result.tables["paired_differences"]
    assert (pairs[["mean", "low", "high", "bootstrap_low", "bootstrap_high"]] == 0).all(axis=None)
    assert not pairs["separable"].any()
    assert result.verdict.winner == ""
    assert [arm.label for arm in result.study.arms] == ["one", "one (2)"]
    assert len(mark.read_text().splitlines()) == (6 if reuse else 12)
    assert len(result.folder.runs.addresses()) == 6


def test_scenarios_without_a_campaign_have_levels_and_no_effects(tmp_path: Path) -> None:
    brands = [{"name": "north", "campaign": None}, {"name": "south", "campaign": None}]
    result = run(loaded("one", brands=brands), loaded("two", brands=brands), out=tmp_path)
    assert len(result.tables["effects"]) == 0
    assert set(result.tables["summary"]["kind"]) == {"level"}
    assert HEADLINE not in set(result.tables["arm_outcomes"]["metric"])
    assert result.folder.study()["verdict"]["text"].startswith("no campaign to measure: levels only; ")


def test_rivals_and_campaigning_brands_make_up_all(tmp_path: Path) -> None:
    effects = run(loaded("one", gain=5.0), out=tmp_path).tables["effects"]
    total = effects[effects["brand"] == ""].set_index("metric")["value"]
    split = total[HEADLINE].to_numpy() + total[RIVALS].to_numpy()
    assert split == pytest.approx(total["contribution_yuan"].to_numpy())


def test_one_replication_says_that_it_has_no_interval(tmp_path: Path) -> None:
    result = run(loaded("one"), loaded("two", gain=5.0), out=tmp_path, replications=1)
    assert "one replication, no interval: this may be luck" in result.verdict.text
    assert result.folder.study()["verdict"]["low"] is None


def test_failures_end_the_study_after_the_rest_is_made(tmp_path: Path) -> None:
    good, bad = loaded("good"), loaded("bad", fails="control")
    with pytest.raises(StudyError, match="3 of 12 runs failed"):
        run(good, bad, out=tmp_path, name="mine")
    folder = StudyFolder(tmp_path / "mine")
    study = folder.study()
    assert study["status"] == "failed"
    assert [failure["run"] for failure in study["failed"]] == [f"bad, replication {n}, control" for n in range(3)]
    assert len(folder.runs.addresses()) == 9
    assert folder.tables() == []


def test_a_killed_study_says_that_it_was_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(compare, "run_many", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(loaded("one"), out=tmp_path, name="mine")
    assert StudyFolder(tmp_path / "mine").study()["status"] == "running"


def test_damage_found_between_run_and_reading_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = compare.run_many

    def damaged(specs: Any, store: Any, **settings: Any) -> Any:
        records = honest(specs, store, **settings)
        (store.root / records[0].address / "needs.parquet").unlink()
        return records

    monkeypatch.setattr(compare, "run_many", damaged)
    with pytest.raises(DamagedRunError, match=r"needs.parquet is missing; .* run it again"):
        run(loaded("one"), out=tmp_path)


def test_arms_are_told_in_the_folders_name() -> None:
    study = make_study([loaded("a/b: c"), loaded("北京")], 1, 1)
    assert folder_name(study) == f"compare-a-b-c-北京-{study.address[:8]}"
    long = make_study([loaded("x" * 300)], 1, 1)
    assert folder_name(long) == f"compare-{'x' * 60}-{long.address[:8]}"


def test_what_makes_no_sense_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        run(loaded(), out=tmp_path, replications=0)
    assert list(tmp_path.iterdir()) == []


def test_results_do_not_name_their_place(tmp_path: Path) -> None:
    result = run(loaded("one"), out=tmp_path)
    for address in result.folder.runs.addresses():
        assert str(tmp_path) not in (result.folder.runs.root / address / "manifest.json").read_text()
    assert str(tmp_path) not in json.dumps(result.folder.study())
