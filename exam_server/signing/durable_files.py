"""Files that appear whole or not at all and are on the disk before anybody is told; one writer at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from secrets import token_hex


def write_new(path: Path, octets: bytes) -> None:
    """A link to a finished file is atomic and, unlike a rename, never replaces what is there."""
    draft = _draft(path, octets)
    try:
        path.hardlink_to(draft)
    finally:
        draft.unlink()
    _settle(path.parent)


def replace(path: Path, octets: bytes) -> None:
    """The whole new content, or still the whole old one."""
    draft = _draft(path, octets)
    try:
        draft.replace(path)
    except BaseException:
        draft.unlink()
        raise
    _settle(path.parent)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Waits until no other thread or process is inside with the same file."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        flock(descriptor, LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _draft(path: Path, octets: bytes) -> Path:
    draft = path.with_name(f".new-{token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        try:
            file.write(octets)
            file.flush()
            os.fsync(descriptor)
        except BaseException:
            draft.unlink()
            raise
    return draft


def _settle(folder: Path) -> None:
    """The name of a new file is on the disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
