"""Keys and statements for the tests of this folder and of the bundles."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from exam_server.signing.key_files import Argon2Cost
from exam_server.signing.keys import KeyStore, Purpose, SigningKey

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
CHEAP = Argon2Cost(memory_kib=64, iterations=1, lanes=1)


def new_key(folder: Path) -> SigningKey:
    return KeyStore(folder).create(Purpose.DOCUMENTS, NOW)


def openssl(folder: Path, line: str, *more: str) -> str:
    """What `openssl` says; the test fails where it refuses."""
    command = ["openssl", *line.split(), *more]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    return said.stdout + said.stderr


def openssl_accepts(folder: Path, key: SigningKey, message: bytes, signature: bytes) -> None:
    """The test fails unless `openssl` finds that this key signed these bytes."""
    if key.purpose is not Purpose.LOG:
        signature = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    folder.mkdir(exist_ok=True)
    (folder / "key.pem").write_text(key.public.pem())
    (folder / "message").write_bytes(message)
    (folder / "signature").write_bytes(signature)
    said = openssl(folder, "pkeyutl -verify -pubin -inkey key.pem -rawin -in message -sigfile signature")
    assert "Verified Successfully" in said
