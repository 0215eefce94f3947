"""Cases that the machine here and the one in the browser must agree on, and the items that they play in."""

import json
from pathlib import Path
from typing import Any

from question_bank.item_types.jsonvalues import Json
from question_bank.item_types.search_page import SearchPage
from question_bank.item_types.settings_panel import SettingsPanel
from question_bank.items import Bank
from question_bank.loading import load_bank
from question_bank.simulators.acts import acts_from_json
from question_bank.simulators.search_page import State as Searching
from question_bank.simulators.settings_panel import State as Settings

FOLDER = Path(__file__).parents[2] / "simulators"
SEED = 7


def bank() -> Bank:
    return load_bank(FOLDER / "items")


def body_of(item_id: str) -> Any:
    return bank().item(item_id).body


def cases_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}_cases.json").read_text(encoding="utf-8"))
    return found


def searched(body: SearchPage, acts: Json) -> dict[str, Json]:
    return _searching(body, body.state_after(body.authored(acts_from_json(acts))))


def _searching(body: SearchPage, state: Searching) -> dict[str, Json]:
    """A state as the browser has it: in shown names, sets in order."""
    names = body.shown_names

    def shown(some: Any) -> list[Json]:
        return [*sorted(names[name] for name in some)]

    return {
        "query": state.query,
        "filters": dict(state.filters),
        "results": {
            "names": [names[name] for name in state.results.names],
            "loosened": state.results.loosened,
        },
        "opened": None if state.opened is None else names[state.opened],
        "visited": shown(state.visited),
        "chosen": shown(state.chosen),
        "bookmarked": shown(state.bookmarked),
    }


def settled(body: SettingsPanel, acts: Json) -> dict[str, Json]:
    done = tuple(body.naming.authored(act) for act in acts_from_json(acts))
    return _settings(body, body.state_after(done))


def _settings(body: SettingsPanel, state: Settings) -> dict[str, Json]:
    naming, panel = body.naming, body.panel.by_name
    shown: dict[str, Json] = {}
    for name, value in state.items():
        found = naming.value(panel[name], value)
        shown[naming.settings[name]] = [*found] if isinstance(found, list) else found
    return shown
