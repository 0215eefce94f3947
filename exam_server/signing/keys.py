"""The keys of a server: made, imported, unlocked, replaced, revoked and published; none is ever deleted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from exam_server.signing.canonical import JSON
from exam_server.signing.ed25519 import sign_ed25519
from exam_server.signing.errors import KeyProblem, NoKey
from exam_server.signing.es256 import CURVE, sign_es256
from exam_server.signing.instants import instant, milliseconds
from exam_server.signing.jwk import PublicKey, jwks
from exam_server.signing.key_files import (
    Argon2Cost,
    KeyFile,
    PlaceOnToken,
    PrivateKey,
    write_key_file,
    write_key_reference,
)
from exam_server.signing.key_folder import Contents, KeptKey, KeyFolder
from exam_server.signing.key_set import KeySet, write_key_set
from exam_server.signing.pkcs11_keys import TokenSigner, look_up
from exam_server.signing.pkcs12 import read_pkcs12, write_pkcs12
from exam_server.signing.signing_key import SEALING, Purpose, SigningKey
from exam_server.signing.standing import Reason, Revocation, Standing, Validity
from exam_server.signing.wording import N_
from exam_server.signing.x509_certificates import (
    DEFAULT_ORGANISATION,
    Chain,
    authority_certificate,
    check_chain,
    organisation_of,
    refuse_unfit,
    seal_certificate,
)

__all__ = ["SEALING", "KeyFacts", "KeyStore", "Purpose", "SigningKey"]

_FROM_OUTSIDE = frozenset({Purpose.DOCUMENTS, Purpose.QR})


@dataclass(frozen=True)
class KeyFacts:
    """What may be shown of a key. `active`: the one that signs for its use at the instant that was asked."""

    kid: str
    purpose: Purpose
    created: datetime
    protected: bool
    place: PlaceOnToken | None
    chain: Chain
    validity: Validity
    active: bool


class KeyStore:
    """The keys of a folder. Other processes may add some: the folder is read again at each call."""

    def __init__(
        self,
        folder: Path,
        passphrase: bytes | None = None,
        cost: Argon2Cost | None = None,
        pin: str | None = None,
    ) -> None:
        if passphrase == b"":
            raise KeyProblem(
                N_(
                    "la phrase secrète est vide : donnez-en une dans PASSATION_KEY_PASSPHRASE ou retirez "
                    "cette variable"
                )
            )
        self._folder = KeyFolder(folder)
        self._passphrase = passphrase
        self._cost = cost or Argon2Cost()
        self._pin = pin
        self._private: dict[str, PrivateKey] = {}
        self._ready: dict[str, SigningKey] = {}

    # -- making keys -----------------------------------------------------------------------------------------

    def create(self, purpose: Purpose, now: datetime, organisation: str | None = None) -> SigningKey:
        """Make a new key, which becomes the active one of its use; the authority too, if there is none yet.

        `organisation` stands in the certificate; without it, the authority's own.
        """
        with self._folder.changing():
            contents = self._with_authority(now, organisation)
            if purpose is Purpose.AUTHORITY:
                return self._ready_key(_authority_of(contents), contents)
            private: PrivateKey = (
                Ed25519PrivateKey.generate() if purpose is Purpose.LOG else ec.generate_private_key(CURVE)
            )
            public = PublicKey.of(private.public_key())
            chain: Chain = ()
            if purpose.certified:
                chain = self._certified(contents, public, purpose, organisation, now)
            self._keep(purpose, private, chain, now)
            return self._added(public, now)

    def import_pkcs12(self, octets: bytes, passphrase: bytes, purpose: Purpose, now: datetime) -> SigningKey:
        """Take in a key whose certificate another authority made; it becomes the active one of its use."""
        _refuse_use(purpose)
        imported = read_pkcs12(octets, passphrase)
        refuse_unfit(imported.chain, now)
        with self._folder.changing():
            public = PublicKey.of(imported.private.public_key())
            _refuse_known(public, self._with_authority(now, None))
            self._keep(purpose, imported.private, imported.chain, now)
            return self._added(public, now)

    def refer_to_token(
        self, place: PlaceOnToken, purpose: Purpose, now: datetime, chain: Chain = ()
    ) -> SigningKey:
        """Use a key that stays on its token, with this chain, the one on the token, or one of our own."""
        _refuse_use(purpose)
        public, kept = look_up(place, self._pin)
        chain = chain or kept
        if chain:
            _refuse_other(chain, public)
            refuse_unfit(chain, now)
        with self._folder.changing():
            contents = self._with_authority(now, None)
            _refuse_known(public, contents)
            chain = chain or self._certified(contents, public, purpose, None, now)
            path = self._folder.name(purpose, public)
            self._folder.add_chain(path, chain)
            write_key_reference(path, purpose, public, _in_utc(now), place)
            return self._added(public, now)

    def export_pkcs12(self, kid: str, passphrase: bytes) -> bytes:
        """The key and its chain for another program; it is no less secret there."""
        if not passphrase:
            raise KeyProblem(N_("un fichier PKCS#12 a besoin d’une phrase secrète"))
        key = _find(kid, self._folder.read().keys)
        if key.file.place is not None:
            raise KeyProblem(N_("la clé {kid} reste sur son jeton : elle ne s’exporte pas", kid=kid))
        name = f"Passation {key.purpose} {kid}"
        return write_pkcs12(name, self._unlocked(key.file), key.published.chain, passphrase)

    # -- using keys ------------------------------------------------------------------------------------------

    def active(self, purpose: Purpose, now: datetime) -> SigningKey:
        """The newest key of this use that is good now; unlocking it is costly and happens once a process."""
        contents = self._folder.read()
        key = _active(contents, purpose, now)
        if key is None:
            raise NoKey(
                N_(
                    "aucune clé en cours de validité pour l’usage « {purpose} » : lancez "
                    "« passation keys new »",
                    purpose=purpose,
                )
            )
        return self._ready_key(key, contents)

    def list(self, now: datetime) -> tuple[KeyFacts, ...]:
        """All keys, oldest first; no passphrase is needed."""
        contents = self._folder.read()
        active = {purpose: _active(contents, purpose, now) for purpose in Purpose}
        return tuple(
            KeyFacts(
                kid=key.kid,
                purpose=key.purpose,
                created=key.file.created,
                protected=key.file.protected,
                place=key.file.place,
                chain=key.published.chain,
                validity=key.validity,
                active=active[key.purpose] is key,
            )
            for key in contents.keys
        )

    def jwks(self) -> dict[str, JSON]:
        """The public parts of all keys that seal something: old bundles must stay verifiable."""
        return jwks(key.file.public for key in self._ever() if key.purpose in SEALING)

    def public_keys(self, purpose: Purpose) -> dict[str, PublicKey]:
        """Every public key that there ever was for a use, by kid, oldest first."""
        return {key.kid: key.file.public for key in self._ever() if key.purpose is purpose}

    def public(self, kid: str) -> PublicKey:
        """The public part of one key."""
        return _find(kid, self._ever()).file.public

    def validity(self, kid: str) -> Validity:
        """From when to when a key is good, and its revocation."""
        return _find(kid, self._ever()).validity

    def standing(self, kid: str, at: datetime) -> Standing:
        """What a key is at an instant."""
        return self.validity(kid).standing(at)

    # -- ending keys, telling everybody ----------------------------------------------------------------------

    def revoke(self, kid: str, reason: Reason, at: datetime, now: datetime) -> Revocation:
        """From `at` on the key is not to be believed, and from now on it signs nothing, for good."""
        revocation = Revocation(kid, instant(milliseconds(at)), reason)
        with self._folder.changing():
            contents = self._folder.read()
            key = _find(kid, contents.keys)
            if key.purpose is Purpose.AUTHORITY:
                raise KeyProblem(
                    N_(
                        "l’autorité ne se révoque pas elle-même : commencez un autre dossier de clés et "
                        "publiez sa nouvelle empreinte (docs/keys.md)"
                    )
                )
            _refuse_instant(revocation, key.validity.revocation, now)
            authority = self._ready_key(_authority_of(contents), contents)
            self._folder.revocations.add(authority, revocation, now)
            self._publish(now)
        return revocation

    def publish(self, now: datetime) -> str | None:
        """The newest version of the key set; a new one is signed if anything has changed. None of no key."""
        contents = self._folder.read()
        if contents.newest is None or contents.newest.keys != contents.published:
            if not contents.keys:
                return None
            with self._folder.changing():
                self._publish(now)
        return self.published()

    def published(self) -> str | None:
        """The newest version of the key set, as it was signed."""
        return self.versions()[-1] if self._folder.read().newest else None

    def key_set(self) -> KeySet | None:
        """What the newest version of the published key set says; None before the first."""
        return self._folder.read().newest

    def versions(self) -> tuple[str, ...]:
        """All versions of the key set, the first one first."""
        return self._folder.versions()

    def authority(self) -> x509.Certificate | None:
        """The authority's certificate: what people compare and trust."""
        authority = self._folder.read().authority
        return authority.published.chain[0] if authority else None

    # -- inside ----------------------------------------------------------------------------------------------

    def _with_authority(self, now: datetime, organisation: str | None) -> Contents:
        """The folder, in which there is an authority from now on."""
        contents = self._folder.read()
        if contents.authority is not None:
            return contents
        private = ec.generate_private_key(CURVE)
        chain = authority_certificate(private, organisation or DEFAULT_ORGANISATION, _in_utc(now))
        self._keep(Purpose.AUTHORITY, private, chain, now)
        self._publish(now)
        return self._folder.read()

    def _certified(
        self, contents: Contents, public: PublicKey, purpose: Purpose, organisation: str | None, now: datetime
    ) -> Chain:
        authority = _authority_of(contents)
        above, private = authority.published.chain[0], self._unlocked(authority.file)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise TypeError("an authority signs with P-256")
        name = organisation or organisation_of(above)
        return seal_certificate(private, above, public, purpose, name, _in_utc(now))

    def _keep(self, purpose: Purpose, private: PrivateKey, chain: Chain, now: datetime) -> None:
        public = PublicKey.of(private.public_key())
        path = self._folder.name(purpose, public)
        if chain:
            self._folder.add_chain(path, chain)
        write_key_file(path, purpose, private, _in_utc(now), self._passphrase, self._cost)
        self._private[public.kid] = private

    def _added(self, public: PublicKey, now: datetime) -> SigningKey:
        contents = self._publish(now)
        return self._ready_key(_find(public.kid, contents.keys), contents)

    def _publish(self, now: datetime) -> Contents:
        """A version more, unless the newest one already says all there is."""
        contents = self._folder.read()
        newest = contents.newest
        if newest is None or newest.keys != contents.published:
            authority = self._ready_key(_authority_of(contents), contents)
            token = write_key_set(authority, contents.published, newest, now)
            self._folder.add_version(newest.version + 1 if newest else 1, token)
        return contents

    def _ever(self) -> tuple[KeptKey, ...]:
        """The keys of the folders that this one took the place of, and its own."""
        folders = (*self._folder.earlier(), self._folder)
        return tuple(key for folder in folders for key in folder.read().keys)

    def _ready_key(self, key: KeptKey, contents: Contents) -> SigningKey:
        if key.kid not in self._ready:
            refuse = partial(self._folder.revocations.refuse, key.kid, _authority_of(contents).file.public)
            sign = self._signer(key.file)
            self._ready[key.kid] = SigningKey(key.purpose, key.file.public, key.published.chain, sign, refuse)
        return self._ready[key.kid]

    def _signer(self, file: KeyFile) -> Callable[[bytes], bytes]:
        if file.place is not None:
            return TokenSigner(file.place, self._pin, file.public).sign
        private = self._unlocked(file)
        if isinstance(private, Ed25519PrivateKey):
            return partial(sign_ed25519, private)
        return partial(sign_es256, private)

    def _unlocked(self, file: KeyFile) -> PrivateKey:
        kid = file.public.kid
        if kid not in self._private:
            self._private[kid] = file.unlock(self._passphrase)
        return self._private[kid]


def _find(kid: str, keys: Iterable[KeptKey]) -> KeptKey:
    for key in keys:
        if key.kid == kid:
            return key
    raise NoKey(N_("la clé {kid} n’est pas dans le dossier des clés", kid=kid))


def _active(contents: Contents, purpose: Purpose, now: datetime) -> KeptKey | None:
    good = [
        key
        for key in contents.keys
        if key.purpose is purpose and key.validity.standing(now) is Standing.VALID
    ]
    return good[-1] if good else None


def _authority_of(contents: Contents) -> KeptKey:
    if contents.authority is None:
        raise KeyProblem(
            N_("l’autorité manque dans le dossier des clés : rétablissez-le depuis une sauvegarde")
        )
    return contents.authority


def _refuse_use(purpose: Purpose) -> None:
    if purpose not in _FROM_OUTSIDE:
        raise KeyProblem(
            N_(
                "une clé venue d’ailleurs sert aux usages documents ou qr, pas à « {purpose} »",
                purpose=purpose,
            )
        )


def _refuse_known(public: PublicKey, contents: Contents) -> None:
    """One use a key: the same key would otherwise come in again for another."""
    known = contents.find(public.kid)
    if known is not None:
        raise KeyProblem(
            N_(
                "la clé {kid} est déjà dans le dossier, pour l’usage « {purpose} » : une clé n’a qu’un usage",
                kid=known.kid,
                purpose=known.purpose,
            )
        )


def _refuse_other(chain: Chain, public: PublicKey) -> None:
    try:
        check_chain(chain, public)
    except ValueError:
        raise KeyProblem(
            N_("ces certificats ne sont pas ceux de la clé du jeton, du sien jusqu’à son autorité")
        ) from None


def _refuse_instant(revocation: Revocation, known: Revocation | None, now: datetime) -> None:
    if revocation.at > now:
        raise KeyProblem(N_("une révocation ne se date pas dans l’avenir"))
    if known is not None and revocation.at >= known.at:
        raise KeyProblem(
            N_(
                "la clé {kid} est déjà révoquée depuis le {instant} (UTC) : seule une date antérieure y "
                "changerait quelque chose",
                kid=known.kid,
                instant=f"{known.at:%d/%m/%Y %H:%M:%S}",
            )
        )


def _in_utc(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("an instant without its time zone")
    return now.astimezone(UTC)
