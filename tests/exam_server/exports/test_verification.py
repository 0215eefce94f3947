"""A whole bundle is accepted with what was checked; a changed one is refused with the place."""

from collections.abc import Callable
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.exports.bundle import BANK_FILE, CONTENTS_FILE, ERASURES_FILE, LOG_FILE, RESULTS_FILE
from exam_server.exports.bundle_readme import README
from exam_server.exports.verification import Anchors, Trust, verify_bundle
from exam_server.exports.verification_steps import BundleRefused, Step
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.chain import entry_line, link
from exam_server.signing.jwk import jwks
from exam_server.signing.jws import sign
from exam_server.signing.standing import Verdict
from tests.exam_server.exports.support import (
    SESSION,
    Session,
    believing,
    candidates,
    refused,
    respoiled,
    steps_done,
    trusting,
)
from tests.exam_server.signing.support import NOW, new_key
from tests.exam_server.signing.test_canonical import VALUES


def test_a_whole_bundle_gives_its_results_and_says_what_was_checked(session: Session, bundle: bytes) -> None:
    verification = verify_bundle(bundle, believing(session), candidates)
    assert verification.payload == session.payload
    assert (verification.kid, verification.trust) == (session.key.kid, Trust.COMPARED)
    assert (verification.verdict, verification.doubts) == (Verdict.VALID, ())
    assert verification.signed_at == NOW.astimezone(UTC)
    assert steps_done(verification) == [step for step in Step if step != Step.TIME]
    assert "enchaînées : 6" in str(verification.checks[Step.LOG - 1].text)
    assert "aucun effacé" in str(verification.checks[Step.CONTENTS - 1].text)
    assert verification.bundle.contents == session.contents


def test_without_a_key_from_elsewhere_it_says_that_the_author_is_unknown(bundle: bytes) -> None:
    verification = verify_bundle(bundle, None, None)
    assert (verification.trust, verification.verdict) == (Trust.OWN, Verdict.UNKNOWN)
    assert "l’auteur n’est pas établi" in str(verification.checks[Step.KEYS - 1].text)


def test_a_recomputation_that_was_not_asked_for_is_not_claimed(bundle: bytes) -> None:
    verification = verify_bundle(bundle, None, None)
    not_taken = {Step.RESULTS, Step.TIME, Step.STANDING}
    assert steps_done(verification) == [step for step in Step if step not in not_taken]


def test_a_bundle_of_a_key_that_is_not_trusted_is_refused(bundle: bytes, tmp_path: Path) -> None:
    other = new_key(tmp_path)
    for trusted in [{}, {other.kid: other.public}]:
        assert refused(bundle, anchors=Anchors(keys=trusted)).step == Step.KEYS


def test_no_single_changed_byte_is_accepted(session: Session) -> None:
    """Every other byte, and of README.txt fewer; those of keys.jws have a test of their own."""
    bundle = session.written(proofs=session.proofs(named=False))
    readme = bundle.index(README.encode())
    chance = Random(20260512)
    for at in range(len(bundle)):
        if chance.randrange(20 if readme <= at < readme + len(README.encode()) else 2):
            continue
        changed = bytearray(bundle)
        changed[at] ^= 1 << chance.randrange(8)
        with pytest.raises(BundleRefused):
            verify_bundle(bytes(changed), None, None)


def test_no_cut_or_lengthened_bundle_is_accepted(bundle: bytes) -> None:
    for length in range(0, len(bundle), 7):
        refused(bundle[:length])
    for changed in [bundle[:-1], bundle + b"\0", bundle + bundle, b"\0" + bundle, bundle[1:]]:
        refused(changed)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_an_edited_entry_is_named(bundle: bytes, number: int) -> None:
    for old, new in [(b'"at_ms":1', b'"at_ms":2'), (b"invigilator:1", b"invigilator:2"), (b"{", b"[")]:
        refusal = refused(respoiled(bundle, edit_line(LOG_FILE, number, old, new)))
        assert (refusal.step, refusal.where.file, refusal.where.entry) == (Step.LOG, LOG_FILE, number)
        assert f"entrée {number}" in str(refusal)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_an_edited_content_is_named(bundle: bytes, number: int) -> None:
    refusal = refused(respoiled(bundle, edit_line(CONTENTS_FILE, number, b'"salt":"A', b'"salt":"B')))
    assert (refusal.step, refusal.where.entry) == (Step.CONTENTS, number)


def edit_line(file: str, number: int, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def spoil(members: dict[str, bytes]) -> None:
        lines = members[file].splitlines(keepends=True)
        assert old in lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new, 1)
        members[file] = b"".join(lines)

    return spoil


def arrange(file: str, order: list[int]) -> Callable[[dict[str, bytes]], None]:
    def spoil(members: dict[str, bytes]) -> None:
        lines = members[file].splitlines(keepends=True)
        members[file] = b"".join(lines[number - 1] for number in order)

    return spoil


@pytest.mark.parametrize(
    ("order", "entry"),
    [
        ([2, 3, 4, 5, 6], 1),
        ([1, 2, 4, 5, 6], 3),
        ([1, 2, 3, 4, 5], 6),
        ([1, 2, 2, 3, 4, 5, 6], 3),
        ([1, 3, 2, 4, 5, 6], 2),
        ([6, 5, 4, 3, 2, 1], 1),
        ([1, 2, 3, 4, 5, 6, 6], 7),
        ([], 1),
    ],
)
def test_dropped_doubled_and_moved_lines_are_named(bundle: bytes, order: list[int], entry: int) -> None:
    in_log = refused(respoiled(bundle, arrange(LOG_FILE, order)))
    assert (in_log.step, in_log.where.entry) == (Step.LOG, entry)
    in_contents = refused(respoiled(bundle, arrange(CONTENTS_FILE, order)))
    assert in_contents.step == Step.CONTENTS
    assert in_contents.where.entry == (None if entry == 7 else entry)


def test_a_log_that_was_hashed_again_is_not_the_signed_one(session: Session, bundle: bytes) -> None:
    last = session.entries[-1]
    forged = link(
        last.previous,
        session=SESSION,
        number=last.number,
        at_ms=last.at_ms + 60_000,
        kind=last.kind,
        actor=last.actor,
        candidate=last.candidate,
        content_hash=last.content_hash,
    )

    def spoil(members: dict[str, bytes]) -> None:
        members[LOG_FILE] = members[LOG_FILE].replace(entry_line(last), entry_line(forged))

    refusal = refused(respoiled(bundle, spoil))
    assert (refusal.step, refusal.where.entry) == (Step.LOG, 6)
    assert "réécrit" in str(refusal)


def test_a_truncated_bundle_says_after_which_entry_it_stops(session: Session, bundle: bytes) -> None:
    third = bundle.index(entry_line(session.entries[2]))
    refusal = refused(bundle[: third + 20])
    assert (refusal.step, refusal.where.file, refusal.where.entry) == (Step.MEMBERS, LOG_FILE, 3)
    assert "tronqué" in str(refusal)


def test_a_file_without_its_last_newline_is_refused(bundle: bytes) -> None:
    for file, step in [(LOG_FILE, Step.LOG), (CONTENTS_FILE, Step.CONTENTS)]:

        def spoil(members: dict[str, bytes], file: str = file) -> None:
            members[file] = members[file][:-1]

        assert refused(respoiled(bundle, spoil)).step == step


@pytest.mark.parametrize("file", ["README.txt", "bank.json"])
def test_another_readme_or_bank_is_refused(bundle: bytes, file: str) -> None:
    def spoil(members: dict[str, bytes]) -> None:
        members[file] += b" "

    refusal = refused(respoiled(bundle, spoil))
    assert (refusal.step, refusal.where.file) == (Step.FILES, file)


@pytest.mark.parametrize(
    "file",
    ["README.txt", "jwks.json", "results.jws", "log.jsonl", "checkpoint.txt", "contents.jsonl", "bank.json"],
)
def test_a_missing_file_is_named(bundle: bytes, file: str) -> None:
    refusal = refused(respoiled(bundle, lambda members: members.__delitem__(file)))
    assert (refusal.step, refusal.where.file) == (Step.MEMBERS, file)


def test_a_key_set_that_holds_another_key_too_is_refused(session: Session, tmp_path: Path) -> None:
    own, log, other = session.key.public, session.signers.log.public, new_key(tmp_path).public
    bundle = session.written(proofs=session.proofs(named=False))
    wrong = [
        [own, log, other],
        [other, own, log],
        [own, other, log],
        [log, own],
        [own],
        [log],
        [other, log],
        [],
    ]
    for keys in wrong:

        def spoil(members: dict[str, bytes], keys: Any = keys) -> None:
            members["jwks.json"] = canonical(jwks(keys))

        assert refused(respoiled(bundle, spoil)).step == (Step.SEAL if keys else Step.KEYS)


def test_results_of_another_session_do_not_cover_this_log(session: Session) -> None:
    moved = session.with_payload(session={"id": "another"})
    refusal = refused(moved.written())
    assert (refusal.step, refusal.where.entry) == (Step.LOG, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 1},
        {"v": True},
        {"version": True},
        {"version": 0},
        {"version": "1"},
        {"version": 2},
        {"replaces": 1},
        {"replaces": "x"},
        {"session": None},
        {"session": {"id": 1}},
        {"bank": "x"},
        {"log": {}},
        {"log": {"entries": True, "head": ""}},
        {"log": {"entries": 6, "head": None}},
        {"log": {"entries": 6, "head": "", "more": 1}},
        {"files": {}},
        {"files": {"README.txt": "", "bank.json": "", "other": ""}},
    ],
)
def test_signed_results_of_another_shape_are_refused(session: Session, changes: dict[str, JSON]) -> None:
    refusal = refused(session.with_payload(**changes).written())
    assert (refusal.step, refusal.where.file) == (Step.SEAL, RESULTS_FILE)
    assert f"$.{'replaces' if changes == {'version': 2} else next(iter(changes))}" in str(refusal)


def test_signed_digests_of_no_sense_are_refused(session: Session) -> None:
    refusal = refused(session.with_payload(files={"README.txt": [], "bank.json": None}).written())
    assert refusal.step == Step.FILES


def test_a_statement_of_another_kind_is_not_taken_for_results(session: Session, bundle: bytes) -> None:
    token = sign(session.key, dict(session.payload), "passation-erasures+jws", NOW)

    def spoil(members: dict[str, bytes]) -> None:
        members[RESULTS_FILE] = token.encode()

    refusal = refused(respoiled(bundle, spoil))
    assert (refusal.step, refusal.where.file) == (Step.SEAL, RESULTS_FILE)


def test_an_erased_content_leaves_the_bundle_verifiable(session: Session) -> None:
    verification = verify_bundle(session.written(erased=[2, 5]), None, None)
    assert verification.bundle.erased == {2, 5}
    assert list(verification.bundle.contents) == [1, 3, 4, 6]
    assert "signée : 2" in str(verification.checks[Step.CONTENTS - 1].text)
    assert b"Prunelle" not in session.written(erased=[2, 5])


def test_a_later_key_may_sign_the_erasures_if_it_is_trusted_too(session: Session, tmp_path: Path) -> None:
    later = new_key(tmp_path)
    octets = session.written(erased=[2], eraser=later, proofs=session.proofs(named=False))
    both = {**trusting(session), later.kid: later.public}
    assert verify_bundle(octets, Anchors(keys=both), None).kid == session.key.kid
    assert refused(octets, anchors=Anchors(keys=trusting(session))).step == Step.KEYS


def test_a_content_cannot_be_dropped_under_cover_of_erasures(session: Session) -> None:
    octets = session.written(erased=[2])
    refusal = refused(respoiled(octets, arrange(CONTENTS_FILE, [1, 2, 4, 5])))
    assert (refusal.step, refusal.where.entry) == (Step.CONTENTS, 4)
    refusal = refused(respoiled(octets, lambda members: members.__delitem__(ERASURES_FILE)))
    assert refusal.step in (Step.CONTENTS, Step.SEAL)


@pytest.mark.parametrize(
    "statement",
    [
        None,
        {},
        {"v": 1, "session": SESSION, "head": "HEAD", "erased": []},
        {"v": 1, "session": SESSION, "head": "other", "erased": [2]},
        {"v": 1, "session": "other", "head": "HEAD", "erased": [2]},
        {"v": 1, "session": SESSION, "head": "HEAD", "erased": [5, 2]},
        {"v": 1, "session": SESSION, "head": "HEAD", "erased": [2, 2]},
        {"v": 1, "session": SESSION, "head": "HEAD", "erased": [0]},
        {"v": 1, "session": SESSION, "head": "HEAD", "erased": [6]},  # the act of finalising
        {"v": 1, "session": SESSION, "head": "HEAD", "erased": [7]},
        {"v": 1, "session": SESSION, "head": "HEAD", "erased": [True]},
        {"v": 1, "session": SESSION, "head": "HEAD", "erased": ["2"]},
        {"v": 1, "session": SESSION, "head": "HEAD", "erased": [2], "more": 1},
    ],
)
def test_an_erasure_statement_counts_for_its_own_log_only(session: Session, statement: Any) -> None:
    if statement and statement["head"] == "HEAD":
        statement = {**statement, "head": session.entries[-1].hash}
    token = sign(session.key, statement, "passation-erasures+jws", NOW)

    def spoil(members: dict[str, bytes]) -> None:
        members[ERASURES_FILE] = token.encode()

    refusal = refused(respoiled(session.written(erased=[2]), spoil))
    assert (refusal.step, refusal.where.file) == (Step.SEAL, ERASURES_FILE)


def test_a_bank_that_is_not_canonical_is_refused_even_if_signed(session: Session, bundle: bytes) -> None:
    spaced = b'{"items": {}}'
    digests = dict(session.payload["files"])  # type: ignore[arg-type]
    digests[BANK_FILE] = sha256(spaced).hexdigest()
    token = sign(session.key, {**session.payload, "files": digests}, "passation-results+jws", NOW)

    def spoil(members: dict[str, bytes]) -> None:
        members[BANK_FILE], members[RESULTS_FILE] = spaced, token.encode()

    refusal = refused(respoiled(bundle, spoil))
    assert (refusal.step, refusal.where.file) == (Step.FILES, BANK_FILE)


@given(st.data())
def test_whatever_was_signed_is_refused_or_holds(session: Session, choice: st.DataObject) -> None:
    name = choice.draw(st.sampled_from(["session", "bank", "log", "files", "candidates", "v", "version"]))
    value = choice.draw(VALUES | st.just(session.payload[name]))
    try:
        verification = verify_bundle(session.with_payload(**{name: value}).written(), None, candidates)
    except BundleRefused:
        assert canonical(value) != canonical(session.payload[name])  # for Python, True is 1
        return
    assert canonical(verification.payload[name]) == canonical(value)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_and_nothing_else_happens(octets: bytes) -> None:
    refused(octets)


@given(st.data())
def test_any_members_are_refused_and_nothing_else_happens(bundle: bytes, choice: st.DataObject) -> None:
    def spoil(members: dict[str, bytes]) -> None:
        for name in choice.draw(st.sets(st.sampled_from(sorted(members)), min_size=1)):
            whole = members[name]
            start, end = sorted(choice.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
            middle = choice.draw(
                st.binary(max_size=20) | st.sampled_from([b"[" * 5_000, b"\n", b"9" * 400, b"\xff"])
            )
            members[name] = whole[:start] + middle + whole[end:]

    changed = respoiled(bundle, spoil)
    if changed != bundle:
        refused(changed)
