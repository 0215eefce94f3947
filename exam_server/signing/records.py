"""Sealing what is confidential of a person: a key for each, wrapped by a key that is in no database.

Envelope: AES-256-GCM under the person's key, which is wrapped with AES-KW (RFC 3394) by a key derived with
HKDF-SHA256 from the server's secret. Additional data binds a value to its row, so that none can be read in
another's place. Without the wrapped key nothing of that person can be read again.
"""

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from exam_server.signing.errors import BrokenRecord
from exam_server.signing.wording import N_

_FORMAT = b"\x01"
_NONCE = 12
_PURPOSE = b"passation/records/v1"
_NAME = b"passation/records/v1/name"


@dataclass(frozen=True)
class RecordsKey:
    """The wrapping key; `name` tells it from another secret's without saying anything about it."""

    name: str
    _key: bytes

    @classmethod
    def of(cls, secret: bytes) -> "RecordsKey":
        """Derived anew at each start from the server's secret."""
        return cls(_derived(secret, _NAME, 8).hex(), _derived(secret, _PURPOSE, 32))

    def __repr__(self) -> str:
        return f"RecordsKey({self.name})"

    def new_wrapped(self) -> bytes:
        """A fresh key for one person, wrapped."""
        return aes_key_wrap(self._key, os.urandom(32))

    def unwrap(self, wrapped: bytes) -> "PersonKey":
        """Raises BrokenRecord where another secret wrapped it."""
        try:
            return PersonKey(aes_key_unwrap(self._key, wrapped))
        except (InvalidUnwrap, ValueError):
            raise _broken() from None


@dataclass(frozen=True)
class PersonKey:
    """One person's key, in memory only."""

    _key: bytes

    def __repr__(self) -> str:
        return "PersonKey()"

    def seal(self, plain: bytes, row: str) -> bytes:
        """`row` names table, column and key of where it will stand."""
        nonce = os.urandom(_NONCE)
        return _FORMAT + nonce + AESGCM(self._key).encrypt(nonce, plain, row.encode())

    def open(self, sealed: bytes, row: str) -> bytes:
        """Raises BrokenRecord for anything that was not sealed for this row under this key."""
        head = len(_FORMAT) + _NONCE
        if sealed[:1] != _FORMAT or len(sealed) < head:
            raise _broken()
        try:
            return AESGCM(self._key).decrypt(sealed[1:head], sealed[head:], row.encode())
        except InvalidTag:
            raise _broken() from None


def _derived(secret: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=purpose).derive(secret)


def _broken() -> BrokenRecord:
    return BrokenRecord(
        N_(
            "ce qui est confidentiel ne peut pas être lu : le secret du serveur a changé, ou la base de "
            "données a été modifiée"
        )
    )
