"""Bodies of every item type, as hypothesis draws them."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from question_bank.item_types.categorising import Categorising
from question_bank.item_types.fill_in import FillIn
from question_bank.item_types.gaps import ChoiceGap, Gap, NumberGap, TextGap
from question_bank.item_types.jsonvalues import Json, member
from question_bank.item_types.matching import Matching
from question_bank.item_types.multiple_choice import MultipleChoice
from question_bank.item_types.numeric import Numeric
from question_bank.item_types.options import Option
from question_bank.item_types.ordering import Ordering
from question_bank.item_types.pictures import Picture
from question_bank.item_types.point import Point, Zone
from question_bank.item_types.short_text import ShortText
from question_bank.item_types.single_choice import SingleChoice
from question_bank.item_types.table import Body

SEEDS = st.integers(min_value=0, max_value=2**64 - 1)
LETTERS = st.text(alphabet="abcdeéèœ '’-_.=XYZ0123", min_size=1, max_size=30).filter(str.strip)
UNITS = st.sampled_from([None, "Mo", "m²", "%"])
DECIMALS = st.decimals(min_value=-(10**6), max_value=10**6, places=3, allow_nan=False)
TOLERANCES = st.sampled_from([Decimal(0), Decimal("0.5")])


def listed(model: Json, name: str) -> list[dict[str, Any]]:
    """The mappings of a list in what is shown."""
    found: Any = member(model, name)
    return list(found)


def distinct_texts(fewest: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(LETTERS, min_size=fewest, max_size=most, unique=True)


@st.composite
def single_choices(draw: st.DrawFn) -> SingleChoice:
    texts = draw(distinct_texts(4, 6))
    right = draw(st.integers(0, len(texts) - 1))
    return SingleChoice(tuple(Option(text, place == right) for place, text in enumerate(texts)))


@st.composite
def multiple_choices(draw: st.DrawFn) -> MultipleChoice:
    texts = draw(distinct_texts(4, 7))
    right = draw(st.sets(st.integers(0, len(texts) - 1), min_size=2, max_size=len(texts) - 1))
    return MultipleChoice(tuple(Option(text, place in right) for place, text in enumerate(texts)))


@st.composite
def matchings(draw: st.DrawFn, reuse: bool | None = None) -> Matching:
    lefts = draw(distinct_texts(3, 6))
    rights = draw(distinct_texts(len(lefts), len(lefts) + 3))
    again = draw(st.booleans()) if reuse is None else reuse
    right = [draw(st.integers(0, len(rights) - 1)) for _ in lefts] if again else range(len(lefts))
    return Matching(tuple(lefts), tuple(rights), tuple(right), again)


@st.composite
def categorisings(draw: st.DrawFn) -> Categorising:
    categories = draw(distinct_texts(2, 4))
    things = draw(distinct_texts(4, 9))
    belongs = tuple(draw(st.integers(0, len(categories) - 1)) for _ in things)
    return Categorising(tuple(categories), tuple(things), belongs)


TEXT_GAPS = st.builds(
    lambda texts, case, accents: TextGap(tuple(texts), case, accents, True, 0),
    distinct_texts(1, 3),
    st.booleans(),
    st.booleans(),
)
NUMBER_GAPS = st.builds(NumberGap, DECIMALS, TOLERANCES, UNITS)
CHOICE_GAPS = st.builds(
    lambda texts, right: ChoiceGap(tuple(texts), right % len(texts)), distinct_texts(2, 6), st.integers(0, 5)
)
GAPS: st.SearchStrategy[Gap] = st.one_of(TEXT_GAPS, NUMBER_GAPS, CHOICE_GAPS)


@st.composite
def fill_ins(draw: st.DrawFn) -> FillIn:
    gaps = draw(st.lists(GAPS, min_size=1, max_size=6))
    between = draw(st.lists(LETTERS, min_size=len(gaps), max_size=len(gaps)))
    joint = draw(st.sampled_from([" ", "\n", "\n\n"]))
    written = joint.join(f"{text} [[{number}]]" for number, text in enumerate(between, 1))
    return FillIn(f"```\n{written}\n```" if draw(st.booleans()) else written, tuple(gaps))


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200" viewBox="0 0 400 200"></svg>'


@st.composite
def points(draw: st.DrawFn) -> Point:
    labels = draw(distinct_texts(3, 10))
    right = draw(st.integers(0, len(labels) - 1))
    zones = tuple(
        Zone(label, 40 * place, draw(st.integers(0, 150)), 32, 40, place == right)
        for place, label in enumerate(labels)
    )
    return Point(Picture(DRAWING, 400, 200, draw(LETTERS)), zones)


ORDERINGS = st.builds(lambda texts: Ordering(tuple(texts)), distinct_texts(3, 6))
NUMERICS = st.builds(Numeric, DECIMALS, TOLERANCES, UNITS)
SHORT_TEXTS = st.builds(
    lambda texts, case, accents, spaces: ShortText(tuple(texts), case, accents, spaces, 0),
    distinct_texts(1, 4),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
BODIES: st.SearchStrategy[Body] = st.one_of(
    single_choices(),
    multiple_choices(),
    NUMERICS,
    SHORT_TEXTS,
    ORDERINGS,
    matchings(),
    categorisings(),
    fill_ins(),
    points(),
)
