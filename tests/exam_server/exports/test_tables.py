"""The results of a session as rows for other programs: what is in them, and what never is."""

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from odfdo import Document

import exam_server
from exam_server.domain.finalisation import Status
from exam_server.exports.csv_table import csv_table
from exam_server.exports.spreadsheet import Sheet, workbook
from exam_server.exports.tables import ResultTable, cells_of, result_table, table_json
from question_bank.framework import COMPETENCE_CODES

(PACKAGE,) = exam_server.__path__
DOCUMENT = (Path(PACKAGE).parent / "docs" / "exports.md").read_text(encoding="utf-8")
TITLES = ["État", "Nom", "Prénom", "Né le", "Classe", "Certification", "Score", *COMPETENCE_CODES]

HOSTILE = ['=HYPERLINK("http://x";"y")', "; nouvelle\nligne", "L" * 60, "🦄🦄", "@SUM(A1)", "'=1", "-2+3"]


def result(name: str = "Démo", class_name: str = "3E A", **changes: object) -> dict[str, Any]:
    """As the signed document has it; of 1.2 nothing was declared, of 1.3 nothing is certified."""
    declared = [3, 0, 4, *[2] * 13]
    certified = [2, 0, 0, *[2] * 13]
    competences = [
        {"competence": place, "declared": of, "certified": to, "low": to, "high": to + 1}
        for place, (of, to) in enumerate(zip(declared, certified, strict=True))
    ]
    scores = {"score": 224, "competences": competences, "evidence": {"band": "refer"}}
    who = {"family_name": name, "given_name": "Prunelle", "birth_date": "2012-03-05", "ine": "990000001AA"}
    return {
        "id": "c1",
        **who,
        "class_name": class_name,
        "status": "validated",
        "reason": None,
        "scores": scores,
        "rulings": [{"kind": "leave_out", "positions": [4], "taken_by": "Garance"}],
        **changes,
    }


def document(*results: Mapping[str, Any]) -> dict[str, Any]:
    centre = {"uai": "0990001X", "name": "Collège Démo"}
    session = {"id": "0" * 32, "centre": centre, "room": "B12", "date": "2026-05-12"}
    return {"session": session, "candidates": list(results)}


def table(*results: Mapping[str, Any], is_published: bool = True) -> ResultTable:
    return result_table(document(*results), 2, is_published=is_published)


def schema() -> Any:
    """The one that the document prints."""
    (written,) = re.findall(r"^```json\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    return json.loads(written)


def test_a_level_is_told_as_in_the_livret() -> None:
    (row,) = table(result()).rows
    assert row.levels == (2, 0, -1, *[2] * 13)
    assert cells_of(row, "publié", "Validée")[6:10] == [224, 2, 0, -1]


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED])
def test_what_is_not_validated_has_no_score_and_no_level_whatever_the_document_says(status: Status) -> None:
    (row,) = table(result(status=str(status), reason="medical")).rows
    assert (row.score, row.levels) == (None, None)
    assert cells_of(row, "publié", "Annulée")[5:] == ["Annulée", None, *[None] * 16]


def test_the_json_is_what_its_schema_says() -> None:
    tables = [
        table(),
        table(result(), result("Autre", status="rejected", reason="fraud_suspected", scores=None)),
        table(result(HOSTILE[0]), is_published=False),
    ]
    validator = jsonschema.Draft202012Validator(schema())
    for one in tables:
        validator.validate(json.loads(json.dumps(table_json(one))))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**table_json(tables[0]), "extra_time": "1/3"})


def test_the_json_says_whether_it_is_published() -> None:
    assert [table_json(table(is_published=one))["published"] for one in (True, False)] == [True, False]


def test_no_reason_no_ruling_no_verdict_no_ine_and_no_accommodation_is_told() -> None:
    one = result(reason="medical", extra_time="1/3", fraud={"requested_by": "Ocre", "confirmed_by": "Sauge"})
    told = json.dumps(table_json(table(one))) + str(cells_of(table(one).rows[0], "publié", "Validée"))
    for secret in ("medical", "1/3", "Ocre", "Garance", "leave_out", "refer", "990000001AA"):
        assert secret not in told


def test_one_class_is_told_alone() -> None:
    both = table(result("A"), result("B", "3E B"))
    assert both.classes == ["3E A", "3E B"]
    assert [row.family_name for row in both.of_class("3E B").rows] == ["B"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name_in_every_file(name: str) -> None:
    (row,) = table(result(name, class_name=name)).rows
    cells = cells_of(row, "publié", "Validée")
    written = csv_table(TITLES, [cells]).decode("utf-8-sig")
    _titles, line = csv.reader(io.StringIO(written, newline=""), delimiter=";")
    assert line[1].removeprefix("'") == name.removeprefix("'")
    assert not line[1].startswith(("=", "+", "-", "@"))
    read = Document(io.BytesIO(workbook([Sheet(name, TITLES, [cells])])))
    assert read.body.get_table(0).get_values()[1][:2] == ["publié", name]
    assert "table:formula" not in read.get_part("content.xml").serialize().decode()
    assert table_json(table(result(name)))["candidates"][0]["family_name"] == name  # type: ignore[index, call-overload]
