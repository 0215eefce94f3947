"""Certificates: issued when results are published, revoked when they are withdrawn, found by their code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlmodel import col, func, select

from exam_server.domain.finalisation import Status
from exam_server.domain.json import JSON
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.exports.livret import level_of
from exam_server.signing.jwk import PublicKey
from exam_server.signing.jws import open_statement, sign
from exam_server.signing.paper_seal import PaperFacts, paper_seal
from exam_server.signing.signing_key import SigningKey
from exam_server.signing.status_list import StatusBits, free_index
from exam_server.signing.verification_codes import new_code
from exam_server.storage.columns import to_millis
from exam_server.storage.results_tables import Certificate, ResultsVersion
from exam_server.storage.transaction import Reading, Transaction
from question_bank.framework import COMPETENCES

RECORD_TYP = "passation-certificate+jws"
VERSION = 1
FILLED = 20_000
"""Certificates of one status list: a sixth of its places, one drawn at random is nearly always free."""

WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Issuer:
    """The keys that certificates are signed with, and those that results may have been signed with."""

    documents: SigningKey
    qr: SigningKey
    known: Mapping[str, PublicKey]


def issue_certificates(tx: Transaction, version: ResultsVersion, issuer: Issuer) -> int:
    """One certificate for each validated candidate of a version; how many. Raises BrokenSeal."""
    payload = cast("Mapping[str, Any]", open_statement(version.results, issuer.known, RESULTS_TYP).payload)
    status_list = 1 + (tx.orm.scalar(select(func.count()).select_from(Certificate)) or 0) // FILLED
    places = select(Certificate.status_index).where(Certificate.status_list == status_list)
    taken = set(tx.orm.scalars(places))
    issued = 0
    for result in payload["candidates"]:
        if result["status"] != Status.VALIDATED:
            continue
        index = free_index(taken)
        taken.add(index)
        facts = _facts(tx, payload["session"], result, (status_list, index))
        record = sign(
            issuer.documents,
            record_of(facts, payload["session"], version.version),
            RECORD_TYP,
            tx.now,
            with_chain=True,
        )
        tx.orm.add(
            Certificate(
                code=facts.code,
                session_id=version.session_id,
                version=version.version,
                candidate_id=str(result["id"]),
                status_list=status_list,
                status_index=index,
                record=record,
                qr=paper_seal(issuer.qr, facts),
                issued_at=tx.now,
            )
        )
        issued += 1
    return issued


def revoke_certificates(tx: Transaction, session_id: str, version: int, why: str = WITHDRAWN) -> int:
    """Those of a version stand for nothing any more; how many. They stay, to be told apart from forgeries."""
    rows = tx.orm.scalars(
        select(Certificate).where(
            Certificate.session_id == session_id,
            Certificate.version == version,
            col(Certificate.revoked_at).is_(None),
        )
    ).all()
    for row in rows:
        row.revoked_at, row.revocation = tx.now, why
    return len(rows)


def status_bits(reading: Reading, status_list: int) -> StatusBits:
    """The list of this number: a bit is set where a certificate was revoked."""
    bits = StatusBits()
    revoked = select(Certificate.status_index).where(
        Certificate.status_list == status_list, col(Certificate.revoked_at).is_not(None)
    )
    for index in reading.orm.scalars(revoked):
        bits.set(index)
    return bits


def record_of(facts: PaperFacts, session: Mapping[str, Any], version: int) -> JSON:
    """What a machine reads of a certificate: never an accommodation, never a reason, never the INE."""
    return {
        "v": VERSION,
        "code": facts.code,
        "version": version,
        "session": {
            "id": session["id"],
            "uai": facts.uai,
            "centre": session["centre"]["name"],
            "date": facts.session_date.isoformat(),
        },
        "person": {
            "family_name": facts.family_name,
            "given_names": facts.given_names,
            "birth_date": facts.birth_date.isoformat(),
        },
        "framework": "CRCN",
        "score": facts.score,
        "levels": [
            {"competence": competence.code, "level": level}
            for competence, level in zip(COMPETENCES, facts.levels, strict=True)
        ],
        "status": {"list": facts.status_list, "index": facts.status_index},
        "issued_ms": to_millis(facts.issued_at),
    }


def _facts(
    tx: Transaction, session: Mapping[str, Any], result: Mapping[str, Any], status: tuple[int, int]
) -> PaperFacts:
    scores = result["scores"]
    return PaperFacts(
        uai=session["centre"]["uai"],
        session=session["id"],
        code=new_code(),
        family_name=result["family_name"],
        given_names=result["given_name"],
        birth_date=date.fromisoformat(result["birth_date"]),
        session_date=date.fromisoformat(session["date"]),
        score=scores["score"],
        levels=tuple(level_of(one["declared"], one["certified"]) for one in scores["competences"]),
        status_list=str(status[0]),
        status_index=status[1],
        issued_at=tx.now,
    )
