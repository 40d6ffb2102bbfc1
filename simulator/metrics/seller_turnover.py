"""How often users took up selling or gave it up."""

from simulator.metrics.view import Metric, RunView, for_every_brand


def _total(view: RunView) -> float:
    table = view.tables["sellers"]
    return float(table["entered"].sum() + table["left"].sum())


METRIC = Metric(
    "seller_turnover", "changes", "sum of entered and left; the same for every brand", for_every_brand(_total), _total
)
