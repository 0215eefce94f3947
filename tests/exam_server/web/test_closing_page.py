"""The page of a session's end in each state: what it says, where its links lead, the versions that stay."""

import html
import re
import zipfile
from io import BytesIO

import httpx
import pytest

from exam_server.acts import closing, incidents
from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.closing_checks import FindingKind
from exam_server.domain.incidents import Outcome, Report, Settlement
from exam_server.domain.json import JSON
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.signing.jws import sign
from exam_server.signing.keys import Purpose
from exam_server.storage.version_rows import version_rows
from exam_server.web.closing_words import AFTERWARDS, FINDINGS
from exam_server.web.sealing import seal
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, a_running_room, an_exam_room

LINK = re.compile(r'href="([^"#]*)(?:#[^"]*)?"')
TECHNICAL = GivenReason(EndReason.TECHNICAL)


async def page_of(site: Site, room: ExamRoom) -> str:
    """The page as the head reads it, between its headers."""
    browser = await site.signed_in(room.school.head)
    answer = await browser.get(f"/sessions/{room.session_id}/closing", headers={"accept": "text/html"})
    assert answer.status_code == 200
    return html.unescape(answer.text.partition("<main")[2].partition("</main>")[0])


async def signed(site: Site, room: ExamRoom) -> None:
    """The results are signed with the site's own key."""
    keys, now = site.desk.keys, site.store.clock()

    def with_key(payload: JSON) -> str:
        return sign(keys.active(Purpose.DOCUMENTS, now), payload, RESULTS_TYP, now)

    await room.finalise(with_key)
    await seal(site.desk)


def make_keys(site: Site) -> None:
    """All that signing, publishing and sealing need."""
    for purpose in (Purpose.DOCUMENTS, Purpose.QR, Purpose.LOG):
        site.desk.keys.create(purpose, site.store.clock())


async def post(site: Site, room: ExamRoom, path: str, **body: object) -> httpx.Response:
    browser = await site.signed_in(room.school.head)
    return await browser.post(f"/sessions/{room.session_id}{path}", json=body)


def found_on(page: str) -> list[str]:
    return re.findall(r'data-finding="(\w+)"', page)


@pytest.fixture
async def room(site: Site) -> ExamRoom:
    """Everything there is to look at: one paused and reported, one who calls, one who finished."""
    room = await a_running_room(site.store, candidates=3)
    paused, calling, finished = room.candidates
    await room.pause(paused)
    await room.call(calling)
    await room.finish(finished)
    undecided = Settlement(Outcome.UNDECIDED)
    for report in (
        Report("rules_object", paused.id, None, "téléphone", undecided),
        Report("desk_identity", finished.id, None, "prénom"),
        Report("desk_no_show", finished.id),
        Report("machine_power", None, None, "", Settlement(Outcome.ENDED, "coupure")),
    ):
        await room.do(incidents.report_incident, room.by, room.session_id, report)
    return room


def test_every_finding_has_its_words() -> None:
    assert FINDINGS.keys() == set(FindingKind)
    assert AFTERWARDS.keys() < set(FindingKind)


async def test_each_finding_leads_to_a_page_that_is_there(site: Site, room: ExamRoom) -> None:
    browser = await site.signed_in(room.school.head)
    for is_open in (True, False):
        if not is_open:
            await room.close(**{one.id: TECHNICAL for one in room.candidates[:2]})
        page = await page_of(site, room)
        assert set(found_on(page)) == {
            "report_undecided",
            "not_heard",
            "stop_never_resumed",
            "call_unanswered",
            "absent_with_responses",
            "report_without_candidate",
            "identity_in_doubt",
            "no_key",
            "no_certificate_key",
        }
        checks = (
            page.partition('aria-labelledby="blocking"')[2] + page.partition('aria-labelledby="checks"')[2]
        )
        links = set(LINK.findall(checks.partition("<form")[0])) - {""}
        assert len(links) >= 3
        for link in links:
            assert (await browser.get(link)).status_code == 200, link


async def test_the_page_of_an_open_session_asks_for_reasons_and_blocks_over_no_words(
    site: Site, room: ExamRoom
) -> None:
    make_keys(site)
    page = await page_of(site, room)
    assert "2 tests attendent un motif" in page
    assert "À régler avant de clôturer" not in page
    for one in room.candidates[:2]:
        assert f'data-candidate="{one.id}"' in page
    await room.pause_room()
    page = await page_of(site, room)
    assert "À régler avant de clôturer" in page
    assert found_on(page)[0] == "room_stopped"


async def test_what_prevents_the_signature_is_said_before_it_is_tried(site: Site, room: ExamRoom) -> None:
    await room.close(**{one.id: TECHNICAL for one in room.candidates[:2]})
    page = await page_of(site, room)
    assert found_on(page)[:2] == ["report_undecided", "no_key"]
    assert re.search(r"<button[^>]* disabled>Signer les résultats", page)
    make_keys(site)
    for file in (site.desk.settings.folder / "keys").glob("*.json"):
        file.write_text("{}")
    assert "key_unusable" in found_on(await page_of(site, room))


async def test_a_planned_session_has_nothing_to_close_and_a_cancelled_one_no_page(site: Site) -> None:
    room = await an_exam_room(site.store, is_open=False)
    page = await page_of(site, room)
    assert "il n’y a rien à clôturer" in page
    assert "<form" not in page
    await post(site, room, "/cancel")
    browser = await site.signed_in(room.school.head)
    assert (await browser.get(f"/sessions/{room.session_id}/closing")).status_code == 409


@pytest.fixture
async def finished(site: Site) -> ExamRoom:
    """A closed session in which one test was sat to its end, and keys to sign with."""
    make_keys(site)
    room = await a_running_room(site.store, 1)
    await room.finish(room.candidates[0])
    await room.close()
    return room


async def test_signed_results_are_published_and_withdrawn_and_each_version_stays_on_the_page(
    site: Site, finished: ExamRoom
) -> None:
    room, head = finished, finished.school.head
    await signed(site, room)
    page = await page_of(site, room)
    assert all(words in page for words in ("Version 1", "Publier les résultats", "Reprendre la correction"))
    assert re.search(r"<dt>Validées</dt><dd>1</dd>", page)
    published = await post(site, room, "/results/publish")
    assert (published.status_code, published.json()["version"]) == (200, 1)
    assert "Retirer les résultats" in await page_of(site, room)
    assert (await post(site, room, "/results/withdraw", reason="erreur <1>")).status_code == 200
    page = await page_of(site, room)
    assert "Ce sera la version 2" in page
    assert f"par {head.name} : « erreur <1> »" in page.replace("\u00a0", " ")
    await signed(site, room)
    assert (await post(site, room, "/closing/resume", reason="oubli")).status_code == 200
    newer, older = await site.store.read(version_rows, room.session_id)
    page = await page_of(site, room)
    for version in (newer, older):
        assert version.fingerprint in page
    assert (older.published, older.withdrawn) != (None, None)
    assert newer.resumed is not None
    assert (newer.resumed.by, newer.resumed.reason, newer.published) == (head.name, "oubli", None)


@pytest.mark.parametrize("path", ["/results/withdraw", "/closing/resume"])
@pytest.mark.parametrize("reason", ["", "  ", None])
async def test_what_is_taken_back_says_why(
    site: Site, finished: ExamRoom, path: str, reason: str | None
) -> None:
    await signed(site, finished)
    if path == "/results/withdraw":
        assert (await post(site, finished, "/results/publish")).status_code == 200
    before = await finished.log()
    answer = await post(site, finished, path, reason=reason)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (422, "reason_missing", "reason")
    assert error["remedy"]
    assert await finished.log() == before


async def test_the_bundle_of_each_version_is_the_log_of_its_time(site: Site, finished: ExamRoom) -> None:
    room = finished
    browser = await site.signed_in(room.school.head)
    where = f"/sessions/{room.session_id}/versions"
    assert (await browser.get(f"{where}/1/bundle")).status_code == 409
    await signed(site, room)
    await room.do(closing.resume_session, room.school.head, room.session_id, "oubli")
    await signed(site, room)
    lengths = []
    for version in (1, 2):
        answer = await browser.get(f"{where}/{version}/bundle")
        assert answer.status_code == 200, answer.text
        assert f"-v{version}.zip" in answer.headers["content-disposition"]
        with zipfile.ZipFile(BytesIO(answer.content)) as bundle:
            lengths.append(bundle.read("log.jsonl").count(b"\n"))
    assert lengths[0] < lengths[1]
    for missing in ("0", "3", "99999999999999999999", "-1", "x"):
        assert (await browser.get(f"{where}/{missing}/bundle")).status_code == 404


async def test_a_version_whose_seal_does_not_hold_is_said_not_published_and_can_be_replaced(
    site: Site, finished: ExamRoom
) -> None:
    await finished.finalise(lambda _payload: "signed")
    page = await page_of(site, finished)
    assert "La signature de cette version ne peut pas être vérifiée" in page
    answer = await post(site, finished, "/results/publish")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "seal_broken")
    assert (await finished.session()).state == "finalised"
    assert (await post(site, finished, "/closing/resume", reason="sceau")).status_code == 200


async def test_publishing_needs_the_key_of_certificates_and_the_page_says_so_before(site: Site) -> None:
    site.desk.keys.create(Purpose.DOCUMENTS, site.store.clock())
    room = await a_running_room(site.store, 1)
    await room.finish(room.candidates[0])
    await room.close()
    assert found_on(await page_of(site, room)) == ["no_certificate_key"]
    await signed(site, room)
    page = await page_of(site, room)
    assert found_on(page) == ["no_certificate_key"]
    assert re.search(r"<button[^>]* disabled>Publier les résultats", page)
    answer = await post(site, room, "/results/publish")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_certificate_key")


async def test_a_ruling_that_waits_is_named_and_leads_to_it(site: Site, finished: ExamRoom) -> None:
    room = finished
    (c,) = room.candidates
    settled = Settlement(Outcome.SETTLED, "fait")
    report = Report("rules_object", c.id, None, "téléphone", settled)
    incident = await room.do(incidents.report_incident, room.by, room.session_id, report)
    await room.do(incidents.record_statement, room.by, incident, None)
    wanted = Wanted(c.id, RulingKind.REJECT, "vu", (), incident)
    from_acts = await post(
        site, room, "/rulings", candidate=c.id, kind="reject", incident=incident, reason=wanted.reason
    )
    assert from_acts.status_code == 200
    page = await page_of(site, room)
    assert found_on(page) == ["ruling_waiting"]
    (number,) = re.findall(r"/rulings#ruling-(\d+)", page)
    browser = await site.signed_in(room.school.head)
    there = (await browser.get(f"/sessions/{room.session_id}/rulings")).text
    assert f'id="ruling-{number}"' in there
