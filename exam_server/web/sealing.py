"""What the server seals by itself: checkpoints of open sessions, of new results, and the log of sessions."""

import asyncio
import logging
from urllib.parse import urlsplit

from exam_server.acts import house_log, sealing
from exam_server.acts.sealing import LogSealer
from exam_server.signing.errors import KeyProblem
from exam_server.signing.keys import Purpose
from exam_server.web.desk import Desk

log = logging.getLogger(__name__)


def host_of(desk: Desk) -> str:
    """The name under which the server's logs are known."""
    return urlsplit(desk.settings.base_url).netloc


async def seal(desk: Desk) -> int:
    """Signs every checkpoint that is due; how many. Without a usable key nothing is, and the log says so."""
    due = await desk.store.read(sealing.due_checkpoints)
    unsealed = await desk.store.read(sealing.versions_to_seal)
    if due or unsealed:
        try:
            key = await asyncio.to_thread(desk.keys.active, Purpose.LOG, desk.store.clock())
        except KeyProblem:
            log.exception("the log cannot be sealed: its key cannot be used")
            return 0
        sealer = LogSealer(host_of(desk), key)
        for session_id in due:
            await desk.store.run(sealing.keep_checkpoint, sealer, session_id)
        for session_id, version in unsealed:
            await desk.store.run(sealing.seal_version, sealer, session_id, version)
    await desk.store.run(house_log.keep_house_log)
    return len(due) + len(unsealed)
