"""Parametric items made in many variants: each can be made, marks its key right, and neighbours differ."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from question_bank.checks.findings import Finding, FindingCode
from question_bank.files import MAX_BYTES, TooLarge
from question_bank.item_types.responses import SKIP
from question_bank.item_types.table import BadResponse, is_correct, right_content
from question_bank.items import ItemVersion
from question_bank.typography import Phrase
from question_bank.variants import BadTemplate, BadVariant

# Two neighbours of the same parametric item should seldom hold the same text and key; of few
# variants made, chance alone brings some more together (three standard deviations are forgiven).
SAME_SHARE = 0.2
# Files take the longest to make, and their size hardly differs between variants.
FILES_OF_EVERY = 25
_SEED = 7


def check_variants(item: ItemVersion, numbers: Sequence[int]) -> Iterator[Finding]:
    """Make these variants of an item and look at each; the first that fails is told."""
    seen: Counter[str] = Counter()
    for number in numbers if item.variants is not None else (0,):
        try:
            variant = item.made_variant(number)
        except (BadVariant, BadTemplate) as bad:
            yield Finding(FindingCode.BAD_VARIANT, item.id, Phrase("{problem}", problem=str(bad)))
            return
        if not _key_is_right(variant):
            text = Phrase("la réponse juste n’est pas comptée juste (variante {number})", number=number)
            yield Finding(FindingCode.BAD_KEY, item.id, text)
            return
        large = None if number % FILES_OF_EVERY else _too_large(variant)
        if large is not None:
            text = Phrase("« {name} » pèse plus de {most} octets", name=large, most=MAX_BYTES)
            yield Finding(FindingCode.LARGE_FILE, item.id, text)
            return
        seen[_met(variant)] += 1
    if item.variants is not None:
        yield from _sameness(item, seen)


def _key_is_right(variant: ItemVersion) -> bool:
    try:
        right = is_correct(variant, _SEED, right_content(variant, _SEED))
    except BadResponse:
        return False
    return right and not is_correct(variant, _SEED, SKIP)


def _too_large(variant: ItemVersion) -> str | None:
    """The name of a file that cannot be given out: making it is the only way to know."""
    for file in variant.files:
        try:
            file.generate()
        except TooLarge:
            return file.name
    return None


def _met(variant: ItemVersion) -> str:
    """What a candidate meets and must answer: two who hold the same could copy from each other."""
    return "\n".join((variant.stem, *variant.body.texts(), *variant.body.key()))


def _sameness(item: ItemVersion, seen: Counter[str]) -> Iterator[Finding]:
    made, most = seen.total(), max(seen.values())
    if most > SAME_SHARE * made + 3 * math.sqrt(SAME_SHARE * (1 - SAME_SHARE) * made):
        text = Phrase("{most} variantes sur {made} sont les mêmes", most=most, made=made)
        yield Finding(FindingCode.SAME_ANSWER, item.id, text)
