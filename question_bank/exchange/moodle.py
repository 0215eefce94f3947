"""Questions of a Moodle XML file (https://docs.moodle.org/en/Moodle_XML_format) as drafts."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from question_bank.exchange.archive import BadPackage
from question_bank.exchange.drafts import (
    SECONDS,
    UNEXPLAINED,
    CannotMap,
    Draft,
    Found,
    Unmapped,
    choice,
    numeric,
    short_text,
)
from question_bank.exchange.markup import parse_xml, stem_of_html
from question_bank.item_types.jsonvalues import Json
from question_bank.typography import Phrase


def read_moodle(octets: bytes) -> Found:
    """Raises BadPackage for what is no Moodle XML; questions without a counterpart are among the unmapped."""
    root = parse_xml(octets)
    if root.tag != "quiz":
        raise BadPackage(Phrase("ce n’est pas un export Moodle XML (élément quiz)"))
    found = Found()
    for number, question in enumerate(root.iter("question"), 1):
        kind = question.get("type", "")
        if kind == "category":
            continue
        title, source = _text(question, "name") or f"question {number}", f"question {number}"
        try:
            found.drafts.append(_read(question, kind, source, title))
        except CannotMap as bad:
            found.unmapped.append(Unmapped(source, title, bad.reason))
    return found


def _read(question: Element, kind: str, source: str, title: str) -> Draft:
    reader = _READERS.get(kind)
    if reader is None:
        raise CannotMap(Phrase("le type {kind} n’existe pas ici", kind=kind))
    if question.find("questiontext/file") is not None:
        raise CannotMap(Phrase("l’énoncé contient une image, un son ou une formule"))
    stem = stem_of_html(_text(question, "questiontext"))
    if not stem:
        raise CannotMap(Phrase("l’énoncé est vide"))
    rationale = stem_of_html(_text(question, "generalfeedback")) or UNEXPLAINED
    return Draft(source, title, {"time": SECONDS, "stem": stem, **reader(question), "rationale": rationale})


def _text(node: Element, name: str) -> str:
    return (node.findtext(f"{name}/text") or "").strip()


def _answers(question: Element) -> list[tuple[str, Decimal]]:
    return [
        (stem_of_html((answer.findtext("text") or "").strip()), _fraction(answer))
        for answer in question.findall("answer")
    ]


def _fraction(answer: Element) -> Decimal:
    try:
        return Decimal(answer.get("fraction", "0"))
    except InvalidOperation:
        return Decimal(0)


def _multichoice(question: Element) -> dict[str, Json]:
    several = (question.findtext("single") or "true").strip() in {"false", "0"}
    right_from = Decimal(0) if several else Decimal("99.9")
    fields = choice([(text, fraction > right_from) for text, fraction in _answers(question)], several)
    shuffled = (question.findtext("shuffleanswers") or "true").strip() in {"true", "1"}
    return fields if shuffled else {**fields, "shuffle": False}


def _shortanswer(question: Element) -> dict[str, Json]:
    accepted = [text for text, fraction in _answers(question) if fraction >= 100]
    if any("*" in text for text in accepted):
        raise CannotMap(Phrase("une réponse acceptée contient un joker (*)"))
    return short_text(accepted, (question.findtext("usecase") or "0").strip() != "1")


def _numerical(question: Element) -> dict[str, Json]:
    full = [answer for answer in question.findall("answer") if _fraction(answer) >= 100]
    if len(full) != 1:
        raise CannotMap(Phrase("{count} réponses numériques justes, il en faut une", count=len(full)))
    value, tolerance = (full[0].findtext(name) or "0" for name in ("text", "tolerance"))
    units = [unit.findtext("unit_name") or "" for unit in question.findall("units/unit")]
    return numeric(value.strip(), tolerance.strip() or "0", units[0].strip() if len(units) == 1 else "")


def _matching(question: Element) -> dict[str, Json]:
    pairs: list[Json] = []
    extras: list[Json] = []
    for sub in question.findall("subquestion"):
        left = stem_of_html((sub.findtext("text") or "").strip())
        right = (sub.findtext("answer/text") or "").strip()
        if left:
            pairs.append({"left": left, "right": right})
        else:
            extras.append(right)
    rights = [pair["right"] for pair in pairs if isinstance(pair, dict)]
    reused = len(set(map(str, rights))) < len(rights)
    return {
        "type": "matching",
        "pairs": pairs,
        **({"extras": extras} if extras else {}),
        **({"reuse": True} if reused else {}),
    }


def _ordering(question: Element) -> dict[str, Json]:
    return {"type": "ordering", "options": [text for text, _ in _answers(question)]}


def _truefalse(question: Element) -> dict[str, Json]:
    raise CannotMap(Phrase("vrai ou faux : il faut au moins quatre réponses proposées"))


_READERS: Mapping[str, Callable[[Element], dict[str, Json]]] = {
    "multichoice": _multichoice,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
    "truefalse": _truefalse,
}
