"""Invented banks and candidates for the engine's tests: the sample bank's shape, and a bigger one."""

import random
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from question_bank.assembly import Answered, Assembly, AssemblySpec, Choice, ItemFacts, PublishedBank, publish
from question_bank.profile import Profile


def small_facts() -> list[ItemFacts]:
    """Sixteen competences, eight skills each, two interchangeable items a skill."""
    return [
        ItemFacts(
            id=f"{c:02d}-{level}-{letter}",
            competence_index=c,
            level=level,
            family=f"{c:02d}/{level}",
            a=1.1 + 0.1 * (level % 4),
            b=round(-2.4 + 0.6 * level - 0.3 + (0.05 if letter == "b" else 0), 3),
            expected_seconds=60 + 10 * level,
            accessible=True,
        )
        for c in range(16)
        for level in range(1, 9)
        for letter in "ab"
    ]


def big_facts(count: int, seed: int = 1, accessible: float = 0.75) -> list[ItemFacts]:
    rng = random.Random(seed)
    facts = []
    for index in range(count):
        competence, level = index % 16, 1 + index // 16 % 8
        facts.append(
            ItemFacts(
                id=f"item-{index:06d}",
                competence_index=competence,
                level=level,
                family=f"{competence}/{level}/{index // 128 // 3}",
                a=round(rng.lognormvariate(0.2, 0.25), 3),
                b=round(-2.6 + 0.6 * level + rng.gauss(0, 0.3), 3),
                expected_seconds=rng.randint(40, 320),
                accessible=rng.random() < accessible,
            )
        )
    return facts


@lru_cache(maxsize=8)
def small_bank() -> PublishedBank:
    return publish(small_facts(), "small-1")


@lru_cache(maxsize=8)
def big_bank(count: int = 1600) -> PublishedBank:
    return publish(big_facts(count), "big-1")


def profile_of(levels: dict[int, int] | list[int]) -> Profile:
    if isinstance(levels, list):
        return Profile(tuple(levels), (0,) * 16)
    return Profile(tuple(levels.get(c, 0) for c in range(16)), (0,) * 16)


def random_profile(rng: random.Random, competences: int) -> Profile:
    chosen = rng.sample(range(16), competences)
    return profile_of({c: rng.randint(1, 8) for c in chosen})


def spec_of(profile: Profile, bank: PublishedBank, **changes: object) -> AssemblySpec:
    spec = AssemblySpec(
        profile=profile,
        seed=12345,
        colour=0,
        colours=bank.colours,
        session_seed=77,
        accessible_only=False,
        time_factor=Fraction(1),
        banned=frozenset(),
        answered_before=frozenset(),
    )
    return replace(spec, **changes)  # type: ignore[arg-type]


def sit(
    bank: PublishedBank, spec: AssemblySpec, rng: random.Random, skill: float = 0.7
) -> tuple[Assembly, list[Choice]]:
    """A whole test with random answers of random length."""
    assembly, choices = Assembly(bank, spec), []
    while (choice := assembly.next()) is not None:
        choices.append(choice)
        assembly.record(choice.item_id, rng.random() < skill, rng.randint(20, 200))
    return assembly, choices


def flipped(history: tuple[Answered, ...], place: int) -> list[Answered]:
    return [one._replace(correct=True) if i == place else one for i, one in enumerate(history)]
