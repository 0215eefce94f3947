"""Attacks on the file: bits, bytes, whole members."""

from exam_server.exports.bundle import KEY_SET_FILE, TIMESTAMP_FILE
from tests.exam_server.exports.attacks.materials import Forger, attack
from tests.exam_server.exports.support import members_of, respoiled


def flipped(forger: Forger, octets: bytes) -> bytes:
    changed = bytearray(octets)
    changed[forger.chance.randrange(len(octets))] ^= 1 << forger.chance.randrange(8)
    return bytes(changed)


@attack("a bit flipped anywhere in the file")
def a_bit(forger: Forger) -> str:
    return forger.caught(flipped(forger, forger.one().octets))


@attack("a bit flipped in a member, the container made again around it")
def a_bit_within(forger: Forger) -> str:
    octets = forger.one().octets
    name = forger.chance.choice(sorted(members_of(octets)))

    def spoil(members: dict[str, bytes]) -> None:
        members[name] = flipped(forger, members[name])

    return forger.caught(respoiled(octets, spoil))


@attack("bytes of a member dropped, doubled, moved or made up")
def some_bytes(forger: Forger) -> str:
    octets, chance = forger.one().octets, forger.chance
    name = chance.choice(sorted(members_of(octets)))

    def spoil(members: dict[str, bytes]) -> None:
        whole = members[name]
        start, end = sorted(chance.sample(range(len(whole) + 1), 2))
        put = chance.choice(
            [b"", whole[start:end] * 2, whole[start:end][::-1], chance.randbytes(end - start)[:99]]
        )
        changed = whole[:start] + put + whole[end:]
        members[name] = changed if changed != whole else whole + b"\n"

    return forger.caught(respoiled(octets, spoil))


@attack("the file cut off, lengthened, or with something before it")
def cut_or_lengthened(forger: Forger) -> str:
    octets, chance = forger.one().octets, forger.chance
    at, more = chance.randrange(len(octets)), chance.randbytes(chance.randrange(1, 40))
    return forger.caught(chance.choice([octets[:at], octets + more, more + octets, octets[at:]]))


@attack("a member of another bundle of the same school")
def a_member_of_another(forger: Forger) -> str:
    mine, theirs = forger.two()
    other = members_of(theirs.octets)
    differ = [name for name, content in members_of(mine.octets).items() if content != other[name]]
    name = forger.chance.choice(differ)
    return forger.caught(respoiled(mine.octets, lambda members: members.update({name: other[name]})))


@attack("a member taken away")
def a_member_gone(forger: Forger) -> str:
    """Not the two that may be missing: without them the bundle is one that was taken out early."""
    octets = forger.one().octets
    name = forger.chance.choice(sorted(members_of(octets).keys() - {KEY_SET_FILE, TIMESTAMP_FILE}))
    return forger.caught(respoiled(octets, lambda members: members.__delitem__(name)))
