"""What an invigilator does for several candidates at once: one act, one instant, one reason.

The act is done for every candidate whom it concerns, and the answer names the others with why not; where it
concerns nobody, it is refused. Nothing is half done: all of it is one transaction. Each candidate's page, and
whoever reads the log later, finds the same event as for an act on that candidate alone; that those of one
selection bear the same instant, person and reason says that they belong together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from sqlmodel import col, select

from exam_server.acts.attempts import (
    Extension,
    extend_running,
    pause_running,
    resume_running,
    terminate_running,
)
from exam_server.acts.clocks import ledger_of
from exam_server.acts.lookups import Place, lock_room_session
from exam_server.acts.messages import write_to_one
from exam_server.acts.requests import answer_before, keep_answer
from exam_server.domain.attempts import TRANSITIONS, AttemptAction, AttemptState, EndReason
from exam_server.domain.errors import IllegalTransition, NotFound
from exam_server.domain.json import JSON
from exam_server.domain.messages import checked
from exam_server.domain.roles import Person
from exam_server.domain.selection import SelectionAct, Unfit, check_end, unfit_for
from exam_server.domain.sessions import TRANSITIONS as SESSION_TRANSITIONS
from exam_server.domain.sessions import SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.storage.tables import Attempt, Candidate, Session
from exam_server.storage.transaction import Transaction

Answer = Mapping[str, JSON]
"""`number` of the last event; `done`, whom the act concerned; `left`, the others: `candidate` and `why`."""
Deed = Callable[[Place], int]


@dataclass(frozen=True)
class Selection:
    """Who was chosen in a session, and the asking page's own number of this wish, so that it counts once."""

    session_id: str
    candidates: tuple[str, ...]
    request: str


def pause_selection(tx: Transaction, by: Person, chosen: Selection, reason: str) -> Answer:
    """Stops the clock of each."""
    return _for_each(
        tx, by, chosen, SelectionAct.PAUSE, lambda p: pause_running(tx, by.id, p, p.running, reason)
    )


def resume_selection(tx: Transaction, by: Person, chosen: Selection) -> Answer:
    """Lets the clock of each run again, unless the whole room is stopped."""
    return _for_each(tx, by, chosen, SelectionAct.RESUME, lambda p: resume_running(tx, by.id, p, p.running))


def extend_selection(tx: Transaction, by: Person, chosen: Selection, extension: Extension) -> Answer:
    """Gives each more time."""
    return _for_each(
        tx, by, chosen, SelectionAct.EXTEND, lambda p: extend_running(tx, by, p, p.running, extension)
    )


def terminate_selection(
    tx: Transaction, by: Person, chosen: Selection, reason: EndReason, note: str
) -> Answer:
    """Ends the test of each for good; raises InvalidInput for a suspicion of fraud, which is one person's."""
    check_end(reason, note)
    return _for_each(
        tx,
        by,
        chosen,
        SelectionAct.TERMINATE,
        lambda p: terminate_running(tx, by, p, p.running, reason, note),
    )


def write_to_selection(tx: Transaction, by: Person, chosen: Selection, text: str) -> Answer:
    """Writes the same to each."""
    plain = checked(text)
    return _for_each(tx, by, chosen, SelectionAct.MESSAGE, lambda p: write_to_one(tx, by, p, plain))


def _for_each(tx: Transaction, by: Person, chosen: Selection, act: SelectionAct, do: Deed) -> Answer:
    session = lock_room_session(tx, by, chosen.session_id)
    given = answer_before(tx, by, session.id, f"selection_{act}", chosen.request)
    if given is not None:
        return cast("Answer", given)
    move(SESSION_TRANSITIONS, SessionState(session.state), SessionAction.STOP)
    places = _places(tx, session, chosen.candidates)
    unfit = {place.candidate.id: why for place in places if (why := _unfit(tx, place, act)) is not None}
    left: list[JSON] = [{"candidate": one, "why": str(why)} for one, why in unfit.items()]
    fitting = [place for place in places if place.candidate.id not in unfit]
    if not fitting:
        raise IllegalTransition("nobody_fits", left=left)
    numbers = [do(_moved(place, act)) for place in fitting]
    answer: Answer = {
        "number": numbers[-1],
        "done": [place.candidate.id for place in fitting],
        "left": left,
    }
    keep_answer(tx, by, session.id, f"selection_{act}", chosen.request, answer)
    return answer


def _places(tx: Transaction, session: Session, candidates: tuple[str, ...]) -> list[Place]:
    """Those who were chosen; raises NotFound where one of them is not of this session."""
    rows = tx.orm.execute(
        select(Candidate, Attempt)
        .outerjoin(Attempt, col(Attempt.id) == Candidate.id)
        .where(Candidate.session_id == session.id, col(Candidate.id).in_(candidates))
        .order_by(Candidate.id)
    ).all()
    if len(rows) != len(candidates):
        raise NotFound
    return [Place(session, candidate, attempt) for candidate, attempt in rows]


def _unfit(tx: Transaction, place: Place, act: SelectionAct) -> Unfit | None:
    attempt = place.attempt
    state = None if attempt is None else AttemptState(attempt.state)
    is_over = attempt is not None and attempt.due_at is not None and tx.now >= attempt.due_at
    why = unfit_for(act, state, is_over=is_over)
    if why is not None or act is not SelectionAct.PAUSE:
        return why
    # Another worker's clock may be ahead: its entries then leave nothing to hold.
    return None if ledger_of(tx, place.candidate).is_held_by_a_stop(tx.now) else Unfit.TIME_IS_OVER


def _moved(place: Place, act: SelectionAct) -> Place:
    """The place with its attempt in the state after the act; a message moves nothing."""
    if act is not SelectionAct.MESSAGE:
        attempt = place.running
        attempt.state = move(TRANSITIONS, AttemptState(attempt.state), AttemptAction(act))
    return place
