"""Rulings over HTTP: the effect before, what is missing field by field, the second person, who sees what."""

import html
from typing import Any

import httpx
import pytest

from exam_server.acts import duty, incidents
from exam_server.domain.incidents import Outcome, Report, Settlement
from exam_server.domain.roles import Person, Role
from exam_server.domain.rulings import RulingKind
from exam_server.storage.closing_rows import asked_of
from question_bank.framework import COMPETENCES
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, Sitter, a_running_room

SETTLED = Settlement(Outcome.SETTLED, "fait")
WHY = "un motif que les autres ne lisent pas"


@pytest.fixture
async def room(site: Site) -> ExamRoom:
    """One who finished, one who never sat; the session is closed."""
    room = await a_running_room(site.store, candidates=1)
    await room.finish(room.candidates[0])
    await room.close()
    return room


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def post(
    site: Site, room: ExamRoom, verb: str = "", by: Person | None = None, **body: object
) -> httpx.Response:
    browser = await site.signed_in(by or room.school.head)
    return await browser.post(f"/sessions/{room.session_id}/rulings{verb}", json=body)


async def page_of(site: Site, room: ExamRoom, by: Person | None = None, asked: str = "") -> str:
    browser = await site.signed_in(by or room.school.head)
    answer = await browser.get(f"/sessions/{room.session_id}/rulings{asked}", headers={"accept": "text/html"})
    assert answer.status_code == 200, asked
    return html.unescape(answer.text.partition("<main")[2].partition("</main>")[0])


async def heard(room: ExamRoom, c: Sitter) -> str:
    report = Report("rules_object", c.id, None, "téléphone", SETTLED)
    incident = await room.do(incidents.report_incident, room.by, room.session_id, report)
    await room.do(incidents.record_statement, room.by, incident, None)
    return incident


async def proposed(site: Site, room: ExamRoom, c: Sitter) -> int:
    """A rejection that waits for a second person; its number."""
    incident = await heard(room, c)
    answer = await post(site, room, candidate=c.id, kind="reject", incident=incident, reason=WHY)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["number"])


def problems(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["code"] == "invalid_ruling"
    assert all(one["problem"] and one["remedy"] for one in error["problems"])
    return {one["field"]: one["problem"] for one in error["problems"]}


# -- the effect ----------------------------------------------------------------------------------------------


async def test_the_effect_is_told_in_words_before_and_nothing_is_done(
    site: Site, room: ExamRoom, c: Sitter
) -> None:
    before = await room.log()
    answer = await post(site, room, "/effect", candidate=c.id, kind="cancel", reason="")
    effect: dict[str, Any] = answer.json()
    assert effect["before"]["status"] == "Validée"
    assert effect["before"]["score"] > 0
    assert effect["after"] == {
        "status": "Annulée",
        "reason": "Décision de la direction, raison technique",
        "score": None,
    }
    labels = {one.code: one.label for one in COMPETENCES}
    assert effect["levels"]
    for level in effect["levels"]:
        assert level["label"] == labels[level["code"]]
        assert (type(level["before"]), level["after"]) == (int, None)
    assert effect["changes"] is True
    assert await room.log() == before


async def test_levels_that_stay_are_not_in_the_effect(site: Site, room: ExamRoom, c: Sitter) -> None:
    answer = await post(site, room, "/effect", candidate=c.id, kind="leave_out", positions=["1", "2", 3])
    assert all(one["before"] != one["after"] for one in answer.json()["levels"])
    keep = (await post(site, room, "/effect", candidate=c.id, kind="keep")).json()
    assert (keep["levels"], keep["changes"], keep["before"]) == ([], False, keep["after"])


async def test_the_effect_of_a_reversal_is_the_way_back(site: Site, room: ExamRoom, c: Sitter) -> None:
    there = (await post(site, room, "/effect", candidate=c.id, kind="cancel")).json()
    ruling = (await post(site, room, candidate=c.id, kind="cancel", reason=WHY)).json()["number"]
    back = (await post(site, room, "/reverse/effect", ruling=ruling)).json()
    assert (back["before"], back["after"]) == (there["after"], there["before"])
    assert (await post(site, room, "/reverse", ruling=ruling, reason="erreur")).status_code == 200
    again = await post(site, room, "/reverse/effect", ruling=ruling)
    assert again.status_code == 409
    page = await page_of(site, room)
    assert "Annulée par une décision contraire" in page
    assert "erreur" in page


# -- what is missing -----------------------------------------------------------------------------------------


async def test_what_is_missing_is_named_field_by_field(site: Site, room: ExamRoom, c: Sitter) -> None:
    for body, fields in (
        ({}, ["kind"]),
        ({"kind": "pardon"}, ["kind"]),
        ({"kind": "cancel"}, ["reason"]),
        ({"kind": "cancel", "reason": "x" * 501}, ["reason"]),
        ({"kind": "cancel", "reason": WHY, "positions": [1]}, ["positions"]),
        ({"kind": "leave_out"}, ["reason", "positions"]),
        ({"kind": "leave_out", "reason": WHY, "positions": [99]}, ["positions"]),
        ({"kind": "leave_out", "reason": WHY, "positions": ["un"]}, ["positions"]),
        ({"kind": "leave_out", "reason": WHY, "positions": [True]}, ["positions"]),
        ({"kind": "leave_out", "reason": WHY, "positions": "1"}, ["positions"]),
        ({"kind": "reject", "reason": WHY}, ["incident"]),
        ({"kind": "cancel", "reason": WHY, "incident": "0" * 32}, ["incident"]),
    ):
        answer = await post(site, room, candidate=c.id, **body)
        assert list(problems(answer)) == fields, body


async def test_a_rejection_without_hearing_says_what_it_needs(site: Site, room: ExamRoom, c: Sitter) -> None:
    report = Report("rules_object", c.id, None, "téléphone", SETTLED)
    incident = await room.do(incidents.report_incident, room.by, room.session_id, report)
    for verb in ("", "/effect"):
        answer = await post(site, room, verb, candidate=c.id, kind="reject", incident=incident, reason=WHY)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_heard")
    page = await page_of(site, room, asked=f"?incident={incident}")
    assert "pas encore entendu" in page
    assert f"/incidents#incident-{incident}" in page


async def test_a_report_that_was_withdrawn_grounds_no_ruling(site: Site, room: ExamRoom, c: Sitter) -> None:
    incident = await heard(room, c)
    await room.do(incidents.withdraw_incident, room.by, incident, "autre salle")
    answer = await post(site, room, candidate=c.id, kind="reject", incident=incident, reason=WHY)
    assert list(problems(answer)) == ["incident"]


# -- the second person ---------------------------------------------------------------------------------------


async def test_the_second_person_confirms_what_the_head_proposed(
    site: Site, room: ExamRoom, c: Sitter
) -> None:
    number = await proposed(site, room, c)
    assert "Y renoncer" in await page_of(site, room)
    own = await post(site, room, "/confirm", ruling=number)
    assert (own.status_code, own.json()["error"]["code"]) == (403, "second_person_needed")
    reports = await (await site.signed_in(room.by)).get(f"/sessions/{room.session_id}/incidents")
    assert "1 décision attend une seconde personne" in reports.text
    page = await page_of(site, room, room.by)
    assert "Confirmer…" in page
    assert "Prendre une décision" not in page
    assert (await post(site, room, "/confirm", room.by, ruling=number)).status_code == 200
    page = await page_of(site, room)
    for words in (f"Proposée par {room.school.head.name}", f"confirmée par {room.by.name}", "En vigueur"):
        assert words in page
    assert WHY not in await page_of(site, room, room.by), "what was decided is the head's affair"


async def test_another_head_may_be_the_second_person_and_put_it_aside(
    site: Site, room: ExamRoom, c: Sitter
) -> None:
    number = await proposed(site, room, c)
    deputy = await site.hire(room.school.centre_id, Role.HEAD, name="Ocre")
    for reason in ("", "  "):
        answer = await post(site, room, "/drop", deputy, ruling=number, reason=reason)
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, "reason")
    assert (await post(site, room, "/drop", deputy, ruling=number, reason="rien d’établi")).status_code == 200
    page = await page_of(site, room)
    assert "écartée par Ocre" in page
    assert "rien d’établi" in page


@pytest.mark.parametrize("ruling", [0, -1, 99, 2**31, 2**52])
async def test_a_ruling_that_is_not_there_is_not_found(site: Site, room: ExamRoom, ruling: int) -> None:
    for verb in ("/confirm", "/drop", "/reverse", "/reverse/effect"):
        answer = await post(site, room, verb, ruling=ruling, reason="?")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_such_ruling")


# -- the page ------------------------------------------------------------------------------------------------


async def test_items_are_listed_by_number_and_competence_and_never_with_their_key(
    site: Site, room: ExamRoom, c: Sitter
) -> None:
    page = await page_of(site, room, asked=f"?candidate={c.id}")
    asked = await site.store.read(asked_of, c.id)
    bank = site.store.house.banks[site.store.house.bank_version].items
    for one in asked:
        assert f"Question {one.shown} " in page.replace("\u00a0", " ")
        assert bank.item(one.item_id).competence in page
        assert one.item_id not in page


async def test_a_report_about_a_question_proposes_to_leave_it_out(
    site: Site, room: ExamRoom, c: Sitter
) -> None:
    report = Report("question_image", c.id, 3)
    incident = await room.do(incidents.report_incident, room.by, room.session_id, report)
    page = await page_of(site, room, asked=f"?incident={incident}")
    assert 'value="3" checked' in page
    assert f'value="{incident}" selected' in page
    assert "signalée" in page
    link = f"/sessions/{room.session_id}/rulings?incident={incident}"
    for person, is_there in ((room.school.head, True), (room.by, False)):
        reports = await (await site.signed_in(person)).get(f"/sessions/{room.session_id}/incidents")
        assert (link in reports.text) == is_there


async def test_a_report_about_the_room_asks_whom_the_ruling_is_about(
    site: Site, room: ExamRoom, c: Sitter
) -> None:
    report = Report("machine_network", None, None, "", SETTLED)
    incident = await room.do(incidents.report_incident, room.by, room.session_id, report)
    page = await page_of(site, room, asked=f"?incident={incident}")
    assert "Sur quel candidat" in page
    chosen = await page_of(site, room, asked=f"?incident={incident}&candidate={c.id}")
    assert f'value="{incident}" selected' in chosen


async def test_who_did_not_sit_cannot_be_chosen_and_a_strange_report_is_not_found(
    site: Site, room: ExamRoom
) -> None:
    assert "Sur quel candidat" in await page_of(site, room, asked="?candidate=nobody")
    browser = await site.signed_in(room.school.head)
    answer = await browser.get(f"/sessions/{room.session_id}/rulings?incident=nothing")
    assert answer.status_code == 404


async def test_a_ruling_kind_without_words_would_be_missed(site: Site, room: ExamRoom, c: Sitter) -> None:
    page = await page_of(site, room, asked=f"?candidate={c.id}")
    for kind in RulingKind:
        assert f'value="{kind}"' in page


async def test_an_open_session_says_when_rulings_are_taken(site: Site) -> None:
    room = await a_running_room(site.store, candidates=1)
    assert "après la clôture" in await page_of(site, room)
    await room.do(duty.add_invigilator, room.school.head, room.session_id, room.school.head.id)
    assert "Aucune décision n’attend" in await page_of(site, room, room.by)
