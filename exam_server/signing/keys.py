"""The key folder: one P-256 key a use, the newest is the active one, none is ever deleted."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from exam_server.signing.canonical import JSON
from exam_server.signing.errors import BrokenKeyFile, KeyProblem, NoKey
from exam_server.signing.es256 import CURVE, sign_es256
from exam_server.signing.jwk import PublicKey, jwks
from exam_server.signing.key_files import Argon2Cost, KeyFile, read_key_file, write_key_file
from exam_server.signing.wording import N_

_WRITABLE_BY_OTHERS = 0o022


class Purpose(StrEnum):
    """What a key may sign; a key has one use for all its life."""

    RESULTS = "results"


@dataclass(frozen=True)
class KeyFacts:
    """What may be shown of a key."""

    kid: str
    purpose: Purpose
    created: datetime
    protected: bool
    active: bool


@dataclass(frozen=True)
class SigningKey:
    """An unlocked key."""

    purpose: Purpose
    public: PublicKey
    _private: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def kid(self) -> str:
        return self.public.kid

    def sign(self, message: bytes) -> bytes:
        return sign_es256(self._private, message)


class KeyStore:
    """The keys of a folder. Other processes may add some: the folder is read again at each call."""

    def __init__(self, folder: Path, passphrase: bytes | None = None, cost: Argon2Cost | None = None) -> None:
        if passphrase == b"":
            raise KeyProblem(
                N_(
                    "la phrase secrète est vide : donnez-en une dans PASSATION_KEY_PASSPHRASE ou retirez "
                    "cette variable"
                )
            )
        self._folder = folder
        self._passphrase = passphrase
        self._cost = cost or Argon2Cost()
        self._unlocked: dict[str, SigningKey] = {}

    def create(self, purpose: Purpose, now: datetime) -> SigningKey:
        """Make a new key, which becomes the active one of its use."""
        if now.tzinfo is None:
            raise ValueError("an instant without its time zone")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._refuse_open_folder()
        private = ec.generate_private_key(CURVE)
        key = SigningKey(purpose, PublicKey.of(private.public_key()), private)
        path = self._folder / f"{purpose}-{key.kid}.json"
        write_key_file(path, purpose, private, now.astimezone(UTC), self._passphrase, self._cost)
        self._unlocked[key.kid] = key
        return key

    def active(self, purpose: Purpose) -> SigningKey:
        """The newest key of this use, unlocked; the costly unlocking happens once a process."""
        files = [file for file in self._files() if file.purpose == purpose]
        if not files:
            raise NoKey(
                N_("aucune clé pour l’usage « {purpose} » : lancez « passation keys new »", purpose=purpose)
            )
        newest = files[-1]
        if newest.public.kid not in self._unlocked:
            private = newest.unlock(self._passphrase)
            self._unlocked[newest.public.kid] = SigningKey(purpose, newest.public, private)
        return self._unlocked[newest.public.kid]

    def list(self) -> tuple[KeyFacts, ...]:
        """All keys, oldest first; no passphrase is needed."""
        files = self._files()
        newest = {file.purpose: file.public.kid for file in files}
        return tuple(
            KeyFacts(
                kid=file.public.kid,
                purpose=Purpose(file.purpose),
                created=file.created,
                protected=file.protected,
                active=newest[file.purpose] == file.public.kid,
            )
            for file in files
        )

    def jwks(self) -> dict[str, JSON]:
        """The public parts of all keys there ever were: old bundles must stay verifiable."""
        return jwks(file.public for file in self._files())

    def public(self, kid: str) -> PublicKey:
        for file in self._files():
            if file.public.kid == kid:
                return file.public
        raise NoKey(N_("la clé {kid} n’est pas dans le dossier des clés", kid=kid))

    def _files(self) -> tuple[KeyFile, ...]:
        if not self._folder.is_dir():
            return ()
        self._refuse_open_folder()
        files = [read_key_file(path) for path in self._folder.glob("*.json")]
        for file in files:
            if file.path.name != f"{file.purpose}-{file.public.kid}.json" or file.purpose not in set(Purpose):
                raise BrokenKeyFile(
                    N_("le fichier {file} ne porte pas le nom de la clé qu’il contient", file=str(file.path))
                )
        return tuple(sorted(files, key=lambda file: (file.created, file.public.kid)))

    def _refuse_open_folder(self) -> None:
        if self._folder.stat().st_mode & _WRITABLE_BY_OTHERS:
            raise KeyProblem(
                N_(
                    "d’autres comptes peuvent écrire dans le dossier des clés : lancez "
                    "« chmod 700 {folder} »",
                    folder=str(self._folder),
                )
            )
