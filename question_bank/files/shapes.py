"""What a picture is drawn of: rectangles, ellipses, lines and words, one after the other."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import fontpkg_atkinson_hyperlegible as atkinson
from PIL import ImageDraw, ImageFont

from question_bank.files.written import a_colour, a_text, wholes
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text, whole
from question_bank.typography import Phrase

MAX_SIDE = 4000
MAX_WORDS = 200
MAX_FONT = 400
MAX_LINE_WIDTH = 200

_FONT = str(Path(atkinson.__file__).parent / "files" / "AtkinsonHyperlegible-Regular.ttf")


class ShapeKind(StrEnum):
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    LINE = "line"
    TEXT = "text"


@dataclass(frozen=True)
class Shape:
    """`box` is two corners, or where words begin; `size` is the height of words or the width of a line."""

    kind: ShapeKind
    box: tuple[int, ...]
    fill: str = ""
    outline: str = ""
    size: int = 1
    words: str = ""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        kind = fields.word("shape", ShapeKind) or ShapeKind.RECTANGLE
        if kind is ShapeKind.TEXT:
            found = cls(
                kind,
                wholes(fields, "at", 2, MAX_SIDE),
                fill=a_colour(fields, "fill") or "#000000",
                size=fields.whole("size", 6, MAX_FONT, 24),
                words=a_text(fields, "text", MAX_WORDS, required=True),
            )
        else:
            box = wholes(fields, "box", 4, MAX_SIDE)
            if kind is not ShapeKind.LINE and (box[2] < box[0] or box[3] < box[1]):
                problem = Phrase("le second coin est avant le premier")
                fields.note("box", problem, Phrase("écrivez gauche, haut, droite, bas"))
            found = cls(
                kind,
                box,
                a_colour(fields, "fill") if kind is not ShapeKind.LINE else "",
                a_colour(fields, "outline"),
                fields.whole("width", 1, MAX_LINE_WIDTH, 1),
            )
        fields.close()
        return found

    def draw(self, pen: ImageDraw.ImageDraw) -> None:
        if self.kind is ShapeKind.TEXT:
            font = ImageFont.truetype(_FONT, self.size, layout_engine=ImageFont.Layout.BASIC)
            pen.text((self.box[0], self.box[1]), self.words, fill=self.fill, font=font)
        elif self.kind is ShapeKind.LINE:
            pen.line(self.box, fill=self.outline or "#000000", width=self.size)
        else:
            draw = pen.rectangle if self.kind is ShapeKind.RECTANGLE else pen.ellipse
            draw(self.box, fill=self.fill or None, outline=self.outline or None, width=self.size)

    def to_json(self) -> JsonObject:
        return {
            "kind": self.kind.value,
            "box": list(self.box),
            "fill": self.fill,
            "outline": self.outline,
            "size": self.size,
            "words": self.words,
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            ShapeKind(text(member(value, "kind"))),
            tuple(whole(each) for each in elements(member(value, "box"))),
            text(member(value, "fill")),
            text(member(value, "outline")),
            whole(member(value, "size")),
            text(member(value, "words")),
        )
