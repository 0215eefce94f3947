"""`passation lsu`: what is said of a file, whose levels are merged, and that nothing is written in vain."""

import asyncio
import stat
from pathlib import Path

import pytest

from exam_server.acts import pupils, staff
from exam_server.domain.roles import Person, Role
from exam_server.exports.lsu.reading import read_lsu
from exam_server.storage.engines import open_database
from exam_server.storage.store import Store
from exam_server.storage.transaction import Transaction
from tests.exam_server.commands.conftest import Command
from tests.support.clock import ManualClock
from tests.support.house import a_house
from tests.support.lsu_files import SUBSET, UAI, plain_file, whole_file
from tests.support.school import profile_row, pupil_row

TABLE = (
    "ELEVE_ID;Nom;1.1;5.2\n1234501;Amarante;1;8\n1234502;Bergamote;2;\n1234503;Capucine;1;1\n9;Dahlia;1;1\n"
)
BOTH = ("--class", "6E 1", "--class", "6e2")


@pytest.fixture
def bilans(tmp_path: Path) -> Path:
    file = tmp_path / "bilans.xml"
    file.write_bytes(whole_file())
    return file


@pytest.fixture
def levels(tmp_path: Path) -> Path:
    file = tmp_path / "niveaux.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def test_a_file_in_order_is_said_to_be(command: Command, bilans: Path) -> None:
    said = command("lsu", "check", bilans)
    assert (said.code, said.err) == (0, "")
    assert "EN ORDRE" in said.out
    assert not (bilans.parent / "passation-data").exists()


def test_everything_wrong_is_said_with_file_line_field_and_remedy(command: Command, bilans: Path) -> None:
    bilans.write_bytes(whole_file().replace(b'niveau="2"', b'niveau="4"').replace(b'"1234502"', b'"1234501"'))
    said = command("lsu", "check", bilans)
    assert said.code == 1
    assert "bilans.xml, ligne 18, champ «\u00a0eleve/@id-be\u00a0»" in said.err
    assert "bilans.xml, ligne 131, champ «\u00a0competence-num/@niveau\u00a0»" in said.err
    assert "Corrigez-le dans le logiciel" in said.err
    assert said.out == ""


def test_levels_of_a_table_are_merged_and_everybody_is_accounted_for(
    command: Command, bilans: Path, levels: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.xml"
    said = command("lsu", "merge", bilans, *BOTH, "--levels", levels, "--out", out)
    assert said.code == 0, said.err
    for words in (
        "ajoutées\u00a0: 1",
        "remplacées\u00a0: 1",
        "Sans bilan pour la période",
        "Absents du fichier\u00a0: 1",
    ):
        assert words in said.out
    assert "niveau 0, rien n’est écrit" in said.out
    skills = {one.pupil: one.skills.niveaux for one in read_lsu("x", out.read_bytes()).bilans if one.skills}
    assert skills == {"EL_1": {"CN_INF_MEN": 1, "CN_ENV_EVO": 3}, "EL_2": {"CN_INF_MEN": 2}}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert bilans.read_bytes() == whole_file()
    again = command("lsu", "merge", out, *BOTH, "--levels", levels, "--out", tmp_path / "again.xml")
    assert again.code == 0
    assert (tmp_path / "again.xml").read_bytes() == out.read_bytes()


def test_the_mapping_is_the_operator_s_and_is_named(
    command: Command, bilans: Path, levels: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.xml"
    said = command("lsu", "merge", bilans, *BOTH, "--levels", levels, "--out", out, "--mapping", "2,5,8")
    assert "3 à partir du niveau 8" in said.out
    assert "Niveaux trop bas" in said.out
    assert b'<competence-num code="CN_ENV_EVO" niveau="3"/>' in out.read_bytes()


def test_where_nobody_is_merged_nothing_is_written(
    command: Command, bilans: Path, levels: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.xml"
    said = command("lsu", "merge", bilans, "--class", "6E 9", "--levels", levels, "--out", out)
    assert said.code == 1
    assert "rien n’est écrit" in said.err
    assert "Personne n’est dans la classe «\u00a06E 9\u00a0»" in said.out
    assert not out.exists()


def test_a_table_with_a_fault_merges_nothing(command: Command, bilans: Path, levels: Path) -> None:
    levels.write_text(TABLE.replace(";8", ";9"), encoding="utf-8")
    said = command("lsu", "merge", bilans, *BOTH, "--levels", levels, "--out", bilans.with_name("out.xml"))
    assert said.code == 1
    assert "niveaux.csv, ligne 2" in said.err
    assert not bilans.with_name("out.xml").exists()


def test_another_version_is_let_in_by_the_setting_or_by_the_option(
    command: Command, bilans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bilans.write_bytes(plain_file([("1", "6E 1")], version="13.0"))
    assert "PASSATION_LSU_VERSIONS" in command("lsu", "check", bilans).err
    assert command("lsu", "check", bilans, "--schema-version", "13.0").code == 0
    monkeypatch.setenv("PASSATION_LSU_VERSIONS", "7.0, 13.0")
    assert command("lsu", "check", bilans).code == 0
    monkeypatch.setenv("PASSATION_LSU_VERSIONS", "treize")
    assert "réglage refusé" in command("lsu", "check", bilans).err


def test_the_merged_file_is_held_against_the_operator_s_schema(
    command: Command, bilans: Path, levels: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.xml"
    merge = ("lsu", "merge", bilans, *BOTH, "--levels", levels, "--out", out, "--xsd")
    said = command(*merge, SUBSET)
    assert said.code == 1
    assert "Le schéma XSD refuse" in said.err
    assert not out.exists()
    levels.write_text(TABLE.replace(";8", ";2"), encoding="utf-8")
    assert command(*merge, SUBSET).code == 0
    said = command(*merge, tmp_path / "nothing.xsd")
    assert said.code == 1
    assert "ne peut pas servir" in said.err


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ((), "donnez --levels, ou --centre"),
        (("--levels", "niveaux.csv", "--centre", UAI), "donnez --levels, ou --centre"),
        (("--levels", "niveaux.csv", "--mapping", "3,2,1"), "trois niveaux croissants"),
        (("--levels", "niveaux.csv", "--appreciation", "x" * 601), "600 caractères"),
        (("--levels", "niveaux.csv", "--out", "bilans.xml"), "un autre fichier"),
    ],
)
def test_what_is_typed_wrong_is_said(
    command: Command, bilans: Path, levels: Path, typed: tuple[str, ...], sentence: str
) -> None:
    said = command("lsu", "merge", bilans, "--class", "6E 1", "--out", "out.xml", *typed)
    assert said.code == 2
    assert sentence in said.err


def import_school(folder: Path) -> None:
    """Two pupils of 6E 1 under the file's own identifiers, one of them without a profile."""
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(
        open_database(f"sqlite:///{folder}/passation.sqlite"), a_house(), ManualClock(), lambda _: None
    )

    def act(tx: Transaction) -> None:
        centre = staff.add_centre(tx, UAI, "École Démo")
        head = Person("x", centre, "Garance", frozenset({Role.HEAD}))
        pupils.save_pupils(tx, head, [pupil_row(number, "6E 1") for number in (1, 2)], complete=False)
        tx.orm.flush()
        pupils.save_profiles(tx, head, [profile_row(1)])

    async def run() -> None:
        await store.run(act)
        await store.close()

    asyncio.run(run())


def test_levels_of_the_profiles_imported_here_are_merged(
    command: Command, settings: Path, tmp_path: Path
) -> None:
    import_school(settings)
    bilans, out = tmp_path / "bilans.xml", tmp_path / "out.xml"
    bilans.write_bytes(plain_file([("1001", "6E 1"), ("1002", "6E 1")]))
    merge = ("lsu", "merge", bilans, "--class", "6E 1", "--out", out, "--centre")
    said = command(*merge, UAI.lower())
    assert said.code == 0, said.err
    assert "Sans niveaux connus ici\u00a0: 1" in said.out
    assert "Démo-001 Prunelle" in said.out
    assert out.read_bytes().count(b"<competences-numeriques>") == 1
    assert "autre établissement" in command(*merge, "0990002P").err
    bilans.write_bytes(plain_file([("1001", "6E 1")], uai="0990002P"))
    assert "aucun établissement 0990002P ici" in command(*merge, "0990002P").err
