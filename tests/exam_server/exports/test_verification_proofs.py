"""What a bundle shows beside its own log: the checkpoint, the head's act, the time, the published key set."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from exam_server.exports.bundle import CHECKPOINT_FILE, KEY_SET_FILE, TIMESTAMP_FILE
from exam_server.exports.head_act import is_origin_of
from exam_server.exports.verification import Anchors, Trust, Verification, verify_bundle
from exam_server.exports.verification_anchors import KnownKey
from exam_server.exports.verification_steps import Step
from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.jws import sign
from exam_server.signing.key_set import TYP
from exam_server.signing.keys import Purpose
from exam_server.signing.standing import Verdict
from exam_server.signing.timestamps import read_roots
from tests.exam_server.exports.support import (
    SESSION,
    WITNESS,
    Session,
    believing,
    finalised,
    new_signers,
    refused,
    respoiled,
    seen,
    stamped,
    trusting,
)
from tests.exam_server.signing.support import NOW
from tests.support.timestamp_authority import TimestampAuthority


def said(found: Verification, step: Step) -> str:
    return str(found.checks[step - 1].text).replace("\N{NO-BREAK SPACE}", " ")


# -- the checkpoint ------------------------------------------------------------------------------------------


def test_witnesses_who_were_asked_for_are_counted_and_others_are_said_to_be_unread(session: Session) -> None:
    octets = session.written(proofs=session.proofs(witnessed=True))
    heard = verify_bundle(octets, Anchors(witnesses=(WITNESS,), quorum=1), None)
    assert "témoins : 1" in said(heard, Step.CHECKPOINT)
    assert "non contrôlées : 1" in said(verify_bundle(octets, None, None), Step.CHECKPOINT)
    refusal = refused(session.written(), anchors=Anchors(witnesses=(WITNESS,), quorum=1))
    assert (refusal.step, refusal.where.file) == (Step.CHECKPOINT, CHECKPOINT_FILE)


def with_note(session: Session, note: bytes) -> bytes:
    return respoiled(session.written(), lambda members: members.update({CHECKPOINT_FILE: note}))


def test_a_checkpoint_counts_for_its_own_session_and_length_only(session: Session) -> None:
    shorter = replace(session, entries=session.entries[:3])
    assert "3 entrées, il y en a 6" in str(refused(with_note(session, shorter.note())))
    for host in ("a/b", "x/log/other", ""):
        moved = replace(session, host=host)
        assert "autre session" in str(refused(with_note(session, moved.note())))
    for octets in (b"", b"\n", b"note", seen(session.note()) + b"\n"):
        assert refused(with_note(session, octets)).step == Step.CHECKPOINT


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        (f"passation/centre.example/log/{SESSION}", True),
        (f"passation/127.0.0.1:8000/log/{SESSION}", True),
        (f"passation//log/{SESSION}", False),
        (f"passation/centre.example/sessions/{SESSION}", False),
        (f"other/centre.example/log/{SESSION}", False),
        (f"passation/centre.example/log/{SESSION}/log/{SESSION}", False),
        (f"passation/a/log/x/log/{SESSION}", False),
    ],
)
def test_a_log_s_name_tells_its_session(origin: str, is_ours: bool) -> None:
    assert is_origin_of(origin, SESSION) is is_ours


# -- the head's act ------------------------------------------------------------------------------------------


def test_a_code_is_the_server_s_word_and_a_passkey_proves_itself(session: Session) -> None:
    before, contents = session.entries[:-1], session.contents
    by_code = finalised(session.signers, before, contents, session.said, by_code=True).written()
    found = verify_bundle(by_code, believing(session), None)
    assert found.verdict is Verdict.VALID
    assert found.checks[Step.HEAD - 1].done is False
    assert "c’est ce que dit le serveur" in said(found, Step.HEAD)
    proved = verify_bundle(session.written(), believing(session), None)
    assert proved.checks[Step.HEAD - 1].done is True
    assert "site localhost" in said(proved, Step.HEAD)


def act_of(session: Session) -> dict[str, object]:
    act = orjson.loads(orjson.dumps(session.contents[len(session.entries)].value))
    assert isinstance(act, dict)
    return act


@pytest.mark.parametrize(
    "bend",
    [
        lambda act: act.pop("head"),
        lambda act: act.update(more=1),
        lambda act: act.update(head=None),
        lambda act: act.update(head={}),
        lambda act: act["head"].update(statement=None),
        lambda act: act["head"].update(facts=[]),
        lambda act: act["head"].update(statement=act["head"]["statement"] + "x"),
        lambda act: act.update(results_sha256="0" * 64),
        lambda act: act.update(payload_sha256="0" * 64),
        lambda act: act.update(version=True),
        lambda act: act.update(version=2),
    ],
)
def test_an_end_that_says_something_else_is_refused_at_its_entry(
    session: Session, bend: Callable[[dict[str, object]], object]
) -> None:
    act = act_of(session)
    bend(act)
    refusal = refused(session.ending_on(act).written())  # type: ignore[arg-type]
    assert (refusal.step, refusal.where.entry) == (Step.HEAD, 6)


def test_whatever_is_signed_beside_the_results_is_what_the_log_ends_on(session: Session) -> None:
    """So that a key that is stolen later cannot change the school's name over an old timestamp."""
    centre = {"uai": "0990001X", "name": "Collège d’à côté"}
    renamed = replace(session, said={**session.said, "session": {"id": SESSION, "centre": centre}})
    assert refused(renamed.written()).step == Step.HEAD


# -- the time ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def timed(session: Session, tsa: TimestampAuthority) -> bytes:
    return session.written(proofs=session.proofs(stamped(session, tsa), witnessed=True))


def test_the_timestamp_is_checked_where_somebody_is_named_and_told_where_nobody_is(
    session: Session, timed: bytes, tsa: TimestampAuthority
) -> None:
    roots = read_roots(tsa.roots_pem)
    checked = verify_bundle(timed, believing(session, roots=roots), None)
    assert "existait le 2026-05-12 09:30:00 UTC, selon CN=Horodatage d’essai" in said(checked, Step.TIME)
    assert (checked.checks[Step.TIME - 1].done, checked.verdict) == (True, Verdict.VALID)
    told = verify_bundle(timed, believing(session), None)
    assert "il dit 2026-05-12 09:30:00 UTC" in said(told, Step.TIME)
    assert (told.checks[Step.TIME - 1].done, told.token, told.verdict) == (False, None, Verdict.VALID)


def test_a_timestamp_of_something_else_is_refused_whoever_looks(session: Session, timed: bytes) -> None:
    moved = replace(session, host="elsewhere.example").note()
    octets = respoiled(timed, lambda members: members.update({CHECKPOINT_FILE: moved}))
    for anchors in (None, believing(session)):
        refusal = refused(octets, anchors=anchors)
        assert (refusal.step, refusal.where.file) == (Step.TIME, TIMESTAMP_FILE)


def test_without_an_instant_nothing_is_said_of_the_keys(timed: bytes, session: Session) -> None:
    found = verify_bundle(timed, replace(believing(session), at=None), None)
    assert found.verdict is Verdict.UNKNOWN
    assert "aucune date n’a été donnée" in said(found, Step.STANDING)


# -- the key set ---------------------------------------------------------------------------------------------


def test_keys_of_one_s_own_count_for_their_use_only(session: Session) -> None:
    store = session.signers.store
    keys = {
        key.kid: KnownKey(key, purpose, store.validity(key.kid))
        for purpose in (Purpose.DOCUMENTS, Purpose.LOG)
        for key in store.public_keys(purpose).values()
    }
    found = verify_bundle(session.written(), Anchors(own=keys, at=NOW), None)
    assert (found.trust, found.verdict) == (Trust.COMPARED, Verdict.VALID)
    for kid, known in keys.items():
        wrong = {**keys, kid: replace(known, purpose=Purpose.QR)}
        assert refused(session.written(), anchors=Anchors(own=wrong, at=NOW)).step == Step.KEYS
    without_log = {session.key.kid: keys[session.key.kid]}
    assert refused(session.written(), anchors=Anchors(own=without_log, at=NOW)).step == Step.KEYS


def test_a_key_set_must_name_the_bundle_s_keys_whoever_signed_it(
    session: Session, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = new_signers(tmp_path_factory.mktemp("other"))
    theirs = (other.store.published() or "").encode()
    octets = respoiled(session.written(), lambda members: members.update({KEY_SET_FILE: theirs}))
    for anchors in (None, Anchors(keys=trusting(session)), believing(session)):
        assert refused(octets, anchors=anchors).step == Step.KEYS


@pytest.mark.parametrize("token", ["", ".", "a.b.c", f"{b64u(b'{}')}.e30.AA", "é", "." * 10])
def test_a_key_set_that_is_none_is_refused_and_said_to_whoever_brought_it(
    session: Session, token: str
) -> None:
    octets = respoiled(session.written(), lambda members: members.update({KEY_SET_FILE: token.encode()}))
    refusal = refused(octets)
    assert (refusal.step, refusal.where.file) == (Step.KEYS, KEY_SET_FILE)
    with pytest.raises(BrokenSeal):
        verify_bundle(session.written(), Anchors(key_set=token), None)


def test_every_bit_of_a_key_set_s_statement_counts(session: Session) -> None:
    """Certificates in it may be of any version or none: no byte of a stranger's makes the verifier fail."""
    token = (session.signers.store.published() or "").encode()
    for at in range(0, len(token), 17):
        changed = bytearray(token)
        changed[at] ^= 1
        octets = respoiled(
            session.written(), lambda members, put=bytes(changed): members.update({KEY_SET_FILE: put})
        )
        assert refused(octets).step == Step.KEYS


def test_a_certificate_of_an_unknown_version_in_a_signed_set_is_refused_in_words(session: Session) -> None:
    authority = session.signers.store.create(Purpose.AUTHORITY, NOW)
    payload = orjson.loads(b64u_decode((session.signers.store.published() or "").split(".")[1]))
    der = bytearray(authority.chain[0].public_bytes(Encoding.DER))
    der[der.index(b"\xa0\x03\x02\x01\x02") + 4] = 9
    payload["keys"][0]["x5c"] = [b64encode(der).decode()]
    token = sign(authority, payload, TYP, NOW)
    octets = respoiled(session.written(), lambda members: members.update({KEY_SET_FILE: token.encode()}))
    assert refused(octets).step == Step.KEYS
