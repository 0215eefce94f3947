"""A picture of an item: its drawing, its size in the drawing's own units, and its description."""

from dataclasses import dataclass
from typing import Self

from question_bank.drawings import MOST_BYTES, BadDrawing, normalised
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, member, text, whole
from question_bank.typography import Phrase, french_typography

NARROWEST, WIDEST = 200, 800
LOWEST, HIGHEST = 100, 600
SHORTEST_ALT, LONGEST_ALT = 40, 1500


@dataclass(frozen=True)
class Picture:
    svg: str
    width: int
    height: int
    alt: str

    @classmethod
    def read(cls, section: Fields | None) -> Self:
        if section is None:
            return cls("", WIDEST, HIGHEST, "")
        width = section.whole("width", NARROWEST, WIDEST)
        height = section.whole("height", LOWEST, HIGHEST)
        alt = section.text("alt", LONGEST_ALT)
        written = section.text("svg", MOST_BYTES)
        if alt and len(alt) < SHORTEST_ALT:
            problem = Phrase("cette description est trop courte pour répondre sans voir l’image")
            section.note("alt", problem, Phrase("décrivez tout ce qui sert à choisir"))
        svg = ""
        if written:
            try:
                svg = normalised(written, width, height)
            except BadDrawing as bad:
                section.note("svg", bad.problem, bad.remedy)
        section.close()
        return cls(svg, width, height, alt)

    @classmethod
    def from_json(cls, value: Json) -> Self:
        width, height = (whole(member(value, name)) for name in ("width", "height"))
        return cls(text(member(value, "svg")), width, height, text(member(value, "alt")))

    def to_json(self) -> JsonObject:
        return {"svg": self.svg, "width": self.width, "height": self.height, "alt": self.alt}

    def shown(self) -> JsonObject:
        return {**self.to_json(), "alt": french_typography(self.alt)}
