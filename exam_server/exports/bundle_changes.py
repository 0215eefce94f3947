"""Two bundles of one session: the newer continues the older, and what changed for whom; or it rewrites it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from exam_server.exports.verification import Verification
from exam_server.exports.verification_log import tree_of
from exam_server.signing.checkpoints import check_growth
from exam_server.signing.errors import BrokenNote, BrokenProof
from exam_server.signing.wording import N_, Wording

Result = Mapping[str, Any]
"""One candidate of a results document."""


class DoesNotContinue(Exception):
    """The newer bundle is not what the older one became; the text says since where."""

    def __init__(self, what: Wording) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return str(self.what)


@dataclass(frozen=True)
class CandidateChange:
    """A candidate whose result is not what it was; `older` or `newer` is None where there was, or is, none.

    `members` are the names of what differs.
    """

    id: str
    older: Result | None
    newer: Result | None
    members: frozenset[str]

    @property
    def shown(self) -> Result:
        """The result that has the name by which people know the candidate now."""
        found = self.older if self.newer is None else self.newer
        if found is None:
            raise ValueError("a change of nobody's result")
        return found


@dataclass(frozen=True)
class Comparison:
    """What came between two bundles of one session: entries of the log, erasures, changed results.

    `is_direct` where the newer version names the older one as the one that it replaces.
    """

    entries_added: int
    erased: tuple[int, ...]
    is_direct: bool
    candidates: tuple[CandidateChange, ...]


def compare(older: Verification, newer: Verification) -> Comparison:
    """What changed from one to the other, each of which holds by itself; or DoesNotContinue."""
    if older.session != newer.session:
        raise DoesNotContinue(N_("ce sont les lots de deux sessions différentes"))
    if newer.version < older.version:
        raise DoesNotContinue(
            N_(
                "le premier lot est la version {older} et le second la version {newer} : donnez l’ancien "
                "d’abord",
                older=older.version,
                newer=newer.version,
            )
        )
    _check_log(older, newer)
    _check_versions(older, newer)
    return Comparison(
        entries_added=len(newer.bundle.entries) - len(older.bundle.entries),
        erased=tuple(sorted(newer.bundle.erased - older.bundle.erased)),
        is_direct=newer.version == older.version + 1,
        candidates=_changes(_candidates(older), _candidates(newer)),
    )


def _check_log(older: Verification, newer: Verification) -> None:
    """The newer log begins with the older one, entry by entry and by their signed roots."""
    before, after = older.bundle.entries, newer.bundle.entries
    for one, other in zip_longest(before, after[: len(before)]):
        if one != other:
            number = (one or other).number
            raise DoesNotContinue(
                N_(
                    "l’entrée {number} du journal n’est pas la même dans les deux lots : l’un réécrit "
                    "l’autre, deux histoires ont été signées pour cette session",
                    number=number,
                )
            )
    try:
        proof = tree_of(after).consistency(len(before))
        check_growth(older.checkpoint.checkpoint, newer.checkpoint.checkpoint, proof)
    except (BrokenNote, BrokenProof) as error:
        raise DoesNotContinue(error.what) from error


def _check_versions(older: Verification, newer: Verification) -> None:
    """One version has one signed document, and the next one names it."""
    if newer.version == older.version and newer.digest != older.digest:
        raise DoesNotContinue(
            N_("deux résultats différents ont été signés comme version {version}", version=newer.version)
        )
    if newer.version == older.version + 1 and newer.payload["replaces"] != older.digest:
        raise DoesNotContinue(
            N_(
                "la version {version} remplace d’autres résultats que ceux du premier lot",
                version=newer.version,
            )
        )


def _candidates(of: Verification) -> dict[str, Result]:
    listed = of.payload.get("candidates")
    found = listed if isinstance(listed, list) else []
    return {str(one["id"]): one for one in found if isinstance(one, Mapping) and "id" in one}


def _changes(older: Mapping[str, Result], newer: Mapping[str, Result]) -> tuple[CandidateChange, ...]:
    """In the order of the newer document, those who are gone at the end."""
    found = []
    for candidate in dict.fromkeys((*newer, *older)):
        before, after = older.get(candidate), newer.get(candidate)
        if before != after:
            found.append(CandidateChange(candidate, before, after, _members(before or {}, after or {})))
    return tuple(found)


def _members(before: Result, after: Result) -> frozenset[str]:
    return frozenset(
        name
        for name in before.keys() | after.keys()
        if (name in before) != (name in after) or before[name] != after[name]
    )
