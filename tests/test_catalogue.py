"""The English catalogue holds what the sources say, whole, with the same values, in the house's words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from exam_server.web.language import _, language, ngettext
from scripts.catalogue import (
    CATALOGUE,
    brought_up_to_date,
    faults_of,
    gathered,
    read,
    values_in,
    written,
)
from tests.source_tree import BROWSER, ROOT

PAGES = sorted(file for folder in BROWSER for file in (ROOT / folder / "templates").rglob("*.html"))
NO_TRANSLATION = frozenset({"Passation", "passation verify"})
"""What a page may say outside gettext: the product's name and its command."""
NOT_OUR_WORDS = re.compile(
    r"\b(?:students?|proctors?|exams?|participations?|answers?|submissions?|teachers?|admins?|organisations?|"
    r"dashboards?|alerts?|tickets?|grades?|challenges?|allowances?|authori[sz]e|"
    r"colors?|centers?|enrol\w*|recogniz\w+|organiz(?!ationUai)\w+|finaliz\w+)\b",
    re.IGNORECASE,
)
"""What the glossary says not to say, and American spellings; "organizationUai" is a field's name."""
FRENCH_LETTERS = re.compile(r"[àâçèéêëîïôùûœ]", re.IGNORECASE)
FRENCH_THINGS = ("‘Élèves sans adresses’", "lycée", "sixième", "bilan périodique", "(second degré)")
"""Names with no English of their own: what a reader looks for in SIECLE, in LSU and at school."""


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read(CATALOGUE.read_bytes())


@pytest.fixture(scope="module")
def found() -> Catalog:
    return gathered()


@contextmanager
def reading(code: str) -> Iterator[None]:
    """As a reader of a language."""
    token = language.set(code)
    try:
        yield
    finally:
        language.reset(token)


def english_of(catalogue: Catalog) -> list[str]:
    return [
        text
        for message in catalogue
        if message.id
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
    ]


def a_catalogue(french: str | tuple[str, str], english: str | tuple[str, ...], **facts: object) -> Catalog:
    one = Catalog(locale="en")
    one.add(french, english, **facts)  # type: ignore[arg-type]
    return one


# -- the catalogue -------------------------------------------------------------------------------------------


def test_the_catalogue_is_up_to_date_with_the_sources(found: Catalog) -> None:
    octets = CATALOGUE.read_bytes()
    assert written(brought_up_to_date(read(octets), found)) == octets, "run scripts/translate"


def test_every_text_is_translated_with_its_values_and_none_is_doubtful(catalogue: Catalog) -> None:
    assert len(catalogue) > 800
    assert faults_of(catalogue) == []


def test_english_is_written_in_the_house_s_words(catalogue: Catalog) -> None:
    assert [text for text in english_of(catalogue) if NOT_OUR_WORDS.search(text)] == []


def test_only_names_of_french_things_are_left_in_french(catalogue: Catalog) -> None:
    without_names = [
        reduce(lambda text, name: text.replace(name, ""), FRENCH_THINGS, text)
        for text in english_of(catalogue)
    ]
    assert [text for text in without_names if FRENCH_LETTERS.search(text)] == []


def test_every_kind_of_source_is_read(found: Catalog) -> None:
    read_from = {file for message in found for file, _line in message.locations}
    for expected in (
        "exam_client_web/templates/entry.html",
        "proctor_console/templates/base.html",
        "exam_server/web/sentences.py",
        "exam_server/imports/wording.py",
        "exam_server/signing/jws.py",
        "question_bank/skill_files.py",
    ):
        assert expected in read_from


def test_the_file_changes_only_when_a_text_does(found: Catalog) -> None:
    current = written(brought_up_to_date(read(CATALOGUE.read_bytes()), found))
    again = written(brought_up_to_date(read(current), found))
    assert again == current
    head = current.decode().partition("#:")[0]
    assert not re.search(r"Date|Generated|Translator|\d{4}", head)
    assert not re.search(r"^#: .*:\d+$", current.decode(), re.MULTILINE)


# -- what is found fault with --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("french", "english", "facts", "fault"),
    [
        ("Bonjour", "", {}, "untranslated"),
        (("{n} carte", "{n} cartes"), ("{n} card", ""), {}, "untranslated"),
        (("{n} carte", "{n} cartes"), ("{n} cards",), {}, "untranslated"),
        ("Bonjour", "Hello", {"flags": ["fuzzy"]}, "fuzzy"),
        ("Question {n} sur {of}", "Question {n}", {}, "other values"),
        ("Question {n}", "Question {number}", {}, "other values"),
        ("Page %(n)s", "Page", {}, "other values"),
        (("{n} carte", "{n} cartes"), ("one card", "{n} cards"), {}, "other values"),
        ("Fini", "100% done", {"locations": [("page.html", 1)]}, "means something in a page"),
        ("Fini", 'so "done"', {"locations": [("page.html", 1)]}, "means something in a page"),
        ("Fini", "<b>done</b>", {"locations": [("page.html", 1)]}, "means something in a page"),
    ],
)
def test_a_fault_is_named(
    french: str | tuple[str, str], english: str | tuple[str, ...], facts: dict[str, object], fault: str
) -> None:
    (said,) = faults_of(a_catalogue(french, english, **facts))
    assert fault in said


def test_a_changed_text_keeps_its_old_translation_as_a_doubtful_one(catalogue: Catalog) -> None:
    before = a_catalogue("La session est close depuis hier.", "The session has been closed since yesterday.")
    after = brought_up_to_date(before, a_catalogue("La session est close depuis lundi.", ""))
    assert faults_of(read(written(after))) == ["fuzzy: La session est close depuis lundi."]


def test_a_text_that_nobody_says_any_more_is_dropped() -> None:
    after = brought_up_to_date(a_catalogue("Adieu", "Farewell"), a_catalogue("Quelque chose", ""))
    assert b"Adieu" not in written(after)


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), unique=True, max_size=5), st.booleans())
def test_values_are_seen_in_both_ways_of_writing_them(names: list[str], on_a_page: bool) -> None:
    form = "%({})s" if on_a_page else "{{{}}}"
    assert values_in(" et ".join(form.format(name) for name in names)) == set(names)


# -- what readers get ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "count", "said"),
    [
        ("fr", 0, "0 élève"),
        ("fr", 1, "1 élève"),
        ("fr", 2, "2 élèves"),
        ("en", 0, "0 pupils"),
        ("en", 1, "1 pupil"),
        ("en", 2, "2 pupils"),
    ],
)
def test_each_language_counts_in_its_own_way(code: str, count: int, said: str) -> None:
    with reading(code):
        assert ngettext("%(count)s élève", "%(count)s élèves", count) % {"count": count} == said


def test_every_translation_reaches_its_reader(catalogue: Catalog) -> None:
    def said(message: Message) -> object:
        if isinstance(message.id, tuple):
            return tuple(ngettext(*message.id, count) for count in (1, 2))
        return _(str(message.id))

    with reading("en"):
        assert [message.id for message in catalogue if message.id and said(message) != message.string] == []
    with reading("fr"):
        assert _("Votre code d’accès") == "Votre code d’accès"


# -- what could never be translated --------------------------------------------------------------------------


def untranslatable_in(source: str) -> list[str]:
    """The words of a template that stand outside gettext."""
    plain, within = [], False
    for _line, kind, text in Environment(extensions=["jinja2.ext.i18n"]).lex(source):  # noqa: S701
        if kind == "name" and text in {"trans", "endtrans"}:
            within = text == "trans"
        elif kind == "data" and not within:
            plain.append(text)
        elif kind == "variable_begin":
            plain.append("\N{BULLET}")
    page = "".join(plain)
    attributes = re.findall(r'\b(?:aria-label|alt|title|placeholder|data-text)="([^"]*)"', page)
    shown = re.sub(r"<[^>]*>", "\n", page, flags=re.DOTALL).split("\n")
    texts = (text.strip(" –·:,()…←\N{BULLET}") for text in (*attributes, *shown))
    return [text for text in texts if re.search(r"[^\W\d_]{2}", text) and text not in NO_TRANSLATION]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_says_nothing_outside_gettext(page: Path) -> None:
    source = re.sub(r"\{% (block|macro) \w*(?:class|words)\w*.*?\{% end\1 %\}", "", page.read_text("utf-8"))
    assert untranslatable_in(source) == []


def test_a_word_outside_gettext_is_seen() -> None:
    source = '<p title="Ici">Bonjour {{ name }}</p>{{ _("Oui") }}{% trans %}Non{% endtrans %}'
    assert untranslatable_in(source) == ["Ici", "Bonjour"]
