"""Point: three to ten zones of a picture, one of them right; the same zones stand in a list beside it."""

from dataclasses import dataclass
from itertools import combinations
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, flag, member, text, whole
from question_bank.item_types.options import note_repeated, option_ids, place_among, shown_order
from question_bank.item_types.pictures import Picture
from question_bank.item_types.responses import SKIPPED, Chosen, Response, given
from question_bank.typography import Phrase, french_typography

FEWEST, MOST = 3, 10
MAX_LABEL = 80
# The page never shows a picture smaller than three quarters of its size: a zone keeps 24 pixels to hit.
SMALLEST_SIDE = 32


@dataclass(frozen=True)
class Zone:
    text: str
    x: int
    y: int
    width: int
    height: int
    key: bool

    @classmethod
    def read(cls, section: Fields, picture: Picture) -> Self:
        zone = cls(
            section.text("text", MAX_LABEL),
            section.whole("x", 0, picture.width - SMALLEST_SIDE),
            section.whole("y", 0, picture.height - SMALLEST_SIDE),
            section.whole("width", SMALLEST_SIDE, picture.width),
            section.whole("height", SMALLEST_SIDE, picture.height),
            section.flag("key", False),
        )
        if zone.x + zone.width > picture.width or zone.y + zone.height > picture.height:
            problem = Phrase("cette zone dépasse de l’image")
            section.note("", problem, Phrase("réduisez-la ou déplacez-la"))
        section.close()
        return zone

    @classmethod
    def from_json(cls, value: Json) -> Self:
        x, y, width, height = (whole(member(value, name)) for name in ("x", "y", "width", "height"))
        return cls(text(member(value, "text")), x, y, width, height, flag(member(value, "key")))

    def to_json(self) -> JsonObject:
        return {"text": self.text, **self.place(), "key": self.key}

    def place(self) -> JsonObject:
        return {"x": self.x, "y": self.y, "width": self.width, "height": self.height}

    def overlaps(self, other: "Zone") -> bool:
        aside = self.x + self.width <= other.x or other.x + other.width <= self.x
        above = self.y + self.height <= other.y or other.y + other.height <= self.y
        return not (aside or above)


@dataclass(frozen=True)
class Point:
    picture: Picture
    zones: tuple[Zone, ...]

    @classmethod
    def read(cls, fields: Fields) -> Self:
        picture = Picture.read(fields.section("picture"))
        zones = tuple(Zone.read(section, picture) for section in fields.sections("zones", FEWEST, MOST))
        note_repeated(fields, [zone.text for zone in zones], "zones")
        right = sum(zone.key for zone in zones)
        if zones and right != 1:
            problem = Phrase("{right} zones sont marquées justes", right=right)
            fields.note("zones", problem, Phrase("marquez une seule zone « key: true »"))
        for (place, zone), (later, other) in combinations(enumerate(zones, 1), 2):
            if zone.overlaps(other):
                problem = Phrase("cette zone recouvre la zone {place}", place=place)
                fields.note(
                    f"zones[{later}]", problem, Phrase("écartez-les : un clic ne désigne qu’une zone")
                )
        return cls(picture, zones)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        zones = tuple(Zone.from_json(zone) for zone in elements(member(value, "zones")))
        return cls(Picture.from_json(member(value, "picture")), zones)

    def to_json(self) -> JsonObject:
        return {"picture": self.picture.to_json(), "zones": [zone.to_json() for zone in self.zones]}

    def render(self, seed: int, shuffle: bool) -> JsonObject:
        ids = self._ids(seed)
        zones: list[Json] = []
        for place in shown_order(len(self.zones), seed, shuffle):
            zone = self.zones[place]
            zones.append({"id": ids[place], "text": french_typography(zone.text), **zone.place()})
        return {"picture": self.picture.shown(), "zones": zones}

    def parse(self, seed: int, content: object) -> Response:
        zone = given(content, "zone")
        return SKIPPED if zone is SKIPPED else Chosen((place_among(zone, self._ids(seed)),))

    def is_correct(self, seed: int, content: object) -> bool:
        return self.parse(seed, content) == Chosen((self._right,))

    def right_content(self, seed: int) -> JsonObject:
        return {"zone": self._ids(seed)[self._right]}

    def key(self) -> tuple[str, ...]:
        return (self.zones[self._right].text,)

    def texts(self) -> tuple[str, ...]:
        return (self.picture.alt, *(zone.text for zone in self.zones))

    def _ids(self, seed: int) -> tuple[str, ...]:
        return option_ids(len(self.zones), seed, "z")

    @property
    def _right(self) -> int:
        return next(place for place, zone in enumerate(self.zones) if zone.key)
