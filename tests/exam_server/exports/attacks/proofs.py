"""Attacks on what proves a bundle from outside: the head's act, the time; and on what lies beside bundles."""

import io
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import orjson
from pyhanko.pdf_utils.generic import NameObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from exam_server.exports.bundle import TIMESTAMP_FILE
from exam_server.exports.bundle_changes import DoesNotContinue, compare
from exam_server.exports.verification import verify_bundle
from exam_server.signing.errors import BrokenRecord, BrokenSeal
from exam_server.signing.records import RecordsKey
from exam_server.signing.sealed_pdf import check_sealed_pdf
from tests.exam_server.exports.attacks.log import rewritten_by_the_school
from tests.exam_server.exports.attacks.materials import ACCEPTED, Forger, attack
from tests.exam_server.exports.support import Session, respoiled
from tests.support.authenticator import PRESENT, Authenticator
from tests.support.certificates import a_certificate, a_school

ROWS = ("accommodation/decision/a", "accommodation/decision/b", "accommodation/measures/a")


def head_of(session: Session) -> dict[str, dict[str, object]]:
    """How the head confirmed, to be changed."""
    act = orjson.loads(orjson.dumps(session.contents[len(session.entries)].value))
    assert isinstance(act, dict)
    return act


def told_by_the_school(forger: Forger, session: Session, act: Mapping[str, object]) -> str:
    """The log ends on this act, and everything is signed: only the act itself can betray it."""
    forged = session.ending_on(act)  # type: ignore[arg-type]
    proofs = forged.proofs(witnessed=True)
    return forger.caught(forged.written(proofs=proofs))


@attack("the head's assertion of another session, signed over by all keys of the school")
def assertion_of_another(forger: Forger) -> str:
    mine, theirs = forger.two()
    act, other = head_of(mine.session), head_of(theirs.session)
    if forger.chance.random() < 0.5:
        act["head"] = other["head"]
    else:
        act["head"]["facts"] = other["head"]["facts"]
    return told_by_the_school(forger, mine.session, act)


@attack("an assertion bent: other bits, other text, nobody recognised, another site, a method made up")
def assertion_bent(forger: Forger) -> str:
    one, chance = forger.one().session, forger.chance
    act = head_of(one)
    head, statement = act["head"], str(act["head"]["statement"])
    facts = head["facts"]
    assert isinstance(facts, dict)
    match chance.randrange(6):
        case 0:
            name = chance.choice(["public_key", "authenticator_data", "client_data", "signature"])
            text = str(facts[name])
            at = chance.randrange(len(text) - 1)
            facts[name] = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        case 1:
            head["facts"] = Authenticator(flags=PRESENT).facts(statement)
        case 2:
            head["facts"] = Authenticator().facts(statement + " ")
        case 3:
            head["facts"] = Authenticator(origin="https://elsewhere.example").facts(statement)
        case 4:
            head["method"] = chance.choice(["", "paper", "Passkey"])
        case _:
            lines = statement.split("\n")
            line = chance.randrange(5)
            lines[line] = lines[line][::-1] + chance.choice("ab")
            head["statement"] = "\n".join(lines)
            head["facts"] = Authenticator().facts(str(head["statement"]))
    return told_by_the_school(forger, one, act)


@attack("a timestamp of another bundle, of another authority, or of its own making")
def another_token(forger: Forger) -> str:
    mine, theirs = forger.two()
    token = bytearray(theirs.token)
    match forger.chance.randrange(3):
        case 0:
            own, other = digest_in(mine.token), digest_in(theirs.token)
            token = bytearray(theirs.token.replace(other, own))
        case 1:
            token = bytearray(forger.foreign)
    octets = respoiled(mine.octets, lambda members: members.update({TIMESTAMP_FILE: bytes(token)}))
    return forger.caught(octets)


def digest_in(token: bytes) -> bytes:
    """The digest that a token is of."""
    at = token.index(bytes.fromhex("0420"), token.index(bytes.fromhex("608648016503040201"), 60)) + 2
    return token[at : at + 32]


@attack("two histories of one session, both signed with every key (split view)")
def split_view(forger: Forger) -> str:
    one = forger.one()
    forged = rewritten_by_the_school(forger, one)
    if forger.chance.random() < 0.5:
        forged = replace(forged, said={**forged.said, "version": 2, "replaces": "0" * 64})
        forged = forged.with_payload()
    anchors = forger.anchors(witnesses=(), quorum=0)
    older = verify_bundle(one.octets, anchors, None)
    newer = verify_bundle(forged.written(proofs=forged.proofs()), anchors, None)
    try:
        compare(older, newer)
    except DoesNotContinue:
        return "verify-diff"
    return ACCEPTED


@attack("encrypted values swapped between rows, persons or servers")
def rows_swapped(forger: Forger) -> str:
    chance = forger.chance
    secrets = [RecordsKey.of(bytes([number]) * 32) for number in range(2)]
    wrapped = [secrets[0].new_wrapped() for _ in range(2)]
    person, other = (secrets[0].unwrap(one) for one in wrapped)
    row, another = chance.sample(ROWS, 2)
    sealed = person.seal(chance.randbytes(20), row)
    try:
        match chance.randrange(4):
            case 0:
                person.open(sealed, another)
            case 1:
                other.open(sealed, row)
            case 2:
                secrets[1].unwrap(wrapped[0])
            case _:
                at = chance.randrange(len(sealed))
                person.open(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], row)
    except BrokenRecord:
        return "AES-GCM under the person's key, bound to its row"
    return ACCEPTED


@cache
def sealed_pdf() -> bytes:
    return a_certificate().sealed


@attack("a certificate's PDF with an appended revision")
def pdf_revised(forger: Forger) -> str:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed_pdf()))
    page = writer.find_page_for_modification(0)[0].get_object()
    page[NameObject("/Rotate")] = NumberObject(90 * forger.chance.randrange(1, 400))
    writer.update_container(page)
    changed = io.BytesIO()
    writer.write(changed)
    try:
        check_sealed_pdf(changed.getvalue(), [a_school().authority.root])
    except BrokenSeal:
        return "PAdES seal over the whole file"
    return ACCEPTED
