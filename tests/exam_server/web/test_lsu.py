"""The livret's file over the web: a report, then the very file that was reported; nothing is kept."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from exam_server.acts import pupils
from exam_server.exports.lsu.reading import read_lsu
from exam_server.storage.transaction import Transaction
from tests.exam_server.web.site import Site, a_site, settings_for
from tests.exam_server.web.whole_database import rows_of
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.lsu_files import SUBSET, plain_file
from tests.support.school import School, enrol, found_school, profile_row, pupil_row

UAI = "0990001X"
PUPILS = [("1000", "6E 1"), ("1001", "6E 1"), ("1002", "6E 1"), ("77", "6E 1"), ("1003", "3E A")]
FORM = {"classes": ["6E 1"], "first": "1", "second": "2", "third": "3", "period": "", "appreciation": ""}


async def a_school(site: Site) -> School:
    """Three pupils of 6e, one of them without a profile, and one of 3e."""
    school = await site.store.run(found_school)

    def fill(tx: Transaction) -> None:
        enrol(tx, school, 2, "6E 1")
        rows = [pupil_row(2, "6E 1"), pupil_row(3, "3E A")]
        pupils.save_pupils(tx, school.head, rows, complete=False)

    await site.store.run(fill)
    return school


@pytest.fixture
async def school(site: Site) -> School:
    return await a_school(site)


@pytest.fixture
async def head(site: Site, school: School) -> AsyncIterator[httpx.AsyncClient]:
    yield await site.signed_in(school.head)


async def send(
    head: httpx.AsyncClient, what: str = "report", content: bytes | None = None, **form: object
) -> httpx.Response:
    file = plain_file(PUPILS, UAI) if content is None else content
    return await head.post(
        f"/livret/lsu/{what}",
        files={"file": ("bilans T2.xml", file)},
        data={**FORM, **form},
        headers={"accept": "application/json"},
    )


def by_title(report: dict[str, Any]) -> dict[str, int]:
    return {group["title"]: group["count"] for group in report["groups"]}


async def test_the_report_counts_everybody_and_the_file_is_the_one_that_was_reported(
    head: httpx.AsyncClient,
) -> None:
    report = (await send(head)).json()
    assert (report["merged"], report["title"], report["name"]) == (
        2,
        "2 élèves complétés",
        "bilans T2-numerique.xml",
    )
    assert by_title(report) == {
        "Sans niveaux connus ici": 1,
        "Présents dans le fichier, inconnus ici": 1,
        "Compétences numériques ajoutées": 2,
    }
    assert any("laissés tels quels" in sentence for sentence in report["sentences"])
    taken = await send(head, "merged", digest=report["digest"])
    assert taken.status_code == 200
    assert "attachment" in taken.headers["content-disposition"]
    found = read_lsu("x.xml", taken.content)
    assert [one.pupil for one in found.bilans if one.skills] == ["EL_0", "EL_1"]
    again = (await send(head, content=taken.content)).json()
    assert by_title(again)["Déjà à jour dans le fichier"] == 2


async def test_a_file_that_would_be_another_by_now_is_not_handed_out(
    site: Site, school: School, head: httpx.AsyncClient
) -> None:
    report = (await send(head)).json()

    def change(tx: Transaction) -> None:
        pupils.save_profiles(tx, school.head, [profile_row(0, (7,) * 16)])

    await site.store.run(change)
    for wrong in (report["digest"], "", "0" * 64):
        late = await send(head, "merged", digest=wrong)
        assert (late.status_code, late.json()["error"]["code"]) == (409, "lsu_changed")


async def test_nothing_of_the_file_is_kept(
    site: Site, on_sqlite: Place, head: httpx.AsyncClient, tmp_path: Path
) -> None:
    def kept() -> object:
        return rows_of(on_sqlite.file), sorted(path for path in tmp_path.rglob("*") if path.suffix == ".xml")

    before = kept()
    report = (await send(head)).json()
    assert (await send(head, "merged", digest=report["digest"])).status_code == 200
    assert kept() == before


async def test_a_file_that_is_refused_says_every_line(head: httpx.AsyncClient) -> None:
    content = plain_file(PUPILS, UAI).replace(b'eleve-ref="EL_3"', b'eleve-ref="EL_9"', 1)
    report = (await send(head, content=content)).json()
    assert (report["merged"], report["groups"]) == (0, [])
    (problem,) = report["problems"]
    assert problem["field"] == "bilan-periodique/@eleve-ref"
    assert problem["line"]
    assert problem["remedy"]
    assert report["sentences"] == ["Fichier bilans T2.xml\u00a0: 1 point à corriger."]
    assert (await send(head, "merged", content=content, digest="0")).status_code == 409


async def test_the_file_of_another_school_is_refused(head: httpx.AsyncClient) -> None:
    report = (await send(head, content=plain_file(PUPILS, "0990002X"))).json()
    assert "autre établissement" in report["problems"][0]["problem"]


async def test_what_is_wished_wrongly_is_said_beside_its_field(head: httpx.AsyncClient) -> None:
    wrong = {"classes": [], "first": "3", "period": "9", "appreciation": "x" * 601}
    reply = await send(head, **wrong)
    assert reply.status_code == 422
    fields = [one["field"] for one in reply.json()["error"]["problems"]]
    assert fields == ["classes", "first", "appreciation", "period"]
    nothing = await head.post("/livret/lsu/report", data=FORM, headers={"accept": "application/json"})
    assert nothing.json()["error"]["code"] == "no_file"


async def test_another_school_s_pupils_are_strangers(site: Site, head: httpx.AsyncClient) -> None:
    other = await site.store.run(found_school, 2)
    browser = await site.signed_in(other.head)
    report = (await send(browser, content=plain_file(PUPILS, "0990002X"))).json()
    assert by_title(report) == {"Présents dans le fichier, inconnus ici": 4}
    assert "digest" in report
    assert (
        await send(browser, "merged", plain_file(PUPILS, "0990002X"), digest=report["digest"])
    ).status_code == 409


async def test_the_page_names_the_classes_and_says_where_profiles_are_missing(
    site: Site, head: httpx.AsyncClient
) -> None:
    page = (await head.get("/livret/lsu")).text
    assert 'value="6E 1"' in page
    assert "sans profil" in page
    assert "n’est pas gardé" in page
    other = await site.store.run(found_school, 2)
    empty = (await (await site.signed_in(other.head)).get("/livret/lsu")).text
    assert "Aucun élève pour l’instant" in empty
    assert "data-livret" not in empty


async def test_the_server_s_schema_is_applied(on_sqlite: Place, tmp_path: Path, clock: ManualClock) -> None:
    settings = settings_for(on_sqlite.url, tmp_path / "folder")
    async with a_site(replace(settings, lsu_xsd=SUBSET), clock) as site:
        head = await site.signed_in((await a_school(site)).head)
        report = (await send(head)).json()
        assert "Le schéma XSD refuse" in report["problems"][0]["problem"]
        assert (await send(head, first="1", second="2", third="8")).json()["merged"] == 2
    async with a_site(replace(settings, lsu_xsd=tmp_path / "gone.xsd"), clock) as site:
        head = await site.signed_in((await site.store.run(found_school, 3)).head)
        reply = await send(head, content=plain_file(PUPILS, "0990003X"))
        assert reply.json()["error"]["code"] == "lsu_schema_unusable"
