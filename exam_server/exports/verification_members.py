"""A bundle's members: found in an untrusted file, read line by line, and packed again to the same bytes."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from exam_server.exports import bundle as format_
from exam_server.exports.container import ContainerBroken, pack, unpack
from exam_server.exports.verification_steps import BundleRefused, Place, Step
from exam_server.signing.canonical import JSON, read_canonical
from exam_server.signing.errors import CanonicalError
from exam_server.signing.wording import N_

Members = Mapping[str, bytes]


def open_members(octets: bytes) -> dict[str, bytes]:
    """The members by name, every one that there must be."""
    if len(octets) > format_.LARGEST_BUNDLE:
        limit = N_("le lot dépasse {size} octets", size=format_.LARGEST_BUNDLE)
        raise BundleRefused(Step.MEMBERS, Place(), limit)
    try:
        members = unpack(octets, format_.CAPS)
    except ContainerBroken as error:
        cut_in_log = error.file == format_.LOG_FILE and error.beginning
        entry = error.beginning.count(b"\n") + 1 if cut_in_log else None
        raise BundleRefused(Step.MEMBERS, Place(error.file, entry), error.what) from error
    for name in format_.CAPS:
        if name not in members and name not in format_.OPTIONAL:
            raise BundleRefused(Step.MEMBERS, Place(name), N_("ce fichier manque"))
    return members


def check_files(members: Members, digests: Mapping[str, JSON]) -> JSON:
    """The bank, once the digests of the files are those that were signed."""
    for name in format_.DIGESTED:
        if sha256(members[name]).hexdigest() != digests[name]:
            what = N_("ce fichier n’est pas celui qui était là à la signature")
            raise BundleRefused(Step.FILES, Place(name), what)
    try:
        return read_canonical(members[format_.BANK_FILE])
    except CanonicalError as error:
        raise BundleRefused(Step.FILES, Place(format_.BANK_FILE), error.what) from error


def lines_of(octets: bytes, step: Step, file: str) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers from 1; each ends with a newline, the last one too."""
    at, number = 0, 0
    while at < len(octets):
        number += 1
        end = octets.find(b"\n", at, at + format_.LONGEST_LINE)
        if end < 0:
            what = N_("la ligne {line} est coupée ou trop longue", line=number)
            raise BundleRefused(step, Place(file, number if step == Step.LOG else None), what)
        yield number, octets[at:end]
        at = end + 1


def check_every_byte(octets: bytes, members: Members) -> None:
    """Headers, dates, order and what follows the end count as much as what the members hold."""
    again = pack(format_.in_order(members))
    if again == octets:
        return
    what = N_(
        "l’enveloppe du lot a été modifiée à l’octet {at} (les fichiers qu’il contient sont intacts)",
        at=_first_different_byte(octets, again),
    )
    raise BundleRefused(Step.EVERY_BYTE, Place(), what)


def _first_different_byte(left: bytes, right: bytes) -> int:
    block, length = 1 << 16, min(len(left), len(right))
    start = next(
        (at for at in range(0, length, block) if left[at : at + block] != right[at : at + block]), length
    )
    return next((at for at in range(start, length) if left[at] != right[at]), length)
