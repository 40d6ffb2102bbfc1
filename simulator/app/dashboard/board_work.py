"""What happens at the board: pinned arms are run in the same worlds and compared pair by pair."""

from __future__ import annotations

from simulator.app.dashboard.comparison import Comparison, Lead
from simulator.app.dashboard.context import Context
from simulator.app.dashboard.desk_work import SEED, WORLDS, wrong_numbers
from simulator.app.dashboard.export import archive
from simulator.app.dashboard.presets import HEADLINE
from simulator.app.dashboard.sessions import Board, Session
from simulator.app.dashboard.work import Wants
from simulator.ensemble import outcomes
from simulator.ensemble.design import Arm, Study
from simulator.ensemble.statistics import MeanInterval, mean_interval
from simulator.errors import InputError
from simulator.metrics import METRICS

OUTCOMES = (
    HEADLINE, "orders_due", "pulled_forward", "orders_platform", "orders", "marketing_spend_yuan",
    "platform_contribution_yuan", "reach", "newly_aware", "mutes",
)  # fmt: skip
"""What pinned arms are compared by."""

KINDS = ("effect", "level")
OUTCOME, KIND = "outcome", "kind"


def enter(board: Board, key: str, value: str) -> None:
    """Put a value into a field; what is no field, or no known choice, changes nothing."""
    if key == WORLDS:
        board.worlds = value
    elif key == SEED:
        board.seed = value
    elif key == OUTCOME and value in OUTCOMES:
        board.metric = value
    elif key == KIND and value in KINDS:
        board.kind = value


def start(session: Session, context: Context, language: str) -> None:
    """Check the fields and run every pinned arm with and without its campaigns; what is known is not run again."""
    board = session.board
    board.wrong = wrong_numbers(board.worlds, board.seed, context, language)
    if board.wrong or not board.pins:
        return
    arms = tuple(Arm(key, pin.arm.resolved, pin.arm.files, pin.arm.paths) for key, pin in board.pins.items())
    study = Study(arms, int(board.worlds), int(board.seed))
    metrics = tuple(outcomes.CONTRIBUTION if name == HEADLINE else name for name in OUTCOMES)
    if board.comparison is not None:
        board.comparison.stop()
    try:
        board.comparison = Comparison(
            study, Wants("bought", metrics), True, session.owner, context.pool, context.memory
        )
    except InputError as error:
        board.wrong = {"": str(error)}


def summary(board: Board, comparison: Comparison) -> list[tuple[str, MeanInterval]]:
    """Every arm's estimate of the chosen outcome; arms that have none are left out."""
    found = []
    for arm in comparison.study.arms:
        own = mean_interval(comparison.values(arm.label, board.metric, board.kind, comparison.worlds))
        if own.n:
            found.append((arm.label, own))
    return found


def paired(board: Board, comparison: Comparison) -> list[tuple[str, str, Lead]]:
    """Every pair of arms that have the chosen outcome, and how far the first is ahead of the second."""
    labels = [label for label, _ in summary(board, comparison)]
    found = []
    for place, label in enumerate(labels):
        leads = comparison.leads(label, board.metric, board.kind, comparison.worlds)
        found += [(label, other, leads[other]) for other in labels[place + 1 :]]
    return found


def unit_of(name: str) -> str:
    """The unit of an outcome."""
    return "yuan" if name == HEADLINE else METRICS[name].unit


def everything(board: Board, context: Context, language: str) -> bytes | None:
    """All pinned arms as files, with the command that runs them; None while a field is wrong or nothing is pinned."""
    board.wrong = wrong_numbers(board.worlds, board.seed, context, language)
    if board.wrong or not board.pins:
        return None
    arms = [Arm(key, pin.arm.resolved, pin.arm.files, pin.arm.paths) for key, pin in board.pins.items()]
    parents = {key: pin.parent for key, pin in board.pins.items()}
    return archive(arms, parents, int(board.worlds), int(board.seed))
