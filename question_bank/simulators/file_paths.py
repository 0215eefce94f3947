"""Paths as authors write them: patterns of a goal, and the acts of a solution in the paths of the moment."""

import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

from question_bank.item_types.responses import Act
from question_bank.simulators.acts import Acts
from question_bank.simulators.file_machine import ROOT, TRASH, FileMachine, Tree, apply

Names: TypeAlias = tuple[str, ...]
SEVERAL = "|"


def names_in(path: str) -> Names:
    """ "Photos/2026/" -> its names; the outermost folder has none."""
    return tuple(unicodedata.normalize("NFC", name) for name in path.split("/") if name)


def is_like(name: str, pattern: str) -> bool:
    """Whether a name is what a pattern says: * any text, ? one character, # one digit."""
    name = unicodedata.normalize("NFC", name)
    at, place, star, resumed = 0, 0, -1, 0
    while at < len(name):
        if place < len(pattern) and pattern[place] == "*":
            star, resumed = place, at
            place += 1
        elif place < len(pattern) and _fits(name[at], pattern[place]):
            at, place = at + 1, place + 1
        elif star >= 0:
            resumed += 1
            at, place = resumed, star + 1
        else:
            return False
    return all(sign == "*" for sign in pattern[place:])


def _fits(char: str, sign: str) -> bool:
    return sign == "?" or (char in "0123456789" if sign == "#" else char == sign)


def is_path_like(names: Sequence[str], pattern: Sequence[str]) -> bool:
    return len(names) == len(pattern) and all(map(is_like, names, pattern))


def wired(machine: FileMachine, acts: Acts) -> Acts:
    """Authored acts as a browser would send them; a path that is not there is refused by the machine."""
    tree = machine.start
    found: list[Act] = []
    for act in acts:
        sent = _wired(tree, act)
        found.append(sent)
        tree = apply(tree, sent)
    return tuple(found)


def _wired(tree: Tree, act: Act) -> Act:
    match act:
        case ("move" | "copy", str(chosen), str(target)):
            return act[0], _several(tree, chosen), _at(tree, target)
        case ("compress", str(chosen), called):
            return act[0], _several(tree, chosen), called
        case ("delete", str(chosen)):
            return act[0], _several(tree, chosen)
        case ("restore", str(path)):
            return act[0], _thrown(tree, path)
        case (_, str(path), *rest):
            return act[0], _at(tree, path), *rest
        case _:
            return act


def _several(tree: Tree, chosen: str) -> str:
    return " ".join(_at(tree, path.strip()) for path in chosen.split(SEVERAL))


def _at(tree: Tree, path: str) -> str:
    wanted = names_in(path)
    if not wanted:
        return ROOT
    return next((name for name in tree.nodes if tree.is_live(name) and tree.path(name) == wanted), "?")


def _thrown(tree: Tree, path: str) -> str:
    """What is in the trash and was there."""
    *above, called = names_in(path) or ("",)
    was = _at(tree, "/".join(above))
    found = (name for name, node in tree.children(TRASH) if (node.was, node.name) == (was, called))
    return next(found, "?")
