"""A small finished session, its bundle, and the means to spoil it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pytest

from exam_server.exports.bundle import CAPS as ALL_FILES
from exam_server.exports.bundle import (
    ERASURES_TYP,
    RESULTS_TYP,
    Bundle,
    Content,
    Proofs,
    erasure_statement,
    files_part,
    in_order,
    log_part,
    payload_digest,
    write_bundle,
)
from exam_server.exports.container import pack, unpack
from exam_server.exports.head_act import PASSKEY, PASSWORD_AND_CODE, statement_of
from exam_server.exports.verification import Anchors, Recompute, Verification, verify_bundle
from exam_server.exports.verification_log import tree_of
from exam_server.exports.verification_steps import BundleRefused, Step
from exam_server.exports.verification_time import stamped_digest
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.chain import Entry, content_hash, genesis, link
from exam_server.signing.checkpoints import Checkpoint, cosign, sign_checkpoint, with_cosignatures
from exam_server.signing.jwk import PublicKey, jwks
from exam_server.signing.jws import sign
from exam_server.signing.keys import KeyStore, Purpose, SigningKey
from exam_server.signing.notes import KeyKind, NoteKey
from exam_server.signing.timestamps import check_reply, new_nonce, read_roots, request_for
from exam_server.signing.x509_certificates import fingerprint
from tests.exam_server.signing.support import NOW
from tests.support.authenticator import Authenticator
from tests.support.log_keys import LogKey, a_log_key
from tests.support.timestamp_authority import TimestampAuthority

SESSION = "s-2026-05-12-a"
HOST = "passation.example"
KINDS = ("session_opened", "candidate_admitted", "response_saved", "response_saved", "attempt_finished")
FINALISED = "SessionFinalised"
BANK: JSON = {"version": "demo-1", "items": {"1.1-3": {"points": 2, "text": "Où est le fichier ?"}}}
FACTS: tuple[JSON, ...] = (
    {"room": "B12"},
    {"name": "Prunelle Démo"},
    {"item": "1.1-3", "points": 2},
    {"item": "2.1-1", "points": 1},
    None,
)
WITNESS_KEY = a_log_key("witness")
WITNESS = NoteKey("witness.example/academie", WITNESS_KEY.public, KeyKind.WITNESS)


@dataclass(frozen=True)
class Signers:
    """What a server signs with, and the folder that has it."""

    folder: Path
    store: KeyStore
    documents: SigningKey
    log: SigningKey | LogKey

    @cached_property
    def authority(self) -> str:
        """The fingerprint that people are given on paper."""
        certificate = self.store.authority()
        assert certificate is not None
        return fingerprint(certificate)


def new_signers(folder: Path, now: datetime = NOW) -> Signers:
    store = KeyStore(folder)
    documents, log = (store.create(purpose, now) for purpose in (Purpose.DOCUMENTS, Purpose.LOG))
    return Signers(folder, store, documents, log)


@dataclass(frozen=True)
class Session:
    """The parts of a bundle before it is written. `said` is all that is signed but where the log ends."""

    signers: Signers
    entries: tuple[Entry, ...]
    contents: Mapping[int, Content]
    said: Mapping[str, JSON]
    log: Mapping[str, JSON]
    host: str = HOST
    bank: JSON = field(default_factory=lambda: BANK)

    @property
    def key(self) -> SigningKey:
        return self.signers.documents

    @property
    def id(self) -> str:
        return self.entries[0].session

    @property
    def payload(self) -> dict[str, JSON]:
        return {**self.said, "log": self.log}

    @property
    def checkpoint(self) -> Checkpoint:
        tree = tree_of(self.entries)
        return Checkpoint(f"passation/{self.host}/log/{self.id}", tree.size, tree.root())

    def note(self, *, witnessed: bool = False) -> bytes:
        """The signed checkpoint, with a witness's signature where one is asked for."""
        note = sign_checkpoint(self.checkpoint, self.signers.log)
        return seen(note) if witnessed else note

    def proofs(self, token: bytes | None = None, *, witnessed: bool = False, named: bool = True) -> Proofs:
        """What shows the log's age and state, and with `named` what the keys are worth."""
        published = self.signers.store.published() if named else None
        return Proofs(self.note(witnessed=witnessed).decode(), token, published)

    def results(self, at: datetime = NOW) -> str:
        """The signed results."""
        return sign(self.key, self.payload, RESULTS_TYP, at)

    def written(
        self,
        erased: Sequence[int] = (),
        eraser: SigningKey | None = None,
        proofs: Proofs | None = None,
        at: datetime = NOW,
    ) -> bytes:
        """The bundle, with these contents erased after the signature and a statement of it."""
        signer = eraser or self.key
        statement = erasure_statement(self.id, self.entries[-1].hash, erased)
        later = NOW + timedelta(days=400)
        keys = [self.key.public, *([signer.public] if erased else []), self.signers.log.public]
        return write_bundle(
            results=self.results(at),
            keys=jwks(dict.fromkeys(keys)),
            entries=self.entries,
            contents={number: self.contents[number] for number in self.contents if number not in erased},
            proofs=proofs or self.proofs(),
            bank=self.bank,
            erasures=sign(signer, statement, ERASURES_TYP, later) if erased else None,
        )

    def with_payload(self, **changes: JSON) -> "Session":
        """What a server writes that has these results: its log ends on them, whatever they are."""
        if "log" in changes:
            return replace(self, log=changes["log"])  # type: ignore[arg-type]
        before, last, said = self.entries[:-1], self.entries[-1], {**self.said, **changes}
        closed = finalised(self.signers, before, self.contents, said, last=last)
        return replace(closed, bank=self.bank)

    def ending_on(self, act: JSON) -> "Session":
        """What a server writes whose log ends on this act, whatever it says."""
        number = len(self.entries)
        content = Content(number.to_bytes(16), act)
        ended = self.entries[-1]._replace(number=number, kind=FINALISED, candidate=None)
        last = following(self.entries[:-1], content, ended)
        return replace(
            self,
            entries=(*self.entries[:-1], last),
            contents={**self.contents, number: content},
            log=log_part(number, last.hash),
        )


def seen(note: bytes) -> bytes:
    """The note with the witness's signature."""
    return with_cosignatures(note, cosign(note, WITNESS, WITNESS_KEY, NOW))


def grown(contents: Sequence[JSON], name: str = SESSION) -> tuple[tuple[Entry, ...], dict[int, Content]]:
    """A log with these contents, salted with plain numbers."""
    entries: list[Entry] = []
    kept: dict[int, Content] = {}
    for number, value in enumerate(contents, start=1):
        kept[number] = Content(number.to_bytes(16), value)
        kind, about = KINDS[(number - 1) % len(KINDS)], None if number == 1 else "c-1"
        at_ms = 1_778_572_800_000 + number
        like = Entry(name, number, at_ms, kind, "invigilator:1", about, "", "", "")
        entries.append(following(entries, kept[number], like))
    return tuple(entries), kept


def following(entries: Sequence[Entry], content: Content, like: Entry) -> Entry:
    """The entry that comes next: like this one, but with that content."""
    return link(
        entries[-1].hash if entries else genesis(like.session),
        session=like.session,
        number=like.number,
        at_ms=like.at_ms,
        kind=like.kind,
        actor=like.actor,
        candidate=like.candidate,
        content_hash=content_hash(content.salt, content.value),
    )


def finalised(
    signers: Signers,
    entries: tuple[Entry, ...],
    contents: Mapping[int, Content],
    said: Mapping[str, JSON],
    passkey: Authenticator | None = None,
    *,
    by_code: bool = False,
    last: Entry | None = None,
) -> Session:
    """The session with its last entry: the head has confirmed these results, with a passkey or a code."""
    digest = sha256(canonical(said.get("candidates"))).hexdigest()
    tree, origin = tree_of(entries), f"passation/{HOST}/log/{entries[0].session}"
    statement = statement_of(Checkpoint(origin, tree.size, tree.root()), digest)
    facts = (passkey or Authenticator()).facts(statement)
    head: JSON = {"method": PASSKEY, "statement": statement, "facts": facts}
    if by_code:
        code: JSON = {"method": PASSWORD_AND_CODE, "at_ms": 1_778_572_900_000}
        head = {"method": PASSWORD_AND_CODE, "statement": statement, "facts": code}
    act: JSON = {
        "results_sha256": digest,
        "payload_sha256": payload_digest(said),
        "version": said.get("version"),
        "head": head,
    }
    kept = {number: contents[number] for number in range(1, len(entries) + 1)}
    # Its last entry is a stand-in, for the act to take the place of.
    return Session(signers, (*entries, last or entries[-1]), kept, said, {}).ending_on(act)


def candidates(bundle: Bundle) -> Mapping[str, JSON]:
    """A stand-in for the real scoring: the points of the responses in the log."""
    points = [
        content.value.get("points") for content in bundle.contents.values() if isinstance(content.value, dict)
    ]
    total = sum(point for point in points if isinstance(point, int))
    return {"candidates": [{"id": "c-1", "score": total}]}


def finished_session(signers: Signers, facts: Sequence[JSON] = FACTS, name: str = SESSION) -> Session:
    entries, contents = grown(facts, name)
    points = [one["points"] for one in facts if isinstance(one, dict) and "points" in one]
    said: dict[str, JSON] = {
        "v": 2,
        "version": 1,
        "replaces": None,
        "session": {"id": name, "room": "B12", "centre": {"uai": "0990001X", "name": "Collège Démo"}},
        "bank": {"version": "demo-1", "digest": "x"},
        "settings": {"fewest_responses": 20},
        "candidates": [{"id": "c-1", "score": sum(one for one in points if isinstance(one, int))}],
        "files": files_part(BANK),
    }
    return finalised(signers, entries, contents, said)


def taken_apart(octets: bytes, signers: Signers) -> Session:
    """The parts of a bundle, for somebody with the keys to put together again as he likes."""
    found = verify_bundle(octets, None, None)
    said = {name: found.payload[name] for name in found.payload if name != "log"}
    log = found.payload["log"]
    assert isinstance(log, Mapping)
    host, bundle = found.checkpoint.checkpoint.origin.split("/")[1], found.bundle
    return Session(signers, bundle.entries, bundle.contents, said, log, host, bundle.bank)


def stamped(session: Session, authority: TimestampAuthority) -> bytes:
    """The authority's token of the session's checkpoint, now by its clock."""
    digest, nonce = stamped_digest(session.note()), new_nonce()
    reply = authority.reply(request_for(digest, nonce))
    return check_reply(reply, digest, read_roots(authority.roots_pem), nonce).der


def trusting(session: Session) -> dict[str, PublicKey]:
    """The public keys of the school, as its JWKS has them."""
    return {key.kid: key for key in (session.key.public, session.signers.log.public)}


def believing(session: Session, at: datetime = NOW, **more: object) -> Anchors:
    """Whoever was given the fingerprint of the school's authority."""
    return replace(Anchors(authority=session.signers.authority, at=at), **more)  # type: ignore[arg-type]


def members_of(octets: bytes) -> dict[str, bytes]:
    """What is in the container."""
    return unpack(octets, dict.fromkeys(ALL_FILES, len(octets)))


def respoiled(octets: bytes, spoil: Callable[[dict[str, bytes]], None]) -> bytes:
    """The bundle packed again, faultlessly, after somebody changed its members."""
    members = members_of(octets)
    spoil(members)
    return pack(in_order(members))


def refused(
    octets: bytes, recompute: Recompute | None = None, anchors: Anchors | None = None
) -> BundleRefused:
    with pytest.raises(BundleRefused) as refusal:
        verify_bundle(octets, anchors, recompute)
    assert f"étape {refusal.value.step}/{len(Step)}" in str(refusal.value)
    return refusal.value


def steps_done(verification: Verification) -> list[Step]:
    return [check.step for check in verification.checks if check.done]
