"""Payment inside the platform: more checkouts are completed, and more of what is sold is seen."""

from __future__ import annotations

import numpy as np

from simulator.types import Array
from simulator.validation.context import Context, Run
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import Band, Part, Pattern

_SWITCH = "platforms.public_feed.affordances.native_payment"
NATIVE = Experiment("payment: native", "public_feed", (f"{_SWITCH}.bound_share=1",))
REDIRECT = Experiment("payment: redirected", "public_feed", (f"{_SWITCH}.enabled=false",))


def outcome(run: Run, metric: str) -> float:
    """A metric of the whole market."""
    outcomes = run.table("outcomes")
    return float(outcomes.loc[(outcomes["metric"] == metric) & (outcomes["brand"] == ""), "value"].iloc[0])


def _ratio(context: Context, metric: str) -> Array:
    native, redirect = (np.array([outcome(run, metric) for run in context.runs(one)]) for one in (NATIVE, REDIRECT))
    return np.asarray(native / redirect)


def _completion(context: Context) -> Array:
    return _ratio(context, "completion")


def _measured(context: Context) -> Array:
    return _ratio(context, "orders_platform") - 1


def _sold(context: Context) -> Array:
    return _ratio(context, "orders") - 1


PATTERN = Pattern(
    "23",
    "A closed loop completes more checkouts, and sees more of what it sells",
    "payment inside the platform",
    "no effect",
    "Baymard Institute; Weibo Payment pages",
    (
        Part(
            "23a",
            "completed checkouts, native over redirected",
            "input",
            Band(1.15, 1.6),
            "x",
            _completion,
            "two native steps against five redirected ones at the same loss a step, for everybody instead of those "
            "with a bound account, gives more than the band; a loss a step that is smaller where steps are many would "
            "mend it.",
        ),
        Part(
            "23b",
            "orders seen on the platform, native over redirected",
            "input",
            Band(0.0),
            "relative change",
            _measured,
            note=lambda context: "the measurement effect, with what is truly sold more",
        ),
        Part(
            "23c",
            "orders anywhere, native over redirected",
            "input",
            Band(0.0),
            "relative change",
            _sold,
            "an unfinished checkout leaks to the outlet or is tried again, so hardly a sale is lost by it.",
            lambda context: "the sales effect alone",
        ),
    ),
    experiments=(NATIVE, REDIRECT),
)
