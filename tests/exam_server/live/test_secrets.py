"""What must never leave: keys, rationales, item identifiers, levels; over whole tests, on every way out."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
from sqlmodel import SQLModel, select

from exam_server.acts.clock import run_out
from exam_server.domain.attempts import AttemptState
from exam_server.storage.transaction import Reading
from question_bank.item_types.table import ItemType, key_of
from question_bank.items import Bank
from tests.exam_server.live.sockets import Listener, Message, Served
from tests.support.room import ExamRoom, Sitter, an_exam_room

SEARCH_PAGE = {"engine", "today", "days", "query", "choosing", "bookmarking", "documents", "answer"}
SETTINGS_PANEL = {"panel", "layout", "sections"}
PROGRAM = {"world", "worlds", "tried_elsewhere", "blocks", "start", "most_blocks", "procedure"} | {
    *("tests", "colours", "names", "operators", "comparisons")
}
SPREADSHEET = {"acts_needed", "answer", "cells", "columns", "editable", "formats", "locked", "rows", "tools"}
SOMETIMES = {"variant", "files", "unit", "max_length", "calculator"}
STATE = {
    "number": None,
    "now": None,
    "speed": None,
    "phase": None,
    "candidate": {"given_name", "family_name", "class_name", "birth_date"},
    "session": {"centre", "room", "state"},
    "check": {"identity", "admitted", "admitted_until", "lapsed", "seat"},
    "time": {"allowed_ms", "started_at", "deadline", "left_ms", "stopped"},
    "progress": {"position", "of", "minimum", "answered", "passed"},
    "item": None,
    "draft": {"revision", "content"},
    "saved": {"position", "revision", "final", "at"},
    "keep_with": None,
    "messages": None,
    "help": {"call", "state", "at", "stops_clock"},
    "ended": {"how", "at", "answered", "receipt"},
    "comfort": None,
    "comfort_decided": None,
    "read_aloud": None,
    "breaks": {"left", "longest_ms", "until"},
}
"""Everything that a candidate's page is ever told. A new name needs a line here, and a thought."""

ITEM = {
    ItemType.SINGLE_CHOICE: {"options"},
    ItemType.MULTIPLE_CHOICE: {"options"},
    ItemType.NUMERIC: {"unit"},
    ItemType.SHORT_TEXT: {"max_length"},
    ItemType.ORDERING: {"options"},
    ItemType.MAILBOX: {"attachable", "contacts", "folders", "messages", "owner"},
    ItemType.FILE_MANAGER: {"entries", "root"},
    ItemType.SPREADSHEET: SPREADSHEET,
    ItemType.SEARCH_PAGE: SEARCH_PAGE,
    ItemType.SETTINGS_PANEL: SETTINGS_PANEL,
    ItemType.BLOCK_PROGRAM: PROGRAM,
    ItemType.MATCHING: {"lefts", "rights", "reuse"},
    ItemType.CATEGORISING: {"categories", "things"},
    ItemType.FILL_IN: {"blocks", "gaps"},
    ItemType.POINT: {"picture", "zones"},
}
"""What is shown of an item besides its stem; tests/question_bank/test_item_types.py looks inside."""

LOOKED_FOR = {"single_choice", "short_text"}
"""A test without these two would show nothing about options and typed keys."""

SECRET_NAMES = frozenset(
    "correct key seed spec rationale level levels competence item_id skill theta parameters".split()  # noqa: SIM905
)


def texts_in(value: object) -> Iterator[str]:
    """Every text in a JSON value, names of members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield name
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def assert_is_a_state(state: Message) -> None:
    assert state.keys() == STATE.keys()
    for name, members in STATE.items():
        if members is not None and state[name] is not None:
            assert state[name].keys() <= members, name
    item = state["item"]
    if item is not None:
        shown = item.keys() - SOMETIMES
        assert shown <= {"position", "type", "stem", *ITEM[ItemType(item["type"])]}
        assert all(block.keys() == {"kind", "text"} for block in item["stem"])
        assert all(option.keys() == {"id", "text"} for option in item.get("options", ()))


class Walk:
    """One candidate's whole test over HTTP, and everything that came back."""

    def __init__(self, room: ExamRoom, who: Sitter, browser: httpx.AsyncClient) -> None:
        self.room, self.who, self.browser = room, who, browser
        self.came: list[Any] = []
        self.items: list[Message] = []

    async def ask(self, path: str, body: object = None) -> Message:
        answer = await (self.browser.get(path) if body is None else self.browser.post(path, json=body))
        self.came.append(answer.json())
        return dict(answer.json())

    async def walk(self) -> None:
        state = await self.ask("/exam/start", {})
        while state["phase"] == "test":
            position = state["progress"]["position"]
            if position % 3 != 0:
                content: Mapping[str, Any] = await self.room.right_content(self.who)
            else:
                content = {"skip": True}
            self.items.append(state["item"])
            sent = {"position": position, "revision": 1, "content": content, "answered_at": state["now"]}
            await self.ask("/exam/responses", {**sent, "final": False})
            await self.ask("/exam/responses", {**sent, "revision": 2, "content": {"wrong": 1}, "final": True})
            await self.ask("/exam/state")
            self.room.clock.advance(seconds=20)
            answer = await self.ask("/exam/responses", {**sent, "revision": 3, "final": True})
            state = answer["state"]


async def whole_tests(served: Served) -> tuple[ExamRoom, list[Walk], list[Listener]]:
    """Two candidates or more sit to the end; a board and a page of each listen.

    Tests are drawn at random: more than two sit when the types looked for were not met before.
    """
    room = await an_exam_room(served.store, candidates=5)
    await room.admit_all()
    ears = [await served.board(room.by, room.session_id, 0)]
    for c in room.candidates:
        await room.enter(c)
        ears.append(await served.page(c.token))
    walks: list[Walk] = []
    for c in room.candidates:
        if len(walks) < 2 or not types_met(walks) >= LOOKED_FOR:
            walks.append(Walk(room, c, served.sitting(c.token)))
            await walks[-1].walk()
            assert (await room.attempt(c)).state == AttemptState.COMPLETED
    await ears[0].numbered((await room.session()).log_number, within=5)
    await asyncio.gather(*(ear.silence(0.1) for ear in ears[1:]))
    return room, walks, ears


def types_met(walks: list[Walk]) -> set[str]:
    return {item["type"] for walk in walks for item in walk.items}


def assert_nothing_of_the_bank(bank: Bank, texts: set[str], shown: set[str]) -> None:
    """`shown` is what candidates were meant to see, or have typed themselves."""
    everything = "\n".join(texts)
    for item in bank.items:
        assert item.id not in everything
        assert item.skill not in texts
        assert item.version not in everything
        assert item.rationale not in everything
        if item.type is ItemType.SHORT_TEXT:
            assert set(key_of(item)) & (texts - shown) == set(), item.id


async def typed_in(room: ExamRoom) -> set[str]:
    """Every text that a candidate gave as a response."""
    lines = await room.log("ResponseSaved")
    return {text for line in lines for value in line.facts["content"].values() for text in texts_in(value)}


async def test_nothing_secret_reaches_a_browser(served: Served) -> None:
    room, walks, ears = await whole_tests(served)
    board = (await (await served.signed_in(room.by)).get(f"/sessions/{room.session_id}/board.json")).json()
    came = [board, *(thing for walk in walks for thing in walk.came), *(m for e in ears for m in e.heard)]
    shown = {text for walk in walks for item in walk.items for text in texts_in(item)}
    typed = await typed_in(room)
    texts = {text for thing in came for text in texts_in(thing)}
    assert types_met(walks) >= LOOKED_FOR
    house = served.store.house
    assert_nothing_of_the_bank(house.banks[house.bank_version].items, texts, shown | typed)
    assert not texts & SECRET_NAMES
    assert_only_states(walks, ears)
    assert_the_board_heard_no_content(board, walks, ears[0], typed)


def assert_only_states(walks: list[Walk], ears: list[Listener]) -> None:
    """What candidates get is a state with these members and no others."""
    states = [thing.get("state", thing) for walk in walks for thing in walk.came if "error" not in thing]
    states += [m["state"] for ear in ears for m in ear.heard if m["type"] == "state"]
    assert len(states) >= 2 * 3 * 32
    for state in states:
        assert_is_a_state(state)


def assert_the_board_heard_no_content(
    board: Message, walks: list[Walk], ear: Listener, typed: set[str]
) -> None:
    """Neither what was asked nor what was answered."""
    heard = {text for message in (board, *ear.heard) for text in texts_in(message)}
    asked = {block["text"] for walk in walks for item in walk.items for block in item["stem"]}
    # The verbs of acts in simulated programs (open, report) are words of the protocol, not of anybody.
    words = {text for text in typed if len(text) > 2 and not (text.isascii() and text.isidentifier())}
    assert words
    assert not (asked | words) & heard


async def test_a_right_and_a_wrong_response_are_answered_alike(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=8)
    await room.admit_all()
    answers: list[Message] = []
    for c in room.candidates:
        await room.start(c)
        right, wrong = await room.right_content(c), await room.wrong_content(c)
        content = right if not answers else wrong
        if wrong is None or len(answers) == 2:
            continue
        body = {"position": 1, "revision": 1, "content": content, "final": True, "answered_at": 0}
        answers.append((await served.sitting(c.token).post("/exam/responses", json=body)).json())
    right_one, wrong_one = answers
    assert right_one["saved"] == wrong_one["saved"]
    assert right_one["state"]["progress"] == wrong_one["state"]["progress"]
    assert right_one["state"].keys() == wrong_one["state"].keys()


def everything_kept(reading: Reading) -> list[str]:
    """Every row of every table: also what a bundle is made from."""
    tables = SQLModel.metadata.sorted_tables
    return [str(row) for table in tables for row in reading.orm.execute(select(table)).all()]


async def test_the_key_for_what_a_browser_keeps_is_told_to_its_own_device_alone(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=2)
    await room.admit_all()
    await room.enter(room.candidates[0])
    waiting = (await served.sitting(room.candidates[0].token).get("/exam/state")).json()
    ears = [await served.board(room.by, room.session_id, 0)]
    keys, states = [], []
    for c in room.candidates:
        await room.start(c)
        ears.append(await served.page(c.token))
        states.append((await served.sitting(c.token).get("/exam/state")).json())
        keys.append(states[-1]["keep_with"])
    await ears[0].numbered((await room.session()).log_number, within=5)
    await asyncio.gather(*(ear.silence(0.1) for ear in ears[1:]))
    assert waiting["keep_with"] is None
    assert len(set(keys)) == 2
    for key, other in zip(keys, reversed(keys), strict=True):
        mine = ears[1 + keys.index(key)]
        assert key in set(texts_in(mine.heard))
        assert other not in set(texts_in(mine.heard))
    board = (await (await served.signed_in(room.by)).get(f"/sessions/{room.session_id}/board.json")).json()
    lines = await served.store.read(everything_kept)
    assert lines
    for elsewhere in (str(board), str(ears[0].heard), *lines):
        assert not any(key in elsewhere for key in keys)


async def test_after_the_end_no_key_is_told(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=1)
    await room.admit_all()
    (one,) = room.candidates
    await room.start(one)
    browser = served.sitting(one.token)
    assert (await browser.get("/exam/state")).json()["keep_with"] is not None
    room.clock.advance(hours=3)
    await served.store.run(run_out, one.id)
    ended = (await browser.get("/exam/state")).json()
    assert (ended["phase"], ended["keep_with"]) == ("ended", None)
