"""Questions of a GIFT file (https://docs.moodle.org/en/GIFT_format) as drafts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

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
from question_bank.exchange.markup import stem_of_html
from question_bank.item_types.jsonvalues import Json
from question_bank.typography import Phrase

LARGEST = 4 * 1024 * 1024
_ESCAPED = re.compile(r"\\([~=#{}:n])")
_HIDDEN = {
    "~": "\ue000",
    "=": "\ue001",
    "#": "\ue002",
    "{": "\ue003",
    "}": "\ue004",
    ":": "\ue005",
    "n": "\ue006",
}
_SHOWN = {hidden: ("\n" if char == "n" else char) for char, hidden in _HIDDEN.items()}
_TITLE = re.compile(r"^::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]")
_PART = re.compile(r"(?P<mark>[=~])(?:%(?P<weight>-?\d+(?:\.\d+)?)%)?(?P<text>[^=~]*)")
_TRUTH = frozenset({"T", "TRUE", "F", "FALSE"})


@dataclass(frozen=True)
class _Answer:
    right: bool
    weight: Decimal | None
    text: str


def read_gift(octets: bytes) -> Found:
    """Raises BadPackage for what is no text; questions without a counterpart are among the unmapped."""
    if len(octets) > LARGEST:
        raise BadPackage(Phrase("ce document est trop gros"))
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadPackage(Phrase("ce fichier n’est pas du texte en UTF-8")) from None
    found = Found()
    for line, written in _questions(text):
        source = f"ligne {line}"
        titled = _TITLE.match(written)
        title = _shown(titled[1].strip()) if titled else source
        try:
            found.drafts.append(_read(written[titled.end() :] if titled else written, source, title))
        except CannotMap as bad:
            found.unmapped.append(Unmapped(source, title, bad.reason))
    return found


def _questions(text: str) -> Iterator[tuple[int, str]]:
    """Each question with its first line: blank lines stand between them, comments are left out."""
    lines: list[str] = []
    first = 0
    for number, line in enumerate([*text.splitlines(), ""], 1):
        bare = line.strip()
        if bare.startswith(("//", "$CATEGORY:")):
            continue
        open_braces = _is_open("\n".join(lines))
        if bare or open_braces:
            first = first or number
            lines.append(line)
        if not bare and lines and not open_braces:
            yield first, _ESCAPED.sub(lambda found: _HIDDEN[found[1]], "\n".join(lines)).strip()
            lines, first = [], 0
    if lines:
        yield first, _ESCAPED.sub(lambda found: _HIDDEN[found[1]], "\n".join(lines)).strip()


def _is_open(text: str) -> bool:
    """Whether an answer has begun and not ended: a blank line inside it ends nothing."""
    plain = _ESCAPED.sub("", text)
    return plain.count("{") > plain.count("}")


def _shown(text: str) -> str:
    return "".join(_SHOWN.get(char, char) for char in text)


def _read(written: str, source: str, title: str) -> Draft:
    begin, end = written.find("{"), written.rfind("}")
    if begin < 0 or end < begin:
        raise CannotMap(Phrase("aucune réponse entre accolades"))
    if "{" in written[begin + 1 : end] or "}" in written[begin + 1 : end]:
        raise CannotMap(Phrase("plusieurs réponses dans un même texte"))
    before, inside, after = written[:begin], written[begin + 1 : end], written[end + 1 :]
    answers, _, feedback = inside.partition("####")
    formatted = _FORMAT.match(before)
    stem = _prose(before[formatted.end() :] if formatted else before)
    if after.strip():
        fields = _in_the_text(stem, answers, _prose(after))
    else:
        fields = {"stem": stem, **_fields(answers.strip())}
    if not stem and "text" not in fields:
        raise CannotMap(Phrase("l’énoncé est vide"))
    return Draft(source, title, {"time": SECONDS, **fields, "rationale": _prose(feedback) or UNEXPLAINED})


def _prose(text: str) -> str:
    return stem_of_html(_shown(text.strip())).strip()


def _in_the_text(before: str, answers: str, after: str) -> dict[str, Json]:
    """A missing word: the answer stands inside the sentence."""
    fields = _fields(answers.strip())
    gap: Json
    if fields["type"] == "single_choice":
        options = [one for one in _items(fields["options"]) if isinstance(one, dict)]
        right = next(place for place, one in enumerate(options, 1) if one.get("key"))
        gap = {"choose": [one["text"] for one in options], "key": right}
    elif fields["type"] in {"short_text", "numeric"}:
        gap = fields["answer"]
    else:
        raise CannotMap(Phrase("ce type de réponse ne peut pas être dans une phrase"))
    return {
        "type": "fill_in",
        "stem": "Complétez la phrase.",
        "text": f"{before} [[1]]{'' if after[:1] in '.,;:!?' else ' '}{after}",
        "gaps": [gap],
    }


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _fields(inside: str) -> dict[str, Json]:
    if not inside:
        raise CannotMap(Phrase("question ouverte : une personne devrait la corriger"))
    if inside.partition("#")[0].strip().upper() in _TRUTH:
        raise CannotMap(Phrase("vrai ou faux : il faut au moins quatre réponses proposées"))
    if inside.startswith("#"):
        return _numeric(inside[1:].strip())
    answers = [
        _Answer(
            part["mark"] == "=",
            None if part["weight"] is None else Decimal(part["weight"]),
            part["text"].partition("#")[0].strip(),
        )
        for part in _PART.finditer(inside)
    ]
    if all("->" in answer.text for answer in answers) and answers:
        return _matching(answers)
    if all(answer.right for answer in answers):
        return short_text(_prose(answer.text) for answer in answers if answer.weight in (None, Decimal(100)))
    weighted = [answer for answer in answers if answer.weight is not None and not answer.right]
    if weighted and not any(answer.right for answer in answers):
        return choice([(_prose(one.text), (one.weight or Decimal(0)) > 0) for one in answers], several=True)
    return choice([(_prose(one.text), one.right) for one in answers], several=False)


def _matching(answers: list[_Answer]) -> dict[str, Json]:
    pairs: list[Json] = []
    extras: list[Json] = []
    for answer in answers:
        left, _, right = answer.text.partition("->")
        if left.strip():
            pairs.append({"left": _prose(left), "right": _prose(right)})
        else:
            extras.append(_prose(right))
    return {"type": "matching", "pairs": pairs, **({"extras": extras} if extras else {})}


def _numeric(written: str) -> dict[str, Json]:
    """`3:0.1` is a value and its tolerance, `1..5` a range."""
    one = written.removeprefix("=").partition("#")[0].strip()
    if "=" in one or "~" in one:
        raise CannotMap(Phrase("plusieurs réponses numériques, il en faut une"))
    try:
        if ".." in one:
            low, high = (Decimal(part.strip()) for part in one.split(".."))
            return numeric(format((low + high) / 2, "f"), format((high - low) / 2, "f"))
        value, _, tolerance = one.replace(_HIDDEN[":"], ":").partition(":")
        return numeric(format(Decimal(value.strip()), "f"), format(Decimal(tolerance.strip() or "0"), "f"))
    except (InvalidOperation, ValueError):
        raise CannotMap(Phrase("la réponse numérique n’est pas un nombre")) from None
