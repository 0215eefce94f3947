"""Messages from the invigilator to one candidate or to the room: short, plain, shown until they are read."""

from collections.abc import Mapping, Sequence

from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON

LONGEST_MESSAGE = 200
MOST_UNREAD = 5
"""So many stand on a candidate's page at once; with more, the oldest makes room."""

Unread = Sequence[Mapping[str, JSON]]


def checked(text: str) -> str:
    """The message as it is sent: on one line; raises InvalidInput for none, or for a long one."""
    plain = " ".join(text.split())
    if not 1 <= len(plain) <= LONGEST_MESSAGE:
        raise InvalidInput("bad_message", most=LONGEST_MESSAGE)
    return plain


def with_message(unread: Unread, number: int, at_ms: int, text: str) -> list[Mapping[str, JSON]]:
    """What is unread once this message has come."""
    newest: Mapping[str, JSON] = {"number": number, "at": at_ms, "text": text}
    return [*unread, newest][-MOST_UNREAD:]


def without(unread: Unread, number: int) -> list[Mapping[str, JSON]]:
    """What is unread once this message was closed."""
    return [one for one in unread if one["number"] != number]
