"""Years later, and after a theft: what was proved in time holds, what was not is never called valid."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from exam_server.exports.bundle import KEY_SET_FILE, TIMESTAMP_FILE
from exam_server.exports.verification import verify_bundle
from exam_server.exports.verification_steps import Step
from exam_server.signing.key_set import read_key_set
from exam_server.signing.keys import Purpose
from exam_server.signing.standing import Reason, Verdict
from exam_server.signing.timestamps import read_roots
from tests.exam_server.exports.attacks.materials import compromised, revoking
from tests.exam_server.exports.support import (
    Session,
    Signers,
    believing,
    finished_session,
    new_signers,
    refused,
    respoiled,
    stamped,
    trusting,
)
from tests.exam_server.signing.support import NOW
from tests.support.clock import ManualClock
from tests.support.timestamp_authority import TimestampAuthority

YEAR = timedelta(days=365)
SECOND = timedelta(seconds=1)
STOLEN = NOW + timedelta(days=30)
LATER = [5, 10, 30]


@pytest.fixture(scope="module")
def token(session: Session, tsa: TimestampAuthority) -> bytes:
    """Of the very second in which the results were signed."""
    return stamped(session, tsa)


@pytest.fixture(scope="module")
def timed(session: Session, token: bytes) -> bytes:
    return session.written(proofs=session.proofs(token))


def verdict(octets: bytes, session: Session, at: datetime, **more: object) -> Verdict:
    return verify_bundle(octets, believing(session, at, **more), None).verdict


@pytest.mark.parametrize("years", LATER)
def test_years_later_a_stamped_bundle_is_valid(
    session: Session, timed: bytes, tsa: TimestampAuthority, years: int
) -> None:
    """Keys have expired, the timestamp authority's too in the end: it was good when it stamped."""
    roots = read_roots(tsa.roots_pem)
    found = verify_bundle(timed, believing(session, NOW + years * YEAR, roots=roots), None)
    assert found.verdict is Verdict.VALID
    assert "à l’instant que prouve l’horodatage" in str(found.checks[-1].text)
    assert found.token is not None
    assert found.token.gen_time == NOW


@pytest.mark.parametrize("years", LATER)
def test_years_later_what_nothing_proves_is_unknown_and_never_valid(
    session: Session, bundle: bytes, timed: bytes, tsa: TimestampAuthority, years: int
) -> None:
    at, roots = NOW + years * YEAR, read_roots(tsa.roots_pem)
    without_set = session.written(proofs=session.proofs(named=False))
    assert verdict(bundle, session, at, roots=roots) is Verdict.UNKNOWN
    assert verdict(timed, session, at) is Verdict.UNKNOWN, "nobody was named who could vouch for the time"
    by_name = {"authority": None, "keys": trusting(session)}
    assert verdict(without_set, session, at, **by_name) is Verdict.UNKNOWN
    assert verdict(bundle, session, at, **by_name) is Verdict.UNKNOWN


def test_a_key_is_good_to_the_last_second_of_its_certificate(session: Session, bundle: bytes) -> None:
    until = span_end(session.signers)
    assert verdict(bundle, session, until) is Verdict.VALID
    assert verdict(bundle, session, until + SECOND) is Verdict.UNKNOWN


def span_end(signers: Signers) -> datetime:
    until = signers.store.validity(signers.documents.kid).until
    assert until is not None
    return until


@pytest.mark.parametrize("use", [Purpose.DOCUMENTS, Purpose.LOG])
@pytest.mark.parametrize(
    ("stamped_at", "is_good"),
    [
        (STOLEN - timedelta(days=29), True),
        (STOLEN - SECOND, True),
        (STOLEN, False),
        (STOLEN + SECOND, False),
        (STOLEN + 2 * YEAR, False),
    ],
)
def test_what_was_stamped_before_a_theft_is_valid_and_what_was_stamped_after_it_is_refused(
    session: Session, tsa: TimestampAuthority, use: Purpose, stamped_at: datetime, is_good: bool
) -> None:
    octets = session.written(proofs=session.proofs(stamped_on(stamped_at, session, tsa)))
    known = {"key_set": stolen(session, use), "roots": read_roots(tsa.roots_pem)}
    at = STOLEN + 10 * YEAR
    if is_good:
        assert verdict(octets, session, at, **known) is Verdict.VALID
    else:
        refusal = refused(octets, anchors=believing(session, at, **known))
        assert refusal.step == Step.STANDING
        assert "est révoquée depuis le 2026-06-11 09:30:00 UTC" in str(refusal)


def stolen(session: Session, use: Purpose) -> str:
    key = session.signers.documents if use is Purpose.DOCUMENTS else session.signers.log
    return revoking(session.signers, use, compromised(key.public.kid, (STOLEN - NOW).total_seconds()))


def stamped_on(at: datetime, session: Session, tsa: TimestampAuthority) -> bytes:
    clock, tsa.clock = tsa.clock, ManualClock(at)
    try:
        return stamped(session, tsa)
    finally:
        tsa.clock = clock


def test_without_a_proof_of_time_a_stolen_key_leaves_one_not_knowing(session: Session, bundle: bytes) -> None:
    """Whoever has it writes any date: also one from before."""
    named = stolen(session, Purpose.DOCUMENTS)
    backdated = session.written(at=NOW - timedelta(days=1))
    for octets in (bundle, backdated):
        found = verify_bundle(octets, believing(session, STOLEN + YEAR, key_set=named), None)
        assert found.verdict is Verdict.UNKNOWN
        assert "aucun horodatage contrôlé ne prouve" in str(found.doubts[0])


def test_a_revocation_that_only_the_bundle_knows_of_counts_too(session: Session) -> None:
    named = stolen(session, Purpose.LOG)
    bundle = session.written()
    told = respoiled(bundle, lambda members: members.update({KEY_SET_FILE: named.encode()}))
    by_name = {"authority": None, "keys": trusting(session)}
    assert verdict(bundle, session, STOLEN + SECOND, **by_name) is Verdict.VALID
    assert verdict(told, session, STOLEN + SECOND, **by_name) is Verdict.UNKNOWN


def test_an_erasure_is_of_its_own_date_which_nothing_proves(
    session: Session, token: bytes, tsa: TimestampAuthority
) -> None:
    """Somebody with the key could have dropped contents after its end: one cannot know."""
    octets = session.written(erased=[2], proofs=session.proofs(token))
    roots = read_roots(tsa.roots_pem)
    assert verdict(octets, session, NOW + YEAR, roots=roots) is Verdict.VALID
    assert verdict(octets, session, NOW + 5 * YEAR, roots=roots) is Verdict.UNKNOWN


def test_a_key_that_was_never_in_force_is_refused(session: Session, bundle: bytes) -> None:
    refusal = refused(bundle, anchors=believing(session, NOW - YEAR))
    assert refusal.step == Step.STANDING


def test_a_timestamp_from_before_the_key_is_refused(session: Session, tsa: TimestampAuthority) -> None:
    early = session.written(proofs=session.proofs(stamped_on(NOW - timedelta(days=1), session, tsa)))
    known = {"roots": read_roots(tsa.roots_pem)}
    assert refused(early, anchors=believing(session, NOW + YEAR, **known)).step == Step.STANDING


def test_a_timestamp_from_the_future_is_refused(
    session: Session, timed: bytes, tsa: TimestampAuthority
) -> None:
    roots = read_roots(tsa.roots_pem)
    assert refused(timed, anchors=believing(session, NOW - SECOND, roots=roots)).step == Step.TIME


def test_a_newer_key_set_must_follow_the_one_that_is_known(session: Session, bundle: bytes) -> None:
    """The bundle's own is older, and that is well; an older one in the caller's hands is passed over."""
    newer = stolen(session, Purpose.DOCUMENTS)
    older = session.signers.store.versions()[0]
    later = respoiled(bundle, lambda members: members.update({KEY_SET_FILE: newer.encode()}))
    assert verdict(later, session, STOLEN + SECOND, key_set=older) is Verdict.UNKNOWN
    elsewhere = revoking(session.signers, Purpose.DOCUMENTS, compromised(session.key.kid, 5.0))
    refusal = refused(later, anchors=believing(session, STOLEN, key_set=elsewhere))
    assert refusal.step == Step.KEYS


def test_a_drill_with_a_real_folder_of_keys_rotation_theft_and_a_new_session(
    tsa: TimestampAuthority, tmp_path: Path
) -> None:
    """As an operator does it: a new key each year; one is stolen; both sessions are judged by one key set."""
    signers = new_signers(tmp_path / "keys")
    first = finished_session(signers)
    of_then = first.written(proofs=first.proofs(stamped(first, tsa)))
    store = signers.store
    newer = Signers(signers.folder, store, store.create(Purpose.DOCUMENTS, NOW + YEAR), signers.log)
    store.revoke(signers.documents.kid, Reason.COMPROMISED, NOW + YEAR, NOW + YEAR + SECOND)
    second = finished_session(newer, name="s-2027")
    of_now = second.written(
        proofs=second.proofs(stamped_on(NOW + YEAR + SECOND, second, tsa)), at=NOW + YEAR + SECOND
    )
    published = store.published()
    assert published is not None
    assert read_key_set(published, signers.authority).find(newer.documents.kid)
    known = {"roots": read_roots(tsa.roots_pem), "key_set": published}
    for octets in (of_then, of_now):
        assert verdict(octets, first, NOW + 30 * YEAR, **known) is Verdict.VALID
    late = stamped_on(NOW + 2 * YEAR, first, tsa)
    moved = respoiled(of_then, lambda members: members.update({TIMESTAMP_FILE: late}))
    assert refused(moved, anchors=believing(first, NOW + 3 * YEAR, **known)).step == Step.STANDING
