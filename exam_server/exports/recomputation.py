"""The results of a bundle, computed again from its log and its bank alone."""

from collections.abc import Iterator, Mapping
from typing import cast

from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact, SessionRecord, fold
from exam_server.domain.json import JSON
from exam_server.exports.bundle import Bundle
from exam_server.exports.results import OtherEngine, Sat, results_of, settings_of
from exam_server.exports.verification_steps import CannotFollow, CannotRecompute
from exam_server.signing.canonical import canonical
from exam_server.signing.wording import N_, shown
from question_bank.assembly import ENGINE_VERSION, facts_of, publish
from question_bank.item_types.jsonvalues import Json
from question_bank.items import Bank


class OtherBank(Exception):
    """The bank of the bundle is not the one that the signed results name."""


def recompute(bundle: Bundle) -> dict[str, JSON]:
    """The members of the results that follow from the rest: every mark, every choice, every score.

    Raises CannotRecompute where contents were erased, CannotFollow, OtherBank, and whatever the rules raise
    over a log that contradicts itself; `verify_bundle` makes each of them a refusal.
    """
    if bundle.erased:
        raise CannotRecompute
    sat = _sat(bundle)
    session = fold(_facts(bundle))
    settings = _settings(bundle, session)
    if session.bank_version != sat.items.version:
        raise OtherBank(f"log: {session.bank_version}")
    try:
        again = list[JSON](results_of(session, sat, settings, check=True))
    except OtherEngine as error:
        what = N_(
            "la session a été passée avec la version {recorded} du moteur, et ce programme a la {here} : "
            "vérifiez avec la version de Passation qui a signé",
            recorded=str(error.recorded),
            here=ENGINE_VERSION,
        )
        raise CannotFollow(what) from error
    return {
        "candidates": again,
        "engine": session.engine,
        "session": _session(bundle, session),
        "version": _version(bundle),
        # Without rules in the log these are the signed ones themselves, and nothing was compared.
        **({} if session.rules is None else {"settings": settings}),
    }


def _settings(bundle: Bundle, session: SessionRecord) -> Mapping[str, JSON]:
    """The settings that the log's rules come to; a log without rules leaves only those that were signed."""
    signed = _member(bundle.results, "settings")
    if session.rules is None:
        return signed
    said = settings_of(session.rules)
    differing = sorted(
        n for n in said.keys() | signed.keys() if canonical(said.get(n)) != canonical(signed.get(n))
    )
    if differing:
        what = N_(
            "les réglages signés ne sont pas ceux que le journal a retenus à l’ouverture de la session "
            "({names})",
            names=shown(", ".join(differing)),
        )
        raise CannotFollow(what)
    return said


def _session(bundle: Bundle, session: SessionRecord) -> JSON:
    """What was signed of the session, with everything that the log says too put as the log says it."""
    last = bundle.entries[-1]
    if last.kind != EventKind.SESSION_FINALISED:
        raise CannotFollow(N_("le journal ne finit pas sur des résultats signés"))
    return {
        **_member(bundle.results, "session"),
        "id": last.session,
        "room": session.planned["room"],
        "date": session.planned["date"],
        "opened_ms": session.opened_ms,
        "closed_ms": session.closed_ms,
        "finalised_ms": last.at_ms,
    }


def _version(bundle: Bundle) -> JSON:
    """How many times the session has been finalised: this is the last of them."""
    return sum(entry.kind == EventKind.SESSION_FINALISED for entry in bundle.entries)


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
        yield Fact(entry.number, entry.at_ms, entry.kind, entry.candidate, content, entry.actor)


def _member(payload: Mapping[str, JSON], name: str) -> Mapping[str, JSON]:
    value = payload.get(name)
    if not isinstance(value, Mapping):
        raise TypeError(f"the results have no {name}")
    return value
