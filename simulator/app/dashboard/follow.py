"""One user's story: the run is made again by the kernels, and in every tick the user lives it first as an agent.

Both engines give the same bits, so the agent's tick can be a rehearsal: what the user decides is written down, the
user's row is put back, and the kernels play the tick for all. If they left the row otherwise than the rehearsal did,
the story would not be what happened, and is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.app.dashboard.story import Event, Told
from simulator.app.dashboard.work import StoppedError
from simulator.ensemble.design import RunSpec
from simulator.errors import InputError, SimulatorError
from simulator.kernels import state as counted
from simulator.kernels.inbox import IDS
from simulator.model.agent_engine import AgentTick, live_through, put_on_top
from simulator.types import FEN_PER_YUAN, NOBODY, USER_KEY, Array, Device, NeedStatus, PostKind, Role, Source

if TYPE_CHECKING:
    from simulator.model.market import CommerceModel

EVENTS = {
    counted.INTERESTED: "interested",
    counted.RESERVATIONS: "reserved",
    counted.ORDERS_PLATFORM: "paid",
    counted.ORDERS_OFFLINE: "offline",
    counted.ORDERS_LEAKED: "leaked",
    counted.FORWARDED: "forward",
    counted.MUTES: "muted",
    counted.SHARES: "told",
    counted.COMMENTS: "commented",
    counted.LET_DOWN: "let_down",
    counted.UNFOLLOWS: "unfollowed",
    counted.WOKEN: "tempted",
    counted.LAPSED: "lapsed",
}
"""Counters whose increase is an event that needs no further words."""


def tell_story(spec: RunSpec, user: int, tell: Callable[..., None], stopped: Callable[[], bool]) -> Told:
    """Make a run again and write down what happens to one user.

    Parameters
    ----------
    spec : the run.
    user : key of the user.

    Raises
    ------
    InputError
        If there is no such user.
    StoppedError
        If it is called off.
    """
    from simulator.ensemble.worker import MODEL, make_scenario
    from simulator.model.market import CommerceModel
    from simulator.model.tables import needs

    model = CommerceModel(make_scenario(spec, MODEL), rng=spec.seed, role=spec.role)
    model.collects = False
    if not 0 <= user < model.state.n:
        raise InputError(f"user is {user}; allowed: 0 to {model.state.n - 1}")
    follower = Follower(model, user)
    model.engine = model.schedule.engine = follower
    for tick in range(model.ticks):
        model.step()
        if stopped():
            raise StoppedError
        if tick % 16 == 0:
            tell(tick + 1, model.ticks)
    ledger = needs(model)
    own = ledger[ledger["user"] == user].reset_index(drop=True)
    return Told(user, follower.person(), tuple(follower.events()), own)


class Follower:
    """An engine: the kernels', with a rehearsal of one user's tick before each of theirs."""

    def __init__(self, model: CommerceModel, user: int):
        self._model = model
        self._kernels: Any = model.engine
        self._user = model.user_set[user]  # stored in order of their keys
        self._needs = [need.index for need in self._user.needs]
        self._brands = [brand.name for brand in model.brands]
        self._platforms = [platform.name for platform in model.platforms]
        self._events: list[Event] = []
        self._role = -1

    def tick(self, state: Any, clock: Any, hours: tuple[int, Array], new: list[tuple[int, int]]) -> Any:
        """See `Engine`."""
        self._note_role(clock.minute)
        before = self._row(state)
        ticks = [_StoryTick(state, view, clock, self._log) for view in self._user.market.platforms]
        for tick, (first, last) in zip(ticks, new, strict=True):
            tick.deliver_to(self._user, first, last)
        live_through(ticks, [self._user], hours)
        rehearsed = self._row(state)
        self._put_back(state, before)
        outcome = self._kernels.tick(state, clock, hours, new)
        if not _same(rehearsed, self._row(state)):
            raise SimulatorError("the agent's path and the kernels' part ways: the story would not be what happened")
        return outcome

    def choose_roles(self, *arguments: Any) -> Array:
        """See `Engine`."""
        wish: Array = self._kernels.choose_roles(*arguments)
        return wish

    def meet_in_apps(self, *arguments: Any) -> Array:
        """See `Engine`."""
        known: Array = self._kernels.meet_in_apps(*arguments)
        return known

    def close(self) -> None:
        """See `Engine`."""
        self._kernels.close()

    def person(self) -> dict[str, Any]:
        """Who the user is."""
        population, key = self._model.population, np.array([self._user.key], USER_KEY)
        return {
            "region": population.regions.names[int(population.draw("region", key)[0])],
            "income_yuan": float(population.draw("income", key)[0]),
            "visits_per_day": float(self._user.activity),
        }

    def events(self) -> list[Event]:
        """What happened, in order; dates of needs among it."""
        end = self._model.ticks * self._model.scenario.market.tick_minutes
        names = list(self._model.scenario.categories)
        felt = [need for need in self._user.needs if need.due_drawn < end and need.status != NeedStatus.LATENT]
        wanted = [Event(int(need.due_drawn), "wanted", facts={"category": names[need.category.index]}) for need in felt]
        return sorted([*self._events, *wanted], key=lambda event: event.minute)

    def _log(self, minute: int, what: str, brand: int, platform: int, **facts: Any) -> None:
        name = self._brands[brand] if brand >= 0 else ""
        self._events.append(Event(int(minute), what, name, self._platforms[platform], facts))

    def _note_role(self, minute: int) -> None:
        role = int(self._user.role)
        if self._role >= 0 and role != self._role:
            self._events.append(Event(minute, "sells" if role == Role.SELLER else "sells_no_more"))
        self._role = role

    # -- the user's row

    def _row(self, state: Any) -> tuple[Any, ...]:
        table, row = state.table, self._user.row
        return (
            table.person[row].copy(), table.tie[row].copy(), table.inbox[:, row].copy(), table.ring[:, row].copy(),
            state.needs.table[self._needs].copy(),
        )  # fmt: skip

    def _put_back(self, state: Any, kept: tuple[Any, ...]) -> None:
        table, row = state.table, self._user.row
        table.person[row], table.tie[row], table.inbox[:, row], table.ring[:, row] = kept[:4]
        state.needs.table[self._needs] = kept[4]


def _same(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
    """Whether two states of a row agree in all that one tick hands to the next."""
    for one in (a, b):
        one[3][:] &= IDS  # that a copy will not be found is a note of the kernels to themselves
        one[2]["marked"] = 0  # reposts under way, emptied by the kernels themselves
        one[4]["shared"] = np.where(one[4]["shared"] == 1, 2, one[4]["shared"])  # told, and then made into a post
    return all(np.array_equal(_bytes(x), _bytes(y)) for x, y in zip(a, b, strict=True))


def _bytes(value: Any) -> Array:
    """The fields of a record side by side: padding is no value."""
    array = np.atleast_1d(np.asarray(value))
    if array.dtype.names is None:
        return array
    return np.concatenate([np.ascontiguousarray(array[name]).view(np.uint8).ravel() for name in array.dtype.names])


class _StoryTick(AgentTick):
    """A tick that says what it counts."""

    def __init__(self, state: Any, view: Any, clock: Any, log: Callable[..., None]):
        super().__init__(state, view, clock)
        self._log = log

    def note(self, what: str, brand: int, **facts: Any) -> None:
        """Write an event down."""
        self._log(self.market.now, what, brand, self.view.index, **facts)

    def deliver_to(self, user: Any, first: int, last: int) -> None:
        """Put those of the new posts that reach a user into the user's inbox."""
        if not self.platform.has_feed:
            return
        for post_id in range(first, last):
            post = self.view.newest(post_id)
            if post.by_account:
                reaches = bool(user.marks[post.brand] & counted.FOLLOWS)
            else:
                graph = self.platform.graph
                reaches = graph is not None and bool((graph.followers(post.author) == user.row).any())
            if reaches:
                put_on_top(
                    self.state.table.columns, np.array([user.row]), self.view.index, self.platform.slots, post_id
                )

    def count(self, brand: int, counter: int, by: int = 1) -> None:
        super().count(brand, counter, by)
        if by > 0 and counter in EVENTS:
            self.note(EVENTS[counter], brand)

    def spend(self, user: Any, visit: Any) -> None:
        self.note("visit", NOBODY, device=Device(visit.device).name.lower())
        super().spend(user, visit)

    def respond(self, user: Any, post: Any, visit: Any, earlier: list[Any], source: Any = None) -> None:
        author = int(post.author_key) if not post.by_account else -1
        kind = PostKind(post.kind).name.lower()
        self.note("saw", post.brand, kind=kind, author=author, trending=source is not None)
        known = len(self.reposts)
        super().respond(user, post, visit, earlier, source)
        if len(self.reposts) > known:
            self.note("reposted", post.brand, author=author)

    def become_aware(self, user: Any, brand: int, source: Source) -> None:
        super().become_aware(user, brand, source)
        self.note("learnt", brand, source=Source(source).name.lower())

    def show_ad(self, user: Any, product: Any, visit: Any) -> None:
        self.note("ad", product.index)
        super().show_ad(user, product, visit)

    def decide(self, user: Any, need: Any, visit: Any) -> None:
        super().decide(user, need, visit)
        if need.status == NeedStatus.CHOSEN:
            self.note("chose", need.brand, price=need.price / FEN_PER_YUAN)

    def lose(self, need: Any) -> None:
        super().lose(need)
        self.note("nothing_bought", NOBODY)

    def check_out(self, user: Any, need: Any, visit: Any) -> None:
        brand, steps = need.brand, user.steps_to_pay(visit)
        super().check_out(user, need, visit)
        if need.passed < steps and need.status != NeedStatus.BOUGHT:
            self.note("broke_off", brand, passed=int(need.passed), steps=int(steps))

    def receive(self, user: Any, need: Any) -> None:
        stars = int(self.counters[need.brand, counted.REVIEW_STARS])
        super().receive(user, need)
        self.note("received", need.brand, opinion=round(float(user.opinion[need.brand]), 2))
        given = int(self.counters[need.brand, counted.REVIEW_STARS]) - stars
        if given:
            self.note("reviewed", need.brand, stars=given)
