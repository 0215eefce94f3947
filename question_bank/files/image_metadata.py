"""What a photograph says of itself: EXIF as cameras and retouching programs write it, and PNG text chunks."""

import re
from dataclasses import dataclass
from dataclasses import fields as members
from datetime import datetime
from decimal import Decimal
from typing import Self

import yaml
from PIL.ExifTags import GPS, IFD, Base
from PIL.Image import Exif
from PIL.TiffImagePlugin import IFDRational

from question_bank.files.written import a_moment, a_number_or_text, a_text, scalar_text
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text, whole
from question_bank.typography import Phrase

MAX_TEXT = 200
MAX_CHUNKS = 8
MAX_ALTITUDE = 8900

_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,5})?")
_CHUNK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 ]{0,78}")
_HUNDRED_THOUSANDTH = 100_000
# Windows reads its own fields first, in UTF-16.
_XP_TITLE, _XP_AUTHOR = 0x9C9B, 0x9C9D


@dataclass(frozen=True)
class Position:
    """Degrees as text, south and west negative; metres above the sea."""

    latitude: str
    longitude: str
    altitude: int | None = None

    @classmethod
    def read(cls, section: Fields) -> Self:
        found = cls(
            _degrees(section, "latitude", 90),
            _degrees(section, "longitude", 180),
            section.whole("altitude", 0, MAX_ALTITUDE) if "altitude" in section else None,
        )
        section.close()
        return found

    def to_json(self) -> JsonObject:
        return {"latitude": self.latitude, "longitude": self.longitude, "altitude": self.altitude}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        altitude = member(value, "altitude")
        return cls(
            text(member(value, "latitude")),
            text(member(value, "longitude")),
            None if altitude is None else whole(altitude),
        )


@dataclass(frozen=True)
class Metadata:
    """Empty where nothing is said."""

    taken: str = ""
    modified: str = ""
    author: str = ""
    make: str = ""
    model: str = ""
    software: str = ""
    title: str = ""
    copyright: str = ""
    gps: Position | None = None
    chunks: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, section: Fields, *, is_png: bool) -> Self:
        texts = {name: a_text(section, name, MAX_TEXT) for name in _TEXT_TAGS}
        gps = section.section("gps", required=False)
        found = cls(
            taken=a_moment(section, "taken"),
            modified=a_moment(section, "modified"),
            **texts,
            gps=None if gps is None else Position.read(gps),
            chunks=_chunks(section) if is_png else (),
        )
        section.close()
        return found

    def exif(self, dpi: int) -> Exif | None:
        """The EXIF block; None where there is nothing to say, as for a picture that was wiped."""
        if self == Metadata(chunks=self.chunks):
            return None
        found = Exif()
        for name, base in _TEXT_TAGS.items():
            written = getattr(self, name)
            if written:
                # Programs read UTF-8 here, although the format is older than it.
                found[base] = written.encode()
        for tag, written in ((_XP_TITLE, self.title), (_XP_AUTHOR, self.author)):
            if written:
                found[tag] = (written + "\0").encode("utf-16-le")
        if self.modified:
            found[Base.DateTime] = _exif_moment(self.modified)
        if dpi:
            found[Base.XResolution] = found[Base.YResolution] = IFDRational(dpi, 1)
            found[Base.ResolutionUnit] = 2
        if self.taken:
            inner = found.get_ifd(IFD.Exif)
            inner[Base.DateTimeOriginal] = inner[Base.DateTimeDigitized] = _exif_moment(self.taken)
        if self.gps:
            found.get_ifd(IFD.GPSInfo).update(_gps(self.gps))
        return found

    def to_json(self) -> JsonObject:
        plain: JsonObject = {name: getattr(self, name) for name in _PLAIN}
        return {
            **plain,
            "gps": self.gps.to_json() if self.gps else None,
            "chunks": [[name, said] for name, said in self.chunks],
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        gps = member(value, "gps")
        pairs = [elements(pair) for pair in elements(member(value, "chunks"))]
        return cls(
            **{name: text(member(value, name)) for name in _PLAIN},
            gps=None if gps is None else Position.from_json(gps),
            chunks=tuple((text(name), text(said)) for name, said in pairs),
        )


_TEXT_TAGS = {
    "author": Base.Artist,
    "make": Base.Make,
    "model": Base.Model,
    "software": Base.Software,
    "title": Base.ImageDescription,
    "copyright": Base.Copyright,
}
_PLAIN = tuple(each.name for each in members(Metadata) if each.name not in {"gps", "chunks"})


def _degrees(section: Fields, name: str, most: int) -> str:
    written = a_number_or_text(section, name, 20, required=True)
    if written and (not _DEGREES.fullmatch(written) or abs(Decimal(written)) > most):
        problem = Phrase("« {written} » n’est pas une position", written=written)
        remedy = Phrase("écrivez des degrés de -{most} à {most}, avec 5 décimales au plus", most=most)
        section.note(name, problem, remedy)
        return "0"
    return written


def _chunks(section: Fields) -> tuple[tuple[str, str], ...]:
    node = section.node("texts", required=False)
    if node is None:
        return ()
    pairs = (
        [(str(k.value), scalar_text(v)) for k, v in node.value] if isinstance(node, yaml.MappingNode) else []
    )
    found = tuple((name, said) for name, said in pairs if said and _CHUNK_NAME.fullmatch(name))
    if not pairs or len(found) != len(pairs) or len(pairs) > MAX_CHUNKS:
        remedy = Phrase("écrivez 1 à {most} champs « Nom: texte », le nom sans accent", most=MAX_CHUNKS)
        section.refuse("texts", node, remedy)
        return ()
    return found


def _exif_moment(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y:%m:%d %H:%M:%S")


def _gps(position: Position) -> dict[int, object]:
    latitude, longitude = Decimal(position.latitude), Decimal(position.longitude)
    found: dict[int, object] = {
        GPS.GPSVersionID: b"\2\3\0\0",
        GPS.GPSLatitudeRef: "S" if latitude < 0 else "N",
        GPS.GPSLatitude: _sexagesimal(latitude),
        GPS.GPSLongitudeRef: "W" if longitude < 0 else "E",
        GPS.GPSLongitude: _sexagesimal(longitude),
    }
    if position.altitude is not None:
        found[GPS.GPSAltitudeRef] = b"\0"
        found[GPS.GPSAltitude] = IFDRational(position.altitude, 1)
    return found


def _sexagesimal(degrees: Decimal) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Degrees, minutes and seconds, exactly."""
    parts = int(abs(degrees) * _HUNDRED_THOUSANDTH) * 3600
    minutes, seconds = divmod(parts, 60 * _HUNDRED_THOUSANDTH)
    return (
        IFDRational(minutes // 60, 1),
        IFDRational(minutes % 60, 1),
        IFDRational(seconds, _HUNDRED_THOUSANDTH),
    )
