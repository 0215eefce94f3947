"""A signed statement that bears its signer's certificates: read by others, and never led astray by them."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jws as joserfc_jws
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON, canonical, read_canonical
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.jws import open_statement, sign
from exam_server.signing.signing_key import SigningKey
from tests.exam_server.signing.support import NOW
from tests.support.certified_keys import Authority

TYP = "example+jws"
PAYLOAD: JSON = {"v": 1, "name": "Prunelle Démo"}


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return Authority().key()


def with_x5c(key: SigningKey, x5c: JSON) -> str:
    """Rightly signed, whatever the header bears."""
    head = canonical({"alg": "ES256", "iat": 0, "kid": key.kid, "typ": TYP, "x5c": x5c})
    message = f"{b64u(head)}.{b64u(canonical(PAYLOAD))}"
    return f"{message}.{b64u(key.sign(message.encode()))}"


def der(key: SigningKey) -> str:
    return b64encode(key.chain[0].public_bytes(Encoding.DER)).decode()


def test_a_statement_with_its_chain_comes_back_and_bears_it(key: SigningKey) -> None:
    token = sign(key, PAYLOAD, TYP, NOW, with_chain=True)
    statement = open_statement(token, {key.kid: key.public}, TYP, with_chain=True)
    assert (statement.payload, statement.kid, statement.signed_at) == (PAYLOAD, key.kid, NOW)
    header = read_canonical(b64u_decode(token.partition(".")[0]))
    assert header["x5c"][0] == der(key)
    assert len(header["x5c"]) == 2


def test_another_library_reads_it_with_the_certificate_s_key_alone(key: SigningKey) -> None:
    registry = JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    registry.max_header_length = 4_096
    token, public = sign(key, PAYLOAD, TYP, NOW, with_chain=True), ECKey.import_key(key.public.pem())
    found = joserfc_jws.deserialize_compact(token, public, registry=registry)
    assert found.payload == canonical(PAYLOAD)


def test_a_kind_of_statement_has_a_chain_always_or_never(key: SigningKey) -> None:
    keys = {key.kid: key.public}
    with pytest.raises(BrokenSeal, match="en-tête"):
        open_statement(sign(key, PAYLOAD, TYP, NOW, with_chain=True), keys, TYP)
    with pytest.raises(BrokenSeal, match="en-tête"):
        open_statement(sign(key, PAYLOAD, TYP, NOW), keys, TYP, with_chain=True)


@pytest.mark.parametrize("x5c", [[], "", None, ["AAAA"], ["é"], [3], {}, [["AAAA"]]])
def test_what_is_no_certificate_is_refused(key: SigningKey, x5c: JSON) -> None:
    with pytest.raises(BrokenSeal, match="certificat joint"):
        open_statement(with_x5c(key, x5c), {key.kid: key.public}, TYP, with_chain=True)


def test_the_certificate_of_another_key_is_refused(key: SigningKey) -> None:
    keys = {key.kid: key.public}
    assert open_statement(with_x5c(key, [der(key)]), keys, TYP, with_chain=True).payload == PAYLOAD
    with pytest.raises(BrokenSeal, match="certificat joint"):
        open_statement(with_x5c(key, [der(Authority().key())]), keys, TYP, with_chain=True)
