"""Keys that give themselves away: too often the longest option, or always in the same place."""

from collections.abc import Iterable, Iterator

from question_bank.checks.findings import Finding, FindingCode
from question_bank.item_types.single_choice import SingleChoice
from question_bank.items import ItemVersion
from question_bank.typography import Phrase

LONGEST_KEY_SHARE = 0.45
SAME_PLACE_SHARE = 0.5
FEWEST_TO_JUDGE = 5


def longest_keys(code: str, items: Iterable[ItemVersion]) -> Iterator[Finding]:
    bodies = [item.body for item in items if isinstance(item.body, SingleChoice)]
    long = sum(_key_is_longest(body) for body in bodies)
    if len(bodies) >= FEWEST_TO_JUDGE and long > LONGEST_KEY_SHARE * len(bodies):
        text = Phrase("la réponse juste est la plus longue {long} fois sur {all}", long=long, all=len(bodies))
        yield Finding(FindingCode.LONGEST_KEY, code, text)


def _key_is_longest(body: SingleChoice) -> bool:
    key = max(len(option.text) for option in body.options if option.key)
    return all(len(option.text) < key for option in body.options if not option.key)


def key_places(code: str, items: Iterable[ItemVersion]) -> Iterator[Finding]:
    """Only where the authored order is shown as it is; elsewhere the seed decides."""
    places = [
        [option.key for option in item.body.options].index(True) + 1
        for item in items
        if isinstance(item.body, SingleChoice) and not item.shuffle
    ]
    for place in sorted(set(places)):
        count = places.count(place)
        if len(places) >= FEWEST_TO_JUDGE and count > SAME_PLACE_SHARE * len(places):
            text = Phrase(
                "sans mélange, la réponse juste est {count} fois sur {all} à la place {place}",
                count=count,
                all=len(places),
                place=place,
            )
            yield Finding(FindingCode.KEY_PLACE, code, text)
