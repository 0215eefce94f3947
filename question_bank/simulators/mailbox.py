"""The machine of a mailbox: what each act changes, in the names that a browser knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from question_bank.item_types.responses import Act, BadResponse, BadResponseCode
from question_bank.simulators.acts import Acts, impossible, replay, texts_of
from question_bank.simulators.mailbox_names import MailNames
from question_bank.simulators.mailbox_scene import ADDRESS, MOST_PEOPLE, Mailbox, Role

LONGEST_SUBJECT, LONGEST_WRITTEN = 150, 500
KINDS = ("new", "reply", "reply_all", "forward")
REPORTS = ("phishing", "junk")


@dataclass(frozen=True)
class Placed:
    """One message of the scene as it is now."""

    folder: str
    reported: str
    starred: bool
    read: bool


@dataclass(frozen=True)
class Sent:
    kind: str
    source: str
    to: frozenset[str]
    cc: frozenset[str]
    bcc: frozenset[str]
    subject: str
    body: str
    attachments: frozenset[str]


@dataclass(frozen=True)
class MailState:
    messages: Mapping[str, Placed]
    sent: tuple[Sent, ...] = ()
    done: frozenset[tuple[str, str]] = frozenset()
    """What was looked at or clicked: ("link", "l2")."""

    def with_message(self, name: str, placed: Placed) -> "MailState":
        return replace(self, messages=MappingProxyType({**self.messages, name: placed}))

    def having_done(self, verb: str, name: str) -> "MailState":
        return replace(self, done=self.done | {(verb, name)})


@dataclass(frozen=True)
class MailMachine:
    scene: Mailbox

    @cached_property
    def names(self) -> MailNames:
        return MailNames(self.scene)

    @cached_property
    def start(self) -> MailState:
        names = self.names
        return MailState(
            MappingProxyType(
                {
                    names.messages[one.id]: Placed(names.folders[one.folder], "", one.starred, one.read)
                    for one in self.scene.messages
                }
            )
        )

    @cached_property
    def _attached_to(self) -> dict[str, str]:
        """Attachment -> its message, "" for a file of one's own."""
        names = self.names
        found = {names.attachments[one.id]: "" for one in self.scene.files}
        for message in self.scene.messages:
            for one in message.attachments:
                found[names.attachments[one.id]] = names.messages[message.id]
        return found

    def after(self, acts: Acts) -> MailState:
        """The state that the acts lead to; raises BadResponse when one of them is not possible."""
        return replay(self.start, acts, self.apply)

    def apply(self, state: MailState, act: Act) -> MailState:
        verbs: dict[str, Callable[[MailState, Act], MailState]] = {
            "open": self._open,
            "details": self._details,
            "link": self._link,
            "attachment": self._attachment,
            "move": self._move,
            "delete": self._delete,
            "report": self._report,
            "unreport": self._unreport,
            "flag": self._flag,
            "send": self._send,
        }
        verb = verbs.get(str(act[0]))
        if verb is None:
            raise impossible()
        return verb(state, act)

    def _open(self, state: MailState, act: Act) -> MailState:
        (name,) = texts_of(act, 1)
        placed = _message(state, name)
        return state.with_message(name, replace(placed, read=True)).having_done("open", name)

    def _details(self, state: MailState, act: Act) -> MailState:
        (name,) = texts_of(act, 1)
        _message(state, name)
        return state.having_done("details", name)

    def _link(self, state: MailState, act: Act) -> MailState:
        (name,) = texts_of(act, 1)
        if name not in self.names.links.values():
            raise impossible()
        return state.having_done("link", name)

    def _attachment(self, state: MailState, act: Act) -> MailState:
        (name,) = texts_of(act, 1)
        if not self._attached_to.get(name):
            raise impossible()
        return state.having_done("attachment", name)

    def _move(self, state: MailState, act: Act) -> MailState:
        name, folder = texts_of(act, 2)
        return self._moved(state, name, folder)

    def _moved(self, state: MailState, name: str, folder: str) -> MailState:
        placed = _message(state, name)
        if folder not in self.names.folders.values() or folder == placed.folder:
            raise impossible()
        return state.with_message(name, replace(placed, folder=folder))

    def _delete(self, state: MailState, act: Act) -> MailState:
        (name,) = texts_of(act, 1)
        return self._moved(state, name, self.names.folders[Role.TRASH])

    def _report(self, state: MailState, act: Act) -> MailState:
        name, why = texts_of(act, 2)
        placed = _message(state, name)
        if why not in REPORTS or placed.reported == why:
            raise impossible()
        junk = self.names.folders[Role.JUNK]
        return state.with_message(name, replace(placed, folder=junk, reported=why))

    def _unreport(self, state: MailState, act: Act) -> MailState:
        (name,) = texts_of(act, 1)
        placed = _message(state, name)
        if placed.folder != self.names.folders[Role.JUNK]:
            raise impossible()
        inbox = self.names.folders[Role.INBOX]
        return state.with_message(name, replace(placed, folder=inbox, reported=""))

    def _flag(self, state: MailState, act: Act) -> MailState:
        name, flag = texts_of(act, 2)
        placed = _message(state, name)
        flagged = {
            "star": replace(placed, starred=True),
            "unstar": replace(placed, starred=False),
            "read": replace(placed, read=True),
            "unread": replace(placed, read=False),
        }.get(flag, placed)
        if flagged == placed:
            raise impossible()
        return state.with_message(name, flagged)

    def _send(self, state: MailState, act: Act) -> MailState:
        kind, source, to, cc, bcc, subject, body, attached = texts_of(act, 8)
        if kind not in KINDS or (source == "") != (kind == "new"):
            raise impossible()
        if source:
            _message(state, source)
        if len(subject) > LONGEST_SUBJECT or len(body) > LONGEST_WRITTEN:
            raise BadResponse(BadResponseCode.TOO_LONG)
        people = _people(to), _people(cc), _people(bcc)
        if not any(people):
            raise BadResponse(BadResponseCode.INCOMPLETE)
        files = self._files(attached, source if kind == "forward" else "")
        sent = Sent(kind, source, people[0], people[1], people[2], subject, body, files)
        return replace(state, sent=(*state.sent, sent))

    def _files(self, attached: str, forwarded: str) -> frozenset[str]:
        """What is attached: files of one's own, or those of the message that is forwarded."""
        names = attached.split(" ") if attached else []
        if len(set(names)) != len(names):
            raise BadResponse(BadResponseCode.REPEATED_OPTION)
        if any(self._attached_to.get(name, "?") not in {"", forwarded} for name in names):
            raise impossible()
        return frozenset(names)


def _message(state: MailState, name: str) -> Placed:
    placed = state.messages.get(name)
    if placed is None:
        raise impossible()
    return placed


def _people(field: str) -> frozenset[str]:
    """The addresses of a field, a blank between two."""
    addresses = field.split(" ") if field else []
    if len(addresses) > MOST_PEOPLE:
        raise BadResponse(BadResponseCode.TOO_LONG)
    if not all(ADDRESS.fullmatch(address) for address in addresses):
        raise impossible()
    return frozenset(address.lower() for address in addresses)
