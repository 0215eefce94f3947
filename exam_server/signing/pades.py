"""Sealing a PDF: PAdES B-B as a certification that allows no change, invisible, in an appended revision."""

import io
from datetime import datetime
from hashlib import sha256
from typing import Final

from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from exam_server.signing.cms import DIGEST_BYTES, template_of
from exam_server.signing.es256 import SIGNATURE_BYTES
from exam_server.signing.signing_key import Purpose, SigningKey

FIELD: Final = "Sceau"
_FIELD_READ_ALOUD = "Sceau électronique"
BYTE_RANGE: Final = b"/ByteRange"
_INVISIBLE = SigFieldSpec(FIELD, readable_field_name=_FIELD_READ_ALOUD)
_DIGEST = "sha256"
_LONGEST_SIGNATURE = b"\xff" * SIGNATURE_BYTES


def seal_pdf(pdf: bytes, key: SigningKey, now: datetime) -> bytes:
    """The same PDF and, after it, the seal: nothing of what is there is written anew.

    The same PDF, key and instant give the same octets. The seal bears no time of its own but what `/M` says.
    """
    if now.tzinfo is None:
        raise ValueError("an instant without its time zone")
    if key.purpose is not Purpose.DOCUMENTS:
        raise ValueError("a document is sealed with a key for documents")
    if BYTE_RANGE in pdf:
        raise ValueError("this PDF is sealed already")
    template = template_of(key.chain)
    room = 2 * len(template.seal(bytes(DIGEST_BYTES), _LONGEST_SIGNATURE))
    signature = SignatureObject(timestamp=now, subfilter=SigSeedSubFilter.PADES, bytes_reserved=room)
    no_change = SigMDPSetup(md_algorithm=_DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)

    steps = PdfCMSEmbedder(_INVISIBLE).write_cms(FIELD, _Revision(pdf))
    next(steps)
    steps.send(SigObjSetup(signature, no_change))
    prepared, written = steps.send(SigIOSetup(md_algorithm=_DIGEST))
    digest = prepared.document_digest
    steps.send(template.seal(digest, key.sign(template.attributes(digest))))
    sealed: bytes = written.getvalue()
    return sealed


class _Revision(IncrementalPdfFileWriter):
    """A revision that adds the seal alone: no date of the machine, no random number, and the metadata as the
    typesetter wrote it, which PDF/A and PDF/UA were checked with.
    """

    def __init__(self, pdf: bytes) -> None:
        super().__init__(io.BytesIO(pdf))
        first, _at_random = self._document_id
        self._document_id = ArrayObject([first, ByteStringObject(sha256(pdf).digest()[:16])])

    def _update_meta(self) -> None:
        pass
