"""Replacing the item in hand: it leaves the test, and an equivalent one of the engine's takes its place."""

from sqlmodel import select

from exam_server.acts.clocks import check_not_over, stopped_between
from exam_server.acts.engine import give_items, keep_assembly, take_assembly
from exam_server.acts.help_calls import call_at, resolve_call
from exam_server.acts.lookups import Place, lock_place
from exam_server.domain.errors import IllegalTransition, NotAllowed
from exam_server.domain.events import Event, EventKind
from exam_server.domain.help_calls import Resolution
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.storage.columns import to_micros
from exam_server.storage.tables import Attempt, GivenItem
from exam_server.storage.transaction import Transaction
from question_bank.assembly import Choice


def replace_item(tx: Transaction, by: Person, candidate_id: str, number: int, reason: str) -> int:
    """Ends a call with another item; returns the last event's number.

    It is the item of which the candidate complained that goes: one that has been answered meanwhile stays,
    and so does one for which the bank has nothing left to give.
    """
    place = lock_place(tx, by, candidate_id)
    call = call_at(tx, place, number)
    attempt = place.running
    check_not_over(attempt, tx.now)
    if attempt.position != call.position:
        raise IllegalTransition("item_answered")
    _replace(tx, by, place, attempt, reason)
    return resolve_call(tx, by, place, call, Resolution.ITEM_REPLACED)


def _replace(tx: Transaction, by: Person, place: Place, attempt: Attempt, reason: str) -> None:
    given = tx.orm.scalars(
        select(GivenItem).where(GivenItem.attempt_id == attempt.id, GivenItem.position == attempt.position)
    ).one()
    behind, seconds = attempt.position - 1, _seconds_in_hand(tx, attempt, given)
    choice = _another(tx, place, attempt, given, seconds)
    given.neutralised_after, given.seconds = behind, seconds
    attempt.position, attempt.replaced = choice.position, attempt.replaced + 1
    tx.orm.flush()
    facts: dict[str, JSON] = {
        "position": given.position,
        "item": given.item_id,
        "seconds": seconds,
        "neutralised_after": behind,
        "reason": reason,
    }
    tx.record(place.session.id, Event(EventKind.ITEM_REPLACED, by.id, attempt.id, facts))
    give_items(tx, {attempt.id: place.session.id}, {attempt.id: choice})


def _another(tx: Transaction, place: Place, attempt: Attempt, given: GivenItem, seconds: int) -> Choice:
    """What the engine chooses instead; raises NotAllowed where the test would no longer be whole."""
    behind, version = given.position - 1, place.session.bank_version or ""
    assembly = take_assembly(tx, attempt.id, behind, version, attempt.spec)
    assembly.next()  # One that was rebuilt from the rows has not chosen yet.
    assembly.neutralise(given.item_id, seconds)
    choice = assembly.next() if assembly.still_completes else None
    if choice is None:
        raise NotAllowed("no_other_item")
    keep_assembly(tx, attempt.id, choice.position - 1, assembly)
    return choice


def _seconds_in_hand(tx: Transaction, attempt: Attempt, given: GivenItem) -> int:
    """Whole seconds, without the stops: the engine paces the rest of the test by what is left."""
    since, until = to_micros(given.given_at), to_micros(tx.now)
    stopped = stopped_between(tx, attempt.session_id, attempt.id, since, until)
    return max(0, until - since - stopped) // 1_000_000
