"""The composition root: settings -> bank, store, hub, keys, routes. The only file that knows everyone."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from exam_server.acts import clock as clock_acts
from exam_server.acts import rest_breaks
from exam_server.acts.entering import sign_out_ended
from exam_server.acts.presence import note_connection, running_candidates, sessions_before_closing
from exam_server.acts.staff import forget_old_tries
from exam_server.clock import make_clock
from exam_server.domain.errors import Refusal
from exam_server.domain.finalisation import Fact
from exam_server.live.bus import Bus, NoBus, RedisBus
from exam_server.live.devices import Device
from exam_server.live.hub import Hub, ReadLog
from exam_server.live.keeper import keep_deadlines, sweep_every
from exam_server.live.presence import Attendance, Presence
from exam_server.settings import Settings, load_settings
from exam_server.signing.keys import KeyStore
from exam_server.storage.banks import all_banks
from exam_server.storage.columns import to_millis
from exam_server.storage.engines import open_database
from exam_server.storage.house import House
from exam_server.storage.log import facts_after
from exam_server.storage.store import Publish, Store
from exam_server.web import decisions, head, lsu, responding, sealing, timestamping
from exam_server.web.desk import Desk
from exam_server.web.errors import on_fault, on_http_error, on_refusal
from exam_server.web.guard import Guard
from exam_server.web.house_bank import HouseBank
from exam_server.web.pages import page_environment
from exam_server.web.routes import all_routes
from question_bank.changes import BankFiles
from question_bank.items import Bank
from question_bank.loading import load_bank

BANK_FOLDER = Path(__file__).parent.parent / "question_bank" / "items"

log = logging.getLogger(__name__)


def create() -> Starlette:
    """The application with the settings of the environment; what uvicorn calls in each worker."""
    app = build(load_settings())
    _spare_the_collector()
    return app


def build(settings: Settings) -> Starlette:
    """The application with these settings."""
    hub = Hub(make_bus(settings))
    store = open_store(settings, hub.publish)
    hub.read_with(_log_reader(store))
    attendance = _attendance(store, hub)
    hub.overhear_with(attendance.overheard)
    desk = Desk(
        settings=settings,
        store=store,
        hub=hub,
        attendance=attendance,
        pages=page_environment(store.house.zone),
        keys=KeyStore(settings.folder / "keys", settings.key_passphrase, pin=settings.token_pin),
        bank=HouseBank(BankFiles(BANK_FOLDER, _shipped()), store),
    )
    app = Starlette(
        routes=all_routes(),
        middleware=[
            Middleware(
                Guard,
                base_url=settings.base_url,
                upload_paths=(*head.UPLOADS, *decisions.UPLOADS, *lsu.UPLOADS),
                secure=settings.secure,
                lanes={responding.PATH: responding.respond},
            )
        ],
        exception_handlers={Refusal: on_refusal, HTTPException: on_http_error, Exception: on_fault},
        lifespan=_lifespan,
    )
    app.state.desk = desk
    return app


def open_store(settings: Settings, tell: Publish = lambda grown: None) -> Store:
    """The store on the settings' database, with every bank version that was ever published."""
    database = open_database(settings.database)
    clock = make_clock(settings.speed, settings.speed_epoch_ms)
    bank = _shipped()
    banks = all_banks(database, bank, clock())
    house = House(settings.rules, settings.secret, banks, settings.zone)
    return Store(database, house, clock, tell)


@cache
def _shipped() -> Bank:
    """The bank of this release: seconds to read, so read once in a process."""
    return load_bank(BANK_FOLDER)


def make_bus(settings: Settings) -> Bus:
    """Redis where it is set; otherwise this process is alone."""
    return RedisBus(settings.redis) if settings.redis else NoBus()


def _log_reader(store: Store) -> ReadLog:
    async def read(session_id: str, after: int) -> list[Fact]:
        return await store.read(facts_after, session_id, after)

    return read


def _attendance(store: Store, hub: Hub) -> Attendance:
    def tell(session_id: str, candidate_id: str, presence: Presence, last_sign_ms: int) -> None:
        hub.notice(
            session_id,
            {
                "type": "presence",
                "candidate": candidate_id,
                "presence": str(presence),
                "last_sign": last_sign_ms,
            },
        )

    def show(session_id: str, candidate_id: str, device: Device) -> None:
        hub.notice(session_id, {"type": "device", "candidate": candidate_id, **device.to_json()})

    async def note(candidate_id: str, lost: bool) -> object:
        return await store.run(note_connection, candidate_id, lost=lost)

    return Attendance(tell, show, note, lambda: to_millis(store.clock()))


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    store = desk.store
    await desk.hub.start()
    await desk.bank.refresh()
    for session_id, candidate_id in await store.read(running_candidates):
        desk.attendance.expected(session_id, candidate_id)
    tasks = [asyncio.create_task(work) for work in _by_itself(desk)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await desk.attendance.stop()
        await desk.hub.stop()
        await store.close()


def _by_itself(desk: Desk) -> list[Coroutine[Any, Any, None]]:
    """What the server does without being asked, for as long as it runs."""
    store, speed = desk.store, desk.settings.speed
    return [
        desk.attendance.watch(),
        keep_deadlines(
            lambda: store.read(clock_acts.due_attempts),
            lambda: store.read(clock_acts.next_due),
            lambda attempt_id: store.run(clock_acts.run_out, attempt_id),
            store.clock,
            speed,
        ),
        keep_deadlines(
            lambda: store.read(rest_breaks.due_breaks),
            lambda: store.read(rest_breaks.next_break_end),
            lambda attempt_id: store.run(rest_breaks.break_over, attempt_id),
            store.clock,
            speed,
        ),
        sweep_every(60, desk.bank.refresh),
        sweep_every(10, lambda: sealing.seal(desk)),
        sweep_every(10, lambda: timestamping.stamp(desk)),
        sweep_every(3600, lambda: store.run(forget_old_tries)),
        sweep_every(60, lambda: store.run(sign_out_ended)),
        sweep_every(3600, lambda: _forget_who_is_done(desk)),
    ]


def _spare_the_collector() -> None:
    """What stands at the start (modules, bank, tables) stays for good: the collector need not go through it.

    It also looks less often at what comes and goes, nearly all of which ends by itself. Worth a tenth of a
    response's cost.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def _forget_who_is_done(desk: Desk) -> int:
    """Whoever's session is closed need not be known any more, unless still connected."""
    return desk.attendance.forget_all_but(await desk.store.read(sessions_before_closing))
