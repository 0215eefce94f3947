"""What must have become of a mailbox: the conditions of an author, and whether a state meets them."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.simulators.mailbox import KINDS, MailMachine, MailState, Placed, Sent
from question_bank.simulators.mailbox_scene import (
    ADDRESS,
    LONGEST_NAME,
    MOST_MESSAGES,
    MOST_PEOPLE,
    Mailbox,
    Role,
    one_of,
)
from question_bank.typography import Phrase

MOST_SENT, MOST_PARTS, LONGEST_PART = 5, 8, 120


class Report(StrEnum):
    """How a message must have been reported."""

    NONE = "none"
    PHISHING = "phishing"
    JUNK = "junk"
    ANY = "any"


class Rest(StrEnum):
    """What may have become of whatever the goal does not name."""

    UNTOUCHED = "untouched"
    FREE = "free"


class Verb(StrEnum):
    """Acts that may be demanded or forbidden by themselves."""

    OPEN = "open"
    DETAILS = "details"
    LINK = "link"
    ATTACHMENT = "attachment"


@dataclass(frozen=True)
class MessageGoal:
    message: str
    folders: tuple[str, ...]
    reported: str
    starred: bool | None
    read: bool | None


@dataclass(frozen=True)
class SentGoal:
    kind: str
    source: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    attachments: tuple[str, ...]
    subject_contains: tuple[str, ...]
    body_contains: tuple[str, ...]
    subject_filled: bool
    body_filled: bool


@dataclass(frozen=True)
class Deed:
    act: str
    message: str


@dataclass(frozen=True)
class MailGoal:
    messages: tuple[MessageGoal, ...]
    rest_is_free: bool
    sent: tuple[SentGoal, ...]
    done: tuple[Deed, ...]
    never: tuple[Deed, ...]

    @classmethod
    def read(cls, fields: Fields, scene: Mailbox) -> Self:
        names = _Known(scene)
        goal = cls(
            tuple(_read_messages(fields, names)),
            "rest" in fields and fields.word("rest", Rest) is Rest.FREE,
            tuple(_read_sent(fields, names)),
            tuple(_read_deeds(fields, "done", names)),
            tuple(_read_deeds(fields, "never", names)),
        )
        fields.close()
        return goal

    def is_reached(self, machine: MailMachine, state: MailState) -> bool:
        wanted = {machine.names.messages[one.message]: one for one in self.messages}
        return (
            all(
                self._is_as_wanted(machine, wanted.get(name), placed, machine.start.messages[name])
                for name, placed in state.messages.items()
            )
            and _pair_off(machine, self.sent, state.sent)
            and all(_was_done(machine, deed, state) for deed in self.done)
            and not any(_was_done(machine, deed, state) for deed in self.never)
        )

    def _is_as_wanted(
        self, machine: MailMachine, wanted: MessageGoal | None, now: Placed, first: Placed
    ) -> bool:
        if wanted is None:
            return self.rest_is_free or (now.folder, now.reported) == (first.folder, first.reported)
        folders = self._folders(machine, wanted, first)
        reports = {Report.NONE: {""}, Report.ANY: {"phishing", "junk"}}.get(
            Report(wanted.reported), {wanted.reported}
        )
        return (
            now.folder in folders
            and now.reported in reports
            and wanted.starred in {None, now.starred}
            and wanted.read in {None, now.read}
        )

    @staticmethod
    def _folders(machine: MailMachine, wanted: MessageGoal, first: Placed) -> set[str]:
        """Where the message may be; unless the author says it, where it was or where a report brings it."""
        names = machine.names.folders
        if wanted.folders:
            return {names[one] for one in wanted.folders}
        return {first.folder} if wanted.reported == Report.NONE else {names[Role.JUNK], names[Role.TRASH]}


def _pair_off(machine: MailMachine, wanted: tuple[SentGoal, ...], sent: tuple[Sent, ...]) -> bool:
    """Whether each wanted message can have a sent one of its own, and none is left over."""
    if not wanted or not sent:
        return not wanted and not sent
    first, *others = sent
    return any(
        _is_sent(machine, one, first)
        and _pair_off(machine, wanted[:place] + wanted[place + 1 :], tuple(others))
        for place, one in enumerate(wanted)
    )


def _is_sent(machine: MailMachine, wanted: SentGoal, sent: Sent) -> bool:
    names = machine.names

    def people(field: Iterable[str]) -> frozenset[str]:
        return frozenset(map(names.address, field))

    return (
        wanted.kind in {"", sent.kind}
        and (not wanted.source or names.messages[wanted.source] == sent.source)
        and (people(wanted.to), people(wanted.cc), people(wanted.bcc)) == (sent.to, sent.cc, sent.bcc)
        and frozenset(names.attachments[one] for one in wanted.attachments) == sent.attachments
        and all(_holds(sent.subject, part) for part in wanted.subject_contains)
        and all(_holds(sent.body, part) for part in wanted.body_contains)
        and (not wanted.subject_filled or bool(sent.subject.strip()))
        and (not wanted.body_filled or bool(sent.body.strip()))
    )


def _holds(written: str, wanted: str) -> bool:
    """Whether one of the texts between « | » is in it; case, accents and runs of spaces do not count."""
    return any(_plain(part) in _plain(written) for part in wanted.split("|"))


def _plain(written: str) -> str:
    apart = unicodedata.normalize("NFKD", written.replace("’", "'").casefold())
    return " ".join("".join(char for char in apart if unicodedata.category(char) != "Mn").split())


def _was_done(machine: MailMachine, deed: Deed, state: MailState) -> bool:
    names = machine.names
    message = next(one for one in machine.scene.messages if one.id == deed.message)
    match Verb(deed.act):
        case Verb.LINK:
            wired = {name for (owner, _), name in names.links.items() if owner == message.id}
        case Verb.ATTACHMENT:
            wired = {names.attachments[one.id] for one in message.attachments}
        case _:
            wired = {names.messages[message.id]}
    return any((deed.act, name) in state.done for name in wired)


class _Known:
    """The names that a goal may use; an unknown one is noted."""

    def __init__(self, scene: Mailbox) -> None:
        self.messages = {message.id: message for message in scene.messages}
        self.folders = [folder.id for folder in scene.folders]
        self.contacts = [contact.id for contact in scene.contacts]
        self.attachments = [one.id for one in scene.attachments]

    def note(self, fields: Fields, name: str, written: Iterable[str], known: Iterable[str]) -> None:
        for one in written:
            if one and one not in known:
                fields.note(name, Phrase("« {id} » n’existe pas", id=one), one_of(known))

    def note_people(self, fields: Fields, name: str, written: Iterable[str]) -> None:
        self.note(fields, name, (one for one in written if not ADDRESS.fullmatch(one)), self.contacts)


def _read_messages(fields: Fields, known: _Known) -> Iterator[MessageGoal]:
    for section in fields.sections("messages", 0, MOST_MESSAGES, required=False):
        message = section.text("id", LONGEST_NAME)
        folder = section.text("folder", LONGEST_NAME, "")
        folders = section.texts("folders", 0, len(known.folders), LONGEST_NAME, required=False)
        reported = section.word("reported", Report) if "reported" in section else Report.NONE
        known.note(section, "id", [message], known.messages)
        known.note(section, "folder", [folder], known.folders)
        known.note(section, "folders", folders, known.folders)
        yield MessageGoal(
            message,
            (*folders, folder) if folder else folders,
            (reported or Report.NONE).value,
            section.flag("starred", False) if "starred" in section else None,
            section.flag("read", False) if "read" in section else None,
        )
        section.close()


def _read_sent(fields: Fields, known: _Known) -> Iterator[SentGoal]:
    for section in fields.sections("sent", 0, MOST_SENT, required=False):

        def listed(name: str, most: int = MOST_PEOPLE, section: Fields = section) -> tuple[str, ...]:
            return section.texts(name, 0, most, LONGEST_PART, required=False)

        wanted = SentGoal(
            kind=section.text("kind", LONGEST_NAME, ""),
            source=section.text("source", LONGEST_NAME, ""),
            to=listed("to"),
            cc=listed("cc"),
            bcc=listed("bcc"),
            attachments=listed("attachments"),
            subject_contains=listed("subject_contains", MOST_PARTS),
            body_contains=listed("body_contains", MOST_PARTS),
            subject_filled=section.flag("subject_filled", False),
            body_filled=section.flag("body_filled", False),
        )
        known.note(section, "kind", [wanted.kind], KINDS)
        known.note(section, "source", [wanted.source], known.messages)
        for name, people in (("to", wanted.to), ("cc", wanted.cc), ("bcc", wanted.bcc)):
            known.note_people(section, name, people)
        known.note(section, "attachments", wanted.attachments, known.attachments)
        section.close()
        yield wanted


def _read_deeds(fields: Fields, name: str, known: _Known) -> Iterator[Deed]:
    for section in fields.sections(name, 0, MOST_MESSAGES, required=False):
        act = section.word("act", Verb)
        message = section.text("message", LONGEST_NAME)
        known.note(section, "message", [message], known.messages)
        found = known.messages.get(message)
        if found and (
            (act is Verb.LINK and not found.links) or (act is Verb.ATTACHMENT and not found.attachments)
        ):
            problem = Phrase("« {id} » n’a ni lien ni pièce jointe de cette sorte", id=message)
            section.note("message", problem, Phrase("nommez un autre message"))
        section.close()
        if act is not None:
            yield Deed(act.value, message)
