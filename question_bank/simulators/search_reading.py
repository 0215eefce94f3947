"""A search page as authors write it: documents and goal, with every problem noted."""

import re
from datetime import date

from question_bank.item_types.authored import Fields, Word
from question_bank.simulators.folding import words_of
from question_bank.simulators.search_corpus import Content, Document, Language, Licence
from question_bank.simulators.search_page import Goal, LastSearch, Scene
from question_bank.simulators.search_query import MAX_QUERY, DocumentKind, Operator
from question_bank.typography import Phrase, fences_are_closed

FEWEST, MOST = 3, 25
MAX_NAME = 40
MAX_TITLE = 120
MAX_SITE = 60
MAX_SNIPPET = 300
MAX_SOURCE = 160
MAX_SOURCES = 8
MAX_CONTENT = 2500

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Nothing here may lead to a real site: the domain .example belongs to nobody (RFC 2606).
_ADDRESS = re.compile(r"(?:[a-z0-9-]+\.)+example(?:/\S*)?")


def read_scene(fields: Fields) -> Scene:
    engine = fields.text("engine", MAX_NAME, default="Recherche")
    today = _day(fields, "today")
    query = fields.text("query", MAX_QUERY, default="")
    documents = tuple(_document(section) for section in fields.sections("documents", FEWEST, MOST))
    seen: set[str] = set()
    for place, document in enumerate(documents, 1):
        if document.id and document.id in seen:
            problem = Phrase("« {name} » est déjà pris", name=document.id)
            fields.note(f"documents[{place}].id", problem, Phrase("donnez un autre nom"))
        seen.add(document.id)
    goal = fields.section("goal", required=False)
    choosing = goal is not None and ("chosen" in goal or "chosen_among" in goal)
    bookmarking = goal is not None and "bookmarked" in goal
    return Scene(engine, today, query, documents, choosing, bookmarking)


def _day(fields: Fields, name: str) -> str:
    written = fields.text(name, MAX_NAME, default="")
    if not written:
        return ""
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        problem = Phrase("« {day} » n’est pas une date", day=written)
        fields.note(name, problem, Phrase('écrivez "2026-03-15"'))
        return ""


def _document(fields: Fields) -> Document:
    name = fields.text("id", MAX_NAME)
    if name and not _NAME.fullmatch(name):
        fields.note("id", Phrase("« {name} » n’est pas un nom court", name=name), Phrase("a-z, 0-9 et -"))
    address = fields.text("address", MAX_TITLE)
    if address and not _ADDRESS.fullmatch(address):
        problem = Phrase("« {address} » pourrait exister", address=address)
        fields.note("address", problem, Phrase("écrivez www.nom.example/page, en minuscules, sans https://"))
    found = Document(
        id=name,
        title=fields.text("title", MAX_TITLE),
        address=address,
        site=fields.text("site", MAX_SITE, default=""),
        snippet=fields.text("snippet", MAX_SNIPPET),
        date=_day(fields, "date"),
        kind=_word(fields, "kind", DocumentKind.PAGE),
        language=_word(fields, "language", Language.FR),
        licence=_word(fields, "licence", Licence.UNKNOWN),
        sponsored=fields.flag("sponsored", False),
        weight=fields.whole("weight", 0, 100, default=0),
        keywords=fields.text("keywords", MAX_SNIPPET, default=""),
        content=_content(fields),
    )
    fields.close()
    return found


def _word(fields: Fields, name: str, default: Word) -> Word:
    return (fields.word(name, type(default)) if name in fields else None) or default


def _content(fields: Fields) -> Content:
    section = fields.section("content")
    if section is None:
        return Content("", "", (), "")
    sources = section.texts("sources", 0, MAX_SOURCES, MAX_SOURCE) if "sources" in section else ()
    found = Content(
        section.text("author", MAX_TITLE, default=""),
        _day(section, "updated"),
        sources,
        section.text("text", MAX_CONTENT),
    )
    if not fences_are_closed(found.text):
        section.note("text", Phrase("un bloc ``` n’est pas fermé"), Phrase("ajoutez une ligne ```"))
    section.close()
    return found


def read_goal(fields: Fields, scene: Scene, required: bool) -> Goal:
    section = fields.section("goal", required)
    if section is None:
        return Goal(None, 0, None, frozenset(), None)
    chosen, count = _chosen(section, scene)
    goal = Goal(
        chosen=chosen,
        count=count,
        bookmarked=_names(section, "bookmarked", scene) if "bookmarked" in section else None,
        opened=_names(section, "opened", scene),
        last_search=_last_search(section, scene),
    )
    section.close()
    return goal


def _chosen(section: Fields, scene: Scene) -> tuple[frozenset[str] | None, int]:
    if "chosen" in section:
        chosen = _names(section, "chosen", scene)
        return chosen, len(chosen)
    if "chosen_among" not in section:
        return None, 0
    chosen = _names(section, "chosen_among", scene)
    return chosen, section.whole("chosen_count", 1, max(len(chosen), 1))


def _names(section: Fields, name: str, scene: Scene) -> frozenset[str]:
    """Documents by their authored names; none where the field is left out."""
    if name not in section:
        return frozenset()
    found = section.texts(name, 0, MOST, MAX_NAME)
    for place, document in enumerate(found, 1):
        if document and document not in scene.names:
            problem = Phrase("« {name} » n’existe pas", name=document)
            section.note(f"{name}[{place}]", problem, Phrase("écrivez l’id d’un document"))
    return frozenset(found)


def _last_search(goal: Fields, scene: Scene) -> LastSearch | None:
    section = goal.section("last_search", required=False)
    if section is None:
        return None
    found = LastSearch(
        uses=section.words("uses", Operator),
        filters=_filters(section, scene),
        holding=_names(section, "with", scene),
        without=_names(section, "without", scene),
        at_least=section.whole("at_least", 0, MOST, default=0),
        at_most=section.whole("at_most", 0, MOST, default=MOST),
    )
    section.close()
    return found


def _filters(last_search: Fields, scene: Scene) -> dict[str, str]:
    section = last_search.section("filters", required=False)
    if section is None:
        return {}
    found = {}
    for name, values in scene.filters.items():
        if name not in section:
            continue
        value = section.text(name, MAX_NAME)
        if value in values:
            found[name] = value
        else:
            problem = Phrase("cette valeur ne convient pas")
            section.note(name, problem, Phrase("choisissez parmi : {words}", words=", ".join(values)))
    section.close()
    return found


def note_unsearchable(fields: Fields, scene: Scene) -> None:
    """A given query must hold something to look for."""
    if scene.query and not words_of(scene.query):
        fields.note("query", Phrase("il n’y a rien à chercher"), Phrase("écrivez des mots, ou retirez-le"))
