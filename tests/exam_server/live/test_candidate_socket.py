"""The candidate's page: it hears at once what concerns this candidate or the room, and nothing else."""

import asyncio
from dataclasses import replace
from time import perf_counter

from exam_server.acts import duty, fraud, incidents
from exam_server.acts.accommodations import set_extra_time
from exam_server.acts.check_in import admit
from exam_server.acts.sessions import cancel_session, change_plan, plan_of, unregister_candidate
from exam_server.domain.accommodations import parse_extra_time
from exam_server.domain.incidents import Outcome, Report, Settlement
from exam_server.storage.tables import Session
from tests.exam_server.live.sockets import Served
from tests.support.room import a_running_room, an_exam_room

MINUTE = 60_000


async def test_the_page_is_told_where_it_stands(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    page = await served.page(room.candidates[0].token)
    hello = await page.state("Hello")
    browser = served.sitting(room.candidates[0].token)
    assert hello == (await browser.get("/exam/state")).json()
    assert (hello["phase"], hello["progress"]["position"]) == ("test", 1)


async def test_the_page_hears_everything_that_concerns_its_candidate(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=2)
    mine, other = room.candidates
    await room.enter(mine)
    await room.enter(other)
    page = await served.page(mine.token)
    assert (await page.state("Hello"))["phase"] == "waiting"
    await room.admit_all()
    assert (await page.state("CandidateAdmitted"))["phase"] == "ready"
    await room.start(mine)
    begun = (await page.state("AttemptStarted"))["time"]
    start = begun["started_at"]
    assert begun["deadline"] == start + 105 * MINUTE
    await room.do(set_extra_time, room.school.officer, mine.id, parse_extra_time("1/3"))
    assert (await page.state("ExtraTimeSet"))["time"]["allowed_ms"] == 140 * MINUTE
    await room.extend(mine, minutes=5)
    assert (await page.state("TimeExtended"))["time"]["deadline"] == start + 145 * MINUTE
    await room.pause(mine, "infirmerie")
    stopped = await page.state("AttemptPaused")
    assert (stopped["phase"], stopped["item"], stopped["time"]["left_ms"]) == ("stopped", None, 145 * MINUTE)
    assert stopped["time"]["stopped"]["reason"] == ""  # it may be a matter of health, and neighbours can read
    room.clock.advance(minutes=7)
    await room.resume(mine)
    resumed = await page.state("AttemptResumed")
    assert resumed["time"]["deadline"] == start + 152 * MINUTE
    await room.pause_room("alarme incendie")
    assert (await page.state("RoomPaused"))["time"]["stopped"]["scope"] == "room"
    await room.resume_room()
    assert (await page.state("RoomResumed"))["phase"] == "test"
    await room.terminate(mine)
    assert (await page.state("AttemptTerminated"))["ended"]["how"] == "terminated"


async def test_the_page_hears_nothing_of_who_watches_nor_of_what_is_asked_or_reported(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    (mine,), colleague = room.candidates, room.school.colleague
    page = await served.page(mine.token)
    await page.state("Hello")
    await room.do(duty.add_invigilator, room.school.head, room.session_id, colleague.id)
    await room.do(duty.hand_over, room.by, room.session_id, colleague.id, "")
    await room.do(duty.leave_duty, colleague, room.session_id, "")
    await room.do(duty.come_on_duty, room.by, room.session_id)
    asked = await room.do(fraud.request_fraud, room.by, mine.id, "téléphone")
    await room.do(fraud.withdraw_fraud, room.by, mine.id, asked, "")
    undecided = Settlement(Outcome.UNDECIDED)
    report = Report("rules_object", mine.id, None, "téléphone", undecided)
    incident = await room.do(incidents.report_incident, room.by, room.session_id, report)
    await room.do(incidents.amend_incident, room.by, incident, "éteint")
    await room.do(incidents.resolve_incident, room.by, incident, undecided)
    await room.do(incidents.withdraw_incident, room.by, incident, "erreur")
    assert await page.silence() == []
    asked = await room.do(fraud.request_fraud, room.by, mine.id, "téléphone")
    await room.do(fraud.confirm_fraud, colleague, mine.id, asked)
    ended = await page.state("AttemptTerminated")
    assert ended["ended"]["how"] == "terminated"
    assert "téléphone" not in str(page.heard)


async def test_the_page_hears_nothing_of_the_others(served: Served) -> None:
    room = await a_running_room(served.store, candidates=2)
    mine, other = room.candidates
    page = await served.page(mine.token)
    await page.state("Hello")
    await room.respond(other)
    await room.pause(other)
    await room.resume(other)
    await room.terminate(other)
    assert await page.silence() == []


async def test_a_saved_response_is_not_told_to_the_page_that_sent_it(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    page = await served.page(room.candidates[0].token)
    await page.state("Hello")
    await room.draft(room.candidates[0])
    await room.respond(room.candidates[0], revision=2)
    assert await page.silence() == []


async def test_the_end_of_time_is_told_to_a_page_that_only_listens(served: Served) -> None:
    """The server's own hand closes the test; nobody asked for anything."""
    room = await a_running_room(served.store, candidates=1)
    page = await served.page(room.candidates[0].token)
    hello = await page.state("Hello")
    room.clock.advance(minutes=105, seconds=10)
    ended = await page.state("TimeRanOut", within=3)
    receipt = ended["ended"].pop("receipt")
    assert ended["ended"] == {"how": "timed_out", "at": hello["time"]["deadline"], "answered": 0}
    assert len(receipt) == len("7Q4M2-KX9TB")


async def test_the_lapse_of_an_admission_is_told_to_a_page_that_only_waits(served: Served) -> None:
    """No event says so: time alone takes the button away, and a new admission gives it back."""
    room = await an_exam_room(served.store, candidates=1)
    (candidate,) = room.candidates
    await room.enter(candidate)
    await room.admit(candidate)
    room.clock.advance(minutes=15, seconds=-1)
    page = await served.page(candidate.token)
    hello = await page.state("Hello")
    assert (hello["phase"], hello["check"]["lapsed"]) == ("ready", False)
    assert hello["check"]["admitted_until"] == hello["now"] + 1_000
    room.clock.advance(seconds=1)
    lapsed = await page.state("AdmissionLapsed", within=2)
    assert (lapsed["phase"], lapsed["number"]) == ("waiting", hello["number"])
    assert (lapsed["check"]["admitted"], lapsed["check"]["lapsed"]) == (False, True)
    assert lapsed == (await served.sitting(candidate.token).get("/exam/state")).json()
    assert await page.silence() == []
    await room.do(admit, room.by, candidate.id)
    assert (await page.state("CandidateAdmitted"))["phase"] == "ready"
    await room.start(candidate)
    assert (await page.state("AttemptStarted"))["check"]["admitted_until"] is None


async def test_numbers_only_grow(served: Served) -> None:
    room = await a_running_room(served.store, candidates=2)
    page = await served.page(room.candidates[0].token)
    await page.state("Hello")
    for _ in range(5):
        await room.pause_room()
        await room.resume_room()
    last = (await room.session()).log_number
    await page.until(lambda m: m["type"] == "state" and m["state"]["number"] == last)
    numbers = [m["state"]["number"] for m in page.heard if m["type"] == "state"]
    assert numbers == sorted(numbers)


async def test_an_act_reaches_the_candidate_within_a_second(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    page = await served.page(room.candidates[0].token)
    await page.state("Hello")
    browser = await served.signed_in(room.by)
    begun = perf_counter()
    asked = asyncio.create_task(browser.post(f"/sessions/{room.session_id}/pause", json={"reason": "alarme"}))
    assert (await page.state("RoomPaused"))["phase"] == "stopped"
    assert perf_counter() - begun < 1.0
    assert (await asked).status_code == 200


async def test_a_new_card_signs_the_old_device_out(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    (candidate,) = room.candidates
    old, before = await served.page(candidate.token), served.sitting(candidate.token)
    state = await old.state("Hello")
    staff = await served.signed_in(room.by)
    code = (await staff.post(f"/attempts/{candidate.id}/card", json={})).json()["code"]
    assert await old.closed() == 1008
    assert old.heard[-1] == {"type": "bye", "why": "taken_over"}
    for answer in (await before.get("/exam/state"), await before.post("/exam/start", json={})):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")
    after = served.browser()
    assert (await after.post("/exam/enter", json={"code": code})).status_code == 200
    again = (await after.get("/exam/state")).json()
    assert (again["item"], again["time"]) == (state["item"], state["time"])


async def test_a_page_that_waits_hears_of_another_room_and_of_the_cancelling(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=1, is_open=False)
    (candidate,) = room.candidates
    await room.enter(candidate)
    page = await served.page(candidate.token)
    assert (await page.state("Hello"))["session"]["room"] == "B12"
    plan = await room.store.read(lambda r: plan_of(r, r.get(Session, room.session_id)))
    await room.do(change_plan, room.school.head, room.session_id, replace(plan, room="C3"))
    changed = await page.state("SessionChanged")
    assert (changed["session"]["room"], changed["phase"]) == ("C3", "waiting")
    await room.do(cancel_session, room.school.head, room.session_id)
    cancelled = await page.state("SessionCancelled")
    assert (cancelled["phase"], cancelled["session"]["state"]) == ("ended", "cancelled")
    assert cancelled["ended"] == {"how": "session_cancelled", "at": None, "answered": 0, "receipt": None}


async def test_an_unregistered_candidate_s_device_is_signed_out_and_the_others_stay(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=2, is_open=False)
    gone, staying = room.candidates
    await room.enter(gone)
    await room.enter(staying)
    page, other = await served.page(gone.token), await served.page(staying.token)
    await page.state("Hello")
    await other.state("Hello")
    await room.do(unregister_candidate, room.school.head, gone.id)
    assert await page.closed() == 1008
    assert page.heard[-1] == {"type": "bye", "why": "unregistered"}
    answer = await served.sitting(gone.token).get("/exam/state")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")
    assert await other.silence() == []


async def test_a_device_that_nobody_knows_is_sent_away(served: Served) -> None:
    page = await served.page("x" * 43)
    assert await page.closed() == 1008
    assert page.heard == [{"type": "bye", "why": "signed_out"}]


async def test_a_sign_of_life_is_answered_with_the_server_s_time(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    page = await served.page(room.candidates[0].token)
    hello = await page.state("Hello")
    room.clock.advance(seconds=3)
    await page.say({"type": "alive"})
    answer = await page.until(lambda m: m["type"] == "alive")
    assert answer == {"type": "alive", "now": hello["now"] + 3000}
