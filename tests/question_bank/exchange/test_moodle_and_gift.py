"""Moodle XML and GIFT: each kind of question is read, or listed with the reason."""

from pathlib import Path

import pytest

from question_bank.exchange.archive import BadPackage
from question_bank.exchange.drafts import Found
from question_bank.exchange.gift import read_gift
from question_bank.exchange.item_files import write_drafts
from question_bank.exchange.moodle import read_moodle
from question_bank.items import ItemVersion
from question_bank.loading import load_bank


def items(folder: Path, found: Found) -> list[ItemVersion]:
    _, refused = write_drafts(found.drafts, folder, "2.1", 2, "Questions d’ailleurs")
    assert refused == []
    return list(load_bank(folder).items)


def moodle(kind: str, inside: str, stem: str = "<p>Que choisir ?</p>") -> Found:
    text = f"<questiontext format='html'><text><![CDATA[{stem}]]></text></questiontext>"
    name = "<name><text>Une question</text></name>"
    return read_moodle(f"<quiz><question type='{kind}'>{name}{text}{inside}</question></quiz>".encode())


def answers(*pairs: tuple[str, int]) -> str:
    return "".join(f"<answer fraction='{part}'><text>{text}</text></answer>" for text, part in pairs)


@pytest.mark.parametrize(
    ("kind", "inside", "key"),
    [
        ("multichoice", "<single>true</single>" + answers(("a", 0), ("b", 100), ("c", 0), ("d", 0)), ("b",)),
        (
            "multichoice",
            "<single>false</single>" + answers(("a", 50), ("b", 50), ("c", -50), ("d", -50)),
            ("a", "b"),
        ),
        (
            "shortanswer",
            "<usecase>0</usecase>" + answers(("oui", 100), ("ouais", 100), ("non", 0)),
            ("oui", "ouais"),
        ),
        ("numerical", "<answer fraction='100'><text>3.5</text><tolerance>0.1</tolerance></answer>", None),
        ("ordering", answers(("un", 100), ("deux", 100), ("trois", 100)), ("un", "deux", "trois")),
    ],
)
def test_moodle_questions_are_read(
    tmp_path: Path, kind: str, inside: str, key: tuple[str, ...] | None
) -> None:
    (item,) = items(tmp_path, moodle(kind, inside))
    assert key in (None, item.body.key())


def test_moodle_pairs_keep_their_extras(tmp_path: Path) -> None:
    sub = "<subquestion><text>{}</text><answer><text>{}</text></answer></subquestion>"
    inside = "".join(sub.format(*pair) for pair in (("a", "1"), ("b", "2"), ("c", "3"), ("", "4")))
    (item,) = items(tmp_path, moodle("matching", inside))
    assert item.body.to_json()["rights"] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("kind", "inside", "stem", "said"),
    [
        ("essay", "", "Racontez.", "essay"),
        ("truefalse", "", "Vrai ?", "vrai ou faux"),
        ("multichoice", answers(("a", 100), ("b", 0)), "Deux ?", "il en faut de 4"),
        ("shortanswer", answers(("o*", 100)), "Joker ?", "joker"),
        ("numerical", answers(("1", 100), ("2", 100)), "Deux ?", "il en faut une"),
        ("shortanswer", answers(("a", 100)), "<p>Voyez <img src='x'> ?</p>", "image"),
        ("shortanswer", answers(("a", 100)), "<p>Mal <b>formé</p>", "mal formé"),
        ("shortanswer", answers(("a", 100)), "", "vide"),
    ],
)
def test_moodle_questions_without_a_counterpart_are_listed(
    kind: str, inside: str, stem: str, said: str
) -> None:
    found = moodle(kind, inside, stem)
    assert found.drafts == []
    assert [said in str(one.reason) for one in found.unmapped] == [True]


@pytest.mark.parametrize("octets", [b"<html/>", b"", b"<!DOCTYPE q SYSTEM 'x'><quiz/>", b"\xff\xfe"])
def test_what_is_no_moodle_file_is_refused(octets: bytes) -> None:
    with pytest.raises(BadPackage):
        read_moodle(octets)


GIFT = """// un commentaire
$CATEGORY: tout

::Copier:: Quelle touche copie ? {=Ctrl\\=C ~Ctrl+V ~Ctrl+X ~Ctrl+Z #### Elle copie.}

Lesquelles sont des images ? {~%50%png ~%50%jpg ~%-100%mp3 ~%-100%odt}

Combien font 2 \\{ 3 \\} ? {#5:0.5}

Entre ? {#1..5}

Associez. {=a -> 1 =b -> 2 =c -> 3 = -> 4}

Le mot {=clé =cle} protège.

Le logo {=oui

~non ~peut-être ~jamais} est là.
"""


def test_gift_questions_are_read(tmp_path: Path) -> None:
    found = read_gift(GIFT.encode())
    assert found.unmapped == []
    read = items(tmp_path, found)
    assert [item.type.value for item in read] == [
        *("single_choice", "multiple_choice", "numeric", "numeric", "matching", "fill_in", "fill_in")
    ]
    assert read[0].body.key() == ("Ctrl=C",)
    assert read[0].rationale == "Elle copie."
    assert read[2].stem == "Combien font 2 { 3 } ?"
    assert read[3].body.to_json() == {"value": "3", "tolerance": "2", "unit": None}
    assert read[5].body.key() == ("clé | cle",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Vrai ? {TRUE}", "vrai ou faux"),
        ("Racontez. {}", "question ouverte"),
        ("Deux {=a} et {=b}.", "plusieurs réponses"),
        ("Rien à choisir", "accolades"),
        ("Combien ? {#beaucoup}", "pas un nombre"),
        ("Combien ? {#=1 =2}", "il en faut une"),
        ("Trop peu ? {=a ~b}", "il en faut de 4"),
        ("{=a ~b ~c ~d}", "vide"),
    ],
)
def test_gift_questions_without_a_counterpart_are_listed(text: str, said: str) -> None:
    found = read_gift(f"{GIFT}\n\n{text}\n".encode())
    assert len(found.drafts) == 7
    assert [said in str(one.reason) for one in found.unmapped] == [True]


def test_a_gift_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(BadPackage, match="UTF-8"):
        read_gift(b"\xff\xfe\x00")
