"""Item versions and banks: what identifies them, what a browser sees of them, who can use them."""

import json
from dataclasses import replace

import pytest

from question_bank.assembly import facts_of, facts_of_items
from question_bank.framework import LEVEL_CUT_POINTS, LEVELS
from question_bank.item_types.jsonvalues import BadJson
from question_bank.item_types.options import Option
from question_bank.item_types.ordering import Ordering
from question_bank.item_types.responses import SKIPPED
from question_bank.item_types.short_text import ShortText
from question_bank.item_types.single_choice import SingleChoice
from question_bank.item_types.table import is_correct, key_of, parse_response, render_item, right_content
from question_bank.items import (
    Accessibility,
    Bank,
    Condition,
    ItemType,
    ItemVersion,
    Need,
    Status,
    UnknownItem,
    default_parameters,
)

CHOICE = ItemVersion(
    id="1.1-chercher-a",
    competence="1.1",
    skill="chercher",
    skill_title="Chercher",
    level=2,
    type=ItemType.SINGLE_CHOICE,
    expected_seconds=60,
    stem="Inès cherche l'image libre ?\n\n```\ncode : x\n```\n",
    body=SingleChoice(tuple(Option(f"choix {text} ?", text == "b") for text in "abcd")),
    shuffle=True,
    rationale="Parce que le secret est ici.",
    accessibility=Accessibility(needs=frozenset({Need.SOUND, Need.DOWNLOAD}), deaf=False),
    parameters=default_parameters(2, ItemType.SINGLE_CHOICE),
)
TEXT = replace(
    CHOICE, id="1.1-chercher-b", type=ItemType.SHORT_TEXT, body=ShortText(("gardé",), True, True, True, 1)
)
STEPS = replace(CHOICE, id="1.1-ranger-a", type=ItemType.ORDERING, body=Ordering(("un", "deux", "trois")))
BANK = Bank((STEPS, TEXT, CHOICE))


def test_a_family_is_a_competence_and_a_skill() -> None:
    assert CHOICE.family == TEXT.family == "1.1/chercher"


@pytest.mark.parametrize("item", BANK.items)
def test_an_item_version_comes_back_the_same_from_json(item: ItemVersion) -> None:
    assert ItemVersion.from_json(json.loads(json.dumps(item.to_json()))) == item


@pytest.mark.parametrize(
    "other",
    [
        replace(CHOICE, stem="Autre"),
        replace(CHOICE, rationale="Autre"),
        replace(CHOICE, expected_seconds=61),
        replace(CHOICE, shuffle=False),
        replace(CHOICE, skill_title="Autre"),
        replace(CHOICE, accessibility=Accessibility()),
        replace(CHOICE, parameters=replace(CHOICE.parameters, calibrated=True)),
        replace(CHOICE, body=SingleChoice(tuple(Option(f"choix {text} ?", text == "c") for text in "abcd"))),
    ],
)
def test_any_change_of_content_is_another_version(other: ItemVersion) -> None:
    assert other.version != CHOICE.version
    assert Bank((other, TEXT)).version != Bank((CHOICE, TEXT)).version


def test_versions_stay_the_same_for_ever() -> None:
    assert CHOICE.version == "a39097766401d71a"
    assert BANK.version == "b-cf42955c5c298652"


def test_a_bank_is_ordered_by_id_however_it_was_given() -> None:
    assert [item.id for item in BANK.items] == ["1.1-chercher-a", "1.1-chercher-b", "1.1-ranger-a"]
    assert Bank((CHOICE, TEXT, STEPS)).version == BANK.version


def test_a_bank_finds_its_items_and_no_others() -> None:
    assert BANK.item("1.1-ranger-a") is STEPS
    with pytest.raises(UnknownItem):
        BANK.item("1.1-ranger-b")


def test_a_bank_refuses_two_items_of_one_id() -> None:
    with pytest.raises(ValueError, match="same id"):
        Bank((CHOICE, replace(TEXT, id=CHOICE.id)))


def test_a_stored_bank_comes_back_the_same() -> None:
    assert Bank.from_json(json.loads(json.dumps(BANK.to_json()))) == BANK


def test_a_stored_bank_that_was_changed_is_refused() -> None:
    stored = json.loads(json.dumps(BANK.to_json()).replace("trois", "quatre"))
    with pytest.raises(BadJson, match="differs"):
        Bank.from_json(stored)


def test_a_stored_bank_of_another_format_is_refused() -> None:
    with pytest.raises(BadJson, match="format"):
        Bank.from_json({**BANK.to_json(), "format": 2})


@pytest.mark.parametrize("item", BANK.items)
def test_a_browser_sees_no_key_no_reason_and_no_id(item: ItemVersion) -> None:
    sent = json.dumps(render_item(item, 5), ensure_ascii=False)
    for secret in ("secret", "gardé", "key", "accept", "typos", "chercher-", "level", "1.1"):
        assert secret not in sent


def test_a_browser_sees_stem_blocks_and_options_in_french_typography() -> None:
    shown = render_item(CHOICE, 5)
    assert shown["stem_blocks"] == [
        {"kind": "paragraph", "text": "Inès cherche l’image libre\u202f?"},
        {"kind": "preformatted", "text": "code : x"},
    ]
    options = shown["options"]
    assert isinstance(options, list)
    texts = {str(option["text"]) for option in options if isinstance(option, dict)}
    assert texts == {f"choix {text}\u202f?" for text in "abcd"}


@pytest.mark.parametrize("item", BANK.items)
def test_an_item_is_answered_and_marked_by_its_type(item: ItemVersion) -> None:
    assert is_correct(item, 9, right_content(item, 9))
    assert parse_response(item, 9, {"skip": True}) == SKIPPED
    assert not is_correct(item, 9, {"skip": True})


def test_authors_see_the_key() -> None:
    assert [key_of(item) for item in BANK.items] == [("choix b ?",), ("gardé",), ("un", "deux", "trois")]


@pytest.mark.parametrize("item_type", ItemType)
def test_default_parameters_lie_below_the_middle_of_the_level(item_type: ItemType) -> None:
    found = [default_parameters(level, item_type) for level in LEVELS]
    # Mid-level is 0.45 above where a level begins; an item lies 0.3 below it.
    assert [one.b for one in found] == pytest.approx([cut + 0.15 for cut in LEVEL_CUT_POINTS])
    assert not any(one.calibrated for one in found)
    assert {one.a for one in found} == {found[0].a}


@pytest.mark.parametrize(
    ("facts", "accessible"),
    [
        (Accessibility(), True),
        (Accessibility(low_vision=False, deaf=False), True),
        (Accessibility(blind=False), False),
        (Accessibility(colour_blind=False), False),
        (Accessibility(keyboard=False), False),
        (Accessibility(needs=frozenset({Need.DOWNLOAD})), False),
    ],
)
def test_accessible_means_blind_colour_blind_keyboard_and_no_need(
    facts: Accessibility, accessible: bool
) -> None:
    assert facts.accessible is accessible


@pytest.mark.parametrize(
    ("needs", "conditions", "usable"),
    [
        ({Need.POINTER}, {Condition.KEYBOARD}, False),
        ({Need.POINTER}, {Condition.BLIND}, False),
        ({Need.POINTER}, {Condition.DEAF}, True),
        ({Need.SOUND}, {Condition.DEAF}, False),
        ({Need.SOUND}, {Condition.BLIND}, True),
        ({Need.DOWNLOAD}, set(Condition), True),
        (set(Need), set(), True),
    ],
)
def test_a_need_excludes_those_who_cannot_meet_it(
    needs: set[Need], conditions: set[Condition], usable: bool
) -> None:
    assert Accessibility(needs=frozenset(needs)).usable_by(conditions) is usable


@pytest.mark.parametrize("condition", Condition)
def test_an_item_is_not_for_those_it_says_it_is_not_for(condition: Condition) -> None:
    facts = Accessibility.from_json({**Accessibility().to_json(), condition.value: False})
    assert not facts.usable_by({condition})
    assert facts.usable_by(set(Condition) - {condition})


@pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW, Status.RETIRED])
def test_only_approved_items_reach_a_new_test(status: Status) -> None:
    bank = Bank((replace(CHOICE, status=status), TEXT))
    assert [item.id for item in bank.approved] == [TEXT.id]
    assert [fact.id for fact in facts_of(bank)] == [TEXT.id]
    assert [fact.id for fact in facts_of_items(bank.items)] == [CHOICE.id, TEXT.id]


def test_an_item_that_is_retired_is_another_version_and_comes_back_from_json() -> None:
    retired = replace(CHOICE, status=Status.RETIRED)
    assert retired.version != CHOICE.version
    assert ItemVersion.from_json(json.loads(json.dumps(retired.to_json()))) == retired
