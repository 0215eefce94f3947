"""What `passation verify` does: numbered steps over a bundle, offline, with public keys alone.

Each step says what it checked; the first thing that does not hold is named with its place. A bundle is
an untrusted file: nothing is written out, sizes are capped, and a refusal is the only way to fail.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

from exam_server.exports import bundle as format_
from exam_server.exports.bundle import Bundle, Content
from exam_server.exports.container import ContainerBroken, pack, unpack
from exam_server.exports.verification_steps import BundleRefused, CannotFollow, CannotRecompute, Place, Step
from exam_server.signing.canonical import JSON, canonical, read_canonical
from exam_server.signing.chain import Entry, check_chain, content_hash, read_entry
from exam_server.signing.errors import BrokenChain, BrokenSeal, CanonicalError, SigningError
from exam_server.signing.jwk import PublicKey, read_jwks
from exam_server.signing.jws import Statement, open_statement
from exam_server.signing.wording import N_, Wording, shown


class Trust(StrEnum):
    """Where the key that was used comes from."""

    COMPARED = "compared"  # it is one of the keys that the caller trusts
    OWN = "own"  # it is only the bundle's own: whole, but from whom is not known


@dataclass(frozen=True)
class Check:
    """One step that was passed (`done`), or that could not be or was not asked to be taken."""

    step: Step
    done: bool
    text: Wording


@dataclass(frozen=True)
class Verification:
    """A bundle that holds: its signed results, by whom and when they were signed, and what was checked."""

    payload: Mapping[str, JSON]
    bundle: Bundle
    kid: str
    signed_at: datetime
    trust: Trust
    checks: tuple[Check, ...]


Recompute = Callable[[Bundle], Mapping[str, JSON]]
TrustedKeys = Mapping[str, PublicKey]
NO_KEYS: TrustedKeys = MappingProxyType({})


def verify_bundle(
    octets: bytes, trusted: TrustedKeys | None, recompute: Recompute | None, *, own: TrustedKeys = NO_KEYS
) -> Verification:
    """The signed results, or BundleRefused.

    Every key of the bundle must be one of `trusted`, where these are given. `own` are keys that a bundle need
    not know; but if one of them signed its results, every other key of it must be one of them too.

    `recompute` gives members of the results payload as they follow from log and bank; each must equal the
    signed one of its name. Whatever it raises is a refusal too, except CannotRecompute after an erasure.
    """
    checks: list[Check] = []

    def passed(step: Step, text: Wording, done: bool = True) -> None:
        checks.append(Check(step, done, text))

    members = _open(octets)
    passed(Step.MEMBERS, N_("fichiers : {count} ; octets : {size}", count=len(members), size=len(octets)))
    keys = _read_keys(members[format_.KEYS_FILE])
    trusted = _to_compare_with(keys, trusted, own)
    passed(Step.KEYS, _compare_keys(keys, trusted))
    sealed, signed, erased = _open_seals(members, keys)
    passed(
        Step.SEAL, N_("signés le {at} par la clé {kid}", at=_shown_instant(sealed.signed_at), kid=sealed.kid)
    )
    bank = _check_files(members, signed)
    passed(Step.FILES, N_("empreintes conformes : {count}", count=len(format_.DIGESTED)))
    entries = _check_log(members[format_.LOG_FILE], signed)
    passed(Step.LOG, N_("entrées enchaînées : {count}", count=len(entries)))
    contents = _check_contents(members[format_.CONTENTS_FILE], entries, erased)
    passed(Step.CONTENTS, _contents_text(len(contents), len(erased)))
    bundle = Bundle(signed.payload, entries, contents, bank, erased)
    passed(Step.RESULTS, *_check_results(bundle, recompute))
    _check_every_byte(octets, members)
    passed(Step.EVERY_BYTE, N_("le lot, réécrit depuis son contenu, est identique"))
    trust = Trust.OWN if trusted is None else Trust.COMPARED
    return Verification(signed.payload, bundle, sealed.kid, sealed.signed_at, trust, tuple(checks))


def _open(octets: bytes) -> dict[str, bytes]:
    if len(octets) > format_.LARGEST_BUNDLE:
        limit = N_("le lot dépasse {size} octets", size=format_.LARGEST_BUNDLE)
        raise BundleRefused(Step.MEMBERS, Place(), limit)
    try:
        members = unpack(octets, format_.CAPS)
    except ContainerBroken as error:
        cut_in_log = error.file == format_.LOG_FILE and error.beginning
        entry = error.beginning.count(b"\n") + 1 if cut_in_log else None
        raise BundleRefused(Step.MEMBERS, Place(error.file, entry), error.what) from error
    for name in format_.CAPS:
        if name not in members and name != format_.ERASURES_FILE:
            raise BundleRefused(Step.MEMBERS, Place(name), N_("ce fichier manque"))
    return members


def _read_keys(octets: bytes) -> dict[str, PublicKey]:
    try:
        return read_jwks(read_canonical(octets))
    except SigningError as error:
        raise BundleRefused(Step.KEYS, Place(format_.KEYS_FILE), error.what) from error


def _to_compare_with(
    keys: Mapping[str, PublicKey], trusted: TrustedKeys | None, own: TrustedKeys
) -> TrustedKeys | None:
    """The keys that were named, or one's own where the bundle's first key, that of the results, is one."""
    if trusted is None and next(iter(keys), None) in own:
        return own
    return trusted


def _compare_keys(keys: Mapping[str, PublicKey], trusted: Mapping[str, PublicKey] | None) -> Wording:
    if trusted is None:
        return N_("clé du lot seulement, comparée à aucune autre : l’auteur n’est pas établi")
    for kid, key in keys.items():
        if trusted.get(kid) != key:
            what = N_("la clé {kid} n’est pas parmi celles auxquelles vous faites confiance", kid=kid)
            raise BundleRefused(Step.KEYS, Place(format_.KEYS_FILE), what)
    return N_("clé reconnue parmi celles auxquelles vous faites confiance")


def _open_seals(
    members: Mapping[str, bytes], keys: Mapping[str, PublicKey]
) -> tuple[Statement, "_Signed", frozenset[int]]:
    """The results, and the numbers of the contents that a signed statement says were erased."""
    sealed = _open_seal(members, format_.RESULTS_FILE, keys, format_.RESULTS_TYP)
    signed = _read_signed(sealed.payload)
    signers, erased = [sealed.kid], frozenset[int]()
    if format_.ERASURES_FILE in members:
        statement = _open_seal(members, format_.ERASURES_FILE, keys, format_.ERASURES_TYP)
        signers.append(statement.kid)
        erased = _read_erasures(statement.payload, signed)
    if list(keys) != list(dict.fromkeys(signers)):
        what = N_("ce ne sont pas exactement les clés qui ont signé")
        raise BundleRefused(Step.SEAL, Place(format_.KEYS_FILE), what)
    return sealed, signed, erased


def _open_seal(members: Mapping[str, bytes], file: str, keys: Mapping[str, PublicKey], typ: str) -> Statement:
    try:
        return open_statement(members[file].decode("ascii", errors="replace"), keys, typ)
    except BrokenSeal as error:
        raise BundleRefused(Step.SEAL, Place(file), error.what) from error


@dataclass(frozen=True)
class _Signed:
    """The few members of the results that the other steps lean on."""

    payload: Mapping[str, JSON]
    session: str
    entries: int
    head: str
    digests: Mapping[str, JSON]


def _read_signed(payload: JSON) -> _Signed:
    if not isinstance(payload, dict) or canonical(payload.get("v")) != canonical(format_.VERSION):
        raise _wrong_shape("v")
    session, bank, log, files = (payload.get(name) for name in ("session", "bank", "log", "files"))
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
    return _Signed(payload, session["id"], log["entries"], log["head"], files)


def _wrong_shape(path: str) -> BundleRefused:
    what = N_("les résultats signés n’ont pas la forme prévue")
    return BundleRefused(Step.SEAL, Place(format_.RESULTS_FILE, path=f"$.{path}"), what)


def _read_erasures(payload: JSON, signed: _Signed) -> frozenset[int]:
    """A statement that names this session and this head, and at least one number, in order."""
    numbers = payload.get("erased") if isinstance(payload, dict) else None
    if isinstance(numbers, list) and numbers and all(type(number) is int for number in numbers):
        whole = frozenset(numbers)
        expected = format_.erasure_statement(signed.session, signed.head, whole)
        if canonical(expected) == canonical(payload) and min(whole) >= 1 and max(whole) <= signed.entries:
            return whole
    what = N_("l’attestation d’effacement n’est pas celle de ce journal")
    raise BundleRefused(Step.SEAL, Place(format_.ERASURES_FILE), what)


def _check_files(members: Mapping[str, bytes], signed: _Signed) -> JSON:
    """The bank, once the digests of the files are those that were signed."""
    for name in format_.DIGESTED:
        if sha256(members[name]).hexdigest() != signed.digests[name]:
            what = N_("ce fichier n’est pas celui qui était là à la signature")
            raise BundleRefused(Step.FILES, Place(name), what)
    try:
        return read_canonical(members[format_.BANK_FILE])
    except CanonicalError as error:
        raise BundleRefused(Step.FILES, Place(format_.BANK_FILE), error.what) from error


def _lines(octets: bytes, step: Step, file: str) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers from 1; each ends with a newline, the last one too."""
    at, number = 0, 0
    while at < len(octets):
        number += 1
        end = octets.find(b"\n", at, at + format_.LONGEST_LINE)
        if end < 0:
            what = N_("la ligne {line} est coupée ou trop longue", line=number)
            raise BundleRefused(step, Place(file, number if step == Step.LOG else None), what)
        yield number, octets[at:end]
        at = end + 1


def _check_log(octets: bytes, signed: _Signed) -> tuple[Entry, ...]:
    """The entries: each as it was written, in their chain, and the chain that was signed."""
    entries: list[Entry] = []
    for number, line in _lines(octets, Step.LOG, format_.LOG_FILE):
        try:
            entries.append(read_entry(line))
        except CanonicalError as error:
            raise BundleRefused(Step.LOG, Place(format_.LOG_FILE, number), error.what) from error
    try:
        head = check_chain(entries)
    except BrokenChain as error:
        raise BundleRefused(Step.LOG, Place(format_.LOG_FILE, error.number), error.what) from error
    _compare_log(entries, head, signed)
    return tuple(entries)


def _compare_log(entries: list[Entry], head: str, signed: _Signed) -> None:
    last, count = len(entries), signed.entries
    if entries[0].session != signed.session:
        where, what = 1, N_("ce journal est celui d’une autre session")
    elif last < count:
        where = last + 1
        what = N_("le journal s’arrête à l’entrée {last} sur {count} signées", last=last, count=count)
    elif last > count:
        where = count + 1
        what = N_("le journal a des entrées après les {count} qui ont été signées", count=count)
    elif head != signed.head:
        where = last
        what = N_("la dernière entrée n’est pas celle qui a été signée : le journal a été réécrit")
    else:
        return
    raise BundleRefused(Step.LOG, Place(format_.LOG_FILE, where), what)


def _check_contents(octets: bytes, entries: tuple[Entry, ...], erased: frozenset[int]) -> dict[int, Content]:
    """Exactly the contents that were not erased, in order, each with the salted hash of its entry."""
    file, step = format_.CONTENTS_FILE, Step.CONTENTS
    expected = iter([entry for entry in entries if entry.number not in erased])
    contents: dict[int, Content] = {}
    for line_number, line in _lines(octets, step, file):
        entry = next(expected, None)
        if entry is None:
            raise BundleRefused(step, Place(file), N_("contenu de trop, à la ligne {line}", line=line_number))
        contents[entry.number] = _read_content(line, entry)
    missing = next(expected, None)
    if missing is not None:
        raise BundleRefused(step, Place(file, missing.number), N_("le contenu de cette entrée manque"))
    return contents


def _read_content(line: bytes, entry: Entry) -> Content:
    where = Place(format_.CONTENTS_FILE, entry.number)
    try:
        number, content = format_.read_content(line)
    except CanonicalError as error:
        raise BundleRefused(Step.CONTENTS, where, error.what) from error
    if number != entry.number:
        what = N_("le contenu de cette entrée manque (on trouve celui de l’entrée {found})", found=number)
        raise BundleRefused(Step.CONTENTS, where, what)
    if content_hash(content.salt, content.value) != entry.content_hash:
        what = N_("le contenu a été modifié : il n’a pas l’empreinte que porte le journal")
        raise BundleRefused(Step.CONTENTS, where, what)
    return content


def _contents_text(present: int, erased: int) -> Wording:
    if erased:
        return N_(
            "contenus conformes : {present} ; effacés selon une attestation signée : {erased}",
            present=present,
            erased=erased,
        )
    return N_("contenus conformes : {present} ; aucun effacé", present=present)


def _check_results(bundle: Bundle, recompute: Recompute | None) -> tuple[Wording, bool]:
    """What was recomputed equals what was signed; also said when it was not done, and why."""
    if recompute is None:
        return N_("recalcul non demandé"), False
    where = Place(format_.RESULTS_FILE)
    try:
        again = {name: (value, canonical(value)) for name, value in recompute(bundle).items()}
    except CannotRecompute as error:
        if bundle.erased:
            return N_("recalcul impossible ; contenus effacés : {count}", count=len(bundle.erased)), False
        raise BundleRefused(Step.RESULTS, where, N_("le recalcul n’est pas possible")) from error
    except CannotFollow as error:
        raise BundleRefused(Step.RESULTS, where, error.what) from error
    except Exception as error:
        # The caller’s rules, over facts that only their signer vouches for: they may fail in any way.
        what = N_(
            "le journal ne se laisse pas recalculer ({kind} : {detail})",
            kind=type(error).__name__,
            detail=shown(str(error)),
        )
        raise BundleRefused(Step.RESULTS, where, what) from error
    for name, (value, octets) in again.items():
        signed = bundle.results.get(name)
        if name not in bundle.results or canonical(signed) != octets:
            path = f"$.{name}{_first_difference(signed, value)}"
            what = N_("la valeur signée n’est pas celle que donnent le journal et la banque")
            raise BundleRefused(Step.RESULTS, Place(format_.RESULTS_FILE, path=path), what)
    return N_("{names} : identiques à ceux qui ont été signés", names=", ".join(sorted(again))), True


def _first_difference(signed: JSON, again: JSON) -> str:
    if isinstance(signed, dict) and isinstance(again, dict):
        for key in sorted(signed.keys() | again.keys()):
            if signed.get(key) != again.get(key) or (key in signed) != (key in again):
                return f".{key}{_first_difference(signed.get(key), again.get(key))}"
    if isinstance(signed, list) and isinstance(again, list):
        for index, (left, right) in enumerate(zip(signed, again, strict=False)):
            if left != right:
                return f"[{index}]{_first_difference(left, right)}"
        if len(signed) != len(again):
            return f"[{min(len(signed), len(again))}]"
    return ""


def _check_every_byte(octets: bytes, members: Mapping[str, bytes]) -> None:
    """Headers, dates, order and what follows the end count as much as what the members hold."""
    again = pack(format_.in_order(members))
    if again == octets:
        return
    what = N_(
        "l’enveloppe du lot a été modifiée à l’octet {at} (les fichiers qu’il contient sont intacts)",
        at=_first_different_byte(octets, again),
    )
    raise BundleRefused(Step.EVERY_BYTE, Place(), what)


def _first_different_byte(left: bytes, right: bytes) -> int:
    block, length = 1 << 16, min(len(left), len(right))
    start = next(
        (at for at in range(0, length, block) if left[at : at + block] != right[at : at + block]), length
    )
    return next((at for at in range(start, length) if left[at] != right[at]), length)


def _shown_instant(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S UTC")
