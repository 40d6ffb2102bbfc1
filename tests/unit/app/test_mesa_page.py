"""The page for Mesa's users: its parameters fit the model, its model steps, its page is made of what Mesa offers."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from simulator.app import mesa_page
from simulator.app.mesa_page import CAMPAIGN, MISSING, PLOTS, PageModel, defaults, model_params, standing
from simulator.errors import InputError
from simulator.kernels.state import COUNTERS
from simulator.scenario.loader import load


def small(**more: Any) -> PageModel:
    return PageModel(**{**defaults(), "users": 300, **more})


def test_every_parameter_is_a_keyword_of_the_model_and_the_other_way_round() -> None:
    """SolaraViz refuses names that the model does not take, and cannot make a model that needs more."""
    keywords = inspect.signature(PageModel.__init__).parameters
    assert set(model_params()) == set(keywords) - {"self"}
    assert all(p.default is not inspect.Parameter.empty for name, p in keywords.items() if name != "self")
    assert not any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in keywords.values())


def test_sliders_stand_at_the_scenarios_values_inside_their_span() -> None:
    campaign = load("public_feed").scenario.brands[0].campaign
    assert campaign is not None
    for name in CAMPAIGN:
        spec = model_params()[name]
        assert spec["min"] <= spec["value"] == getattr(campaign, name) <= spec["max"]
        assert re.fullmatch(r"\w+ \(.+\)", spec["label"]), "named, with its unit"
        assert spec["type"] == ("SliderInt" if isinstance(spec["value"], int) else "SliderFloat")


def test_turning_a_parameter_turns_the_scenario() -> None:
    model = small(scenario="private_circle", budget_yuan=500.0, deal=0.2, posts_per_day=5, role="control", rng=9)
    campaigns = [brand.campaign for brand in model.scenario.brands if brand.campaign is not None]
    assert len(campaigns) == 2
    for campaign in campaigns:
        assert (campaign.budget_yuan, campaign.deal, campaign.posts_per_day) == (500.0, 0.2, 5)
    assert (model.role, model.seed, model.state.n) == ("control", 9, 300)
    plain = load("public_feed", ("market.users=300",)).scenario
    assert PageModel(users=300).scenario.model_dump() == plain.model_dump()


def test_the_model_steps_and_reports_what_is_plotted() -> None:
    model = small()
    assert standing(model) == ["Day 0.0 of 14, 300 users, campaign"]
    for _ in range(60):
        model.step()
    lines = standing(model)
    assert lines[0] == "Day 2.5 of 14, 300 users, campaign"
    frame = model.datacollector.get_model_vars_dataframe()
    assert lines[1] == f"newly aware: {int(frame['newly_aware'].sum()):,} so far"
    assert {name for names in PLOTS for name in names} <= set(COUNTERS)
    assert {name for names in PLOTS for name in names} <= set(frame.columns)


def fakes(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stand-ins for solara and Mesa's plots that keep what they are given."""
    kept = SimpleNamespace(pages=[], plots=[], texts=[])

    class Column:
        def __enter__(self) -> Column:
            return self

        def __exit__(self, *_: object) -> None:
            """As solara's."""

    solara: Any = ModuleType("solara")
    solara.Text, solara.Column = kept.texts.append, Column
    visualization: Any = ModuleType("mesa.visualization")

    def solara_viz(model: Any, components: Any, **more: Any) -> Any:
        kept.pages.append((model, components, more))
        return "page"

    def make_plot_component(names: list[str]) -> tuple[str, ...]:
        kept.plots.append(names)
        return tuple(names)

    visualization.SolaraViz, visualization.make_plot_component = solara_viz, make_plot_component
    monkeypatch.setitem(sys.modules, "solara", solara)
    monkeypatch.setitem(sys.modules, "mesa.visualization", visualization)
    return kept


def test_the_page_is_a_solaraviz_over_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = fakes(monkeypatch)
    monkeypatch.setattr(mesa_page, "USERS", 300)
    monkeypatch.delitem(sys.modules, "simulator.app.solara_page", raising=False)
    assert importlib.import_module("simulator.app.solara_page").page == "page"
    monkeypatch.delitem(sys.modules, "simulator.app.solara_page", raising=False)
    ((model, (state, *plots), more),) = kept.pages
    assert isinstance(model, PageModel)
    assert more["model_params"] == model_params()
    assert plots == [tuple(names) for names in PLOTS]
    state(model)
    assert kept.texts == standing(model)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "solara", None)
    with pytest.raises(InputError, match=re.escape(MISSING)):
        mesa_page.build()
