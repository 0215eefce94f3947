"""A profile: sixteen levels and pix, certifiable from five competences on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.profile import MINIMUM_CERTIFIABLE_COMPETENCES, BadProfile, Profile

LEVELS = st.lists(st.integers(0, 8), min_size=16, max_size=16).map(tuple)
PIX = st.lists(st.integers(0, 70), min_size=16, max_size=16).map(tuple)


@given(LEVELS, PIX)
def test_a_profile_is_certifiable_from_five_competences_at_level_one_on(
    levels: tuple[int, ...], pix: tuple[int, ...]
) -> None:
    profile = Profile(levels, pix)
    assert profile.is_certifiable == (16 - levels.count(0) >= MINIMUM_CERTIFIABLE_COMPETENCES == 5)
    assert (profile.why_not is None) == profile.is_certifiable
    assert all(levels[c] >= 1 for c in profile.certifiable_competences)
    assert len(profile.certifiable_competences) == 16 - levels.count(0)


@given(LEVELS, PIX)
def test_a_profile_survives_json_without_loss(levels: tuple[int, ...], pix: tuple[int, ...]) -> None:
    profile = Profile(levels, pix)
    assert Profile.from_json(profile.to_json()) == profile


@pytest.mark.parametrize(
    ("levels", "pix"),
    [
        ((1,) * 15, (0,) * 16),
        ((1,) * 16, (0,) * 17),
        ((9,) * 16, (0,) * 16),
        ((-1,) * 16, (0,) * 16),
        ((1,) * 16, (-1,) * 16),
        ((True,) * 16, (0,) * 16),
        ((1.0,) * 16, (0,) * 16),
    ],
)
def test_what_is_no_profile_is_refused(levels: tuple[int, ...], pix: tuple[int, ...]) -> None:
    with pytest.raises(BadProfile):
        Profile(levels, pix)


def test_json_without_pix_is_refused() -> None:
    with pytest.raises(BadProfile):
        Profile.from_json({"levels": [1] * 16})
