"""Pointing: one zone is right, zones can be told apart and hit, the picture has a description."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.jsonvalues import Json
from question_bank.item_types.point import Point, Zone
from question_bank.item_types.table import BadResponse
from tests.question_bank.bodies import SEEDS, listed, points
from tests.question_bank.item_files import loaded, problems_of

ALT = "Une barre grise avec trois boutons ronds, de gauche à droite rouge, vert et bleu."
PICTURE = f"""
    picture:
      svg: <svg><rect width="400" height="200"/></svg>
      width: 400
      height: 200
      alt: {ALT}
"""
ZONES = """
    zones:
      - {text: rond rouge, x: 0, y: 0, width: 40, height: 40}
      - {text: rond vert, x: 40, y: 0, width: 40, height: 40, key: true}
      - {text: rond bleu, x: 0, y: 40, width: 40, height: 40}
"""
SIDES = st.integers(0, 60)


@given(points(), SEEDS)
def test_every_other_zone_is_wrong(body: Point, seed: int) -> None:
    names = [f"z{number}" for number in range(1, len(body.zones) + 1)]
    right = [name for name in names if body.is_correct(seed, {"zone": name})]
    assert right == [body.right_content(seed)["zone"]]


@given(points(), SEEDS, st.booleans())
def test_a_zone_keeps_its_place_under_any_name(body: Point, seed: int, shuffle: bool) -> None:
    shown = {(zone["x"], zone["y"]) for zone in listed(body.render(seed, shuffle), "zones")}
    assert shown == {(zone.x, zone.y) for zone in body.zones}


def test_the_name_and_the_order_of_zones_tell_nothing(tmp_path: Path) -> None:
    body = loaded(tmp_path, "point", PICTURE + ZONES).body
    names = [body.right_content(seed)["zone"] for seed in range(3000)]
    firsts = [listed(body.render(seed, True), "zones")[0]["text"] for seed in range(3000)]
    assert all(900 < names.count(name) < 1100 for name in ("z1", "z2", "z3"))
    assert all(900 < firsts.count(text) < 1100 for text in ("rond rouge", "rond vert", "rond bleu"))


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        (None, "wrong_type"),
        (1, "wrong_type"),
        (["z1"], "wrong_type"),
        ("z4", "unknown_option"),
        ("", "unknown_option"),
    ],
)
def test_a_bad_point_is_refused_by_its_reason(tmp_path: Path, zone: Json, code: str) -> None:
    body = loaded(tmp_path, "point", PICTURE + ZONES).body
    with pytest.raises(BadResponse) as refused:
        body.parse(7, {"zone": zone})
    assert refused.value.code == code


@given(SIDES, SIDES, SIDES, SIDES)
def test_zones_overlap_when_a_place_is_in_both(x: int, y: int, width: int, height: int) -> None:
    one = Zone("un", 20, 20, 20, 20, False)
    other = Zone("deux", x, y, width + 1, height + 1, False)
    inside = any(
        20 <= across < 40 and 20 <= down < 40
        for across in range(x, x + width + 1)
        for down in range(y, y + height + 1)
    )
    assert one.overlaps(other) == other.overlaps(one) == inside


def test_zones_that_touch_are_two_zones(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "point", PICTURE + ZONES) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("x: 40, y: 0", "x: 39, y: 0", "zones[2] : cette zone recouvre la zone 1"),
        ("x: 40, y: 0", "x: 365, y: 0", "zones[2] : cette zone dépasse de l’image"),
        ("y: 40, width: 40, height: 40", "y: 40, width: 31, height: 40", "zones[3].width : cette valeur"),
        (", key: true", "", "zones : 0 zones sont marquées justes"),
        ("text: rond bleu", "key: true, text: rond bleu", "zones : 2 zones sont marquées justes"),
        ("rond bleu", "rond vert", "zones[3] : « rond vert » est proposé deux fois"),
        (f"      alt: {ALT}\n", "", "picture.alt : ce champ manque"),
        (ALT, "Des boutons.", "picture.alt : cette description est trop courte"),
        ("width: 400\n", "width: 900\n", "picture.width : cette valeur"),
        ("<rect", "<image", "picture.svg : <image> n’est pas permis dans <svg>"),
        ('width="400" height', 'onclick="a()" height', "picture.svg : onclick sur <rect> n’est pas permis"),
        ("<svg>", "<svg viewBox='0 0 40 20'>", "picture.svg : viewBox ne dit pas la taille de l’image"),
    ],
)
def test_a_wrong_point_is_explained(tmp_path: Path, before: str, after: str, said: str) -> None:
    fields = PICTURE + ZONES
    assert before in fields
    problems = problems_of(tmp_path, "point", fields.replace(before, after, 1))
    assert any(said in problem for problem in problems), problems
