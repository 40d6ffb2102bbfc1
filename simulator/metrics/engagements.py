"""What people who do not follow an account made of its promoted posts."""

from simulator.metrics.view import Metric, RunView
from simulator.types import Array


def _compute(view: RunView) -> Array:
    return view.panel_total("engagements")


METRIC = Metric("engagements", "engagements", "opened, reposted or commented: sum of the panel counter", _compute)
