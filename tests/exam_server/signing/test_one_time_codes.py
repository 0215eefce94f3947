"""One-time codes: RFC 6238's own figures, the boundaries of a step, each code once, the secret sealed."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.errors import BrokenRecord
from exam_server.signing.one_time_codes import (
    address_of,
    new_secret,
    open_secret,
    seal_secret,
    step_that_fits,
)
from exam_server.signing.records import RecordsKey

RFC_SECRET = b32encode(b"12345678901234567890").decode()
RFC_CODES = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
}
"""Appendix B, the last six of its eight digits."""

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
HERE = int(NOW.timestamp()) // 30
RECORDS = RecordsKey.of(b"a secret that every reader of the tests knows")


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES.items())
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert step_that_fits(RFC_SECRET, code, now, 0) == seconds // 30


@pytest.mark.parametrize(
    ("moved", "fits"),
    [
        (timedelta(seconds=-30, microseconds=-1), False),
        (timedelta(seconds=-30), True),
        (timedelta(0), True),
        (timedelta(seconds=59, microseconds=999_999), True),
        (timedelta(seconds=60), False),
    ],
)
def test_a_code_serves_in_its_half_minute_and_one_on_either_side(moved: timedelta, fits: bool) -> None:
    code = pyotp.TOTP(RFC_SECRET).generate_otp(HERE)
    assert step_that_fits(RFC_SECRET, code, NOW + moved, 0) == (HERE if fits else None)


@pytest.mark.parametrize(("used", "fits"), [(HERE - 1, True), (HERE, False), (HERE + 1, False)])
def test_a_step_that_served_serves_no_more_nor_does_one_before(used: int, fits: bool) -> None:
    code = pyotp.TOTP(RFC_SECRET).generate_otp(HERE)
    assert step_that_fits(RFC_SECRET, code, NOW, used) == (HERE if fits else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345", " 12345", "0x1234"])
def test_what_is_no_six_digits_fits_nothing(code: str) -> None:
    assert step_that_fits(RFC_SECRET, code, NOW, 0) is None


@given(st.text(alphabet="0123456789", min_size=6, max_size=6))
def test_no_code_but_the_three_of_now_fits(code: str) -> None:
    near = [pyotp.TOTP(RFC_SECRET).generate_otp(HERE + step) for step in (-1, 0, 1)]
    assert (step_that_fits(RFC_SECRET, code, NOW, 0) is not None) == (code in near)


def test_secrets_are_long_and_never_twice_the_same() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(secret) for secret in secrets} == {32}


def test_a_telephone_reads_the_secret_from_its_address() -> None:
    address = urlsplit(address_of(RFC_SECRET, "garance@ecole.example", "Passation ecole.example"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/Passation ecole.example:garance@ecole.example"
    assert parse_qs(address.query) == {"secret": [RFC_SECRET], "issuer": ["Passation ecole.example"]}


def test_a_sealed_secret_is_read_in_its_own_row_under_its_own_server_alone() -> None:
    sealed = seal_secret(RECORDS, RFC_SECRET, "an account")
    assert open_secret(RECORDS, sealed, "an account") == RFC_SECRET
    assert RFC_SECRET.encode() not in sealed
    assert seal_secret(RECORDS, RFC_SECRET, "an account") != sealed
    with pytest.raises(BrokenRecord):
        open_secret(RECORDS, sealed, "another account")
    with pytest.raises(BrokenRecord):
        open_secret(RecordsKey.of(b"another secret"), sealed, "an account")


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_no_bit_of_a_sealed_secret_can_be_turned(at: int, bit: int) -> None:
    sealed = bytearray(seal_secret(RECORDS, RFC_SECRET, "an account"))
    sealed[at % len(sealed)] ^= 1 << bit
    with pytest.raises(BrokenRecord):
        open_secret(RECORDS, bytes(sealed), "an account")


@pytest.mark.parametrize("sealed", [b"", b"x", bytes(40), bytes(53), bytes(100)])
def test_what_was_never_sealed_opens_to_nothing(sealed: bytes) -> None:
    with pytest.raises(BrokenRecord):
        open_secret(RECORDS, sealed, "an account")
