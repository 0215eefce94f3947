"""Before every route: headers on every answer, cross-site writes refused, cookies out of scripts' reach."""

from collections.abc import Mapping

from exam_server.domain.roles import Role
from exam_server.web.access import CANDIDATE_COOKIE, DEVICE_COOKIE, KNOWN_COOKIE, STAFF_COOKIE
from exam_server.web.guard import CONTENT_SECURITY_POLICY
from tests.exam_server.web.site import BASE, Site
from tests.support.room import an_exam_room

HOST = "127.0.0.1:8000"
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
FOREIGN: list[Mapping[str, str]] = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": BASE},
    {"sec-fetch-site": "anything new"},
    {"origin": "http://evil.example"},
    {"origin": "http://127.0.0.1:8001"},
    {"origin": "http://127.0.0.1:8000.evil.example"},
    {"origin": "null"},
    {"origin": "http://["},
    {"origin": ""},
]
OWN: list[Mapping[str, str]] = [
    {"sec-fetch-site": "same-origin", "origin": BASE},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "same-origin"},
    {"origin": BASE},
    {},
]


def test_scripts_and_styles_come_from_here_alone() -> None:
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert (
        rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    )
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


async def test_every_answer_is_dressed(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1)
    head = await site.signed_in(room.school.head)
    page = {"accept": "text/html"}
    answers = [
        await head.get("/", headers=page),
        await head.get("/head", headers=page),
        await head.get("/healthz"),
        await head.get("/nothing", headers=page),
        await head.get("/exam", headers=page),
        await head.get("/.well-known/passation/jwks.json"),
        await head.get("/static/client/css/base.css"),
        await head.get("/static/client/css/nothing.css"),
        await head.post("/sessions", content=b"{"),
        await head.post("/sessions", headers={"origin": "http://evil.example"}),
        await head.post("/sessions", content=b"x" * 300_000),
        await head.get("/pupils?class=%00"),
    ]
    site.store.house.banks[site.store.house.bank_version] = None  # a fault that no rule foresees
    answers.append(await head.get(f"/sessions/{room.session_id}/board.json"))
    statuses = [answer.status_code for answer in answers]
    assert statuses == [200, 200, 200, 404, 303, 200, 200, 404, 422, 403, 413, 404, 500]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, str(answer.url)


async def test_nothing_personal_is_kept_by_a_cache(site: Site) -> None:
    browser = site.browser()
    assert (await browser.get("/")).headers["cache-control"] == "no-store"
    assert (await browser.get("/exam/state")).headers["cache-control"] == "no-store"
    assert (await browser.get("/static/client/css/base.css")).headers["cache-control"] == "no-cache"


async def test_tls_is_asked_for_where_there_is_tls(site: Site, secure_site: Site) -> None:
    assert "strict-transport-security" not in (await site.browser().get("/")).headers
    assert "max-age" in (await secure_site.browser().get("/")).headers["strict-transport-security"]


async def test_another_site_s_write_is_refused(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1)
    await room.admit_all()
    number = (await room.session()).log_number
    browser = await site.signed_in(room.school.invigilator)
    path = f"/sessions/{room.session_id}/pause"
    for headers in FOREIGN:
        answer = await browser.post(path, json={"reason": "alarme"}, headers=dict(headers))
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_site"), headers
    assert (await room.session()).log_number == number


async def test_the_site_s_own_write_passes(site: Site) -> None:
    for headers in OWN:
        answer = await site.browser().post("/exam/enter", json={"code": "BCDFGHJK"}, headers=dict(headers))
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_code"), headers


async def test_behind_a_relay_the_public_address_is_the_origin(secure_site: Site) -> None:
    """The relay may pass the request on under another host."""
    headers = {"origin": "https://passation.example", "host": "worker-1:8000"}
    answer = await secure_site.browser().post("/exam/enter", json={"code": "BCDFGHJK"}, headers=headers)
    assert answer.status_code == 404
    headers["origin"] = "https://passation.example.evil.example"
    answer = await secure_site.browser().post("/exam/enter", json={"code": "BCDFGHJK"}, headers=headers)
    assert answer.status_code == 403


async def test_a_link_from_another_site_still_opens_a_page(site: Site) -> None:
    answer = await site.browser().get("/staff", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200


async def test_every_method_that_may_write_is_guarded(site: Site) -> None:
    for method in ("PUT", "DELETE", "PATCH", "POST", "ANYTHING"):
        answer = await site.browser().request(method, "/staff", headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403


def parts_of(cookie: str) -> set[str]:
    return {part.strip().lower() for part in cookie.split(";")[1:]}


async def cookies_of(site: Site) -> dict[str, str]:
    """What a member of the staff and a candidate get to keep, by name."""
    room = await an_exam_room(site.store, candidates=1)
    password = "un mot de passe assez long"
    await site.hire(room.school.centre_id, Role.AUTHOR, name="Aneth", password=password)
    who = {"email": "aneth@ecole.example", "password": password}
    staff = await site.browser().post("/staff/sign-in", json=who)
    candidate = await site.browser().post("/exam/enter", json={"code": room.candidates[0].card})
    assert staff.status_code == candidate.status_code == 200
    cookies = staff.headers.get_list("set-cookie") + candidate.headers.get_list("set-cookie")
    named = {cookie.partition("=")[0]: cookie for cookie in cookies}
    assert set(named) == {STAFF_COOKIE, CANDIDATE_COOKIE, DEVICE_COOKIE, KNOWN_COOKIE}
    return named


async def test_scripts_and_other_sites_do_not_get_the_cookies(site: Site) -> None:
    for cookie in (await cookies_of(site)).values():
        assert {"httponly", "samesite=lax", "path=/"} <= parts_of(cookie)
        assert "secure" not in parts_of(cookie)
        assert not any(part.startswith("domain") for part in parts_of(cookie))


async def test_under_tls_cookies_travel_over_tls_alone(secure_site: Site) -> None:
    for cookie in (await cookies_of(secure_site)).values():
        assert {"httponly", "samesite=lax", "secure"} <= parts_of(cookie)


async def test_the_staff_s_cookie_ends_with_the_browser_the_candidate_s_outlives_it(site: Site) -> None:
    cookies = await cookies_of(site)
    assert "max-age" not in cookies[STAFF_COOKIE].lower()
    assert "max-age=86400" in cookies[CANDIDATE_COOKIE].lower()
    assert "max-age=15552000" in cookies[DEVICE_COOKIE].lower()


async def test_a_browser_gets_its_device_s_cookie_at_its_first_visit_and_keeps_it(site: Site) -> None:
    for path in ("/", "/staff"):
        browser = site.browser()
        assert DEVICE_COOKIE in (await browser.get(path)).headers["set-cookie"]
        assert "set-cookie" not in (await browser.get(path)).headers


async def test_a_cookie_is_not_what_the_database_keeps(site: Site) -> None:
    for cookie in (await cookies_of(site)).values():
        token = cookie.split("=", 1)[1].split(";")[0]
        assert len(token) >= 43
        database = site.desk.settings.database.removeprefix("sqlite:///")
        with open(database, "rb") as file:  # noqa: PTH123
            assert token.encode() not in file.read()


async def test_choosing_a_language_leads_nowhere_else(site: Site) -> None:
    browser = site.browser()
    for wanted in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:x",
        "/\r\nx: y",
        "/\t/x",
    ):
        answer = await browser.get("/language/en", params={"next": wanted})
        assert answer.status_code == 303
        assert answer.headers["location"] == "/", wanted
    answer = await browser.get("/language/en", params={"next": "/pupils?class=3E%20A"})
    assert answer.headers["location"].startswith("/pupils?class=3E")
    assert (await browser.get("/language/%00")).status_code == 404
