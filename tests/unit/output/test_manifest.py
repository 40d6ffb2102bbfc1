"""Manifests and content addresses."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from simulator.errors import StoreError
from simulator.output.manifest import (
    ADDRESS_LENGTH,
    Manifest,
    SchemaVersionError,
    StoredTable,
    address,
    canonical_json,
    new_manifest,
)

SCENARIO = {"name": "a", "market": {"users": 10, "rate": 0.1}, "network": {"follow": {"file": "edges.tsv"}}}
FILES = {"edges.tsv": "f" * 64}


def make(**changes: object) -> Manifest:
    asked = {"scenario": SCENARIO, "seed": 7, "role": "campaign", "files": FILES, **changes}
    return new_manifest(**asked)  # type: ignore[arg-type]


def test_round_trip() -> None:
    table = StoredTable(3, "a" * 64, "panel.parquet", "b" * 64, 100)
    manifest = make(timings={"simulate": np.float64(1.5)}, memory={"declared_bytes": np.int64(9)})
    manifest = manifest.with_tables({"panel": table})
    back = Manifest.from_json(manifest.to_json())
    assert back == manifest
    assert back.table_hashes() == {"panel": "a" * 64}
    assert back.own_address() == back.address == manifest.address


@pytest.mark.parametrize("text", ["", "[]", "{", "{}", '{"schema_version": 1}', '{"schema_version": 1, "tables": 3}'])
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        Manifest.from_json(text)


def test_another_schema_version_is_told_apart() -> None:
    fields = json.loads(make().to_json()) | {"schema_version": 99}
    with pytest.raises(SchemaVersionError, match="99"):
        Manifest.from_json(json.dumps(fields))


def test_address_depends_on_scenario_seed_role_files_and_engine() -> None:
    base = address(SCENARIO, 7, "campaign", FILES, "e")
    others = [
        address({**SCENARIO, "market": {"users": 11, "rate": 0.1}}, 7, "campaign", FILES, "e"),
        address(SCENARIO, 8, "campaign", FILES, "e"),
        address(SCENARIO, 7, "control", FILES, "e"),
        address(SCENARIO, 7, "campaign", {"edges.tsv": "0" * 64}, "e"),
        address(SCENARIO, 7, "campaign", FILES, "other"),
    ]
    assert len({base, *others}) == 6
    assert len(base) == ADDRESS_LENGTH
    assert set(base) <= set("0123456789abcdef")


def test_address_does_not_depend_on_order_or_place() -> None:
    base = address(SCENARIO, 7, "campaign", FILES, "e")
    assert address(dict(reversed(SCENARIO.items())), np.int64(7), "campaign", FILES, "e") == base  # type: ignore[arg-type]
    moved = {**SCENARIO, "network": {"follow": {"file": "/elsewhere/edges.tsv"}}}
    assert address(moved, 7, "campaign", {"/elsewhere/edges.tsv": "f" * 64}, "e") == base


def test_address_does_not_depend_on_how_the_run_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    base = make().address
    monkeypatch.setattr(os, "cpu_count", lambda: 1000)
    assert make(engine="agents", timings={"x": 1.0}).address == base


def test_which_file_is_which_counts() -> None:
    two = {"a": "x", "b": "y"}
    files = {"x": "1" * 64, "y": "2" * 64}
    assert address(two, 1, "campaign", files, "e") != address({"a": "y", "b": "x"}, 1, "campaign", files, "e")


def test_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="campaign, control"):
        address(SCENARIO, 7, "treatment", FILES, "e")


def test_canonical_json_is_exact_and_finite() -> None:
    assert canonical_json({"b": 0.1, "a": [1, True, None, "é"]}) == '{"a":[1,true,null,"é"],"b":0.1}'
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json({"a": float("nan")})
    with pytest.raises(TypeError, match="no JSON value"):
        canonical_json({"a": object()})


def test_nothing_names_a_person_or_place() -> None:
    text = make().to_json()
    assert os.path.expanduser("~") not in text or os.path.expanduser("~") == "/"
    assert set(make().host) == {"cpu_count", "system", "machine"}
