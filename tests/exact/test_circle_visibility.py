"""In a circle a post is seen by its author's friends alone, unless one of them passes it on."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from simulator.agents.users import User
from simulator.model.market import CommerceModel
from simulator.model.tables import tables_of
from simulator.types import PostKind
from tests.support.worlds import busy, on

LIVELY = on(
    "private_circle",
    repost={"enabled": True, "hazard": 0.05},
    peer_sellers={"enabled": True, "share": 0.1},
    group_chats={"enabled": True, "share": 0.5, "repeat": 1.0},
)


def circle(users, **changed):
    return busy("private_circle", users, *LIVELY, *on("private_circle", **changed))


class Watched(User):
    """A user of whom it is noted whose posts were seen."""

    __slots__ = ()
    noted: ClassVar[list[tuple[int, int, int, int]]] = []

    def believes(self, post):
        self.noted.append((self.key, post.author_key, post.kind, post.root))
        return super().believes(post)


def watched(hazard):
    """(reader, author, kind, root) of every copy seen that a person wrote, and friends by key."""
    Watched.noted = []
    model = CommerceModel(circle(150, repost={"hazard": hazard}), rng=3, engine="agents", user_class=Watched)
    model.run_model()
    graph = model.state.platforms[0].graph
    friends = {(author, int(reader)) for author in range(150) for reader in graph.followers(author)}
    return [one for one in Watched.noted if one[1] < 150], friends, model


def test_without_a_re_share_only_friends_see_a_post():
    seen, friends, _ = watched(hazard=0.0)
    assert len(seen) > 100
    assert {kind for _, _, kind, _ in seen} >= {PostKind.SELLER, PostKind.SHARE}
    assert all((author, reader) in friends for reader, author, _, _ in seen)


def test_a_re_share_alone_carries_it_further_and_to_friends_of_the_one_who_shares():
    seen, friends, model = watched(hazard=0.2)
    assert all((author, reader) in friends for reader, author, _, _ in seen)
    posts = tables_of(model, ["posts"])["posts"]
    by_people = posts[(posts["depth"] == 0) & (posts["author"] != np.iinfo(np.uint32).max)]
    first = dict(zip(by_people["root_key"].tolist(), by_people["author"].tolist(), strict=True))
    beyond = {kind for reader, _, kind, root in seen
              if root in first and first[root] != reader and (first[root], reader) not in friends}  # fmt: skip
    assert beyond == {PostKind.REPOST}


@pytest.mark.parametrize("hazard", [0.0, 0.2])
def test_no_inbox_ever_holds_a_copy_by_a_stranger(hazard):
    """The compiled engine, at every tick."""
    model = CommerceModel(circle(400, repost={"hazard": hazard}), rng=4)
    platform = model.state.platforms[0]
    friends = np.zeros((400, 400), bool)
    for row in range(400):
        friends[platform.graph.followers(row), row] = True
    copies = 0
    while model.running:
        model.step()
        live = platform.posts.live()
        ring = platform.users.ring.astype(np.int64)
        held = (ring >= live.low) & (ring < platform.posts.next_id) & (ring > 0)
        reader, _ = np.nonzero(held)
        author = live.table["author"][ring[held] & live.mask]
        by_people = author >= 0
        assert friends[reader[by_people], author[by_people]].all()
        copies += int(by_people.sum())
    assert copies > 1000
