"""A panel of settings: its sections, which settings can be reached, and what each act changes at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from question_bank.item_types.responses import Act, BadResponse, BadResponseCode
from question_bank.simulators.acts import arguments, impossible, texts_of

ON, OFF = "on", "off"
PRESSED, UNPRESSED = "pressed", "unpressed"
_SWITCHED = frozenset({ON, OFF})


class SettingKind(StrEnum):
    SWITCH = "switch"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    TEXT = "text"
    PERMISSIONS = "permissions"
    BUTTON = "button"
    INFO = "info"


class Layout(StrEnum):
    TABS = "tabs"
    HEADINGS = "headings"


# A set holds the options that are ticked, or the permissions that are given as "row column".
Value: TypeAlias = str | int | frozenset[str]
State: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True)
class Named:
    """An option, a row or a column: what is stored, and what is read."""

    id: str
    text: str


@dataclass(frozen=True)
class Range:
    low: int
    high: int
    step: int
    unit: str

    def holds(self, number: int) -> bool:
        return self.low <= number <= self.high and (number - self.low) % self.step == 0


@dataclass(frozen=True)
class ButtonFacts:
    """What a button says before and after, and what it sets."""

    words: str
    confirm: str
    done: str
    sets: Mapping[str, str | int]


# What other settings must be, each one of these values.
Condition: TypeAlias = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Setting:
    """`options` are the rows of a table of permissions; `missing` its "row column" that do not exist."""

    id: str
    kind: SettingKind
    label: str
    help: str
    value: Value
    options: tuple[Named, ...]
    columns: tuple[Named, ...]
    missing: frozenset[str]
    range: Range
    longest: int
    button: ButtonFacts
    shown_if: Condition
    enabled_if: Condition

    @cached_property
    def parts(self) -> frozenset[str]:
        """What can be ticked in it."""
        if self.kind is SettingKind.PERMISSIONS:
            cells = frozenset(f"{row.id} {column.id}" for row in self.options for column in self.columns)
            return cells - self.missing
        return frozenset(option.id for option in self.options)


@dataclass(frozen=True)
class Section:
    title: str
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class Panel:
    title: str
    layout: Layout
    sections: tuple[Section, ...]

    def __iter__(self) -> Iterator[Setting]:
        return (setting for section in self.sections for setting in section.settings)

    @cached_property
    def by_name(self) -> dict[str, Setting]:
        return {setting.id: setting for setting in self}


def start(panel: Panel) -> State:
    return {setting.id: setting.value for setting in panel}


def is_met(condition: Condition, state: State) -> bool:
    return all(state[name] in values for name, values in condition.items())


def apply(panel: Panel, state: State, act: Act) -> State:
    """The state after one act; raises BadResponse for one that the panel does not offer."""
    if len(act) < 2:
        raise BadResponse(BadResponseCode.WRONG_FIELDS)
    setting = panel.by_name.get(str(act[1]))
    if setting is None or not (is_met(setting.shown_if, state) and is_met(setting.enabled_if, state)):
        raise impossible()
    if act[0] == "press":
        texts_of(act, 1)
        return _pressed(state, setting)
    if act[0] != "set":
        raise impossible()
    return {**state, setting.id: _SETTERS[setting.kind](setting, state[setting.id], act)}


def _pressed(state: State, setting: Setting) -> State:
    if setting.kind is not SettingKind.BUTTON or state[setting.id] == PRESSED:
        raise impossible()
    return {**state, **setting.button.sets, setting.id: PRESSED}


def _switched(setting: Setting, value: Value, act: Act) -> Value:
    _, to = texts_of(act, 2)
    if to not in _SWITCHED:
        raise impossible()
    return to


def _chosen(setting: Setting, value: Value, act: Act) -> Value:
    _, option = texts_of(act, 2)
    if option not in setting.parts:
        raise impossible()
    return option


def _ticked(setting: Setting, value: Value, act: Act) -> Value:
    _, option, to = texts_of(act, 3)
    return _with_part(setting, value, option, to)


def _allowed(setting: Setting, value: Value, act: Act) -> Value:
    _, row, column, to = texts_of(act, 4)
    return _with_part(setting, value, f"{row} {column}", to)


def _with_part(setting: Setting, value: Value, part: str, to: str) -> Value:
    if not isinstance(value, frozenset) or part not in setting.parts or to not in _SWITCHED:
        raise impossible()
    return value | {part} if to == ON else value - {part}


def _counted(setting: Setting, value: Value, act: Act) -> Value:
    _, number = arguments(act, (str, int))
    if not isinstance(number, int) or not setting.range.holds(number):
        raise impossible()
    return number


def _written(setting: Setting, value: Value, act: Act) -> Value:
    _, written = texts_of(act, 2)
    if len(written) > setting.longest:
        raise BadResponse(BadResponseCode.TOO_LONG)
    return written


def _nothing(setting: Setting, value: Value, act: Act) -> Value:
    raise impossible()


_SETTERS = {
    SettingKind.SWITCH: _switched,
    SettingKind.CHOICE: _chosen,
    SettingKind.CHOICES: _ticked,
    SettingKind.PERMISSIONS: _allowed,
    SettingKind.NUMBER: _counted,
    SettingKind.TEXT: _written,
    SettingKind.BUTTON: _nothing,
    SettingKind.INFO: _nothing,
}
