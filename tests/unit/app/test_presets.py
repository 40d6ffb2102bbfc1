"""Presets and worksheets: complete, in every language, with sliders that parameters allow and scenarios that load."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.app.dashboard.controls import controls, make
from simulator.app.dashboard.desk_work import metrics_of
from simulator.app.dashboard.presets import MOST_SLIDERS, Preset, presets, read_preset, texts, worksheets
from simulator.app.dashboard.readings import READINGS
from simulator.app.dashboard.texts import LANGUAGES, TABLES, UNITS, zh
from simulator.errors import InputError

EVERY = {**presets(), **worksheets()}


@pytest.fixture(params=EVERY)
def preset(request: pytest.FixtureRequest) -> Preset:
    return EVERY[request.param]


def test_there_are_questions_enough_and_each_has_a_place() -> None:
    assert len(presets()) >= 8
    assert worksheets()
    assert not set(presets()) & set(worksheets())
    for shelf in (presets(), worksheets()):
        assert [one.order for one in shelf.values()] == sorted({one.order for one in shelf.values()})
        assert all(one.name == name for name, one in shelf.items())


def test_every_text_is_there_in_every_language(preset: Preset) -> None:
    found = list(texts(preset))
    assert len(found) >= 4 + len(preset.arms) + len(preset.sliders)
    for text in found:
        for language in LANGUAGES:
            assert text[language].strip()
        assert text.en.isascii()
        assert any("\u4e00" <= sign <= "\u9fff" for sign in text.zh)
    assert preset.question.en.endswith("?")
    assert preset.question.zh.endswith("？")


def test_sliders_are_few_named_and_explained(preset: Preset) -> None:
    found = controls(preset)
    assert 1 <= len(found) <= MOST_SLIDERS
    for control in found:
        assert control.spec.low <= float(control.default) <= control.spec.high
        assert control.declared.doc
        assert control.path in zh.PARAMETERS, "its meaning in Chinese"
        assert control.unit in UNITS["zh"] or not control.unit
        assert control.unit in UNITS["en"] or not control.unit
        tag, source = control.evidence
        assert f"evidence.{tag}" in TABLES["en"]
        assert source
        steps = (control.spec.high - control.spec.low) / control.spec.step
        assert abs(steps - round(steps)) < 1e-6, "the last step ends at the end"
        place = (float(control.default) - control.spec.low) / control.spec.step
        assert abs(place - round(place)) < 1e-6, "the default lies on a step"


def test_its_scenarios_load_and_differ(preset: Preset) -> None:
    made = make(preset, {})
    assert made.wrong == {}
    assert [arm.label for arm in made.arms] == list(preset.labels)
    names = {str(arm.resolved["name"]) for arm in made.arms}
    assert names == {f"{preset.name}_{label}" for label in preset.labels}
    contents = [{**arm.resolved, "name": "", "title": ""} for arm in made.arms]
    assert all(a != b for i, a in enumerate(contents) for b in contents[:i])


def test_every_slider_reaches_both_its_ends(preset: Preset) -> None:
    for control in controls(preset):
        for end in (control.spec.low, control.spec.high):
            value = str(int(end)) if float(end).is_integer() else str(end)
            made = make(preset, {control.key: value})
            assert made.wrong == {}, control.key
            for arm in made.arms:
                for place in control.places.get(arm.label, ()):
                    here = arm.resolved
                    for step in place:
                        here = here[step]  # type: ignore[index]
                    assert here == end


def test_its_reading_suits_it(preset: Preset) -> None:
    method = READINGS[preset.reading]
    assert preset.guess.kind == method.guesses
    assert (preset.guess.unit is not None) == (preset.guess.kind == "number")
    assert metrics_of(preset)
    if preset.reading == "luck":
        assert len(preset.arms) == 1
    if preset.goal is not None:
        assert preset.reading == "arms"
        assert preset.hint is not None
        assert set(preset.solution) <= {slider.key for slider in preset.sliders}
        assert make(preset, {key: f"{value:g}" for key, value in preset.solution.items()}).wrong == {}


WHOLE = (Path(__file__).parents[3] / "simulator/app/dashboard/presets/no_payment.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("metric: orders_platform", "metric: orders_platfrom", "unknown outcome 'orders_platfrom'"),
        ("curve: bought", "curve: sold", "unknown curve 'sold'"),
        ("high: 10\n", "high: 0\n", "has no range"),
        ("arms: [some]", "arms: [sone]", "names an arm that is not there"),
        ("key: native", "key: steps", "two of them have one name"),
        ("order: 60", "order: sixty", "whole number"),
        ("zh: 如果微博没有支付？", "de: wie?", "unknown key"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = WHOLE + "\ncurve: bought\n"
    assert old in text
    path = tmp_path / "wrong.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as caught:
        read_preset(path)
    assert said in str(caught.value)
    assert all(problem.line > 0 for problem in caught.value.problems)


def test_the_package_carries_them() -> None:
    from importlib import resources

    folder = resources.files("simulator.app.dashboard")
    assert {path.name for path in folder.joinpath("presets").iterdir()} >= {f"{name}.yaml" for name in presets()}
    assert folder.joinpath("assets/app.css").is_file()
    assert folder.joinpath("assets/app.js").is_file()
