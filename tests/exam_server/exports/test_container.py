"""The ZIP around a bundle: any tool opens it, one form of it is accepted, hostile ones do no harm."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.exports.bundle import LARGEST_BUNDLE, LOG_FILE
from exam_server.exports.container import ContainerBroken, pack, unpack
from exam_server.exports.verification import verify_bundle
from exam_server.exports.verification_steps import BundleRefused, Step
from tests.exam_server.exports.support import Session

MEMBERS = {"a.txt": b"hello", "b.txt": b"", "c.json": bytes(range(256))}
CAPS = dict.fromkeys(MEMBERS, 1_000)


def rezipped(octets: bytes, method: int, changes: dict[str, tuple[bytes, bytes]] | None = None) -> bytes:
    """The same members as another tool would pack them, some of them edited."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as source, zipfile.ZipFile(target, "w", method) as copy:
        for name in source.namelist():
            old, new = (changes or {}).get(name, (b"", b""))
            copy.writestr(name, source.read(name).replace(old, new, 1))
    return target.getvalue()


@given(st.dictionaries(st.sampled_from(sorted(MEMBERS)), st.binary(max_size=200), min_size=1))
def test_the_standard_library_reads_the_same_members(members: dict[str, bytes]) -> None:
    octets = pack(members)
    assert unpack(octets, CAPS) == members
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == members
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100644}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_bundle_packed_again_by_another_tool_is_refused_but_opened(session: Session, method: int) -> None:
    with pytest.raises(BundleRefused) as refusal:
        verify_bundle(rezipped(session.written(), method), None, None)
    assert refusal.value.step == Step.EVERY_BYTE


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_entry_edited_with_another_tool_is_named(session: Session, method: int) -> None:
    changes = {LOG_FILE: (b'"number":4', b'"number":7')}
    with pytest.raises(BundleRefused) as refusal:
        verify_bundle(rezipped(session.written(), method, changes), None, None)
    assert (refusal.value.step, refusal.value.where.entry) == (Step.LOG, 4)


def test_an_unexpected_name_is_refused_and_shown_harmlessly() -> None:
    with pytest.raises(ContainerBroken) as refusal:
        unpack(pack({**MEMBERS, "../\x1b[31mevil": b""}), CAPS)
    assert "inattendu" in str(refusal.value.what)
    assert "\x1b" not in str(refusal.value.what)


def test_a_doubled_member_is_refused() -> None:
    once = pack({"a.txt": b"hello"})
    local = once[: once.index(b"PK\x01\x02")]
    with pytest.raises(ContainerBroken, match="double"):
        unpack(local + once, CAPS)


def test_a_member_over_its_cap_is_refused_before_it_is_read() -> None:
    with pytest.raises(ContainerBroken, match="taille permise"):
        unpack(pack({"a.txt": bytes(1_001)}), CAPS)


def deflated_member(size: int, packed: bytes) -> bytes:
    header = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), size, 5, 0)
    return header + b"a.txt" + packed + b"PK\x01\x02"


def test_a_bomb_is_not_unpacked_beyond_what_it_announces() -> None:
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = squeezed.compress(bytes(900_000)) + squeezed.flush()
    assert len(bomb) < 1_000
    with pytest.raises(ContainerBroken, match="taille annoncée"):
        unpack(deflated_member(1_000, bomb), CAPS)
    with pytest.raises(ContainerBroken, match="décompresse"):
        unpack(deflated_member(3, b"\xff\xff\xff"), CAPS)


@pytest.mark.parametrize(("at", "value"), [(6, 1), (6, 8), (8, 14)])
def test_encrypted_streamed_and_exotic_members_are_refused(at: int, value: int) -> None:
    octets = bytearray(pack(MEMBERS))
    octets[at] = value
    with pytest.raises(ContainerBroken, match="outil"):
        unpack(bytes(octets), CAPS)


def test_what_is_no_bundle_is_said_plainly() -> None:
    for octets in [b"", b"hello", b"PK", b"%PDF-1.7"]:
        with pytest.raises(ContainerBroken, match="pas un lot de Passation"):
            unpack(octets, CAPS)


def test_a_bundle_beyond_all_caps_is_refused_unread() -> None:
    with pytest.raises(BundleRefused, match="dépasse"):
        verify_bundle(bytes(LARGEST_BUNDLE + 1), None, None)


@given(st.data())
def test_spoiled_containers_are_refused_or_give_members(choice: st.DataObject) -> None:
    octets = bytearray(pack(MEMBERS))
    for at in choice.draw(st.lists(st.integers(0, len(octets) - 1), min_size=1, max_size=6)):
        octets[at] = choice.draw(st.integers(0, 255))
    try:
        found = unpack(bytes(octets[: choice.draw(st.integers(0, len(octets)))]), CAPS)
    except ContainerBroken:
        return
    assert set(found) <= set(CAPS)
