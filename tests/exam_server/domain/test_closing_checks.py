"""What is looked at before a session is closed or signed: each finding at its boundary, and what blocks."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.domain.attempts import ENDED, RUNNING, AttemptState
from exam_server.domain.candidates import SETTLED_AT_DESK, CandidateState
from exam_server.domain.closing_checks import (
    BLOCKS,
    CandidateFacts,
    ClosingFacts,
    Finding,
    FindingKind,
    KeyFacts,
    KeyStanding,
    Place,
    ReportFacts,
    RulingFacts,
    Step,
    findings_of,
    next_step,
)
from exam_server.domain.incidents import CATEGORIES, Group, Outcome
from exam_server.domain.sessions import SessionState

OPEN, CLOSED = SessionState.OPEN, SessionState.CLOSED
K = FindingKind
OF_KEYS = {K.NO_KEY, K.KEY_UNUSABLE, K.NO_CERTIFICATE_KEY, K.CERTIFICATE_KEY_UNUSABLE}
FINISHED = CandidateFacts("c", CandidateState.ADMITTED, AttemptState.COMPLETED, 32, identity_checked=True)
"""Somebody who came, was known, and finished: nothing to say."""


def kinds(facts: ClosingFacts) -> list[FindingKind]:
    return [one.kind for one in findings_of(facts)]


def of_candidate(one: CandidateFacts, state: SessionState = CLOSED) -> list[FindingKind]:
    return kinds(ClosingFacts(state, candidates=(one,)))


def of_report(one: ReportFacts, *candidates: CandidateFacts) -> list[FindingKind]:
    return kinds(ClosingFacts(CLOSED, candidates=candidates or (FINISHED,), reports=(one,)))


# -- anything ------------------------------------------------------------------------------------------------

candidate_facts = st.builds(
    CandidateFacts,
    id=st.sampled_from("abcdef"),
    desk=st.sampled_from(CandidateState),
    attempt=st.none() | st.sampled_from(AttemptState),
    responses=st.integers(0, 32),
    identity_checked=st.booleans(),
    has_reason=st.booleans(),
    is_stopped=st.booleans(),
    call_unanswered=st.booleans(),
    fraud_undecided=st.booleans(),
    is_ruled=st.booleans(),
)
report_facts = st.builds(
    ReportFacts,
    id=st.text("0123456789abcdef", min_size=1, max_size=4),
    category=st.sampled_from([*CATEGORIES, "no such category"]),
    candidate=st.none() | st.sampled_from("abcdef"),
    outcome=st.none() | st.sampled_from(Outcome),
    is_heard=st.booleans(),
)
any_facts = st.builds(
    ClosingFacts,
    state=st.sampled_from(SessionState),
    room_stopped=st.booleans(),
    keys=st.builds(KeyFacts, st.sampled_from(KeyStanding), st.sampled_from(KeyStanding)),
    candidates=st.lists(candidate_facts, max_size=4, unique_by=lambda one: one.id).map(tuple),
    reports=st.lists(report_facts, max_size=4).map(tuple),
    waiting=st.lists(st.builds(RulingFacts, st.integers(1, 99), st.sampled_from("abcdef")), max_size=2).map(
        tuple
    ),
)


@given(any_facts)
def test_each_finding_names_what_it_is_about_and_where_it_is_mended(facts: ClosingFacts) -> None:
    for one in findings_of(facts):
        assert (one.place is Place.REASONS) == (one.kind in {K.UNFINISHED, K.NEVER_STARTED})
        assert (one.place is Place.ADMINISTRATOR) == (one.kind in OF_KEYS)
        if one.place is Place.BOARD:
            assert facts.state is OPEN or one.kind is K.ROOM_STOPPED
        if one.place is Place.RULINGS:
            assert one.candidate is not None
        assert one.report is None or one.report in {report.id for report in facts.reports}


@given(any_facts)
def test_what_stands_in_the_way_of_the_next_step_comes_first(facts: ClosingFacts) -> None:
    step = next_step(facts.state)
    blocking = [step in one.blocks for one in findings_of(facts)]
    assert blocking == sorted(blocking, reverse=True)


@given(any_facts)
def test_only_what_an_act_refuses_blocks_and_words_alone_never_do(facts: ClosingFacts) -> None:
    """A report without an undecided outcome, whatever is written in it, blocks nothing."""
    decided = tuple(replace(one, outcome=Outcome.SETTLED) for one in facts.reports)
    found = findings_of(replace(facts, reports=decided))
    assert all(one.report is None for one in found if one.blocks)
    assert {one.kind for one in found if one.blocks} <= BLOCKS.keys()


@given(any_facts)
def test_before_the_opening_there_is_nothing_to_look_at_and_once_signed_only_keys(
    facts: ClosingFacts,
) -> None:
    found = {one.kind for one in findings_of(facts)}
    if facts.state is SessionState.FINALISED:
        assert found <= OF_KEYS
    elif facts.state not in {OPEN, CLOSED}:
        assert found == set()


@given(any_facts)
def test_what_is_said_of_one_candidate_does_not_depend_on_another(facts: ClosingFacts) -> None:
    def about(found: Iterable[Finding], who: str) -> list[Finding]:
        return [one for one in found if one.candidate == who and one.report is None]

    for one in facts.candidates:
        alone = findings_of(replace(facts, candidates=(one,)))
        assert about(findings_of(facts), one.id) == about(alone, one.id)


@given(candidate_facts)
def test_a_candidate_is_asked_about_at_the_closing_exactly_where_the_act_needs_a_reason(
    one: CandidateFacts,
) -> None:
    needs = one.attempt in RUNNING or (
        one.attempt is None and one.desk not in SETTLED_AT_DESK and not one.has_reason
    )
    found = findings_of(ClosingFacts(OPEN, candidates=(one,)))
    assert any(Step.CLOSE in finding.blocks for finding in found) == needs


@given(candidate_facts)
def test_what_the_head_has_ruled_on_is_advised_on_no_more(one: CandidateFacts) -> None:
    found = findings_of(ClosingFacts(CLOSED, candidates=(replace(one, is_ruled=True),)))
    assert all(finding.blocks for finding in found)


# -- one by one ----------------------------------------------------------------------------------------------


def test_a_complete_session_has_no_findings() -> None:
    absent = CandidateFacts("d", CandidateState.ABSENT)
    never = CandidateFacts("e", CandidateState.PRESENT, has_reason=True)
    noise = ReportFacts("i", "room_noise")
    for state in (OPEN, CLOSED):
        assert findings_of(ClosingFacts(state, candidates=(FINISHED, absent, never), reports=(noise,))) == []


@pytest.mark.parametrize("state", list(AttemptState))
def test_a_test_that_is_under_way_needs_a_reason(state: AttemptState) -> None:
    found = of_candidate(replace(FINISHED, attempt=state), OPEN)
    assert found == ([] if state in ENDED else [K.UNFINISHED])


@pytest.mark.parametrize("desk", list(CandidateState))
def test_who_never_started_needs_a_reason_unless_the_desk_has_said_why(desk: CandidateState) -> None:
    found = of_candidate(CandidateFacts("c", desk), OPEN)
    assert found == ([] if desk in SETTLED_AT_DESK else [K.NEVER_STARTED])
    assert of_candidate(CandidateFacts("c", desk, has_reason=True)) == []


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (replace(FINISHED, is_stopped=True), K.STOP_NEVER_RESUMED),
        (replace(FINISHED, call_unanswered=True), K.CALL_UNANSWERED),
        (replace(FINISHED, fraud_undecided=True), K.FRAUD_UNDECIDED),
        (replace(FINISHED, identity_checked=False), K.IDENTITY_UNCHECKED),
        (replace(FINISHED, desk=CandidateState.ABSENT), K.ABSENT_WITH_RESPONSES),
    ],
)
def test_what_was_left_open_is_shown_until_the_head_has_ruled(
    wrong: CandidateFacts, kind: FindingKind
) -> None:
    assert of_candidate(wrong) == [kind]
    assert of_candidate(replace(wrong, is_ruled=True)) == []


def test_absent_and_without_a_response_is_no_contradiction() -> None:
    assert of_candidate(replace(FINISHED, desk=CandidateState.ABSENT, responses=0)) == []
    assert of_candidate(replace(FINISHED, desk=CandidateState.ABSENT, responses=1)) == [
        K.ABSENT_WITH_RESPONSES
    ]


def test_a_report_of_absence_is_doubted_where_the_candidate_has_answered() -> None:
    report = ReportFacts("i", "desk_no_show", "c", Outcome.SETTLED)
    assert of_report(report) == [K.ABSENT_WITH_RESPONSES]
    assert of_report(report, replace(FINISHED, responses=0)) == []


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_a_report_names_its_candidate_where_its_category_asks_for_one(category: str) -> None:
    found = of_report(ReportFacts("i", category, None, Outcome.SETTLED))
    assert (K.REPORT_WITHOUT_CANDIDATE in found) == CATEGORIES[category].needs_candidate


@pytest.mark.parametrize(
    ("category", "outcome", "is_found"),
    [
        ("machine_network", Outcome.ENDED, True),
        ("machine_network", Outcome.WENT_ON, False),
        ("machine_network", None, False),
        ("room_evacuation", Outcome.ENDED, False),
    ],
)
def test_a_report_that_says_a_test_was_ended_says_whose_unless_it_was_everybody_s(
    category: str, outcome: Outcome | None, is_found: bool
) -> None:
    assert (K.REPORT_WITHOUT_CANDIDATE in of_report(ReportFacts("i", category, None, outcome))) == is_found


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_whoever_is_reported_for_the_rules_is_to_be_heard(category: str) -> None:
    report = ReportFacts("i", category, "c", Outcome.SETTLED)
    assert (K.NOT_HEARD in of_report(report)) == (CATEGORIES[category].group is Group.RULES)
    assert K.NOT_HEARD not in of_report(replace(report, is_heard=True))


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_an_identity_in_doubt_is_shown_until_somebody_says_what_followed(outcome: Outcome | None) -> None:
    found = of_report(ReportFacts("i", "desk_identity", "c", outcome))
    assert (K.IDENTITY_IN_DOUBT in found) == (outcome in {None, Outcome.UNDECIDED})
    assert (K.REPORT_UNDECIDED in found) == (outcome is Outcome.UNDECIDED)


@pytest.mark.parametrize(("state", "blocks_now"), [(OPEN, False), (CLOSED, True)])
def test_what_prevents_the_signing_is_shown_already_before_the_closing(
    state: SessionState, blocks_now: bool
) -> None:
    report, waiting = ReportFacts("i", "room_noise", None, Outcome.UNDECIDED), RulingFacts(7, "c")
    keys = KeyFacts(KeyStanding.MISSING)
    found = findings_of(ClosingFacts(state, keys=keys, reports=(report,), waiting=(waiting,)))
    assert {one.kind for one in found} == {K.REPORT_UNDECIDED, K.RULING_WAITING, K.NO_KEY}
    assert all(Step.SIGN in one.blocks for one in found)
    assert (next_step(state) is Step.SIGN) == blocks_now
    assert [one.ruling for one in found if one.kind is K.RULING_WAITING] == [7]


@pytest.mark.parametrize(
    ("documents", "certificates", "found"),
    [
        (KeyStanding.READY, KeyStanding.READY, []),
        (KeyStanding.MISSING, KeyStanding.READY, [K.NO_KEY]),
        (KeyStanding.UNUSABLE, KeyStanding.READY, [K.KEY_UNUSABLE]),
        (KeyStanding.READY, KeyStanding.MISSING, [K.NO_CERTIFICATE_KEY]),
        (KeyStanding.READY, KeyStanding.UNUSABLE, [K.CERTIFICATE_KEY_UNUSABLE]),
    ],
)
@pytest.mark.parametrize("state", [OPEN, CLOSED, SessionState.FINALISED])
def test_a_key_that_cannot_sign_is_said_before_anybody_confirms(
    state: SessionState, documents: KeyStanding, certificates: KeyStanding, found: list[FindingKind]
) -> None:
    """Results are signed without the key of certificates; they are not published without it."""
    seen = findings_of(ClosingFacts(state, keys=KeyFacts(documents, certificates)))
    assert [one.kind for one in seen] == found
    needs_all = state is SessionState.FINALISED
    for one in seen:
        assert Step.PUBLISH in one.blocks
        if needs_all or documents is not KeyStanding.READY:
            assert next_step(state) is Step.CLOSE or next_step(state) in one.blocks


def test_a_stopped_room_is_let_go_on_from_the_board() -> None:
    (found,) = findings_of(ClosingFacts(OPEN, room_stopped=True))
    assert (found.kind, found.place, found.blocks) == (
        K.ROOM_STOPPED,
        Place.BOARD,
        frozenset({Step.CLOSE}),
    )
