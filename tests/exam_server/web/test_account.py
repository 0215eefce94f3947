"""One's own account over HTTP, and how a route has an act confirmed: proofs, limits, words."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher
from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import passwords
from exam_server.acts.staff import sign_in
from exam_server.domain.roles import Person, Role
from exam_server.storage.credential_tables import OneTimeSecret
from exam_server.web.access import RoleRoute
from exam_server.web.confirming import Site as PasskeySite
from exam_server.web.confirming import confirmation_in, site_of
from exam_server.web.desk import answer, desk_of
from tests.exam_server.web.site import Site, a_site, settings_for
from tests.support.authenticator import Authenticator
from tests.support.clock import ManualClock
from tests.support.databases import Place
from tests.support.school import found_school

PASSWORD = "quatre vergers en fleurs"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PAGE = {"accept": "text/html"}
Post = Callable[..., Awaitable[httpx.Response]]


async def a_person(site: Site, password: str | None = PASSWORD) -> Person:
    """Somebody whose password is verified in no time: how slow that is elsewhere is no matter here."""
    school = await site.store.run(found_school)
    person = await site.hire(school.centre_id, Role.HEAD, name="Sauge")
    if password is not None:
        await site.store.run(passwords.set_password, person, QUICK.hash(password), "")
    return person


def posting(browser: httpx.AsyncClient) -> Post:
    async def post(path: str, **body: object) -> httpx.Response:
        return await browser.post(f"/account/{path}", json=body)

    return post


def error(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


def later(site: Site, **by: int) -> None:
    site.store.clock.advance(**by)  # type: ignore[attr-defined]


def code_of(site: Site, totp: pyotp.TOTP) -> str:
    return totp.at(site.store.clock())


async def add_passkey(post: Post, key: Authenticator, password: str = PASSWORD) -> httpx.Response:
    begun = (await post("passkeys/begin", password=password)).json()
    made = key.make(begun["options"])
    return await post("passkeys", challenge=begun["challenge"], name="Bureau <1>", passkey=made)


async def add_code(site: Site, post: Post, password: str = PASSWORD) -> pyotp.TOTP:
    begun = (await post("code/begin", password=password)).json()
    totp = pyotp.TOTP(begun["secret"].replace(" ", ""))
    assert (await post("code", code=code_of(site, totp))).json() == {"next": "/account"}
    later(site, seconds=30)
    return totp


# -- passkeys ----------------------------------------------------------------------------------------------


async def test_a_passkey_is_added_used_and_removed(both_sites: Site) -> None:
    browser = await both_sites.signed_in(await a_person(both_sites))
    post, key = posting(browser), Authenticator()
    assert "Vous ne pouvez pas encore confirmer" in (await browser.get("/account")).text
    assert (await add_passkey(post, key)).json() == {"next": "/account"}
    page = (await browser.get("/account", headers=PAGE)).text
    assert "Bureau &lt;1&gt;" in page
    assert "Bureau <1>" not in page
    asked = (await post("trial", ask=True)).json()
    assert (asked["has_passkey"], asked["has_code"]) == (True, False)
    proof = {"challenge": asked["challenge"], "passkey": key.use(asked["options"])}
    assert (await post("trial", **proof)).json() == {"method": "passkey"}
    assert error(await post("trial", **proof)) == (409, "challenge_over")
    credential = asked["options"]["allowCredentials"][0]["id"]
    assert error(await post("passkeys/remove", credential=credential, password="?"))[1] == "wrong_password"
    removed = await post("passkeys/remove", credential=credential, password=PASSWORD)
    assert removed.json() == {"next": "/account"}
    assert (await post("trial", ask=True)).json()["has_passkey"] is False


async def test_a_passkey_that_signs_something_else_or_elsewhere_is_refused_in_words(site: Site) -> None:
    post, key = posting(await site.signed_in(await a_person(site))), Authenticator()
    await add_passkey(post, key)
    asked, other = [(await post("trial", ask=True)).json() for _ in range(2)]
    for answered in (key.use(other["options"]), {}, {"id": "x", "response": {}}):
        refused = await post("trial", challenge=asked["challenge"], passkey=answered)
        assert error(refused) == (403, "wrong_passkey")
        assert refused.json()["error"]["remedy"]
    assert error(await post("trial", challenge=asked["challenge"], passkey="x")) == (422, "bad_field")
    key.origin = "https://elsewhere.example"
    refused = await post("trial", challenge=asked["challenge"], passkey=key.use(asked["options"]))
    assert error(refused) == (403, "wrong_passkey")


@pytest.mark.parametrize(
    ("base", "site"),
    [
        ("https://passation.example", PasskeySite("passation.example", "https://passation.example")),
        ("https://passation.example:443/x", PasskeySite("passation.example", "https://passation.example")),
        ("https://Ecole.example:8443", PasskeySite("ecole.example", "https://ecole.example:8443")),
        ("http://localhost:8000", PasskeySite("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", PasskeySite("localhost", "http://localhost:8000")),
        ("http://[::1]:8000", PasskeySite("localhost", "http://localhost:8000")),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::1]:8443", None),
    ],
)
def test_the_site_of_passkeys_is_the_server_s_name(base: str, site: PasskeySite | None) -> None:
    assert site_of(base) == site


async def test_where_the_server_has_no_name_the_page_says_so_and_codes_serve(
    on_sqlite: Place, tmp_path: Path, clock: ManualClock
) -> None:
    async with a_site(settings_for(on_sqlite.url, tmp_path / "folder", "https://192.0.2.7"), clock) as site:
        browser = await site.signed_in(await a_person(site))
        post = posting(browser)
        page = (await browser.get("/account")).text
        assert "il lui faut un nom" in page
        assert "Nom de la clé" not in page
        assert error(await post("passkeys/begin", password=PASSWORD)) == (409, "no_passkeys_here")
        totp = await add_code(site, post)
        asked = (await post("trial", ask=True)).json()
        refused = await post("trial", challenge=asked["challenge"], passkey={})
        assert error(refused) == (409, "no_passkeys_here")
        proof = {"password": PASSWORD, "code": code_of(site, totp)}
        done = await post("trial", challenge=asked["challenge"], **proof)
        assert done.json() == {"method": "password_and_code"}


# -- the password and a code ---------------------------------------------------------------------------


async def test_a_secret_is_shown_once_as_text_and_as_a_picture(site: Site) -> None:
    person = await a_person(site)
    browser = await site.signed_in(person)
    begun = await posting(browser)("code/begin", password=PASSWORD)
    assert begun.headers["cache-control"] == "no-store"
    secret = begun.json()["secret"].replace(" ", "")
    assert begun.json()["picture"].startswith("data:image/svg+xml;base64,")
    page = (await browser.get("/account")).text
    assert "jamais confirmé" in page
    assert secret not in page.replace(" ", "")
    kept = await site.store.read(lambda reading: reading.get(OneTimeSecret, person.id).sealed)
    assert secret.encode() not in kept


async def test_the_password_and_a_code_confirm_once(both_sites: Site) -> None:
    post = posting(await both_sites.signed_in(await a_person(both_sites)))
    totp = await add_code(both_sites, post)
    asked, again = [(await post("trial", ask=True)).json() for _ in range(2)]
    assert asked["has_code"] is True
    proof = {"password": PASSWORD, "code": code_of(both_sites, totp)}
    done = await post("trial", challenge=asked["challenge"], **proof)
    assert done.json() == {"method": "password_and_code"}
    refused = await post("trial", challenge=again["challenge"], **proof)
    assert error(refused) == (403, "wrong_confirmation")


async def test_a_wrong_password_and_a_wrong_code_get_the_same_answer(site: Site) -> None:
    post = posting(await site.signed_in(await a_person(site)))
    totp = await add_code(site, post)
    challenge = (await post("trial", ask=True)).json()["challenge"]
    code = code_of(site, totp)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    refused = [
        await post("trial", challenge=challenge, password=password, code=typed)
        for password, typed in (("autre chose", code), (PASSWORD, wrong), ("autre chose", wrong))
    ]
    assert error(refused[0]) == (403, "wrong_confirmation")
    assert len({reply.content for reply in refused}) == 1
    done = await post("trial", challenge=challenge, password=PASSWORD, code=code)
    assert done.status_code == 200


async def test_five_wrong_confirmations_have_to_wait_and_fifteen_an_hour(site: Site) -> None:
    """Also a right one then waits; another person's do not, nor does a passkey."""
    person = await a_person(site)
    post, key = posting(await site.signed_in(person)), Authenticator()
    totp = await add_code(site, post)
    await add_passkey(post, key)
    challenge = (await post("trial", ask=True)).json()["challenge"]

    async def try_it(password: str) -> tuple[int, str]:
        said = await post("trial", challenge=challenge, password=password, code=code_of(site, totp))
        return (200, "") if said.is_success else error(said)

    for _ in range(3):
        assert [await try_it("autre chose") for _ in range(6)] == [(403, "wrong_confirmation")] * 5 + [
            (429, "too_many_tries")
        ]
        assert await try_it(PASSWORD) == (429, "too_many_tries")
        later(site, minutes=5)
        challenge = (await post("trial", ask=True)).json()["challenge"]
    assert await try_it(PASSWORD) == (429, "too_many_tries")
    refused = await post("passkeys/remove", credential="x", password=PASSWORD)
    assert error(refused) == (429, "too_many_tries")
    asked = (await post("trial", ask=True)).json()
    proof = {"challenge": asked["challenge"], "passkey": key.use(asked["options"])}
    assert (await post("trial", **proof)).status_code == 200
    later(site, minutes=45)
    challenge = (await post("trial", ask=True)).json()["challenge"]
    assert await try_it(PASSWORD) == (200, "")


async def test_right_confirmations_do_not_count_as_tries(site: Site) -> None:
    post = posting(await site.signed_in(await a_person(site)))
    totp = await add_code(site, post)
    for _ in range(7):
        challenge = (await post("trial", ask=True)).json()["challenge"]
        proof = {"password": PASSWORD, "code": code_of(site, totp)}
        assert (await post("trial", challenge=challenge, **proof)).status_code == 200
        later(site, seconds=30)


async def test_without_a_code_or_a_password_the_answer_says_where_to_add_it(site: Site) -> None:
    post = posting(await site.signed_in(await a_person(site)))
    challenge = (await post("trial", ask=True)).json()["challenge"]
    refused = await post("trial", challenge=challenge, password=PASSWORD, code="123456")
    assert error(refused) == (409, "no_code")
    assert "Mon compte" in refused.json()["error"]["remedy"]


async def test_another_route_has_its_act_confirmed_in_its_own_transaction(site: Site) -> None:
    """What a closing does: the proof is for its purpose, and serves in the act or not at all."""

    async def close(request: Request, person: Person) -> Response:
        confirm = await confirmation_in(request, person, "close")
        return answer((await desk_of(request).store.run(confirm)).to_json())

    site.app.router.routes.append(RoleRoute("/close-it", close, roles=[Role.HEAD], method="POST"))
    browser = await site.signed_in(await a_person(site))
    post, key = posting(browser), Authenticator()
    await add_passkey(post, key)
    asked = (await post("trial", ask=True)).json()
    body = {"challenge": asked["challenge"], "passkey": key.use(asked["options"])}
    assert error(await browser.post("/close-it", json=body)) == (409, "challenge_over")
    assert error(await browser.post("/close-it", json={})) == (422, "bad_field")


# -- what is proved again ----------------------------------------------------------------------------------

CHANGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("passkeys/begin", {}),
    ("passkeys/remove", {"credential": "x"}),
    ("code/begin", {}),
    ("code/remove", {}),
    ("password", {"new": PASSWORD * 2, "again": PASSWORD * 2}),
)


async def test_who_has_a_password_gives_it_again_before_anything_changes(site: Site) -> None:
    post = posting(await site.signed_in(await a_person(site)))
    for path, body in CHANGES:
        for password in ("", "autre chose"):
            assert error(await post(path, **body, password=password)) == (403, "wrong_password"), path
        assert error(await post(path, **body)) == (422, "bad_field"), path
        later(site, minutes=5)
        assert (await post(path, **body, password=PASSWORD)).status_code in {200, 404}, path


async def test_who_has_no_password_must_have_signed_in_lately(site: Site) -> None:
    person = await a_person(site, None)
    stale = posting(await site.signed_in(person))
    later(site, seconds=1)
    fresh = posting(await site.signed_in(person))
    later(site, minutes=14, seconds=59)
    for path, body in CHANGES:
        assert error(await stale(path, **body, password="")) == (403, "login_not_recent"), path
        assert (await fresh(path, **body, password="")).status_code in {200, 404}, path


async def test_a_password_is_chosen_changed_and_signs_in(site: Site) -> None:
    person = await a_person(site, None)
    token, _ = await site.store.run(sign_in, person.id)
    post = posting(site.browser(passation_staff=token))
    elsewhere = await site.signed_in(person)
    differ = await post("password", password="", new=PASSWORD, again=PASSWORD + "!")
    assert error(differ) == (422, "bad_password")
    assert differ.json()["error"]["problems"][0]["field"] == "again"
    short = await post("password", password="", new="onze lettre", again="onze lettre")
    assert error(short) == (422, "password_too_short")
    assert (await post("password", password="", new=PASSWORD, again=PASSWORD)).status_code == 200
    assert (await elsewhere.get("/account")).status_code == 401
    new = "cinq vergers en fleurs"
    assert error(await post("password", password="", new=new, again=new)) == (403, "wrong_password")
    assert (await post("password", password=PASSWORD, new=new, again=new)).status_code == 200
    right = {"email": "sauge@ecole.example", "password": new}
    assert (await site.browser().post("/staff/sign-in", json=right)).status_code == 200


# -- the page ------------------------------------------------------------------------------------------------


async def test_everybody_on_the_staff_has_an_account_page_and_a_link_to_it(site: Site) -> None:
    school = await site.store.run(found_school)
    author = await site.hire(school.centre_id, Role.AUTHOR, name="Sauge")
    for person in (school.head, school.invigilator, school.officer, author):
        browser = await site.signed_in(person)
        page = (await browser.get("/account", headers=PAGE)).text
        assert 'href="/account" aria-current="page"' in page
        assert f"{person.name.lower()}@ecole" in page
        assert 'href="/account"' in (await browser.get("/staff/map", headers=PAGE)).text


async def test_the_last_way_to_confirm_is_said_to_be_the_last(site: Site) -> None:
    browser = await site.signed_in(await a_person(site))
    post, last = posting(browser), "C’est votre dernier moyen de confirmer"
    await add_passkey(post, Authenticator())
    assert last in (await browser.get("/account")).text
    await add_code(site, post)
    page = (await browser.get("/account")).text
    assert last not in page
    assert re.search(r"En service depuis le \d\d/\d\d/\d{4}", page)
    assert (await post("code/remove", password=PASSWORD)).status_code == 200
    assert last in (await browser.get("/account")).text
