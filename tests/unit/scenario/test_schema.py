"""The schema for editors, and the words for what a model declares."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from simulator.affordances import AFFORDANCES
from simulator.parameters import Parameters, parameter
from simulator.scenario import yaml
from simulator.scenario.declared import declared
from simulator.scenario.schema import Scenario, export_schema
from simulator.scenario.validate import validate


class Inner(Parameters):
    """A block."""

    share: float = parameter(0.5, low=0, high=1, unit="share", doc="a share", source="test")
    rate: float = parameter(1.0, low=0, high=9, unit="1/d", doc="a rate", source="test")
    code: int = parameter(0, low=0, high=2, unit="code", doc="a code", source="test")
    least: int = parameter(1, low=1, unit="users", doc="at least", source="test")
    word: Literal["a", "b"] = parameter("a", unit="-", doc="a word", source="test")
    both: float | str = parameter(0.0, unit="-", doc="two kinds", source="test")
    maybe: float | None = parameter(None, low=0, high=1, unit="share", doc="or none", source="test")
    length: float = parameter(1.0, unit="d", doc="no bounds", source="test")


class Outer(Parameters):
    """Blocks in a list and under free names."""

    items: tuple[Inner, ...] = parameter((), unit="-", doc="items", source="test")
    named: dict[str, Inner] = parameter({}, unit="-", doc="by name", source="test")
    needed: Inner = parameter(..., unit="-", doc="the needed one", source="test")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (("items", 0, "share"), "0 to 1 share"),
        (("named", "any", "rate"), "0 to 9, in 1/d"),
        (("needed", "code"), "a whole number, 0 to 2"),
        (("needed", "least"), "a whole number, at least 1 users"),
        (("needed", "word"), "a or b"),
        (("needed", "both"), "a number or text"),
        (("needed", "maybe"), "0 to 1 share or null"),
        (("needed", "length"), "a number in d"),
        (("items",), "a list"),
        (("named",), "a block of keys"),
    ],
)
def test_what_is_allowed_is_told_from_the_declaration(path: tuple[str | int, ...], allowed: str) -> None:
    found = declared(Outer, path)
    assert found is not None
    assert found.allowed() == allowed


def test_nothing_is_declared_under_an_unknown_path() -> None:
    assert declared(Outer, ("items", "share")) is None
    assert declared(Outer, ("needed", "share", "x")) is None


def messages(text: str, model: type[Parameters] = Outer) -> list[str]:
    instance, problems = validate(yaml.parse(text, "f"), model)
    assert (instance is None) == bool(problems)
    return [str(problem) for problem in problems]


def test_any_model_can_be_validated() -> None:
    assert messages("needed: {share: 1}\nitems: [{rate: 2}]\nnamed: {x: {maybe: null}}") == []
    assert messages("items: [{share: 2}]\nnamed: {x: {both: [1]}}") == [
        "f:1:17: items.0.share: out of range; given 2; allowed: 0 to 1 share",
        "f:2:19: named.x.both: must be a number; given a list; allowed: a number or text",
        "f:1:1: needed: missing key (the needed one); allowed: a block of keys",
    ]


@pytest.mark.parametrize("value", ["true", "'0.5'", "[0.5]", "{a: 1}", "null", ".nan", "0x1", "2014-06-18"])
def test_only_numbers_are_numbers(value: str) -> None:
    assert "needed.share: must be a" in messages(f"needed: {{share: {value}}}")[0]


@pytest.mark.parametrize("value", ["1", "1.0", "1e0", "0", ".5"])
def test_whole_numbers_count_as_numbers(value: str) -> None:
    assert messages(f"needed: {{share: {value}}}") == []


@pytest.mark.parametrize(
    ("written", "meant"), [("'1,000'", "1000"), ("50%", "0.5"), ("¥9.5", "9.5"), ("1 000", "1000"), ("'.5 '", "0.5")]
)
def test_a_number_in_disguise_is_shown_as_it_should_be(written: str, meant: str) -> None:
    assert f"(write {meant}, without quotes, commas, signs or units)" in messages(f"needed: {{share: {written}}}")[0]


def _objects(value: Any) -> list[dict[str, Any]]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return ([value] if isinstance(value, dict) else []) + [found for child in children for found in _objects(child)]


def test_the_schema_for_editors_describes_every_parameter() -> None:
    schema = export_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "required" not in schema
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {"extends", *Scenario.model_fields}
    hazard = schema["$defs"]["Repost"]["properties"]["hazard"]
    assert hazard["title"] == "Hazard"
    assert (hazard["minimum"], hazard["maximum"]) == (0, 0.2)
    assert hazard["description"] == (
        "base hazard of a post of median quality. Unit: 1/seen copy. Range: 0 to 0.2. "
        "Evidence: D (derived: 2.8 bn posts in Dec 2013, 61.4 M daily users, half of them reposts, 130 items seen)."
    )
    assert schema["$defs"]["BrandParameters"]["properties"]["remove"]["const"] is True
    assert set(schema["$defs"]["AffordanceSet"]["properties"]) == set(AFFORDANCES)
    assert schema["$defs"]["PlatformParameters"]["properties"]["kind"]["enum"] == ["open_feed"]
    for found in _objects(schema):
        assert "$ref" not in found or found["$ref"].removeprefix("#/$defs/") in schema["$defs"]
        assert "unit" not in found or found.get("description")
