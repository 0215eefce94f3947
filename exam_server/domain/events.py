"""Every kind of fact that a session's log can hold, and what a fact is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from exam_server.domain.json import JSON


class EventKind(StrEnum):
    """The past tense of each act."""

    SESSION_PLANNED = "SessionPlanned"
    SESSION_CHANGED = "SessionChanged"
    SESSION_CANCELLED = "SessionCancelled"
    CANDIDATE_REGISTERED = "CandidateRegistered"
    CANDIDATE_UNREGISTERED = "CandidateUnregistered"
    EXTRA_TIME_SET = "ExtraTimeSet"
    ACCOMMODATIONS_SET = "AccommodationsSet"
    ACCESS_CARD_ISSUED = "AccessCardIssued"
    REHEARSAL_BEGUN = "RehearsalBegun"
    REHEARSAL_ENDED = "RehearsalEnded"
    SEAT_REHEARSED = "SeatRehearsed"
    SESSION_OPENED = "SessionOpened"
    INVIGILATOR_ADDED = "InvigilatorAdded"
    DUTY_TAKEN = "DutyTaken"
    DUTY_LEFT = "DutyLeft"
    DUTY_HANDED_OVER = "DutyHandedOver"
    IDENTITY_VERIFIED = "IdentityVerified"
    CANDIDATE_ABSENT = "CandidateAbsent"
    CANDIDATE_REFUSED = "CandidateRefused"
    REFUSAL_WITHDRAWN = "RefusalWithdrawn"
    SEAT_GIVEN = "SeatGiven"
    CANDIDATE_ADMITTED = "CandidateAdmitted"
    CANDIDATE_ENTERED = "CandidateEntered"
    ATTEMPT_STARTED = "AttemptStarted"
    ITEM_GIVEN = "ItemGiven"
    RESPONSE_SAVED = "ResponseSaved"
    RESPONSE_REFUSED = "ResponseRefused"
    ATTEMPT_PAUSED = "AttemptPaused"
    ATTEMPT_RESUMED = "AttemptResumed"
    TIME_EXTENDED = "TimeExtended"
    ROOM_PAUSED = "RoomPaused"
    ROOM_RESUMED = "RoomResumed"
    ATTEMPT_COMPLETED = "AttemptCompleted"
    TIME_RAN_OUT = "TimeRanOut"
    ATTEMPT_TERMINATED = "AttemptTerminated"
    FRAUD_REQUESTED = "FraudRequested"
    FRAUD_CONFIRMED = "FraudConfirmed"
    FRAUD_WITHDRAWN = "FraudWithdrawn"
    FRAUD_LAPSED = "FraudLapsed"
    HELP_CALL_MADE = "HelpCallMade"
    HELP_CALL_ANSWERED = "HelpCallAnswered"
    HELP_CALL_RESOLVED = "HelpCallResolved"
    HELP_CALL_WITHDRAWN = "HelpCallWithdrawn"
    ITEM_REPLACED = "ItemReplaced"
    MESSAGE_SENT = "MessageSent"
    MESSAGE_READ = "MessageRead"
    CONNECTION_LOST = "ConnectionLost"
    CONNECTION_BACK = "ConnectionBack"
    INCIDENT_REPORTED = "IncidentReported"
    INCIDENT_AMENDED = "IncidentAmended"
    INCIDENT_WITHDRAWN = "IncidentWithdrawn"
    INCIDENT_RESOLVED = "IncidentResolved"
    STATEMENT_RECORDED = "StatementRecorded"
    FOCUS_RETURNED = "FocusReturned"
    SESSION_CLOSED = "SessionClosed"
    RULING_PROPOSED = "RulingProposed"
    RULING_TAKEN = "RulingTaken"
    RULING_DROPPED = "RulingDropped"
    RULING_REVERSED = "RulingReversed"
    SESSION_FINALISED = "SessionFinalised"
    SESSION_RESUMED = "SessionResumed"
    RESULTS_PUBLISHED = "ResultsPublished"
    RESULTS_WITHDRAWN = "ResultsWithdrawn"


SYSTEM = "system"
"""The actor of what the clock does."""
ROOM = "room"
"""The actor of what a computer of the room says before anybody sits at it."""


@dataclass(frozen=True)
class Event:
    """A fact to append: its kind, who did it, about whom, and what there is to know about it.

    `actor` and `candidate` are identifiers without meaning outside; everything personal is in `facts`,
    which is kept beside the log entry.
    """

    kind: EventKind
    actor: str
    candidate: str | None = None
    facts: Mapping[str, JSON] = field(default_factory=dict)
