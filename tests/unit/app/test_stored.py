"""Stored results: only what lies below the folder is opened; filters, cascades and stories agree with the tables."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulator.app.dashboard import shelf, stored
from simulator.app.dashboard.context import Context
from simulator.app.dashboard.figures import Look, tree_figure
from simulator.app.dashboard.follow import Follower, tell_story
from simulator.app.dashboard.limits import Limits
from simulator.app.dashboard.pages.told import story_list
from simulator.app.dashboard.sessions import Session
from simulator.app.dashboard.work import StoppedError
from simulator.app.dashboard.worker import Ended
from simulator.ensemble.runner import run_one
from simulator.errors import InputError, SimulatorError, StoreError
from simulator.kernels.state import COUNTERS
from simulator.output.json_file import read_object, sealed_text
from simulator.scenario.loader import load
from tests.support.deskwork import InstantPool
from tests.support.worlds import BUSY

SETTINGS = ("market.users=400", *BUSY, "market.days=4")


def ignore(*_: Any) -> None:
    """What a job tells."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs below a folder, and things that must not be opened."""
    root = tmp_path_factory.mktemp("results")
    for kind in ("public_feed", "private_circle"):
        run_one(load(kind, SETTINGS), 5, root / "study" / kind)
    (root / "study" / "private_circle" / "study.json").write_text("{broken", "utf-8")
    run_one(load("marketplace", ("market.users=100", "market.days=1")), 5, root.parent / "outside")
    (root / "link").symlink_to(root.parent / "outside", target_is_directory=True)
    return root


@pytest.fixture(autouse=True)
def fresh() -> None:
    for cached in (stored.opened, stored.needs_of, stored.posts_of, stored.largest):
        cached.cache_clear()


@pytest.fixture
def feed(results: Path) -> tuple[stored.Place, stored.Run]:
    place = next(place for place in stored.places(results) if place.name.endswith("public_feed"))
    return place, stored.runs(place)[0]


# -- what may be opened


def test_studies_below_the_folder_are_found_and_links_are_passed_over(results: Path) -> None:
    assert [place.name for place in stored.places(results)] == ["study/private_circle", "study/public_feed"]
    assert [place.name for place in stored.places(results / "study" / "public_feed")] == ["public_feed"]
    assert stored.places(results / "nowhere") == []
    deep = results / "a" / "b" / "c" / "d"
    shutil.copytree(results / "study" / "public_feed", deep, dirs_exist_ok=True)
    assert all("d" not in place.name.split("/") for place in stored.places(results))
    shutil.rmtree(results / "a")


def test_runs_without_a_readable_study_are_listed_by_their_manifests(feed: Any) -> None:
    place, run = feed
    assert (run.arm, run.role, run.world) == ("public_feed", "campaign", 0)
    assert stored.runs(place) == [run]


def test_a_study_names_its_runs(results: Path, tmp_path: Path) -> None:
    folder = tmp_path / "named"
    shutil.copytree(results / "study" / "public_feed", folder)
    address = next((folder / "runs").glob("[0-9a-f]*")).name
    entries: list[Any] = [
        {"address": address, "arm": "mine", "role": "campaign", "replication": 3},
        {"address": "../../../outside", "arm": "x", "role": "campaign", "replication": 0},
        {"address": "f" * 20, "arm": "gone", "role": "control", "replication": 0},
        "nonsense",
    ]
    (folder / "study.json").write_text(json.dumps({"kind": "compare", "arms": [{"label": "mine"}], "runs": entries}))
    place = stored.places(tmp_path)[0]
    assert (place.kind, place.title) == ("compare", "mine")
    assert [(run.arm, run.world) for run in stored.runs(place)] == [("mine", 3)]


@pytest.mark.parametrize("address", ["../outside", "..", "", "0" * 20, "/etc", "a" * 20])
def test_an_address_that_was_not_found_opens_nothing(results: Path, feed: Any, address: str) -> None:
    with pytest.raises(StoreError):
        stored.opened(feed[0].folder, address)


def test_a_manifest_that_names_a_file_elsewhere_is_refused(results: Path, tmp_path: Path, feed: Any) -> None:
    folder = tmp_path / "hostile"
    shutil.copytree(results / "study" / "public_feed", folder)
    address = feed[1].address
    manifest = folder / "runs" / address / "manifest.json"
    shutil.move(folder / "runs" / address / "needs.parquet", tmp_path / "needs.parquet")
    content = read_object(manifest)
    content["tables"]["needs"]["file"] = "../../../needs.parquet"
    manifest.write_text(sealed_text(content), "utf-8")
    with pytest.raises(StoreError, match="is not in the run's folder"):
        stored.opened(folder, address)


# -- needs


def test_without_filters_every_need_is_counted_once(feed: Any) -> None:
    needs = stored.needs_of(feed[0].folder, feed[1].address)
    counts = stored.steps(stored.filtered(needs, {}))
    ended = counts["paid"] + counts["leaked"] + counts["offline"] + counts["nothing"]
    open_still = int((needs["status"] == "chosen").sum())
    assert counts["due"] == ended + open_still
    assert counts["chosen"] >= counts["reserved"] >= counts["paid"] > 0


@pytest.mark.parametrize("name", stored.FILTERS)
def test_a_filter_and_its_complement_make_the_whole(feed: Any, name: str) -> None:
    needs = stored.needs_of(feed[0].folder, feed[1].address)
    values = stored.options(needs)[name]
    assert values
    column = needs[name].astype(str)
    for value in values:
        kept = stored.filtered(needs, {name: value})
        assert len(kept) == (column == value).sum() > 0
        assert set(kept[name].astype(str)) == {value}
    left_out = ~column.isin(values)
    assert set(column[left_out]) <= {"", "none", "255"}
    assert sum(len(stored.filtered(needs, {name: value})) for value in values) == (~left_out).sum()
    assert len(stored.filtered(needs, {name: ""})) == len(needs)
    assert len(stored.filtered(needs, {"user": "3"})) == len(needs), "no such filter"


# -- cascades


def test_the_largest_cascades_come_first_and_their_trees_are_whole(feed: Any) -> None:
    place, run = feed
    cascades = stored.largest(place.folder, run.address)
    posts = stored.posts_of(place.folder, run.address)
    assert cascades["size"].is_monotonic_decreasing
    for row in cascades.head(3).to_dict("records"):
        tree = stored.tree(posts, row["root_key"])
        assert tree.size == row["size"]
        assert tree.depth.max() == row["depth"]
        assert (tree.parent[0], tree.below[0]) == (-1, tree.size)
        assert (tree.parent[1:] >= 0).all()
        assert (tree.parent[1:] < np.arange(1, tree.parent.size)).all()
        assert (tree.depth[1:] == tree.depth[tree.parent[1:]] + 1).all()
        assert (tree.hour[1:] >= tree.hour[tree.parent[1:]]).all()
        drawn = tree_figure(tree, "hours", Look())
        assert len(drawn["data"][1]["x"]) == tree.parent.size
        assert len(drawn["data"][0]["x"]) == 3 * (tree.parent.size - 1)


def test_heights_put_parents_amid_their_children_and_no_two_leaves_together() -> None:
    parent = np.array([-1, 0, 0, 1, 1, 4])
    height = stored._heights(parent)
    leaves = [row for row in range(parent.size) if row not in parent]
    assert sorted(height[leaves].tolist()) == [0.0, 1.0, 2.0]
    assert height[1] == (height[3] + height[4]) / 2
    assert height[0] == (height[1] + height[2]) / 2
    assert stored._heights(np.array([], int)).size == 0


def test_of_a_large_cascade_the_weightiest_posts_are_drawn_with_all_above_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MOST_DRAWN", 5)
    n = 40
    parent = [0, *[i // 2 for i in range(1, n)]]
    keys = np.arange(1, n + 1, dtype=np.uint64)
    depth = [0]
    for i in range(1, n):
        depth.append(depth[parent[i]] + 1)
    posts = pd.DataFrame(
        {
            "post_key": keys,
            "root_key": np.uint64(1),
            "parent_key": np.array([0, *[parent[i] + 1 for i in range(1, n)]], np.uint64),
            "minute": np.arange(n) * 30,
            "depth": depth,
            "author": np.arange(n),
        }
    )
    tree = stored.tree(posts.sample(frac=1.0, random_state=1), 1)
    assert tree.size == n
    assert tree.below[0] == n
    assert tree.parent.size == 5
    assert (tree.parent[1:] >= 0).all()
    assert min(tree.below) >= max(b for i, b in enumerate(_below(parent)) if i not in tree.author)


def _below(parent: list[int]) -> list[int]:
    below = [1] * len(parent)
    for row in range(len(parent) - 1, 0, -1):
        below[parent[row]] += below[row]
    return below


# -- one user's story


@pytest.fixture(scope="module")
def tales(results: Path) -> Any:
    """The stories of some users of the feed, and the tables they must agree with."""
    place = next(place for place in stored.places(results) if place.name.endswith("public_feed"))
    run = stored.opened(place.folder, stored.runs(place)[0].address)
    needs, posts = run.table("needs"), run.table("posts")
    users = [user for _, user in stored.suggestions(needs, posts)]
    spec = stored.spec_of(run)
    return run, {user: tell_story(spec, user, ignore, lambda: False) for user in dict.fromkeys([*users, 0, 399])}


def test_a_story_is_what_the_stored_run_says_happened(tales: Any) -> None:
    run, stories = tales
    needs, posts, final = run.table("needs"), run.table("posts"), run.table("users")
    assert stored.spec_of(run).address() == run.address
    assert len(stories) >= 5
    for user, story in stories.items():
        own = needs[needs["user"] == user].reset_index(drop=True)
        pd.testing.assert_frame_equal(story.needs, own)
        counted = pd.Series([event.what for event in story.events]).value_counts()
        bought = own[own["status"] == "bought"]
        for what, outlet in (("paid", "platform"), ("offline", "offline"), ("leaked", "leaked")):
            assert counted.get(what, 0) == (bought["outlet"] == outlet).sum()
        assert counted.get("reserved", 0) == (own["reserved_tick"] >= 0).sum()
        reposts = posts[(posts["author"] == user) & (posts["kind"] == "repost")]
        assert counted.get("reposted", 0) == len(reposts)
        row = final[final["user"] == user].iloc[0]
        for brand in ("aurora", "cotton", "borealis", "denim"):
            mine = [event for event in story.events if event.brand == brand]
            assert any(event.what in ("saw", "ad") for event in mine) == row[f"exposed_{brand}"]
            assert any(event.what == "muted" for event in mine) == row[f"muted_{brand}"]
            learnt = [event.facts["source"] for event in mine if event.what == "learnt"]
            assert learnt == [row[f"source_{brand}"]] * len(learnt)
        minutes = [event.minute for event in story.events]
        assert minutes == sorted(minutes)
    assert any(event.what == "reposted" for story in stories.values() for event in story.events)
    assert any(event.what == "paid" for story in stories.values() for event in story.events)


def test_following_a_user_changes_nobodys_run(tales: Any) -> None:
    """The engine with a rehearsal in it counts what the kernels count alone."""
    from simulator.model.market import CommerceModel

    run, stories = tales
    scenario = load("public_feed", SETTINGS).scenario
    model = CommerceModel(scenario, rng=5)
    model.collects = False
    model.engine = model.schedule.engine = Follower(model, next(iter(stories)))
    while model.running:
        model.step()
    counted = np.array(model.panel)[:, 0].reshape(-1, len(COUNTERS))
    assert (counted == run.table("panel")[list(COUNTERS)].to_numpy()).all()


def test_a_rehearsal_that_differs_is_no_story(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: if the agent's path went otherwise than the kernels', it would be seen."""
    from simulator.agents.users import User

    place = next(place for place in stored.places(results) if place.name.endswith("public_feed"))
    run = stored.opened(place.folder, stored.runs(place)[0].address)
    needs = run.table("needs")
    user = int(needs[needs["status"] == "bought"]["user"].iloc[0])
    monkeypatch.setattr(User, "chooses", lambda self, need, offers: None)
    with pytest.raises(SimulatorError, match="part ways"):
        tell_story(stored.spec_of(run), user, ignore, lambda: False)


def test_a_story_can_be_called_off_and_needs_a_user_who_is_there(results: Path) -> None:
    place = stored.places(results)[0]
    spec = stored.spec_of(stored.opened(place.folder, stored.runs(place)[0].address))
    with pytest.raises(StoppedError):
        tell_story(spec, 0, ignore, lambda: True)
    with pytest.raises(InputError, match="user is 400; allowed: 0 to 399"):
        tell_story(spec, 400, ignore, lambda: False)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_story_is_told_in_words(tales: Any, language: str) -> None:
    _, stories = tales
    for story in stories.values():
        shown = str(story_list((story, True, True, len(story.needs)), language))
        assert "Ol(" in shown or "P(" in shown
        assert "{" not in shown.replace("{'", "").replace("={", "")
    assert "another version" in str(story_list((story, False, False, 1), "en"))


# -- the page's work


def context(root: Path, give: Any = None) -> Any:
    pool: Any = InstantPool(give)
    made = Context.__new__(Context)
    made.pool, made.results, made.limits = pool, root, Limits()
    return made


def test_choices_are_taken_only_from_what_is_there(results: Path) -> None:
    here, session = context(results), Session("me")
    found = shelf.places_of(here)
    shelf.settle(session.exploration, found)
    assert session.exploration.place == "study/private_circle"
    assert shelf.enter(here, session, "place", "../outside") == ""
    assert shelf.enter(here, session, "address", "../../outside") == ""
    assert shelf.enter(here, session, "nonsense", "x") == ""
    assert session.exploration.place == "study/private_circle"
    assert shelf.enter(here, session, "place", "study/public_feed") == "place"
    address = session.exploration.address
    assert shelf.enter(here, session, "address", address) == "address"
    assert session.exploration.cascade
    session.exploration.place = "../outside"
    with pytest.raises(StoreError):
        shelf.place_of(here, session.exploration)


def test_a_story_is_asked_for_and_checked_against_the_stored_needs(results: Path, tales: Any) -> None:
    _, stories = tales
    user, told = next(iter(stories.items()))

    def give(_spec: Any, asked: int) -> Any:
        assert asked == user
        return told

    class Pool(InstantPool):
        def ask(self, ticket: Any) -> Any:
            assert ticket.name == "story"
            ticket.on_news(1, 2)
            ticket.on_end(Ended(0, give(*ticket.arguments)))
            return ticket

    here, session = context(results), Session("me")
    here.pool = Pool()
    shelf.settle(session.exploration, shelf.places_of(here))
    shelf.enter(here, session, "place", "study/public_feed")
    for wrong in ("", "x", "-1", "400"):
        shelf.enter(here, session, "user", wrong)
        shelf.begin_story(here, session, "en")
        assert "Allowed: a whole number from 0 to 399" in session.exploration.wrong
    shelf.enter(here, session, "suggested", str(user))
    shelf.begin_story(here, session, "en")
    story = session.exploration.story
    assert story is not None
    assert not story.running
    result, agrees, same_code, n = story.told
    assert (result, agrees, same_code, n) == (told, True, True, len(told.needs))


def test_a_run_that_is_too_large_is_not_repeated(results: Path) -> None:
    here, session = context(results), Session("me")
    here.limits = Limits(user_ticks=100)
    shelf.settle(session.exploration, shelf.places_of(here))
    shelf.enter(here, session, "user", "3")
    shelf.begin_story(here, session, "en")
    assert session.exploration.story is not None
    assert "at most 100 are run here" in session.exploration.story.error
