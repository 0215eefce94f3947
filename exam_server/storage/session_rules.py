"""Which rules hold for a session: its own, written into it when it was opened; before, the server's."""

from functools import lru_cache
from typing import Protocol

import orjson

from exam_server.domain.rules import ExamRules
from exam_server.signing.canonical import canonical
from exam_server.storage.house import House


class Ruled(Protocol):
    """The row of a session, or whatever was read of it."""

    @property
    def rules(self) -> str | None:
        """As they were written at the opening; None before, and where the server did not write them yet."""
        ...


def rules_of(house: House, session: Ruled) -> ExamRules:
    """The rules that hold for this session, whatever settings the server has been started with since."""
    return house.rules if session.rules is None else _read(session.rules)


def written_rules(rules: ExamRules) -> str:
    """The text that a session's row keeps."""
    return canonical(rules.to_json()).decode()


# Every response asks; a server has as many texts as there were settings under which its sessions were opened.
@lru_cache(maxsize=64)
def _read(text: str) -> ExamRules:
    return ExamRules.from_json(orjson.loads(text))
