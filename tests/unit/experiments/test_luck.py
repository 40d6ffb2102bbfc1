"""Shares of the variance that are known in closed form, and worlds that share what they say they share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.ensemble.lab import lab_in
from simulator.ensemble.luck import DOCS, luck, shares_of
from simulator.ensemble.luck_study import PARTS, LuckStudy, luck_variants
from simulator.ensemble.study_file import read_study
from simulator.ensemble.study_schema import Outcome
from simulator.errors import InputError
from simulator.metrics import METRICS
from tests.unit.experiments.toy import ToyVariants, toy_lab
from tests.unit.experiments.toy import luck as draw

LEVELS = tuple(Outcome(metric=name, kind="level") for name in ("slope", "sales"))


def test_shares_of_a_known_function() -> None:
    """f = 2 x + y + 2 x y of standard normals: V = 4 + 1 + 4, of which x has 4 alone and 8 with y, y 1 and 5."""
    generator = np.random.default_rng(7)
    x, y = generator.standard_normal((2, 2, 200_000))

    def f(x: Any, y: Any) -> Any:
        return 2 * x + y + 2 * x * y

    a, b = f(x[0], y[0]), f(x[1], y[1])
    assert shares_of(a, b, f(x[1], y[0])) == pytest.approx((4 / 9, 8 / 9), abs=0.02)
    assert shares_of(a, b, f(x[0], y[1])) == pytest.approx((1 / 9, 5 / 9), abs=0.02)
    assert shares_of(a, b, a) == (0, 0), "what moves nothing has no share"
    assert np.isnan(shares_of(np.ones(4), np.ones(4), np.ones(4))).all()


class Worlds(ToyVariants):
    """A toy whose values are drawn from the parts of luck: slope = 3 world - content; nothing is chance's."""

    def arms(self, point: str, values: Any) -> Any:
        if not values:
            return super().arms(point, {"a": 0.0})
        a, b = 3 * draw(int(values["world"]), "world"), draw(int(values["content"]), "content")
        return super().arms(point, {"a": a, "b": b})


def test_luck_is_told_apart(tmp_path: Path) -> None:
    """Nine tenths are the world's and a tenth the content's; of 40 pairs the standard errors are about .15 and .05."""
    spec = LuckStudy(name="l", scenarios=("one", "two"), worlds=40, outcomes=LEVELS)
    made = luck(spec, Worlds(labels=("one", "two")), toy_lab(tmp_path))
    shares = made["shares"].set_index(["scenario", "outcome", "part"]).sort_index()
    slope = shares.loc["one", "level slope"]
    assert slope["first"]["world"] == pytest.approx(0.9, abs=0.2)
    assert slope["first"]["content"] == pytest.approx(0.1, abs=0.2)
    assert slope["total"]["content"] == pytest.approx(0.1, abs=0.1)
    assert (slope["first"]["chance"], slope["total"]["chance"]) == (0, 0)
    assert slope["total_low"]["world"] > slope["total_high"]["content"]
    assert shares.loc["one - two", "level slope"]["first"].isna().all(), "two scenarios that are one never differ"
    quantiles = made["quantiles"].set_index(["scenario", "outcome"]).sort_index().loc["one", "level slope"]
    assert quantiles["n"] == 80
    assert quantiles["sd"] == pytest.approx(10**0.5, rel=0.25)
    assert quantiles["q05"] < quantiles["q50"] < quantiles["q95"]
    (row, _) = made["comparisons"].to_dict("records")
    assert (row["difference"], row["needed"], row["needed_unpaired"]) == (0, np.inf, np.inf)
    for name, table in made.items():
        assert DOCS[name].undeclared(table) == []


def test_a_campaign_and_its_control_share_their_luck(tmp_path: Path) -> None:
    """Sales are 100 plus noise plus ten a: the effect of the campaign is ten a, whatever the noise."""
    spec = LuckStudy(name="l", scenarios=("toy",), worlds=6, outcomes=(Outcome(metric="sales"),))
    toy = ToyVariants(fixed={"a": 1.0, "noise": 5.0})

    class Noisy(ToyVariants):
        def arms(self, point: str, values: Any) -> Any:
            return toy.arms(point, {**values, "b": float(values.get("chance", 0))})

    made = luck(spec, Noisy(), toy_lab(tmp_path))
    (row,) = made["comparisons"].to_dict("records")
    assert (row["a"], row["b"]) == ("toy, campaign", "toy, control")
    assert row["difference"] == pytest.approx(10)
    assert row["needed"] <= 2


TEXT = """
kind: luck
scenarios: [public_feed]
set: {market.users: 100, market.days: 2}
worlds: 4
outcomes: [{metric: orders, kind: level}]
rivals: [{better: aurora, worse: borealis, metric: orders}]
"""


def study(tmp_path: Path, text: str = TEXT) -> Any:
    (tmp_path / "study.yaml").write_text(text)
    file = read_study(tmp_path / "study.yaml", LuckStudy, {})
    return file, luck_variants(file, list(METRICS))


def test_worlds_of_a_market_share_what_they_say(tmp_path: Path) -> None:
    file, variants = study(tmp_path)
    with lab_in(tmp_path, 1, jobs=1) as lab:
        made = luck(file.spec, variants, lab)
        arms = {p.label: variants.arms(p.label, p.values)[0] for p in file.spec.points()[:5]}
        runs = lab.run(list(arms.values()), [0], ("campaign",))
    assert list(arms) == ["pair 0, A", "pair 0, B", *(f"pair 0, {part}" for part in PARTS)]
    needs = [set(runs.tables(arm.label, ("campaign",), [0])[0]["needs"]["need_key"]) for arm in arms.values()]
    a, b, world, content, chance = needs
    assert a == content == chance
    assert b == world
    assert not a & b
    orders = made["worlds"][made["worlds"]["outcome"] == "level orders"]
    assert len(orders) == 20
    (row,) = made["rivals"].to_dict("records")
    assert (row["n"], row["worse"]) == (8, "borealis")
    assert 0 <= row["low"] <= row["worse_wins"] <= row["high"] <= 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("better: aurora", "better: auror", "rivals.0.better: public_feed has no brand 'auror'; allowed: aurora, bor"),
        ("aurora, worse: borealis", "borealis, worse: aurora", "borealis is not better than aurora in public_feed"),
        ("worse: borealis", "worse: denim", "aurora and denim are of different categories in public_feed"),
        ("metric: orders}]\n", "metric: order}]\n", "rivals.0.metric: there is no metric 'order'"),
        ("worlds: 4", "worlds: 3", "worlds: out of range; given 3"),
        ("worlds: 4", "replications: 4", "replications: out of range"),
        ("kind: level}]", "kind: level, brand: aurra}]", "outcomes.0.brand: no brand is called 'aurra'"),
    ],
)
def test_errors_name_place_and_what_is_allowed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(InputError) as caught:
        study(tmp_path, TEXT.replace(old, new))
    found = [str(problem) for problem in caught.value.problems]
    assert any(said in problem and "study.yaml:" in problem for problem in found), found
