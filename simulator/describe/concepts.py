"""The design concepts of the ODD protocol, each with the parts of the code that speak of it.

What a concept means here stands in the docstrings of those parts, beside what they describe.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from simulator import agents, metrics, model
from simulator.affordances.behaviour_data import BehaviourData
from simulator.affordances.feed import Feed
from simulator.affordances.group_chats import GroupChats
from simulator.affordances.influence import Influence
from simulator.affordances.reviews import Reviews
from simulator.affordances.trust import Trust
from simulator.agents import planning
from simulator.agents.brands import Brand
from simulator.agents.planning import reinforce, thompson
from simulator.agents.reports import Reports
from simulator.agents.users import User
from simulator.kernels import cues, delivery, inbox, rng
from simulator.model import audiences, seeds, standing
from simulator.network.generators import circle
from simulator.population.attributes import taste
from simulator.population.regions import Regions


class Concept(NamedTuple):
    """A design concept: its name in the protocol, what it asks, and whose docstrings answer."""

    name: str
    asks: str
    answered_by: tuple[Any, ...]


CONCEPTS: tuple[Concept, ...] = (
    Concept("Basic principles", "on which theories and ideas the model rests", (model,)),
    Concept("Emergence", "what comes about by what agents do, and what is imposed", (metrics,)),
    Concept(
        "Adaptation",
        "how agents respond to their surroundings",
        (User, User.reposts, User.mutes, User.changes_role, User.is_brought_forward, Brand),
    ),
    Concept("Objectives", "what agents try to attain, and how they judge it", (agents, User.utility, User.chooses)),
    Concept("Learning", "what agents change by experience", (planning, reinforce, thompson, Reviews)),
    Concept("Prediction", "what agents expect", (User.expects, Brand.engagement_rate)),
    Concept("Sensing", "what agents can know", (Feed, inbox, BehaviourData, Reports)),
    Concept("Interaction", "how agents affect each other", (delivery, Influence, cues, Trust, standing)),
    Concept("Stochasticity", "what is drawn, and how", (rng, seeds)),
    Concept("Collectives", "groups that agents belong to", (Regions, circle, taste, GroupChats, audiences)),
)
"""Observation, the eleventh, is written from the declared tables and metrics."""
