"""One item as a QTI 3.0 assessment item: https://www.imsglobal.org/spec/qti/v3p0/ (ASI information model)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from question_bank.exchange.markup import put_stem
from question_bank.item_types.acceptance import Acceptance
from question_bank.item_types.body import Body
from question_bank.item_types.categorising import Categorising
from question_bank.item_types.fill_in import FillIn
from question_bank.item_types.gaps import ChoiceGap, Gap
from question_bank.item_types.matching import Matching
from question_bank.item_types.multiple_choice import MultipleChoice
from question_bank.item_types.numeric import Numeric
from question_bank.item_types.ordering import Ordering
from question_bank.item_types.point import Point
from question_bank.item_types.quantities import Quantity
from question_bank.item_types.short_text import ShortText
from question_bank.item_types.single_choice import SingleChoice
from question_bank.items import ItemVersion
from question_bank.typography import FENCE, is_list_line

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_TEMPLATE = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"
_GAP = re.compile(r"\[\[([1-9])\]\]")


class NotInQti(Exception):
    """This type has no interaction in QTI."""


@dataclass
class WrittenItem:
    """The XML of an item, and the files that it points to, by their names in the package."""

    xml: bytes
    files: dict[str, bytes] = field(default_factory=dict)


def write_item(item: ItemVersion) -> WrittenItem:
    """An item without variants (take `item.variant(0)` of others); raises NotInQti."""
    writing = _Writing(item)
    _put(writing, item.body)
    feedback = SubElement(
        writing.root,
        "qti-modal-feedback",
        {"outcome-identifier": "FEEDBACK", "show-hide": "show", "identifier": "rationale"},
    )
    put_stem(SubElement(feedback, "qti-content-body"), item.rationale)
    indent_around_texts(writing.root)
    xml: bytes = tostring(writing.root, encoding="utf-8", xml_declaration=True)
    return WrittenItem(xml, writing.files)


def indent_around_texts(root: Element) -> None:
    """One element a line, but nothing inside the texts that people read."""
    body = root.find("qti-item-body")
    kept = [] if body is None else list(body)
    if body is not None:
        for child in kept:
            body.remove(child)
    indent(root)
    if body is not None:
        body.extend(kept)


class _Writing:
    """One item while it is written."""

    def __init__(self, item: ItemVersion) -> None:
        self.item = item
        self.files: dict[str, bytes] = {}
        self.root = Element(
            "qti-assessment-item",
            {
                "xmlns": NAMESPACE,
                "identifier": f"i-{item.id}",  # an identifier begins with a letter
                "title": item.skill_title or item.id,
                "adaptive": "false",
                "time-dependent": "false",
                "xml:lang": "fr",
            },
        )

    def declare(
        self, base_type: str, cardinality: str, correct: Iterable[str], name: str = "RESPONSE"
    ) -> Element:
        attributes = {"identifier": name, "cardinality": cardinality, "base-type": base_type}
        declaration = SubElement(self.root, "qti-response-declaration", attributes)
        values = SubElement(declaration, "qti-correct-response")
        for one in correct:
            SubElement(values, "qti-value").text = one
        return declaration

    def body(self) -> Element:
        """The outcomes, then the body with the stem in it."""
        for name, base_type in (("SCORE", "float"), ("FEEDBACK", "identifier")):
            attributes = {"identifier": name, "cardinality": "single", "base-type": base_type}
            SubElement(self.root, "qti-outcome-declaration", attributes)
        body = SubElement(self.root, "qti-item-body")
        put_stem(body, self.item.stem)
        for file in self.item.files:
            line = SubElement(body, "p", {"data-file": file.name})
            SubElement(line, "a", {"href": f"../files/{self.item.id}/{file.name}"}).text = file.name
        return body

    def match_correct(self) -> None:
        SubElement(self.root, "qti-response-processing", {"template": _TEMPLATE})

    def shuffle(self) -> str:
        return "true" if self.item.shuffle else "false"

    def choices(self, texts: Iterable[str], right: Iterable[int], several: bool) -> None:
        names = [f"c{place}" for place, _ in enumerate(texts, 1)]
        self.declare("identifier", "multiple" if several else "single", [names[place] for place in right])
        interaction = SubElement(
            self.body(),
            "qti-choice-interaction",
            {
                "response-identifier": "RESPONSE",
                "shuffle": self.shuffle(),
                "max-choices": "0" if several else "1",
            },
        )
        for name, text in zip(names, texts, strict=True):
            SubElement(interaction, "qti-simple-choice", {"identifier": name}).text = text
        self.match_correct()

    def ordering(self, steps: tuple[str, ...]) -> None:
        names = [f"s{place}" for place, _ in enumerate(steps, 1)]
        self.declare("identifier", "ordered", names)
        interaction = SubElement(
            self.body(), "qti-order-interaction", {"response-identifier": "RESPONSE", "shuffle": "true"}
        )
        for name, text in zip(names, steps, strict=True):
            SubElement(interaction, "qti-simple-choice", {"identifier": name}).text = text
        self.match_correct()

    def pairs(
        self, lefts: Iterable[str], rights: Iterable[str], right: Iterable[int], kind: str, most: str
    ) -> None:
        lefts, rights = list(lefts), list(rights)
        self.declare("directedPair", "multiple", [f"l{n} r{place + 1}" for n, place in enumerate(right, 1)])
        attributes = {"response-identifier": "RESPONSE", "shuffle": self.shuffle(), "max-associations": "0"}
        if kind:
            attributes["class"] = kind
        interaction = SubElement(self.body(), "qti-match-interaction", attributes)
        for side, texts, maximum in (("l", lefts, "1"), ("r", rights, most)):
            match_set = SubElement(interaction, "qti-simple-match-set")
            for n, text in enumerate(texts, 1):
                names = {"identifier": f"{side}{n}", "match-max": maximum}
                SubElement(match_set, "qti-simple-associable-choice", names).text = text
        self.match_correct()

    def typed(self, text: str, gaps: tuple[Gap | Quantity | Acceptance, ...]) -> None:
        """Text with text entries and inline choices in it; below the stem."""
        names = ["RESPONSE"] if len(gaps) == 1 else [f"RESPONSE{n}" for n, _ in enumerate(gaps, 1)]
        for name, gap in zip(names, gaps, strict=True):
            self._declare_gap(name, gap)
        body = self.body()
        for line in _blocks_with_gaps(text):
            parent = SubElement(body, "pre" if line.is_code else "p")
            _put_gaps(parent, line.text, names, gaps, self.shuffle())
        self._all_right(names, gaps)

    def _declare_gap(self, name: str, gap: Gap | Quantity | Acceptance) -> None:
        if isinstance(gap, ChoiceGap):
            self.declare("identifier", "single", [f"i{gap.right + 1}"], name)
        elif isinstance(gap, Quantity):
            self.declare("float", "single", [format(gap.value, "f")], name)
        elif isinstance(gap, Acceptance):
            declaration = self.declare("string", "single", gap.accept[:1], name)
            mapping = SubElement(declaration, "qti-mapping", {"default-value": "0"})
            for text in gap.accept:
                entry = {"map-key": text, "mapped-value": "1", "case-sensitive": _said(not gap.ignore_case)}
                SubElement(mapping, "qti-map-entry", entry)

    def _all_right(self, names: list[str], gaps: tuple[Gap | Quantity | Acceptance, ...]) -> None:
        """SCORE is 1 when every response is right."""
        processing = SubElement(self.root, "qti-response-processing")
        condition = SubElement(SubElement(processing, "qti-response-condition"), "qti-response-if")
        every = SubElement(condition, "qti-and")
        for name, gap in zip(names, gaps, strict=True):
            if isinstance(gap, Quantity):
                tolerance = format(gap.tolerance, "f")
                test = SubElement(
                    every,
                    "qti-equal",
                    {"tolerance-mode": "absolute", "tolerance": f"{tolerance} {tolerance}"},
                )
                SubElement(test, "qti-variable", {"identifier": name})
                SubElement(test, "qti-correct", {"identifier": name})
            elif isinstance(gap, Acceptance):
                test = SubElement(every, "qti-gt")
                SubElement(test, "qti-map-response", {"identifier": name})
                SubElement(test, "qti-base-value", {"base-type": "float"}).text = "0"
            else:
                test = SubElement(every, "qti-match")
                SubElement(test, "qti-variable", {"identifier": name})
                SubElement(test, "qti-correct", {"identifier": name})
        score = SubElement(condition, "qti-set-outcome-value", {"identifier": "SCORE"})
        SubElement(score, "qti-base-value", {"base-type": "float"}).text = "1"

    def point(self, point: Point) -> None:
        name = f"images/{self.item.id}.svg"
        self.files[name] = point.picture.svg.encode()
        right = next(n for n, zone in enumerate(point.zones, 1) if zone.key)
        self.declare("identifier", "single", [f"z{right}"])
        interaction = SubElement(
            self.body(),
            "qti-hotspot-interaction",
            {"response-identifier": "RESPONSE", "max-choices": "1", "data-shuffle": self.shuffle()},
        )
        size = {"width": str(point.picture.width), "height": str(point.picture.height)}
        SubElement(interaction, "img", {"src": name, "alt": point.picture.alt, **size})
        for n, zone in enumerate(point.zones, 1):
            coords = (zone.x, zone.y, zone.x + zone.width, zone.y + zone.height)
            SubElement(
                interaction,
                "qti-hotspot-choice",
                {
                    "identifier": f"z{n}",
                    "shape": "rect",
                    "coords": ",".join(map(str, coords)),
                    "hotspot-label": zone.text,
                },
            )
        self.match_correct()


@dataclass(frozen=True)
class _Line:
    text: str
    is_code: bool


def _blocks_with_gaps(text: str) -> Iterable[_Line]:
    """Paragraphs, list lines and fenced parts as written: no typography, so that it comes back as it was."""
    prose: list[str] = []
    code: list[str] | None = None
    for line in [*text.splitlines(), ""]:
        fence = line.strip() == FENCE
        if prose and (code is not None or fence or not line.strip() or is_list_line(line.strip())):
            yield _Line(" ".join(prose), False)
            prose = []
        if fence and code is not None:
            yield _Line("\n".join(code), True)
            code = None
        elif fence:
            code = []
        elif code is not None:
            code.append(line)
        elif line.strip():
            prose.append(line.strip())


def _put_gaps(
    parent: Element, text: str, names: list[str], gaps: tuple[Gap | Quantity | Acceptance, ...], shuffle: str
) -> None:
    before, *rest = _GAP.split(text)
    parent.text = before
    for number, after in zip(rest[::2], rest[1::2], strict=True):
        place = int(number) - 1
        _gap_element(parent, names[place], gaps[place], shuffle).tail = _unit(gaps[place]) + after


def _unit(gap: Gap | Quantity | Acceptance) -> str:
    return f" {gap.unit}" if isinstance(gap, Quantity) and gap.unit else ""


def _gap_element(parent: Element, name: str, gap: Gap | Quantity | Acceptance, shuffle: str) -> Element:
    if isinstance(gap, ChoiceGap):
        attributes = {"response-identifier": name, "shuffle": shuffle}
        element = SubElement(parent, "qti-inline-choice-interaction", attributes)
        for n, text in enumerate(gap.choices, 1):
            SubElement(element, "qti-inline-choice", {"identifier": f"i{n}"}).text = text
        return element
    attributes = {"response-identifier": name}
    if isinstance(gap, Quantity) and gap.unit:
        attributes["data-unit"] = gap.unit
    if isinstance(gap, Acceptance):
        attributes |= {
            "data-ignore-accents": _said(gap.ignore_accents),
            "data-ignore-spaces": _said(gap.ignore_spaces),
            "data-typos": str(gap.typos),
        }
    return SubElement(parent, "qti-text-entry-interaction", attributes)


def _said(value: bool) -> str:
    return "true" if value else "false"


def _put(writing: _Writing, body: Body) -> None:
    """The interaction of this body; raises NotInQti."""
    match body:
        case SingleChoice():
            writing.choices(body.texts(), _places_of_keys(body), several=False)
        case MultipleChoice():
            writing.choices(body.texts(), _places_of_keys(body), several=True)
        case Numeric() | ShortText():
            writing.typed("[[1]]", (body,))
        case FillIn():
            writing.typed(body.text, body.gaps)
        case Ordering():
            writing.ordering(body.steps)
        case Matching():
            writing.pairs(body.lefts, body.rights, body.right, "", "0" if body.reuse else "1")
        case Categorising():
            writing.pairs(body.things, body.categories, body.belongs, "qti-match-tabular", "0")
        case Point():
            writing.point(body)
        case _:
            raise NotInQti(writing.item.type.value)


def _places_of_keys(body: SingleChoice | MultipleChoice) -> list[int]:
    return [place for place, option in enumerate(body.options) if option.key]
