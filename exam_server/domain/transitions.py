"""How a state moves: a table, and one function that reads it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from exam_server.domain.errors import IllegalTransition

State = TypeVar("State", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)


def move(table: Mapping[tuple[State, Action], State], state: State, action: Action) -> State:
    """The state after `action`; raises IllegalTransition where the table is silent."""
    try:
        return table[state, action]
    except KeyError:
        raise IllegalTransition(state=str(state), action=str(action)) from None
