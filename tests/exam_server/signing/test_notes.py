"""Signed notes: read in one spelling only, and believed for what a known key signed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.errors import BrokenNote
from exam_server.signing.notes import (
    KeyKind,
    Note,
    NoteKey,
    check_note,
    read_note,
    read_signatures,
    read_vkey,
    write_note,
)
from tests.exam_server.signing.support import NOW
from tests.support.log_keys import a_key_of_another_kind, a_log_key

KNOWN_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KNOWN_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
""".encode()
"""The example of Go's package golang.org/x/mod/sumdb/note."""

ONE, TWO = a_log_key("one"), a_log_key("two")
LOG = NoteKey("passation/centre.example/log/1", ONE.public)
WITNESS = NoteKey("witness.example/academie", TWO.public, KeyKind.WITNESS)
TEXT = "Deux lignes\n\nd’un texte\n".encode()


def a_note() -> bytes:
    return write_note(TEXT, [LOG.signed(TEXT, ONE), WITNESS.signed(TEXT, TWO, NOW)])


def test_a_note_that_another_program_signed_is_read() -> None:
    key = read_vkey(KNOWN_VKEY)
    note = read_note(KNOWN_NOTE)
    assert check_note(note, [key]) == {key: None}
    assert note.text.endswith(b"your problem is.\n")
    assert key.vkey() == KNOWN_VKEY


def test_a_note_says_who_signed_and_when_a_witness_did() -> None:
    note = read_note(a_note())
    assert note.text == TEXT
    assert check_note(note, [LOG, WITNESS]) == {LOG: None, WITNESS: NOW}
    assert write_note(*note) == a_note()


@given(st.lists(st.sampled_from("abcdef"), unique=True, min_size=1, max_size=6))
def test_the_order_in_which_others_sign_does_not_show(names: list[str]) -> None:
    lines = [NoteKey(f"w/{name}", ONE.public).signed(TEXT, ONE) for name in names]
    first = LOG.signed(TEXT, ONE)
    note = write_note(TEXT, [first, *lines])
    assert note == write_note(TEXT, [first, *reversed(lines)])
    assert [line.name for line in read_note(note).signatures] == [LOG.name, *sorted(f"w/{n}" for n in names)]


def test_no_single_bit_of_a_note_can_be_changed() -> None:
    note = a_note()
    for bit in range(len(note) * 8):
        changed = bytearray(note)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BrokenNote):
            check_note(read_note(bytes(changed)), [LOG, WITNESS])


def test_a_known_signature_that_is_wrong_is_refused_even_beside_a_right_one() -> None:
    other = WITNESS.signed(b"another text\n", TWO, NOW)
    with pytest.raises(BrokenNote, match="academie"):
        check_note(read_note(write_note(TEXT, [LOG.signed(TEXT, ONE), other])), [LOG, WITNESS])


def test_a_signature_of_nobody_known_is_refused_unless_it_may_pass_unread() -> None:
    note = read_note(a_note())
    with pytest.raises(BrokenNote, match="academie"):
        check_note(note, [LOG])
    assert check_note(note, [LOG], strangers=True) == {LOG: None}
    assert check_note(note, [], strangers=True) == {}


def test_a_key_of_one_kind_does_not_sign_for_the_other() -> None:
    """The same pair under the same name: the identifier and the signed bytes differ."""
    as_log, as_witness = NoteKey("same", ONE.public), NoteKey("same", ONE.public, KeyKind.WITNESS)
    assert as_log.key_id != as_witness.key_id
    note = Note(TEXT, (as_log.signed(TEXT, ONE)._replace(key_id=as_witness.key_id),))
    with pytest.raises(BrokenNote):
        check_note(note, [as_witness])


def test_a_witness_s_instant_cannot_be_moved() -> None:
    line = WITNESS.signed(TEXT, TWO, NOW)
    later = int((NOW + timedelta(days=1)).timestamp()).to_bytes(8) + line.signature[8:]
    with pytest.raises(BrokenNote):
        check_note(Note(TEXT, (line._replace(signature=later),)), [WITNESS])
    with pytest.raises(BrokenNote):
        check_note(Note(TEXT, (line._replace(signature=b"\xff" * 72),)), [WITNESS])


def test_a_witness_says_when() -> None:
    with pytest.raises(ValueError, match="when"):
        WITNESS.signed(TEXT, TWO)
    with pytest.raises(ValueError, match="when"):
        WITNESS.signed(TEXT, TWO, datetime(2026, 5, 12))  # noqa: DTZ001 - that is what is refused
    paris = NOW.astimezone(UTC) + timedelta(microseconds=999_999)
    assert check_note(Note(TEXT, (WITNESS.signed(TEXT, TWO, paris),)), [WITNESS]) == {WITNESS: NOW}


def test_a_key_signs_under_its_own_name_alone() -> None:
    with pytest.raises(ValueError, match="another key"):
        LOG.signed(TEXT, TWO)
    for name in ("", "a b", "a+b", "a\n", "é", "x" * 256):
        with pytest.raises(ValueError, match="name"):
            NoteKey(name, ONE.public)
    with pytest.raises(ValueError, match="Ed25519"):
        NoteKey("p-256", a_key_of_another_kind())


ONE_LINE = LOG.signed(TEXT, ONE).text().encode()
OTHER_SPELLINGS = {
    "nothing": b"",
    "no signature": TEXT + b"\n",
    "no text": b"\n\n" + ONE_LINE,
    "no blank line": TEXT + ONE_LINE,
    "a second blank line": TEXT + b"\n\n" + ONE_LINE,
    "text after it": TEXT + b"\n" + ONE_LINE + b"more\n",
    "a blank line after it": TEXT + b"\n" + ONE_LINE + b"\n",
    "no last line end": TEXT + b"\n" + ONE_LINE[:-1],
    "a carriage return": TEXT.replace(b"\n", b"\r\n") + b"\n" + ONE_LINE,
    "a tabulation": b"\t" + TEXT + b"\n" + ONE_LINE,
    "not UTF-8": b"\xff" + TEXT + b"\n" + ONE_LINE,
    "a hyphen for the dash": TEXT + b"\n" + ONE_LINE.replace("—".encode(), b"-"),
    "two spaces": TEXT + b"\n" + ONE_LINE.replace(b" ", b"  "),
    "no padding": TEXT + b"\n" + ONE_LINE.replace(b"=", b""),
    "the other alphabet": TEXT + b"\n" + ONE_LINE.replace(b"/", b"_").replace(b"+", b"-"),
    "an identifier and no signature": TEXT + "\n— a AAAAAA==\n".encode(),
    "signed twice": TEXT + b"\n" + ONE_LINE * 2,
    "too long": TEXT * 10_000 + b"\n" + ONE_LINE,
    "too many signatures": TEXT + b"\n" + b"".join(f"— n{n} AAAAAAA=\n".encode() for n in range(99)),
}


@pytest.mark.parametrize("octets", OTHER_SPELLINGS.values(), ids=OTHER_SPELLINGS.keys())
def test_a_note_in_another_spelling_is_not_read(octets: bytes) -> None:
    assert read_note(TEXT + b"\n" + ONE_LINE)
    with pytest.raises(BrokenNote):
        check_note(read_note(octets), [LOG])


def test_others_who_signed_stand_in_order() -> None:
    first, second, third = (NoteKey(name, ONE.public).signed(TEXT, ONE) for name in ("m", "a", "z"))
    assert read_note(write_note(TEXT, [first, third, second])).signatures == (first, second, third)
    swapped = TEXT + b"\n" + "".join(line.text() for line in (first, third, second)).encode()
    with pytest.raises(BrokenNote, match="unique"):
        read_note(swapped)


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(octets: bytes) -> None:
    for read in (read_note, read_signatures):
        with pytest.raises(BrokenNote):
            read(octets)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        KNOWN_VKEY + "\n",
        KNOWN_VKEY.replace("PeterNeumann", "PaulNeumann"),
        KNOWN_VKEY.replace("c74f20a3", "c74f20a4"),
        KNOWN_VKEY.replace("c74f20a3", "C74F20A3"),
        KNOWN_VKEY[:-4],
        KNOWN_VKEY.replace("+AR", "+Ah"),
        KNOWN_VKEY.replace("10TW", "10TX"),
        "a+00000000+",
        "a+00000000+AQ==",
    ],
)
def test_a_public_key_in_another_spelling_is_refused(vkey: str) -> None:
    with pytest.raises(BrokenNote):
        read_vkey(vkey)


def test_a_public_key_of_each_kind_goes_through_its_text() -> None:
    assert [read_vkey(key.vkey()) for key in (LOG, WITNESS)] == [LOG, WITNESS]
