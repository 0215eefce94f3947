"""A school whose certifications are written straight into the tables, and signed as a server signs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

import orjson

from exam_server.acts import livret_clients, staff
from exam_server.acts.identifiers import new_id
from exam_server.acts.livret_clients import Scope
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.signing.jws import sign
from exam_server.signing.keys import SigningKey
from exam_server.signing.verification_codes import code_of
from exam_server.storage.results_tables import Certificate, ResultsVersion
from exam_server.storage.tables import Attempt, Candidate, Pupil, Session
from exam_server.storage.transaction import Transaction
from question_bank.framework import COMPETENCES

SPRING = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
EVERYWHERE = [str(scope) for scope in Scope]
_numbers = count(1)


@dataclass(frozen=True)
class Came:
    """What a pupil's test came to: its status, and by competence what was declared and certified."""

    pupil: Pupil
    status: str = "validated"
    declared: tuple[int, ...] = (3,) * 16
    certified: tuple[int, ...] = (2,) * 16
    started: bool = True
    signed: Mapping[str, JSON] = field(default_factory=dict)
    """Fields of the signed result that differ from the pupil's row."""


@dataclass
class Book:
    """One centre, inside one transaction: pupils, sessions and what was signed of them."""

    tx: Transaction
    key: SigningKey
    uai: str
    centre_id: str
    head: Person

    def pupil(self, family: str = "Verger", given: str = "Prune", **changes: object) -> Pupil:
        """One more pupil."""
        number = next(_numbers)
        fields: dict[str, object] = {
            "id": new_id(),
            "centre_id": self.centre_id,
            "ine": f"{number:09d}AA",
            "siecle_id": str(number),
            "family_name": family,
            "given_name": given,
            "birth_date": date(2011, 3, 4),
            "sex": "F",
            "class_name": "3E A",
            **changes,
        }
        pupil = Pupil.model_validate(fields)
        self.tx.orm.add(pupil)
        self.tx.orm.flush()
        return pupil

    def session(self, *came: Came, at: datetime = SPRING, state: str = "published", version: int = 1) -> str:
        """A session that these pupils have sat, with its results as far as its state has them."""
        session = Session(
            id=new_id(),
            centre_id=self.centre_id,
            code=f"C{next(_numbers)}",
            room="B12",
            date=at.date(),
            starts_at=at,
            rows=5,
            columns=6,
            state=state,
            created_by=self.head.id,
            secret="s",
            closed_at=at + timedelta(hours=2),
        )
        self.tx.orm.add(session)
        self.tx.orm.flush()
        candidates = [self._candidate(session, one) for one in came]
        if state in {"finalised", "published"}:
            self.finalise(session.id, list(zip(candidates, came, strict=True)), version=version)
        if state == "published":
            self.publish(session.id, version)
        return session.id

    def _candidate(self, session: Session, came: Came) -> str:
        candidate = Candidate(
            id=new_id(),
            session_id=session.id,
            pupil_id=came.pupil.id,
            state="admitted",
            levels=orjson.dumps(came.declared).decode(),
            pix="[]",
            card_hash=new_id(),
        )
        self.tx.orm.add(candidate)
        self.tx.orm.flush()
        if came.started:
            attempt = Attempt(
                id=candidate.id,
                session_id=session.id,
                state="completed",
                spec="{}",
                variant_seed=1,
                started_at=session.starts_at,
                allowed_us=1,
            )
            self.tx.orm.add(attempt)
            self.tx.orm.flush()
        return candidate.id

    def finalise(self, session_id: str, results: Sequence[tuple[str, Came]], version: int = 1) -> None:
        """Signs what each candidate came to."""
        payload: dict[str, JSON] = {
            "v": 2,
            "version": version,
            "session": {"id": session_id},
            "candidates": [_result(candidate, came) for candidate, came in results],
        }
        self.tx.orm.add(
            ResultsVersion(
                session_id=session_id,
                version=version,
                results=sign(self.key, payload, RESULTS_TYP, SPRING),
                entries=1,
                finalised_by=self.head.id,
                finalised_at=self.tx.now,
            )
        )
        self.tx.orm.flush()

    def publish(self, session_id: str, version: int = 1) -> None:
        self._version(session_id, version).published_at = self.tx.now
        self.tx.get(Session, session_id).state = "published"
        self.tx.orm.flush()

    def withdraw(self, session_id: str, version: int = 1) -> None:
        self._version(session_id, version).withdrawn_at = self.tx.now
        self.tx.get(Session, session_id).state = "closed"
        self.tx.orm.flush()

    def _version(self, session_id: str, version: int) -> ResultsVersion:
        return self.tx.orm.get_one(ResultsVersion, (session_id, version))

    def certificate(self, pupil: Pupil, session_id: str, version: int = 1) -> str:
        """A certificate of what the pupil has sat; returns its code."""
        number = next(_numbers)
        code = code_of(number << 20)
        self.tx.orm.add(
            Certificate(
                code=code,
                session_id=session_id,
                version=version,
                candidate_id=self.candidate_of(pupil, session_id),
                status_list=1,
                status_index=number,
                record="record",
                qr="qr",
                issued_at=self.tx.now,
            )
        )
        self.tx.orm.flush()
        return code

    def candidate_of(self, pupil: Pupil, session_id: str) -> str:
        """The candidate that the pupil was in a session."""
        where = {"session_id": session_id, "pupil_id": pupil.id}
        found = self.tx.orm.query(Candidate.id).filter_by(**where).scalar()  # type: ignore[call-overload]
        return str(found)


def open_book(tx: Transaction, key: SigningKey) -> Book:
    """A centre of its own, with a head."""
    number = next(_numbers)
    uai = f"{9900000 + number:07d}X"
    centre_id = staff.add_centre(tx, uai, f"Collège des {number} Vergers")
    email, roles = f"tete{number}@ecole.example", frozenset({Role.HEAD})
    account = staff.add_account(tx, centre_id, email, "Garance", roles, None)
    return Book(tx, key, uai, centre_id, Person(account, centre_id, "Garance", roles))


def _result(candidate: str, came: Came) -> dict[str, JSON]:
    pupil, validated = came.pupil, came.status == "validated"
    competences: list[JSON] = [
        {"competence": index, "declared": declared, "certified": certified}
        for index, (declared, certified) in enumerate(zip(came.declared, came.certified, strict=True))
    ]
    scores: JSON = {
        "score": 8 * sum(came.certified),
        "competences": competences,
        "codes": [one.code for one in COMPETENCES],
    }
    return {
        "id": candidate,
        "family_name": pupil.family_name,
        "given_name": pupil.given_name,
        "birth_date": pupil.birth_date.isoformat(),
        "ine": pupil.ine,
        "class_name": pupil.class_name,
        "status": came.status,
        "scores": scores if validated else None,
        **came.signed,
    }


@dataclass(frozen=True)
class Program:
    """A program that was let in: what it proves itself with."""

    id: str
    secret: str

    def form(self, **more: str) -> dict[str, str]:
        """What it sends to get a token."""
        proof = {"client_id": self.id, "client_secret": self.secret}
        return {"grant_type": "client_credentials", **proof, **more}


def let_in(tx: Transaction, *centres: str, scopes: Sequence[str] = EVERYWHERE) -> Program:
    """A program for these schools (none named: all)."""
    granted = [Scope(scope) for scope in scopes]
    return Program(*livret_clients.add_client(tx, "Essai", granted, centres))
