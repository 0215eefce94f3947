"""The neutral names of a mailbox's things, its scene as a browser gets it, authored acts in those names."""

from dataclasses import dataclass
from functools import cached_property

from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.item_types.responses import Act
from question_bank.simulators.acts import Acts, neutral_names
from question_bank.simulators.mailbox_scene import LINK, Attachment, Mailbox, Message, Person, Role
from question_bank.typography import french_typography


@dataclass(frozen=True)
class MailNames:
    """What each authored thing of one mailbox is called outside."""

    scene: Mailbox

    @cached_property
    def folders(self) -> dict[str, str]:
        return neutral_names("f", (folder.id for folder in self.scene.folders))

    @cached_property
    def messages(self) -> dict[str, str]:
        return neutral_names("m", (message.id for message in self.scene.messages))

    @cached_property
    def attachments(self) -> dict[str, str]:
        return neutral_names("a", (one.id for one in self.scene.attachments))

    @cached_property
    def links(self) -> dict[tuple[str, int], str]:
        """By message and number in its body, the first being 1."""
        places = [
            (message.id, number)
            for message in self.scene.messages
            for number in range(1, len(message.links) + 1)
        ]
        return {place: f"l{count}" for count, place in enumerate(places, 1)}

    def address(self, written: str) -> str:
        """The address of a contact's id; an address is one already."""
        known = {contact.id: contact.person.address for contact in self.scene.contacts}
        return known.get(written, written).lower()

    def wired(self, acts: Acts) -> Acts:
        """Authored acts as a browser would send them; an unknown name stays, and the machine refuses it."""
        return tuple(self._wired(act) for act in acts)

    def _wired(self, act: Act) -> Act:
        verb, *parts = act
        match verb, parts:
            case "link", [str(message), int(number)]:
                return "link", self.links.get((message, number), "?")
            case "attachment", [_, str(attachment)]:
                return "attachment", self.attachments.get(attachment, "?")
            case "send", [kind, source, str(to), str(cc), str(bcc), subject, body, str(attached)]:
                people = (" ".join(map(self.address, field.split())) for field in (to, cc, bcc))
                files = " ".join(self.attachments.get(one, "?") for one in attached.split())
                return "send", kind, self.messages.get(str(source), source), *people, subject, body, files
            case "move", [str(message), str(folder)]:
                return "move", self.messages.get(message, "?"), self.folders.get(folder, "?")
            case _, [str(message), *rest]:
                return verb, self.messages.get(message, "?"), *rest
            case _:
                return act

    def shown(self) -> JsonObject:
        """The scene as a browser gets it: nothing that was authored as a name."""
        scene = self.scene
        roles = {role.value for role in Role}
        return {
            "owner": _person(scene.owner),
            "folders": [
                {
                    "id": self.folders[folder.id],
                    "text": french_typography(folder.name),
                    "role": folder.id if folder.id in roles else None,
                }
                for folder in scene.folders
            ],
            "contacts": [
                {"id": f"p{place}", "text": contact.person.name, "address": contact.person.address}
                for place, contact in enumerate(scene.contacts, 1)
            ],
            "attachable": [self._attachment(one) for one in scene.files],
            "messages": [self._message(message) for message in scene.messages],
        }

    def _attachment(self, one: Attachment) -> JsonObject:
        return {
            "id": self.attachments[one.id],
            "text": one.name,
            "size": one.size,
            "preview": one.preview,
        }

    def _message(self, message: Message) -> JsonObject:
        return {
            "id": self.messages[message.id],
            "text": french_typography(message.subject),
            "folder": self.folders[message.folder],
            "from": _person(message.sender),
            "to": [_person(one) for one in message.to],
            "cc": [_person(one) for one in message.cc],
            "date": message.date,
            "body": self._body(message),
            "attachments": [self._attachment(one) for one in message.attachments],
            "reply_to": message.reply_to,
            "received": message.received,
            "read": message.read,
            "starred": message.starred,
        }

    def _body(self, message: Message) -> list[Json]:
        """Pieces of text and links, in order; line ends stand in the texts."""
        pieces: list[Json] = []
        end = 0
        for number, found in enumerate(LINK.finditer(message.body), 1):
            pieces.append({"text": french_typography(message.body[end : found.start()])})
            name = self.links[(message.id, number)]
            pieces.append({"id": name, "text": found.group(1), "address": found.group(2)})
            end = found.end()
        pieces.append({"text": french_typography(message.body[end:])})
        return pieces


def _person(person: Person) -> JsonObject:
    return {"name": person.name, "address": person.address}
