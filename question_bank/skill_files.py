"""One skill's file to items: everything wrong is found in one go, with its line, field and remedy."""

import re
from dataclasses import dataclass

import yaml

from question_bank.content import Content, read_content
from question_bank.framework import COMPETENCE_CODES, MAX_LEVEL
from question_bank.item_types.authored import Fields, Problem
from question_bank.items import (
    ACTED,
    EXCLUDED_BY_NEED,
    Accessibility,
    Condition,
    ItemType,
    ItemVersion,
    Need,
    Parameters,
    Status,
    default_parameters,
)
from question_bank.typography import Phrase
from question_bank.variants import BadTemplate, BadVariant, Variants

MAX_FILE_BYTES = 200_000
MAX_DEPTH = 32  # a program of blocks nests two levels a block
MAX_ITEMS_A_SKILL = 26
MAX_LINE = 200
# So many variants of a parametric item are made whenever a bank is loaded; the checks make more, or all.
VARIANTS_TRIED = 1
SHORTEST_SECONDS, LONGEST_SECONDS = 20, 600

# What all variants of an item have in common; its other fields may differ.
ITEM_FIELDS = frozenset(
    {
        "id",
        "level",
        "type",
        "time",
        "shuffle",
        "accessibility",
        "parameters",
        "situation",
        "calculator",
        "status",
        "variants",
    }
)

_ALWAYS_SHUFFLED = frozenset({ItemType.ORDERING, ItemType.CATEGORISING})
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LETTER = re.compile(r"[a-z]")
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ufffd\U00010000-\U0010ffff]")
# The C parser is some ten times faster where libyaml is there.
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class BadFile(Exception):
    """A file that cannot be read as fields at all."""

    def __init__(self, line: int, problem: Phrase, remedy: Phrase) -> None:
        super().__init__(str(problem))
        self.problem = Problem(line, "", problem, remedy)


@dataclass(frozen=True)
class SkillFile:
    """What stands in a file: its items with their lines, or what is wrong with it."""

    items: tuple[tuple[ItemVersion, int], ...]
    problems: tuple[Problem, ...]


def is_skill_name(text: str) -> bool:
    """True for what a skill, and so a file, can be called."""
    return len(text) <= MAX_LINE and _SLUG.fullmatch(text) is not None


def read_skill_file(content: bytes, competence: str, skill: str) -> SkillFile:
    """The file of this skill, which lies in the folder of this competence."""
    problems: list[Problem] = []
    try:
        fields = Fields(_root(content), "", problems)
    except BadFile as bad:
        return SkillFile((), (bad.problem,))
    items = _read_skill(fields, competence, skill, problems)
    return SkillFile(tuple(items), tuple(problems))


def _root(content: bytes) -> yaml.MappingNode:
    """The file's outermost mapping, after everything that YAML can do and item files may not is refused."""
    written = _decoded(content)
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


def _decoded(content: bytes) -> str:
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


def _read_skill(
    fields: Fields, folder: str, name: str, problems: list[Problem]
) -> list[tuple[ItemVersion, int]]:
    competence = fields.text("competence", MAX_LINE)
    skill = fields.text("skill", MAX_LINE)
    title = fields.text("title", MAX_LINE)
    sections = fields.sections("items", 1, MAX_ITEMS_A_SKILL)
    fields.close()
    if competence and competence not in COMPETENCE_CODES:
        remedy = Phrase("choisissez parmi : {codes}", codes=", ".join(COMPETENCE_CODES))
        fields.note("competence", Phrase("« {code} » n’existe pas", code=competence), remedy)
    elif competence and folder != competence:
        problem = Phrase("le fichier est dans le dossier « {folder} »", folder=folder)
        fields.note("competence", problem, Phrase("rangez-le dans « {code} »", code=competence))
    if skill and not is_skill_name(skill):
        fields.note(
            "skill", Phrase("« {skill} » n’est pas un nom court", skill=skill), Phrase("a-z, 0-9 et -")
        )
    elif skill and name != skill:
        problem = Phrase("le fichier s’appelle « {name} »", name=f"{name}.yaml")
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
    shuffle, calculator = fields.flag("shuffle", True), fields.flag("calculator", False)
    accessibility = _read_accessibility(fields)
    parameters = _read_parameters(fields)
    _note_bad_id(fields, item_id, f"{competence}-{skill}-")
    if item_type is None:
        return None  # without its type nobody can say which other fields belong here
    if item_type in _ALWAYS_SHUFFLED and not shuffle:
        fields.note("shuffle", Phrase("l’ordre écrit est la réponse"), Phrase("retirez shuffle: false"))
    variants, content = _read_variants(fields, item_id, item_type)
    status = fields.word("status", Status, default=Status.APPROVED)
    situation = fields.flag("situation", item_type in ACTED or bool(content and content.files))
    fields.close()
    if content is None:
        return None
    _note_unsaid_download(fields, content, accessibility)
    return ItemVersion(
        id=item_id,
        competence=competence,
        skill=skill,
        skill_title=title,
        level=level,
        type=item_type,
        expected_seconds=seconds,
        stem=content.stem,
        body=content.body,
        shuffle=shuffle,
        rationale=content.rationale,
        accessibility=accessibility,
        parameters=parameters or default_parameters(level, item_type),
        situation=situation,
        status=status or Status.APPROVED,
        variants=variants,
        files=content.files,
        calculator=calculator,
    )


def _note_unsaid_download(fields: Fields, content: Content, accessibility: Accessibility) -> None:
    if content.files and Need.DOWNLOAD not in accessibility.needs:
        problem = Phrase("l’item fait télécharger un fichier")
        fields.note("files", problem, Phrase("écrivez accessibility: {{needs: [download]}}"))


def _read_variants(
    fields: Fields, item_id: str, item_type: ItemType
) -> tuple[Variants | None, Content | None]:
    """The variants of a parametric item with the content of the first one; else the content as it stands."""
    section = fields.section("variants", required=False)
    if section is None:
        return None, read_content(fields, item_type)
    rest = fields.rest(ITEM_FIELDS)
    variants = Variants.read(section, rest)
    if variants is None:
        return None, None
    first: Content | None = None
    for number in range(VARIANTS_TRIED):
        problems: list[Problem] = []
        content = _read_variant(variants, number, item_id, rest, item_type, problems)
        if number == 0:
            first = content
        if problems:
            for each in problems:
                problem = Phrase("{problem} (variante {number})", problem=each.problem, number=number)
                fields.note(each.field, problem, each.remedy, each.line)
            break
    return variants, first


def _read_variant(
    variants: Variants,
    number: int,
    item_id: str,
    rest: yaml.MappingNode,
    item_type: ItemType,
    problems: list[Problem],
) -> Content | None:
    remedy = Phrase("corrigez l’expression ou le tirage")
    try:
        fields = variants.fields(number, item_id, problems, rest)
    except BadTemplate as bad:
        problems.append(Problem(bad.line, "variants", Phrase("{problem}", problem=str(bad)), remedy))
        return None
    except BadVariant as bad:
        problems.append(Problem(0, "variants", Phrase("{problem}", problem=bad.reason), remedy))
        return None
    content = read_content(fields, item_type)
    fields.close()
    return content


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
