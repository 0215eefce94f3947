"""Item files to a bank: everything wrong is found in one go, with its file, line, field and remedy."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from question_bank.framework import COMPETENCE_CODES, MAX_LEVEL
from question_bank.item_types import ITEM_TYPES
from question_bank.item_types.authored import Fields, Problem
from question_bank.items import (
    EXCLUDED_BY_NEED,
    Accessibility,
    Bank,
    Condition,
    ItemType,
    ItemVersion,
    Need,
    Parameters,
    default_parameters,
)
from question_bank.typography import Phrase, fences_are_closed

MAX_FILE_BYTES = 200_000
MAX_DEPTH = 10
MAX_ITEMS_A_SKILL = 26
MAX_STEM = 3000
MAX_LINE = 200
MAX_PARAGRAPH = 1500
SHORTEST_SECONDS, LONGEST_SECONDS = 20, 600

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LETTER = re.compile(r"[a-z]")
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ufffd\U00010000-\U0010ffff]")
# The C parser is some ten times faster where libyaml is there.
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


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


class BadFile(Exception):
    """A file that cannot be read as fields at all."""

    def __init__(self, line: int, problem: Phrase, remedy: Phrase) -> None:
        super().__init__(str(problem))
        self.problem = Problem(line, "", problem, remedy)


@dataclass(frozen=True)
class Place:
    """Where an item was written."""

    file: str
    line: int


def load_bank(folder: Path) -> Bank:
    """Every item below the folder; raises BankErrors with all that is wrong in all files."""
    errors: list[BankError] = []
    items: list[ItemVersion] = []
    first: dict[str, Place] = {}
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    for path in paths:
        found, problems = _read_file(path)
        errors += [
            BankError(path.as_posix(), each.line, each.field, each.problem, each.remedy) for each in problems
        ]
        for item, line in found:
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
    return Bank(tuple(items))


def _repeated(item_id: str, place: Place, first: Place) -> BankError:
    problem = Phrase("« {id} » existe déjà ({file}:{line})", id=item_id, file=first.file, line=first.line)
    return BankError(place.file, place.line, "id", problem, Phrase("donnez une autre lettre"))


def _read_file(path: Path) -> tuple[list[tuple[ItemVersion, int]], list[Problem]]:
    problems: list[Problem] = []
    try:
        root = _root(path)
    except BadFile as bad:
        return [], [bad.problem]
    found = _read_skill(Fields(root, "", problems), path, problems)
    return found, problems


def _root(path: Path) -> yaml.MappingNode:
    """The file's outermost mapping, after everything that YAML can do and item files may not is refused."""
    written = _written(path)
    unprintable = _UNPRINTABLE.search(written)
    if unprintable:
        line = written.count("\n", 0, unprintable.start()) + 1
        raise BadFile(line, Phrase("un caractère de contrôle s’y cache"), Phrase("retapez cette ligne"))
    try:
        _refuse_what_hides(written)
        node = yaml.compose(written, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _not_yaml(error) from None
    if not isinstance(node, yaml.MappingNode):
        raise BadFile(
            1, Phrase("le fichier ne contient pas de champs"), Phrase("écrivez competence, skill, …")
        )
    return node


def _written(path: Path) -> str:
    if path.suffix != ".yaml":
        raise BadFile(1, Phrase("ce n’est pas un fichier .yaml"), Phrase("renommez-le ou retirez-le"))
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        problem = Phrase("le fichier ne s’ouvre pas ({said})", said=error.strerror)
        raise BadFile(1, problem, Phrase("vérifiez les droits de lecture")) from None
    if len(content) > MAX_FILE_BYTES:
        raise BadFile(1, Phrase("le fichier est trop gros"), Phrase("restez sous 200 ko"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile(line, Phrase("ce n’est pas de l’UTF-8"), Phrase("enregistrez en UTF-8")) from None


def _not_yaml(error: yaml.YAMLError) -> BadFile:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    said = (error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error)) or "?"
    remedy = Phrase("vérifiez le retrait et mettez entre guillemets un texte qui contient « : » ou « # »")
    return BadFile(mark.line + 1 if mark else 1, Phrase("YAML illisible ({said})", said=said), remedy)


def _refuse_what_hides(written: str) -> None:
    """Anchors, aliases and tags make a text mean something else than it shows; depth exhausts the stack."""
    depth = 0
    for event in yaml.parse(written, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            problem = Phrase("ancre ou alias YAML (& ou *)")
            raise BadFile(line, problem, Phrase("écrivez le texte en entier, entre guillemets si besoin"))
        if getattr(event, "tag", None) is not None:
            problem = Phrase("étiquette YAML (!)")
            raise BadFile(line, problem, Phrase("retirez-la, ou mettez le texte entre guillemets"))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise BadFile(line, Phrase("trop de niveaux imbriqués"), Phrase("suivez le format des items"))


def _read_skill(fields: Fields, path: Path, problems: list[Problem]) -> list[tuple[ItemVersion, int]]:
    competence = fields.text("competence", MAX_LINE)
    skill = fields.text("skill", MAX_LINE)
    title = fields.text("title", MAX_LINE)
    sections = fields.sections("items", 1, MAX_ITEMS_A_SKILL)
    fields.close()
    if competence and competence not in COMPETENCE_CODES:
        remedy = Phrase("choisissez parmi : {codes}", codes=", ".join(COMPETENCE_CODES))
        fields.note("competence", Phrase("« {code} » n’existe pas", code=competence), remedy)
    elif competence and path.parent.name != competence:
        problem = Phrase("le fichier est dans le dossier « {folder} »", folder=path.parent.name)
        fields.note("competence", problem, Phrase("rangez-le dans « {code} »", code=competence))
    if skill and not _SLUG.fullmatch(skill):
        fields.note(
            "skill", Phrase("« {skill} » n’est pas un nom court", skill=skill), Phrase("a-z, 0-9 et -")
        )
    elif skill and path.stem != skill:
        problem = Phrase("le fichier s’appelle « {name} »", name=path.name)
        fields.note("skill", problem, Phrase("appelez-le « {skill}.yaml »", skill=skill))
    found = []
    for section in sections:
        before = len(problems)
        item = _read_item(section, competence, skill, title)
        if item is not None and len(problems) == before:
            found.append((item, section.line))
    return found


def _read_item(fields: Fields, competence: str, skill: str, title: str) -> ItemVersion | None:
    item_id = fields.text("id", MAX_LINE)
    level = fields.whole("level", 1, MAX_LEVEL)
    item_type = fields.word("type", ItemType)
    seconds = fields.whole("time", SHORTEST_SECONDS, LONGEST_SECONDS)
    stem = fields.text("stem", MAX_STEM)
    shuffle = fields.flag("shuffle", True)
    rationale = fields.text("rationale", MAX_PARAGRAPH)
    accessibility = _read_accessibility(fields)
    parameters = _read_parameters(fields)
    _note_bad_id(fields, item_id, f"{competence}-{skill}-")
    if not fences_are_closed(stem):
        fields.note("stem", Phrase("un bloc ``` n’est pas fermé"), Phrase("ajoutez une ligne ```"))
    if item_type is None:
        return None  # without its type nobody can say which other fields belong here
    if item_type is ItemType.ORDERING and not shuffle:
        fields.note("shuffle", Phrase("l’ordre écrit est la réponse"), Phrase("retirez shuffle: false"))
    body = ITEM_TYPES[item_type].read(fields)
    fields.close()
    return ItemVersion(
        id=item_id,
        competence=competence,
        skill=skill,
        skill_title=title,
        level=level,
        type=item_type,
        expected_seconds=seconds,
        stem=stem,
        body=body,
        shuffle=shuffle,
        rationale=rationale,
        accessibility=accessibility,
        parameters=parameters or default_parameters(level, item_type),
    )


def _note_bad_id(fields: Fields, item_id: str, start: str) -> None:
    if item_id and not (item_id.startswith(start) and _LETTER.fullmatch(item_id.removeprefix(start))):
        problem = Phrase("« {id} » ne vient pas de la compétence et du nom court", id=item_id)
        fields.note("id", problem, Phrase("écrivez {start} suivi d’une lettre, a à z", start=start))


def _read_accessibility(fields: Fields) -> Accessibility:
    section = fields.section("accessibility", required=False)
    if section is None:
        return Accessibility()
    found = Accessibility(
        blind=section.flag("blind", True),
        low_vision=section.flag("low_vision", True),
        colour_blind=section.flag("colour_blind", True),
        deaf=section.flag("deaf", True),
        keyboard=section.flag("keyboard", True),
        needs=section.words("needs", Need),
    )
    for need in sorted(found.needs):
        for condition in sorted(EXCLUDED_BY_NEED[need]):
            _note_contradiction(section, found, need, condition)
    section.close()
    return found


def _note_contradiction(section: Fields, stated: Accessibility, need: Need, condition: Condition) -> None:
    if stated.allows(condition):
        problem = Phrase("l’item demande « {need} »", need=need.value)
        section.note(condition.value, problem, Phrase("écrivez {name}: false", name=condition.value))


def _read_parameters(fields: Fields) -> Parameters | None:
    section = fields.section("parameters", required=False)
    if section is None:
        return None
    parameters = Parameters(section.number("a", 0.2, 4), section.number("b", -5, 5), calibrated=True)
    section.close()
    return parameters


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
