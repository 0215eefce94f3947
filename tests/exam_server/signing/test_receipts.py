"""The receipt of a test: the same for the same responses, another for any other, and readable by hand."""

import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_server.signing.canonical import JSON
from exam_server.signing.receipts import Saved, fingerprint, is_fingerprint_of, qr_text, responses_digest

CONTENTS: st.SearchStrategy[JSON] = st.one_of(
    st.just({"skip": True}),
    st.builds(lambda text: {"text": text}, st.text(max_size=12)),
    st.builds(lambda option: {"option": option}, st.sampled_from("abcd")),
)
ITEMS = st.sampled_from(["1.1-a", "2.3-b", "5.2-c"])


@dataclass(frozen=True)
class _Place:
    """A response without its position."""

    item: str
    content: JSON


PLACES = st.lists(st.builds(_Place, ITEMS, CONTENTS), min_size=1, max_size=8)


def saved(places: list[_Place]) -> list[Saved]:
    return [Saved(position, one.item, one.content) for position, one in enumerate(places, 1)]


@given(PLACES, st.randoms(use_true_random=False))
def test_the_order_in_which_responses_come_changes_nothing(places: list[_Place], chance: object) -> None:
    listed = saved(places)
    shuffled = list(listed)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert responses_digest("c-1", shuffled) == responses_digest("c-1", listed)


@given(PLACES, st.data())
def test_any_other_response_item_place_or_candidate_gives_another_receipt(
    places: list[_Place], draw: st.DataObject
) -> None:
    whole = saved(places)
    at = draw.draw(st.integers(0, len(whole) - 1))
    one = whole[at]
    others = [
        [*whole[:at], *whole[at + 1 :]],
        [*whole[:at], one._replace(content={"text": "something else again"}), *whole[at + 1 :]],
        [*whole[:at], one._replace(item="9.9-z"), *whole[at + 1 :]],
        [*whole[:at], one._replace(position=99), *whole[at + 1 :]],
    ]
    digests = {responses_digest("c-1", other) for other in others} | {responses_digest("c-2", whole)}
    assert responses_digest("c-1", whole) not in digests
    assert len(digests) == 5


@given(PLACES)
def test_a_fingerprint_has_ten_letters_that_nobody_mistakes(places: list[_Place]) -> None:
    assert re.fullmatch(
        r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", fingerprint(responses_digest("c", saved(places)))
    )


@given(PLACES)
def test_what_somebody_typed_is_recognised(places: list[_Place]) -> None:
    digest = responses_digest("c", saved(places))
    shown = fingerprint(digest)
    ways = [shown, shown.lower(), shown.replace("-", ""), shown.replace("-", " "), f"  {shown}\n"]
    ways += [shown.replace("0", "o").replace("1", "l"), qr_text(digest)]
    assert all(is_fingerprint_of(way, digest) for way in ways)
    other = responses_digest("d", saved(places))
    assert not any(is_fingerprint_of(way, other) for way in ways)


@pytest.mark.parametrize("typed", ["", "-", "ABCDE", "PASSATION:R1:", "PASSATION:R2:0", "ABCDE-FGHJK-MNPQR"])
def test_what_is_no_fingerprint_is_nobody_s(typed: str) -> None:
    assert not is_fingerprint_of(typed, responses_digest("c", []))


@pytest.mark.parametrize("text", ["", "AAAA", "not base64url!", "A" * 44])
def test_what_is_no_digest_has_no_fingerprint(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64url|octets|spare"):
        fingerprint(text)
