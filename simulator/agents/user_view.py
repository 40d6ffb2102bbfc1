"""A user as a Mesa agent: a view of one row of the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mesa import Agent

from simulator.agents.columns import ColumnProperty, Values
from simulator.agents.market_view import MarketView, Need
from simulator.errors import nearest
from simulator.population.table import BY_NAME

if TYPE_CHECKING:
    from simulator.agents.members import Members

FIXED_POPULATION = "the population is fixed in a run: users can be neither added nor removed"


class UserView(Agent):
    """A `mesa.Agent` that is a view of one row of the columns; each column is an attribute.

    It holds no state of its own: a view is made when somebody asks for the user, and forgotten with the last
    reference. ``user.opinion[b]`` is the value for brand b. Views are equal if model and row are.
    """

    __slots__ = ("_cells", "_members", "row")

    _members: Members
    _cells: dict[str, Any]
    row: int
    """Where the user is stored; no decision depends on it."""

    key: int
    region: int
    role: int
    activity: float
    susceptibility: float
    credibility: float
    taste: float
    price_scale: float
    last_visit: int
    inflow: Values
    last_read: Values
    fatigue: Values
    distrust: Values
    head: Values
    unread: Values
    seen: Values
    marked: Values
    ring: Values
    stage: Values
    marks: Values
    touch: Values
    opinion: Values
    adstock: Values

    pos = None

    def __init__(self, model: Any, *args: Any, **kwargs: Any):
        raise TypeError(f"{FIXED_POPULATION}; they are made from the scenario (market.users)")

    @classmethod
    def create_agents(cls, model: Any, n: int, *args: Any, **kwargs: Any) -> Any:
        """Refused: the population is fixed."""
        raise TypeError(f"{FIXED_POPULATION}; they are made from the scenario (market.users)")

    @classmethod
    def view(cls, members: Members, row: int) -> UserView:
        """A view of the user stored in `row`."""
        made: UserView = object.__new__(cls)
        for name, value in (("_members", members), ("_cells", members.cells), ("row", row)):
            object.__setattr__(made, name, value)
        return made

    @property
    def model(self) -> Any:
        """The model."""
        return self._members.model

    @property
    def unique_id(self) -> int:
        """Key + 1, in whichever row the user is stored. Brands and platforms have the numbers above."""
        return self.key + 1

    @property
    def market(self) -> MarketView:
        """What the user sees of the market."""
        return self._members.market

    @property
    def needs(self) -> list[Need]:
        """The user's needs, by category and date."""
        return self.market.needs(self.row)

    def remove(self) -> None:
        """Refused: the population is fixed."""
        raise TypeError(FIXED_POPULATION)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in UserView.__slots__ or not hasattr(getattr(type(self), name, None), "__set__"):
            near = nearest(name, BY_NAME)
            hint = f"; did you mean {near!r}?" if near else ""
            raise AttributeError(f"users have no column {name!r}; columns: {', '.join(BY_NAME)}{hint}")
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UserView) and other.row == self.row and other.model is self.model

    def __hash__(self) -> int:
        return hash(self.row)

    def __reduce__(self) -> tuple[Any, ...]:
        return _same_user, (self._members, self.row)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key={self.key})"


for _column in BY_NAME.values():
    setattr(UserView, _column.name, ColumnProperty(_column))


def _same_user(members: Members, row: int) -> Any:
    return members.user(row)
