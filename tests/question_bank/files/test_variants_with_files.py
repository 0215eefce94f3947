"""Parametric items with files: every variant has its own, made of the same values as its text and its key."""

import csv
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from question_bank.checks import check_every_variant
from question_bank.item_types.table import item_seed, key_of, render_item
from question_bank.items import Bank, ItemVersion
from question_bank.loading import BankErrors, load_bank

SKILL = """\
competence: "1.3"
skill: filtrer
title: Filtrer
items:
  - id: 1.3-filtrer-a
    level: 4
    type: numeric
    time: 150
    stem: "Quelle est la plus haute température de Brest ?"
    files:
      - name: "relevé {{number_of}}.csv"
        csv:
          columns: [Ville, {name: Relevé, kind: date}, Température, Sûr, Vide]
          rows: "{{rows_of}}"
      - name: photos.zip
        archive:
          files:
            - name: vue.jpg
              modified: "{{day}}"
              image:
                width: "{{width}}"
                height: 20
                shapes: [{shape: rectangle, box: [0, 0, "{{width}}", 5], fill: "#305070"}]
                metadata:
                  taken: "{{iso_date(day)}} 08:30"
                  gps: {latitude: "{{latitude}}", longitude: "2.5"}
    answer: {value: "{{max(column(rows_of, 'Température'))}}", unit: °C}
    rationale: Un filtre, puis un tri.
    accessibility: {needs: [download]}
    variants:
      draw:
        number_of: {whole: [1, 999]}
        width: {whole: [30, 90]}
        day: {date: ["2024-01-01", "2024-12-31"]}
        latitude: {decimal: [1, 60], digits: 4}
        rows_of:
          rows: 12
          columns:
            Ville: {one_of: [Brest, Lyon]}
            Relevé: {date: ["2024-01-01", "2024-12-31"]}
            Température: {decimal: [5, 30], digits: 2}
            Sûr: {one_of: [true, false]}
"""


def load(tmp_path: Path, text: str) -> ItemVersion:
    folder = tmp_path / "1.3"
    folder.mkdir()
    (folder / "filtrer.yaml").write_text(text, encoding="utf-8")
    (found,) = load_bank(tmp_path).items
    return found


@pytest.fixture
def item(tmp_path: Path) -> ItemVersion:
    return load(tmp_path, SKILL)


@pytest.mark.parametrize("number", range(8))
def test_a_variant_s_table_holds_the_values_that_its_key_was_worked_out_from(
    item: ItemVersion, number: int
) -> None:
    variant = item.variant(number)
    lines = list(csv.DictReader(io.StringIO(variant.files[0].generate().decode()), delimiter=";"))
    assert len(lines) == 12
    numbers = [Decimal(line["Température"].replace(",", ".")) for line in lines]
    assert Decimal(key_of(variant)[0].split()[0].replace(",", ".")) == max(numbers)
    assert {line["Sûr"] for line in lines} <= {"oui", "non"}
    assert {line["Vide"] for line in lines} == {""}
    assert all(line["Relevé"][2] == "/" and line["Relevé"].endswith("/2024") for line in lines)


def test_pictures_and_archives_are_made_of_native_values(item: ItemVersion) -> None:
    variant = item.variant(3)
    with zipfile.ZipFile(io.BytesIO(variant.files[1].generate())) as archive:
        (entry,) = archive.infolist()
        picture = Image.open(io.BytesIO(archive.read("vue.jpg")))
    assert entry.date_time[0] == 2024
    exif = picture.getexif()
    taken = exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal]
    assert taken == "{}:{:02}:{:02} 08:30:00".format(*entry.date_time[:3])
    assert GPS.GPSLatitude in exif.get_ifd(IFD.GPSInfo)
    assert 30 <= picture.size[0] <= 90


def test_variants_have_files_of_their_own_and_the_same_one_comes_back_from_what_is_stored(
    item: ItemVersion,
) -> None:
    again = Bank.from_json(json.loads(json.dumps(Bank((item,)).to_json()))).items[0]
    ids = [tuple(file.id for file in item.variant(number).files) for number in range(20)]
    assert len(set(ids)) == 20
    assert ids == [tuple(file.id for file in again.variant(number).files) for number in range(20)]


def test_a_browser_gets_the_files_of_its_own_variant(item: ItemVersion) -> None:
    seeds = [item_seed(attempt, item.id) for attempt in range(6)]
    for seed in seeds:
        shown = render_item(item, seed)["files"]
        assert shown == [file.render() for file in item.instance(seed).files]


def test_every_variant_s_files_are_made_by_the_checks(item: ItemVersion) -> None:
    assert list(check_every_variant([item], range(5))) == []


def test_what_a_draw_makes_of_a_file_is_told_with_its_variant(tmp_path: Path) -> None:
    with pytest.raises(BankErrors) as refused:
        load(tmp_path, SKILL.replace("Température, Sûr, Vide]", "Température, Vide]"))
    assert "« Sûr » n’est pas une colonne (variante 0)" in str(refused.value.errors[0])
