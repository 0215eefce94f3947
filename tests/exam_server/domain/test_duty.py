"""Spans on duty as a log tells them: nobody twice at once, each ended once, the closing ends what is left."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.duty import Turn, turns_of
from exam_server.domain.errors import Forbidden, InvalidInput
from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact
from exam_server.domain.fraud_requests import LONGEST_NOTE, check_note, check_second

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
PEOPLE = ("indigo", "turquoise", "garance")


def took(at: int, who: str) -> Fact:
    return Fact(0, at, EventKind.DUTY_TAKEN, None, {"to": who})


def left(at: int, who: str, reason: str = "") -> Fact:
    return Fact(0, at, EventKind.DUTY_LEFT, None, {"from": who, "reason": reason})


def handed(at: int, giver: str, taker: str, reason: str = "") -> Fact:
    return Fact(0, at, EventKind.DUTY_HANDED_OVER, None, {"from": giver, "to": taker, "reason": reason})


def closed(at: int) -> Fact:
    return Fact(0, at, EventKind.SESSION_CLOSED, None, {})


@pytest.mark.parametrize("length", [0, SECOND, MINUTE, HOUR])
def test_a_turn_is_as_long_as_from_its_beginning_to_its_end(length: int) -> None:
    assert turns_of([took(5, "indigo"), left(5 + length, "indigo", "pause")]) == [
        Turn("indigo", 5, 5 + length, reason="pause")
    ]


@pytest.mark.parametrize("at", [1, SECOND, MINUTE, HOUR])
def test_a_hand_over_ends_one_turn_and_begins_another_at_one_instant(at: int) -> None:
    first, second = turns_of([took(0, "indigo"), handed(at, "indigo", "turquoise", "cours")])
    assert first == Turn("indigo", 0, at, given_to="turquoise", reason="cours")
    assert second == Turn("turquoise", at, taken_from="indigo")


def test_who_is_there_already_goes_on_after_a_colleague_hands_over() -> None:
    turns = turns_of([took(0, "indigo"), took(1, "turquoise"), handed(9, "indigo", "turquoise")])
    assert turns == [Turn("indigo", 0, 9, given_to="turquoise"), Turn("turquoise", 1)]


def test_the_closing_ends_every_turn_that_is_under_way() -> None:
    turns = turns_of([took(0, "indigo"), took(3, "turquoise"), left(4, "indigo"), closed(9)])
    assert [(one.invigilator, one.from_ms, one.to_ms) for one in turns] == [
        ("indigo", 0, 4),
        ("turquoise", 3, 9),
    ]


def test_a_content_that_was_erased_breaks_nothing() -> None:
    erased = Fact(1, 0, EventKind.DUTY_TAKEN, None, {})
    assert turns_of([erased, closed(5)]) == [Turn("", 0, 5)]


STEPS = st.lists(
    st.tuples(
        st.integers(0, HOUR),
        st.sampled_from(["take", "leave", "hand"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
    ),
    max_size=40,
)


@given(STEPS)
def test_nobody_is_on_duty_twice_at_once_and_no_turn_is_negative(
    steps: list[tuple[int, str, str, str]],
) -> None:
    facts, now = [], 0
    for wait, what, one, other in steps:
        now += wait
        match what:
            case "take":
                facts.append(took(now, one))
            case "leave":
                facts.append(left(now, one))
            case _:
                facts.append(handed(now, one, other))
    turns = turns_of([*facts, closed(now)])
    assert all(turn.to_ms is not None and turn.to_ms >= turn.from_ms for turn in turns)
    for person in PEOPLE:
        own = [turn for turn in turns if turn.invigilator == person]
        assert all(
            before.to_ms is not None and before.to_ms <= after.from_ms for before, after in pairwise(own)
        )


@pytest.mark.parametrize("note", ["", "   ", "x" * (LONGEST_NOTE + 1)])
def test_a_request_says_what_was_seen_in_a_few_words(note: str) -> None:
    with pytest.raises(InvalidInput, match="fraud_note_missing"):
        check_note(note)


@pytest.mark.parametrize("note", ["x", "x" * LONGEST_NOTE, f"  {'x' * LONGEST_NOTE}\n"])
def test_from_one_character_to_the_longest_a_note_is_kept_without_its_margins(note: str) -> None:
    assert check_note(note) == note.strip()


def test_one_person_is_never_both() -> None:
    check_second("indigo", "garance")
    with pytest.raises(Forbidden, match="second_person_needed"):
        check_second("indigo", "indigo")
