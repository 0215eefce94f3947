"""What whoever verifies a bundle brings from elsewhere: whom to believe, and the instant of the look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from exam_server.signing.jwk import PublicKey
from exam_server.signing.notes import NoteKey
from exam_server.signing.signing_key import Purpose
from exam_server.signing.standing import Validity
from exam_server.signing.timestamps import Roots

TrustedKeys = Mapping[str, PublicKey]


class Trust(StrEnum):
    """Where the keys that were used come from."""

    COMPARED = "compared"  # they are among those that the caller trusts
    OWN = "own"  # they are only the bundle's own: whole, but from whom is not known


@dataclass(frozen=True)
class KnownKey:
    """A key that somebody has the word of: what it may sign, from when to when."""

    public: PublicKey
    purpose: Purpose
    validity: Validity


@dataclass(frozen=True)
class Anchors:
    """All of it may be missing: then the verdict says what is not known.

    keys        every key of the bundle must be one of them
    own         keys that a bundle need not know; where one signed its results, all its others must be
    authority   the fingerprint of whoever signs the published key set, which must then name the bundle's keys
    key_set     a version of that set which was obtained elsewhere, perhaps newer than the bundle's
    roots       the timestamp authorities that are believed
    witnesses, quorum   whose signatures the log's checkpoint must bear, and how many of them
    at          the instant for which the verdict is asked; without one nothing is said of the keys' standing
    """

    keys: TrustedKeys | None = None
    own: Mapping[str, KnownKey] = field(default_factory=dict)
    authority: str | None = None
    key_set: str | None = None
    roots: Roots | None = None
    witnesses: tuple[NoteKey, ...] = ()
    quorum: int = 0
    at: datetime | None = None


NOTHING = Anchors()
