"""What a study of attribution may say, and the worlds that it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Strict

from simulator.affordances import AFFORDANCES
from simulator.agents.platform_parameters import AffordanceSet
from simulator.ensemble.attribution import campaigns
from simulator.ensemble.contagion import without, without_talk
from simulator.ensemble.design import Arm
from simulator.ensemble.study_file import StudyFile
from simulator.ensemble.study_schema import BaseStudy, Texts, setting, wrong
from simulator.ensemble.trials import CLUSTERS, NOBODY, TRIALS, specification
from simulator.ensemble.variants import Variants, make_variants
from simulator.errors import InputError, Problem

Trial = Literal["users", "clusters", "regions", "days"]
Trials = Annotated[tuple[Trial, ...], Strict(False)]

AS_IS, SILENT, UNMOVED, MORE = "as it is", "nobody talks", "nobody is persuaded", "more budget"
"""Worlds of a scenario: as it is; nobody passes anything on; nobody's opinion is moved; campaigns with more money."""


class AttributionStudy(BaseStudy):
    """What campaigns added, moved and took, by what, and what others would have said."""

    kind: Literal["attribution"] = setting("attribution", doc="what is done")
    scenarios: Texts = setting(doc="scenarios with campaigns")
    marginal: float = setting(
        0.2, doc="by how much budgets are raised for what the last yuan brings; 0 leaves it out", low=0, high=10
    )
    social: bool = setting(
        True, doc="whether worlds without talk and without influence are run, too, where there is any"
    )
    trials: Trials = setting(tuple(TRIALS), doc="experiments within a run whose answers are held against the truth")

    def findings(self) -> Iterator[Problem]:
        """What is wrong between the parts of the study."""
        if not self.scenarios:
            yield wrong("scenarios", "is empty", "at least one scenario with a campaign")


@dataclass(frozen=True)
class Worlds:
    """The worlds of one scenario.

    Attributes
    ----------
    arms : with and without campaigns, by what is changed.
    richer : campaigns with more money, only with them; None if it was not asked for.
    trials : by design, and the one in which nobody sees the brands' messages.
    """

    label: str
    arms: Mapping[str, Arm]
    richer: Arm | None
    trials: Mapping[str, Arm]

    @property
    def runs(self) -> int:
        """Runs of one replication."""
        return 2 * len(self.arms) + (self.richer is not None) + len(self.trials)


def attribution_variants(file: StudyFile[AttributionStudy]) -> Variants:
    """The study's scenarios.

    Raises
    ------
    InputError
        If one cannot be loaded or has no campaign.
    """
    variants = make_variants(file, [(("scenarios", i), name) for i, name in enumerate(file.spec.scenarios)])
    problems = [
        file.problem(("scenarios", i), f"no brand of {one.label} has a campaign", "a scenario with a campaign")
        for i, one in enumerate(variants.each)
        if not campaigns(one.base.resolved)
    ]
    if problems:
        raise InputError(problems)
    return variants


def worlds_of(spec: AttributionStudy, variants: Variants) -> list[Worlds]:
    """The worlds that a study needs, scenario by scenario."""
    return [_worlds(spec, label, arm) for label, arm in zip(variants.labels, variants.arms("", {}), strict=True)]


def _worlds(spec: AttributionStudy, label: str, arm: Arm) -> Worlds:
    resolved = arm.resolved
    arms = {AS_IS: arm}
    if spec.social and works(resolved, "feed"):
        arms[SILENT] = _changed(arm, SILENT, without_talk(resolved))
        if works(resolved, "influence"):
            arms[UNMOVED] = _changed(arm, UNMOVED, without(resolved, "influence"))
    richer = _changed(arm, MORE, richer_by(resolved, spec.marginal)) if spec.marginal else None
    designs: list[str] = [one for one in spec.trials if one != CLUSTERS or _has_graph(resolved)]
    if designs:
        designs.append(NOBODY)
    trials = {one: _changed(arm, f"trial by {one}", specification(resolved, one)) for one in designs}
    return Worlds(label, arms, richer, trials)


def _changed(arm: Arm, what: str, resolved: Mapping[str, Any]) -> Arm:
    return Arm(f"{arm.label}, {what}", resolved, arm.files, arm.paths)


def works(resolved: Mapping[str, Any], name: str) -> bool:
    """Whether an affordance is active on some platform."""
    assert name in AFFORDANCES
    kept: list[Any] = [AffordanceSet.model_validate(platform["affordances"]) for platform in resolved["platforms"]]
    return any(one.active(name) for one in kept)


def _has_graph(resolved: Mapping[str, Any]) -> bool:
    """Whether there is a graph that can be cut into clusters: a computed one cannot."""
    layers = {
        platform["affordances"]["graph"]["layer"] for platform in resolved["platforms"] if works(resolved, "graph")
    }
    return any(resolved["network"][layer].get("generator") != "procedural" for layer in layers)


def richer_by(resolved: Mapping[str, Any], share: float) -> dict[str, Any]:
    """A scenario whose campaigns have more money by a share."""
    brands = []
    for brand in resolved["brands"]:
        plan = brand.get("campaign")
        more = None if plan is None else {**plan, "budget_yuan": plan["budget_yuan"] * (1 + share)}
        brands.append({**brand, "campaign": more})
    return {**resolved, "brands": brands}
