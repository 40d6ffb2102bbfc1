"""Who is in a market: users, made on demand as views on columns, and other agents."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from weakref import WeakValueDictionary

from mesa import Agent

from simulator.agents.columns import ColumnProperty, cells_of, checked
from simulator.agents.market_view import Cells, MarketView
from simulator.types import Array


class Members:
    """All agents of one model by code: a user's code is the row, other agents have codes from `n` on.

    A view of a user lives as long as somebody holds it and is one object while it lives. Nothing is kept for
    a user nobody holds.

    Parameters
    ----------
    model : the model.
    columns : a mapping from names to arrays, shape (n,), (n, B), (n, P) or (n, P, K).
    user_class : class of the views.
    """

    def __init__(self, model: Any, columns: Mapping[str, Array], user_class: type[Any]):
        self.model = model
        self.columns = columns
        self.user_class = user_class
        self.n = int(columns["activity"].size)
        self.others: dict[int, Agent] = {}
        self.departures = 0
        """How many agents have left."""
        self._codes: dict[int, int] = {}
        self._next_code = self.n
        self._market: MarketView | None = None
        self._open()

    def _open(self) -> None:
        self._views: WeakValueDictionary[int, Any] = WeakValueDictionary()

    @cached_property
    def columns(self) -> Mapping[str, Array]:
        """Arrays by name, shape (n,), (n, B), (n, P) or (n, P, K): views of the records of the running state."""
        found: Mapping[str, Array] = self.model.state.columns
        return found

    @cached_property
    def cells(self) -> Cells:
        """The same; an item is a Python number."""
        return {name: cells_of(column) for name, column in self.columns.items()}

    @property
    def market(self) -> MarketView:
        """What users see of the market while they decide."""
        if self._market is None:
            self._market = MarketView(self.model.state)
        return self._market

    def user(self, row: int) -> Any:
        """The view of the user stored in `row`."""
        view = self._views.get(row)
        if view is None:
            view = self._views[row] = self.user_class.view(self, row)
        return view

    def agent(self, code: int) -> Any:
        """The agent with this code, None if it has left."""
        return self.user(code) if code < self.n else self.others.get(code)

    def code(self, agent: Any) -> int | None:
        """The code of an agent, None if it is not of this model or has left."""
        if isinstance(agent, self.user_class):
            return int(agent.row) if agent._members is self else None
        code = self._codes.get(id(agent))
        return code if code is not None and self.others[code] is agent else None

    def admit(self, agent: Agent) -> int:
        """Let an agent that is no user in; returns its code."""
        code = self.code(agent)
        if code is None:
            code = self._next_code
            self._next_code += 1
            self.others[code] = agent
            self._codes[id(agent)] = code
        return code

    def dismiss(self, code: int) -> None:
        """Let an agent that is no user go."""
        agent = self.others.pop(code, None)
        if agent is not None:
            del self._codes[id(agent)]
            self.departures += 1

    def column(self, name: str, rows: Array | slice) -> Array | None:
        """A copy of a column at `rows`; None unless the attribute `name` of users is that column."""
        kept = getattr(self.user_class, name, None)
        return self.columns[kept.column.name][rows].copy() if isinstance(kept, ColumnProperty) else None

    def assign(self, name: str, rows: Array | slice, value: Any) -> bool:
        """Write one value to a column at `rows`; False unless the attribute `name` of users is a column."""
        kept = getattr(self.user_class, name, None)
        if not isinstance(kept, ColumnProperty):
            return False
        self.columns[kept.column.name][rows] = checked(kept.column, value)
        return True

    def __getstate__(self) -> dict[str, Any]:
        made_here = ("columns", "cells", "_views", "_codes", "_market")
        return {name: value for name, value in vars(self).items() if name not in made_here}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._market = None
        self._codes = {id(agent): code for code, agent in self.others.items()}
        self._open()
