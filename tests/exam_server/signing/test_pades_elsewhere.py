"""What programs that we did not write say of a sealed certificate, whole and changed."""

import io
import re
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jws as joserfc_jws
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from exam_server.signing.sealed_pdf import check_sealed_pdf
from tests.exam_server.signing.test_sealed_pdf import gap_of, seal_in, turned
from tests.support.certificates import ISSUED, LONG_NAMES, Certificate, a_certificate, a_school, told

THEN = ISSUED.strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return a_certificate(**LONG_NAMES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Path:
    """The sealed PDF, one with a revision after it, and a database of NSS that trusts our authority."""
    place = tmp_path_factory.mktemp("sealed")
    a_school().authority.write_root(place / "root.pem")
    (place / "sealed.pdf").write_bytes(certificate.sealed)
    (place / "turned.pdf").write_bytes(turned(certificate.sealed))
    told("certutil", "-N", "-d", f"sql:{place}", "--empty-password")
    told("certutil", "-A", "-d", f"sql:{place}", "-n", "root", "-t", "CT,C,C", "-i", place / "root.pem")
    return place


def pdfsig(folder: Path, name: str) -> str:
    """Poppler and NSS, on the day of the seal."""
    return told("faketime", THEN, "pdfsig", "-nssdir", f"sql:{folder}", folder / name)


def test_pdfsig_finds_the_whole_document_validly_signed_by_a_trusted_certificate(folder: Path) -> None:
    said = pdfsig(folder, "sealed.pdf")
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "- Total document signed" in said
    assert "Signature Validation: Signature is Valid." in said
    assert "Certificate Validation: Certificate is Trusted." in said


def test_pdfsig_sees_that_a_revision_was_appended_and_we_refuse_it(folder: Path) -> None:
    said = pdfsig(folder, "turned.pdf")
    assert "Signature is Valid" in said, "a viewer that looks no further would be content"
    assert "Not total document signed" in said


def openssl_cms(content: str) -> list[str]:
    """On the day of the seal, with our authority alone."""
    trust = ["-CAfile", "root.pem", "-purpose", "any", "-attime", str(int(ISSUED.timestamp()))]
    given = ["-binary", "-inform", "DER", "-in", "seal.cms", "-content", content, "-out", "content"]
    return ["openssl", "cms", "-verify", "-cades", *trust, *given]


def test_openssl_accepts_the_seal_as_cades_over_what_it_covers(
    folder: Path, certificate: Certificate
) -> None:
    start, end = gap_of(certificate.sealed)
    covered = certificate.sealed[: start - 1] + certificate.sealed[end + 1 :]
    (folder / "seal.cms").write_bytes(seal_in(certificate.sealed))
    (folder / "covered").write_bytes(covered)
    (folder / "changed").write_bytes(covered[:-1])
    told(*openssl_cms("covered"), cwd=folder)
    assert (folder / "content").read_bytes() == covered
    told(*openssl_cms("changed"), cwd=folder, accepted=(4,))


def validated(pdf: bytes) -> Any:
    root = asn1.Certificate.load(a_school().authority.root.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[root], moment=ISSUED, allow_fetching=False)
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(signature, context)


def test_pyhanko_finds_it_intact_trusted_and_untouched(certificate: Certificate) -> None:
    status = validated(certificate.sealed)
    assert status.summary() == "INTACT:TRUSTED,UNTOUCHED"
    assert (status.bottom_line, status.docmdp_ok) == (True, True)
    assert status.modification_level.name == "NONE"


def test_pyhanko_says_that_the_appended_revision_was_not_allowed(certificate: Certificate) -> None:
    status = validated(turned(certificate.sealed))
    assert not status.bottom_line
    assert "ILLEGAL_MODIFICATIONS" in status.summary()


def test_the_seal_says_that_nothing_may_change_and_shows_nothing(certificate: Certificate) -> None:
    with pikepdf.open(io.BytesIO(certificate.sealed)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert pdf.Root.Perms.DocMDP == field.V
        assert (field.V.SubFilter, field.V.M) == ("/ETSI.CAdES.detached", "D:20260519093000Z")
        assert field.V.Reference[0].TransformParams.P == 1
        assert [float(side) for side in field.Rect] == [0, 0, 0, 0]
        assert "/AP" not in field
        assert field.TU == "Sceau électronique"


def test_no_time_is_claimed_twice(certificate: Certificate) -> None:
    """PAdES leaves the signing time to the dictionary of the PDF."""
    signing_time = bytes.fromhex("06092a864886f70d010905")
    assert signing_time not in seal_in(certificate.sealed)


def test_qpdf_finds_no_error(folder: Path) -> None:
    assert "No syntax or stream encoding errors found" in told("qpdf", "--check", folder / "sealed.pdf")


@pytest.mark.parametrize("which", ["unsealed", "sealed"])
def test_pdfua_finds_nothing_and_both_standards_are_claimed(
    certificate: Certificate, which: str, tmp_path: Path
) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(getattr(certificate, which))
    said = told(Path(sys.executable).with_name("pdfua"), "check", file)
    assert "result: PASS (no findings)" in said
    with pikepdf.open(file) as pdf:
        claimed = pdf.Root.Metadata.read_bytes().decode()
    assert re.search(r"pdfuaid:part>1<", claimed)
    assert re.search(r"pdfaid:part>3<", claimed)
    assert re.search(r"pdfaid:conformance>A<", claimed)


def test_the_record_comes_out_of_the_pdf_and_another_library_verifies_it(
    folder: Path, certificate: Certificate
) -> None:
    listed = told("pdfdetach", "-list", folder / "sealed.pdf")
    assert "1 embedded files" in listed
    assert "certificate.jws" in listed
    told("pdfdetach", "-savefile", "certificate.jws", "-o", folder / "record", folder / "sealed.pdf")
    record = (folder / "record").read_text()
    assert record == certificate.record == check_record(certificate)
    registry = JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    registry.max_header_length = 4_096
    key = ECKey.import_key(a_school().documents.public.pem())
    found = joserfc_jws.deserialize_compact(record, key, registry=registry)
    assert LONG_NAMES["family_name"].encode() in found.payload


def check_record(certificate: Certificate) -> str:
    """The record as our own check gives it."""
    found = check_sealed_pdf(certificate.sealed, [a_school().authority.root])
    return found.attached["certificate.jws"].decode()


def test_the_record_is_attached_as_pdf_a_3_wants_it(certificate: Certificate) -> None:
    with pikepdf.open(io.BytesIO(certificate.sealed)) as pdf:
        (file,) = pdf.Root.AF
        assert (file.AFRelationship, file.F, file.UF) == ("/Data", "certificate.jws", "certificate.jws")
        assert "JWS" in str(file.Desc)
        assert file.EF.F.Subtype == "/application/jose"
