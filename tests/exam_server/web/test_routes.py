"""Every address: who may call it as it is written, and what a right call looks like.

`test_visitors.py` then calls each of them as everybody else.
"""

from collections.abc import Mapping
from functools import cache

import httpx
from starlette.routing import Mount, Route, WebSocketRoute

from exam_server.acts import incidents
from exam_server.app import all_routes
from exam_server.domain.incidents import Report
from exam_server.domain.roles import Person, Role
from exam_server.storage.decision_rows import decision_rows
from exam_server.storage.incident_rows import incident_rows
from exam_server.storage.proposal_rows import proposal_rows
from exam_server.web.access import RoleRoute
from question_bank.items import ItemVersion
from tests.exam_server.web.site import Site
from tests.support.decisions import SCAN, record, recorded
from tests.support.house import shipped_bank
from tests.support.room import ExamRoom, an_exam_room

PUBLIC = frozenset(
    {
        ("GET", "/"),
        ("GET", "/practice"),
        ("POST", "/exam/enter"),
        ("GET", "/exam"),
        ("GET", "/exam/state"),
        ("GET", "/exam/worker.js"),
        ("GET", "/exam/shell"),
        ("GET", "/exam/files/{id}"),
        ("GET", "/exam/receipt.svg"),
        ("GET", "/exam/receipt.json"),
        ("POST", "/exam/start"),
        ("POST", "/exam/focus"),
        ("POST", "/exam/comfort"),
        ("POST", "/exam/break"),
        ("POST", "/exam/break/end"),
        ("POST", "/exam/responses"),
        ("POST", "/exam/help"),
        ("POST", "/exam/messages/read"),
        ("POST", "/exam/help/withdraw"),
        ("GET", "/rehearsal"),
        ("POST", "/rehearsal/enter"),
        ("GET", "/rehearsal/ping"),
        ("GET", "/rehearsal/block"),
        ("POST", "/rehearsal/block"),
        ("POST", "/rehearsal/seat"),
        ("GET", "/staff"),
        ("POST", "/staff/sign-in"),
        ("POST", "/staff/sign-out"),
        ("GET", "/staff/link/{token}"),
        ("POST", "/staff/link/{token}"),
        ("GET", "/accessibility"),
        ("GET", "/language/{code}"),
        ("GET", "/.well-known/passation/jwks.json"),
        ("GET", "/.well-known/passation/keys.jws"),
        ("GET", "/.well-known/passation/authority.pem"),
        ("GET", "/.well-known/passation/sessions.txt"),
        ("GET", "/.well-known/passation/sessions.jsonl"),
        ("GET", "/.well-known/passation/status/{number}.jws"),
        ("GET", "/verify"),
        ("POST", "/verify"),
        ("GET", "/verify/offline.html"),
        ("GET", "/api/openapi.json"),
        ("POST", "/api/application/token"),
        ("GET", "/api/organizations/{uai}/certifications"),
        ("POST", "/api/orientation/certification/search"),
        ("GET", "/healthz"),
        ("GET", "/language/{code}"),
        ("MOUNT", "/static/client"),
        ("MOUNT", "/static/console"),
        ("MOUNT", "/static/fonts"),
        ("SOCKET", "/exam/live"),
        ("SOCKET", "/rehearsal/live"),
        ("SOCKET", "/sessions/{id}/live"),
    }
)
"""What no role guards. Whoever adds a line says that anybody on the network may ask for it."""

WISH: Mapping[str, object] = {"candidates": ["first"], "request": "wish"}
"""Of whoever is first in the room."""

BODIES: Mapping[str, Mapping[str, object]] = {
    "/attempts/{id}/extra-time": {"fraction": "1/3"},
    "/attempts/{id}/identity": {"document": "carte_scolaire"},
    "/attempts/{id}/people": {"adult": "", "place": ""},
    "/accommodations/pupils/{id}/decisions": {
        "extra": "1/3",
        "valid_from": "2026-01-01",
        "valid_until": "",
        "basis": "other",
        "decided_by": "Ocre",
    },
    "/sessions/{id}/incidents": {"category": "room_noise"},
    "/incidents/{id}/amend": {"note": "jusqu’à midi"},
    "/incidents/{id}/resolve": {"outcome": "went_on", "done": "rien à faire"},
    "/incidents/{id}/withdraw": {"reason": "autre salle"},
    "/incidents/{id}/statement": {"declined": True},
    "/attempts/{id}/refuse": {"reason": "no_document"},
    "/sessions/{id}/welcome": {"document": "carte_scolaire"},
    "/attempts/{id}/seat": {"row": 1, "column": 1},
    "/attempts/{id}/pause": {"reason": "infirmerie"},
    "/attempts/{id}/extend": {"minutes": 5, "reason": "bruit"},
    "/attempts/{id}/help/come": {"call": 1},
    "/attempts/{id}/help/dismiss": {"call": 1},
    "/attempts/{id}/help/time": {"call": 1, "minutes": 5, "reason": "panne"},
    "/attempts/{id}/help/item": {"call": 1, "reason": "image absente"},
    "/attempts/{id}/terminate": {"reason": {"code": "technical"}},
    "/sessions/{id}/candidates": {"class": "3E A"},
    "/sessions/{id}/change": {
        "room": "C3",
        "date": "2099-05-04",
        "time": "09:00",
        "rows": 5,
        "columns": 6,
        "invigilators": ["?"],
    },
    "/sessions/{id}/close": {"reasons": {}},
    "/sessions/{id}/finalise": {"ask": True},
    "/sessions/{id}/closing/resume": {"reason": "oubli"},
    "/sessions/{id}/results/withdraw": {"reason": "oubli"},
    "/sessions/{id}/rulings": {"candidate": "?", "kind": "cancel", "reason": "écran noir"},
    "/sessions/{id}/rulings/effect": {"candidate": "?", "kind": "cancel"},
    "/sessions/{id}/rulings/confirm": {"ruling": 1},
    "/sessions/{id}/rulings/drop": {"ruling": 1, "reason": "erreur"},
    "/sessions/{id}/rulings/reverse": {"ruling": 1, "reason": "erreur"},
    "/sessions/{id}/rulings/reverse/effect": {"ruling": 1},
    "/attempts/{id}/message": {"text": "Bonjour"},
    "/sessions/{id}/message": {"text": "Bonjour"},
    "/sessions/{id}/pause": {"reason": "alarme"},
    "/sessions/{id}/extend": {"minutes": 5, "reason": "bruit"},
    "/sessions/{id}/invigilators": {"invigilator": "?"},
    "/sessions/{id}/duty/take-over": {"from": "?"},
    "/sessions/{id}/duty/hand-over": {"to": "?"},
    "/attempts/{id}/fraud": {"note": "téléphone"},
    "/attempts/{id}/fraud/confirm": {"request": 1},
    "/attempts/{id}/fraud/withdraw": {"request": 1},
    "/sessions/{id}/terminate": {"reason": {"code": "room_evacuated"}},
    "/sessions/{id}/selection/pause": {**WISH, "reason": "alarme"},
    "/sessions/{id}/selection/resume": WISH,
    "/sessions/{id}/selection/extend": {**WISH, "minutes": 5, "reason": "bruit"},
    "/sessions/{id}/selection/terminate": {**WISH, "reason": {"code": "medical"}},
    "/sessions/{id}/selection/message": {**WISH, "text": "Bonjour"},
}
"""What a route needs to be understood; the others take nothing."""

GUARDED = [route for route in all_routes() if isinstance(route, RoleRoute)]
ABOUT_ONE = [route for route in GUARDED if "{id}" in route.path]


def method_of(route: Route) -> str:
    return "POST" if "POST" in (route.methods or ()) else "GET"


def name_of(route: Route) -> str:
    return " ".join(shape_of(route))


def shape_of(route: object) -> tuple[str, str]:
    """Its method and its address as docs/protocol.md writes them."""
    if isinstance(route, Mount):
        return "MOUNT", route.path
    if isinstance(route, WebSocketRoute):
        return "SOCKET", route.path
    assert isinstance(route, Route)
    return method_of(route), route.path.replace(":int}", "}")


async def ask(
    browser: httpx.AsyncClient, route: Route, room: ExamRoom | None = None, accept: str = "application/json"
) -> httpx.Response:
    """Calls a route as its page would, about the room or its first candidate."""
    about = "0" * 32
    if room is not None:
        about = await about_of(room, route)
    one = "0" * 32 if room is None else room.candidates[0].id
    path = route.path.replace("{id}", about).replace("{candidate}", one)
    for name, value in (await places_in_the_bank(room)).items():
        path = path.replace(name, value)
    headers = {"accept": accept}
    if method_of(route) == "GET":
        return await browser.get(path, headers=headers)
    body = dict(BODIES.get(route.path, {}))
    if "candidates" in body:
        body["candidates"] = ["0" * 32 if room is None else room.candidates[0].id]
    return await browser.post(path, headers=headers, json=body)


@cache
def item_with_a_file() -> ItemVersion:
    """The first of the shipped bank."""
    return next(item for item in shipped_bank().items.items if item.variant(0).files)


async def places_in_the_bank(room: ExamRoom | None) -> dict[str, str]:
    """What an address below /bank names; the newest proposal where there is one."""
    item = item_with_a_file()
    proposals = [] if room is None else await room.store.read(proposal_rows)
    return {
        "{competence}": item.competence,
        "{skill}": item.skill,
        "{item}": item.id,
        "{number:int}": "0",
        "{version:int}": "1",
        "{file}": item.variant(0).files[0].id,
        "{proposal}": proposals[0].id if proposals else "0" * 32,
    }


async def about_of(room: ExamRoom, route: Route) -> str:
    """What the address names: the room's first candidate, its report, or the room."""
    if route.path.startswith("/attempts"):
        return room.candidates[0].id
    if route.path.startswith("/accommodations/pupils"):
        return (await room.candidate(room.candidates[0])).pupil_id
    if route.path.startswith("/accommodations/decisions"):
        found = await room.store.read(decision_rows, room.school.centre_id)
        return next((one.id for one in found if one.has_evidence), "0" * 32)
    if route.path.startswith("/incidents"):
        return (await room.store.read(incident_rows, room.session_id))[-1].id
    return room.session_id


async def a_room_with_a_report(site: Site) -> ExamRoom:
    """One candidate, about whom something was reported."""
    room = await an_exam_room(site.store, candidates=1)
    left = Report("candidate_left_room", room.candidates[0].id)
    await room.do(incidents.report_incident, room.by, room.session_id, left)
    return room


async def everyone(site: Site, room: ExamRoom) -> dict[Role, Person]:
    """One person a role, all of the room's school, each of that role alone."""
    author = await site.hire(room.school.centre_id, Role.AUTHOR, name="Sauge")
    school = room.school
    return {
        Role.HEAD: school.head,
        Role.INVIGILATOR: school.invigilator,
        Role.ACCOMMODATIONS: school.officer,
        Role.AUTHOR: author,
    }


def test_only_the_listed_routes_are_open_to_anybody() -> None:
    found = {shape_of(route) for route in all_routes() if not isinstance(route, RoleRoute)}
    assert found == PUBLIC


def test_every_other_route_names_a_role() -> None:
    assert len(GUARDED) >= 30
    assert [name_of(route) for route in GUARDED if not route.roles] == []


def test_no_address_is_served_twice() -> None:
    shapes = [shape_of(route) for route in all_routes()]
    assert len(shapes) == len(set(shapes))


async def test_what_is_another_school_s_cannot_be_told_from_what_is_not(site: Site) -> None:
    room = await a_room_with_a_report(site)
    elsewhere = await an_exam_room(site.store, candidates=1, number=2)
    site.make_key()
    browser = await site.signed_in(elsewhere.school.head)
    for route in ABOUT_ONE:
        if Role.HEAD in route.roles:
            theirs, nothing = await ask(browser, route, room), await ask(browser, route)
            assert (theirs.status_code, theirs.content) == (nothing.status_code, nothing.content)


async def test_the_right_person_s_every_verb_is_understood(site: Site) -> None:
    """The bodies above are right ones: what the rules then say is the rules' affair."""
    room = await a_room_with_a_report(site)
    await record(room, room.candidates[0], recorded(evidence=SCAN))
    for role, person in (await everyone(site, room)).items():
        browser = await site.signed_in(person)
        for route in ABOUT_ONE:
            if role in route.roles and method_of(route) == "POST":
                answer = await ask(browser, route, room)
                is_understood = answer.status_code in {200, 403, 409}
                assert is_understood or answer.json()["error"]["code"] in {
                    "not_started",
                    "no_such_call",
                    "no_such_request",
                    "no_such_invigilator",
                    "reason_forgotten",
                }, name_of(route)
