"""The board as a simulated invigilator keeps it, and what is read off the pages."""

from exam_server.simulation.board import Board, apply, read_board
from exam_server.simulation.reading import read_page
from exam_server.simulation.staff import free_seats
from question_bank.item_types.jsonvalues import Json, JsonObject


def a_board() -> Board:
    """Two rows of two; Prunelle sits, Cerise does not."""
    seats: dict[str, Json] = {"Prunelle": {"row": 1, "column": 2}, "Cerise": None}
    rows: list[JsonObject] = [
        {
            "id": name,
            "family_name": "Démo",
            "given_name": name,
            "state": "registered",
            "identity": None,
            "seat": seat,
            "attempt": None,
            "presence": "never",
        }
        for name, seat in seats.items()
    ]
    session: JsonObject = {"state": "open", "code": "K4T7QX", "rows": 2, "columns": 2, "stopped": None}
    return read_board({"number": 7, "now": 0, "speed": 1, "session": session, "candidates": [*rows]})


def an_event(kind: str, facts: JsonObject | None = None) -> JsonObject:
    """Something that happens to Cerise."""
    return {"number": 8, "at": 0, "kind": kind, "candidate": "Cerise", "facts": facts or {}}


def test_a_seat_that_somebody_has_is_not_free() -> None:
    assert list(free_seats(a_board())) == [(1, 1), (2, 1), (2, 2)]


def test_events_lead_a_candidate_from_the_desk_to_the_end() -> None:
    board = a_board()
    seen = []
    for event in (
        an_event("IdentityVerified", {"document": "passeport", "by": "Sacha"}),
        an_event("SeatGiven", {"row": 2, "column": 1}),
        an_event("CandidateAdmitted"),
        an_event("AttemptStarted", {"deadline": 1, "allowed_ms": 1}),
        an_event("ResponseSaved", {"position": 1, "answered": 1}),
        an_event("AttemptPaused", {"reason": "…", "left_ms": 1}),
        an_event("AttemptResumed", {"deadline": 1}),
        an_event("TimeRanOut", {"deadline": 1}),
    ):
        apply(board, event)
        one = board.sittings["Cerise"]
        seen.append((one.state, one.seat, one.attempt, one.answered))
    assert seen == [
        ("present", None, None, 0),
        ("present", (2, 1), None, 0),
        ("admitted", (2, 1), None, 0),
        ("admitted", (2, 1), "in_progress", 0),
        ("admitted", (2, 1), "in_progress", 1),
        ("admitted", (2, 1), "paused", 1),
        ("admitted", (2, 1), "in_progress", 1),
        ("admitted", (2, 1), "timed_out", 1),
    ]
    assert board.running == []


def test_a_stop_of_the_room_is_seen_and_ends() -> None:
    board = a_board()
    apply(board, {"number": 8, "kind": "RoomPaused", "candidate": None, "facts": {"reason": "…", "left": {}}})
    assert board.stopped
    apply(board, {"number": 9, "kind": "RoomResumed", "candidate": None, "facts": {"deadlines": {}}})
    assert not board.stopped


def test_cards_are_read_off_the_page_with_those_that_were_used() -> None:
    seen = read_page(
        '<article class="access-card" data-candidate="a" data-code="BCDF-GHJK">…</article>'
        '<article class="access-card access-card--used" data-candidate="b" data-code="MPQR-TVWX">…</article>'
        '<strong class="session-code mono">K4T7QX</strong>'
    )
    assert seen.cards == {"a": "BCDF-GHJK", "b": "MPQR-TVWX"}
    assert seen.used_cards == {"b"}
    assert seen.session_code == "K4T7QX"
