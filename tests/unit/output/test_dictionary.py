"""The data dictionary and the check of tables against it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from simulator.errors import InputError
from simulator.output import dictionary
from simulator.output.dictionary import COLUMNS, TABLES, Column, Metric, check_tables


def funnel() -> pd.DataFrame:
    return pd.DataFrame({"brand": ["b", "b"], "stage": ["exposed", "paid"], "people": np.array([2, 1], dtype=np.int64)})


def test_declarations_are_whole() -> None:
    assert {column.table for column in COLUMNS} == set(TABLES)
    assert len({(column.table, column.name) for column in COLUMNS}) == len(COLUMNS)
    assert all(column.unit and column.meaning and column.dtype for column in COLUMNS)


def test_tables_as_declared_pass() -> None:
    outcomes = pd.DataFrame({"metric": ["orders"], "brand": [""], "value": [1.0], "unit": ["orders"]})
    check_tables({"funnel": funnel(), "outcomes": outcomes})
    check_tables({"funnel": funnel().iloc[:0]})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.assign(poeple=1), "funnel.poeple: undeclared column"),
        (lambda t: t.drop(columns="brand"), "funnel.brand: missing column"),
        (lambda t: t.astype({"people": np.int32}), "funnel.people: type is int32; allowed: int64"),
        (lambda t: t.assign(stage="kept"), "funnel.stage: value 'kept'; allowed: 'exposed'"),
    ],
)
def test_every_departure_is_named(change, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_tables({"funnel": change(funnel())})
    assert message in str(caught.value)


def test_all_departures_at_once_with_near_names() -> None:
    with pytest.raises(InputError) as caught:
        check_tables({"funnels": funnel(), "funnel": funnel().rename(columns={"people": "peopel"})})
    assert len(caught.value.problems) == 3
    assert "did you mean 'funnel'?" in str(caught.value)
    assert "did you mean 'people'?" in str(caught.value)


def test_comparison_tables_have_their_own_names() -> None:
    with pytest.raises(InputError, match="missing column"):
        check_tables({"funnel": funnel()}, "comparison/")


def test_a_name_may_hold_a_brand(monkeypatch: pytest.MonkeyPatch) -> None:
    more = (*COLUMNS, Column("funnel", "opinion {brand}", "float32", "-1..1", "opinion"))
    monkeypatch.setattr(dictionary, "COLUMNS", more)
    check_tables({"funnel": funnel().assign(**{"opinion a.b": np.float32(0)})})
    with pytest.raises(InputError, match="undeclared column"):
        check_tables({"funnel": funnel().assign(**{"opinion ": np.float32(0)})})


def test_written_forms_hold_everything() -> None:
    metrics = [Metric("reach", "people", "users with an exposure"), Metric("orders", "orders", "needs bought")]
    content = json.loads(dictionary.dictionary_json(metrics))
    page = dictionary.dictionary_markdown(metrics)
    assert list(content["tables"]) == list(TABLES)
    assert sum(len(table["columns"]) for table in content["tables"].values()) == len(COLUMNS)
    assert content["metrics"][0] == {"name": "reach", "unit": "people", "meaning": "users with an exposure"}
    assert "| orders | orders | needs bought |" in page
    for column in COLUMNS:
        assert f"| {column.name} | {column.dtype} |" in page
