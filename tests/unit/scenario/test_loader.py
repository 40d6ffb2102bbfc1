"""Parents, presets, overrides and data files."""

from __future__ import annotations

import contextlib
import hashlib
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.scenario import overrides, yaml
from simulator.scenario.loader import load, load_resolved
from simulator.scenario.schema import Scenario

HEAD = "extends: feed\n"


def test_a_shipped_scenario_is_found_by_name_with_or_without_suffix() -> None:
    assert load("feed").scenario == load("feed.yaml").scenario
    assert load("feed").name == "feed"


def test_a_file_here_comes_before_a_shipped_one_and_a_folder_does_not(write) -> None:
    Path("feed").mkdir()
    assert load("feed").scenario.market.users == 2000
    write("feed.yaml", "extends: feed\nmarket: {users: 50}\n")
    assert load("feed.yaml").scenario.market.users == 50


def test_a_child_changes_what_it_names_and_keeps_the_rest(write) -> None:
    write(
        "child.yaml", HEAD + "market: {users: 50}\nbrands:\n- {name: cotton, quality: 1}\n- {name: aurora, tier: 2}\n"
    )
    parent, child = load("feed").scenario, load("child.yaml").scenario
    assert child.market == parent.market.model_copy(update={"users": 50})
    assert [brand.name for brand in child.brands] == ["aurora", "cotton"]
    assert child.brands[0] == parent.brands[0].model_copy(update={"tier": 2})
    assert child.brands[1] == parent.brands[1].model_copy(update={"quality": 1.0})


def test_items_are_added_and_taken_out_by_name(write) -> None:
    write(
        "child.yaml",
        HEAD + "brands:\n- {name: aurora, remove: true}\n"
        "- {name: nova, category: clothing, price_yuan: 9, unit_cost_yuan: 5}\n",
    )
    assert [brand.name for brand in load("child.yaml").scenario.brands] == ["cotton", "nova"]


def test_null_switches_a_block_off_and_an_empty_list_empties(write, errors) -> None:
    write("child.yaml", HEAD + "brands: [{name: aurora, campaign: null}]\n")
    assert load("child.yaml").scenario.brands[0].campaign is None
    write("none.yaml", HEAD + "brands: []\n")
    assert errors("none.yaml") == ["none.yaml:2:9: brands: there are 0 brands; allowed: 1 to 64 brands"]


def test_another_generator_or_a_file_replaces_the_network(write) -> None:
    write("other.yaml", HEAD + "network: {circle: {generator: follow}}\n")
    circle = load("other.yaml").scenario.network.circle
    assert circle.generator == "follow"
    assert not hasattr(circle, "mean_friends")
    write("same.yaml", HEAD + "network: {circle: {generator: circle, max_friends: 90}}\n")
    circle = load("same.yaml").scenario.network.circle
    assert (circle.mean_friends, circle.max_friends) == (20, 90)


def test_what_a_file_says_about_itself_is_not_inherited(write) -> None:
    write("parent.yaml", HEAD + "name: old\ntitle: Old\ndescription: Older\n")
    write("child.yaml", "extends: parent.yaml\n")
    child = load("child.yaml").scenario
    assert (child.name, child.title, child.description) == ("child", "", "")


def test_grandparents_count_and_paths_refer_to_the_file_they_are_in(write) -> None:
    Path("deep").mkdir()
    write("deep/a.yaml", HEAD + "market: {users: 50, days: 5}\nnetwork: {follow: {file: edges.tsv}}\n")
    write("deep/edges.tsv", "0 1\n")
    write("b.yaml", "extends: deep/a.yaml\nmarket: {users: 60}\n")
    loaded = load("b.yaml")
    assert (loaded.scenario.market.users, loaded.scenario.market.days) == (60, 5)
    assert loaded.scenario.network.follow.file == str(Path("deep/edges.tsv").resolve())
    assert loaded.resolved["network"]["follow"] == {"file": "edges.tsv", "edges": "follows"}
    assert loaded.files == {"edges.tsv": hashlib.sha256(b"0 1\n").hexdigest()}
    assert loaded.paths == {"edges.tsv": Path("deep/edges.tsv").resolve()}
    assert list(loaded.sources) == ["b.yaml", "a.yaml", "feed.yaml", "base.yaml", "platforms/open_feed.yaml"]


def test_two_data_files_of_one_name_are_told_apart(write) -> None:
    for folder in ("one", "two"):
        Path(folder).mkdir()
        write(f"{folder}/edges.tsv", f"{folder}\n")
    write("one/a.yaml", HEAD + "network: {follow: {file: edges.tsv}}\n")
    write("two/b.yaml", "extends: ../one/a.yaml\nnetwork: {circle: {file: edges.tsv}}\n")
    loaded = load("two/b.yaml")
    names = [loaded.resolved["network"][layer]["file"] for layer in ("follow", "circle")]
    assert sorted(loaded.files[name] for name in names) == sorted(
        hashlib.sha256(text).hexdigest() for text in (b"one\n", b"two\n")
    )
    follow = loaded.resolved["network"]["follow"]["file"]
    assert loaded.files[follow] == hashlib.sha256(b"one\n").hexdigest()


def test_affordances_come_from_the_kind_and_are_overridden_one_by_one(write) -> None:
    write("x.yaml", HEAD + "platforms: [{name: feed, affordances: {repost: {strength: 2}, ads: {enabled: true}}}]\n")
    loaded = load("x.yaml")
    affordances = loaded.scenario.platforms[0].affordances
    assert affordances.repost.enabled
    assert affordances.repost.hazard == 0.004
    assert affordances.repost.strength == 2
    assert affordances.ads.enabled
    assert affordances.graph.enabled
    assert not affordances.search.enabled
    assert loaded.places["platforms.feed.affordances.repost.strength"] == "x.yaml:2:59"
    assert loaded.places["platforms.feed.affordances.repost.hazard"].endswith("platforms/open_feed.yaml:3:33")


def test_what_is_resolved_is_complete_plain_and_repeats_itself(write) -> None:
    write("edges.tsv", "0 1\n")
    write("x.yaml", HEAD + "network: {follow: {file: edges.tsv, edges: flows}}\n")
    loaded = load("x.yaml", ["market.users=70"])
    again = load_resolved(json.loads(json.dumps(loaded.resolved)))
    assert again.scenario == loaded.scenario
    assert (again.resolved, again.files) == (loaded.resolved, loaded.files)
    assert loaded.resolved["population"]["phone_share"] == loaded.scenario.population.phone_share
    write("again.yaml", json.dumps({**loaded.resolved, "title": "\U0001f600"}, indent=1))
    assert load("again.yaml").resolved == {**loaded.resolved, "title": "\U0001f600"}


def test_a_loaded_scenario_travels_between_processes() -> None:
    loaded = load("feed")
    assert pickle.loads(pickle.dumps(loaded)) == loaded  # noqa: S301 - written in the same line


def test_a_scenario_built_in_python_is_checked_for_what_does_not_fit() -> None:
    values = load("feed").scenario.model_dump()
    assert Scenario(**values) == load("feed").scenario
    values["brands"][0]["category"] = "cars"
    with pytest.raises(Exception, match="there is no category 'cars'"):
        Scenario(**values)


@pytest.mark.parametrize(
    ("setting", "read"),
    [
        ("market.users=5_000", lambda s: s.market.users == 5000),
        ("market={users: 50}", lambda s: (s.market.users, s.market.days) == (50, 3)),
        ("brands.aurora.price_yuan=900", lambda s: s.brands[0].price_yuan == 900),
        ("brands.1.price_yuan = 1e2", lambda s: s.brands[1].price_yuan == 100),
        ("brands.aurora.campaign=null", lambda s: s.brands[0].campaign is None),
        ("brands.cotton.campaign.budget_yuan=7", lambda s: s.brands[1].campaign.budget_yuan == 7),
        ("brands=[{name: cotton, remove: true}]", lambda s: [b.name for b in s.brands] == ["aurora"]),
        ("platforms.feed.affordances.repost.enabled=false", lambda s: not s.platforms[0].affordances.repost.enabled),
        ("network.circle={generator: follow}", lambda s: not hasattr(s.network.circle, "mean_friends")),
        ("network.circle.generator=follow", lambda s: s.network.circle.generator == "follow"),
        ("name='a = b'", lambda s: s.name == "a = b"),
        ("population.phone_share=.5", lambda s: s.population.phone_share == 0.5),
    ],
)
def test_set_changes_one_value(setting: str, read) -> None:
    assert read(load("feed", [setting]).scenario)


def test_the_last_of_several_settings_wins_and_its_place_is_kept() -> None:
    loaded = load("feed", ["market.users=50", "market.users=60"])
    assert loaded.scenario.market.users == 60
    assert loaded.places["market.users"] == "--set market.users=60"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "market.user=5",
            "market.user: unknown key; allowed: users, days, tick_minutes, start_weekday, start_month, recorded_users, "
            "most_posts, redraw; did you mean",
        ),
        ("brand.aurora.tier=1", "brand: unknown key; allowed: name, title, description, market, population"),
        (
            "market.users=few",
            "market.users: must be a whole number; given the text 'few'; allowed: a whole number, 10 to",
        ),
        ("market.users=2", "market.users: out of range; given 2; allowed: a whole number, 10 to 2000000000 users"),
        (
            "brands.auroa.tier=1",
            "brands.auroa: no such item in the list; allowed: aurora, cotton; did you mean 'aurora'?",
        ),
        ("brands.7.tier=1", "brands.7: no such item in the list; allowed: aurora, cotton"),
        (
            "market.users.x=1",
            "market.users: holds 2000, so there is nothing called 'x' in it; allowed: market.users=value",
        ),
        ("market.users", "is not of the form path=value; allowed: path.to.key=value, such as market.users=5000"),
        ("=5", "is not of the form path=value"),
        ("a..b=5", "is not of the form path=value"),
        ("market.users=", "market.users: has no value after '='; allowed: a value; null for none"),
        ("brands=[1", "the list that opens with '[' is not closed, or lacks a comma; allowed: [first, second]"),
        ("market.users=!!int 5", "the tag '!!int' is not read"),
        (
            "brands.aurora.price_yuan=.nan",
            "brands.aurora.price_yuan: must be a finite number; given nan; allowed: 0.01 to",
        ),
        (
            "platforms.feed.kind=shop",
            "platforms.feed.kind: unknown kind of platform; given the text 'shop'; allowed: open_feed",
        ),
    ],
)
def test_a_wrong_setting_is_named_as_it_was_typed(errors, setting: str, message: str) -> None:
    assert errors("feed", setting)[0].startswith(f"--set {setting}: {message}")


def test_settings_and_file_are_judged_together(write, errors) -> None:
    write("x.yaml", HEAD + "market: {dais: 3}\n")
    assert len(errors("x.yaml", "market.users=2", "oops", "brands.none.tier=1")) == 4


def test_a_missing_data_file_of_a_setting_is_looked_for_in_the_working_folder(errors) -> None:
    there = Path("none.tsv").resolve()
    message = errors("feed", "network.follow.file=none.tsv")[0]
    assert message.startswith(f"--set network.follow.file=none.tsv: network.follow.file: there is no file '{there}'")


WORDS = (  # noqa: SIM905 - a list of words reads best as a sentence
    "extends name market users brands platforms kind affordances network follow file generator categories remove "
    "campaign graph layer 0 feed aurora open_feed x"
).split()
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
TREES = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)
)


@settings(
    max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    tree=st.dictionaries(st.sampled_from(WORDS), TREES, max_size=6), path=st.lists(st.sampled_from(WORDS), max_size=4)
)
def test_whatever_a_file_holds_only_input_errors_come(tree: dict[str, Any], path: list[str]) -> None:
    Path("any.yaml").write_text(json.dumps({"extends": "feed", **tree}, ensure_ascii=False), encoding="utf-8")
    with contextlib.suppress(InputError):
        load("any.yaml", [".".join(path) + "=" + json.dumps(tree)])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_whatever_is_set_only_input_errors_come(text: str) -> None:
    with contextlib.suppress(InputError):
        load("feed", [text])


def test_a_data_file_that_cannot_be_read_is_named(write, errors) -> None:
    assert "cannot be read: File name too long" in errors("feed", "network.follow.file=" + "x" * 300)[0]


@pytest.mark.parametrize("text", ["5", "-3", "0.25", "1e3", "1_000", " 7 ", "true", "'5'", "[1, 2]", ".inf", "010:20"])
def test_a_number_of_the_command_line_is_what_the_parser_reads(text: str) -> None:
    setting = f"market.users={text}"
    read = yaml.parse(text, overrides.shown(setting), place=False)
    assert overrides.parse(setting).value == read
    assert type(overrides.parse(setting).value.value) is type(read.value)
