"""A bank's files with changes laid over them: what stands of a skill, and the bank that comes of it."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from question_bank.framework import COMPETENCE_CODES
from question_bank.items import Bank, ItemVersion
from question_bank.skill_files import SkillFile, is_skill_name, read_skill_file

_HEAD = re.compile(r"^(?P<indent> *)- id: *[\"']?(?P<id>[^\"'#\s]+)")
_STATUS = re.compile(r"^ *status:")


@dataclass(frozen=True)
class Change:
    """The file of one skill as it shall be.

    `base` is the digest of the text that it was written over, "" for a new skill. A change stands as long as
    that text does: once the file itself is another one, it has been taken over or overtaken.
    """

    competence: str
    skill: str
    base: str
    text: str

    @property
    def name(self) -> str:
        """The file's name below the bank's folder."""
        return file_name(self.competence, self.skill)

    def read(self) -> SkillFile:
        """Its items, or what is wrong with it."""
        return read_skill_file(self.text.encode(), self.competence, self.skill)


@dataclass(frozen=True)
class Laid:
    """A bank with changes over it: those that stand, and those that no longer make items."""

    bank: Bank
    standing: tuple[Change, ...]
    unreadable: tuple[Change, ...]


def file_name(competence: str, skill: str) -> str:
    """The file of a skill below the bank's folder."""
    return f"{competence}/{skill}.yaml"


def digest(text: str | None) -> str:
    """What tells one text of a file from another; "" for no file."""
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


class BankFiles:
    """The folder of a bank, and the items that were read from it."""

    def __init__(self, folder: Path, bank: Bank) -> None:
        self._folder = folder
        self._bank = bank

    def text_of(self, competence: str, skill: str) -> str | None:
        """The file of a skill as it lies in the folder; None where there is none."""
        if competence not in COMPETENCE_CODES or not is_skill_name(skill):
            return None
        path = self._folder / file_name(competence, skill)
        return path.read_text(encoding="utf-8-sig") if path.is_file() else None

    def standing(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Those that stand, each over the one before, in the order in which they were approved."""
        texts: dict[str, str | None] = {}
        found = []
        for change in changes:
            if change.name not in texts:
                texts[change.name] = self.text_of(change.competence, change.skill)
            if change.base == digest(texts[change.name]):
                texts[change.name] = change.text
                found.append(change)
        return tuple(found)

    def text_with(self, changes: Iterable[Change], competence: str, skill: str) -> str | None:
        """A skill's text under these changes."""
        mine = [c for c in changes if (c.competence, c.skill) == (competence, skill)]
        standing = self.standing(mine)
        return standing[-1].text if standing else self.text_of(competence, skill)

    def with_changes(self, changes: Iterable[Change]) -> Laid:
        """The bank that comes of these changes; each skill is as the last one that stands says."""
        standing = self.standing(changes)
        if not standing:
            return Laid(self._bank, (), ())
        last = {change.name: change for change in standing}
        read = {name: change.read() for name, change in last.items()}
        unreadable = [last[name] for name, file in read.items() if file.problems]
        kept = [item for item in self._bank.items if not _is_replaced(item, read)]
        added = [item for file in read.values() if not file.problems for item, _line in file.items]
        return Laid(Bank((*kept, *added)), standing, tuple(unreadable))


def _is_replaced(item: ItemVersion, read: dict[str, SkillFile]) -> bool:
    file = read.get(file_name(item.competence, item.skill))
    return file is not None and not file.problems


def retired(text: str, item_id: str) -> str:
    """A file's text with one of its items retired; raises KeyError where no item has this id."""
    lines = text.splitlines()
    heads = [at for at, line in enumerate(lines) if (found := _HEAD.match(line)) and found["id"] == item_id]
    if not heads:
        raise KeyError(item_id)
    at = heads[0]
    indent = " " * (len(lines[at]) - len(lines[at].lstrip()) + 2)
    end = next((n for n in range(at + 1, len(lines)) if _leaves(lines[n], indent)), len(lines))
    own = [line for line in lines[at + 1 : end] if not _is_status(line, indent)]
    new: Sequence[str] = [*lines[: at + 1], f"{indent}status: retired", *own, *lines[end:]]
    return "\n".join(new) + "\n"


def _leaves(line: str, indent: str) -> bool:
    """True for a line that no longer belongs to an item whose fields stand at this indent."""
    return bool(line.strip()) and not line.startswith(indent)


def _is_status(line: str, indent: str) -> bool:
    return bool(_STATUS.match(line)) and len(line) - len(line.lstrip()) == len(indent)
