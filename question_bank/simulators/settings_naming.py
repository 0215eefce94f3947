"""The names by which a browser knows a panel's settings and their parts, and acts in either side's names."""

from collections.abc import Mapping, Sequence

from question_bank.item_types.responses import Act
from question_bank.simulators.acts import neutral_names, turned
from question_bank.simulators.settings_panel import Panel, Setting, SettingKind, Value

# A name that nothing has: the machine refuses what stands under it.
_UNKNOWN = "?"


class Naming:
    """ "s2" is the second setting, "s2o1" its first option or row, "s2c1" its first column."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.settings = neutral_names("s", (one.id for one in panel))
        self.options = {one.id: self._parts(one, "o") for one in panel}
        self.columns = {one.id: self._parts(one, "c") for one in panel}
        self._authored_settings = turned(self.settings)

    def _parts(self, setting: Setting, letter: str) -> dict[str, str]:
        named = setting.options if letter == "o" else setting.columns
        return neutral_names(self.settings[setting.id] + letter, (one.id for one in named))

    def part(self, setting: Setting, part: str) -> str:
        """An option, or "row column"."""
        tables = self._tables(setting)
        return " ".join(table[one] for table, one in zip(tables, part.split(" "), strict=True))

    def value(self, setting: Setting, value: Value) -> str | int | list[str]:
        if isinstance(value, frozenset):
            return sorted(self.part(setting, part) for part in value)
        return self.part(setting, str(value)) if setting.kind is SettingKind.CHOICE else value

    def shown(self, act: Act) -> Act:
        """An act of a solution as a browser would send it."""
        setting = self._panel.by_name[str(act[1])]
        return (act[0], self.settings[setting.id], *_renamed(act, self._tables(setting)))

    def authored(self, act: Act) -> Act:
        """An act of a browser in authored names."""
        name = self._authored_settings.get(str(act[1])) if len(act) > 1 else None
        if name is None:
            return (act[0], _UNKNOWN)
        tables = [turned(table) for table in self._tables(self._panel.by_name[name])]
        return (act[0], name, *_renamed(act, tables))

    def _tables(self, setting: Setting) -> list[dict[str, str]]:
        """What the parts of an act after the setting are names of."""
        if setting.kind is SettingKind.PERMISSIONS:
            return [self.options[setting.id], self.columns[setting.id]]
        has_options = setting.kind in {SettingKind.CHOICE, SettingKind.CHOICES}
        return [self.options[setting.id]] if has_options else []


def _renamed(act: Act, tables: Sequence[Mapping[str, str]]) -> Act:
    parts = act[2:]
    names = (table.get(str(part), _UNKNOWN) for table, part in zip(tables, parts, strict=False))
    return (*names, *parts[len(tables) :])
