"""Texts: the same keys and the same values to fill in, in every language; none that is used is missing."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from simulator.app.dashboard.amounts import amount, exact, percent, plus
from simulator.app.dashboard.board_work import KINDS, OUTCOMES
from simulator.app.dashboard.follow import EVENTS
from simulator.app.dashboard.presets import HEADLINE, presets, worksheets
from simulator.app.dashboard.texts import LANGUAGES, TABLES, UNITS, listing, say
from simulator.app.dashboard.why import CHAIN, SOURCES
from simulator.app.dashboard.work import CURVES
from simulator.ensemble.attribution import NAIVE
from simulator.metrics import METRICS
from simulator.population.regions import provinces
from simulator.types import Device, PostKind

HERE = Path(__file__).parents[3] / "simulator/app/dashboard"
CODE = "\n".join(path.read_text("utf-8") for path in HERE.rglob("*.py") if path.name not in ("en.py", "zh.py"))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_languages_have_the_same_keys_and_blanks() -> None:
    regions = {f"region.{name}" for name in provinces().names}
    assert set(TABLES["zh"]) - regions == set(TABLES["en"])
    assert regions <= set(TABLES["zh"])
    for key, text in TABLES["en"].items():
        assert fields(text) == fields(TABLES["zh"][key]), key
        assert text.strip()
        assert TABLES["zh"][key].strip()
    assert set(UNITS["zh"]) <= set(UNITS["en"])


def test_every_key_in_the_code_exists() -> None:
    used = set(re.findall(r'say\(\s*(?:language,\s*)?"([\w. ]+)"', CODE))
    assert len(used) > 60
    assert used <= set(TABLES["en"])
    begun = set(re.findall(r'say\(\s*(?:language,\s*)?f"([\w.]+)\{', CODE))
    for beginning in begun:
        assert any(key.startswith(beginning) for key in TABLES["zh"]), beginning


def test_every_key_is_used() -> None:
    """A text nobody shows is dead."""
    quoted = set(re.findall(r"""["']([\w. ]+)["']""", CODE))
    begun = tuple(re.findall(r"""f["'](\w+\.[\w.]*)\{""", CODE))
    ended = tuple(re.findall(r"""f["']\{\w+\}(\.\w+)["']""", CODE))
    tiers = ("tier.0", "tier.1", "tier.2")  # named by the values of a column
    shown = [*quoted, *tiers]
    assert [k for k in TABLES["en"] if k not in shown and not k.startswith(begun) and not k.endswith(ended)] == []


def test_every_name_that_is_made_up_of_data_has_a_text() -> None:
    every = [*presets().values(), *worksheets().values()]
    metrics = {name for one in every for name in (one.metric, *(also.metric for also in one.also))} | set(OUTCOMES)
    assert metrics <= {*METRICS, HEADLINE}
    wanted = {f"metric.{name}" for name in metrics} | {f"curve.{name}" for name in CURVES}
    wanted |= {f"why.by.{source}" for source in SOURCES} | {f"source.{source}" for source in SOURCES}
    wanted |= {f"why.step.{stage}" for stage in CHAIN} | {f"credit.{method}" for method in NAIVE}
    wanted |= {f"story.{what}" for what in EVENTS.values()} | {f"kind.{kind}" for kind in KINDS}
    wanted |= {f"axis.{kind}" for kind in KINDS} | {f"device.{one.name.lower()}" for one in Device}
    for kind in PostKind:
        wanted |= {f"kind_of_post.{kind.name.lower()}", f"story.saw.{kind.name.lower()}"}
        wanted |= {f"story.saw.{kind.name.lower()}.one"}
    assert wanted <= set(TABLES["en"])
    units = {METRICS[name].unit for name in metrics if name != HEADLINE}
    assert units <= set(UNITS["en"])
    assert units <= set(UNITS["zh"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_are_never_read_as_templates(language: str) -> None:
    assert "{lead}" in say(language, "arms.alone", arm="{lead}", value="<b>")


def test_numbers_are_scaled_as_the_language_does_and_rounded_as_their_interval_allows() -> None:
    nan = float("nan")
    assert amount(30561.4, 21168.0, 39954.0, "yuan", "en") == ("30,600\u00a0yuan", "[21,200, 40,000]")
    assert amount(30561.4, 21168.0, 39954.0, "yuan", "zh") == ("3.06\u00a0万元", "[2.12, 4.00]")
    assert amount(-5.2, -9.0, -1.4, "orders", "en", signed=True) == ("−5.2\u00a0orders", "[−9.0, −1.4]")
    assert amount(0.7134, nan, nan, "share", "en") == ("71.3\u00a0%", "")
    assert amount(nan, nan, nan, "yuan", "en") == ("unknown", "")
    assert exact(2.5e9, "yuan", "en") == "2.50\u00a0billion\u00a0yuan".replace("billion\u00a0", "billion ")
    assert plus(12.4) == "+12"
    assert plus(-0.44) == "−0.4"
    assert (percent(0.1234), percent(0.0123), percent(0.00123)) == ("12\u00a0%", "1.2\u00a0%", "0.12\u00a0%")
    assert listing(["a", "b", "c"], "en") == "a, b and c"
    assert listing([], "en") == ""
    assert listing(["a", "b"], "zh") == "a、b"
