"""Filling in: every gap is marked as its kind is elsewhere, and all of them must be right."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.item_types.fill_in import FillIn
from question_bank.item_types.gaps import ChoiceGap, NumberGap, TextGap
from question_bank.item_types.jsonvalues import BadJson, Json, elements
from question_bank.item_types.numeric import Numeric
from question_bank.item_types.short_text import ShortText
from question_bank.item_types.table import BadResponse
from tests.question_bank.bodies import SEEDS, fill_ins, listed
from tests.question_bank.item_files import loaded, problems_of

WORD = TextGap(("réseau",), True, True, True, 1)
SIZE = NumberGap(Decimal(12), Decimal("0.5"), "Mo")
SIGN = ChoiceGap(("a ? b : c", "<", ">"), 1)
BODY = FillIn("Le [[1]] a [[2]] [[3]].", (WORD, SIZE, SIGN))
GAPS = "    gaps: [{accept: [oui]}, {choose: [un, deux], key: 2}]"
TYPED = st.text(alphabet="12,.- Moréseaux", max_size=10)


def filled(body: FillIn, seed: int, place: int, value: Json) -> dict[str, Json]:
    """The key, but for one gap."""
    gaps = body.right_content(seed)["gaps"]
    assert isinstance(gaps, list)
    gaps[place] = value
    return {"gaps": gaps}


@given(fill_ins(), SEEDS, st.data())
def test_one_wrong_gap_makes_the_whole_wrong(body: FillIn, seed: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body.gaps) - 1))
    key = elements(body.right_content(seed)["gaps"])
    gap = body.gaps[place]
    wrong: Json = "réponse fausse ‽"
    if isinstance(gap, NumberGap):
        wrong = str(gap.value + gap.tolerance + 1)
    elif isinstance(gap, ChoiceGap):
        shown = listed(body.render(seed, True), "gaps")[place]
        names = [option["id"] for option in shown["options"]]
        wrong = next(name for name in names if name != key[place])
    assert not body.is_correct(seed, filled(body, seed, place, wrong))


@given(TYPED)
def test_a_typed_gap_is_marked_like_a_short_text(typed: str) -> None:
    alone = ShortText(WORD.accept, True, True, True, 1)
    one = FillIn("[[1]]", (WORD,))
    try:
        expected = alone.is_correct(0, {"text": typed})
    except BadResponse as refused:
        with pytest.raises(BadResponse, match=refused.code.value):
            one.is_correct(0, {"gaps": [typed]})
    else:
        assert one.is_correct(0, {"gaps": [typed]}) == expected


@given(TYPED)
def test_a_number_gap_is_marked_like_a_numeric(typed: str) -> None:
    alone = Numeric(SIZE.value, SIZE.tolerance, SIZE.unit)
    one = FillIn("[[1]]", (SIZE,))
    try:
        expected = alone.is_correct(0, {"number": typed})
    except BadResponse as refused:
        with pytest.raises(BadResponse, match=refused.code.value):
            one.is_correct(0, {"gaps": [typed]})
    else:
        assert one.is_correct(0, {"gaps": [typed]}) == expected


@pytest.mark.parametrize(
    ("gaps", "code"),
    [
        ("réseau", "wrong_type"),
        ({"1": "réseau"}, "wrong_type"),
        ([], "empty"),
        (["réseau", "12"], "incomplete"),
        (["réseau", "12", "o1", "o2"], "too_long"),
        (["", "12", "o1"], "empty"),
        (["   ", "12", "o1"], "empty"),
        (["réseau", "douze", "o1"], "not_a_number"),
        (["réseau", "12 Go", "o1"], "unexpected_unit"),
        (["réseau", 12, "o1"], "wrong_type"),
        (["réseau", "12", "o4"], "unknown_option"),
        (["réseau", "12", ["o1"]], "wrong_type"),
        (["x" * 201, "12", "o1"], "too_long"),
        (["a\x00b", "12", "o1"], "bad_character"),
    ],
)
def test_a_bad_filling_in_is_refused_by_its_reason(gaps: Json, code: str) -> None:
    with pytest.raises(BadResponse) as refused:
        BODY.parse(7, {"gaps": gaps})
    assert refused.value.code == code


def test_the_choice_of_another_gap_is_unknown_here() -> None:
    body = FillIn("[[1]] [[2]]", (ChoiceGap(("a", "b"), 0), ChoiceGap(("a", "b"), 0)))
    right = body.right_content(7)["gaps"]
    assert isinstance(right, list)
    with pytest.raises(BadResponse, match="unknown_option"):
        body.parse(7, {"gaps": right[::-1]})


def test_the_text_is_laid_out_as_a_stem_is_with_its_gaps_in_place() -> None:
    body = FillIn("Voici :\n\n```\nx = [[1]]\n    y\n```\nFin « [[2]] » !", (WORD, SIZE))
    assert body.render(0, True)["blocks"] == [
        {"kind": "paragraph", "parts": [{"text": "Voici\u00a0:"}]},
        {"kind": "preformatted", "parts": [{"text": "x = "}, {"gap": 1}, {"text": "\n    y"}]},
        {"kind": "paragraph", "parts": [{"text": "Fin «\u00a0"}, {"gap": 2}, {"text": "\u00a0»\u202f!"}]},
    ]


@pytest.mark.parametrize(
    ("text", "first"), [("[[1]]", "a\u202f? b\u00a0: c"), ("```\n[[1]]\n```", "a ? b : c")]
)
def test_choices_in_a_program_keep_their_spaces(text: str, first: str) -> None:
    (gap,) = listed(FillIn(text, (SIGN,)).render(3, False), "gaps")
    assert gap["options"][0]["text"] == first


def test_choices_are_shuffled_unless_the_author_says_no() -> None:
    def texts(seed: int, shuffle: bool) -> tuple[str, ...]:
        (gap,) = listed(FillIn("[[1]]", (SIGN,)).render(seed, shuffle), "gaps")
        return tuple(option["text"] for option in gap["options"])

    assert len({texts(seed, True) for seed in range(60)}) == 6
    assert len({texts(seed, False) for seed in range(60)}) == 1


def test_an_unknown_kind_of_gap_is_no_stored_body() -> None:
    with pytest.raises(BadJson, match="no such gap"):
        FillIn.from_json({"text": "[[1]]", "gaps": [{"kind": "drawing"}]})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("    text: Un [[1]].\n" + GAPS, "text : 2 trous décrits, et dans le texte : [[1]]"),
        ("    text: Un [[1]] et [[1]].\n" + GAPS, "text : 2 trous décrits, et dans le texte : [[1]], [[1]]"),
        ("    text: Un [[1]] et [[3]].\n" + GAPS, "text : 2 trous décrits, et dans le texte : [[1]], [[3]]"),
        ("    text: Rien ici.\n" + GAPS, "text : 2 trous décrits, et dans le texte : –"),
        ("    text: '[[1]] [[2]] [[x]]'\n" + GAPS, "text : « [[ » n’ouvre pas un trou"),
        ("    text: |\n      ```\n      [[1]] [[2]]\n" + GAPS, "text : un bloc ``` n’est pas fermé"),
        (
            "    text: '[[1]]'\n    gaps: [{value: '1', accept: [un]}]",
            "gaps[1] : on ne sait pas ce qu’il faut",
        ),
        ("    text: '[[1]]'\n    gaps: [{key: 1}]", "gaps[1] : on ne sait pas ce qu’il faut"),
        ("    text: '[[1]]'\n    gaps: [{choose: [a, b], key: 3}]", "gaps[1].key : cette valeur"),
        (
            "    text: '[[1]]'\n    gaps: [{choose: [a, a], key: 1}]",
            "choose[2] : « a » est proposé deux fois",
        ),
        ("    text: '[[1]]'\n    gaps: [{accept: [mot], typos: 1}]", "typos : 1 faute(s) pour 3 caractères"),
        ("    text: '[[1]]'\n    gaps: [{accept: [mot], key: 1}]", "gaps[1].key : ce champ n’existe pas"),
    ],
)
def test_a_wrong_filling_in_is_explained(tmp_path: Path, fields: str, said: str) -> None:
    problems = problems_of(tmp_path, "fill_in", fields)
    assert any(said in problem for problem in problems), problems


def test_gaps_may_stand_in_any_order_in_the_text(tmp_path: Path) -> None:
    body = loaded(tmp_path, "fill_in", "    text: Un [[2]] puis [[1]].\n" + GAPS).body
    assert body.key() == ("oui", "deux")
    assert body.is_correct(5, body.right_content(5))
