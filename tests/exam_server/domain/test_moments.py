"""The log as moments: a closed list of what may be said, lengths where something ends, one line an act."""

import pytest

from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.domain.moments import SHOWN, Moment, Sort, moments_of, of_candidate, of_session
from exam_server.web.timeline_sentences import PLAIN
from exam_server.web.timeline_words import SORTS

SECRETS = frozenset(
    {"content", "correct", "item", "item_id", "spec", "gain", "draw", "eligible", "levels", "pix", "ine"}
    | {"birth_date", "family_name", "given_name", "class_name", "results_sha256", "banned", "issue"}
)


def moments(*lines: "tuple[int, EventKind, str, str | None, dict[str, JSON]]") -> list[Moment]:
    """From lines of (instant, kind, who did it, about whom, content)."""
    facts = [Fact(n, at, kind, about, content) for n, (at, kind, _, about, content) in enumerate(lines, 1)]
    return moments_of(facts, {n: line[2] for n, line in enumerate(lines, 1)})


def test_every_kind_is_shown_and_has_words_and_so_has_every_sort() -> None:
    assert SHOWN.keys() == {str(kind) for kind in EventKind} == PLAIN.keys()
    assert SORTS.keys() == {str(sort) for sort in Sort}


@pytest.mark.parametrize("kind", EventKind)
def test_a_moment_holds_what_may_be_said_of_its_kind_and_nothing_else(kind: EventKind) -> None:
    sort, names = SHOWN[kind]
    assert not SECRETS & set(names)
    content: dict[str, JSON] = dict.fromkeys((*names, *SECRETS, "anything"), "secret")
    for moment in moments((1, kind, "a", "a", content)):
        assert moment.sort is sort
        assert set(moment.facts) <= set(names)


def test_of_a_response_only_whether_it_was_given_or_passed_over_is_said() -> None:
    given: dict[str, JSON] = {"position": 3, "final": True, "content": {"text": "secret"}, "correct": True}
    passed: dict[str, JSON] = {**given, "content": {"skip": True}}
    kind = EventKind.RESPONSE_SAVED
    found = moments((1, kind, "a", "a", given), (2, kind, "a", "a", passed))
    assert [moment.facts for moment in found] == [
        {"position": 3, "passed": False},
        {"position": 3, "passed": True},
    ]


def test_a_draft_is_no_moment() -> None:
    assert moments((1, EventKind.RESPONSE_SAVED, "a", "a", {"final": False, "content": {}})) == []


def test_what_ends_says_how_long_it_was_for_each_candidate_apart() -> None:
    found = moments(
        (1_000, EventKind.CONNECTION_LOST, "system", "a", {}),
        (1_500, EventKind.CONNECTION_LOST, "system", "b", {}),
        (2_234, EventKind.CONNECTION_BACK, "system", "a", {}),
        (3_000, EventKind.ROOM_PAUSED, "i", None, {"reason": "alarme"}),
        (3_500, EventKind.CONNECTION_BACK, "system", "b", {}),
        (4_000, EventKind.ROOM_RESUMED, "i", None, {}),
        (5_000, EventKind.CONNECTION_BACK, "system", "a", {}),
    )
    assert [moment.lasted_ms for moment in found] == [None, None, 1_234, None, 2_000, 1_000, None]


def test_a_time_that_ran_out_happened_at_the_deadline() -> None:
    (found,) = moments((9_000, EventKind.TIME_RAN_OUT, "system", "a", {"deadline": 8_500}))
    assert found.at_ms == 8_500


def test_what_one_person_did_to_several_at_one_instant_is_one_moment_of_the_session() -> None:
    more: dict[str, JSON] = {"minutes": 5, "reason": "bruit"}
    kind = EventKind.TIME_EXTENDED
    found = of_session(
        moments(
            (1, kind, "i", "a", {**more, "deadline": 7}),
            (1, kind, "i", "b", {**more, "deadline": 8}),
            (1, kind, "i", "c", {**more, "minutes": 6}),
            (1, kind, "t", "d", more),
            (2, kind, "i", "e", more),
        )
    )
    assert [(one.candidates, one.actor) for one in found] == [
        (("a", "b"), "i"),
        (("c",), "i"),
        (("d",), "t"),
        (("e",), "i"),
    ]
    assert "deadline" not in found[0].facts, "each has an own deadline"


def test_the_session_s_moments_leave_out_questions_and_the_candidate_s_those_of_others() -> None:
    found = moments(
        (1, EventKind.SESSION_OPENED, "i", None, {}),
        (2, EventKind.ITEM_GIVEN, "system", "a", {"position": 1}),
        (3, EventKind.CANDIDATE_ADMITTED, "i", "b", {}),
    )
    assert [one.number for one in of_session(found)] == [1, 3]
    assert [one.number for one in of_candidate(found, "a")] == [1, 2]


def test_a_content_that_was_erased_is_said_to_be_and_one_that_never_was_is_not() -> None:
    found = moments(
        (1, EventKind.MESSAGE_SENT, "i", "a", {}),
        (2, EventKind.CONNECTION_LOST, "system", "a", {}),
        (3, EventKind.SESSION_CANCELLED, "h", None, {}),
    )
    assert [moment.is_erased for moment in found] == [True, False, False]
