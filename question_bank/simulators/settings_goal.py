"""What the settings of a panel must be at the end: each rule for one setting, all others unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from question_bank.item_types.jsonvalues import BadJson, Json, JsonObject, elements, member, text, whole
from question_bank.simulators.folding import folded
from question_bank.simulators.settings_panel import PRESSED, State, Value

_PLAIN_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


def tidy(written: str) -> str:
    """Blanks around it and the kind of apostrophe make no difference; capitals do."""
    return " ".join(written.translate(_PLAIN_APOSTROPHES).split())


class Rule(Protocol):
    """Whether a value is right, knowing what it was at the start."""

    def holds(self, value: Value, before: Value) -> bool: ...

    def to_json(self) -> JsonObject: ...


@dataclass(frozen=True)
class Among:
    """One of several values."""

    values: tuple[str | int, ...]

    def holds(self, value: Value, before: Value) -> bool:
        if isinstance(value, str):
            return tidy(value) in [tidy(one) for one in self.values if isinstance(one, str)]
        return value in self.values

    def to_json(self) -> JsonObject:
        return {"rule": "among", "values": list(self.values)}


@dataclass(frozen=True)
class Between:
    low: int
    high: int

    def holds(self, value: Value, before: Value) -> bool:
        return isinstance(value, int) and self.low <= value <= self.high

    def to_json(self) -> JsonObject:
        return {"rule": "between", "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Without:
    """Any text that is long enough and holds none of these, in whatever letters."""

    texts: tuple[str, ...]
    shortest: int

    def holds(self, value: Value, before: Value) -> bool:
        if not isinstance(value, str):
            return False
        written = folded(tidy(value))
        return len(written) >= self.shortest and not any(folded(tidy(one)) in written for one in self.texts)

    def to_json(self) -> JsonObject:
        return {"rule": "without", "texts": list(self.texts), "shortest": self.shortest}


@dataclass(frozen=True)
class Exactly:
    """Exactly these options are ticked."""

    ticked: frozenset[str]

    def holds(self, value: Value, before: Value) -> bool:
        return value == self.ticked

    def to_json(self) -> JsonObject:
        return {"rule": "exactly", "ticked": [*sorted(self.ticked)]}


@dataclass(frozen=True)
class Rows:
    """In these rows exactly these permissions; in the others those of the start."""

    rows: Mapping[str, frozenset[str]]

    def holds(self, value: Value, before: Value) -> bool:
        if not isinstance(value, frozenset) or not isinstance(before, frozenset):
            return False
        kept = {cell for cell in before if cell.split(" ")[0] not in self.rows}
        wanted = {f"{row} {column}" for row, columns in self.rows.items() for column in columns}
        return value == kept | wanted

    def to_json(self) -> JsonObject:
        rows: JsonObject = {row: [*sorted(columns)] for row, columns in self.rows.items()}
        return {"rule": "rows", "rows": rows}


def rule_from_json(value: Json) -> Rule:
    name = text(member(value, "rule"))
    if name == "among":
        return Among(tuple(_plain(one) for one in elements(member(value, "values"))))
    if name == "between":
        return Between(whole(member(value, "low")), whole(member(value, "high")))
    if name == "without":
        return Without(tuple(map(text, elements(member(value, "texts")))), whole(member(value, "shortest")))
    if name == "exactly":
        return Exactly(_texts(member(value, "ticked")))
    rows = member(value, "rows")
    if name != "rows" or not isinstance(rows, dict):
        raise BadJson(f"no rule {name!r}")
    return Rows({row: _texts(columns) for row, columns in rows.items()})


def _plain(value: Json) -> str | int:
    return value if isinstance(value, str) else whole(value)


def _texts(value: Json) -> frozenset[str]:
    return frozenset(map(text, elements(value)))


Rules: TypeAlias = Mapping[str, Rule]


@dataclass(frozen=True)
class Goal:
    """Rules by setting; `free` settings may end as they like, every other one as it began."""

    rules: Rules
    free: frozenset[str]

    def holds(self, state: State, before: State) -> bool:
        return all(
            name in self.free or self._is_right(name, value, before[name]) for name, value in state.items()
        )

    def _is_right(self, name: str, value: Value, before: Value) -> bool:
        rule = self.rules.get(name)
        return value == before if rule is None else rule.holds(value, before)

    def to_json(self) -> JsonObject:
        rules: JsonObject = {name: rule.to_json() for name, rule in self.rules.items()}
        return {"rules": rules, "free": [*sorted(self.free)]}


def goal_from_json(value: Json) -> Goal:
    rules = member(value, "rules")
    if not isinstance(rules, dict):
        raise BadJson("no rules")
    return Goal({name: rule_from_json(rule) for name, rule in rules.items()}, _texts(member(value, "free")))


def must_be_pressed() -> Rule:
    return Among((PRESSED,))
