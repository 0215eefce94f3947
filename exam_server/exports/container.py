"""The file around a bundle's members: a ZIP that any tool opens and that has exactly one accepted form.

Written by hand, since what `zipfile` writes may change with the version of Python, and a bundle is
compared byte for byte with its own members written again, perhaps decades later.
Reading is for finding the members only: it believes nothing that the ZIP says of them.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from exam_server.signing.wording import N_, Wording, shown

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION = 20
_MADE_BY_UNIX = 3 << 8 | _VERSION
_PLAIN_FILE = 0o100644 << 16
_FIRST_OF_JANUARY_1980 = 0x21
_STORED, _DEFLATED = 0, 8
_ENCRYPTED_OR_STREAMED = 0x09


class ContainerBroken(Exception):
    """The members cannot be found. `beginning` is what there is of a member that was cut."""

    def __init__(self, file: str | None, what: Wording, beginning: bytes = b"") -> None:
        super().__init__(what)
        self.file = file
        self.what = what
        self.beginning = beginning


@dataclass(frozen=True)
class _Header:
    name: str
    method: int
    packed: int
    size: int
    begins: int


def pack(members: Mapping[str, bytes]) -> bytes:
    """The ZIP of these members, in their order: stored, without dates, rights of an ordinary file."""
    body, directory = bytearray(), bytearray()
    for name, content in members.items():
        ascii_name = name.encode("ascii")
        facts = (_FIRST_OF_JANUARY_1980, zlib.crc32(content), len(content), len(content), len(ascii_name), 0)
        directory += _CENTRAL.pack(
            _CENTRAL_MARK, _MADE_BY_UNIX, _VERSION, 0, _STORED, 0, *facts, 0, 0, 0, _PLAIN_FILE, len(body)
        )
        directory += ascii_name
        body += _LOCAL.pack(_LOCAL_MARK, _VERSION, 0, _STORED, 0, *facts) + ascii_name + content
    end = _END.pack(_END_MARK, 0, 0, len(members), len(members), len(directory), len(body), 0)
    return bytes(body + directory + end)


def unpack(octets: bytes, caps: Mapping[str, int]) -> dict[str, bytes]:
    """The members by name. Only the names in `caps` may occur, each once, and no longer than its cap.

    A bundle that another tool packed again is opened too: it will be refused, but first its members
    are looked at, so that the refusal can name what was changed in them.
    """
    members: dict[str, bytes] = {}
    at = 0
    while octets[at : at + 4] == _LOCAL_MARK:
        header = _read_header(octets, at)
        if header.name in members:
            raise ContainerBroken(header.name, N_("ce fichier est en double"))
        if header.name not in caps:
            raise ContainerBroken(None, N_("fichier inattendu : {name}", name=shown(header.name)))
        members[header.name] = _read_member(octets, header, caps[header.name])
        at = header.begins + header.packed
    if octets[at : at + 4] != _CENTRAL_MARK:
        raise ContainerBroken(None, _why_no_directory(octets, at))
    return members


def _why_no_directory(octets: bytes, at: int) -> Wording:
    if at == 0:
        return N_("ce n’est pas un lot de Passation (ni une archive ZIP lisible)")
    if at >= len(octets):
        return N_("le lot est tronqué : il s’arrête à l’octet {at}", at=len(octets))
    return N_("le lot est illisible à partir de l’octet {at}", at=at)


def _read_header(octets: bytes, at: int) -> _Header:
    if at + _LOCAL.size > len(octets):
        raise ContainerBroken(None, N_("le lot est tronqué : il s’arrête à l’octet {at}", at=len(octets)))
    _, _, flags, method, _, _, _, packed, size, name_size, extra_size = _LOCAL.unpack_from(octets, at)
    name_at = at + _LOCAL.size
    name = octets[name_at : name_at + name_size].decode("ascii", errors="replace")
    if flags & _ENCRYPTED_OR_STREAMED or method not in (_STORED, _DEFLATED):
        raise ContainerBroken(
            None, N_("le lot a été refait par un autre outil : demandez le fichier d’origine")
        )
    return _Header(name, method, packed, size, name_at + name_size + extra_size)


def _read_member(octets: bytes, header: _Header, cap: int) -> bytes:
    if header.size > cap or header.packed > cap:
        raise ContainerBroken(header.name, N_("ce fichier dépasse la taille permise ({cap} octets)", cap=cap))
    packed = octets[header.begins : header.begins + header.packed]
    if len(packed) < header.packed:
        raise ContainerBroken(
            header.name, N_("le lot est tronqué : il s’arrête à l’octet {at}", at=len(octets)), packed
        )
    content = packed if header.method == _STORED else _inflated(packed, header)
    if len(content) != header.size:
        raise ContainerBroken(header.name, N_("ce fichier n’a pas la taille annoncée"))
    return content


def _inflated(packed: bytes, header: _Header) -> bytes:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, header.size + 1)
    except zlib.error:
        raise ContainerBroken(header.name, N_("ce fichier ne se décompresse pas")) from None
