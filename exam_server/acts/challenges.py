"""What a browser is asked to sign: a challenge serves once, for one account and purpose, in five minutes."""

from datetime import timedelta

from sqlmodel import col, delete

from exam_server.acts.identifiers import new_id
from exam_server.domain.errors import NotAllowed
from exam_server.domain.roles import Person
from exam_server.signing.assertions import challenge_of
from exam_server.storage.credential_tables import Challenge
from exam_server.storage.transaction import Transaction

LASTS = timedelta(minutes=5)


def new_challenge(tx: Transaction, by: Person, purpose: str, statement: str) -> Challenge:
    """The digest of this text, to be signed by this person; what of theirs is too old goes."""
    old = delete(Challenge).where(col(Challenge.account_id) == by.id, col(Challenge.expires_at) <= tx.now)
    tx.orm.execute(old)
    challenge = Challenge(
        id=new_id(),
        account_id=by.id,
        purpose=purpose,
        statement=statement,
        challenge=challenge_of(statement),
        expires_at=tx.now + LASTS,
    )
    tx.orm.add(challenge)
    tx.orm.flush()
    return challenge


def take_challenge(tx: Transaction, by: Person, challenge_id: str, purpose: str) -> Challenge:
    """Uses it up; raises NotAllowed where it is unknown, used, too old, another's or for another purpose.

    An act that is refused afterwards has used nothing up.
    """
    found = tx.orm.get(Challenge, challenge_id, with_for_update=not tx.is_alone)
    if found is None or (found.account_id, found.purpose) != (by.id, purpose) or found.expires_at <= tx.now:
        raise NotAllowed("challenge_over")
    tx.orm.delete(found)
    tx.orm.flush()
    return found
