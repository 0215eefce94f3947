"""The documents of a search page, and what a query with its filters finds among them, in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from question_bank.simulators.folding import singular, words_of
from question_bank.simulators.search_query import (
    FILE_TYPES,
    DocumentKind,
    Group,
    Query,
    Term,
    TermKind,
    bare_address,
    may_be_loosened,
    parse_query,
)

ANY = "any"
PERIODS = {"week": 7, "month": 31, "year": 366, "five_years": 1827}


class Language(StrEnum):
    FR = "fr"
    EN = "en"
    ES = "es"
    DE = "de"
    IT = "it"


class Licence(StrEnum):
    UNKNOWN = "unknown"
    ALL_RIGHTS = "all_rights"
    CC_BY = "cc_by"
    CC_BY_SA = "cc_by_sa"
    CC_BY_NC = "cc_by_nc"
    CC_BY_ND = "cc_by_nd"
    CC_BY_NC_SA = "cc_by_nc_sa"
    CC_BY_NC_ND = "cc_by_nc_nd"
    CC0 = "cc0"
    PUBLIC_DOMAIN = "public_domain"


FREE = frozenset(Licence) - {Licence.UNKNOWN, Licence.ALL_RIGHTS}
LICENCES = {
    "reuse": FREE,
    "modify": frozenset(one for one in FREE if "nd" not in one.value.split("_")),
    "commercial": frozenset(one for one in FREE if "nc" not in one.value.split("_")),
    "commercial_modify": frozenset(one for one in FREE if not {"nd", "nc"} & set(one.value.split("_"))),
}

FILTERS: dict[str, tuple[str, ...]] = {
    "kind": (ANY, *(kind.value for kind in DocumentKind)),
    "period": (ANY, *PERIODS),
    "language": (ANY, *(language.value for language in Language)),
    "licence": (ANY, *LICENCES),
}


@dataclass(frozen=True)
class Content:
    """What is seen on opening a document."""

    author: str
    updated: str
    sources: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Document:
    id: str
    title: str
    address: str
    site: str
    snippet: str
    date: str
    kind: DocumentKind
    language: Language
    licence: Licence
    sponsored: bool
    weight: int
    keywords: str
    content: Content

    @cached_property
    def title_words(self) -> tuple[str, ...]:
        return words_of(self.title)

    @cached_property
    def searched(self) -> tuple[tuple[str, ...], ...]:
        """The words of each part: a phrase does not run from one part into the next."""
        parts = (self.site, self.snippet, self.keywords, self.content.author, self.content.text)
        return (self.title_words, *(words_of(part) for part in parts))

    @cached_property
    def singular_words(self) -> frozenset[str]:
        return frozenset(singular(word) for part in self.searched for word in part)


@dataclass(frozen=True)
class Results:
    """The names of the documents found; loosened when none holds all the plain words."""

    names: tuple[str, ...]
    loosened: bool


NOTHING = Results((), False)


def since(today: str) -> dict[str, str]:
    """The first day of each period that ends today."""
    last = date.fromisoformat(today)
    return {name: (last - timedelta(days=days)).isoformat() for name, days in PERIODS.items()}


def search(
    documents: tuple[Document, ...], days: Mapping[str, str], typed: str, filters: Mapping[str, str]
) -> Results:
    """What is found: sponsored first, then by weight, by points, by authored order."""
    query = parse_query(typed)
    if not query:
        return NOTHING
    firm = [group for group in query if not may_be_loosened(group)]
    loose = [group for group in query if may_be_loosened(group)]
    kept = [
        one for one in documents if passes(one, days, filters) and all(meets(one, group) for group in firm)
    ]
    found = [one for one in kept if all(meets(one, group) for group in loose)]
    loosened = not found and bool(loose)
    if loosened:
        found = [one for one in kept if any(meets(one, group) for group in loose)]
    found.sort(key=lambda one: (not one.sponsored, -one.weight, -_points(one, query)))
    return Results(tuple(one.id for one in found), loosened and bool(found))


def passes(document: Document, days: Mapping[str, str], filters: Mapping[str, str]) -> bool:
    """Whether the tool bar lets it through."""
    period, licence = filters["period"], filters["licence"]
    return (
        filters["kind"] in {ANY, document.kind.value}
        and filters["language"] in {ANY, document.language.value}
        and (period == ANY or document.date >= days[period])
        and (licence == ANY or document.licence in LICENCES[licence])
    )


def meets(document: Document, group: Group) -> bool:
    return any(_holds(document, term) != term.excluded for term in group)


def _holds(document: Document, term: Term) -> bool:
    if term.kind is TermKind.SITE:
        return _is_in(bare_address(document.address), term.words[0])
    if term.kind is TermKind.FILETYPE:
        return FILE_TYPES.get(term.words[0]) is document.kind
    if term.kind is TermKind.INTITLE:
        return _in_title(document, term)
    if term.exact:
        return any(_runs(part, term.words) for part in document.searched)
    return document.singular_words.issuperset(term.words)


def _is_in(address: str, site: str) -> bool:
    """example.org holds www.example.org, its pages and its sub-domains."""
    host = address.split("/", 1)[0]
    return address == site or address.startswith(site + "/") or host == site or host.endswith("." + site)


def _in_title(document: Document, term: Term) -> bool:
    if term.exact:
        return _runs(document.title_words, term.words)
    return {singular(word) for word in document.title_words}.issuperset(term.words)


def _runs(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    length = len(phrase)
    return any(words[start : start + length] == phrase for start in range(len(words) - length + 1))


def _points(document: Document, query: Query) -> int:
    """For each group of wanted words its best term: 3 in the title, 1 elsewhere."""
    return sum(max(_points_of(document, term) for term in group) for group in query)


def _points_of(document: Document, term: Term) -> int:
    if term.excluded or term.kind in {TermKind.SITE, TermKind.FILETYPE} or not _holds(document, term):
        return 0
    return 3 if _in_title(document, term) else 1
