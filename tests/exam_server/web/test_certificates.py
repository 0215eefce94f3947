"""Certificates over the network: made by their head, checked by anybody who has the code, withdrawn."""

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from exam_server.exports.bundle import RESULTS_TYP
from exam_server.signing.jws import sign
from exam_server.signing.keys import Purpose
from exam_server.signing.pades import BYTE_RANGE
from exam_server.signing.status_list import open_status_list
from exam_server.storage.certificate_rows import certificate_of
from exam_server.storage.results_tables import Certificate
from tests.exam_server.web.site import Site
from tests.support.room import ExamRoom, a_running_room


@pytest.fixture
async def room(site: Site) -> ExamRoom:
    """One candidate's results are published, signed with the keys of the site."""
    for use in (Purpose.DOCUMENTS, Purpose.QR):
        site.desk.keys.create(use, site.store.clock())
    room = await a_running_room(site.store, 1)
    await room.finish(room.candidates[0])
    await room.close()
    await finalise(site, room)
    await publish(site, room)
    return room


async def finalise(site: Site, room: ExamRoom) -> None:
    key = site.desk.keys.active(Purpose.DOCUMENTS, site.store.clock())
    await room.finalise(lambda payload: sign(key, payload, RESULTS_TYP, site.store.clock()))


async def publish(site: Site, room: ExamRoom) -> None:
    head = await site.signed_in(room.school.head)
    answer = await head.post(f"/sessions/{room.session_id}/results/publish", json={})
    assert answer.status_code == 200, answer.text


async def certificate(site: Site, room: ExamRoom) -> Certificate:
    found = await site.store.read(certificate_of, room.candidates[0].id)
    assert found is not None
    return found


async def checked(site: Site, code: str, browser: httpx.AsyncClient | None = None) -> Mapping[str, Any]:
    answer = await (browser or site.browser()).post("/verify", json={"code": code})
    found: Mapping[str, Any] = {"status": answer.status_code, **answer.json()}
    return found


async def test_the_head_gets_a_sealed_certificate_and_a_class_in_one_archive(
    site: Site, room: ExamRoom
) -> None:
    head = await site.signed_in(room.school.head)
    about = f"/sessions/{room.session_id}"
    one = await head.get(f"{about}/candidates/{room.candidates[0].id}/certificate.pdf")
    assert (one.status_code, one.headers["content-type"]) == (200, "application/pdf")
    assert BYTE_RANGE in one.content
    answer = await head.get(f"{about}/certificates.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        (name,) = files.namelist()
        assert files.read(name).startswith(b"%PDF")
    other = await head.get(f"{about}/certificates.zip", params={"class": "nobody's"})
    assert other.status_code == 409


@pytest.mark.parametrize("write", [str.lower, lambda code: f" {code[:5]}-{code[5:10]} {code[10:]} "])
async def test_anybody_with_the_code_sees_what_the_certificate_says(
    site: Site, room: ExamRoom, write: Any
) -> None:
    found = await certificate(site, room)
    said = await checked(site, write(found.code))
    assert (said["status"], said["state"]) == (200, "valid")
    assert len(said["levels"]) == 16
    assert not {"ine", "class_name", "extra_time"} & said.keys()


async def test_a_slip_of_the_pen_and_an_unknown_code_are_told_apart(site: Site, room: ExamRoom) -> None:
    code = (await certificate(site, room)).code
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    said = await checked(site, wrong)
    assert (said["status"], said["error"]["code"]) == (422, "mistyped_code")
    said = await checked(site, "00000000000000")
    assert (said["status"], said["error"]["code"]) == (404, "unknown_certificate")


async def test_tries_are_limited_for_a_browser(site: Site, room: ExamRoom) -> None:
    browser = site.browser()
    await browser.get("/verify")
    answers = [await checked(site, "00000000000000", browser) for _ in range(21)]
    assert [one["status"] for one in answers] == [404] * 20 + [429]


async def test_a_withdrawn_certificate_is_revoked_and_then_replaced(site: Site, room: ExamRoom) -> None:
    first = await certificate(site, room)
    head = await site.signed_in(room.school.head)
    withdrawal = {"reason": "erreur de salle"}
    await head.post(f"/sessions/{room.session_id}/results/withdraw", json=withdrawal)
    assert (await checked(site, first.code))["state"] == "revoked"
    listed = await site.browser().get(f"/.well-known/passation/status/{first.status_list}.jws")
    keys = site.desk.keys.public_keys(Purpose.DOCUMENTS)
    bits = open_status_list(listed.text, keys, str(first.status_list)).bits
    assert bits.is_set(first.status_index)
    await finalise(site, room)
    await publish(site, room)
    assert (await checked(site, first.code))["state"] == "replaced"
    second = await certificate(site, room)
    assert (await checked(site, second.code))["state"] == "valid"
    assert (await site.browser().get("/.well-known/passation/status/99.jws")).status_code == 404


async def test_the_page_to_keep_has_the_keys_of_the_day_and_no_address_to_load_from(
    site: Site, room: ExamRoom
) -> None:
    page = await site.browser().get("/verify/offline.html")
    assert page.status_code == 200
    assert len(page.content) < 150_000
    assert "default-src 'none'" in page.text
    assert not re.search(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=", page.text)
    for key in site.desk.keys.list(site.store.clock()):
        if key.purpose in (Purpose.QR, Purpose.DOCUMENTS):
            assert key.kid in page.text
