"""Pictures drawn from a short scene, with real metadata, which is often what the question is about."""

import io
from dataclasses import dataclass
from typing import Self

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from question_bank.files.image_metadata import Metadata
from question_bank.files.shapes import MAX_SIDE, Shape
from question_bank.files.written import a_colour
from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json, JsonObject, elements, member, text, whole
from question_bank.typography import Phrase

MAX_PIXELS = 4_000_000
MAX_SHAPES = 200
MIN_DPI, MAX_DPI = 30, 2400

_PIXELS_OF_A_STEP = 50


@dataclass(frozen=True)
class Picture:
    """`dpi` 0: the file does not say."""

    width: int
    height: int
    background: str
    dpi: int
    quality: int
    shapes: tuple[Shape, ...]
    metadata: Metadata

    @classmethod
    def read(cls, fields: Fields, name: str) -> Self:
        is_png = name.lower().endswith(".png")
        width, height = (fields.whole(side, 1, MAX_SIDE) for side in ("width", "height"))
        if width * height > MAX_PIXELS:
            problem = Phrase("{count} pixels, c’est trop", count=width * height)
            fields.note("width", problem, Phrase("restez sous {most}", most=MAX_PIXELS))
        sections = fields.sections("shapes", 0, MAX_SHAPES) if "shapes" in fields else []
        metadata = fields.section("metadata", required=False)
        found = cls(
            width,
            height,
            a_colour(fields, "background") or "#ffffff",
            fields.whole("dpi", MIN_DPI, MAX_DPI) if "dpi" in fields else 0,
            85 if is_png else fields.whole("quality", 20, 95, 85),
            tuple(Shape.read(section) for section in sections),
            Metadata() if metadata is None else Metadata.read(metadata, is_png=is_png),
        )
        fields.node("shapes", required=False)
        fields.node("dpi", required=False)
        fields.close()
        return found

    @property
    def effort(self) -> int:
        return self.width * self.height // _PIXELS_OF_A_STEP + 20 * len(self.shapes)

    def generate(self, name: str) -> bytes:
        drawn = Image.new("RGB", (self.width, self.height), self.background)
        pen = ImageDraw.Draw(drawn)
        for shape in self.shapes:
            shape.draw(pen)
        written = io.BytesIO()
        options: dict[str, object] = {"dpi": (self.dpi, self.dpi)} if self.dpi else {}
        exif = self.metadata.exif(self.dpi)
        if exif is not None:
            options["exif"] = exif
        if name.lower().endswith(".png"):
            drawn.save(written, "PNG", pnginfo=self._chunks(), **options)
        else:
            drawn.save(written, "JPEG", quality=self.quality, **options)
        return written.getvalue()

    def _chunks(self) -> PngInfo:
        chunks = PngInfo()
        for name, said in self.metadata.chunks:
            chunks.add_text(name, said)
        return chunks

    def to_json(self) -> JsonObject:
        return {
            "width": self.width,
            "height": self.height,
            "background": self.background,
            "dpi": self.dpi,
            "quality": self.quality,
            "shapes": [shape.to_json() for shape in self.shapes],
            "metadata": self.metadata.to_json(),
        }

    @classmethod
    def from_json(cls, value: Json) -> Self:
        return cls(
            whole(member(value, "width")),
            whole(member(value, "height")),
            text(member(value, "background")),
            whole(member(value, "dpi")),
            whole(member(value, "quality")),
            tuple(Shape.from_json(shape) for shape in elements(member(value, "shapes"))),
            Metadata.from_json(member(value, "metadata")),
        )
