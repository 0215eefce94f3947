"""Short texts: what is forgiven, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.acceptance import alignment_distance
from question_bank.item_types.short_text import ShortText
from question_bank.item_types.table import BadResponse

WORDS = st.text(alphabet="abcdé", max_size=8)


def accepts(body: ShortText, typed: str) -> bool:
    return body.is_correct(0, {"text": typed})


def exactly(*accept: str) -> ShortText:
    return ShortText(accept, False, False, False, 0)


@pytest.mark.parametrize(
    ("typed", "body", "right"),
    [
        ("LICENCE", ShortText(("licence",), True, False, False, 0), True),
        ("LICENCE", exactly("licence"), False),
        ("reseau", ShortText(("réseau",), False, True, False, 0), True),
        ("reseau", exactly("réseau"), False),
        ("coeur", ShortText(("cœur",), False, True, False, 0), True),
        ("= somme ( A1 )", ShortText(("=somme(A1)",), False, False, True, 0), True),
        ("= somme(A1)", exactly("=somme(A1)"), False),
        ("  mot   de passe ", exactly("mot de passe"), True),
        ("motdepasse", exactly("mot de passe"), False),
        ("l’heure", exactly("l'heure"), True),
        ("“oui”", exactly('"oui"'), True),
        ("peut\u2011être", exactly("peut-être"), True),
        ("e\u0301cole", exactly("école"), True),
        ("oui\u200b", exactly("oui"), True),
        ("Le phishing.", ShortText(("le phishing",), True, False, False, 0), True),
        ("image.png.", exactly("image.png"), False),
        ("etc", ShortText(("etc.",), True, False, False, 0), False),
        ("etc.", ShortText(("etc.",), True, False, False, 0), True),
        ("non...", ShortText(("non",), True, False, False, 0), False),
        ("second", exactly("premier", "second"), True),
        ("troisième", exactly("premier", "second"), False),
    ],
)
def test_only_what_the_author_ignores_is_ignored(typed: str, body: ShortText, right: bool) -> None:
    assert accepts(body, typed) is right


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("navigateur", True),
        ("navigatuer", True),  # neighbours swapped
        ("naviguateur", True),  # one more
        ("navigteur", True),  # one less
        ("navigatour", True),  # one other
        ("navgtatour", False),
        ("navigat", False),
    ],
)
def test_one_allowed_typo_is_one_typo(typed: str, right: bool) -> None:
    assert accepts(ShortText(("navigateur",), True, True, True, 1), typed) is right


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("a" * 201, "too_long"),
        ("a\x00b", "bad_character"),
        ("a\ud800", "bad_character"),
        (12, "wrong_type"),
        (None, "wrong_type"),
        (["a"], "wrong_type"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_its_reason(typed: object, code: str) -> None:
    with pytest.raises(BadResponse) as refused:
        exactly("a").parse(0, {"text": typed})
    assert refused.value.code == code


@given(WORDS, WORDS)
def test_the_distance_is_symmetric_and_zero_only_for_equals(left: str, right: str) -> None:
    assert alignment_distance(left, right) == alignment_distance(right, left)
    assert (alignment_distance(left, right) == 0) == (left == right)
    assert abs(len(left) - len(right)) <= alignment_distance(left, right) <= max(len(left), len(right))


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [("ca", "abc", 3), ("abcd", "badc", 2), ("", "abc", 3), ("chien", "niche", 5 - 1), ("ab", "ba", 1)],
)
def test_each_place_is_touched_once(left: str, right: str, distance: int) -> None:
    assert alignment_distance(left, right) == distance


@given(st.text(max_size=80), st.booleans(), st.booleans(), st.booleans())
def test_a_text_is_compared_alike_however_often_it_is_normalised(
    typed: str, case: bool, accents: bool, spaces: bool
) -> None:
    body = ShortText(("x",), case, accents, spaces, 0)
    once = body.normalised(typed)
    assert body.normalised(body.normalised(once)) == body.normalised(once)
