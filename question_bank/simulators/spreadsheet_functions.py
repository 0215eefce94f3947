"""The functions of formulas by their French names, over a calculator that evaluates their arguments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from question_bank.simulators.spreadsheet_criteria import Criterion
from question_bank.simulators.spreadsheet_formula import Area, Node
from question_bank.simulators.spreadsheet_values import (
    MAX_DIGITS,
    Fault,
    Faulty,
    Number,
    Style,
    Value,
    bounded,
    compared,
    rounded,
    shown,
    typed,
)


class Calculator(Protocol):
    """What evaluates the arguments; an error in one is raised as Faulty."""

    def value(self, node: Node) -> Value: ...

    def number(self, node: Node) -> Number: ...

    def text(self, node: Node) -> str: ...

    def truth(self, node: Node) -> bool: ...

    def given(self, nodes: Sequence[Node]) -> list[tuple[Value, bool]]:
        """All values of the arguments, errors too, each with whether it stands in a cell."""
        ...

    def area(self, node: Node) -> Area: ...

    def cell(self, column: int, row: int) -> Value: ...


@dataclass(frozen=True)
class Function:
    fewest: int
    most: int
    compute: Callable[[Calculator, Sequence[Node]], Value]


def common_style(numbers: Sequence[Number]) -> Style:
    styles = {number.style for number in numbers}
    return styles.pop() if len(styles) == 1 else Style.GENERAL


def counted_number(value: Value) -> Number:
    """An argument that was written as a value: texts that look like numbers are numbers."""
    if isinstance(value, str):
        value = typed(value) if value else Fault.VALUE
    if isinstance(value, Fault):
        raise Faulty(value)
    if isinstance(value, bool):
        return Number(Fraction(int(value)))
    if value is None:
        return Number(Fraction(0))
    if not isinstance(value, Number):
        raise Faulty(Fault.VALUE)
    return value


def _numbers(sheet: Calculator, nodes: Sequence[Node]) -> list[Number]:
    """What sums count: in cells only numbers, among written values everything that is one."""
    found = []
    for value, in_cell in sheet.given(nodes):
        if isinstance(value, Fault):
            raise Faulty(value)
        if isinstance(value, Number) or not in_cell:
            found.append(counted_number(value))
    return found


def _total(numbers: Sequence[Number]) -> Fraction:
    """Whole numbers first, one sum for each denominator: adding fractions one by one takes long."""
    tops: dict[int, int] = {}
    for number in numbers:
        tops[number.value.denominator] = tops.get(number.value.denominator, 0) + number.value.numerator
    total = Fraction(0)
    for bottom, top in tops.items():
        total = bounded(total + Fraction(top, bottom))
    return total


def _sum(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    numbers = _numbers(sheet, nodes)
    return Number(_total(numbers), common_style(numbers))


def _mean_of(numbers: Sequence[Number]) -> Value:
    if not numbers:
        raise Faulty(Fault.DIVISION)
    return Number(bounded(_total(numbers) / len(numbers)), common_style(numbers))


def _mean(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    return _mean_of(_numbers(sheet, nodes))


def _least(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    numbers = _numbers(sheet, nodes)
    return Number(min((number.value for number in numbers), default=Fraction(0)), common_style(numbers))


def _greatest(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    numbers = _numbers(sheet, nodes)
    return Number(max((number.value for number in numbers), default=Fraction(0)), common_style(numbers))


def _whole(count: int) -> Number:
    return Number(Fraction(count))


def _count(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    def counts(value: Value, in_cell: bool) -> bool:
        if not in_cell and isinstance(value, str):
            value = typed(value)
        return isinstance(value, Number) or (not in_cell and isinstance(value, bool))

    return _whole(sum(counts(value, in_cell) for value, in_cell in sheet.given(nodes)))


def _count_filled(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    return _whole(sum(value is not None or not in_cell for value, in_cell in sheet.given(nodes)))


def _count_if(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    area, criterion = sheet.area(nodes[0]), Criterion.of(sheet.value(nodes[1]))
    return _whole(sum(criterion.holds(sheet.cell(*place)) for place in area.cells()))


def _chosen(sheet: Calculator, nodes: Sequence[Node]) -> list[Number]:
    """The numbers beside the cells that hold the criterion."""
    area, criterion = sheet.area(nodes[0]), Criterion.of(sheet.value(nodes[1]))
    beside = sheet.area(nodes[2]) if len(nodes) > 2 else area
    across, down = beside.left - area.left, beside.top - area.top
    found = []
    for column, row in area.cells():
        if criterion.holds(sheet.cell(column, row)):
            value = sheet.cell(column + across, row + down)
            if isinstance(value, Fault):
                raise Faulty(value)
            if isinstance(value, Number):
                found.append(value)
    return found


def _sum_if(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    numbers = _chosen(sheet, nodes)
    return Number(_total(numbers), common_style(numbers))


def _mean_if(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    return _mean_of(_chosen(sheet, nodes))


def _if(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    if sheet.truth(nodes[0]):
        return sheet.value(nodes[1])
    return sheet.value(nodes[2]) if len(nodes) > 2 else False


def _truths(sheet: Calculator, nodes: Sequence[Node]) -> list[bool]:
    found = []
    for value, in_cell in sheet.given(nodes):
        if isinstance(value, Fault):
            raise Faulty(value)
        if isinstance(value, bool | Number) or not in_cell:
            found.append(value if isinstance(value, bool) else counted_number(value).value != 0)
    if not found:
        raise Faulty(Fault.VALUE)
    return found


def _and(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    return all(_truths(sheet, nodes))


def _or(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    return any(_truths(sheet, nodes))


def _not(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    return not sheet.truth(nodes[0])


def _whole_part(sheet: Calculator, node: Node) -> int:
    """A whole number that says how many; what follows the comma does not count."""
    value = int(sheet.number(node).value)
    return max(-10_000, min(10_000, value))


def _round(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    number = sheet.number(nodes[0])
    decimals = _whole_part(sheet, nodes[1]) if len(nodes) > 1 else 0
    decimals = max(-MAX_DIGITS, min(MAX_DIGITS, decimals))
    return Number(bounded(rounded(number.value, decimals)), number.style)


def _abs(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    number = sheet.number(nodes[0])
    return Number(abs(number.value), number.style)


def _mod(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    dividend, divisor = sheet.number(nodes[0]).value, sheet.number(nodes[1]).value
    if divisor == 0:
        raise Faulty(Fault.DIVISION)
    return Number(bounded(dividend - divisor * (dividend / divisor).__floor__()))


def _floor(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    return Number(Fraction(sheet.number(nodes[0]).value.__floor__()))


def _joined(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    parts = []
    for value, _ in sheet.given(nodes):
        if isinstance(value, Fault):
            raise Faulty(value)
        parts.append(shown(Number(value.value)) if isinstance(value, Number) else shown(value))
    return "".join(parts)


def _side_length(sheet: Calculator, nodes: Sequence[Node]) -> int:
    length = _whole_part(sheet, nodes[1]) if len(nodes) > 1 else 1
    if length < 0:
        raise Faulty(Fault.VALUE)
    return length


def _left(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    text = sheet.text(nodes[0])
    return text[: _side_length(sheet, nodes)]


def _right(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    text, length = sheet.text(nodes[0]), _side_length(sheet, nodes)
    return text[max(0, len(text) - length) :]


def _look_up(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    wanted, area = sheet.value(nodes[0]), sheet.area(nodes[1])
    number = _whole_part(sheet, nodes[2])
    nearest = sheet.truth(nodes[3]) if len(nodes) > 3 else True
    if number < 1:
        raise Faulty(Fault.VALUE)
    if area.left + number - 1 > area.right:
        raise Faulty(Fault.REFERENCE)
    rows = range(area.top, area.bottom + 1)
    keys = [sheet.cell(area.left, row) for row in rows]
    if nearest:
        below = _nearest(keys, wanted)
    else:
        criterion = Criterion("=", Number(Fraction(0)) if wanted is None else wanted)
        below = next((at for at, key in enumerate(keys) if criterion.holds(key)), None)
    if below is None:
        raise Faulty(Fault.NOT_FOUND)
    found = sheet.cell(area.left + number - 1, rows[below])
    return Number(Fraction(0)) if found is None else found


def _nearest(keys: Sequence[Value], wanted: Value) -> int | None:
    """The last row that is not above what is wanted, in a table that is sorted."""
    below = None
    for at, key in enumerate(keys):
        if type(key) is type(wanted):
            if compared(key, wanted) > 0:
                break
            below = at
    return below


def _rank(sheet: Calculator, nodes: Sequence[Node]) -> Value:
    number = sheet.number(nodes[0]).value
    rising = sheet.truth(nodes[2]) if len(nodes) > 2 else False
    cells = [sheet.cell(*place) for place in sheet.area(nodes[1]).cells()]
    others = [value.value for value in cells if isinstance(value, Number)]
    if number not in others:
        raise Faulty(Fault.NOT_FOUND)
    return _whole(1 + sum(other < number if rising else other > number for other in others))


_ANY = 120
FUNCTIONS: Mapping[str, Function] = {
    "SOMME": Function(1, _ANY, _sum),
    "MOYENNE": Function(1, _ANY, _mean),
    "MIN": Function(1, _ANY, _least),
    "MAX": Function(1, _ANY, _greatest),
    "NB": Function(1, _ANY, _count),
    "NBVAL": Function(1, _ANY, _count_filled),
    "NB.SI": Function(2, 2, _count_if),
    "SOMME.SI": Function(2, 3, _sum_if),
    "MOYENNE.SI": Function(2, 3, _mean_if),
    "SI": Function(2, 3, _if),
    "ET": Function(1, _ANY, _and),
    "OU": Function(1, _ANY, _or),
    "NON": Function(1, 1, _not),
    "ARRONDI": Function(1, 2, _round),
    "ABS": Function(1, 1, _abs),
    "MOD": Function(2, 2, _mod),
    "ENT": Function(1, 1, _floor),
    "CONCAT": Function(1, _ANY, _joined),
    "GAUCHE": Function(1, 2, _left),
    "DROITE": Function(1, 2, _right),
    "NBCAR": Function(1, 1, lambda sheet, nodes: _whole(len(sheet.text(nodes[0])))),
    "MAJUSCULE": Function(1, 1, lambda sheet, nodes: sheet.text(nodes[0]).upper()),
    "MINUSCULE": Function(1, 1, lambda sheet, nodes: sheet.text(nodes[0]).lower()),
    "RECHERCHEV": Function(3, 4, _look_up),
    "RANG": Function(2, 3, _rank),
}

ALIASES: Mapping[str, str] = {
    "CONCATENER": "CONCAT",
    "CONCATENATE": "CONCAT",
    "SUM": "SOMME",
    "AVERAGE": "MOYENNE",
    "COUNT": "NB",
    "COUNTA": "NBVAL",
    "COUNTIF": "NB.SI",
    "SUMIF": "SOMME.SI",
    "AVERAGEIF": "MOYENNE.SI",
    "IF": "SI",
    "AND": "ET",
    "OR": "OU",
    "NOT": "NON",
    "ROUND": "ARRONDI",
    "INT": "ENT",
    "LEFT": "GAUCHE",
    "RIGHT": "DROITE",
    "LEN": "NBCAR",
    "UPPER": "MAJUSCULE",
    "LOWER": "MINUSCULE",
    "VLOOKUP": "RECHERCHEV",
    "RANK": "RANG",
}
