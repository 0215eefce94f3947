"""One-time codes (TOTP, RFC 6238): six digits for each half minute, from a secret that is kept sealed."""

import hmac
from datetime import datetime

import pyotp

from exam_server.signing.records import RecordsKey

STEP = 30
"""Seconds that a code is shown."""

EITHER_SIDE = 1
"""Steps that a telephone's clock may be early or late."""

DIGITS = 6
_WRAPPED = 40


def new_secret() -> str:
    """160 random bits in base 32, as authenticator programs take them."""
    return pyotp.random_base32(32)


def address_of(secret: str, account: str, issuer: str) -> str:
    """What the QR code of a secret says (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_that_fits(secret: str, code: str, now: datetime, used: int) -> int | None:
    """The step whose code this is, of those near `now` and after the last one that served; or None."""
    if len(code) != DIGITS or not code.isascii() or not code.isdigit():
        return None
    here = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    near = range(max(here - EITHER_SIDE, used + 1, 0), here + EITHER_SIDE + 1)
    fitting = [step for step in near if hmac.compare_digest(totp.generate_otp(step), code)]
    return fitting[0] if fitting else None


def seal_secret(records: RecordsKey, secret: str, account_id: str) -> bytes:
    """The secret under a key of its own, wrapped before it; bound to the account's row."""
    wrapped = records.new_wrapped()
    return wrapped + records.unwrap(wrapped).seal(secret.encode(), _row(account_id))


def open_secret(records: RecordsKey, sealed: bytes, account_id: str) -> str:
    """Raises BrokenRecord for anything that was not sealed for this account under the server's secret."""
    key = records.unwrap(sealed[:_WRAPPED])
    return key.open(sealed[_WRAPPED:], _row(account_id)).decode()


def _row(account_id: str) -> str:
    return f"one_time_secret|sealed|{account_id}"
