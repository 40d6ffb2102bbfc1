"""What results and graphs show of themselves in a notebook: facts as text, never markup from the data."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from simulator.diffusion import independent_cascade
from simulator.ensemble.compare import compare_scenarios
from simulator.model.run import RunOutput
from simulator.network.csr import CSRGraph
from simulator.network.procedural import ProceduralGraph
from simulator.notebook import grid_html, table_html
from simulator.scenario.loader import load
from tests.unit.ensemble import fake_model


class Cells(HTMLParser):
    """Tags that are open at the end, and the text."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def shown(thing: object) -> list[str]:
    found = Cells(thing._repr_html_())  # type: ignore[attr-defined]
    assert found.open == []
    return found.text


def test_names_are_text() -> None:
    text = table_html("<b>x</b>", {"<i>": "a & b"}) + grid_html("c", ("h<",), [["r", "<td>"]])
    assert Cells(text).text == ["<b>x</b>", "<i>", "a & b", "c", "h<", "r", "<td>"]


def test_graphs() -> None:
    graph = CSRGraph.from_edges([0, 0, 1], [1, 2, 2], 3)
    assert shown(graph)[:5] == ["CSRGraph", "users", "3", "edges", "3"]
    procedural = shown(ProceduralGraph(1000, 1))
    assert procedural[:5] == ["ProceduralGraph", "users", "1,000", "mean followers", "60"]
    assert "computed when asked for" in procedural


def test_a_diffusion_result() -> None:
    graph = CSRGraph.from_edges([0, 1], [1, 2], 3)
    text = shown(independent_cascade(graph, [0], probability=1.0, replications=4, seed=1))
    assert "independent cascade" in text
    assert "4" in text


def test_a_loaded_scenario() -> None:
    text = shown(load("public_feed", ("market.users=500",)))
    assert text[0] == "Scenario public_feed: Open public feed"
    assert text[text.index("people") + 1] == "500"
    assert text[text.index("with a campaign") + 1] == "aurora, cotton"


def test_a_run() -> None:
    made = fake_model.simulate(
        fake_model.Scenario({"gain": 0.0, "name": "a"}), 1, role="control", engine="", threads=1, progress=None
    )
    text = shown(RunOutput(made.tables, {"build": 0.5}, {}))
    assert text[text.index("needs") + 1] == "5 rows"
    assert text[text.index("seconds, build") + 1] == "0.50"


def test_a_comparison_and_its_runs(tmp_path: Path) -> None:
    arms = [fake_model.loaded(name, gain=gain) for name, gain in (("a", 0.0), ("b", 50.0))]
    found = compare_scenarios(arms, out=tmp_path, replications=3, seed=1, jobs=1, model=fake_model.ENTRY)
    text = shown(found)
    assert text[0].startswith("campaigns added most on b")
    assert text[1:4] == ["outcome", "a", "b"]
    row = text.index("contribution_campaigning_yuan, yuan")
    assert "[" in text[row + 1]
    run = shown(found.folder.runs.read(found.records[0].address))
    assert run[0] == f"Run {found.records[0].address}"
    assert run[run.index("posts") + 1] == "4 rows"


@pytest.mark.parametrize("thing", [CSRGraph, ProceduralGraph, RunOutput])
def test_they_are_found_by_notebooks(thing: type) -> None:
    assert callable(thing._repr_html_)  # type: ignore[attr-defined]
