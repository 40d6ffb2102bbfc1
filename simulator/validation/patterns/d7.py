"""From product page to purchase on the marketplace."""

from __future__ import annotations

from simulator.types import Array
from simulator.validation.context import Context, Run
from simulator.validation.experiments import Experiment
from simulator.validation.pattern import Band, Part, Pattern
from simulator.validation.reference import taobao_funnel

FILE = "funnel_taobao_userbehavior_head815users.csv.gz"
SHOP = Experiment("a shop without campaigns", "marketplace", role="control", tables=("panel",))


def _views(run: Run) -> float:
    """Product pages: visits of people in the market to each offer of the category that they know."""
    return float(run.table("panel")["views"].sum())


def carts(run: Run) -> float:
    """Offers chosen on the platform, of which a checkout was begun, per page view."""
    return float(run.table("panel")["intents"].sum()) / _views(run)


def purchases(run: Run) -> float:
    """Orders paid on the platform, per page view."""
    return float(run.table("panel")["orders_platform"].sum()) / _views(run)


def _carts(context: Context) -> Array:
    return context.values(SHOP, carts)


def _purchases(context: Context) -> Array:
    return context.values(SHOP, purchases)


def _cart_note(context: Context) -> str:
    real = taobao_funnel(context.file(FILE))
    return f"Taobao, {real.users} users: {real.cart_per_view:.3f}"


def _purchase_note(context: Context) -> str:
    return f"Taobao: {taobao_funnel(context.file(FILE)).buy_per_view:.3f}"


DIAGNOSIS = (
    "who is in the market looks at every offer he knows at every visit until the need is due, so there are too many "
    "pages "
    "for a purchase; looking again only with a reason, and buying before the due date, would mend it and are not in "
    "the "
    "model."
)

PATTERN = Pattern(
    "D7",
    "From product page to purchase on the marketplace",
    "search and choice",
    "outside the bands",
    "Tianchi UserBehavior, click streams of 815 users",
    (
        Part(
            "D7a", "checkouts begun per page view", "judged", Band(0.02, 0.07), "share", _carts, DIAGNOSIS, _cart_note
        ),
        Part(
            "D7b",
            "purchases per page view",
            "judged",
            Band(0.008, 0.024),
            "share",
            _purchases,
            DIAGNOSIS,
            _purchase_note,
        ),
    ),
    experiments=(SHOP,),
    data=True,
)
