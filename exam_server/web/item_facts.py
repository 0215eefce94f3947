"""One item on an author's screen: a variant as the candidate gets it, and what only authors see of it."""

from question_bank.item_types.jsonvalues import JsonObject
from question_bank.item_types.table import BadResponse, is_correct, key_of, parse_response, render_item
from question_bank.items import Condition, ItemVersion
from question_bank.typography import blocks, french_typography
from question_bank.variants import VARIANTS

LONGEST_BEGINNING = 110


def shown(item: ItemVersion, number: int, files_at: str = "/exam/files") -> JsonObject:
    """One variant as the candidate's page gets it; its files lie at `files_at`. Raises BadVariant."""
    variant = item.variant(number)
    rendered = render_item(variant, number)
    rendered["stem"] = rendered.pop("stem_blocks")
    if variant.files:
        rendered["files_at"] = files_at
    return rendered


def author_facts(item: ItemVersion, number: int) -> dict[str, object]:
    """What only authors see of one variant."""
    variant = item.variant(number)
    return {
        **item_facts(item),
        "number": number,
        "variants": VARIANTS if item.variants is not None else 1,
        "key": [french_typography(text) for text in key_of(variant)],
        "rationale": french_typography(variant.rationale),
        "title": item.skill_title,
        "seconds": item.expected_seconds,
        "a": item.parameters.a,
        "b": item.parameters.b,
        "calibrated": item.parameters.calibrated,
        "conditions": [(condition.value, item.accessibility.allows(condition)) for condition in Condition],
        "needs": [need.value for need in sorted(item.accessibility.needs)],
    }


def marked(item: ItemVersion, number: int, content: object) -> dict[str, object]:
    """Whether a response is right, or why it cannot be one."""
    variant = item.variant(number)
    try:
        parse_response(variant, number, content)
    except BadResponse as bad:
        return {"problem": bad.code.value}
    return {"correct": is_correct(variant, number, content)}


def item_facts(item: ItemVersion) -> dict[str, object]:
    """What an author recognises an item by."""
    return {
        "id": item.id,
        "competence": item.competence,
        "level": item.level,
        "type": item.type.value,
        "status": item.status.value,
        "parametric": item.variants is not None,
        "situation": item.situation,
        "accessible": item.accessibility.accessible,
    }


def beginning(item: ItemVersion) -> str:
    """The first words of the question."""
    text = " ".join(block.text for block in blocks(item.stem))
    return text if len(text) <= LONGEST_BEGINNING else text[:LONGEST_BEGINNING].rsplit(" ", 1)[0] + " …"
