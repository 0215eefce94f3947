"""The worlds and trials of a block program in an item file, and whether the hidden ones are fair."""

import re
from collections.abc import Iterable, Sequence
from typing import TypeGuard

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import Json
from question_bank.simulators.block_program_grid import (
    GOAL,
    PAINTED_SQUARES,
    PLACE,
    ROBOTS,
    SQUARES,
    WALL,
    WIDEST,
    GridGoal,
    GridWorld,
)
from question_bank.simulators.block_program_variables import LARGEST, Input, Scalar, Trial
from question_bank.simulators.block_program_words import (
    BLOCK_TEXTS,
    COLOURS,
    COMPARISONS,
    GRID_TESTS,
    OPERATORS,
)
from question_bank.typography import Phrase

MOST_WORLDS = 6
MOST_TRIALS = 8
MOST_INPUTS = 6
MOST_ELEMENTS = 30
MOST_LINES = 50
LONGEST_INPUT = 60
_MAP_CHARACTERS = (WIDEST + 1) * WIDEST
_LONGEST_NAME = 20
_NAME = re.compile(r"[a-zà-öø-ÿœ][a-z0-9à-öø-ÿœ_]*")
# What an item's names may not be: everything that can be chosen has a name of its own.
_RESERVED = {*BLOCK_TEXTS, *GRID_TESTS, *COLOURS, *OPERATORS, *COMPARISONS}


def read_words(fields: Fields, name: str, known: Iterable[str], required: bool = True) -> tuple[str, ...]:
    """Words of a table, in the table's order whatever the order in the file."""
    words = tuple(known)
    if not required and name not in fields:
        return ()
    found = fields.texts(name, 0, max(len(words), 1), 40)
    for place, word in enumerate(found, 1):
        if word and word not in words:
            remedy = Phrase("choisissez parmi : {words}", words=", ".join(words))
            fields.note(f"{name}[{place}]", Phrase("« {word} » n’existe pas ici", word=word), remedy)
    return tuple(word for word in words if word in found)


# ---- the grid ------------------------------------------------------------------------------------


def read_worlds(fields: Fields) -> tuple[tuple[GridWorld, ...], tuple[GridGoal, ...]]:
    goals = tuple(GridGoal(goal) for goal in read_words(fields, "goal", [goal.value for goal in GridGoal]))
    if "goal" in fields and not goals:
        fields.note("goal", Phrase("aucun but"), Phrase("ajoutez-en un"))
    worlds = []
    for section in fields.sections("worlds", 1, MOST_WORLDS):
        world = GridWorld(
            tuple(section.text("map", _MAP_CHARACTERS).split("\n")),
            tuple(section.text("painted", _MAP_CHARACTERS).split("\n")) if "painted" in section else (),
            section.flag("hidden", False),
        )
        section.close()
        _note_bad_map(section, world, goals)
        worlds.append(world)
    _note_unfair_maps(fields, worlds)
    return tuple(worlds), goals


def _note_bad_map(section: Fields, world: GridWorld, goals: tuple[GridGoal, ...]) -> None:
    _note_bad_lines(section, "map", world.map, SQUARES)
    content = "".join(world.map)
    if sum(content.count(robot) for robot in ROBOTS) != 1:
        problem = Phrase("il faut un seul robot")
        section.note("map", problem, Phrase("écrivez une fois ^, >, v ou <"))
    if GridGoal.AT_GOAL in goals and GOAL not in content:
        section.note("map", Phrase("il n’y a pas de but"), Phrase("écrivez * sur une case"))
    if GridGoal.ALL_DROPPED in goals and PLACE not in content:
        section.note("map", Phrase("il n’y a pas de place à remplir"), Phrase("écrivez x sur une case"))
    if GridGoal.PAINTED in goals and not world.painted:
        section.note("painted", Phrase("ce champ manque"), Phrase("ajoutez-le"))
    if world.painted:
        _note_bad_lines(section, "painted", world.painted, PAINTED_SQUARES)
        if [len(line) for line in world.painted] != [len(line) for line in world.map]:
            problem = Phrase("« painted » n’a pas la taille de « map »")
            section.note("painted", problem, Phrase("écrivez autant de lignes et de cases"))


def _note_bad_lines(section: Fields, name: str, lines: Sequence[str], known: frozenset[str]) -> None:
    unknown = sorted({char for line in lines for char in line if char not in known})
    if unknown:
        remedy = Phrase("choisissez parmi : {words}", words=" ".join(sorted(known)))
        section.note(name, Phrase("« {word} » n’existe pas ici", word="".join(unknown)), remedy)
    if len({len(line) for line in lines}) != 1 or len(lines) > WIDEST or len(lines[0]) > WIDEST:
        problem = Phrase("les lignes n’ont pas toutes la même longueur, ou la carte est trop grande")
        section.note(name, problem, Phrase("{most} cases sur {most} au plus", most=WIDEST))


def _note_unfair_maps(fields: Fields, worlds: Sequence[GridWorld]) -> None:
    usual = {WALL, *ROBOTS}
    shown = {char for world in worlds if not world.hidden for line in world.map for char in line} | usual
    for place, world in enumerate(worlds, 1):
        strange = {char for line in world.map for char in line} - shown
        _note_hidden(fields, f"worlds[{place}]", world.hidden, place, bool(strange))


def _note_hidden(fields: Fields, name: str, hidden: bool, place: int, strange: bool) -> None:
    if hidden and place == 1:
        fields.note(name, Phrase("le premier est caché"), Phrase("montrez-le"))
    elif hidden and strange:
        problem = Phrase("rien de ce qui est montré n’annonce ce qui est caché ici")
        fields.note(name, problem, Phrase("un essai caché ne contient que ce que les autres montrent"))


# ---- variables -----------------------------------------------------------------------------------


def read_trials(fields: Fields) -> tuple[Trial, ...]:
    trials = []
    for section in fields.sections("trials", 1, MOST_TRIALS):
        inputs = _read_inputs(section)
        trials.append(Trial(inputs, _read_output(section), section.flag("hidden", False)))
        section.close()
    kinds = [[(name, _kind(value)) for name, value in trial.inputs] for trial in trials]
    for place, trial in enumerate(trials, 1):
        if kinds[place - 1] != kinds[0]:
            problem = Phrase("ces entrées ne sont pas celles du premier essai")
            remedy = Phrase("donnez les mêmes noms, dans le même ordre, avec le même genre de valeurs")
            fields.note(f"trials[{place}]", problem, remedy)
        _note_hidden(fields, f"trials[{place}]", trial.hidden, place, strange=False)
    return tuple(trials)


def _kind(value: Input) -> str:
    if isinstance(value, tuple):
        return "list of " + "/".join(sorted({type(one).__name__ for one in value}))
    return type(value).__name__


def _read_inputs(section: Fields) -> tuple[tuple[str, Input], ...]:
    written = section.plain("inputs", required=False)
    if written is None:
        return ()
    if not isinstance(written, dict) or len(written) > MOST_INPUTS:
        remedy = Phrase("écrivez au plus {most} champs « nom: valeur »", most=MOST_INPUTS)
        section.note("inputs", Phrase("cette valeur ne convient pas"), remedy)
        return ()
    note_bad_names(section, "inputs", tuple(written))
    return tuple((name, _input(section, name, value)) for name, value in written.items())


def _input(section: Fields, name: str, value: Json) -> Input:
    if isinstance(value, list):
        return _scalars(section, f"inputs.{name}", value, MOST_ELEMENTS)
    return (_scalars(section, f"inputs.{name}", [value], 1) or (0,))[0]


def _read_output(section: Fields) -> tuple[Scalar, ...]:
    written = section.plain("output")
    if not isinstance(written, list):
        if written is not None:
            section.note(
                "output", Phrase("cette valeur ne convient pas"), Phrase("écrivez une liste de lignes")
            )
        return ()
    return _scalars(section, "output", written, MOST_LINES)


def _scalars(section: Fields, name: str, values: list[Json], most: int) -> tuple[Scalar, ...]:
    """Numbers and texts; an empty tuple, and a problem, when there is anything else."""
    found = tuple(value for value in values if _is_scalar(value))
    if len(found) != len(values) or len(values) > most:
        remedy = Phrase(
            "des nombres entiers ou des textes de {longest} caractères, {most} au plus",
            longest=LONGEST_INPUT,
            most=most,
        )
        section.note(name, Phrase("cette valeur ne convient pas"), remedy)
        return ()
    return found


def _is_scalar(value: Json) -> TypeGuard[Scalar]:
    if isinstance(value, str):
        return 0 < len(value) <= LONGEST_INPUT
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST


def note_bad_names(fields: Fields, field: str, names: Sequence[str], taken: Sequence[str] = ()) -> None:
    for place, name in enumerate(names):
        if name in taken or name in names[:place] or name in _RESERVED:
            problem = Phrase("le nom « {name} » est déjà pris", name=name)
            fields.note(field, problem, Phrase("choisissez un autre nom"))
        elif len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
            problem = Phrase("« {name} » n’est pas un nom de variable", name=name)
            fields.note(field, problem, Phrase("des petites lettres, puis aussi des chiffres et _"))
