"""The folder of keys on the disk: key files, certificates, revocations, published versions, and their rules.

    authority-KID.json, .pem    the authority: its key and its certificate
    documents-KID.json, .pem    a key, and its certificate with those above it; so for qr
    log-KID.json                a key of the log, which has no certificate
    revocations.jsonl           who signs no more, since when and why
    key-set-00001.jws           what was published of all this, version by version
    earlier/NAME/               a whole folder that this one took the place of: its keys verify only

Nothing in it is ever changed or deleted, and it is believed as a whole or not at all: what was once
published must still be there.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from exam_server.signing.durable_files import alone, write_new
from exam_server.signing.errors import BrokenKeyFile, BrokenSeal, KeyProblem
from exam_server.signing.jwk import PublicKey
from exam_server.signing.key_files import KeyFile, read_key_file
from exam_server.signing.key_set import KeySet, PublishedKey, check_succession, keeps, read_key_sets
from exam_server.signing.revocations import RevocationRecord
from exam_server.signing.signing_key import Purpose
from exam_server.signing.standing import Revocation, Validity
from exam_server.signing.wording import N_
from exam_server.signing.x509_certificates import Chain, check_chain, read_chain, validity_of, write_chain

_WRITABLE_BY_OTHERS = 0o022
_VERSIONS = "key-set-*.jws"

_Stamp: TypeAlias = frozenset[tuple[str, int, int, int, int]]


@dataclass(frozen=True)
class KeptKey:
    """A key of the folder with all that is known of it."""

    file: KeyFile
    published: PublishedKey

    @property
    def kid(self) -> str:
        return self.file.public.kid

    @property
    def purpose(self) -> Purpose:
        return self.file.purpose

    @property
    def validity(self) -> Validity:
        return self.published.validity


@dataclass(frozen=True)
class Contents:
    """The folder at one moment: keys, the oldest first, and the newest version of what was published."""

    keys: tuple[KeptKey, ...] = ()
    newest: KeySet | None = None

    @property
    def authority(self) -> KeptKey | None:
        """The one that signs the rest."""
        return next((key for key in self.keys if key.purpose is Purpose.AUTHORITY), None)

    @property
    def published(self) -> tuple[PublishedKey, ...]:
        """What there is to publish by now."""
        return tuple(key.published for key in self.keys)

    def find(self, kid: str) -> KeptKey | None:
        """The key of this name."""
        return next((key for key in self.keys if key.kid == kid), None)


def _stamp_of(folder: Path) -> _Stamp:
    """What differs as soon as anything in the folder does."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                status = entry.stat()
                found.append((entry.name, status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode))
    return frozenset(found)


class KeyFolder:
    """Reads and adds; other processes may do so too, and what they did is seen at the next reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.revocations = RevocationRecord(path / "revocations.jsonl")
        self._known: KeySet | None = None
        self._turn = Lock()
        self._last: tuple[_Stamp, Contents] | None = None
        self._earlier: dict[Path, KeyFolder] = {}

    @contextmanager
    def changing(self) -> Iterator[None]:
        """The folder, made where there is none, with nobody else writing to it."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._refuse_open_folder()
        with alone(self.path / ".lock"):
            yield

    def read(self) -> Contents:
        """Everything, checked; BrokenKeyFile names what is damaged, or was taken back.

        As long as no file has changed, that is what was found the last time.
        """
        if not self.path.is_dir():
            return Contents()
        self._refuse_open_folder()
        with self._turn:
            stamp = _stamp_of(self.path)
            if self._last is None or self._last[0] != stamp:
                self._last = stamp, self._read_again()
            return self._last[1]

    def _read_again(self) -> Contents:
        # What is published is written last, so it is read first: what it names is there by then.
        versions = self.versions()
        files = [self._key_file(path) for path in self.path.glob("*.json")]
        files.sort(key=lambda file: (file.created, file.public.kid))
        authority = self._authority(files)
        if authority is None:
            return Contents(tuple(self._kept(file, {}) for file in files))
        revocations = self.revocations.current(authority)
        keys = tuple(self._kept(file, revocations) for file in files)
        if not versions and len(keys) > 1 and self.versions():
            return self._read_again()  # the very first key came meanwhile
        return self._compared(Contents(keys, self._newest(authority, versions)))

    def earlier(self) -> tuple["KeyFolder", ...]:
        """The folders that this one took the place of, by name."""
        paths = sorted(path for path in (self.path / "earlier").glob("*") if path.is_dir())
        return tuple(self._earlier.setdefault(path, KeyFolder(path)) for path in paths)

    def versions(self) -> tuple[str, ...]:
        """Every published version, the first one first."""
        paths = sorted(self.path.glob(_VERSIONS))
        return tuple(path.read_text(encoding="ascii", errors="replace") for path in paths)

    def name(self, purpose: Purpose, public: PublicKey) -> Path:
        """Where a key's file is."""
        return self.path / f"{purpose}-{public.kid}.json"

    def add_chain(self, path: Path, chain: Chain) -> None:
        """The certificates go before their key: without a key they mean nothing, and are written again."""
        path = path.with_suffix(".pem")
        path.unlink(missing_ok=True)
        write_new(path, write_chain(chain))

    def add_version(self, version: int, token: str) -> None:
        """One version more, as the bytes whose digest the next one names."""
        write_new(self.path / f"key-set-{version:05}.jws", token.encode("ascii"))

    def _key_file(self, path: Path) -> KeyFile:
        file = read_key_file(path)
        if path != self.name(file.purpose, file.public):
            raise BrokenKeyFile(
                N_("le fichier {file} ne porte pas le nom de la clé qu’il contient", file=str(path))
            )
        # Such a file names a library that is loaded and run.
        if file.place is not None and path.stat().st_mode & _WRITABLE_BY_OTHERS:
            raise BrokenKeyFile(
                N_(
                    "d’autres comptes peuvent écrire dans {file} : lancez « chmod 600 {file} »",
                    file=str(path),
                )
            )
        return file

    def _kept(self, file: KeyFile, revocations: Mapping[str, Revocation]) -> KeptKey:
        chain = self._chain(file) if file.purpose.certified else ()
        since, until = validity_of(chain[0]) if chain else (file.created, None)
        validity = Validity(since, until, revocations.get(file.public.kid))
        return KeptKey(file, PublishedKey(file.purpose, file.public, chain, validity))

    def _chain(self, file: KeyFile) -> Chain:
        path = file.path.with_suffix(".pem")
        try:
            chain = read_chain(path.read_bytes())
            check_chain(chain, file.public)
        except (FileNotFoundError, ValueError) as error:
            raise BrokenKeyFile(
                N_(
                    "le certificat {file} manque ou n’est pas celui de sa clé : rétablissez-le depuis une "
                    "sauvegarde",
                    file=str(path),
                )
            ) from error
        return chain

    def _authority(self, files: list[KeyFile]) -> PublicKey | None:
        found = [file.public for file in files if file.purpose is Purpose.AUTHORITY]
        if len(found) > 1:
            raise KeyProblem(
                N_(
                    "le dossier {folder} a plusieurs autorités : deux dossiers de clés y ont été mêlés",
                    folder=str(self.path),
                )
            )
        return found[0] if found else None

    def _newest(self, authority: PublicKey, versions: Sequence[str]) -> KeySet | None:
        try:
            newest = read_key_sets(versions, authority)
            if self._known is not None:
                if newest is None:
                    raise BrokenSeal(N_("les versions publiées ont disparu"))
                check_succession(self._known, newest)
        except BrokenSeal as error:
            raise BrokenKeyFile(
                N_(
                    "les versions publiées du jeu de clés (dans {folder}) ne se suivent pas : {why} ; "
                    "rétablissez le dossier depuis une sauvegarde",
                    folder=str(self.path),
                    why=str(error.what),
                )
            ) from error
        self._known = newest
        return newest

    def _compared(self, contents: Contents) -> Contents:
        """What was published is still so: no key is missing, no certificate exchanged, nobody unrevoked.

        The authority publishes itself before it certifies anybody.
        """
        if contents.newest is None and len(contents.keys) > 1:
            raise BrokenKeyFile(
                N_(
                    "les versions publiées du jeu de clés manquent dans {folder} : rétablissez-les depuis "
                    "une sauvegarde",
                    folder=str(self.path),
                )
            )
        for key in contents.newest.keys if contents.newest else ():
            kept = contents.find(key.kid)
            if not keeps(key, kept.published if kept else None):
                raise BrokenKeyFile(
                    N_(
                        "la clé {kid} n’est plus telle qu’elle a été publiée (fichier, certificat ou "
                        "révocation) : rétablissez le dossier des clés depuis une sauvegarde",
                        kid=key.kid,
                    )
                )
        return contents

    def _refuse_open_folder(self) -> None:
        if self.path.stat().st_mode & _WRITABLE_BY_OTHERS:
            raise KeyProblem(
                N_(
                    "d’autres comptes peuvent écrire dans le dossier des clés : lancez "
                    "« chmod 700 {folder} »",
                    folder=str(self.path),
                )
            )
