"""The results document: computed from the log and the bank alone, so that whoever has both finds the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from exam_server.domain.attempts import EndReason
from exam_server.domain.finalisation import End, Given, Record, SessionRecord, Status, decide
from exam_server.domain.json import JSON
from exam_server.domain.rules import ExamRules
from exam_server.domain.rulings import TAKES_TWO
from exam_server.signing.receipts import Saved, fingerprint, responses_digest
from question_bank.assembly import (
    ENGINE_VERSION,
    Answered,
    Assembly,
    AssemblyError,
    AssemblySpec,
    Choice,
    PublishedBank,
    replay,
)
from question_bank.framework import COMPETENCES
from question_bank.item_types.table import BadResponse, is_correct, item_seed, parse_response
from question_bank.items import Bank
from question_bank.profile import Profile
from question_bank.scoring import BadHistory, Scores, score

VERSION = 2
_CHOICE_FIELDS = Choice._fields
_CHOICE_TEXTS = frozenset({"item_id", "eligible_digest", "chain"})


@dataclass(frozen=True)
class Sat:
    """The bank that a session was sat with: its items, and the engine's tables of them."""

    items: Bank
    published: PublishedBank


def bank_json(bank: Bank) -> JSON:
    """The bank as a bundle holds it; its numbers are texts, so it has a canonical form."""
    return cast("JSON", bank.to_json())


class ResultsDiffer(Exception):
    """The log contradicts itself: `candidate` and `what` say where."""

    def __init__(self, candidate: str, what: str) -> None:
        self.candidate = candidate
        self.what = what
        super().__init__(f"{candidate}: {what}")


class OtherEngine(Exception):
    """The session was sat with another engine than this one: its choices cannot be made again here."""

    def __init__(self, recorded: int | None) -> None:
        self.recorded = recorded
        super().__init__(f"engine {recorded}, here {ENGINE_VERSION}")


def settings_of(rules: ExamRules) -> dict[str, JSON]:
    """The settings that the results depend on, as the document states them."""
    return {
        "duration_s": int(rules.duration.total_seconds()),
        "grace_ms": int(rules.grace.total_seconds() * 1000),
        "items": rules.items,
        "minimum_responses": rules.minimum_responses,
    }


def results_of(
    session: SessionRecord, sat: Sat, settings: Mapping[str, JSON], *, check: bool = False
) -> list[dict[str, JSON]]:
    """One result a candidate, by name; `check` also marks every response and replays every choice again.

    Raises ResultsDiffer when marking or replaying finds something else than the log says, OtherEngine when it
    cannot be tried.
    """
    if check and session.engine != ENGINE_VERSION:
        raise OtherEngine(session.engine)
    results: list[dict[str, JSON]] = []
    for record in session.candidates.values():
        if check:
            check_record(record, sat, session.rules)
        results.append(result_of(record, sat, settings))
    return sorted(results, key=lambda r: (str(r["family_name"]), str(r["given_name"]), str(r["id"])))


def history_of(record: Record, left_out: Iterable[int] = ()) -> list[Answered]:
    """What the engine was told, in order: the responses that count, and the items that were replaced.

    With `left_out`, what it is told afterwards: the responses to these positions say nothing any more.
    """
    after = len(record.responses) + len(record.replaced)
    out = set(left_out)
    told = [
        (at, Answered(given.item, given.correct, given.seconds, after if at in out else None))
        for at, given in record.responses.items()
    ]
    told += [
        (at, Answered(gone.item, False, gone.seconds, gone.neutralised_after))
        for at, gone in record.replaced.items()
    ]
    return [answered for _, answered in sorted(told, key=lambda one: one[0])]


def result_of(record: Record, sat: Sat, settings: Mapping[str, JSON]) -> dict[str, JSON]:
    """One candidate's result."""
    minimum = settings["minimum_responses"]
    if not isinstance(minimum, int):
        raise TypeError("minimum_responses is a whole number")
    scores = scores_of(record, sat)
    decision = decide(record, 0 if scores is None else scores.score, minimum)
    shown = scores if decision.status is Status.VALIDATED else None
    registered = record.registered
    return {
        "id": record.id,
        "family_name": registered["family_name"],
        "given_name": registered["given_name"],
        "birth_date": registered["birth_date"],
        "ine": registered["ine"],
        "class_name": registered["class_name"],
        "status": str(decision.status),
        "reason": decision.reason,
        "end": str(record.end),
        "started_ms": record.started_ms,
        "ended_ms": record.ended_ms,
        "responses": record.responses_given,
        "skipped": len(record.counted) - record.responses_given,
        "scores": None if shown is None else scores_json(shown),
        **_two_persons(record),
        **_rulings(record),
        **_receipt(record),
    }


def _two_persons(record: Record) -> dict[str, JSON]:
    """Who requested and who confirmed an end for suspected fraud; nothing where it took no second person."""
    if record.confirmed is None:
        return {}
    two = record.confirmed
    return {"fraud": {"requested_by": two.requested_name, "confirmed_by": two.confirmed_name}}


def _rulings(record: Record) -> dict[str, JSON]:
    """What the head has ruled, with the names of who did; nothing where no ruling stands."""
    if not record.rulings:
        return {}
    listed: list[JSON] = [
        {
            "kind": str(one.kind),
            "positions": list(one.positions),
            "taken_by": one.taken_name,
            **({} if one.proposed_by == one.taken_by else {"proposed_by": one.proposed_name}),
        }
        for _, one in sorted(record.rulings.items())
    ]
    return {"rulings": listed}


def _receipt(record: Record) -> dict[str, JSON]:
    """What the candidate's last page showed; nothing where the log has no receipt."""
    if record.receipt is None:
        return {}
    return {"receipt": {"sha256": record.receipt, "fingerprint": fingerprint(record.receipt)}}


def scores_of(record: Record, sat: Sat) -> Scores | None:
    """The scores from the responses that count; None for whoever never started."""
    if record.spec is None:
        return None
    history = history_of(record, record.left_out)
    return score(sat.published, AssemblySpec.from_json(record.spec), history)


def scores_json(scores: Scores) -> JSON:
    """The scores with the official code of each competence."""
    written = dict(scores.to_json())
    written["codes"] = [competence.code for competence in COMPETENCES]
    return written


def check_record(record: Record, sat: Sat, rules: ExamRules | None) -> None:
    """Marks every response again and replays every choice; raises ResultsDiffer."""
    if record.spec is None:
        return
    if rules is not None and rules.fraud_needs_second:
        _check_second_person(record)
    _check_rulings(record)
    try:
        spec = AssemblySpec.from_json(record.spec)
        _check_spec(record, spec, rules)
        recorded = [choice_of(facts) for facts in record.choices]
        for given in record.counted:
            _check_mark(record, given, sat, spec.seed >> 1)
        _check_choices(record, recorded, sat, spec)
        _check_receipt(record)
    except (AssemblyError, BadHistory, KeyError, TypeError, ValueError) as error:
        raise ResultsDiffer(record.id, f"{type(error).__name__}: {error}") from error


def _check_spec(record: Record, spec: AssemblySpec, rules: ExamRules | None) -> None:
    """The test was made for this profile and extra time, by the rules that the session was opened with."""
    if spec.profile != Profile.from_json(cast("Mapping[str, list[int]]", record.registered)):
        raise ResultsDiffer(record.id, "the test was made for another profile")
    if spec.time_factor != 1 + Fraction(record.extra_at_start or 0):
        raise ResultsDiffer(record.id, "the test was made for another extra time")
    of_session = None if rules is None else (rules.items, int(rules.duration.total_seconds()))
    if of_session not in (None, (spec.length, spec.test_seconds)):
        raise ResultsDiffer(record.id, "the test was made by other rules than the session's")


def _check_second_person(record: Record) -> None:
    """No test was ended for suspected fraud by one person alone, where the session's rules ask for two."""
    if record.end is not End.TERMINATED or record.reason is not EndReason.FRAUD_SUSPECTED:
        return
    two = record.confirmed
    if two is None or two.requested_by == two.confirmed_by:
        raise ResultsDiffer(record.id, "the test was ended for suspected fraud without a second person")


def _check_rulings(record: Record) -> None:
    """No attempt was rejected by one person alone, and nothing is left out that was not asked."""
    for ruled in record.rulings.values():
        if ruled.kind in TAKES_TWO and ruled.proposed_by == ruled.taken_by:
            raise ResultsDiffer(record.id, "the attempt was rejected without a second person")
        if not record.responses.keys() >= set(ruled.positions):
            raise ResultsDiffer(record.id, "an item is left out that was not answered")


def _check_receipt(record: Record) -> None:
    """What the candidate was shown is of the responses that the log has."""
    saved = (Saved(at, given.item, given.content) for at, given in record.responses.items())
    if record.receipt is not None and record.receipt != responses_digest(record.id, saved):
        raise ResultsDiffer(record.id, "the receipt is of other responses")


def choice_of(facts: Mapping[str, JSON]) -> Choice:
    """A choice from the fact that the log keeps of it, where numbers beyond 2^53 are texts."""
    values = {n: facts[n] if n in _CHOICE_TEXTS else int(str(facts[n])) for n in _CHOICE_FIELDS}
    return Choice(**values)  # type: ignore[arg-type]


def _check_choices(record: Record, recorded: list[Choice], sat: Sat, spec: AssemblySpec) -> None:
    """Each item given is the engine's choice to the last figure, also the one that nobody responded to."""
    history = history_of(record)
    answered = len(history)
    if (
        sorted([*record.responses, *record.replaced]) != list(range(1, answered + 1))
        or len(recorded) < answered
    ):
        raise ResultsDiffer(record.id, "a response is to no item that was given")
    replay(sat.published, spec, history, recorded)
    following = Assembly.resume(sat.published, spec, history).next()
    unanswered = recorded[answered:]
    if unanswered and unanswered != [following]:
        raise ResultsDiffer(record.id, f"item {answered + 1} is not what the engine chooses")
    if record.end is End.COMPLETED and following is not None:
        raise ResultsDiffer(record.id, f"the test is not complete after {answered} items")


def _check_mark(record: Record, given: Given, sat: Sat, variant_seed: int) -> None:
    item = sat.items.item(given.item)
    seed = item_seed(variant_seed, item.id)
    try:
        parse_response(item, seed, given.content)
    except BadResponse:
        raise ResultsDiffer(record.id, f"no response to {item.id} can look like this") from None
    if is_correct(item, seed, given.content) != given.correct:
        raise ResultsDiffer(record.id, f"the response to {item.id} is marked otherwise")
