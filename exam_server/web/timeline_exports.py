"""The timelines as files that leave the server, for an appeal: accessible PDFs, tables. The head's alone."""

import asyncio
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts.lookups import session_of_centre
from exam_server.domain.errors import NotAllowed
from exam_server.domain.moments import Sort, of_candidate, of_session
from exam_server.domain.roles import Person, Role
from exam_server.domain.sessions import SessionState
from exam_server.exports.csv_table import csv_table
from exam_server.papers import typesetting
from exam_server.papers.timeline_forms import (
    Asked,
    CandidateTimeline,
    Drawn,
    Happened,
    Sat,
    SessionTimeline,
    Shape,
)
from exam_server.web import paper_words as words
from exam_server.web.access import RoleRoute
from exam_server.web.desk import desk_of
from exam_server.web.language import _
from exam_server.web.pages import NARROW
from exam_server.web.papers import file_name
from exam_server.web.timeline import Story, told
from exam_server.web.timeline_drawing import Drawing, draw_candidate, draw_session
from exam_server.web.timeline_rows import (
    ItemLine,
    Line,
    account_lines,
    ending_of,
    facts_of,
    formula,
    item_lines_of,
    lines_of,
    move_lines_of,
    total_of,
)
from exam_server.web.timeline_words import Telling


async def session_pdf(request: Request, person: Person) -> Response:
    """The session's timeline on paper."""
    story, telling = await _told(request, person)
    number, digest = _seal(story)
    timeline = SessionTimeline(
        drawing=_drawn(draw_session(list(story.replays.values()), story.moments, telling)),
        candidates=[
            Sat(
                telling.name(one.candidate),
                ending_of(one),
                "—" if one.started_ms is None else telling.at(one.started_ms),
                "—" if one.ended_ms is None else telling.at(one.ended_ms),
                str(len(one.items)),
            )
            for one in story.replays.values()
        ],
        moments=_happened(lines_of(of_session(story.moments), telling)),
        log_number=number,
        log_hash=digest,
    )
    said = words.timeline_words(provisional=story.is_provisional)
    zone = desk_of(request).store.house.zone
    sitting = words.sitting(story.centre, story.session, zone, _("Déroulement de la session"), said)
    return _pdf(
        "deroulement", story, await asyncio.to_thread(typesetting.session_timeline, sitting, timeline)
    )


async def candidate_pdf(request: Request, person: Person) -> Response:
    """One candidate's timeline on paper."""
    story, telling = await _told(request, person)
    timeline = _candidate_timeline(story, request.path_params["candidate"], telling)
    said = words.timeline_words(provisional=story.is_provisional)
    zone = desk_of(request).store.house.zone
    sitting = words.sitting(story.centre, story.session, zone, _("Déroulement d’un test"), said)
    made = await asyncio.to_thread(typesetting.candidate_timeline, sitting, timeline)
    return _pdf("deroulement-candidat", story, made)


def _candidate_timeline(story: Story, candidate: str, telling: Telling) -> CandidateTimeline:
    replay, moments = story.of(candidate), of_candidate(story.moments, candidate)
    number, digest = _seal(story)
    items, account = item_lines_of(replay, telling), replay.account
    return CandidateTimeline(
        name=telling.name(candidate),
        class_name=story.classes[candidate],
        drawing=_drawn(draw_candidate(replay, moments, telling)),
        facts=facts_of(replay, telling),
        account=[] if account is None else account_lines(account, telling),
        formula="" if account is None else formula(account, telling),
        moves=[(one.at, one.what, one.deadline) for one in move_lines_of(replay, telling)],
        items=[_asked(one) for one in items],
        total=total_of(items),
        with_marks=story.sight.marks,
        moments=_happened(lines_of([one for one in moments if one.sort is not Sort.ITEMS], telling)),
        log_number=number,
        log_hash=digest,
    )


async def session_csv(request: Request, person: Person) -> Response:
    """Every moment of the session but the questions, one a row, each candidate's apart."""
    story, telling = await _told(request, person)
    lines = lines_of([one for one in story.moments if one.sort is not Sort.ITEMS], telling)
    return _csv("deroulement", story, _table(story, lines))


async def candidate_csv(request: Request, person: Person) -> Response:
    """Every moment of one candidate and of the room, the questions too, one a row."""
    story, telling = await _told(request, person)
    candidate = request.path_params["candidate"]
    story.of(candidate)
    lines = lines_of(of_candidate(story.moments, candidate), telling)
    return _csv("deroulement-candidat", story, _table(story, lines))


async def _told(request: Request, person: Person) -> tuple[Story, Telling]:
    story, telling = await told(request, person, session_of_centre)
    if story.session.state == SessionState.CANCELLED:
        raise NotAllowed("session_cancelled")
    return story, telling


def _table(story: Story, lines: Sequence[Line]) -> bytes:
    """A provisional table says so on every row: rows are copied without what stands above them."""
    header = [
        _("État"),
        _("N°"),
        _("Instant (ms, UTC)"),
        _("Heure"),
        _("Sujet"),
        _("Pour"),
        _("Fait"),
        _("Par"),
        _("Durée (ms)"),
    ]
    state = _("provisoire") if story.is_provisional else _("définitif")
    return csv_table(
        header,
        (
            (state, one.number, one.at_ms, one.at, one.sort_words, one.about, one.what, one.by, one.lasted_ms)
            for one in lines
        ),
    )


def _happened(lines: Sequence[Line]) -> list[Happened]:
    return [Happened(one.at, one.about, one.what, one.by) for one in lines]


def _asked(one: ItemLine) -> Asked:
    drafts = str(one.drafts) if one.drafts else "—"
    return Asked(
        position=str(one.position),
        competence=one.competence,
        item=one.item,
        mark=one.mark,
        since=one.since,
        until=one.until,
        left=one.left,
        drafts=drafts,
        ran=one.ran,
        stopped=one.stopped,
    )


def _drawn(drawing: Drawing | None) -> Drawn | None:
    if drawing is None:
        return None
    return Drawn(
        drawing.ticks,
        [
            (lane.name, [Shape(bar.look, bar.x, bar.width, bar.label) for bar in lane.bars])
            for lane in drawing.lanes
        ],
    )


def _seal(story: Story) -> tuple[str, str]:
    number, digest = story.head
    return f"{number:,}".replace(",", NARROW), digest


def _pdf(paper: str, story: Story, made: bytes) -> Response:
    return _download(made, file_name(paper, story.session, "pdf"), "application/pdf")


def _csv(paper: str, story: Story, made: bytes) -> Response:
    return _download(made, file_name(paper, story.session, "csv"), "text/csv; charset=utf-8")


def _download(made: bytes, name: str, kind: str) -> Response:
    return Response(made, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


_HEAD = (Role.HEAD,)
_OF_ONE = "/sessions/{id}/candidates/{candidate}"

routes = [
    RoleRoute("/sessions/{id}/timeline.csv", session_csv, roles=_HEAD),
    RoleRoute("/sessions/{id}/papers/timeline", session_pdf, roles=_HEAD),
    RoleRoute(f"{_OF_ONE}/timeline.csv", candidate_csv, roles=_HEAD),
    RoleRoute(f"{_OF_ONE}/papers/timeline", candidate_pdf, roles=_HEAD),
]
