"""What comes of the replications of a rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simulator.diffusion.runner import ENDLESS, Call
from simulator.errors import InputError
from simulator.notebook import table_html
from simulator.types import Array

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class DiffusionResult:
    """What came of the replications of a rule.

    Sizes, frequencies and counts are stored; a replication is run again, draw for draw, when its users are asked for.

    Attributes
    ----------
    call : the rule with all it was given.
    final_sizes : int64[R]
        Users that ever adopted (were ever infected) in each replication, seeds included.
    frequencies : int64[n]
        In how many replications each row adopted.
    counts : int64[R, ticks + 1, states]
        Users in each of `states` at the end of every tick; size 0 for rules without them, or without `ticks`.
    states : names of the last axis of `counts`.
    trees : bool
        Whether `to_pandas` lists every adopter.
    """

    call: Call
    final_sizes: Array
    frequencies: Array
    counts: Array
    states: tuple[str, ...] = ()
    trees: bool = False

    @property
    def rule(self) -> str:
        """Name of the rule."""
        return self.call.rule.name

    @property
    def seeds(self) -> Array:
        """Rows that adopt at tick 0, int32[k]."""
        return self.call.seeds

    @property
    def replications(self) -> int:
        return int(self.final_sizes.size)

    def adoption_times(self, replication: int = 0) -> Array:
        """Tick at which each row adopted (was first infected), int32[n]: 0 for seeds, -1 for never."""
        times: Array = np.maximum(self._again(replication, False).time, np.int32(-1))
        return times

    def parents(self, replication: int = 0) -> Array:
        """Row that won each adopter, int32[n]; -1 for seeds and for rows that never adopted.

        Of several that tried in the same tick the one with the smallest hash counts.

        Raises
        ------
        InputError
            If adopters of the rule have no one parent (Bass).
        """
        return self._tree(replication)[1]

    def depths(self, replication: int = 0) -> Array:
        """Steps from each adopter to its seed, int32[n]; -1 for rows that never adopted."""
        time, parent = self._tree(replication)
        return _depths(time, parent)

    def to_pandas(self, what: Literal["sizes", "adopters", "counts"] | None = None) -> pandas.DataFrame:
        """A table; `what` is "adopters" by default if the result has trees, else "sizes".

        - sizes: replication, final_size
        - adopters: replication, user, time, parent, depth; sorted by replication, time, user
        - counts: replication, tick, and a column a state
        """
        import pandas

        what = what or ("adopters" if self.trees else "sizes")
        if what == "sizes":
            return pandas.DataFrame({"replication": np.arange(self.replications), "final_size": self.final_sizes})
        if what == "adopters":
            return pandas.concat([self._adopters(r) for r in range(self.replications)], ignore_index=True)
        if what != "counts":
            raise InputError(f"what is {what!r}; allowed: sizes, adopters, counts")
        if self.counts.size == 0:
            raise InputError("this result has no counts; give `ticks` to a rule that counts (SI, SIR, SIS, SEIR, Bass)")
        ticks = self.counts.shape[1]
        table: dict[str, Any] = {
            "replication": np.repeat(np.arange(self.replications), ticks),
            "tick": np.tile(np.arange(ticks), self.replications),
        }
        table |= {name: self.counts[:, :, i].ravel() for i, name in enumerate(self.states)}
        return pandas.DataFrame(table)

    def _adopters(self, replication: int) -> pandas.DataFrame:
        import pandas

        time, parent = self._tree(replication)
        users = np.flatnonzero(time >= 0)
        users = users[np.argsort(time[users], kind="stable")]
        columns = {"user": users, "time": time[users], "parent": parent[users], "depth": _depths(time, parent)[users]}
        return pandas.DataFrame({"replication": replication, **columns})

    def _tree(self, replication: int) -> tuple[Array, Array]:
        state = self._again(replication, True)
        if state.parent.size != state.time.size:
            raise InputError(f"adopters of the rule {self.rule} have no one parent")
        return np.maximum(state.time, np.int32(-1)), np.where(state.time > 0, state.parent, np.int32(-1))

    def _again(self, replication: int, trees: bool) -> Any:
        if not 0 <= replication < self.replications:
            raise InputError(f"replication {replication} does not exist; allowed: 0 to {self.replications - 1}")
        return self.call.replay(replication, trees)

    def _facts(self) -> dict[str, str]:
        sizes = self.final_sizes
        facts = {"users": f"{self.call.n:,}", "seeds": f"{self.seeds.size:,}", "replications": f"{self.replications:,}"}
        facts |= {"mean size": f"{sizes.mean():,.1f}", "smallest": f"{sizes.min():,}", "largest": f"{sizes.max():,}"}
        return facts | ({} if self.call.ticks == ENDLESS else {"ticks": f"{self.call.ticks:,}"})

    def __repr__(self) -> str:
        facts = ", ".join(f"{name.replace(' ', '_')}={fact}" for name, fact in self._facts().items())
        return f"DiffusionResult({self.rule}, {facts})"

    def _repr_html_(self) -> str:
        return table_html(self.rule.replace("_", " "), self._facts())


def _depths(time: Array, parent: Array) -> Array:
    """Depth in the tree, int32[n]: a parent adopts at least a tick before its children."""
    depth = np.where(time >= 0, np.int32(0), np.int32(-1))
    order = np.argsort(time, kind="stable")
    order = order[np.searchsorted(time[order], 1) :]
    cuts = np.flatnonzero(np.diff(time[order])) + 1
    for rows in np.split(order, cuts):
        if rows.size:
            depth[rows] = depth[parent[rows]] + 1
    return depth
