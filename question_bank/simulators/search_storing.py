"""A search page as JSON: as it is stored with its bank, and as a browser gets it."""

from collections.abc import Iterable

from question_bank.item_types.jsonvalues import Json, JsonObject, elements, flag, member, text, whole
from question_bank.simulators.search_corpus import Content, Document, Language, Licence
from question_bank.simulators.search_page import Goal, LastSearch, Scene
from question_bank.simulators.search_query import DocumentKind, Operator
from question_bank.typography import blocks, french_typography


def scene_to_json(scene: Scene) -> JsonObject:
    return {
        "engine": scene.engine,
        "today": scene.today,
        "query": scene.query,
        "documents": [_document_to_json(document) for document in scene.documents],
        "choosing": scene.choosing,
        "bookmarking": scene.bookmarking,
    }


def scene_from_json(value: Json) -> Scene:
    return Scene(
        text(member(value, "engine")),
        text(member(value, "today")),
        text(member(value, "query")),
        tuple(_document_from_json(document) for document in elements(member(value, "documents"))),
        flag(member(value, "choosing")),
        flag(member(value, "bookmarking")),
    )


def _document_to_json(document: Document) -> JsonObject:
    return {
        "id": document.id,
        "title": document.title,
        "address": document.address,
        "site": document.site,
        "snippet": document.snippet,
        "date": document.date,
        "kind": document.kind.value,
        "language": document.language.value,
        "licence": document.licence.value,
        "sponsored": document.sponsored,
        "weight": document.weight,
        "keywords": document.keywords,
        "author": document.content.author,
        "updated": document.content.updated,
        "sources": list(document.content.sources),
        "text": document.content.text,
    }


def _document_from_json(value: Json) -> Document:
    content = Content(
        text(member(value, "author")),
        text(member(value, "updated")),
        tuple(text(source) for source in elements(member(value, "sources"))),
        text(member(value, "text")),
    )
    return Document(
        id=text(member(value, "id")),
        title=text(member(value, "title")),
        address=text(member(value, "address")),
        site=text(member(value, "site")),
        snippet=text(member(value, "snippet")),
        date=text(member(value, "date")),
        kind=DocumentKind(text(member(value, "kind"))),
        language=Language(text(member(value, "language"))),
        licence=Licence(text(member(value, "licence"))),
        sponsored=flag(member(value, "sponsored")),
        weight=whole(member(value, "weight")),
        keywords=text(member(value, "keywords")),
        content=content,
    )


def goal_to_json(goal: Goal) -> JsonObject:
    return {
        "chosen": None if goal.chosen is None else _sorted(goal.chosen),
        "count": goal.count,
        "bookmarked": None if goal.bookmarked is None else _sorted(goal.bookmarked),
        "opened": _sorted(goal.opened),
        "last_search": None if goal.last_search is None else _last_search_to_json(goal.last_search),
    }


def _last_search_to_json(last: LastSearch) -> JsonObject:
    filters: JsonObject = dict(last.filters)
    return {
        "uses": _sorted(last.uses),
        "filters": filters,
        "with": _sorted(last.holding),
        "without": _sorted(last.without),
        "at_least": last.at_least,
        "at_most": last.at_most,
    }


def _sorted(names: Iterable[str]) -> list[Json]:
    return [str(name) for name in sorted(names)]


def goal_from_json(value: Json) -> Goal:
    last = member(value, "last_search")
    return Goal(
        _names_or_none(member(value, "chosen")),
        whole(member(value, "count")),
        _names_or_none(member(value, "bookmarked")),
        _names(member(value, "opened")),
        None if last is None else _last_search_from_json(last),
    )


def _last_search_from_json(value: Json) -> LastSearch:
    filters = member(value, "filters")
    return LastSearch(
        uses=frozenset(Operator(name) for name in _names(member(value, "uses"))),
        filters={name: text(chosen) for name, chosen in filters.items()} if isinstance(filters, dict) else {},
        holding=_names(member(value, "with")),
        without=_names(member(value, "without")),
        at_least=whole(member(value, "at_least")),
        at_most=whole(member(value, "at_most")),
    )


def _names(value: Json) -> frozenset[str]:
    return frozenset(text(name) for name in elements(value))


def _names_or_none(value: Json) -> frozenset[str] | None:
    return None if value is None else _names(value)


def shown_scene(scene: Scene, names: dict[str, str]) -> JsonObject:
    """What a browser needs to search by itself, in neutral names and with French typography."""
    days: JsonObject = dict(scene.days)
    return {
        "engine": french_typography(scene.engine),
        "today": scene.today,
        "days": days,
        "query": scene.query,
        "choosing": scene.choosing,
        "bookmarking": scene.bookmarking,
        "documents": [_shown(document, names[document.id]) for document in scene.documents],
    }


def _shown(document: Document, name: str) -> JsonObject:
    content = document.content
    found: list[Json] = [{"kind": block.kind.value, "text": block.text} for block in blocks(content.text)]
    return {
        **_document_to_json(document),
        "id": name,
        "title": french_typography(document.title),
        "text": french_typography(document.title),
        "site": french_typography(document.site),
        "snippet": french_typography(document.snippet),
        "author": french_typography(content.author),
        "sources": [french_typography(source) for source in content.sources],
        "blocks": found,
    }
