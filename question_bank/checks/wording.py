"""The words of items: near twins, hard reading, lines that do not fit, quotation marks."""

import re
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz, process

from question_bank.checks.findings import Finding, FindingCode
from question_bank.item_types.fill_in import FillIn
from question_bank.items import ItemVersion
from question_bank.typography import BlockKind, Phrase, blocks

TWIN_RATIO = 92
WIDEST_LINE = 90
# Läsbarhetsindex (Björnsson 1968): below 40 easy, from 50 difficult, from 60 very difficult.
HARDEST_TEXT = 60
HARDEST_EASY_TEXT = 50
EASY_LEVELS = 3
FEWEST_WORDS = 30
_LONG_WORD = 7

_STRAIGHT_QUOTES = re.compile(r'(?<![\w=(;,])"[^\W\d_][^"]*"')
_WORDS = re.compile(r"\w+")
_PROSE_WORDS = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?:](?=\s|$)")


def same_items(items: Iterable[ItemVersion]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for item in items:
        text = _whole_text(item)
        if text in first:
            said = Phrase("même énoncé et mêmes réponses que {other}", other=first[text])
            yield Finding(FindingCode.SAME_ITEM, item.id, said)
        first.setdefault(text, item.id)


def near_twins(items: Sequence[ItemVersion]) -> Iterator[Finding]:
    """Two skills must not ask in the same words; two items of one skill may, but not for the same answer."""
    stems = [_words(item.stem) for item in items]
    wholes = [_whole_text(item) for item in items]
    by_stem, by_whole = _likeness(stems), _likeness(wholes)
    for right, other in enumerate(items):
        for left in range(right):
            siblings = items[left].family == other.family
            ratio = (by_whole if siblings else by_stem)[left][right]
            if ratio <= TWIN_RATIO or wholes[left] == wholes[right]:
                continue
            if siblings and items[left].body.key() != other.body.key():
                continue
            text = Phrase(
                "presque le même texte que {other} ({percent} %)", other=other.id, percent=round(ratio)
            )
            yield Finding(FindingCode.NEAR_TWIN, items[left].id, text)


def _likeness(texts: Sequence[str]) -> list[list[float]]:
    """By pair, in hundredths; 0 for what is below the limit."""
    found = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=TWIN_RATIO)
    return [[float(ratio) for ratio in row] for row in found]


def _whole_text(item: ItemVersion) -> str:
    return _words(" ".join((item.stem, *item.body.texts(), *item.body.key())))


def _words(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


def readability(text: str) -> float | None:
    """The läsbarhetsindex of a text: words a sentence plus the share of words above six letters.

    None for a text too short to say.
    """
    words = _PROSE_WORDS.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    long = sum(len(word) >= _LONG_WORD for word in words)
    return len(words) / sentences + 100 * long / len(words)


def _prose(item: ItemVersion) -> str:
    """What is read as sentences: no fenced text, whose tables and addresses are no sentences."""
    paragraphs = [block.text for block in blocks(item.stem) if block.kind is BlockKind.PARAGRAPH]
    return "\n".join(paragraph if paragraph[-1:] in ".!?:" else f"{paragraph}." for paragraph in paragraphs)


def stem_warnings(item: ItemVersion) -> Iterator[Finding]:
    """Of the stem, and of a text with gaps, which is laid out like one."""
    below = blocks(item.body.text) if isinstance(item.body, FillIn) else ()
    for block in (*blocks(item.stem), *below):
        if block.kind is BlockKind.PREFORMATTED:
            widest = max((len(line) for line in block.text.splitlines()), default=0)
            if widest > WIDEST_LINE:
                text = Phrase("une ligne de {widest} caractères ne tient pas à l’écran", widest=widest)
                yield Finding(FindingCode.WIDE_LINE, item.id, text)
        elif _STRAIGHT_QUOTES.search(block.text):
            text = Phrase("guillemets droits dans l’énoncé : écrivez « »")
            yield Finding(FindingCode.STRAIGHT_QUOTES, item.id, text)
    hardness = readability(_prose(item))
    if hardness is not None and hardness > (HARDEST_EASY_TEXT if item.level <= EASY_LEVELS else HARDEST_TEXT):
        text = Phrase("texte difficile à lire pour ce niveau (indice {index})", index=round(hardness))
        yield Finding(FindingCode.HARD_TEXT, item.id, text)
