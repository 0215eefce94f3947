"""What is found in a bank's texts before it is published, and that the shipped bank passes."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import question_bank
from question_bank.checks import Finding, FindingCode, check_bank, check_every_variant
from question_bank.checks.__main__ import main
from question_bank.checks.wording import readability
from question_bank.framework import COMPETENCE_CODES, LEVELS
from question_bank.item_types.fill_in import FillIn
from question_bank.item_types.gaps import TextGap
from question_bank.item_types.numeric import Numeric
from question_bank.item_types.options import Option
from question_bank.item_types.short_text import ShortText
from question_bank.item_types.single_choice import SingleChoice
from question_bank.item_types.table import is_correct, render_item, right_content
from question_bank.items import Accessibility, Bank, ItemType, ItemVersion, default_parameters
from question_bank.loading import load_bank
from question_bank.variants import Variants

SHIPPED = Path(question_bank.__file__).parent / "items"
STEMS = [
    "Ranger un disque",
    "Ouvrir une page",
    "Envoyer un message",
    "Copier deux fichiers",
    "Trier ce tableau",
    "X",
]


def item(skill: int, letter: str = "a", **changes: object) -> ItemVersion:
    """A choice whose key is neither the longest option nor the first."""
    options = tuple(Option(f"{text} {skill}{letter}", text == "b") for text in ("aa", "b", "ccc", "dddd"))
    made = ItemVersion(
        id=f"1.1-s{skill}-{letter}",
        competence="1.1",
        skill=f"s{skill}",
        level=skill % 8 + 1,
        type=ItemType.SINGLE_CHOICE,
        expected_seconds=60,
        stem=STEMS[skill % 6],
        body=SingleChoice(options),
        shuffle=True,
        rationale="Parce que.",
        accessibility=Accessibility(),
        parameters=default_parameters(1, ItemType.SINGLE_CHOICE),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def warnings(*items: ItemVersion, code: FindingCode) -> list[str]:
    return [finding.subject for finding in check_bank(Bank(items)).warnings if finding.code is code]


def long_key(skill: int) -> ItemVersion:
    options = (Option("juste et bien plus longue", True), *(Option(f"faux {n}", False) for n in range(3)))
    return item(skill, body=SingleChoice(options))


def test_items_are_counted_by_level_and_type_in_every_competence() -> None:
    blind = item(2, accessibility=Accessibility(blind=False))
    report = check_bank(Bank((item(1), item(1, "b"), blind)))
    assert list(report.by_level) == list(COMPETENCE_CODES)
    assert report.by_level["1.1"] == (0, 2, 1, 0, 0, 0, 0, 0)
    assert report.by_type["1.1"][ItemType.SINGLE_CHOICE] == 3
    assert report.by_type["1.2"][ItemType.SINGLE_CHOICE] == 0
    assert report.accessible["1.1"] == 2
    assert report.items == 3


def test_a_level_without_items_is_told() -> None:
    assert warnings(item(1), code=FindingCode.NO_ITEM) == list(COMPETENCE_CODES)
    full = [item(skill) for skill in range(8)]
    assert "1.1" not in warnings(*full, code=FindingCode.NO_ITEM)


def test_a_skill_with_one_item_is_told() -> None:
    assert warnings(item(1), item(2), item(2, "b"), code=FindingCode.LONE_ITEM) == ["1.1/s1"]


def test_interchangeable_items_of_different_levels_are_told() -> None:
    assert warnings(item(1), item(1, "b", level=5), code=FindingCode.UNEVEN_SKILL) == ["1.1/s1"]
    assert warnings(item(1), item(1, "b"), code=FindingCode.UNEVEN_SKILL) == []


@pytest.mark.parametrize(("long", "told"), [(2, []), (3, ["1.1"])])
def test_keys_that_are_the_longest_option_too_often_are_told(long: int, told: list[str]) -> None:
    items = [long_key(skill) if skill < long else item(skill) for skill in range(5)]
    assert warnings(*items, code=FindingCode.LONGEST_KEY) == told


def test_a_key_as_long_as_another_option_is_not_the_longest() -> None:
    even = tuple(Option(f"mot {n}", n == 0) for n in range(4))
    items = [item(skill, body=SingleChoice(even)) for skill in range(5)]
    assert warnings(*items, code=FindingCode.LONGEST_KEY) == []


@pytest.mark.parametrize(("shuffle", "told"), [(False, ["1.1"]), (True, [])])
def test_key_places_matter_only_where_options_are_not_shuffled(shuffle: bool, told: list[str]) -> None:
    items = [item(skill, shuffle=shuffle) for skill in range(5)]
    assert warnings(*items, code=FindingCode.KEY_PLACE) == told


def test_the_same_item_twice_is_an_error() -> None:
    twin = replace(item(1, "b"), stem=item(1).stem.upper() + " !", body=item(1).body)
    (error,) = check_bank(Bank((item(1), twin))).errors
    assert (error.code, error.subject) == (FindingCode.SAME_ITEM, "1.1-s1-b")
    assert "1.1-s1-a" in str(error)


def test_two_skills_that_ask_in_the_same_words_are_told() -> None:
    stem = "Quel fichier faut-il ouvrir pour lire le compte rendu de la réunion de lundi ?"
    near = stem.replace("lundi", "mardi")
    assert warnings(item(1, stem=stem), item(2, stem=near), code=FindingCode.NEAR_TWIN) == ["1.1-s1-a"]
    assert warnings(item(1, stem=stem), item(2), code=FindingCode.NEAR_TWIN) == []


def test_two_items_of_one_skill_may_differ_by_numbers_but_not_share_the_answer() -> None:
    stem = "Une vidéo pèse 12 Mo par minute et dure huit minutes. Combien pèse-t-elle ?"

    def video(letter: str, stem: str, value: int) -> ItemVersion:
        return item(1, letter, stem=stem, type=ItemType.NUMERIC, body=Numeric(value, 0, "Mo"))  # type: ignore[arg-type]

    other = stem.replace("12", "15")
    assert warnings(video("a", stem, 96), video("b", other, 120), code=FindingCode.NEAR_TWIN) == []
    assert warnings(video("a", stem, 96), video("b", other, 96), code=FindingCode.NEAR_TWIN) == ["1.1-s1-a"]


def test_a_line_of_code_that_is_too_wide_is_told() -> None:
    wide = f"Lisez :\n```\n{'x' * 91}\n```"
    assert warnings(item(1, stem=wide), code=FindingCode.WIDE_LINE) == ["1.1-s1-a"]
    assert warnings(item(1, stem="x" * 91), code=FindingCode.WIDE_LINE) == []


def test_a_text_with_gaps_is_looked_at_as_a_stem_is() -> None:
    gaps = (TextGap(("oui",), True, True, True, 0),)
    wide = FillIn(f"```\n{'x' * 86} [[1]]\n```", gaps)
    assert warnings(item(1, type=ItemType.FILL_IN, body=wide), code=FindingCode.WIDE_LINE) == ["1.1-s1-a"]
    quoted = FillIn('Il dit "non", puis [[1]].', gaps)
    assert warnings(item(1, body=quoted), code=FindingCode.STRAIGHT_QUOTES) == ["1.1-s1-a"]


@pytest.mark.parametrize(
    ("stem", "told"),
    [('Que dit "oui" ?', True), ('```\n"oui"\n```', False), ('La formule =SI(A1="oui";1;0) vaut ?', False)],
)
def test_straight_quotes_in_prose_are_told(stem: str, told: bool) -> None:
    assert warnings(item(1, stem=stem), code=FindingCode.STRAIGHT_QUOTES) == ["1.1-s1-a"] * told


def test_the_shipped_bank_has_two_items_or_more_at_every_level_of_every_competence() -> None:
    report = check_bank(load_bank(SHIPPED))
    assert report.errors == ()
    thin = {code: counts for code, counts in report.by_level.items() if min(counts) < 2}
    assert thin == {}
    assert report.items >= 256
    assert set(LEVELS) == set(range(1, 1 + len(report.by_level["1.1"])))


def test_every_skill_of_the_shipped_bank_can_replace_an_item() -> None:
    lone: list[Finding] = [
        finding
        for finding in check_bank(load_bank(SHIPPED)).warnings
        if finding.code in {FindingCode.LONE_ITEM, FindingCode.UNEVEN_SKILL}
    ]
    assert lone == []


def test_every_shipped_item_is_marked_right_by_its_key_and_does_not_show_it() -> None:
    for one in load_bank(SHIPPED).items:
        assert is_correct(one, 11, right_content(one, 11)), one.id
        assert one.rationale not in str(render_item(one, 11)), one.id
        body = one.instance(11).body
        if isinstance(body, ShortText):
            assert all(is_correct(one, 11, {"text": text}) for text in body.accept), one.id


def test_the_check_of_a_folder_prints_its_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(SHIPPED)]) == 0
    assert "1.1 " in capsys.readouterr().out


def test_the_check_of_a_bad_folder_prints_its_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.yaml").write_text("- a", encoding="utf-8")
    assert main([str(tmp_path)]) == 1
    assert "bad.yaml:1:" in capsys.readouterr().err


def parametric(skill: int, drawn: str, **changes: object) -> ItemVersion:
    template = {"stem": "Combien font {{a}} + 1 ?", "rationale": "{{a}}", "answer": {"value": "{{a + 1}}"}}
    variants = Variants(drawn, (), (), json.dumps(template))
    body = Numeric(Decimal(2), Decimal(0), "")
    made = item(skill, type=ItemType.NUMERIC, body=body, variants=variants)
    return replace(made, **changes)  # type: ignore[arg-type]


def of_variants(*items: ItemVersion) -> list[tuple[FindingCode, str]]:
    return [(finding.code, finding.subject) for finding in check_every_variant(items, range(100))]


def test_variants_that_differ_and_mark_their_key_right_are_fine() -> None:
    assert of_variants(parametric(1, '{"a": {"whole": [1, 500]}}')) == []


def test_variants_that_are_mostly_the_same_are_told() -> None:
    assert of_variants(parametric(1, '{"a": {"whole": [1, 2]}}')) == [(FindingCode.SAME_ANSWER, "1.1-s1-a")]


@pytest.mark.parametrize(
    "drawn", ['{"a": {"whole": [9, 1]}}', '{"a": {"one_of": [1, "x"]}}', '{"a": {"is": "1 / 3"}}']
)
def test_a_variant_that_cannot_be_made_is_an_error(drawn: str) -> None:
    assert of_variants(parametric(1, drawn)) == [(FindingCode.BAD_VARIANT, "1.1-s1-a")]


def test_a_key_that_is_not_marked_right_is_an_error() -> None:
    class Deaf(Numeric):
        def is_correct(self, seed: int, content: object) -> bool:
            return False

    wrong = item(1, type=ItemType.NUMERIC, body=Deaf(Decimal(2), Decimal(0), ""))
    assert of_variants(wrong) == [(FindingCode.BAD_KEY, "1.1-s1-a")]


@pytest.mark.parametrize(("skills", "told"), [(2, ["1.1"]), (3, [])])
def test_a_level_with_fewer_than_three_skills_is_told(skills: int, told: list[str]) -> None:
    items = [item(skill, level=4) for skill in range(skills)]
    assert warnings(*items, code=FindingCode.FEW_SKILLS) == told


@pytest.mark.parametrize(("blind", "told"), [(7, 1), (8, 0)])
def test_who_would_not_find_enough_items_is_told(blind: int, told: int) -> None:
    seen = Accessibility(blind=False)
    items = [item(n, accessibility=Accessibility() if n < blind else seen) for n in range(12)]
    found = [f for f in check_bank(Bank(tuple(items))).warnings if f.code is FindingCode.TOO_FEW_FOR]
    assert ["aveugles" in str(finding) for finding in found] == [True] * told


def test_a_hard_text_is_told_sooner_at_easy_levels() -> None:
    hard = "Déterminez immédiatement quelle configuration administrative conviendrait " * 5
    easy = "Malo lit un mail. Il veut le garder. Il clique sur un lien. " * 4
    middle = ("mot " * 12 + "lettres " * 7 + "lettres. ") * 2  # 20 words, 40 % long: 60
    at = [
        (1, hard, True),
        (8, hard, True),
        (1, easy, False),
        (1, middle, True),
        (4, middle, False),
        (1, "Déterminez.", False),
    ]
    for level, stem, told in at:
        found = warnings(item(1, level=level, stem=stem.strip()), code=FindingCode.HARD_TEXT)
        assert bool(found) is told, (level, stem)


def test_readability_is_words_a_sentence_and_the_share_of_long_words() -> None:
    text = "un deux trois quatre cinq sixième septième huit neuf dix. " * 3
    assert readability(text) == 10 + 100 * 2 / 10
    assert readability("trop court.") is None
