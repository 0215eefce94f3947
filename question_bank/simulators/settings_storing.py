"""A panel of settings as JSON: as it is stored with its bank, and as a browser gets it."""

from collections.abc import Mapping

from question_bank.item_types.jsonvalues import BadJson, Json, JsonObject, elements, member, text, whole
from question_bank.simulators.settings_naming import Naming
from question_bank.simulators.settings_panel import (
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
from question_bank.typography import french_typography


def panel_to_json(panel: Panel) -> JsonObject:
    sections: list[Json] = [
        {"title": section.title, "settings": [_setting_to_json(one) for one in section.settings]}
        for section in panel.sections
    ]
    return {"title": panel.title, "layout": panel.layout.value, "sections": sections}


def panel_from_json(value: Json) -> Panel:
    sections = tuple(
        Section(
            text(member(section, "title")),
            tuple(_setting_from_json(one) for one in elements(member(section, "settings"))),
        )
        for section in elements(member(value, "sections"))
    )
    return Panel(text(member(value, "title")), Layout(text(member(value, "layout"))), sections)


def _setting_to_json(setting: Setting) -> JsonObject:
    button = setting.button
    sets: JsonObject = dict(button.sets)
    return {
        "id": setting.id,
        "kind": setting.kind.value,
        "label": setting.label,
        "help": setting.help,
        "value": _value_to_json(setting.value),
        "options": _named_to_json(setting.options),
        "columns": _named_to_json(setting.columns),
        "missing": [*sorted(setting.missing)],
        "range": _range_to_json(setting.range),
        "longest": setting.longest,
        "button": {"words": button.words, "confirm": button.confirm, "done": button.done, "sets": sets},
        "shown_if": _condition_to_json(setting.shown_if),
        "enabled_if": _condition_to_json(setting.enabled_if),
    }


def _setting_from_json(value: Json) -> Setting:
    button = member(value, "button")
    words, confirm, done = (text(member(button, name)) for name in ("words", "confirm", "done"))
    numbers = member(value, "range")
    low, high, step = (whole(member(numbers, name)) for name in ("low", "high", "step"))
    return Setting(
        id=text(member(value, "id")),
        kind=SettingKind(text(member(value, "kind"))),
        label=text(member(value, "label")),
        help=text(member(value, "help")),
        value=_value_from_json(member(value, "value")),
        options=_named_from_json(member(value, "options")),
        columns=_named_from_json(member(value, "columns")),
        missing=_texts(member(value, "missing")),
        range=Range(low, high, step, text(member(numbers, "unit"))),
        longest=whole(member(value, "longest")),
        button=ButtonFacts(words, confirm, done, _sets_from_json(member(button, "sets"))),
        shown_if=_condition_from_json(member(value, "shown_if")),
        enabled_if=_condition_from_json(member(value, "enabled_if")),
    )


def _range_to_json(numbers: Range) -> JsonObject:
    return {"low": numbers.low, "high": numbers.high, "step": numbers.step, "unit": numbers.unit}


def _named_to_json(named: tuple[Named, ...]) -> list[Json]:
    return [{"id": one.id, "text": one.text} for one in named]


def _named_from_json(value: Json) -> tuple[Named, ...]:
    return tuple(Named(text(member(one, "id")), text(member(one, "text"))) for one in elements(value))


def _value_to_json(value: Value) -> Json:
    return [*sorted(value)] if isinstance(value, frozenset) else value


def _value_from_json(value: Json) -> Value:
    if isinstance(value, list):
        return _texts(value)
    return value if isinstance(value, str) else whole(value)


def _texts(value: Json) -> frozenset[str]:
    return frozenset(map(text, elements(value)))


def _condition_to_json(condition: Condition) -> JsonObject:
    return {name: list(values) for name, values in condition.items()}


def _condition_from_json(value: Json) -> Condition:
    return {name: tuple(map(text, elements(values))) for name, values in _mapping(value).items()}


def _sets_from_json(value: Json) -> dict[str, str | int]:
    return {name: one if isinstance(one, str) else whole(one) for name, one in _mapping(value).items()}


def _mapping(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise BadJson("not an object")
    return value


def shown_panel(panel: Panel, naming: Naming) -> JsonObject:
    sections: list[Json] = [
        {
            "title": french_typography(section.title),
            "settings": [_shown(setting, panel, naming) for setting in section.settings],
        }
        for section in panel.sections
    ]
    return {"panel": french_typography(panel.title), "layout": panel.layout.value, "sections": sections}


def _shown(setting: Setting, panel: Panel, naming: Naming) -> JsonObject:
    """Only what its kind needs, so that a page with many settings stays small."""
    shown: JsonObject = {
        "id": naming.settings[setting.id],
        "kind": setting.kind.value,
        "text": french_typography(setting.label),
        "help": french_typography(setting.help),
        "value": _shown_value(naming, setting, setting.value),
        "shown_if": _shown_condition(setting.shown_if, panel, naming),
        "enabled_if": _shown_condition(setting.enabled_if, panel, naming),
    }
    if setting.options:
        shown["options"] = _shown_named(setting.options, naming.options[setting.id])
    if setting.kind is SettingKind.PERMISSIONS:
        shown["columns"] = _shown_named(setting.columns, naming.columns[setting.id])
        shown["missing"] = _shown_value(naming, setting, setting.missing)
    elif setting.kind is SettingKind.NUMBER:
        shown["range"] = _range_to_json(setting.range)
    elif setting.kind is SettingKind.TEXT:
        shown["max_length"] = setting.longest
    elif setting.kind is SettingKind.BUTTON:
        shown["button"] = _shown_button(setting.button, panel, naming)
    return shown


def _shown_button(button: ButtonFacts, panel: Panel, naming: Naming) -> JsonObject:
    sets: JsonObject = {
        naming.settings[name]: _shown_value(naming, panel.by_name[name], value)
        for name, value in button.sets.items()
    }
    return {
        "words": french_typography(button.words),
        "confirm": french_typography(button.confirm),
        "done": french_typography(button.done),
        "sets": sets,
    }


def _shown_named(named: tuple[Named, ...], names: Mapping[str, str]) -> list[Json]:
    return [{"id": names[one.id], "text": french_typography(one.text)} for one in named]


def _shown_value(naming: Naming, setting: Setting, value: Value) -> Json:
    shown = naming.value(setting, value)
    return [*shown] if isinstance(shown, list) else shown


def _shown_condition(condition: Condition, panel: Panel, naming: Naming) -> JsonObject:
    shown: JsonObject = {}
    for name, values in condition.items():
        found: list[Json] = [_shown_value(naming, panel.by_name[name], value) for value in values]
        shown[naming.settings[name]] = found
    return shown
