"""The seal on paper: facts to a QR code's text and back, whoever they are about; nothing else passes."""

import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import base45
import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.cose import keys_by_kid8, sign1
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.jwk import PublicKey
from exam_server.signing.paper_seal import (
    LONGEST_NAME,
    MOST_SIGNS,
    PREFIX,
    STATUS_ENTRIES,
    PaperFacts,
    base45_of,
    open_paper_seal,
    paper_seal,
)
from exam_server.signing.signing_key import Purpose, SigningKey
from exam_server.signing.verification_codes import code_of
from tests.exam_server.signing.support import NOW
from tests.support.certified_keys import Authority

FACTS = PaperFacts(
    uai="0990001X",
    session="0f3a9c2b7d11",
    code=code_of(123_456_789),
    family_name="Démo-Martin",
    given_names="Prunelle, Zoë",
    birth_date=date(2012, 4, 3),
    session_date=date(2026, 5, 12),
    score=512,
    levels=(3, 4, -1, 0, 5, 2, 1, 8, 3, 3, 4, -1, 2, 2, 1, 0),
    status_list="3f2a",
    status_index=4_711,
    issued_at=NOW,
)
DENSE = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return Authority().key(Purpose.QR)


@pytest.fixture(scope="module")
def keys(key: SigningKey) -> dict[bytes, PublicKey]:
    return keys_by_kid8([key.chain[0]])


def claims_of(text: str) -> dict[int, Any]:
    signed = cbor2.loads(base45.b45decode(text.removeprefix(PREFIX)))
    return cbor2.loads(signed.value[2])  # type: ignore[no-any-return]


def sealed(key: SigningKey, payload: bytes) -> str:
    """A text over whatever payload we like."""
    return PREFIX + base45.b45encode(sign1(key, payload)).decode()


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=LONGEST_NAME)
instants = st.integers(0, 2**33).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
some_facts = st.builds(
    PaperFacts,
    uai=st.from_regex(r"[0-9]{7}[A-Z]", fullmatch=True),
    session=st.from_regex(r"[a-zA-Z0-9_-]{1,12}", fullmatch=True),
    code=st.integers(0, 2**65 - 1).map(code_of),
    family_name=names,
    given_names=names | st.just(""),
    birth_date=st.dates(date(1900, 1, 1)),
    session_date=st.dates(date(2000, 1, 1)),
    score=st.integers(0, 1_024),
    levels=st.tuples(*[st.integers(-1, 8)] * 16),
    status_list=st.text("abcdef0123456789", min_size=1, max_size=40),
    status_index=st.integers(0, STATUS_ENTRIES - 1),
    issued_at=instants,
)


@given(some_facts)
def test_facts_come_back_as_they_were(
    key: SigningKey, keys: dict[bytes, PublicKey], facts: PaperFacts
) -> None:
    text = paper_seal(key, facts)
    assert set(text) <= DENSE
    assert text == text.strip()
    assert len(text) <= MOST_SIGNS
    assert open_paper_seal(text, keys) == facts


@given(st.binary(max_size=400))
def test_base45_is_what_the_library_makes_of_it(octets: bytes) -> None:
    assert base45_of(octets) == base45.b45encode(octets).decode()


def test_the_claims_are_those_that_are_documented(key: SigningKey) -> None:
    text = paper_seal(key, replace(FACTS, session="0f3a9c2b7d1144556677"))
    assert claims_of(text) == {
        1: "FR:0990001X",
        6: int(NOW.timestamp()),
        -65_537: {
            1: {
                "c": FACTS.code,
                "f": "Démo-Martin",
                "g": "Prunelle, Zoë",
                "b": "2012-04-03",
                "d": "2026-05-12",
                "s": 512,
                "l": list(FACTS.levels),
                "u": "0990001X-0f3a9c2b7d11",
                "x": ["3f2a", 4_711],
            }
        },
    }
    assert len(text) < 400


def test_the_claims_are_written_in_deterministic_cbor(key: SigningKey) -> None:
    signed = cbor2.loads(base45.b45decode(paper_seal(key, FACTS).removeprefix(PREFIX)))
    assert cbor2.dumps(cbor2.loads(signed.value[2]), canonical=True) == signed.value[2]


def test_a_name_that_is_too_long_for_a_code_is_cut_visibly(
    key: SigningKey, keys: dict[bytes, PublicKey]
) -> None:
    text = paper_seal(key, replace(FACTS, family_name="É" * 400, given_names="ễ" * 101))
    found = open_paper_seal(text, keys)
    assert found.family_name == "É" * (LONGEST_NAME - 1) + "…"
    assert found.given_names == "ễ" * (LONGEST_NAME - 1) + "…"
    assert (
        open_paper_seal(paper_seal(key, replace(FACTS, family_name="É" * 100)), keys).family_name == "É" * 100
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"uai": "990001X"},
        {"session": ""},
        {"session": "é"},
        {"code": "0" * 13 + "1"},
        {"code": "I" * 14},
        {"family_name": ""},
        {"score": 1_025},
        {"score": -1},
        {"score": True},
        {"levels": (3,) * 15},
        {"levels": (9,) * 16},
        {"levels": (-2,) * 16},
        {"levels": (True,) * 16},
        {"status_list": ""},
        {"status_list": "a" * 41},
        {"status_index": STATUS_ENTRIES},
        {"status_index": -1},
        {"issued_at": NOW.replace(tzinfo=None)},
    ],
)
def test_what_no_certificate_says_is_never_signed(key: SigningKey, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"no certificate|something else"):
        paper_seal(key, replace(FACTS, **wrong))


def changed_within(ours: dict[str, Any]) -> list[object]:
    """What our own claim may never say."""
    return [
        {**ours, "b": "20120403"},
        {**ours, "b": "2012-W14-2"},
        {**ours, "b": 3},
        {**ours, "s": 1_025},
        {**ours, "s": True},
        {**ours, "s": 512.0},
        {**ours, "s": "512"},
        {**ours, "l": ours["l"][:15]},
        {**ours, "l": [*ours["l"][:15], True]},
        {**ours, "l": "3" * 16},
        {**ours, "u": "0990001X"},
        {**ours, "u": "0990001X-"},
        {**ours, "u": "0990001Y-0f3a9c2b7d11"},
        {**ours, "u": "0990001X-0f3a9c2b7d112"},
        {**ours, "x": ["3f2a"]},
        {**ours, "x": ["3f2a", 1, 2]},
        {**ours, "x": [4_711, "3f2a"]},
        {**ours, "c": ours["c"].lower()},
        {**ours, "f": None},
        {**ours, "f": b"Demo"},
        {**ours, "z": 1},
        {name: value for name, value in ours.items() if name != "g"},
        [],
    ]


def changed_claims(claims: dict[int, Any]) -> list[object]:
    """Claims that a key of ours would have to sign by mistake."""
    ours = claims[-65_537][1]
    return [
        *({**claims, -65_537: {1: one}} for one in changed_within(ours)),
        {**claims, -65_537: {2: ours}},
        {**claims, -65_537: {1: ours, 2: ours}},
        {**claims, 6: -(2**60)},
        {**claims, 6: 2**60},
        {**claims, 6: float("nan")},
        {**claims, 6: 1.5},
        {**claims, 1: "0990001X"},
        {**claims, 4: 0},
        {},
        [],
        None,
        cbor2.CBORTag(61, claims),
    ]


def test_signed_claims_of_another_form_are_no_certificate(
    key: SigningKey, keys: dict[bytes, PublicKey]
) -> None:
    claims = claims_of(paper_seal(key, FACTS))
    assert open_paper_seal(sealed(key, cbor2.dumps(claims, canonical=True)), keys) == FACTS
    accepted = []
    for changed in changed_claims(claims):
        try:
            open_paper_seal(sealed(key, cbor2.dumps(changed, canonical=True)), keys)
            accepted.append(changed)
        except BrokenSeal as refusal:
            assert "pas celui d’un certificat" in str(refusal)
    assert accepted == []


@pytest.mark.parametrize("payload", [b"", b"\xff", b"\xa1", b"\x9f" * 900, b"\xd8\x1c\x00", b"\xc0\x00"])
def test_a_signed_payload_that_is_no_cbor_is_no_certificate(
    key: SigningKey, keys: dict[bytes, PublicKey], payload: bytes
) -> None:
    with pytest.raises(BrokenSeal):
        open_paper_seal(sealed(key, payload), keys)


def test_the_same_claims_in_another_order_are_refused(key: SigningKey, keys: dict[bytes, PublicKey]) -> None:
    claims = claims_of(paper_seal(key, FACTS))
    for turned in (
        dict(reversed(claims.items())),
        {**claims, -65_537: {1: dict(reversed(claims[-65_537][1].items()))}},
    ):
        assert turned == claims
        with pytest.raises(BrokenSeal, match="pas celui d’un certificat"):
            open_paper_seal(sealed(key, cbor2.dumps(turned)), keys)


def test_a_packed_code_is_read_too_and_a_bomb_is_not(key: SigningKey, keys: dict[bytes, PublicKey]) -> None:
    signed = base45.b45decode(paper_seal(key, FACTS).removeprefix(PREFIX))
    packed = zlib.compress(signed)

    def text(octets: bytes) -> str:
        return PREFIX + base45.b45encode(octets).decode()

    assert open_paper_seal(text(packed), keys) == FACTS
    bomb = zlib.compress(bytes(50_000_000), 9)[:2_000]
    for hostile in (
        packed[:-1],
        packed + b"\0",
        zlib.compress(packed),
        zlib.compress(bytes(10**6)),
        bomb,
        b"\x78",
    ):
        with pytest.raises(BrokenSeal):
            open_paper_seal(text(hostile), keys)


def test_no_changed_sign_is_accepted(key: SigningKey, keys: dict[bytes, PublicKey]) -> None:
    text = paper_seal(key, FACTS)
    for at, was in enumerate(text):
        for other in {"0", "A", ":", " ", "é", "\n", was.lower()} - {was}:
            with pytest.raises(BrokenSeal):
                open_paper_seal(text[:at] + other + text[at + 1 :], keys)
    for changed in (
        text + "\n",
        text + " ",
        text + "0",
        text[:-1],
        " " + text,
        text.lower(),
        "HC1:" + text[4:],
        "",
    ):
        with pytest.raises(BrokenSeal):
            open_paper_seal(changed, keys)


def test_a_text_that_is_too_long_is_not_even_decoded(keys: dict[bytes, PublicKey]) -> None:
    with pytest.raises(BrokenSeal, match="trop long"):
        open_paper_seal(PREFIX + "0" * 10_000_000, keys)


@given(st.text(max_size=120) | st.text(sorted(DENSE), max_size=120).map(lambda body: PREFIX + body))
def test_any_other_text_is_refused_in_words(keys: dict[bytes, PublicKey], text: str) -> None:
    with pytest.raises(BrokenSeal):
        open_paper_seal(text, keys)


def test_a_fraction_of_a_second_is_left_out(key: SigningKey, keys: dict[bytes, PublicKey]) -> None:
    later = replace(FACTS, issued_at=NOW + timedelta(microseconds=900_000))
    assert open_paper_seal(paper_seal(key, later), keys).issued_at == NOW
