"""The blocks, conditions and operators that a program can be made of, with what a candidate reads."""

from collections.abc import Mapping
from enum import StrEnum

from question_bank.typography import NO_BREAK


class World(StrEnum):
    """What a program acts on."""

    GRID = "grid"
    VARIABLES = "variables"


# Block -> its values, then its inner lists: what a block's mapping holds besides "do" and "fixed".
Shape = tuple[tuple[str, ...], tuple[str, ...]]

BLOCKS: Mapping[World, Mapping[str, Shape]] = {
    World.GRID: {
        "forward": ((), ()),
        "left": ((), ()),
        "right": ((), ()),
        "take": ((), ()),
        "drop": ((), ()),
        "paint": (("colour",), ()),
        "repeat": (("times",), ("body",)),
        "until": (("test",), ("body",)),
        "if": (("test",), ("body",)),
        "if_else": (("test",), ("body", "else")),
        "call": ((), ()),
        "define": ((), ("body",)),
    },
    World.VARIABLES: {
        "set": (("name", "value"), ()),
        "add": (("value", "name"), ()),
        "write": (("value",), ()),
        "repeat": (("times",), ("body",)),
        "for_each": (("name", "list"), ("body",)),
        "while": (("test",), ("body",)),
        "if": (("test",), ("body",)),
        "if_else": (("test",), ("body", "else")),
        "call": ((), ()),
        "define": ((), ("body",)),
    },
}

# What stands between braces is a value of the block. The page shows a menu in its place.
BLOCK_TEXTS: Mapping[str, str] = {
    "forward": "Avancer",
    "left": "Tourner à gauche",
    "right": "Tourner à droite",
    "take": "Prendre l’objet",
    "drop": "Poser l’objet",
    "paint": "Peindre la case en {colour}",
    "repeat": "Répéter {times} fois",
    "until": f"Répéter jusqu’à{NO_BREAK}: {{test}}",
    "if": "Si {test}",
    "if_else": "Si {test} … sinon",
    "while": "Tant que {test}",
    "for_each": "Pour chaque {name} de {list}",
    "set": "Mettre {name} à {value}",
    "add": "Ajouter {value} à {name}",
    "write": "Écrire {value}",
    "call": "Appeler {procedure}",
    "define": "Définir {procedure}",
}

COLOURS: Mapping[str, str] = {"red": "rouge", "blue": "bleu", "green": "vert", "yellow": "jaune"}

# They follow "Si", "Répéter jusqu’à" alike: no verb, whose mood would change.
GRID_TESTS: Mapping[str, str] = {
    "goal": "robot sur le but",
    "not goal": "robot pas sur le but",
    "wall_ahead": "mur devant",
    "not wall_ahead": "pas de mur devant",
    "path_ahead": "chemin libre devant",
    "not path_ahead": "pas de chemin libre devant",
    "path_left": "chemin libre à gauche",
    "not path_left": "pas de chemin libre à gauche",
    "path_right": "chemin libre à droite",
    "not path_right": "pas de chemin libre à droite",
    "thing_here": "objet sur la case",
    "not thing_here": "pas d’objet sur la case",
    **{f"on_{colour}": f"case de couleur {said}" for colour, said in COLOURS.items()},
    **{f"not on_{colour}": f"case pas de couleur {said}" for colour, said in COLOURS.items()},
}

OPERATORS: Mapping[str, str] = {
    "plus": "+",
    "minus": "−",
    "times": "×",
    "quotient": "÷ (partie entière)",
    "rest": "modulo (reste de ÷)",
    "joined": "suivi de",
}

COMPARISONS: Mapping[str, str] = {
    "equal": "=",
    "different": "≠",
    "less": "<",
    "at_most": "≤",
    "more": ">",
    "at_least": "≥",
}

HOLE = "?"
MOST_BLOCKS = 60
DEEPEST = 8
MOST_TIMES = 99
LARGEST_LITERAL = 9999


def said_literal(text: str) -> str:
    """A text that a program writes, as it stands in the program."""
    return f"«{NO_BREAK}{text}{NO_BREAK}»"
