"""Messages: who gets one, for how long it stands on the page, and what is refused."""

from typing import Any

import pytest

from exam_server.acts.messages import send_message, send_to_room
from exam_server.domain.errors import IllegalTransition, InvalidInput
from exam_server.domain.messages import LONGEST_MESSAGE, MOST_UNREAD
from exam_server.storage.candidate_state import as_state
from exam_server.storage.columns import to_millis
from exam_server.storage.store import Store
from tests.support.room import ExamRoom, Sitter, a_running_room, an_exam_room


@pytest.fixture
async def room(store: Store) -> ExamRoom:
    """Two candidates, who have just started."""
    return await a_running_room(store, candidates=2)


@pytest.fixture
def c(room: ExamRoom) -> Sitter:
    return room.candidates[0]


async def unread(room: ExamRoom, c: Sitter) -> Any:
    return as_state(await room.view(c), room.store.house, 0)["messages"]


async def test_a_message_to_one_stands_on_that_page_alone_until_it_is_closed(
    room: ExamRoom, c: Sitter
) -> None:
    number = await room.write_to(c, "Parlez moins fort.")
    fact = await room.last()
    assert (fact.number, fact.kind, fact.entry.candidate) == (number, "MessageSent", c.id)
    assert (fact.entry.actor, fact.facts) == (room.by.id, {"text": "Parlez moins fort."})
    at = to_millis(room.clock())
    assert await unread(room, c) == [{"number": number, "at": at, "text": "Parlez moins fort."}]
    assert await unread(room, room.candidates[1]) == []
    await room.respond(c)
    assert len(await unread(room, c)) == 1
    await room.read(c, number)
    assert await unread(room, c) == []
    fact = await room.last()
    assert (fact.kind, fact.facts) == ("MessageRead", {"message": number})


async def test_a_message_to_the_room_is_one_fact_and_each_closes_it_for_oneself(
    room: ExamRoom, c: Sitter
) -> None:
    number = await room.write_to_room("Il reste une heure.")
    (fact,) = await room.log("MessageSent")
    assert fact.entry.candidate is None
    await room.read(c, number)
    assert (await unread(room, c), len(await unread(room, room.candidates[1]))) == ([], 1)


async def test_a_message_that_comes_again_after_a_lost_answer_is_shown_once(
    room: ExamRoom, c: Sitter
) -> None:
    one, all_of_them = send_message, send_to_room
    first = await room.do(one, room.by, c.id, "Parlez moins fort.", "wish-1")
    to_room = await room.do(all_of_them, room.by, room.session_id, "Il reste une heure.", "wish-2")
    await room.terminate(room.candidates[1])
    again = [
        await room.do(one, room.by, c.id, "Parlez moins fort.", "wish-1"),
        await room.do(all_of_them, room.by, room.session_id, "Il reste une heure.", "wish-2"),
    ]
    assert again == [first, to_room]
    assert [one["number"] for one in await unread(room, c)] == [first, to_room]
    assert len(await room.log("MessageSent")) == 2


async def test_a_page_that_sends_no_number_says_it_each_time(room: ExamRoom, c: Sitter) -> None:
    assert await room.write_to(c, "Bonjour") != await room.write_to(c, "Bonjour")


async def test_a_message_whose_answer_was_lost_is_the_same_after_the_test_has_ended(
    room: ExamRoom, c: Sitter
) -> None:
    first = await room.do(send_message, room.by, c.id, "Bonjour", "wish-1")
    await room.terminate(c)
    assert await room.do(send_message, room.by, c.id, "Bonjour", "wish-1") == first


async def test_closing_twice_or_what_was_never_there_changes_nothing(room: ExamRoom, c: Sitter) -> None:
    number = await room.write_to(c, "Bonjour")
    await room.read(c, number)
    before = await room.log()
    await room.read(c, number)
    await room.read(c, 1)
    assert await room.log() == before


async def test_the_newest_stand_in_their_order_and_the_oldest_makes_room(room: ExamRoom, c: Sitter) -> None:
    for number in range(MOST_UNREAD + 2):
        await room.write_to(c, f"n° {number}")
    assert [one["text"] for one in await unread(room, c)] == [f"n° {n}" for n in range(2, MOST_UNREAD + 2)]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (LONGEST_MESSAGE + 1)])
async def test_an_empty_or_a_long_message_is_refused_and_leaves_no_trace(
    room: ExamRoom, c: Sitter, text: str
) -> None:
    before = await room.log()
    with pytest.raises(InvalidInput, match="bad_message"):
        await room.write_to(c, text)
    with pytest.raises(InvalidInput, match="bad_message"):
        await room.write_to_room(text)
    assert await room.log() == before


async def test_the_longest_message_is_taken_on_one_line(room: ExamRoom, c: Sitter) -> None:
    await room.write_to(c, "é" * (LONGEST_MESSAGE - 2) + "\r\n\té")
    (one,) = await unread(room, c)
    assert one["text"] == "é" * (LONGEST_MESSAGE - 2) + " é"


async def test_nothing_is_written_to_a_page_on_which_the_next_pupil_may_look(
    room: ExamRoom, c: Sitter
) -> None:
    await room.write_to(c, "Bonjour")
    await room.terminate(c)
    assert await unread(room, c) == []
    with pytest.raises(IllegalTransition, match="attempt_ended"):
        await room.write_to(c, "Bonjour")
    await room.write_to_room("Bonjour")
    assert (await room.candidate(c)).messages.count("Bonjour") == 1, "the one from before the end"


async def test_only_an_open_session_has_messages(store: Store) -> None:
    room = await an_exam_room(store, candidates=1, is_open=False)
    (c,) = room.candidates
    for write in (room.write_to(c, "Bonjour"), room.write_to_room("Bonjour")):
        with pytest.raises(IllegalTransition):
            await write
    await room.open()
    await room.enter(c)
    await room.write_to_room("On commence à 9 h.")
    assert len(await unread(room, c)) == 1
