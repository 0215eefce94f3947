"""Incident reports over HTTP: each field that lacks something is named; the page says what was reported."""

import pytest

from exam_server.acts import incidents
from exam_server.domain.incidents import CATEGORIES, Report
from exam_server.web import incident_words
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, a_running_room


@pytest.fixture
async def room(site: Site) -> ExamRoom:
    """One candidate, who has been given the first item."""
    return await a_running_room(site.store, candidates=1)


async def test_what_is_missing_is_named_field_by_field(site: Site, room: ExamRoom) -> None:
    browser = await site.signed_in(room.by)
    path = f"/sessions/{room.session_id}/incidents"
    for body, fields in (
        ({"category": ""}, ["category"]),
        ({"category": "question_wording"}, ["candidate", "position", "description"]),
        ({"category": "question_image", "candidate": room.candidates[0].id, "position": 2}, ["position"]),
        ({"category": "question_image", "candidate": room.candidates[0].id, "position": "2"}, ["position"]),
        ({"category": "room_noise", "candidate": room.candidates[0].id}, ["candidate"]),
        ({"category": "machine_power"}, ["outcome"]),
        ({"category": "machine_power", "outcome": "guilty"}, ["outcome"]),
        ({"category": "machine_power", "outcome": "settled"}, ["done"]),
    ):
        answer = await browser.post(path, json=body)
        assert answer.status_code == 422, body
        problems = answer.json()["error"]["problems"]
        assert [one["field"] for one in problems] == fields
        assert all(one["problem"] and one["remedy"] for one in problems)


async def test_a_report_its_notes_and_the_statement_are_on_the_page(site: Site, room: ExamRoom) -> None:
    browser = await site.signed_in(room.by)
    path = f"/sessions/{room.session_id}/incidents"
    wanted = {
        "category": "rules_object",
        "candidate": room.candidates[0].id,
        "position": "",
        "description": "<b>",
        "outcome": "undecided",
    }
    made = await browser.post(path, json=wanted)
    incident = made.json()["incident"]
    for verb, body in (
        ("amend", {"note": "téléphone rangé"}),
        ("resolve", {"outcome": "went_on", "done": "remis à la <direction>"}),
        ("statement", {"declined": "1"}),
        ("statement", {"statement": "Il était éteint."}),
    ):
        answer = await browser.post(f"/incidents/{incident}/{verb}", json=body)
        assert answer.status_code == 200, answer.text
    page = (await browser.get(path)).text
    for words in (
        "Objet ou document non prévu",
        "&lt;b&gt;",
        "téléphone rangé",
        "Il était éteint.",
        "remis à la &lt;direction&gt;",
    ):
        assert words in page
    for verb, name in (("amend", "note"), ("withdraw", "reason"), ("statement", "statement")):
        answer = await browser.post(f"/incidents/{incident}/{verb}", json={name: "  "})
        assert answer.json()["error"]["problems"][0]["field"] == name


async def test_each_person_is_offered_the_categories_that_are_theirs(site: Site, room: ExamRoom) -> None:
    path = f"/sessions/{room.session_id}/incidents"
    for person in (room.by, room.school.head):
        page = (await (await site.signed_in(person)).get(path)).text
        offered = {code for code in CATEGORIES if f'<option value="{code}"' in page}
        assert offered == {one.code for one in CATEGORIES.values() if one.reporters & person.roles}


async def test_the_page_is_in_english_for_those_who_read_it(site: Site, room: ExamRoom) -> None:
    browser = await site.signed_in(room.by)
    page = (
        await browser.get(f"/sessions/{room.session_id}/incidents", headers={"accept-language": "en"})
    ).text
    assert "Report an incident" in page
    assert incident_words.CATEGORIES["question_image"] not in page


async def test_a_report_of_the_office_is_read_by_heads_alone(site: Site, room: ExamRoom) -> None:
    """It may be about whoever stands in the room: no page, no board and no act shows that it exists."""
    head = room.school.head
    conduct = Report("staff_conduct", description="téléphone du surveillant")
    incident = await room.do(incidents.report_incident, head, room.session_id, conduct)
    await room.do(incidents.amend_incident, head, incident, "note du bureau")
    office, invigilator = await site.signed_in(head), await site.signed_in(room.by)
    for path in ("incidents", "timeline"):
        for browser, is_told in ((office, True), (invigilator, False)):
            text = (await browser.get(f"/sessions/{room.session_id}/{path}")).text
            assert ("téléphone du surveillant" in text, "note du bureau" in text) == (is_told, is_told)
    board = await invigilator.get(f"/sessions/{room.session_id}/board.json")
    assert (board.json()["session"]["incidents"], "IncidentReported" in board.text) == (0, False)
    for verb, body in (("amend", {"note": "vu"}), ("withdraw", {"reason": "non"})):
        refused = await invigilator.post(f"/incidents/{incident}/{verb}", json=body)
        assert refused.status_code == 404
