"""Who sees what of a sitting: marks are the head's, and only once nobody sits any more."""

import pytest

from exam_server.domain.roles import Role
from exam_server.domain.sessions import SessionState
from exam_server.domain.sight import WHOLE, Sight, seen, sight_of
from exam_server.domain.sitting import ItemSpan, Replay

OVER = {SessionState.CLOSED, SessionState.FINALISED, SessionState.PUBLISHED}


@pytest.mark.parametrize("state", SessionState)
@pytest.mark.parametrize("role", Role)
def test_marks_are_the_head_s_once_the_session_is_closed_and_competences_the_head_s(
    role: Role, state: SessionState
) -> None:
    is_head = role is Role.HEAD
    assert sight_of(frozenset({role}), state) == Sight(is_head, is_head and state in OVER)


def test_what_may_not_be_seen_is_not_there() -> None:
    replay = Replay("ada", 0, items=[ItemSpan(1, 4, "2.2-droit", 0, correct=True)])
    assert [(i.competence, i.item, i.correct) for i in seen(replay, Sight()).items] == [(None, "", None)]
    assert [(i.competence, i.item) for i in seen(replay, Sight(competences=True)).items] == [(4, "")]
    assert seen(replay, WHOLE) == replay
    assert replay.items[0].item == "2.2-droit", "the sitting itself is untouched"
