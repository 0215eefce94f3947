"""The goal of a panel of settings as authors write it, with every problem noted."""

from question_bank.item_types.authored import Fields
from question_bank.simulators.settings_goal import (
    Among,
    Between,
    Exactly,
    Goal,
    Rows,
    Rule,
    Without,
    must_be_pressed,
)
from question_bank.simulators.settings_panel import Panel, Setting, SettingKind
from question_bank.simulators.settings_reading import (
    MAX_NUMBER,
    MAX_TEXT,
    SINGLE,
    known_names,
    several_values,
)
from question_bank.typography import Phrase

MAX_UNWANTED = 12


def read_goal(fields: Fields, panel: Panel) -> Goal:
    section = fields.section("goal")
    if section is None:
        return Goal({}, frozenset())
    rules = _rules(section, panel)
    settable = [one.id for one in panel if one.kind is not SettingKind.INFO]
    buttons = [one.id for one in panel if one.kind is SettingKind.BUTTON]
    free = known_names(section, "free", settable) if "free" in section else ()
    pressed = known_names(section, "pressed", buttons) if "pressed" in section else ()
    section.close()
    for name in free:
        if name in rules or name in pressed:
            problem = Phrase("« {name} » ne peut pas être libre et imposé", name=name)
            section.note("free", problem, Phrase("retirez-le de l’une des listes"))
    return Goal({**rules, **{name: must_be_pressed() for name in pressed}}, frozenset(free))


def _rules(goal: Fields, panel: Panel) -> dict[str, Rule]:
    section = goal.section("settings", required=False)
    if section is None:
        return {}
    rules = {}
    for name, setting in panel.by_name.items():
        if name not in section:
            continue
        rule = _rule(section, name, setting)
        if rule is not None:
            rules[name] = rule
    section.close()
    return rules


def _rule(section: Fields, name: str, setting: Setting) -> Rule | None:
    if setting.kind is SettingKind.PERMISSIONS:
        return _rows(section, name, setting)
    if setting.kind is SettingKind.CHOICES:
        return Exactly(frozenset(known_names(section, name, [option.id for option in setting.options])))
    if section.holds_fields(name) and setting.kind is SettingKind.NUMBER:
        return _between(section, name)
    if section.holds_fields(name) and setting.kind is SettingKind.TEXT:
        return _without(section, name)
    if setting.kind in SINGLE:
        return Among(several_values(section, name, setting))
    section.note(name, Phrase("ce n’est pas un réglage"), Phrase("mettez un bouton sous « pressed »"))
    return None


def _between(section: Fields, name: str) -> Rule | None:
    inner = section.section(name)
    if inner is None:
        return None
    low = inner.whole("from", 0, MAX_NUMBER, default=0)
    rule = Between(low, inner.whole("to", low, MAX_NUMBER, default=MAX_NUMBER))
    inner.close()
    return rule


def _without(section: Fields, name: str) -> Rule | None:
    inner = section.section(name)
    if inner is None:
        return None
    texts = inner.texts("without", 0, MAX_UNWANTED, MAX_TEXT) if "without" in inner else ()
    rule = Without(texts, inner.whole("shortest", 1, MAX_TEXT, default=1))
    inner.close()
    return rule


def _rows(section: Fields, name: str, setting: Setting) -> Rule | None:
    inner = section.section(name)
    if inner is None:
        return None
    rows = {}
    for row in setting.options:
        if row.id in inner:
            there = [one.id for one in setting.columns if f"{row.id} {one.id}" not in setting.missing]
            rows[row.id] = frozenset(known_names(inner, row.id, there))
    inner.close()
    return Rows(rows)
