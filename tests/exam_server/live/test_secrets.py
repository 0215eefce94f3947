"""What must never leave: keys, rationales, item identifiers, levels; over whole tests, on every way out."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from exam_server.domain.attempts import AttemptState
from question_bank.item_types import ItemType, key_of
from question_bank.items import Bank
from tests.exam_server.live.sockets import Listener, Message, Served
from tests.support.room import ExamRoom, Sitter, an_exam_room

STATE = {
    "number": None,
    "now": None,
    "speed": None,
    "phase": None,
    "candidate": {"given_name", "family_name", "class_name", "birth_date"},
    "session": {"centre", "room", "state"},
    "check": {"identity", "admitted", "admitted_until", "lapsed", "seat"},
    "time": {"allowed_ms", "started_at", "deadline", "left_ms", "stopped"},
    "progress": {"position", "of", "minimum", "answered"},
    "item": {"position", "type", "stem", "options", "unit", "max_length"},
    "draft": {"revision", "content"},
    "saved": {"position", "revision", "final", "at"},
    "messages": None,
    "help": {"call", "state", "at", "stops_clock"},
    "ended": {"how", "at", "answered"},
}
"""Everything that a candidate's page is ever told. A new name needs a line here, and a thought."""

ITEM = {
    ItemType.SINGLE_CHOICE: {"options"},
    ItemType.MULTIPLE_CHOICE: {"options"},
    ItemType.NUMERIC: {"unit"},
    ItemType.SHORT_TEXT: {"max_length"},
    ItemType.ORDERING: {"options"},
}


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
        assert item.keys() == {"position", "type", "stem", *ITEM[ItemType(item["type"])]}
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


async def two_whole_tests(served: Served) -> tuple[ExamRoom, list[Walk], list[Listener]]:
    """Two candidates sit to the end; a board and a page of each listen."""
    room = await an_exam_room(served.store, candidates=2)
    await room.admit_all()
    ears = [await served.board(room.by, room.session_id, 0)]
    walks = []
    for c in room.candidates:
        await room.enter(c)
        ears.append(await served.page(c.token))
        walks.append(Walk(room, c, served.sitting(c.token)))
    for walk in walks:
        await walk.walk()
        assert (await room.attempt(walk.who)).state == AttemptState.COMPLETED
    await ears[0].numbered((await room.session()).log_number, within=5)
    await asyncio.gather(*(ear.silence(0.1) for ear in ears[1:]))
    return room, walks, ears


def assert_nothing_of_the_bank(bank: Bank, texts: set[str], shown: set[str]) -> None:
    """`shown` is what candidates were meant to see, or have typed themselves."""
    everything = "\n".join(texts)
    for item in bank.items:
        assert item.id not in everything
        assert item.skill not in texts
        assert item.version not in everything
        assert item.rationale not in everything
        if item.type is ItemType.SHORT_TEXT:
            assert not (set(key_of(item)) & (texts - shown)), item.id


async def typed_in(room: ExamRoom) -> set[str]:
    """Every text that a candidate gave as a response."""
    lines = await room.log("ResponseSaved")
    return {text for line in lines for value in line.facts["content"].values() for text in texts_in(value)}


async def test_nothing_secret_reaches_a_browser(served: Served) -> None:
    room, walks, ears = await two_whole_tests(served)
    board = (await (await served.signed_in(room.by)).get(f"/sessions/{room.session_id}/board.json")).json()
    came = [board, *(thing for walk in walks for thing in walk.came), *(m for e in ears for m in e.heard)]
    shown = {text for walk in walks for item in walk.items for text in texts_in(item)}
    typed = await typed_in(room)
    texts = {text for thing in came for text in texts_in(thing)}
    assert {item["type"] for walk in walks for item in walk.items} >= {"single_choice", "short_text"}
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
    words = {text for text in typed if len(text) > 2}
    assert words
    assert not (asked | words) & heard


async def test_a_right_and_a_wrong_response_are_answered_alike(served: Served) -> None:
    room = await an_exam_room(served.store, candidates=2)
    await room.admit_all()
    answers = []
    for c, right in zip(room.candidates, (True, False), strict=True):
        await room.start(c)
        content = await room.right_content(c) if right else {"skip": True}
        body = {"position": 1, "revision": 1, "content": content, "final": True, "answered_at": 0}
        answers.append((await served.sitting(c.token).post("/exam/responses", json=body)).json())
    right_one, wrong_one = answers
    assert right_one["saved"] == wrong_one["saved"]
    assert right_one["state"]["progress"] == wrong_one["state"]["progress"]
    assert right_one["state"].keys() == wrong_one["state"].keys()
