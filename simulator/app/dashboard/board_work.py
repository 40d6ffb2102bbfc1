"""What happens at the board: pinned arms are run in the same worlds and compared pair by pair."""

from __future__ import annotations

from typing import Any

from simulator.app.dashboard.comparison import Comparison, tables_of
from simulator.app.dashboard.context import Context
from simulator.app.dashboard.desk_work import SEED, WORLDS, whole
from simulator.app.dashboard.limits import LARGEST_SEED
from simulator.app.dashboard.presets import HEADLINE
from simulator.app.dashboard.sessions import Board, Session
from simulator.app.dashboard.texts import say
from simulator.app.dashboard.work import Wants
from simulator.ensemble import outcomes
from simulator.ensemble.design import Arm, Study
from simulator.ensemble.statistics import MeanInterval, mean_interval
from simulator.errors import InputError

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
    board.wrong = {}
    numbers = {}
    for key, text, low, most in ((WORLDS, board.worlds, 1, context.limits.worlds), (SEED, board.seed, 0, LARGEST_SEED)):
        numbers[key] = whole(text, low, most)
        if numbers[key] is None:
            allowed = say(language, "error.whole", low=low, high=f"{most:,}")
            board.wrong[key] = say(language, "error.allowed", message=say(language, "error.given", given=text), allowed=allowed)
    if board.wrong or not board.pins:
        return
    arms = tuple(Arm(key, pin.arm.resolved, pin.arm.files, pin.arm.paths) for key, pin in board.pins.items())
    study = Study(arms, numbers[WORLDS] or 1, numbers[SEED] or 0)
    metrics = tuple(outcomes.CONTRIBUTION if name == HEADLINE else name for name in OUTCOMES)
    if board.comparison is not None:
        board.comparison.stop()
    try:
        board.comparison = Comparison(
            study, Wants("bought", metrics), True, session.owner, context.pool, context.memory
        )
    except InputError as error:
        board.wrong = {"": str(error)}


def _tables(board: Board, comparison: Comparison) -> dict[str, Any]:
    study = comparison.study
    tables = tables_of(study.arms, comparison.roles, comparison.facts, comparison.worlds)
    return {name: table[table["metric"] == board.metric] for name, table in tables.items()}


def summary(board: Board, comparison: Comparison) -> list[tuple[str, MeanInterval, str]]:
    """Every arm's estimate of the chosen outcome, with its unit; arms that have none are left out."""
    tables = _tables(board, comparison)
    table = tables["effects"] if board.kind == "effect" else tables["arm_outcomes"]
    table = table if board.kind == "effect" else table[table["role"] == "campaign"]
    found = []
    for arm in comparison.study.arms:
        own = table[table["arm"] == arm.label]
        if len(own):
            found.append((arm.label, mean_interval(own["value"].to_numpy()), str(own["unit"].iloc[0])))
    return found


def paired(board: Board, comparison: Comparison) -> list[dict[str, Any]]:
    """Every pair's difference in the chosen outcome, Holm's adjustment over all pairs."""
    tables = _tables(board, comparison)
    pairs = outcomes.paired_differences(tables["arm_outcomes"], tables["effects"], comparison.study.seed)
    rows: list[dict[str, Any]] = pairs[pairs["kind"] == board.kind].to_dict("records")
    return rows
