"""The signed statements of a bundle: its results, and which contents were erased since."""

from collections.abc import Mapping
from dataclasses import dataclass

from exam_server.exports import bundle as format_
from exam_server.exports.verification_anchors import TrustedKeys
from exam_server.exports.verification_members import Members
from exam_server.exports.verification_steps import BundleRefused, Place, Step
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.jwk import Algorithm, PublicKey
from exam_server.signing.jws import Statement, open_statement
from exam_server.signing.wording import N_


@dataclass(frozen=True)
class Signed:
    """The few members of the results that the other steps lean on."""

    payload: Mapping[str, JSON]
    session: str
    version: int
    entries: int
    head: str
    digests: Mapping[str, JSON]


@dataclass(frozen=True)
class Seals:
    """The results and who signed them, the statement of erasures where there is one, and the log's key."""

    results: Statement
    signed: Signed
    erasures: Statement | None
    erased: frozenset[int]
    log_key: PublicKey


def open_seals(members: Members, keys: TrustedKeys) -> Seals:
    """The statements, once their signatures hold; `keys` are those of the bundle, and all of them signed."""
    results = _open(members, format_.RESULTS_FILE, keys, format_.RESULTS_TYP)
    signed = _read_signed(results.payload)
    erasures, erased = None, frozenset[int]()
    if format_.ERASURES_FILE in members:
        erasures = _open(members, format_.ERASURES_FILE, keys, format_.ERASURES_TYP)
        erased = _read_erasures(erasures.payload, signed)
    signers = dict.fromkeys(one.kid for one in (results, erasures) if one is not None)
    kids = list(keys)
    if kids[:-1] != list(signers) or keys[kids[-1]].algorithm is not Algorithm.ED25519:
        what = N_("ce ne sont pas exactement les clés qui ont signé, celle du journal en dernier")
        raise BundleRefused(Step.SEAL, Place(format_.KEYS_FILE), what)
    return Seals(results, signed, erasures, erased, keys[kids[-1]])


def _open(members: Members, file: str, keys: TrustedKeys, typ: str) -> Statement:
    try:
        return open_statement(members[file].decode("ascii", errors="replace"), keys, typ)
    except BrokenSeal as error:
        raise BundleRefused(Step.SEAL, Place(file), error.what) from error


def _read_signed(payload: JSON) -> Signed:
    if not isinstance(payload, dict) or canonical(payload.get("v")) != canonical(format_.VERSION):
        raise _wrong_shape("v")
    version, replaces = payload.get("version"), payload.get("replaces")
    session, bank, log, files = (payload.get(name) for name in ("session", "bank", "log", "files"))
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _wrong_shape("version")
    if not isinstance(replaces, str | None) or (replaces is None) != (version == 1):
        raise _wrong_shape("replaces")
    if not isinstance(session, dict) or not isinstance(session.get("id"), str):
        raise _wrong_shape("session.id")
    if not isinstance(bank, dict):
        raise _wrong_shape("bank")
    if not isinstance(log, dict) or log.keys() != {"entries", "head"}:
        raise _wrong_shape("log")
    if type(log["entries"]) is not int or not isinstance(log["head"], str):
        raise _wrong_shape("log")
    if not isinstance(files, dict) or files.keys() != set(format_.DIGESTED):
        raise _wrong_shape("files")
    return Signed(payload, session["id"], version, log["entries"], log["head"], files)


def _wrong_shape(path: str) -> BundleRefused:
    what = N_("les résultats signés n’ont pas la forme prévue")
    return BundleRefused(Step.SEAL, Place(format_.RESULTS_FILE, path=f"$.{path}"), what)


def _read_erasures(payload: JSON, signed: Signed) -> frozenset[int]:
    """A statement that names this session and this head, and at least one number, in order.

    The last entry is the act by which the results were signed: it says nothing of candidates, and stays.
    """
    numbers = payload.get("erased") if isinstance(payload, dict) else None
    if isinstance(numbers, list) and numbers and all(type(number) is int for number in numbers):
        whole = frozenset(numbers)
        expected = format_.erasure_statement(signed.session, signed.head, whole)
        if canonical(expected) == canonical(payload) and min(whole) >= 1 and max(whole) < signed.entries:
            return whole
    what = N_("l’attestation d’effacement n’est pas celle de ce journal")
    raise BundleRefused(Step.SEAL, Place(format_.ERASURES_FILE), what)
