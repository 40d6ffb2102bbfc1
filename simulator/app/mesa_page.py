"""The market as Mesa's users know models: a page of SolaraViz over `CommerceModel`.

    pip install -e ".[solara]"
    SOLARA_TELEMETRY_MIXPANEL_ENABLE=false SOLARA_CHECK_HOOKS=off solara run simulator.app.solara_page --production

Solara reports its starts unless the first variable says otherwise, and without ``--production`` its page tells its
makers once that it works. Everything is in one process; a market of some thousand users keeps up with the page.
"""

from __future__ import annotations

import inspect
from typing import Any

from simulator.errors import InputError
from simulator.model.market import CommerceModel
from simulator.scenario.declared import declared
from simulator.scenario.loader import load
from simulator.scenario.schema import Scenario
from simulator.scenario.tree import from_plain

SCENARIOS = ("marketplace", "private_circle", "public_feed")
USERS = 5000
MISSING = "the page needs solara and Mesa's plots: pip install 'market-simulator[solara]'"

CAMPAIGN = {
    "budget_yuan": ("Budget", 0, 20_000, 500),
    "deal": ("Deal", 0.0, 0.4, 0.01),
    "posts_per_day": ("Posts", 0, 24, 1),
}
"""What of the brands' campaigns can be turned: its name, where its slider begins and ends, and its step."""

PLOTS = (("newly_aware", "impressions"), ("orders_platform", "orders_offline", "reservations"))
"""Reporters drawn together."""


class PageModel(CommerceModel):
    """A `CommerceModel` whose knobs are keywords, as SolaraViz makes it anew at every reset.

    Parameters
    ----------
    scenario : name of a shipped scenario.
    rng : int, the world's seed.
    role : "campaign" or "control".
    users : simulated users; budgets do not scale with them.
    budget_yuan, deal, posts_per_day : of every campaign; None leaves each as the scenario has it.
    """

    def __init__(
        self,
        scenario: str = "public_feed",
        *,
        rng: int = 1,
        role: str = "campaign",
        users: int = USERS,
        budget_yuan: float | None = None,
        deal: float | None = None,
        posts_per_day: int | None = None,
    ):
        campaign = {"budget_yuan": budget_yuan, "deal": deal, "posts_per_day": posts_per_day}
        settings = [f"market.users={users}"]
        for brand in load(scenario).scenario.brands:
            if brand.campaign is not None:
                given = {name: value for name, value in campaign.items() if value is not None}
                settings += [f"brands.{brand.name}.campaign.{name}={value}" for name, value in given.items()]
        super().__init__(scenario, rng=rng, role=role, settings=settings)


def model_params() -> dict[str, Any]:
    """SolaraViz's parameters: selections and sliders, labelled with what the parameters declare."""
    return {
        "scenario": {"type": "Select", "value": "public_feed", "values": list(SCENARIOS), "label": "Scenario"},
        "role": {"type": "Select", "value": "campaign", "values": ["campaign", "control"], "label": "Campaigns"},
        "rng": {"type": "SliderInt", "value": 1, "label": "Seed", "min": 0, "max": 100, "step": 1},
        "users": {"type": "SliderInt", "value": USERS, "label": "Users", "min": 500, "max": 20_000, "step": 500},
        **{name: _slider(name, *span) for name, span in CAMPAIGN.items()},
    }


def _slider(name: str, shown: str, low: float, high: float, step: float) -> dict[str, Any]:
    resolved = load("public_feed").resolved
    at = next(i for i, brand in enumerate(resolved["brands"]) if brand["campaign"] is not None)
    path = ("brands", at, "campaign", name)
    found = declared(Scenario, path, from_plain(resolved, ""))
    assert found is not None
    value = resolved["brands"][at]["campaign"][name]
    kind = "SliderInt" if found.number_word() == "a whole number" else "SliderFloat"
    return {"type": kind, "value": value, "label": f"{shown} ({found.unit})", "min": low, "max": high, "step": step}


def defaults() -> dict[str, Any]:
    """The values with which the page starts."""
    return {name: spec["value"] for name, spec in model_params().items()}


def standing(model: Any) -> list[str]:
    """Where the run stands, line by line."""
    market = model.scenario.market
    day = len(model.panel) * market.tick_minutes / 1440
    lines = [f"Day {day:.1f} of {market.days}, {model.state.n:,} users, {model.role}"]
    frame = model.datacollector.get_model_vars_dataframe()
    if len(frame):
        total = frame.sum()
        names = ("newly_aware", "orders_platform", "orders_offline", "leaked")
        lines += [f"{name.replace('_', ' ')}: {int(total[name]):,} so far" for name in names]
    return lines


def build() -> Any:
    """The page.

    Raises
    ------
    InputError
        If solara or what Mesa draws with is not installed; names the extra.
    """
    try:
        import solara
        from mesa.visualization import SolaraViz, make_plot_component
    except ImportError:
        raise InputError(MISSING) from None

    def state(model: Any) -> Any:
        """Where the run stands. (Solara's Markdown would fetch a stylesheet.)"""
        with solara.Column() as column:
            for line in standing(model):
                solara.Text(line)
        return column

    known = inspect.signature(PageModel.__init__).parameters
    params = {name: spec for name, spec in model_params().items() if name in known}
    plots = [make_plot_component(list(names)) for names in PLOTS]
    return SolaraViz(
        PageModel(**defaults()), components=[state, *plots], model_params=params, name="Market simulator",
        play_interval=1, render_interval=24,
    )  # fmt: skip
