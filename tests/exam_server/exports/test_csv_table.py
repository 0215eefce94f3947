"""A table that a spreadsheet opens as it is, and works nothing out of."""

import csv
import io

import pytest

from exam_server.exports.csv_table import csv_table


def read(octets: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_it_begins_with_the_mark_of_utf_8_and_parts_by_semicolons() -> None:
    made = csv_table(["Heure", "Fait"], [["9 h", "Début"], [3, None]])
    assert made == "\ufeffHeure;Fait\r\n9 h;Début\r\n3;\r\n".encode()


@pytest.mark.parametrize("text", ["a;b", 'dit "oui"', "deux\nlignes", "", "é’…", "x" * 40_000])
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert read(csv_table(["a"], [[text, "fin"]]))[1] == [text, "fin"]


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\u00a0=1",
        "\n=1",
        "\uff1d1",
        "\u3000\uff20SUM(A1)",
    ],
)
def test_what_would_be_a_formula_is_shown_instead(text: str) -> None:
    assert read(csv_table(["a"], [[text]]))[1] == [f"'{text}"]


def test_a_figure_is_a_figure() -> None:
    assert read(csv_table(["a"], [[-5]]))[1] == ["-5"]
