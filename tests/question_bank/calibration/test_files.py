"""The file of responses is read strictly, and a new version differs from the old one by parameters alone."""

from pathlib import Path

import numpy as np
import pytest

import question_bank
from question_bank.calibration.fit import Estimate
from question_bank.calibration.reading import BadResponses, read_responses
from question_bank.calibration.writing import WouldOverwrite, write_version
from question_bank.items import Bank
from question_bank.loading import LoadedBank, load_items

SHIPPED = Path(question_bank.__file__).parent / "items" / "1.1"
ITEM, OTHER = "1.1-choisir-des-mots-cles-a", "1.1-operateur-de-site-b"


@pytest.fixture(scope="module")
def loaded() -> LoadedBank:
    return load_items(SHIPPED)


def read(folder: Path, bank: Bank, text: str) -> tuple[list[int], list[int], list[int]]:
    path = folder / "responses.csv"
    path.write_text(text, encoding="utf-8")
    found = read_responses(path, bank)
    return found.candidate.tolist(), found.right.tolist(), found.declared[:, 0].tolist()


def said(folder: Path, bank: Bank, text: str) -> list[str]:
    with pytest.raises(BadResponses) as caught:
        read(folder, bank, text)
    return [str(error) for error in caught.value.errors]


@pytest.mark.parametrize("separator", [";", ","])
def test_responses_are_read_whatever_their_columns_order(
    tmp_path: Path, loaded: LoadedBank, separator: str
) -> None:
    text = f"item;candidate;right;declared;note\n{ITEM};u7;1;3;x\n{OTHER};u7;0;3;\n{ITEM};u9;1;5;\n"
    found = read(tmp_path, loaded.bank, text.replace(";", separator))
    assert found == ([0, 0, 1], [1, 0, 1], [3, 5])


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (["u;nothing;3;1"], "2: item : « nothing » n’est pas de cette banque"),
        ([f"u;{ITEM};9;1"], "2: declared"),
        ([f"u;{ITEM};0;1"], "2: declared"),
        ([f"u;{ITEM};3;oui"], "2: right"),
        ([f";{ITEM};3;1"], "2: candidate"),
        ([f"u;{ITEM};3;1", f"u;{ITEM};3;1"], "3: item : cette personne y a déjà répondu"),
        ([f"u;{ITEM};3;1", f"u;{OTHER};4;1"], "3: declared : un autre niveau"),
        ([f"u;{ITEM}"], "2: declared"),
        ([], "aucune réponse"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(
    tmp_path: Path, loaded: LoadedBank, lines: list[str], wrong: str
) -> None:
    text = "\n".join(["candidate;item;declared;right", *lines])
    assert any(wrong in each for each in said(tmp_path, loaded.bank, text))


def test_a_missing_column_is_named(tmp_path: Path, loaded: LoadedBank) -> None:
    assert said(tmp_path, loaded.bank, "candidate;item;right\n") == ["1: declared : cette colonne manque"]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path, loaded: LoadedBank) -> None:
    path = tmp_path / "responses.csv"
    path.write_bytes(b"candidate;item;declared;right\n\xff\xfe\n")
    with pytest.raises(BadResponses):
        read_responses(path, loaded.bank)
    with pytest.raises(BadResponses):
        read_responses(tmp_path / "missing.csv", loaded.bank)


def estimate(item: str) -> Estimate:
    return Estimate(item, 900, 1.234567, -0.987654, 0.1, 0.1, 1.1, 0.0, False, 1.0, 0.0, -0.987654)


def test_a_new_version_has_the_new_parameters_and_everything_else_as_it_was(
    tmp_path: Path, loaded: LoadedBank
) -> None:
    written = write_version(SHIPPED, tmp_path / "1.1", loaded, {ITEM: estimate(ITEM)})
    item = written.bank.item(ITEM)
    assert (item.parameters.a, item.parameters.b, item.parameters.calibrated) == (1.235, -0.988, True)
    changed = [one.id for one in written.bank.items if one != loaded.bank.item(one.id)]
    assert changed == [ITEM]
    assert written.bank.version != loaded.bank.version


def test_a_second_calibration_replaces_the_parameters_of_the_first(
    tmp_path: Path, loaded: LoadedBank
) -> None:
    first = write_version(SHIPPED, tmp_path / "a" / "1.1", loaded, {ITEM: estimate(ITEM)})
    path = Path(first.places[ITEM].file)
    several = path.read_text().replace("{a: 1.235, b: -0.988}", "\n      a: 1.235\n      b: -0.988")
    path.write_text(several)
    again = load_items(tmp_path / "a" / "1.1")
    second = write_version(
        tmp_path / "a" / "1.1", tmp_path / "b" / "1.1", again, {ITEM: estimate(ITEM), OTHER: estimate(OTHER)}
    )
    assert Path(second.places[ITEM].file).read_text().count("parameters:") == 1
    assert np.isclose(second.bank.item(OTHER).parameters.b, -0.988)


def test_a_folder_with_something_in_it_is_never_written_over(tmp_path: Path, loaded: LoadedBank) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    with pytest.raises(WouldOverwrite):
        write_version(SHIPPED, tmp_path, loaded, {})
