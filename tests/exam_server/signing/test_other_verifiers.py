"""Checkpoints, proofs and timestamps as programs see them that others wrote, without network.

Notes and proofs: Go's sumdb and openssl, with pymerkle for the tree. Tokens: openssl and pyHanko. Each
accepts what is ours, and refuses it once it is changed, so that its consent means something.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import new, sha256
from pathlib import Path

import pymerkle
import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from exam_server.signing.checkpoints import (
    Checkpoint,
    cosign,
    log_key,
    open_checkpoint,
    sign_checkpoint,
    with_cosignatures,
    without_cosignatures,
)
from exam_server.signing.merkle import Tree, leaf_hash
from exam_server.signing.notes import KeyKind, NoteKey, b64, cosigned, read_note
from exam_server.signing.proofs import write_proof
from exam_server.signing.timestamps import check_reply, new_nonce, read_roots, request_for
from tests.exam_server.signing.support import NOW
from tests.support.clock import ManualClock
from tests.support.log_keys import LogKey, a_log_key
from tests.support.programs import needed, runs
from tests.support.timestamp_authority import RSA, TimestampAuthority

DOCUMENT = Path(__file__).parents[3] / "docs" / "log.md"
ORIGIN = "passation/centre.example/log/01J0SESSION"
KEY, ACADEMY = a_log_key("log"), a_log_key("academy")
LOG = log_key(ORIGIN, KEY.public)
WITNESS = NoteKey("witness.example/academie", ACADEMY.public, KeyKind.WITNESS)
ENTRIES = [b'{"number":%d}' % number for number in range(1, 1_001)]
TREE = Tree(map(leaf_hash, ENTRIES))
OLDER, INDEX, NONCE = 600, 876, 1 << 60


@dataclass(frozen=True)
class Go:
    """The checker of `tests/support/gover.go`, built once."""

    program: Path

    def accepts(self, folder: Path, *words: str) -> bool:
        return runs([self.program, *words], folder)[0]


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Go:
    folder = tmp_path_factory.mktemp("go")
    source = Path(__file__).parents[2] / "support" / "gover.go"
    built, said = runs(
        [needed("go", "golang-go golang-golang-x-mod-dev"), "build", "-o", folder / "gover", source],
        folder,
        {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": str(folder / "cache")},
    )
    assert built, said
    return Go(folder / "gover")


def the_checkpoint(size: int = TREE.size) -> bytes:
    return sign_checkpoint(Checkpoint(ORIGIN, size, TREE.root(size)), KEY)


def the_witnessed_checkpoint() -> bytes:
    return with_cosignatures(the_checkpoint(), cosign(the_checkpoint(), WITNESS, ACADEMY, NOW))


def test_go_reads_checkpoints_and_co_signatures(go: Go, tmp_path: Path) -> None:
    note = the_witnessed_checkpoint()
    (tmp_path / "note").write_bytes(note)
    (tmp_path / "changed").write_bytes(note.replace(b"\n1000\n", b"\n1001\n"))
    assert go.accepts(tmp_path, "note", LOG.vkey(), "note", WITNESS.vkey())
    assert go.accepts(tmp_path, "note", LOG.vkey(), "note")
    assert not go.accepts(tmp_path, "note", LOG.vkey(), "changed")
    other = NoteKey(WITNESS.name, KEY.public, KeyKind.WITNESS)
    assert not go.accepts(tmp_path, "note", LOG.vkey(), "note", other.vkey())


def test_go_finds_an_entry_by_its_proof_and_no_other_entry(go: Go, tmp_path: Path) -> None:
    proof = write_proof(INDEX, TREE.inclusion(INDEX), the_witnessed_checkpoint())
    (tmp_path / "proof").write_bytes(proof)
    (tmp_path / "entry").write_bytes(ENTRIES[INDEX])
    (tmp_path / "another").write_bytes(ENTRIES[INDEX + 1])
    assert go.accepts(tmp_path, "entry", LOG.vkey(), "proof", "entry", WITNESS.vkey())
    assert not go.accepts(tmp_path, "entry", LOG.vkey(), "proof", "another", WITNESS.vkey())


def test_go_sees_that_a_log_grew_and_that_another_did_not(go: Go, tmp_path: Path) -> None:
    rewritten = Tree([leaf_hash(b"another"), *map(leaf_hash, ENTRIES[1:])])
    (tmp_path / "older").write_bytes(the_checkpoint(OLDER))
    (tmp_path / "newer").write_bytes(the_checkpoint())
    (tmp_path / "proof").write_text("\n".join(map(b64, TREE.consistency(OLDER))))
    (tmp_path / "other").write_bytes(sign_checkpoint(Checkpoint(ORIGIN, TREE.size, rewritten.root()), KEY))
    (tmp_path / "other proof").write_text("\n".join(map(b64, rewritten.consistency(OLDER))))
    assert go.accepts(tmp_path, "grew", LOG.vkey(), "older", "newer", "proof")
    assert not go.accepts(tmp_path, "grew", LOG.vkey(), "older", "other", "other proof")


def test_openssl_accepts_the_signatures_of_log_and_witness(tmp_path: Path) -> None:
    note = read_note(the_witnessed_checkpoint())
    first, second = note.signatures
    seconds = int.from_bytes(second.signature[:8])
    assert seconds == NOW.timestamp()
    told = cosigned(note.text, seconds)
    assert openssl_accepts(tmp_path, KEY, note.text, first.signature)
    assert openssl_accepts(tmp_path, ACADEMY, told, second.signature[8:])
    assert not openssl_accepts(tmp_path, ACADEMY, told + b"\n", second.signature[8:])


def openssl_accepts(folder: Path, key: LogKey, text: bytes, signature: bytes) -> bool:
    (folder / "key.pem").write_text(key.public.pem())
    (folder / "text").write_bytes(text)
    (folder / "signature").write_bytes(signature)
    openssl = needed("openssl", "openssl")
    command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text"]
    return runs([*command, "-sigfile", "signature"], folder)[0]


def test_pymerkle_accepts_the_path_of_an_entry() -> None:
    root = open_checkpoint(the_checkpoint(), ORIGIN, [KEY.public]).checkpoint.root
    leaf = leaf_hash(ENTRIES[INDEX])
    proof = pymerkle.InmemoryTree.init_from_entries(ENTRIES).prove_inclusion(INDEX + 1, TREE.size)
    proof.path = [leaf, *TREE.inclusion(INDEX)]
    pymerkle.verify_inclusion(leaf, root, proof, index=INDEX + 1, size=TREE.size)
    proof.path[1] = leaf
    with pytest.raises(pymerkle.InvalidProof):
        pymerkle.verify_inclusion(leaf, root, proof, index=INDEX + 1, size=TREE.size)


def test_openssl_accepts_a_token_also_thirty_years_later(tmp_path: Path) -> None:
    """It takes the checkpoint itself and the token that we keep, or the authority's whole reply."""
    authority = TimestampAuthority(tmp_path / "authority", ManualClock(NOW), key=RSA, between=True)
    checkpoint = the_checkpoint()
    reply = authority.reply(request_for(sha256(checkpoint).digest(), NONCE))
    token = check_reply(reply, sha256(checkpoint).digest(), read_roots(authority.roots_pem), NONCE)
    for name, octets in (
        ("checkpoint", checkpoint),
        ("changed", checkpoint + b"\n"),
        ("token", token.der),
        ("reply", reply),
    ):
        (tmp_path / name).write_bytes(octets)
    later = str(int(datetime(2056, 1, 1, tzinfo=UTC).timestamp()))
    command = ["openssl", "ts", "-verify", "-CAfile", authority.root, "-attime", later]
    for kept in (["-in", "token", "-token_in"], ["-in", "reply"]):
        assert runs([*command, *kept, "-data", "checkpoint"], tmp_path)[0]
        assert not runs([*command, *kept, "-data", "changed"], tmp_path)[0]


def test_the_commands_of_the_document_run_as_they_stand(tmp_path: Path) -> None:
    (commands,) = re.findall(
        r"^```sh\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    authority = TimestampAuthority(tmp_path / "authority")
    note = the_witnessed_checkpoint()
    digest, nonce = sha256(without_cosignatures(note)).digest(), new_nonce()
    token = check_reply(
        authority.reply(request_for(digest, nonce)), digest, read_roots(authority.roots_pem), nonce
    )
    files = {
        "entry.json": ENTRIES[INDEX],
        "entry.tlog-proof": write_proof(INDEX, TREE.inclusion(INDEX), note),
        "log.pem": KEY.public.pem().encode(),
        "checkpoint.tst": token.der,
        "tsa-roots.pem": authority.roots_pem,
    }
    for name, octets in files.items():
        (tmp_path / name).write_bytes(octets)
    right, said = runs(["bash", "-euc", commands], tmp_path)
    assert right, said
    assert f"parmi {TREE.size}" in said
    for name, wrong in (
        ("entry.json", ENTRIES[0]),
        ("log.pem", ACADEMY.public.pem().encode()),
        ("entry.tlog-proof", write_proof(INDEX, TREE.inclusion(INDEX), the_checkpoint(TREE.size - 1))),
    ):
        (tmp_path / name).write_bytes(wrong)
        assert not runs(["bash", "-euc", commands], tmp_path)[0], name
        (tmp_path / name).write_bytes(files[name])


async def test_pyhanko_accepts_a_token(tmp_path: Path) -> None:
    authority = TimestampAuthority(tmp_path, ManualClock(NOW))
    roots = read_roots(authority.roots_pem)
    checkpoint = the_checkpoint()
    digest = sha256(checkpoint).digest()
    token = check_reply(authority.reply(request_for(digest, NONCE)), digest, roots, NONCE)
    trusted = list(load_certs_from_pemder_data(roots[0].public_bytes(Encoding.PEM)))
    for stamped, right in ((checkpoint, True), (checkpoint + b"\n", False)):
        found = await validate_tst_signed_data(
            cms.ContentInfo.load(token.der)["content"],
            ValidationContext(trust_roots=trusted, moment=NOW, allow_fetching=False),
            lambda algorithm, text=stamped: new(algorithm, text).digest(),
        )
        status = TimestampSignatureStatus(**found)
        assert (status.intact, status.valid, status.trusted) == (right, True, right)
        assert status.timestamp == NOW
