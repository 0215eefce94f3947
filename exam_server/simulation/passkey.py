"""A passkey in software: what an authenticator and its browser make of the options that a server gives."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from question_bank.item_types.jsonvalues import JsonObject, member, text

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40
_NO_MODEL = bytes(16)


class SoftPasskey:
    """One ES256 key (WebAuthn level 2), for the server at this address; this machine's is `localhost`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        is_here = parts.hostname == "127.0.0.1"
        self._site = "localhost" if is_here else parts.hostname or ""
        port = "" if parts.port is None else f":{parts.port}"
        self._origin = f"{parts.scheme}://{self._site}{port}"
        self._key = ec.generate_private_key(ec.SECP256R1())
        point = self._key.public_key().public_numbers()
        self._cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
        self._credential = sha256(self._cose).digest()[:16]

    @property
    def name(self) -> str:
        """What a server calls it."""
        return _b64u(self._credential)

    def made(self, options: JsonObject) -> JsonObject:
        """The answer to `navigator.credentials.create`; nothing is said of the maker."""
        length = len(self._credential).to_bytes(2)
        device = self._device(_ATTESTED, _NO_MODEL + length + self._credential + self._cose)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": device})
        client = self._client("create", options)
        return self._answer({"clientDataJSON": _b64u(client), "attestationObject": _b64u(attestation)})

    def used(self, options: JsonObject) -> JsonObject:
        """The answer to `navigator.credentials.get`."""
        device, client = self._device(0), self._client("get", options)
        signature = self._key.sign(device + sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"authenticatorData": device, "clientDataJSON": client, "signature": signature}
        return self._answer({name: _b64u(octets) for name, octets in parts.items()})

    def _device(self, flags: int, more: bytes = b"") -> bytes:
        site = sha256(self._site.encode()).digest()
        return site + bytes([_PRESENT | _VERIFIED | flags]) + bytes(4) + more

    def _client(self, kind: str, options: JsonObject) -> bytes:
        said = {
            "type": f"webauthn.{kind}",
            "challenge": text(member(options, "challenge")),
            "origin": self._origin,
            "crossOrigin": False,
        }
        return json.dumps(said, separators=(",", ":")).encode()

    def _answer(self, response: JsonObject) -> JsonObject:
        return {"id": self.name, "rawId": self.name, "type": "public-key", "response": response}


def _b64u(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
