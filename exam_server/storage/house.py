"""What every act may ask of the server that it runs in: rules, secrets, published banks, engines in hand."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from exam_server.domain.rules import ExamRules
from question_bank.assembly import Assembly, PublishedBank
from question_bank.items import Bank


@dataclass(frozen=True)
class BankInUse:
    """A bank version as it was published: its items, and the engine's tables of them."""

    items: Bank
    published: PublishedBank


class Banks(dict[str, BankInUse]):
    """The bank versions in hand; `current` is the one that a session gets when it is opened.

    One that another server has published meanwhile is loaded when it is met.
    """

    def __init__(
        self,
        found: Mapping[str, BankInUse],
        current: str,
        load: Callable[[str], BankInUse | None] = lambda version: None,
    ) -> None:
        super().__init__(found)
        self.current = current
        self._load = load

    def use(self, bank: BankInUse) -> None:
        """From now on sessions are opened with this one."""
        self[bank.items.version] = bank
        self.current = bank.items.version

    def __missing__(self, version: str) -> BankInUse:
        found = self._load(version)
        if found is None:
            raise KeyError(version)
        return self.setdefault(version, found)


class Engines:
    """Assemblies in hand, so that a response need not rebuild one from its history.

    An assembly is known by its attempt and by how many items lie behind the candidate, answered or replaced;
    whoever takes one out puts it back only after its act has been committed, so a rolled-back act leaves
    nothing behind, and what another worker took or replaced makes this one's copy unfindable.
    """

    def __init__(self, most: int = 4096) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, int], Assembly] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, attempt_id: str, behind: int) -> Assembly | None:
        """The assembly with so many items behind it, or None; it is no longer kept here."""
        with self._lock:
            return self._kept.pop((attempt_id, behind), None)

    def keep(self, attempt_id: str, behind: int, assembly: Assembly) -> None:
        """Keeps an assembly for the next response; the one unused for longest goes first."""
        with self._lock:
            self._kept[attempt_id, behind] = assembly
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


@dataclass(frozen=True)
class House:
    """The server's own things, the same for every act.

    `secret` derives access cards and seeds: whoever has it can compute every card.
    """

    rules: ExamRules
    secret: bytes
    banks: Banks
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    engines: Engines = field(default_factory=Engines)

    @property
    def bank_version(self) -> str:
        """The bank that a session gets when it is opened."""
        return self.banks.current
