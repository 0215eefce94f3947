"""What is said when something is refused: one shape, a sentence for each code, no details of a fault."""

import ast
import logging
import re
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

import exam_server
from exam_server.acts.earlier import THINGS
from exam_server.domain import errors
from exam_server.domain.errors import Refusal
from exam_server.web.errors import STATUS, said
from exam_server.web.sentences import FIELD_SENTENCES, SENTENCES
from tests.exam_server.web.site import Site
from tests.support.room import a_running_room, an_exam_room

KINDS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
}
SAID_BY = frozenset({"error_json", "refuse_plainly", "_respond"})
"""Functions of the web that take a code without a refusal being raised."""

SOCKETS_ONLY = frozenset({"bad_frame"})
"""Said by closing the socket: no person reads it."""

SHAPE = {"code", "message", "remedy"}


def trees() -> list[ast.Module]:
    (package,) = exam_server.__path__
    return [ast.parse(file.read_text(encoding="utf-8")) for file in sorted(Path(package).rglob("*.py"))]


def raised_codes() -> set[str]:
    """Every code that a refusal is raised with, and every default that is raised as it is."""
    found: set[str] = set()
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                found |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant)}
                found |= set() if node.args else {KINDS[node.func.id].code}
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id in KINDS:
                found.add(KINDS[node.exc.id].code)
    return found | {code for thing in THINGS for code in thing.values()}


def said_codes() -> set[str]:
    """Every text in a call of the web's own that says a code."""
    return {
        inner.value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID_BY
        for inner in node.args
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    }


def fields_with_a_problem() -> set[str]:
    """Every (field, why) that a form's refusal is raised with, and every default of that kind."""
    return {
        node.elts[1].value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple)
        and len(node.elts) == 2
        and all(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in node.elts)
        and isinstance(node.elts[1], ast.Constant)
        and str(node.elts[1].value).endswith(("_required", "_invalid", "_out_of_range", "_in_the_past"))
    }


def assert_is_the_shape(answer: httpx.Response) -> None:
    """{"error": {"code", "message", "remedy", …}}, with a French sentence."""
    body = answer.json()
    error = body["error"]
    assert error.keys() >= SHAPE
    assert re.fullmatch(r"[a-z_]+", error["code"])
    assert error["message"].endswith((".", "!"))
    assert "…" not in error["message"], "a fact of the sentence is missing"
    assert error["remedy"] is None or error["remedy"].endswith((".", "!"))


def test_every_code_that_is_raised_has_a_sentence() -> None:
    assert raised_codes() - SOCKETS_ONLY - SENTENCES.keys() == set()
    assert len(raised_codes()) > 40


def test_every_sentence_belongs_to_a_code() -> None:
    reached = raised_codes() | said_codes() | {kind.code for kind in KINDS.values()}
    reached |= {"refused", "no_such_page", "no_such_method"}
    assert SENTENCES.keys() - reached == set()


def test_every_kind_of_refusal_has_a_sentence_of_its_own() -> None:
    assert {kind.code for kind in KINDS.values()} - SENTENCES.keys() == set()


def test_every_problem_of_a_field_has_a_sentence() -> None:
    assert fields_with_a_problem() - FIELD_SENTENCES.keys() == set()
    assert len(fields_with_a_problem()) >= 6


def test_every_kind_of_refusal_has_its_status() -> None:
    assert {kind.__name__: STATUS[kind] for kind in KINDS.values()} == {
        "NotFound": 404,
        "Forbidden": 403,
        "NotAllowed": 409,
        "IllegalTransition": 409,
        "InvalidInput": 422,
        "TooLate": 409,
        "Stopped": 409,
        "StalePosition": 409,
        "SignedOut": 401,
        "TooManyTries": 429,
    }


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_french_and_whole(code: str) -> None:
    message, remedy = SENTENCES[code]
    for text in (message, remedy or "."):
        assert text.endswith((".", "!"))
        assert not re.search(r" [:;?!»]|« ", text), "the line can break here"
        assert "'" not in text
    assert said("nobody_knows_this_code") == said("refused")


async def test_an_error_is_json_for_a_program_and_a_page_for_a_browser(site: Site) -> None:
    browser = site.browser()
    for path, status in (("/nothing/here", 404), ("/exam/start", 405), ("/static/client/nothing.js", 404)):
        plain = await browser.get(path)
        assert plain.status_code == status
        assert_is_the_shape(plain)
        paged = await browser.get(path, headers={"accept": "text/html"})
        assert (paged.status_code, paged.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert plain.json()["error"]["message"] in paged.text


async def test_a_wrong_method_says_which_one_is_right(site: Site) -> None:
    answer = await site.browser().get("/exam/enter")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_an_error_speaks_the_reader_s_language(site: Site) -> None:
    french = await site.browser().get("/nothing")
    english = await site.browser().get("/nothing", headers={"accept-language": "en"})
    assert french.json()["error"]["code"] == english.json()["error"]["code"] == "no_such_page"
    assert french.json()["error"]["message"] == SENTENCES["no_such_page"][0]
    assert english.json()["error"]["message"] == "There is nothing at this address."


async def test_each_field_of_a_form_says_what_is_wrong_with_it(site: Site) -> None:
    room = await an_exam_room(site.store, candidates=1)
    browser = await site.signed_in(room.school.head)
    body = {"room": "", "date": "2020-01-01", "time": "09:00", "invigilators": ["x"]}
    body |= {"rows": 0, "columns": 99}
    answer = await browser.post("/sessions", json=body)
    assert answer.status_code == 422
    assert_is_the_shape(answer)
    problems = answer.json()["error"]["problems"]
    assert {one["field"] for one in problems} >= {"room", "date", "rows", "columns", "invigilators"}
    assert all(one.keys() == {"field", "problem", "remedy"} and one["remedy"] for one in problems)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_a_fault_shows_no_details_and_logs_no_person(
    site: Site, accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    room = await a_running_room(site.store, candidates=1)
    browser = await site.signed_in(room.school.head)
    site.store.house.banks[site.store.house.bank_version] = None  # a fault that no rule foresees
    with caplog.at_level(logging.DEBUG):
        answer = await browser.get(f"/sessions/{room.session_id}/board.json", headers={"accept": accept})
    assert answer.status_code == 500
    assert "KeyError" not in answer.text
    assert site.store.house.bank_version not in answer.text
    assert SENTENCES["fault"][0].replace("’", "&#39;") in answer.text or SENTENCES["fault"][0] in answer.text
    assert any("fault" in record.message and record.levelno == logging.ERROR for record in caplog.records)


async def test_the_log_of_a_fault_has_the_place_but_not_the_values(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await a_running_room(site.store, candidates=1)
    browser = await site.signed_in(room.school.head)

    def broken(_session: str) -> NoReturn:
        raise RuntimeError("Démo-001 Prunelle, INE 990000001AA")

    monkeypatch.setattr(site.desk.attendance, "of_session", broken)
    with caplog.at_level(logging.DEBUG):
        answer = await browser.get(f"/sessions/{room.session_id}/board.json")
    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    assert "board_json" in caplog.text
    assert "Prunelle" not in caplog.text
    assert "Prunelle" not in answer.text
