"""A study's folder."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from simulator.ensemble.outcomes import metrics
from simulator.errors import StoreError
from simulator.metrics import METRICS
from simulator.output.dictionary import COLUMNS
from simulator.output.study import FILES, StudyFolder


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    folder = StudyFolder(tmp_path / "study")
    files = folder.write_tables({"effects": pd.DataFrame({"arm": ["a", "北"], "value": [1.5, float("nan")]})})
    folder.write_study({"seed": 1, "arms": [{"label": "北"}], FILES: files})
    return folder


def test_what_is_written_is_read(study: StudyFolder) -> None:
    content = study.study()
    assert {name: content[name] for name in ("seed", "arms")} == {"seed": 1, "arms": [{"label": "北"}]}
    assert set(content) == {"seed", "arms", FILES}
    assert study.tables() == ["effects"]
    assert study.table("effects")["arm"].tolist() == ["a", "北"]
    assert (study.path / "comparison" / "effects.csv").read_bytes() == "\ufeffarm,value\na,1.5\n北,\n".encode()
    assert {file.name for file in study.path.iterdir()} == {
        "study.json", "dictionary.json", "dictionary.md", "comparison",
    }  # fmt: skip
    assert study.runs.root == study.path / "runs"


def test_the_dictionary_is_the_same_whoever_writes_it_first(tmp_path: Path) -> None:
    """It names every table that can be written, so that no order of commands shows in it."""
    first, second = StudyFolder(tmp_path / "first"), StudyFolder(tmp_path / "second")
    first.write_dictionary(metrics())
    second.write_study({"seed": 1}, metrics())
    second.write_dictionary(metrics())
    for name in ("dictionary.json", "dictionary.md"):
        assert (first.path / name).read_bytes() == (second.path / name).read_bytes()
    told = json.loads((first.path / "dictionary.json").read_text("utf-8"))
    assert [one["name"] for one in told["metrics"]][: len(METRICS)] == list(METRICS)
    columns = {(table, one["name"]) for table, held in told["tables"].items() for one in held["columns"]}
    assert columns == {(column.table, column.name) for column in COLUMNS}


def test_writing_again_replaces(study: StudyFolder) -> None:
    files = study.write_tables({"effects": pd.DataFrame({"arm": ["b"]})})
    study.write_study({"seed": 2, FILES: files})
    assert study.study()["seed"] == 2
    assert study.table("effects")["arm"].tolist() == ["b"]


def test_an_unknown_table_names_the_known(study: StudyFolder) -> None:
    with pytest.raises(StoreError, match=r"it has effects; did you mean 'effects'\?"):
        study.table("efects")


@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_one_bit_of_a_table_is_missed(study: StudyFolder, place: float) -> None:
    path = study.path / "comparison" / "effects.parquet"
    data = bytearray(path.read_bytes())
    data[int(place * (len(data) - 1))] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(StoreError, match=r"was altered .* repeat the study"):
        study.table("effects")


def test_tables_of_a_study_under_way_are_not_read(study: StudyFolder) -> None:
    study.write_study({"status": "running"})
    with pytest.raises(StoreError, match="not finished; repeat the study"):
        study.table("effects")


def test_one_digit_of_study_json_is_missed(study: StudyFolder) -> None:
    path = study.path / "study.json"
    path.write_text(path.read_text("utf-8").replace('"seed": 1', '"seed": 3'), "utf-8")
    with pytest.raises(StoreError, match=r"altered .its seal does not fit.; repeat the study"):
        study.study()


def test_what_was_written_before_there_were_hashes_is_read(study: StudyFolder) -> None:
    content = {name: value for name, value in study.study().items() if name != FILES}
    (study.path / "study.json").write_text(json.dumps(content), "utf-8")
    assert study.table("effects")["arm"].tolist() == ["a", "北"]
    (study.path / "comparison" / "effects.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(StoreError, match="repeat the study"):
        study.table("effects")


def test_damage_is_told_plainly(study: StudyFolder, tmp_path: Path) -> None:
    deep = ("[" * 100_000, '{"a":' * 100 + "1" + "}" * 100)
    shapes = ('{"arms": 3}', '{"arms": [3]}', '{"arms": [{"label": 3}]}', '{"seed": true}', '{"runs": {}}')
    for text in ("{", "[]", '{"a": "\\ud800"}', "9" * 5000, *deep, *shapes):
        (study.path / "study.json").write_text(text)
        with pytest.raises(StoreError, match="repeat the study"):
            study.study()
    with pytest.raises(StoreError, match="holds no study"):
        StudyFolder(tmp_path).study()
