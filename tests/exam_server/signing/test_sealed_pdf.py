"""A sealed PDF is accepted as it was sealed, and in no other form: not one bit, not one byte more."""

import io
import random
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils.generic import NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from exam_server.signing.cms import CmsTemplate
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.es256 import ORDER
from exam_server.signing.pades import seal_pdf
from exam_server.signing.sealed_pdf import LARGEST, check_sealed_pdf
from exam_server.signing.signing_key import Purpose, SigningKey
from tests.support.certificates import ISSUED, a_certificate, a_school
from tests.support.certified_keys import SINCE, Authority

FLIPS = 300
PADDING_FLIPS = 150


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return a_certificate().sealed


def gap_of(pdf: bytes) -> tuple[int, int]:
    """Where the hexadecimal digits of the seal begin and end."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) \d+\]", pdf)
    assert found
    return int(found[1]) + 1, int(found[2]) - 1


def refused(pdf: bytes) -> str:
    with pytest.raises(BrokenSeal) as refusal:
        check_sealed_pdf(pdf, [a_school().authority.root])
    return str(refusal.value)


def with_seal(pdf: bytes, der: bytes) -> bytes:
    """The same with another seal in its gap."""
    start, end = gap_of(pdf)
    digits = der.hex().upper().encode()
    return pdf[:start] + digits.ljust(end - start, b"0") + pdf[end:]


def seal_in(pdf: bytes) -> bytes:
    start, end = gap_of(pdf)
    octets = bytes.fromhex(pdf[start:end].decode())
    return octets[: 4 + int.from_bytes(octets[2:4])]


def test_what_was_sealed_is_accepted_with_its_signer_its_time_and_its_record(sealed: bytes) -> None:
    found = check_sealed_pdf(sealed, [a_school().authority.root])
    assert (found.kid, found.sealed_at) == (a_school().documents.kid, ISSUED)
    assert found.chain == a_school().documents.chain
    assert found.attached == {"certificate.jws": a_certificate().record.encode()}


def test_sealing_adds_to_the_file_and_changes_nothing_of_it(sealed: bytes) -> None:
    unsealed = a_certificate().unsealed
    assert sealed.startswith(unsealed)
    assert b"xmpmeta" not in sealed[len(unsealed) :]
    assert b"ModDate" not in sealed[len(unsealed) :]


def test_the_same_pdf_key_and_instant_give_the_same_octets(sealed: bytes) -> None:
    again = a_certificate()
    assert (again.unsealed, again.sealed) == (a_certificate().unsealed, sealed)
    later = seal_pdf(again.unsealed, a_school().documents, ISSUED + timedelta(seconds=1))
    assert check_sealed_pdf(later, [a_school().authority.root]).sealed_at == ISSUED + timedelta(seconds=1)


def test_no_flipped_bit_of_what_is_covered_is_accepted(sealed: bytes) -> None:
    start, end = gap_of(sealed)
    rng = random.Random(20_260_519)
    covered = [*range(start), *range(end, len(sealed))]
    for place in rng.sample(covered, FLIPS):
        changed = bytearray(sealed)
        changed[place] ^= 1 << rng.randrange(8)
        refused(bytes(changed))


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
def test_no_flipped_bit_of_the_seal_and_none_of_its_padding_is_accepted(sealed: bytes) -> None:
    start, end = gap_of(sealed)
    rng = random.Random(20_260_520)
    padding = range(start + 2 * len(seal_in(sealed)), end)
    assert len(padding) > 0
    for place in [*rng.sample(range(start, end), PADDING_FLIPS), *padding]:
        changed = bytearray(sealed)
        changed[place] ^= 1 << rng.randrange(8)
        refused(bytes(changed))


def test_the_seal_in_small_letters_or_padded_with_anything_is_refused(sealed: bytes) -> None:
    start, end = gap_of(sealed)
    small = sealed[:start] + sealed[start:end].lower() + sealed[end:]
    assert (
        refused(small) == refused(sealed[: end - 1] + b"1" + sealed[end:]) == "le sceau du document est abîmé"
    )


@pytest.mark.parametrize(
    "rest", [b"\n", b"%", b"\0" * 9, b"%%EOF\n", b"1 0 obj\n<<>>\nendobj\n", b"/ByteRange [0 1 2 3]"]
)
def test_nothing_may_be_appended_or_cut_off(sealed: bytes, rest: bytes) -> None:
    refused(sealed + rest)
    refused(rest + sealed)
    refused(sealed[: -len(rest)])


def turned(pdf: bytes) -> bytes:
    """With a revision of another program after it, in which the page lies on its side."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.find_page_for_modification(0)[0].get_object()
    page[NameObject("/Rotate")] = NumberObject(90)
    writer.update_container(page)
    changed = io.BytesIO()
    writer.write(changed)
    return changed.getvalue()


def test_an_appended_revision_is_refused(sealed: bytes) -> None:
    assert turned(sealed).startswith(sealed)
    assert "quelque chose y a été ajouté" in refused(turned(sealed))


def test_a_revision_that_claims_to_be_covered_too_is_refused(sealed: bytes) -> None:
    changed = turned(sealed)
    start, end = gap_of(sealed)
    written = b"/ByteRange [0 %d %d %d] " % (start - 1, end + 1, len(sealed) - end - 1)
    claimed = b"/ByteRange [0 %d %d %d]" % (start - 1, end + 1, len(changed) - end - 1)
    assert written in changed
    assert len(written) == len(claimed)
    assert "modifié" in refused(changed.replace(written, claimed))


def test_a_file_that_another_program_wrote_again_is_refused(sealed: bytes) -> None:
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        pdf.save(written)
    refused(written.getvalue())


def test_a_pdf_without_a_seal_is_refused() -> None:
    assert refused(a_certificate().unsealed) == "ce document ne porte pas de sceau"
    for nothing in (b"", b"%PDF-1.7", b"/ByteRange [0 1 2 3]", b"/ByteRange [0 10 5 1]" + bytes(99)):
        refused(nothing)
    refused(bytes(LARGEST + 1))


def test_the_seal_of_another_document_is_refused(sealed: bytes) -> None:
    other = a_certificate(family_name="Autre").sealed
    assert "modifié" in refused(with_seal(sealed, seal_in(other)))


def test_another_authority_s_seal_is_refused_even_under_the_same_names() -> None:
    foreign = seal_pdf(a_certificate().unsealed, Authority().key(), ISSUED)
    assert "autorité qui n’est pas parmi celles connues" in refused(foreign)


def sealed_by_hand(key: SigningKey, signer: SigningKey, signature: bytes | None = None) -> bytes:
    """With the certificates of one key and the signature of another."""
    pdf = seal_pdf(a_certificate().unsealed, key, ISSUED)
    template = CmsTemplate.of(key.chain)
    start, end = gap_of(pdf)
    digest = sha256(pdf[: start - 1] + pdf[end + 1 :]).digest()
    return with_seal(pdf, template.seal(digest, signature or signer.sign(template.attributes(digest))))


def test_the_certificate_of_one_key_over_the_signature_of_another_is_refused() -> None:
    key = a_school().documents
    check_sealed_pdf(sealed_by_hand(key, key), [a_school().authority.root])
    assert "ne correspond pas" in refused(sealed_by_hand(key, a_school().authority.key()))


def test_the_other_form_of_the_same_signature_is_refused(sealed: bytes) -> None:
    key, der = a_school().documents, seal_in(sealed)
    r, s = signature_of(der)
    assert der.endswith(encode_dss_signature(r, s))
    high = r.to_bytes(32) + (ORDER - s).to_bytes(32)
    assert "forme unique" in refused(sealed_by_hand(key, key, high))


def signature_of(der: bytes) -> tuple[int, int]:
    """r and s at the end of a seal."""
    tail = der[der.rindex(b"\x30", 0, len(der) - 60) :]
    size = tail[3]
    return int.from_bytes(tail[4 : 4 + size]), int.from_bytes(tail[6 + size :])


def test_a_key_of_another_use_seals_nothing_and_its_seal_is_refused_where_keys_are_known() -> None:
    school = a_school()
    for other in (school.qr, school.authority.key(Purpose.AUTHORITY)):
        with pytest.raises(ValueError, match="key for documents"):
            seal_pdf(a_certificate().unsealed, other, ISSUED)
    known = {school.documents.kid}
    second = school.authority.key()
    pdf = seal_pdf(a_certificate().unsealed, second, ISSUED)
    assert check_sealed_pdf(pdf, [school.authority.root], {second.kid}).kid == second.kid
    with pytest.raises(BrokenSeal, match="ne sert pas à sceller"):
        check_sealed_pdf(pdf, [school.authority.root], known)


@pytest.mark.parametrize("at", [SINCE - timedelta(days=1), SINCE + timedelta(days=1_200)])
def test_a_seal_outside_the_days_of_its_certificate_is_refused(at: datetime) -> None:
    pdf = seal_pdf(a_certificate().unsealed, a_school().documents, at)
    assert "à la date du sceau" in refused(pdf)


def test_what_is_sealed_is_not_sealed_again_and_an_instant_has_its_time_zone(sealed: bytes) -> None:
    with pytest.raises(ValueError, match="sealed already"):
        seal_pdf(sealed, a_school().documents, ISSUED)
    with pytest.raises(ValueError, match="time zone"):
        seal_pdf(
            a_certificate().unsealed,
            a_school().documents,
            datetime(2026, 5, 19, tzinfo=UTC).replace(tzinfo=None),
        )
