"""How somebody confirms a text: with a passkey that signs it, or with the password and a one-time code."""

from collections.abc import Mapping
from dataclasses import dataclass

from exam_server.acts.challenges import LASTS, new_challenge, take_challenge
from exam_server.acts.one_time_codes import code_state, use_code
from exam_server.acts.passkeys import named, own_passkeys
from exam_server.domain.errors import Forbidden, NotAllowed
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.signing.assertions import HIGHEST_COUNT, check_assertion, count_in
from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.errors import BrokenSeal
from exam_server.storage.credential_tables import Passkey
from exam_server.storage.tables import Account
from exam_server.storage.transaction import Transaction

PASSKEY, PASSWORD_AND_CODE = "passkey", "password_and_code"


@dataclass(frozen=True)
class Asked:
    """Somebody is asked to confirm: with what they can, and what `navigator.credentials.get` takes."""

    challenge_id: str
    options: Mapping[str, JSON]
    has_passkey: bool
    has_code: bool

    def to_json(self) -> dict[str, JSON]:
        return {
            "challenge": self.challenge_id,
            "options": self.options,
            "has_passkey": self.has_passkey,
            "has_code": self.has_code,
        }


@dataclass(frozen=True)
class Confirmation:
    """Somebody has confirmed this text; a passkey's `facts` prove it to anybody (`check_assertion`)."""

    method: str
    statement: str
    facts: Mapping[str, JSON]

    def to_json(self) -> dict[str, JSON]:
        return {"method": self.method, "statement": self.statement, "facts": self.facts}

    def check_says(self, statement: str) -> None:
        """Raises NotAllowed where what was confirmed is no longer what would be done."""
        if self.statement != statement:
            raise NotAllowed("confirmed_something_else")


def ask_confirmation(tx: Transaction, by: Person, purpose: str, statement: str) -> Asked:
    """Asks this person to confirm this text, within five minutes."""
    challenge = new_challenge(tx, by, purpose, statement)
    passkeys, code = own_passkeys(tx, by), code_state(tx, by)
    has_password = tx.get(Account, by.id).password_hash is not None
    options: dict[str, JSON] = {
        "challenge": b64u(challenge.challenge),
        "allowCredentials": named(passkeys),
        "userVerification": "required",
        "timeout": LASTS // LASTS.resolution // 1000,
    }
    has_code = code is not None and code.is_confirmed and has_password
    return Asked(challenge.id, options, bool(passkeys), has_code)


def confirm_with_passkey(
    tx: Transaction,
    by: Person,
    challenge_id: str,
    purpose: str,
    response: Mapping[str, JSON],
    rp_id: str,
    origin: str,
) -> Confirmation:
    """What the browser answered to `options`; raises Forbidden unless a passkey of this person signed it."""
    statement = take_challenge(tx, by, challenge_id, purpose).statement
    inner = response.get("response")
    if not isinstance(inner, Mapping):
        raise Forbidden("wrong_passkey")
    passkey = tx.orm.get(Passkey, str(response.get("id")), with_for_update=not tx.is_alone)
    if passkey is None or passkey.account_id != by.id or passkey.removed_at is not None:
        raise Forbidden("wrong_passkey")
    facts: dict[str, JSON] = {
        "credential": passkey.credential,
        "public_key": b64u(passkey.public_key),
        "authenticator_data": inner.get("authenticatorData"),
        "client_data": inner.get("clientDataJSON"),
        "signature": inner.get("signature"),
        "origin": origin,
        "rp_id": rp_id,
    }
    try:
        check_assertion(facts, statement, rp_id)
    except BrokenSeal:
        raise Forbidden("wrong_passkey") from None
    _count(tx, passkey, count_in(b64u_decode(str(facts["authenticator_data"]))))
    return Confirmation(PASSKEY, statement, facts)


def confirm_with_code(
    tx: Transaction, by: Person, challenge_id: str, purpose: str, code: str
) -> Confirmation:
    """For who has just given the right password: that is checked outside, because it is slow on purpose."""
    statement = take_challenge(tx, by, challenge_id, purpose).statement
    if tx.get(Account, by.id).password_hash is None:
        raise NotAllowed("no_code")
    if not use_code(tx, by, code):
        raise Forbidden("wrong_confirmation", field="code")
    at_ms = tx.now_us // 1000
    return Confirmation(PASSWORD_AND_CODE, statement, {"method": PASSWORD_AND_CODE, "at_ms": at_ms})


def _count(tx: Transaction, passkey: Passkey, count: int) -> None:
    """An authenticator that counts never counts back: one that does is a copy, or has one."""
    if count <= passkey.sign_count and 0 < passkey.sign_count < HIGHEST_COUNT:
        raise Forbidden("passkey_copied")
    passkey.sign_count, passkey.used_at = count, tx.now
