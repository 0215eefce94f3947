"""The keys of a bundle: well formed, held against those that somebody trusts, good from when to when."""

from collections.abc import Mapping
from dataclasses import dataclass

from exam_server.exports import bundle as format_
from exam_server.exports.verification_anchors import Anchors, KnownKey, Trust, TrustedKeys
from exam_server.exports.verification_members import Members
from exam_server.exports.verification_steps import BundleRefused, Place, Step
from exam_server.signing.canonical import read_canonical
from exam_server.signing.errors import BrokenSeal, SigningError
from exam_server.signing.jwk import Algorithm, PublicKey, read_jwks
from exam_server.signing.key_set import KeySet, check_succession, read_key_set, signer_of
from exam_server.signing.signing_key import Purpose
from exam_server.signing.standing import Validity
from exam_server.signing.wording import N_, Wording


@dataclass(frozen=True)
class BundleKeys:
    """The bundle's keys in their order; their spans, where known; whether somebody trusts them."""

    keys: TrustedKeys
    validity: Mapping[str, Validity]
    trust: Trust
    key_set: KeySet | None


def check_keys(members: Members, anchors: Anchors) -> tuple[BundleKeys, Wording]:
    """The keys, or BundleRefused; what is known of them from elsewhere goes before what the bundle says."""
    keys = _read(members[format_.KEYS_FILE])
    named, is_published = _key_set(members, anchors), bool(anchors.authority or anchors.key_set)
    if named is not None:
        _check_named(named, keys)
    spans = {} if named is None else {one.kid: one.validity for one in named.keys if one.kid in keys}
    is_ours = not is_published and anchors.keys is None and next(iter(keys)) in anchors.own
    if anchors.keys is not None:
        _all_among(keys, anchors.keys)
    elif is_ours:
        _all_own(keys, anchors.own)
        spans = {kid: anchors.own[kid].validity for kid in keys}
    if named is not None and is_published:
        text = N_("clés reconnues dans le jeu publié par l’autorité (version {n})", n=named.version)
    elif anchors.keys is not None or is_ours:
        text = N_("clés reconnues parmi celles auxquelles vous faites confiance")
    else:
        text = N_("clés du lot seulement, comparées à aucune autre : l’auteur n’est pas établi")
        return BundleKeys(keys, spans, Trust.OWN, named), text
    return BundleKeys(keys, spans, Trust.COMPARED, named), text


def _read(octets: bytes) -> dict[str, PublicKey]:
    try:
        keys = read_jwks(read_canonical(octets))
        if not keys:
            raise BrokenSeal(N_("ce n’est pas un jeu de clés publiques (JWKS)"))
    except SigningError as error:
        raise BundleRefused(Step.KEYS, Place(format_.KEYS_FILE), error.what) from error
    return keys


def _key_set(members: Members, anchors: Anchors) -> KeySet | None:
    """The newest version of the published set, of those in the bundle and in the caller's hands.

    Where the caller names no authority, and has no version of its own, the bundle's need only be whole.
    """
    octets, given = members.get(format_.KEY_SET_FILE), anchors.key_set
    inside = None if octets is None else octets.decode("ascii", errors="replace")
    authority = anchors.authority or (None if given is None else signer_of(given))
    brought = None if given is None or authority is None else read_key_set(given, authority)
    try:
        if inside is None:
            return brought
        ours = read_key_set(inside, authority or signer_of(inside))
        if brought is None:
            return ours
        older, newer = sorted((ours, brought), key=lambda one: one.version)
        check_succession(older, newer)
    except BrokenSeal as error:
        raise BundleRefused(Step.KEYS, Place(format_.KEY_SET_FILE), error.what) from error
    return newer


def _check_named(named: KeySet, keys: TrustedKeys) -> None:
    """Each key is in the set, for what it signs here."""
    for kid, key in keys.items():
        if named.of(_use_of(key)).get(kid) != key:
            what = N_("la clé {kid} n’est pas dans le jeu de clés publié, ou pas pour cet usage", kid=kid)
            raise BundleRefused(Step.KEYS, Place(format_.KEYS_FILE), what)


def _all_among(keys: TrustedKeys, trusted: TrustedKeys) -> None:
    for kid, key in keys.items():
        if trusted.get(kid) != key:
            raise _not_trusted(kid)


def _all_own(keys: TrustedKeys, own: Mapping[str, KnownKey]) -> None:
    for kid, key in keys.items():
        if kid not in own or (own[kid].public, own[kid].purpose) != (key, _use_of(key)):
            raise _not_trusted(kid)


def _not_trusted(kid: str) -> BundleRefused:
    what = N_("la clé {kid} n’est pas parmi celles auxquelles vous faites confiance", kid=kid)
    return BundleRefused(Step.KEYS, Place(format_.KEYS_FILE), what)


def _use_of(key: PublicKey) -> Purpose:
    """What a key of this kind does in a bundle."""
    return Purpose.LOG if key.algorithm is Algorithm.ED25519 else Purpose.DOCUMENTS
