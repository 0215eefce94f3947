"""A block program in an item file: its menus, programs, worlds or trials, and what is wrong with them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from question_bank.item_types.authored import Fields
from question_bank.item_types.block_program_worlds import (
    note_bad_names,
    read_trials,
    read_words,
    read_worlds,
)
from question_bank.item_types.responses import BadResponse
from question_bank.simulators.block_program_blocks import Program, walk
from question_bank.simulators.block_program_grid import GridGoal, GridWorld
from question_bank.simulators.block_program_reading import BadProgram, Offer, read_program, read_start
from question_bank.simulators.block_program_variables import Trial
from question_bank.simulators.block_program_words import (
    BLOCKS,
    COLOURS,
    COMPARISONS,
    GRID_TESTS,
    MOST_BLOCKS,
    OPERATORS,
    World,
)
from question_bank.typography import Phrase

LONGEST_PROCEDURE = 30
MOST_LITERALS = 12
LONGEST_LITERAL = 60


@dataclass(frozen=True)
class Authored:
    """What stands in the file; `sound` when nothing of it was noted as wrong."""

    offer: Offer
    procedure: str = ""
    most_blocks: int = 0
    start: Program = ()
    solution: Program = ()
    worlds: tuple[GridWorld, ...] = ()
    goals: tuple[GridGoal, ...] = ()
    trials: tuple[Trial, ...] = ()
    sound: bool = False


def note_unsolved(fields: Fields, solved: bool, given: bool) -> None:
    """The solution must reach the goal everywhere, and the program at the beginning must not."""
    if not solved:
        problem = Phrase("ce programme n’atteint pas le but dans tous les mondes")
        fields.note("solution", problem, Phrase("corrigez « solution », les mondes ou « most_blocks »"))
    if given:
        problem = Phrase("le programme donné atteint déjà le but")
        fields.note("start", problem, Phrase("demandez au moins un changement"))


def read_item(fields: Fields) -> Authored:
    before = fields.noted
    world = fields.word("world", World)
    if world is None:
        return Authored(Offer(World.GRID, ()))
    blocks = read_words(fields, "blocks", BLOCKS[world])
    offer = Offer(world, blocks, _read_limits(fields, blocks))
    worlds: tuple[GridWorld, ...] = ()
    goals: tuple[GridGoal, ...] = ()
    trials: tuple[Trial, ...] = ()
    if world is World.GRID:
        worlds, goals = read_worlds(fields)
        offer = _read_grid_menus(fields, offer)
    else:
        trials = read_trials(fields)
        offer = _read_variable_menus(fields, offer, trials)
    procedure = fields.text("procedure", LONGEST_PROCEDURE, default="")
    most_blocks = fields.whole("most_blocks", 1, MOST_BLOCKS) if "most_blocks" in fields else 0
    start, solution = _read_programs(fields, offer, fields.noted == before)
    _note_unnamed(fields, procedure, offer, (*walk(start), *walk(solution)))
    sound = fields.noted == before
    return Authored(offer, procedure, most_blocks, start, solution, worlds, goals, trials, sound)


def _read_limits(fields: Fields, blocks: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    section = fields.section("limits", required=False)
    if section is None:
        return ()
    limits = tuple((name, section.whole(name, 1, MOST_BLOCKS)) for name in blocks if name in section)
    for name in section.names:
        if name not in blocks:
            problem = Phrase("« {name} » n’est pas dans « blocks »", name=name)
            section.note(name, problem, Phrase("retirez-le, ou proposez ce bloc"))
    return limits


def _read_grid_menus(fields: Fields, offer: Offer) -> Offer:
    tests = read_words(fields, "tests", GRID_TESTS, required=False)
    return replace(offer, tests=tests, colours=read_words(fields, "colours", COLOURS, required=False))


def _read_variable_menus(fields: Fields, offer: Offer, trials: tuple[Trial, ...]) -> Offer:
    inputs = trials[0].inputs if trials else ()
    lists = tuple(name for name, value in inputs if isinstance(value, tuple))
    given = tuple(name for name, value in inputs if not isinstance(value, tuple))
    free = fields.texts("variables", 0, 12, 20) if "variables" in fields else ()
    note_bad_names(fields, "variables", free, taken=(*lists, *given))
    literals = fields.texts("literals", 0, MOST_LITERALS, LONGEST_LITERAL) if "literals" in fields else ()
    comparisons = read_words(fields, "comparisons", COMPARISONS, required=False)
    return replace(
        offer,
        names=(*given, *free),
        lists=lists,
        literals=tuple(dict.fromkeys(literals)),
        lengths=read_words(fields, "lengths", lists, required=False),
        operators=read_words(fields, "operators", OPERATORS, required=False),
        comparisons=comparisons if "comparisons" in fields else tuple(COMPARISONS),
    )


def _read_programs(fields: Fields, offer: Offer, sound: bool) -> tuple[Program, Program]:
    """Both programs, empty where the menus are already wrong: their faults would only be echoes."""
    given, wanted = fields.plain("start", required=False), fields.plain("solution")
    if not sound or wanted is None:
        return (), ()
    try:
        start = read_start([] if given is None else given, offer)
    except BadResponse as refused:
        _note_refused(fields, "start", refused)
        return (), ()
    try:
        return start, read_program(wanted, offer, start)
    except BadResponse as refused:
        _note_refused(fields, "solution", refused)
        return start, ()


def _note_refused(fields: Fields, name: str, refused: BadResponse) -> None:
    where = refused.where if isinstance(refused, BadProgram) else ""
    problem = Phrase("bloc {where} : impossible ici ({code})", where=where or "1", code=refused.code.value)
    remedy = Phrase("n’employez que ce que l’item propose, sous les limites, et répétez les blocs fixes")
    fields.note(name, problem, remedy)


def _note_unnamed(fields: Fields, procedure: str, offer: Offer, blocks: Iterable[object]) -> None:
    used = {*offer.blocks, *(getattr(block, "do", "") for block in blocks)}
    if not procedure and used & {"call", "define"}:
        fields.note("procedure", Phrase("la procédure n’a pas de nom"), Phrase("ajoutez « procedure »"))
