"""Texts with `{{expression}}` in them, and whole item fields that hold such texts."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

import yaml

from question_bank.item_types.authored import DateNode, DecimalNode, line_of
from question_bank.item_types.jsonvalues import Json
from question_bank.variants.expressions import BadExpression, check_expression, evaluate
from question_bank.variants.functions import Value, said

TAG = "tag:yaml.org,2002:"
_PART = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)


class BadTemplate(ValueError):
    """An expression inside a text cannot be evaluated; `line` is where its field begins."""

    def __init__(self, line: int, expression: str, reason: str) -> None:
        super().__init__(f"{{{{{expression}}}}} : {reason}")
        self.line = line
        self.expression = expression
        self.reason = reason


@lru_cache(maxsize=16_384)
def _parts(text: str) -> tuple[str, ...]:
    """Literal texts at even places, expressions at odd ones."""
    return tuple(part if place % 2 == 0 else part.strip() for place, part in enumerate(_PART.split(text)))


def filled(text: str, values: Mapping[str, Value]) -> Value:
    """The text with its expressions replaced; a text that is one expression gives the bare value."""
    parts = _parts(text)
    if len(parts) == 1:
        return text
    if len(parts) == 3 and not parts[0] and not parts[2]:
        return evaluate(parts[1], values)
    return "".join(
        part if place % 2 == 0 else said(evaluate(part, values)) for place, part in enumerate(parts)
    )


def literal(text: str) -> str:
    """What stands in the text in every variant, with a low line for each expression."""
    return "_".join(_parts(text)[::2])


def node_of(value: "Value | None", mark: yaml.Mark | None = None) -> yaml.Node:
    """A value as the node that it would have been read from, so that it can be read the same way."""
    if isinstance(value, dict):
        return fields_node(value, mark)
    if isinstance(value, list):
        return yaml.SequenceNode(TAG + "seq", [node_of(each, mark) for each in value], mark)
    if value is None:
        return yaml.ScalarNode(TAG + "null", "", mark)
    if isinstance(value, Decimal):
        return DecimalNode(TAG + "float", format(value, "f"), mark)
    if isinstance(value, date):
        return DateNode(TAG + "str", said(value), mark, value)
    tag, written = _scalar(value)
    return yaml.ScalarNode(TAG + tag, written, mark)


def fields_node(fields: Mapping[str, Value], mark: yaml.Mark | None = None) -> yaml.MappingNode:
    """The same of a mapping."""
    pairs = [(node_of(name, mark), node_of(each, mark)) for name, each in fields.items()]
    return yaml.MappingNode(TAG + "map", pairs, mark)


def _scalar(value: bool | int | str) -> tuple[str, str]:
    if isinstance(value, bool):
        return "bool", "true" if value else "false"
    return "int" if isinstance(value, int) else "str", said(value)


def json_of(node: yaml.Node) -> Json:
    """A node as a value that can be stored; decimals stay the text that was written."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): json_of(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [json_of(each) for each in node.value]
    if node.tag == TAG + "null":
        return None
    written = str(node.value)
    if node.tag == TAG + "bool" and written in {"true", "false"}:
        return written == "true"
    if node.tag == TAG + "int" and written.removeprefix("-").isdigit():
        return int(written)
    return written


def resolved(node: yaml.Node, values: Mapping[str, Value]) -> yaml.Node:
    """The node with every expression in its texts replaced; raises BadTemplate."""
    if isinstance(node, yaml.MappingNode):
        return resolved_fields(node, values)
    if isinstance(node, yaml.SequenceNode):
        return yaml.SequenceNode(node.tag, [resolved(each, values) for each in node.value], node.start_mark)
    written = str(node.value)
    if "{{" not in written:
        return node
    try:
        return node_of(filled(written, values), node.start_mark)
    except BadExpression as bad:
        raise BadTemplate(line_of(node), written.strip()[:80], str(bad)) from None


def resolved_fields(node: yaml.MappingNode, values: Mapping[str, Value]) -> yaml.MappingNode:
    """The same of a mapping, whose names stay."""
    pairs = [(key, resolved(value, values)) for key, value in node.value]
    return yaml.MappingNode(node.tag, pairs, node.start_mark)


def check_template(node: yaml.Node) -> None:
    """Raises BadTemplate at the first expression that nobody could ever evaluate."""
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            check_template(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            check_template(each)
    else:
        for expression in _parts(str(node.value))[1::2]:
            try:
                check_expression(expression)
            except BadExpression as bad:
                raise BadTemplate(line_of(node), expression, str(bad)) from None
