"""A panel of settings as authors write it, with every problem noted."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from question_bank.item_types.authored import Fields
from question_bank.simulators.settings_panel import (
    OFF,
    ON,
    PRESSED,
    UNPRESSED,
    ButtonFacts,
    Condition,
    Layout,
    Named,
    Panel,
    Range,
    Section,
    Setting,
    SettingKind,
    Value,
)
from question_bank.typography import Phrase

MAX_SECTIONS = 8
MAX_SETTINGS = 15
MAX_NAME = 40
MAX_TITLE = 60
MAX_LABEL = 120
MAX_HELP = 200
MAX_WORDS = 40
MAX_UNIT = 16
MAX_NUMBER = 100_000
MAX_TEXT = 80
DEFAULT_TEXT = 40
MAX_COLUMNS = 5
MAX_ROWS = 10
MAX_OPTIONS = 12
MAX_CHOICES = 10

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Kinds that hold one value. What YAML takes for true may be written so too.
SINGLE = frozenset({SettingKind.SWITCH, SettingKind.CHOICE, SettingKind.NUMBER, SettingKind.TEXT})
_SAID = {"true": ON, "false": OFF}
_NO_RANGE = Range(0, 0, 1, "")
_NO_BUTTON = ButtonFacts("", "", "", {})


def read_panel(fields: Fields) -> Panel:
    title = fields.text("panel", MAX_TITLE)
    layout = (fields.word("layout", Layout) if "layout" in fields else None) or Layout.TABS
    sections = []
    written: list[tuple[Fields, Setting]] = []
    for section in fields.sections("sections", 1, MAX_SECTIONS):
        heading = section.text("title", MAX_TITLE)
        settings = [(one, _setting(one)) for one in section.sections("settings", 1, MAX_SETTINGS)]
        section.close()
        written += settings
        sections.append(Section(heading, tuple(setting for _, setting in settings)))
    panel = Panel(title, layout, tuple(sections))
    _note_repeated([(one, setting.id) for one, setting in written])
    for one, setting in written:
        _note_condition(one, "shown_if", panel, setting.shown_if)
        _note_condition(one, "enabled_if", panel, setting.enabled_if)
    effects = {setting.id: _effects(one, panel) for one, setting in written}
    return Panel(title, layout, tuple(_with_effects(section, effects) for section in sections))


def _with_effects(section: Section, effects: Mapping[str, Mapping[str, str | int]]) -> Section:
    """Only when all settings are known can it be read what a button sets."""
    return replace(
        section,
        settings=tuple(
            replace(one, button=replace(one.button, sets=effects[one.id])) for one in section.settings
        ),
    )


def _effects(fields: Fields, panel: Panel) -> dict[str, str | int]:
    section = fields.section("sets", required=False)
    if section is None:
        return {}
    found: dict[str, str | int] = {}
    for name, setting in panel.by_name.items():
        if name not in section:
            continue
        if setting.kind in SINGLE:
            found[name] = one_value(section, name, setting)
        else:
            section.note(name, Phrase("un bouton ne peut pas le régler"), Phrase("retirez-le"))
    section.close()
    return found


def _button(fields: Fields) -> ButtonFacts:
    fields.section("sets", required=False)  # read when all settings are known
    return ButtonFacts(
        fields.text("button", MAX_WORDS),
        fields.text("confirm", MAX_HELP),
        fields.text("done", MAX_LABEL, default=""),
        {},
    )


def _condition(fields: Fields, name: str) -> Condition:
    section = fields.section(name, required=False)
    if section is None:
        return {}
    return {
        setting: tuple(_SAID.get(str(part), str(part)) for part in section.parts(setting, MAX_NAME))
        for setting in section.names
    }


def _note_condition(fields: Fields, field: str, panel: Panel, condition: Condition) -> None:
    """A condition speaks of switches, choices and buttons, and of values that they can have."""
    for name, values in condition.items():
        setting = panel.by_name.get(name)
        possible = _possible(setting) if setting else ()
        if not possible:
            problem = Phrase("« {name} » n’existe pas", name=name)
            fields.note(field, problem, Phrase("nommez un réglage switch, choice ou button"))
        elif not set(values) <= set(possible):
            problem = Phrase("cette valeur ne convient pas")
            fields.note(field, problem, Phrase("choisissez parmi : {words}", words=", ".join(possible)))


def _possible(setting: Setting) -> tuple[str, ...]:
    if setting.kind is SettingKind.CHOICE:
        return tuple(option.id for option in setting.options)
    if setting.kind is SettingKind.SWITCH:
        return (ON, OFF)
    return (PRESSED, UNPRESSED) if setting.kind is SettingKind.BUTTON else ()


def _note_repeated(named: Iterable[tuple[Fields, str]]) -> None:
    seen: set[str] = set()
    for fields, name in named:
        if name and name in seen:
            problem = Phrase("« {name} » est déjà pris", name=name)
            fields.note("id", problem, Phrase("donnez un autre nom"))
        seen.add(name)


def _name(fields: Fields) -> str:
    name = fields.text("id", MAX_NAME)
    if name and not _NAME.fullmatch(name):
        fields.note("id", Phrase("« {name} » n’est pas un nom court", name=name), Phrase("a-z, 0-9 et -"))
    return name


def _setting(fields: Fields) -> Setting:
    """Each kind has its own fields; `close` notes those of other kinds."""
    name = _name(fields)
    kind = fields.word("kind", SettingKind) or SettingKind.INFO
    is_table = kind is SettingKind.PERMISSIONS
    columns = _named(fields, "columns", 1, MAX_COLUMNS) if is_table else ()
    rows = fields.sections("rows", 1, MAX_ROWS) if is_table else []
    given, missing = _permissions(rows, columns)
    setting = Setting(
        id=name,
        kind=kind,
        label=fields.text("label", MAX_LABEL),
        help=fields.text("help", MAX_HELP, default=""),
        value=given,
        options=_rows(rows) or _options(fields, kind),
        columns=columns,
        missing=missing,
        range=_range(fields) if kind is SettingKind.NUMBER else _NO_RANGE,
        longest=_longest(fields) if kind is SettingKind.TEXT else 0,
        button=_button(fields) if kind is SettingKind.BUTTON else _NO_BUTTON,
        shown_if=_condition(fields, "shown_if"),
        enabled_if=_condition(fields, "enabled_if"),
    )
    if not is_table:
        setting = replace(setting, value=_value(fields, setting))
    fields.close()
    return setting


def _longest(fields: Fields) -> int:
    return fields.whole("max_length", 1, MAX_TEXT, default=DEFAULT_TEXT)


def _options(fields: Fields, kind: SettingKind) -> tuple[Named, ...]:
    if kind is SettingKind.CHOICE:
        return _named(fields, "options", 2, MAX_CHOICES)
    return _named(fields, "options", 1, MAX_OPTIONS) if kind is SettingKind.CHOICES else ()


def _named(fields: Fields, name: str, low: int, high: int) -> tuple[Named, ...]:
    found = []
    for section in fields.sections(name, low, high):
        found.append((section, Named(_name(section), section.text("text", MAX_LABEL))))
        section.close()
    _note_repeated([(section, one.id) for section, one in found])
    return tuple(one for _, one in found)


def _rows(rows: list[Fields]) -> tuple[Named, ...]:
    found = [(row, Named(_name(row), row.text("text", MAX_LABEL))) for row in rows]
    for row in rows:
        row.close()
    _note_repeated([(row, named.id) for row, named in found])
    return tuple(named for _, named in found)


def _permissions(rows: list[Fields], columns: tuple[Named, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """The cells that are given at the start, and those that do not exist."""
    known = [column.id for column in columns]
    given: set[str] = set()
    missing: set[str] = set()
    for row in rows:
        name = row.text("id", MAX_NAME, default="")
        allowed = known_names(row, "allowed", known)
        without = known_names(row, "without", known) if "without" in row else ()
        if set(allowed) & set(without):
            problem = Phrase("une autorisation est à la fois donnée et absente")
            row.note("without", problem, Phrase("retirez-la de l’une des listes"))
        given |= {f"{name} {column}" for column in allowed}
        missing |= {f"{name} {column}" for column in without}
    return frozenset(given), frozenset(missing)


def known_names(fields: Fields, name: str, known: list[str]) -> tuple[str, ...]:
    """A list of names, each of them known; a wrong one is noted."""
    found = tuple(str(one) for one in fields.parts(name, MAX_NAME))
    for one in found:
        if one not in known:
            problem = Phrase("« {name} » n’existe pas", name=one)
            fields.note(name, problem, Phrase("choisissez parmi : {words}", words=", ".join(known)))
    return found


def _range(fields: Fields) -> Range:
    low = fields.whole("min", 0, MAX_NUMBER)
    high = fields.whole("max", low, MAX_NUMBER)
    step = fields.whole("step", 1, MAX_NUMBER, default=1)
    return Range(low, high, step, fields.text("unit", MAX_UNIT, default=""))


def _value(fields: Fields, setting: Setting) -> Value:
    if setting.kind is SettingKind.BUTTON:
        return UNPRESSED
    if setting.kind is SettingKind.CHOICES:
        return frozenset(known_names(fields, "value", [option.id for option in setting.options]))
    return one_value(fields, "value", setting) if setting.kind in SINGLE else ""


def one_value(fields: Fields, name: str, setting: Setting) -> str | int:
    """The one value of a switch, a choice, a number or a text; a wrong one is noted."""
    values = several_values(fields, name, setting)
    if len(values) != 1 and name in fields:
        fields.note(name, Phrase("cette valeur ne convient pas"), _expected(setting))
    return values[0] if values else ""


def several_values(fields: Fields, name: str, setting: Setting) -> tuple[str | int, ...]:
    """One value or a list of them, all possible in this setting."""
    found: list[str | int] = []
    for part in fields.parts(name, MAX_TEXT):
        value = part if setting.kind is SettingKind.NUMBER else str(part)
        value = _SAID.get(str(part), value) if setting.kind is SettingKind.SWITCH else value
        found.append(value)
        if not _is_possible(value, setting):
            fields.note(name, Phrase("cette valeur ne convient pas"), _expected(setting))
    return tuple(found)


def _is_possible(value: str | int, setting: Setting) -> bool:
    if setting.kind is SettingKind.NUMBER:
        return isinstance(value, int) and setting.range.holds(value)
    if setting.kind is SettingKind.TEXT:
        return len(str(value)) <= setting.longest
    return value in _possible(setting)


def _expected(setting: Setting) -> Phrase:
    if setting.kind is SettingKind.NUMBER:
        numbers = setting.range
        return Phrase("écrivez un nombre entier de {low} à {high}", low=numbers.low, high=numbers.high)
    if setting.kind is SettingKind.TEXT:
        return Phrase("restez sous {longest}", longest=setting.longest + 1)
    return Phrase("choisissez parmi : {words}", words=", ".join(_possible(setting)))
