"""A program that somebody sent, read strictly: only what is offered, and the fixed blocks as they were."""

from collections import Counter
from dataclasses import dataclass, replace

from question_bank.item_types.responses import BadResponse, BadResponseCode
from question_bank.simulators.block_program_blocks import Block, Program, Value, walk
from question_bank.simulators.block_program_words import (
    BLOCKS,
    COLOURS,
    COMPARISONS,
    DEEPEST,
    GRID_TESTS,
    HOLE,
    LARGEST_LITERAL,
    MOST_BLOCKS,
    MOST_TIMES,
    OPERATORS,
    World,
)

_UNKNOWN = BadResponseCode.UNKNOWN_OPTION


@dataclass(frozen=True)
class Offer:
    """What a program may be made of. `names` are numbers and texts, `lists` what can be gone through."""

    world: World
    blocks: tuple[str, ...]
    limits: tuple[tuple[str, int], ...] = ()
    tests: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    lengths: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    comparisons: tuple[str, ...] = ()

    def limit_of(self, do: str) -> int:
        """How many blocks of this kind a candidate may have, besides the fixed ones."""
        return dict(self.limits).get(do, MOST_BLOCKS) if do in self.blocks else 0

    def widest(self) -> "Offer":
        """Everything that the world knows: what fixed blocks may be made of."""
        return replace(
            self,
            blocks=tuple(BLOCKS[self.world]),
            limits=(),
            tests=tuple(GRID_TESTS),
            colours=tuple(COLOURS),
            lengths=self.lists,
            operators=tuple(OPERATORS),
            comparisons=tuple(COMPARISONS),
        )


class BadProgram(BadResponse):
    """A program that cannot be one, and the last block that was looked at: "2.body.1"."""

    def __init__(self, code: BadResponseCode, where: str) -> None:
        super().__init__(code)
        self.where = where


def refuse(code: BadResponseCode = _UNKNOWN) -> BadResponse:
    return BadResponse(code)


def read_program(sent: object, offer: Offer, start: Program) -> Program:
    """The program, or BadResponse. `start` says which blocks are fixed."""
    program = _read(_Reader(offer), sent, start)
    if not program:
        raise refuse(BadResponseCode.EMPTY)
    counts = Counter(block.do for block in walk(program) if not block.fixed)
    for do, count in counts.items():
        if do not in offer.blocks:
            raise refuse()
        if count > offer.limit_of(do):
            raise refuse(BadResponseCode.TOO_LONG)
    if sum(block.do == "define" for block in walk(program)) > 1:
        raise refuse(BadResponseCode.REPEATED_OPTION)
    return program


def read_start(sent: object, offer: Offer) -> Program:
    """The program that an item gives: fixed blocks may be made of anything, others of what is offered."""
    wide = offer.widest()
    program = _read(_Reader(wide, own=True), sent, ())
    if program:
        read_program(sent, offer, program)
    return program


def _read(reader: "_Reader", sent: object, start: Program) -> Program:
    try:
        return reader.blocks(sent, start, 1)
    except BadResponse as refused:
        raise BadProgram(refused.code, reader.where) from None


class _Reader:
    """One reading: counts blocks while it goes down. With `own`, they say themselves that they are fixed."""

    def __init__(self, offer: Offer, own: bool = False) -> None:
        self._offer = offer
        self._own = own
        self._count = 0
        self._path: list[str] = []
        self.where = ""

    def blocks(self, sent: object, start: Program, depth: int, loose: bool = False) -> Program:
        """`loose`: inside a block that is not fixed, where nothing fixed can be."""
        self.where = ".".join(self._path)
        if not isinstance(sent, list):
            raise refuse(BadResponseCode.WRONG_TYPE)
        self._count += len(sent)
        if self._count > MOST_BLOCKS or (sent and depth > DEEPEST):
            raise refuse(BadResponseCode.TOO_LONG)
        waiting = [block for block in start if block.fixed]
        found = []
        for place, one in enumerate(sent, 1):
            self._path.append(str(place))
            self.where = ".".join(self._path)
            if not isinstance(one, dict):
                raise refuse(BadResponseCode.WRONG_TYPE)
            fixed = _is_fixed(one)
            if fixed and (loose or not (self._own or waiting)):
                raise refuse()
            model = waiting.pop(0) if fixed and not self._own else None
            found.append(self._block(one, model, fixed, depth))
            self._path.pop()
        if waiting:
            raise refuse(BadResponseCode.INCOMPLETE)
        return tuple(found)

    def _block(self, sent: dict[str, object], model: Block | None, fixed: bool, depth: int) -> Block:
        do = sent.get("do")
        shape = BLOCKS[self._offer.world].get(do) if isinstance(do, str) else None
        if shape is None or not isinstance(do, str) or (model is not None and model.do != do):
            raise refuse()
        if do == "define" and depth > 1:
            raise refuse()
        names, lists = shape
        if not {*names} <= {*sent} <= {"do", "fixed", *names, *lists}:
            raise refuse(BadResponseCode.WRONG_FIELDS)
        values = {
            name: self._value(name, sent[name], None if model is None else model.values[name])
            for name in names
        }
        inner = {}
        for name in lists:
            self._path.append(name)
            expected = model.lists[name] if model else ()
            inner[name] = self.blocks(sent.get(name, []), expected, depth + 1, loose=not fixed)
            self._path.pop()
        return Block(do, values, inner, fixed)

    def _value(self, name: str, sent: object, model: Value | None) -> Value:
        value = _plain(sent)
        if model is None or model == HOLE:
            return self._offered(name, value)
        if isinstance(model, tuple) and HOLE in model:
            return self._filled(name, value, model)
        if value != model:
            raise refuse()
        return value

    def _filled(self, name: str, value: Value, model: tuple[int | str, ...]) -> Value:
        if not isinstance(value, tuple) or len(value) != len(model):
            raise refuse()
        kinds = _CONDITIONS[len(model)] if name == "test" else _EXPRESSION
        for part, expected, kind in zip(value, model, kinds, strict=True):
            if part != expected and (expected != HOLE or not self._fits(kind, part)):
                raise refuse()
        return value

    def _offered(self, name: str, value: Value) -> Value:
        if value == HOLE:
            return value
        if self._offer.world is World.VARIABLES and name in {"times", "value", "test"}:
            return self._computed(name, value)
        if isinstance(value, tuple) or not self._fits(name, value):
            raise refuse()
        return value

    def _computed(self, name: str, value: Value) -> Value:
        parts = value if isinstance(value, tuple) else (value,)
        kinds = _CONDITIONS.get(len(parts)) if name == "test" else _EXPRESSIONS.get(len(parts))
        if kinds is None or (isinstance(value, tuple) and len(parts) == 1):
            raise refuse(BadResponseCode.WRONG_FIELDS)
        if not all(self._fits(kind, part) for kind, part in zip(kinds, parts, strict=True)):
            raise refuse()
        return value

    def _fits(self, kind: str, part: int | str) -> bool:
        """Whether a part is in the menu for its place; a hole may stand everywhere."""
        offer = self._offer
        if part == HOLE:
            return True
        if isinstance(part, int):
            low, high = (0, MOST_TIMES) if kind == "times" else (-LARGEST_LITERAL, LARGEST_LITERAL)
            return kind in {"times", "operand"} and low <= part <= high
        menus = {
            "test": offer.tests,
            "colour": offer.colours,
            "name": offer.names,
            "list": offer.lists,
            "operator": offer.operators,
            "comparison": offer.comparisons,
        }
        if kind == "operand":
            literals = {f"'{text}'" for text in offer.literals}
            return part in offer.names or part in literals or part in {f"#{name}" for name in offer.lengths}
        return part in menus.get(kind, ())


_EXPRESSION = ("operand", "operator", "operand")
_EXPRESSIONS: dict[int, tuple[str, ...]] = {1: ("operand",), 3: _EXPRESSION}
_CONDITIONS: dict[int, tuple[str, ...]] = {
    3: ("operand", "comparison", "operand"),
    5: (*_EXPRESSION, "comparison", "operand"),
}


def _is_fixed(sent: dict[str, object]) -> bool:
    if sent.get("fixed", True) is not True:
        raise refuse(BadResponseCode.WRONG_TYPE)
    return "fixed" in sent


def _plain(sent: object) -> Value:
    if isinstance(sent, list):
        if len(sent) > 5:
            raise refuse(BadResponseCode.TOO_LONG)
        return tuple(_part(part) for part in sent)
    return _part(sent)


def _part(sent: object) -> int | str:
    if isinstance(sent, bool) or not isinstance(sent, int | str):
        raise refuse(BadResponseCode.WRONG_TYPE)
    return sent
