"""French typography reaches prose and leaves code, addresses and tables alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.typography import Block, BlockKind, Phrase, blocks, fences_are_closed, french_typography

PARAGRAPH, PREFORMATTED = BlockKind.PARAGRAPH, BlockKind.PREFORMATTED


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Où ?", "Où\u202f?"),
        ("« ??? »", "«\u00a0???\u00a0»"),
        ("Non !", "Non\u202f!"),
        ("a ; b", "a\u202f; b"),
        ("Voici : rien", "Voici\u00a0: rien"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("12 %", "12\u00a0%"),
        ("l'école d'Inès", "l’école d’Inès"),
        ("print('a')", "print('a')"),
        ("voir http://exemple.fr/l'a ?", "voir http://exemple.fr/l'a\u202f?"),
        ("taper `a ? b : l'c` ici", "taper `a ? b : l'c` ici"),
        ("reste % 2", "reste % 2"),
    ],
)
def test_french_typography(written: str, shown: str) -> None:
    assert french_typography(written) == shown


@given(st.text(alphabet="ab ?!:;«»%'`1\n", max_size=40))
def test_typography_is_done_once(written: str) -> None:
    once = french_typography(written)
    assert french_typography(once) == once
    assert len(once) == len(written)


def test_a_stem_is_cut_into_paragraphs_lists_and_code() -> None:
    stem = "Lisez ce\nmessage :\n```\n  Objet : l'accès ?\n\n  fin\n```\n- un\n- deux\nsuite\n\nQue faire ?\n"
    assert blocks(stem) == (
        Block(PARAGRAPH, "Lisez ce message\u00a0:"),
        Block(PREFORMATTED, "  Objet : l'accès ?\n\n  fin"),
        Block(PARAGRAPH, "- un"),
        Block(PARAGRAPH, "- deux suite"),
        Block(PARAGRAPH, "Que faire\u202f?"),
    )


@given(st.text(alphabet="ab -\n`", max_size=60))
def test_no_word_of_a_stem_is_lost(stem: str) -> None:
    shown = "".join(block.text for block in blocks(stem))
    assert [shown.count(letter) for letter in "ab"] == [stem.count(letter) for letter in "ab"]


@pytest.mark.parametrize(("stem", "closed"), [("a", True), ("```\na\n```", True), ("```\na", False)])
def test_an_open_fence_is_seen(stem: str, closed: bool) -> None:
    assert fences_are_closed(stem) is closed


def test_a_phrase_keeps_its_values_through_a_translation() -> None:
    phrase = Phrase("restez sous {longest}", longest=80)
    assert str(phrase) == "restez sous 80"
    assert phrase.said({"restez sous {longest}": "stay below {longest}"}.__getitem__) == "stay below 80"
    assert (
        phrase == Phrase("restez sous {longest}", longest=80) != Phrase("restez sous {longest}", longest=81)
    )


@pytest.mark.parametrize("unit", ["Go", "ko", "Mbit/s", "kg", "km", "min", "h", "W", "px", "%", "€", "fois"])
def test_a_number_stays_with_its_unit(unit: str) -> None:
    assert french_typography(f"Il pèse 27 {unit}, pas plus.") == f"Il pèse 27\u00a0{unit}, pas plus."


@pytest.mark.parametrize("word", ["mots", "souris", "h’", "Gonesse", "minutes", "o’clock"])
def test_a_word_that_only_begins_like_a_unit_is_let_go(word: str) -> None:
    assert french_typography(f"Il a 27 {word}") == f"Il a 27 {word}"
