"""Mesa's sets of agents over columns: their members are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from mesa import Agent
from mesa.agent import AgentSet, GroupBy

from simulator.agents import mesa_private
from simulator.agents.members import Members
from simulator.agents.user_view import FIXED_POPULATION
from simulator.types import Array


class MarketSet(AgentSet):
    """An ordered set of users and other agents of one model.

    It does what `mesa.agent.AgentSet` does. Users are views made on demand; what is asked of many at once is read
    from columns. The sets that are registered with a model (`model.agents`, `model.agents_by_type`) hold
    everybody and refuse to lose a user; what is selected from them is a set of its own and refuses nothing.

    Parameters
    ----------
    members : the agents of the model.
    codes : integers[m] or None
        Codes in order, each once. None is everybody in order of unique_id; it takes no memory.
    """

    users_only = False

    def __init__(self, members: Members, codes: Array | None = None, *, registered: bool = False):
        self.random = members.model.random
        self._members = members
        self._codes = codes
        self._registered = registered
        self._departures = members.departures
        self._mask: Array | None = None

    # -- who is in it

    def codes(self) -> Array:
        """Codes of the members, in order: int64[m]."""
        self._refresh()
        if self._codes is not None:
            return self._codes
        others = [] if self.users_only else list(self._members.others)
        return np.concatenate([np.arange(self._members.n), np.array(others, np.int64)])

    def __len__(self) -> int:
        self._refresh()
        if self._codes is not None:
            return int(self._codes.size)
        return self._members.n + (0 if self.users_only else len(self._members.others))

    def __iter__(self) -> Iterator[Any]:
        for code in self._each_code():
            agent = self._members.agent(code)
            if agent is not None:
                yield agent

    def __contains__(self, agent: object) -> bool:
        code = self._members.code(agent)
        if code is None:
            return False
        self._refresh()
        if self._codes is None:
            return code < self._members.n or not self.users_only
        if self._mask is None:
            self._mask = np.zeros(int(self._codes.max(initial=0)) + 1, bool)
            self._mask[self._codes] = True
        return code < self._mask.size and bool(self._mask[code])

    def __getitem__(self, item: Any) -> Any:
        """One agent, or a list of agents for a slice."""
        if isinstance(item, slice):
            return [self._members.agent(code) for code in self.codes()[item].tolist()]
        self._refresh()
        place = range(len(self))[item]
        if self._codes is not None:
            place = int(self._codes[place])
        elif place >= self._members.n:
            return list(self._members.others.values())[place - self._members.n]
        return self._members.agent(place)

    def count(self, value: Any) -> int:
        """1 if `value` is a member, else 0."""
        return int(value in self)

    def to_list(self) -> list[Any]:
        """The members."""
        return list(self)

    def _each_code(self) -> Iterator[int]:
        """Codes of those who are members now, whatever happens meanwhile."""
        self._refresh()
        if self._codes is not None:
            yield from self._codes.tolist()
            return
        others = [] if self.users_only else list(self._members.others)
        yield from range(self._members.n)
        yield from others

    def _refresh(self) -> None:
        """Drop agents that have left the model."""
        if self._departures != self._members.departures:
            self._departures = self._members.departures
            if self._codes is not None and not self.users_only:
                gone = [c >= self._members.n and c not in self._members.others for c in self._codes.tolist()]
                self._replace(self._codes[~np.array(gone, bool)])

    def _replace(self, codes: Array) -> MarketSet:
        self._codes = codes
        self._mask = None
        return self

    def _derive(self, codes: Any) -> MarketSet:
        """A set of its own with these codes."""
        kept = np.asarray(codes, np.int64)
        only = self.users_only or (kept.size > 0 and int(kept.max()) < self._members.n)
        return (UserSet if only else MarketSet)(self._members, kept)

    def _result(self, codes: Any, inplace: bool) -> MarketSet:
        if not inplace:
            return self._derive(codes)
        kept = np.asarray(codes, np.int64)
        if self._registered and kept.size != len(self):
            raise TypeError(f"{FIXED_POPULATION}; select(inplace=True) works on a copy")
        return self._replace(kept)

    def _from_iterable(self, agents: Iterable[Any]) -> MarketSet:
        """The result of a set operation."""
        codes = [self._code_of(agent) for agent in agents]
        return self._derive(list(dict.fromkeys(codes)))

    def _code_of(self, agent: Any) -> int:
        code = self._members.code(agent)
        if code is None:
            raise ValueError(f"{agent!r} is no agent of this model")
        return code

    # -- selecting and ordering

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type[Agent] | None = None,
    ) -> MarketSet:
        """Members that pass the filter and are of the type, the first `at_most` (or that fraction) of them."""
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        codes = self.codes()
        if agent_type is not None:
            codes = self._of_type(codes, agent_type)
        if filter_func is not None:
            codes = np.array(list(self._passing(codes, filter_func, at_most)), np.int64)
        elif at_most < codes.size:
            codes = codes[: max(0, int(at_most))]
        return self._result(codes, inplace)

    def _of_type(self, codes: Array, agent_type: type[Agent]) -> Array:
        right = np.full(codes.size, issubclass(self._members.user_class, agent_type))
        for place in np.flatnonzero(codes >= self._members.n):
            right[place] = isinstance(self._members.agent(int(codes[place])), agent_type)
        kept: Array = codes[right]
        return kept

    def _passing(self, codes: Array, test: Callable[[Any], bool], at_most: float) -> Iterator[int]:
        found = 0
        for code in codes.tolist():
            if found >= at_most:
                return
            agent = self._members.agent(code)
            if agent is not None and test(agent):
                found += 1
                yield code

    def shuffle(self, inplace: bool = False) -> MarketSet:
        """The members in random order; the draws are those Mesa would make."""
        return self._result(self._shuffled(), inplace)

    def _shuffled(self) -> list[int]:
        codes: list[int] = self.codes().tolist()
        self.random.shuffle(codes)
        return codes

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> MarketSet:
        """The members by an attribute or a function, descending unless told; equals keep their order."""
        codes = self.codes()
        column = self._column(key) if isinstance(key, str) else None
        if column is not None and column.ndim == 1:
            order = np.argsort(column if ascending else column[::-1], kind="stable")
            return self._result(codes[order if ascending else codes.size - 1 - order[::-1]], inplace)
        keys = [getattr(agent, key) if isinstance(key, str) else key(agent) for agent in self]
        places = sorted(range(codes.size), key=keys.__getitem__, reverse=not ascending)
        return self._result(codes[places], inplace)

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> GroupBy:
        """Members by an attribute or by what a function says of them."""
        codes = self.codes()
        column = self._column(by) if isinstance(by, str) else None
        values = [by(agent) for agent in self] if callable(by) else self.get(by) if column is None else column.tolist()
        groups: dict[Any, list[int]] = {}
        for code, value in zip(codes.tolist(), values, strict=True):
            groups.setdefault(value, []).append(code)
        if result_type == "agentset":
            return Groups({value: self._derive(group) for value, group in groups.items()})
        return GroupBy({value: [self._members.agent(code) for code in group] for value, group in groups.items()})

    # -- asking and telling

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> MarketSet:
        """Call a method, or a function with the agent first, for each member."""
        self._call(self._each_code(), method, args, kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> MarketSet:
        """The same in random order."""
        self._call(self._shuffled(), method, args, kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """What a method, or a function with the agent first, returns for each member."""
        return self._call(self._each_code(), method, args, kwargs)

    def _call(self, codes: Iterable[int], method: Any, args: Any, kwargs: Any) -> list[Any]:
        results = []
        for code in codes:
            agent = self._members.agent(code)
            if agent is not None:
                call = getattr(agent, method) if isinstance(method, str) else method
                results.append(call(*args, **kwargs) if isinstance(method, str) else call(agent, *args, **kwargs))
        return results

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Values of an attribute by member, or lists of values of several."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"Unknown handle_missing option: {handle_missing}, should be one of 'error' or 'default'")
        default = () if handle_missing == "error" else (default_value,)
        if isinstance(attr_names, str):
            return self._values(attr_names, default)
        columns = [self._values(name, default) for name in attr_names]
        return [list(line) for line in zip(*columns, strict=True)] if columns else [[] for _ in range(len(self))]

    def _values(self, name: str, default: tuple[Any, ...]) -> list[Any]:
        column = self._column(name)
        if column is None:
            return [getattr(agent, name, *default) for agent in self]
        values: list[Any] = column.tolist() if column.ndim == 1 else list(column)
        return values

    def set(self, attr_name: str, value: Any) -> MarketSet:
        """Give an attribute of every member the same value."""
        if not (self.users_only and self._members.assign(attr_name, self._rows(), value)):
            for agent in self:
                setattr(agent, attr_name, value)
        return self

    def _column(self, name: str) -> Array | None:
        return self._members.column(name, self._rows()) if self.users_only else None

    def _rows(self) -> Array | slice:
        return slice(None) if self._codes is None else self._codes

    # -- joining and leaving

    def add(self, agent: Any) -> None:
        """Add an agent. A registered set takes agents that are no users: Mesa calls this for every new agent."""
        if self._registered:
            self._refuse(agent)
            code = self._members.admit(agent)
        else:
            code = self._code_of(agent)
        if self._codes is not None and agent not in self:
            self._replace(np.append(self._codes, code))

    def discard(self, agent: Any) -> None:
        """Remove an agent if it is a member. One removed from a registered set has left the model."""
        code = self._members.code(agent)
        if self._registered:
            self._refuse(agent)
            if code is not None:
                self._members.dismiss(code)
        elif code is not None and agent in self:
            codes = self.codes()
            self._replace(codes[codes != code])

    def remove(self, agent: Any) -> None:
        """Remove an agent, which must be a member."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def _refuse(self, agent: Any) -> None:
        if self.users_only or isinstance(agent, self._members.user_class):
            raise TypeError(FIXED_POPULATION)

    # -- copies

    def __copy__(self) -> MarketSet:
        return type(self)(self._members, self._codes)

    def __getstate__(self) -> dict[str, Any]:
        return {"members": self._members, "codes": self._codes, "random": self.random, "registered": self._registered}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._members, self._codes, self.random = state["members"], state["codes"], state["random"]
        self._registered, self._mask, self._departures = state["registered"], None, -1

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,}>"


class UserSet(MarketSet):
    """A set of users."""

    users_only = True

    @classmethod
    def over(cls, model: Any, columns: Mapping[str, Array], user_class: type[Any]) -> UserSet:
        """All users of `model`, from now on among its agents.

        Parameters
        ----------
        model : a `mesa.Model`, whose brands and platforms may already be registered.
        columns : arrays by name (`population.table`), one row a user.
        user_class : `User` or a subclass.
        """
        members = Members(model, columns, user_class)
        users = cls(members, registered=True)
        mesa_private.adopt(model, user_class, users, MarketSet(members, registered=True))
        return users

    @property
    def members(self) -> Members:
        """The agents of the model."""
        return self._members


class Groups(GroupBy):
    """Groups whose values are read from columns."""

    def agg(self, attr_name: str, func: Callable[[list[Any]], Any]) -> dict[Any, Any]:
        """One number a group: `func` of the list of its members' values."""
        return {name: func(group.get(attr_name)) for name, group in self.groups.items()}
