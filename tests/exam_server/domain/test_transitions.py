"""The transition tables of sessions, candidates, attempts and calls: each row, each table's complement."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from exam_server.domain import (
    attempts,
    candidates,
    duty,
    fraud_requests,
    help_calls,
    incidents,
    rulings,
    sessions,
)
from exam_server.domain.errors import IllegalTransition
from exam_server.domain.transitions import move


@dataclass(frozen=True)
class Machine:
    """A table as the code has it, and the same written down here from the rules of the room."""

    name: str
    states: type[StrEnum]
    actions: type[StrEnum]
    table: Mapping[Any, Any]
    rows: tuple[str, ...]
    ends: frozenset[str]

    @property
    def expected(self) -> dict[tuple[StrEnum, StrEnum], StrEnum]:
        words = [row.split() for row in self.rows]
        return {(self.states(a), self.actions(b)): self.states(c) for a, b, c in words}


SESSION = Machine(
    "session",
    sessions.SessionState,
    sessions.SessionAction,
    sessions.TRANSITIONS,
    (
        "planned register planned",
        "planned unregister planned",
        "planned change planned",
        "planned cancel cancelled",
        "planned rehearse planned",
        "planned open open",
        "open register open",
        "open rehearse open",
        "open check_in open",
        "open report open",
        "open stop open",
        "open invigilate open",
        "open close closed",
        "closed report closed",
        "closed rule closed",
        "closed finalise finalised",
        "finalised resume closed",
        "finalised publish published",
        "published withdraw closed",
    ),
    frozenset({"cancelled"}),
)
CANDIDATE = Machine(
    "candidate",
    candidates.CandidateState,
    candidates.CandidateAction,
    candidates.TRANSITIONS,
    (
        "registered verify_identity present",
        "registered give_seat registered",
        "registered mark_absent absent",
        "registered refuse refused",
        "present verify_identity present",
        "present give_seat present",
        "present admit admitted",
        "present mark_absent absent",
        "present refuse refused",
        "absent verify_identity present",
        "absent refuse refused",
        "refused withdraw_refusal registered",
        "admitted give_seat admitted",
        "admitted admit admitted",
        "admitted mark_absent absent",
        "admitted refuse refused",
        "admitted start admitted",
    ),
    frozenset(),
)
INCIDENT = Machine(
    "incident",
    incidents.IncidentState,
    incidents.IncidentAction,
    incidents.TRANSITIONS,
    (
        "standing amend standing",
        "standing resolve standing",
        "standing record_statement standing",
        "standing withdraw withdrawn",
    ),
    frozenset({"withdrawn"}),
)
ATTEMPT = Machine(
    "attempt",
    attempts.AttemptState,
    attempts.AttemptAction,
    attempts.TRANSITIONS,
    (
        "in_progress respond in_progress",
        "in_progress pause paused",
        "in_progress extend in_progress",
        "in_progress complete completed",
        "in_progress run_out timed_out",
        "in_progress terminate terminated",
        "paused resume in_progress",
        "paused extend paused",
        "paused terminate terminated",
    ),
    frozenset({"completed", "timed_out", "terminated"}),
)
HELP_CALL = Machine(
    "help call",
    help_calls.HelpCallState,
    help_calls.HelpCallAction,
    help_calls.TRANSITIONS,
    (
        "open answer answered",
        "open resolve resolved",
        "open withdraw withdrawn",
        "answered resolve resolved",
        "answered withdraw withdrawn",
    ),
    frozenset({"resolved", "withdrawn"}),
)
DUTY = Machine(
    "duty",
    duty.DutyState,
    duty.DutyAction,
    duty.TRANSITIONS,
    ("off come on", "on leave off"),
    frozenset(),
)
FRAUD_REQUEST = Machine(
    "fraud request",
    fraud_requests.FraudRequestState,
    fraud_requests.FraudRequestAction,
    fraud_requests.TRANSITIONS,
    ("open confirm confirmed", "open withdraw withdrawn", "open lapse lapsed"),
    frozenset({"confirmed", "withdrawn", "lapsed"}),
)
RULING = Machine(
    "ruling",
    rulings.RulingState,
    rulings.RulingAction,
    rulings.TRANSITIONS,
    (
        "proposed confirm standing",
        "proposed drop dropped",
        "standing reverse reversed",
    ),
    frozenset({"dropped", "reversed"}),
)
MACHINES = (SESSION, CANDIDATE, ATTEMPT, HELP_CALL, INCIDENT, DUTY, FRAUD_REQUEST, RULING)

ROWS = [
    pytest.param(machine, row, id=f"{machine.name}: {' '.join(map(str, row))}")
    for machine in MACHINES
    for row in machine.expected
]
COMPLEMENT = [
    pytest.param(machine, state, action, id=f"{machine.name}: {state} {action}")
    for machine in MACHINES
    for state, action in product(machine.states, machine.actions)
    if (state, action) not in machine.expected
]


@pytest.mark.parametrize(("machine", "row"), ROWS)
def test_a_row_of_the_table_leads_where_the_rules_say(machine: Machine, row: tuple[StrEnum, StrEnum]) -> None:
    assert move(machine.table, *row) is machine.expected[row]


@pytest.mark.parametrize(("machine", "state", "action"), COMPLEMENT)
def test_what_is_not_in_the_table_is_refused(machine: Machine, state: StrEnum, action: StrEnum) -> None:
    with pytest.raises(IllegalTransition) as refusal:
        move(machine.table, state, action)
    assert refusal.value.facts == {"state": str(state), "action": str(action)}


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_the_table_has_no_other_row_and_cannot_be_written_to(machine: Machine) -> None:
    assert dict(machine.table) == machine.expected
    assert not hasattr(machine.table, "__setitem__")


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_the_states_without_exit_are_the_ended_ones(machine: Machine) -> None:
    assert set(machine.states) - {state for state, _ in machine.table} == machine.ends


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_is_reached_and_every_action_does_something(machine: Machine) -> None:
    first = next(iter(machine.states))
    assert {first, *machine.table.values()} == set(machine.states)
    assert {action for _, action in machine.table} == set(machine.actions)


def test_an_attempt_is_either_running_or_ended() -> None:
    assert {attempts.AttemptState(state) for state in ATTEMPT.ends} == attempts.ENDED
    assert set(attempts.AttemptState) == attempts.RUNNING | attempts.ENDED
    assert not attempts.RUNNING & attempts.ENDED
