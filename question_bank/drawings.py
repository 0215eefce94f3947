"""Authored SVG, read against a list of what a drawing needs, and written again in one way."""

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from question_bank.typography import Phrase

MOST_BYTES: Final = 20_000
MOST_ELEMENTS: Final = 500
DEEPEST: Final = 10

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_SVG = re.compile(r"(?:\{" + re.escape(_NAMESPACE) + r"\})?([a-z]+)")
_WORDS: Final = frozenset({"title", "desc"})
_SHAPES: Final = frozenset({"rect", "circle", "ellipse", "line", "polyline", "polygon", "path"})
_IN_A_GROUP: Final = _SHAPES | _WORDS | {"g", "text"}
# What may stand in what. An element that is not a key is refused wherever it stands.
_INSIDE: Final = MappingProxyType(
    {
        "svg": _IN_A_GROUP,
        "g": _IN_A_GROUP,
        "text": _WORDS | {"tspan"},
        "tspan": _WORDS | {"tspan"},
        **dict.fromkeys(_SHAPES, _WORDS),
        **dict.fromkeys(_WORDS, frozenset[str]()),
    }
)
_WRITTEN_IN: Final = frozenset({"text", "tspan", "title", "desc"})

_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[-+]?[0-9]{1,2})?"
_LENGTHS = re.compile(rf"{_NUMBER}(?:px|%)?(?:[ ,]+{_NUMBER}(?:px|%)?)*")
_OUTLINE = re.compile(r"[MmZzLlHhVvCcSsQqTtAae0-9+\-., ]+")
_MOVES = re.compile(r"(?:(?:matrix|translate|scale|rotate|skewX|skewY) ?\([-+0-9.e, ]+\)[ ,]*)+")
# No parenthesis but those of rgb and hsl: url(…) has no way in.
_COLOUR = re.compile(r"[A-Za-z]+|#[0-9A-Fa-f]{3,8}|(?:rgb|hsl)a?\([0-9.,%/ ]+\)")
_WORD = re.compile(r"[a-z0-9-]+")
_FONTS = re.compile(r"[A-Za-z0-9' ,-]+")

_VALUES: Final = MappingProxyType(
    {
        **dict.fromkeys("x y x1 y1 x2 y2 dx dy width height cx cy r rx ry points".split(), _LENGTHS),  # noqa: SIM905
        **dict.fromkeys(("opacity", "fill-opacity", "stroke-opacity", "stroke-width", "font-size"), _LENGTHS),
        "stroke-dasharray": re.compile(rf"none|{_LENGTHS.pattern}"),
        "d": _OUTLINE,
        "transform": _MOVES,
        "fill": _COLOUR,
        "stroke": _COLOUR,
        **dict.fromkeys(
            ("fill-rule", "stroke-linecap", "stroke-linejoin", "font-weight", "font-style"), _WORD
        ),
        **dict.fromkeys(("text-anchor", "dominant-baseline", "text-decoration"), _WORD),
        "font-family": _FONTS,
    }
)


class BadDrawing(ValueError):
    """This text is not a drawing that a page may show."""

    def __init__(self, problem: Phrase, remedy: Phrase) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.remedy = remedy


def normalised(written: str, width: int, height: int) -> str:
    """The same drawing as one line: known elements and attributes only, in one order, and of this size."""
    root = _parsed(written)
    if _name_of(root) != "svg":
        raise BadDrawing(Phrase("le dessin ne commence pas par <svg>"), Phrase("écrivez <svg> … </svg>"))
    _refuse_another_size(root, width, height)
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise _too_big()
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    inside = "".join(_content(root, "svg", 1))
    found = f'<svg xmlns="{_NAMESPACE}" {size}>{inside}</svg>'
    if len(found.encode()) > MOST_BYTES:
        raise _too_big()
    return found


def _parsed(written: str) -> Element:
    if len(written.encode()) > MOST_BYTES:
        raise _too_big()
    try:
        return fromstring(written, forbid_dtd=True)
    except DefusedXmlException:
        problem = Phrase("le dessin a un DOCTYPE ou des entités")
        raise BadDrawing(problem, Phrase("retirez-les")) from None
    except (ParseError, ValueError) as error:
        problem = Phrase("XML illisible ({said})", said=str(error))
        raise BadDrawing(problem, Phrase("vérifiez que chaque élément est fermé")) from None


def _too_big() -> BadDrawing:
    remedy = Phrase("restez sous 20 ko, {elements} éléments et dix imbrications", elements=MOST_ELEMENTS)
    return BadDrawing(Phrase("le dessin est trop gros"), remedy)


def _refuse_another_size(root: Element, width: int, height: int) -> None:
    """Zones are given in the drawing's units: one drawing has one size, that of the picture."""
    expected = {"viewBox": [0.0, 0.0, width, height], "width": [width], "height": [height]}
    for name, value in root.attrib.items():
        if name not in expected:
            raise _bad_attribute("svg", name)
        try:
            numbers = [float(number.removesuffix("px")) for number in value.replace(",", " ").split()]
        except ValueError:
            numbers = []
        if numbers != expected[name]:
            problem = Phrase("{name} ne dit pas la taille de l’image", name=name)
            raise BadDrawing(problem, Phrase("retirez {name}, ou accordez-le à width et height", name=name))


def _content(element: Element, name: str, depth: int) -> Iterator[str]:
    """What stands inside an element, in order."""
    if depth > DEEPEST:
        raise _too_big()
    yield _words(element.text, name)
    for child in element:
        inner = _name_of(child)
        if inner not in _INSIDE[name]:
            problem = Phrase("<{inner}> n’est pas permis dans <{outer}>", inner=inner, outer=name)
            raise BadDrawing(problem, Phrase("gardez les éléments de la liste du format"))
        content = "".join(_content(child, inner, depth + 1))
        start = " ".join((inner, *_attributes(child, inner)))
        yield f"<{start}>{content}</{inner}>" if content else f"<{start}/>"
        yield _words(child.tail, name)


def _name_of(element: Element) -> str:
    found = _SVG.fullmatch(str(element.tag))
    if found is None:
        problem = Phrase("<{name}> n’est pas du SVG", name=str(element.tag))
        raise BadDrawing(problem, Phrase("gardez les éléments de la liste du format"))
    return found[1]


def _attributes(element: Element, name: str) -> Iterator[str]:
    for attribute, value in sorted(element.attrib.items()):
        plain = " ".join(value.split())
        if attribute not in _VALUES or not _VALUES[attribute].fullmatch(plain):
            raise _bad_attribute(name, attribute)
        yield f'{attribute}="{plain}"'


def _bad_attribute(element: str, attribute: str) -> BadDrawing:
    problem = Phrase("{attribute} sur <{element}> n’est pas permis", attribute=attribute, element=element)
    return BadDrawing(problem, Phrase("gardez les attributs et les valeurs de la liste du format"))


def _words(written: str | None, name: str) -> str:
    """Text where text is shown; the blanks of the layout are dropped everywhere else."""
    if name in _WRITTEN_IN:
        return escape(re.sub(r"\s+", " ", written or ""))
    if written and written.strip():
        problem = Phrase("« {text} » n’est pas dans un élément <text>", text=written.strip()[:40])
        raise BadDrawing(problem, Phrase("mettez ce texte dans <text>"))
    return ""
