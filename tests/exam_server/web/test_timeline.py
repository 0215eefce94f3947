"""The timelines over HTTP: who sees what and when, what is exported, and that a bundle tells the same."""

import csv
import html
import io
import re

import httpx
import pytest

from exam_server.acts import incidents, presence
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.help_calls import HelpCallKind
from exam_server.domain.incidents import Outcome, Report, Settlement
from exam_server.domain.moments import moments_of
from exam_server.domain.replay import replays_of
from exam_server.domain.roles import Person
from exam_server.domain.rules import ExamRules
from exam_server.exports.bundle_facts import actors_in, facts_in, people_in
from exam_server.exports.recomputation import recompute
from exam_server.exports.verification import verify_bundle
from exam_server.storage.log import actors_of, facts_after
from exam_server.web.timeline import SHOWN_OF_CANDIDATE, SHOWN_OF_SESSION
from question_bank.items import Bank
from tests.exam_server.papers.samples import letters_of, pages_of
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, a_running_room, an_exam_room

EXPORTS = ("timeline.csv", "papers/timeline")


@pytest.fixture
async def room(site: Site) -> ExamRoom:
    """Three candidates who have just started."""
    return await a_running_room(site.store, candidates=3)


async def lived_through(room: ExamRoom) -> None:
    """The first candidate meets everything that a timeline tells."""
    first, second, third = room.candidates
    room.clock.advance(minutes=2, microseconds=123_456)
    await room.draft(first)
    room.clock.advance(seconds=30)
    await room.respond(first, revision=2)
    await room.call(first, HelpCallKind.TECHNICAL)
    room.clock.advance(minutes=3, microseconds=7)
    await room.replace(first)
    await room.pause(first, "infirmerie")
    await room.do(presence.note_connection, first.id, lost=True)
    room.clock.advance(minutes=4)
    await room.pause_room("alarme incendie")
    await room.do(presence.note_connection, first.id, lost=False)
    await room.resume(first)
    room.clock.advance(minutes=5, microseconds=480_000)
    await room.resume_room()
    await room.write_to(first, "=Le calme est revenu")
    await room.extend(first, 5)
    lost = Report("machine_computer", first.id, None, "écran noir", Settlement(Outcome.SETTLED, "échangé"))
    await room.do(incidents.report_incident, room.by, room.session_id, lost)
    await room.respond(first, right=False)
    await room.finish(second)
    await room.terminate(third, EndReason.MEDICAL, "pompiers")


async def get(site: Site, room: ExamRoom, path: str, person: Person | None = None) -> httpx.Response:
    browser = await site.signed_in(person or room.school.head)
    return await browser.get(f"/sessions/{room.session_id}/{path}")


def of_first(room: ExamRoom, path: str = "timeline") -> str:
    return f"candidates/{room.candidates[0].id}/{path}"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


async def test_one_candidate_s_timeline_says_what_happened_and_where_the_deadline_comes_from(
    site: Site, room: ExamRoom
) -> None:
    await lived_through(room)
    page = plain((await get(site, room, of_first(room))).text)
    for words in (
        "Déroulement provisoire",
        "Appel du candidat : technique, question 2, temps suspendu",
        "Question remplacée : question 2, image absente",
        "Temps suspendu : infirmerie, il restait",
        "Toute la salle reprend : après 5 min 00,480 s",
        "Message du surveillant : « =Le calme est revenu »",
        "Connexion revenue : après 4 min 00 s",
        "Suite d’un signalement : Réglé dans la salle, « échangé »",
        "1 h 45 + 5 min + 12 min 00,48",
        "Temps ajouté",
    ):
        assert words in page, words
    ledger = await room.ledger(room.candidates[0])
    assert ledger.deadline is not None
    local = ledger.deadline.astimezone(room.store.house.zone)
    assert f"{local.hour} h {local.minute:02d} min {local.second:02d}," in page
    assert "autre heure de fin" not in page


async def test_the_session_s_timeline_names_everyone_and_leads_to_each(site: Site, room: ExamRoom) -> None:
    await lived_through(room)
    page = plain((await get(site, room, "timeline")).text)
    for c in room.candidates:
        assert f"/sessions/{room.session_id}/candidates/{c.id}/timeline" in page
    for words in ("alarme incendie", "Test arrêté : Raison médicale, pompiers", "Panne du poste"):
        assert words in page
    assert "Question donnée" not in page
    asked = re.findall(r'<td class="number">(.*?)</td>', page)
    assert [int(number) > 0 for number in asked] == [True] * len(room.candidates)


async def test_moments_are_picked_out_by_what_they_are_about(site: Site, room: ExamRoom) -> None:
    await lived_through(room)
    picked = plain((await get(site, room, "timeline?show=messages&show=nonsense")).text)
    assert "=Le calme est revenu" in picked
    assert "infirmerie" not in picked
    assert re.findall(r'value="(\w+)" checked', picked) == ["messages"]
    for path, expected in (("timeline", SHOWN_OF_SESSION), (of_first(room), SHOWN_OF_CANDIDATE)):
        page = (await get(site, room, path)).text
        assert set(re.findall(r'value="(\w+)" checked', page)) <= {str(one) for one in expected}


async def test_nobody_is_shown_what_was_asked_or_answered_and_marks_only_the_head_after_closing(
    site: Site, room: ExamRoom
) -> None:
    await lived_through(room)
    first = room.candidates[0]
    given = [line.facts for line in await room.log("ItemGiven") if line.entry.candidate == first.id]
    bank = next(iter(site.store.house.banks.values())).items
    assert isinstance(bank, Bank)
    texts = [line for facts in given for line in bank.item(facts["item_id"]).stem.splitlines() if line]
    assert texts

    async def seen_by(person: Person) -> tuple[str, bool, bool]:
        page = html.unescape((await get(site, room, of_first(room), person)).text)
        assert [text for text in texts if text[:40] in page] == []
        ids = [facts["item_id"] for facts in given]
        return page, all(one in page for one in ids), "Compétence" in page

    page, ids, competences = await seen_by(room.by)
    assert (ids, competences, any(one["item_id"] in page for one in given)) == (False, False, False)
    page, ids, competences = await seen_by(room.school.head)
    assert (ids, competences, any(one["item_id"] in page for one in given)) == (False, True, False)
    await room.close(**{first.id: GivenReason(EndReason.TECHNICAL)})
    assert (await seen_by(room.school.head))[1:] == (True, True)
    page, ids, competences = await seen_by(room.by)
    assert (ids, competences, any(one["item_id"] in page for one in given)) == (False, False, False)


async def test_a_candidate_of_another_session_is_nobody_here(site: Site, room: ExamRoom) -> None:
    other = await an_exam_room(site.store, candidates=1, number=2)
    head = await site.signed_in(room.school.head)
    for path in ("timeline", *EXPORTS):
        for stranger in (other.candidates[0].id, "0" * 32):
            answer = await head.get(f"/sessions/{room.session_id}/candidates/{stranger}/{path}")
            assert answer.status_code == 404


@pytest.mark.parametrize("path", EXPORTS)
async def test_an_export_is_the_head_s_alone_and_says_that_it_is_provisional(
    site: Site, room: ExamRoom, path: str
) -> None:
    for one in (path, of_first(room, path)):
        assert (await get(site, room, one, room.by)).status_code == 403
        answer = await get(site, room, one)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        kind = path.rsplit(".", 1)[-1] if "." in path else "pdf"
        assert re.fullmatch(
            rf'attachment; filename="deroulement(-candidat)?-b12-2026-05-12\.{kind}"',
            answer.headers["content-disposition"],
        )
        assert "provisoire" in text_of(answer)
    await room.close(**{c.id: GivenReason(EndReason.TECHNICAL) for c in room.candidates})
    for one in (path, of_first(room, path)):
        assert "provisoire" not in text_of(await get(site, room, one))


def text_of(answer: httpx.Response) -> str:
    if answer.headers["content-type"] == "application/pdf":
        return " ".join(pages_of(answer.content))
    return answer.content.decode("utf-8-sig")


async def test_a_cancelled_session_has_a_timeline_and_no_export(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1, is_open=False)
    head = await site.signed_in(room.school.head)
    assert (await head.post(f"/sessions/{room.session_id}/cancel", json={})).status_code == 200
    page = (await get(site, room, "timeline")).text
    assert "Session annulée" in page
    assert "Déroulement provisoire" not in page
    for path in EXPORTS:
        for one in (path, of_first(room, path)):
            assert (await get(site, room, one)).json()["error"]["code"] == "session_cancelled"


async def test_before_anything_has_happened_the_pages_say_so(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1, is_open=False)
    assert "N’a pas commencé" in (await get(site, room, "timeline")).text
    page = await get(site, room, f"{of_first(room)}?show=incidents")
    assert "Rien de cela ne s’est passé" in page.text
    assert "D’où vient l’heure de fin" not in page.text
    head = await site.signed_in(room.school.head)
    await head.post(f"/attempts/{room.candidates[0].id}/unregister", json={})
    assert "Personne n’est inscrit" in (await get(site, room, "timeline")).text
    assert (await get(site, room, of_first(room))).status_code == 404


async def test_the_table_has_a_row_a_moment_and_no_formula(site: Site, room: ExamRoom) -> None:
    await lived_through(room)
    answer = await get(site, room, of_first(room, "timeline.csv"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert {len(row) for row in rows} == {9}
    numbers = [int(row[1]) for row in rows[1:]]
    assert numbers == sorted(set(numbers))
    assert [row for row in rows if row[6].startswith(("=", "+", "-", "@"))] == []
    back = next(row for row in rows if plain(row[6]).startswith("Toute la salle reprend"))
    assert back[8] == "300480"


async def test_the_papers_say_what_the_pages_say(site: Site, room: ExamRoom) -> None:
    await lived_through(room)
    one = letters_of("".join(pages_of((await get(site, room, of_first(room, "papers/timeline"))).content)))
    for words in ("Démo-1000 Prunelle", "D’où vient l’heure de fin", "1 h 45 + 5 min +", "image absente"):
        assert letters_of(words) in one, words
    whole = letters_of("".join(pages_of((await get(site, room, "papers/timeline")).content)))
    for words in ("Démo-1002 Prunelle", "alarme incendie", "pompiers", "Dernier numéro"):
        assert letters_of(words) in whole, words


async def test_the_report_has_the_incidents_what_came_of_them_and_the_candidates_words(
    site: Site, room: ExamRoom
) -> None:
    first, second, third = room.candidates

    async def report(*what: object, settlement: Settlement | None = None) -> str:
        wanted = Report(*what, settlement=settlement)  # type: ignore[arg-type]
        return await room.do(incidents.report_incident, room.by, room.session_id, wanted)

    heard = await report(
        "rules_object", first.id, None, "téléphone", settlement=Settlement(Outcome.UNDECIDED)
    )
    asked = await report("question_image", second.id, 1, "cadre vide")
    await report("candidate_left_room", third.id)
    mistaken = await report("room_noise")
    await room.do(incidents.record_statement, room.by, heard, "Il était éteint.")
    await room.do(incidents.record_statement, room.by, asked, None)
    await room.do(incidents.withdraw_incident, room.by, mistaken, "autre salle")
    room.clock.advance(minutes=7)
    decided = Settlement(Outcome.WENT_ON, "rien n’a été consulté")
    await room.do(incidents.resolve_incident, room.school.head, heard, decided)
    said = letters_of("".join(pages_of((await get(site, room, "papers/report")).content)))
    for words in (
        "1. Objet ou document non prévu sur la table",
        "Démo-1000 Prunelle · 9 h 00 min 00 s, Indigo",
        "À décider par la direction (9 h 00 min 00 s, Indigo).",
        "Le test a continué (9 h 07 min 00 s, Garance). rien n’a été consulté",
        "Déclaration du candidat (9 h 00 min 00 s). « Il était éteint. »",
        "Démo-1001 Prunelle, question 1",
        "n’a pas souhaité faire de déclaration",
        "La déclaration du candidat n’a pas été recueillie",
        "1 signalement fait par erreur",
    ):
        assert letters_of(plain(words)) in plain(said).replace(" ", ""), words
    assert letters_of("Bruit") not in said


async def test_the_timelines_are_in_the_reader_s_language(site: Site, room: ExamRoom) -> None:
    await lived_through(room)
    head = await site.signed_in(room.school.head)
    for path in ("timeline", of_first(room)):
        answer = await head.get(f"/sessions/{room.session_id}/{path}", headers={"accept-language": "en"})
        page = plain(answer.text)
        assert "Timeline" in page
        assert "The whole room goes on: after" in page
        assert not re.search("Déroulement|Suspension|suspendu|Reprise", page)


async def test_the_same_comes_out_of_the_store_and_out_of_a_bundle(both_sites: Site) -> None:
    site = both_sites
    room = await a_running_room(site.store, candidates=3)
    await lived_through(room)
    await room.close(**{room.candidates[0].id: GivenReason(EndReason.TECHNICAL)})
    site.make_key()
    head = await site.signed_in(room.school.head)
    assert (await site.finalise(head, room.session_id)).status_code == 200
    octets = (await head.get(f"/sessions/{room.session_id}/bundle")).content
    bundle = verify_bundle(octets, None, recompute).bundle
    facts = await site.store.read(facts_after, room.session_id, 0)
    actors = await site.store.read(actors_of, room.session_id)
    now_ms = bundle.entries[-1].at_ms
    assert moments_of(facts_in(bundle), actors_in(bundle)) == moments_of(facts, actors)
    stored = replays_of(facts, ExamRules(), now_ms)
    assert replays_of(facts_in(bundle), ExamRules(), now_ms) == stored
    assert people_in(bundle)[room.candidates[0].id] == "Démo-1000 Prunelle"
    for c in room.candidates:
        ledger, account = await room.ledger(c), stored[c.id].account
        assert account is not None
        assert account.agrees
        if ledger.deadline is not None:
            assert account.deadline_ms == int(ledger.deadline.timestamp() * 1000)
        assert sum(item.ran_ms + item.stopped_ms for item in stored[c.id].items) == (
            (stored[c.id].ended_ms or 0) - (stored[c.id].started_ms or 0)
        )
