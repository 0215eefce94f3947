"""Since when a bundle is proved to exist, and what its signatures are worth on the day that somebody looks.

A key that has expired or was revoked since is believed where a timestamp proves that it had signed before;
where nothing proves it, the answer is that one does not know.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from exam_server.exports import bundle as format_
from exam_server.exports.verification_anchors import Anchors
from exam_server.exports.verification_keys import BundleKeys
from exam_server.exports.verification_members import Members
from exam_server.exports.verification_steps import BundleRefused, Place, Step
from exam_server.signing.checkpoints import without_cosignatures
from exam_server.signing.errors import BrokenTimestamp
from exam_server.signing.standing import Standing, Validity, Verdict
from exam_server.signing.timestamps import Token, open_token, stated_in
from exam_server.signing.wording import N_, Wording, shown
from exam_server.signing.x509_certificates import CERTIFICATE_LASTS

_LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Signature:
    """One that holds: whose, when its signer says that it was made, since when it is proved to exist."""

    kid: str
    stated: datetime
    proved: datetime | None


def stamped_digest(note: bytes) -> bytes:
    """What a timestamp of a checkpoint is over: the log's own signature, without its witnesses."""
    return sha256(without_cosignatures(note)).digest()


def check_time(members: Members, anchors: Anchors) -> tuple[Token | None, Wording]:
    """The token where an authority that is trusted vouches for it; None where nothing is proved."""
    der = members.get(format_.TIMESTAMP_FILE)
    if der is None:
        return None, N_("pas d’horodatage : rien ne prouve depuis quand ce lot existe")
    digest = stamped_digest(members[format_.CHECKPOINT_FILE])
    try:
        if anchors.roots is None or anchors.at is None:
            stated = stated_in(der, digest)
            return None, N_(
                "présent (il dit {at}), mais non contrôlé : aucune autorité d’horodatage n’a été désignée",
                at=shown_instant(stated),
            )
        token = open_token(der, digest, anchors.roots, anchors.at)
    except BrokenTimestamp as error:
        raise BundleRefused(Step.TIME, Place(format_.TIMESTAMP_FILE), error.what) from error
    return token, N_(
        "existait le {at}, selon {authority}",
        at=shown_instant(token.gen_time),
        authority=shown(token.authority),
    )


def check_standing(
    found: BundleKeys, signatures: Iterable[Signature], at: datetime | None
) -> tuple[tuple[Wording, ...], Wording]:
    """What one cannot know of the keys, and what is known; BundleRefused where one had no right to sign."""
    if at is None:
        what = N_("non contrôlée : aucune date n’a été donnée")
        return (what,), what
    doubts = []
    for one in signatures:
        validity = found.validity.get(one.kid)
        span = validity or _undated(one)
        verdict = span.verdict(one.proved, at)
        if verdict is Verdict.REFUSED:
            raise BundleRefused(Step.STANDING, Place(format_.KEYS_FILE), _why_refused(one, span, at))
        if verdict is Verdict.UNKNOWN:
            doubts.append(_why_unknown(one, validity, at))
    if doubts:
        return tuple({str(one): one for one in doubts}.values()), N_(
            "rien ne prouve que les signatures datent d’avant la fin des clés"
        )
    return (), _text(found, signatures, at)


def _undated(one: Signature) -> Validity:
    """Of a key that no published set names: as long from its signature on as our certificates last."""
    return Validity(_LONG_AGO, one.stated + CERTIFICATE_LASTS)


def _text(found: BundleKeys, signatures: Iterable[Signature], at: datetime) -> Wording:
    of = N_("dates des clés inconnues : supposées bonnes trois ans")
    if found.key_set is not None:
        issued = shown_instant(found.key_set.issued)
        of = N_("jeu de clés publié du {issued}", issued=issued)
    if all(span.standing(at) is Standing.VALID for span in found.validity.values()):
        return N_("en cours de validité le {at} ({of})", at=shown_instant(at), of=str(of))
    return N_("en cours de validité à l’instant que prouve l’horodatage ({of})", of=str(of))


def _why_refused(one: Signature, span: Validity, at: datetime) -> Wording:
    if one.proved is None:
        return N_("la clé {kid} n’a encore jamais été en vigueur", kid=one.kid)
    return N_(
        "au {proved}, que prouve l’horodatage, la clé {kid} {why}",
        proved=shown_instant(one.proved),
        kid=one.kid,
        why=str(_what_became_of(span, one.proved)),
    )


def _why_unknown(one: Signature, validity: Validity | None, at: datetime) -> Wording:
    if validity is None:
        return N_(
            "la clé {kid} a signé il y a plus de trois ans, et rien ne dit jusqu’à quand elle était bonne : "
            "il manque le jeu de clés publié",
            kid=one.kid,
        )
    return N_(
        "la clé {kid} {why}, et aucun horodatage contrôlé ne prouve qu’elle avait signé avant",
        kid=one.kid,
        why=str(_what_became_of(validity, at)),
    )


def _what_became_of(span: Validity, at: datetime) -> Wording:
    standing = span.standing(at)
    if standing is Standing.REVOKED and span.revocation is not None:
        return N_("est révoquée depuis le {since}", since=shown_instant(span.revocation.at))
    if standing is Standing.EXPIRED and span.until is not None:
        return N_("est expirée depuis le {until}", until=shown_instant(span.until))
    return N_("n’est en vigueur que depuis le {since}", since=shown_instant(span.since))


def shown_instant(instant: datetime) -> str:
    """As every line of a verification says an instant."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
