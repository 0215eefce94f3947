"""QTI: our own package comes back the same, foreign ones are read, and nothing is dropped without a word."""

from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

import question_bank
from question_bank.exchange.archive import read_archive
from question_bank.exchange.drafts import Found
from question_bank.exchange.item_files import write_drafts
from question_bank.exchange.markup import parse_xml
from question_bank.exchange.qti_package import OwnFiles, read_package, write_own, write_package
from question_bank.exchange.qti_reading import read_item
from question_bank.exchange.qti_writing import NotInQti, write_item
from question_bank.item_types.fill_in import FillIn
from question_bank.item_types.table import ItemType
from question_bank.items import ACTED, ItemVersion
from question_bank.loading import LoadedBank, load_bank, load_items
from question_bank.typography import blocks
from tests.question_bank.exchange import packages
from tests.support.examples import example_bank

SHIPPED = Path(question_bank.__file__).parent / "items"


@pytest.fixture(scope="module")
def loaded() -> LoadedBank:
    return load_items(SHIPPED / "1.1")


def imported(folder: Path, octets: bytes) -> tuple[tuple[ItemVersion, ...], list[str]]:
    found = read_package(octets)
    assert isinstance(found, Found)
    _, refused = write_drafts(found.drafts, folder, "1.1", 3, "ailleurs")
    said = [str(one.reason) for one in (*found.unmapped, *refused)]
    return (load_bank(folder).items if len(found.drafts) > len(refused) else ()), said


def one(folder: Path, xml: str, kind: str = "imsqti_item_xmlv3p0") -> ItemVersion:
    (item,), said = imported(folder, packages.package({"items/one.xml": xml}, kind))
    assert said == []
    return item


def test_our_own_package_comes_back_the_same(tmp_path: Path, loaded: LoadedBank) -> None:
    octets, _ = write_package(loaded)
    files = read_package(octets)
    assert isinstance(files, OwnFiles)
    assert write_own(files, tmp_path) == len(loaded.bank.items)
    assert load_bank(tmp_path).version == loaded.bank.version


def test_the_same_bank_makes_the_same_package(loaded: LoadedBank) -> None:
    assert write_package(loaded) == write_package(loaded)


def test_an_existing_file_is_never_written_over(tmp_path: Path, loaded: LoadedBank) -> None:
    files = read_package(write_package(loaded)[0])
    assert isinstance(files, OwnFiles)
    kept = tmp_path / next(iter(files))
    kept.parent.mkdir(parents=True)
    kept.write_text("kept")
    with pytest.raises(FileExistsError):
        write_own(files, tmp_path)
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_every_item_that_qti_can_say_comes_back_from_its_qti_alone(tmp_path: Path) -> None:
    told = set()
    for number, item in enumerate((*load_bank(SHIPPED).items, *example_bank().items)):
        first = item.variant(0)
        if first.type in ACTED:
            with pytest.raises(NotInQti):
                write_item(first)
            continue
        if first.type in told and number % 7:
            continue
        written = write_item(first)
        draft = read_item(parse_xml(written.xml), first.id, written.files)
        folder = tmp_path / first.id
        _, refused = write_drafts([draft], folder, first.competence, first.level, "retour")
        assert refused == []
        (back,) = load_bank(folder).items
        assert back.type is first.type
        if isinstance(back.body, FillIn) and isinstance(first.body, FillIn):
            assert back.body.gaps == first.body.gaps, first.id
            assert blocks(back.body.text) == blocks(first.body.text), first.id
        else:
            assert back.body == first.body, first.id
        assert blocks(back.stem) == blocks(first.stem), first.id
        assert back.shuffle == first.shuffle, first.id
        told.add(first.type)
    assert told == set(ItemType) - ACTED


def test_what_qti_cannot_say_is_named_when_it_is_exported(loaded: LoadedBank) -> None:
    _, unmapped = write_package(loaded)
    acted = {item.id for item in loaded.bank.items if item.type in ACTED}
    assert {one.source for one in unmapped} == acted


def test_every_written_item_is_listed_in_the_manifest(loaded: LoadedBank) -> None:
    octets, unmapped = write_package(loaded)
    files = read_archive(octets)
    listed = {
        node.get("href") for node in fromstring(files["imsmanifest.xml"]).iter() if node.tag.endswith("}file")
    }
    assert listed == set(files) - {"imsmanifest.xml"}
    assert sum(name.startswith("items/") for name in files) == len(loaded.bank.items) - len(unmapped)


def test_a_foreign_choice_is_read_with_its_prompt_and_its_list(tmp_path: Path) -> None:
    item = one(tmp_path, packages.CHOICE)
    assert item.type is ItemType.SINGLE_CHOICE
    assert item.body.key() == ("Je le signale.",)
    assert [block.text for block in blocks(item.stem)] == [
        "Un courriel demande votre mot de passe.",
        "- Il est urgent.",
        "Que faites-vous\u202f?",
    ]


def test_a_foreign_number_keeps_its_tolerance(tmp_path: Path) -> None:
    item = one(tmp_path, packages.NUMBER)
    assert item.body.to_json() == {"value": "12.5", "tolerance": "0.5", "unit": None}


@pytest.mark.parametrize(
    ("xml", "kind", "key"),
    [
        (packages.ORDER, ItemType.ORDERING, ("Télécharger", "Installer", "Vérifier")),
        (packages.MATCH, ItemType.MATCHING, None),
        (packages.GAPS, ItemType.FILL_IN, ("copie", "original")),
        (packages.INLINE, ItemType.FILL_IN, ("Madame", "pièce")),
    ],
)
def test_other_foreign_interactions_are_read(
    tmp_path: Path, xml: str, kind: ItemType, key: tuple[str, ...] | None
) -> None:
    item = one(tmp_path, xml)
    assert item.type is kind
    assert key in (None, item.body.key())


@pytest.mark.parametrize("version", ["imsqti_item_xmlv2p1", "imsqti_item_xmlv2p2"])
def test_older_items_are_read_too(tmp_path: Path, version: str) -> None:
    item = one(tmp_path, packages.OLD_CHOICE, version)
    assert (item.type, item.body.key(), item.shuffle) == (
        ItemType.MULTIPLE_CHOICE,
        ("Navi", "Explo"),
        False,
    )


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (packages.ESSAY, "extendedTextInteraction"),
        (packages.WITH_IMAGE, "image"),
        (packages.CHOICE.replace("Je clique.", "Je réponds."), "les mêmes"),
        (packages.CHOICE.replace("<qti-value>B</qti-value>", ""), "pas déclarée"),
        (packages.ORDER.replace("<qti-value>B</qti-value>", ""), "toutes"),
        (packages.MATCH.replace("<qti-value>C R</qti-value>", ""), "exactement une réponse"),
        (packages.item3("", "<p>Rien.</p>"), "rien n’est demandé"),
        ("<assessmentTest/>", "pas un item"),
        ("<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>", "DTD"),
        ("<x", "bien formé"),
        ("<a>" * 80 + "</a>" * 80, "profondément"),
    ],
)
def test_what_cannot_be_mapped_is_listed_with_the_reason(tmp_path: Path, xml: str, said: str) -> None:
    items, reasons = imported(tmp_path, packages.package({"a.xml": packages.CHOICE, "b.xml": xml}))
    assert len(items) == 1
    assert len(reasons) == 1
    assert said in reasons[0]


def test_an_item_that_the_manifest_names_and_the_package_lacks_is_listed(tmp_path: Path) -> None:
    octets = packages.write_archive({"imsmanifest.xml": packages.manifest(["gone.xml"]).encode()})
    assert imported(tmp_path, octets) == ((), ["le manifeste le nomme, mais il n’est pas dans le paquet"])
