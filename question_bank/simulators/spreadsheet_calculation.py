"""From the raw texts of a sheet to the values of its cells, each after what it needs, in bounded time."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from question_bank.simulators.spreadsheet_formula import (
    Area,
    Binary,
    Call,
    Formula,
    Literal,
    Node,
    Reference,
    Unary,
    parsed,
)
from question_bank.simulators.spreadsheet_functions import (
    ALIASES,
    FUNCTIONS,
    common_style,
    counted_number,
)
from question_bank.simulators.spreadsheet_values import (
    LONGEST_VALUE,
    Fault,
    Faulty,
    Number,
    Style,
    Value,
    bounded,
    compared,
    shown,
    typed,
)

# What one sheet may cost: its tokens and the cells that its formulas look at. Formulas beyond it are errors.
MOST_WORK = 30_000
LARGEST_EXPONENT = 400

Place = tuple[int, int]


def is_formula(raw: str) -> bool:
    return len(raw) > 1 and raw.startswith("=")


def calculated(raws: Mapping[Place, str], columns: int, rows: int) -> tuple[dict[Place, Value], int]:
    """The values of all filled cells, and what they cost."""
    values: dict[Place, Value] = {}
    formulas: dict[Place, Formula] = {}
    work = 0
    for place in sorted(raws, key=lambda place: (place[1], place[0])):
        if not is_formula(raws[place]):
            values[place] = typed(raws[place])
            continue
        formula = parsed(raws[place])
        cost = formula.work + sum(max(0, _size(area, columns, rows)) for area in formula.references)
        if work + cost > MOST_WORK:
            values[place] = Fault.COMPLEX
            continue
        work += cost
        formulas[place] = formula
    _calculate(values, formulas, columns, rows)
    return values, work


def _size(area: Area, columns: int, rows: int) -> int:
    inside = area.clipped(columns, rows)
    return inside.size if inside.right >= inside.left and inside.bottom >= inside.top else 0


def _calculate(
    values: dict[Place, Value], formulas: Mapping[Place, Formula], columns: int, rows: int
) -> None:
    """Each formula once all that it needs is known; what is never ready is in a circle, or hangs on one."""
    needed = {place: _needs(formula, formulas, columns, rows) for place, formula in formulas.items()}
    waiting = {place: len(needs) for place, needs in needed.items()}
    users: dict[Place, list[Place]] = {place: [] for place in formulas}
    for place, needs in needed.items():
        for need in needs:
            users[need].append(place)
    ready = deque(place for place, count in waiting.items() if count == 0)
    calculator = SheetCalculator(values, columns, rows)
    while ready:
        place = ready.popleft()
        values[place] = calculator.result(formulas[place].root)
        for user in users[place]:
            waiting[user] -= 1
            if waiting[user] == 0:
                ready.append(user)
    for place, count in waiting.items():
        if count > 0:
            values[place] = Fault.CIRCULAR


def _needs(formula: Formula, formulas: Mapping[Place, Formula], columns: int, rows: int) -> set[Place]:
    areas = (area.clipped(columns, rows) for area in formula.references)
    return {place for area in areas for place in area.cells() if place in formulas}


class SheetCalculator:
    """Evaluates trees over the values that are known by then."""

    def __init__(self, values: Mapping[Place, Value], columns: int, rows: int) -> None:
        self._values = values
        self._columns = columns
        self._rows = rows

    def result(self, root: Node) -> Value:
        """What the cell of a formula is worth: an empty cell that is referred to shows as 0."""
        try:
            value = self.value(root)
        except Faulty as faulty:
            return faulty.fault
        return Number(Fraction(0)) if value is None else value

    def cell(self, column: int, row: int) -> Value:
        return self._values.get((column, row))

    def area(self, node: Node) -> Area:
        if isinstance(node, Literal) and isinstance(node.value, Fault):
            raise Faulty(node.value)
        if not isinstance(node, Reference):
            raise Faulty(Fault.VALUE)
        return node.area.clipped(self._columns, self._rows)

    def value(self, node: Node) -> Value:
        if isinstance(node, Call):
            value = self._called(node)
        elif isinstance(node, Binary):
            value = self._combined(node)
        elif isinstance(node, Unary):
            value = self._signed(node)
        elif isinstance(node, Literal):
            value = node.value
        else:
            value = self._referred(node)
        if isinstance(value, Fault):
            raise Faulty(value)
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            raise Faulty(Fault.VALUE)
        return value

    def _referred(self, node: Reference) -> Value:
        if not node.single:
            raise Faulty(Fault.VALUE)
        return self.cell(node.area.left, node.area.top)

    def number(self, node: Node) -> Number:
        return counted_number(self.value(node))

    def text(self, node: Node) -> str:
        value = self.value(node)
        return shown(Number(value.value)) if isinstance(value, Number) else shown(value)

    def truth(self, node: Node) -> bool:
        value = self.value(node)
        if isinstance(value, str) and value:
            value = typed(value)
        return value if isinstance(value, bool) else counted_number(value).value != 0

    def given(self, nodes: Sequence[Node]) -> list[tuple[Value, bool]]:
        found: list[tuple[Value, bool]] = []
        for node in nodes:
            if isinstance(node, Reference):
                found += [(self.cell(*place), True) for place in self.area(node).cells()]
            else:
                found.append((self.value(node), False))
        return found

    def _called(self, node: Call) -> Value:
        function = FUNCTIONS.get(ALIASES.get(node.name, node.name))
        if function is None:
            raise Faulty(Fault.NAME)
        if not function.fewest <= len(node.arguments) <= function.most:
            raise Faulty(Fault.ARGUMENTS)
        return function.compute(self, node.arguments)

    def _signed(self, node: Unary) -> Value:
        number = self.number(node.operand)
        if node.sign == "%":
            return Number(bounded(number.value / 100))
        return Number(-number.value, number.style) if node.sign == "-" else number

    def _combined(self, node: Binary) -> Value:
        if node.sign == "&":
            return self.text(node.left) + self.text(node.right)
        if node.sign in _COMPARISONS:
            order = _ordered(self.value(node.left), self.value(node.right))
            return _COMPARISONS[node.sign](order)
        left, right = self.number(node.left), self.number(node.right)
        return Number(
            bounded(_ARITHMETIC[node.sign](left.value, right.value)),
            _mixed(node.sign, left.style, right.style),
        )


def _ordered(left: Value, right: Value) -> int:
    """An empty cell is like 0 beside a number, like an empty text beside a text, like FAUX beside a truth."""
    return compared(_like(left, right), _like(right, left))


def _like(value: Value, other: Value) -> Value:
    if value is not None:
        return value
    if isinstance(other, str):
        return ""
    return False if isinstance(other, bool) else Number(Fraction(0))


_COMPARISONS: Mapping[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def _divided(left: Fraction, right: Fraction) -> Fraction:
    if right == 0:
        raise Faulty(Fault.DIVISION)
    return left / right


def _raised(base: Fraction, exponent: Fraction) -> Fraction:
    """Whole exponents only: the others leave the fractions."""
    if exponent.denominator != 1 or abs(exponent) > LARGEST_EXPONENT or (base == 0 and exponent == 0):
        raise Faulty(Fault.NUMBER)
    if base == 0 and exponent < 0:
        raise Faulty(Fault.DIVISION)
    result, square, left = Fraction(1), base, abs(int(exponent))
    while left:
        if left % 2:
            result = bounded(result * square)
        left //= 2
        if left:
            square = bounded(square * square)
    return bounded(1 / result) if exponent < 0 else result


_ARITHMETIC: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divided,
    "^": _raised,
}


def _mixed(sign: str, left: Style, right: Style) -> Style:
    """How the result of two numbers wants to be shown."""
    dates = (left is Style.DATE) + (right is Style.DATE)
    euros = (left is Style.EURO) + (right is Style.EURO)
    if dates:
        return (
            Style.DATE
            if dates == 1 and (sign == "+" or (sign == "-" and left is Style.DATE))
            else Style.GENERAL
        )
    if sign in {"+", "-"}:
        return Style.EURO if euros else common_style((Number(_NOTHING, left), Number(_NOTHING, right)))
    if sign == "*":
        return Style.EURO if euros == 1 else Style.GENERAL
    return Style.EURO if sign == "/" and euros == 1 and left is Style.EURO else Style.GENERAL


_NOTHING = Fraction(0)
