"""Variants of an item: which one a seed gets, what is drawn, what must hold, and how errors are told."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.numeric import Numeric
from question_bank.item_types.seeding import item_seed
from question_bank.item_types.table import is_correct, render_item, right_content
from question_bank.items import Bank, ItemVersion
from question_bank.loading import BankErrors, load_bank
from question_bank.variants import VARIANTS, BadVariant, Variants, variant_number
from question_bank.variants.chance import Chance
from question_bank.variants.draws import BadDraw, Values, drawn

ITEM = """\
competence: "1.2"
skill: additionner
title: Additionner des lignes
items:
  - id: 1.2-additionner-a
    level: 4
    type: numeric
    time: 90
    variants:
      draw:
        prenom: {one_of: girls}
        villes: {some_of: towns, count: 3}
        lignes:
          rows: 8
          distinct: [jour]
          columns:
            jour: {date: ["2026-01-05", "2026-02-20"]}
            ville: {one_of: villes}
            kg: {whole: [3, 40]}
        total: {is: "sum(l.kg for l in lignes if l.ville == villes[0])"}
      where: ["count(column(lignes, 'ville'), villes[0]) >= 2"]
      proof: ["total + sum(l.kg for l in lignes if l.ville != villes[0]) == sum(column(lignes, 'kg'))"]
    stem: |
      Le relevé {{de(prenom)}} :
      ```
      {{table(lignes, jour="Jour", ville="Ville", kg="kg")}}
      ```
      Combien de kilos à {{villes[0]}} ?
    answer: {value: "{{total}}", unit: kg}
    rationale: "{{total}} kg."
"""


def loaded(folder: Path, text: str = ITEM) -> ItemVersion:
    (folder / "1.2").mkdir(exist_ok=True)
    (folder / "1.2" / "additionner.yaml").write_text(text, encoding="utf-8")
    return load_bank(folder).items[0]


@pytest.fixture
def item(tmp_path: Path) -> ItemVersion:
    return loaded(tmp_path)


def errors(folder: Path, old: str, new: str) -> list[str]:
    with pytest.raises(BankErrors) as caught:
        loaded(folder, ITEM.replace(old, new))
    return [str(error).removeprefix(f"{folder.as_posix()}/1.2/") for error in caught.value.errors]


def test_every_variant_marks_its_own_key_right_and_is_complete(item: ItemVersion) -> None:
    for number in range(VARIANTS):
        one = item.variant(number)
        assert one.variants is None
        assert is_correct(one, 5, right_content(one, 5))
        assert "{{" not in one.stem + one.rationale


def test_neighbours_get_other_texts_and_other_keys(item: ItemVersion) -> None:
    keys = Counter(item.variant(number).body for number in range(VARIANTS))
    assert len({item.variant(number).stem for number in range(VARIANTS)}) == VARIANTS
    assert keys.most_common(1)[0][1] < VARIANTS / 20


def test_a_response_is_marked_by_the_variant_that_its_seed_showed(item: ItemVersion) -> None:
    seeds = [item_seed(attempt, item.id) for attempt in range(40)]
    shown = {json.dumps(render_item(item, seed)["stem_blocks"]) for seed in seeds}
    assert len(shown) > 30
    right = [right_content(item, seed) for seed in seeds]
    assert all(is_correct(item, seed, content) for seed, content in zip(seeds, right, strict=True))
    assert sum(is_correct(item, seeds[0], content) for content in right) < 6


def test_a_stored_item_shows_the_same_variants_after_its_names_were_sorted(item: ItemVersion) -> None:
    stored = json.dumps(Bank((item,)).to_json(), sort_keys=True)
    again = Bank.from_json(json.loads(stored)).items[0]
    assert [again.variant(n) for n in range(50)] == [item.variant(n) for n in range(50)]
    assert again.version == item.version


def test_a_variant_stays_the_same_for_ever(item: ItemVersion) -> None:
    assert item.variant(0).body == Numeric.from_json({"value": "32", "tolerance": "0", "unit": "kg"})
    assert item.variant(999).stem.splitlines()[0] == "Le relevé de Manon :"
    assert [variant_number(seed) for seed in (0, 1, 2**64 - 1)] == [296, 565, 973]


@given(st.integers(0, 2**64 - 1))
def test_a_variant_number_is_below_the_number_of_variants(seed: int) -> None:
    assert 0 <= variant_number(seed) < VARIANTS


def test_seeds_spread_over_all_variants_evenly() -> None:
    counts = Counter(variant_number(item_seed(attempt, "1.2-a-a")) for attempt in range(20_000))
    assert len(counts) == VARIANTS
    assert max(counts.values()) < 50


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("count: 3", "count: 99", "additionner.yaml:9: items[1].variants : villes"),
        ("{{total}} kg.", "{{totale}} kg.", "additionner.yaml:30: items[1].variants : {{{{totale}} kg."),
        ("{{total}} kg.", "{{total +}} kg.", "additionner.yaml:30: items[1].variants : {{total +}}"),
        ("whole: [3, 40]", "whole: [40, 3]", "rien entre 40 et 3"),
        ("{one_of: girls}", "{one_of: girls, count: 2}", "additionner.yaml:10: items[1].variants.draw"),
        ("{one_of: girls}", "{choose: girls}", "écrivez une seule des formes"),
        ("prenom:", "row:", "ce nom ne peut pas servir"),
        (">= 2", ">= 99", "aucun tirage ne remplit les conditions"),
        ("total + sum", "total - sum", "la preuve ne tient pas"),
        ('value: "{{total}}"', 'value: "{{villes[0]}}"', "items[1].answer.value"),
        ("distinct: [jour]", "distinct: [ville]", "pas assez de valeurs différentes"),
        ("time: 90", "time: 90\n    hint: non", "items[1].hint"),
    ],
)
def test_a_variant_that_cannot_be_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    told = errors(tmp_path, old, new)
    assert any(said in each for each in told), told


def test_what_a_stored_item_promises_is_proved_again_when_it_is_shown(item: ItemVersion) -> None:
    assert item.variants is not None
    broken = Variants(item.variants.draws, item.variants.where, ("total < 0",), item.variants.template)
    with pytest.raises(BadVariant, match="la preuve ne tient pas"):
        broken.values(3, item.id)


@pytest.mark.parametrize(
    "draws", ["3", "[]", "{", '{"a": 3}', '{"a": {"rows": 2, "columns": {"b": 1}}}', "[" * 9000]
)
def test_draws_that_no_author_wrote_are_refused_in_words(item: ItemVersion, draws: str) -> None:
    """A bank may come out of anybody's bundle."""
    assert item.variants is not None
    with pytest.raises(ValueError, match=r"\w"):
        Variants(draws, (), (), item.variants.template).values(0, item.id)


def draw_many(draw: dict[str, object], values: Values | None = None) -> list[object]:
    return [drawn(draw, Chance("test", number), values or {}) for number in range(400)]  # type: ignore[arg-type]


def test_bounds_of_a_draw_are_reached_and_never_passed() -> None:
    assert set(draw_many({"whole": [3, 9], "step": 3})) == {3, 6, 9}
    assert set(draw_many({"whole": ["n", "n + 1"]}, {"n": 4})) == {4, 5}
    assert {str(value) for value in draw_many({"decimal": ["0.8", "1.2"]})} == {
        "0.8",
        "0.9",
        "1.0",
        "1.1",
        "1.2",
    }
    assert {str(value) for value in draw_many({"date": ["2026-02-28", "2026-03-01"]})} == {
        "2026-02-28",
        "2026-03-01",
    }


def test_some_of_a_list_are_all_different() -> None:
    for some in draw_many({"some_of": [1, 2, 3, 4], "count": 3}):
        assert isinstance(some, list)
        assert len(set(some)) == 3


def test_a_draw_of_nothing_is_refused() -> None:
    for draw in (
        {"one_of": []},
        {"some_of": [1], "count": 2},
        {"decimal": [1, 2], "digits": 0},
        {"date": [1, 2]},
    ):
        with pytest.raises((BadDraw, ValueError)):
            draw_many(dict(draw))
