"""What `passation verify` does: numbered steps over a bundle, offline, with public keys alone.

Each step says what it checked; the first thing that does not hold is named with its place. A bundle is
an untrusted file: nothing is written out, sizes are capped, and a refusal is the only way to fail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from exam_server.exports import bundle as format_
from exam_server.exports.bundle import Bundle
from exam_server.exports.verification_anchors import NOTHING, Anchors, Trust
from exam_server.exports.verification_contents import check_contents, check_head, contents_text
from exam_server.exports.verification_keys import BundleKeys, check_keys
from exam_server.exports.verification_log import check_checkpoint, check_log, tree_of
from exam_server.exports.verification_members import Members, check_every_byte, check_files, open_members
from exam_server.exports.verification_results import Recompute, check_results
from exam_server.exports.verification_seals import Seals, open_seals
from exam_server.exports.verification_steps import Check, Step
from exam_server.exports.verification_time import Signature, check_standing, check_time, shown_instant
from exam_server.signing.canonical import JSON
from exam_server.signing.checkpoints import OpenedCheckpoint
from exam_server.signing.standing import Verdict
from exam_server.signing.timestamps import Token
from exam_server.signing.wording import N_, Wording

__all__ = ["Anchors", "Recompute", "Trust", "Verification", "verify_bundle"]


@dataclass(frozen=True)
class Verification:
    """A bundle that holds: its signed results, by whom and when they were signed, and what was checked.

    `digest` is the SHA-256 of the signed results, by which a later version names them; `token` is the proof
    of time, where somebody trusted vouches for one. `doubts` keep it from being valid: none, and it is.
    """

    payload: Mapping[str, JSON]
    bundle: Bundle
    kid: str
    signed_at: datetime
    trust: Trust
    checks: tuple[Check, ...]
    session: str
    version: int
    digest: str
    checkpoint: OpenedCheckpoint
    token: Token | None
    doubts: tuple[Wording, ...]

    @property
    def verdict(self) -> Verdict:
        """Valid, or not known to be."""
        return Verdict.UNKNOWN if self.doubts else Verdict.VALID


@dataclass(frozen=True)
class _Whole:
    """A bundle of which every byte is what its signers left, whoever they are and whenever it was."""

    members: Members
    keys: BundleKeys
    seals: Seals
    checkpoint: OpenedCheckpoint
    bundle: Bundle


def verify_bundle(octets: bytes, anchors: Anchors | None, recompute: Recompute | None) -> Verification:
    """The signed results, or BundleRefused.

    `recompute` gives members of the results payload as they follow from log and bank; each must equal the
    signed one of its name. Whatever it raises is a refusal too, except CannotRecompute after an erasure.
    """
    anchors, checks = anchors or NOTHING, list[Check]()

    def passed(step: Step, text: Wording, done: bool = True) -> None:
        checks.append(Check(step, done, text))

    whole = _check_whole(octets, anchors, recompute, passed)
    token, text = check_time(whole.members, anchors)
    passed(Step.TIME, text, token is not None)
    doubts, text = check_standing(whole.keys, _signatures(whole.seals, token), anchors.at)
    passed(Step.STANDING, text, not doubts)
    results = whole.seals.results
    return Verification(
        payload=whole.seals.signed.payload,
        bundle=whole.bundle,
        kid=results.kid,
        signed_at=results.signed_at,
        trust=whole.keys.trust,
        checks=tuple(checks),
        session=whole.seals.signed.session,
        version=whole.seals.signed.version,
        digest=sha256(whole.members[format_.RESULTS_FILE]).hexdigest(),
        checkpoint=whole.checkpoint,
        token=token,
        doubts=(*_author(whole.keys.trust), *doubts),
    )


def _check_whole(
    octets: bytes, anchors: Anchors, recompute: Recompute | None, passed: Callable[..., None]
) -> _Whole:
    members = open_members(octets)
    passed(Step.MEMBERS, N_("fichiers : {count} ; octets : {size}", count=len(members), size=len(octets)))
    keys, text = check_keys(members, anchors)
    passed(Step.KEYS, text)
    seals = open_seals(members, keys.keys)
    passed(Step.SEAL, _seal_text(seals))
    bank = check_files(members, seals.signed.digests)
    passed(Step.FILES, N_("empreintes conformes : {count}", count=len(format_.DIGESTED)))
    entries = check_log(members[format_.LOG_FILE], seals.signed)
    passed(Step.LOG, N_("entrées enchaînées : {count}", count=len(entries)))
    tree = tree_of(entries)
    checkpoint, text = check_checkpoint(members, seals, tree, anchors)
    passed(Step.CHECKPOINT, text)
    contents = check_contents(members[format_.CONTENTS_FILE], entries, seals.erased)
    passed(Step.CONTENTS, contents_text(len(contents), len(seals.erased)))
    bundle = Bundle(seals.signed.payload, entries, contents, bank, seals.erased)
    passed(Step.HEAD, *check_head(bundle, tree))
    passed(Step.RESULTS, *check_results(bundle, recompute))
    check_every_byte(octets, members)
    passed(Step.EVERY_BYTE, N_("le lot, réécrit depuis son contenu, est identique"))
    return _Whole(members, keys, seals, checkpoint, bundle)


def _seal_text(seals: Seals) -> Wording:
    at = shown_instant(seals.results.signed_at)
    return N_(
        "version {version}, signés le {at} par la clé {kid}",
        version=seals.signed.version,
        at=at,
        kid=seals.results.kid,
    )


def _signatures(seals: Seals, token: Token | None) -> list[Signature]:
    """What was signed. The log's last entry binds the results, so its age is theirs, not the erasures'."""
    proved = None if token is None else token.gen_time
    results, erasures = seals.results, seals.erasures
    found = [
        Signature(results.kid, results.signed_at, proved),
        Signature(seals.log_key.kid, results.signed_at, proved),
    ]
    return found if erasures is None else [*found, Signature(erasures.kid, erasures.signed_at, None)]


def _author(trust: Trust) -> tuple[Wording, ...]:
    if trust is Trust.COMPARED:
        return ()
    return (N_("l’auteur n’est pas vérifié : aucune clé de confiance n’a été donnée"),)
