"""A query as it is parsed: groups of terms, of which every group must be met by one of its terms."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from question_bank.simulators.folding import singular, words_of

MAX_QUERY = 200


class TermKind(StrEnum):
    WORD = "word"
    PHRASE = "phrase"
    SITE = "site"
    FILETYPE = "filetype"
    INTITLE = "intitle"


class Operator(StrEnum):
    """What a goal can ask a query to use."""

    PHRASE = "phrase"
    EXCLUDE = "exclude"
    OR = "or"
    SITE = "site"
    FILETYPE = "filetype"
    INTITLE = "intitle"


class DocumentKind(StrEnum):
    PAGE = "page"
    PDF = "pdf"
    IMAGE = "image"
    SHEET = "sheet"
    VIDEO = "video"


FILE_TYPES: dict[str, DocumentKind] = {
    "page": DocumentKind.PAGE,
    "html": DocumentKind.PAGE,
    "htm": DocumentKind.PAGE,
    "pdf": DocumentKind.PDF,
    "image": DocumentKind.IMAGE,
    "jpg": DocumentKind.IMAGE,
    "jpeg": DocumentKind.IMAGE,
    "png": DocumentKind.IMAGE,
    "tableur": DocumentKind.SHEET,
    "sheet": DocumentKind.SHEET,
    "xlsx": DocumentKind.SHEET,
    "xls": DocumentKind.SHEET,
    "ods": DocumentKind.SHEET,
    "csv": DocumentKind.SHEET,
    "video": DocumentKind.VIDEO,
    "mp4": DocumentKind.VIDEO,
}

# Words that a question is made of and that no document is looked for by.
EMPTY_WORDS = frozenset(
    words_of(
        """a au aux avec c ce ces cet cette combien comment d dans de des du elle elles en est et il ils j je
        l la le les leur leurs m ma mais mes mon n ne nos notre nous on ou par pas pour pourquoi qu quand que
        quel quelle quelles quels qui quoi s sa se ses si son sont sur t ta te tes ton tu un une vos votre
        vous y"""
    )
)

_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_MINUS_SIGNS = str.maketrans(dict.fromkeys("\u2010\u2011\u2013\u2212", "-"))
_APART = str.maketrans({"(": " ", ")": " ", "|": " | "})
_BLANK = r"\t\n\r \u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff"
_TOKEN = re.compile(
    rf'(-?)(?:(site|filetype|ext|intitle):)?(?:"([^"]*)"?|([^{_BLANK}"]+))', re.ASCII | re.IGNORECASE
)
_OR = frozenset({"OR", "OU", "|"})


@dataclass(frozen=True)
class Term:
    kind: TermKind
    words: tuple[str, ...]
    exact: bool = False
    excluded: bool = False


Group: TypeAlias = tuple[Term, ...]
Query: TypeAlias = tuple[Group, ...]


@lru_cache(maxsize=4096)
def parse_query(typed: str) -> Query:
    """The groups of a query, in the order typed; what holds nothing to look for is left out."""
    groups: list[Group] = []
    joined = False
    plain = typed.translate(_QUOTES).translate(_MINUS_SIGNS).translate(_APART)
    for minus, operator, quoted, bare in (found.groups() for found in _TOKEN.finditer(plain)):
        if bare in _OR and not minus and not operator:
            joined = True
            continue
        term = _term(operator, quoted, bare, bool(minus))
        if term is None:
            continue
        if joined and groups and not term.excluded and not groups[-1][0].excluded:
            groups[-1] = (*groups[-1], term)
        else:
            groups.append((term,))
        joined = False
    return tuple(groups)


def _term(operator: str | None, quoted: str | None, bare: str | None, excluded: bool) -> Term | None:
    written = bare if quoted is None else quoted
    exact = quoted is not None
    name = (operator or "").lower()
    words = words_of(written or "")
    if not words:
        return None
    if name == "site":
        return Term(TermKind.SITE, (bare_address(written or ""),), excluded=excluded)
    if name in {"filetype", "ext"}:
        return Term(TermKind.FILETYPE, ("".join(words),), excluded=excluded)
    if name == "intitle":
        return Term(TermKind.INTITLE, _sought(words, exact), exact, excluded)
    if exact:
        return Term(TermKind.PHRASE, words, True, excluded)
    if not excluded:
        words = tuple(word for word in words if word not in EMPTY_WORDS)
    return Term(TermKind.WORD, _sought(words, False), False, excluded) if words else None


def _sought(words: tuple[str, ...], exact: bool) -> tuple[str, ...]:
    return words if exact else tuple(singular(word) for word in words)


def bare_address(address: str) -> str:
    """Without what makes no difference: protocol, www, a dot in front, a stroke behind."""
    bare = re.sub(r"^https?://", "", address.lower())
    return re.sub(r"^(?:www\.|\.)", "", bare).rstrip("/")


def operators_of(query: Query) -> frozenset[Operator]:
    terms = [term for group in query for term in group]
    used = {Operator(term.kind.value) for term in terms if term.kind is not TermKind.WORD}
    if any(term.excluded for term in terms):
        used.add(Operator.EXCLUDE)
    if any(len(group) > 1 for group in query):
        used.add(Operator.OR)
    return frozenset(used)


def may_be_loosened(group: Group) -> bool:
    """Plain words may be missing when no document holds them all; what an operator asks may not."""
    return all(term.kind is TermKind.WORD and not term.excluded for term in group)
