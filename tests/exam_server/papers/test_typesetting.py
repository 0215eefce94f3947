"""Every paper is PDF/UA-1, whoever is in the room and whatever their names are made of."""

import io

import pytest
import segno
from pypdf import PdfReader

from exam_server.papers import typesetting
from exam_server.papers.forms import Card
from exam_server.papers.qr_codes import qr_of
from tests.exam_server.papers.samples import (
    ADDRESS,
    PAPERS,
    a_sitting,
    cards,
    convocations,
    letters_of,
    pages_of,
    seat_plan,
)

EVERY_PAPER = pytest.mark.parametrize("paper", PAPERS)
LONG = "de La Rochefoucauld-Montmorency d’Aubigné-Chateaubriand Marie-Antoinette-Philippine"
UNBROKEN = "Anticonstitutionnellement" * 4 + " Bob"
MARKUP = '#panic() *gras* _i_ $x^2$ `y` "z" \\n \\u{41} <b> = @ // [] {} ~ -- O\'Brien'


def people(count: int) -> list[str]:
    return [f"Démo-{number:03d} Prunelle" for number in range(count)]


@EVERY_PAPER
@pytest.mark.parametrize("count", [0, 1, 5, 30, 45])
def test_a_paper_is_made_for_any_number_of_candidates_and_names_each_of_them(paper: str, count: int) -> None:
    names = people(count)
    said = letters_of("".join(pages_of(PAPERS[paper](names))))
    assert [name for name in names if letters_of(name) not in said] == []
    assert ("nobody" in said) is (count == 0 and paper not in {"seat plan", "readiness sheet"})


@EVERY_PAPER
def test_a_paper_says_what_it_is_in_which_language_and_is_tagged(paper: str) -> None:
    reader = PdfReader(io.BytesIO(PAPERS[paper](people(3))))
    catalogue = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert (reader.metadata.title, catalogue["/Lang"]) == ("Papier", "fr")
    assert catalogue["/MarkInfo"]["/Marked"]
    assert reader.xmp_metadata is not None
    assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()


@EVERY_PAPER
def test_a_paper_of_the_same_values_is_the_same_to_the_last_octet(paper: str) -> None:
    assert PAPERS[paper](people(3)) == PAPERS[paper](people(3))


@EVERY_PAPER
def test_signs_that_mean_something_to_typst_are_printed_as_they_are(paper: str) -> None:
    said = letters_of("".join(pages_of(PAPERS[paper]([MARKUP, *people(2)]))))
    assert letters_of(MARKUP) in said


@EVERY_PAPER
@pytest.mark.parametrize("name", [LONG, UNBROKEN, "X" * 300])
def test_a_very_long_name_is_whole(paper: str, name: str) -> None:
    said = letters_of("".join(pages_of(PAPERS[paper]([name, *people(2)]))))
    assert letters_of(name) in said


@EVERY_PAPER
@pytest.mark.parametrize(
    "name", ["王伟 Li", "Ana 😀", "a\nb\x00c\u2028d\u202ee", "\ud800", "\ue000", "", "กมล"]
)
def test_a_letter_that_no_font_has_costs_nobody_the_paper(paper: str, name: str) -> None:
    said = letters_of("".join(pages_of(PAPERS[paper]([name, *people(2)]))))
    assert letters_of(people(2)[1]) in said


def test_the_other_letters_of_such_a_name_are_printed() -> None:
    (page,) = pages_of(convocations(["Łukasz 王 Ğül"]))
    assert "Łukasz □ Ğül" in page


def test_an_incident_of_many_words_runs_over_pages_and_is_whole() -> None:
    words = " ".join(f"mot{number}" for number in range(1_500))
    said = letters_of("".join(pages_of(PAPERS["session report"]([words]))))
    assert said.count("mot1499") >= 2, "in the description, and in the statement"


def test_twelve_incidents_of_long_names_are_all_there() -> None:
    names = [f"{number} {LONG}" for number in range(12)]
    pages = pages_of(PAPERS["session report"](names))
    said = letters_of("".join(pages))
    for number, name in enumerate(names, 1):
        assert letters_of(f"{number}. Panne du poste {name}") in said
    assert "signatures" in pages[-1]


def test_a_convocation_has_a_page_to_itself() -> None:
    names = [LONG, UNBROKEN, *people(3)]
    pages = pages_of(convocations(names))
    assert len(pages) == len(names)
    for name, page in zip(names, pages, strict=True):
        assert letters_of(name) in letters_of(page)


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (10, 1), (11, 2), (30, 3), (45, 5)])
def test_ten_cards_fit_on_a_page(count: int, pages: int) -> None:
    assert len(pages_of(cards([LONG, *people(count - 1)]))) == pages


@pytest.mark.parametrize("count", [0, 1, 30, 45])
def test_the_seat_plan_is_one_page(count: int) -> None:
    assert len(pages_of(seat_plan([LONG, UNBROKEN, *people(count)][: max(count, 0)]))) == 1


def test_the_qr_code_leads_to_the_entry_page_and_knows_nothing_of_the_access_code() -> None:
    assert qr_of(ADDRESS) == segno.make(ADDRESS, error="m", micro=False).svg_inline(border=0, omitsize=True)
    deck = [Card("Démo", "3E A", "BCDF-GHJK", used=False)]
    pdf = PdfReader(io.BytesIO(typesetting.cards(a_sitting(), deck, ADDRESS)))
    (page,) = pdf.pages
    assert "/Annots" not in page, "no link either: what is clicked may land in a history"
    assert "BCDF-GHJK" in page.extract_text()
