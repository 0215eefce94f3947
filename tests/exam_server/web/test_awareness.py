"""Attestations of awareness: for the pupils who were ticked, and not a word about how well anything went."""

import io
from datetime import date

import httpx
import pytest
from pypdf import PdfReader

from exam_server.storage.transaction import Transaction
from exam_server.web.awareness import school_year
from tests.exam_server.web.site import Site
from tests.support.school import School, enrol, found_school


@pytest.fixture
async def school(site: Site) -> School:
    def fill(tx: Transaction) -> School:
        school = found_school(tx)
        enrol(tx, school, 3, "6E 1")
        return school

    return await site.store.run(fill)


@pytest.fixture
async def head(site: Site, school: School) -> httpx.AsyncClient:
    return await site.signed_in(school.head)


async def ids_on(head: httpx.AsyncClient) -> list[str]:
    page = (await head.get("/livret/awareness?class=6E 1")).text
    return [part.partition('"')[0] for part in page.split('name="pupils" value="')[1:]]


async def test_a_page_is_made_for_each_pupil_who_is_ticked(head: httpx.AsyncClient) -> None:
    ids = await ids_on(head)
    assert len(ids) == 3
    made = await head.post("/livret/awareness/papers", data={"pupils": ids[:2], "year": "2025-2026"})
    assert made.status_code == 200
    assert made.headers["content-type"] == "application/pdf"
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made.content)).pages]
    assert len(pages) == 2
    for number, page in enumerate(pages):
        assert f"Démo-00{number} Prunelle" in page
        for words in (
            "6E 1",
            "Collège des 1 Vergers",
            "0990001X",
            "2025-2026",
            "sensibilisation au bon usage",
        ):
            assert words in page
        assert "ni niveau ni score" in page
        assert "pix" not in page.lower()


async def test_nobody_ticked_is_said_and_a_stranger_is_not_found(site: Site, head: httpx.AsyncClient) -> None:
    headers = {"accept": "application/json"}
    nobody = await head.post("/livret/awareness/papers", data={"year": "2025-2026"}, headers=headers)
    assert nobody.json()["error"]["problems"][0]["field"] == "pupils"
    ids = await ids_on(head)
    other = await site.signed_in((await site.store.run(found_school, 2)).head)
    strange = await other.post("/livret/awareness/papers", data={"pupils": ids}, headers=headers)
    assert strange.status_code == 404


async def test_a_class_that_is_not_there_has_no_pupils(head: httpx.AsyncClient) -> None:
    page = await head.get("/livret/awareness?class=5E")
    assert page.status_code == 200
    assert 'name="pupils"' not in page.text


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 6, 30), 2025), (date(2026, 7, 31), 2025), (date(2026, 8, 1), 2026)]
)
def test_a_school_year_begins_in_summer(day: date, year: int) -> None:
    assert school_year(day) == year
