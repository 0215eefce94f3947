"""The papers as people download them: whose names, which times, and what is said of nobody."""

import re
from fractions import Fraction

import httpx
import pytest

from exam_server.acts import accommodations
from exam_server.acts.check_in import mark_absent
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.roles import Person
from tests.exam_server.papers.samples import letters_of, pages_of
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, a_running_room, an_exam_room

FOR_THE_ROOM = ("seats", "attendance", "readiness")
EVERY_PAPER = ("convocations", "cards", *FOR_THE_ROOM, "report")


async def paper(site: Site, room: ExamRoom, name: str, person: Person | None = None) -> httpx.Response:
    browser = await site.signed_in(person or room.school.head)
    return await browser.get(f"/sessions/{room.session_id}/papers/{name}")


async def text_of(site: Site, room: ExamRoom, name: str, person: Person | None = None) -> str:
    answer = await paper(site, room, name, person)
    assert answer.status_code == 200
    return " ".join(pages_of(answer.content)).replace("\u00a0", " ")


@pytest.mark.parametrize("name", EVERY_PAPER)
async def test_a_paper_is_a_download_that_nobody_keeps(site: Site, name: str) -> None:
    room = await an_exam_room(site.store, candidates=2)
    answer = await paper(site, room, name)
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert re.fullmatch(
        r'attachment; filename="[a-z-]+-b12-2026-05-12\.pdf"', answer.headers["content-disposition"]
    )


@pytest.mark.parametrize("name", EVERY_PAPER)
async def test_a_cancelled_session_has_no_papers(site: Site, name: str) -> None:
    room = await an_exam_room(site.store, candidates=1, is_open=False)
    head = await site.signed_in(room.school.head)
    assert (await head.post(f"/sessions/{room.session_id}/cancel", json={})).status_code == 200
    answer = await head.get(
        f"/sessions/{room.session_id}/papers/{name}", headers={"accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "session_cancelled")


@pytest.mark.parametrize("name", EVERY_PAPER)
async def test_a_session_without_candidates_has_its_papers(site: Site, name: str) -> None:
    room = await an_exam_room(site.store, candidates=1, is_open=False)
    head = await site.signed_in(room.school.head)
    assert (await head.post(f"/attempts/{room.candidates[0].id}/unregister", json={})).status_code == 200
    assert (await paper(site, room, name)).content.startswith(b"%PDF-")


@pytest.mark.parametrize("name", FOR_THE_ROOM)
async def test_the_room_s_invigilator_has_the_room_s_papers(site: Site, name: str) -> None:
    room = await an_exam_room(site.store, candidates=2)
    said = await text_of(site, room, name, room.by)
    assert "B12" in said
    assert ("Démo-1001" in said) is (name != "readiness"), "what a computer is concerns nobody in particular"


async def test_extra_time_is_told_as_time_allowed_alone(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=2, is_open=False)
    first = room.candidates[0]
    await room.do(accommodations.set_extra_time, room.school.officer, first.id, Fraction(1, 3))
    pages = pages_of((await paper(site, room, "convocations")).content)
    assert ["Temps accordé 2 h 20" in page.replace("\u00a0", " ") for page in pages] == [True, False]
    sheet = await text_of(site, room, "attendance")
    assert sheet.count("2 h 20") == 1
    for said in (*pages, sheet):
        assert not re.search(r"1/3|majoré|aménagement|handicap", said)


async def test_each_card_has_its_candidate_s_code(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=12)
    await room.enter(room.candidates[0])
    said = await text_of(site, room, "cards")
    assert [c for c in room.candidates if f"{c.card[:4]}-{c.card[4:]}" not in said] == []
    assert said.count("Déjà utilisée") == 1
    assert site.base in said


async def test_the_seat_plan_shows_who_has_a_seat_and_who_has_none_and_no_absent(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=3)
    seated, absent, waiting = room.candidates
    await room.check_in(seated)
    await room.do(mark_absent, room.by, absent.id)
    said = await text_of(site, room, "seats")
    unplaced = said.split("Sans place")[1]
    assert "Démo-1000" in said.split("Sans place")[0]
    assert "Démo-1002" in unplaced
    assert "Démo-1001" not in said
    assert waiting.id not in said


async def test_the_report_tells_times_stops_ends_and_the_log(site: Site) -> None:
    room = await a_running_room(site.store, candidates=3)
    done, stopped, _running = room.candidates
    room.clock.advance(minutes=10)
    await room.pause_room("alarme incendie")
    room.clock.advance(minutes=3, seconds=12, microseconds=480_000)
    await room.resume_room()
    await room.extend_room(5)
    await room.finish(done)
    await room.terminate(stopped, EndReason.MEDICAL)
    said = await text_of(site, room, "report")
    for part in (
        "Document provisoire",
        "Session ouverte 9 h 00 min 00 s, par Indigo",
        "9 h 10 min 00 s 3 min 12,480 s Toute la salle alarme incendie Indigo",
        "9 h 13 min 12 s 5 min Démo-1000 Prunelle, Démo-1001 Prunelle, Démo-1002 Prunelle bruit Indigo",
        "Raison médicale",
        "par Indigo",
        "A terminé",
        "Test en cours",
        "22 sur 32",
        "1 h 50",
    ):
        assert letters_of(part) in letters_of(said), part
    session = await room.session()
    assert session.log_hash in letters_of(said)
    assert f"Dernier numéro {session.log_number}" in said.replace(" ", " ")


async def test_the_report_of_a_closed_session_is_not_provisional_and_names_who_did_not_come(
    site: Site,
) -> None:
    room = await an_exam_room(site.store, candidates=2)
    first, second = room.candidates
    await room.admit(first)
    await room.start(first)
    await room.finish(first)
    await room.close(**{second.id: GivenReason(EndReason.ABSENT, "train arrêté")})
    said = await text_of(site, room, "report")
    assert "provisoire" not in said
    assert re.search(r"Session clôturée [\d hmins]+, par Garance", said)
    assert "train arrêté" in said
    assert "Tests commencés 1 Absents 1" in said
    assert letters_of("La direction de l’établissement") in letters_of(said)


async def test_papers_are_in_the_reader_s_language(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1)
    head = await site.signed_in(room.school.head)
    answer = await head.get(
        f"/sessions/{room.session_id}/papers/attendance", headers={"accept-language": "en"}
    )
    (page,) = pages_of(answer.content)
    assert "Attendance sheet" in page
    assert "Born on" in page
    assert not re.search("émargement|Né", page)


@pytest.mark.parametrize(
    ("page", "names"),
    [("/sessions/{id}", EVERY_PAPER), ("/sessions/{id}/board", FOR_THE_ROOM), ("/invigilate", FOR_THE_ROOM)],
)
async def test_the_papers_are_found_on_the_pages(site: Site, page: str, names: tuple[str, ...]) -> None:
    room = await an_exam_room(site.store, candidates=1)
    head = await site.signed_in(room.school.head)
    text = (await head.get(page.replace("{id}", room.session_id))).text
    assert set(re.findall(rf'/sessions/{room.session_id}/papers/(\w+)"', text)) == set(names)
