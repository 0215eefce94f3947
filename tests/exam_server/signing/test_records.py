"""What is confidential of a person opens under its own key, in its own row, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.errors import BrokenRecord
from exam_server.signing.records import RecordsKey

SECRET = b"a secret that every reader of the tests knows"
RECORDS = RecordsKey.of(SECRET)
KEY = RECORDS.unwrap(RECORDS.new_wrapped())


@given(plain=st.binary(max_size=400), row=st.text(max_size=60))
def test_what_was_sealed_opens_again_in_its_row(plain: bytes, row: str) -> None:
    assert KEY.open(KEY.seal(plain, row), row) == plain


def test_the_same_text_is_never_sealed_alike() -> None:
    assert len({KEY.seal(b"PAP", "row") for _ in range(50)}) == 50


@given(at=st.integers(0, 39), bit=st.integers(0, 7))
def test_a_changed_bit_is_noticed(at: int, bit: int) -> None:
    sealed = bytearray(KEY.seal(b"elevendigits", "row"))
    sealed[at % len(sealed)] ^= 1 << bit
    with pytest.raises(BrokenRecord):
        KEY.open(bytes(sealed), "row")


@pytest.mark.parametrize("row", ["", "ro", "row2", "Row"])
def test_a_value_does_not_open_in_another_row(row: str) -> None:
    with pytest.raises(BrokenRecord):
        KEY.open(KEY.seal(b"PAP", "row"), row)


def test_another_person_s_key_opens_nothing() -> None:
    other = RECORDS.unwrap(RECORDS.new_wrapped())
    with pytest.raises(BrokenRecord):
        other.open(KEY.seal(b"PAP", "row"), "row")


def test_another_secret_unwraps_nothing_and_has_another_name() -> None:
    other = RecordsKey.of(SECRET + b"!")
    assert other.name != RECORDS.name
    with pytest.raises(BrokenRecord):
        other.unwrap(RECORDS.new_wrapped())


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02" + bytes(40), bytes(12)])
def test_what_was_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(BrokenRecord):
        KEY.open(sealed, "row")


def test_no_key_is_in_what_is_printed_of_it() -> None:
    assert RECORDS._key.hex() not in f"{RECORDS!r} {RECORDS}"
    assert repr(KEY) == "PersonKey()"
