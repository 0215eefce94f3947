"""Opens the store for one command, and closes it again whatever happens."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from exam_server.app import open_store
from exam_server.settings import Settings
from exam_server.storage.store import Store

T = TypeVar("T")


def with_store(settings: Settings, use: Callable[[Store], Awaitable[T]]) -> T:
    """Runs `use` with the settings' store. A server that is running may use the same database meanwhile."""
    return asyncio.run(_opened(settings, use))


async def _opened(settings: Settings, use: Callable[[Store], Awaitable[T]]) -> T:
    store = await asyncio.to_thread(open_store, settings)
    try:
        return await use(store)
    finally:
        await store.close()
