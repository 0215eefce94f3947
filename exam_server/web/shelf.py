"""The files of items as they were generated: made one at a time beside the event loop, some of them kept."""

import asyncio
from collections import OrderedDict

from question_bank.files import FileSpec

MOST_OCTETS = 48 * 1024 * 1024


class FileShelf:
    """By identifier, which says all that is in a file: what is kept here can never be the wrong version.

    Whatever is asked for again while it is being made is made once. A candidate can ask for the files of one
    question, so no more than these can ever wait.
    """

    def __init__(self, most_octets: int = MOST_OCTETS) -> None:
        self._most = most_octets
        self._size = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._making: dict[str, asyncio.Task[bytes]] = {}
        self._one_at_a_time = asyncio.Semaphore(1)

    async def octets_of(self, file: FileSpec) -> bytes:
        """The file's octets; raises TooLarge."""
        kept = self._kept.get(file.id)
        if kept is not None:
            self._kept.move_to_end(file.id)
            return kept
        making = self._making.get(file.id)
        if making is None:
            making = asyncio.create_task(self._make(file))
            self._making[file.id] = making
            making.add_done_callback(lambda _done: self._making.pop(file.id))
        # Whoever asked first may have left: the others still wait for it.
        return await asyncio.shield(making)

    async def _make(self, file: FileSpec) -> bytes:
        async with self._one_at_a_time:
            octets = await asyncio.to_thread(file.generate)
        self._kept[file.id] = octets
        self._size += len(octets)
        while self._size > self._most:
            self._size -= len(self._kept.popitem(last=False)[1])
        return octets
