"""The command line: what it prints, where, and with which exit status."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from simulator.app import cli, console
from simulator.app.amounts import amount, interval
from simulator.app.cli import app
from simulator.app.progress import Progress, clock, speed
from simulator.scenario.loader import load

HEAVY = {"numpy", "pandas", "numba", "pydantic", "plotly", "mesa", "ruamel.yaml", "pyarrow", "jinja2"}


def call(*arguments: str) -> Result:
    """A command's result; a defect is raised, not swallowed."""
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_help_lists_the_commands_and_loads_nothing_heavy() -> None:
    result = call("--help")
    assert result.exit_code == 0
    for name in ("compare", "run", "check", "scenarios", "schema", "init", "report"):
        assert name in result.stdout
        assert call(name, "--help").exit_code == 0
    code = "import sys; import simulator.app.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)


def test_the_version_is_one_line() -> None:
    assert call("--version").stdout.startswith("simulator ")


def test_check_sums_up_a_scenario_and_remarks_on_what_is_odd(write) -> None:
    write(
        "x.yaml",
        "extends: feed\ntitle: '[bold]Mine[/bold]'\nmarket: {days: 2}\n"
        "platforms: [{name: feed, affordances: {graph: {enabled: false}, ads: {cpm_yuan: 5}}}]\n"
        "brands:\n- {name: cotton, campaign: {budget_yuan: 5, start_day: 1}}\n",
    )
    result = call("check", "x.yaml", "--set", "market.users=70")
    assert result.exit_code == 0
    assert "x - [bold]Mine[/bold]" in result.stdout
    assert "x.yaml, feed.yaml, base.yaml, platforms/open_feed.yaml" in result.stdout
    assert "70 users, 2 days in ticks of 60 minutes" in result.stdout
    assert "aurora: electronics, 1499 yuan, campaign of 20000 yuan, days 2 to 2, 10% off" in result.stdout
    assert "feed (open_feed): checkout\n" in result.stdout
    assert "No problem found." in result.stdout
    lines = result.stderr.splitlines()
    notes = [line for line in lines if line.startswith("note: ")]
    assert lines[0::2] == notes
    assert all(why.startswith("      ") for why in lines[1::2])
    assert f"{len(notes)} to think about" in result.stdout
    feed, x = "platforms.feed.affordances", "note: x.yaml:"
    off = f"{x}4:70: {feed}.ads: is changed and does nothing, because it is off: say enabled: true"
    assert off in notes
    assert lines[lines.index(off) + 1] == "      parameters of what is off are never read"
    assert any(line.endswith(f"{feed}.feed: is on and does nothing without graph") for line in notes)
    assert any(line.endswith(f"{feed}.repost: is on and does nothing without graph") for line in notes)
    assert any(
        line.endswith("brands.aurora.campaign: begins after the run's last day and never runs") for line in notes
    )
    assert f"{x}6:28: brands.cotton.campaign: goes on after the run's last day" in notes


def test_check_tells_machines_what_it_tells_people(write) -> None:
    good = json.loads(call("check", "feed", "--json", "--set", "market.tick_minutes=360").stdout)
    assert good["ok"]
    (notice,) = [one for one in good["notices"] if one["rule"] == "coarse_ticks"]
    assert notice["path"] == "market.tick_minutes"
    assert set(notice) == {"rule", "path", "place", "message", "why"}
    assert good["resolved"]["market"]["users"] == 2000
    write("x.yaml", "extends: feed\nmarket: {user: 5}\n")
    result = call("check", "x.yaml", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["problems"] == [
        {
            "line": 2, "column": 10, "path": "market.user", "message": "unknown key", "file": "x.yaml",
            "allowed": "users, days, tick_minutes, start_weekday, start_month, recorded_users, most_posts, redraw",
            "nearest": "users",
        }
    ]  # fmt: skip


def test_errors_are_not_read_as_markup(write) -> None:
    write("x.yaml", "extends: feed\n'[red]x[/red]': 1\n':smile:': 1\n")
    result = call("check", "x.yaml")
    assert result.exit_code == 2
    assert "x.yaml:2:1: [red]x[/red]: unknown key" in result.stderr
    assert "x.yaml:3:1: :smile:: unknown key" in result.stderr
    assert result.stderr.endswith("2 problems\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "--reps", "0"],
        ["run", "feed", "--seed", "-1"],
        ["run", "feed", "--engine", "x"],
        ["run"],
        ["nothing"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert call(*arguments).exit_code == 2


def test_scenarios_are_listed() -> None:
    result = call("scenarios")
    assert "feed" in result.stdout
    assert "Feed" in result.stdout
    assert "a base that others extend" in result.stdout
    assert json.loads(call("scenarios", "--json").stdout)["platform_kinds"] == ["open_feed"]


def test_the_schema_goes_to_standard_output_or_into_a_file() -> None:
    schema = json.loads(call("schema").stdout)
    assert call("schema", "--out", "deep/market.json").exit_code == 0
    assert json.loads(Path("deep/market.json").read_text(encoding="utf-8")) == schema
    assert call("schema", "--out", "deep").exit_code == 2


def test_init_writes_a_scenario_that_loads_and_never_overwrites(shipped: Path) -> None:
    (shipped / "public_feed.yaml").write_text((shipped / "feed.yaml").read_text())
    assert call("init", "new/folder").exit_code == 0
    first = Path("new/folder/my_market.yaml").read_bytes()
    assert call("check", "new/folder/my_market.yaml").exit_code == 0
    again = call("init", "new/folder")
    assert again.exit_code == 2
    assert "new/folder/my_market.yaml exists already and is left as it is; name another folder" in again.stderr
    assert Path("new/folder/my_market.yaml").read_bytes() == first
    assert "exists already" in call("init", "new/folder/my_market.yaml").stderr
    opened = re.sub(r"^( *)# (?= *(- |[a-z_]+:))", r"\1", first.decode(), flags=re.MULTILINE)
    Path("opened.yaml").write_text(opened)
    scenario = load("opened.yaml").scenario
    assert [brand.name for brand in scenario.brands] == ["aurora"]
    assert scenario.brands[0].quality == 0.5
    assert not scenario.platforms[0].affordances.repost.enabled


def test_a_dry_run_says_what_would_be_computed_and_makes_nothing(write) -> None:
    write("x.yaml", "extends: feed\n")
    result = call("compare", "feed", "x.yaml", "--dry-run", "--reps", "3", "--seed", "7", "--set", "market.days=2")
    assert "12 runs: 2 scenarios x 3 replications x with and without campaigns" in result.stdout
    assert "Seed 7; results in results" in result.stdout
    assert not Path("results").exists()
    plan = json.loads(call("compare", "feed", "x.yaml", "--dry-run", "--json").stdout)
    assert (plan["runs"], [arm["name"] for arm in plan["arms"]]) == (32, ["feed", "x"])


def test_problems_of_all_arms_are_told_together_and_once() -> None:
    result = call("compare", "--dry-run", "--set", "market.user=5")
    assert result.exit_code == 2
    assert result.stderr.count("there is no such file") == 3
    result = call("compare", "feed", "feed", "--dry-run", "--set", "market.user=5")
    assert result.stderr.count("unknown key") == 1


@dataclass(frozen=True)
class _Verdict:
    text: str = "feed wins"


def _comparison(folder: Path) -> Any:
    rows = [
        {"metric": metric, "unit": "u", "kind": kind, "brand": brand, "mean": 1234.5, "low": low, "high": 2000.0}
        for metric in ("pulled_forward", "contribution_yuan", "posts")
        for kind in ("level", "effect")
        for brand in ("", "aurora")
        for low in ([float("nan")] if metric == "pulled_forward" else [1000.0])
    ]
    summary = pd.DataFrame([{**row, "arm": arm} for row in rows for arm in ("a", "b")])
    differences = pd.DataFrame([{**row, "arm_a": "a", "arm_b": "b", "separable": True} for row in rows])
    arms = [SimpleNamespace(label="a", resolved={}), SimpleNamespace(label="b", resolved={})]
    return SimpleNamespace(
        folder=SimpleNamespace(path=folder),
        study=SimpleNamespace(arms=arms, replications=8, seed=1),
        tables={"summary": summary, "paired_differences": differences},
        verdict=_Verdict(),
    )


def test_compare_shows_effects_differences_and_verdict_and_ends_with_the_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: dict[str, Any] = {}

    def compared(loaded: Any, **options: Any) -> Any:
        asked.update(options, names=[one.name for one in loaded])
        options["progress"](1, 2, 0.5, "half [way]")
        return _comparison(tmp_path)

    monkeypatch.setattr("simulator.ensemble.compare.compare_scenarios", compared)
    monkeypatch.setattr("simulator.report.page.write_report", lambda folder: folder / "report.html")
    result = call("compare", "feed", "--reps", "4", "--jobs", "3", "--force", "--out", "here")
    assert result.exit_code == 0
    del asked["progress"]
    assert asked == {
        "names": ["feed"], "out": Path("here"), "replications": 4, "seed": 1, "jobs": 3, "reuse": False,
        "scheduler": "",
    }  # fmt: skip
    lines = result.stdout.splitlines()
    assert any("contribution_yuan" in line and "1,234 [1,000, 2,000]" in line for line in lines)
    assert any("a - b" in line and "1,000 to 2,000" in line and "separable" in line for line in lines)
    assert "posts" not in result.stdout
    assert lines[-2:] == ["feed wins", f"Report: {tmp_path / 'report.html'}"]
    memory, progress = result.stderr.splitlines(keepends=True)
    assert memory.startswith("Memory: up to 3 runs at once, ")
    assert progress == "1/2 runs, 30 runs/min, 0:02 left - half [way]\n"
    told = json.loads(call("compare", "feed", "--json").stdout)
    assert told["verdict"] == asdict(_Verdict())
    assert told["summary"][0]["low"] is None


def test_ctrl_c_exits_with_130_and_a_plain_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("simulator.ensemble.compare.compare_scenarios", interrupted)
    result = call("compare", "feed")
    assert result.exit_code == cli.INTERRUPTED == 130
    assert result.stderr.splitlines()[-1] == "interrupted; finished runs are stored and will be reused"


def test_a_missing_study_is_an_error_without_a_traceback() -> None:
    result = call("report", "nowhere")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: nowhere")


def test_plain_progress_is_told_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("ticks") as progress:
        for done in range(1, 6):
            progress(done, 5)
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith("1/5 ticks")
    assert last == "5/5 ticks"
    with Progress("ticks", quiet=True) as progress:
        progress(5, 5)
    assert capsys.readouterr().err == ""


def test_numbers_in_words() -> None:
    assert [amount(value) for value in (1234.5, 99.96, 0.01234, -0.0, 3.0, None, float("nan"))] == [
        "1,234", "100", "0.0123", "0", "3", "", ""
    ]  # fmt: skip
    assert interval(None) == ""
    assert (speed(2.0, "runs"), speed(0.25, "runs")) == ("2 runs/s", "15 runs/min")
    assert (clock(5), clock(65), clock(3700)) == ("0:05", "1:05", "1:01:40")
    assert console.jsonable({"a": (float("inf"), Path("x"))}) == {"a": [None, "x"]}
