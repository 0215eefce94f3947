"""A session's results as its head sees them: the signed document, its version, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from exam_server.acts.exporting import signed_results
from exam_server.domain.errors import NotFound
from exam_server.domain.roles import Person
from exam_server.signing.jwk import PublicKey
from exam_server.storage import queries
from exam_server.storage.results_rows import newest_of
from exam_server.storage.transaction import Reading
from exam_server.web.result_words import Result


@dataclass(frozen=True)
class Standing:
    """Which version of the results is shown, and what became of it; instants in the centre's time."""

    version: int
    signed_at: datetime
    published_at: datetime | None

    @property
    def is_published(self) -> bool:
        """It may be seen by others than the head."""
        return self.published_at is not None


@dataclass(frozen=True)
class Seen:
    """The document, whose signature holds, by which key, and where it stands."""

    session: queries.SessionRow
    payload: Mapping[str, Any]
    kid: str
    standing: Standing

    @property
    def candidates(self) -> Sequence[Result]:
        """One result a candidate, by name."""
        return cast("Sequence[Result]", self.payload["candidates"])

    def of(self, candidate: str) -> Result:
        """One candidate's result; raises NotFound for who is not of this session."""
        for one in self.candidates:
            if one["id"] == candidate:
                return one
        raise NotFound


def seen_results(reading: Reading, person: Person, session_id: str, keys: Mapping[str, PublicKey]) -> Seen:
    """The results that stand; raises NotAllowed before the session is finalised."""
    signed = signed_results(reading, person, session_id, keys)
    version, zone = newest_of(reading, session_id), reading.house.zone
    standing = Standing(
        version=version.version,
        signed_at=version.finalised_at.astimezone(zone),
        published_at=None if version.published_at is None else version.published_at.astimezone(zone),
    )
    session = queries.session_rows(reading, person.centre_id, session_id=session_id)[0]
    return Seen(session, cast("Mapping[str, Any]", signed.payload), signed.kid, standing)
