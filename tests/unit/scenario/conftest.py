"""A small library of scenarios, and files written beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.scenario import library
from simulator.scenario.loader import load

BASE = """\
title: Base
market: {users: 2000, days: 3}
categories:
  electronics: {interval_days: 300, reference_price_yuan: 1500}
  clothing: {interval_days: 30, reference_price_yuan: 200}
brands:
  - name: aurora
    category: electronics
    price_yuan: 1499
    unit_cost_yuan: 900
    campaign: {budget_yuan: 20_000, deal: 0.1, days: 1}
  - name: cotton
    category: clothing
    price_yuan: 159
    unit_cost_yuan: 80
network:
  follow: {generator: follow}
  circle: {generator: circle, mean_friends: 20}
"""

FEED = """\
extends: base
title: Feed
platforms:
  - {name: feed, kind: open_feed}
"""

OPEN_FEED = """\
graph: {enabled: true, layer: follow}
feed: {enabled: true}
repost: {enabled: true, hazard: 0.004}
checkout: {enabled: true}
"""


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a library with `base` and `feed` and the platform kind `open_feed`; work is done in another."""
    folder = tmp_path / "shipped"
    (folder / "platforms").mkdir(parents=True)
    (folder / "base.yaml").write_text(BASE)
    (folder / "feed.yaml").write_text(FEED)
    (folder / "platforms" / "open_feed.yaml").write_text(OPEN_FEED)
    monkeypatch.setattr(library, "folder", lambda: folder)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return folder


Write = Callable[..., Path]


@pytest.fixture
def write() -> Write:
    """Writes a file into the working folder: `write("name.yaml", text or bytes)`."""

    def written(name: str, content: str | bytes) -> Path:
        path = Path(name)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


@pytest.fixture
def errors() -> Callable[..., list[str]]:
    """The messages with which a scenario is refused."""

    def refused(source: str | Path, *settings: str) -> list[str]:
        with pytest.raises(InputError) as caught:
            load(source, settings)
        return [str(problem) for problem in caught.value.problems]

    return refused
