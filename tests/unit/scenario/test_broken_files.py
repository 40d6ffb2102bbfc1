"""Every way to break a scenario file gives a message with file, line and column, and exit status 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.app.cli import app
from simulator.errors import InputError
from simulator.scenario.loader import load

HEAD = "extends: feed\n"

BROKEN: dict[str, tuple[str | bytes, str]] = {
    "key": (
        HEAD + "market:\n  user: 500\n",
        "x.yaml:3:3: market.user: unknown key; allowed: users, days, tick_minutes, start_weekday, start_month, "
        "recorded_users, most_posts, redraw; did you mean 'users'?",
    ),
    "type": (
        HEAD + "market: {users: many}\n",
        "x.yaml:2:17: market.users: must be a whole number; given the text 'many'; "
        "allowed: a whole number, 10 to 2000000000 users",
    ),
    "range": (
        HEAD + "brands:\n- name: aurora\n  campaign:\n    deal: 10\n",
        "x.yaml:5:11: brands.aurora.campaign.deal: out of range; given 10; allowed: 0 to 0.9 share of price",
    ),
    "kind": (
        HEAD + "platforms:\n  - name: feed\n    kind: open-feed\n",
        "x.yaml:4:11: platforms.feed.kind: unknown kind of platform; given the text 'open-feed'; "
        "allowed: open_feed; did you mean 'open_feed'?",
    ),
    "cycle": ("extends: y.yaml\n", "y.yaml:1:10: extends: goes in a circle: x.yaml -> y.yaml -> x.yaml; allowed: "),
    "parent": (
        "extends: bse.yaml\n",
        "x.yaml:1:10: extends: there is no file 'bse.yaml' and no shipped scenario 'bse.yaml'; "
        "allowed: a file beside this one, or one of base, feed; did you mean 'base'?",
    ),
    "malformed": (
        HEAD + "market: {users: 500\nname: x\n",
        "x.yaml:3:5: the block that opens with '{' in line 2 is not closed, or lacks a comma; "
        "allowed: {key: value, key: value}",
    ),
    "duplicate": (
        HEAD + "market:\n  users: 5\n  users: 500\n",
        "x.yaml:4:3: market: the key 'users' occurs twice, first in line 3; allowed: each key once in a block",
    ),
    "tab": (HEAD + "market:\n\tusers: 500\n", "x.yaml:3:1: a tab indents this line; allowed: spaces"),
    "empty": (" \n\n", "x.yaml:1:1: is empty; allowed: at least one 'key: value' line"),
    "huge": ("a: 1\n" * 300_000, "x.yaml: is larger than 1 MiB, the most that is read; allowed: a scenario in YAML"),
    "binary": (
        b"\x89PNG\r\n\x1a\n\x00\x00",
        "x.yaml:1:1: is not text in UTF-8: byte 0x89 cannot be read; allowed: a text file saved as UTF-8",
    ),
    "zero byte": ("name: x\0y\n", "x.yaml:1:8: is not text: it holds a zero byte; allowed: a text file in UTF-8"),
    "latin-1": (
        "extends: feed\ntitle: Pl\xe4tze\n".encode("latin-1"),
        "x.yaml:2:10: is not text in UTF-8: byte 0xE4 cannot be read; allowed: a text file saved as UTF-8",
    ),
    "UTF-16": ("extends: feed\n".encode("utf-16"), "x.yaml:1:1: is text in UTF-16; allowed: text saved as UTF-8"),
    "a word": ("extends:feed\n", "x.yaml:1:1: must hold 'key: value' lines; given the text 'extends:feed'; allowed: "),
    "a list": ("- 1\n", "x.yaml:1:1: must hold 'key: value' lines; given a list; allowed: "),
    "two parents": (
        "extends: [base, feed]\n",
        "x.yaml:1:10: extends: must be the name of one file; given a list; allowed: a file, or a shipped scenario",
    ),
}


@pytest.fixture(params=BROKEN, ids=lambda name: name.replace(" ", "_"))
def broken(request: pytest.FixtureRequest) -> str:
    content, message = BROKEN[request.param]
    Path("x.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    Path("y.yaml").write_text("extends: x.yaml\n")
    return message


def test_the_loader_says_what_is_wrong_and_where(broken: str) -> None:
    with pytest.raises(InputError) as caught:
        load("x.yaml")
    assert str(caught.value.problems[0]).startswith(broken)


def test_the_command_line_says_it_without_a_traceback(broken: str) -> None:
    result = CliRunner().invoke(app, ["check", "x.yaml"])
    assert result.exit_code == 2
    said = result.stderr.replace("\n    ", "; ")
    assert broken.replace("; allowed: ", "\n").split("\n")[0] in said
    assert "Traceback" not in result.output
    assert not result.stdout


@pytest.mark.parametrize("content", [BROKEN["key"][0], BROKEN["binary"][0]], ids=["key", "binary"])
def test_a_real_process_exits_with_2(content: str | bytes) -> None:
    Path("x.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    code = "from simulator.app.cli import main; main()"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "x.yaml"], capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("x.yaml:")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_missing_file_names_the_nearest_shipped_one(errors) -> None:
    assert errors("fed.yaml") == [
        "fed.yaml: there is no such file, and no shipped scenario of that name; "
        "allowed: the path of a YAML file, or one of base, feed; did you mean 'feed'?"
    ]


def test_what_is_no_file_is_refused(errors) -> None:
    Path("folder").mkdir()
    assert errors("folder") == ["folder: is a folder; allowed: the path of a YAML file"]
    os.mkfifo("pipe")
    assert errors("pipe") == ["pipe: is not a regular file; allowed: the path of a YAML file"]
    assert "File name too long" in errors("x" * 5000)[0]
    assert errors("")[0].startswith("'': there is no such file")
    assert "there is no such file" in errors("a\0b")[0] or "cannot be read" in errors("a\0b")[0]


def test_a_longer_cycle_shows_the_whole_chain(write, errors) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        write(f"{name}.yaml", f"extends: {parent}.yaml\n")
    assert errors("a.yaml")[0].startswith(
        "c.yaml:1:10: extends: goes in a circle: a.yaml -> b.yaml -> c.yaml -> a.yaml"
    )


def test_errors_of_a_parent_name_the_parent(write, errors) -> None:
    write("parent.yaml", HEAD + "market: {users: 1}\n")
    write("child.yaml", "extends: parent.yaml\npopulation: {phone_share: 2}\n")
    first, second = errors("child.yaml")
    assert first.startswith("child.yaml:2:27: population.phone_share: out of range; given 2")
    assert second.startswith("parent.yaml:2:17: market.users: out of range; given 1")


def test_everything_is_told_at_once_in_the_order_of_lines(write, errors) -> None:
    write(
        "x.yaml",
        HEAD + "market:\n"
        "  users: '2,000'\n"
        "  dayz: 3\n"
        "  tick_minutes: 50\n"
        "population: {phone_share: 77%, sessions_per_day: 1e999}\n"
        "categories:\n"
        "  food: {interval_days: 3}\n"
        "brands:\n"
        "  - name: nova\n"
        "    category: electronic\n"
        "    price_yuan: true\n"
        "    unit_cost_yuan: [1]\n"
        "    tier: 1.0\n"
        "  - name: 5\n"
        "    category: clothing\n"
        "    price_yuan: 12\n"
        "    unit_cost_yuan: 5\n"
        "platforms:\n"
        "  - name: feed\n"
        "    affordances: {repost: null, graph: {layer: folow}, feed: {enabled: yes}}\n"
        "network: {circle: {generator: circel}, follow: 3}\n",
    )
    found = errors("x.yaml")
    assert [line.split(":")[1] for line in found] == sorted((line.split(":")[1] for line in found), key=int)
    assert [line.split("; allowed")[0] for line in found] == [
        "x.yaml:3:10: market.users: must be a whole number; given the text '2,000' "
        "(write 2000, without quotes, commas, signs or units)",
        "x.yaml:4:3: market.dayz: unknown key",
        "x.yaml:5:17: market.tick_minutes: 50 minutes do not divide a day",
        "x.yaml:6:27: population.phone_share: must be a number; given the text '77%' "
        "(write 0.77, without quotes, commas, signs or units)",
        "x.yaml:6:50: population.sessions_per_day: must be a finite number; given inf",
        "x.yaml:8:3: categories.food.reference_price_yuan: missing key (price at which the sensitivity is stated)",
        "x.yaml:11:15: brands.nova.category: there is no category 'electronic'",
        "x.yaml:12:17: brands.nova.price_yuan: must be a number; given true",
        "x.yaml:13:21: brands.nova.unit_cost_yuan: must be a number; given a list",
        "x.yaml:14:11: brands.nova.tier: must be a whole number, without a point or exponent; given 1 (write 1)",
        "x.yaml:15:11: brands.5.name: must be text; given 5 (put it in quotes)",
        "x.yaml:21:27: platforms.feed.affordances.repost: must be a block of keys; given null "
        "(write {enabled: true} or {enabled: false})",
        "x.yaml:21:48: platforms.feed.affordances.graph.layer: unknown value; given the text 'folow'",
        "x.yaml:21:72: platforms.feed.affordances.feed.enabled: must be true or false; given the text 'yes'",
        "x.yaml:22:31: network.circle.generator: unknown generator; given the text 'circel'",
        "x.yaml:22:48: network.follow: must be a block of keys; given 3",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("brands: []", "x.yaml:2:9: brands: there are 0 brands; allowed: 1 to 64 brands"),
        (
            "platforms: [{name: b, kind: open_feed}, {name: c, kind: open_feed}, {name: d, kind: open_feed}, "
            "{name: e, kind: open_feed}]",
            "x.yaml:2:12: platforms: there are 5 platforms; allowed: 1 to 4 platforms",
        ),
        ("categories: {}\nbrands: 3", "x.yaml:3:9: brands: must be a list; given 3; allowed: items in lines"),
        ("brands: [{name: a}, {name: a}]", "x.yaml:2:28: brands.1.name: two items of this list are called 'a'"),
        ("network: {follow: null}", "platforms.feed.affordances.graph.layer: the platform needs the network 'follow'"),
        ("network: {follow: {file: no.tsv}}", "x.yaml:2:26: network.follow.file: there is no file '"),
        ("network: {follow: {generator: follow, file: x.yaml}}", "generator: does not go with the other keys"),
        ("network: {follow: {meen: 3}}", "network.follow.meen: unknown key; allowed: "),
        ("name: ' '", "x.yaml:2:7: name: is no usable name; allowed: 1 to 64 printable characters"),
        ("name: [a]", "x.yaml:2:7: name: must be text; given a list; allowed: text"),
        ("brands: [{name: aurora, remove: false}]", "brands.0.remove: can only be true; allowed: remove: true"),
        ("brands: [{name: auror, remove: true}]", "there is no 'auror' to remove; allowed: aurora, cotton"),
    ],
)
def test_what_does_not_fit_together(write, errors, text: str, message: str) -> None:
    write("x.yaml", HEAD + text + "\n")
    found = errors("x.yaml")
    assert any(message in line for line in found), found


def test_a_broken_preset_is_named(write, errors, shipped: Path) -> None:
    (shipped / "platforms" / "open_feed.yaml").write_text("repost: {enabled: true, hazard: 9}\n")
    write("x.yaml", HEAD)
    assert errors("x.yaml")[0].startswith(
        f"{shipped}/platforms/open_feed.yaml:1:33: platforms.feed.affordances.repost.hazard: out of range; given 9"
    )


def test_a_chain_of_parents_ends_somewhere(write, errors) -> None:
    for n in range(200):
        write(f"c{n}.yaml", f"extends: c{n + 1}.yaml\n")
    write("c200.yaml", HEAD)
    assert "extends: goes on for more than 32 files, c0.yaml first; allowed: at most 32 parents" in errors("c0.yaml")[0]
    assert load("c175.yaml").name == "c175"


def test_an_override_of_many_steps_is_refused() -> None:
    with pytest.raises(InputError, match="names 2000 keys, one in the other; allowed: a path of at most 32 keys"):
        load("feed", [".".join("a" * 2000) + "=1"])


@pytest.mark.parametrize("opening", ["[", '{"a":', "- ", "{a: [", "[{a: "])
def test_depth_without_end_is_told_as_depth(errors, opening: str) -> None:
    Path("x.yaml").write_text(opening * (9_000 // len(opening)))
    assert "is nested deeper than 32 levels" in errors("x.yaml")[0]
