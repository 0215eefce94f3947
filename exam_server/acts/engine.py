"""Between the store and the test engine: what an attempt was made of, and its assembly in hand."""

from collections.abc import Mapping

import orjson
from sqlalchemy import and_, bindparam, or_, select

from exam_server.acts.clocks import extra_of
from exam_server.domain.errors import NotAllowed
from exam_server.domain.events import SYSTEM, Event, EventKind
from exam_server.domain.json import JSON
from exam_server.storage.house import BankInUse, House
from exam_server.storage.prepared import Prepared, PreparedMany, Value, table_of
from exam_server.storage.session_rules import rules_of
from exam_server.storage.tables import Candidate, GivenItem, Response, Session
from exam_server.storage.transaction import Reading, Transaction
from question_bank.assembly import Answered, Assembly, AssemblySpec, Choice, derive_seed, seat_colour
from question_bank.profile import Profile

_GIVEN, _RESPONSE = table_of(GivenItem), table_of(Response)
_GIVE = PreparedMany.insert(_GIVEN, ("attempt_id", "position", "item_id", "given_at"))
_HISTORY = Prepared(
    select(
        _GIVEN.c.item_id,
        _GIVEN.c.neutralised_after,
        _GIVEN.c.seconds,
        _RESPONSE.c.correct,
        _RESPONSE.c.seconds,
    )
    .outerjoin(
        _RESPONSE,
        and_(_RESPONSE.c.attempt_id == _GIVEN.c.attempt_id, _RESPONSE.c.position == _GIVEN.c.position),
    )
    .where(_GIVEN.c.attempt_id == bindparam("attempt"))
    .where(or_(_RESPONSE.c.final.is_(True), _GIVEN.c.neutralised_after.is_not(None)))
    .order_by(_GIVEN.c.position)
)


def bank_of(house: House, version: str | None) -> BankInUse:
    """The bank that a session is sat with; the server loads every version that it has ever published."""
    try:
        return house.banks[version or house.bank_version]
    except KeyError:
        raise NotAllowed("bank_not_loaded") from None


def spec_for(house: House, session: Session, candidate: Candidate, seat: tuple[int, int]) -> AssemblySpec:
    """Everything that decides a candidate's test, fixed at the start."""
    bank = bank_of(house, session.bank_version)
    secret = bytes.fromhex(session.secret)
    colours = bank.published.colours
    rules = rules_of(house, session)
    return AssemblySpec(
        profile=profile_of(candidate),
        seed=derive_seed(secret, session.id, candidate.id, bank.items.version),
        colour=seat_colour(seat[0], seat[1], colours),
        colours=colours,
        session_seed=room_seed(session, bank),
        accessible_only=candidate.accessible_only,
        time_factor=1 + extra_of(candidate),
        banned=frozenset(orjson.loads(session.banned)),
        answered_before=frozenset(),
        length=rules.items,
        test_seconds=int(rules.duration.total_seconds()),
    )


def room_seed(session: Session, bank: BankInUse) -> int:
    """The seed by which the bank is dealt into seat colours for one session."""
    return derive_seed(bytes.fromhex(session.secret), session.id, "room", bank.items.version)


def profile_of(candidate: Candidate) -> Profile:
    """The profile frozen at registration."""
    return Profile(tuple(orjson.loads(candidate.levels)), tuple(orjson.loads(candidate.pix)))


def history_of(reading: Reading, attempt_id: str) -> list[Answered]:
    """What the engine was told of an attempt, in order: final responses, and items that were replaced."""
    rows = reading.rows(_HISTORY, {"attempt": attempt_id})
    return [
        Answered(item, bool(correct), seconds)
        if neutralised is None
        else Answered(item, False, in_hand, neutralised)
        for item, neutralised, in_hand, correct, seconds in rows
    ]


def take_assembly(tx: Transaction, attempt_id: str, behind: int, version: str, spec: str) -> Assembly:
    """The assembly with so many items behind the candidate: the one in hand, or rebuilt from the rows."""
    kept = tx.house.engines.take(attempt_id, behind)
    if kept is not None:
        return kept
    bank = bank_of(tx.house, version)
    parsed = AssemblySpec.from_json(orjson.loads(spec))
    return Assembly.resume(bank.published, parsed, history_of(tx, attempt_id))


def keep_assembly(tx: Transaction, attempt_id: str, behind: int, assembly: Assembly) -> None:
    """Keeps it for the next response, once this act is durable."""
    engines = tx.house.engines
    tx.after_commit.append(lambda: engines.keep(attempt_id, behind, assembly))


def give_items(tx: Transaction, session_of: Mapping[str, str], chosen: Mapping[str, Choice]) -> None:
    """Gives each attempt the item that was chosen; the log keeps all that the choice was made from.

    `session_of` names the session of each attempt.
    """
    rows: list[tuple[Value, ...]] = []
    for attempt_id, choice in chosen.items():
        rows.append((attempt_id, choice.position, choice.item_id, tx.now_us))
        event = Event(EventKind.ITEM_GIVEN, SYSTEM, attempt_id, choice_facts(choice))
        tx.record(session_of[attempt_id], event)
    tx.write_many(_GIVE, rows)


def choice_facts(choice: Choice) -> dict[str, JSON]:
    """The choice as the log keeps it: numbers that may exceed 2^53 are written as text."""
    return {
        "position": choice.position,
        "item_id": choice.item_id,
        "competence": choice.competence,
        "eligible": choice.eligible,
        "gain": _written(choice.gain),
        "gain_max": _written(choice.gain_max),
        "draw": _written(choice.draw),
        "low": _written(choice.low),
        "high": _written(choice.high),
        "eligible_digest": choice.eligible_digest,
        "chain": choice.chain,
    }


def _written(number: int) -> int | str:
    return str(number) if abs(number) >= 2**53 else number
