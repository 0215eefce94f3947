"""Requests that come again after a lost answer: what was done for the first is what the second is told."""

import orjson

from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.signing.canonical import canonical
from exam_server.storage.request_tables import GrantedRequest
from exam_server.storage.transaction import Transaction


def answer_before(tx: Transaction, by: Person, session_id: str, act: str, request: str | None) -> JSON:
    """What this person's page was answered when it asked for this before; None for a new wish.

    The session is locked by then, so that of two that come at once the second finds the first.
    """
    if request is None:
        return None
    found = tx.orm.get(GrantedRequest, (session_id, by.id, act, request))
    return None if found is None else orjson.loads(found.answer)


def keep_answer(
    tx: Transaction, by: Person, session_id: str, act: str, request: str | None, answer: JSON
) -> None:
    """Remembers what is answered, for when it is asked again; a page without a number asks anew each time."""
    if request is not None:
        written = canonical(answer).decode()
        tx.orm.add(
            GrantedRequest(session_id=session_id, actor=by.id, act=act, request=request, answer=written)
        )
