"""Exposure: which items rest because they were seen too often, judged when a session opens."""

from collections.abc import Mapping, Sequence

from question_bank.assembly.blueprint import families_needed
from question_bank.assembly.facts import ItemFacts
from question_bank.assembly.parameters import TEST_LENGTH

START_UP = 100  # below so many tests served a rate means nothing yet: judged as if so many had been served
PLAY = 1.5  # no cap below one and a half times the even share: a small bank could not keep it


def effective_cap(items: int, r_max: float, length: int = TEST_LENGTH) -> float:
    """The cap that this many items can carry."""
    return max(r_max, PLAY * length / max(items, 1))


def exposure_bans(
    counts: Mapping[str, int],
    served: int,
    facts: Sequence[ItemFacts],
    r_max: float,
    colours: Sequence[int] | None = None,
) -> frozenset[str]:
    """Items whose share of the tests served reaches the cap, less those that a deck could not do without.

    `colours` is the session's deal (one colour an item, in the order of `facts`); without it the bank is one
    deck. In each competence and colour, for everybody and for accessible items alone, as many families stay
    as any profile can need; the least seen come back first.
    """
    limit = effective_cap(len(facts), r_max) * max(served, START_UP)
    tired = {fact.id for fact in facts if counts.get(fact.id, 0) >= limit}
    if not tired:
        return frozenset()
    decks: dict[tuple[int, int, bool], list[ItemFacts]] = {}
    for fact, colour in zip(facts, [0] * len(facts) if colours is None else colours, strict=True):
        for accessible_only in {False, fact.accessible}:
            decks.setdefault((fact.competence_index, int(colour), accessible_only), []).append(fact)
    for deck in decks.values():
        tired -= _missed(deck, tired, counts)
    return frozenset(tired)


def _missed(deck: Sequence[ItemFacts], tired: set[str], counts: Mapping[str, int]) -> set[str]:
    """The tired items that must come back so that this deck keeps families enough."""
    need = families_needed(TEST_LENGTH)
    rested = {fact.family for fact in deck if fact.id not in tired}
    back: set[str] = set()
    for fact in sorted(deck, key=lambda one: (counts.get(one.id, 0), one.id)):
        if len(rested) >= need:
            break
        if fact.family not in rested:
            rested.add(fact.family)
            back.add(fact.id)
    return back
