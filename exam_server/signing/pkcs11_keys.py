"""Keys that never leave a token (PKCS#11): found by their place, asked to sign, their answer checked.

A token counts wrong codes and locks itself, so that a wrong code is never tried twice. The standard lets a
library forbid several threads, and logs a whole program in at once: everything here waits for its turn, and
the keys of a token share one session.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from threading import Lock
from typing import Any

import pkcs11
from cryptography import x509
from pkcs11 import Attribute, Mechanism, ObjectClass, PKCS11Error
from pkcs11.types import Object, Session, Token

from exam_server.signing.errors import BrokenSeal, KeyProblem, LockedKey, NoKey
from exam_server.signing.es256 import ORDER
from exam_server.signing.jwk import Algorithm, PublicKey
from exam_server.signing.key_files import PlaceOnToken
from exam_server.signing.wording import N_
from exam_server.signing.x509_certificates import Chain, public_key_of, put_in_order

_P256 = bytes.fromhex("06082a8648ce3d030107")
_OCTET_STRING_OF_A_POINT = b"\x04\x41"

_turn = Lock()
_sessions: dict[tuple[str, str], Session] = {}


class TokenSigner:
    """Signs with the key at one place."""

    def __init__(self, place: PlaceOnToken, pin: str | None, public: PublicKey) -> None:
        self._place = place
        self._pin = pin
        self._public = public
        self._found: tuple[Session, Object] | None = None

    def sign(self, message: bytes) -> bytes:
        """r and s, s being the smaller of its two values; a session that has died is opened again, once."""
        digest = sha256(message).digest()
        with _turn, _in_plain_words(self._place):
            try:
                raw = self._signed(digest)
            except (pkcs11.PinIncorrect, pkcs11.PinLocked):
                raise
            except PKCS11Error:
                _forget(self._place)
                raw = self._signed(digest)
        return self._checked(message, raw)

    def _signed(self, digest: bytes) -> bytes:
        session = _session(self._place, self._pin)
        if self._found is None or self._found[0] is not session:
            self._found = session, _private_key(session, self._place)
        private = self._found[1]
        return bytes(private.sign(digest, mechanism=Mechanism.ECDSA))  # type: ignore[attr-defined]

    def _checked(self, message: bytes, raw: bytes) -> bytes:
        """Another key under the same name, or a token that fails, is noticed before anybody is told."""
        s = int.from_bytes(raw[32:])
        signature = raw[:32] + min(s, max(ORDER - s, 0)).to_bytes(32) if len(raw) == 64 else raw
        try:
            self._public.check(message, signature)
        except BrokenSeal:
            raise KeyProblem(
                N_(
                    "le jeton « {token} » n’a pas signé avec la clé {kid} : la clé à cet endroit n’est plus "
                    "la même, ou le jeton est en panne",
                    token=self._place.token,
                    kid=self._public.kid,
                )
            ) from None
        return signature


def look_up(place: PlaceOnToken, pin: str | None) -> tuple[PublicKey, Chain]:
    """The key at this place, and the chain that the token keeps for it: empty where it keeps none.

    In a session of its own: so the code is tried, and what was plugged in since is there.
    """
    with _turn, _in_plain_words(place):
        _forget(place)
        session = _session(place, pin)
        _private_key(session, place)
        public = _public_key(session, place)
        return public, _chain(session, public)


def _private_key(session: Session, place: PlaceOnToken) -> Object:
    return _only(session, ObjectClass.PRIVATE_KEY, place)


def _only(session: Session, kind: ObjectClass, place: PlaceOnToken) -> Object:
    """The one object of its kind at this place; a search is read to its end, or it blocks the session."""
    wanted: dict[Attribute, Any] = {Attribute.CLASS: kind}
    if place.label is not None:
        wanted[Attribute.LABEL] = place.label
    if place.id is not None:
        wanted[Attribute.ID] = place.id
    found = list(session.get_objects(wanted))
    if len(found) != 1:
        raise NoKey(
            N_(
                "sur le jeton « {token} », {count} clés répondent à « {key} » : il en faut une ; donnez "
                "--label, --id, ou les deux",
                token=place.token,
                count=len(found),
                key=" ".join([place.label or "", (place.id or b"").hex()]).strip(),
            )
        )
    return found[0]


def _public_key(session: Session, place: PlaceOnToken) -> PublicKey:
    found = _only(session, ObjectClass.PUBLIC_KEY, place)
    try:
        parameters, point = bytes(found[Attribute.EC_PARAMS]), bytes(found[Attribute.EC_POINT])
    except PKCS11Error:
        parameters, point = b"", b""
    if parameters != _P256 or point[:2] != _OCTET_STRING_OF_A_POINT:
        raise KeyProblem(
            N_("la clé de ce jeton n’est pas une clé P-256 (ECDSA, prime256v1) : elle ne peut pas servir ici")
        )
    return PublicKey(Algorithm.ES256, point[2:])


def _chain(session: Session, public: PublicKey) -> Chain:
    kept = list(_certificates(session))
    for leaf in kept:
        try:
            if public_key_of(leaf) == public:
                return put_in_order(leaf, kept)
        except ValueError:
            continue  # the token keeps other people's certificates too
    return ()


def _certificates(session: Session) -> Iterator[x509.Certificate]:
    for found in list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
        try:
            yield x509.load_der_x509_certificate(bytes(found[Attribute.VALUE]))
        except (ValueError, PKCS11Error):
            continue


def _session(place: PlaceOnToken, pin: str | None) -> Session:
    known = _sessions.get((place.module, place.token))
    if known is not None:
        return known
    if pin is None:
        raise LockedKey(
            N_(
                "le jeton « {token} » demande son code : donnez-le dans la variable PASSATION_PKCS11_PIN",
                token=place.token,
            )
        )
    token: Token = pkcs11.lib(place.module).get_token(token_label=place.token)
    try:
        session = token.open(user_pin=pin)
    except pkcs11.UserAlreadyLoggedIn:
        session = token.open()
    _sessions[place.module, place.token] = session
    return session


def _forget(place: PlaceOnToken) -> None:
    session = _sessions.pop((place.module, place.token), None)
    if session is not None:
        with suppress(PKCS11Error):  # it may be dead already, which is why it is forgotten
            session.close()


@contextmanager
def _in_plain_words(place: PlaceOnToken) -> Iterator[None]:
    """What a token refuses, as a sentence for the person who plugged it in."""
    try:
        yield
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        raise LockedKey(
            N_(
                "le jeton « {token} » refuse le code de PASSATION_PKCS11_PIN ; ne le réessayez pas au "
                "hasard, un jeton se bloque",
                token=place.token,
            )
        ) from None
    except pkcs11.PinLocked:
        raise LockedKey(
            N_("le jeton « {token} » est bloqué : trop de codes faux lui ont été donnés", token=place.token)
        ) from None
    except (pkcs11.NoSuchToken, pkcs11.MultipleTokensReturned) as error:
        raise NoKey(
            N_(
                "aucun jeton « {token} », ou plusieurs : est-il branché, et son nom est-il le bon ?",
                token=place.token,
            )
        ) from error
    except PKCS11Error as error:
        raise KeyProblem(
            N_(
                "la bibliothèque PKCS#11 {module} ne répond pas comme il faut ({what})",
                module=place.module,
                what=str(error) or type(error).__name__,
            )
        ) from error
