"""Tables of cases that the machines here and in the browser are both held to."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from question_bank.item_types.authored import Fields, Problem
from question_bank.item_types.body import Body
from question_bank.item_types.table import ItemType

FOLDER = Path(__file__).parents[2] / "simulators"
DOCUMENT = Path(__file__).parents[3] / "docs" / "item-simulators.md"


def table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}_cases.json").read_text())
    return found


def documented(kind: ItemType) -> str:
    """The fields of the scene that the documentation shows of a program."""
    field = {ItemType.MAILBOX: "mailbox", ItemType.FILE_MANAGER: "drive"}[kind]
    (shown,) = re.findall(rf"```yaml\n({field}:.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    return str(shown)


def read(kind: type[Body], written: str) -> tuple[Body, list[str]]:
    """The body of an item's fields, and what is told about them with plain spaces."""
    problems: list[Problem] = []
    node = yaml.compose(written)
    assert isinstance(node, yaml.MappingNode)
    fields = Fields(node, "", problems)
    body = kind.read(fields)
    fields.close()
    told = [f"{each.field}: {each.problem}" for each in problems]
    return body, [line.replace("\u00a0", " ").replace("\u202f", " ") for line in told]
