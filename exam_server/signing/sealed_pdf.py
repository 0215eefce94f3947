"""Checking a PDF that we sealed: only the very octets that `seal_pdf` gave are accepted.

Stricter than a viewer: the seal covers all of the file, nothing was appended, the gap that no signature can
cover holds the one seal that can be there and zeros, and the chain leads to a root that the caller trusts.
"""

import io
import re
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from cryptography import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from exam_server.signing.cms import CmsTemplate, ReadSeal, read_seal
from exam_server.signing.errors import BrokenSeal, KeyProblem
from exam_server.signing.pades import BYTE_RANGE
from exam_server.signing.wording import N_
from exam_server.signing.x509_certificates import (
    Chain,
    public_key_of,
    put_in_order,
    refuse_unfit,
)

LARGEST: Final = 8 << 20
_WRITTEN_RANGE = re.compile(rb"/ByteRange \[0 ([1-9]\d{0,9}) ([1-9]\d{0,9}) ([1-9]\d{0,9})\]")
_GAP = re.compile(rb"<([0-9A-F]{8,65536})>")
_DER_HEAD = 4
"""Octets of tag and length: a seal has more than 255 octets and less than 65,536."""


@dataclass(frozen=True)
class SealedFacts:
    """A seal that holds: whose, when they say that they set it, and the files that the PDF carries."""

    chain: Chain
    kid: str
    sealed_at: datetime
    attached: Mapping[str, bytes]


def check_sealed_pdf(
    pdf: bytes, roots: Collection[x509.Certificate], signers: Container[str] | None = None
) -> SealedFacts:
    """The facts of a PDF that is whole and sealed under one of these roots, or BrokenSeal.

    `signers` are the names (kid) of the keys for documents, where the caller knows them: the key set says
    which of the keys under a root those are, and since when one is not to be believed any more.
    """
    covered, der = _taken_apart(pdf)
    seal, digest = read_seal(der), sha256(covered).digest()
    leaf = _leaf_of(seal, digest, der)
    chain = _trusted_chain(leaf, seal, roots)
    kid = public_key_of(leaf).kid
    if signers is not None and kid not in signers:
        raise BrokenSeal(N_("le document est scellé par une clé qui ne sert pas à sceller des documents"))
    sealed_at, attached = _read(pdf)
    _refuse_unfit(chain, sealed_at)
    return SealedFacts(chain, kid, sealed_at, attached)


def _taken_apart(pdf: bytes) -> tuple[bytes, bytes]:
    """What the seal covers, and the seal."""
    if len(pdf) > LARGEST:
        raise BrokenSeal(N_("ce document est trop gros pour être un document scellé ici"))
    if pdf.count(BYTE_RANGE) > 1:
        raise BrokenSeal(N_("ce document porte plusieurs sceaux, ou a été modifié après avoir été scellé"))
    written = _WRITTEN_RANGE.search(pdf)
    if written is None:
        raise BrokenSeal(N_("ce document ne porte pas de sceau"))
    start, end, rest = map(int, written.groups())
    gap = _GAP.fullmatch(pdf[start:end])
    covered = pdf[:start] + pdf[end:]
    # Nothing but the gap may hide anything: not the end of the file, and not the range that says so itself.
    if end + rest != len(pdf) or covered.count(written.group()) != 1:
        raise BrokenSeal(N_("le sceau ne couvre pas tout le document : quelque chose y a été ajouté"))
    if gap is None or len(gap[1]) % 2:
        raise _damaged()
    octets = bytes.fromhex(gap[1].decode("ascii"))
    size = _DER_HEAD + int.from_bytes(octets[2:_DER_HEAD])
    if octets[:2] != b"\x30\x82" or size > len(octets) or any(octets[size:]):
        raise _damaged()
    return covered, octets[:size]


def _leaf_of(seal: ReadSeal, digest: bytes, der: bytes) -> x509.Certificate:
    """The certificate of the key that signed just this content, in a seal that is written as we write it."""
    for place, leaf in enumerate(seal.certificates):
        others = seal.certificates[:place] + seal.certificates[place + 1 :]
        try:
            template, public = CmsTemplate.of((leaf, *others)), public_key_of(leaf)
        except (ValueError, OverflowError):
            continue
        if template.seal(digest, seal.signature) == der:
            public.check(template.attributes(digest), seal.signature)
            return leaf
    raise BrokenSeal(N_("le document a été modifié après avoir été scellé, ou son sceau est abîmé"))


def _trusted_chain(leaf: x509.Certificate, seal: ReadSeal, roots: Collection[x509.Certificate]) -> Chain:
    """From the key's certificate up to the first root.

    The seal brings no other certificate: nothing is signed of those, and anything could be written in them.
    """
    above = [one for one in (*seal.certificates, *roots) if one != leaf]
    try:
        whole = put_in_order(leaf, above)
    except ValueError:
        raise _damaged() from None
    chain = next((whole[: place + 1] for place, one in enumerate(whole) if one in roots), None)
    if chain is None:
        raise BrokenSeal(N_("le document est scellé par une autorité qui n’est pas parmi celles connues ici"))
    if not set(seal.certificates) <= set(chain):
        raise _damaged()
    return chain


def _refuse_unfit(chain: Chain, sealed_at: datetime) -> None:
    try:
        refuse_unfit(chain, sealed_at)
    except KeyProblem:
        raise BrokenSeal(
            N_("le certificat de la clé qui a scellé ce document ne le permettait pas à la date du sceau")
        ) from None


def _read(pdf: bytes) -> tuple[datetime, dict[str, bytes]]:
    """What a PDF says of itself; read only once its signature holds."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        (signature,) = reader.embedded_signatures
        sealed_at = signature.self_reported_timestamp
        attached = _attached(reader.root)
    except (PdfError, LookupError, TypeError, ValueError):
        raise _damaged() from None
    if sealed_at is None or sealed_at.tzinfo is None:
        raise _damaged()
    return sealed_at, attached


def _attached(catalogue: Any) -> dict[str, bytes]:
    if "/Names" not in catalogue or "/EmbeddedFiles" not in catalogue["/Names"]:
        return {}
    pairs = list(catalogue["/Names"]["/EmbeddedFiles"]["/Names"])
    return {
        str(name): bytes(file.get_object()["/EF"]["/F"].data)
        for name, file in zip(pairs[::2], pairs[1::2], strict=True)
    }


def _damaged() -> BrokenSeal:
    return BrokenSeal(N_("le sceau du document est abîmé"))
