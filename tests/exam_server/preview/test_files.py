"""The author's preview gives the files of the item that it shows, as the candidate would get them."""

from pathlib import Path

import httpx

from exam_server.preview.app import preview_app
from exam_server.preview.shelf import Shelf
from question_bank.loading import load_items
from tests.question_bank.files.test_variants_with_files import SKILL


async def test_an_author_gets_the_files_of_the_variant_on_the_page(tmp_path: Path) -> None:
    folder = tmp_path / "1.3"
    folder.mkdir()
    (folder / "filtrer.yaml").write_text(SKILL, encoding="utf-8")
    loaded = load_items(tmp_path)
    (item,) = loaded.bank.items
    transport = httpx.ASGITransport(app=preview_app(Shelf(loaded)))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        for number in (0, 5):
            assert (await browser.get(f"/items/{item.id}?variant={number}")).status_code == 200
            for file in item.variant(number).files:
                answer = await browser.get(f"/exam/files/{file.id}")
                assert (answer.status_code, answer.content) == (200, file.generate())
                assert answer.headers["content-disposition"].startswith("attachment")
        other = item.variant(0).files[0].id
        assert (await browser.get(f"/exam/files/{other}")).status_code == 404
