"""From a session's log to a record of each candidate."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_server.domain.attempts import EndReason
from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import End, Fact, Record, Replaced, fold
from exam_server.domain.json import JSON
from exam_server.domain.rules import ExamRules
from exam_server.exports.results import history_of
from question_bank.assembly import Answered
from tests.exam_server.domain.logbook import ADA, BEN, Logbook

IRRELEVANT = (
    EventKind.ACCESS_CARD_ISSUED,
    EventKind.SEAT_GIVEN,
    EventKind.CANDIDATE_ADMITTED,
    EventKind.CANDIDATE_ENTERED,
    EventKind.RESPONSE_REFUSED,
    EventKind.ATTEMPT_PAUSED,
    EventKind.ATTEMPT_RESUMED,
    EventKind.TIME_EXTENDED,
    EventKind.MESSAGE_SENT,
    EventKind.MESSAGE_READ,
    EventKind.HELP_CALL_MADE,
    EventKind.HELP_CALL_ANSWERED,
    EventKind.HELP_CALL_RESOLVED,
    EventKind.HELP_CALL_WITHDRAWN,
    EventKind.CONNECTION_LOST,
    EventKind.CONNECTION_BACK,
    EventKind.ROOM_PAUSED,
    EventKind.ROOM_RESUMED,
    EventKind.SESSION_FINALISED,
    "SomethingOfALaterVersion",
)


def sat() -> Logbook:
    """A session in which Ada sat a test of three items."""
    log = Logbook().add(EventKind.SESSION_PLANNED, content={"room": "B 12"}).register(ADA, BEN)
    log.add(EventKind.SESSION_OPENED, content={"bank_version": "2026.11"}).start(ADA)
    for position in (1, 2, 3):
        log.add(EventKind.ITEM_GIVEN, ADA, {"item_id": f"item-{position}"}).save(ADA, position)
    return log.add(EventKind.ATTEMPT_COMPLETED, ADA, {"answered": 3})


def test_an_empty_log_is_an_empty_session() -> None:
    session = fold([])
    assert session.candidates == {}
    assert (session.bank_version, session.opened_ms, session.closed_ms) == (None, None, None)


def test_the_session_s_own_facts_are_kept() -> None:
    log = sat().add(EventKind.SESSION_CLOSED, content={"not_started": {BEN: "absent"}})
    session = log.fold()
    assert session.planned == {"room": "B 12"}
    assert session.bank_version == "2026.11"
    assert session.opened_ms == log.facts[3].at_ms
    assert session.closed_ms == log.last_ms
    assert list(session.candidates) == [ADA, BEN]


def test_the_rules_are_those_that_were_written_at_the_opening() -> None:
    rules = ExamRules(minimum_responses=7)
    opened: dict[str, JSON] = {"bank_version": "2026.11", "rules": rules.to_json()}
    assert Logbook().add(EventKind.SESSION_OPENED, content=opened).fold().rules == rules
    assert sat().fold().rules is None


@pytest.mark.parametrize("rules", [None, [], {}, {"items": "32"}])
def test_rules_that_are_none_are_not_passed_over(rules: JSON) -> None:
    log = Logbook().add(EventKind.SESSION_OPENED, content={"bank_version": "2026.11", "rules": rules})
    with pytest.raises(ValueError, match="rules"):
        log.fold()


def test_a_sitting_is_recorded_from_start_to_end() -> None:
    log = sat()
    record = log.record(ADA)
    assert record.registered == {"family_name": "ADA"}
    assert record.spec == {"seed": 7}
    assert record.started_ms == log.facts[4].at_ms
    assert (record.end, record.ended_ms, record.reason) == (End.COMPLETED, log.last_ms, None)
    assert record.items == ["item-1", "item-2", "item-3"]
    assert [given.item for given in record.counted] == record.items


def test_a_candidate_who_never_started_has_nothing_but_the_registration() -> None:
    assert sat().record(BEN) == Record(BEN, {"family_name": "BEN"})


def test_one_candidate_s_facts_change_no_other_candidate() -> None:
    log = Logbook().register(ADA, BEN).start(ADA).start(BEN).save(BEN, 1, correct=False).save(ADA, 1)
    log.add(EventKind.ATTEMPT_TERMINATED, BEN, {"reason": "medical"})
    ada, ben = log.record(ADA), log.record(BEN)
    assert (ada.end, ada.reason, ada.counted[0].correct) == (End.NOT_STARTED, None, True)
    assert (ben.end, ben.reason, ben.counted[0].correct) == (End.TERMINATED, EndReason.MEDICAL, False)


@pytest.mark.parametrize("kind", IRRELEVANT)
@pytest.mark.parametrize("candidate", [ADA, None, "nobody"])
def test_a_fact_that_is_not_about_results_changes_nothing(
    kind: EventKind | str, candidate: str | None
) -> None:
    facts = sat().facts
    odd = Fact(99, 1, str(kind), candidate, {"position": 1, "reason": "?", "item_id": "x"})
    for place in (0, 3, len(facts)):
        assert fold([*facts[:place], odd, *facts[place:]]) == fold(facts)


def test_facts_of_a_candidate_who_is_not_registered_are_ignored() -> None:
    assert Logbook().start("nobody").save("nobody", 1).fold().candidates == {}


def test_a_changed_plan_takes_the_place_of_the_first() -> None:
    log = Logbook().add(EventKind.SESSION_PLANNED, content={"room": "B 12", "date": "2026-11-23"})
    log.add(EventKind.SESSION_CHANGED, content={"room": "C 3", "date": "2026-11-24"})
    assert log.fold().planned == {"room": "C 3", "date": "2026-11-24"}


def test_a_cancelled_session_has_candidates_and_no_results() -> None:
    log = Logbook().add(EventKind.SESSION_PLANNED, content={"room": "B 12"}).register(ADA)
    before = log.fold()
    assert log.add(EventKind.SESSION_CANCELLED).fold() == before


def test_an_unregistered_candidate_has_no_record_until_registered_again() -> None:
    log = Logbook().register(ADA, BEN).add(EventKind.EXTRA_TIME_SET, ADA, {"fraction": "1/3"})
    log.add(EventKind.CANDIDATE_UNREGISTERED, ADA).add(EventKind.CANDIDATE_UNREGISTERED, "nobody")
    assert list(log.fold().candidates) == [BEN]
    assert log.register(ADA).record(ADA) == Record(ADA, {"family_name": "ADA"})


def test_no_fact_takes_out_a_candidate_once_the_session_has_opened() -> None:
    log = sat()
    before = log.record(ADA)
    assert log.add(EventKind.CANDIDATE_UNREGISTERED, ADA).record(ADA) == before


# -- responses -----------------------------------------------------------------------------------------------


def test_the_newest_revision_in_the_log_counts() -> None:
    log = Logbook().register(ADA).start(ADA).save(ADA, 1, revision=1, final=False, correct=False)
    log.save(ADA, 1, revision=2, final=False, correct=False).save(ADA, 1, revision=3)
    (given,) = log.record(ADA).counted
    assert (given.content, given.correct, given.seconds, given.final) == (
        {"text": "revision 3"},
        True,
        13,
        True,
    )


def test_the_last_draft_counts_where_the_end_cut_it_off() -> None:
    log = Logbook().register(ADA).start(ADA).save(ADA, 1).save(ADA, 2, final=False, correct=False)
    log.add(EventKind.TIME_RAN_OUT, ADA, {"deadline": 123})
    assert [given.final for given in log.record(ADA).counted] == [True, False]


@given(st.permutations(range(1, 13)))
@settings(deadline=None)
def test_responses_count_in_the_order_of_their_positions(positions: list[int]) -> None:
    log = Logbook().register(ADA).start(ADA)
    for position in positions:
        log.save(ADA, position)
    assert [given.item for given in log.record(ADA).counted] == [f"item-{n}" for n in range(1, 13)]


# -- ends and reasons ----------------------------------------------------------------------------------------


def test_a_test_that_ran_out_ended_at_its_deadline_and_not_when_that_was_noticed() -> None:
    record = (
        Logbook().register(ADA).start(ADA).add(EventKind.TIME_RAN_OUT, ADA, {"deadline": 123}).record(ADA)
    )
    assert (record.end, record.ended_ms) == (End.TIMED_OUT, 123)


@pytest.mark.parametrize("reason", list(EndReason))
def test_a_termination_keeps_its_reason(reason: EndReason) -> None:
    log = Logbook().register(ADA).start(ADA)
    log.add(EventKind.ATTEMPT_TERMINATED, ADA, {"reason": str(reason), "note": ""})
    record = log.record(ADA)
    assert (record.end, record.ended_ms, record.reason) == (End.TERMINATED, log.last_ms, reason)


def test_a_reason_that_the_rules_do_not_know_is_refused() -> None:
    log = Logbook().register(ADA).start(ADA).add(EventKind.ATTEMPT_TERMINATED, ADA, {"reason": "bored"})
    with pytest.raises(ValueError, match="bored"):
        log.fold()


def test_an_absence_is_mended_by_verifying_the_identity_later() -> None:
    log = Logbook().register(ADA).add(EventKind.CANDIDATE_ABSENT, ADA)
    assert log.record(ADA).reason is EndReason.ABSENT
    assert log.add(EventKind.IDENTITY_VERIFIED, ADA).record(ADA).reason is None
    assert log.add(EventKind.CANDIDATE_ABSENT, ADA).record(ADA).reason is EndReason.ABSENT


def test_who_came_late_and_sat_the_test_is_not_absent() -> None:
    log = Logbook().register(ADA).add(EventKind.CANDIDATE_ABSENT, ADA).add(EventKind.IDENTITY_VERIFIED, ADA)
    record = log.start(ADA).save(ADA, 1).add(EventKind.ATTEMPT_COMPLETED, ADA).record(ADA)
    assert (record.end, record.reason) == (End.COMPLETED, None)


def test_the_closing_gives_a_reason_to_those_it_names_and_to_nobody_else() -> None:
    log = sat().add(EventKind.SESSION_CLOSED, content={"not_started": {BEN: "medical"}})
    assert log.record(BEN).reason is EndReason.MEDICAL
    assert log.record(BEN).end is End.NOT_STARTED
    assert log.record(ADA).reason is None


def test_a_closing_without_anyone_to_name_is_enough() -> None:
    assert sat().add(EventKind.SESSION_CLOSED).fold().closed_ms is not None


@pytest.mark.parametrize(
    ("fractions", "kept"), [(["1/3"], "1/3"), (["1/3", "1/4"], "1/4"), (["1/3", None], None)]
)
def test_the_extra_time_set_last_is_kept(fractions: list[str | None], kept: str | None) -> None:
    log = Logbook().register(ADA)
    for fraction in fractions:
        log.add(EventKind.EXTRA_TIME_SET, ADA, {"fraction": fraction})
    assert log.record(ADA).extra_time == kept


@pytest.mark.parametrize("position", ["1", None, [1]])
def test_a_position_that_is_no_whole_number_is_refused(position: object) -> None:
    log = sat()
    content = {**log.facts[6].content, "position": position}
    with pytest.raises(TypeError, match="whole number"):
        fold([*log.facts, Fact(99, 1, EventKind.RESPONSE_SAVED, ADA, content)])  # type: ignore[arg-type]


def test_the_same_log_always_folds_to_the_same_record() -> None:
    assert sat().fold() == fold(iter(sat().facts))


def test_an_item_that_was_replaced_counts_for_nothing_whatever_draft_it_had() -> None:
    log = Logbook().register(ADA).start(ADA)
    log.add(EventKind.ITEM_GIVEN, ADA, {"item_id": "item-1"}).save(ADA, 1)
    log.add(EventKind.ITEM_GIVEN, ADA, {"item_id": "item-2"}).save(ADA, 2, final=False)
    gone: dict[str, JSON] = {"position": 2, "item": "item-2", "seconds": 40, "neutralised_after": 1}
    log.add(EventKind.ITEM_REPLACED, ADA, gone).add(EventKind.ITEM_GIVEN, ADA, {"item_id": "item-3"})
    record = log.save(ADA, 3).record(ADA)
    assert [given.item for given in record.counted] == ["item-1", "item-3"]
    assert record.responses_given == 2
    assert record.replaced == {2: Replaced("item-2", 40, 1)}
    assert record.items == ["item-1", "item-2", "item-3"]


def test_the_engine_hears_of_replaced_items_in_their_place() -> None:
    gone: dict[str, JSON] = {"position": 2, "item": "item-2", "seconds": 40, "neutralised_after": 1}
    log = Logbook().register(ADA).start(ADA).save(ADA, 1).save(ADA, 3)
    record = log.add(EventKind.ITEM_REPLACED, ADA, gone).record(ADA)
    assert history_of(record) == [
        Answered("item-1", True, 11),
        Answered("item-2", False, 40, 1),
        Answered("item-3", True, 11),
    ]
