"""Every console route, called by everybody whom it is not for: each other role, another school, another room.

Who may call a route is read from `docs/protocol.md`, not from the code: a new route without its line there
fails by name. What a right call of it takes stands in `test_routes.py`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from fractions import Fraction

import httpx
import pytest
from starlette.routing import Route, WebSocketRoute

from exam_server.acts import incidents, proposing, sessions
from exam_server.app import all_routes
from exam_server.domain.incidents import Report
from exam_server.domain.roles import Person, Role
from exam_server.storage.queries import candidate_rows
from exam_server.storage.transaction import Transaction
from exam_server.web.access import CANDIDATE_COOKIE, REHEARSAL_COOKIE, STAFF_COOKIE
from question_bank.changes import Change, digest
from tests.exam_server.web.knocking import knock
from tests.exam_server.web.site import Site
from tests.exam_server.web.test_protocol_page import PAGE, ROW
from tests.exam_server.web.test_routes import (
    GUARDED,
    about_of,
    ask,
    everyone,
    item_with_a_file,
    method_of,
    name_of,
)
from tests.exam_server.web.whole_database import changed, rows_of
from tests.support.databases import Place
from tests.support.decisions import SCAN, WHY, record, recorded
from tests.support.room import ExamRoom, a_running_room, an_exam_room
from tests.support.school import enrol

ROLES: Mapping[str, frozenset[Role]] = {
    f"{method} {path}": frozenset(Role(word) for word in roles.replace(",", " ").split() if word in set(Role))
    for method, path, roles in ROW.findall(PAGE)
}
"""By route, who may call it, as the protocol says."""

SOCKETS: Mapping[str, frozenset[Role]] = {
    "/exam/live": frozenset(),
    "/rehearsal/live": frozenset(),
    "/sessions/{id}/live": frozenset({Role.HEAD, Role.INVIGILATOR}),
}
"""The same for the sockets; without a role it is the candidate's own, or a rehearsing computer's."""

OF_NOBODY: Mapping[str, str] = dict.fromkeys((CANDIDATE_COOKIE, REHEARSAL_COOKIE), "of nobody")

NOT_YET = ("results", "bundle", "change", "/livret", "/result", "results.csv", "results.ods", "results.json")
NOT_YET += ("certificates.zip", "certificate.pdf", "checkpoint.txt")
"""The pages that a session has in some states only: 409 in the others."""

WROTE = "une phrase que personne d’autre ne doit lire"


@dataclass(frozen=True)
class Visitor:
    """Somebody who asks: a member of staff with one role, or nobody that a console knows."""

    cookies: Mapping[str, str]
    role: Role | None = None
    of_centre: bool = False
    of_room: bool = False

    def expected(self, roles: frozenset[Role], *, about_one: bool) -> int:
        """The status of a call; 200 stands for whatever the rules then say."""
        if self.role is None:
            return 401
        if self.role not in roles:
            return 403
        if about_one and not self.of_centre:
            return 404
        needs_room = about_one and Role.INVIGILATOR in roles and self.role is Role.INVIGILATOR
        return 404 if needs_room and not self.of_room else 200


@dataclass
class House:
    """A room with everything in it, its school, and a second school with a room of its own."""

    site: Site
    room: ExamRoom
    elsewhere: ExamRoom
    secrets: frozenset[str]
    code: str

    async def staff(self, person: Person, *, of_centre: bool, of_room: bool = False) -> Visitor:
        (role,) = person.roles
        return Visitor({STAFF_COOKIE: await self.site.login_of(person)}, role, of_centre, of_room)

    async def own(self, role: Role) -> Visitor:
        person = (await everyone(self.site, self.room))[role]
        return await self.staff(person, of_centre=True, of_room=True)

    async def stranger(self, role: Role) -> Visitor:
        person = (await everyone(self.site, self.elsewhere))[role]
        return await self.staff(person, of_centre=False)

    async def colleague(self) -> Visitor:
        """An invigilator of the same centre, whose session is another one."""
        return await self.staff(self.room.school.colleague, of_centre=True)

    async def nobody(self) -> Visitor:
        return Visitor({})

    async def made_up(self) -> Visitor:
        return Visitor({STAFF_COOKIE: "x" * 43, CANDIDATE_COOKIE: "x" * 43})

    async def candidate(self) -> Visitor:
        """A candidate of the very room, whose token is tried as a login too."""
        token = self.room.candidates[0].token
        return Visitor({STAFF_COOKIE: token, CANDIDATE_COOKIE: token})


def _visits() -> dict[str, Callable[[House], Awaitable[Visitor]]]:
    visits: dict[str, Callable[[House], Awaitable[Visitor]]] = {
        "nobody": House.nobody,
        "a made-up login": House.made_up,
        "a candidate of the room": House.candidate,
        "an invigilator of another session": House.colleague,
    }
    for role in Role:
        visits[f"the centre's {role}"] = lambda house, role=role: house.own(role)  # type: ignore[misc]
        visits[f"another school's {role}"] = lambda house, role=role: house.stranger(role)  # type: ignore[misc]
    return visits


VISITS = _visits()


@pytest.fixture(params=["running", "finalised"])
async def house(request: pytest.FixtureRequest, site: Site) -> House:
    """The room is in the middle of its test, or its results are signed: then there is more to be read."""
    site.make_key()
    room = await a_running_room(site.store, candidates=1)
    c = room.candidates[0]
    await room.call(c)
    await room.write_to(c, WROTE)
    left = Report("candidate_left_room", c.id, description=WROTE)
    await room.do(incidents.report_incident, room.by, room.session_id, left)
    await room.do(_give_the_colleague_a_session, room)
    elsewhere = await an_exam_room(site.store, candidates=1, number=2)
    await propose_something(site, room)
    await record(room, c, recorded(Fraction(1, 4), evidence=SCAN, start=date(2026, 1, 1)))
    if request.param == "finalised":
        await room.dismiss(c)
        await room.finish_from_here(c)
        await room.close()
        head = await site.signed_in(room.school.head)
        assert (await site.finalise(head, room.session_id)).status_code == 200
    (row,) = await site.store.read(candidate_rows, room.session_id)
    session = await room.session()
    secrets = {row.family_name, WROTE, session.code, "des 1 Vergers", c.card}
    secrets |= {WHY.reference, WHY.decided_by, WHY.note, SCAN.name}
    return House(site, room, elsewhere, frozenset(secrets), session.code)


async def propose_something(site: Site, room: ExamRoom) -> None:
    """A draft of some author's, over a file of the bank."""
    author = await site.hire(room.school.centre_id, Role.AUTHOR, name="Aneth")
    item = item_with_a_file()
    text = await site.desk.bank.text_of(item.competence, item.skill)
    assert text is not None
    change = Change(item.competence, item.skill, digest(text), text)
    await site.store.run(proposing.begin_proposal, author, change)


def _give_the_colleague_a_session(tx: Transaction, room: ExamRoom) -> None:
    today = tx.now.astimezone(tx.house.zone).date()
    enrol(tx, room.school, 1, "3E B", 7000)
    tx.orm.flush()
    plan = sessions.Plan("C4", today, time(9), 5, 6, (room.school.colleague.id,))
    session_id = sessions.plan_session(tx, room.school.head, plan)
    sessions.register_class(tx, room.school.head, session_id, "3E B")


@pytest.mark.parametrize("visit", VISITS)
async def test_a_console_route_is_for_whom_the_protocol_says_and_tells_nobody_else_anything(
    house: House, on_sqlite: Place, visit: str
) -> None:
    """Wrong people are refused alike as a page and as a program, change nothing, and read no name."""
    visitor = await VISITS[visit](house)
    browser = house.site.browser(**visitor.cookies)
    before = rows_of(on_sqlite.file)
    faults = []
    for route in GUARDED:
        expected = visitor.expected(ROLES.get(name_of(route), frozenset()), about_one="{id}" in route.path)
        if expected == 200 and method_of(route) == "POST" and visitor.of_room:
            continue  # What then happens is the complement's affair.
        for accept in ("application/json", "text/html"):
            answer = await _asked(browser, route, house, accept)
            if not _fits(answer, route, expected, accept):
                faults.append(f"{name_of(route)} as {accept}: {answer.status_code}, not {expected}")
            if not (visitor.of_room and expected == 200):
                secrets = house.secrets if "{id}" in route.path else {*house.secrets, house.room.session_id}
                faults += [f"{name_of(route)} says {text}" for text in secrets if text in answer.text]
    assert faults == [], "\n".join(faults)
    assert changed(before, rows_of(on_sqlite.file)) in ([], ["throttle"])


async def _asked(browser: httpx.AsyncClient, route: Route, house: House, accept: str) -> httpx.Response:
    """Opening names its session by the code; every other route by its address."""
    if route.path == "/sessions/open":
        return await browser.post("/sessions/open", json={"code": house.code}, headers={"accept": accept})
    return await ask(browser, route, house.room, accept)


def _fits(answer: httpx.Response, route: Route, expected: int, accept: str) -> bool:
    if expected == 401 and accept == "text/html" and method_of(route) == "GET":
        return (answer.status_code, answer.headers["location"]) == (303, "/staff")
    if expected != 200:
        return answer.status_code == expected
    if route.path.endswith("/mark"):
        return answer.status_code == 200 and "problem" in answer.json()
    if method_of(route) == "POST":  # of one's own centre, without what it takes; another's code is unknown
        return answer.status_code in {404, 422}
    if answer.status_code == 409:
        return route.path.endswith(NOT_YET)
    return answer.status_code == 200


def test_every_console_route_is_in_the_protocol() -> None:
    unsaid = sorted(name_of(route) for route in GUARDED if name_of(route) not in ROLES)
    assert unsaid == [], f"add a line to docs/protocol.md for: {unsaid}"
    unheard = sorted({r.path for r in all_routes() if isinstance(r, WebSocketRoute)} - SOCKETS.keys())
    assert unheard == [], f"add to SOCKETS in {__name__} who may open: {unheard}"


@pytest.mark.parametrize("house", ["running"], indirect=True)
@pytest.mark.parametrize("visit", VISITS)
async def test_a_socket_opens_for_whom_the_protocol_says_and_tells_nobody_else_anything(
    house: House, visit: str
) -> None:
    visitor = await VISITS[visit](house)
    for path, roles in SOCKETS.items():
        cookies = visitor.cookies if roles else {**visitor.cookies, **OF_NOBODY}
        said = await knock(house.site, path.replace("{id}", house.room.session_id), cookies)
        opens = visitor.expected(roles, about_one=True) == 200
        kinds = [message["type"] for message in said]
        if roles:
            assert ("websocket.accept" in kinds) == opens, f"{path}: {said}"
        if not opens:
            assert not [text for text in house.secrets if text in str(said)], path


@pytest.mark.parametrize("house", ["running"], indirect=True)
async def test_a_report_of_another_room_is_not_found_by_its_own_address(house: House) -> None:
    """The address of a report names no session: the look-up alone can tell whose it is."""
    (route,) = [one for one in GUARDED if one.path == "/incidents/{id}/amend"]
    about = await about_of(house.room, route)
    for person in (house.elsewhere.school.head, house.room.school.colleague):
        browser = await house.site.signed_in(person)
        answer = await browser.post(f"/incidents/{about}/amend", json={"note": "?"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
