"""A passkey's assertion: what one proves, and that nothing else passes for it."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from webauthn import verify_authentication_response

from exam_server.domain.json import JSON
from exam_server.signing.assertions import HIGHEST_COUNT, NAMES, challenge_of, check_assertion, count_in
from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.passkey_keys import plain_key, read_passkey_key
from tests.support.authenticator import (
    ATTESTED,
    EXTENDED,
    KINDS,
    ORIGIN,
    PRESENT,
    RP_ID,
    VERIFIED,
    Authenticator,
    changed,
)

STATEMENT = "passation/close/v1\npassation/ecole.example/log/1\n7\nroot\nresults 00\n"
RECORDED = json.loads((Path(__file__).parent / "chromium_assertion.json").read_text(encoding="utf-8"))
"""What Chromium's own virtual authenticator made of a statement: `statement` and `facts`."""

SPKI_P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
BY_NAME = {kind: Authenticator(kind).facts(STATEMENT) for kind in KINDS}
Facts = Mapping[str, JSON]


def octets(facts: Facts, name: str) -> bytes:
    return b64u_decode(str(facts[name]))


# -- what others say of a real assertion -----------------------------------------------------------------


def test_a_browser_s_own_assertion_holds() -> None:
    check_assertion(RECORDED["facts"], RECORDED["statement"], "localhost")


def test_openssl_agrees_on_a_browser_s_own_assertion(tmp_path: Path) -> None:
    """And disagrees where one octet is another one."""
    facts = RECORDED["facts"]
    cose = cbor2.loads(octets(facts, "public_key"))
    spki = b64encode(SPKI_P256 + b"\x04" + cose[-2] + cose[-3]).decode()
    (tmp_path / "key.pem").write_text(f"-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n")
    (tmp_path / "signature").write_bytes(octets(facts, "signature"))
    signed = octets(facts, "authenticator_data") + sha256(octets(facts, "client_data")).digest()
    (tmp_path / "signed").write_bytes(signed)
    verify = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "signed"]
    said = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout.strip()) == (0, "Verified OK")
    (tmp_path / "signed").write_bytes(signed[:-1] + bytes([signed[-1] ^ 1]))
    assert subprocess.run(verify, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def agreed(facts: Facts, statement: str) -> bool:
    """What the `webauthn` library says."""
    response = {
        "clientDataJSON": facts["client_data"],
        "authenticatorData": facts["authenticator_data"],
        "signature": facts["signature"],
    }
    name = facts["credential"]
    try:
        verify_authentication_response(
            credential={"id": name, "rawId": name, "type": "public-key", "response": response},
            expected_challenge=sha256(statement.encode()).digest(),
            expected_rp_id=str(facts["rp_id"]),
            expected_origin=str(facts["origin"]),
            credential_public_key=octets(facts, "public_key"),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever it raises, it does not agree
        return False
    return True


def held(facts: Facts, statement: str = STATEMENT) -> bool:
    try:
        check_assertion(facts, statement)
    except BrokenSeal:
        return False
    return True


def test_another_library_agrees_on_a_browser_s_own_assertion() -> None:
    assert agreed(RECORDED["facts"], RECORDED["statement"])
    assert not agreed(RECORDED["facts"], RECORDED["statement"] + " ")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_key_confirms_and_another_library_agrees(kind: str) -> None:
    assert held(BY_NAME[kind])
    assert agreed(BY_NAME[kind], STATEMENT)


# -- what is refused ---------------------------------------------------------------------------------------


@given(
    kind=st.sampled_from(KINDS),
    name=st.sampled_from(["public_key", "authenticator_data", "client_data", "signature"]),
    at=st.integers(0, 10_000),
    bit=st.integers(0, 7),
)
def test_no_bit_can_be_turned(kind: str, name: str, at: int, bit: int) -> None:
    def turned(whole: bytes) -> bytes:
        place = at % len(whole)
        return whole[:place] + bytes([whole[place] ^ (1 << bit)]) + whole[place + 1 :]

    assert not held(changed(BY_NAME[kind], name, turned))


@given(
    kind=st.sampled_from(KINDS),
    name=st.sampled_from(sorted(NAMES)),
    value=st.one_of(st.none(), st.integers(), st.text(max_size=40), st.binary(max_size=80).map(b64u)),
)
def test_no_fact_can_be_put_in_place_of_another(kind: str, name: str, value: JSON) -> None:
    """But the credential's own name, which nothing signs: it only has to be one."""
    facts = BY_NAME[kind]
    if name == "credential" and isinstance(value, str):
        return
    assert value == facts[name] or not held({**facts, name: value})


@pytest.mark.parametrize("name", sorted(NAMES))
def test_no_fact_may_be_missing_and_none_added(name: str) -> None:
    facts = BY_NAME["ES256"]
    assert not held({key: value for key, value in facts.items() if key != name})
    assert not held({**facts, name + "_": facts[name]})


@given(st.text())
def test_it_is_about_one_text(statement: str) -> None:
    assert held(BY_NAME["ES256"], statement) == (statement == STATEMENT)


@pytest.mark.parametrize(
    "said",
    [
        {"type": "webauthn.create"},
        {"type": None},
        {"challenge": b64u(challenge_of("another"))},
        {"challenge": b64u(challenge_of(STATEMENT)) + "="},
        {"origin": "http://localhost:8001"},
        {"origin": "https://localhost:8000"},
        {"crossOrigin": True},
        {"crossOrigin": None},
        {"topOrigin": "https://elsewhere.example"},
    ],
)
def test_what_the_browser_says_must_be_what_was_asked(said: dict[str, JSON]) -> None:
    assert not held(Authenticator(said=said).facts(STATEMENT))


@pytest.mark.parametrize(
    ("flags", "holds"),
    [
        (PRESENT | VERIFIED, True),
        (PRESENT | VERIFIED | 0x18, True),
        (PRESENT, False),
        (VERIFIED, False),
        (0, False),
        (PRESENT | VERIFIED | ATTESTED, False),
        (PRESENT | VERIFIED | EXTENDED, False),
    ],
)
def test_the_key_must_have_recognised_its_person(flags: int, holds: bool) -> None:
    assert held(Authenticator(flags=flags).facts(STATEMENT)) == holds


def test_what_the_authenticator_adds_is_signed_too_but_only_where_it_says_so() -> None:
    key = Authenticator(flags=PRESENT | VERIFIED | EXTENDED)
    client = octets(key.facts(STATEMENT), "client_data")
    for flags, holds in ((PRESENT | VERIFIED | EXTENDED, True), (PRESENT | VERIFIED, False)):
        device = key.device(flags, cbor2.dumps({"credProtect": 2}))
        signature = key.sign(device + sha256(client).digest())
        facts = {**key.facts(STATEMENT), "authenticator_data": b64u(device), "signature": b64u(signature)}
        assert held(facts) == holds


@pytest.mark.parametrize(
    ("origin", "rp_id", "holds"),
    [
        ("https://passation.example", "passation.example", True),
        ("https://exam.passation.example", "passation.example", True),
        ("https://passation.example:8443", "passation.example", True),
        ("http://localhost:8000", "localhost", True),
        ("http://passation.example", "passation.example", False),
        ("https://not-passation.example", "passation.example", False),
        ("https://passation.example.elsewhere", "passation.example", False),
        ("https://passation.example/", "passation.example", False),
        ("https://[", "passation.example", False),
        ("null", "passation.example", False),
    ],
)
def test_the_page_must_be_one_of_the_site_and_carried_safely(origin: str, rp_id: str, holds: bool) -> None:
    assert held(Authenticator(origin=origin, rp_id=rp_id).facts(STATEMENT)) == holds


def test_the_site_must_be_the_one_that_is_named() -> None:
    facts = Authenticator().facts(STATEMENT)
    check_assertion(facts, STATEMENT, RP_ID)
    with pytest.raises(BrokenSeal):
        check_assertion(facts, STATEMENT, "passation.example")
    elsewhere = Authenticator(rp_id="elsewhere.example").facts(STATEMENT)
    assert not held({**elsewhere, "rp_id": RP_ID})
    assert facts["origin"] == ORIGIN


# -- keys ------------------------------------------------------------------------------------------------

RSA_1024 = {1: 3, 3: -257, -1: b"\x80" + bytes(126) + b"\x01", -2: b"\x01\x00\x01"}
P256 = Authenticator().cose
NO_KEYS: tuple[object, ...] = (
    {},
    [],
    1,
    {**P256, 3: -8},
    {**P256, 1: 1},
    {**P256, -1: 2},
    {**P256, -2: bytes(32)},
    {**P256, -2: bytes(31)},
    {**P256, -3: 5},
    {**P256, 2: b"kid"},
    {1: 1, 3: -8, -1: 6, -2: bytes(31)},
    {1: 1, 3: -8, -1: 4, -2: bytes(32)},
    {1: 1, 3: -8, -2: bytes(32)},
    RSA_1024,
    {**RSA_1024, -1: b"\xff" * 513},
    {1: 3, 3: -257, -1: b"\xff" * 256, -2: b"\x02"},
    {1: 3, 3: -257, -1: b"\xff" * 256, -2: b"\x01" * 40},
    {1: 2, 3: -35, -1: 2, -2: bytes(48), -3: bytes(48)},
)


@pytest.mark.parametrize("value", NO_KEYS, ids=range(len(NO_KEYS)))
def test_what_is_no_key_is_refused(value: object) -> None:
    with pytest.raises(BrokenSeal):
        read_passkey_key(cbor2.dumps(value, canonical=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_has_one_spelling_and_is_brought_to_it_when_it_comes_in(kind: str) -> None:
    cose = Authenticator(kind).cose
    spelt = cbor2.dumps(cose, canonical=True)
    for other in (dict(reversed(cose.items())), {**cose, 2: b"a name", 4: b"more"}):
        assert plain_key(cbor2.dumps(other)) == spelt
        with pytest.raises(BrokenSeal):
            read_passkey_key(cbor2.dumps(other))
    with pytest.raises(BrokenSeal):
        read_passkey_key(spelt.replace(b"\x01", b"\xf5", 1))  # `true` for 1: equal in Python
    with pytest.raises(BrokenSeal):
        read_passkey_key(spelt + b"\x00")


@given(st.binary(max_size=1300))
def test_no_octets_break_the_reader_of_keys(noise: bytes) -> None:
    for read in (read_passkey_key, plain_key):
        with pytest.raises(BrokenSeal):
            read(noise)


def test_a_count_is_read_as_far_as_it_is_kept() -> None:
    assert count_in(Authenticator(count=7).device(5)) == 7
    assert count_in(Authenticator(count=2**32 - 1).device(5)) == HIGHEST_COUNT
    with pytest.raises(BrokenSeal):
        count_in(bytes(36))
