"""The acts that wait for a writer: alone, or many calls of one act that are run as one."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from exam_server.domain.errors import Refusal
from exam_server.storage.transaction import Transaction

Call = TypeVar("Call")
T = TypeVar("T")

MOST_TOGETHER = 128
"""Calls that are run as one at most: of 32, 64, 128 and 256 it cost least a response."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[Call]):
    """One call of a joint act: whose it is, what is asked, and when it came in.

    While the writer is busy, a call waits: what came in in time must not be late by that.
    """

    key: str
    call: Call
    at: datetime


JointAct: TypeAlias = Callable[[Transaction, Sequence[Asked[Call]]], Sequence[T | Refusal]]
"""An act over the calls of many: gives each its result, or the refusal that is raised where it was called.

A refusal among the results undoes nothing, so what is refused has written nothing but what is to stay. What
the act raises undoes all; then each call is run again by itself.
"""


@dataclass(slots=True)
class Waiting:
    """A call in the queue, and who waits for it; `asked` is None for an act that is run alone."""

    act: Callable[..., Any]
    asked: Asked[Any] | None
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Answers whoever waits; on the loop's own thread."""
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


@dataclass(slots=True)
class Part:
    """What is run as one act: it holds as a whole, or `failure` says why nothing of it does."""

    waiting: list[Waiting]
    failure: BaseException | None = None
    grown: dict[str, int] = field(default_factory=dict)
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    def run(self, tx: Transaction) -> None:
        """Runs the act, or notes why it failed; the transaction is then to be rolled back."""
        first = self.waiting[0]
        self.failure = None
        try:
            if first.asked is None:
                results: Sequence[Any] = [first.act(tx)]
            else:
                results = first.act(tx, [waiting.asked for waiting in self.waiting])
            grown = tx.finish()
            for waiting, result in zip(self.waiting, results, strict=True):
                waiting.result = result
                waiting.error = result if isinstance(result, Refusal) else None
            self.grown, self.after_commit = grown, tx.after_commit
        except Exception as error:  # noqa: BLE001 - it is raised where the act was asked for
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Nothing of it holds; everyone in it who has not been refused hears why."""
        self.failure = error
        self.grown, self.after_commit = {}, []
        for waiting in self.waiting:
            waiting.error = waiting.error or error

    def alone(self) -> list["Part"]:
        """The same calls, each for itself."""
        for waiting in self.waiting:
            waiting.error = None
        return [Part([waiting]) for waiting in self.waiting]


def parts_of(group: Iterable[Waiting]) -> list[Part]:
    """The group in its order, with neighbouring calls of one joint act put together.

    Calls with one key never meet in a part: each is to see what the one before it has done.
    """
    parts: list[Part] = []
    keys: set[str] = set()
    for waiting in group:
        asked = waiting.asked
        last = parts[-1].waiting if parts else []
        joins = asked is not None and bool(last) and last[0].asked is not None and last[0].act is waiting.act
        if asked is None or not joins or asked.key in keys or len(last) >= MOST_TOGETHER:
            parts.append(Part([]))
            keys = set()
        parts[-1].waiting.append(waiting)
        if asked is not None:
            keys.add(asked.key)
    return parts
