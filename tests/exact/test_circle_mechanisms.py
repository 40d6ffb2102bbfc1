"""Cues, chats, official accounts and sellers' books, counted by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from numba import njit

from simulator.kernels import chats as chat_kernels
from simulator.kernels import cues as cue_kernels
from simulator.kernels import sellers
from simulator.kernels.chats import ChatParams
from simulator.kernels.cues import CueParams
from simulator.kernels.luck import luck_of
from simulator.kernels.sellers import EntryParams
from simulator.kernels.state import MOST_CUES, POST, Live, Users
from simulator.metrics.view import RunView
from simulator.model.circle import account_params, pushes
from simulator.model.market import CommerceModel
from simulator.model.tables import tables_of, terms
from simulator.population import table
from simulator.types import PostKind, Role
from tests.support.worlds import busy, on

LUCK = luck_of(5)


@njit
def count_cues(users, live, brand):
    return cue_kernels.count_cues(users, live, 0, brand)


@njit
def lift(count, cues):
    return cue_kernels.lift(count, cues)


@njit
def come_by_chat(posts, readers, chats, luck):
    came = np.zeros((posts.size, readers), np.bool_)
    for at in range(posts.size):
        for reader in range(readers):
            came[at, reader] = chat_kernels.comes_by_chat(posts[at], reader, chats, luck)
    return came


@njit
def seen_with_chat(p, posts, at, reader, chats, luck):
    return chat_kernels.seen_with_chat(p, posts[at], reader, chats, luck)


def reader_of(*copies):
    """A reader whose inbox holds copies (brand, kind, author, opinion), and the live posts; slot 7 is empty."""
    live = np.zeros(16, POST).view(np.recarray)
    made = table.allocate(1, 3, 1, 8)
    for at, (brand, kind, author, opinion) in enumerate(copies, 1):
        live[at].brand, live[at].kind, live[at].author, live[at].opinion = brand, kind, author, opinion
        made.ring[0, 0, at - 1] = at
    users = Users(made.key, made.activity, made.person, made.tie, made.inbox[0].view(np.recarray), made.ring[0])
    return users, Live(low=1, mask=15, table=live, heat_of=np.zeros(2, np.uint64), heat=np.zeros(2, np.int64))


TALE, REPOST, OFFER = int(PostKind.SHARE), int(PostKind.REPOST), int(PostKind.SELLER)


@pytest.mark.parametrize(
    ("copies", "friends"),
    [
        ((), 0),
        (((1, TALE, 10, 0.5),), 1),
        (((1, TALE, 10, 0.5), (1, REPOST, 10, 0.2)), 1),
        (((1, TALE, 10, 0.5), (1, REPOST, 11, 0.2)), 2),
        (((1, TALE, 10, -0.5), (1, TALE, 11, 0.0)), 0),
        (((1, OFFER, 10, 0.6), (2, TALE, 11, 0.9)), 0),
        (tuple((1, TALE, 10 + k, 0.5) for k in range(7)), MOST_CUES),
    ],
)
def test_friends_who_spoke_well_are_counted_once(copies, friends):
    users, live = reader_of(*copies)
    assert count_cues(users, live, 1) == friends


def test_the_first_cue_tells_something_and_others_add_little():
    cues = CueParams(first=0.3, further=0.15)
    lifts = [lift(count, cues) - 1.0 for count in range(4)]
    assert lifts == pytest.approx([0.0, 0.3, 0.345, 0.39], rel=1e-12)


def test_a_share_of_tales_reaches_a_share_of_ties_by_chat():
    """Binomial counts of 40,000 and 200 keyed draws; four standard deviations, a false alarm in 16,000."""
    chats = ChatParams(share=0.1, repeats=0.3, read=0.8)
    posts = np.zeros(200, POST).view(np.recarray)
    posts.kind, posts.root, posts.author_key = TALE, np.arange(200), np.arange(200)
    came = come_by_chat(posts, 200, chats, LUCK)
    repeated = came.any(axis=1).mean()
    assert abs(repeated - 0.3) < 4.0 * math.sqrt(0.3 * 0.7 / 200)
    inside = came[came.any(axis=1)].mean()
    assert abs(inside - 0.1) < 4.0 * math.sqrt(0.1 * 0.9 / (200 * repeated * 200))
    assert came[:, 0].any()
    assert seen_with_chat(0.5, posts, int(np.argmax(came[:, 0])), 0, chats, LUCK) == pytest.approx(0.9)


def affordance(**numbers):
    return SimpleNamespace(official_accounts=SimpleNamespace(**numbers), active=lambda name: True)


@pytest.mark.parametrize(("wanted", "most", "a_year"), [(4.0, 4.0, 48), (30.0, 4.0, 48), (1.0, 4.0, 12), (0.0, 4.0, 0)])
def test_pushes_are_as_many_as_wanted_and_allowed(wanted, most, a_year):
    brand = SimpleNamespace(index=0, key=9, model=SimpleNamespace(seeds=SimpleNamespace(content=1)))
    brand.parameters, brand.note = SimpleNamespace(pushes_a_month=wanted), lambda *said, **more: None
    there = affordance(most_a_month=most, strength=1.0)
    days = [pushes(brand, there, day, "circle") for day in range(360)]
    assert sum(map(len, days)) == a_year
    assert all(9 * 60 <= post.minute - day * 1440 < 21 * 60 for day, posts in enumerate(days) for post in posts)
    assert max(map(len, days)) <= 1


def test_a_push_seen_adds_the_hazard_of_so_many_silent_days():
    accounts = account_params(affordance(strength=2.0, unfollow_hazard=0.001, push_added=8.0))
    assert accounts.a_minute * 1440 == pytest.approx(0.002, rel=1e-12)
    assert accounts.a_push == pytest.approx(8.0 * 0.002, rel=1e-12)


# -- sellers


def decide(roles, own, total, count, **given):
    made = table.allocate(len(roles), 1, 1, 1)
    made.person["role"] = roles
    users = Users(made.key, made.activity, made.person, made.tie, made.inbox[0].view(np.recarray), made.ring[0])
    numbers = {"response": 1e9, "cost": 800.0, "entry": 400.0, "heard": 0.5, "sceptical": 0.0} | given
    wish = np.empty(len(roles), np.uint8)
    columns = [np.array(column, np.int64) for column in (own, total, count)]
    sellers.decide_roles(users, *columns, 3, EntryParams(**numbers), LUCK.seller_entry, wish)
    return wish.tolist()


def test_who_sees_a_gain_changes_the_role():
    """With a response without bound: below and above the break-even point, by own income and by what is heard."""
    ordinary, leader, seller = Role.ORDINARY, Role.OPINION_LEADER, Role.SELLER
    roles = [ordinary, ordinary, ordinary, leader, seller, seller, seller, seller]
    own = [0, 0, 0, 0, 0, 900, 700, 900]
    total = [0, 2000, 2600, 9000, 0, 0, 2000, 1000]
    count = [0, 2, 2, 1, 0, 0, 2, 2]
    stay, leave, enter = sellers.STAYS, sellers.LEAVES, sellers.ENTERS
    assert decide(roles, own, total, count) == [stay, stay, enter, stay, leave, stay, stay, leave]
    assert decide(roles, own, total, count, response=0.0) == [stay] * 8
    assert decide(roles, own, total, count, sceptical=2.0)[2] == stay


def market(**entry):
    settings = on(
        "private_circle",
        peer_sellers={"share": 0.1},
        seller_entry={"enabled": True, "every_days": 1, "response": 0.5, "cost_yuan": 1.0, "entry_yuan": 0.0} | entry,
    )
    model = CommerceModel(busy("private_circle", 1200, *settings), rng=6)
    model.run_model()
    return model


def test_what_sellers_earn_is_what_their_orders_pay():
    model = market()
    book, tables = model.schedule.books[0], tables_of(model)
    view = RunView(tuple(brand.name for brand in model.brands), tables, terms(model))
    assert int(book.incomes(model.state, 0, model.ticks).sum()) == int(view.gross.sellers.sum()) > 0
    sold = tables["needs"][(tables["needs"]["seller"] >= 0) & (tables["needs"]["outlet"] == "platform")]
    posted = tables["posts"][tables["posts"]["kind"] == "seller"]
    assert set(sold["seller"]) <= set(posted["author"])
    assert set(zip(sold["seller"], sold["brand"], strict=True)) <= set(
        zip(posted["author"], posted["brand"], strict=True)
    )


def test_sellers_never_pass_their_share_and_the_books_balance():
    model = market(most=0.12)
    rows = tables_of(model)["sellers"]
    assert rows["sellers"].max() == 144
    assert (rows["sellers"].diff().iloc[1:] == (rows["entered"] - rows["left"]).iloc[1:]).all()
    assert rows["sellers"].iloc[-1] == np.count_nonzero(model.state.columns["role"] == Role.SELLER)
