"""The timeline of a session and of one candidate: what happened, when, and where the deadline comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts.lookups import session_of_room
from exam_server.domain.errors import NotFound
from exam_server.domain.incidents import may_read
from exam_server.domain.moments import Moment, Sort, moments_of, of_candidate, of_session
from exam_server.domain.replay import replays_of
from exam_server.domain.roles import Person, Role
from exam_server.domain.sessions import OVER, SessionState
from exam_server.domain.sight import Sight, seen, sight_of
from exam_server.domain.sitting import Replay
from exam_server.storage import queries
from exam_server.storage.columns import to_millis
from exam_server.storage.log import actors_of, facts_after
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Centre, Session
from exam_server.storage.transaction import Reading
from exam_server.web.access import RoleRoute
from exam_server.web.desk import desk_of, page
from exam_server.web.language import _
from exam_server.web.timeline_drawing import draw_candidate, draw_session
from exam_server.web.timeline_rows import (
    account_lines,
    ending_of,
    facts_of,
    formula,
    item_lines_of,
    lines_of,
    move_lines_of,
    total_of,
)
from exam_server.web.timeline_words import SORTS, Telling

LookUp = Callable[[Reading, Person, str], Session]

OF_SESSION = tuple(sort for sort in Sort if sort is not Sort.ITEMS)
SHOWN_OF_SESSION = frozenset(OF_SESSION) - {Sort.DESK, Sort.TEST}
"""What the session's page shows at first: of thirty candidates, desk, start and end are a hundred lines."""
SHOWN_OF_CANDIDATE = frozenset(Sort) - {Sort.ITEMS}
"""The candidate's questions have a table of their own."""


@dataclass(frozen=True)
class Story:
    """All that a timeline is made of, as it was at one moment; `replays` by candidate, in order of names."""

    centre: Centre
    session: queries.SessionRow
    moments: list[Moment]
    replays: dict[str, Replay]
    people: dict[str, str]
    classes: dict[str, str]
    sight: Sight
    head: tuple[int, str]

    @property
    def is_provisional(self) -> bool:
        """The session is not over: more may happen."""
        return self.session.state not in OVER | {SessionState.CANCELLED}

    def of(self, candidate: str) -> Replay:
        """One candidate's sitting; raises NotFound for who is not of this session."""
        if candidate not in self.replays:
            raise NotFound
        return self.replays[candidate]


def story_of(reading: Reading, person: Person, session_id: str, look_up: LookUp) -> Story:
    """Reads the log of a session that this person may see, as far as they may."""
    session = look_up(reading, person, session_id)
    facts = [
        fact
        for fact in facts_after(reading, session_id, 0)
        if may_read(fact.content.get("category"), person.roles)
    ]
    rows = queries.candidate_rows(reading, session_id)
    found = replays_of(facts, rules_of(reading.house, session), to_millis(reading.now))
    sight = sight_of(person.roles, SessionState(session.state))
    names = {row.id: f"{row.family_name} {row.given_name}" for row in rows}
    return Story(
        centre=reading.get(Centre, session.centre_id),
        session=queries.session_rows(reading, person.centre_id, session_id=session_id)[0],
        moments=moments_of(facts, actors_of(reading, session_id)),
        replays={row.id: seen(found[row.id], sight) for row in rows if row.id in found},
        people={**queries.names_of_staff(reading, person.centre_id), **names},
        classes={row.id: row.class_name for row in rows},
        sight=sight,
        head=(session.log_number, session.log_hash),
    )


async def told(request: Request, person: Person, look_up: LookUp) -> tuple[Story, Telling]:
    """The story of the session that the address names, and how it is told to this reader."""
    store = desk_of(request).store
    story = await store.read(story_of, person, request.path_params["id"], look_up)
    return story, Telling(story.people, store.house.zone, story.session.date)


async def session_timeline(request: Request, person: Person) -> Response:
    """The session as a whole: its phases, the room's acts, a line a candidate, the reports."""
    story, telling = await told(request, person, session_of_room)
    shown = _chosen(request, SHOWN_OF_SESSION)
    moments = of_session(story.moments)
    replays = list(story.replays.values())
    return page(
        request,
        "console/invigilator/timeline.html",
        person,
        session=story.session,
        provisional=story.is_provisional,
        is_head=Role.HEAD in person.roles,
        drawing=draw_session(replays, story.moments, telling),
        lines=lines_of([one for one in moments if one.sort in shown], telling),
        filters=_filters(OF_SESSION, moments, shown),
        candidates=[
            {
                "id": one.candidate,
                "name": telling.name(one.candidate),
                "ending": ending_of(one),
                "started": "—" if one.started_ms is None else telling.at(one.started_ms),
                "ended": "—" if one.ended_ms is None else telling.at(one.ended_ms),
                "questions": len(one.items),
            }
            for one in replays
        ],
    )


async def candidate_timeline(request: Request, person: Person) -> Response:
    """One candidate, item by item, with everything that stood in the way, and the deadline explained."""
    story, telling = await told(request, person, session_of_room)
    candidate = request.path_params["candidate"]
    replay, moments = story.of(candidate), of_candidate(story.moments, candidate)
    shown = _chosen(request, SHOWN_OF_CANDIDATE)
    items = item_lines_of(replay, telling)
    return page(
        request,
        "console/invigilator/candidate_timeline.html",
        person,
        session=story.session,
        candidate=candidate,
        name=telling.name(candidate),
        class_name=story.classes[candidate],
        provisional=story.is_provisional,
        is_head=Role.HEAD in person.roles,
        sight=story.sight,
        drawing=draw_candidate(replay, moments, telling),
        facts=facts_of(replay, telling),
        account=[] if replay.account is None else account_lines(replay.account, telling),
        formula="" if replay.account is None else formula(replay.account, telling),
        agrees=replay.account is None or replay.account.agrees,
        moves=move_lines_of(replay, telling),
        items=items,
        total=total_of(items),
        lines=lines_of([one for one in moments if one.sort in shown], telling),
        filters=_filters(tuple(Sort), moments, shown),
    )


def _chosen(request: Request, otherwise: frozenset[Sort]) -> frozenset[Sort]:
    """What the reader has picked out; what nobody knows is passed over."""
    asked = request.query_params.getlist("show")
    return frozenset(Sort(one) for one in asked if one in list(Sort)) if asked else otherwise


def _filters(
    sorts: Sequence[Sort], moments: Sequence[Moment], shown: frozenset[Sort]
) -> list[dict[str, object]]:
    counted = {sort: sum(one.sort is sort for one in moments) for sort in sorts}
    return [
        {"code": str(sort), "label": _(SORTS[sort]), "count": counted[sort], "shown": sort in shown}
        for sort in sorts
        if counted[sort] or sort in shown
    ]


_ROOM = (Role.INVIGILATOR, Role.HEAD)

routes = [
    RoleRoute("/sessions/{id}/timeline", session_timeline, roles=_ROOM),
    RoleRoute("/sessions/{id}/candidates/{candidate}/timeline", candidate_timeline, roles=_ROOM),
]
