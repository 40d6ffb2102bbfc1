"""The private attributes of Mesa that lazy sets of agents rest on, all of them here.

`tests/unit/model/test_mesa_api.py` holds the installed Mesa against what is assumed.
"""

from __future__ import annotations

from typing import Any

from mesa.agent import AgentSet

TESTED_VERSIONS = ("3.3.1",)

REGISTRY = ("_agents", "_agents_by_type", "_all_agents")
"""Attributes of a `mesa.Model` that say who its agents are."""


def adopt(model: Any, user_class: type, users: AgentSet, everybody: AgentSet) -> None:
    """Make `everybody` the model's agents and `users` its agents of type `user_class`.

    Agents that are registered already move into `everybody`; those registered later are added to it by Mesa.

    Raises
    ------
    RuntimeError
        If this Mesa keeps its agents elsewhere.
    """
    missing = [name for name in REGISTRY if name not in vars(model)]
    if missing:
        raise RuntimeError(f"mesa.Model has no {', '.join(missing)}; tested with Mesa {', '.join(TESTED_VERSIONS)}")
    for agent in model._all_agents:
        everybody.add(agent)
    model._agents_by_type = {user_class: users, **model._agents_by_type}
    model._all_agents = everybody
