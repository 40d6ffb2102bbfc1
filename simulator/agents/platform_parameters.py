"""A platform is data: a kind that names a preset of affordances, and overrides."""

from __future__ import annotations

from typing import Any, Self

from pydantic import PrivateAttr, create_model, model_validator

from simulator.affordances import AFFORDANCES, Affordance
from simulator.agents.campaign_parameters import OPENED_BY
from simulator.parameters import Parameters, parameter


class _AffordanceSet(Parameters):
    """All affordances of a platform; what is not named is off."""

    _known: dict[str, bool] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _followees_are_told_by_background_posts(self) -> Self:
        repost, feed = self.repost, self.feed  # type: ignore[attr-defined]
        if repost.enabled and repost.dose == "fractional" and feed.background_posts <= 0.0:
            raise ValueError("repost.dose is fractional: it needs feed.background_posts above 0")
        return self

    def active(self, name: str) -> bool:
        """Whether `name` is on and all it requires is on, too."""
        if name not in self._known:
            affordance: Affordance = getattr(self, name)
            self._known[name] = affordance.enabled and all(self.works(other) for other in affordance.requires)
        return self._known[name]

    def works(self, name: str) -> bool:
        """Whether `name` is active and not neutralised: what needs a mechanism of no strength lacks it."""
        affordance: Affordance = getattr(self, name)
        return self.active(name) and getattr(affordance, "strength", 1.0) > 0.0

    def offers(self, channel: str) -> bool:
        """Whether brands can spend on a channel, see `campaign_parameters.CHANNELS`."""
        return channel in OPENED_BY and self.works(OPENED_BY[channel])

    def data_level(self) -> str:
        """What brands are told of the users: one of `campaign_parameters.LEVELS`."""
        return str(self.behaviour_data.level) if self.works("behaviour_data") else "none"  # type: ignore[attr-defined]


def _affordance_set() -> type[_AffordanceSet]:
    fields: dict[str, Any] = {name: (kind, kind()) for name, kind in AFFORDANCES.items()}
    made = create_model("AffordanceSet", __base__=_AffordanceSet, **fields)
    made.__doc__ = _AffordanceSet.__doc__
    return made


AffordanceSet = _affordance_set()


class PlatformParameters(Parameters):
    """One platform of the market."""

    name: str = parameter(..., doc="name, unique in the scenario", unit="-", source="scenario")
    kind: str = parameter(..., doc="names a preset of affordances in scenarios/platforms", unit="-", source="scenario")
    session_share: float = parameter(
        1.0,
        low=0.001,
        high=1000.0,
        unit="weight",
        tag="X",
        doc="weight of the platform when users divide their visits over several",
        source="judgement",
    )
    affordances: AffordanceSet = parameter(  # type: ignore[valid-type]
        AffordanceSet(), doc="what the platform can do", unit="-", source="scenario"
    )
