"""Two bundles of one session: the second continues the first, or a rewriting is told with its place."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exam_server.exports.bundle import Content
from exam_server.exports.bundle_changes import DoesNotContinue, compare
from exam_server.exports.verification import Verification, verify_bundle
from exam_server.signing.canonical import JSON
from tests.exam_server.exports.support import Session, Signers, finalised, finished_session, following
from tests.exam_server.signing.support import NOW

RESULTS: JSON = [{"id": "c-1", "score": 5, "rulings": []}, {"id": "c-2", "score": 7}]


def checked(session: Session, *erased: int) -> Verification:
    return verify_bundle(session.written(erased), None, None)


def next_version(session: Session, **changes: JSON) -> Session:
    """The session taken up again: two more facts, other results, and the version that follows."""
    entries, contents = list(session.entries), dict(session.contents)
    for why in ("image absente", "question mise de côté"):
        number = len(entries) + 1
        contents[number] = Content(number.to_bytes(16), {"why": why})
        entries.append(following(entries, contents[number], entries[0]._replace(number=number)))
    said: dict[str, JSON] = {
        **session.said,
        "version": checked(session).version + 1,
        "replaces": checked(session).digest,
        "candidates": RESULTS,
        **changes,
    }
    return finalised(session.signers, tuple(entries), contents, said)


def refused(older: Session, newer: Session) -> str:
    with pytest.raises(DoesNotContinue) as refusal:
        compare(checked(older), checked(newer))
    return str(refusal.value)


def test_the_next_version_continues_the_one_before_and_says_what_changed_for_whom(session: Session) -> None:
    found = compare(checked(session), checked(next_version(session)))
    assert (found.entries_added, found.is_direct, found.erased) == (3, True, ())
    changed, added = found.candidates
    assert (changed.id, changed.members) == ("c-1", {"score", "rulings"})
    assert changed.older == {"id": "c-1", "score": 3}
    assert (added.id, added.older, added.shown) == ("c-2", None, {"id": "c-2", "score": 7})
    (gone,) = compare(checked(session), checked(next_version(session, candidates=[]))).candidates
    assert (gone.id, gone.newer, gone.shown["score"]) == ("c-1", None, 3)


def test_a_version_after_the_next_one_continues_too(session: Session) -> None:
    third = next_version(next_version(session))
    found = compare(checked(session), checked(third))
    assert (found.entries_added, found.is_direct) == (6, False)


def test_the_same_bundle_and_one_from_after_an_erasure_change_nothing_of_the_results(
    session: Session,
) -> None:
    assert compare(checked(session), checked(session)).candidates == ()
    found = compare(checked(session), checked(session, 2, 3))
    assert (found.erased, found.entries_added, found.candidates) == ((2, 3), 0, ())


def test_bundles_of_two_sessions_are_not_compared(session: Session, signers: Signers) -> None:
    assert "deux sessions" in refused(session, finished_session(signers, name="another"))


def test_the_older_one_is_named_first(session: Session) -> None:
    assert "donnez l’ancien d’abord" in refused(next_version(session), session)


def test_another_history_is_told_with_the_first_entry_that_differs(
    session: Session, signers: Signers
) -> None:
    facts = [session.contents[number].value for number in range(1, len(session.entries))]
    rewritten = finished_session(signers, [*facts[:2], {"item": "1.1-3", "points": 5}, *facts[3:]])
    for newer in (rewritten, next_version(rewritten)):
        said = refused(session, newer)
        assert "entrée 3" in said
        assert "deux histoires" in said


def test_a_version_whose_log_is_shorter_does_not_continue(session: Session, signers: Signers) -> None:
    facts = [session.contents[number].value for number in range(1, len(session.entries) - 1)]
    shorter = finished_session(signers, facts).with_payload(version=2, replaces=checked(session).digest)
    assert "entrée 5" in refused(session, shorter)


def test_a_log_under_another_name_does_not_continue(session: Session) -> None:
    elsewhere = replace(next_version(session), host="elsewhere.example")
    assert "deux journaux différents" in refused(session, elsewhere)


def test_two_signed_documents_of_one_version_are_two_histories(session: Session) -> None:
    payload = session.with_payload(settings={"fewest_responses": 19})
    assert "deux histoires" in refused(session, payload), "the log's end binds the payload"
    again = verify_bundle(session.written(at=NOW + timedelta(seconds=1)), None, None)
    with pytest.raises(DoesNotContinue, match="deux résultats différents"):
        compare(checked(session), again)


def test_the_next_version_must_name_the_one_before(session: Session) -> None:
    assert "remplace d’autres résultats" in refused(session, next_version(session, replaces="0" * 64))
