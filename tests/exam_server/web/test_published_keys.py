"""What anybody may ask about the keys: the key set, the authority, and nothing before there is any."""

from exam_server.signing.jwk import read_jwks
from exam_server.signing.key_set import read_key_set
from exam_server.signing.keys import Purpose
from exam_server.signing.x509_certificates import public_key_of, read_chain
from tests.exam_server.web.site import Site

KNOWN = "/.well-known/passation"


async def test_before_the_first_key_there_is_nothing_to_publish(site: Site) -> None:
    visitor = site.browser()
    assert (await visitor.get(f"{KNOWN}/jwks.json")).json() == {"keys": []}
    for name in ("keys.jws", "authority.pem"):
        assert (await visitor.get(f"{KNOWN}/{name}")).status_code == 404


async def test_everybody_gets_the_set_and_the_authority_that_signed_it(site: Site) -> None:
    site.make_key()
    visitor = site.browser()
    pem, token = await visitor.get(f"{KNOWN}/authority.pem"), await visitor.get(f"{KNOWN}/keys.jws")
    assert token.headers["content-type"] == "application/jose"
    (certificate,) = read_chain(pem.content)
    keys = read_key_set(token.text, public_key_of(certificate))
    documents = keys.of(Purpose.DOCUMENTS)
    assert documents
    published = read_jwks((await visitor.get(f"{KNOWN}/jwks.json")).json())
    assert published == documents | keys.of(Purpose.LOG)
    assert certificate == site.desk.keys.authority()
