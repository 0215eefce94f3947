"""What a candidate's page says of its computer: the browser's family, the size of the screen, no more."""

from collections.abc import Mapping
from dataclasses import dataclass

from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON

FAMILIES = frozenset({"firefox", "chrome", "edge", "safari", "opera", "other"})
LARGEST_SCREEN = 20_000
"""CSS pixels; more is no screen."""


@dataclass(frozen=True)
class Device:
    """One computer, as far as an invigilator needs to know it when something does not work."""

    browser: str
    width: int
    height: int

    def to_json(self) -> dict[str, JSON]:
        """As boards get it."""
        return {"browser": self.browser, "width": self.width, "height": self.height}


def device_in(message: Mapping[str, JSON]) -> Device:
    """The device of a message, an unknown family being "other"; raises InvalidInput where it is none."""
    browser = message.get("browser")
    if not isinstance(browser, str):
        raise InvalidInput("bad_frame")
    family = browser if browser in FAMILIES else "other"
    return Device(family, _pixels(message.get("width")), _pixels(message.get("height")))


def _pixels(value: JSON) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_SCREEN:
        raise InvalidInput("bad_frame")
    return value
