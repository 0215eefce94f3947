"""Items: what is asked, its facts and its parameters, as immutable versions in a bank."""

import hashlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Self

from question_bank.content import read_content
from question_bank.files import FileSpec
from question_bank.framework import LEVEL_CUT_POINTS
from question_bank.item_types.authored import Problem
from question_bank.item_types.jsonvalues import (
    BadJson,
    Json,
    JsonObject,
    canonical,
    decimal,
    elements,
    flag,
    member,
    text,
    whole,
)
from question_bank.item_types.table import ITEM_TYPES, Body, ItemType
from question_bank.variants import BadVariant, Variants, variant_number

__all__ = [
    "Accessibility",
    "Bank",
    "Body",
    "Condition",
    "ItemType",
    "ItemVersion",
    "Need",
    "Parameters",
    "Status",
    "UnknownItem",
    "default_parameters",
]

_BANK_FORMAT = 1

# A right answer by chance is likelier among four options than in a typed text: less is learnt from it.
_DISCRIMINATION = {
    ItemType.SINGLE_CHOICE: 1.1,
    ItemType.MULTIPLE_CHOICE: 1.3,
    ItemType.NUMERIC: 1.4,
    ItemType.SHORT_TEXT: 1.4,
    ItemType.ORDERING: 1.4,
    ItemType.MAILBOX: 1.5,
    ItemType.FILE_MANAGER: 1.5,
    ItemType.SPREADSHEET: 1.4,
    ItemType.SEARCH_PAGE: 1.5,
    ItemType.SETTINGS_PANEL: 1.5,
    ItemType.BLOCK_PROGRAM: 1.4,
    ItemType.MATCHING: 1.4,
    ItemType.CATEGORISING: 1.4,
    ItemType.FILL_IN: 1.4,
    ItemType.POINT: 1.1,
}
_EASE = 0.3

# Types in which a candidate acts in a situation, rather than answering a question about it.
ACTED: frozenset[ItemType] = frozenset(
    {
        ItemType.MAILBOX,
        ItemType.FILE_MANAGER,
        ItemType.SPREADSHEET,
        ItemType.SEARCH_PAGE,
        ItemType.SETTINGS_PANEL,
        ItemType.BLOCK_PROGRAM,
    }
)


class Condition(StrEnum):
    """A way to work on a screen that an item must allow."""

    BLIND = "blind"
    LOW_VISION = "low_vision"
    COLOUR_BLIND = "colour_blind"
    DEAF = "deaf"
    KEYBOARD = "keyboard"


class Status(StrEnum):
    """Where an item stands in its life: only an approved one is ever asked."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    RETIRED = "retired"


class Need(StrEnum):
    """What an item cannot be answered without."""

    POINTER = "pointer"
    SOUND = "sound"
    DOWNLOAD = "download"


# Who cannot meet a need, whatever the item says of itself.
EXCLUDED_BY_NEED: dict[Need, frozenset[Condition]] = {
    Need.POINTER: frozenset({Condition.BLIND, Condition.KEYBOARD}),
    Need.SOUND: frozenset({Condition.DEAF}),
    Need.DOWNLOAD: frozenset(),
}


@dataclass(frozen=True)
class Accessibility:
    blind: bool = True
    low_vision: bool = True
    colour_blind: bool = True
    deaf: bool = True
    keyboard: bool = True
    needs: frozenset[Need] = frozenset()

    @property
    def accessible(self) -> bool:
        """Fit for the adapted test, whatever the reason that a candidate takes it for."""
        return self.blind and self.colour_blind and self.keyboard and not self.needs

    def allows(self, condition: Condition) -> bool:
        stated = {
            Condition.BLIND: self.blind,
            Condition.LOW_VISION: self.low_vision,
            Condition.COLOUR_BLIND: self.colour_blind,
            Condition.DEAF: self.deaf,
            Condition.KEYBOARD: self.keyboard,
        }
        return stated[condition]

    def usable_by(self, conditions: AbstractSet[Condition]) -> bool:
        """Whether a person under all these conditions can answer."""
        excluded = {condition for need in self.needs for condition in EXCLUDED_BY_NEED[need]}
        return all(self.allows(condition) and condition not in excluded for condition in conditions)

    def to_json(self) -> JsonObject:
        flags: JsonObject = {condition.value: self.allows(condition) for condition in Condition}
        return {**flags, "needs": [need.value for need in sorted(self.needs)]}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        needs = frozenset(Need(text(need)) for need in elements(member(value, "needs")))
        return cls(
            blind=flag(member(value, "blind")),
            low_vision=flag(member(value, "low_vision")),
            colour_blind=flag(member(value, "colour_blind")),
            deaf=flag(member(value, "deaf")),
            keyboard=flag(member(value, "keyboard")),
            needs=needs,
        )


@dataclass(frozen=True)
class Parameters:
    """Two-parameter logistic: discrimination a, difficulty b in logits."""

    a: float
    b: float
    calibrated: bool

    def to_json(self) -> JsonObject:
        """Numbers as text: the bank goes into signed documents, whose canonical form has no fractions."""
        return {"a": repr(self.a), "b": repr(self.b), "calibrated": self.calibrated}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        a, b = (decimal(member(value, name)) for name in ("a", "b"))
        return cls(a, b, flag(member(value, "calibrated")))


def default_parameters(level: int, item_type: ItemType) -> Parameters:
    """Where an item of this level should lie before anybody answered it: somewhat below mid-level."""
    low = LEVEL_CUT_POINTS[level - 1]
    width = LEVEL_CUT_POINTS[1] - LEVEL_CUT_POINTS[0]
    high = LEVEL_CUT_POINTS[level] if level < len(LEVEL_CUT_POINTS) else low + width
    b = round((low + high) / 2 - _EASE, 6)
    return Parameters(_DISCRIMINATION[item_type], b, calibrated=False)


@dataclass(frozen=True)
class ItemVersion:
    id: str
    competence: str
    skill: str
    level: int
    type: ItemType
    expected_seconds: int
    stem: str
    body: Body
    shuffle: bool
    rationale: str
    accessibility: Accessibility
    parameters: Parameters
    skill_title: str = ""
    situation: bool = False
    status: Status = Status.APPROVED
    variants: Variants | None = None
    files: tuple[FileSpec, ...] = ()
    calculator: bool = False

    def variant_of(self, seed: int) -> int | None:
        """Which variant one attempt meets; None for an item that has none."""
        return None if self.variants is None else variant_number(seed)

    def instance(self, seed: int) -> "ItemVersion":
        """The item as one attempt meets it; `seed` is the item's own in that attempt (see `item_seed`)."""
        return self if self.variants is None else self.variant(variant_number(seed))

    def variant(self, number: int) -> "ItemVersion":
        """Variant `number`, an item without variants; raises BadVariant, as a checked bank never does."""
        return self if self.variants is None else _variant(_ByVersion(self), number)

    def made_variant(self, number: int) -> "ItemVersion":
        """The same, made anew and not kept: for who goes through all of them."""
        if self.variants is None:
            return self
        problems: list[Problem] = []
        content = read_content(self.variants.fields(number, self.id, problems), self.type)
        if problems:
            raise BadVariant(number, f"{problems[0].field} : {problems[0].problem}")
        return replace(
            self,
            stem=content.stem,
            body=content.body,
            rationale=content.rationale,
            files=content.files,
            variants=None,
        )

    @property
    def family(self) -> str:
        """Items of one family are interchangeable: nobody gets two of them."""
        return f"{self.competence}/{self.skill}"

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(canonical(self.to_json())).hexdigest()[:16]

    def to_json(self) -> JsonObject:
        """What came later than the first banks is left out where it says nothing: their versions stay."""
        later: JsonObject = {
            **({"situation": True} if self.situation else {}),
            **({} if self.status is Status.APPROVED else {"status": self.status.value}),
            **({} if self.variants is None else {"variants": self.variants.to_json()}),
            **({"files": [file.to_json() for file in self.files]} if self.files else {}),
            **({"calculator": True} if self.calculator else {}),
        }
        return {
            "id": self.id,
            "competence": self.competence,
            "skill": self.skill,
            "skill_title": self.skill_title,
            "level": self.level,
            "type": self.type.value,
            "expected_seconds": self.expected_seconds,
            "stem": self.stem,
            "body": self.body.to_json(),
            "shuffle": self.shuffle,
            "rationale": self.rationale,
            "accessibility": self.accessibility.to_json(),
            "parameters": self.parameters.to_json(),
            **later,
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        item_type = ItemType(text(member(value, "type")))
        later = value if isinstance(value, dict) else {}
        variants = later.get("variants")
        return cls(
            id=text(member(value, "id")),
            competence=text(member(value, "competence")),
            skill=text(member(value, "skill")),
            skill_title=text(member(value, "skill_title")),
            level=whole(member(value, "level")),
            type=item_type,
            expected_seconds=whole(member(value, "expected_seconds")),
            stem=text(member(value, "stem")),
            body=ITEM_TYPES[item_type].from_json(member(value, "body")),
            shuffle=flag(member(value, "shuffle")),
            rationale=text(member(value, "rationale")),
            accessibility=Accessibility.from_json(member(value, "accessibility")),
            parameters=Parameters.from_json(member(value, "parameters")),
            situation=flag(later.get("situation", False)),
            status=Status(text(later.get("status", Status.APPROVED.value))),
            variants=None if variants is None else Variants.from_json(variants),
            files=tuple(FileSpec.from_json(file) for file in elements(later.get("files", []))),
            calculator=flag(later.get("calculator", False)),
        )


class _ByVersion:
    """An item as the key of a cache: its version says all, and is worked out once."""

    __slots__ = ("item",)

    def __init__(self, item: ItemVersion) -> None:
        self.item = item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByVersion) and self.item.version == other.item.version

    def __hash__(self) -> int:
        return hash(self.item.version)


# Rendered, then marked, perhaps shown again: the items in hand of many rooms. Some hold tables of 100 kB.
@lru_cache(maxsize=1024)
def _variant(keyed: _ByVersion, number: int) -> ItemVersion:
    return keyed.item.made_variant(number)


class UnknownItem(KeyError):
    """This bank holds no item of this id."""


@dataclass(frozen=True)
class Bank:
    """All items of one publication, in the order of their ids whatever order they came in."""

    items: tuple[ItemVersion, ...]

    def __post_init__(self) -> None:
        items = tuple(sorted(self.items, key=lambda item: item.id))
        if len({item.id for item in items}) != len(items):
            raise ValueError("two items of a bank have the same id")
        object.__setattr__(self, "items", items)

    @cached_property
    def _by_id(self) -> dict[str, ItemVersion]:
        return {item.id: item for item in self.items}

    @property
    def approved(self) -> tuple[ItemVersion, ...]:
        """Those that a new test may ask."""
        return tuple(item for item in self.items if item.status is Status.APPROVED)

    @cached_property
    def version(self) -> str:
        content: JsonObject = {"format": _BANK_FORMAT, "items": [item.to_json() for item in self.items]}
        return "b-" + hashlib.sha256(canonical(content)).hexdigest()[:16]

    def item(self, item_id: str) -> ItemVersion:
        try:
            return self._by_id[item_id]
        except KeyError:
            raise UnknownItem(item_id) from None

    def to_json(self) -> JsonObject:
        items: list[Json] = [item.to_json() for item in self.items]
        return {"format": _BANK_FORMAT, "version": self.version, "items": items}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        """The bank as it was stored; raises BadJson when it is not what its version says."""
        if member(value, "format") != _BANK_FORMAT:
            raise BadJson("unknown bank format")
        bank = cls(tuple(ItemVersion.from_json(item) for item in elements(member(value, "items"))))
        if bank.version != member(value, "version"):
            raise BadJson("the bank differs from its version")
        return bank
