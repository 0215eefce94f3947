"""The log: it grows by linking, and no change of it passes unnoticed or unnamed."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from time import process_time_ns
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.canonical import MAX_INTEGER
from exam_server.signing.chain import (
    Entry,
    check_chain,
    content_hash,
    entry_line,
    genesis,
    link,
    read_entry,
)
from exam_server.signing.errors import BrokenChain, CanonicalError

WORD = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FACTS = st.tuples(st.integers(0, MAX_INTEGER), WORD, WORD, st.none() | WORD, WORD)
SESSIONS = st.lists(FACTS, min_size=2, max_size=8)
SALT = bytes(range(16))


def grow(facts: list[Any], session: str = "session-1") -> list[Entry]:
    entries: list[Entry] = []
    head = genesis(session)
    for number, (at_ms, kind, actor, candidate, content) in enumerate(facts, start=1):
        entry = link(
            head,
            session=session,
            number=number,
            at_ms=at_ms,
            kind=kind,
            actor=actor,
            candidate=candidate,
            content_hash=content_hash(SALT, content),
        )
        entries.append(entry)
        head = entry.hash
    return entries


def ten() -> list[Entry]:
    return grow([(1_000 + number, "response_saved", "c-1", "c-1", f"r{number}") for number in range(10)])


def refused_at(entries: list[Entry]) -> int:
    with pytest.raises(BrokenChain) as refusal:
        check_chain(entries)
    assert str(refusal.value.number) in str(refusal.value)
    return refusal.value.number


@given(SESSIONS)
def test_a_log_that_was_linked_is_accepted_and_gives_its_head(facts: list[Any]) -> None:
    entries = grow(facts)
    assert check_chain(entries) == entries[-1].hash
    assert [read_entry(entry_line(entry)) for entry in entries] == entries


@given(SESSIONS)
def test_the_standard_library_alone_finds_the_same_hashes(facts: list[Any]) -> None:
    for entry in grow(facts):
        fields = json.loads(entry_line(entry))
        stated = fields.pop("hash")
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip("=") == stated


@given(SESSIONS, st.data())
def test_a_dropped_doubled_or_moved_entry_is_named(facts: list[Any], choice: st.DataObject) -> None:
    entries = grow(facts)
    at = choice.draw(st.integers(0, len(entries) - 2))
    assert refused_at(entries[:at] + entries[at + 1 :]) == at + 1
    assert refused_at([*entries[: at + 1], *entries[at:]]) == at + 2
    assert refused_at([*entries[:at], entries[at + 1], entries[at], *entries[at + 2 :]]) == at + 1


@pytest.mark.parametrize("field", ["at_ms", "kind", "actor", "candidate", "content_hash", "hash"])
def test_an_edited_entry_is_named(field: str) -> None:
    for at in range(10):
        entries = ten()
        edited: Any = 5 if field == "at_ms" else "other"
        entries[at] = entries[at]._replace(**{field: edited})
        assert refused_at(entries) == at + 1


def test_an_entry_that_was_edited_and_hashed_again_is_caught_at_the_next() -> None:
    entries = ten()
    fourth = entries[3]
    entries[3] = link(
        fourth.previous,
        session=fourth.session,
        number=fourth.number,
        at_ms=fourth.at_ms,
        kind="attempt_cancelled",
        actor=fourth.actor,
        candidate=fourth.candidate,
        content_hash=fourth.content_hash,
    )
    assert refused_at(entries) == 5


def test_a_log_of_another_session_cannot_be_spliced_in() -> None:
    other = grow([(1, "k", "a", None, "x")] * 10, session="session-2")
    assert refused_at([*ten()[:4], *other[4:]]) == 5
    assert refused_at([entry._replace(session="session-2") for entry in ten()]) == 1


def test_a_log_starts_at_its_own_beginning() -> None:
    assert genesis("a") != genesis("b")
    assert refused_at([]) == 1
    assert refused_at([ten()[0]._replace(previous=genesis("other"))]) == 1


def test_a_session_that_is_not_text_is_refused_like_any_edit() -> None:
    assert refused_at_first([ten()[0]._replace(session="\ud800")])
    assert refused_at_first([ten()[0]._replace(actor="\ud800")])
    assert refused_at_first([ten()[0]._replace(at_ms=2**60)])


def refused_at_first(entries: list[Entry]) -> bool:
    with pytest.raises(BrokenChain) as refusal:
        check_chain(entries)
    return refusal.value.number == 1


def test_the_same_content_with_another_salt_has_another_hash() -> None:
    assert content_hash(SALT, "yes") != content_hash(bytes(16), "yes")
    assert content_hash(SALT, "yes") != content_hash(SALT, "no")
    expected = sha256(SALT + b'"yes"').digest()
    assert content_hash(SALT, "yes") == urlsafe_b64encode(expected).decode().rstrip("=")


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        content_hash(b"short", "yes")


@pytest.mark.parametrize("at_ms", [2**53, -(2**53), 2**70])
def test_what_cannot_be_written_is_not_linked(at_ms: int) -> None:
    with pytest.raises(CanonicalError):
        grow([(at_ms, "k", "a", None, "x")])
    with pytest.raises(CanonicalError):
        grow([(1, "k", "\ud800", None, "x")])


def changed_line(**changes: Any) -> bytes:
    fields = {**json.loads(entry_line(ten()[0])), **changes}
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"[" * 2_000,
        changed_line(more=1),
        changed_line(at_ms="1"),
        changed_line(at_ms=1.5),
        changed_line(number=True),
        changed_line(candidate=1),
        changed_line(actor=None),
        changed_line(at_ms=2**60),
        changed_line(at_ms=2**80),
        changed_line() + b" ",
        b" " + changed_line(),
        changed_line().replace(b"response", b"\\u0072esponse"),
    ],
)
def test_a_line_in_another_spelling_is_not_read(line: bytes) -> None:
    assert read_entry(changed_line()) == ten()[0]
    with pytest.raises(CanonicalError):
        read_entry(line)


def test_linking_costs_a_few_microseconds() -> None:
    previous, digest = genesis("session-1"), content_hash(SALT, "x")
    best = min(cost_of_linking(previous, digest) for _ in range(7))
    assert best < 15_000


def cost_of_linking(previous: str, digest: str) -> float:
    started = process_time_ns()
    for number in range(1_000):
        link(
            previous,
            session="01J0SESSION",
            number=number,
            at_ms=1_770_000_000_000,
            kind="response_saved",
            actor="candidate:01J0CANDIDATE",
            candidate="01J0CANDIDATE",
            content_hash=digest,
        )
    return (process_time_ns() - started) / 1_000
