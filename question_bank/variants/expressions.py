"""Expressions of parametric items: a small, exact part of Python's grammar that can never reach out.

Whole numbers and exact decimals only, no attribute, no method, no import: `row.price` means the member
"price" of a mapping, and a call is a call of one of the functions of `functions.py`. So what an author writes
can be computed again in thirty years, and an author who is hostile gets a refusal. (simpleeval, the library
for this, walks the tree at each evaluation; tables of some dozens of rows, a thousand variants an item, are
too slow with it.)
"""

import ast
import decimal
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import CodeType

from question_bank.variants.functions import FUNCTIONS, OPERATIONS, BadValue, Value

MAX_EXPRESSION = 600
DEEPEST_LOOP = 2

_NODES: tuple[type[ast.AST], ...] = (
    *(ast.Expression, ast.Constant, ast.Name, ast.Load, ast.Store, ast.IfExp, ast.Call, ast.keyword),
    *(ast.UnaryOp, ast.USub, ast.Not, ast.BoolOp, ast.And, ast.Or),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
    *(ast.Subscript, ast.Slice, ast.Attribute, ast.List, ast.Tuple, ast.Dict),
    *(ast.ListComp, ast.GeneratorExp, ast.comprehension),
)
# What could grow without bound or leave the exact numbers goes through a function that looks at its operands.
_GUARDED: Mapping[type[ast.operator], str] = {
    ast.Add: "_add",
    ast.Sub: "_minus",
    ast.Mult: "_times",
    ast.Div: "_divided",
    ast.FloorDiv: "_whole_quotient",
    ast.Mod: "_remainder",
}
_CONTEXT = decimal.Context(prec=28, rounding=decimal.ROUND_HALF_UP)


class BadExpression(ValueError):
    """This is not an expression that an item may hold, or it has no value."""


class _Guarding(ast.NodeTransformer):
    """Checks every node and rewrites those that need a guard."""

    def __init__(self) -> None:
        self._loops = 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, _NODES):
            raise BadExpression(f"{type(node).__name__} n’existe pas ici")
        return super().generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, float):
            return _call("_exact", ast.Constant(repr(node.value)))
        if not isinstance(node.value, str | int | bool):
            raise BadExpression("seuls des nombres et des textes")
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id.startswith("_"):
            raise BadExpression(f"« {node.id} » commence par un tiret bas")
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """The member of a mapping: never an attribute of anything."""
        if node.attr.startswith("_"):
            raise BadExpression(f"« {node.attr} » commence par un tiret bas")
        return _call("_member", self.visit(node.value), ast.Constant(node.attr))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        checked = self.generic_visit(node)
        name = _GUARDED.get(type(node.op))
        return checked if name is None else _call(name, node.left, node.right)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            raise BadExpression("seules les fonctions de la liste peuvent être appelées")
        if any(keyword.arg is None for keyword in node.keywords):
            raise BadExpression("** n’existe pas ici")
        return self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        if None in node.keys:
            raise BadExpression("** n’existe pas ici")
        return self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        if node.is_async:
            raise BadExpression("async n’existe pas ici")
        return self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._loop(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._loop(node)

    def _loop(self, node: ast.ListComp | ast.GeneratorExp) -> ast.AST:
        """Lists are bounded, so loops in loops are what could take for ever."""
        self._loops += len(node.generators)
        if self._loops > DEEPEST_LOOP:
            raise BadExpression(f"pas plus de {DEEPEST_LOOP} « for » l’un dans l’autre")
        checked = self.generic_visit(node)
        self._loops -= len(node.generators)
        return checked


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


@lru_cache(maxsize=16_384)
def _compiled(expression: str) -> CodeType:
    if len(expression) > MAX_EXPRESSION:
        raise BadExpression(f"plus de {MAX_EXPRESSION} caractères")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadExpression("cette écriture n’est pas comprise") from None
    guarded = ast.fix_missing_locations(_Guarding().visit(tree))
    return compile(guarded, "<item>", "eval")


def check_expression(expression: str) -> None:
    """Raises BadExpression when it could never be evaluated."""
    _compiled(expression)


def evaluate(expression: str, values: Mapping[str, Value]) -> Value:
    """The value of an expression; raises BadExpression when it has none."""
    names = {**FUNCTIONS, **OPERATIONS, **values, "__builtins__": {}}
    with decimal.localcontext(_CONTEXT):
        try:
            return _settled(eval(_compiled(expression), names))  # noqa: S307 - every node was checked above
        except BadExpression:
            raise
        except NameError as error:
            raise BadExpression(f"« {error.name} » n’est pas défini") from None
        except (BadValue, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise BadExpression(str(error) or type(error).__name__) from None


def _settled(value: object) -> Value:
    """Generators become lists; anything that an item cannot hold is refused."""
    if isinstance(value, bool | int | str | Decimal | list | dict | date):
        return value
    if isinstance(value, tuple | Iterator):
        return list(value)
    raise BadExpression("ce n’est ni un nombre, ni un texte, ni une liste")
