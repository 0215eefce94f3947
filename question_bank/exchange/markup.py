"""Between the marked-up texts of other programs and the plain texts of items."""

import html
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, SubElement

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from question_bank.exchange.archive import BadPackage
from question_bank.exchange.drafts import CannotMap
from question_bank.typography import FENCE, BlockKind, Phrase, blocks

LARGEST_DOCUMENT = 8 * 1024 * 1024
DEEPEST = 60
_SPACES = re.compile(r"[ \t\r\n]+")  # no-break spaces may be meant
_BLOCKS = frozenset(
    "p div section article blockquote figure h1 h2 h3 h4 h5 h6 dl dt dd ul ol li table tr".split()  # noqa: SIM905
)
_CANNOT = frozenset(["img", "object", "audio", "video", "math", "svg", "iframe", "embed"])
_TAGS = re.compile(r"<(?=[A-Za-z/!])")
_VOID = re.compile(r"<(br|hr|img|input|wbr|col)\b([^<>]*?)/?>", re.IGNORECASE)


def parse_xml(octets: bytes) -> Element:
    """The root of a document without DTD, entities or references; raises BadPackage."""
    if len(octets) > LARGEST_DOCUMENT:
        raise BadPackage(Phrase("ce document est trop gros"))
    try:
        root: Element = fromstring(octets, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise BadPackage(Phrase("ce document contient une DTD ou une entité : il est refusé")) from None
    except (ParseError, ValueError, LookupError, RecursionError):
        raise BadPackage(Phrase("ce document n’est pas du XML bien formé")) from None
    if _depth(root) > DEEPEST:
        raise BadPackage(Phrase("ce document est imbriqué trop profondément"))
    return root


def _depth(root: Element) -> int:
    deepest, layer = 0, [root]
    while layer and deepest <= DEEPEST:
        deepest, layer = deepest + 1, [child for node in layer for child in node]
    return deepest


def name_of(node: Element) -> str:
    """The local name as QTI 2 has it: without namespace; `qti-simple-choice` is simpleChoice."""
    local = str(node.tag).rpartition("}")[2]
    return camel(local.removeprefix("qti-")) if local.startswith("qti-") else local


def camel(name: str) -> str:
    head, *rest = name.split("-")
    return head + "".join(word.capitalize() for word in rest)


def attributes_of(node: Element) -> dict[str, str]:
    """Attributes by their QTI 2 names, whichever version wrote them."""
    return {camel(name.rpartition("}")[2]): value for name, value in node.attrib.items()}


def text_of(node: Element) -> str:
    """All of an element's text in one line."""
    return _SPACES.sub(" ", "".join(node.itertext())).strip()


def stem_of(nodes: list[Element], skipped: frozenset[str] = frozenset()) -> str:
    """The plain text of marked-up nodes: paragraphs, list lines, fenced text. Raises CannotMap for media."""
    parts: list[str] = []
    for node in nodes:
        parts += _paragraphs(node, skipped)
    return "\n\n".join(part for part in parts if part.strip())


def _paragraphs(node: Element, skipped: frozenset[str]) -> Iterator[str]:
    name = name_of(node)
    if name in _CANNOT:
        raise CannotMap(Phrase("l’énoncé contient une image, un son ou une formule"))
    if name == "pre":
        yield f"{FENCE}\n{''.join(node.itertext()).strip(chr(10))}\n{FENCE}"
        return
    if name in {"ul", "ol"}:
        for place, child in enumerate(node, 1):
            mark = "-" if name == "ul" else f"{place}."
            yield f"{mark} {_inline(child, skipped).strip()}"
        return
    if name == "table":
        rows = [[text_of(cell) for cell in row] for row in node.iter() if name_of(row) == "tr"]
        yield f"{FENCE}\n{_aligned(rows)}\n{FENCE}"
        return
    if any(name_of(child) in _BLOCKS or name_of(child) == "pre" for child in node):
        yield _line(node.text)
        for child in node:
            if name_of(child) not in skipped:
                yield from _paragraphs(child, skipped)
            yield _line(child.tail)
        return
    yield _inline(node, skipped).strip()


def _line(text: str | None) -> str:
    return _SPACES.sub(" ", text or "").strip()


def _inline(node: Element, skipped: frozenset[str]) -> str:
    """The text of one paragraph; a line break is kept as a new line."""
    found = [_SPACES.sub(" ", node.text or "")]
    for child in node:
        name = name_of(child)
        if name in _CANNOT:
            raise CannotMap(Phrase("l’énoncé contient une image, un son ou une formule"))
        if name == "br":
            found.append("\n\n")
        elif name not in skipped:
            found.append(_inline(child, skipped))
        found.append(_SPACES.sub(" ", child.tail or ""))
    return "".join(found)


def _aligned(rows: list[list[str]]) -> str:
    count = max((len(row) for row in rows), default=0)
    full = [[*row, *[""] * (count - len(row))] for row in rows]
    widths = [max(len(row[place]) for row in full) for place in range(count)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in full
    )


def stem_of_html(written: str) -> str:
    """The plain text of a piece of HTML, as Moodle keeps it; raises CannotMap."""
    if not _TAGS.search(written):
        return html.unescape(written).strip()
    closed = _VOID.sub(r"<\1\2/>", html.unescape(written).replace("&", "&amp;"))
    try:
        return stem_of([parse_xml(f"<div>{closed}</div>".encode())])
    except BadPackage:
        raise CannotMap(Phrase("l’énoncé est du HTML mal formé")) from None


def put_stem(parent: Element, stem: str) -> None:
    """A stem as paragraphs and preformatted parts below a QTI element."""
    for block in blocks(stem):
        node = SubElement(parent, "pre" if block.kind is BlockKind.PREFORMATTED else "p")
        node.text = block.text
