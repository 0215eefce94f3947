"""The bank of this server: the files that it came with, and over them what its authors have approved."""

import asyncio
import logging

from exam_server.storage.banks import prepared, publish_bank
from exam_server.storage.house import BankInUse
from exam_server.storage.proposal_rows import approved_changes
from exam_server.storage.store import Store
from question_bank.assembly import BankCannotCarry
from question_bank.changes import BankFiles, Change
from question_bank.items import Bank

log = logging.getLogger(__name__)


class HouseBank:
    """Published anew when a change is approved or revoked; sessions that are open keep the bank they have.

    Every worker looks once a minute, so that an approval at one of them reaches the others.
    """

    def __init__(self, files: BankFiles, store: Store) -> None:
        self.files = files
        self._store = store
        self._made_of: tuple[Change, ...] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def approved(self) -> tuple[Change, ...]:
        """What was approved and not revoked, in order."""
        return await self._store.read(lambda reading: approved_changes(reading.connection))

    async def text_of(self, competence: str, skill: str) -> str | None:
        """A skill's file as new sessions have it; None where there is none."""
        changes = await self.approved()
        return await asyncio.to_thread(self.files.text_with, changes, competence, skill)

    async def with_change(self, approved: tuple[Change, ...], change: Change) -> BankInUse:
        """The bank that approving this change would give; raises BankCannotCarry."""
        return await asyncio.to_thread(lambda: prepared(self.files.with_changes((*approved, change)).bank))

    async def refresh(self) -> int:
        """Publishes the bank where it has become another one; returns 1 then, else 0."""
        async with self._one_at_a_time:
            changes = await self.approved()
            if changes == self._made_of:
                return 0
            laid = await asyncio.to_thread(self.files.with_changes, changes)
            if laid.unreadable:
                names = ", ".join(change.name for change in laid.unreadable)
                log.error("approved changes that no longer make items are left out: %s", names)
            if laid.bank.version != self._store.house.bank_version:
                await self._publish(laid.bank)
            self._made_of = changes
            return 1

    async def _publish(self, items: Bank) -> None:
        banks = self._store.house.banks
        try:
            bank = banks.get(items.version)
            if bank is None:
                bank = await asyncio.to_thread(prepared, items)
        except BankCannotCarry as lack:
            # Each was checked when it was approved: a newer release has brought this about.
            log.error("the approved changes are left out: %s", lack)
            return
        await self._store.run(publish_bank, bank)
        banks.use(bank)
