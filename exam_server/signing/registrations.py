"""A new passkey as a browser reports it, checked with the `webauthn` library before it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from webauthn import verify_registration_response
from webauthn.helpers.cose import COSEAlgorithmIdentifier

from exam_server.signing.assertions import HIGHEST_COUNT
from exam_server.signing.base64url import b64u
from exam_server.signing.canonical import JSON
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.passkey_keys import ALGORITHMS, plain_key
from exam_server.signing.wording import N_

LONGEST_CREDENTIAL = 1023
"""Octets of a credential's name: as many as WebAuthn allows."""


@dataclass(frozen=True)
class NewPasskey:
    """What is kept of a new passkey: the credential's name, its COSE key, and how often it has signed."""

    credential: str
    public_key: bytes
    sign_count: int


def read_registration(response: Mapping[str, JSON], challenge: bytes, rp_id: str, origin: str) -> NewPasskey:
    """Raises BrokenSeal unless an authenticator, having seen its person, made this key for this challenge.

    Nothing is asked about the maker of the authenticator (attestation "none").
    """
    try:
        found = verify_registration_response(
            credential=dict(response),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(one) for one in ALGORITHMS],
        )
    except Exception as error:  # for hostile bytes the library raises others' errors too
        raise BrokenSeal(N_("la nouvelle clé d’accès n’a pas été reconnue")) from error
    if len(found.credential_id) > LONGEST_CREDENTIAL:
        raise BrokenSeal(N_("la nouvelle clé d’accès n’a pas été reconnue"))
    count = min(found.sign_count, HIGHEST_COUNT)
    return NewPasskey(b64u(found.credential_id), plain_key(found.credential_public_key), count)
