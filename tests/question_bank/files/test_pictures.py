"""Pictures are real ones: their size, their colours and all that they say of themselves is read again."""

import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from tests.question_bank.files.authored import one, problems_of

PLAIN = {"width": 40, "height": 30, "background": "#cfe2ee"}
METADATA = {
    "taken": "2023-07-14 16:05:09",
    "modified": "2023-07-15",
    "author": "Inès Martin",
    "make": "Optica",
    "model": "Lumen 40",
    "software": "Retouche 3",
    "title": "Le port d’été",
    "copyright": "CC BY-SA 4.0",
}


def opened(name: str, content: object) -> Any:
    octets = one(name, "image", content).generate()
    assert octets == one(name, "image", content).generate()
    return Image.open(io.BytesIO(octets))


def degrees_in(parts: Any) -> Decimal:
    whole, minutes, seconds = (Decimal(part.numerator) / Decimal(part.denominator) for part in parts)
    return whole + minutes / 60 + seconds / 3600


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.png"])
def test_a_picture_has_its_size_its_resolution_and_its_metadata(name: str) -> None:
    picture = opened(name, {**PLAIN, "dpi": 240, "metadata": METADATA})
    assert picture.format == ("PNG" if name.endswith("png") else "JPEG")
    assert picture.size == (40, 30)
    assert [round(dots) for dots in picture.info["dpi"]] == [240, 240]
    exif = picture.getexif()
    assert exif[Base.Artist].encode("latin-1").decode() == "Inès Martin"
    assert (exif[Base.Make], exif[Base.Model]) == ("Optica", "Lumen 40")
    assert exif[Base.DateTime] == "2023:07:15 00:00:00"
    assert exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] == "2023:07:14 16:05:09"
    assert exif[Base.XPTitle].decode("utf-16-le") == "Le port d’été\0"


@settings(max_examples=60, deadline=None)
@given(st.decimals(-90, 90, places=5), st.decimals(-180, 180, places=5), st.none() | st.integers(0, 8900))
def test_a_position_is_read_again_to_the_last_decimal(
    latitude: Decimal, longitude: Decimal, altitude: int | None
) -> None:
    gps: dict[str, object] = {"latitude": f"{latitude:f}", "longitude": f"{longitude:f}"}
    if altitude is not None:
        gps["altitude"] = altitude
    found = opened("a.jpg", {**PLAIN, "metadata": {"gps": gps}}).getexif().get_ifd(IFD.GPSInfo)
    exact = Decimal("0.0000000001")
    assert abs(degrees_in(found[GPS.GPSLatitude]) - abs(latitude)) < exact
    assert abs(degrees_in(found[GPS.GPSLongitude]) - abs(longitude)) < exact
    assert found[GPS.GPSLatitudeRef] == ("S" if latitude < 0 else "N")
    assert found[GPS.GPSLongitudeRef] == ("W" if longitude < 0 else "E")
    assert found.get(GPS.GPSAltitude) == altitude


def test_a_png_carries_its_text_chunks() -> None:
    texts = {"Comment": "Vue à l’est", "Author": "Inès"}
    picture = opened("a.png", {**PLAIN, "metadata": {"texts": texts}})
    assert picture.text == texts
    assert not picture.getexif()


def test_a_picture_without_metadata_says_nothing_of_itself() -> None:
    picture = opened("a.jpg", PLAIN)
    assert not picture.getexif()
    assert "dpi" not in picture.info


def test_shapes_are_drawn_one_over_the_other() -> None:
    shapes = [
        {"shape": "rectangle", "box": [0, 0, 39, 14], "fill": "#ff0000"},
        {"shape": "ellipse", "box": [10, 4, 18, 12], "fill": "#00ff00", "outline": "#0000ff", "width": 1},
        {"shape": "line", "box": [0, 29, 39, 29], "outline": "#0000ff"},
    ]
    picture = opened("a.png", {**PLAIN, "shapes": shapes})
    seen = [picture.getpixel(place) for place in ((1, 1), (14, 8), (20, 29), (30, 20))]
    assert seen == [(255, 0, 0), (0, 255, 0), (0, 0, 255), (0xCF, 0xE2, 0xEE)]


def test_french_words_can_be_drawn_each_letter_its_own() -> None:
    def drawn(word: str) -> bytes:
        shape = {"shape": "text", "at": [2, 2], "text": word, "size": 20}
        octets: bytes = opened("a.png", {**PLAIN, "shapes": [shape]}).tobytes()
        return octets

    letters = "éèêëàâçùûîïôœæÉÈÀÇŒ€«»’eacuio"
    assert len({drawn(letter) for letter in letters}) == len(letters)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"width": 0}, "width"),
        ({"width": 4000, "height": 1001}, "width"),
        ({"width": 4001}, "width"),
        ({"background": "blue"}, "background"),
        ({"dpi": 5}, "dpi"),
        ({"quality": 100}, "quality"),
        ({"shapes": [{"shape": "star"}]}, "shapes[1].shape"),
        ({"shapes": [{"shape": "rectangle", "box": [9, 9, 1, 1]}]}, "shapes[1].box"),
        ({"shapes": [{"shape": "line", "box": [0, 0, 1]}]}, "shapes[1].box"),
        ({"shapes": [{"shape": "text", "at": [0, 0]}]}, "shapes[1].text"),
        ({"metadata": {"taken": "14/07/2023"}}, "metadata.taken"),
        ({"metadata": {"taken": "2023-02-30"}}, "metadata.taken"),
        ({"metadata": {"gps": {"latitude": "91", "longitude": "0"}}}, "metadata.gps.latitude"),
        ({"metadata": {"gps": {"latitude": "1,5", "longitude": "0"}}}, "metadata.gps.latitude"),
        ({"metadata": {"texts": {"Comment": "x"}}}, "metadata.texts"),
    ],
)
def test_a_picture_that_cannot_be_is_told(change: dict[str, object], field: str) -> None:
    assert field in problems_of("a.jpg", "image", {**PLAIN, **change})
