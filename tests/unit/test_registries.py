"""Whatever is registered: every entry says what it is, every parameter where its number comes from."""

from __future__ import annotations

import inspect
import pickle
import pkgutil
from importlib import import_module, resources
from typing import Any, get_args

import pytest

from simulator.affordances import AFFORDANCES, Affordance, Mechanism
from simulator.agents.brand_parameters import BrandParameters, CategoryParameters
from simulator.agents.campaign_parameters import CampaignParameters
from simulator.agents.planning import PLANNING
from simulator.agents.platform_parameters import AffordanceSet
from simulator.diffusion.rules import RULES
from simulator.errors import InputError
from simulator.kernels import decisions
from simulator.metrics import METRICS
from simulator.network.generators import GENERATORS
from simulator.parameters import Evidence, Parameters, Use, rows
from simulator.population.attributes import ATTRIBUTES
from simulator.population.parameters import PopulationParameters
from simulator.registry import Registry
from simulator.report.figures import FIGURES
from simulator.scenario.market import MarketParameters
from simulator.scenario.network import NetworkParameters
from simulator.scenario.schema import Scenario

REGISTRIES: dict[str, Registry[Any]] = {
    "affordances": AFFORDANCES,
    "attributes": ATTRIBUTES,
    "generators": GENERATORS,
    "metrics": METRICS,
    "figures": FIGURES,
    "rules": RULES,
    "planning": PLANNING,
}
ENTRIES = [(kind, name) for kind, registry in REGISTRIES.items() for name in registry]
BLOCKS: dict[str, type[Parameters]] = {
    **{f"affordance {name}": kind for name, kind in AFFORDANCES.items()},
    **{f"generator {name}": generator.parameters for name, generator in GENERATORS.items()},
    "category": CategoryParameters,
    "campaign": CampaignParameters,
    "brand": BrandParameters,
    "population": PopulationParameters,
    "market": MarketParameters,
}
DECLARED = [(block, row) for block, kind in BLOCKS.items() for row in rows(kind)]
TAGS, USES = set(get_args(Evidence)), set(get_args(Use))


# -- registries


@pytest.mark.parametrize("kind", REGISTRIES)
def test_every_file_of_a_registry_that_names_a_component_is_found(kind: str) -> None:
    """One component a file, under the name of the file."""
    registry = REGISTRIES[kind]
    package = import_module(registry._package)
    modules = {m.name: import_module(f"{registry._package}.{m.name}") for m in pkgutil.iter_modules(package.__path__)}
    holding = {name for name, module in modules.items() if hasattr(module, registry._attribute)}
    assert set(registry) == {getattr(modules[name], registry._attribute).name for name in holding}
    assert set(registry) == holding
    assert len(registry) == len(list(registry)) >= 3


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_an_entry_has_a_name_and_says_what_it_is(kind: str, name: str) -> None:
    entry = REGISTRIES[kind][name]
    assert entry.name == name
    assert name == name.lower()
    assert name.isidentifier()
    module = import_module(f"{REGISTRIES[kind]._package}.{name}")
    assert (module.__doc__ or "").splitlines()[0].endswith((".", "?")), "the file says what it holds"


@pytest.mark.parametrize("kind", REGISTRIES)
def test_an_unknown_name_lists_the_known_ones(kind: str) -> None:
    registry = REGISTRIES[kind]
    near = next(iter(registry))
    with pytest.raises(InputError) as caught:
        registry[near + "x"]
    said = str(caught.value)
    assert f"unknown {registry.what} {near + 'x'!r}" in said
    assert all(name in said for name in registry)
    assert f"did you mean {near!r}?" in said
    assert near + "x" not in registry
    assert near in registry


def test_two_components_of_one_name_are_a_defect(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "twofold"
    package.mkdir()
    for file in ("__init__", "first", "second", "helper"):
        component = "class THING:\n    name = 'same'\n" if file in ("first", "second") else ""
        (package / f"{file}.py").write_text(component, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(TypeError, match="two things are called 'same'"):
        list(Registry("twofold", "THING", "thing"))
    (package / "second.py").unlink()
    assert list(Registry("twofold", "THING", "thing")) == ["same"], "a module without a component is passed over"


# -- parameters


@pytest.mark.parametrize(("block", "row"), DECLARED, ids=[f"{block}-{row['path']}" for block, row in DECLARED])
def test_a_parameter_says_what_it_is_and_who_says_so(block: str, row: dict[str, Any]) -> None:
    for key in ("doc", "unit", "source"):
        assert row[key].strip(), f"{key} is missing"
    assert row["evidence"] in TAGS
    assert row["use"] in USES
    assert row["path"] == row["path"].lower()


@pytest.mark.parametrize(("block", "row"), DECLARED, ids=[f"{block}-{row['path']}" for block, row in DECLARED])
def test_a_number_has_a_range_and_its_default_lies_inside(block: str, row: dict[str, Any]) -> None:
    """A parameter without a range is a switch, a word or a name, or a block that has parameters of its own."""
    name = row["path"].rpartition(".")[2]
    field = _field(BLOCKS[block], row["path"])
    if field.annotation in (int, float):
        assert row["low"] is not None
        assert row["high"] is not None
        assert row["low"] < row["high"]
        if row["default"] is not None:
            assert row["low"] <= row["default"] <= row["high"]
    else:
        assert (row["low"], row["high"]) == (None, None), name


def _field(model: type[Parameters], path: str) -> Any:
    """The field at a dotted path; a block may be one of `Block | None`."""
    for step in path.split("."):
        field = model.model_fields[step]
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if inspect.isclass(kind)]
        model = next((kind for kind in inner if issubclass(kind, Parameters)), model)
    return field


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_is_described_frozen_and_refuses_what_it_does_not_know(block: str) -> None:
    kind = BLOCKS[block]
    assert kind.__doc__
    assert kind.model_config["frozen"]
    assert kind.model_config["extra"] == "forbid"
    given = {name: _some(kind, name) for name, field in kind.model_fields.items() if field.is_required()}
    made = kind(**given)
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - made a line above
    with pytest.raises(ValueError, match="frozen"):
        setattr(made, next(iter(kind.model_fields)), 1)
    with pytest.raises(ValueError, match="no_such_parameter"):
        kind(**given, no_such_parameter=1)


def _some(kind: type[Parameters], name: str) -> Any:
    """A value that a required parameter accepts."""
    row = next(row for row in rows(kind) if row["path"] == name)
    words = get_args(kind.model_fields[name].annotation)
    return words[0] if words else row["high"] if row["high"] is not None else "name"


@pytest.mark.parametrize(
    ("block", "row"),
    [(block, row) for block, row in DECLARED if row["high"] is not None and "." not in row["path"]],
    ids=lambda part: part["path"] if isinstance(part, dict) else part,
)
def test_a_value_outside_its_range_is_refused(block: str, row: dict[str, Any]) -> None:
    """Just outside, at both ends, and what is no number."""
    kind = BLOCKS[block]
    given = {name: _some(kind, name) for name, field in kind.model_fields.items() if field.is_required()}
    step = 1 if isinstance(row["low"], int) and isinstance(row["high"], int) else 1e-6
    for value in (row["low"] - step, row["high"] + step, float("nan"), "1"):
        with pytest.raises(ValueError, match=row["path"]):
            kind(**{**given, row["path"]: value})


def test_every_component_of_a_scenario_is_among_the_blocks() -> None:
    """So nothing that a scenario can say escapes the tests above."""
    assert set(AffordanceSet.model_fields) == set(AFFORDANCES)
    inside = {MarketParameters, PopulationParameters, CategoryParameters, BrandParameters, NetworkParameters}
    named = {kind for field in Scenario.model_fields.values() for kind in _blocks(field.annotation)}
    assert {kind.__name__ for kind in named} == {kind.__name__ for kind in inside} | {"PlatformParameters"}


def _blocks(annotation: Any) -> set[type[Parameters]]:
    if inspect.isclass(annotation) and issubclass(annotation, Parameters):
        return {annotation}
    return {block for part in get_args(annotation) for block in _blocks(part)}


# -- affordances


@pytest.mark.parametrize("name", AFFORDANCES)
def test_an_affordance_requires_others_that_exist(name: str) -> None:
    """Not itself, by no way round; and off it is off, whatever it requires."""
    kind = AFFORDANCES[name]
    assert issubclass(kind, Affordance)
    assert set(kind.requires) <= set(AFFORDANCES)
    reached, waiting = set(), list(kind.requires)
    while waiting:
        other = waiting.pop()
        reached.add(other)
        waiting += [more for more in AFFORDANCES[other].requires if more not in reached]
    assert name not in reached
    alone = AffordanceSet(**{name: kind(enabled=True)})
    assert alone.active(name) == (not kind.requires)
    allowed = AffordanceSet(**{other: AFFORDANCES[other](enabled=True) for other in (name, *reached)})
    assert allowed.active(name)
    assert not AffordanceSet(**{other: AFFORDANCES[other](enabled=True) for other in reached}).active(name)


@pytest.mark.parametrize("name", [name for name, kind in AFFORDANCES.items() if issubclass(kind, Mechanism)])
def test_a_mechanism_declares_what_it_moves(name: str) -> None:
    """Metrics that exist, each with a sign; its strength is neutral at zero and on at one."""
    kind: Any = AFFORDANCES[name]
    assert kind.moves
    assert set(kind.moves) <= set(METRICS)
    assert set(kind.moves.values()) <= {1, -1}
    assert kind.spares in ("", "out of the market", "not paying")
    assert not kind().enabled
    assert kind(enabled=True).effective == 1.0
    assert kind(enabled=True, strength=0.0).effective == kind(strength=3.0).effective == 0.0


# -- the others


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_an_attribute_is_wholly_declared(name: str) -> None:
    attribute = ATTRIBUTES[name]
    assert all(text.strip() for text in (attribute.unit, attribute.doc, attribute.source))
    assert attribute.low < attribute.high
    assert set(attribute.needs) <= set(ATTRIBUTES) - {name}
    assert callable(attribute.sample)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_says_what_to_expect_of_it(name: str) -> None:
    generator = GENERATORS[name]
    assert generator.expected
    for statistic, (low, high) in generator.expected.items():
        assert statistic.isidentifier()
        assert low < high or low == high == 1.0
    assert generator.parameters()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_asks_a_question_and_tells_how_to_read_the_answer(name: str) -> None:
    figure = FIGURES[name]
    assert figure.question.strip()
    assert figure.how_to_read.strip()
    assert figure.filled_by.strip()
    assert all(callable(part) for part in (figure.answer, figure.draw, figure.alternatives))


@pytest.mark.parametrize("name", RULES)
def test_a_diffusion_rule_names_its_source_and_has_luck_of_its_own(name: str) -> None:
    rule = RULES[name]
    assert rule.source.strip()
    assert rule.decision in vars(decisions).values()
    assert [other for other in RULES if RULES[other].decision == rule.decision] == [name]
    assert all(callable(part) for part in (rule.parameters, rule.state, rule.start, rule.step, rule.run))


def test_figures_have_places_of_their_own() -> None:
    assert len({figure.order for figure in FIGURES.values()}) == len(FIGURES)


def test_the_package_carries_its_data() -> None:
    assert resources.files("simulator.population").joinpath("provinces.csv").is_file()
