"""Results to look at: the session, one candidate, the years; neutral words, no names where none belong."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, time
from fractions import Fraction
from html import unescape
from typing import Any

import pytest
from odfdo import Document
from sqlmodel import select

from exam_server.acts import publishing, rulings, sessions
from exam_server.acts.accommodations import set_extra_time
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.signing.jws import sign
from exam_server.signing.keys import Purpose
from exam_server.signing.receipts import fingerprint
from exam_server.storage.results_tables import ResultsVersion
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Transaction
from exam_server.web.result_words import STATUSES, VERDICTS, reason_words
from tests.exam_server.exports.test_tables import document, result
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, an_exam_room
from tests.support.school import School, found_school

LEFT_OUT = Wanted("", RulingKind.LEAVE_OUT, "image absente du 12 mai", (2, 3))


async def a_signed_room(site: Site) -> ExamRoom:
    """One who sat to the end, of whose test two items are left out, and one with extra time who fell ill."""
    site.make_key()
    room = await an_exam_room(site.store, 2)
    first, second = room.candidates
    await room.do(set_extra_time, room.school.head, second.id, Fraction(1, 3))
    await room.admit_all()
    await room.start_all()
    await room.finish(first)
    await room.close(**{second.id: GivenReason(EndReason.MEDICAL)})
    head = room.school.head
    await room.do(rulings.take_ruling, head, room.session_id, replace(LEFT_OUT, candidate=first.id))
    await signed(site, room)
    return room


async def signed(site: Site, room: ExamRoom) -> None:
    """The results are finalised, and signed by the site's key."""
    key = site.desk.keys.active(Purpose.DOCUMENTS, site.store.clock())

    def write(payload: JSON) -> str:
        return sign(key, payload, RESULTS_TYP, site.store.clock())

    await room.finalise(write)


async def published(site: Site, room: ExamRoom) -> None:
    """By the head, as the page does it."""
    site.desk.keys.create(Purpose.QR, site.store.clock())
    browser = await site.signed_in(room.school.head)
    answer = await browser.post(f"/sessions/{room.session_id}/results/publish", json={})
    assert answer.status_code == 200, answer.text


async def page(site: Site, person: Person, path: str) -> str:
    """The page's main part as the head sees it."""
    answer = await (await site.signed_in(person)).get(path)
    assert answer.status_code == 200, answer.text
    main: str = answer.text.partition("<main")[2].partition("</main>")[0]
    assert " style=" not in main
    return unescape(main).replace("\u00a0", " ").replace("\u202f", " ")


# -- the session, one candidate ------------------------------------------------------------------------------


async def test_the_session_shows_its_version_its_rulings_and_figures_with_their_tables(site: Site) -> None:
    room = await a_signed_room(site)
    path = f"/sessions/{room.session_id}/results"
    shown = await page(site, room.school.head, path)
    assert "Non publiés" in shown
    assert "ni les élèves ni le livret n’en voient rien" in shown
    assert "Questions 2, 3 mises de côté, par Garance" in shown
    assert "image absente" not in shown
    figures = re.findall(r"<figure.*?</figure>", shown, re.DOTALL)
    titles = [re.findall(r"<h3[^>]*>([^<]+)<", one)[0] for one in figures]
    assert titles == ["Niveaux certifiés par domaine", "Avis sur les profils", "Temps utilisé"]
    for one in figures:
        assert "<svg aria-hidden" in one
        assert re.search(r"<figcaption>[^<]*\d", one)
        assert "<details>" in one
        assert '<th scope="row">' in one
    assert "du temps accordé à chacun" in shown
    assert "majoré" not in shown
    assert len(set(re.findall(r'\bid="([^"]+)"', shown))) == len(re.findall(r'\bid="([^"]+)"', shown))
    await published(site, room)
    shown = await page(site, room.school.head, path)
    assert "Version 1, signée le 12/05/2026" in shown
    assert "publiée le 12/05/2026" in shown
    assert "Non publiés" not in shown


async def test_a_corrected_version_says_its_number(site: Site) -> None:
    room = await a_signed_room(site)
    await published(site, room)
    await room.do(publishing.withdraw_results, room.school.head, room.session_id, "erreur")
    browser = await site.signed_in(room.school.head)
    for path in ("results", "results.csv", f"candidates/{room.candidates[0].id}/result"):
        answer = await browser.get(
            f"/sessions/{room.session_id}/{path}", headers={"accept": "application/json"}
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_finalised")
    await signed(site, room)
    shown = await page(site, room.school.head, f"/sessions/{room.session_id}/results")
    assert "Version 2, signée" in shown
    assert "Non publiés" in shown


async def test_one_candidate_has_sixteen_levels_with_bands_beside_the_declared_profile(site: Site) -> None:
    room = await a_signed_room(site)
    (c, _second), head = room.candidates, room.school.head
    path = f"/sessions/{room.session_id}/candidates/{c.id}/result"
    shown = await page(site, head, path)
    (table,) = re.findall(r"<tbody>.*?</tbody>", shown, re.DOTALL)
    assert len(re.findall(r'<th scope="row">', table)) == 16
    assert re.search(r"de \d à \d", table)
    assert "<svg aria-hidden" in shown
    assert any(name in shown for name, _about in VERDICTS.values())
    assert "jamais une décision ni une accusation" in shown
    assert "Questions 2, 3 mises de côté, par Garance" in shown
    assert f'href="/sessions/{room.session_id}/candidates/{c.id}/timeline"' in shown
    receipt = (await room.attempt(c)).receipt
    assert receipt
    assert f">{fingerprint(receipt)}<" in shown
    assert "Certificat<" not in shown
    await published(site, room)
    shown = await page(site, head, path)
    assert f'href="/sessions/{room.session_id}/candidates/{c.id}/certificate.pdf"' in shown
    assert re.search(r"code [0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{4}", shown)


async def test_who_is_not_validated_has_a_page_without_levels_and_who_is_not_there_has_none(
    site: Site,
) -> None:
    room = await a_signed_room(site)
    second = room.candidates[1].id
    shown = await page(site, room.school.head, f"/sessions/{room.session_id}/candidates/{second}/result")
    assert "Annulée" in shown
    assert "Raison médicale" in shown
    assert "elle n’a ni score ni niveau" in shown
    assert "<svg" not in shown
    browser = await site.signed_in(room.school.head)
    for other in ("0" * 32, "%3Cb%3E", "'"):
        answer = await browser.get(f"/sessions/{room.session_id}/candidates/{other}/result")
        assert answer.status_code == 404


def test_every_reason_has_words() -> None:
    for reason in ("cancelled_by_ruling", "rejected_by_ruling", "too_few_responses", "medical", "absent"):
        words = reason_words({"reason": reason})
        assert words
        assert words != reason_words({"reason": "other"})
    assert reason_words({"reason": "a reason of a later version"}) == reason_words({"reason": "other"})
    assert set(STATUSES) == {"validated", "rejected", "cancelled"}


# -- over the years ------------------------------------------------------------------------------------------


async def a_school_with(site: Site, *years: tuple[date, list[dict[str, Any]]]) -> School:
    """A school of whose sessions these results are published."""
    site.make_key()
    key = site.desk.keys.active(Purpose.DOCUMENTS, site.store.clock())

    def add(tx: Transaction) -> School:
        school = found_school(tx)
        for day, results in years:
            today = tx.now.astimezone(tx.house.zone).date()
            plan = sessions.Plan(f"Salle {day.year}", today, time(9), 5, 6, (school.invigilator.id,))
            session = tx.get(Session, sessions.plan_session(tx, school.head, plan))
            session.date, session.state = day, "published"
            payload = document(*results)
            payload["session"] |= {"id": session.id, "date": day.isoformat()}
            tx.orm.add(
                ResultsVersion(
                    session_id=session.id,
                    version=1,
                    results=sign(key, payload, RESULTS_TYP, tx.now),
                    entries=1,
                    finalised_by=school.head.id,
                    finalised_at=tx.now,
                    published_at=tx.now,
                )
            )
        return school

    return await site.store.run(add)


async def test_the_years_say_where_nothing_is_published_yet(site: Site) -> None:
    school = await a_school_with(site)
    shown = await page(site, school.head, "/results")
    assert "Aucun résultat n’est publié pour l’instant" in shown
    assert "<svg" not in shown


async def test_the_years_are_drawn_and_told_by_class(site: Site) -> None:
    school = await a_school_with(
        site,
        (date(2025, 3, 4), [result()] * 6),
        (date(2026, 3, 4), [result()] * 5 + [result("x", "3E B")] * 5),
    )
    shown = await page(site, school.head, "/results")
    assert shown.count("<svg aria-hidden") == 2
    assert "Passations : 16, dont 16 certifications validées (100 %)" in shown
    assert [shown.index(year) for year in ("2025-2026", "2024-2025")]
    of_class = await page(site, school.head, "/results?class=3E B")
    assert "Classe 3E B" in of_class
    assert "2024-2025" not in of_class
    assert "Démo" not in shown + of_class
    assert "Aucun résultat publié de la classe <b>" in await page(site, school.head, "/results?class=<b>")


async def test_a_small_group_is_not_drawn_and_the_page_says_so(site: Site) -> None:
    school = await a_school_with(site, (date(2026, 3, 4), [result()] * 4))
    shown = await page(site, school.head, "/results")
    assert "<svg" not in shown
    assert "groupe trop petit" in shown
    assert "n’est pas dessinée" in shown


async def test_results_whose_signature_does_not_hold_are_named_and_not_counted(site: Site) -> None:
    school = await a_school_with(site, (date(2025, 3, 4), [result()] * 6), (date(2026, 3, 4), [result()] * 7))

    def swap(tx: Transaction) -> None:
        """One of them is spoiled, the other stands in the first one's row too."""
        first, second = tx.orm.query(ResultsVersion).order_by(ResultsVersion.finalised_at).all()
        first.results, second.results = second.results, second.results[:-9] + "AAAAAAAAA"

    await site.store.run(swap)
    shown = await page(site, school.head, "/results")
    assert shown.count("leur signature ne tient pas") == 2
    assert "Aucun résultat n’est publié" in shown


async def test_a_hostile_class_is_a_class(site: Site) -> None:
    names = ["=1+1", "<script>alert(1)</script>", "; x\ny", "🦄" * 20, 'a"b&c=d#e', "deux  blancs "]
    school = await a_school_with(site, (date(2026, 3, 4), [result("x", name) for name in names * 5]))
    answer = await (await site.signed_in(school.head)).get("/results")
    assert "<script>alert" not in answer.text
    links = re.findall(r'href="(/results\?class=[^"]*)"', answer.text)
    assert len(links) == len(names)
    for link in links:
        assert "groupe trop petit" not in (shown := await page(site, school.head, unescape(link)))
        assert shown.count("<tr>") == 2 + 3 + 5 + 1


# -- exports -------------------------------------------------------------------------------------------------

HOSTILE = ['=HYPERLINK("http://x";"y")', "; nouvelle\nligne", "L" * 60, "🦄🦄", "<b>"]


@pytest.mark.parametrize("ending", ["csv", "ods", "json"])
async def test_an_export_is_a_download_whose_name_is_nobody_s(site: Site, ending: str) -> None:
    school = await a_school_with(site, (date(2026, 3, 4), [result(name, name) for name in HOSTILE]))
    (session_id,) = await site.store.read(lambda reading: reading.orm.scalars(select(Session.id)).all())
    browser = await site.signed_in(school.head)
    path = f"/sessions/{session_id}/results.{ending}"
    answer = await browser.get(path)
    assert answer.status_code == 200
    name = f"resultats-salle-2026-2026-03-04.{ending}"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert names_in(answer.content, ending) == HOSTILE
    for class_name in HOSTILE:
        of_class = await browser.get(path, params={"class": class_name})
        assert of_class.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert names_in(of_class.content, ending) == [class_name]
    assert (await browser.get(path, params={"class": "5E Z"})).status_code == 404


def names_in(octets: bytes, ending: str) -> list[str]:
    """The family names of an export, as another program reads them."""
    if ending == "json":
        return [one["family_name"] for one in json.loads(octets)["candidates"]]
    if ending == "csv":
        read = list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"))
        cells = {cell for line in read for cell in line} - {"-1"}  # a level
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        return [line[1].removeprefix("'") for line in read[1:]]
    found = [
        str(line[1]) for sheet in Document(io.BytesIO(octets)).body.tables for line in sheet.get_values()[1:]
    ]
    return sorted(found, key=HOSTILE.index)


async def test_an_export_says_whether_it_is_published_and_never_why(site: Site) -> None:
    room = await a_signed_room(site)
    browser = await site.signed_in(room.school.head)
    path = f"/sessions/{room.session_id}/results"
    csv_then, json_then = await browser.get(f"{path}.csv"), await browser.get(f"{path}.json")
    assert csv_then.text.count("non publié, version 1") == 2
    assert json_then.json()["published"] is False
    for told in (csv_then.text, json_then.text):
        assert not re.search("medical|médicale|1/3|majoré|image absente|leave_out|mise", told)
        assert not re.search(r"99\d{7}AA", told)
    await published(site, room)
    assert (await browser.get(f"{path}.csv")).text.count("publié, version 1") == 2
    assert "non publié" not in (await browser.get(f"{path}.csv")).text
    assert (await browser.get(f"{path}.json")).json()["published"] is True
