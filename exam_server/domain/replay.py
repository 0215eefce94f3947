"""Each candidate's sitting as the log tells it: the items, what stood in the way, how the deadline moved.

Pure, so that the same comes out of the store and out of a bundle.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from fractions import Fraction

from exam_server.domain.events import EventKind
from exam_server.domain.finalisation import Fact
from exam_server.domain.json import JSON
from exam_server.domain.responses import is_passed
from exam_server.domain.rules import ExamRules
from exam_server.domain.running_time import account_of, count_running, instant_of, left_at, millis_of
from exam_server.domain.sitting import ItemSpan, Left, Move, Replay, Span, Track
from exam_server.domain.timing import EntryKind, Ledger, Scope, TimeEntry


def replays_of(facts: Iterable[Fact], rules: ExamRules, now_ms: int) -> dict[str, Replay]:
    """Every candidate's sitting, in the order of registration.

    `rules` hold for a session that was opened before the log kept any; `now_ms` is where that ends which is
    still under way.
    """
    followed: dict[str, _Following] = {}
    before: list[Fact] = []
    for fact in facts:
        if fact.kind == EventKind.CANDIDATE_UNREGISTERED and fact.candidate is not None:
            followed.pop(fact.candidate, None)
        elif fact.candidate is None:
            before.append(fact)
            for one in followed.values():
                one.take(fact)
        else:
            if fact.candidate not in followed:
                followed[fact.candidate] = _Following(fact.candidate, now_ms, rules.duration)
                for earlier in before:
                    followed[fact.candidate].take(earlier)
            followed[fact.candidate].take(fact)
    return {candidate: one.finished() for candidate, one in followed.items()}


class _Following:
    """Folds one candidate's facts, and the room's, in the log's order."""

    def __init__(self, candidate: str, now_ms: int, base: timedelta) -> None:
        self.replay = Replay(candidate, now_ms)
        self.base = base
        self.extra = Fraction(0)
        self.entries: list[TimeEntry] = []
        self.calls_that_stop: set[int] = set()

    def take(self, fact: Fact) -> None:
        """One fact more."""
        if self.replay.ended_ms is not None:
            return
        self._take_desk(fact)
        self._take_item(fact)
        self._take_clock(fact)
        self._take_presence(fact)
        self._take_end(fact)

    # -- before the test, and beside it ------------------------------------------------------------------

    def _take_desk(self, fact: Fact) -> None:
        replay = self.replay
        match fact.kind:
            case EventKind.IDENTITY_VERIFIED:
                replay.present_ms, replay.reason = fact.at_ms, None
            case EventKind.CANDIDATE_ADMITTED:
                replay.admitted_ms = fact.at_ms
            case EventKind.CANDIDATE_ENTERED:
                replay.devices += 1
            case EventKind.CANDIDATE_ABSENT:
                replay.reason = "absent"
            case EventKind.CANDIDATE_REFUSED:
                replay.reason = "refused"
            case EventKind.REFUSAL_WITHDRAWN:
                replay.reason = None
            case EventKind.SESSION_CLOSED if replay.started_ms is None:
                reasons = fact.content.get("not_started")
                if isinstance(reasons, Mapping) and replay.candidate in reasons:
                    replay.reason = str(reasons[replay.candidate])
                notes = fact.content.get("notes")
                if isinstance(notes, Mapping):
                    replay.note = str(notes.get(replay.candidate, ""))

    def _take_presence(self, fact: Fact) -> None:
        match fact.kind:
            case EventKind.CONNECTION_LOST:
                self._begin(Track.LOST, fact.at_ms)
            case EventKind.CONNECTION_BACK:
                self._finish(Track.LOST, fact.at_ms)
            case EventKind.FOCUS_RETURNED:
                length = _whole(fact.content.get("ms"))
                self.replay.spans.append(Span(Track.AWAY, fact.at_ms - length, fact.at_ms))

    # -- the items -----------------------------------------------------------------------------------------

    def _take_item(self, fact: Fact) -> None:
        items, content = self.replay.items, fact.content
        match fact.kind:
            case EventKind.ITEM_GIVEN:
                position, competence = content.get("position"), content.get("competence")
                items.append(
                    ItemSpan(
                        position if isinstance(position, int) else len(items) + 1,
                        competence if isinstance(competence, int) else None,
                        str(content.get("item_id", "")),
                        fact.at_ms,
                    )
                )
            case EventKind.RESPONSE_SAVED if items and items[-1].to_ms is None:
                items[-1].correct = bool(content.get("correct")) if "correct" in content else None
                if content.get("final", True):
                    passed = is_passed(content.get("content"))
                    self._leave(fact.at_ms, Left.PASSED if passed else Left.VALIDATED)
                else:
                    items[-1].drafts += 1
            case EventKind.ITEM_REPLACED if items:
                items[-1].correct = None
                self._leave(fact.at_ms, Left.REPLACED)

    def _leave(self, at_ms: int, left: Left) -> None:
        item = self.replay.items[-1]
        item.to_ms, item.left = at_ms, left

    # -- the clock -----------------------------------------------------------------------------------------

    def _take_clock(self, fact: Fact) -> None:
        match fact.kind:
            case EventKind.SESSION_OPENED if "rules" in fact.content:
                self.base = ExamRules.from_json(fact.content["rules"]).duration
            case EventKind.ATTEMPT_STARTED:
                self.replay.started_ms = fact.at_ms
                self._enter(EntryKind.STARTED, fact)
                self._moved(fact)
            case EventKind.EXTRA_TIME_SET:
                self.extra = _fraction(fact.content.get("fraction"))
                self._moved(fact)
            case EventKind.TIME_EXTENDED:
                length = timedelta(minutes=_whole(fact.content.get("minutes")))
                self.entries.append(TimeEntry(EntryKind.EXTENDED, instant_of(fact.at_ms), length=length))
                self._moved(fact)
            case EventKind.ATTEMPT_PAUSED:
                self._stop(fact, Scope.ATTEMPT, Track.PAUSED)
            case EventKind.ATTEMPT_RESUMED:
                self._go_on(fact, Scope.ATTEMPT, Track.PAUSED)
            case EventKind.ROOM_PAUSED:
                self._stop(fact, Scope.ROOM, Track.ROOM)
            case EventKind.ROOM_RESUMED:
                self._go_on(fact, Scope.ROOM, Track.ROOM)
            case EventKind.HELP_CALL_MADE:
                self._begin(Track.CALL, fact.at_ms, str(fact.content.get("kind", "")))
                if fact.content.get("stops_clock"):
                    self.calls_that_stop.add(fact.number)
                    self._stop(fact, Scope.HELP, Track.HELP_STOP)
            case EventKind.HELP_CALL_RESOLVED | EventKind.HELP_CALL_WITHDRAWN:
                self._end_call(fact)

    def _end_call(self, fact: Fact) -> None:
        """The end of a test ends its call too, and lets no clock go on: there is none left."""
        self._finish(Track.CALL, fact.at_ms)
        call = fact.content.get("call")
        if call in self.calls_that_stop and fact.content.get("how") != "attempt_ended":
            self._go_on(fact, Scope.HELP, Track.HELP_STOP)

    def _stop(self, fact: Fact, scope: Scope, track: Track) -> None:
        self._begin(track, fact.at_ms, str(fact.content.get("reason", "")))
        self._enter(EntryKind.STOPPED, fact, scope)
        self._moved(fact)

    def _go_on(self, fact: Fact, scope: Scope, track: Track) -> None:
        self._finish(track, fact.at_ms)
        self._enter(EntryKind.RESUMED, fact, scope)
        self._moved(fact)

    def _enter(self, kind: EntryKind, fact: Fact, scope: Scope = Scope.ATTEMPT) -> None:
        self.entries.append(TimeEntry(kind, instant_of(fact.at_ms), scope))

    def _moved(self, fact: Fact) -> None:
        """Where the deadline is from now on: as the log has written it down, else as its entries come to."""
        if self.replay.started_ms is None:
            return
        ledger = self._ledger
        deadline_ms = left_ms = None
        if ledger.deadline is None:
            left_ms = left_at(ledger, fact.at_ms)
        else:
            written = _written(fact, self.replay.candidate)
            deadline_ms = millis_of(ledger.deadline) if written is None else written
        self.replay.moves.append(Move(fact.number, fact.at_ms, fact.kind, deadline_ms, left_ms))

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self.base, self.extra, tuple(self.entries))

    # -- the end -------------------------------------------------------------------------------------------

    def _take_end(self, fact: Fact) -> None:
        match fact.kind:
            case EventKind.ATTEMPT_COMPLETED:
                self._end(fact, fact.at_ms)
            case EventKind.TIME_RAN_OUT:
                deadline = fact.content.get("deadline")
                self._end(fact, deadline if isinstance(deadline, int) else fact.at_ms)
            case EventKind.ATTEMPT_TERMINATED:
                self._end(fact, fact.at_ms)
                self.replay.reason = str(fact.content.get("reason", "other"))
                self.replay.note = str(fact.content.get("note", ""))

    def _end(self, fact: Fact, at_ms: int) -> None:
        replay = self.replay
        replay.end, replay.ended_ms, replay.until_ms = fact.kind, at_ms, at_ms
        if replay.items and replay.items[-1].to_ms is None:
            self._leave(at_ms, Left.DRAFT if replay.items[-1].drafts else Left.NOTHING)
        for span in replay.spans:
            if span.to_ms is None:
                span.to_ms = max(span.from_ms, at_ms)

    def finished(self) -> Replay:
        """The sitting, with what only its whole course tells: for how long the clock ran, and the account."""
        replay = self.replay
        if replay.started_ms is not None:
            replay.account = account_of(self._ledger, replay)
            count_running(self.entries, replay)
        return replay

    # -- what lasts ----------------------------------------------------------------------------------------

    def _begin(self, track: Track, at_ms: int, reason: str = "") -> None:
        self.replay.spans.append(Span(track, at_ms, reason=reason))

    def _finish(self, track: Track, at_ms: int) -> None:
        for span in self.replay.spans:
            if span.track is track and span.to_ms is None:
                span.to_ms = at_ms


def _written(fact: Fact, candidate: str) -> int | None:
    """The deadline that the log has written down for one candidate, in a fact of the room or an own one."""
    deadlines = fact.content.get("deadlines")
    found = deadlines.get(candidate) if isinstance(deadlines, Mapping) else fact.content.get("deadline")
    return found if isinstance(found, int) else None


def _fraction(text: JSON) -> Fraction:
    return Fraction(str(text)) if text else Fraction(0)


def _whole(value: JSON) -> int:
    return value if isinstance(value, int) else 0
