"""Figures and tables as files: what is written, and what is said where it cannot be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulator.errors import InputError
from simulator.report import export
from simulator.report.export import titled, write_figures
from simulator.report.figures import FIGURES
from simulator.report.style import LIGHT
from simulator.report.tables import StudyTables
from simulator.report.text import language


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be drawn: the browser is left out."""
    jobs: list[Any] = []
    monkeypatch.setattr(export, "_render", lambda pictures, form: jobs.extend(pictures))
    return jobs


def test_every_figure_and_every_table_is_written(studies: dict[str, Path], tmp_path: Path, drawn: list[Any]) -> None:
    written = write_figures(studies["usual"], tmp_path / "out", form="svg")
    assert [path.name for _, path in drawn][:3] == ["verdict.svg", "paired_differences.svg", "spread.svg"]
    tables = {path.stem for path in written if path.suffix == ".csv"}
    assert {"effects", "regions", "payment", "sources", "wear", "map_people"} <= tables
    frame = pd.read_csv(tmp_path / "out" / "sources.csv", encoding="utf-8-sig")
    assert frame.columns.tolist() == ["arm", "source", "fate", "mean", "low", "high"]


def test_a_picture_stands_alone(loaded: dict[str, StudyTables]) -> None:
    """It carries its question, and the key where the page has one beside it."""
    tables, figure = loaded["usual"], FIGURES["funnel"]
    plain = figure.draw(tables, LIGHT)
    whole = titled(tables, figure, plain)
    added = [note["text"] for note in whole.spec["layout"]["annotations"][len(plain.spec["layout"]["annotations"]) :]]
    assert added[0] == "<b>Where do people drop out?</b>"
    assert "Marketplace" in added[1]
    assert "Public feed" in added[1]
    assert whole.height > plain.height
    assert plain.spec["layout"]["margin"]["t"] != whole.spec["layout"]["margin"]["t"], "the first is left as it was"
    whole.figure()


def test_pictures_speak_the_language(studies: dict[str, Path], tmp_path: Path, drawn: list[Any]) -> None:
    write_figures(studies["usual"], tmp_path, lang="zh")
    texts = [note["text"] for drawing, _ in drawn for note in drawing.spec["layout"]["annotations"]]
    assert "<b>人们在哪一步流失？</b>" in texts


def test_an_unknown_format_lists_the_known_ones(studies: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no pictures of the format 'pgn'; allowed: png, svg; did you mean 'png'"):
        write_figures(studies["usual"], tmp_path, form="pgn")


def test_without_kaleido_the_extra_is_named(
    studies: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "kaleido", None)
    with pytest.raises(InputError, match=r"pip install 'market-simulator\[figures\]'"):
        write_figures(studies["usual"], tmp_path)


def test_the_browser_is_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(export.CHROMIUM, "/opt/browser")
    assert export.find_browser() == "/opt/browser"
    monkeypatch.delenv(export.CHROMIUM)
    monkeypatch.setattr(export.shutil, "which", lambda name: f"/bin/{name}" if name == "google-chrome" else None)
    assert export.find_browser() == "/bin/google-chrome"


def test_names_from_the_data_are_text_in_pictures(studies: dict[str, Path], tmp_path: Path, drawn: list[Any]) -> None:
    with language("en"):
        write_figures(studies["hostile"], tmp_path)
    texts = [note["text"] for drawing, _ in drawn for note in drawing.spec["layout"]["annotations"]]
    assert not any("<script" in text or "<img" in text for text in texts)
