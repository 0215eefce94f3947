"""How each simulated program is worked by the keyboard, given the acts or the program to end with."""

from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Locator

from tests.browser.keyboard import Keyboard
from tests.browser.keyboard_answers import Content, Way
from tests.browser.keyboard_blocks import block_program

HIDDEN_SECTION = """node => {
  const here = node.closest(".settings__section");
  return here.hidden ? [...here.parentNode.children].indexOf(here) : -1;
}"""


def key(keys: Keyboard, name: str) -> Locator:
    """What the program itself finds again by this name."""
    return keys.page.locator(f'.sim [data-key="{name}"]')


def _acted(do: Mapping[str, Callable[..., None]]) -> Way:
    """Does every act in turn; then types the answer where the item asks for one."""

    def work(keys: Keyboard, right: Content) -> None:
        for verb, *rest in right["acts"]:
            do[verb](keys, *rest)
        if "answer" in right:
            keys.to(keys.page.locator("#answer"))
            keys.type_over(str(right["answer"]))

    return work


# -- the mailbox -----------------------------------------------------------------------------------------


def _open_message(keys: Keyboard, message: str) -> None:
    if keys.page.locator("passation-mailbox").evaluate("(box, id) => box.view.message === id", message):
        return
    if key(keys, "mail_back").count():
        keys.push(key(keys, "mail_back"))
    keys.roam(keys.page.locator(".mail__row"), key(keys, message))
    keys.press("Enter")


def _report(keys: Keyboard, message: str, how: str) -> None:
    _open_message(keys, message)
    keys.push(key(keys, f"mail_report_{how}"))


def _send(keys: Keyboard, kind: str, source: str, *written: str) -> None:
    if source:
        _open_message(keys, source)
    keys.push(key(keys, f"mail_{kind}" if source else "new"))
    *people, subject, body, files = written
    for name, text in zip(("to", "cc", "bcc", "subject", "body"), (*people, subject, body), strict=True):
        field = key(keys, name)
        if field.input_value().split() != text.split():
            keys.to(field)
            keys.type_over(text)
    for box in keys.page.locator(".mail__attach input").all():
        keys.tick(box, (box.get_attribute("value") or "") in files.split())
    keys.push(key(keys, "send"))


# -- the file manager ------------------------------------------------------------------------------------


def _ticked(keys: Keyboard, chosen: str) -> None:
    """Goes to the folder where these things lie, and ticks them."""
    first, *_ = ids = chosen.split()
    drive = keys.page.locator("passation-file-tree")
    _go_into(keys, str(drive.evaluate("(drive, id) => drive.state.nodes[id].parent", first)))
    for one in ids:
        keys.tick(key(keys, f"tick {one}"))


def _go_into(keys: Keyboard, folder: str) -> None:
    if not keys.page.locator("passation-file-tree").evaluate(
        "(drive, id) => drive.view.folder === id", folder
    ):
        keys.push(key(keys, f"place {folder}"))


def _to_folder(verb: str) -> Callable[..., None]:
    def act(keys: Keyboard, chosen: str, folder: str) -> None:
        _ticked(keys, chosen)
        keys.push(key(keys, verb))
        keys.pick(keys.page.locator("#drive-target"), folder)
        keys.push(keys.page.locator(".sim__panel .button--primary"))

    return act


def _named(keys: Keyboard, tool: str, name: str) -> None:
    keys.push(key(keys, tool))
    keys.type_over(name)
    keys.press("Enter")


def _new_folder(keys: Keyboard, parent: str, name: str) -> None:
    _go_into(keys, parent)
    _named(keys, "folder", name)


def _rename(keys: Keyboard, one: str, name: str) -> None:
    _ticked(keys, one)
    _named(keys, "rename", name)


def _at_once(verb: str) -> Callable[..., None]:
    def act(keys: Keyboard, chosen: str) -> None:
        _ticked(keys, chosen)
        keys.push(key(keys, verb))

    return act


# -- the spreadsheet -------------------------------------------------------------------------------------


def _cell(keys: Keyboard, name: str) -> None:
    """Into the cells by Tab, to this one by the arrows."""
    keys.to(keys.page.locator(".sheet__table td[tabindex='0']"))
    target = keys.page.locator(f'.sheet__table td[aria-label^="{name},"]')
    away = "node => ['column', 'row'].map((part) => node.place[part] - document.activeElement.place[part])"
    across, down = target.evaluate(away)
    keys.press(*["ArrowRight" if across > 0 else "ArrowLeft"] * abs(across))
    keys.press(*["ArrowDown" if down > 0 else "ArrowUp"] * abs(down))


def _set_cell(keys: Keyboard, name: str, raw: str) -> None:
    _cell(keys, name)
    keys.type(raw)
    keys.press("Enter")


def _sheet_form(keys: Keyboard, button: str) -> Locator:
    keys.push(keys.page.get_by_role("button", name=button, exact=True))
    return keys.page.locator(".sheet__form")


def _over(keys: Keyboard, field: Locator, text: str) -> None:
    if field.input_value() != text:
        keys.to(field)
        keys.type_over(text)


def _fill(keys: Keyboard, source: str, area: str) -> None:
    _cell(keys, source)
    form = _sheet_form(keys, "Recopier")
    _over(keys, form.get_by_role("textbox").first, source)
    keys.to(form.get_by_role("textbox").nth(1))
    keys.type_over(area)
    keys.press("Enter")


def _filter_sheet(keys: Keyboard, area: str, column: str, sign: str, operand: str) -> None:
    form = _sheet_form(keys, "Filtrer")
    _over(keys, form.get_by_label("Plage"), area)
    keys.pick(form.get_by_label("Colonne"), column)
    keys.pick(form.locator("select").nth(1), sign)
    keys.to(form.locator("input").nth(1))
    keys.type_over(operand)
    keys.press("Enter")


# -- the search page -------------------------------------------------------------------------------------


def _query(keys: Keyboard, words: str) -> None:
    keys.to(keys.page.locator(".search__field"))
    keys.type_over(words)
    keys.press("Enter")


def _filter_results(keys: Keyboard, name: str, value: str) -> None:
    find = "(page, name) => [...page.selects.keys()].indexOf(name)"
    place = int(keys.page.locator("passation-search-page").evaluate(find, name))
    keys.pick(keys.page.locator(".search__filter select").nth(place), value)


def _on_document(verb: str) -> Callable[..., None]:
    return lambda keys, found: keys.push(key(keys, f"{verb} {found}"))


# -- the settings ----------------------------------------------------------------------------------------


def _set(keys: Keyboard, name: str, *parts: Any) -> None:
    """A box, one of several choices, or a field in which Enter sets what was typed."""
    control = keys.page.locator(f"#{_control(name, *parts)}")
    _show_section(keys, control)
    match control.get_attribute("type"):
        case "checkbox":
            keys.tick(control, parts[-1] == "on")
        case "radio":
            keys.choose(control)
        case _:
            keys.to(control)
            keys.type_over(str(parts[0]))
            keys.press("Enter")


def _control(name: str, first: Any, *more: Any) -> str:
    """The id of what sets it: of a cell, of an option, or of the setting itself."""
    if len(more) == 2:
        return f"{first}-{more[0]}"
    return str(first) if more or str(first).startswith(f"{name}o") else name


def _press(keys: Keyboard, name: str) -> None:
    """The button asks first: it is pressed a second time."""
    button = keys.page.locator(f'.sim button[aria-describedby="{name}-label"]')
    _show_section(keys, button)
    keys.push(button)
    keys.push(keys.page.locator(".setting__asking:not([hidden]) .button--danger"))


def _show_section(keys: Keyboard, control: Locator) -> None:
    """Where the sections are tabs, the one of this setting is turned to."""
    place = int(control.evaluate(HIDDEN_SECTION))
    if place >= 0:
        keys.push(keys.page.locator(".settings__tabs button").nth(place))


PROGRAMS: Mapping[str, Way] = {
    "mailbox": _acted({"open": _open_message, "report": _report, "send": _send}),
    "file_manager": _acted(
        {
            "move": _to_folder("move"),
            "copy": _to_folder("copy"),
            "folder": _new_folder,
            "rename": _rename,
            "delete": _at_once("delete"),
            "extract": _at_once("extract"),
        }
    ),
    "spreadsheet": _acted({"set": _set_cell, "fill": _fill, "filter": _filter_sheet}),
    "search_page": _acted(
        {
            "query": _query,
            "filter": _filter_results,
            "open": _on_document("open"),
            "choose": _on_document("choose"),
        }
    ),
    "settings_panel": _acted({"set": _set, "press": _press}),
    "block_program": block_program,
}
