"""The whole application in one process, and people who ask it as browsers do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from starlette.applications import Starlette

from exam_server.acts import staff
from exam_server.acts.certificates import Issuer
from exam_server.app import build
from exam_server.domain.roles import Person, Role
from exam_server.settings import Settings
from exam_server.signing.keys import Purpose
from exam_server.simulation.passkey import SoftPasskey
from exam_server.storage.store import Store
from exam_server.storage.transaction import Transaction
from exam_server.web.access import CANDIDATE_COOKIE, STAFF_COOKIE
from exam_server.web.desk import Desk
from tests.support.clock import ManualClock
from tests.support.house import SECRET

BASE = "http://127.0.0.1:8000"


@dataclass
class Site:
    """A running application; every browser that it gives out is closed with it."""

    app: Starlette
    base: str = BASE
    browsers: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        desk: Desk = self.app.state.desk
        return desk

    @property
    def store(self) -> Store:
        return self.desk.store

    def browser(self, **cookies: str) -> httpx.AsyncClient:
        """A browser of its own; a fault of the server is an answer here, as it is on the network."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        self.browsers.append(httpx.AsyncClient(transport=transport, base_url=self.base, cookies=cookies))
        return self.browsers[-1]

    async def signed_in(self, person: Person) -> httpx.AsyncClient:
        """The browser of a member of the staff."""
        return self.browser(**{STAFF_COOKIE: await self.login_of(person)})

    async def login_of(self, person: Person) -> str:
        """A login's token, as the cookie holds it."""
        token, _person = await self.store.run(staff.sign_in, person.id)
        return token

    def sitting(self, token: str) -> httpx.AsyncClient:
        """The browser of a candidate who has entered."""
        return self.browser(**{CANDIDATE_COOKIE: token})

    async def hire(self, centre_id: str, *roles: Role, name: str, password: str | None = None) -> Person:
        """One more member of a centre's staff."""
        email = f"{name.lower()}@ecole.example"

        def add(tx: Transaction) -> str:
            return staff.add_account(tx, centre_id, email, name, frozenset(roles), password)

        return Person(await self.store.run(add), centre_id, name, frozenset(roles))

    async def finalise(self, head: httpx.AsyncClient, session_id: str) -> httpx.Response:
        """The head has the results signed, and confirms it with a passkey of this browser."""
        key = SoftPasskey(self.base)
        begun = (await head.post("/account/passkeys/begin", json={"password": ""})).json()
        made = {"challenge": begun["challenge"], "name": "Essai", "passkey": key.made(begun["options"])}
        assert (await head.post("/account/passkeys", json=made)).status_code == 200
        url = f"/sessions/{session_id}/finalise"
        asked = await head.post(url, json={"ask": True})
        if asked.status_code != 200:
            return asked
        offer = asked.json()
        proof = {"challenge": offer["challenge"], "passkey": key.used(offer["options"])}
        return await head.post(url, json=proof)

    def make_key(self) -> None:
        """The keys that results and their log are signed with."""
        for purpose in (Purpose.DOCUMENTS, Purpose.LOG):
            self.desk.keys.create(purpose, self.store.clock())

    def make_issuer(self) -> Issuer:
        """Those keys and the one that certificates need besides: all that a session's end asks for."""
        self.make_key()
        keys, now = self.desk.keys, self.store.clock()
        qr = keys.create(Purpose.QR, now)
        return Issuer(keys.active(Purpose.DOCUMENTS, now), qr, keys.public_keys(Purpose.DOCUMENTS))


def settings_for(database: str, folder: Path, base: str = BASE) -> Settings:
    """The server's settings for a test: nothing of the environment's."""
    return Settings(database=database, redis="", folder=folder, secret=SECRET, base_url=base)


@asynccontextmanager
async def a_site(settings: Settings, clock: ManualClock | None) -> AsyncIterator[Site]:
    """The application between its start and its end; with the machine's clock where none is given."""
    app = build(settings)
    site = Site(app, settings.base_url)
    if clock is not None:
        site.store.clock = clock
    async with app.router.lifespan_context(app):
        yield site
        for browser in site.browsers:
            await browser.aclose()
