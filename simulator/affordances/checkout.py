"""Checkout: a chain of steps, each of which loses people. Every platform that sells has one."""

from __future__ import annotations

from typing import ClassVar

from simulator.affordances.base import Affordance
from simulator.parameters import parameter


class Checkout(Affordance):
    """Orders on the platform; off, everything is bought at the offline outlet."""

    name: ClassVar[str] = "checkout"

    steps: int = parameter(
        5, low=1, high=10, unit="steps", tag="P", doc="steps of a redirected checkout", source="Weibo Payment pages"
    )
    loss_pc: float = parameter(
        0.09,
        low=0,
        high=0.9,
        unit="1/step",
        tag="X",
        doc="people lost a step on a PC",
        source="judged, .03-.2",
        symbol="a_s",
    )
    loss_phone: float = parameter(
        0.2,
        low=0,
        high=0.9,
        unit="1/step",
        tag="X",
        doc="people lost a step on a phone, of goods of price `dear_yuan`",
        source="judged; phone converts .2-.45 of desktop (Monetate 2014)",
    )
    dear_yuan: float = parameter(
        1000.0,
        low=1,
        high=1e6,
        unit="yuan",
        tag="X",
        doc="price at which loss_phone is stated, at mean income",
        source="judgement",
    )
    phone_burden: float = parameter(
        0.15,
        low=0,
        high=1,
        unit="-",
        tag="X",
        doc="power of price over `dear_yuan` and income with which the loss on a phone grows",
        source="judged; sign: de Haan, Kannan, Verhoef & Wiesel 2018",
    )
    hop_loss: float = parameter(
        0.09,
        low=0,
        high=0.9,
        unit="1/hop",
        tag="X",
        doc="people lost each time they look for information elsewhere, where the platform has none",
        source="judged, as much as a step of checkout",
    )
    leak: float = parameter(
        0.5,
        low=0,
        high=1,
        unit="probability",
        tag="P",
        doc="an unfinished checkout ends at the offline outlet",
        source="iResearch 2014: over half",
    )
    attempts: int = parameter(3, low=1, high=20, unit="-", tag="X", doc="tries before giving up", source="judgement")
    commission: float = parameter(
        0.05, low=0, high=0.5, unit="share of price", tag="X", doc="what the platform takes", source="judgement"
    )
    payment_cost: float = parameter(
        0.006,
        low=0,
        high=0.1,
        unit="share of price",
        tag="X",
        doc="what a payment costs the platform",
        source="judgement",
    )


AFFORDANCE = Checkout
