"""The one schema of a scenario, assembled from the parameters that each component declares beside itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Strict, model_validator
from pydantic.json_schema import GenerateJsonSchema

from simulator.agents.brand_parameters import BrandParameters, CategoryParameters
from simulator.agents.platform_parameters import PlatformParameters
from simulator.errors import InputError, Problem, nearest
from simulator.network.generators import GENERATORS
from simulator.parameters import Parameters, parameter, rows
from simulator.population.parameters import PopulationParameters
from simulator.scenario import library
from simulator.scenario.market import MarketParameters
from simulator.scenario.network import NetworkParameters
from simulator.scenario.scalars import number
from simulator.types import MINUTES_PER_DAY

DATA_FILES = (("network", "*", "file"),)
"""Where a scenario names data files."""

MAX_BRANDS = 64
MAX_PLATFORMS = 4
"""Users divide their visits over the platforms of a scenario; models are compared as arms, on the same people."""

MAX_NAME = 64
USABLE = f"1 to {MAX_NAME} printable characters"

Brands = Annotated[tuple[BrandParameters, ...], Strict(False)]
Platforms = Annotated[tuple[PlatformParameters, ...], Strict(False)]


class Scenario(Parameters):
    """A market: its people, its goods, its brands, its platforms and the networks between people."""

    name: str = parameter(..., doc="short name, shown in tables", unit="-", source="scenario")
    title: str = parameter("", doc="one line for headings", unit="-", source="scenario")
    description: str = parameter("", doc="what this market shows", unit="-", source="scenario")
    market: MarketParameters = parameter(
        MarketParameters(), doc="how many users, for how long", unit="-", source="scenario"
    )
    population: PopulationParameters = parameter(
        PopulationParameters(), doc="from which distributions users are drawn", unit="-", source="scenario"
    )
    categories: dict[str, CategoryParameters] = parameter(
        ..., doc="classes of goods by name", unit="-", source="scenario"
    )
    brands: Brands = parameter(..., doc="who sells what, and which campaign runs", unit="-", source="scenario")
    platforms: Platforms = parameter(..., doc="where people meet the brands", unit="-", source="scenario")
    network: NetworkParameters = parameter(
        NetworkParameters(), doc="the networks on which posts travel", unit="-", source="scenario"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        problems = list(findings(self.model_dump()))
        if problems:
            raise InputError(problems)
        return self


def findings(tree: Any) -> Iterator[Problem]:
    """What is wrong between the parts of a scenario: references to nothing, names given twice, counts.

    Parameters
    ----------
    tree : plain values. Parts of a wrong type are passed over: they are reported on their own.

    Yields
    ------
    Problem
        With the path alone; list items by index.
    """
    name = _get(tree, "name")
    if isinstance(name, str) and not _usable(name):
        yield Problem(0, 0, "name", "is no usable name", USABLE)
    yield from _names(tree, "brands", MAX_BRANDS)
    yield from _names(tree, "platforms", MAX_PLATFORMS)
    yield from _categories(tree)
    yield from _seed_users(tree)
    yield from _layers(tree)
    yield from _entries(tree)
    minutes = _get(tree, "market", "tick_minutes")
    if isinstance(minutes, int) and minutes > 0 and MINUTES_PER_DAY % minutes:
        allowed = "a divisor of 1440, such as 15, 30, 60, 120, 240 or 1440"
        yield Problem(0, 0, "market.tick_minutes", f"{minutes} minutes do not divide a day", allowed)


def declarations() -> list[dict[str, Any]]:
    """Every parameter a scenario can hold with default, range, unit, evidence tag and source; see `parameters.rows`."""
    found = rows(Scenario)
    for name, generator in GENERATORS.items():
        found += rows(generator.parameters, f"network.*.{name}.")
    return found


def export_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario file, for editors.

    A file may leave out what its parent says, so nothing is required in it; it may say `extends`, and take list items
    of the parent out with `remove: true`.
    """
    schema: dict[str, Any] = _described(Scenario.model_json_schema())
    schema["$schema"] = GenerateJsonSchema.schema_dialect
    schema["title"] = "Market scenario"
    schema.pop("required", None)
    extends = {
        "type": "string",
        "title": "Extends",
        "description": "the file or shipped scenario that this one changes",
    }
    schema["properties"] = {"extends": extends, **schema["properties"]}
    for definition in schema["$defs"].values():
        definition.pop("required", None)
        if definition.get("title") == "PlatformParameters" and library.kinds():
            definition["properties"]["kind"]["enum"] = library.kinds()
        if definition.get("title") in ("BrandParameters", "PlatformParameters"):
            removal = {"const": True, "title": "Remove", "description": "take this item of the parent out"}
            definition["properties"]["remove"] = removal
    return schema


def _described(value: Any) -> Any:
    """A schema whose descriptions tell range, unit, evidence and source; defaults of whole blocks are dropped."""
    if isinstance(value, list):
        return [_described(inner) for inner in value]
    if not isinstance(value, Mapping):
        return value
    inner = {key: _described(entry) for key, entry in value.items()}
    if isinstance(inner.get("default"), dict):
        del inner["default"]
    if "oneOf" in inner:
        inner["anyOf"] = inner.pop("oneOf")
    if "evidence" in inner and "unit" in inner:
        facts = [inner.get("description", "")]
        facts += [] if inner["unit"] == "-" else [f"Unit: {inner['unit']}."]
        if "minimum" in inner and "maximum" in inner:
            facts.append(f"Range: {number(inner['minimum'])} to {number(inner['maximum'])}.")
        facts.append(f"Evidence: {inner['evidence']} ({inner.get('source', '')}).")
        inner["description"] = " ".join(fact if fact.endswith(".") else f"{fact}." for fact in facts if fact)
    return inner


def _get(tree: Any, *path: str) -> Any:
    for key in path:
        tree = tree.get(key) if isinstance(tree, Mapping) else None
    return tree


def _items(tree: Any, key: str) -> list[tuple[int, Mapping[str, Any]]]:
    items = _get(tree, key)
    if not isinstance(items, list | tuple):
        return []
    return [(index, item) for index, item in enumerate(items) if isinstance(item, Mapping)]


def _names(tree: Any, key: str, most: int) -> Iterator[Problem]:
    items = _items(tree, key)
    if isinstance(_get(tree, key), list | tuple) and not 1 <= len(items) <= most:
        allowed = f"1 to {most} {key}" if most > 1 else f"one of the {key} in a scenario; others in files of their own"
        yield Problem(0, 0, key, f"there are {len(items)} {key}", allowed)
    names = [item.get("name") for _, item in items]
    count = Counter(name for name in names if isinstance(name, str))
    seen: set[str] = set()
    for index, name in enumerate(names):
        if not isinstance(name, str):
            continue
        where = f"{key}.{index}.name"
        if not _usable(name):
            yield Problem(0, 0, where, "is no usable name", USABLE)
        elif count[name] > 1 and name in seen:
            yield Problem(0, 0, where, f"two {key} are called {name!r}", "a name that differs from the others")
        seen.add(name)


def _usable(name: str) -> bool:
    return bool(name.strip()) and len(name) <= MAX_NAME and name.isprintable()


def _categories(tree: Any) -> Iterator[Problem]:
    known = _get(tree, "categories")
    if not isinstance(known, Mapping):
        return
    if not known:
        yield Problem(0, 0, "categories", "there is no category", "at least one category of goods")
    for index, brand in _items(tree, "brands"):
        category = brand.get("category")
        if isinstance(category, str) and category not in known:
            where = f"brands.{index}.category"
            near = nearest(category, known)
            yield Problem(0, 0, where, f"there is no category {category!r}", ", ".join(map(str, known)), near)


def _seed_users(tree: Any) -> Iterator[Problem]:
    """Users whom a campaign asks by name are users of the market."""
    users = _get(tree, "market", "users")
    for index, brand in _items(tree, "brands"):
        named = _get(brand, "campaign", "seed_users")
        for place, key in enumerate(named if isinstance(named, list | tuple) else ()):
            if isinstance(key, int) and isinstance(users, int) and key >= users:
                where = f"brands.{index}.campaign.seed_users.{place}"
                yield Problem(0, 0, where, f"there is no user {key}", f"0 to {users - 1}")


def _entries(tree: Any) -> Iterator[Problem]:
    """Entry points lead to another platform of the scenario, one to each."""
    names = [item.get("name") for _, item in _items(tree, "platforms")]
    led: set[str] = set()
    for index, platform in _items(tree, "platforms"):
        entry = _get(platform, "affordances", "entry_point")
        goal = _get(entry, "to")
        if _get(entry, "enabled") is not True or not isinstance(goal, str) or not goal:
            continue
        where = f"platforms.{index}.affordances.entry_point.to"
        others = [name for name in names if isinstance(name, str) and name != platform.get("name")]
        if goal not in others:
            near = nearest(goal, others)
            allowed = ", ".join(others) or "a second platform"
            yield Problem(0, 0, where, f"there is no other platform {goal!r}", allowed, near)
        elif goal in led:
            yield Problem(0, 0, where, f"a second entry point to {goal!r}", "one entry point to each platform")
        led.add(goal)


def _layers(tree: Any) -> Iterator[Problem]:
    for index, platform in _items(tree, "platforms"):
        graph = _get(platform, "affordances", "graph")
        if _get(graph, "enabled") is not True:
            continue
        layer = _get(graph, "layer") or "follow"
        if isinstance(layer, str) and not _get(tree, "network", layer):
            where = f"platforms.{index}.affordances.graph.layer"
            network = _get(tree, "network")
            known = [name for name, block in network.items() if block] if isinstance(network, Mapping) else []
            message = f"the platform needs the network {layer!r}, which this scenario does not have"
            yield Problem(0, 0, where, message, f"a block network.{layer}, or one of {', '.join(known) or 'none'}")
