"""An exam room in the words of the exam: people do things, the clock is set by hand, the database is real."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from random import Random
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from exam_server.acts import (
    attempts,
    check_in,
    clock,
    closing,
    entering,
    help_calls,
    messages,
    publishing,
    replacing,
    room,
    sessions,
)
from exam_server.acts.certificates import Issuer
from exam_server.acts.clocks import ledger_of
from exam_server.acts.closing import GivenReason
from exam_server.acts.confirming import Confirmation, confirm_with_passkey
from exam_server.acts.identifiers import token_hash
from exam_server.acts.responding import Reply, Sent, save_responses
from exam_server.domain.access_cards import card_code
from exam_server.domain.attempts import EndReason
from exam_server.domain.candidates import IdentityDocument, Seat
from exam_server.domain.help_calls import HelpCallKind
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person
from exam_server.domain.timing import Ledger
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.signing.jws import sign as write_statement
from exam_server.signing.signing_key import Purpose
from exam_server.simulation.guesses import guess
from exam_server.storage.candidate_state import as_state
from exam_server.storage.candidate_view import CandidateView, candidate_view
from exam_server.storage.exposure import count_exposure
from exam_server.storage.queries import candidate_rows
from exam_server.storage.store import Store
from exam_server.storage.tables import Attempt, Candidate, Session
from exam_server.storage.transaction import Transaction
from question_bank.item_types.table import is_correct, render_item, right_content
from tests.support.authenticator import ORIGIN, RP_ID, Authenticator
from tests.support.certified_keys import Authority
from tests.support.clock import ManualClock
from tests.support.credentials import registered
from tests.support.log import Line, check_log, read_log
from tests.support.school import CLASS, School, enrol, found_school

P = ParamSpec("P")
T = TypeVar("T")

ROWS, COLUMNS = 5, 6
HOST = "passation.example"
"""Under whose name the logs of a test's server are sealed."""
SKIP: Mapping[str, JSON] = {"skip": True}


@dataclass
class Sitter:
    """A candidate as a person in the room: the card in hand, and the token that the browser keeps."""

    id: str
    card: str
    token: str = ""


class ExamRoom:
    """One session with its people. Where nobody is named, the invigilator of the room acts."""

    def __init__(self, store: Store, school: School, session_id: str, sitters: list[Sitter]) -> None:
        assert isinstance(store.clock, ManualClock)
        self.store = store
        self.clock = store.clock
        self.school = school
        self.by = school.invigilator
        self.session_id = session_id
        self.candidates = sitters
        self.call_number = 0
        self.rehearsal_code = ""
        self.rehearsal_token = ""
        self.head_key: Authenticator | None = None
        self._issuer: Issuer | None = None

    async def do(self, act: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Any act."""
        return await self.store.run(act, *args, **kwargs)

    # -- before the test ---------------------------------------------------------------------------------

    async def open(self) -> None:
        """The invigilator types the session's code."""
        code = (await self.session()).code
        await self.open_by(self.by, code)

    async def open_by(self, person: Person, code: str) -> str:
        """Somebody types a code."""
        exposure = await self.store.read(count_exposure)
        return await self.do(sessions.open_session, person, code, exposure)

    async def check_in(self, c: Sitter) -> None:
        """Identity and seat, but not yet the admission; seats are dealt in the order of the list."""
        await self.do(self._check_in, c)

    def _check_in(self, tx: Transaction, c: Sitter) -> None:
        place = self.candidates.index(c)
        seat = Seat(1 + place // COLUMNS, 1 + place % COLUMNS)
        check_in.verify_identity(tx, self.by, c.id, IdentityDocument.SCHOOL_CARD)
        check_in.give_seat(tx, self.by, c.id, seat)

    async def admit(self, c: Sitter) -> None:
        """Everything that happens at the desk."""
        await self.check_in(c)
        await self.do(check_in.admit, self.by, c.id)

    async def admit_all(self) -> None:
        """Everybody passes the desk, and is admitted with one word."""

        def everyone(tx: Transaction) -> None:
            for c in self.candidates:
                self._check_in(tx, c)
            tx.orm.flush()
            check_in.admit_all(tx, self.by, self.session_id)

        await self.do(everyone)

    async def enter(self, c: Sitter) -> None:
        """The candidate types the card's code."""
        c.token = (await self.do(entering.enter, c.card)).token

    # -- the test ----------------------------------------------------------------------------------------

    async def start(self, c: Sitter) -> None:
        """The candidate, entered where need be, starts."""
        if not c.token:
            await self.enter(c)
        await self.do(entering.start_attempt, c.token)

    async def start_all(self) -> None:
        """Everybody enters and starts at the same instant."""

        def everyone(tx: Transaction) -> None:
            for c in self.candidates:
                if not c.token:
                    c.token = entering.enter(tx, c.card).token
                entering.start_attempt(tx, c.token)

        await self.do(everyone)

    async def respond(
        self,
        c: Sitter,
        *,
        right: bool = True,
        final: bool = True,
        revision: int = 1,
        position: int | None = None,
        content: Mapping[str, JSON] | None = None,
    ) -> Reply:
        """The browser sends a response to the item in hand, or to another position."""
        view = await self.view(c)
        if content is None:
            content = self._key(view) if right else SKIP
        sent = Sent(view.position if position is None else position, revision, content, final, self.clock())
        return await self.send(c.token, sent)

    async def send(self, token: str, sent: Sent) -> Reply:
        """A browser with this token sends a response."""
        return await self.store.run_together(save_responses, token, sent)

    def shown(self, reply: Reply) -> dict[str, JSON]:
        """What the page shows after this reply."""
        return as_state(reply.view, self.store.house, reply.now_ms)

    async def right_content(self, c: Sitter) -> Mapping[str, JSON]:
        """The key of the item in hand."""
        return self._key(await self.view(c))

    async def wrong_content(self, c: Sitter) -> Mapping[str, JSON] | None:
        """A response to the item in hand that is not right; None for one of a type that nobody guesses at."""
        view = await self.view(c)
        item = view.item(self.store.house)
        assert item is not None
        seed = view.seed_of(item.id)
        shown = render_item(item, seed)
        tried = (guess(shown, Random(number)) for number in range(100))
        wrong = (one for one in tried if one != SKIP and not is_correct(item, seed, one))
        return cast("Mapping[str, JSON] | None", next(wrong, None))

    def _key(self, view: CandidateView) -> Mapping[str, JSON]:
        item = view.item(self.store.house)
        if item is None:
            return SKIP
        return cast("Mapping[str, JSON]", right_content(item, view.seed_of(item.id)))

    async def draft(self, c: Sitter, *, right: bool = True, revision: int = 1) -> Reply:
        return await self.respond(c, right=right, final=False, revision=revision)

    async def finish(self, c: Sitter) -> None:
        """Answers to the last item; every third one wrongly."""
        for position in range((await self.view(c)).position, self.store.house.rules.items + 1):
            self.clock.advance(seconds=40)
            await self.respond(c, right=position % 3 != 0)

    async def finish_from_here(self, c: Sitter) -> None:
        """Right answers to the end, however many items were replaced on the way."""
        while (await self.attempt(c)).state == "in_progress":
            self.clock.advance(seconds=40)
            await self.respond(c)

    async def call(self, c: Sitter, kind: HelpCallKind = HelpCallKind.TECHNICAL) -> int:
        """The candidate asks for the invigilator; the room remembers the newest call."""
        self.call_number = await self.do(help_calls.call_for_help, c.token, kind)
        return self.call_number

    async def withdraw(self, c: Sitter) -> int:
        return await self.do(help_calls.withdraw_call, c.token, self.call_number)

    async def tick(self) -> list[str]:
        """The clock's own hand: closes what is due; returns whose test it closed."""
        due = await self.store.read(clock.due_attempts)
        return [one for one in due if await self.do(clock.run_out, one)]

    # -- what the invigilator does -----------------------------------------------------------------------

    async def pause(self, c: Sitter, reason: str = "infirmerie") -> int:
        return await self.do(attempts.pause_attempt, self.by, c.id, reason)

    async def resume(self, c: Sitter) -> int:
        return await self.do(attempts.resume_attempt, self.by, c.id)

    async def extend(self, c: Sitter, minutes: int = 5, reason: str = "poste en panne") -> int:
        length = timedelta(minutes=minutes)
        return await self.do(attempts.extend_attempt, self.by, c.id, attempts.Extension(length, reason))

    async def terminate(self, c: Sitter, reason: EndReason = EndReason.TECHNICAL, note: str = "") -> int:
        return await self.do(attempts.terminate_attempt, self.by, c.id, reason, note)

    async def pause_room(self, reason: str = "alarme incendie") -> int:
        return await self.do(room.pause_room, self.by, self.session_id, reason)

    async def resume_room(self) -> int:
        return await self.do(room.resume_room, self.by, self.session_id)

    async def extend_room(self, minutes: int = 5) -> int:
        length = timedelta(minutes=minutes)
        return await self.do(room.extend_room, self.by, self.session_id, attempts.Extension(length, "bruit"))

    async def terminate_room(self, reason: EndReason = EndReason.ROOM_EVACUATED) -> int:
        return await self.do(room.terminate_room, self.by, self.session_id, reason, "évacuation")

    async def close(self, **reasons: GivenReason) -> int:
        """The head closes the session; reasons by candidate."""
        return await self.do(closing.close_session, self.school.head, self.session_id, reasons)

    @property
    def issuer(self) -> Issuer:
        """The keys of this room's server."""
        if self._issuer is None:
            authority = Authority()
            documents, qr = authority.key(Purpose.DOCUMENTS), authority.key(Purpose.QR)
            self._issuer = Issuer(documents, qr, {documents.kid: documents.public})
        return self._issuer

    def sign_with(self, issuer: Issuer) -> None:
        """From now on with these keys: those of the server that the room is on."""
        self._issuer = issuer

    async def publish(self) -> int:
        """The head publishes; returns the version."""
        head = self.school.head
        return await self.do(publishing.publish_results, head, self.session_id, self.issuer)

    async def finalise(self, sign: closing.Sign | None = None) -> dict[str, Any]:
        """The head finalises, and confirms it with a passkey; returns what was to be signed."""
        signed: list[Any] = []

        def keep(payload: JSON) -> str:
            signed.append(payload)
            if sign is not None:
                return sign(payload)
            return write_statement(self.issuer.documents, payload, RESULTS_TYP, self.clock())

        head = self.school.head
        if self.head_key is None:
            self.head_key = Authenticator()
            await registered(self.store, head, self.head_key)
        asked = await self.do(closing.ask_to_finalise, head, self.session_id, HOST)
        answer = self.head_key.use(asked.options)

        def confirm(tx: Transaction) -> Confirmation:
            return confirm_with_passkey(
                tx, head, asked.challenge_id, closing.FINALISING, answer, RP_ID, ORIGIN
            )

        await self.do(closing.finalise_session, head, self.session_id, HOST, keep, confirm)
        return dict(signed[0])

    async def come(self, c: Sitter) -> int:
        return await self.do(help_calls.answer_call, self.by, c.id, self.call_number)

    async def dismiss(self, c: Sitter) -> int:
        return await self.do(help_calls.dismiss_call, self.by, c.id, self.call_number)

    async def give_back(self, c: Sitter, minutes: int = 5) -> int:
        wish = attempts.Extension(timedelta(minutes=minutes), "poste en panne")
        return await self.do(help_calls.give_time_back, self.by, c.id, self.call_number, wish)

    async def replace(self, c: Sitter, reason: str = "image absente") -> int:
        return await self.do(replacing.replace_item, self.by, c.id, self.call_number, reason)

    async def write_to(self, c: Sitter, text: str) -> int:
        return await self.do(messages.send_message, self.by, c.id, text)

    async def write_to_room(self, text: str) -> int:
        return await self.do(messages.send_to_room, self.by, self.session_id, text)

    async def read(self, c: Sitter, number: int) -> int:
        return await self.do(messages.read_message, c.token, number)

    # -- what is now true --------------------------------------------------------------------------------

    async def session(self) -> Session:
        return await self.store.read(lambda r: r.get(Session, self.session_id))

    async def candidate(self, c: Sitter) -> Candidate:
        return await self.store.read(lambda r: r.get(Candidate, c.id))

    async def attempt(self, c: Sitter) -> Attempt:
        return await self.store.read(lambda r: r.get(Attempt, c.id))

    async def ledger(self, c: Sitter) -> Ledger:
        return await self.store.read(lambda r: ledger_of(r, r.get(Candidate, c.id)))

    async def view(self, c: Sitter) -> CandidateView:
        """What the candidate's page is made of."""
        view = await self.store.read(candidate_view, token_hash(c.token))
        assert view is not None
        return view

    async def log(self, kind: str | None = None) -> list[Line]:
        """The log's facts, or those of one kind."""
        lines = await self.store.read(read_log, self.session_id)
        return [line for line in lines if kind is None or line.kind == kind]

    async def last(self) -> Line:
        """The newest fact."""
        return (await self.log())[-1]

    async def checked_log(self) -> list[Line]:
        """The log, its chain and contents verified."""
        return await self.store.read(check_log, self.session_id)


async def an_exam_room(
    store: Store, candidates: int = 3, *, is_open: bool = True, number: int = 1
) -> ExamRoom:
    """A school (`number` keeps two apart), and a session of today with so many candidates registered."""

    def found(tx: Transaction) -> tuple[School, str]:
        school = found_school(tx, number)
        enrol(tx, school, candidates, first=1000 * number)
        tx.orm.flush()
        return school, plan_and_register(tx, school)

    school, session_id = await store.run(found)
    rows = await store.read(candidate_rows, session_id)
    secret = store.house.secret
    room = ExamRoom(store, school, session_id, [Sitter(row.id, card_code(secret, row.id, 1)) for row in rows])
    if is_open:
        await room.open()
    return room


def plan_and_register(tx: Transaction, school: School, class_name: str = CLASS) -> str:
    """A session of today, with the class registered."""
    today = tx.now.astimezone(tx.house.zone).date()
    plan = sessions.Plan("B12", today, time(9), ROWS, COLUMNS, (school.invigilator.id,))
    session_id = sessions.plan_session(tx, school.head, plan)
    sessions.register_class(tx, school.head, session_id, class_name)
    return session_id


async def a_running_room(store: Store, candidates: int = 3, *, number: int = 1) -> ExamRoom:
    """A room in which everybody has started, all at the same instant."""
    room = await an_exam_room(store, candidates, number=number)
    await room.admit_all()
    await room.start_all()
    return room
