"""Planning a session, changing or cancelling the plan, registering its candidates, opening it on the day."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

import orjson
from sqlmodel import col, select

from exam_server.acts.accommodations import apply_decisions
from exam_server.acts.duty import add_to_open, begin_with
from exam_server.acts.engine import room_seed
from exam_server.acts.identifiers import new_id
from exam_server.acts.lookups import Place, invigilates, lock_centre_session, lock_place_of_centre
from exam_server.domain.access_cards import card_code, card_hash, new_session_code, normalised
from exam_server.domain.candidates import CandidateState
from exam_server.domain.errors import InvalidInput, NotAllowed, NotFound
from exam_server.domain.events import Event, EventKind
from exam_server.domain.json import JSON
from exam_server.domain.roles import ROOM_STAFF, Person, Role, roles_of
from exam_server.domain.sessions import (
    TRANSITIONS,
    SessionAction,
    SessionState,
    check_in_end,
    check_opening_day,
)
from exam_server.domain.transitions import move
from exam_server.signing.canonical import canonical
from exam_server.signing.chain import genesis
from exam_server.storage.columns import to_millis
from exam_server.storage.exposure import Exposure
from exam_server.storage.session_rules import written_rules
from exam_server.storage.tables import (
    Account,
    Candidate,
    Pupil,
    PupilProfile,
    Session,
    SessionInvigilator,
)
from exam_server.storage.transaction import Reading, Transaction
from question_bank.assembly import ENGINE_VERSION, deal_colours, exposure_bans

MOST_ROWS = 20
MOST_COLUMNS = 20


@dataclass(frozen=True)
class Plan:
    """What the head decides about a session; `at` is local time in the centre's zone."""

    room: str
    day: date
    at: time
    rows: int
    columns: int
    invigilators: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """A pupil who could not be registered, and the code of why."""

    name: str
    why: str


@dataclass(frozen=True)
class Registered:
    """What registering a class came to."""

    registered: int
    refused: tuple[Refused, ...]


def plan_session(tx: Transaction, by: Person, plan: Plan) -> str:
    """Creates a session; returns its identifier. Raises InvalidInput with one problem a field."""
    _check_plan(tx, by, plan)
    session_id = new_id()
    starts_at = datetime.combine(plan.day, plan.at, tx.house.zone)
    session = Session(
        id=session_id,
        centre_id=by.centre_id,
        code=_free_code(tx),
        room=plan.room,
        date=plan.day,
        starts_at=starts_at,
        rows=plan.rows,
        columns=plan.columns,
        state=SessionState.PLANNED,
        created_by=by.id,
        secret=secrets.token_hex(32),
        log_hash=genesis(session_id),
    )
    tx.orm.add(session)
    tx.orm.flush()
    _assign(tx, session_id, plan.invigilators)
    facts = _plan_facts(plan, starts_at)
    tx.record(session_id, Event(EventKind.SESSION_PLANNED, by.id, None, facts))
    return session_id


def plan_of(reading: Reading, session: Session) -> Plan:
    """The plan as it stands; the invigilators in the order of their identifiers."""
    assigned = select(SessionInvigilator.account_id).where(SessionInvigilator.session_id == session.id)
    starts_at = session.starts_at.astimezone(reading.house.zone)
    return Plan(
        room=session.room,
        day=session.date,
        at=starts_at.time(),
        rows=session.rows,
        columns=session.columns,
        invigilators=tuple(sorted(reading.orm.scalars(assigned))),
    )


def change_plan(tx: Transaction, by: Person, session_id: str, plan: Plan) -> int:
    """Changes the plan of a session that has not opened; returns the number of the log.

    A plan that stands already changes nothing. Raises InvalidInput as planning does, and for a room with
    fewer places than candidates; IllegalTransition once the session has opened or is cancelled.
    """
    session = lock_centre_session(tx, by, session_id)
    move(TRANSITIONS, SessionState(session.state), SessionAction.CHANGE)
    plan = replace(plan, invigilators=tuple(sorted(set(plan.invigilators))))
    before = plan_of(tx, session)
    if plan == before:
        return tx.lock_session(session_id)
    _check_plan(tx, by, plan)
    registered = len(_registered(tx, session_id))
    if plan.rows * plan.columns < registered:
        raise InvalidInput("room_too_small", registered=registered)
    session.room, session.date = plan.room, plan.day
    session.starts_at = datetime.combine(plan.day, plan.at, tx.house.zone)
    session.rows, session.columns = plan.rows, plan.columns
    for account_id in set(before.invigilators) - set(plan.invigilators):
        tx.orm.delete(tx.get(SessionInvigilator, (session_id, account_id)))
    _assign(tx, session_id, sorted(set(plan.invigilators) - set(before.invigilators)))
    facts = _plan_facts(plan, session.starts_at)
    return tx.record(session_id, Event(EventKind.SESSION_CHANGED, by.id, None, facts))


def cancel_session(tx: Transaction, by: Person, session_id: str) -> int:
    """Cancels a session that has not opened, for good: its cards let nobody in. Twice does no harm."""
    session = lock_centre_session(tx, by, session_id)
    if session.state == SessionState.CANCELLED:
        return tx.lock_session(session_id)
    session.state = move(TRANSITIONS, SessionState(session.state), SessionAction.CANCEL)
    session.closed_at = tx.now  # the devices that wait show it for a while, then they are signed out
    return tx.record(session_id, Event(EventKind.SESSION_CANCELLED, by.id))


def _assign(tx: Transaction, session_id: str, invigilators: Iterable[str]) -> None:
    for account_id in dict.fromkeys(invigilators):
        tx.orm.add(SessionInvigilator(session_id=session_id, account_id=account_id))


def _plan_facts(plan: Plan, starts_at: datetime) -> dict[str, JSON]:
    return {
        "room": plan.room,
        "date": plan.day.isoformat(),
        "starts_at": to_millis(starts_at),
        "rows": plan.rows,
        "columns": plan.columns,
        "invigilators": list(plan.invigilators),
    }


def register_class(tx: Transaction, by: Person, session_id: str, class_name: str) -> Registered:
    """Registers the certifiable pupils of a class, profiles frozen; says who could not be, and why."""
    session = lock_centre_session(tx, by, session_id)
    move(TRANSITIONS, SessionState(session.state), SessionAction.REGISTER)
    pupils = tx.orm.execute(
        select(Pupil, PupilProfile)
        .outerjoin(PupilProfile, col(PupilProfile.pupil_id) == Pupil.id)
        .where(Pupil.centre_id == by.centre_id, Pupil.class_name == class_name, col(Pupil.active).is_(True))
        .order_by(Pupil.family_name, Pupil.given_name)
    ).all()
    if not pupils:
        raise NotFound("no_such_class")
    known = _registered(tx, session_id)
    places = session.rows * session.columns - len(known)
    refused: list[Refused] = []
    registered = 0
    for pupil, profile in pupils:
        if pupil.id in known:
            continue
        why = _why_not(profile) or ("room_full" if registered >= places else None)
        if why is not None:
            refused.append(Refused(f"{pupil.family_name} {pupil.given_name}", why))
            continue
        _register(tx, by, session, pupil, profile)
        registered += 1
    return Registered(registered, tuple(refused))


def unregister_candidate(tx: Transaction, by: Person, candidate_id: str) -> int:
    """Takes a candidate out of a session that has not opened; returns the event's number.

    The row goes, with extra time, card and device: before the opening nothing points at it. Registered again,
    the pupil is another candidate. Once the session has opened, whoever does not come is marked absent.
    """
    place = lock_place_of_centre(tx, by, candidate_id)
    move(TRANSITIONS, SessionState(place.session.state), SessionAction.UNREGISTER)
    tx.orm.delete(place.candidate)
    return tx.record(place.session.id, Event(EventKind.CANDIDATE_UNREGISTERED, by.id, candidate_id))


def _registered(tx: Transaction, session_id: str) -> set[str]:
    """The pupils who are candidates of the session."""
    return set(tx.orm.scalars(select(Candidate.pupil_id).where(Candidate.session_id == session_id)))


def _why_not(profile: PupilProfile | None) -> str | None:
    if profile is None:
        return "no_profile"
    return None if profile.certifiable >= 5 else "not_certifiable"


def _register(tx: Transaction, by: Person, session: Session, pupil: Pupil, profile: PupilProfile) -> None:
    candidate_id = new_id()
    tx.orm.add(
        Candidate(
            id=candidate_id,
            session_id=session.id,
            pupil_id=pupil.id,
            state=CandidateState.REGISTERED,
            levels=profile.levels,
            pix=profile.pix,
            card_hash=card_hash(tx.house.secret, card_code(tx.house.secret, candidate_id, 1)),
        )
    )
    facts = {
        "family_name": pupil.family_name,
        "given_name": pupil.given_name,
        "birth_date": pupil.birth_date.isoformat(),
        "class_name": pupil.class_name,
        "ine": pupil.ine,
        "levels": orjson.loads(profile.levels),
        "pix": orjson.loads(profile.pix),
    }
    tx.record(session.id, Event(EventKind.CANDIDATE_REGISTERED, by.id, candidate_id, facts))
    tx.orm.flush()
    apply_decisions(tx, by, Place(session, tx.get(Candidate, candidate_id), None))


def open_session(tx: Transaction, by: Person, typed_code: str, exposure: Exposure) -> str:
    """Opens the session that this code names, on its day: the check-in phase starts. Returns its identifier.

    The server's rules become the session's own: a restart with other settings changes nothing for it.
    `exposure` was counted just before, outside this act; that of another bank than the one in use is no use.
    Opening an open session again just leads to its board. A head who types the code becomes one of its
    invigilators; whoever opens the session is on duty. Raises NotFound, NotAllowed, IllegalTransition.
    """
    session = _session_of_code(tx, by, normalised(typed_code))
    session_id = session.id
    if session.state == SessionState.OPEN:
        add_to_open(tx, by, session_id, by.id)
        return session_id
    if session.state == SessionState.CANCELLED:
        raise NotAllowed("session_cancelled")
    state = move(TRANSITIONS, SessionState(session.state), SessionAction.OPEN)
    check_opening_day(session.date, tx.now.astimezone(tx.house.zone).date())
    rules = tx.house.rules
    session.state = state
    session.opened_at = tx.now
    session.rules = written_rules(rules)
    session.check_in_ends_at = check_in_end(tx.now, rules.check_in)
    session.bank_version = tx.house.bank_version
    session.banned = canonical(sorted(_banned(tx, session, exposure))).decode()
    facts = {
        "check_in_ends_at": to_millis(session.check_in_ends_at),
        "bank_version": session.bank_version,
        "engine": ENGINE_VERSION,
        "rules": rules.to_json(),
        "banned": orjson.loads(session.banned),
    }
    tx.record(session_id, Event(EventKind.SESSION_OPENED, by.id, None, facts))
    begin_with(tx, by, session_id)
    return session_id


def _session_of_code(tx: Transaction, by: Person, code: str) -> Session:
    """The session that this code names, locked: the person's own, or any of the centre for its head."""
    session_id = tx.orm.scalar(
        select(Session.id).where(Session.code == code, Session.centre_id == by.centre_id)
    )
    if session_id is None:
        raise NotFound("unknown_session_code")
    session = lock_centre_session(tx, by, session_id)
    if Role.HEAD not in by.roles and not invigilates(tx, by, session_id):
        raise NotFound("unknown_session_code")
    return session


def _banned(tx: Transaction, session: Session, exposure: Exposure) -> frozenset[str]:
    """The items that too many have met already, frozen for this session so that it can be replayed."""
    house = tx.house
    bank = house.banks[house.bank_version]
    share = house.rules.exposure_ppm / 1_000_000
    colours = deal_colours(bank.published, room_seed(session, bank)).tolist()
    return exposure_bans(exposure.given, exposure.tests, bank.published.facts, share, colours)


def _check_plan(tx: Transaction, by: Person, plan: Plan) -> None:
    problems: list[tuple[str, str]] = []
    if not 1 <= len(plan.room.strip()) <= 80:
        problems.append(("room", "room_required"))
    if plan.day < tx.now.astimezone(tx.house.zone).date():
        problems.append(("date", "date_in_the_past"))
    if not 1 <= plan.rows <= MOST_ROWS:
        problems.append(("rows", "rows_out_of_range"))
    if not 1 <= plan.columns <= MOST_COLUMNS:
        problems.append(("columns", "columns_out_of_range"))
    if not plan.invigilators:
        problems.append(("invigilators", "invigilator_required"))
    elif not _are_invigilators(tx, by, plan.invigilators):
        problems.append(("invigilators", "unknown_invigilator"))
    if problems:
        raise InvalidInput("invalid_session", problems=problems)


def _are_invigilators(tx: Transaction, by: Person, account_ids: Sequence[str]) -> bool:
    accounts = tx.orm.scalars(
        select(Account).where(col(Account.id).in_(account_ids), Account.centre_id == by.centre_id)
    ).all()
    fit = {a.id for a in accounts if ROOM_STAFF & roles_of(a.roles) and not a.disabled}
    return fit == set(account_ids)


def _free_code(tx: Transaction) -> str:
    """A session code that no session has: 24^6 codes, so a second draw is rare."""
    while True:
        code = new_session_code()
        if tx.orm.scalar(select(Session.id).where(Session.code == code)) is None:
            return code
