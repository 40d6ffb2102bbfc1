"""Export: the scenario file of what is on the screen makes runs of the same address."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from simulator.app.dashboard.controls import controls, make
from simulator.app.dashboard.export import archive, changes, scenario_yaml
from simulator.app.dashboard.presets import Preset, presets, worksheets
from simulator.ensemble.design import Arm, RunSpec
from simulator.scenario.loader import load

EVERY = {**presets(), **worksheets()}


def address(arm: Arm) -> str:
    return RunSpec(arm.label, "campaign", 0, 7, arm.resolved, arm.files, arm.paths).address()


def turned(preset: Preset) -> dict[str, str]:
    """Every slider one step from where it stands."""
    values = {}
    for control in controls(preset):
        step = (
            control.spec.step if float(control.default) + control.spec.step <= control.spec.high else -control.spec.step
        )
        values[control.key] = f"{float(control.default) + step:.10g}"
    return values


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("moved", [False, True])
def test_the_file_of_an_arm_loads_to_the_same_run(name: str, moved: bool, tmp_path: Path) -> None:
    preset = EVERY[name]
    made = make(preset, turned(preset) if moved else {})
    assert made.wrong == {}
    for arm in made.arms:
        path = tmp_path / f"{arm.resolved['name']}.yaml"
        path.write_text(scenario_yaml(arm, preset.arm(arm.label).scenario), "utf-8")
        loaded = load(path)
        assert loaded.resolved == arm.resolved
        again = Arm(arm.label, loaded.resolved, loaded.files, loaded.paths)
        assert address(again) == address(arm)


def test_the_file_says_only_what_differs() -> None:
    preset = presets()["three_models"]
    arm = make(preset, {"feed_repost": "0.01"}).arms[2]
    lines = scenario_yaml(arm, "public_feed", "simulator compare x").splitlines()
    assert lines[0] == "# simulator compare x"
    assert lines[1] == "extends: public_feed.yaml"
    assert [line.strip() for line in lines if "hazard" in line] == ["hazard: 0.01"]
    assert len(lines) <= 10
    assert changes(arm, "public_feed") == [("platforms.public_feed.affordances.repost.hazard", 0.006, 0.01)]


def test_the_archive_names_the_command_and_is_the_same_every_time(tmp_path: Path) -> None:
    preset = presets()["no_payment"]
    arms = make(preset, {}).arms
    parents = {arm.label: arm.scenario for arm in preset.arms}
    packed = archive(arms, parents, 3, 5)
    assert packed == archive(arms, parents, 3, 5)
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        assert files.testzip() is None
        assert files.namelist() == [f"no_payment_{arm.label}.yaml" for arm in arms]
        text = files.read(files.namelist()[0]).decode()
    assert text.startswith("# simulator compare no_payment_without.yaml ")
    assert "--reps 3 --seed 5" in text.splitlines()[0]


def test_arms_of_one_name_get_files_of_their_own() -> None:
    preset = presets()["three_models"]
    arm = make(preset, {}).arms[0]
    other = Arm("2", arm.resolved, arm.files, arm.paths)
    with zipfile.ZipFile(io.BytesIO(archive([arm, other], {"shop": "marketplace", "2": "marketplace"}, 1, 1))) as files:
        assert len(set(files.namelist())) == 2
