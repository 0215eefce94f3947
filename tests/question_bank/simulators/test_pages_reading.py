"""What is wrong in an authored search page or panel of settings is told with its field."""

from pathlib import Path

import pytest

from question_bank.loading import BankErrors, load_bank
from tests.question_bank.simulators.page_cases import FOLDER

SEARCH = "1.1/moteur-simule.yaml"
SETTINGS = "4.2/reglages-simules.yaml"


def told(folder: Path, file: str, old: str, new: str) -> list[str]:
    """The fields that are complained of, with the problem, when `old` is written as `new`."""
    written = (FOLDER / "items" / file).read_text(encoding="utf-8")
    assert old in written
    path = folder / file
    path.parent.mkdir()
    path.write_text(written.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BankErrors) as found:
        load_bank(folder)
    return [f"{each.field.split('.', 1)[1]} : {each.problem}" for each in found.value.errors]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("id: zoo", "id: animal", "documents[3].id : "),
        ("id: zoo", "id: Zoo 2", "documents[3].id : "),
        ("www.zoo-des-collines.example/", "https://www.zoo.example/", "documents[3].address : "),
        ("www.zoo-des-collines.example/", "www.zoo.fr/", "documents[3].address : "),
        ('"2026-03-10"', '"2026-02-30"', "documents[3].date : "),
        ("kind: sheet", "kind: tableur", "documents[6].kind : "),
        ("weight: 5", "weight: 101", "documents[2].weight : "),
        ("query: jaguar", 'query: "!!"', "query : "),
        ('today: "2026-03-15"', "today: demain", "today : "),
        ("chosen: [animal, disparition]", "chosen: [animal, lion]", "goal.chosen[2] : "),
        ("chosen: [animal, disparition]", "chosen_among: [animal, zoo]", "goal.chosen_count : "),
        ("uses: [exclude]", "uses: [minus]", "goal.last_search.uses : "),
        ("uses: [exclude]", "filters: {licence: libre}", "goal.last_search.filters.licence : "),
        ("uses: [exclude]", "filters: {colour: red}", "goal.last_search.filters.colour : "),
        ("without: [auto, occasion]", "at_most: 2", "solution : "),
        ("[choose, disparition]", "[choose, lion]", "solution[5] : "),
        ("[choose, disparition]", "[bookmark, disparition]", "solution[5] : "),
        ('{author: Salomé Brun, text: "', '{author: Salomé Brun, texte: "', "documents[4].content.text : "),
    ],
)
def test_a_search_page_says_what_is_wrong(tmp_path: Path, old: str, new: str, field: str) -> None:
    problems = told(tmp_path, SEARCH, old, new)
    assert any(problem.replace("\u00a0", " ").startswith(field) for problem in problems), problems


def test_a_goal_that_holds_at_once_is_told(tmp_path: Path) -> None:
    with_goal = "chosen: [animal, disparition]\n      last_search:\n        uses: [exclude]\n"
    without = "        with: [animal, zoo, disparition]\n        without: [auto, occasion]\n"
    problems = told(tmp_path, SEARCH, with_goal + without, "chosen: []\n")
    assert any("sans rien faire" in problem for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("id: suggestions", "id: photos", "sections[1].settings[2].id : "),
        ("value: all", "value: everyone", "sections[1].settings[1].value : "),
        ("value: on}", "value: 1}", "sections[1].settings[2].value : "),
        ("value: 30", "value: 35", "sections[3].settings[3].value : "),
        ("value: Maëlle Martin", "value: Maëlle Martin, max_length: 5", "sections[1].settings[4].value : "),
        ("value: Maëlle Martin", "value: [a, b]", "sections[1].settings[4].value : "),
        ("{suggestions: on}", "{suggestion: on}", "sections[1].settings[3].enabled_if : "),
        ("{suggestions: on}", "{suggestions: 3}", "sections[1].settings[3].enabled_if : "),
        (
            "allowed: [location, contacts]",
            "allowed: [microphone]",
            "sections[2].settings[1].rows[1].allowed : ",
        ),
        ("without: [camera]", "without: [location]", "sections[2].settings[1].rows[2].without : "),
        ("{id: maps, text", "{id: lamp, text", "sections[2].settings[1].rows[2].id : "),
        ("{quiet: off, pause", "{alerts: off, pause", "sections[4].settings[4].sets.alerts : "),
        ("{quiet: off, pause", "{silence: off, pause", "sections[4].settings[4].sets.silence : "),
        ("confirm: Déconnecter", "ask: Déconnecter", "sections[4].settings[2].confirm : "),
        ("photos: friends\n        apps", "photos: nobody\n        apps", "goal.settings.photos : "),
        ("apps: {lamp: []}", "apps: {torch: []}", "goal.settings.apps.torch : "),
        ("apps: {lamp: []}", "tablet: pressed", "goal.settings.tablet : "),
        ("pressed: [tablet]", "pressed: [quiet]", "goal.pressed : "),
        ("free: [quiet]", "free: [quiet, photos]", "goal.free : "),
        ("free: [quiet]", "free: []", "solution : "),
        ("[set, photos, friends]", "[set, photos, all]", "solution : "),
        ("[set, quiet, on]", "[set, quiet, off]", "solution[8] : "),
    ],
)
def test_a_panel_says_what_is_wrong(tmp_path: Path, old: str, new: str, field: str) -> None:
    problems = told(tmp_path, SETTINGS, old, new)
    assert any(problem.replace("\u00a0", " ").startswith(field) for problem in problems), problems
