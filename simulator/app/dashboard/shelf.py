"""What happens on the page of stored results: a study, a run, filters, a cascade and a user are chosen."""

from __future__ import annotations

from simulator.app.dashboard.context import Context
from simulator.app.dashboard.desk_work import whole
from simulator.app.dashboard.limits import user_ticks
from simulator.app.dashboard.pool import Ticket
from simulator.app.dashboard.sessions import Exploration, Session, Story
from simulator.app.dashboard.stored import FILTERS, Place, largest, needs_of, opened, places, runs, spec_of
from simulator.app.dashboard.texts import say
from simulator.app.dashboard.worker import Ended
from simulator.ensemble.design import Arm
from simulator.errors import SimulatorError, StoreError


def places_of(context: Context) -> list[Place]:
    """The studies that may be opened."""
    return places(context.results)


def place_of(context: Context, exploration: Exploration) -> Place:
    """The study that is looked at; it must be one of those that were found.

    Raises
    ------
    StoreError
        If it is gone.
    """
    for place in places_of(context):
        if place.name == exploration.place:
            return place
    raise StoreError(f"there is no study {exploration.place!r} any more")


def settle(exploration: Exploration, found: list[Place]) -> Exploration:
    """Choose the first study, run and cascade where nothing, or what is gone, was chosen."""
    names = [place.name for place in found]
    if exploration.place not in names:
        exploration.place, exploration.address = found[0].name, ""
    _settle_run(exploration, found[names.index(exploration.place)])
    return exploration


def _settle_run(exploration: Exploration, place: Place) -> None:
    listed = [run.address for run in runs(place)]
    if exploration.address not in listed:
        exploration.address = listed[0] if listed else ""
        exploration.filters.clear()
        exploration.cascade = ""
        exploration.story = None
    try:
        cascades = largest(place.folder, exploration.address)
    except SimulatorError:
        return
    keys = [str(key) for key in cascades["root_key"]] if len(cascades) else []
    if exploration.cascade not in keys:
        exploration.cascade = keys[0] if keys else ""


def enter(context: Context, session: Session, key: str, value: str) -> str:
    """Take a choice; returns its key, or "" if there is no such choice."""
    exploration = session.exploration
    if key == "place":
        if value in [place.name for place in places_of(context)]:
            stop_story(context, session)
            exploration.place, exploration.address = value, ""
            _settle_run(exploration, place_of(context, exploration))
            return key
    elif key == "address":
        place = place_of(context, exploration)
        if value in [run.address for run in runs(place)]:
            stop_story(context, session)
            exploration.address, exploration.story = value, None
            exploration.filters.clear()
            exploration.cascade = ""
            _settle_run(exploration, place)
            return key
    elif key in FILTERS:
        exploration.filters[key] = value
        return key
    elif key == "cascade":
        exploration.cascade = value
        return key
    elif key in ("user", "suggested"):
        exploration.user = value
        return key
    return ""


def begin_story(context: Context, session: Session, language: str) -> None:
    """Have the chosen user's story told by a worker; what is wrong with the number is said beside its field."""
    exploration = session.exploration
    exploration.wrong = ""
    stop_story(context, session)
    try:
        place = place_of(context, exploration)
        run = opened(place.folder, exploration.address)
        users = int(run.manifest.scenario["market"]["users"])
        user = whole(exploration.user, 0, users - 1)
        if user is None:
            allowed = say(language, "error.whole", low=0, high=f"{users - 1:,}")
            given = say(language, "error.given", given=exploration.user)
            exploration.wrong = say(language, "error.allowed", message=given, allowed=allowed)
            return
        spec = spec_of(run)
        if context.limits.too_large(Arm("", spec.resolved, spec.files)):
            asked, most = user_ticks(Arm("", spec.resolved, spec.files)), context.limits.user_ticks
            raise SimulatorError(say(language, "error.size", given=f"{asked:,}", most=f"{most:,}"))
        stored = needs_of(place.folder, exploration.address)
    except SimulatorError as error:
        exploration.story = Story(-1, error=str(error))
        return
    story = exploration.story = Story(user)
    same_code = spec.address() == run.address

    def news(done: int, ticks: int) -> None:
        story.done = done / max(ticks, 1)

    def end(ended: Ended) -> None:
        if ended.result is not None:
            own = stored[stored["user"] == user].reset_index(drop=True)
            agrees = ended.result.needs.astype("object").equals(own.astype("object"))
            story.told = (ended.result, agrees, same_code, len(own))
        elif not ended.stopped:
            story.error = ended.error
        story.ticket = None

    story.ticket = Ticket(session.owner, "story", (spec, user), news, end)
    try:
        context.pool.ask(story.ticket)
    except SimulatorError as error:
        story.ticket, story.error = None, str(error)


def stop_story(context: Context, session: Session) -> None:
    """Call the story under way off."""
    story = session.exploration.story
    if story is not None and story.ticket is not None:
        context.pool.stop(story.ticket)
        session.exploration.story = None
