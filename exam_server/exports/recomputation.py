"""The results of a bundle, computed again from its log and its bank alone."""

from collections.abc import Iterator, Mapping
from typing import cast

from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.exports.bundle import Bundle
from exam_server.exports.results import Sat, candidates_results
from exam_server.exports.verification_steps import CannotRecompute
from question_bank.assembly import facts_of, publish
from question_bank.item_types.jsonvalues import Json
from question_bank.items import Bank


class OtherBank(Exception):
    """The bank of the bundle is not the one that the signed results name."""


def recompute(bundle: Bundle) -> dict[str, JSON]:
    """The members of the results that follow from the rest: every mark, every choice, every score.

    Raises CannotRecompute where contents were erased, OtherBank, and whatever the rules raise over a log that
    contradicts itself; `verify_bundle` makes each of them a refusal.
    """
    if bundle.erased:
        raise CannotRecompute
    sat = _sat(bundle)
    settings = _member(bundle.results, "settings")
    again = candidates_results(_facts(bundle), sat, settings, check=True)
    return {"candidates": list[JSON](again)}


def _sat(bundle: Bundle) -> Sat:
    items = Bank.from_json(cast("Json", bundle.bank))
    published = publish(facts_of(items), items.version)
    named = _member(bundle.results, "bank")
    for what, signed, found in (
        ("version", named.get("version"), items.version),
        ("digest", named.get("digest"), published.digest),
    ):
        if signed != found:
            raise OtherBank(f"bank.{what}: {found}")
    return Sat(items, published)


def _facts(bundle: Bundle) -> Iterator[Fact]:
    for entry in bundle.entries:
        content = bundle.contents[entry.number].value
        if not isinstance(content, Mapping):
            raise TypeError(f"entry {entry.number} has no facts")
        yield Fact(entry.number, entry.at_ms, entry.kind, entry.candidate, content)


def _member(payload: Mapping[str, JSON], name: str) -> Mapping[str, JSON]:
    value = payload.get(name)
    if not isinstance(value, Mapping):
        raise TypeError(f"the results have no {name}")
    return value
