"""Rules about campaigns: when they run, and what their money can buy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.agents.campaign_parameters import CHANNELS, LEVELS, CampaignParameters, level_needed
from simulator.scenario.plausibility.rule import Found, number, platforms, rule
from simulator.scenario.schema import Scenario


@rule("effects are differences between a run with the campaigns and the same run without", "simulator/ensemble")
def no_campaign(scenario: Scenario) -> Iterator[Found]:
    """No brand with a campaign."""
    if not any(brand.campaign for brand in scenario.brands):
        yield Found("brands", "no brand has a campaign, so a comparison finds no effect")


@rule("what does not lie in the run does not happen, and its money stays unspent", "simulator/agents/brands.py")
def campaign_outside_the_run(scenario: Scenario) -> Iterator[Found]:
    """A campaign that begins or goes on after the run's last day."""
    days = scenario.market.days
    for path, plan in _plans(scenario):
        if plan.start_day >= days:
            yield Found(path, "begins after the run's last day and never runs")
        elif plan.start_day + plan.days > days:
            yield Found(path, "goes on after the run's last day")


@rule("money meant for a channel that no platform has stays unspent, and nothing is done instead",
      "simulator/agents/platforms.py: what is off frees no budget")  # fmt: skip
def budget_without_a_channel(scenario: Scenario) -> Iterator[Found]:
    """A budget of which no platform of the scenario takes any part."""
    for path, plan in _plans(scenario):
        wanted = [channel for channel in CHANNELS if plan.share(channel) > 0.0]
        open_here = [one for one in wanted if any(_offers(platform, one, plan) for platform in scenario.platforms)]
        if plan.budget_yuan > 0.0 and not open_here:
            what = " and ".join(wanted) or "no channel"
            yield Found(f"{path}.budget_yuan", f"nothing of it can be spent: it is meant for {what}")


@rule("the day's part of the money is rounded down to whole impressions, engagements or prizes",
      "simulator/agents/brands.py: prices are those of the platform")  # fmt: skip
def budget_buys_nothing(scenario: Scenario) -> Iterator[Found]:
    """A budget that cannot buy one impression, engagement or prize a day at its price."""
    visits = sum(platform.session_share for platform in scenario.platforms)
    for path, plan in _plans(scenario):
        for platform, on in platforms(scenario):
            prices = {
                "ads": on.ads.cpm_yuan / 1000.0,
                "promotion": on.promoted_posts.cpe_yuan,
                "prizes": 0.01 * max(plan.posts_per_day, 1),
            }
            for channel, price in prices.items():
                daily = plan.budget_yuan * plan.share(channel) * platform.session_share / visits / plan.days
                if plan.share(channel) > 0.0 and _offers(platform, channel, plan) and daily < price:
                    least = f"the least that can be bought is {number(price)}"
                    message = f"{number(daily)} yuan a day on {platform.name}; {least}"
                    yield Found(f"{path}.{channel}_share", message)


@rule("an ad is shown at a visit, so that no more can be shown than there are visits; the rest stays unspent",
      "simulator/model/schedule.py: the chance of an ad at a visit is at most 1")  # fmt: skip
def more_ads_than_visits(scenario: Scenario) -> Iterator[Found]:
    """An audience larger than the population gives: more impressions a day than visits."""
    whole = sum(platform.session_share for platform in scenario.platforms)
    daily = scenario.market.users * scenario.population.sessions_per_day
    for path, plan in _plans(scenario):
        for platform, on in platforms(scenario):
            share = platform.session_share / whole
            ordered = plan.budget_yuan * plan.ads_share * share / plan.days / on.ads.cpm_yuan * 1000.0
            if on.works("ads") and ordered > daily * share:
                message = (
                    f"orders {number(ordered)} impressions a day on {platform.name}, of {number(daily * share)} visits"
                )
                yield Found(f"{path}.budget_yuan", message)


@rule("an audience no platform can tell apart is everybody", "simulator/model/audiences.py")
def audience_nobody_knows(scenario: Scenario) -> Iterator[Found]:
    """An audience for which no platform gives enough behaviour data."""
    for path, plan in _plans(scenario):
        wanted, needed = plan.audience, level_needed(plan.audience)
        if wanted.kind == "everybody" and wanted.holdout == 0.0:
            continue
        if max(LEVELS.index(on.data_level()) for _, on in platforms(scenario)) < LEVELS.index(needed):
            what = "a holdout" if wanted.holdout > 0.0 else wanted.kind
            yield Found(f"{path}.audience", f"{what} needs behaviour_data of level {needed} on a platform")


@rule("the rule changes the plan on these days only", "simulator/agents/planning/reinforce.py")
def never_replans(scenario: Scenario) -> Iterator[Found]:
    """A plan that is to be changed on the way, and ends before the first change."""
    for path, plan in _plans(scenario):
        if plan.planning == "reinforce" and plan.replan_days >= plan.days:
            yield Found(f"{path}.replan_days", f"the first change comes after a campaign of {plan.days} days")


@rule("a deal is a price on the platform's checkout", "simulator/model/schedule.py")
def deal_without_a_checkout(scenario: Scenario) -> Iterator[Found]:
    """A deal where no platform sells."""
    if any(on.active("checkout") for _, on in platforms(scenario)):
        return
    for path, plan in _plans(scenario):
        if plan.deal > 0.0:
            yield Found(f"{path}.deal", "no platform of the scenario sells, so nobody gets it")


def _plans(scenario: Scenario) -> Iterator[tuple[str, CampaignParameters]]:
    """Every campaign with its path."""
    for brand in scenario.brands:
        if brand.campaign is not None:
            yield f"brands.{brand.name}.campaign", brand.campaign


def _offers(platform: Any, channel: str, plan: CampaignParameters) -> bool:
    """Whether a campaign can spend on a channel of a platform, as `Brand.open_channels` says of a running one."""
    posts = plan.posts_per_day > 0 or channel not in ("promotion", "prizes")
    return posts and bool(platform.affordances.offers(channel))
