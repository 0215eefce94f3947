"""Item files to a bank: everything wrong is found in one go, with its file, line, field and remedy."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from question_bank.items import Bank, ItemVersion
from question_bank.skill_files import MAX_FILE_BYTES, BadFile, SkillFile, read_skill_file
from question_bank.typography import Phrase


@dataclass(frozen=True)
class BankError:
    file: str
    line: int
    field: str
    problem: Phrase
    remedy: Phrase

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field} : {self.problem} ; {self.remedy}"


class BankErrors(Exception):
    """The item files do not make a bank."""

    def __init__(self, errors: tuple[BankError, ...]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


@dataclass(frozen=True)
class Place:
    """Where an item was written."""

    file: str
    line: int


@dataclass(frozen=True)
class LoadedBank:
    """A bank, and where each of its items was written."""

    bank: Bank
    places: Mapping[str, Place]


def load_bank(folder: Path) -> Bank:
    """Every item below the folder; raises BankErrors with all that is wrong in all files."""
    return load_items(folder).bank


def load_items(folder: Path) -> LoadedBank:
    """As `load_bank`, with the place of each item."""
    errors: list[BankError] = []
    items: list[ItemVersion] = []
    first: dict[str, Place] = {}
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    for path in paths:
        found = _read_file(path)
        errors += [
            BankError(path.as_posix(), each.line, each.field, each.problem, each.remedy)
            for each in found.problems
        ]
        for item, line in found.items:
            if item.id in first:
                errors.append(_repeated(item.id, Place(path.as_posix(), line), first[item.id]))
            else:
                first[item.id] = Place(path.as_posix(), line)
                items.append(item)
    if not paths:
        problem = Phrase("aucun fichier d’items")
        errors.append(BankError(str(folder), 1, "", problem, Phrase("donnez le dossier des items")))
    if errors:
        raise BankErrors(tuple(errors))
    return LoadedBank(Bank(tuple(items)), first)


def _repeated(item_id: str, place: Place, first: Place) -> BankError:
    problem = Phrase("« {id} » existe déjà ({file}:{line})", id=item_id, file=first.file, line=first.line)
    return BankError(place.file, place.line, "id", problem, Phrase("donnez une autre lettre"))


def _read_file(path: Path) -> SkillFile:
    try:
        content = _octets(path)
    except BadFile as bad:
        return SkillFile((), (bad.problem,))
    return read_skill_file(content, path.parent.name, path.stem)


def _octets(path: Path) -> bytes:
    if path.suffix != ".yaml":
        raise BadFile(1, Phrase("ce n’est pas un fichier .yaml"), Phrase("renommez-le ou retirez-le"))
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        problem = Phrase("le fichier ne s’ouvre pas ({said})", said=error.strerror)
        raise BadFile(1, problem, Phrase("vérifiez les droits de lecture")) from None


def main(arguments: list[str]) -> int:
    """Say what is wrong in a folder of items: `python -m question_bank.loading question_bank/items`."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent / "items"
    try:
        bank = load_bank(folder)
    except BankErrors as errors:
        sys.stderr.write(f"{errors}\n")
        return 1
    sys.stdout.write(f"{len(bank.items)} items, version {bank.version}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
