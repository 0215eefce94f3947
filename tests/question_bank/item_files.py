"""Item files that tests write, and what the loader says of them."""

from pathlib import Path

from question_bank.items import ItemVersion
from question_bank.loading import BankErrors, load_bank

_FILE = """competence: "1.1"
skill: essai
title: Un essai
items:
  - id: 1.1-essai-a
    level: 2
    type: {type}
    time: 60
    stem: Que faut-il faire ?
    rationale: C’est ainsi.
{fields}
"""


def loaded(folder: Path, item_type: str, fields: str) -> ItemVersion:
    """The item of this type with these fields of its own, indented by four; raises BankErrors."""
    file = folder / "1.1" / "essai.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(_FILE.format(type=item_type, fields=fields.strip("\n")), encoding="utf-8")
    return load_bank(folder).items[0]


def problems_of(folder: Path, item_type: str, fields: str) -> list[str]:
    """What is wrong with it, as authors read it."""
    try:
        loaded(folder, item_type, fields)
    except BankErrors as errors:
        return [str(error) for error in errors.errors]
    return []
