"""An authenticator in software, and what its browser makes of it: passkeys that a test may bend."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from exam_server.domain.json import JSON
from exam_server.signing.base64url import b64u, b64u_decode

ORIGIN, RP_ID = "http://localhost:8000", "localhost"
PRESENT, VERIFIED, BACKED_UP, ATTESTED, EXTENDED = 0x01, 0x04, 0x18, 0x40, 0x80
KINDS = ("ES256", "EdDSA", "RS256")
Answer = dict[str, JSON]


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """Made once a run: it takes a tenth of a second."""
    return rsa.generate_private_key(65537, 2048)


def key_pair(kind: str) -> tuple[dict[int, int | bytes], Callable[[bytes], bytes]]:
    """A fresh COSE key, and what signs with it."""
    if kind == "EdDSA":
        edwards = ed25519.Ed25519PrivateKey.generate()
        return {1: 1, 3: -8, -1: 6, -2: edwards.public_key().public_bytes_raw()}, edwards.sign
    if kind == "RS256":
        numbers = rsa_key().public_key().public_numbers()
        cose: dict[int, int | bytes] = {1: 3, 3: -257, -1: numbers.n.to_bytes(256), -2: b"\x01\x00\x01"}
        return cose, lambda message: rsa_key().sign(message, padding.PKCS1v15(), SHA256())
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_numbers()
    return (
        {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)},
        lambda message: private.sign(message, ec.ECDSA(SHA256())),
    )


@dataclass
class Authenticator:
    """One passkey; `flags` and `count` are what it will say, `origin` where its browser is."""

    kind: str = "ES256"
    origin: str = ORIGIN
    rp_id: str = RP_ID
    flags: int = PRESENT | VERIFIED
    count: int = 0
    said: dict[str, JSON] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cose, self.sign = key_pair(self.kind)
        self.credential = sha256(cbor2.dumps(self.cose)).digest()[:16]

    @property
    def public_key(self) -> bytes:
        return cbor2.dumps(self.cose, canonical=True)

    def device(self, flags: int, more: bytes = b"") -> bytes:
        """What the authenticator says and signs."""
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4) + more

    def client(self, kind: str, challenge: str) -> bytes:
        """What the browser says; `said` overrides it."""
        plain = {"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin}
        return json.dumps({**plain, "crossOrigin": False, **self.said}, separators=(",", ":")).encode()

    def make(self, options: Mapping[str, JSON]) -> Answer:
        """The answer to `navigator.credentials.create`."""
        length = len(self.credential).to_bytes(2)
        made = bytes(15) + b"\x01" + length + self.credential + cbor2.dumps(self.cose)
        device = self.device(self.flags | ATTESTED, made)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": device})
        client = self.client("create", str(options["challenge"]))
        return self._answer({"clientDataJSON": b64u(client), "attestationObject": b64u(attestation)})

    def use(self, options: Mapping[str, JSON]) -> Answer:
        """The answer to `navigator.credentials.get`."""
        device, client = self.device(self.flags), self.client("get", str(options["challenge"]))
        signature = self.sign(device + sha256(client).digest())
        parts = {"authenticatorData": device, "clientDataJSON": client, "signature": signature}
        return self._answer({name: b64u(octets) for name, octets in parts.items()})

    def facts(self, statement: str) -> dict[str, JSON]:
        """What is kept of an assertion over this text."""
        answer = self.use({"challenge": b64u(sha256(statement.encode()).digest())})["response"]
        assert isinstance(answer, Mapping)
        return {
            "credential": b64u(self.credential),
            "public_key": b64u(self.public_key),
            "authenticator_data": answer["authenticatorData"],
            "client_data": answer["clientDataJSON"],
            "signature": answer["signature"],
            "origin": self.origin,
            "rp_id": self.rp_id,
        }

    def _answer(self, response: dict[str, JSON]) -> Answer:
        name = b64u(self.credential)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}


def changed(facts: Mapping[str, JSON], name: str, octets: Callable[[bytes], bytes]) -> dict[str, JSON]:
    """The same facts, with the octets of one of them changed."""
    return {**facts, name: b64u(octets(b64u_decode(str(facts[name]))))}
