"""How a program of blocks is built by the keyboard: block after block, each then filled in."""

from typing import Any

from playwright.sync_api import Locator

from tests.browser.keyboard import Keyboard
from tests.browser.keyboard_answers import Content

Path = list[int | str]
Block = dict[str, Any]

LISTS = ("body", "else")


def block_program(keys: Keyboard, right: Content) -> None:
    """Completes the program that stands there until it is the right one."""
    _build(keys, right["program"], [])


def _build(keys: Keyboard, blocks: list[Block], path: Path) -> None:
    for index, block in enumerate(blocks):
        here = [*path, index]
        there = _of(
            keys, "(program, path) => path.reduce((found, part) => found?.[part], program.program)?.do", here
        )
        if there != block["do"]:
            _add(keys, block["do"], here)
        if not block.get("fixed"):
            for name, value in block.items():
                if name not in {"do", *LISTS}:
                    _fill(keys, here, name, value)
        for name in LISTS:
            _build(keys, block.get(name, []), [*here, name])


def _add(keys: Keyboard, kind: str, path: Path) -> None:
    """From the palette, after the place of the next block was put there."""
    if _of(keys, "(program, path) => program.cursor.join() === path.join()", path) is not True:
        *owner, index = path
        if index > 0:  # type: ignore[operator]
            _act(keys, [*owner, int(index) - 1], "after")
        else:
            _act(keys, owner[:-1], "inside_else" if owner[-1] == "else" else "inside")
    keys.push(_key(keys, f"palette|{kind}"))


def _act(keys: Keyboard, path: Path, name: str) -> None:
    keys.push(_key(keys, f"{_joined(path)}|more"))
    keys.push(_key(keys, f"{_joined(path)}|{name}"))


def _fill(keys: Keyboard, path: Path, name: str, value: Any) -> None:
    """A value of a line: one menu, one number, or the parts of a sum or a comparison."""
    at = f"{_joined(path)}|{name}"
    alone = _key(keys, at)
    if alone.count():
        if alone.evaluate("node => node.tagName") == "SELECT":
            keys.pick(alone, str(value))
        else:
            keys.to(alone)
            keys.type_over(str(value))
    elif name == "test":
        left, comparison, other = value
        _operand(keys, f"{at}-left-0", left)
        keys.pick(_key(keys, f"{at}-comparison"), comparison)
        _operand(keys, f"{at}-right", other)
    else:
        _operand(keys, f"{at}-0", value)


def _operand(keys: Keyboard, at: str, value: Any) -> None:
    """A name is picked; a number is typed beside the menu."""
    if isinstance(value, int):
        keys.pick(_key(keys, at), "#number")
        keys.to(_key(keys, f"{at}-number"))
        keys.type_over(str(value))
    else:
        keys.pick(_key(keys, at), value)


def _key(keys: Keyboard, name: str) -> Locator:
    return keys.page.locator(f'.bp [data-key="{name}"]')


def _joined(path: Path) -> str:
    return ",".join(map(str, path))


def _of(keys: Keyboard, question: str, path: Path) -> object:
    answer: object = keys.page.locator("passation-block-program").evaluate(question, path)
    return answer
