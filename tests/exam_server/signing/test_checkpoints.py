"""Checkpoints: of this log, signed by its key, seen by enough witnesses, never of a log that went back."""

from datetime import timedelta

import pytest

from exam_server.signing.checkpoints import (
    Checkpoint,
    check_growth,
    cosign,
    log_key,
    open_checkpoint,
    sign_checkpoint,
    with_cosignatures,
    without_cosignatures,
)
from exam_server.signing.errors import BrokenNote, BrokenProof
from exam_server.signing.merkle import EMPTY_ROOT, Tree, leaf_hash
from exam_server.signing.notes import KeyKind, NoteKey, read_note, write_note
from tests.exam_server.signing.support import NOW
from tests.support.log_keys import a_key_of_another_kind, a_log_key

ORIGIN = "passation/centre.example/log/01J0SESSION"
KEY, ACADEMY, COUNTY = a_log_key("log"), a_log_key("academy"), a_log_key("county")
WITNESSES = (
    NoteKey("witness.example/academie", ACADEMY.public, KeyKind.WITNESS),
    NoteKey("witness.example/departement", COUNTY.public, KeyKind.WITNESS),
)
LEAVES = [leaf_hash(b"%d" % number) for number in range(100)]


def a_checkpoint(size: int = 42, origin: str = ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, Tree(LEAVES[:size]).root())


def witnessed(note: bytes) -> bytes:
    for witness, signer in zip(WITNESSES, (ACADEMY, COUNTY), strict=True):
        note = with_cosignatures(note, cosign(note, witness, signer, NOW))
    return note


def test_a_checkpoint_is_three_lines_and_a_signature() -> None:
    note = sign_checkpoint(a_checkpoint(), KEY)
    origin, size, root, blank, signature, end = note.decode().split("\n")
    assert (origin, size, blank, end) == (ORIGIN, "42", "", "")
    assert len(root) == 44
    assert signature.startswith(f"— {ORIGIN} ")
    assert a_checkpoint().body() == f"{origin}\n{size}\n{root}\n".encode()
    assert sign_checkpoint(a_checkpoint(), KEY) == note


def test_a_checkpoint_says_which_key_signed_and_when_witnesses_saw_it() -> None:
    opened = open_checkpoint(
        witnessed(sign_checkpoint(a_checkpoint(), KEY)),
        ORIGIN,
        [a_log_key("older").public, KEY.public],
        WITNESSES,
        quorum=2,
    )
    assert opened.checkpoint == a_checkpoint()
    assert opened.log_key == KEY.public
    assert opened.witnessed == {witness.name: NOW for witness in WITNESSES}


def test_the_checkpoint_of_an_empty_log_has_the_empty_root() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert open_checkpoint(sign_checkpoint(empty, KEY), ORIGIN, [KEY.public]).checkpoint == empty
    for wrong in (empty._replace(root=LEAVES[0]), empty._replace(size=1)):
        with pytest.raises(BrokenNote):
            open_checkpoint(sign_checkpoint(wrong, KEY), ORIGIN, [KEY.public])


def test_a_checkpoint_of_another_log_or_key_is_refused() -> None:
    note = sign_checkpoint(a_checkpoint(), KEY)
    with pytest.raises(BrokenNote, match="autre journal"):
        open_checkpoint(note, ORIGIN + "2", [KEY.public])
    for keys in ([], [ACADEMY.public], [a_key_of_another_kind()]):
        with pytest.raises(BrokenNote):
            open_checkpoint(note, ORIGIN, keys)
        with pytest.raises(BrokenNote, match="clé du journal"):
            open_checkpoint(note, ORIGIN, keys, strangers=True)


def test_the_log_s_own_name_is_needed_not_only_its_key() -> None:
    body = a_checkpoint().body()
    under_another = write_note(body, [NoteKey("someone.example", KEY.public).signed(body, KEY)])
    with pytest.raises(BrokenNote):
        open_checkpoint(under_another, ORIGIN, [KEY.public], strangers=True)


def test_the_log_signs_first() -> None:
    body = a_checkpoint().body()
    lines = [WITNESSES[0].signed(body, ACADEMY, NOW), log_key(ORIGIN, KEY.public).signed(body, KEY)]
    with pytest.raises(BrokenNote, match="abord"):
        open_checkpoint(write_note(body, lines), ORIGIN, [KEY.public], WITNESSES)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_as_many_witnesses_are_needed_as_are_asked_for(count: int) -> None:
    note = sign_checkpoint(a_checkpoint(), KEY)
    for witness, signer in list(zip(WITNESSES, (ACADEMY, COUNTY), strict=True))[:count]:
        note = with_cosignatures(note, cosign(note, witness, signer, NOW))
    assert len(open_checkpoint(note, ORIGIN, [KEY.public], WITNESSES, count).witnessed) == count
    with pytest.raises(BrokenNote, match="témoins"):
        open_checkpoint(note, ORIGIN, [KEY.public], WITNESSES, count + 1)


def test_the_log_cannot_be_its_own_witness() -> None:
    """Who holds the log's key but no witness's gets nowhere with a witness's name."""
    note = sign_checkpoint(a_checkpoint(), KEY)
    forged = NoteKey(WITNESSES[0].name, KEY.public, KeyKind.WITNESS)
    note = with_cosignatures(note, cosign(note, forged, KEY, NOW))
    with pytest.raises(BrokenNote):
        open_checkpoint(note, ORIGIN, [KEY.public], WITNESSES, 1)
    with pytest.raises(BrokenNote, match="témoins"):
        open_checkpoint(note, ORIGIN, [KEY.public], WITNESSES, 1, strangers=True)


def test_a_witness_that_signed_before_is_heard_again() -> None:
    note = witnessed(sign_checkpoint(a_checkpoint(), KEY))
    later = NOW + timedelta(days=1)
    again = with_cosignatures(note, cosign(note, WITNESSES[0], ACADEMY, later))
    opened = open_checkpoint(again, ORIGIN, [KEY.public], WITNESSES, 2)
    assert opened.witnessed[WITNESSES[0].name] == later
    assert len(again) == len(note)


def test_what_is_timestamped_stays_the_same_when_witnesses_sign_later() -> None:
    note = sign_checkpoint(a_checkpoint(), KEY)
    assert without_cosignatures(witnessed(note)) == without_cosignatures(note) == note


def test_a_witness_does_not_answer_in_the_log_s_name() -> None:
    note = sign_checkpoint(a_checkpoint(), KEY)
    with pytest.raises(BrokenNote, match="au nom du journal"):
        with_cosignatures(note, read_note(note).signatures[0].text().encode())


def test_no_single_bit_of_a_checkpoint_can_be_changed() -> None:
    note = witnessed(sign_checkpoint(a_checkpoint(), KEY))
    for bit in range(len(note) * 8):
        changed = bytearray(note)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BrokenNote):
            open_checkpoint(bytes(changed), ORIGIN, [KEY.public], WITNESSES)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"\n42\n", b"\n042\n"),
        (b"\n42\n", b"\n+42\n"),
        (b"\n42\n", b"\n 42\n"),
        (b"\n42\n", b"\n4_2\n"),
        (b"\n42\n", b"\n-42\n"),
        (b"\n42\n", b"\n42.0\n"),
        (b"\n42\n", "\n٤٢\n".encode()),
        (b"\n42\n", b"\n1" + b"0" * 15 + b"\n"),
        (b"=\n\n", b"\n\n"),
        (b"=\n\n", b"=\nan extension\n\n"),
        (b"=\n\n", b"=\n\n\n"),
        (b"\n42\n", b"\n"),
    ],
)
def test_a_body_in_another_spelling_is_refused_even_if_it_is_signed(right: bytes, wrong: bytes) -> None:
    note = sign_checkpoint(a_checkpoint(), KEY)
    text = note.replace(right, wrong, 1).rpartition(b"\n\n")[0] + b"\n"
    assert text != a_checkpoint().body()
    signed = write_note(text, [log_key(ORIGIN, KEY.public).signed(text, KEY)])
    with pytest.raises(BrokenNote):
        open_checkpoint(signed, ORIGIN, [KEY.public])


def test_what_is_no_state_of_a_log_is_not_signed() -> None:
    good = a_checkpoint()
    for wrong in (
        good._replace(origin="two words"),
        good._replace(origin="a+b"),
        good._replace(size=-1),
        good._replace(size=10**15),
        good._replace(root=b"short"),
    ):
        with pytest.raises(ValueError, match=r"has 32|origin"):
            sign_checkpoint(wrong, KEY)


def test_a_log_that_grew_is_accepted() -> None:
    for older in (0, 1, 42, 64, 100):
        check_growth(a_checkpoint(older), a_checkpoint(100), Tree(LEAVES).consistency(older))


def test_a_checkpoint_that_was_rolled_back_is_refused() -> None:
    with pytest.raises(BrokenProof, match="rétréci"):
        check_growth(a_checkpoint(42), a_checkpoint(41), ())
    with pytest.raises(BrokenProof):
        check_growth(a_checkpoint(42), a_checkpoint(42)._replace(root=LEAVES[0]), ())
    with pytest.raises(BrokenNote, match="deux journaux"):
        check_growth(a_checkpoint(1), a_checkpoint(2, "passation/centre.example/log/2"), (LEAVES[1],))
