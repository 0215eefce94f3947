"""Keys and statements for the tests of this folder and of the bundles."""

from datetime import UTC, datetime
from pathlib import Path

from exam_server.signing.key_files import Argon2Cost
from exam_server.signing.keys import KeyStore, Purpose, SigningKey

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
CHEAP = Argon2Cost(memory_kib=64, iterations=1, lanes=1)


def new_key(folder: Path) -> SigningKey:
    return KeyStore(folder).create(Purpose.DOCUMENTS, NOW)
