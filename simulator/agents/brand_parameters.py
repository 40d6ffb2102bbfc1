"""What a brand sells and in which category."""

from __future__ import annotations

from typing import Annotated

from pydantic import Strict, model_validator

from simulator.agents.campaign_parameters import CampaignParameters
from simulator.parameters import Parameters, parameter
from simulator.population.regions import by_region

MONTHS = 12
MOST_OF_SEASON = 20.0
Season = Annotated[tuple[float, ...], Strict(False)]


class CategoryParameters(Parameters):
    """A class of goods: how often it is needed and how it is chosen."""

    interval_days: float = parameter(
        ..., low=0.5, high=40_000, unit="d", doc="mean time between two needs of one user", source="scenario"
    )
    season: Season = parameter(
        (), doc="needs by month, January first, over the mean; empty for none", unit="x", source="scenario"
    )
    regional: dict[str, float] = parameter(
        {}, doc="needs a head by region, over the mean; 1 where not named", unit="x", source="scenario"
    )
    regional_budget: dict[str, float] = parameter(
        {},
        doc="what people of a region are ready to pay, over others of their income; 1 where not named",
        unit="x",
        source="scenario",
    )
    plate_yuan: dict[str, float] = parameter(
        {},
        doc="what a licence costs beside every purchase, by region: its price, or what one would give for it where it "
        "is rationed by lot; 0 where not named",
        unit="yuan",
        source="scenario",
    )
    impulses_per_year: float = parameter(
        0.0,
        low=0,
        high=365,
        unit="1/year",
        tag="X",
        doc="latent needs of one user, which count only if something of the category is seen near their date",
        source="judged: 0 for what is bought with care",
    )
    impulse_window_days: float = parameter(
        1.0,
        low=0.01,
        high=30,
        unit="d",
        tag="X",
        doc="how near to its date a latent need can be woken",
        source="judgement",
    )
    search_window_days: float = parameter(
        7.0,
        low=0,
        high=365,
        unit="d",
        tag="X",
        doc="time before the due date in which one is in the market",
        source="judged; 90 d (45-150) for cars",
    )
    patience_days: float = parameter(
        2.0,
        low=0,
        high=60,
        unit="d",
        tag="X",
        doc="time after the due date before one buys offline without a visit",
        source="judgement",
    )
    bring_forward_days: float = parameter(
        14.0,
        low=0,
        high=365,
        unit="d",
        tag="X",
        doc="a deal may bring forward a need due within this time",
        source="judged; 180 d for cars",
    )
    bring_forward_hazard: float = parameter(
        0.5,
        low=0,
        high=20,
        unit="1/seen deal/depth",
        tag="X",
        doc="hazard of bringing a need forward, per depth of deal",
        source="judgement",
    )
    price_sensitivity: float = parameter(
        3.0,
        low=0,
        high=20,
        unit="util/reference price",
        tag="M-M",
        doc="disutility of the reference price",
        source="own-price elasticity -2 to -5, BLP 1995 and later",
    )
    reference_price_yuan: float = parameter(
        ..., low=0.01, high=1e8, unit="yuan", doc="price at which the sensitivity is stated", source="scenario"
    )
    budget_ratio: float = parameter(
        0.0,
        low=0,
        high=100,
        unit="reference prices",
        tag="X",
        doc="median of the dearest price considered at mean income; it grows as income**price_slope; 0 for no limit",
        source="judgement",
    )
    budget_sd: float = parameter(
        0.55,
        low=0,
        high=2,
        unit="log-sd",
        tag="D",
        doc="spread of that price between people of one income",
        source="derived from tiers of car orders, .4-.7",
    )
    aspiration: float = parameter(
        0.0,
        low=0,
        high=5,
        unit="budgets",
        tag="X",
        doc="people in the market look at offers up to so many times their budget; 0 for all",
        source="judged, 1.1-2 for cars",
    )
    deposit_yuan: float = parameter(
        0.0,
        low=0,
        high=1e6,
        unit="yuan",
        tag="X",
        doc="what is paid on the platform to reserve; the rest is paid later, or not; 0 for goods paid at once",
        source="judged, 499 (0-2000) for cars",
    )
    full_online: float = parameter(
        0.067,
        low=0,
        high=1,
        unit="share of reservations",
        tag="P",
        doc="paid in full on the platform",
        source="TNS Sinotrust: 2,488 of 37,117 car orders, Autohome, Double-11 2014",
    )
    full_dealer: float = parameter(
        0.4,
        low=0,
        high=1,
        unit="share of reservations",
        tag="X",
        doc="paid in full at the dealer's; the others are cancelled and get the deposit back",
        source="judged, .2-.7",
    )
    completion_days: float = parameter(
        14.0,
        low=0,
        high=365,
        unit="d",
        tag="X",
        doc="time from a reservation to what becomes of it",
        source="judged, 7-30",
    )
    revival: float = parameter(
        0.0,
        low=0,
        high=20,
        unit="1/ad",
        tag="X",
        doc="hazard by which an ad brings back a faded intent at once; it halves with every half-life of intents",
        source="judgement; sign: stated intents are worth less the older they are (Morwitz, Steckel & Gupta 2007)",
    )
    intent_half_life_days: float = parameter(
        21.0,
        low=0,
        high=3650,
        unit="d",
        tag="X",
        doc="time in which half of those lose interest whose checkout is not finished; 0 for never",
        source="judged, 7-60; sign: Morwitz, Steckel & Gupta 2007",
    )
    base_utility: float = parameter(
        3.5, low=-20, high=20, unit="util", tag="X", doc="worth of any offer over buying nothing", source="judgement"
    )
    quality_weight: float = parameter(
        0.8,
        low=0,
        high=5,
        unit="util",
        tag="X",
        doc="worth of expected quality",
        source="judged, .3-1.5; to fit the valence elasticity of You et al. 2015",
        symbol="b_v",
    )
    opinion_weight: float = parameter(
        1.0, low=0, high=5, unit="util", tag="X", doc="worth of a good opinion", source="judged"
    )
    loyalty_weight: float = parameter(
        0.5,
        low=0,
        high=5,
        unit="util",
        tag="X",
        doc="further worth of a good opinion to who has bought the brand before",
        source="judgement",
    )
    adstock_weight: float = parameter(
        0.5, low=0, high=5, unit="util", tag="X", doc="worth of saturated advertising", source="fit to ad elasticity"
    )
    adstock_half: float = parameter(
        1.56, low=0.05, high=100, unit="impressions", tag="P", doc="adstock of half saturation", source="AMSS vignette"
    )
    taste_weight: float = parameter(
        0.4, low=0, high=5, unit="util/sd", tag="X", doc="worth of a match of taste and style", source="judgement"
    )
    risk_aversion: float = parameter(
        0.6,
        low=0,
        high=5,
        unit="util",
        tag="X",
        doc="penalty on an offer whose quality is wholly unknown",
        source="judged, 0-3",
        symbol="rho",
    )
    hops: float = parameter(
        0.5,
        low=0,
        high=20,
        unit="hops",
        tag="X",
        doc="times a buyer looks for information elsewhere before paying, where the platform has none",
        source="judged: more for what is bought with care",
    )
    inspection: float = parameter(
        0.4,
        low=0,
        high=1,
        unit="share",
        tag="X",
        doc="share of quality uncertainty an offline visit removes",
        source="judgement",
    )
    nest_scale: float = parameter(
        0.7,
        low=0.05,
        high=1,
        unit="-",
        tag="X",
        doc="nested logit scale of a tier; 1 is plain logit",
        source="BLP form",
    )
    outlet_scale: float = parameter(
        0.2,
        low=0.01,
        high=1,
        unit="-",
        tag="X",
        doc="logit scale between the two outlets of one product; small is near substitutes",
        source="judgement",
    )
    offline_utility: float = parameter(
        0.3, low=-20, high=20, unit="util", tag="X", doc="worth of the offline outlet", source="judgement"
    )
    online_utility: float = parameter(
        0.3, low=-20, high=20, unit="util", tag="X", doc="worth of buying without going out", source="judgement"
    )
    offline_margin: float = parameter(
        0.1, low=0, high=0.6, unit="share of price", tag="X", doc="what the offline outlet keeps", source="judgement"
    )
    delivery_days: float = parameter(2.0, low=0, high=180, unit="d", tag="X", doc="payment to use", source="judgement")
    satisfaction_sd: float = parameter(
        0.5, low=0, high=3, unit="-", tag="X", doc="spread of satisfaction around quality", source="judgement"
    )
    share_rate: float = parameter(
        0.1, low=0, high=1, unit="1/order", tag="X", doc="buyers who tell of an extreme experience", source="judgement"
    )

    @model_validator(mode="after")
    def _when_and_where(self) -> CategoryParameters:
        if self.season and (len(self.season) != MONTHS or min(self.season) < 0 or max(self.season) > MOST_OF_SEASON):
            raise ValueError(f"season takes {MONTHS} numbers from 0 to {MOST_OF_SEASON:g}, January first, or none")
        if self.season and not any(self.season):
            raise ValueError("season is 0 in every month; raise interval_days for what is rarely needed")
        by_region("regional", self.regional, 0, MOST_OF_SEASON)
        by_region("regional_budget", self.regional_budget, 0.01, MOST_OF_SEASON)
        by_region("plate_yuan", self.plate_yuan, 0, 1e8)
        return self

    @model_validator(mode="after")
    def _reservations(self) -> CategoryParameters:
        if self.full_online + self.full_dealer > 1.0 + 1e-12:
            raise ValueError("full_online and full_dealer add up to more than 1")
        if 0.0 < self.aspiration < 1.0:
            raise ValueError(f"aspiration is {self.aspiration:g}; allowed: 0 for no limit, or 1 and more")
        return self

    @model_validator(mode="after")
    def _scales(self) -> CategoryParameters:
        if self.outlet_scale > self.nest_scale:
            raise ValueError(
                "outlet_scale is above nest_scale; outlets of a product are nearer substitutes than products"
            )
        return self


class BrandParameters(Parameters):
    """A brand with one product."""

    name: str = parameter(..., doc="name, unique in the scenario", unit="-", source="scenario")
    category: str = parameter(..., doc="one of the scenario's categories", unit="-", source="scenario")
    price_yuan: float = parameter(..., low=0.01, high=1e8, unit="yuan", doc="list price", source="scenario")
    unit_cost_yuan: float = parameter(..., low=0, high=1e8, unit="yuan", doc="cost of a unit", source="scenario")
    quality: float = parameter(0.0, low=-1, high=1, unit="-1..1", doc="true quality", source="scenario")
    style: float = parameter(0.0, low=-2, high=2, unit="sd", doc="position on the taste axis", source="scenario")
    tier: int = parameter(0, low=0, high=2, unit="code", doc="price tier, the nest of the logit", source="scenario")
    appeal: float = parameter(0.0, low=-10, high=10, unit="util", doc="worth known to all", source="scenario")
    known_share: float = parameter(
        0.1, low=0, high=1, unit="share", tag="X", doc="users who know the offer at the start", source="scenario"
    )
    follower_share: float = parameter(
        0.02, low=0, high=1, unit="share", tag="X", doc="users who follow the brand's account", source="scenario"
    )
    pushes_a_month: float = parameter(
        4.0,
        low=0,
        high=60,
        unit="posts/30 d",
        doc="posts the brand wants to send to the followers of its official account, where there are such accounts",
        source="scenario",
    )
    initial_reviews: int = parameter(
        20,
        low=0,
        high=10_000_000,
        unit="reviews",
        tag="X",
        doc="reviews at the start, where there are reviews",
        source="scenario",
    )
    campaign: CampaignParameters | None = parameter(None, doc="the campaign, if any", unit="-", source="scenario")
