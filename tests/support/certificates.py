"""Certificates of invented candidates, all that seals them, and what other programs say of a PDF."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from exam_server.papers.certificate import (
    CertificateFacts,
    CertifiedDomain,
    CertifiedLevel,
    certificate_pdf,
)
from exam_server.signing.canonical import JSON
from exam_server.signing.jws import sign
from exam_server.signing.pades import seal_pdf
from exam_server.signing.paper_seal import PaperFacts, paper_seal
from exam_server.signing.signing_key import Purpose, SigningKey
from exam_server.signing.verification_codes import code_of, written
from question_bank.framework import COMPETENCES, DOMAINS
from tests.support.certified_keys import Authority

ADDRESS = "https://passation.college-des-vergers.example/verifier"
ISSUED = datetime(2026, 5, 19, 9, 30, tzinfo=UTC)
RECORD_TYP = "passation-certificate+jws"
CODE = code_of(2**64 + 12_345_678_901_234_567)
EVERY_LEVEL = (3, -1, 0, 0, 5, 2, -1, 8, 3, 3, 1, -1, 2, 4, 6, 7)
LONG_NAMES = {
    "family_name": "de La Rochefoucauld-Montmorency d’Aubigné-Chateaubriand de Saint-Exupéry-Lévis-Mirepoix",
    "given_names": "Marie-Antoinette-Philippine, Anne-Sophie-Charlotte, Élisabeth-Victoire, Jean-Emmanuel",
}


@dataclass(frozen=True)
class School:
    """An authority with a key for documents and one for codes."""

    authority: Authority
    documents: SigningKey
    qr: SigningKey


@cache
def a_school() -> School:
    """The same for all tests of a process."""
    authority = Authority()
    return School(authority, authority.key(), authority.key(Purpose.QR))


@dataclass(frozen=True)
class Certificate:
    """A certificate and all that it is made of."""

    facts: CertificateFacts
    paper: PaperFacts
    record: str
    qr_text: str

    @cached_property
    def unsealed(self) -> bytes:
        return certificate_pdf(self.facts, self.record, self.qr_text, ADDRESS, ISSUED)

    @cached_property
    def sealed(self) -> bytes:
        return seal_pdf(self.unsealed, a_school().documents, ISSUED)


def certified_domains(levels: Sequence[int]) -> tuple[CertifiedDomain, ...]:
    """The framework with one level a competence."""
    by_code = dict(zip((one.code for one in COMPETENCES), levels, strict=True))
    return tuple(
        CertifiedDomain(
            domain.code,
            domain.label,
            tuple(
                CertifiedLevel(one.code, one.label, by_code[one.code])
                for one in COMPETENCES
                if one.domain is domain
            ),
        )
        for domain in DOMAINS
    )


def a_certificate(levels: Sequence[int] = EVERY_LEVEL, **changes: Any) -> Certificate:
    """Prunelle's, unless something else is asked for."""
    facts = CertificateFacts(
        family_name="Démo-Martin",
        given_names="Prunelle, Zoë",
        birth_date=date(2012, 4, 3),
        centre="Collège des Vergers",
        uai="0990001X",
        session_date=date(2026, 5, 12),
        score=8 * sum(level for level in levels if level > 0),
        domains=certified_domains(levels),
        code=written(CODE),
    )
    facts = replace(facts, **changes)
    paper = _paper_facts(facts, levels)
    record = sign(a_school().documents, _record(facts, levels), RECORD_TYP, ISSUED, with_chain=True)
    return Certificate(facts, paper, record, paper_seal(a_school().qr, paper))


def _paper_facts(facts: CertificateFacts, levels: Sequence[int]) -> PaperFacts:
    return PaperFacts(
        uai=facts.uai,
        session="0f3a9c2b7d11",
        code=CODE,
        family_name=facts.family_name,
        given_names=facts.given_names,
        birth_date=facts.birth_date,
        session_date=facts.session_date,
        score=facts.score,
        levels=tuple(levels),
        status_list="3f2a",
        status_index=4_711,
        issued_at=ISSUED,
    )


def _record(facts: CertificateFacts, levels: Sequence[int]) -> JSON:
    return {
        "v": 1,
        "code": CODE,
        "version": facts.version,
        "session": {
            "id": "0f3a9c2b7d114e558a6f00112233aabb",
            "uai": facts.uai,
            "centre": facts.centre,
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
            {"competence": one.code, "level": level} for one, level in zip(COMPETENCES, levels, strict=True)
        ],
        "status": {"list": "3f2a", "index": 4_711},
        "issued_ms": int(ISSUED.timestamp()) * 1_000,
    }


def told(*command: str | Path, cwd: Path | None = None, accepted: tuple[int, ...] = (0,)) -> str:
    """What another program says. Debian has it (scripts/lib/verifiers.sh); without it the test fails."""
    found = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=60,
    )
    assert found.returncode in accepted, f"{command[0]}: {found.returncode}\n{found.stdout}{found.stderr}"
    return found.stdout
