"""A user is a view of one row: attributes, ranges, and what may not be written."""

import numpy as np
import pytest

from simulator.agents.columns import ColumnProperty
from simulator.agents.market_view import Need, Offer, Post, Product
from simulator.agents.users import User
from simulator.model.market import CommerceModel
from simulator.population.table import COLUMNS
from simulator.types import Device


@pytest.fixture(scope="module")
def model():
    settings = ("market.users=50", "market.days=3", "population.sessions_per_day=20")
    made = CommerceModel("public_feed", rng=5, engine="agents", settings=settings, order=np.arange(50)[::-1])
    for _ in range(60):
        made.step()
    return made


def test_every_declared_column_is_an_attribute(model):
    for column in COLUMNS:
        assert isinstance(getattr(User, column.name), ColumnProperty)
        assert column.doc in getattr(User, column.name).__doc__
        held = model.state.columns[column.name]
        for user in model.user_set:
            assert np.array_equal(getattr(user, column.name), held[user.row]), column.name


def test_every_declared_column_is_annotated_for_type_checkers():
    """And no name that is not declared: a column that is renamed is renamed there, too."""
    own = {"_cells", "_members", "row"}
    assert set(User.__mro__[1].__annotations__) - own == {column.name for column in COLUMNS}


def test_ids_follow_the_key_and_not_the_row(model):
    assert sorted(user.unique_id for user in model.user_set) == list(range(1, 51))
    assert [user.unique_id for user in model.user_set] == [user.key + 1 for user in model.user_set]
    assert model.user_set[0].unique_id == 50
    assert repr(model.user_set[0]) == "User(key=49)"


def test_numbers_are_python_numbers(model):
    user = model.user_set[3]
    assert type(user.taste) is float
    assert type(user.key) is int
    assert type(user.opinion[0]) is float
    assert type(user.stage[-1]) is int
    assert user.opinion[1:] == user.opinion.tolist()[1:]
    assert len(user.opinion) == 4
    assert np.asarray(user.opinion).dtype == np.float32
    assert np.mean(user.opinion) == np.mean(user.opinion.tolist(), dtype=np.float32)
    assert user.opinion == list(user.opinion)
    assert user.opinion != [9.0]
    assert repr(user.ring) == f"ring {user.ring.tolist()}"
    assert user.ring[0] == user.ring.tolist()[0] == list(user.ring[-1])
    with pytest.raises(IndexError):
        user.opinion[4]


def test_moving_columns_are_written_within_their_range(model):
    user = model.user_set[4]
    for value in (4, np.int64(7)):
        user.last_visit = value
        assert user.last_visit == value == model.state.columns["last_visit"][4]
    for name, value in (("fatigue", 1.5), ("fatigue", 2), ("unread", 3), ("unread", np.int64(2))):
        getattr(user, name)[0] = value
        assert getattr(user, name) == [value] == model.state.columns[name][4].tolist()
    user.opinion[2] = 0.1
    assert user.opinion[2] == np.float32(0.1)
    user.opinion[-1] = 1.0000000000000002  # rounds to 1 in the column
    user.opinion = [0.0, 0.5, -0.5, 1.0]
    assert user.opinion == [0.0, 0.5, -0.5, 1.0]


@pytest.mark.parametrize(
    ("write", "error", "message"),
    [
        (lambda u: setattr(u, "fatigue", -1.0), ValueError, "fatigue of a user is -1.0; allowed: 0 to 65504"),
        (lambda u: setattr(u, "fatigue", float("nan")), ValueError, "fatigue of a user is nan"),
        (lambda u: setattr(u, "fatigue", "much"), TypeError, "fatigue of a user is 'much'; allowed: a number"),
        (lambda u: setattr(u, "last_visit", 2.5), TypeError, "last_visit of a user is 2.5; allowed: a whole number"),
        (lambda u: setattr(u, "unread", 9), ValueError, "unread of a user is 9; allowed: 0 to 8"),
        (lambda u: u.opinion.__setitem__(0, 1.1), ValueError, "opinion of a user is 1.1; allowed: -1 to 1"),
        (lambda u: u.stage.__setitem__(0, 6), ValueError, "stage of a user is 6; allowed: 0 to 5"),
        (lambda u: u.opinion.__setitem__(4, 0.0), IndexError, "bounds|range"),
        (lambda u: setattr(u, "opinion", [0.0, 2.0, 0.0, 0.0]), ValueError, "allowed: -1 to 1"),
        (lambda u: setattr(u, "taste", 0.0), AttributeError, "taste of a user is fixed when the population is built"),
        (lambda u: setattr(u, "key", 0), AttributeError, "key of a user is fixed"),
        (lambda u: setattr(u, "mood", 0), AttributeError, "users have no column 'mood'; columns: key, region"),
        (lambda u: setattr(u, "opinon", 0), AttributeError, "did you mean 'opinion'"),
        (lambda u: setattr(u, "row", 0), AttributeError, "users have no column 'row'"),
        (lambda u: setattr(u, "pos", (0, 0)), AttributeError, "users have no column 'pos'"),
        (lambda u: setattr(u, "model", None), AttributeError, "no setter"),
        (lambda u: setattr(u, "unique_id", 3), AttributeError, "no setter"),
        (lambda u: u.mood, AttributeError, "mood"),
    ],
)
def test_what_may_not_be_written_is_refused(model, write, error, message):
    before = {name: column.copy() for name, column in model.state.columns.items()}
    with pytest.raises(error, match=message):
        write(model.user_set[4])
    assert all(np.array_equal(before[name], column) for name, column in model.state.columns.items())


def test_a_user_sees_posts_products_and_own_needs(model):
    user = max(model.user_set, key=lambda u: u.unread[0])
    market = user.market
    here, newest = market.platforms[0], user.ring[0][user.head[0]]
    post = here.post(newest)
    assert isinstance(post, Post)
    assert post == here.post(newest)
    assert post != here.newest(newest - 1)
    assert len({post, here.post(newest)}) == 1
    assert isinstance(post.product, Product)
    assert post.product.category in market.categories
    assert here.post(0) is None, "an empty slot"
    assert repr(post.product) == f"Product({post.brand})"
    for other in model.user_set:
        assert all(isinstance(need, Need) and need.row == other.row for need in other.needs)
    offers = market.offers(market.categories[0], [True, False, True, True], here)
    assert [(offer.product.index, offer.on_platform) for offer in offers] == [(0, False), (0, True), (1, False)]
    assert len(market.offers(market.categories[0], [True] * 4, None)) == 2


def test_decisions_change_nothing(model):
    """A question may be asked any number of times."""
    user = max(model.user_set, key=lambda u: u.unread[0])
    market = user.market
    here = market.platforms[0]
    post, product = here.post(user.ring[0][user.head[0]]), market.products[0]
    before = {name: column.copy() for name, column in model.state.columns.items()}
    market.rhythm = [1e9]
    visit = user.visits()[0]
    assert visit.platform is here
    assert visit.device in (Device.PHONE, Device.PC)
    for need in [need for each in model.user_set for need in each.needs][:1]:
        owner = model.user_set[need.row]
        offers = market.offers(need.category, [True] * 4, here)
        assert owner.chooses(need, offers) == owner.chooses(need, offers)
        assert owner.attempts_checkout(need, visit) in range(owner.checkout_steps(here) + 1)
        assert owner.chooses(need, []) is None
    answers = [
        (user.sees(post, visit, 2), user.recalls(post), user.believes(post), user.trusts(post), user.mutes(post),
         user.reposts(post, []), user.sees_ad(product, visit), user.recalls_ad(product, visit),
         user.utility(Offer(product, here, 1), need))
        for _ in range(2)
    ]  # fmt: skip
    assert answers[0] == answers[1]
    market.rhythm = [0.0]
    assert user.visits() == []
    assert all(np.array_equal(before[name], column) for name, column in model.state.columns.items())
