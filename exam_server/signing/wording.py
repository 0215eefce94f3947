"""A French sentence with its values, kept apart so that the page or the terminal can translate it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

SHOWN_CHARACTERS = 60


@dataclass(frozen=True)
class Wording:
    """A message for a person: the msgid is the French text, `str()` fills it in."""

    msgid: str
    values: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        return self.msgid.format(**self.values)

    def translated(self, gettext: Callable[[str], str]) -> str:
        return gettext(self.msgid).format(**self.values)


def N_(msgid: str, **values: str | int) -> Wording:  # noqa: N802 - the marker that extraction looks for
    """Mark a French text for translation and give it its values."""
    return Wording(msgid, MappingProxyType(values))


def shown(text: str) -> str:
    """Text from an untrusted file, safe to print: short, and without control characters."""
    cut = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    return "".join(character if character.isprintable() else "�" for character in cut)
