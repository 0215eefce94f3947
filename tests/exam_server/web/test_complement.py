"""Every write route in every standing of session, candidate, attempt: no refusal leaves a trace."""

import logging
from dataclasses import dataclass

import httpx
import pytest
from starlette.routing import Route

from exam_server.app import all_routes
from exam_server.domain.access_cards import card_code
from exam_server.domain.attempts import AttemptState
from exam_server.domain.candidates import CandidateState
from exam_server.domain.fraud_requests import FraudRequestState
from exam_server.domain.help_calls import HelpCallState
from exam_server.domain.incidents import IncidentState
from exam_server.domain.rulings import RulingState
from exam_server.domain.sessions import SessionState
from exam_server.storage.tables import Candidate, Session
from exam_server.web.access import REHEARSAL_COOKIE
from tests.exam_server.web.deeds import DEEDS, NOT_ABOUT_A_SESSION
from tests.exam_server.web.outcomes import Deed, Outcome
from tests.exam_server.web.site import Site
from tests.exam_server.web.standings import Standing, standing
from tests.exam_server.web.ways import WAYS, room_that_is
from tests.exam_server.web.whole_database import Rows, changed, put_back, rows_of
from tests.support.databases import Place
from tests.support.house import another_worker_of
from tests.support.room import ExamRoom

LOG = "exam_server.web.errors"
TRIES = "throttle"
"""Where tries are counted: of somebody who types codes that much is kept, or nobody could be slowed down."""
NOT_DONE = {Outcome.REFUSED, Outcome.NOTHING}
SHUT_OUT = {Outcome.UNKNOWN, Outcome.SIGNED_OUT}
"""What a computer in a rehearsal gets where there is none: it is told nothing of the session."""


@dataclass
class Trial:
    """A room in one standing, and its people at their browsers; each deed begins from the same rows."""

    site: Site
    place: Place
    room: ExamRoom
    standing: Standing
    browsers: dict[str, httpx.AsyncClient]
    rows: Rows
    codes: dict[str, str]

    async def faults(self, path: str, deed: Deed, caplog: pytest.LogCaptureFixture) -> list[str]:
        """Does it, says in what it went otherwise than its rule says, and puts everything back."""
        expected, name = deed.rule(self.standing), f"POST {path} {deed.name}".strip()
        caplog.clear()
        answer = await self._ask(path, deed)
        after = changed(self.rows, rows_of(self.place.file))
        traces = [table for table in after if not (deed.counts_tries and table == TRIES)]
        if after:
            put_back(self.place.file, self.rows, after)
            self.site.store.house = another_worker_of(self.site.store.house)
        status, leaves = expected.value
        said = f"{name}: expected {expected.name}, was {answer.status_code} {answer.text[:160]}"
        found = []
        if answer.status_code != status:
            found.append(said)
        if bool(traces) != bool(leaves):
            found.append(f"{said}; changed {traces}")
        if answer.status_code == 409:
            lines = [one.getMessage() for one in caplog.records if one.name == LOG]
            found += _unsaid(path, answer, None if expected is Outcome.RECORDED else lines)
        return found

    async def _ask(self, path: str, deed: Deed) -> httpx.Response:
        about = self.room.session_id
        if path.startswith("/attempts"):
            about = self.room.candidates[0].id
        elif path.startswith("/incidents"):
            about = self.standing.report_id
        code = self.codes["candidate" if deed.by == "candidate" else "session"]
        body = deed.body(self.standing, self.room, code)
        return await self.browsers[deed.by].post(path.replace("{id}", about), json=body)


def _unsaid(path: str, answer: httpx.Response, lines: list[str] | None) -> list[str]:
    """A refusal says what is so and what to do; the operator's log has one line of it, with no identifier."""
    error = answer.json()["error"]
    found = [
        f"{path}: {error['code']} has no {part}" for part in ("message", "remedy") if not error.get(part)
    ]
    if lines is not None and lines != [f"not as things stand: POST {path}: {error['code']}"]:
        found.append(f"{path}: the log has {lines}")
    return found


@pytest.fixture
async def trial(request: pytest.FixtureRequest, site: Site, on_sqlite: Place) -> Trial:
    """The room that the test's parameter names."""
    room = await room_that_is(site.store, request.param, site.make_issuer())
    c = room.candidates[0]
    issue = (await site.store.read(lambda r: r.get(Candidate, c.id))).card_issue
    codes = {
        "session": (await site.store.read(lambda r: r.get(Session, room.session_id))).code,
        "candidate": card_code(site.store.house.secret, c.id, issue),
    }
    browsers = {
        "head": await site.signed_in(room.school.head),
        "invigilator": await site.signed_in(room.school.invigilator),
        "candidate": site.sitting(c.token),
        "computer": site.browser(**{REHEARSAL_COOKIE: room.rehearsal_token}),
    }
    found = await site.store.read(standing, room)
    return Trial(site, on_sqlite, room, found, browsers, rows_of(on_sqlite.file), codes)


@pytest.mark.parametrize("trial", list(WAYS), indirect=True)
async def test_what_a_standing_does_not_allow_is_refused_and_leaves_one_line_in_the_log(
    trial: Trial, caplog: pytest.LogCaptureFixture
) -> None:
    """And what it allows is done: a server that refuses everything would pass otherwise."""
    caplog.set_level(logging.INFO, LOG)
    faults: list[str] = []
    for path, deeds in DEEDS.items():
        for deed in deeds:
            faults += await trial.faults(path, deed, caplog)
    assert faults == [], "\n".join(faults)


def test_every_write_route_says_what_it_asks_of_the_state_of_things() -> None:
    written = {
        route.path for route in all_routes() if isinstance(route, Route) and "POST" in (route.methods or ())
    }
    unsaid = sorted(written - DEEDS.keys() - NOT_ABOUT_A_SESSION.keys())
    assert unsaid == [], f"add to DEEDS (tests/exam_server/web/deeds.py) what is asked by: {unsaid}"
    assert DEEDS.keys() | NOT_ABOUT_A_SESSION.keys() == written
    assert not DEEDS.keys() & NOT_ABOUT_A_SESSION.keys()


@pytest.fixture
async def every_standing(site: Site, on_sqlite: Place) -> list[Standing]:
    """All of them, one after the other on an empty database."""
    empty = rows_of(on_sqlite.file)
    found = []
    for way in WAYS:
        room = await room_that_is(site.store, way)
        found.append(await site.store.read(standing, room))
        put_back(on_sqlite.file, empty, sorted(empty))
    return found


async def test_every_state_of_the_domain_is_stood_in(every_standing: list[Standing]) -> None:
    """A new state without a way to it leaves its complement untried: add one to WAYS in ways.py."""
    assert {s.session for s in every_standing} == set(SessionState)
    assert {s.candidate for s in every_standing} == set(CandidateState)
    assert {s.attempt for s in every_standing} == {None, *AttemptState}
    assert {s.call for s in every_standing} == {None, *HelpCallState}
    assert {s.report for s in every_standing} == {None, *IncidentState}
    assert {s.shared.fraud for s in every_standing} == {None, *FraudRequestState}
    assert {s.decided.ruling for s in every_standing} == {None, *RulingState}


async def test_every_deed_is_allowed_somewhere_and_refused_somewhere(every_standing: list[Standing]) -> None:
    """A rule that says one thing in every standing was not tried."""
    for path, deeds in DEEDS.items():
        outcomes = {deed.rule(s) for deed in deeds for s in every_standing}
        assert outcomes & {Outcome.DONE, Outcome.GIVEN}, path
        assert outcomes & (SHUT_OUT if deeds[0].by == "computer" else NOT_DONE), path
