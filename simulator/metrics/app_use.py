"""Share of the visits to open platforms that is spent in apps."""

from simulator.metrics.apps import mean_per_period
from simulator.metrics.view import Metric, RunView, for_every_brand


def _total(view: RunView) -> float:
    return mean_per_period(view, "use")


METRIC = Metric(
    "app_use",
    "share of visits",
    "visits spent in apps, mean over periods with apps; the same for every brand",
    for_every_brand(_total),
    _total,
)
