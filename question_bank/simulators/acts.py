"""What a candidate did in a simulated program: a list of short acts, read strictly and played again here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import TypeAlias, TypeVar

from question_bank.item_types.authored import Fields
from question_bank.item_types.jsonvalues import BadJson, Json, elements, text
from question_bank.item_types.responses import (
    SKIPPED,
    Act,
    BadResponse,
    BadResponseCode,
    Skipped,
    given,
    typed_text,
)
from question_bank.typography import Phrase

State = TypeVar("State")
Acts: TypeAlias = tuple[Act, ...]

MOST_ACTS = 200
MOST_ARGUMENTS = 8
LONGEST_TEXT = 500
LONGEST_IN_ALL = 12_000
LARGEST = 1_000_000_000


def parse_acts(content: object) -> Acts | Skipped:
    """The acts in a browser's JSON, each one well-formed; whether it was possible is the machine's to say."""
    sent = given(content, "acts")
    if isinstance(sent, Skipped):
        return SKIPPED
    if not isinstance(sent, list):
        raise BadResponse(BadResponseCode.WRONG_TYPE)
    if len(sent) > MOST_ACTS:
        raise BadResponse(BadResponseCode.TOO_LONG)
    acts = tuple(_act(one) for one in sent)
    if not acts:
        raise BadResponse(BadResponseCode.EMPTY)
    if sum(len(part) for act in acts for part in act if isinstance(part, str)) > LONGEST_IN_ALL:
        raise BadResponse(BadResponseCode.TOO_LONG)
    return acts


def _act(sent: object) -> Act:
    if not isinstance(sent, list) or not sent or not isinstance(sent[0], str):
        raise BadResponse(BadResponseCode.WRONG_TYPE)
    if len(sent) > 1 + MOST_ARGUMENTS:
        raise BadResponse(BadResponseCode.TOO_LONG)
    return tuple(_part(one) for one in sent)


def _part(sent: object) -> str | int:
    if isinstance(sent, str):
        typed_text("." + sent, LONGEST_TEXT + 1)  # a field that was left empty is a text too
        return sent
    if isinstance(sent, bool) or not isinstance(sent, int):
        raise BadResponse(BadResponseCode.WRONG_TYPE)
    if not -LARGEST <= sent <= LARGEST:
        raise BadResponse(BadResponseCode.TOO_LARGE)
    return sent


def replay(state: State, acts: Iterable[Act], apply: Callable[[State, Act], State]) -> State:
    """The state after all acts; `apply` raises BadResponse for one that was not possible."""
    return reduce(apply, acts, state)


def impossible() -> BadResponse:
    """What a machine raises for an act that its browser side would never have let happen."""
    return BadResponse(BadResponseCode.UNKNOWN_OPTION)


def arguments(act: Act, kinds: Sequence[type[str] | type[int]]) -> tuple[str | int, ...]:
    """What follows the verb, when it is as many parts of these kinds; else BadResponse."""
    parts = act[1:]
    if len(parts) != len(kinds):
        raise BadResponse(BadResponseCode.WRONG_FIELDS)
    if any(not isinstance(part, kind) for part, kind in zip(parts, kinds, strict=True)):
        raise BadResponse(BadResponseCode.WRONG_TYPE)
    return parts


def texts_of(act: Act, count: int) -> tuple[str, ...]:
    """What follows the verb, when it is so many texts; else BadResponse."""
    return tuple(str(part) for part in arguments(act, (str,) * count))


def neutral_names(letter: str, authored: Iterable[str]) -> dict[str, str]:
    """Authored name -> the name that goes out: "m1", "m2" … by the place in the scene."""
    return {name: f"{letter}{place}" for place, name in enumerate(authored, 1)}


def turned(names: Mapping[str, str]) -> dict[str, str]:
    """The same table the other way round."""
    return {shown: authored for authored, shown in names.items()}


def read_solution(fields: Fields) -> Acts:
    """The authored acts that reach the goal, in authored names."""
    return fields.rows("solution", 1, MOST_ACTS, 1 + MOST_ARGUMENTS, LONGEST_TEXT)


def note_solution(fields: Fields, reached: Callable[[Acts], bool], solution: Acts) -> None:
    """Note a solution that is impossible or misses the goal, and a goal that is reached by doing nothing."""
    done: list[Act] = []
    for place, act in enumerate(solution, 1):
        done.append(act)
        try:
            reached(tuple(done))
        except BadResponse:
            problem = Phrase("l’action « {act} » est impossible ici", act=" ".join(map(str, act)))
            fields.note(f"solution[{place}]", problem, Phrase("vérifiez les noms et l’ordre des actions"))
            return
    if not reached(solution):
        problem = Phrase("cette suite d’actions n’atteint pas le but")
        fields.note("solution", problem, Phrase("corrigez « goal » ou « solution »"))
    if reached(()):
        problem = Phrase("le but est atteint sans rien faire")
        fields.note("goal", problem, Phrase("demandez au moins un changement"))


def acts_to_json(acts: Acts) -> list[Json]:
    return [list(act) for act in acts]


def acts_from_json(value: Json) -> Acts:
    """Acts as they were stored; raises BadJson for anything else."""
    return tuple(tuple(_stored(part) for part in elements(act)) for act in elements(value))


def _stored(part: Json) -> str | int:
    if isinstance(part, bool):
        raise BadJson(f"not a part of an act: {part!r}")
    return part if isinstance(part, int) else text(part)
