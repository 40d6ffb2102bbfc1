"""What a study of seeding may say: whose seeds, how many or for how much, and how they are tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import Strict

from simulator.ensemble.attribution_study import works
from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.study_schema import BaseStudy, Outcome, Texts, setting, wrong
from simulator.ensemble.sweep_study import Outcomes, listed_variants
from simulator.ensemble.variants import Variants
from simulator.errors import InputError, Problem, nearest

Strategy = Literal["best", "degree", "discount", "random"]
Strategies = Annotated[tuple[Strategy, ...], Strict(False)]
NOBODY = "nobody"

STRATEGIES = {
    "best": "by reverse-reachable sets (OPIM-C, Tang et al. 2018): the better of the orders by gain and by gain a yuan "
    "(as CELF, Leskovec et al. 2007)",
    "degree": "the most followed first",
    "discount": "the most followed by people who follow no seed yet (Chen, Wang & Yang 2009)",
    "random": "at random",
    NOBODY: "no seeds at all",
}
"""How seeds are chosen; each buys in its order as long as the money lasts, and passes over whom it cannot pay."""


class SeedStudy(BaseStudy):
    """Whom to ask for posts, under a budget."""

    kind: Literal["seed"] = setting("seed", doc="what is done")
    scenarios: Texts = setting(doc="the scenario whose graph it is")
    brand: str = setting(doc="whose campaign asks")
    budget_yuan: float = setting(
        0.0, doc="what the seeds may cost; 0 for what the campaign has for them", unit="yuan", low=0, high=1e9
    )
    least_followers: int = setting(50, doc="who has fewer is not asked", unit="users", low=1, high=10**8)
    most: int = setting(200, doc="seeds at most", unit="users", low=1, high=10**6)
    probability: float = setting(
        0.005, doc="chance that a follower passes a post on, with which choosers reckon", low=1e-6, high=1
    )
    strategies: Strategies = setting(("best", "degree", "discount", "random"), doc="how seeds are chosen")
    cascades: int = setting(
        400, doc="cascades on which choices are tried in plain diffusion; 0 for none", low=0, high=10**6
    )
    market: bool = setting(True, doc="whether choices are tried in the market, too")
    chances: int = setting(
        2, doc="fresh lucks on which choices are tried in each world of the market", low=1, high=1000
    )
    outcomes: Outcomes = setting(
        (Outcome(metric="reach", kind="level"), Outcome(metric="orders_due", kind="level")),
        doc="what is read off the market",
    )

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if len(self.scenarios) != 1:
            yield wrong("scenarios", f"there are {len(self.scenarios)}", "one")
        if not self.strategies:
            yield wrong("strategies", "is empty", "at least one of best, degree, discount, random")
        if not self.market and not self.cascades:
            yield wrong("market", "nothing is tried", "market: true, or cascades: 400")
        for i, one in enumerate(self.outcomes):
            if one.kind != "level":
                yield wrong(f"outcomes.{i}.kind", "is held against no seeds, not against no campaign", "kind: level")


def seed_variants(file: StudyFile[SeedStudy], metrics: Sequence[str]) -> Variants:
    """The study's scenario, which has a feed on a stored graph and the brand's campaign.

    Raises
    ------
    InputError
        With everything that is wrong, at its place in the study.
    """
    variants = listed_variants(file, {}, "", metrics)
    (variant,) = variants.each
    resolved: Any = variant.base.resolved
    brands = {brand["name"]: brand for brand in resolved["brands"]}
    problems = []
    if not works(resolved, "feed"):
        problems.append(
            file.problem(("scenarios", 0), f"nobody has followers in {variant.label}", "a scenario with a feed")
        )
    if file.spec.brand not in brands:
        message, near = f"no brand is called {file.spec.brand!r}", nearest(file.spec.brand, brands)
        problems.append(file.problem(("brand",), message, ", ".join(brands), near))
    elif brands[file.spec.brand].get("campaign") is None:
        with_one = ", ".join(name for name, brand in brands.items() if brand.get("campaign")) or "none has one"
        problems.append(file.problem(("brand",), f"{file.spec.brand} has no campaign", with_one))
    elif not money_of(file.spec, resolved):
        problems.append(file.problem(("brand",), "its campaign has no money for seeds", "budget_yuan: 1000"))
    if problems:
        raise InputError(problems)
    return variants


def money_of(spec: SeedStudy, resolved: Any) -> float:
    """What the seeds may cost, in yuan."""
    (plan,) = (brand["campaign"] for brand in resolved["brands"] if brand["name"] == spec.brand)
    return spec.budget_yuan or float(plan["budget_yuan"] * plan["seeds_share"])
