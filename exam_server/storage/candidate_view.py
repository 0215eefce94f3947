"""The candidate's page as the server sees it: one statement reads all of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select

from exam_server.storage.comfort_tables import PupilComfort
from exam_server.storage.house import House
from exam_server.storage.prepared import PreparedMany, table_of
from exam_server.storage.tables import (
    Attempt,
    Candidate,
    Centre,
    GivenItem,
    HelpCall,
    Pupil,
    Response,
    Session,
)
from exam_server.storage.transaction import Reading
from question_bank.item_types.table import item_seed
from question_bank.items import ItemVersion


@dataclass(slots=True)
class CandidateView:
    """A candidate, the session, the attempt and the item in hand; instants in microseconds."""

    candidate_id: str
    device_hash: str
    messages: str
    candidate_state: str
    identity_at: int | None
    admitted_at: int | None
    seat_row: int | None
    seat_column: int | None
    extra_numerator: int
    extra_denominator: int
    given_name: str
    family_name: str
    class_name: str
    birth_date: object
    session_id: str
    session_state: str
    room_stopped_since: int | None
    room_stop_reason: str | None
    log_number: int
    log_hash: str
    bank_version: str | None
    rules: str | None
    room: str
    centre: str
    attempt_state: str | None
    spec: str
    variant_seed: int
    started_at: int | None
    due_at: int | None
    allowed_us: int | None
    left_us: int | None
    stopped_since: int | None
    stop_reason: str | None
    ended_at: int | None
    position: int
    answered: int
    replaced: int
    item_id: str | None
    given_at: int | None
    revision: int | None
    content: str | None
    final: bool | None
    received_at: int | None
    help_number: int | None
    help_state: str | None
    help_made_at: int | None
    help_stops_clock: bool | None
    comfort: str | None
    accommodations: str
    breaks_taken: int | None
    breaks_us: int | None
    break_until: int | None
    passed: int | None
    receipt: str | None

    @property
    def question(self) -> int:
        """The place of the item in hand among those that count: a replaced one has given its own away."""
        return (self.position or 0) - (self.replaced or 0)

    def item(self, house: House) -> ItemVersion | None:
        """The item in hand, of the bank version that the session is sat with."""
        if self.item_id is None or self.bank_version is None:
            return None
        return house.banks[self.bank_version].items.item(self.item_id)

    def seed_of(self, item_id: str) -> int:
        """The seed of an item's variant and of the order of its options, for this candidate."""
        return item_seed(self.variant_seed, item_id)


_CANDIDATE, _PUPIL, _SESSION = table_of(Candidate), table_of(Pupil), table_of(Session)
_CENTRE, _ATTEMPT, _GIVEN = table_of(Centre), table_of(Attempt), table_of(GivenItem)
_RESPONSE, _HELP = table_of(Response), table_of(HelpCall)
_COMFORT = table_of(PupilComfort)
_VIEWS = PreparedMany.where_in(
    select(
        _CANDIDATE.c.id,
        _CANDIDATE.c.device_hash,
        _CANDIDATE.c.messages,
        _CANDIDATE.c.state,
        _CANDIDATE.c.identity_at,
        _CANDIDATE.c.admitted_at,
        _CANDIDATE.c.seat_row,
        _CANDIDATE.c.seat_column,
        _CANDIDATE.c.extra_numerator,
        _CANDIDATE.c.extra_denominator,
        _PUPIL.c.given_name,
        _PUPIL.c.family_name,
        _PUPIL.c.class_name,
        _PUPIL.c.birth_date,
        _SESSION.c.id,
        _SESSION.c.state,
        _SESSION.c.stopped_since,
        _SESSION.c.stop_reason,
        _SESSION.c.log_number,
        _SESSION.c.log_hash,
        _SESSION.c.bank_version,
        _SESSION.c.rules,
        _SESSION.c.room,
        _CENTRE.c.name,
        _ATTEMPT.c.state,
        _ATTEMPT.c.spec,
        _ATTEMPT.c.variant_seed,
        _ATTEMPT.c.started_at,
        _ATTEMPT.c.due_at,
        _ATTEMPT.c.allowed_us,
        _ATTEMPT.c.left_us,
        _ATTEMPT.c.stopped_since,
        _ATTEMPT.c.stop_reason,
        _ATTEMPT.c.ended_at,
        _ATTEMPT.c.position,
        _ATTEMPT.c.answered,
        _ATTEMPT.c.replaced,
        _GIVEN.c.item_id,
        _GIVEN.c.given_at,
        _RESPONSE.c.revision,
        _RESPONSE.c.content,
        _RESPONSE.c.final,
        _RESPONSE.c.received_at,
        _HELP.c.number,
        _HELP.c.state,
        _HELP.c.made_at,
        _HELP.c.stops_clock,
        _COMFORT.c.settings,
        _CANDIDATE.c.accommodations,
        _ATTEMPT.c.breaks_taken,
        _ATTEMPT.c.breaks_us,
        _ATTEMPT.c.break_until,
        _ATTEMPT.c.passed,
        _ATTEMPT.c.receipt,
    )
    .select_from(_CANDIDATE)
    .join(_PUPIL, _PUPIL.c.id == _CANDIDATE.c.pupil_id)
    .join(_SESSION, _SESSION.c.id == _CANDIDATE.c.session_id)
    .join(_CENTRE, _CENTRE.c.id == _SESSION.c.centre_id)
    .outerjoin(_ATTEMPT, _ATTEMPT.c.id == _CANDIDATE.c.id)
    .outerjoin(_GIVEN, and_(_GIVEN.c.attempt_id == _ATTEMPT.c.id, _GIVEN.c.position == _ATTEMPT.c.position))
    .outerjoin(
        _RESPONSE,
        and_(_RESPONSE.c.attempt_id == _ATTEMPT.c.id, _RESPONSE.c.position == _ATTEMPT.c.position),
    )
    .outerjoin(_HELP, _HELP.c.open_for == _ATTEMPT.c.id)
    .outerjoin(_COMFORT, _COMFORT.c.pupil_id == _CANDIDATE.c.pupil_id),
    _CANDIDATE.c.device_hash,
)


def candidate_views(reading: Reading, device_hashes: Sequence[str]) -> dict[str, CandidateView]:
    """By device, the view of the candidate whose device it is; a device that nobody knows is not there."""
    views = (CandidateView(*row) for row in reading.rows_of(_VIEWS, device_hashes))
    return {view.device_hash: view for view in views}


def candidate_view(reading: Reading, device_hash: str) -> CandidateView | None:
    """The view of the candidate whose device this is; None when no device is known by this token."""
    return candidate_views(reading, [device_hash]).get(device_hash)
