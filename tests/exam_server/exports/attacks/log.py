"""Attacks on the log: entries, chain, tree, checkpoints, contents; without keys and with all of them."""

from collections.abc import Sequence
from dataclasses import replace

from exam_server.exports.bundle import (
    CHECKPOINT_FILE,
    CONTENTS_FILE,
    ERASURES_FILE,
    ERASURES_TYP,
    LOG_FILE,
    RESULTS_FILE,
    content_line,
    erasure_statement,
    log_part,
)
from exam_server.exports.verification_log import tree_of
from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import canonical, read_canonical
from exam_server.signing.chain import Entry, entry_line
from exam_server.signing.checkpoints import Checkpoint, cosign, sign_checkpoint, with_cosignatures
from exam_server.signing.jws import sign
from exam_server.signing.notes import KeyKind, NoteKey, read_note, write_note
from tests.exam_server.exports.attacks.materials import Forger, Material, attack
from tests.exam_server.exports.support import WITNESS, Session, finalised, following, respoiled, seen
from tests.exam_server.signing.support import NOW
from tests.support.log_keys import a_log_key


def another_order(forger: Forger, size: int) -> list[int]:
    """The numbers from 1 to `size` with one dropped, doubled or moved, or two swapped."""
    chance, order = forger.chance, list(range(1, size + 1))
    first, second = sorted(chance.sample(range(size), 2))
    match chance.randrange(4):
        case 0:
            del order[first]
        case 1:
            order.insert(first, order[first])
        case 2:
            order.insert(first, order.pop(second))
        case _:
            order[first], order[second] = order[second], order[first]
    return order


def lines(order: Sequence[int], octets: bytes) -> bytes:
    found = octets.splitlines(keepends=True)
    return b"".join(found[number - 1] for number in order)


def linked_again(session: Session, order: Sequence[int]) -> Session:
    """The log in this order, with numbers and hashes as they would have to be."""
    entries: list[Entry] = []
    contents = {}
    for number, was in enumerate(order, start=1):
        contents[number] = session.contents[was]
        like = session.entries[was - 1]._replace(number=number)
        entries.append(following(entries, contents[number], like))
    end = log_part(len(entries), entries[-1].hash)
    return replace(session, entries=tuple(entries), contents=contents, log=end)


def put_in(members: dict[str, bytes], session: Session) -> None:
    """The log and the contents of a session, and whatever of it needs no key."""
    members[LOG_FILE] = b"".join(entry_line(entry) + b"\n" for entry in session.entries)
    members[CONTENTS_FILE] = b"".join(content_line(n, c) + b"\n" for n, c in session.contents.items())


@attack("entries dropped, swapped, doubled or moved as they are")
def entries_moved(forger: Forger) -> str:
    one = forger.one()
    order = another_order(forger, len(one.session.entries))

    def spoil(members: dict[str, bytes]) -> None:
        members[LOG_FILE] = lines(order, members[LOG_FILE])
        if forger.chance.random() < 0.5:
            members[CONTENTS_FILE] = lines(order, members[CONTENTS_FILE])

    return forger.caught(respoiled(one.octets, spoil))


@attack("the same, with the chain linked again")
def entries_moved_and_linked(forger: Forger) -> str:
    one = forger.one()
    forged = linked_again(one.session, another_order(forger, len(one.session.entries)))
    return forger.caught(respoiled(one.octets, lambda members: put_in(members, forged)))


@attack("the database rewritten without a key: chain, root and payload agree, signatures are the old ones")
def rewritten_without_a_key(forger: Forger) -> str:
    one = forger.one()
    forged = linked_again(one.session, another_order(forger, len(one.session.entries)))

    def spoil(members: dict[str, bytes]) -> None:
        put_in(members, forged)
        note = read_note(members[CHECKPOINT_FILE])
        members[CHECKPOINT_FILE] = write_note(forged.checkpoint.body(), note.signatures)
        if forger.chance.random() < 0.5:
            head, payload, seal = members[RESULTS_FILE].decode().split(".")
            said = read_canonical(b64u_decode(payload))
            assert isinstance(said, dict)
            again = b64u(canonical({**said, "log": forged.log}))
            members[RESULTS_FILE] = f"{head}.{again}.{seal}".encode()

    return forger.caught(respoiled(one.octets, spoil))


@attack("the log rewritten with the log's key alone, its checkpoint signed and witnessed anew")
def rewritten_with_the_logs_key(forger: Forger) -> str:
    one = forger.one()
    forged = linked_again(one.session, another_order(forger, len(one.session.entries)))

    def spoil(members: dict[str, bytes]) -> None:
        put_in(members, forged)
        members[CHECKPOINT_FILE] = forged.note(witnessed=True)

    return forger.caught(respoiled(one.octets, spoil))


@attack("the tail cut off, with the checkpoint that was true then")
def tail_cut(forger: Forger) -> str:
    one = forger.one()
    left = forger.chance.randrange(1, len(one.session.entries))
    earlier = replace(one.session, entries=one.session.entries[:left])

    def spoil(members: dict[str, bytes]) -> None:
        kept = {n: earlier.contents[n] for n in range(1, left + 1)}
        put_in(members, replace(earlier, contents=kept))
        if forger.chance.random() < 0.7:
            members[CHECKPOINT_FILE] = earlier.note(witnessed=True)

    return forger.caught(respoiled(one.octets, spoil))


@attack("a genuine checkpoint of another time, or of another session")
def another_checkpoint(forger: Forger) -> str:
    one, other = forger.two()
    left = forger.chance.randrange(1, len(one.session.entries))
    then = replace(one.session, entries=one.session.entries[:left]).note(witnessed=True)
    note = forger.chance.choice([then, then, other.session.note(witnessed=True)])
    return forger.caught(respoiled(one.octets, lambda members: members.update({CHECKPOINT_FILE: note})))


def rewritten_by_the_school(forger: Forger, one: Material) -> Session:
    """Another history, confirmed by a passkey and signed by each of the school's keys."""
    before = one.session.entries[:-1]
    order = another_order(forger, len(before))
    was = replace(one.session, entries=before, contents=dict(one.session.contents))
    forged = linked_again(was, order)
    return finalised(one.session.signers, forged.entries, forged.contents, one.session.said)


@attack("the log rewritten with all keys of the school, but not the witness's")
def rewritten_with_the_keys(forger: Forger) -> str:
    one = forger.one()
    forged = rewritten_by_the_school(forger, one)
    other = a_log_key(f"stranger {forger.chance.random()}")
    stranger = NoteKey(WITNESS.name, other.public, KeyKind.WITNESS)
    genuine = read_note(one.session.note(witnessed=True)).signatures[1].text().encode()
    note = forged.note()
    shown = forger.chance.choice(
        [note, with_cosignatures(note, genuine), with_cosignatures(note, cosign(note, stranger, other, NOW))]
    )
    octets = one.written(forged, witnessed=False)
    return forger.caught(respoiled(octets, lambda members: members.update({CHECKPOINT_FILE: shown})))


@attack("the same where nobody asked for a witness, with the old timestamp")
def rewritten_with_the_old_time(forger: Forger) -> str:
    one = forger.one()
    octets = one.written(rewritten_by_the_school(forger, one), witnessed=False)
    return forger.caught(octets, forger.anchors(witnesses=(), quorum=0))


@attack("the root of another tree, signed by the log's key and the witness")
def another_root(forger: Forger) -> str:
    one = forger.one()
    tree = tree_of(linked_again(one.session, another_order(forger, len(one.session.entries))).entries)
    size = forger.chance.choice([tree.size, len(one.session.entries)])
    checkpoint = Checkpoint(one.session.checkpoint.origin, size, tree.root())
    note = seen(sign_checkpoint(checkpoint, forger.signers.log))
    return forger.caught(respoiled(one.octets, lambda members: members.update({CHECKPOINT_FILE: note})))


@attack("contents swapped between entries, or with another session's")
def contents_swapped(forger: Forger) -> str:
    one, other = forger.two()
    first, second = forger.chance.sample(
        range(1, min(len(one.session.entries), len(other.session.entries))), 2
    )
    contents = dict(one.session.contents)
    if forger.chance.random() < 0.5:
        contents[first], contents[second] = contents[second], contents[first]
    else:
        contents[first] = other.session.contents[second]

    def spoil(members: dict[str, bytes]) -> None:
        members[CONTENTS_FILE] = b"".join(content_line(n, c) + b"\n" for n, c in contents.items())

    return forger.caught(respoiled(one.octets, spoil))


@attack("a content dropped under cover of a statement that says it was erased")
def contents_dropped(forger: Forger) -> str:
    one, other = forger.two()
    number = forger.chance.randrange(1, len(one.session.entries))
    mine, theirs = (
        erasure_statement(of.id, of.entries[-1].hash, [number]) for of in (one.session, other.session)
    )
    signer, statement = forger.chance.choice(
        [(forger.stranger.documents, mine), (forger.signers.documents, theirs)]
    )

    def spoil(members: dict[str, bytes]) -> None:
        kept = [n for n in range(1, len(one.session.entries) + 1) if n != number]
        members[CONTENTS_FILE] = lines(kept, members[CONTENTS_FILE])
        if forger.chance.random() < 0.8:
            members[ERASURES_FILE] = sign(signer, statement, ERASURES_TYP, NOW).encode()

    return forger.caught(respoiled(one.octets, spoil))
