"""The candidate's page as its JSON says it."""

from dataclasses import dataclass
from typing import Self

from question_bank.item_types.jsonvalues import Json, JsonObject, flag, member, text, whole


@dataclass(frozen=True)
class Saved:
    """What the server says that it holds for a position."""

    position: int
    revision: int
    final: bool
    at: int

    @classmethod
    def read(cls, value: Json) -> Self:
        """From the JSON of a page or of an answer."""
        return cls(
            whole(member(value, "position")),
            whole(member(value, "revision")),
            flag(member(value, "final")),
            whole(member(value, "at")),
        )


@dataclass(frozen=True)
class Page:
    """One state of the page; a lower number is older."""

    number: int
    now: int
    speed: int
    phase: str
    who: tuple[str, str]
    item: JsonObject | None
    position: int | None
    saved: Saved | None
    deadline: int | None
    end: str | None
    ended_at: int | None

    @classmethod
    def read(cls, value: Json) -> Self:
        """From the JSON; raises BadJson when it is not a page."""
        item, saved, ended = member(value, "item"), member(value, "saved"), member(value, "ended")
        who = member(value, "candidate")
        at = None if ended is None else member(ended, "at")
        deadline = member(member(value, "time"), "deadline")
        return cls(
            number=whole(member(value, "number")),
            now=whole(member(value, "now")),
            speed=whole(member(value, "speed")),
            phase=text(member(value, "phase")),
            who=(text(member(who, "family_name")), text(member(who, "given_name"))),
            item=item if isinstance(item, dict) else None,
            position=whole(member(item, "position")) if isinstance(item, dict) else None,
            saved=None if saved is None else Saved.read(saved),
            deadline=None if deadline is None else whole(deadline),
            end=None if ended is None else text(member(ended, "how")),
            ended_at=None if at is None else whole(at),
        )
