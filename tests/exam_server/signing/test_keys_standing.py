"""What a key is worth at an instant, and a signature by its proof of time: pure rules, every boundary."""

from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exam_server.signing.standing import Reason, Revocation, Standing, Validity, Verdict
from tests.exam_server.signing.support import NOW

ENDS = [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)]
MILLISECOND = timedelta(milliseconds=1)
YEAR = timedelta(days=365)

offsets = st.timedeltas(min_value=-3 * YEAR, max_value=3 * YEAR)
instants = offsets.map(lambda offset: NOW + offset)


@st.composite
def validities(draw: st.DrawFn) -> Validity:
    since = draw(instants)
    until = draw(st.none() | st.timedeltas(timedelta(0), YEAR).map(lambda length: since + length))
    at = draw(st.none() | instants)
    revocation = None if at is None else Revocation("kid", at, draw(st.sampled_from(Reason)))
    return Validity(since, until, revocation)


def revoked(at: datetime) -> Validity:
    return Validity(NOW - YEAR, NOW + YEAR, Revocation("kid", at, Reason.COMPROMISED))


@pytest.mark.parametrize("side", ENDS)
def test_what_was_proved_before_a_revocation_is_valid_and_what_was_proved_after_it_is_refused(
    side: timedelta,
) -> None:
    later = NOW + YEAR
    assert revoked(NOW).verdict(NOW - side, later) is Verdict.VALID
    assert revoked(NOW).verdict(NOW + side, later) is Verdict.REFUSED
    assert revoked(NOW).verdict(NOW, later) is Verdict.REFUSED
    assert revoked(NOW).verdict(NOW - MILLISECOND, later) is Verdict.VALID
    assert revoked(NOW).verdict(None, later) is Verdict.UNKNOWN


@pytest.mark.parametrize("side", ENDS)
def test_both_ends_of_a_certificate_are_in_it(side: timedelta) -> None:
    key = Validity(NOW, NOW + YEAR)
    expected = {
        NOW - side: Standing.NOT_YET,
        NOW: Standing.VALID,
        NOW + side: Standing.VALID,
        NOW + YEAR - side: Standing.VALID,
        NOW + YEAR: Standing.VALID,
        NOW + YEAR + side: Standing.EXPIRED,
    }
    assert {at: key.standing(at) for at in expected} == expected


def test_thirty_years_later_only_a_proof_of_time_tells() -> None:
    key, later = Validity(NOW, NOW + 3 * YEAR), NOW + 30 * YEAR
    assert key.verdict(NOW + YEAR, later) is Verdict.VALID
    assert key.verdict(None, later) is Verdict.UNKNOWN
    assert key.verdict(NOW + 4 * YEAR, later) is Verdict.REFUSED
    assert key.verdict(None, NOW + YEAR) is Verdict.VALID


@given(validities(), instants)
def test_a_revocation_counts_from_its_instant_on_and_takes_nothing_from_before(
    key: Validity, at: datetime
) -> None:
    without = Validity(key.since, key.until).standing(at)
    if key.revocation is not None and at >= key.revocation.at:
        assert key.standing(at) is Standing.REVOKED
    else:
        assert key.standing(at) is without


@given(validities(), instants, instants)
@example(Validity(NOW, None), NOW, NOW)
def test_a_proof_of_time_is_worth_what_the_key_was_then(
    key: Validity, proved: datetime, now: datetime
) -> None:
    """A proof that lies ahead of the reader's clock proves nothing yet."""
    if proved > now:
        assert key.verdict(proved, now) is key.verdict(None, now)
    else:
        assert (key.verdict(proved, now) is Verdict.VALID) is (key.standing(proved) is Standing.VALID)
        assert key.verdict(proved, now) is not Verdict.UNKNOWN


@given(validities(), instants, st.lists(instants, min_size=1, max_size=20))
def test_without_a_proof_nothing_is_valid_that_could_have_been_signed_when_the_key_was_not_good(
    key: Validity, now: datetime, earlier: list[datetime]
) -> None:
    verdict = key.verdict(None, now)
    good = {key.standing(at) is Standing.VALID for at in (*earlier, now) if at <= now}
    if verdict is Verdict.REFUSED:
        assert good == {False}
    if verdict is Verdict.VALID:
        assert key.standing(now) is Standing.VALID
    if key.standing(now) in (Standing.REVOKED, Standing.EXPIRED):
        assert verdict is not Verdict.VALID


@given(validities(), instants, instants, instants)
def test_revoking_or_revoking_earlier_never_makes_anything_valid(
    key: Validity, sooner: datetime, proved: datetime, now: datetime
) -> None:
    known = key.revocation
    at = sooner if known is None else min(sooner, known.at)
    worse = Validity(key.since, key.until, Revocation("kid", at, Reason.COMPROMISED))
    for proof in (proved, None):
        if worse.verdict(proof, now) is Verdict.VALID:
            assert key.verdict(proof, now) is Verdict.VALID
