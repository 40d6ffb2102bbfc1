"""Rules about goods: prices, costs and what people can pay."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist
from typing import Any

from simulator.agents.brand_parameters import BrandParameters
from simulator.scenario.plausibility.rule import Found, at, number, platforms, rule
from simulator.scenario.schema import Scenario

FAR_FROM_REFERENCE = 10.0
"""So many times the reference price, or so small a part of it, is another class of goods."""


@rule(
    "every order costs the brand more than it brings in, before any marketing",
    "shares of the price go to platform, outlet and seller (simulator/metrics/accounts.py)",
)
def sells_at_a_loss(scenario: Scenario) -> Iterator[Found]:
    """A price that leaves less than the cost of a unit after deal, commission and margin."""
    for brand in scenario.brands:
        goods = scenario.categories[brand.category]
        left = brand.price_yuan * (1.0 - goods.offline_margin) - brand.unit_cost_yuan
        if left < 0.0:
            yield Found(
                f"brands.{brand.name}.unit_cost_yuan", f"an order at the offline outlet loses {number(-left)} yuan"
            )
        for platform, on in platforms(scenario):
            paid, shares, what = _terms(brand, on)
            left = paid * (1.0 - shares) - brand.unit_cost_yuan
            if on.active("checkout") and 0.0 <= shares <= 1.0 and left < 0.0:
                message = f"an order on {platform.name} loses {number(-left)} yuan ({what})"
                yield Found(f"brands.{brand.name}.unit_cost_yuan", message)


@rule("they are all taken of one price, and nothing can be left of it", "simulator/metrics/accounts.py")
def shares_above_the_price(scenario: Scenario) -> Iterator[Found]:
    """Commission, sellers' commission and bonus that add up to more than the price."""
    for platform, on in platforms(scenario):
        for brand in scenario.brands:
            _, shares, _ = _terms(brand, on)
            if shares > 1.0:
                given = f"{100 * shares:.3g} % of the price of {brand.name}"
                message = f"with sellers' commission and bonus {given} is given away"
                yield Found(at(platform, "checkout", "commission"), message)


@rule(
    "people who cannot pay the price never choose the offer, whatever is said of it",
    "incomes are log-normal within a region; budgets: ratio * reference price * income**price_slope",
)
def price_above_all_purses(scenario: Scenario) -> Iterator[Found]:
    """A price above the budget, or without budgets the yearly income, of the richest to be expected."""
    people, users = scenario.population, scenario.market.users
    regions = people.regions
    z = NormalDist().inv_cdf(1.0 - 0.5 / users)
    richest = float(regions.income_yuan.max()) * math.exp(people.income_sd * z - 0.5 * people.income_sd**2)
    for brand in scenario.brands:
        goods = scenario.categories[brand.category]
        purse, what = richest, "the income of a year"
        if goods.budget_ratio > 0.0:
            spread = math.hypot(people.income_sd * people.price_slope, goods.budget_sd)
            relative = float(regions.income_yuan.max()) / regions.mean_income_yuan
            typical = (relative * math.exp(-0.5 * people.income_sd**2)) ** people.price_slope
            factor = max([1.0, *goods.regional_budget.values()])
            purse = goods.budget_ratio * goods.reference_price_yuan * typical * factor * math.exp(spread * z)
            what = f"the budget for {brand.category}"
        if brand.price_yuan > purse:
            message = f"is above {what} of the richest of {number(users)} users, some {number(purse)} yuan"
            yield Found(f"brands.{brand.name}.price_yuan", message)


@rule(
    "price sensitivity is stated at the reference price; so far away the offer is bought by all, or by nobody",
    "nested logit, disutility in proportion to price / reference price (simulator/kernels/choice.py)",
)
def far_from_the_reference(scenario: Scenario) -> Iterator[Found]:
    """A price far from the reference price of its category."""
    for brand in scenario.brands:
        reference = scenario.categories[brand.category].reference_price_yuan
        ratio = brand.price_yuan / reference
        if not 1.0 / FAR_FROM_REFERENCE <= ratio <= FAR_FROM_REFERENCE:
            message = f"is {number(ratio)} times the reference price of {brand.category}, {number(reference)} yuan"
            yield Found(f"brands.{brand.name}.price_yuan", message)


@rule("what reserves an offer is part of its price", "simulator/kernels/checkout.py: the rest is paid later")
def deposit_above_the_price(scenario: Scenario) -> Iterator[Found]:
    """A deposit above the price of what it reserves."""
    for brand in scenario.brands:
        deposit = scenario.categories[brand.category].deposit_yuan
        if deposit > brand.price_yuan:
            message = f"is above the price of {brand.name}, {number(brand.price_yuan)} yuan"
            yield Found(f"categories.{brand.category}.deposit_yuan", message)


@rule("nothing can make an offer known that everybody knows: no ad, post or search has that effect",
      "simulator/kernels/setup.py: who knows an offer at the start is drawn with this share")  # fmt: skip
def known_to_all(scenario: Scenario) -> Iterator[Found]:
    """An offer that everybody knows from the start, under a campaign."""
    for brand in scenario.brands:
        if brand.known_share >= 1.0 and brand.campaign is not None:
            yield Found(f"brands.{brand.name}.known_share", "everybody knows the offer before its campaign begins")


@rule("a category without an offer takes room and draws needs that nobody can meet", "simulator/kernels/needs.py")
def nothing_on_offer(scenario: Scenario) -> Iterator[Found]:
    """A category in which no brand sells."""
    sold = {brand.category for brand in scenario.brands}
    for name in scenario.categories:
        if name not in sold:
            yield Found(f"categories.{name}", "no brand sells anything of it")


def _terms(brand: BrandParameters, on: Any) -> tuple[float, float, str]:
    """What a buyer pays at most generous, which share of it others take, and that in words."""
    plan = brand.campaign
    deal = plan.deal if plan is not None else 0.0
    shares = {"commission": on.checkout.commission}
    if on.active("peer_sellers"):
        shares["sellers' commission"] = on.peer_sellers.commission
        if plan is not None and plan.bonus_share > 0.0:
            shares["bonus"] = plan.seller_bonus
    cut = {"deal": deal} if deal else {}
    what = ", ".join(f"{name} {100 * share:.3g} %" for name, share in {**cut, **shares}.items())
    return brand.price_yuan * (1.0 - deal), sum(shares.values()), what
