"""Gets a room ready by the same requests that the pages make, for journeys that begin in the middle."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import APIRequestContext, FilePayload, Playwright

from exam_server.demo.school import PROFILES_FILE, PUPILS_FILE
from exam_server.domain.roles import Role
from exam_server.simulation.passkey import SoftPasskey
from tests.browser.server import PASSWORD, Server

INVIGILATOR = re.compile(r'name="invigilators" value="([^"]+)"( data-office)?')
CARD = re.compile(r'__who"><strong>([^<]+)</strong>.*?([0-9A-Z]{4}-[0-9A-Z]{4})', re.DOTALL)
CODE = re.compile(r"session-code[^>]*>([^<]+)<")


@dataclass(frozen=True)
class Card:
    """A candidate and the access card’s code."""

    name: str
    id: str
    code: str


class Backstage:
    """The head of school without a screen."""

    def __init__(self, playwright: Playwright, server: Server) -> None:
        self.url = server.url
        self.passkey: SoftPasskey | None = None
        self.requests: APIRequestContext = playwright.request.new_context(base_url=server.url)
        self.post(server.fresh_link(Role.HEAD).removeprefix(server.url))

    def post(self, path: str, body: "dict[str, Any] | None" = None) -> dict[str, Any]:
        """A write that must be accepted."""
        reply = self.requests.post(path, data=body or {})
        assert reply.ok, f"{path}: {reply.status} {reply.text()}"
        answer: dict[str, Any] = reply.json()
        return answer

    def sign(self, session: str) -> None:
        """Has the results signed: the head confirms with a passkey in software."""
        url = f"/sessions/{session}/finalise"
        asked = self.post(url, {"ask": True})
        known = [one["id"] for one in asked["options"]["allowCredentials"]]
        if self.passkey is None or self.passkey.name not in known:
            self.passkey = self._new_passkey()
            asked = self.post(url, {"ask": True})
        proof = self.passkey.used(asked["options"])
        self.post(url, {"challenge": asked["challenge"], "passkey": proof})

    def _new_passkey(self) -> SoftPasskey:
        """Another one for the account; whoever tries the account's page may have removed the last."""
        passkey = SoftPasskey(self.url)
        begun = self.post("/account/passkeys/begin", {"password": PASSWORD})
        made = passkey.made(begun["options"])
        self.post("/account/passkeys", {"challenge": begun["challenge"], "name": "Essai", "passkey": made})
        return passkey

    def import_school(self, folder: Path) -> None:
        """Pupils, then profiles."""
        for what, name in (("pupils", PUPILS_FILE), ("profiles", PROFILES_FILE)):
            file = FilePayload(name=name, mimeType="text/plain", buffer=(folder / name).read_bytes())
            reply = self.requests.post(f"/{what}/import", multipart={"file": file, "keep_valid": "0"})
            assert reply.json()["saved"], reply.text()

    def plan(self, room: str, *classes: str, office: bool = True) -> str:
        """A session of today with these classes; without `office` the head does not invigilate it.

        Returns its identifier.
        """
        form = self.requests.get("/sessions/new").text()
        today = re.search(r'name="date"[^>]*value="([^"]+)"', form)
        assert today is not None
        wanted = {"room": room, "date": today[1], "time": "09:00", "rows": 6, "columns": 8}
        invigilators = [one for one, of_office in INVIGILATOR.findall(form) if office or not of_office]
        session = str(self.post("/sessions", {**wanted, "invigilators": invigilators})["next"]).split("/")[-1]
        for one in classes:
            self.post(f"/sessions/{session}/candidates", {"class": one})
        return session

    def open(self, session: str) -> None:
        """Opens it by its code."""
        self.post("/sessions/open", {"code": self.code_of(session)})

    def code_of(self, session: str) -> str:
        """The session’s code."""
        found = CODE.search(self.requests.get(f"/sessions/{session}").text())
        assert found is not None
        return found[1]

    def cards(self, session: str) -> list[Card]:
        """Everyone’s card, by name."""
        codes = dict(CARD.findall(self.requests.get(f"/sessions/{session}/cards").text()))
        return [
            Card(name, row["id"], codes[name])
            for row in self.board(session)["candidates"]
            if (name := f"{row['family_name']} {row['given_name']}")
        ]

    def board(self, session: str) -> dict[str, Any]:
        """The board’s JSON."""
        board: dict[str, Any] = self.requests.get(f"/sessions/{session}/board.json").json()
        return board

    def row(self, session: str, candidate: str) -> dict[str, Any]:
        """One candidate on the board."""
        return next(row for row in self.board(session)["candidates"] if row["id"] == candidate)

    def check_in(self, candidate: str, row: int, column: int) -> None:
        """Identity, seat, admission."""
        self.post(f"/attempts/{candidate}/identity", {"document": "carte_scolaire"})
        self.post(f"/attempts/{candidate}/seat", {"row": row, "column": column})
        self.post(f"/attempts/{candidate}/admit")

    def leave(self) -> None:
        """Lets go of the connection."""
        self.requests.dispose()
