"""What a key is worth at an instant, and what a signature is worth that was, or was not, proved in time.

Pure: from when to when a key is good, since when it is revoked, and the one rule that follows.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why a key is revoked.

    SUPERSEDED   another key took its place; nobody else had it
    COMPROMISED  somebody else has it, or may have
    CEASED       what it was for has ended
    """

    SUPERSEDED = "superseded"
    COMPROMISED = "compromised"
    CEASED = "ceased"


class Standing(StrEnum):
    """What a key is at an instant."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Verdict(StrEnum):
    """What the time says of a signature that holds."""

    VALID = "valid"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Revocation:
    """Since when a key is not to be believed, and why."""

    kid: str
    at: datetime
    reason: Reason


@dataclass(frozen=True)
class Validity:
    """A key's span, both ends in it; `until` is None for a key without a certificate, which has no end."""

    since: datetime
    until: datetime | None
    revocation: Revocation | None = None

    def standing(self, at: datetime) -> Standing:
        """A revocation counts from its very instant on, and before everything else."""
        if self.revocation is not None and at >= self.revocation.at:
            return Standing.REVOKED
        if at < self.since:
            return Standing.NOT_YET
        if self.until is not None and at > self.until:
            return Standing.EXPIRED
        return Standing.VALID

    def verdict(self, proved: datetime | None, now: datetime) -> Verdict:
        """What a signature is worth that is proved to have existed at `proved`, or at no time before now.

        Whoever has an expired or a stolen key can write any date: only a proof of time tells an old
        signature from a false one. While the key is good, nothing needs to be told apart.
        """
        if proved is not None and proved <= now:
            return Verdict.VALID if self.standing(proved) is Standing.VALID else Verdict.REFUSED
        if self.standing(now) is Standing.VALID:
            return Verdict.VALID
        return Verdict.UNKNOWN if self._was_good_before(now) else Verdict.REFUSED

    def _was_good_before(self, now: datetime) -> bool:
        revoked_at = now if self.revocation is None else self.revocation.at
        return self.since < min(now, revoked_at)
