"""How a pupil reads best: a closed set of settings of the page, which decides nothing and marks nothing."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Self, TypeVar

from exam_server.domain.accommodations import Measure
from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON

TEXT_SIZES = (100, 125, 150, 200)
"""In percent of the page's own size."""

Word = TypeVar("Word", bound=StrEnum)


class Spacing(StrEnum):
    """Between lines, words and letters; the widest is what WCAG 1.4.12 asks a page to bear."""

    NORMAL = "normal"
    WIDE = "wide"
    WIDEST = "widest"


class Font(StrEnum):
    """The page's own, or one whose letters are hard to mistake for each other."""

    PAGE = "page"
    HYPERLEGIBLE = "hyperlegible"


class Theme(StrEnum):
    """The colours; automatic is what the computer is set to."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True)
class Comfort:
    """Every setting; as it stands here, the page is as it comes."""

    text: int = 100
    spacing: Spacing = Spacing.NORMAL
    font: Font = Font.PAGE
    theme: Theme = Theme.AUTO
    guide: bool = False
    masking: bool = False
    reduced_motion: bool = False
    hidden_time: bool = False

    def to_json(self) -> dict[str, JSON]:
        """As the page sends it and gets it back."""
        return {
            "text": self.text,
            "spacing": str(self.spacing),
            "font": str(self.font),
            "theme": str(self.theme),
            "guide": self.guide,
            "masking": self.masking,
            "reduced_motion": self.reduced_motion,
            "hidden_time": self.hidden_time,
        }

    @classmethod
    def from_json(cls, value: JSON) -> Self:
        """Every setting, each one of its values, and nothing else; raises InvalidInput with the field."""
        if not isinstance(value, Mapping):
            raise InvalidInput("bad_field", field="comfort")
        unknown = sorted(value.keys() - {field.name for field in fields(cls)})
        if unknown:
            raise InvalidInput("bad_field", field=unknown[0][:40])
        return cls(
            text=_text_size(value),
            spacing=_word(value, "spacing", Spacing),
            font=_word(value, "font", Font),
            theme=_word(value, "theme", Theme),
            guide=_switch(value, "guide"),
            masking=_switch(value, "masking"),
            reduced_motion=_switch(value, "reduced_motion"),
            hidden_time=_switch(value, "hidden_time"),
        )


def _text_size(value: Mapping[str, JSON]) -> int:
    size = value.get("text")
    if isinstance(size, bool) or not isinstance(size, int) or size not in TEXT_SIZES:
        raise InvalidInput("bad_field", field="text")
    return size


def _word(value: Mapping[str, JSON], name: str, words: type[Word]) -> Word:
    word = value.get(name)
    if not isinstance(word, str) or word not in set(words):
        raise InvalidInput("bad_field", field=name)
    return words(word)


def _switch(value: Mapping[str, JSON], name: str) -> bool:
    switch = value.get(name)
    if not isinstance(switch, bool):
        raise InvalidInput("bad_field", field=name)
    return switch


def decided_by(measures: Set[Measure]) -> Comfort:
    """What decided measures make of a page whose pupil has set nothing."""
    return Comfort(
        text=150 if Measure.LARGE_TEXT in measures else 100,
        spacing=Spacing.WIDE if Measure.WIDE_SPACING in measures else Spacing.NORMAL,
        font=Font.HYPERLEGIBLE if Measure.READABLE_FONT in measures else Font.PAGE,
        theme=Theme.CONTRAST if Measure.CONTRAST in measures else Theme.AUTO,
        guide=Measure.LINE_GUIDE in measures,
        masking=Measure.MASKING in measures,
        reduced_motion=Measure.REDUCED_MOTION in measures,
    )


def with_newly_decided(kept: Comfort, before: Set[Measure], now: Set[Measure]) -> Comfort:
    """The pupil's own settings, with what a new decision adds; nothing is taken back from them."""
    usual, old, new = Comfort().to_json(), decided_by(before).to_json(), decided_by(now).to_json()
    added = {name: value for name, value in new.items() if value not in (usual[name], old[name])}
    return Comfort.from_json({**kept.to_json(), **added})
