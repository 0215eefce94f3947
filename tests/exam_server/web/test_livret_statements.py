"""The head's page about the livret, and the signed statements that programs of others can check."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from joserfc import jws
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from exam_server.exports.livret_statements import LIVRET_TYP
from exam_server.signing.base64url import b64u_decode
from exam_server.signing.canonical import read_canonical
from exam_server.signing.keys import KeyStore, Purpose
from exam_server.storage.transaction import Transaction
from tests.exam_server.web.site import Site
from tests.support.livret import SPRING, Book, Came, let_in, open_book
from tests.support.programs import needed, runs

T = TypeVar("T")


class Office:
    """The head of a school at a browser, and what is written behind it."""

    def __init__(self, site: Site, book: Book, head: httpx.AsyncClient) -> None:
        self.site = site
        self.book = book
        self.head = head

    async def write(self, act: Callable[[Book], T]) -> T:
        def written(tx: Transaction) -> T:
            self.book.tx = tx
            return act(self.book)

        return await self.site.store.run(written)

    async def page(self) -> str:
        answer = await self.head.get("/livret", headers={"accept": "text/html"})
        assert answer.status_code == 200
        return answer.text

    async def state(self, session: str) -> int:
        """The number of the statement that says what is so."""
        answer = await self.head.post(f"/sessions/{session}/livret", json={})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["number"])

    async def statement(self, session: str, number: int | None = None) -> str:
        asked = {} if number is None else {"number": number}
        answer = await self.head.get(f"/sessions/{session}/livret", params=asked)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jose")
        return answer.text

    async def said(self, session: str, number: int | None = None) -> dict[str, Any]:
        """What a statement says, to whoever has the public keys and joserfc."""
        token = await self.statement(session, number)
        published = (await self.site.browser().get("/.well-known/passation/jwks.json")).json()
        keys = KeySet.import_key_set(published)
        with_iat = JWSRegistry(algorithms=["ES256"], strict_check_header=False)
        opened = jws.deserialize_compact(token, keys, registry=with_iat)
        assert opened.headers()["typ"] == LIVRET_TYP
        payload = read_canonical(opened.payload)
        assert isinstance(payload, dict)
        return dict(payload)


async def an_office(site: Site) -> Office:
    site.make_key()
    key = site.desk.keys.active(Purpose.DOCUMENTS, site.store.clock())
    book = await site.store.run(lambda tx: open_book(tx, key))
    return Office(site, book, await site.signed_in(book.head))


@pytest.fixture
async def office(site: Site) -> Office:
    """With nothing in it yet."""
    return await an_office(site)


async def test_before_anybody_has_sat_the_page_says_what_will_come(office: Office) -> None:
    text = await office.page()
    assert "Rien à transmettre pour l’instant" in text
    assert "Aucun programme n’a encore accès" in text


async def test_the_page_counts_by_class_what_the_livret_would_take(office: Office) -> None:
    def write(book: Book) -> None:
        one, two = book.pupil("Verger"), book.pupil("Abri")
        book.session(Came(one), Came(two, "rejected"))
        book.session(Came(book.pupil("Attente", class_name="3E B")), state="closed")
        book.pupil("Jamais", class_name="3E B")

    await office.write(write)
    await office.site.store.run(lambda tx: let_in(tx, office.book.uai))
    rows = [re.sub("<[^>]*>", " ", row).split() for row in (await office.page()).split("<tr>")]
    assert ["3E", "A", "2", "1", "1", "0", "0"] in [row[:7] for row in rows]
    assert ["3E", "B", "2", "0", "0", "1", "1"] in [row[:7] for row in rows]
    assert "n’est pas encore venu" in await office.page()


async def test_before_its_publication_a_session_has_nothing_for_the_livret(office: Office) -> None:
    session = await office.write(lambda book: book.session(Came(book.pupil()), state="finalised"))
    refused = await office.head.post(f"/sessions/{session}/livret", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nothing_for_the_livret")
    nothing = await office.head.get(f"/sessions/{session}/livret")
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "no_statement")


async def test_without_a_key_nothing_is_stated(site: Site, tmp_path: Path) -> None:
    elsewhere = KeyStore(tmp_path / "elsewhere").create(Purpose.DOCUMENTS, site.store.clock())
    book = await site.store.run(lambda tx: open_book(tx, elsewhere))
    office = Office(site, book, await site.signed_in(book.head))
    session = await office.write(lambda book: book.session(Came(book.pupil())))
    refused = await office.head.post(f"/sessions/{session}/livret", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "no_key")


async def test_results_that_another_server_signed_are_not_told(site: Site, tmp_path: Path) -> None:
    site.make_key()
    elsewhere = KeyStore(tmp_path / "elsewhere").create(Purpose.DOCUMENTS, site.store.clock())
    book = await site.store.run(lambda tx: open_book(tx, elsewhere))
    office = Office(site, book, await site.signed_in(book.head))
    session = await office.write(lambda book: book.session(Came(book.pupil("Mirabelleraie"))))
    for answer in (await office.head.get("/livret"), await office.head.post(f"/sessions/{session}/livret")):
        assert answer.status_code == 500
        assert "Mirabelleraie" not in answer.text


async def test_a_statement_is_given_once_and_checked_by_openssl(office: Office, tmp_path: Path) -> None:
    session = await office.write(lambda book: book.session(Came(book.pupil())))
    assert await office.state(session) == 1
    token = await office.statement(session)
    office.site.store.clock.advance(minutes=5)  # type: ignore[attr-defined]
    assert await office.state(session) == 1
    assert await office.statement(session) == token
    signed, _dot, signature = token.rpartition(".")
    raw = b64u_decode(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = office.site.desk.keys.active(Purpose.DOCUMENTS, office.site.store.clock())
    for name, content in (("text", signed.encode()), ("sig", der), ("pem", key.public.pem().encode())):
        (tmp_path / name).write_bytes(content)
    verify = [needed("openssl", "openssl"), "dgst", "-sha256", "-verify", "pem", "-signature", "sig", "text"]
    assert runs(verify, tmp_path) == (True, "Verified OK\n")
    (tmp_path / "text").write_bytes(signed.encode() + b"x")
    assert not runs(verify, tmp_path)[0]


async def test_what_is_stated_is_what_was_signed_of_whoever_can_be_matched(office: Office) -> None:
    def write(book: Book) -> tuple[str, str]:
        pupil = book.pupil("Verger", other_given_names="Cerise")
        came = [
            Came(pupil),
            Came(book.pupil("Sans-INE", ine="12")),
            Came(book.pupil("Sans-SIECLE", siecle_id="")),
            Came(book.pupil("Partie", active=False)),
            Came(
                book.pupil("Née-ailleurs", birth_date=date(2011, 3, 5)), signed={"birth_date": "2011-03-04"}
            ),
            Came(book.pupil("Annulée"), "cancelled"),
        ]
        session = book.session(*came)
        book.certificate(pupil, session)
        return session, pupil.ine

    session, ine = await office.write(write)
    text = await office.page()
    assert "4 élèves à rapprocher" in text
    for name in ("Sans-INE", "Sans-SIECLE", "Partie", "Née-ailleurs"):
        assert name in text
    await office.state(session)
    said = await office.said(session)
    assert (said["kind"], said["number"], said["replaces"]) == ("export", 1, None)
    assert said["centre"]["uai"] == office.book.uai
    (one,) = said["certifications"]
    assert (one["ine"], one["given_names"], one["score"]) == (ine, ["Prune", "Cerise"], 256)
    assert (one["status"], len(one["levels"]), len(one["code"])) == ("validated", 16, 14)


async def test_a_corrected_pupil_is_in_a_correction_of_the_same_version(office: Office) -> None:
    def write(book: Book) -> tuple[str, str]:
        pupil = book.pupil("Verger", siecle_id="")
        return book.session(Came(pupil)), pupil.id

    session, pupil = await office.write(write)
    await office.state(session)
    await office.write(
        lambda book: book.tx.connection.exec_driver_sql(
            f"UPDATE pupil SET siecle_id = '77' WHERE id = '{pupil}'"  # noqa: S608
        )
    )
    assert await office.state(session) == 2
    said = await office.said(session)
    assert (said["kind"], said["session"]["version"], len(said["certifications"])) == ("correction", 1, 1)


async def test_corrections_and_withdrawals_name_what_they_replace_on_both_databases(both_sites: Site) -> None:
    office = await an_office(both_sites)
    came = await office.write(lambda book: Came(book.pupil()))
    session = await office.write(lambda book: book.session(came))
    assert await office.state(session) == 1
    await office.write(lambda book: book.withdraw(session))
    assert "Préparer le retrait" in await office.page()
    assert await office.state(session) == 2
    assert await office.state(session) == 2

    def again(book: Book) -> None:
        candidate = book.candidate_of(came.pupil, session)
        book.finalise(session, [(candidate, replace(came, certified=(3,) * 16))], version=2)
        book.publish(session, 2)

    await office.write(again)
    assert "Préparer la correction" in await office.page()
    assert await office.state(session) == 3
    chain = [await office.said(session, number) for number in (1, 2, 3)]
    assert [one["kind"] for one in chain] == ["export", "withdrawal", "correction"]
    assert [one["session"]["version"] for one in chain] == [1, 1, 2]
    assert [len(one["certifications"]) for one in chain] == [1, 0, 1]
    for before, after in ((1, 2), (2, 3)):
        digest = sha256((await office.statement(session, before)).encode()).hexdigest()
        assert chain[after - 1]["replaces"] == {"number": before, "sha256": digest}
    text = await office.page()
    assert "remplace le nº" in text


async def test_each_session_has_a_chain_of_its_own_and_the_school_one_numbering(office: Office) -> None:
    def write(book: Book) -> list[str]:
        later = SPRING + timedelta(days=1)
        return [book.session(Came(book.pupil())), book.session(Came(book.pupil()), at=later)]

    one, two = await office.write(write)
    assert [await office.state(one), await office.state(two)] == [1, 2]
    assert (await office.said(two))["replaces"] is None
    unknown = await office.head.get(f"/sessions/{one}/livret", params={"number": 2})
    assert unknown.status_code == 404
    for number in ("x", "-1", "1" * 40, "١"):
        bad = await office.head.get(f"/sessions/{one}/livret", params={"number": number})
        assert bad.status_code == 422


async def test_another_school_s_statement_is_not_there(office: Office) -> None:
    session = await office.write(lambda book: book.session(Came(book.pupil())))
    await office.state(session)
    key = office.site.desk.keys.active(Purpose.DOCUMENTS, office.site.store.clock())
    other = await office.site.store.run(lambda tx: open_book(tx, key))
    browser = await office.site.signed_in(other.head)
    assert (await browser.get(f"/sessions/{session}/livret")).status_code == 404
    assert (await browser.post(f"/sessions/{session}/livret", json={})).status_code == 404
    assert session not in (await browser.get("/livret", headers={"accept": "text/html"})).text


async def test_results_of_another_session_in_the_row_are_refused(office: Office) -> None:
    """Two rows of signed results were swapped: nothing of either is told."""

    def write(book: Book) -> None:
        one, two = book.session(Came(book.pupil())), book.session(Came(book.pupil()))
        rows: dict[str, str] = dict(
            book.tx.connection.exec_driver_sql("SELECT session_id, results FROM results_version").fetchall()
        )
        for session, results in ((one, rows[two]), (two, rows[one])):
            book.tx.connection.exec_driver_sql(
                "UPDATE results_version SET results = ? WHERE session_id = ?", (results, session)
            )

    await office.write(write)
    answer = await office.head.get("/livret")
    assert answer.status_code == 500
