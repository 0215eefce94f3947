"""Importing over the web: what is kept, what is asked first, and what a stranger's row does."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from exam_server.acts import staff
from exam_server.demo.school import PROFILES_FILE, PUPILS_FILE, UAI, write_school
from exam_server.domain.roles import Role
from exam_server.storage.tables import Pupil
from tests.exam_server.web.site import Site


@pytest.fixture
async def head(site: Site) -> httpx.AsyncClient:
    """The browser of the invented school's head."""
    centre_id = await site.store.run(staff.add_centre, UAI, "École Démo")
    return await site.signed_in(await site.hire(centre_id, Role.HEAD, name="Garance"))


async def send(head: httpx.AsyncClient, path: str, file: Path, **agreed: str) -> dict[str, Any]:
    reply = await head.post(path, files={"file": (file.name, file.read_bytes())}, data=agreed)
    assert reply.status_code == 200
    return dict(reply.json())


async def test_the_file_of_one_class_asks_before_the_others_become_inactive(
    site: Site, head: httpx.AsyncClient, tmp_path: Path
) -> None:
    write_school(tmp_path / "all")
    write_school(tmp_path / "few", pupils=20)
    whole = await send(head, "/pupils/import", tmp_path / "all" / PUPILS_FILE)
    assert (whole["saved"], whole["added"], whole["confirm_left"]) == (True, 64, 0)

    async def active() -> int:
        found = await site.store.read(lambda r: list(r.orm.scalars(select(Pupil))))
        return sum(1 for pupil in found if pupil.active)

    few = await send(head, "/pupils/import", tmp_path / "few" / PUPILS_FILE)
    assert (few["saved"], few["left"], few["problems_total"]) == (False, 0, 0)
    assert few["confirm_left"] > 5
    assert await active() == 64
    sure = await send(head, "/pupils/import", tmp_path / "few" / PUPILS_FILE, confirm_left="1")
    assert (sure["saved"], sure["left"], sure["confirm_left"]) == (True, few["confirm_left"], 0)
    assert await active() < 64


async def test_a_stranger_s_profile_is_named_and_keeps_the_others_out_until_asked_for(
    head: httpx.AsyncClient, tmp_path: Path
) -> None:
    write_school(tmp_path / "all")
    write_school(tmp_path / "few", pupils=20)
    await send(head, "/pupils/import", tmp_path / "few" / PUPILS_FILE)
    refused = await send(head, "/profiles/import", tmp_path / "all" / PROFILES_FILE)
    assert refused["saved"] is False
    assert refused["problems_total"] == len(refused["problems"]) > 0
    assert {one["field"] for one in refused["problems"]} == {"identifiant"}
    kept = await send(head, "/profiles/import", tmp_path / "all" / PROFILES_FILE, keep_valid="1")
    assert (kept["saved"], kept["added"]) == (True, refused["rows"])
    assert kept["problems"] == refused["problems"]
