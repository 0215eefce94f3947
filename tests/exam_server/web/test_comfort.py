"""Comfort settings over HTTP, the fonts that they need, and the practice page with questions of its own."""

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import httpx
import orjson
import pytest

from exam_server.app import BANK_FOLDER
from exam_server.domain.accommodations import Measure
from exam_server.domain.comfort import Comfort, Theme
from exam_server.domain.json import JSON
from exam_server.web.practice import PRACTICE_FOLDER, questions
from question_bank.item_types.table import key_of
from question_bank.loading import load_bank
from tests.exam_server.web.site import Site
from tests.support.decisions import decide, recorded
from tests.support.house import shipped_bank
from tests.support.room import a_running_room

LARGE = Comfort(text=150, theme=Theme.DARK, hidden_time=True).to_json()


async def test_settings_that_were_kept_come_with_the_next_state(both_sites: Site) -> None:
    room = await a_running_room(both_sites.store, candidates=1)
    browser = both_sites.sitting(room.candidates[0].token)
    assert (await browser.get("/exam/state")).json()["comfort"] is None
    kept = await browser.post("/exam/comfort", json=LARGE)
    assert (kept.status_code, kept.json()) == (200, {"comfort": LARGE})
    assert (await browser.get("/exam/state")).json()["comfort"] == LARGE


async def test_settings_that_are_none_are_refused_in_words(site: Site) -> None:
    room = await a_running_room(site.store, candidates=1)
    browser = site.sitting(room.candidates[0].token)
    for body in ({}, {**LARGE, "text": 175}, {**LARGE, "size": 3}):
        refused = await browser.post("/exam/comfort", json=body)
        error = refused.json()["error"]
        assert (refused.status_code, error["code"]) == (422, "bad_field")
        assert error["message"]
        assert error["remedy"]
    assert (await browser.get("/exam/state")).json()["comfort"] is None


async def test_nobody_in_particular_keeps_no_settings(site: Site) -> None:
    refused = await site.browser().post("/exam/comfort", json=LARGE)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "signed_out")


async def test_neither_the_board_nor_the_log_tells_how_a_pupil_reads(site: Site) -> None:
    room = await a_running_room(site.store, candidates=1)
    await site.sitting(room.candidates[0].token).post("/exam/comfort", json=LARGE)
    staff = await site.signed_in(room.by)
    board = await staff.get(f"/sessions/{room.session_id}/board.json")
    assert b"comfort" not in board.content
    assert b"hidden_time" not in board.content


async def test_the_font_is_this_server_s_own_and_every_one_that_the_styles_name_is_there(site: Site) -> None:
    browser = site.browser()
    styles = (await browser.get("/static/client/css/comfort.css")).text
    named = re.findall(r'url\("([^"]+)"\)', styles)
    assert len(named) >= 3
    for address in named:
        found = await browser.get(address)
        assert (found.status_code, found.headers["content-type"]) == (200, "font/ttf")


@pytest.mark.parametrize("escape", ["/static/fonts/../metadata.json", "/static/fonts/%2e%2e/__init__.py"])
async def test_nothing_but_the_fonts_is_served_of_their_package(site: Site, escape: str) -> None:
    assert (await site.browser().get(escape)).status_code == 404


# -- the practice page ------------------------------------------------------------------------------------


async def practice(browser: httpx.AsyncClient) -> str:
    page = await browser.get("/practice")
    assert page.status_code == 200
    return page.text


async def test_anybody_may_practise_and_leaves_nothing_behind(site: Site) -> None:
    browser = site.browser()
    text = await practice(browser)
    assert browser.cookies.jar._cookies == {}  # type: ignore[attr-defined]
    assert "Essayer le confort de lecture" in text
    assert 'href="/practice"' in (await browser.get("/")).text


async def test_the_practice_page_holds_questions_of_different_types_and_no_key(site: Site) -> None:
    text = await practice(site.browser())
    written = re.search(r'id="questions">(.*?)</script>', text, re.DOTALL)
    assert written is not None
    asked = orjson.loads(written[1])
    assert 4 <= len(asked) <= 6
    assert len({one["type"] for one in asked}) == len(asked)
    assert [one["calculator"] for one in asked if "calculator" in one] == [True]
    for item in load_bank(PRACTICE_FOLDER).items:
        assert item.id not in text
        assert item.rationale not in text
    assert '"key"' not in written[1]


def test_no_practice_question_is_in_the_bank_and_no_question_of_the_bank_is_practised() -> None:
    assert not PRACTICE_FOLDER.is_relative_to(BANK_FOLDER)
    assert not BANK_FOLDER.is_relative_to(PRACTICE_FOLDER)
    bank, practised = shipped_bank().items.items, load_bank(PRACTICE_FOLDER).items
    assert len(questions()) == len(practised)
    assert not {item.id for item in bank} & {item.id for item in practised}
    assert not {item.family for item in bank} & {item.family for item in practised}
    assert not {item.stem for item in bank} & {item.stem for item in practised}


def test_every_practice_question_can_be_done_by_everybody() -> None:
    for item in load_bank(PRACTICE_FOLDER).items:
        assert item.accessibility.accessible, item.id
        assert not item.files, item.id
        assert key_of(item), item.id


def test_the_practice_questions_come_with_the_package() -> None:
    project = (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    assert '"practice/**/*.yaml"' in project


async def test_without_settings_of_the_pupil_s_own_the_page_is_as_it_was_decided(site: Site) -> None:
    room = await a_running_room(site.store, candidates=2)
    c, other = room.candidates
    measures = {Measure.LARGE_TEXT, Measure.CONTRAST, Measure.LINE_GUIDE, Measure.READ_ALOUD}
    await decide(room, c, recorded(Fraction(0), measures=frozenset(measures)))
    browser = site.sitting(c.token)
    state = (await browser.get("/exam/state")).json()
    decided = Comfort(text=150, theme=Theme.CONTRAST, guide=True).to_json()
    assert told(state) == (None, decided, True)
    await browser.post("/exam/comfort", json=LARGE)
    state = (await browser.get("/exam/state")).json()
    assert told(state) == (LARGE, decided, True)
    state = (await site.sitting(other.token).get("/exam/state")).json()
    assert told(state) == (None, None, False)


def told(state: dict[str, JSON]) -> tuple[JSON, JSON, JSON]:
    """The pupil's settings, the decided ones, and whether questions are read out."""
    return state["comfort"], state["comfort_decided"], state["read_aloud"]


async def test_a_decision_in_the_middle_of_a_test_adds_to_the_pupil_s_settings(site: Site) -> None:
    room = await a_running_room(site.store, candidates=1)
    (c,) = room.candidates
    browser = site.sitting(c.token)
    own = Comfort(text=125, theme=Theme.DARK)
    await browser.post("/exam/comfort", json=own.to_json())
    await decide(room, c, recorded(Fraction(0), measures=frozenset({Measure.LARGE_TEXT, Measure.LINE_GUIDE})))
    state = (await browser.get("/exam/state")).json()
    assert state["comfort"] == replace(own, text=150, guide=True).to_json()
    await browser.post("/exam/comfort", json=own.to_json())  # the pupil knows better
    await decide(room, c, recorded(Fraction(0), measures=frozenset({Measure.MASKING})))
    state = (await browser.get("/exam/state")).json()
    assert state["comfort"] == replace(own, masking=True).to_json()
