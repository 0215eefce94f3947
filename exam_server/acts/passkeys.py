"""The passkeys of the staff: adding one, removing one. A removed one serves no more, its row stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from exam_server.acts.challenges import LASTS, new_challenge, take_challenge
from exam_server.acts.identifiers import new_token
from exam_server.domain.errors import InvalidInput, NotAllowed, NotFound
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.signing.base64url import b64u
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.passkey_keys import ALGORITHMS
from exam_server.signing.registrations import NewPasskey, read_registration
from exam_server.storage.credential_tables import Passkey
from exam_server.storage.tables import Account
from exam_server.storage.transaction import Reading, Transaction

ADDING = "passkey"
"""The purpose of the challenge that a new passkey answers."""

MOST_PASSKEYS = 10
LONGEST_NAME = 60
NAME_OF_SITE = "Passation"


@dataclass(frozen=True)
class Begun:
    """A new passkey is to be made: the challenge's name, and what `navigator.credentials.create` takes."""

    challenge_id: str
    options: Mapping[str, JSON]

    def to_json(self) -> dict[str, JSON]:
        return {"challenge": self.challenge_id, "options": self.options}


def own_passkeys(reading: Reading, by: Person) -> list[Passkey]:
    """Those that serve, the oldest first."""
    own = select(Passkey).where(Passkey.account_id == by.id, col(Passkey.removed_at).is_(None))
    return list(reading.orm.scalars(own.order_by(col(Passkey.added_at), col(Passkey.credential))))


def named(passkeys: Sequence[Passkey]) -> list[JSON]:
    """Their names as a browser takes them."""
    return [{"type": "public-key", "id": one.credential} for one in passkeys]


def begin_passkey(tx: Transaction, by: Person, rp_id: str) -> Begun:
    """Asks the browser for a new passkey; raises NotAllowed where there are enough."""
    known = own_passkeys(tx, by)
    if len(known) >= MOST_PASSKEYS:
        raise NotAllowed("too_many_passkeys", most=MOST_PASSKEYS)
    account = tx.get(Account, by.id)
    challenge = new_challenge(tx, by, ADDING, f"passation/passkey/v1\n{by.id}\n{new_token()}\n")
    kinds: list[JSON] = [{"type": "public-key", "alg": one} for one in ALGORITHMS]
    return Begun(
        challenge.id,
        {
            "rp": {"id": rp_id, "name": NAME_OF_SITE},
            "user": {"id": b64u(by.id.encode()), "name": account.email, "displayName": account.name},
            "challenge": b64u(challenge.challenge),
            "pubKeyCredParams": kinds,
            "timeout": LASTS // LASTS.resolution // 1000,
            "excludeCredentials": named(known),
            "authenticatorSelection": {"userVerification": "required", "residentKey": "preferred"},
            "attestation": "none",
        },
    )


def add_passkey(
    tx: Transaction,
    by: Person,
    challenge_id: str,
    name: str,
    response: Mapping[str, JSON],
    rp_id: str,
    origin: str,
) -> str:
    """Keeps what the browser made for this challenge, under a name of one's own; returns its credential."""
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput("bad_passkey_name", most=LONGEST_NAME)
    challenge = take_challenge(tx, by, challenge_id, ADDING)
    try:
        new = read_registration(response, challenge.challenge, rp_id, origin)
    except BrokenSeal:
        raise InvalidInput("passkey_not_added") from None
    if len(own_passkeys(tx, by)) >= MOST_PASSKEYS:
        raise NotAllowed("too_many_passkeys", most=MOST_PASSKEYS)
    return _keep(tx, by, name, new)


def _keep(tx: Transaction, by: Person, name: str, new: NewPasskey) -> str:
    """No authenticator gives a name twice: whoever sends a known one does not own it."""
    tx.orm.add(
        Passkey(
            credential=new.credential,
            account_id=by.id,
            name=name,
            public_key=new.public_key,
            sign_count=new.sign_count,
            added_at=tx.now,
        )
    )
    try:
        tx.orm.flush()
    except IntegrityError:
        raise NotAllowed("passkey_known") from None
    return new.credential


def remove_passkey(tx: Transaction, by: Person, credential: str) -> None:
    """It serves no more; what it has confirmed stays confirmed. One that is removed already does no harm."""
    found = tx.orm.get(Passkey, credential, with_for_update=not tx.is_alone)
    if found is None or found.account_id != by.id:
        raise NotFound("no_such_passkey")
    if found.removed_at is None:
        found.removed_at = tx.now
