"""Spread: a reader passes a post on to their own followers or friends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from simulator.affordances.base import Mechanism
from simulator.parameters import parameter


class Repost(Mechanism):
    """Repost hazard per seen copy, and how it changes with the number of copies seen.

    peaked: D(2), D(3), D(4+) as given, most at two (Bao et al. 2013). fractional: the j-th copy weighs j over the
    number of followees (FSIR, Feng et al. 2015). complex: a second and a third copy reinforce (Centola 2010).
    """

    name: ClassVar[str] = "repost"
    requires: ClassVar[tuple[str, ...]] = ("graph", "feed")
    moves: ClassVar[Mapping[str, int]] = {"reposts": 1, "impressions": 1}

    hazard: float = parameter(
        0.006,
        low=0,
        high=0.2,
        unit="1/seen copy",
        tag="D",
        doc="base hazard of a post of median quality",
        source="derived: 2.8 bn posts in Dec 2013, 61.4 M daily users, half of them reposts, 130 items seen",
        symbol="p0",
    )
    dose: Literal["peaked", "fractional", "complex"] = parameter(
        "peaked", doc="how the hazard of one more copy depends on those seen", unit="-", source="Bao et al. 2013"
    )
    dose_2: float = parameter(1.6, low=0, high=5, unit="x", tag="P", doc="D(2)", source="Bao et al. 2013")
    dose_3: float = parameter(1.5, low=0, high=5, unit="x", tag="P", doc="D(3)", source="Bao et al. 2013")
    dose_4: float = parameter(1.4, low=0, high=5, unit="x", tag="P", doc="D(4 and more)", source="Bao et al. 2013")
    second_boost: float = parameter(
        0.5,
        low=0,
        high=5,
        unit="x added",
        tag="M-M",
        doc="complex: from the second copy",
        source="Centola 2010",
        symbol="r1",
    )
    third_boost: float = parameter(
        0.5, low=0, high=5, unit="x added", tag="X", doc="complex: from the third copy", source="judgement", symbol="r2"
    )
    usual_followees: float = parameter(
        60.0,
        low=1,
        high=10_000,
        unit="followees",
        tag="X",
        doc="fractional: at so many a first copy has the base hazard",
        source="Feng et al. 2015, form",
    )
    commercial_penalty: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="x",
        tag="X",
        doc="hazard of a paid or seller's post over a person's",
        source="judged, .2-1",
    )
    match_weight: float = parameter(
        0.5, low=0, high=1, unit="-", tag="X", doc="how much taste for the brand moves the hazard", source="judgement"
    )
    picture_boost: float = parameter(
        1.3,
        low=1,
        high=2,
        unit="x",
        tag="P",
        doc="quality of a campaign's post with a picture",
        source="Guan et al. 2014, sign",
    )
    link_penalty: float = parameter(
        0.8,
        low=0.5,
        high=1,
        unit="x",
        tag="P",
        doc="quality of a campaign's post with a link",
        source="Guan et al. 2014, sign",
    )
    quality_sd: float = parameter(
        1.0,
        low=0,
        high=2,
        unit="log-sd",
        tag="X",
        doc="spread of content quality, capped at five times the median",
        source="own trials on real Weibo cascades (Song et al. 2018)",
    )
    credit_original: float = parameter(
        0.25,
        low=0,
        high=0.4,
        unit="probability",
        tag="X",
        doc="a repost names the original as its parent",
        source="own trials on real Weibo cascades (Song et al. 2018)",
        symbol="c",
    )
    endorsement: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="weight of the reposter's own opinion in a repost",
        source="judgement",
    )


AFFORDANCE = Repost
