"""The blueprint of a test: how many questions a competence gets, and when that can always be kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.framework import COMPETENCE_CODES
from question_bank.profile import MINIMUM_CERTIFIABLE_COMPETENCES


@dataclass(frozen=True)
class Quota:
    """The least and the most questions of one competence."""

    least: int
    most: int


def quota(competences: int, length: int) -> Quota:
    """Share the test out evenly, and leave the selection two questions of play upwards and one downwards."""
    base = length // competences
    return Quota(least=max(1, base - 1) if base else 0, most=base + 2)


def can_complete(families: Sequence[int], length: int) -> bool:
    """Whether a test over competences with so many families ends complete, whatever the order of choice.

    Quotas per competence inside one total are a laminar family: the greedy choice with reservation ends
    complete exactly when every competence reaches its least and all together reach the length.
    """
    bounds = quota(len(families), length)
    return min(families) >= bounds.least and sum(min(count, bounds.most) for count in families) >= length


def weakest_profile(families: Sequence[int], length: int) -> int | None:
    """The smallest number of certifiable competences for which some profile could not be served, or None.

    `families` counts each competence of the framework. The worst profile of n competences takes the n
    poorest.
    """
    poorest = sorted(families)
    for n in range(MINIMUM_CERTIFIABLE_COMPETENCES, len(COMPETENCE_CODES) + 1):
        if not can_complete(poorest[:n], length):
            return n
    return None


def families_needed(length: int) -> int:
    """So many families in every competence are enough for every profile: the most of the narrowest one."""
    return quota(MINIMUM_CERTIFIABLE_COMPETENCES, length).most


def open_competences(given: Sequence[int], free: Sequence[int], bounds: Quota, left: int) -> list[int]:
    """The places (in the profile) that may be asked next; room is kept for those below their least.

    By place: how many questions were given, and how many families are still free.
    """
    least, most = bounds.least, bounds.most
    if sum(least - count for count in given if count < least) >= left:
        reserved = [place for place, count in enumerate(given) if count < least and free[place]]
        if reserved:
            return reserved
    return [place for place, count in enumerate(given) if count < most and free[place]]
