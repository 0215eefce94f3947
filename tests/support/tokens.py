"""A token in software (SoftHSM) for keys that never leave it, in a folder of the tests' own."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, CertificateType, ObjectClass

MODULES = tuple(
    Path(folder, "softhsm/libsofthsm2.so")
    for folder in ("/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")
)
PIN = "271828"
_OFFICER = "31415926"


@dataclass(frozen=True)
class SoftToken:
    """One token: its library and its name."""

    module: str
    name: str

    def take_in(self, key: Path, label: str, identifier: str) -> None:
        """A private key of a PEM file (PKCS#8) goes in, its public part too."""
        _softhsm(
            "--token", self.name, "--pin", PIN, "--import", str(key), "--label", label, "--id", identifier
        )

    def take_certificate(self, certificate: x509.Certificate, identifier: str) -> None:
        """A certificate goes in; nobody may be logged in to this token."""
        attributes = {
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
            Attribute.TOKEN: True,
            Attribute.ID: bytes.fromhex(identifier),
            Attribute.SUBJECT: certificate.subject.public_bytes(),
            Attribute.VALUE: certificate.public_bytes(Encoding.DER),
        }
        token = pkcs11.lib(self.module).get_token(token_label=self.name)
        with token.open(rw=True, user_pin=PIN) as session:
            session.create_object(attributes)

    def unplug(self) -> None:
        """Every session of every token ends; the next one finds the token again."""
        pkcs11.lib(self.module).reinitialize()


def new_tokens(folder: Path, *names: str) -> dict[str, SoftToken]:
    """Tokens by name, in a new folder: the library looks for both when it starts, and only then."""
    module = str(soft_module())
    (folder / "tokens").mkdir()
    settings = f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    (folder / "softhsm2.conf").write_text(settings)
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    for name in names:
        _softhsm("--init-token", "--free", "--label", name, "--pin", PIN, "--so-pin", _OFFICER)
    pkcs11.lib(module).reinitialize()
    return {name: SoftToken(module, name) for name in names}


def soft_module() -> Path:
    """The library; the test fails where it is not installed."""
    for path in MODULES:
        if path.is_file():
            return path
    pytest.fail("libsofthsm2.so is missing: install what scripts/lib/verifiers.sh names")


def _softhsm(*words: str) -> None:
    said = subprocess.run(["softhsm2-util", *words], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
