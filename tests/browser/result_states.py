"""In which states the pages of results are visited: their scores are written in, for want of time to sit."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Any

from playwright.sync_api import Page, expect

from exam_server.domain.roles import Role
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.signing.base64url import b64u_decode
from exam_server.signing.jws import sign
from exam_server.signing.keys import KeyStore, Purpose
from tests.browser.board_states import State
from tests.browser.stage import Stage

RESULTS, ONE, YEARS = "/sessions/{id}/results", "/sessions/{id}/candidates/{candidate}/result", "/results"
SESSION = "finalised"
RULINGS = [
    {"kind": "leave_out", "positions": [4, 17], "taken_by": "Garance Démonstration-de-la-Très-Haute-Vallée"},
    {"kind": "keep", "positions": [], "taken_by": "Garance", "proposed_by": "Indigo"},
]
BANDS = ("consistent", "consistent", "review", "refer")


def scores(seed: int) -> dict[str, Any]:
    """Sixteen levels as a test comes to them; some are not asked about, of some nothing is certified."""
    competences = []
    for place in range(16):
        declared = (seed + 5 * place) % 9
        certified = max(declared - (seed + place) % 3, 0)
        low, high = max(certified - seed % 3, 0), min(certified + place % 3, 8)
        levels = {"declared": declared, "certified": certified, "low": low, "high": high}
        competences.append({"competence": place, **levels})
    evidence = {"band": BANDS[seed % len(BANDS)], "profile_usable": seed % 5 > 0}
    total = 8 * sum(one["certified"] for one in competences)
    return {"score": total, "competences": competences, "evidence": evidence}


def scored(result: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """A result as it would be had the test been sat; every sixth is not validated."""
    told = {"responses": 28, "skipped": seed % 3, "receipt": {"sha256": "x", "fingerprint": "7Q4M2-KX9TB"}}
    if seed % 6 == 5:
        fraud = {"requested_by": "Indigo", "confirmed_by": "Turquoise"}
        return {**result, **told, "status": "rejected", "reason": "fraud_suspected", "fraud": fraud}
    rulings = RULINGS if seed % 6 == 1 else []
    return {
        **result,
        **told,
        "status": "validated",
        "reason": None,
        "scores": scores(seed),
        "rulings": rulings,
    }


@contextmanager
def with_scores(stage: Stage, *, most: int = 100, published: bool = False) -> Iterator[list[str]]:
    """The finalised session's results with scores, signed again behind the page; as they were afterwards."""
    session = stage.sessions[SESSION]
    where = "FROM results_version WHERE session_id = ?"
    ((before, published_at),) = stage.server.rows(f"SELECT results, published_at {where}", session)
    payload = json.loads(b64u_decode(before.split(".")[1]))
    found = list(islice(cycle(payload["candidates"]), min(most, 2 * len(payload["candidates"]))))
    payload["candidates"] = [scored(one, seed) for seed, one in enumerate(found)]
    now = datetime.now(UTC)
    key = KeyStore(stage.server.folder / "keys").active(Purpose.DOCUMENTS, now)
    _write(stage, session, sign(key, payload, RESULTS_TYP, now), 1 if published else None)
    try:
        yield [one["id"] for one in payload["candidates"]]
    finally:
        _write(stage, session, before, published_at)


def _write(stage: Stage, session: str, results: str, published_at: int | None) -> None:
    with closing(sqlite3.connect(stage.server.folder / "passation.sqlite")) as database:
        changed = "UPDATE results_version SET results = ?, published_at = ? WHERE session_id = ?"
        database.execute(changed, (results, published_at, session))
        database.commit()


def unfolded(page: Page) -> None:
    """The tables of the figures, and the detail of the first who has one."""
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    for button in page.locator("[data-toggle]").all()[:1]:
        button.click()
        expect(page.locator("tr.detail:not([hidden])")).to_be_visible()


def session_results(*, published: bool = False) -> State:
    """The whole session."""

    def state(stage: Stage) -> Page:
        with with_scores(stage, published=published):
            page = stage.visit(Role.HEAD, RESULTS, SESSION)
        unfolded(page)
        return page

    return state


def one_result(seed: int) -> State:
    """One candidate: the seed says what it came to."""

    def state(stage: Stage) -> Page:
        with with_scores(stage) as candidates:
            return stage.visit(Role.HEAD, ONE.replace("{candidate}", candidates[seed]), SESSION)

    return state


def years(query: Callable[[Stage], str] = lambda _stage: "", most: int = 100) -> State:
    """What the published session comes to."""

    def state(stage: Stage) -> Page:
        with with_scores(stage, most=most, published=True):
            page = stage.visit(Role.HEAD, YEARS + query(stage))
        unfolded(page)
        return page

    return state


RESULT_STATES: Mapping[str, Mapping[str, State]] = {
    RESULTS: {
        "scored": session_results(),
        "published": session_results(published=True),
        **{
            name: (lambda stage, name=name: stage.visit(Role.HEAD, RESULTS, name))
            for name in (SESSION, "closed")
        },
    },
    ONE: {"validated": one_result(1), "other verdict": one_result(3), "not validated": one_result(5)},
    YEARS: {
        "published": years(),
        "of a class": years(lambda _stage: "?class=TG 1"),
        "of no class": years(lambda _stage: "?class=5E Z"),
        "too small": years(most=4),
        "nothing published": lambda stage: stage.visit(Role.HEAD, YEARS),
    },
}
