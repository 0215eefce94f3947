"""Expressions of parametric items: exact, bounded, unable to reach out, and the same for ever."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.variants.expressions import MAX_EXPRESSION, BadExpression, check_expression, evaluate
from question_bank.variants.functions import LONGEST_LIST, Value

ROWS: list[Value] = [
    {"nom": "Inès", "kg": 12, "prix": Decimal("2.50")},
    {"nom": "Malo", "kg": 7, "prix": Decimal("10")},
    {"nom": "Awa", "kg": 12, "prix": Decimal("0.75")},
]
VALUES: dict[str, Value] = {"n": 7, "prix": Decimal("2.5"), "nom": "Inès", "lignes": ROWS}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("n + 1", 8),
        ("n * prix", Decimal("17.5")),
        ("6 / 2", 3),
        ("0.1 + 0.2", Decimal("0.3")),
        ("-n // 2", -4),
        ("n % 4", 3),
        ("'a' + nom", "aInès"),
        ("[1, 2] + [n]", [1, 2, 7]),
        ("'oui' if n > 3 else 'non'", "oui"),
        ("3 < n <= 7 and not n == 8", True),
        ("nom in ['Inès', 'Malo']", True),
        ("lignes[1].nom", "Malo"),
        ("[l.nom for l in lignes if l.kg == 12]", ["Inès", "Awa"]),
        ("sum(l.kg * l.prix for l in lignes)", Decimal("109.00")),
        ("[a + b for a in [1, 2] for b in [10, 20]]", [11, 21, 12, 22]),
        ("(l.kg for l in lignes)", [12, 7, 12]),
    ],
)
def test_what_an_expression_can_say(written: str, value: Value) -> None:
    assert evaluate(written, VALUES) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("round(2.5)", 3),
        ("round(0.125, 2)", Decimal("0.13")),
        ("round(-2.5)", -3),
        ("column(sort_by(lignes, 'kg'), 'nom')", ["Malo", "Inès", "Awa"]),
        ("column(sort_by(lignes, 'prix', descending=True), 'nom')", ["Malo", "Inès", "Awa"]),
        ("distinct(column(lignes, 'kg'))", [12, 7]),
        ("join(['a', 'b'], ' ; ')", "a ; b"),
        ("fr(1234567.5, 2)", "1\u202f234\u202f567,50"),
        ("fr(-0.5)", "-0,5"),
        ("point(1234.5, 2)", "1234.50"),
        ("text(2.50)", "2,5"),
        ("text(685.0) + ' ' + text(1200.00) + ' ' + text(0.0)", "685 1200 0"),
        ("plain('Élève du Lycée : Œuvre n° 3')", "eleve-du-lycee-oeuvre-n-3"),
        ("pad(7, 3)", "007"),
        ("de('Inès') + ' ' + de('Malo') + ' ' + que('Élise')", "d’Inès de Malo qu’Élise"),
        ("hour(545)", "9 h 05"),
        ("binary(10) + ' ' + hexadecimal(255)", "1010 FF"),
        ("weekday(day_of(2026, 3, 9))", "lundi"),
        ("day_of(2026, 2, 27) + 2", datetime.date(2026, 3, 1)),
        ("day_of(2026, 3, 1) - 2", datetime.date(2026, 2, 27)),
        ("long_date(day_of(2026, 5, 1))", "1er mai 2026"),
        ("short_date(day_of(2026, 5, 1))", "01/05/2026"),
        ("days_between(day_of(2026, 2, 27), day_of(2026, 3, 1))", 2),
        ("capital('été') + lower('À') + upper('é')", "EtéàÉ".replace("E", "É", 1)),
        ("replace('a-b', '-', ' ')", "a b"),
        ("table(lignes[:2], nom='Nom', kg='kg')", "Nom   kg\nInès  12\nMalo   7"),
    ],
)
def test_a_function_never_changes_what_it_gives(written: str, value: Value) -> None:
    assert evaluate(written, VALUES) == value


@pytest.mark.parametrize(
    "written",
    [
        "__import__('os')",
        "().__class__",
        "nom.upper()",
        "nom.__class__.__mro__",
        "lambda: 1",
        "(lambda x: x)(1)",
        "[].append(1)",
        "open('/etc/passwd')",
        "eval('1')",
        "_member(lignes, 'a')",
        "f'{n}'",
        "n := 3",
        "{**{}}",
        "sum(*[[1]])",
        "sorted([1], **{'key': 1})",
        "{x for x in [1]}",
        "{x: x for x in [1]}",
        "1 if",
        "a; b",
        "2 ** 99999",
        "1 << 9",
        "b'x'",
        "None",
        "1j",
        "...",
        "[1 for a in [1] for b in [1] for c in [1]]",
        "[[[c for c in [b]] for b in [a]] for a in [1]]",
        "1" * (MAX_EXPRESSION + 1),
        "(" * 300 + ")" * 300,
        "",
    ],
)
def test_what_an_expression_must_not_say_is_refused_before_it_runs(written: str) -> None:
    with pytest.raises(BadExpression):
        check_expression(written)


@pytest.mark.parametrize(
    "written",
    [
        "inconnu + 1",
        "n / 0",
        "n + 'a'",
        "lignes[9]",
        "lignes[0].age",
        "nom.nom",
        f"'a' * {LONGEST_LIST + 1}",
        f"range({LONGEST_LIST + 1})",
        "10000000000 * 10000000000 * 10000000000 * 10000000000 + 1",
        "min([])",
        "sorted(['a', 1])",
        "round('a')",
        "day_of(2026, 13, 1)",
        "text",
        "len(3)",
        "True + 1",
        "replace(3, 'a', 'b')",
        "starts(n, 'a')",
    ],
)
def test_an_expression_without_a_value_is_an_error_in_words(written: str) -> None:
    with pytest.raises(BadExpression, match=r"\w"):
        evaluate(written, VALUES)


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_division_is_exact_or_true_to_twenty_eight_digits(a: int, b: int) -> None:
    found = evaluate("a / b", {"a": a, "b": b})
    assert isinstance(found, int | Decimal)
    assert abs(Decimal(found) * b - a) <= abs(Decimal(a)) * Decimal("1e-26")


@given(st.decimals(-1000, 1000, places=3), st.integers(0, 3))
def test_rounding_goes_to_the_nearest_and_halves_away_from_zero(value: Decimal, digits: int) -> None:
    found = evaluate(f"round(x, {digits})", {"x": value})
    assert isinstance(found, int | Decimal)
    step = Decimal(1).scaleb(-digits)
    assert abs(Decimal(found) - value) <= step / 2
    assert abs(Decimal(found) - value) < step / 2 or abs(Decimal(found)) > abs(value)
