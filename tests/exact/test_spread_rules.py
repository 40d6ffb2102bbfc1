"""Rules of reposting and of opinion by hand, and what talk does to a bad product."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from simulator.agents.platform_parameters import AffordanceSet
from simulator.agents.users import User
from simulator.model.build import feed_params
from simulator.model.commons import trust_params
from simulator.model.market import CommerceModel
from simulator.population.parameters import PopulationParameters
from tests.support.worlds import busy, on

SOCIAL = {"graph": {"enabled": True}, "feed": {"enabled": True, "background_posts": 2.0}}


def feed(**blocks):
    given = SOCIAL | {name: {"enabled": True, **block} for name, block in blocks.items()}
    affordances = AffordanceSet.model_validate(given)
    return feed_params(affordances, PopulationParameters(), trust_params(affordances))


def cumulated(params, exposures, followees=60):
    platform = SimpleNamespace(feed=params, index=0)
    return User.cumulated_dose(SimpleNamespace(inflow=[followees * 2.0]), platform, exposures)


def test_doses_add_up_as_declared():
    peaked = feed(repost={"dose_2": 1.6, "dose_3": 1.5, "dose_4": 1.4})
    assert [cumulated(peaked, m) for m in (1, 2, 3, 4, 6)] == pytest.approx([1, 2.6, 4.1, 5.5, 8.3])
    complex_ = feed(repost={"dose": "complex", "second_boost": 0.5, "third_boost": 0.25})
    assert [cumulated(complex_, m) for m in (1, 2, 3, 4)] == pytest.approx([1, 2.5, 4.25, 6])


def test_a_fractional_dose_is_a_share_of_the_followees():
    """The j-th copy weighs j K / k: who follows twice as many needs the more copies."""
    params = feed(repost={"dose": "fractional", "usual_followees": 30.0})
    assert [cumulated(params, m, 30) for m in (1, 2, 3)] == pytest.approx([1, 3, 6])
    assert [cumulated(params, m, 60) for m in (1, 2, 3)] == pytest.approx([0.5, 1.5, 3])
    assert cumulated(params, 1, 0) == cumulated(params, 1, 1) == 30.0


def test_a_fractional_dose_without_background_posts_is_refused():
    repost = {"enabled": True, "dose": "fractional"}
    with pytest.raises(ValueError, match=r"feed\.background_posts above 0"):
        AffordanceSet.model_validate(SOCIAL | {"feed": {"enabled": True, "background_posts": 0.0}, "repost": repost})


def after(heard, before, own=0.5, **influence):
    """Opinion after one post by a wholly trusted author; a step of one half."""
    params = feed(influence={"persuasion": 0.5, "openness": 0.6, **influence})
    platform = SimpleNamespace(feed=params, index=0)
    post = SimpleNamespace(platform=platform, brand=0, credibility=1.0, opinion=heard, product=None, prize=0)
    reader = SimpleNamespace(
        opinion=[before],
        susceptibility=1.0,
        fatigue=[0.0],
        trusts=lambda post: 1.0,
        credits=lambda post: 1.0,
        judges=lambda product, weight: own,
    )
    return User.believes(reader, post)


def test_opinions_move_by_rule():
    assert after(0.8, 0.2) == pytest.approx(0.2 + 0.5 * (0.6 * 0.8 + 0.4 * 0.5 - 0.2))
    assert after(0.8, 0.2, rule="degroot") == pytest.approx(0.5)
    assert after(0.4, 0.2, rule="bounded_confidence") == pytest.approx(0.3)
    assert after(0.8, 0.2, rule="bounded_confidence") == 0.2
    assert after(0.8, 0.2, rule="bounded_confidence", confidence=0.7) == pytest.approx(0.5)


def test_bad_news_moves_more():
    up, down = after(0.5, 0.0, rule="degroot"), after(-0.5, 0.0, rule="degroot")
    assert down == pytest.approx(-1.6 * up)
    assert after(-0.5, 0.0, rule="degroot", negativity=1.0) == pytest.approx(-up)
    assert after(-1.0, 0.0, rule="degroot", persuasion=1.5, negativity=5.0) == -1.0, "a step ends where it aims"


def sales(quality, influence, seed):
    """Orders of one brand whose buyers talk, at any outlet; nobody advertises."""
    settings = (
        f"brands.cotton.quality={quality}", "categories.clothing.share_rate=1", "market.days=8",
        "brands.cotton.known_share=0.5", "categories.clothing.satisfaction_sd=0.1",
    )  # fmt: skip
    social = on("public_feed", influence={"enabled": influence, "persuasion": 0.5})
    model = CommerceModel(busy("public_feed", 1500, *settings, *social), rng=seed, role="control")
    model.run_model()
    needs = model.state.needs.table
    return int(np.sum((needs.brand == 2) & (needs.paid >= 0)))


@pytest.mark.parametrize(("quality", "sign"), [(-0.8, -1), (0.9, 1)])
def test_talk_hurts_a_bad_product_and_helps_a_good_one(quality, sign):
    """The same people, needs and luck with influence and without."""
    differences = [sales(quality, True, seed) - sales(quality, False, seed) for seed in (1, 2, 3)]
    assert all(sign * difference > 0 for difference in differences)
