"""The written page: self-contained, safe, deterministic, small; errors name what is wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.errors import InputError, StoreError
from simulator.output.dictionary import ANSWERS
from simulator.output.json_file import read_object
from simulator.report.appendix import leaves, parts
from simulator.report.figure import DataTable, cell
from simulator.report.page import differing, embedded, plotly_source, write_report
from simulator.report.scenarios import value_of
from simulator.report.tables import StudyTables
from tests.unit.report.conftest import STUDIES
from tests.unit.report.fake_kinds import KINDS, TOLD

LARGEST = 8_000_000
"""Bytes a report may have."""


class Page(HTMLParser):
    """Tags with their attributes, the text outside scripts, and the content of data scripts."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.data: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = f"{tag} {dict(attrs).get('type')}"

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script application/json":
            self.data.append(data)
        elif not self._inside.startswith(("script", "style")):
            self.text += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture(scope="module")
def pages(studies: dict[str, Path]) -> dict[str, str]:
    return {name: write_report(folder).read_text(encoding="utf-8") for name, folder in studies.items()}


def own(text: str) -> str:
    """The page without the plotly library."""
    return text.replace(plotly_source(), "")


@pytest.mark.parametrize("study", STUDIES)
def test_the_page_is_whole_and_small(study: str, pages: dict[str, str]) -> None:
    text = pages[study]
    assert text.rstrip().endswith("</html>")
    assert len(text.encode()) < LARGEST
    assert text.count("plotly.js v") == 1
    page = Page(own(text))
    assert len([tag for tag, _ in page.tags if tag == "h1"]) == 1
    for data in page.data:
        json.loads(data)


@pytest.mark.parametrize("study", STUDIES)
def test_nothing_is_fetched(study: str, pages: dict[str, str]) -> None:
    page = Page(own(pages[study]))
    assert not page.all("link") + page.all("iframe") + page.all("img")
    assert not [attributes for attributes in page.all("script") if "src" in attributes]
    for link in page.all("a"):
        assert str(link["href"]).startswith(("#", "data:text/csv"))
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv"))
    assert policy == ("default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:")
    assert not re.search(r"@import|url\(", own(pages[study]))


def test_no_button_sends_a_figure_away(pages: dict[str, str]) -> None:
    for setting in ("showSendToCloud: false", 'plotlyServerURL: ""', "displaylogo: false", "displayModeBar: false"):
        assert setting in own(pages["usual"])


def test_names_from_the_data_stay_text(pages: dict[str, str]) -> None:
    page = Page(own(pages["hostile"]))
    assert not any("alert(1)" in name for tag, attributes in page.tags for name in attributes if tag == "img")
    assert "</script><script>alert(1)</script><b>bold</b>" in page.text
    scripts = re.findall(r"<script[^>]*>", own(pages["hostile"]))
    assert {script for script in scripts if "json" not in script} == {"<script>"}
    assert sum("json" not in script for script in scripts) == sum(
        "json" not in script for script in re.findall(r"<script[^>]*>", own(pages["usual"]))
    )


def test_embedded_json_cannot_end_its_script() -> None:
    text = embedded(json.dumps({"name": "</script><!-- \u2028 &amp;"}, ensure_ascii=False))
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text)["name"] == "</script><!-- \u2028 &amp;"


def test_the_same_study_gives_the_same_bytes(studies: dict[str, Path]) -> None:
    first = write_report(studies["usual"]).read_bytes()
    assert write_report(studies["usual"]).read_bytes() == first


def test_nothing_else_is_left_in_the_folder(studies: dict[str, Path]) -> None:
    before = {path.name for path in studies["usual"].iterdir()} | {"report.html"}
    assert write_report(studies["usual"]) == studies["usual"] / "report.html"
    assert {path.name for path in studies["usual"].iterdir()} == before


def test_ids_are_unique_and_references_resolve(pages: dict[str, str]) -> None:
    page = Page(own(pages["usual"]))
    ids = [str(attributes["id"]) for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set(str(attributes.get(name, "")).split()) <= set(ids)
    assert {str(a["href"])[1:] for a in page.all("a") if str(a["href"]).startswith("#")} <= set(ids)


def test_every_table_has_caption_and_headers(pages: dict[str, str]) -> None:
    page = Page(own(pages["usual"]))
    tables = len(page.all("table"))
    assert len(page.all("caption")) == tables == len([a for a in page.all("a") if "download" in a])
    assert all(head.get("scope") == "col" for head in page.all("th"))


def test_the_appendix_says_what_went_in(pages: dict[str, str]) -> None:
    text = Page(own(pages["usual"])).text
    for part in ("A number that was put in is not a finding.", "seed 618", "platforms.0.affordances.repost.hazard"):
        assert part in text
    assert "00000000000000000001" in text
    assert "Student's t interval at 95\u00a0% over the 20 replications" in text


def test_declared_evidence_is_listed(studies: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(studies["usual"], tmp_path / "study")
    study = read_object(folder / "study.json")
    study["inputs"] = [{"path": "repost.hazard", "value": 0.004, "unit": "1/view", "evidence": "X", "source": "none"}]
    (folder / "study.json").write_text(json.dumps(study), encoding="utf-8")
    text = Page(own(write_report(folder).read_text(encoding="utf-8"))).text
    assert "repost.hazard" in text
    assert "X: a guess without a source" in text


def test_a_declared_input_stands_beside_the_value_every_model_used(studies: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(studies["usual"], tmp_path / "study")
    study = read_object(folder / "study.json")
    paths = ("platforms.*.affordances.repost.hazard", "brands.*.price_yuan", "network.*.follow.followees", "name", "no")
    study["inputs"] = [
        {"path": path, "default": 1, "evidence": "X", "source": "judged", "use": "input"} for path in paths
    ]
    (folder / "study.json").write_text(json.dumps(study), encoding="utf-8")
    part = next(part for part in parts(StudyTables(folder)) if part.name == "inputs")
    table = part.tables[0]
    assert not table.shown
    assert table.frame["Used by Public feed"].tolist() == ["0.004", "1999", "60", "public_feed", "–"]
    assert dict(table.heads)["Source"] is False


def test_values_that_differ_within_a_scenario_are_named() -> None:
    scenario = {"brands": [{"name": "a", "quality": 0.4}, {"name": "b", "quality": 0.1, "campaign": None}]}
    assert value_of(scenario, "brands.*.quality") == "a 0.4; b 0.1"
    assert value_of(scenario, "brands.*.campaign.deal") == "–"


def test_the_appendix_tells_what_pairing_saved(studies: dict[str, Path]) -> None:
    tables = StudyTables(studies["usual"])
    text = " ".join(next(part for part in parts(tables) if part.name == "intervals").paragraphs)
    rows = tables.only("paired_differences", kind="effect", brand="")
    median = rows.loc[rows["metric"].isin(ANSWERS), "variance_reduction"].median()
    assert f"{median:.2g}\u00a0times in one model minus another" in text
    assert "campaigns minus no campaigns" not in text


def test_what_is_left_out_is_named_with_what_would_fill_it(studies: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(studies["usual"], tmp_path / "study")
    (folder / "comparison" / "funnel.parquet").unlink()
    page = Page(own(write_report(folder).read_text(encoding="utf-8")))
    assert not [attributes for attributes in page.all("section") if attributes["id"] == "funnel"]
    for line in ("Where do people drop out? Needs: simulator compare.", "Needs: simulator decompose FILE."):
        assert line in page.text


def test_several_studies_are_told_in_one_report(studies: dict[str, Path], kinds: dict[str, Path]) -> None:
    also = [kinds[name] for name in ("decompose", "sobol", "validate", "claims", "budget")]
    page = Page(own(write_report(studies["usual"], also=also).read_text(encoding="utf-8")))
    told = [str(attributes["id"]) for attributes in page.all("section")]
    assert told[:3] == ["claims", "verdict", "conditions"]
    assert {"shapley", "drivers", "scorecard", "appendix"} <= set(told)
    assert "Another yuan still pays" in page.text, "the sweep tells more than the one budget of the comparison"
    write_report(studies["usual"])


def test_two_studies_of_a_kind_are_refused(kinds: dict[str, Path]) -> None:
    with pytest.raises(StoreError, match="both hold a study of kind sweep; give one of each"):
        write_report(kinds["budget"], also=[kinds["grid"]])


@pytest.mark.parametrize("name", KINDS)
def test_a_report_of_any_kind_is_whole(name: str, kinds: dict[str, Path]) -> None:
    page = Page(own(write_report(kinds[name]).read_text(encoding="utf-8")))
    assert [str(attributes["id"]) for attributes in page.all("section")] == [*TOLD[name], "appendix"]
    assert len(page.data) == 2 * len(TOLD[name])


def test_each_language_has_a_file_of_its_own(studies: dict[str, Path]) -> None:
    path = write_report(studies["usual"], "zh")
    assert path.name == "report.zh.html"
    page = Page(own(path.read_text(encoding="utf-8")))
    assert page.all("html")[0]["lang"] == "zh-Hans"
    assert re.search("营销活动在公开信息流增益最多：为参与品牌增加贡献利润 \\+1\\d\\d\u00a0万元", page.text)
    path.unlink()
    with pytest.raises(InputError, match=r"no report in the language 'de'; allowed: en, zh"):
        write_report(studies["usual"], "de")


def test_an_unfinished_study_says_so(kinds: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(kinds["budget"], tmp_path / "half")
    study = read_object(folder / "study.json")
    (folder / "study.json").write_text(json.dumps({**study, "status": "incomplete"}), encoding="utf-8")
    assert "Not finished: half" in Page(own(write_report(folder).read_text(encoding="utf-8"))).text


def test_what_differs_in_the_dark_is_written_once() -> None:
    light = {"a": 1, "b": [{"c": "x"}, {"c": "y", "d": np.array([1.0, np.nan])}], "e": ["p", "q"]}
    dark = {"a": 2, "b": [{"c": "x"}, {"c": "z", "d": np.array([1.0, np.nan])}], "e": ["p", "r"]}
    found = [(path, value) for path, value in differing(light, dark)]
    assert found == [(["a"], 2), (["b", 1, "c"], "z"), (["e"], ["p", "r"])]


def test_a_folder_without_a_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"study\.json is missing"):
        write_report(tmp_path)


def test_a_study_without_a_comparison_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match="no results are stored here yet"):
        write_report(tmp_path)


def test_a_table_without_a_column_is_refused(studies: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(studies["usual"], tmp_path / "study")
    path = folder / "comparison" / "funnel.parquet"
    pd.read_parquet(path).drop(columns="mean").to_parquet(path)
    study = read_object(folder / "study.json")
    study["files"]["comparison/funnel.parquet"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "study.json").write_text(json.dumps(study), encoding="utf-8")
    with pytest.raises(StoreError, match=r"table 'funnel': column mean is missing; it holds arm, role"):
        write_report(folder)


def test_a_download_holds_every_row_and_no_formula() -> None:
    frame = pd.DataFrame({"brand": ["=cmd()", "a,b", "-1+1"], "mean": [1.5, -2.0, 3.0]})
    uri = DataTable("t", "t", frame).uri
    text = base64.b64decode(uri.partition("base64,")[2]).decode("utf-8-sig")
    assert text == "brand,mean\r\n'=cmd(),1.5\r\n\"a,b\",-2\r\n'-1+1,3\r\n"


def test_a_long_table_is_cut_in_the_page_only() -> None:
    table = DataTable("t", "t", pd.DataFrame({"n": range(201)}))
    assert len(table.rows) == 200
    assert table.cut == "The first 200 of 201 rows; the download has them all."


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (float("nan"), "–"), (True, "yes"), (0.0, "0"), (1234567.8, "1,234,568"), (0.12345678, "0.12346"),
     (-2.5, "−2.5"), (12000, "12,000"), (0.00001234, "1.23e−05"), ("a", "a")],
)  # fmt: skip
def test_cells(value: object, text: str) -> None:
    assert cell(value) == text


def test_leaves_name_listed_things() -> None:
    nested = {"a": {"b": 1, "none": {}}, "two": [{"name": "x", "v": [1, 2]}, {"w": 3}], "e": [], "one": [{"name": "y"}]}
    named = {"two[x].name": "x", "two[x].v": "[1, 2]", "two[1].w": 3}
    assert dict(leaves(nested)) == {"a.b": 1, **named, "one.0.name": "y"}
