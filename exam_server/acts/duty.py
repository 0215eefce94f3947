"""Who invigilates a session, and who of them watches the room now: added, on duty, off duty, relieved."""

from sqlmodel import col, select

from exam_server.acts.earlier import A_DUTY, telling_who
from exam_server.acts.lookups import lock_centre_session, lock_room_session
from exam_server.domain.duty import TRANSITIONS, DutyAction, DutyState
from exam_server.domain.errors import IllegalTransition, NotFound
from exam_server.domain.events import Event, EventKind
from exam_server.domain.json import JSON
from exam_server.domain.roles import ROOM_STAFF, Person, roles_of
from exam_server.domain.sessions import TRANSITIONS as SESSION_TRANSITIONS
from exam_server.domain.sessions import SessionAction, SessionState
from exam_server.domain.transitions import move
from exam_server.storage.tables import Account, Session, SessionInvigilator
from exam_server.storage.transaction import Transaction


def add_invigilator(tx: Transaction, by: Person, session_id: str, account_id: str) -> int:
    """The head gives an open session one more invigilator: a colleague, or themselves. Twice does no harm.

    Raises IllegalTransition before the opening (a plan is changed) and after the closing, NotFound for an
    account that is not of this centre's room staff.
    """
    session = lock_centre_session(tx, by, session_id)
    move(SESSION_TRANSITIONS, SessionState(session.state), SessionAction.INVIGILATE)
    return add_to_open(tx, by, session_id, account_id)


def add_to_open(tx: Transaction, by: Person, session_id: str, account_id: str) -> int:
    """The part that adding and joining by the session's code share."""
    if tx.orm.get(SessionInvigilator, (session_id, account_id)) is not None:
        return tx.lock_session(session_id)
    account = _account(tx, by, account_id)
    tx.orm.add(SessionInvigilator(session_id=session_id, account_id=account_id))
    tx.orm.flush()
    facts: dict[str, JSON] = {"invigilator": account_id, "name": account.name}
    return tx.record(session_id, Event(EventKind.INVIGILATOR_ADDED, by.id, None, facts))


def come_on_duty(tx: Transaction, by: Person, session_id: str) -> int:
    """The person watches the room from now on; twice does no harm. Returns the event's number."""
    lock_open_room(tx, by, session_id)
    mine = tx.get(SessionInvigilator, (session_id, by.id))
    if mine.on_duty_since is not None:
        return tx.lock_session(session_id)
    return _begin(tx, by, mine)


def begin_with(tx: Transaction, by: Person, session_id: str) -> None:
    """Whoever opens the session is there: one of its invigilators, and on duty."""
    add_to_open(tx, by, session_id, by.id)
    _begin(tx, by, tx.get(SessionInvigilator, (session_id, by.id)))


def _begin(tx: Transaction, by: Person, mine: SessionInvigilator) -> int:
    _move(mine, DutyAction.COME)
    mine.on_duty_since = tx.now
    facts: dict[str, JSON] = {"to": by.id, "to_name": by.name}
    return tx.record(mine.session_id, Event(EventKind.DUTY_TAKEN, by.id, None, facts))


def leave_duty(tx: Transaction, by: Person, session_id: str, reason: str) -> int:
    """The person no longer watches the room; leaving twice does no harm."""
    lock_open_room(tx, by, session_id)
    mine = tx.get(SessionInvigilator, (session_id, by.id))
    if mine.on_duty_since is None:
        return tx.lock_session(session_id)
    _move(mine, DutyAction.LEAVE)
    mine.on_duty_since = None
    facts: dict[str, JSON] = {"from": by.id, "from_name": by.name, "reason": reason}
    return tx.record(session_id, Event(EventKind.DUTY_LEFT, by.id, None, facts))


def take_over(tx: Transaction, by: Person, session_id: str, from_id: str, reason: str) -> int:
    """The person takes the place of a colleague who is on duty: one leaves, the other comes, at one instant.

    Raises IllegalTransition where the colleague is not on duty, naming who ended that duty and when.
    """
    return _hand_over(tx, by, session_id, (from_id, by.id), reason)


def hand_over(tx: Transaction, by: Person, session_id: str, to_id: str, reason: str) -> int:
    """The person gives the room to a colleague who is there; the colleague need not accept at a screen.

    Whoever hands over says that the other one is in the room, and the log says who said so.
    """
    return _hand_over(tx, by, session_id, (by.id, to_id), reason)


def end_all_duty(tx: Transaction, session: Session) -> None:
    """The session is closed: nobody watches its room any more. The closing itself says when."""
    watching = select(SessionInvigilator).where(
        SessionInvigilator.session_id == session.id, col(SessionInvigilator.on_duty_since).is_not(None)
    )
    for one in tx.orm.scalars(watching):
        one.on_duty_since = None


def _hand_over(tx: Transaction, by: Person, session_id: str, pair: tuple[str, str], reason: str) -> int:
    lock_open_room(tx, by, session_id)
    from_id, to_id = pair
    if from_id == to_id:
        raise IllegalTransition("handed_to_oneself")
    giver, taker = (_invigilator(tx, session_id, one) for one in pair)
    with telling_who(tx, session_id, A_DUTY, **{"from": from_id}):
        if giver.on_duty_since is None:
            raise IllegalTransition("not_on_duty")
        _move(giver, DutyAction.LEAVE)
    giver.on_duty_since = None
    if taker.on_duty_since is None:
        _move(taker, DutyAction.COME)
        taker.on_duty_since = tx.now
    names = {one: _account(tx, by, one).name for one in pair}
    facts: dict[str, JSON] = {
        "from": from_id,
        "to": to_id,
        "from_name": names[from_id],
        "to_name": names[to_id],
        "reason": reason,
    }
    return tx.record(session_id, Event(EventKind.DUTY_HANDED_OVER, by.id, None, facts))


def lock_open_room(tx: Transaction, by: Person, session_id: str) -> Session:
    """The session, open, in whose room the person acts."""
    session = lock_room_session(tx, by, session_id)
    move(SESSION_TRANSITIONS, SessionState(session.state), SessionAction.INVIGILATE)
    return session


def _move(one: SessionInvigilator, action: DutyAction) -> None:
    state = DutyState.OFF if one.on_duty_since is None else DutyState.ON
    move(TRANSITIONS, state, action)


def _invigilator(tx: Transaction, session_id: str, account_id: str) -> SessionInvigilator:
    one = tx.orm.get(SessionInvigilator, (session_id, account_id))
    if one is None:
        raise NotFound("no_such_invigilator")
    return one


def _account(tx: Transaction, by: Person, account_id: str) -> Account:
    """Somebody of the person's centre who may work in a room; raises NotFound."""
    account = tx.orm.get(Account, account_id)
    if account is None or account.centre_id != by.centre_id or account.disabled:
        raise NotFound("no_such_invigilator")
    if not roles_of(account.roles) & ROOM_STAFF:
        raise NotFound("no_such_invigilator")
    return account
