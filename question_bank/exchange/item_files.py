"""Drafts written as item files, and which of them the loader then takes."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import yaml

from question_bank.exchange.drafts import Draft, Unmapped
from question_bank.item_types.jsonvalues import Json
from question_bank.items import Status
from question_bank.loading import BankErrors, load_bank
from question_bank.skill_files import MAX_ITEMS_A_SKILL
from question_bank.typography import Phrase
from question_bank.variants.functions import plain

LONGEST_SLUG = 60


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, so that an author can read and mend them."""


def _as_block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _as_block)


def slug(text: str) -> str:
    """A short name that a file can have."""
    return plain(text)[:LONGEST_SLUG].strip("-") or "importees"


def write_drafts(
    drafts: Sequence[Draft], target: Path, competence: str, level: int, skill: str
) -> tuple[list[Path], list[Unmapped]]:
    """Item files below `target`, of the drafts that the loader accepts; the others come back with the reason.

    Existing files are never touched: a new name is found.
    """
    sound: list[Draft] = []
    refused: list[Unmapped] = []
    for draft in drafts:
        reason = _refusal(draft, competence, level)
        if reason is None:
            sound.append(draft)
        else:
            refused.append(Unmapped(draft.source, draft.title, reason))
    paths = []
    for first in range(0, len(sound), MAX_ITEMS_A_SKILL):
        path = _free(target / competence, slug(skill))
        path.parent.mkdir(parents=True, exist_ok=True)
        part = sound[first : first + MAX_ITEMS_A_SKILL]
        path.write_text(_file(part, competence, level, path.stem, skill), encoding="utf-8")
        paths.append(path)
    return paths, refused


def _free(folder: Path, name: str) -> Path:
    path, number = folder / f"{name}.yaml", 2
    while path.exists():
        path, number = folder / f"{name}-{number}.yaml", number + 1
    return path


def _file(drafts: Sequence[Draft], competence: str, level: int, skill: str, title: str) -> str:
    items: list[Json] = []
    for place, draft in enumerate(drafts):
        letter = chr(ord("a") + place)
        head: dict[str, Json] = {
            "id": f"{competence}-{skill}-{letter}",
            "level": level,
            "status": Status.DRAFT.value,
        }
        items.append({**head, **_plain(draft.fields)})
    content = {"competence": competence, "skill": skill, "title": title, "items": items}
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def _plain(fields: dict[str, Json]) -> dict[str, Json]:
    """Line ends that a block can show: no spaces before them, and none at the end."""
    return {
        name: re.sub(r"[ \t]+\n", "\n", value).strip() if isinstance(value, str) else value
        for name, value in fields.items()
    }


def _refusal(draft: Draft, competence: str, level: int) -> Phrase | None:
    """What the loader has against this draft alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / competence / "essai.yaml"
        path.parent.mkdir()
        path.write_text(_file([draft], competence, level, "essai", "Essai"), encoding="utf-8")
        try:
            load_bank(Path(folder))
        except BankErrors as errors:
            first = errors.errors[0]
            return Phrase("{field} : {problem}", field=first.field, problem=first.problem)
    return None
