"""Money: every fen a buyer pays goes to exactly one purse."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.kernels.money import share_of
from simulator.metrics import accounts
from simulator.metrics.view import Terms

share = st.floats(0, 1)


def terms_for(brands, margins=0.1, commission=0.05, payment_cost=0.006, seller_commission=0.1, **spend):
    return Terms(
        unit_cost_fen=np.full(brands, 700, np.int64),
        quality=np.zeros(brands),
        patience_ticks={},
        offline_margin=np.broadcast_to(np.asarray(margins, float), (brands,)),
        platforms=("here",),
        commission=np.array([commission]),
        payment_cost=np.array([payment_cost]),
        seller_commission=np.array([seller_commission]),
        spend_fen={channel: np.asarray(fen, np.int64)[None] for channel, fen in spend.items()},
    )


def settle(terms, brand, price, on_platform, by_seller):
    """With one platform or the offline outlet."""
    return accounts.settle(terms, brand, price, np.where(on_platform, 0, -1), by_seller)


@st.composite
def trades(draw):
    """Terms, and orders of up to 1e8 yuan each."""
    brands = draw(st.integers(1, 4))
    margins = draw(st.lists(share, min_size=brands, max_size=brands))
    terms = terms_for(brands, margins, draw(share), draw(share), draw(share))
    order = st.tuples(st.integers(0, brands - 1), st.integers(0, 10**10), st.booleans(), st.booleans())
    orders = draw(st.lists(order, max_size=30))
    columns = zip(*orders, strict=True) if orders else ([], [], [], [])
    brand, price, online, seller = (np.array(column) for column in columns)
    return terms, brand.astype(np.int64), price.astype(np.int64), online.astype(bool), seller.astype(bool)


@settings(max_examples=300, deadline=None)
@given(trades())
def test_every_fen_goes_to_exactly_one_purse(trade):
    terms, brand, price, online, seller = trade
    a = settle(*trade)
    np.testing.assert_array_equal(a.buyers, a.brands + a.outlet + a.platform + a.sellers)
    for b in range(terms.unit_cost_fen.size):
        mine = brand == b
        assert a.buyers[b] == sum(price[mine].tolist())
        assert a.units[b] == mine.sum()
        assert a.units_platform[b] == (mine & online).sum()
        assert a.outlet[b] <= sum(price[mine & ~online].tolist())
        assert max(a.platform[b], a.payment_cost[b]) <= sum(price[mine & online].tolist())
        assert a.sellers[b] <= sum(price[mine & online & seller].tolist())
    for purse in (a.buyers, a.outlet, a.platform, a.sellers, a.payment_cost, a.production_cost):
        assert purse.dtype == np.int64
        assert (purse >= 0).all()


@settings(max_examples=100, deadline=None)
@given(trades(), st.randoms(use_true_random=False))
def test_the_order_of_orders_is_nothing(trade, random):
    terms, *columns = trade
    order = list(range(columns[0].size))
    random.shuffle(order)
    before, after = settle(terms, *columns), settle(terms, *(column[order] for column in columns))
    for name, purse in vars(before).items():
        np.testing.assert_array_equal(getattr(after, name), purse)


def test_a_bill_worked_out_by_hand():
    """Of 9.99 yuan: online 49 fen to the platform, 99 to the seller; offline 249 to the outlet."""
    terms = terms_for(2, [0.1, 0.25], 0.05, 0.01, 0.1, ads=[5, 0], seeds=[7, 0])
    one = np.ones(3, bool)
    a = settle(terms, np.array([0, 0, 1]), np.full(3, 999), one & [1, 1, 0], one & [1, 0, 1])
    assert a.buyers.tolist() == [1998, 999]
    assert a.platform.tolist() == [98, 0]
    assert a.sellers.tolist() == [99, 0]
    assert a.outlet.tolist() == [0, 249]
    assert a.brands.tolist() == [1998 - 98 - 99, 750]
    assert a.payment_cost.tolist() == [18, 0]
    assert a.production_cost.tolist() == [1400, 700]
    assert a.marketing.tolist() == [12, 0]
    assert a.contribution.tolist() == [1801 - 1400 - 12, 50]


def test_nothing_sold():
    none = np.empty(0, np.int64)
    a = settle(terms_for(3, ads=[1, 2, 3]), none, none, none.astype(bool), none.astype(bool))
    assert a.contribution.tolist() == [-1, -2, -3]
    assert not a.buyers.any()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**10), st.integers(0, 10**6))
def test_a_share_is_cut_to_whole_fen_exactly(price, millionths):
    """In whole numbers: no share of a price is a fen off because its binary fraction is."""
    assert share_of(np.array([price]), millionths / 10**6).tolist() == [price * millionths // 10**6]
