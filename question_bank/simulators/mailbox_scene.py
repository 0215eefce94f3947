"""A mailbox as it is authored: its folders, people and messages, read from an item file."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from question_bank.item_types.authored import Fields
from question_bank.typography import Phrase

MOST_FOLDERS, MOST_CONTACTS, MOST_FILES, MOST_MESSAGES, MOST_ATTACHED = 6, 15, 8, 20, 5
MOST_PEOPLE = 20
LONGEST_NAME, LONGEST_BODY, LONGEST_LINE = 80, 2000, 300

# Plain ones only: the page reads a typed address by the same rule.
ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
LINK = re.compile(r"\[([^\[\]\n]{1,120})\]\(([^()\s]{1,300})\)")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PERSON = re.compile(r"([^<>]{1,80}?) ?<([^<>\s]+)>")


class Role(StrEnum):
    """The folders that every mailbox has."""

    INBOX = "inbox"
    SENT = "sent"
    JUNK = "junk"
    TRASH = "trash"


ROLE_NAMES = {
    Role.INBOX: "Réception",
    Role.SENT: "Envoyés",
    Role.JUNK: "Indésirables",
    Role.TRASH: "Corbeille",
}


@dataclass(frozen=True)
class Person:
    name: str
    address: str


@dataclass(frozen=True)
class Folder:
    id: str
    name: str


@dataclass(frozen=True)
class Contact:
    id: str
    person: Person


@dataclass(frozen=True)
class Attachment:
    id: str
    name: str
    size: str
    preview: str


@dataclass(frozen=True)
class Message:
    id: str
    folder: str
    sender: Person
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    date: str
    subject: str
    body: str
    attachments: tuple[Attachment, ...]
    reply_to: str
    received: str
    read: bool
    starred: bool

    @property
    def links(self) -> tuple[str, ...]:
        """The real addresses of the body's links, in order."""
        return tuple(found.group(2) for found in LINK.finditer(self.body))


@dataclass(frozen=True)
class Mailbox:
    owner: Person
    own_folders: tuple[Folder, ...]
    contacts: tuple[Contact, ...]
    files: tuple[Attachment, ...]
    messages: tuple[Message, ...]

    @property
    def folders(self) -> tuple[Folder, ...]:
        """The folders of every mailbox with the own ones among them, as they are shown."""
        fixed = [Folder(role.value, ROLE_NAMES[role]) for role in Role]
        return (*fixed[:2], *self.own_folders, *fixed[2:])

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Everything that can be attached, in the order of its names on the page."""
        return (*self.files, *(one for message in self.messages for one in message.attachments))

    @classmethod
    def read(cls, fields: Fields) -> Self:
        owner = read_person(fields, "owner")
        scene = cls(
            owner,
            tuple(_read_folders(fields)),
            tuple(_read_contacts(fields)),
            tuple(_read_attachments(fields, "files", MOST_FILES)),
            tuple(_read_messages(fields, owner)),
        )
        scene._note_names(fields)
        fields.close()
        return scene

    def _note_names(self, fields: Fields) -> None:
        ids = [folder.id for folder in self.folders] + [contact.id for contact in self.contacts]
        ids += [one.id for one in self.attachments] + [message.id for message in self.messages]
        for name in dict.fromkeys(ids):
            if name and not _ID.fullmatch(name):
                problem = Phrase("« {id} » n’est pas un nom court", id=name)
                fields.note("", problem, Phrase("a-z, 0-9 et -"))
        for name in (name for name, count in Counter(ids).items() if name and count > 1):
            problem = Phrase("« {id} » nomme deux choses", id=name)
            fields.note("", problem, Phrase("donnez un nom court à chaque chose"))
        folders = {folder.id for folder in self.folders}
        for place, message in enumerate(self.messages, 1):
            if message.folder and message.folder not in folders:
                problem = Phrase("le dossier « {id} » n’existe pas", id=message.folder)
                fields.note(
                    f"messages[{place}].folder", problem, one_of(folder.id for folder in self.folders)
                )


def one_of(words: Iterable[str]) -> Phrase:
    return Phrase("choisissez parmi : {words}", words=", ".join(words))


def _read_folders(fields: Fields) -> Iterator[Folder]:
    for section in fields.sections("folders", 0, MOST_FOLDERS, required=False):
        yield Folder(section.text("id", LONGEST_NAME), section.text("name", LONGEST_NAME))
        section.close()


def _read_contacts(fields: Fields) -> Iterator[Contact]:
    for section in fields.sections("contacts", 0, MOST_CONTACTS, required=False):
        yield Contact(section.text("id", LONGEST_NAME), read_person(section, "person"))
        section.close()


def _read_attachments(fields: Fields, name: str, most: int) -> Iterator[Attachment]:
    for section in fields.sections(name, 0, most, required=False):
        yield Attachment(
            section.text("id", LONGEST_NAME),
            section.text("name", LONGEST_NAME),
            section.text("size", LONGEST_NAME),
            section.text("preview", 600, ""),
        )
        section.close()


def _read_messages(fields: Fields, owner: Person) -> Iterator[Message]:
    for section in fields.sections("messages", 1, MOST_MESSAGES):
        yield Message(
            id=section.text("id", LONGEST_NAME),
            folder=section.text("folder", LONGEST_NAME, Role.INBOX.value),
            sender=read_person(section, "from"),
            to=_read_people(section, "to", (owner,)),
            cc=_read_people(section, "cc", ()),
            date=section.text("date", LONGEST_NAME),
            subject=section.text("subject", 150),
            body=section.text("body", LONGEST_BODY),
            attachments=tuple(_read_attachments(section, "attachments", MOST_ATTACHED)),
            reply_to=_read_address(section, "reply_to"),
            received=section.text("received", LONGEST_LINE, ""),
            read=section.flag("read", False),
            starred=section.flag("starred", False),
        )
        section.close()


def read_person(fields: Fields, name: str) -> Person:
    return _person(fields, name, fields.text(name, 200))


def _read_address(fields: Fields, name: str) -> str:
    written = fields.text(name, 200, "")
    if written and not ADDRESS.fullmatch(written):
        problem = Phrase("« {text} » n’est pas une adresse", text=written)
        fields.note(name, problem, Phrase("écrivez nom@domaine.example"))
    return written


def _read_people(fields: Fields, name: str, default: tuple[Person, ...]) -> tuple[Person, ...]:
    written = fields.texts(name, 0, MOST_PEOPLE, 200, required=False)
    if name not in fields:
        return default
    return tuple(_person(fields, f"{name}[{place}]", one) for place, one in enumerate(written, 1))


def _person(fields: Fields, name: str, written: str) -> Person:
    found = _PERSON.fullmatch(written)
    if found and ADDRESS.fullmatch(found.group(2)):
        return Person(found.group(1), found.group(2))
    if written:
        problem = Phrase("« {text} » n’est pas une personne", text=written)
        fields.note(name, problem, Phrase('écrivez "Nom <adresse@domaine.example>"'))
    return Person("", "")
