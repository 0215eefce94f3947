"""Which language a reader gets, how it is changed, and that English pages are English to the last word."""

import html
import re
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from exam_server.acts.closing import GivenReason
from exam_server.domain.attempts import EndReason
from exam_server.domain.roles import Role
from exam_server.web.language import chosen_language
from exam_server.web.language_choice import path_on_this_site
from tests.exam_server.web.site import BASE, Site
from tests.support.room import ExamRoom, an_exam_room

PAGE = "text/html"
FRENCH = re.compile(
    r"[àâçèéêëîïôùûœ«»]|\b(?:le|la|les|un|une|des|du|et|est|sont|vous|votre|vos|ce|cette|pas|pour|avec|dans|sur)\b",
    re.IGNORECASE,
)
OWN_LANGUAGE = re.compile(r"""<((?!html)\w+)\b[^>]*\blang="fr"[^>]*>.*?</\1>""", re.DOTALL)
NAMES = re.compile(
    r"Collège des \d+ Vergers|Démo-\d+|Prunelle|Cerise|Garance|Indigo|Turquoise|Pervenche|Sauge"
)


def french_in(page: str) -> list[str]:
    """The French that a page still shows; people's names and what is marked as French are left out."""
    page = OWN_LANGUAGE.sub(" ", page)
    texts = " ".join(re.findall(r'(?:aria-label|placeholder|title|alt|data-text)="([^"]*)"', page))
    scripts = " ".join(re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL))
    shown = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    spelt = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), scripts)
    keyless = re.sub(r'"\w+":', " ", spelt)
    return FRENCH.findall(NAMES.sub(" ", html.unescape(f"{shown} {texts} {keyless}")))


async def in_english(browser: httpx.AsyncClient, path: str) -> str:
    """A page, asked for as an English browser does."""
    answer = await browser.get(path, headers={"accept": PAGE, "accept-language": "en-GB,en;q=0.9,fr;q=0.5"})
    assert '<html lang="en"' in answer.text
    return answer.text


def connection(**headers: str) -> HTTPConnection:
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": listed})


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "fr"),
        ({"accept_language": "en-GB,en;q=0.9"}, "en"),
        ({"accept_language": "de,en;q=0.9,fr;q=0.5"}, "en"),
        ({"accept_language": "fr-FR,en;q=0.9"}, "fr"),
        ({"accept_language": "de"}, "fr"),
        ({"accept_language": "en", "cookie": "lang=fr"}, "fr"),
        ({"accept_language": "fr", "cookie": "lang=en"}, "en"),
        ({"cookie": "lang=xx"}, "fr"),
    ],
)
def test_the_own_choice_comes_before_the_browser_s_wish_and_french_is_the_last_resort(
    headers: dict[str, str], language: str
) -> None:
    assert chosen_language(connection(**headers)) == language


@pytest.mark.parametrize("path", ["/", "/staff", "/accessibility", "/no-such-page"])
async def test_what_anybody_may_see_is_english_for_an_english_browser(site: Site, path: str) -> None:
    assert french_in(await in_english(site.browser(), path)) == []


async def pages_of(site: Site, room: ExamRoom) -> dict[str, httpx.AsyncClient]:
    """The pages of a session, each with the browser of somebody who may see it."""
    school, here = room.school, f"/sessions/{room.session_id}"
    head = await site.signed_in(school.head)
    invigilator = await site.signed_in(school.invigilator)
    author = await site.signed_in(await site.hire(school.centre_id, Role.AUTHOR, name="Sauge"))
    paths = ["/head", "/pupils", "/pupils?class=3E%20A", "/sessions/new", here]
    return {
        **dict.fromkeys([*paths, f"{here}/cards", f"{here}/closing"], head),
        **dict.fromkeys(["/invigilate", "/staff/map", f"{here}/board"], invigilator),
        "/accommodations": await site.signed_in(school.officer),
        "/bank": author,
    }


async def test_the_staff_s_pages_are_english_before_and_after_the_session(site: Site) -> None:
    room = await an_exam_room(site.store, is_open=False)
    browsers = await pages_of(site, room)
    leftovers = {path: french_in(await in_english(browser, path)) for path, browser in browsers.items()}

    site.make_key()
    await room.open()
    leftovers["open"] = french_in(await in_english(browsers["/head"], f"/sessions/{room.session_id}/closing"))
    missing = GivenReason(EndReason.ABSENT, "")
    await room.close(**{one.id: missing for one in room.candidates})
    leftovers["closed"] = french_in(
        await in_english(browsers["/head"], f"/sessions/{room.session_id}/closing")
    )
    signed = await site.finalise(browsers["/head"], room.session_id)
    assert signed.status_code == 200, signed.text
    leftovers["results"] = french_in(
        await in_english(browsers["/head"], f"/sessions/{room.session_id}/results")
    )
    assert {page: found for page, found in leftovers.items() if found} == {}


async def test_the_test_s_own_page_is_english_and_offers_no_other_language(site: Site) -> None:
    room = await an_exam_room(site.store)
    await room.enter(room.candidates[0])
    page = await in_english(site.sitting(room.candidates[0].token), "/exam")
    assert french_in(page) == []
    assert "/language/" not in page


async def test_the_french_pages_would_be_found_out(site: Site) -> None:
    page = (await site.browser().get("/", headers={"accept": PAGE})).text
    assert len(french_in(page)) > 10


async def test_a_refusal_speaks_the_reader_s_language(site: Site) -> None:
    wrong = {"code": "AAAA-AAAA"}
    answers = [
        await site.browser(lang=code).post("/exam/enter", json=wrong, headers={"accept-language": "fr"})
        for code in ("fr", "en")
    ]
    said = [answer.json()["error"]["message"] for answer in answers]
    assert said == ["Ce code n’est pas connu.", "This code is not known."]


# -- changing it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/staff", "/staff?from=a&to=b"])
async def test_the_language_link_leads_back_to_the_same_page_in_the_other_language(
    site: Site, path: str
) -> None:
    browser = site.browser()
    for now, other in (("fr", "en"), ("en", "fr")):
        page = (await browser.get(path, headers={"accept": PAGE})).text
        assert f'<html lang="{now}"' in page
        link = re.search(rf'href="(/language/{other}[^"]*)" lang="{other}"', page)
        assert link is not None
        answer = await browser.get(html.unescape(link[1]))
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert '<html lang="fr"' in (await browser.get(path, headers={"accept": PAGE})).text


async def test_the_choice_is_kept_for_a_year_on_this_site_alone(secure_site: Site) -> None:
    answer = await secure_site.browser().get("/language/en")
    kept = SimpleCookie(answer.headers["set-cookie"])["lang"]
    assert (kept.value, kept["max-age"], kept["path"]) == ("en", str(365 * 24 * 3600), "/")
    assert kept["samesite"].lower() == "lax"
    assert kept["secure"] is True
    assert kept["httponly"] is True
    assert kept["domain"] == ""


async def test_a_language_that_there_is_not_is_not_found(site: Site) -> None:
    answer = await site.browser().get("/language/xx", headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example/",
        "\n//evil.example/",
        "javascript:alert(1)",
        "evil.example",
        "",
    ],
)
async def test_the_way_back_never_leads_to_another_site(site: Site, elsewhere: str) -> None:
    answer = await site.browser().get("/language/en", params={"next": elsewhere})
    assert answer.headers["location"] == "/"


@given(st.text(alphabet="/\\\t\n\r .:@a?#&é", max_size=12))
def test_whatever_is_asked_for_the_way_back_stays_on_this_site(wanted: str) -> None:
    path = path_on_this_site(wanted)
    # As a browser reads it: a backslash is a slash, tabs and line ends are not there.
    read = re.sub(r"[\t\r\n]", "", path).replace("\\", "/")
    assert urlsplit(urljoin(BASE, read)).netloc == urlsplit(BASE).netloc
    assert path in {wanted, "/"}
