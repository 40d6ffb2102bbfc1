"""The ODD protocol of a scenario: whole, from declarations alone, and true to what runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.affordances import AFFORDANCES
from simulator.app.cli import app
from simulator.describe import schedule
from simulator.describe.concepts import CONCEPTS
from simulator.describe.markdown import said, table
from simulator.describe.odd import odd
from simulator.describe.values import values
from simulator.metrics import METRICS
from simulator.model import schedule as model_schedule
from simulator.model.agent_engine import AgentTick
from simulator.model.market import CommerceModel
from simulator.parameters import parameter
from simulator.population.table import COLUMNS
from simulator.scenario import library
from simulator.scenario.loader import load
from simulator.validation import PATTERNS

HEADINGS = [
    "1. Purpose and patterns",
    "2. Entities, state variables, and scales",
    "3. Process overview and scheduling",
    "4. Design concepts",
    "5. Initialization",
    "6. Input data",
    "7. Submodels",
]
"""Grimm et al. 2020, table 1."""
DESIGN = [
    "Basic principles", "Emergence", "Adaptation", "Objectives", "Learning", "Prediction", "Sensing", "Interaction",
    "Stochasticity", "Collectives", "Observation",
]  # fmt: skip


@pytest.fixture(scope="module")
def page() -> str:
    return odd(load("together", ("brands.denim.price_yuan=150",)))


def test_the_headings_are_those_of_the_protocol_in_its_order(page: str) -> None:
    assert re.findall(r"^## (\d.*)$", page, re.MULTILINE) == HEADINGS
    concepts = page.split("## 4. Design concepts")[1].split("## 5.")[0]
    assert re.findall(r"^### (.*)$", concepts, re.MULTILINE) == DESIGN
    assert [concept.name for concept in CONCEPTS] == DESIGN[:-1]


def test_everything_declared_is_in_it(page: str) -> None:
    for column in COLUMNS:
        assert f"| {column.name} | {column.shape} |" in page
    for metric in METRICS.values():
        assert f"| {metric.name} | {metric.unit} |" in page
    for pattern in PATTERNS.values():
        for part in pattern.parts:
            assert f"| {part.id} | " in page
    affordances = page.split("### Affordances")[1].split("### Decisions")[0]
    assert all(name in affordances for name in AFFORDANCES)


def test_every_value_of_the_scenario_stands_in_it_once_with_its_place(page: str) -> None:
    told = {value.path: value for value in values(load("together", ("brands.denim.price_yuan=150",)))}
    for path in told:
        assert page.count(f"| `{path}` |") == 1
    price = told["brands.denim.price_yuan"]
    assert (price.value, price.unit, price.place) == ("150", "yuan", "--set brands.denim.price_yuan=150")
    users = told["market.users"]
    assert (users.place, users.evidence, users.use) == ("base_market.yaml:4:10", "choice", "put in")
    hazard = told["platforms.private_circle.affordances.repost.hazard"]
    assert (hazard.value, hazard.default, hazard.evidence) == ("0.002", "0.006", "scenario")
    assert hazard.place.startswith("platforms/private_circle.yaml:")
    kept = told["platforms.public_feed.affordances.repost.hazard"]
    assert (kept.value, kept.place, kept.evidence, kept.allowed) == ("0.006", "default", "D", "0 to 0.2")
    assert "platforms.marketplace.affordances.repost.hazard" not in told, "it is off and never read"


@pytest.mark.parametrize("name", [name for name in library.names() if name != "base_market"])
def test_every_shipped_scenario_can_be_described_whatever_it_holds(name: str) -> None:
    """Every value of the resolved scenario that is read has a declaration, lists and named blocks included."""
    told = values(load(name))
    assert len({value.path for value in told}) == len(told) > 100
    assert all(value.doc and value.unit for value in told)


def test_a_network_that_no_platform_uses_is_left_out() -> None:
    paths = [value.path for value in values(load("public_feed"))]
    assert "network.follow.mean_followees" in paths
    assert not any(path.startswith("network.circle") for path in paths)


def test_the_schedule_described_is_the_one_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days in ticks of half a day: what is described at a time happens then, in the order described."""
    happened: list[tuple[int, str]] = []

    def watched(stage: model_schedule.Stage) -> model_schedule.Stage:
        def work(running: model_schedule.Schedule, now: model_schedule.Now) -> None:
            happened.append((now.clock.tick, stage.name))
            stage.work(running, now)

        return stage._replace(work=work)

    monkeypatch.setattr(model_schedule, "STAGES", tuple(watched(stage) for stage in model_schedule.STAGES))
    model = CommerceModel(
        "marketplace", rng=1, settings=("market.users=50", "market.days=2", "market.tick_minutes=720")
    )
    while model.running:
        model.step()
    due = {model_schedule.MORNING: (0, 2), model_schedule.EVERY_TICK: (0, 1, 2, 3), model_schedule.EVENING: (1, 3)}
    told = [(tick, name) for tick in range(4) for name, when, _ in schedule.stages() if tick in due[when]]
    assert happened == told


def test_what_users_go_through_is_read_from_the_readable_engine() -> None:
    names = [step.name for step in schedule.steps()]
    assert names[0] == "deliver"
    assert [step.name for step in schedule.steps() if step.depth == 0] == [
        "deliver", "visits", "spend", "goes_on", "shop", "settle"
    ]  # fmt: skip
    inside = names[names.index("respond") : names.index("seen_copies")]
    order = ["expose", "recalls", "believes", "reposts", "comments", "mutes"]
    assert [name for name in inside if name in order] == order
    told = [step for step in schedule.steps() if step.name == "respond"]
    assert [step.says.endswith("As above.") for step in told] == [False, True]


def test_a_new_step_of_the_engine_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def fade(self, user, minute):
        """Fade."""
        user.mutes(self)
        self.lose(user)

    monkeypatch.setattr(AgentTick, "fade", fade)
    names = [step.name for step in schedule.steps()]
    at = names.index("fade")
    assert names[at : at + 3] == ["fade", "mutes", "lose"]


def test_what_has_no_words_is_refused_and_tables_hold_any_text() -> None:
    with pytest.raises(TypeError, match="has no docstring"):
        said(lambda: None)
    assert said(parameter) == "Declare a parameter."
    assert table(("a",), [["x | y\nz"]]) == ["| a |", "|---|", "| x \\| y z |", ""]
    assert table(("a",), []) == ["None.", ""]


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    out = tmp_path / "docs" / "odd.md"
    done = CliRunner().invoke(app, ["describe", "marketplace", "--out", str(out)])
    assert done.exit_code == 0
    assert done.stdout == f"ODD protocol: {out}\n"
    text = CliRunner().invoke(app, ["describe", "marketplace"]).stdout
    assert text == out.read_text("utf-8")
    assert CliRunner().invoke(app, ["describe", "market_place"]).exit_code == 2
