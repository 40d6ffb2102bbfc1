"""Plausible ranges: what is shipped fits the schema, and a study that takes them varies all that does something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.ensemble.places import expanded, places, value_at, works
from simulator.ensemble.priors import Priors, names, read_priors, varied
from simulator.ensemble.study_file import read_study
from simulator.ensemble.study_schema import Factor
from simulator.ensemble.sweep_study import SweepStudy, sweep_variants
from simulator.errors import InputError
from simulator.metrics import METRICS
from simulator.scenario.loader import load
from simulator.scenario.schema import declarations

MODELS = ("marketplace", "private_circle", "public_feed", "open_platform")
SHIPPED = {name: load(name).resolved for name in MODELS}


def read(tmp_path: Path, text: str) -> tuple[Any, Any]:
    (tmp_path / "study.yaml").write_text(text)
    file = read_study(tmp_path / "study.yaml", SweepStudy, {"decompose": "decompose", "sweep": "sweep"})
    return varied(file, "factors", lambda asked: sweep_variants(asked, list(METRICS)))


@pytest.mark.parametrize("name", names())
def test_shipped_ranges_hold_the_defaults_and_do_something(name: str) -> None:
    found: Priors = read_priors(name, Path())
    for key, prior in found.parameters.items():
        where = {model: places(resolved, prior.factor) for model, resolved in SHIPPED.items()}
        of = {model: own for model, own in where.items() if not prior.scenarios or model in prior.scenarios}
        assert any(of.values()), f"{key} does nothing in any model"
        for model, paths in of.items():
            for path in paths:
                assert prior.low <= value_at(SHIPPED[model], path) <= prior.high, f"{key} of {model}"


def test_every_range_can_be_computed(tmp_path: Path) -> None:
    """The ends of every range are possible: a study over all of them can be started."""
    text = f"kind: sweep\nscenarios: [{', '.join(MODELS)}]\ndesign: sobol\npriors: plausible\n"
    file, variants = read(tmp_path, text + "outcomes: [{metric: orders}]\n")
    assert set(file.spec.factors) == set(read_priors("plausible", Path()).parameters)
    arm = variants.arms("x", {"feed_hazard": 0.013, "price_sensitivity": 2.0})[MODELS.index("public_feed")]
    assert arm.resolved["platforms"][0]["affordances"]["repost"]["hazard"] == 0.013
    assert {one["price_sensitivity"] for one in arm.resolved["categories"].values()} == {2.0}


def test_guesses_of_the_schema_that_are_in_use_have_a_range() -> None:
    """Of the guessed numbers of what people, goods and platforms are like, few are left out, and it is known which."""
    guessed = {
        row["path"]
        for row in declarations()
        if row["evidence"] in ("X", "M-L", "M-M", "M-H", "D")
        and isinstance(row["default"], float)
        and row["source"] not in ("scenario", "design", "study")
        and row["path"].split(".")[0] in ("population", "categories", "platforms")
    }
    covered = {
        path.replace("platforms.0", "platforms.*")
        for prior in read_priors("plausible", Path()).parameters.values()
        for path in prior.factor.paths
    }
    assert len(covered & guessed) >= 50
    assert not {path for path in covered if path.startswith("population")} - {row["path"] for row in declarations()}


def test_priors_that_do_nothing_are_left_out_and_own_factors_come_first(tmp_path: Path) -> None:
    file, variants = read(
        tmp_path,
        "kind: sweep\nscenarios: [marketplace]\ndesign: latin_hypercube\npriors: plausible\n"
        "factors:\n  search_hit: {path: platforms.*.affordances.search.hit, low: 0.2, high: 0.25}\n"
        "outcomes: [{metric: orders}]\n",
    )
    assert "feed_hazard" not in file.spec.factors
    assert file.spec.factors["search_hit"].bounds == (0.2, 0.25)
    assert len(file.spec.points_of()[0].values) == len(file.spec.factors) == 40
    assert variants.arms("x", {"search_hit": 0.22})[0].resolved["platforms"][0]["affordances"]["search"]["hit"] == 0.22


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("priors: plausible", "priors: plausibel", "study.yaml:4:9: priors: there are no priors 'plausibel'"),
        ("priors: plausible", "priors: plausibel", "did you mean 'plausible'?"),
        ("priors: plausible", "priors: own.yaml", "own.yaml:2:20: parameters.a: has one end of a range only"),
        ("design: sobol", "design: grid", "priors: a design grid does not sample them; allowed: design: latin_h"),
        ("sweep", "decompose", "kind: is decompose"),
    ],
)
def test_errors_name_their_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = "kind: sweep\nscenarios: [marketplace]\ndesign: sobol\npriors: plausible\noutcomes: [{metric: orders}]\n"
    own = "kind: priors\nparameters: {a: {path: market.users, low: 2, source: x}}\n"
    (tmp_path / "own.yaml").write_text(own)
    (tmp_path / "study.yaml").write_text(text.replace(old, new))
    with pytest.raises(InputError) as caught:
        read(tmp_path, (tmp_path / "study.yaml").read_text())
    found = [str(problem) for problem in caught.value.problems]
    if "own" in new:
        assert any("own.yaml" in one and "parameters.a.high" in one for one in found), found
    else:
        assert any(said in one for one in found), found


def test_a_star_stands_for_every_item() -> None:
    feed = SHIPPED["public_feed"]
    assert expanded(feed, "brands.*.quality") == [
        f"brands.{name}.quality" for name in ("aurora", "borealis", "cotton", "denim")
    ]
    assert expanded(feed, "market.users") == ["market.users"]
    present = Factor(path="brands.*.campaign.deal", low=0, high=1, if_present=True)
    assert places(feed, present) == ["brands.aurora.campaign.deal", "brands.cotton.campaign.deal"]
    assert works(feed, "network.follow.mean_followees")
    assert not works(feed, "network.circle.mean_friends"), "nothing is posted there"
    assert not works(SHIPPED["marketplace"], "platforms.0.affordances.repost.hazard"), "off"
    assert not works(feed, "platforms.0.affordances.nothing.hazard")
