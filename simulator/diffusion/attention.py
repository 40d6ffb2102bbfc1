"""Memes that compete for limited attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.diffusion.inputs import Graph, at_least_one, chances, row_keys
from simulator.diffusion.runner import Piece, Progress, share_out
from simulator.errors import InputError
from simulator.kernels import decisions
from simulator.kernels.diffusion import limited_attention as rule
from simulator.kernels.rng import absorb, stream
from simulator.notebook import table_html
from simulator.types import Array

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class MemeResult:
    """What came of the memes of each replication.

    Attributes
    ----------
    ticks : int
    memes : one `rule.Memes` a replication: born, last, author, posts, one entry a meme in the order of birth.
    """

    ticks: int
    memes: tuple[rule.Memes, ...]

    @property
    def replications(self) -> int:
        return len(self.memes)

    def popularity(self, replication: int = 0) -> Array:
        """Posts of every meme, its first included, int64[M]."""
        if not 0 <= replication < self.replications:
            raise InputError(f"replication {replication} does not exist; allowed: 0 to {self.replications - 1}")
        return self.memes[replication].posts

    def to_pandas(self) -> pandas.DataFrame:
        """One row a meme: replication, born, last, author, posts."""
        import pandas

        parts = [pandas.DataFrame({"replication": r, **memes._asdict()}) for r, memes in enumerate(self.memes)]
        return pandas.concat(parts, ignore_index=True)

    def _facts(self) -> dict[str, str]:
        posts = np.concatenate([memes.posts for memes in self.memes])
        facts = {"replications": f"{self.replications:,}", "ticks": f"{self.ticks:,}", "memes": f"{posts.size:,}"}
        if posts.size:
            facts |= {"mean posts": f"{posts.mean():,.2f}", "most posts": f"{posts.max():,}"}
        return facts

    def __repr__(self) -> str:
        facts = (f"{name.replace(' ', '_')}={fact}" for name, fact in self._facts().items())
        return f"MemeResult({', '.join(facts)})"

    def _repr_html_(self) -> str:
        return table_html("limited attention", self._facts())


def limited_attention(
    graph: Graph,
    *,
    queue: int,
    innovation: Any,
    ticks: int,
    activity: Any = 1.0,
    replications: int = 1,
    seed: int = 0,
    keys: Any = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> MemeResult:
    """Memes without quality compete for queues of limited length (Weng et al. 2012; Gleeson et al. 2014).

    Parameters
    ----------
    graph : simulator.network.csr.CSRGraph
    queue : int, at least 1
        Memes a user holds.
    innovation : float or floats[n], 0 to 1
        Chance that a post is a new meme.
    ticks : int, at least 1
    activity : float or floats[n], 0 to 1
        Chance a tick that a user posts.
    replications, threads : int, at least 1
        The result is the same for every number of threads.
    seed : int
    keys : integers[n], optional
        Identity of every row in the draws; the row number by default.
    progress : called with (replications done, in all).

    Raises
    ------
    InputError
        On numbers outside their range.
    """
    at_least_one(queue=queue, ticks=ticks, replications=replications, threads=threads)
    mu = chances(innovation, "innovation", {graph.n: "a row"})
    active = chances(activity, "activity", {graph.n: "a row"})
    identity, prefix = row_keys(keys, graph.n), stream(seed, decisions.MEME)
    found: list[rule.Memes] = [_memes(0)] * replications

    def one(replication: int) -> rule.Memes:
        luck = np.uint64(absorb(prefix, replication))
        state = rule.AttentionState(np.zeros((graph.n, queue), np.int32), np.zeros(graph.n, np.int64))
        hashes, memes, number = np.empty(graph.n, np.uint64), _memes(graph.n), 0
        for now in range(1, ticks + 1):
            tick = np.uint64(absorb(luck, now))
            posting = int(rule.active_users(identity, tick, active, hashes))
            order = np.argsort(hashes)[:posting]
            if number + posting > memes.born.size:
                memes = _memes(2 * (number + posting), memes)
            number = rule.step(graph.offsets, graph.targets, identity, tick, mu, order, now, state, memes, number)
        return rule.Memes(*(column[:number].copy() for column in memes))

    def worker() -> tuple[Piece, Array]:
        def piece(first: int, last: int) -> None:
            for replication in range(first, last):
                found[replication] = one(replication)

        return piece, np.empty(0)

    share_out(worker, replications, threads, progress)
    return MemeResult(ticks, tuple(found))


def _memes(size: int, old: rule.Memes | None = None) -> rule.Memes:
    """Room for `size` memes, the old ones in front."""
    fresh = rule.Memes(
        np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int64)
    )
    for column, given in zip(fresh, old or (), strict=old is not None):
        column[: given.size] = given
    return fresh
