"""What a certificate costs, in raw P-256 signatures of the same run, and how well paper keeps its code.

    python -m scripts.bench.certificates [--candidates 300] [--scans 200] [--json FILE]

One process, all steps in turns; what counts is the time of the processors, of all threads together, in the
best round of each step. Each candidate is somebody else, so that no page is met twice. The ratio says more
than either time. Exits 1 above a goal.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from exam_server.papers.certificate import CertificateFacts, CertifiedDomain, CertifiedLevel, certificate_pdf
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.jws import sign
from exam_server.signing.key_files import Argon2Cost
from exam_server.signing.keys import KeyStore
from exam_server.signing.pades import seal_pdf
from exam_server.signing.paper_seal import PaperFacts, paper_seal
from exam_server.signing.sealed_pdf import check_sealed_pdf
from exam_server.signing.signing_key import Purpose, SigningKey
from exam_server.signing.verification_codes import code_of, written
from question_bank.framework import COMPETENCES, DOMAINS
from scripts.bench.print_and_scan import pictured, printed_and_scanned

NOW = datetime(2026, 5, 19, 9, 30, tzinfo=UTC)
ADDRESS = "https://passation.college.example/verifier"
TYP = "passation-certificate+jws"
RAW = "raw P-256 signature"
GOALS = {
    "JWS of one result": 1.3,
    "COSE and its text": 3.5,
    "PAdES seal": 150.0,
    "whole certificate": 650.0,
}
"""Multiples of one raw signature that are not to be exceeded."""

LEAST_READ = 0.99
CALLS, ROUNDS = 400, 15
FEW = 5


@dataclass(frozen=True)
class Keys:
    """What a school seals with."""

    documents: SigningKey
    qr: SigningKey


@dataclass(frozen=True)
class Candidate:
    """Somebody, and what a certificate says of them."""

    facts: CertificateFacts
    paper: PaperFacts
    result: JSON
    record: JSON


def somebody(number: int) -> Candidate:
    """Another name, code and levels for each number."""
    rng = random.Random(number)
    levels = tuple(rng.choice((-1, 0, 1, 2, 2, 3, 3, 4, 5, 6)) for _competence in COMPETENCES)
    by_code = dict(zip((one.code for one in COMPETENCES), levels, strict=True))
    score, code = 8 * sum(max(0, level) for level in levels), code_of(rng.getrandbits(65))
    family, given = f"Démo-{number:04d}", "Prunelle, Zoë"
    born, day, uai = date(2012, 4, 3), date(2026, 5, 12), "0990001X"
    domains = tuple(
        CertifiedDomain(
            domain.code,
            domain.label,
            [CertifiedLevel(c.code, c.label, by_code[c.code]) for c in COMPETENCES if c.domain is domain],
        )
        for domain in DOMAINS
    )
    facts = CertificateFacts(
        family, given, born, "Collège des Vergers", uai, day, score, domains, written(code)
    )
    paper = PaperFacts(
        uai, "0f3a9c2b7d11", code, family, given, born, day, score, levels, "3f2a", number, NOW
    )
    result: JSON = {"candidate": code, "levels": levels, "score": score, "status": "validated", "v": 1}
    return Candidate(facts, paper, result, record_of(facts, by_code, code))


def record_of(facts: CertificateFacts, by_code: dict[str, int], code: str) -> JSON:
    """What the JWS inside a certificate says."""
    return {
        "v": 1,
        "code": code,
        "version": 1,
        "session": {
            "id": "0f3a9c2b7d114e558a6f00112233aabb",
            "uai": facts.uai,
            "centre": facts.centre,
            "date": "2026-05-12",
        },
        "person": {
            "family_name": facts.family_name,
            "given_names": facts.given_names,
            "birth_date": "2012-04-03",
        },
        "framework": "CRCN",
        "score": facts.score,
        "levels": [{"competence": name, "level": level} for name, level in by_code.items()],
        "status": {"list": "3f2a", "index": 4_711},
        "issued_ms": 1_779_183_000_000,
    }


def whole(keys: Keys, one: Candidate) -> bytes:
    """From the facts to the sealed file."""
    record = sign(keys.documents, one.record, TYP, NOW, with_chain=True)
    pdf = certificate_pdf(one.facts, record, paper_seal(keys.qr, one.paper), ADDRESS, NOW)
    return seal_pdf(pdf, keys.documents, NOW)


def short_steps(keys: Keys, people: Sequence[Candidate]) -> dict[str, float]:
    """Seconds a call of what takes microseconds; all but the raw signature goes through the product."""
    private, raw = ec.generate_private_key(ec.SECP256R1()), ec.ECDSA(SHA256())
    documents, qr = keys.documents, keys.qr
    many = [people[turn % len(people)] for turn in range(CALLS)]
    steps: dict[str, list[Callable[[], object]]] = {
        RAW: [partial(private.sign, canonical(one.result), raw) for one in many],
        "signature of a key": [partial(documents.sign, canonical(one.result)) for one in many],
        "JWS of one result": [partial(sign, documents, one.result, TYP, NOW) for one in many],
        "JWS of a record": [partial(sign, documents, one.record, TYP, NOW) for one in many],
        "JWS of a record, x5c": [
            partial(sign, documents, one.record, TYP, NOW, with_chain=True) for one in many
        ],
        "COSE and its text": [partial(paper_seal, qr, one.paper) for one in many],
    }
    rounds = [{name: timed(calls) for name, calls in steps.items()} for _round in range(ROUNDS)]
    return {name: min(found[name] for found in rounds) for name in steps}


def long_steps(keys: Keys, people: Sequence[Candidate]) -> dict[str, float]:
    """Seconds a call of what takes milliseconds; a round has a few people, each of them once."""
    seals, wholes = [], []
    for first in range(0, len(people), FEW):
        few = people[first : first + FEW]
        pages = [
            certificate_pdf(one.facts, "a.b.c", paper_seal(keys.qr, one.paper), ADDRESS, NOW) for one in few
        ]
        seals.append(timed([partial(seal_pdf, page, keys.documents, NOW) for page in pages]))
        wholes.append(timed([partial(whole, keys, replace(one, facts=later(one.facts))) for one in few]))
    return {"PAdES seal": min(seals), "whole certificate": min(wholes)}


def later(facts: CertificateFacts) -> CertificateFacts:
    """Another name, so that this page was never set before."""
    return replace(facts, family_name=f"{facts.family_name} Bis")


def timed(calls: Sequence[Callable[[], object]]) -> float:
    """Processor seconds of one call."""
    begun = time.process_time()
    for call in calls:
        call()
    return (time.process_time() - begun) / len(calls)


def read_again(keys: Keys, people: Sequence[Candidate], scans: int) -> float:
    """The share of printed and scanned pages whose code still says the same."""
    rng, right = random.Random(20_260_519), 0
    pages = [(paper_seal(keys.qr, one.paper), pictured(whole(keys, one))) for one in people[:20]]
    for turn in range(scans):
        text, page = pages[turn % len(pages)]
        found = zxingcpp.read_barcode(printed_and_scanned(page, rng))
        right += found is not None and found.text == text
    return right / scans


def show(times: dict[str, float]) -> list[str]:
    """Prints a table; gives the names of the steps above their goal."""
    over = []
    for name, seconds in times.items():
        ratio, goal = seconds / times[RAW], GOALS.get(name)
        if goal is not None and ratio > goal:
            over.append(name)
        said = f"goal {goal:g}{'  MISSED' if name in over else ''}" if goal is not None else ""
        print(f"  {name:<22} {1e6 * seconds:10.1f} us  {ratio:8.2f} x  {said}")
    return over


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--candidates", type=int, default=300)
    parser.add_argument("--scans", type=int, default=200)
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        store = KeyStore(Path(folder), cost=Argon2Cost(memory_kib=64, iterations=1, lanes=1))
        keys = Keys(store.create(Purpose.DOCUMENTS, NOW), store.create(Purpose.QR, NOW))
        people = [somebody(number) for number in range(options.candidates)]
        times = short_steps(keys, people) | long_steps(keys, people)
        sealed = whole(keys, people[0])
        check_sealed_pdf(sealed, [keys.documents.chain[-1]])
        print(f"{options.candidates} candidates; {len(sealed)} octets a file")
        over = show(times)
        share = read_again(keys, people, options.scans) if options.scans else 1.0
        print(f"  read after printing and scanning: {100 * share:.1f} % of {options.scans}")
    if options.json:
        options.json.write_text(json.dumps({"seconds": times, "read": share}, indent=2) + "\n")
    return 1 if over or share < LEAST_READ else 0


if __name__ == "__main__":
    sys.exit(main())
