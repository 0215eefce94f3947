"""The certificate: what its page says, in which order, whoever it is about, and its code from a picture."""

import io
import random
import re
import unicodedata
from pathlib import Path

import fontpkg_atkinson_hyperlegible as atkinson
import pytest
import zxingcpp
from matplotlib.ft2font import FT2Font
from pypdf import PdfReader

from exam_server.papers.certificate import WHOLE_LETTERS, certificate_pdf, day_of
from exam_server.signing.cose import keys_by_kid8
from exam_server.signing.paper_seal import open_paper_seal
from scripts.bench.print_and_scan import pictured, printed_and_scanned
from tests.exam_server.papers.samples import letters_of, pages_of
from tests.support.certificates import (
    ADDRESS,
    EVERY_LEVEL,
    ISSUED,
    LONG_NAMES,
    Certificate,
    a_certificate,
    a_school,
    certified_domains,
    told,
)

MARKUP = '#panic() *gras* _i_ $x^2$ `y` "z" \\n \\u{41} <b> = @ // [] {} ~ -- O\'Brien'
ASKEW = 12


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return a_certificate()


def said_by(certificate: Certificate) -> str:
    (page,) = pages_of(certificate.unsealed)
    return letters_of(page)


def read_aloud(pdf: bytes, folder: Path) -> list[str]:
    """The texts in the order of the structure, as poppler finds them."""
    file = folder / "certificate.pdf"
    file.write_bytes(pdf)
    texts = re.findall(r'^\s*"(.+)"$', told("pdfinfo", "-struct-text", file), re.M)
    return [text.strip() for text in texts]


HEAD = [
    "Collège des Vergers",
    "UAI 0990001X",
    "Délivré le 19 mai 2026",
    "Certificat de compétences numériques",
    "Cadre de référence des compétences numériques (CRCN)",
    "Prunelle, Zoë",
    "Démo-Martin",
    "né(e) le",
    "3 avril 2012",
    "session du",
    "12 mai 2026",
    "Score",
    "352",
    "sur 1 024",
    "Niveaux certifiés par compétence",
    "Compétence",
    "Niveau, de 1 à 8",
]
FOOT = [
    "Non certifiée",
    ": un niveau était déclaré avant la session, les réponses ne l’ont pas confirmé.",
    "Niveau 0",
    ": aucun niveau n’était déclaré, la compétence ne compte pas dans le score.",
    "Vérifier",
    "Vérifier ce certificat",
    "Scannez le code, ou saisissez ce code de vérification :",
    "G0AYW-AHEPP-JW7K",
    "sur",
    "passation.college-des-vergers.example/verifier",
    "Le sceau électronique de ce document montre qu’il n’a pas changé depuis sa délivrance.",
    "Fait avec une clé que l’émetteur a créée, ce n’est pas un cachet électronique qualifié.",
]


def levels_read_aloud() -> list[str]:
    lines = []
    for domain in certified_domains(EVERY_LEVEL):
        lines.append(f"{domain.code}. {domain.label}")
        for one in domain.levels:
            lines += [one.code, one.label, "non certifiée" if one.level < 0 else f"niveau {one.level}"]
    return lines


@pytest.mark.parametrize("which", ["unsealed", "sealed"])
def test_it_is_read_aloud_in_the_order_of_the_page_and_the_bars_are_silent(
    certificate: Certificate, which: str, tmp_path: Path
) -> None:
    aloud = read_aloud(getattr(certificate, which), tmp_path)
    plain = [text.replace("\u202f", " ").replace("\u00a0", " ") for text in aloud]
    assert plain == [*HEAD, *levels_read_aloud(), *FOOT]


def test_the_structure_has_headings_a_table_with_its_headers_and_a_figure_with_words(
    certificate: Certificate, tmp_path: Path
) -> None:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(certificate.sealed)
    structure = told("pdfinfo", "-struct", file)
    kinds = re.findall(r"^\s*(H1|H2|Table|TH|Figure|Link|TD|Form)\b", structure, re.M)
    assert kinds == ["H1", "H2", "Table", *kinds[3:-3], "Figure", "H2", "Link"]
    assert (kinds.count("TH"), kinds.count("TD")) == (2 + 5, 16 * 2)


def test_it_says_what_it_is_and_when_it_was_issued(certificate: Certificate) -> None:
    reader = PdfReader(io.BytesIO(certificate.sealed))
    assert reader.metadata is not None
    assert reader.metadata.title == "Certificat de compétences numériques – Prunelle, Zoë Démo-Martin"
    assert (reader.metadata.author, reader.trailer["/Root"]["/Lang"]) == ("Collège des Vergers", "fr")
    assert reader.metadata.creation_date == ISSUED
    assert reader.attachments["certificate.jws"] == [certificate.record.encode()]


def test_what_is_not_on_the_certificate_is_not_explained() -> None:
    said = said_by(a_certificate(levels=[8] * 16))
    assert "Noncertifiée" not in said
    assert "Niveau0" not in said
    assert letters_of("1\u202f024") in said


def test_a_later_version_says_so(certificate: Certificate) -> None:
    assert "Version" not in said_by(certificate)
    assert letters_of("Version 2, qui remplace les précédentes") in said_by(a_certificate(version=2))


def test_only_a_self_made_key_is_said_to_be_one() -> None:
    said = said_by(a_certificate(self_made_key=False))
    assert "qualifié" not in said
    assert letters_of("montre qui l’a délivré") in said


@pytest.mark.parametrize(
    "names",
    [
        LONG_NAMES,
        {"family_name": "Anticonstitutionnellement" * 8, "given_names": "X" * 300},
        {"family_name": MARKUP, "given_names": MARKUP},
        {"family_name": "Nguyễn-Łukaszewicz Øđ İşığ Ђорђевић", "given_names": "Þóra Žofie Ρόδο Ǖ"},
        {"family_name": "Ţěšťöňẞ Ășțăń", "given_names": "Łucja Şahin Ağır Đorđe Œdipe Ÿ"},
        {"family_name": "W" * 40, "given_names": "Jean, " * 12 + "Paul"},
    ],
)
def test_every_name_is_whole_on_one_page(names: dict[str, str]) -> None:
    centre = (
        "Lycée polyvalent international des métiers de la mer et du littoral – Annexe de Saint-Symphorien"
    )
    said = said_by(a_certificate(**names, centre=centre, version=12))
    for name in names.values():
        assert letters_of(name) in said


def test_a_letter_that_no_font_has_becomes_a_box_and_is_whole_in_the_record(certificate: Certificate) -> None:
    rare = a_certificate(family_name="Démo 明")
    assert "Démo□" in said_by(rare)
    assert "明" in open_paper_seal(rare.qr_text, keys_by_kid8([a_school().qr.chain[0]])).family_name


def test_the_letters_that_are_said_to_be_in_the_font_are_all_those_that_are_there() -> None:
    fonts = [FT2Font(str(file)) for file in (atkinson.ROOT / "files").glob("*[BR]*.ttf")]
    common = set.intersection(*(set(font.get_charmap()) for font in fonts))
    latin = {chr(code) for code in common if 0x100 <= code < 0x370 and chr(code).isalpha()}
    assert {one for one in latin if unicodedata.name(one).startswith("LATIN")} - {"ƒ"} == WHOLE_LETTERS


def read_by_zbar(pdf: bytes, folder: Path) -> str:
    """From a picture of 150 dpi, by another program than ours."""
    (folder / "page.pdf").write_bytes(pdf)
    told("pdftoppm", "-r", "150", "-png", "-singlefile", folder / "page.pdf", folder / "page")
    return told("zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", folder / "page.png").rstrip("\n")


@pytest.mark.parametrize("names", [{}, LONG_NAMES, {"family_name": "É" * 300, "given_names": "ễ" * 300}])
def test_two_decoders_read_the_code_from_a_picture_of_150_dpi(names: dict[str, str], tmp_path: Path) -> None:
    certificate = a_certificate(**names)
    read = zxingcpp.read_barcodes(pictured(certificate.sealed))
    assert [one.text for one in read] == [certificate.qr_text]
    assert read_by_zbar(certificate.sealed, tmp_path) == certificate.qr_text
    facts = open_paper_seal(certificate.qr_text, keys_by_kid8([a_school().qr.chain[0]]))
    assert (facts.levels, facts.code) == (EVERY_LEVEL, certificate.paper.code)


def test_a_page_that_was_printed_and_scanned_askew_is_read(certificate: Certificate) -> None:
    page, rng = pictured(certificate.sealed), random.Random(20_260_519)
    read = [zxingcpp.read_barcode(printed_and_scanned(page, rng)) for _turn in range(ASKEW)]
    assert [one.text if one else "" for one in read] == [certificate.qr_text] * ASKEW


def test_days_are_written_as_people_write_them() -> None:
    assert day_of(ISSUED.date()) == "19\u00a0mai\u00a02026"
    assert day_of(ISSUED.date().replace(month=8, day=1)) == "1er\u00a0août\u00a02026"


def test_an_instant_has_its_time_zone(certificate: Certificate) -> None:
    with pytest.raises(ValueError, match="time zone"):
        certificate_pdf(
            certificate.facts, certificate.record, certificate.qr_text, ADDRESS, ISSUED.replace(tzinfo=None)
        )
