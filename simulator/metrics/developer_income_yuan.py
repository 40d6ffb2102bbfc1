"""What remained to developers of what users and brands paid them."""

from simulator.metrics.view import Metric, RunView, for_every_brand
from simulator.types import FEN_PER_YUAN


def _total(view: RunView) -> float:
    terms = view.terms
    spent = terms.paid_for_apps("developers", "platform") + terms.paid_for_apps("developers", "suppliers")
    earned = terms.paid_for_apps("app users", "developers") + int(terms.spent(("apps",)).sum())
    return (earned - spent) / FEN_PER_YUAN


METRIC = Metric(
    "developer_income_yuan",
    "yuan",
    "app use + contracts - the platform's share - costs of all developers; the same for every brand",
    for_every_brand(_total),
    _total,
)
