"""What the response bench compares with: the same act as most would write it.

One AsyncSession a request, the ORM, aiosqlite, a commit a request with the same durability. It marks the
response, gives the next item by the same engine (kept in memory between requests, as in the product), and
writes the same rows and the same hash-chained log.
"""

import os
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlmodel import select
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from exam_server.acts.engine import choice_facts
from exam_server.acts.identifiers import token_hash
from exam_server.domain.attempts import AttemptState
from exam_server.domain.events import EventKind
from exam_server.signing.base64url import b64u
from exam_server.signing.canonical import canonical
from exam_server.signing.chain import SALT_BYTES, content_hash, link
from exam_server.storage.columns import to_millis
from exam_server.storage.house import House
from exam_server.storage.tables import Attempt, Candidate, GivenItem, LogEntry, Pupil, Response, Session
from question_bank.assembly import Answered, Assembly, AssemblySpec
from question_bank.item_types.table import is_correct, item_seed, parse_response, render_item

Body = dict[str, Any]


class Naive:
    """The routes, with an engine of their own on the same database."""

    def __init__(self, database: str, house: House) -> None:
        self._house = house
        self._engine = create_async_engine(
            database.replace("sqlite:", "sqlite+aiosqlite:", 1),
            connect_args={"timeout": 60, "isolation_level": None},
            pool_size=32,
            max_overflow=0,
            pool_timeout=120,
        )
        event.listen(self._engine.sync_engine, "connect", _set_up)
        # Without it a transaction that reads and then writes is refused at once when another one wrote.
        event.listen(self._engine.sync_engine, "begin", _begin)
        self._assemblies: dict[str, tuple[int, Assembly]] = {}
        self.routes = [Route("/bench/naive", self.respond, methods=["POST"])]

    async def respond(self, request: Request) -> HttpResponse:
        """Saves a final response and gives the next item."""
        body = await request.json()
        token = request.cookies["passation_candidate"]
        async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
            reply = await self._save(session, token, body)
        return JSONResponse(reply)

    async def _save(self, db: AsyncSession, token: str, body: Body) -> Body:
        now = datetime.now(UTC)
        found = await db.execute(select(Candidate).where(Candidate.device_hash == token_hash(token)))
        candidate = found.scalar_one()
        sitting = await db.get_one(Session, candidate.session_id)
        pupil = await db.get_one(Pupil, candidate.pupil_id)
        attempt = await db.get_one(Attempt, candidate.id)
        given = await db.get_one(GivenItem, (attempt.id, attempt.position))
        if attempt.state != AttemptState.IN_PROGRESS or body["position"] != attempt.position:
            raise ValueError("not in progress")
        if attempt.due_at is None or now > attempt.due_at + self._house.rules.grace:
            raise ValueError("too late")
        correct, seconds = self._keep(db, sitting, attempt, given, body, now)
        assembly = await self._assembly(db, attempt, sitting)
        assembly.record(given.item_id, correct, seconds)
        shown = self._advance(db, sitting, attempt, assembly, now)
        saved = {**{name: body[name] for name in ("position", "revision", "final")}, "at": to_millis(now)}
        state = {"now": to_millis(now), "item": shown, "candidate": {"family_name": pupil.family_name}}
        return {"saved": saved, "state": state}

    def _keep(
        self,
        db: AsyncSession,
        sitting: Session,
        attempt: Attempt,
        given: GivenItem,
        body: Body,
        at: datetime,
    ) -> tuple[bool, int]:
        """The response's row and its line in the log; whether it is right, and the seconds it took."""
        item = self._house.banks[sitting.bank_version or ""].items.item(given.item_id)
        seed = item_seed(attempt.variant_seed, item.id)
        parse_response(item, seed, body["content"])
        correct = is_correct(item, seed, body["content"])
        seconds = int((at - given.given_at).total_seconds())
        response = Response(
            attempt_id=attempt.id,
            position=attempt.position,
            revision=body["revision"],
            content=canonical(body["content"]).decode(),
            final=True,
            correct=correct,
            seconds=seconds,
            answered_at=datetime.fromtimestamp(body["answered_at"] / 1000, UTC),
            received_at=at,
        )
        db.add(response)
        facts = {**body, "item": item.id, "correct": correct, "seconds": seconds}
        _log(db, sitting, EventKind.RESPONSE_SAVED, attempt.id, facts, at)
        return correct, seconds

    def _advance(
        self, db: AsyncSession, sitting: Session, attempt: Attempt, assembly: Assembly, now: datetime
    ) -> Body | None:
        """The next item's row and its line in the log, or the end of the test."""
        attempt.answered += 1
        choice = assembly.next()
        self._assemblies[attempt.id] = (attempt.answered, assembly)
        if choice is None:
            attempt.state, attempt.ended_at, attempt.due_at = AttemptState.COMPLETED, now, None
            _log(db, sitting, EventKind.ATTEMPT_COMPLETED, attempt.id, {}, now)
            return None
        attempt.position = choice.position
        chosen = choice_facts(choice)
        given = GivenItem(
            attempt_id=attempt.id,
            position=choice.position,
            item_id=choice.item_id,
            given_at=now,
        )
        db.add(given)
        _log(db, sitting, EventKind.ITEM_GIVEN, attempt.id, chosen, now)
        item = self._house.banks[sitting.bank_version or ""].items.item(choice.item_id)
        return {"position": choice.position, **render_item(item, item_seed(attempt.variant_seed, item.id))}

    async def _assembly(self, db: AsyncSession, attempt: Attempt, sitting: Session) -> Assembly:
        seen, assembly = self._assemblies.get(attempt.id, (-1, None))
        if assembly is not None and seen == attempt.answered:
            return assembly
        rows = await db.execute(
            select(GivenItem.item_id, Response.correct, Response.seconds)
            .join(
                Response,
                (Response.attempt_id == GivenItem.attempt_id) & (Response.position == GivenItem.position),  # type: ignore[arg-type]
            )
            .where(GivenItem.attempt_id == attempt.id, Response.position < attempt.position)
            .order_by(GivenItem.position)
        )
        spec = AssemblySpec.from_json(orjson.loads(attempt.spec))
        published = self._house.banks[sitting.bank_version or ""].published
        return Assembly.resume(published, spec, [Answered(i, bool(c), s) for i, c, s in rows.all()])

    async def close(self) -> None:
        """Closes the connections."""
        await self._engine.dispose()


def _log(
    db: AsyncSession, sitting: Session, kind: EventKind, candidate: str, facts: Body, now: datetime
) -> None:
    salt = os.urandom(SALT_BYTES)
    entry = link(
        sitting.log_hash,
        session=sitting.id,
        number=sitting.log_number + 1,
        at_ms=to_millis(now),
        kind=kind,
        actor=candidate,
        candidate=candidate,
        content_hash=content_hash(salt, facts),
    )
    sitting.log_number, sitting.log_hash = entry.number, entry.hash
    row = LogEntry(
        session_id=sitting.id,
        number=entry.number,
        at_ms=entry.at_ms,
        kind=kind,
        actor=candidate,
        candidate=candidate,
        content=canonical(facts).decode(),
        salt=b64u(salt),
        content_hash=entry.content_hash,
        hash=entry.hash,
    )
    db.add(row)


def _set_up(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=60000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: object) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]
