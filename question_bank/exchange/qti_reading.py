"""One QTI item, of version 2.1, 2.2 or 3.0, as a draft of an item here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from question_bank.exchange.drafts import (
    SECONDS,
    UNEXPLAINED,
    CannotMap,
    Draft,
    accepted_texts,
    choice,
    exact_number,
)
from question_bank.exchange.markup import attributes_of, name_of, stem_of, text_of
from question_bank.item_types.jsonvalues import Json
from question_bank.typography import Phrase

_NUMBERS = frozenset({"float", "integer"})
_INLINE = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})
_SKIPPED = frozenset({"prompt"})


@dataclass(frozen=True)
class Declaration:
    """What an item says of one response; `mapped` are the texts that a mapping gives points."""

    cardinality: str
    base_type: str
    correct: tuple[str, ...]
    mapped: tuple[str, ...]
    case_sensitive: bool


def read_item(root: Element, source: str, files: Mapping[str, bytes]) -> Draft:
    """Raises CannotMap for an item without a counterpart; `files` are those of its package."""
    title = attributes_of(root).get("title") or attributes_of(root).get("identifier") or source
    body = _child(root, "itemBody")
    if name_of(root) != "assessmentItem" or body is None:
        raise CannotMap(Phrase("ce n’est pas un item QTI"))
    for line in [node for node in body if "dataFile" in attributes_of(node)]:
        body.remove(line)
    found = [node for node in body.iter() if name_of(node).endswith("Interaction")]
    declarations = {
        attributes_of(node).get("identifier", ""): _declaration(node)
        for node in root
        if name_of(node) == "responseDeclaration"
    }
    reading = _Reading(root, body, declarations, files)
    if not found:
        raise CannotMap(Phrase("rien n’est demandé dans cet item"))
    if all(name_of(node) in _INLINE for node in found):
        fields = reading.typed(found)
    elif len(found) == 1:
        reader = _READERS.get(name_of(found[0]))
        if reader is None:
            raise CannotMap(Phrase("le type {kind} n’existe pas ici", kind=name_of(found[0])))
        fields = reader(reading, found[0])
    else:
        raise CannotMap(Phrase("plusieurs questions dans un même item"))
    return Draft(source, title, {"time": SECONDS, **fields, "rationale": reading.rationale()})


def _child(node: Element, name: str) -> Element | None:
    return next((child for child in node if name_of(child) == name), None)


def _children(node: Element, name: str) -> list[Element]:
    return [child for child in node if name_of(child) == name]


def _declaration(node: Element) -> Declaration:
    attributes = attributes_of(node)
    correct = _child(node, "correctResponse")
    mapping = _child(node, "mapping")
    entries = [] if mapping is None else [attributes_of(entry) for entry in _children(mapping, "mapEntry")]
    return Declaration(
        attributes.get("cardinality", "single"),
        attributes.get("baseType", "string"),
        () if correct is None else tuple(text_of(value) for value in _children(correct, "value")),
        tuple(entry.get("mapKey", "") for entry in entries if _above_zero(entry.get("mappedValue", "0"))),
        any(entry.get("caseSensitive") == "true" for entry in entries),
    )


def _above_zero(written: str) -> bool:
    try:
        return Decimal(written) > 0
    except InvalidOperation:
        return False


class _Reading:
    """One item while it is read."""

    def __init__(
        self,
        root: Element,
        body: Element,
        declarations: Mapping[str, Declaration],
        files: Mapping[str, bytes],
    ) -> None:
        self.root = root
        self.body = body
        self.files = files
        self._declarations = declarations

    def declared(self, interaction: Element) -> Declaration:
        found = self._declarations.get(attributes_of(interaction).get("responseIdentifier", ""))
        if found is None or not found.correct:
            raise CannotMap(Phrase("la réponse juste n’est pas déclarée"))
        return found

    def stem(self, interaction: Element | None = None) -> str:
        """What stands around the interaction, then its prompt."""
        kept = [child for child in self.body if child is not interaction]
        skipped = _SKIPPED | ({name_of(interaction)} if interaction is not None else frozenset())
        prompt = None if interaction is None else _child(interaction, "prompt")
        parts = [stem_of(kept, skipped), "" if prompt is None else stem_of([prompt])]
        stem = "\n\n".join(part for part in parts if part)
        if not stem:
            raise CannotMap(Phrase("l’énoncé est vide"))
        return stem

    def rationale(self) -> str:
        """The feedback that explains, where there is one."""
        texts = [text_of(node) for node in self.root if name_of(node) == "modalFeedback"]
        return " ".join(text for text in texts if text) or UNEXPLAINED

    def tolerance(self) -> str:
        """The absolute tolerance of the response processing; 0 without one."""
        for node in self.root.iter():
            attributes = attributes_of(node)
            if name_of(node) == "equal" and attributes.get("toleranceMode") == "absolute":
                return attributes.get("tolerance", "0").split()[0]
        return "0"

    def typed(self, interactions: list[Element]) -> dict[str, Json]:
        """Text entries and inline choices: one at the end of the text, or gaps in it."""
        gaps = [self._gap(node) for node in interactions]
        fixed = any(attributes_of(node).get("shuffle") == "false" for node in interactions)
        for number, node in enumerate(interactions, 1):
            tail, unit = node.tail, attributes_of(node).get("dataUnit")
            node.clear()
            node.text = f"[[{number}]]"
            node.tail = (tail or "").removeprefix(f" {unit}") if unit else tail
        text = stem_of(list(self.body))
        if len(gaps) == 1 and text.endswith("[[1]]") and "choose" not in gaps[0]:
            return {**_alone(gaps[0]), "stem": text.removesuffix("[[1]]").strip() or _no_stem()}
        before, _, _rest = text.partition("[[1]]")
        stem, _, _line = before.rpartition("\n\n")
        if not stem.strip():
            stem = "Complétez."
        else:
            text = text.removeprefix(stem).strip()
        kept = {"shuffle": False} if fixed else {}
        return {"type": "fill_in", "stem": stem, "text": text, "gaps": [*gaps], **kept}

    def _gap(self, node: Element) -> dict[str, Json]:
        declared, attributes = self.declared(node), attributes_of(node)
        if name_of(node) == "inlineChoiceInteraction":
            choices = _children(node, "inlineChoice")
            ids = [attributes_of(one).get("identifier", "") for one in choices]
            if declared.correct[0] not in ids:
                raise CannotMap(Phrase("la réponse juste n’est pas parmi les choix"))
            texts: list[Json] = [text_of(one) for one in choices]
            return {"choose": texts, "key": ids.index(declared.correct[0]) + 1}
        if declared.base_type in _NUMBERS:
            unit = attributes.get("dataUnit", "")
            answer = exact_number(declared.correct[0], self.tolerance(), unit)
        else:
            answer = accepted_texts((*declared.correct, *declared.mapped), not declared.case_sensitive)
        return {**answer, **_flags(attributes)}

    def choices(self, interaction: Element) -> dict[str, Json]:
        declared = self.declared(interaction)
        options = [
            (text_of(one), attributes_of(one).get("identifier") in declared.correct)
            for one in _children(interaction, "simpleChoice")
        ]
        shuffled = attributes_of(interaction).get("shuffle", "false") == "true"
        fields = choice(options, declared.cardinality == "multiple")
        return {**fields, "stem": self.stem(interaction), **({} if shuffled else {"shuffle": False})}

    def order(self, interaction: Element) -> dict[str, Json]:
        texts = {
            attributes_of(one).get("identifier", ""): text_of(one)
            for one in _children(interaction, "simpleChoice")
        }
        correct = self.declared(interaction).correct
        if sorted(correct) != sorted(texts) or not 3 <= len(texts) <= 6:
            raise CannotMap(Phrase("il faut ordonner de 3 à 6 étapes, toutes"))
        return {
            "type": "ordering",
            "stem": self.stem(interaction),
            "options": [texts[one] for one in correct],
        }

    def match(self, interaction: Element) -> dict[str, Json]:
        sets = _children(interaction, "simpleMatchSet")
        if len(sets) != 2:
            raise CannotMap(Phrase("il faut deux listes à associer"))
        lefts, rights = (
            {attributes_of(one).get("identifier", ""): text_of(one) for one in side} for side in sets
        )
        pairs = dict(_pair(value) for value in self.declared(interaction).correct)
        if set(pairs) != set(lefts) or not set(pairs.values()) <= set(rights):
            raise CannotMap(Phrase("chaque élément doit avoir exactement une réponse"))
        stem = self.stem(interaction)
        if "qti-match-tabular" in attributes_of(interaction).get("class", "").split():
            return {"type": "categorising", "stem": stem, "categories": _categories(lefts, rights, pairs)}
        extras: list[Json] = [text for name, text in rights.items() if name not in pairs.values()]
        reused = len(set(pairs.values())) < len(pairs)
        return {
            "type": "matching",
            "stem": stem,
            "pairs": [{"left": text, "right": rights[pairs[name]]} for name, text in lefts.items()],
            **({"extras": extras} if extras else {}),
            **({"reuse": True} if reused else {}),
            **({"shuffle": False} if attributes_of(interaction).get("shuffle") == "false" else {}),
        }

    def gap_match(self, interaction: Element) -> dict[str, Json]:
        texts = {
            attributes_of(one).get("identifier", ""): text_of(one)
            for one in _children(interaction, "gapText")
        }
        if not texts:
            raise CannotMap(Phrase("les étiquettes sont des images"))
        placed = {gap: label for label, gap in map(_pair, self.declared(interaction).correct)}
        gaps: list[Json] = []
        names = list(texts)
        for number, node in enumerate([one for one in interaction.iter() if name_of(one) == "gap"], 1):
            label = placed.get(attributes_of(node).get("identifier", ""))
            if label not in texts:
                raise CannotMap(Phrase("un trou n’a pas de réponse juste"))
            gaps.append({"choose": [*texts.values()], "key": names.index(label) + 1})
            tail = node.tail
            node.clear()
            node.text, node.tail = f"[[{number}]]", tail
        text = stem_of([one for one in interaction if name_of(one) not in {"gapText", "prompt"}])
        prompt = _child(interaction, "prompt")
        around = [child for child in self.body if child is not interaction]
        stem = "\n\n".join(
            part for part in (stem_of(around), "" if prompt is None else text_of(prompt)) if part
        )
        return {"type": "fill_in", "stem": stem or "Complétez.", "text": text, "gaps": gaps}

    def hotspot(self, interaction: Element) -> dict[str, Json]:
        picture = next((one for one in interaction if name_of(one) in {"object", "img"}), None)
        attributes = {} if picture is None else attributes_of(picture)
        name = attributes.get("data") or attributes.get("src") or ""
        if not name.lower().endswith(".svg") or name not in self.files or picture is None:
            raise CannotMap(Phrase("l’image n’est pas un dessin SVG du paquet"))
        alt = attributes.get("alt") or text_of(picture)
        correct = self.declared(interaction).correct
        zones: list[Json] = [_zone(one, correct) for one in _children(interaction, "hotspotChoice")]
        return {
            "type": "point",
            "stem": self.stem(interaction),
            "picture": {
                "svg": self.files[name].decode("utf-8", "replace"),
                **{side: _whole(attributes.get(side, "")) for side in ("width", "height")},
                "alt": alt,
            },
            "zones": zones,
            **({"shuffle": False} if attributes_of(interaction).get("dataShuffle") == "false" else {}),
        }


def _alone(gap: dict[str, Json]) -> dict[str, Json]:
    return {"type": "numeric" if "value" in gap else "short_text", "answer": gap}


def _no_stem() -> str:
    raise CannotMap(Phrase("l’énoncé est vide"))


def _flags(attributes: Mapping[str, str]) -> dict[str, Json]:
    """What QTI has no word for, as our own export writes it."""
    found: dict[str, Json] = {}
    for name, field in (("dataIgnoreAccents", "ignore_accents"), ("dataIgnoreSpaces", "ignore_spaces")):
        if attributes.get(name) == "false":
            found[field] = False
    if attributes.get("dataTypos", "0").isdigit() and attributes.get("dataTypos", "0") != "0":
        found["typos"] = int(attributes["dataTypos"])
    return found


def _pair(value: str) -> tuple[str, str]:
    first, _, second = value.partition(" ")
    return first, second.strip()


def _categories(lefts: Mapping[str, str], rights: Mapping[str, str], pairs: Mapping[str, str]) -> list[Json]:
    return [
        {"name": name, "things": [text for left, text in lefts.items() if pairs[left] == right]}
        for right, name in rights.items()
    ]


def _zone(node: Element, correct: tuple[str, ...]) -> Json:
    attributes = attributes_of(node)
    corners = [_whole(number) for number in attributes.get("coords", "").replace(",", " ").split()]
    if attributes.get("shape") != "rect" or len(corners) != 4:
        raise CannotMap(Phrase("seules les zones rectangulaires existent ici"))
    left, top, right, bottom = corners
    label = attributes.get("hotspotLabel") or attributes.get("ariaLabel") or text_of(node)
    zone: dict[str, Json] = {
        "text": label,
        "x": left,
        "y": top,
        "width": right - left,
        "height": bottom - top,
    }
    return {**zone, "key": True} if attributes.get("identifier") in correct else zone


def _whole(written: str) -> int:
    try:
        return round(Decimal(written.strip().removesuffix("px")))
    except InvalidOperation:
        raise CannotMap(Phrase("la taille de l’image ou d’une zone n’est pas un nombre")) from None


_READERS: Mapping[str, Callable[[_Reading, Element], dict[str, Json]]] = {
    "choiceInteraction": _Reading.choices,
    "orderInteraction": _Reading.order,
    "matchInteraction": _Reading.match,
    "gapMatchInteraction": _Reading.gap_match,
    "hotspotInteraction": _Reading.hotspot,
}
