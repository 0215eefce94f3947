"""The invigilator's board: every event in order, without a gap, within a second, and nothing else."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest
from websockets.exceptions import InvalidStatus

from exam_server.acts import duty, fraud, incidents, rulings
from exam_server.acts.check_in import issue_new_card, mark_absent, refuse, withdraw_refusal
from exam_server.acts.closing import GivenReason, resume_session
from exam_server.acts.presence import note_connection, note_focus
from exam_server.acts.publishing import withdraw_results
from exam_server.acts.sessions import cancel_session, change_plan, plan_of, unregister_candidate
from exam_server.domain.attempts import EndReason
from exam_server.domain.candidates import RefusalReason
from exam_server.domain.events import EventKind
from exam_server.domain.incidents import Outcome, Report, Settlement
from exam_server.domain.rulings import RulingKind, Wanted
from exam_server.live import sockets
from exam_server.live.projection import DRAFTED, HIDDEN, VISIBLE
from exam_server.storage.tables import Session
from tests.exam_server.live.sockets import Listener, Served
from tests.support.decisions import decide, recorded
from tests.support.rehearsal import a_rehearsal
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room

ELSEWHERE = {EventKind.SESSION_CANCELLED}
"""What cannot come to pass in a session that is sat."""

UNSEEN = {
    EventKind.SESSION_PLANNED,
    EventKind.ITEM_GIVEN,
    EventKind.RESPONSE_REFUSED,
    EventKind.RULING_PROPOSED,
    EventKind.RULING_TAKEN,
    EventKind.RULING_DROPPED,
    EventKind.RULING_REVERSED,
}
"""What goes by as a number without content."""


async def everything_happens(room: ExamRoom) -> None:
    """A session in which every kind of event comes to pass."""
    first, second, third, fourth, absent, gone = room.candidates
    await it_is_prepared(room, gone)
    await room.open()
    await decide(room, first, recorded())
    await room.do(mark_absent, room.by, absent.id)
    await room.do(refuse, room.by, first.id, RefusalReason.NO_DOCUMENT, "")
    await room.do(withdraw_refusal, room.by, first.id)
    fourth.card = await room.do(issue_new_card, room.by, fourth.id)
    for c in (first, second, third, fourth):
        await room.admit(c)
        await room.start(c)
    await room.draft(first)
    await room.respond(first, revision=2)
    await room.pause(second)
    await room.resume(second)
    await room.extend(second)
    await room.read(second, await room.write_to_room("Bonjour"))
    await room.call(second)
    await room.come(second)
    await room.replace(second)
    await room.call(second)
    await room.withdraw(second)
    await room.pause_room()
    await room.resume_room()
    await room.do(note_connection, fourth.id, lost=True)
    await room.do(note_connection, fourth.id, lost=False)
    await reports_are_made(room, second)
    await two_people_work(room, second)
    room.clock.advance(seconds=5)
    await room.do(note_focus, second.token, timedelta(seconds=4))
    await room.finish(first)
    room.clock.advance(hours=3)
    await room.respond(second)
    await room.tick()
    await room.close(**{absent.id: GivenReason(EndReason.ABSENT)})
    await what_follows_a_closing(room, first)


async def what_follows_a_closing(room: ExamRoom, c: Sitter) -> None:
    """Rulings of each kind, and results that are taken up again, published, and withdrawn."""
    head, session = room.school.head, room.session_id
    incident = await room.do(incidents.report_incident, room.by, session, Report("candidate_left_room", c.id))
    await room.do(incidents.record_statement, room.by, incident, None)
    left_out = Wanted(c.id, RulingKind.LEAVE_OUT, "image absente", (1,))
    taken = await room.do(rulings.take_ruling, head, session, left_out)
    await room.do(rulings.reverse_ruling, head, session, taken, "erreur")
    rejection = Wanted(c.id, RulingKind.REJECT, "vu", (), incident)
    proposed = await room.do(rulings.take_ruling, head, session, rejection)
    await room.do(rulings.drop_ruling, room.by, session, proposed, "non")
    await room.finalise()
    await room.do(resume_session, head, session, "oubli")
    await room.finalise()
    await room.publish()
    await room.do(withdraw_results, head, session, "erreur")


async def it_is_prepared(room: ExamRoom, gone: Sitter) -> None:
    """What may come before the opening."""
    plan = await room.store.read(lambda r: plan_of(r, r.get(Session, room.session_id)))
    await room.do(change_plan, room.school.head, room.session_id, replace(plan, room="C3"))
    await room.do(unregister_candidate, room.school.head, gone.id)
    await a_rehearsal(room)


async def reports_are_made(room: ExamRoom, c: Sitter) -> None:
    """What may follow a report."""
    left = Report("candidate_left_room", c.id)
    incident = await room.do(incidents.report_incident, room.by, room.session_id, left)
    await room.do(incidents.record_statement, room.by, incident, "Je suis revenu aussitôt.")
    await room.do(incidents.amend_incident, room.by, incident, "deux minutes")
    undecided = Settlement(Outcome.UNDECIDED)
    await room.do(incidents.resolve_incident, room.by, incident, undecided)
    await room.do(incidents.withdraw_incident, room.by, incident, "erreur de nom")


async def two_people_work(room: ExamRoom, c: Sitter) -> None:
    """A colleague joins and relieves; one test is ended by one person, one by two, one request is not."""
    colleague = room.school.colleague
    await room.terminate(room.candidates[2])
    await room.do(duty.add_invigilator, room.school.head, room.session_id, colleague.id)
    await room.do(duty.hand_over, room.by, room.session_id, colleague.id, "cours")
    await room.do(duty.leave_duty, colleague, room.session_id, "")
    asked = await room.do(fraud.request_fraud, room.by, c.id, "téléphone")
    await room.do(fraud.withdraw_fraud, colleague, c.id, asked, "")
    await room.do(fraud.request_fraud, room.by, c.id, "téléphone")  # lapses: the time runs out first
    fourth = room.candidates[3]
    asked = await room.do(fraud.request_fraud, room.by, fourth.id, "téléphone")
    await room.do(fraud.confirm_fraud, colleague, fourth.id, asked)


async def test_every_event_comes_in_order_without_a_gap(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=6, is_open=False)
    board = await served.board(room.by, room.session_id)
    await everything_happens(room)
    last = (await room.session()).log_number
    await board.numbered(last, within=5)
    assert board.numbers == list(range(1, last + 1))
    kinds = {m["event"]["kind"] for m in board.heard if m["type"] == "event"}
    assert kinds == {str(kind) for kind in set(EventKind) - UNSEEN - ELSEWHERE} | {HIDDEN, DRAFTED}


async def test_an_event_has_the_facts_that_the_board_may_see_and_no_others(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=6, is_open=False)
    board = await served.board(room.by, room.session_id)
    await everything_happens(room)
    last = (await room.session()).log_number
    await board.numbered(last, within=5)
    for event in (m["event"] for m in board.heard if m["type"] == "event"):
        if event["kind"] == HIDDEN:
            assert event["facts"] == {}
            assert event["candidate"] is None
        elif event["kind"] == DRAFTED:
            assert (event["candidate"], event["facts"]) == (room.candidates[0].id, {})
            assert event["by"] is None
        else:
            assert set(event["facts"]) == set(VISIBLE[event["kind"]]), event["kind"]
    saved = [m["event"] for m in board.heard if m.get("event", {}).get("kind") == EventKind.RESPONSE_SAVED]
    assert [set(one["facts"]) for one in saved] == [{"position", "answered"}] * len(saved)
    finals = [line for line in await room.log(EventKind.RESPONSE_SAVED) if line.facts["final"]]
    assert [one["number"] for one in saved] == [line.number for line in finals]


async def test_a_board_hears_that_its_session_is_cancelled(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=1, is_open=False)
    board = await served.board(room.by, room.session_id)
    await room.do(cancel_session, room.school.head, room.session_id)
    event = await board.event("SessionCancelled")
    assert (event["candidate"], event["facts"]) == (None, {})
    browser = await served.signed_in(room.by)
    shown = (await browser.get(f"/sessions/{room.session_id}/board.json")).json()
    assert (shown["session"]["state"], shown["number"]) == ("cancelled", event["number"])


async def test_an_act_is_pushed_within_a_second(served: Served) -> None:
    room = await a_running_room(served.store, candidates=3)
    number = (await room.session()).log_number
    board = await served.board(room.by, room.session_id, number)
    browser = await served.signed_in(room.by)
    await board.silence(0.1)
    for c in room.candidates:
        begun = perf_counter()
        asked = asyncio.create_task(browser.post(f"/attempts/{c.id}/pause", json={"reason": "infirmerie"}))
        event = await board.event("AttemptPaused")
        took = perf_counter() - begun
        assert (event["candidate"], event["number"]) == (c.id, (await asked).json()["number"])
        assert event["facts"] == {"reason": "infirmerie", "left_ms": 105 * 60_000, "until": None}
        assert took < 1.0


async def test_a_board_that_comes_back_gets_what_it_missed(served: Served) -> None:
    room = await a_running_room(served.store, candidates=2)
    begun = (await room.session()).log_number
    board = await served.board(room.by, room.session_id, begun)
    await room.pause(room.candidates[0])
    await board.event("AttemptPaused")
    await board.socket.close()
    for _ in range(3):
        await room.pause_room()
        await room.resume_room()
    again = await served.board(room.by, room.session_id, board.numbers[-1])
    last = (await room.session()).log_number
    await again.numbered(last)
    assert board.numbers + again.numbers == list(range(begun + 1, last + 1))


async def test_boards_that_join_in_the_middle_of_things_have_no_gap(served: Served) -> None:
    room = await a_running_room(served.store, candidates=2)
    begun = (await room.session()).log_number

    async def stir() -> None:
        for _ in range(10):
            await room.pause_room()
            await room.resume_room()

    stirring = asyncio.create_task(stir())
    starts = [begun, 0, begun - 3, 1, begun] * 2
    boards = []
    for after in starts:
        boards.append((after, await served.board(room.by, room.session_id, after)))
    await stirring
    last = (await room.session()).log_number
    for after, board in boards:
        await board.numbered(last, within=3)
        assert board.numbers == list(range(after + 1, last + 1))


async def test_a_number_that_was_made_up_starts_the_board_again_and_disturbs_nobody(served: Served) -> None:
    room = await a_running_room(served.store, candidates=2)
    number = (await room.session()).log_number
    liar = await served.board(room.by, room.session_id, 2**40)
    assert (await liar.hear())["type"] == "reset"
    honest = await served.board(room.by, room.session_id, number)
    page = await served.page(room.candidates[0].token)
    await page.state("Hello")
    await served.board(room.by, room.session_id, 2**53 - 1)
    await room.pause(room.candidates[0])
    assert (await honest.event("AttemptPaused"))["number"] == number + 1
    assert (await page.state("AttemptPaused"))["phase"] == "stopped"


async def test_a_board_that_asks_again_is_told_at_once_to_start_again(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    board = await served.board(room.by, room.session_id, 0)
    await board.numbered((await room.session()).log_number)
    await board.say({"type": "follow", "after": 1})
    assert (await board.until(lambda m: m["type"] == "reset"))["now"] > 0
    assert await board.closed() == 1013


async def test_a_board_that_does_not_listen_is_dropped_and_catches_up(served: Served) -> None:
    room = await a_running_room(served.store, candidates=2)
    number = (await room.session()).log_number
    slow = await served.board(room.by, room.session_id, number, max_queue=1)
    quick = await served.board(room.by, room.session_id, number)
    await quick.silence(0.2)
    loud = {"type": "presence", "candidate": "x", "presence": "online", "last_sign": 1, "pad": "x" * 60_000}
    for _ in range(600):
        served.desk.hub.notice(room.session_id, loud)
        await quick.until(lambda m: m["type"] == "presence", within=5)
    await room.pause(room.candidates[0])
    assert (await quick.event("AttemptPaused"))["number"] == number + 1
    await slow.until(lambda m: m["type"] == "reset", within=20)
    assert slow.numbers == []
    again = await served.board(room.by, room.session_id, number)
    assert (await again.event("AttemptPaused"))["number"] == number + 1


async def test_who_may_not_see_a_board_is_refused_before_it_opens(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=1)
    elsewhere = await an_exam_room(served.store, candidates=1, number=2)
    school = room.school
    for person in (school.colleague, school.officer, elsewhere.by, elsewhere.school.head):
        with pytest.raises(InvalidStatus, match="403"):
            await served.board(person, room.session_id)
    for cookie in ("", "passation_staff=x", f"passation_candidate={room.candidates[0].card}"):
        with pytest.raises(InvalidStatus, match="403"):
            await served.open(f"/sessions/{room.session_id}/live", additional_headers={"Cookie": cookie})
    for person in (room.by, school.head):
        assert (await (await served.board(person, room.session_id)).hear())["type"] == "event"


async def test_another_site_s_page_opens_no_socket(served: Served) -> None:
    room = await a_running_room(served.store, candidates=1)
    staff = f"passation_staff={await served.login_of(room.by)}"
    candidate = f"passation_candidate={room.candidates[0].token}"
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
        for path, cookie in ((f"/sessions/{room.session_id}/live", staff), ("/exam/live", candidate)):
            with pytest.raises(InvalidStatus, match="403"):
                await served.open(path, origin, additional_headers={"Cookie": cookie})


async def test_signing_out_ends_the_board(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "ALIVE_EVERY", 0.2)
    room = await a_running_room(served.store, candidates=1)
    token = await served.login_of(room.by)
    path, cookie = f"/sessions/{room.session_id}/live", {"Cookie": f"passation_staff={token}"}
    board = Listener(await served.open(path, additional_headers=cookie))
    await board.say({"type": "follow", "after": 0})
    await served.browser(passation_staff=token).post("/staff/sign-out")
    assert await board.closed(3) == 1008
    assert board.heard[-1] == {"type": "bye", "why": "signed_out"}


async def test_what_a_board_missed_comes_together_where_it_asks_so(served: Served) -> None:
    """In few frames, each event once and in order; what happens then comes event by event."""
    room = await a_running_room(served.store, candidates=2)
    board = await served.board(room.by, room.session_id, after=None)
    number = (await room.session()).log_number
    await board.say({"type": "follow", "after": 3, "together": True})
    missed = await board.until(lambda m: m["type"] == "events")
    assert [event["number"] for event in missed["events"]] == list(range(4, number + 1))
    await room.pause_room()
    assert (await board.event("RoomPaused"))["number"] == number + 1
    assert board.numbers == [number + 1]
