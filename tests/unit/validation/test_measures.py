"""What patterns make of tables whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from simulator.validation import PATTERNS
from simulator.validation.cascades import ORDINARY
from simulator.validation.pattern import NotRunError
from simulator.validation.patterns import d7, p06, p08, p09, p10, p13, p15, p16, p17, p19, p23, p26
from simulator.validation.patterns.p04 import makers_of
from simulator.validation.sales import jackknifed_ratio, log_ratio, orders, platform_orders
from tests.unit.validation.runs import HandMade, context


def test_a_friend_on_an_offer_is_told_from_whom_it_is_shown_to() -> None:
    """Readers with a friend on the offer open it twice as often anyway; one adds a half, two a half and a tenth."""

    def run(*opened: int) -> HandMade:
        return HandMade({"cues": pd.DataFrame({"cues": [0, 1, 2], "shown": [1000, 100, 10], "clicked": opened})})

    measured = context({p08.CUES: [run(200, 60, 8)] * 2, p08.IDLE: [run(200, 40, 5)] * 2})
    first, second = (part.measure(measured) for part in PATTERNS["8"].parts)
    assert first == pytest.approx([0.5, 0.5])
    assert second == pytest.approx([(1.6 - 1.5) / 0.5] * 2)


def _account(sold: dict[int, int], left: dict[int, int], followers: float, posts: tuple[int, ...]) -> HandMade:
    """A year in ticks of a day: orders and unfollows of both brands by day, and days on which they posted."""
    needs = [(b, "bought", "offline", day) for day, count in sold.items() for _ in range(count) for b in p15.BRANDS]
    panel = [(day, b, left.get(day, 0)) for day in range(365) for b in p15.BRANDS]
    assets = [(day, b, followers if day < 365 else followers / 2) for day in range(1, 366) for b in (*p15.BRANDS, "")]
    written = [("brand", b, day * 1440 + 5) for day in posts for b in p15.BRANDS] + [("share", "cotton", 7 * 1440)]
    tables = {
        "needs": pd.DataFrame(needs, columns=["brand", "status", "outlet", "paid_tick"]),
        "panel": pd.DataFrame(panel, columns=["tick", "brand", "unfollows"]),
        "assets": pd.DataFrame(assets, columns=["day", "brand", "followers"]),
        "posts": pd.DataFrame(written, columns=["kind", "brand", "minute"]),
    }
    return HandMade(tables, days=365, more={"market": {"days": 365, "users": 10, "tick_minutes": 1440}})


def test_what_a_brands_posts_do() -> None:
    pushing = _account({10: 110, 20: 110, 30: 500, 130: 90}, {10: 40, 20: 40, 30: 9}, 1000.0, (10, 20))
    silent = _account({10: 100, 20: 100, 30: 500, 130: 100}, {10: 10, 20: 10, 30: 10}, 2000.0, ())
    measured = context({p15.PUSHING: [pushing] * 2, p15.SILENT: [silent] * 2})
    values = [float(part.measure(measured)[0]) for part in PATTERNS["15"].parts]
    assert values == pytest.approx([0.1, (40 / 1000) / (10 / 2000), -0.1, -0.5])


def test_an_entry_point() -> None:
    """Of 10 orders on the day 1 came by the entry; it converts half as well; of two late newcomers one came by it."""
    panel = [(78, "marketplace", 1, 10, 20, 110), (5, "marketplace", 1, 90, 20, 990), (78, "circle", 7, 7, 0, 0)]
    names = ["tick", "platform", "entry_orders", "orders_platform", "entry_views", "views"]
    bought = [(1, 10, True), (1, 90, True), (2, 60, False), (3, 70, True), (3, 80, False)]
    rows = [(*one, number, "bought", "platform", "marketplace") for number, one in enumerate(bought)]
    needs = pd.DataFrame(rows, columns=["user", "paid_tick", "by_entry", "need_key", "status", "outlet", "platform"])
    market = {"market": {"days": 100, "users": 10, "tick_minutes": 1440}}
    run = HandMade({"panel": pd.DataFrame(panel, columns=names), "needs": needs}, more=market)
    measured = context({p17.ENTRY: [run, run]})
    values = [float(part.measure(measured)[0]) for part in PATTERNS["17"].parts]
    assert values == pytest.approx([0.1, (2 / 40) / (98 / 1060), 0.5])


def test_pages_carts_and_purchases() -> None:
    run = HandMade({"panel": pd.DataFrame({"views": [50, 50], "intents": [3, 1], "orders_platform": [1, 1]})})
    assert [float(part.measure(context({d7.SHOP: [run]}))[0]) for part in PATTERNS["D7"].parts] == [0.04, 0.02]


def test_few_make_nearly_everything() -> None:
    assert makers_of(np.array([80, 20, *[0] * 98])) == 0.01
    assert makers_of(np.array([79, 21, *[0] * 98])) == 0.02
    assert makers_of(np.full(100, 5)) == 0.8
    assert math.isnan(makers_of(np.zeros(10, int)))
    silent = PATTERNS["4"].parts[0].measure
    table = pd.DataFrame({"user": range(6), "last_week": [0, 0, 0, 9, 0, 0], "posts": 50})
    run = HandMade({"originals": table.assign(never_posts=table["user"] > 3)}, days=10)
    assert list(silent(context({ORDINARY: [run]}))) == [0.75]
    with pytest.raises(NotRunError, match="of 6 days"):
        silent(context({ORDINARY: [HandMade(run.tables, days=6)]}))


def _dose(*posts: tuple[float, int]) -> pd.DataFrame:
    """Posts of a quality and a number of sights, with a dose of 1, 1.6, 1.5, 1.4 exactly."""
    rows = []
    for root, (quality, seen) in enumerate(posts):
        for m, dose in enumerate((1.0, 1.6, 1.5, 1.4), start=1):
            at = round(seen * quality ** (m - 1))
            rows.append((root, m, at, 0.01 * quality * dose * at))
    return pd.DataFrame(rows, columns=["root_key", "exposures", "seen", "reposted"])


def test_dose_response_is_within_posts() -> None:
    """Good posts are seen twice more often and reposted more often at any dose: pooled, that looks like a dose."""
    dose = _dose((0.1, 100_000), (1.0, 100_000), (0.5, 200_000))
    assert p06.pooled(dose, 2, 1) > 2
    measured = context({ORDINARY: [HandMade({"ordinary_dose": dose})]})
    second, later = (part.measure(measured) for part in PATTERNS["6"].parts)
    assert second == pytest.approx([1.6])
    assert later == pytest.approx([1.4 / 1.6])


def test_a_dose_that_nobody_reached_is_unknown() -> None:
    dose = _dose((1.0, 1000))
    assert math.isnan(p06.within_post(dose[dose["exposures"] == 1], 2, 1))
    assert math.isnan(p06.within_post(dose.assign(reposted=0), 2, 1))


def test_weak_ties() -> None:
    table = pd.DataFrame({"strong": [30], "weak": [70], "unknown": [5]})
    measured = context({p09.FEED: [HandMade({"ties": table})], p09.CIRCLE: [HandMade({"ties": table})]})
    assert [float(PATTERNS["9"].parts[i].measure(measured)[0]) for i in (1, 2)] == [0.7, 0.7]


def test_persuasion_is_per_impression_and_over_none() -> None:
    def run(opinion: float, impressions: int) -> HandMade:
        users = pd.DataFrame({"opinion_a": [opinion, 0.5], "opinion_b": [0.0, 0.0], "stage_a": ["aware", "aware"]})
        return HandMade({"users": users, "panel": pd.DataFrame({"impressions": [impressions]})})

    runs = {p09.ALL_STRONG: [run(0.7, 10)], p09.ALL_WEAK: [run(0.3, 5)], p09.NO_INFLUENCE: [run(0.2, 7)]}
    assert PATTERNS["9"].parts[0].measure(context(runs)) == pytest.approx([(0.5 / 10) / (0.1 / 5)])


def needs(**sold: int) -> HandMade:
    """A ledger with so many orders of each brand on the platform, one offline, and one lost."""
    rows = [(brand, "platform", "bought", 5) for brand, count in sold.items() for _ in range(count)]
    rows += [(brand, "offline", "bought", 50) for brand in sold] + [("", "none", "lost", -1)]
    table = pd.DataFrame(rows, columns=["brand", "outlet", "status", "paid_tick"])
    quality = [{"name": "aurora", "quality": 0.5}, {"name": "cotton", "quality": 0.0}]
    return HandMade({"needs": table}, more={"brands": quality})


def test_sales_are_counted_by_brand_and_time() -> None:
    run = needs(aurora=3, cotton=2)
    assert list(platform_orders(run, ["cotton", "aurora", "other"])) == [2, 3, 0]
    assert list(orders(run, ["cotton", "aurora"])) == [3, 4]
    assert list(orders(run, ["cotton", "aurora"], 6, 51)) == [1, 1]
    assert math.isnan(log_ratio(np.array([1.0, 0.0]), np.ones(2)))


def test_review_elasticities() -> None:
    """Sales that double with twice the reviews have elasticity 1; the rating's is per relative star."""
    sold = {
        p10.BASE: needs(aurora=100, cotton=100), p10.DOUBLE: needs(aurora=200, cotton=200),
        p10.FOURFOLD: needs(aurora=300, cotton=300), p10.BETTER: needs(aurora=110, cotton=110),
        p10.WORSE: needs(aurora=90, cotton=90), p10.ONE_STAR: needs(aurora=80, cotton=80),
        p10.FIVE_STAR: needs(aurora=110, cotton=110),
    }  # fmt: skip
    measured = context({experiment: [run, run] for experiment, run in sold.items()})
    volume, valence, asymmetry, concavity = (part.measure(measured) for part in PATTERNS["10"].parts)
    assert volume == pytest.approx([1, 1])
    stars = (math.log(4.25 / 3.75) + math.log(3.25 / 2.75)) / 2
    assert valence == pytest.approx([math.log(110 / 90) / stars] * 2)
    assert asymmetry == pytest.approx([2, 2])
    assert concavity == pytest.approx([(200 / 40) / (200 / 20)] * 2)


def _sales_by_week(*weeks: int) -> HandMade:
    ticks = [(p13.PULSE_DAY + 7 * week) * 24 for week, count in enumerate(weeks) for _ in range(count)]
    rows = [(brand, "bought", "offline", tick) for tick in ticks for brand in p13.BRANDS]
    return HandMade({"needs": pd.DataFrame(rows, columns=["brand", "status", "outlet", "paid_tick"])}, days=p13.DAYS)


def test_ads_sell_now_and_later() -> None:
    measured = context(
        {p13.STEADY: [_sales_by_week(100, 100, 100)] * 2, p13.PULSE: [_sales_by_week(110, 106, 104)] * 2}
    )
    short, ratio = (part.measure(measured) for part in PATTERNS["13"].parts)
    assert short == pytest.approx([math.log(1.1) / math.log(1.5)] * 2)
    assert ratio == pytest.approx([2, 2])


def test_jackknife_keeps_an_exact_ratio_and_a_mean() -> None:
    b = np.array([1.0, 2.0, 5.0])
    assert jackknifed_ratio(3 * b, b) == pytest.approx([3, 3, 3])
    assert jackknifed_ratio(b, np.full(3, 2.0)).mean() == pytest.approx(b.mean() / 2)
    assert np.isnan(jackknifed_ratio(b, -b)).all()


def test_an_interior_maximum_is_told_from_a_rise() -> None:
    luck = np.random.Generator(np.random.Philox(1)).normal(0, 1, (4, 8))
    hump = np.array([50.0, 100, 80, 20])[:, None] + luck
    rise = np.array([50.0, 60, 70, 100])[:, None] + luck
    assert (p16.interior_gain(hump) > 0).all()
    assert (p16.interior_gain(rise) < 0).all()
    assert p16.interior_gain(np.array([[1.0], [3.0], [2.0]])) == pytest.approx([0.5])


def test_the_best_share_is_chosen_on_other_replications() -> None:
    """Where nothing differs but luck, the gain is not positive on average; chosen on itself it would be."""
    luck = np.random.Generator(np.random.Philox(2)).normal(100, 10, (10, 400))
    gain = p16.interior_gain(luck)
    assert gain.mean() < 3 * gain.std() / 20


def test_second_tries_by_device() -> None:
    rows = [
        (1, 1, "phone", False), (1, 2, "pc", True), (2, 1, "phone", False), (2, 2, "phone", False),
        (3, 1, "phone", False), (3, 2, "phone", True), (4, 1, "pc", False), (4, 2, "pc", True), (5, 1, "phone", True),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["need_key", "number", "device", "completed"]).assign(category="clothing")
    assert p19.second_tries(table) == (1.0, 0.5)
    assert p19.second_tries(table, "clothing") == (1.0, 0.5)


def test_orders_per_visit_by_device() -> None:
    visits = pd.DataFrame({"device": ["phone", "pc"], "visits": [40, 10]})
    rows = [
        ("phone", "platform", "bought"),
        ("pc", "platform", "bought"),
        ("phone", "leaked", "bought"),
        ("", "none", "lost"),
    ]
    ledger = pd.DataFrame(rows, columns=["device", "outlet", "status"])
    assert p19.conversion(HandMade({"visits_by_device": visits, "needs": ledger})) == (1 / 40, 1 / 10)


def test_native_payment_over_redirect() -> None:
    def run(completion: float, platform: float, total: float) -> HandMade:
        values = {"completion": completion, "orders_platform": platform, "orders": total}
        rows = [(name, brand, value) for name, value in values.items() for brand in ("", "aurora")]
        return HandMade({"outcomes": pd.DataFrame(rows, columns=["metric", "brand", "value"])})

    measured = context({p23.NATIVE: [run(0.6, 60, 101)], p23.REDIRECT: [run(0.4, 40, 100)]})
    assert [float(part.measure(measured)[0]) for part in PATTERNS["23"].parts] == pytest.approx([1.5, 0.5, 0.01])


def test_peaks_of_the_day() -> None:
    count = np.ones(24)
    count[[11, 22]], count[[10, 21]] = (5, 9), (4, 8)
    assert p26.peaks(count) == (22.5, 11.5)
    assert all(math.isnan(hour) for hour in p26.peaks(np.ones(24)))
    single = np.exp(-np.abs(np.arange(24) - 22.0))
    assert p26.peaks(single)[0] == 22.5
    assert math.isnan(p26.peaks(np.minimum(np.arange(24), 24 - np.arange(24)) * 1.0)[1]), "one peak is not two"
