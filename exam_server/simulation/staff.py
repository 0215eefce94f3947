"""Simulated staff: they sign in, and then do with the server what a person does with the pages."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from exam_server.simulation.board import Board, read_board
from exam_server.simulation.browser import Browser, ServerSaidNo, Unreachable
from exam_server.simulation.passkey import SoftPasskey
from exam_server.simulation.reading import Seen, read_page
from question_bank.item_types.jsonvalues import BadJson, Json, JsonObject, member, text

DOCUMENTS = ("carte_identite", "carte_scolaire", "connu_personnellement", "passeport")


class Staff:
    """A member of the staff in one browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    async def use_link(self, link: str) -> str:
        """Signs in by a one-time link; returns where it leads."""
        reply = await self.browser.post("sign-in", urlsplit(link).path)
        return text(member(reply, "next"))

    async def sign_in(self, email: str, password: str) -> str:
        """Signs in by password; returns where it leads."""
        body: JsonObject = {"email": email, "password": password}
        return text(member(await self.browser.post("sign-in", "/staff/sign-in", body), "next"))

    async def close(self) -> None:
        """Closes the browser."""
        await self.browser.close()

    async def _act(self, path: str, body: Mapping[str, Json] | None = None) -> JsonObject:
        return await self.browser.post("act", path, body)

    async def _see(self, path: str) -> Seen:
        return read_page(await self.browser.page(path))


class Invigilator(Staff):
    """Opens a session, checks candidates in, keeps the room."""

    async def open(self, code: str) -> str:
        """Opens the session that this code names; returns its identifier."""
        reply = await self._act("/sessions/open", {"code": code})
        return text(member(reply, "next")).split("/")[2]

    async def board(self, session_id: str) -> Board:
        """The board at this moment."""
        return read_board(await self.browser.get("board", f"/sessions/{session_id}/board.json"))

    async def check_in(self, candidate: str, seat: tuple[int, int], document: str) -> None:
        """Establishes the identity and gives a seat."""
        await self._act(f"/attempts/{candidate}/identity", {"document": document})
        await self._act(f"/attempts/{candidate}/seat", {"row": seat[0], "column": seat[1]})

    async def admit(self, candidate: str) -> None:
        """Allows one candidate to start."""
        await self._act(f"/attempts/{candidate}/admit")

    async def admit_all(self, session_id: str) -> None:
        """Allows everyone to start whose identity and seat are known."""
        await self._act(f"/sessions/{session_id}/admit")

    async def mark_absent(self, candidate: str) -> None:
        """Records an absence."""
        await self._act(f"/attempts/{candidate}/absent")

    async def new_card(self, candidate: str) -> str:
        """A new access card; returns its code."""
        return text(member(await self._act(f"/attempts/{candidate}/card"), "code"))

    async def pause(self, candidate: str, reason: str) -> None:
        """Stops one clock."""
        await self._act(f"/attempts/{candidate}/pause", {"reason": reason})

    async def resume(self, candidate: str) -> None:
        """Lets one clock run again."""
        await self._act(f"/attempts/{candidate}/resume")

    async def terminate(self, candidate: str, code: str, note: str) -> None:
        """Ends one test."""
        reason: JsonObject = {"code": code, "note": note}
        await self._act(f"/attempts/{candidate}/terminate", {"reason": reason})

    async def pause_room(self, session_id: str, reason: str) -> None:
        """Stops every clock."""
        await self._act(f"/sessions/{session_id}/pause", {"reason": reason})

    async def resume_room(self, session_id: str) -> None:
        """Lets every clock run again."""
        await self._act(f"/sessions/{session_id}/resume")


class Head(Invigilator):
    """Imports, plans, prints cards, closes, finalises; may also do what an invigilator does.

    `password` is the account's, where it has one: it is asked for before a passkey is added.
    """

    def __init__(self, browser: Browser, password: str = "") -> None:
        super().__init__(browser)
        self._password = password
        self._passkey: SoftPasskey | None = None

    async def take_passkey(self) -> SoftPasskey:
        """Adds a passkey to the account; soon after the sign-in, where it has no password."""
        passkey = SoftPasskey(self.browser.origin)
        begun = await self._act("/account/passkeys/begin", {"password": self._password})
        body: JsonObject = {
            "challenge": member(begun, "challenge"),
            "name": "Simulation",
            "passkey": passkey.made(_object(begun, "options")),
        }
        await self._act("/account/passkeys", body)
        self._passkey = passkey
        return passkey

    async def _confirmed(self, path: str) -> JsonObject:
        """Asks what there is to confirm, and does it with the passkey."""
        passkey = self._passkey or await self.take_passkey()
        asked = await self._act(path, {"ask": True})
        proof = passkey.used(_object(asked, "options"))
        return await self._act(path, {"challenge": member(asked, "challenge"), "passkey": proof})

    async def import_file(self, what: str, name: str, content: bytes) -> JsonObject:
        """Imports « pupils » or « profiles » as the page does, all or nothing; returns the report."""
        return await self.browser.upload(f"/{what}/import", name, content, {"keep_valid": "0"})

    async def plan(self, room: str, time: str, rows: int, columns: int) -> str:
        """Plans a session for the server's today with every invigilator; returns its identifier."""
        form = await self._see("/sessions/new")
        body: JsonObject = {
            "room": room,
            "date": form.today,
            "time": time,
            "invigilators": [*form.invigilators],
            "rows": rows,
            "columns": columns,
        }
        return text(member(await self._act("/sessions", body), "next")).split("/")[2]

    async def register(self, session_id: str, class_name: str) -> JsonObject:
        """Registers a class; returns how many, and who was refused."""
        return await self._act(f"/sessions/{session_id}/candidates", {"class": class_name})

    async def code_of(self, session_id: str) -> str:
        """The session's code, as the page shows it."""
        return (await self._see(f"/sessions/{session_id}")).session_code

    async def cards(self, session_id: str) -> Seen:
        """The access cards, as the page to print shows them."""
        return await self._see(f"/sessions/{session_id}/cards")

    async def close_session(self, session_id: str, reasons: Mapping[str, Json]) -> None:
        """Closes the session with a reason for each unfinished test."""
        await self._act(f"/sessions/{session_id}/close", {"reasons": dict(reasons)})

    async def finalise(self, session_id: str) -> None:
        """Has the results computed and signed, and confirms it."""
        await self._confirmed(f"/sessions/{session_id}/finalise")

    async def publish(self, session_id: str) -> None:
        """Releases the results."""
        await self._act(f"/sessions/{session_id}/publish")

    async def bundle(self, session_id: str) -> bytes:
        """The session's bundle."""
        return await self.browser.download(f"/sessions/{session_id}/bundle")


class AccommodationsOfficer(Staff):
    """Sets extra time."""

    async def extra_time(self, candidate: str, fraction: str) -> int:
        """Sets it; returns the minutes that the candidate then has."""
        reply = await self._act(f"/attempts/{candidate}/extra-time", {"fraction": fraction})
        minutes = member(reply, "allowed_minutes")
        return minutes if isinstance(minutes, int) else 0


def _object(reply: JsonObject, name: str) -> JsonObject:
    found = member(reply, name)
    if not isinstance(found, dict):
        raise BadJson(f"{name} is no object")
    return found


def free_seats(board: Board) -> Iterator[tuple[int, int]]:
    """The seats of the room that nobody has, row by row."""
    taken = {sitting.seat for sitting in board.sittings.values()}
    for row in range(1, board.rows + 1):
        for column in range(1, board.columns + 1):
            if (row, column) not in taken:
                yield row, column


async def codes_of(head: Head, session_id: str, candidates: list[str]) -> dict[str, str]:
    """The codes of these candidates' cards: those printed and not used, new ones for the others."""
    try:
        seen = await head.cards(session_id)
    except (ServerSaidNo, Unreachable):
        seen = Seen()
    codes: dict[str, str] = {}
    for candidate in candidates:
        if candidate in seen.cards and candidate not in seen.used_cards:
            codes[candidate] = seen.cards[candidate]
        else:
            codes[candidate] = await head.new_card(candidate)
    return codes
