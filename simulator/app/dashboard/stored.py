"""Stored results that may be opened: studies and runs below one folder, and nothing outside it.

A reader chooses from what was found, by its place in the list; no path ever comes from the network. Links that lead
out of the folder are passed over, and a manifest whose files are not in its own folder is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulator.ensemble.design import RunSpec
from simulator.errors import InputError, SimulatorError, StoreError
from simulator.metrics.cascades import cascade_rows
from simulator.output.json_file import JsonError, read_object
from simulator.output.store import MANIFEST, ResultStore, StoredRun
from simulator.output.study import RUNS, STUDY
from simulator.scenario import library
from simulator.scenario.loader import load_resolved

DEEPEST = 3
"""Levels of folders below the results that are looked through."""
MOST_FOUND = 500
MOST_RUNS = 2000
FILTERS = ("region", "tier", "device", "source")
NO_TIER = 255
STEPS = ("due", "chosen", "reserved", "paid", "leaked", "offline", "nothing")


@dataclass(frozen=True)
class Place:
    """A folder that holds runs: where it is below the results, and what kind of study it is."""

    name: str
    folder: Path
    kind: str
    title: str


@dataclass(frozen=True)
class Run:
    """A stored run as it is listed."""

    address: str
    arm: str
    role: str
    world: int


def places(root: Path) -> list[Place]:
    """The studies below a folder, by name."""
    found = []
    for folder in _folders(root, 0):
        if not (folder / RUNS).is_dir():
            continue
        study = _study(folder)
        kind = str(study.get("kind", "run"))
        labels = [str(arm.get("label", "")) for arm in _entries(study, "arms")]
        name = folder.relative_to(root).as_posix() if folder != root else root.name
        found.append(Place(name, folder, kind, ", ".join(labels)))
        if len(found) == MOST_FOUND:
            break
    return sorted(found, key=lambda place: place.name)


def _folders(root: Path, depth: int) -> Iterator[Path]:
    """A folder and those below it, except runs, hidden ones and links."""
    if not root.is_dir():
        return
    yield root
    if depth == DEEPEST:
        return
    for entry in sorted(root.iterdir()):
        if entry.is_dir() and not entry.is_symlink() and not entry.name.startswith(".") and entry.name != RUNS:
            yield from _folders(entry, depth + 1)


def _study(folder: Path) -> dict[str, Any]:
    try:
        return read_object(folder / STUDY)
    except (OSError, JsonError):
        return {}


def _entries(study: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects that a study lists under a name; whatever else stands there is passed over."""
    listed = study.get(name)
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def runs(place: Place) -> list[Run]:
    """The runs of a study, in the order of study.json; of a folder without one, by address."""
    store = ResultStore(place.folder / RUNS)
    listed = []
    for entry in _entries(_study(place.folder), "runs"):
        if isinstance(entry.get("address"), str) and store.has(entry["address"]):
            world = entry.get("replication")
            number = world if isinstance(world, int) else 0
            listed.append(Run(entry["address"], str(entry.get("arm", "")), str(entry.get("role", "")), number))
    known = set(store.addresses())
    listed = [run for run in listed if run.address in known]
    if not listed:
        listed = [_alone(store, address) for address in store.addresses()[:MOST_RUNS]]
    return listed[:MOST_RUNS]


def _alone(store: ResultStore, address: str) -> Run:
    try:
        content = read_object(store.root / address / MANIFEST)
        return Run(address, str(content["scenario"]["name"]), str(content["role"]), 0)
    except (OSError, JsonError, KeyError, TypeError):
        return Run(address, address, "", 0)


@lru_cache(maxsize=8)
def opened(folder: Path, address: str) -> StoredRun:
    """A stored run, its files checked.

    Raises
    ------
    StoreError
        If it is not there, damaged, or names files outside its folder.
    """
    store = ResultStore(folder / RUNS)
    if address not in store.addresses():
        raise StoreError(f"there is no run {address}")
    return store.read(address)


@lru_cache(maxsize=8)
def needs_of(folder: Path, address: str) -> pd.DataFrame:
    """The ledger of a run."""
    return opened(folder, address).table("needs")


@lru_cache(maxsize=8)
def posts_of(folder: Path, address: str) -> pd.DataFrame:
    """The posts of a run."""
    return opened(folder, address).table("posts")


# -- filters


def options(needs: pd.DataFrame) -> dict[str, list[str]]:
    """What may be filtered by: the values that occur, by filter."""
    found = {}
    for name in FILTERS:
        values = needs[name]
        if name == "tier":
            found[name] = [str(value) for value in sorted(set(values[values != NO_TIER].tolist()))]
        else:
            found[name] = sorted(str(value) for value in values.unique() if str(value) not in ("", "none"))
    return found


def filtered(needs: pd.DataFrame, chosen: Mapping[str, str]) -> pd.DataFrame:
    """The needs that pass every filter that is set."""
    kept = needs
    for name, value in chosen.items():
        if name in FILTERS and value:
            kept = kept[kept[name].astype(str) == value]
    return kept


def steps(needs: pd.DataFrame) -> dict[str, int]:
    """What became of needs: how many fell due, were chosen here, reserved, paid here, left for the offline outlet,
    bought there at once, or came to nothing."""
    status, outlet = needs["status"], needs["outlet"]
    bought = status == "bought"
    return {
        "due": int((~status.isin(["pending", "latent"])).sum()),
        "chosen": int((needs["platform"] != "").sum()),
        "reserved": int((needs["reserved_tick"] >= 0).sum()),
        "paid": int((bought & (outlet == "platform")).sum()),
        "leaked": int((bought & (outlet == "leaked")).sum()),
        "offline": int((bought & (outlet == "offline")).sum()),
        "nothing": int((status == "lost").sum()),
    }


# -- cascades


@lru_cache(maxsize=8)
def largest(folder: Path, address: str, most: int = 20) -> pd.DataFrame:
    """The largest cascades of a run: root_key, brand, kind, size, depth, structural_virality, platform."""
    posts = posts_of(folder, address)
    frames = [
        cascade_rows(own.reset_index(drop=True)).assign(platform=str(platform))
        for platform, own in posts.groupby("platform", sort=True)
    ]
    if not frames:
        return pd.DataFrame()
    every = pd.concat(frames, ignore_index=True)
    return every.sort_values(["size", "root_key"], ascending=[False, True], kind="stable").head(most)


@dataclass(frozen=True)
class Tree:
    """A cascade laid out: position of each post drawn, and its parent among them.

    Attributes
    ----------
    hour : since the root, (m,).
    height : place from top to bottom, (m,).
    parent : row of the parent, -1 for the root, (m,).
    below : posts below each, itself included, of all posts, (m,).
    author, depth : of each, (m,).
    size : posts of the whole cascade.
    """

    hour: np.ndarray
    height: np.ndarray
    parent: np.ndarray
    below: np.ndarray
    author: np.ndarray
    depth: np.ndarray
    size: int


MOST_DRAWN = 400


def tree(posts: pd.DataFrame, root: int) -> Tree:
    """Lay a cascade out. Of a large one, the posts with most below them are drawn, each with all posts above it.

    Parameters
    ----------
    posts : table of one platform.
    root : key of the root.
    """
    own = posts[posts["root_key"] == np.uint64(root)].sort_values(["depth", "minute", "post_key"], kind="stable")
    keys = own["post_key"].to_numpy(np.uint64)
    order = np.argsort(keys)
    place = np.searchsorted(keys[order], own["parent_key"].to_numpy(np.uint64))
    parent = np.where(own["depth"] == 0, -1, order[np.minimum(place, max(keys.size - 1, 0))])
    below = np.ones(keys.size, np.int64)
    for row in range(keys.size - 1, 0, -1):  # parents come before their children
        below[parent[row]] += below[row]
    drawn = np.sort(np.lexsort((np.arange(keys.size), -below))[:MOST_DRAWN])
    renumbered = np.full(keys.size, -1)
    renumbered[drawn] = np.arange(drawn.size)
    kept = own.iloc[drawn]
    up = np.where(parent[drawn] >= 0, renumbered[parent[drawn]], -1)
    minute = kept["minute"].to_numpy(np.float64)
    return Tree(
        hour=(minute - minute[0]) / 60.0 if minute.size else minute,
        height=_heights(up),
        parent=up,
        below=below[drawn],
        author=kept["author"].to_numpy(np.int64),
        depth=kept["depth"].to_numpy(np.int64),
        size=int(keys.size),
    )


def _heights(parent: np.ndarray) -> np.ndarray:
    """Leaves one below the other, everybody else in the middle of their children."""
    children: list[list[int]] = [[] for _ in range(parent.size)]
    for row, above in enumerate(parent.tolist()):
        if above >= 0:
            children[above].append(row)
    height, leaves = np.zeros(parent.size), 0
    stack = [(0, False)] if parent.size else []
    while stack:
        row, seen = stack.pop()
        if seen:
            height[row] = float(np.mean([height[child] for child in children[row]]))
        elif children[row]:
            stack.append((row, True))
            stack += [(child, False) for child in reversed(children[row])]
        else:
            height[row], leaves = float(leaves), leaves + 1
    return height


# -- users


def suggestions(needs: pd.DataFrame, posts: pd.DataFrame) -> list[tuple[str, int]]:
    """Users whose story is worth following, by what they did."""
    found: list[tuple[str, int]] = []

    def first(what: str, chosen: pd.DataFrame) -> None:
        if len(chosen):
            found.append((what, int(chosen["user"].iloc[0])))

    bought = needs[(needs["status"] == "bought") & (needs["outlet"] == "platform")]
    first("friend", bought[bought["source"].isin(["friend", "seller"])])
    first("leader", bought[bought["source"] == "opinion_leader"])
    first("ad", bought[bought["source"] == "ad"])
    first("search", bought[bought["source"] == "search"])
    first("leaked", needs[needs["outlet"] == "leaked"])
    first("forward", bought[bought["brought_forward"]])
    reposts = posts[posts["kind"] == "repost"]["author"].value_counts()
    if len(reposts):
        found.append(("reposter", int(reposts.index[0])))
    return found


def spec_of(run: StoredRun) -> RunSpec:
    """What repeats a stored run, from its manifest alone.

    Raises
    ------
    SimulatorError
        If its scenario or its input files are not those of this version or machine.
    """
    manifest = run.manifest
    try:
        loaded = load_resolved(manifest.scenario, library.folder())
    except InputError as error:
        raise SimulatorError(f"the run cannot be repeated here: {error}") from None
    if dict(loaded.files) != dict(manifest.files):
        raise SimulatorError("the run cannot be repeated here: an input file has changed")
    return RunSpec("story", manifest.role, 0, manifest.seed, loaded.resolved, loaded.files, loaded.paths)
