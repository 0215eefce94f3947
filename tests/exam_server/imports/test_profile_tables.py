"""Rules of the profiles' import from text tables."""

from datetime import date

import pytest

from exam_server.imports.profiles import ProfileRow, read_profiles
from exam_server.imports.report import Import, ImportCode, SkipReason
from exam_server.imports.table import MAX_TABLE
from question_bank.framework import COMPETENCE_CODES, COMPETENCES
from tests.exam_server.imports.samples import HEADER, INES, profile_cells, profile_table, table


def read(*rows: tuple[str, ...]) -> Import[ProfileRow]:
    return read_profiles("profils.csv", profile_table(*rows))


def codes(result: Import[ProfileRow]) -> list[ImportCode]:
    return [problem.code for problem in result.problems]


def renamed(**titles: str) -> tuple[str, ...]:
    """The header with other titles; `niveau_1_1="..."` names the column."""
    changed = {}
    for name, title in titles.items():
        kind, domain, competence = name.split("_")
        changed[f"{domain}.{competence} {kind}"] = title
    return tuple(changed.get(title, title) for title in HEADER)


def test_a_profile_is_read_in_the_framework_s_order() -> None:
    cells = profile_cells(niveau_1_1="0", pix_1_1="5", niveau_5_2="8", pix_5_2="64")
    result = read(cells)
    assert result.ok
    assert result.rows == (
        ProfileRow(INES[0], "ine", (0, *[3] * 14, 8), (5, *[27] * 14, 64), line=2, as_of=None),
    )


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_separator_and_encoding_are_recognised(separator: str, encoding: str) -> None:
    header = ("Prénom de l’élève", *HEADER)
    content = table(("Œillet", *profile_cells()), header=header, separator=separator).encode(encoding)
    assert read_profiles("profils.csv", content).rows[0].levels == (3,) * 16


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_lines_may_end_as_on_any_system(end: str) -> None:
    text = table(profile_cells(), profile_cells(INES[1])).replace("\r\n", end)
    assert [row.line for row in read_profiles("p.csv", text.encode()).rows] == [2, 3]


def test_the_last_line_needs_no_end_and_blank_lines_do_not_count() -> None:
    text = "\n" + table(profile_cells()) + "\n ;;;\n" + ";".join(profile_cells(INES[1]))
    assert [row.line for row in read_profiles("p.csv", text.encode()).rows] == [3, 6]


def test_the_line_that_some_spreadsheets_add_is_passed_over() -> None:
    result = read_profiles("p.csv", b"sep=;\r\n" + profile_table())
    assert [row.line for row in result.rows] == [3]


@pytest.mark.parametrize(
    "title",
    [
        "Niveau 1.1",
        "NIVEAU  1.1",
        "niveau_1.1",
        "1.1niveau",
        "1.1 - Niveau",
        "Niveau - Mener une recherche et une veille d'information",
        "niveau : mener une recherche et une veille d’information",
        "Niveau pour la compétence Mener une recherche et une veille d’information",
        "Mener une recherche et une veille d’information - niveau",
        "Niveau 1.1 Mener une recherche et une veille d’information",
        "Level 1.1",
    ],
)
def test_a_level_column_may_be_called_in_many_ways(title: str) -> None:
    content = table(profile_cells(niveau_1_1="2"), header=renamed(niveau_1_1=title)).encode()
    assert read_profiles("p.csv", content).rows[0].levels[0] == 2


@pytest.mark.parametrize(
    "title",
    [
        "Pix 1.1",
        "PIX1.1",
        "1.1 nombre de pix",
        "Nombre de pix 1.1",
        "nb de pix 1.1",
        "Nombre de pix pour la compétence Mener une recherche et une veille d’information",
    ],
)
def test_a_pix_column_may_be_called_in_many_ways(title: str) -> None:
    content = table(profile_cells(pix_1_1="31"), header=renamed(pix_1_1=title)).encode()
    assert read_profiles("p.csv", content).rows[0].pix[0] == 31


@pytest.mark.parametrize("separator", [";", ","])
def test_the_export_of_a_profile_campaign_is_read_as_it_is(separator: str) -> None:
    labels = ["Construire un environnement numérique" if c.code == "5.2" else c.label for c in COMPETENCES]
    values = [
        f'"{kind} pour la compétence {label}"' for label in labels for kind in ("Niveau", "Nombre de pix")
    ]
    before = ("Nom de l'organisation", "Nom du Participant", "Prénom du Participant", "Identifiant")
    about = (
        "Envoi (O/N)",
        '"Date et heure de l\'envoi (Europe/Paris)"',
        "Nombre de pix total",
        "Certifiable (O/N)",
    )
    header = (*before, *about, "Nombre de compétences certifiables", *values)
    sent = (
        "Verger",
        "Démo",
        "Pêche",
        f"'{INES[0]}",
        "Oui",
        "10/09/2026 14:05",
        "432",
        "Oui",
        "16",
        *["3", "27"] * 16,
    )
    waiting = ("Verger", "Démo", "Cerise", INES[1], "Non", *["NA"] * 4, *["NA"] * 32)
    content = table(sent, waiting, header=header, separator=separator).encode("utf-8-sig")
    result = read_profiles("campagne.csv", content)
    assert result.problems == ()
    assert [(row.identifier, row.identifier_kind, row.as_of) for row in result.rows] == [
        (INES[0], "ine", date(2026, 9, 10))
    ]
    assert [(skipped.line, skipped.subject, skipped.reason) for skipped in result.skipped] == [
        (3, INES[1], SkipReason.NO_PROFILE)
    ]


@pytest.mark.parametrize(
    ("title", "value", "kind"),
    [
        ("INE", " 1234567890a ", "ine"),
        ("Identifiant national", "1234567890A", "ine"),
        ("Identifiant", "1234567890A", "ine"),
        ("Identifiant", "E77", "local"),
        ("Identifiant local", "1234567890A", "local"),
        ("Numéro local", "77", "local"),
    ],
)
def test_the_title_says_what_the_identifier_is_and_else_its_shape(title: str, value: str, kind: str) -> None:
    content = table(profile_cells(value), header=(title, *HEADER[1:])).encode()
    row = read_profiles("p.csv", content).rows[0]
    assert (row.identifier, row.identifier_kind) == (value.replace(" ", "").upper(), kind)


def test_the_local_number_serves_where_the_ine_is_empty() -> None:
    header = (*HEADER, "Numéro local")
    content = table((*profile_cells(), "77"), (*profile_cells(""), "78"), header=header).encode()
    assert [(row.identifier, row.identifier_kind) for row in read_profiles("p.csv", content).rows] == [
        (INES[0], "ine"),
        ("78", "local"),
    ]


@pytest.mark.parametrize("written", ["10/09/2026", "2026-09-10", "2026-09-10T08:00:00Z", "10/09/2026 08:00"])
def test_the_date_of_the_profile_is_read_in_both_forms(written: str) -> None:
    content = table((*profile_cells(), written), header=(*HEADER, "Date du profil")).encode()
    assert read_profiles("p.csv", content).rows[0].as_of == date(2026, 9, 10)


@pytest.mark.parametrize("wrong", ["31/02/2026", "hier", "2026-13-01", "10/09/26", "10/09/1026"])
def test_an_impossible_date_is_refused(wrong: str) -> None:
    content = table((*profile_cells(), wrong), header=(*HEADER, "Date du profil")).encode()
    result = read_profiles("p.csv", content)
    assert [(p.code, p.field) for p in result.problems] == [(ImportCode.DATE_INVALID, "Date du profil")]


def test_the_date_of_birth_is_not_the_date_of_the_profile() -> None:
    content = table((*profile_cells(), "05/03/2011"), header=(*HEADER, "Date de naissance")).encode()
    assert read_profiles("p.csv", content).rows[0].as_of is None


@pytest.mark.parametrize("missing", HEADER)
def test_each_missing_column_is_named(missing: str) -> None:
    place = HEADER.index(missing)
    cells = profile_cells()
    content = table(cells[:place] + cells[place + 1 :], header=HEADER[:place] + HEADER[place + 1 :]).encode()
    result = read_profiles("p.csv", content)
    assert [(p.code, p.field, p.line) for p in result.problems] == [(ImportCode.COLUMN_MISSING, missing, 1)]
    assert missing in result.problems[0].message()
    assert result.rows == ()


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("6.1 niveau", "6.1"),
        ("Pix 1.4", "1.4"),
        ("Niveau - Jongler", "jongler"),
        ("Nombre de pix pour la compétence Cuisiner", "cuisiner"),
    ],
)
def test_an_unknown_competence_is_named(title: str, named: str) -> None:
    content = table((*profile_cells(), "1"), header=(*HEADER, title)).encode()
    result = read_profiles("p.csv", content)
    assert [(p.code, p.field, p.given) for p in result.problems] == [
        (ImportCode.COMPETENCE_UNKNOWN, title, named)
    ]


@pytest.mark.parametrize(
    "title", ["Niveau", "Niveau scolaire", "Nombre de pix total", "Pix total", "Classe", ""]
)
def test_other_columns_are_passed_over(title: str) -> None:
    content = table((*profile_cells(), "3e"), header=(*HEADER, title)).encode()
    assert read_profiles("p.csv", content).ok


def test_a_doubled_column_is_refused() -> None:
    content = table((*profile_cells(), "1"), header=(*HEADER, "Niveau 1.1")).encode()
    result = read_profiles("p.csv", content)
    assert [(p.code, p.field, p.given) for p in result.problems] == [
        (ImportCode.COLUMN_DUPLICATED, "Niveau 1.1", "1.1 niveau")
    ]


@pytest.mark.parametrize("header", [("a", "b"), ("Nom", "Prénom", "Classe")])
def test_a_header_that_says_nothing_is_one_problem_not_thirty_three(header: tuple[str, ...]) -> None:
    assert codes(read_profiles("p.csv", table(header=header).encode())) == [ImportCode.HEADER_UNKNOWN]


def test_a_header_alone_holds_nobody() -> None:
    assert codes(read_profiles("p.csv", table().encode())) == [ImportCode.NO_ROWS]


@pytest.mark.parametrize("level", ["9", "-1", "3,5", "trois", "٣", "1e0", "99999999999", "3 3"])
def test_a_level_is_a_whole_number_from_0_to_8(level: str) -> None:
    result = read(profile_cells(niveau_2_3=level), profile_cells(INES[1]))
    assert [(p.code, p.line, p.field, p.subject) for p in result.problems] == [
        (ImportCode.LEVEL_INVALID, 2, "2.3 niveau", INES[0])
    ]
    assert [row.identifier for row in result.rows] == [INES[1]]


@pytest.mark.parametrize("pix", ["65", "-1", "2,5", "beaucoup"])
def test_a_pix_count_is_a_whole_number_from_0_to_64(pix: str) -> None:
    result = read(profile_cells(pix_2_3=pix))
    assert [(p.code, p.field) for p in result.problems] == [(ImportCode.PIX_INVALID, "2.3 pix")]


@pytest.mark.parametrize("written", ["3,0", "3.00", " 3 "])
def test_a_whole_number_with_decimals_of_a_spreadsheet_is_read(written: str) -> None:
    assert read(profile_cells(niveau_1_1=written)).rows[0].levels[0] == 3


@pytest.mark.parametrize("code", COMPETENCE_CODES)
def test_a_missing_value_is_not_zero(code: str) -> None:
    name = f"niveau_{code.replace('.', '_')}"
    result = read(profile_cells(**{name: ""}))
    assert [(p.code, p.field) for p in result.problems] == [(ImportCode.VALUE_REQUIRED, f"{code} niveau")]


@pytest.mark.parametrize(("level", "pix"), [("0", "7"), ("3", "24"), ("3", "31"), ("8", "64")])
def test_eight_pix_make_a_level(level: str, pix: str) -> None:
    assert read(profile_cells(niveau_1_1=level, pix_1_1=pix)).warnings == ()


@pytest.mark.parametrize(("level", "pix", "follows"), [("3", "23", "2"), ("3", "32", "4"), ("7", "64", "8")])
def test_a_level_that_does_not_follow_from_the_pix_is_kept_and_said(
    level: str, pix: str, follows: str
) -> None:
    result = read(profile_cells(niveau_1_1=level, pix_1_1=pix))
    assert result.rows[0].levels[0] == int(level)
    assert [(w.code, w.field, w.given, w.expected) for w in result.warnings] == [
        (ImportCode.LEVEL_PIX_DISAGREE, "1.1 niveau", level, follows)
    ]


def test_a_pupil_without_any_value_is_left_aside() -> None:
    empty = (INES[1], *[""] * 32)
    result = read(profile_cells(), empty)
    assert result.ok
    assert [(skipped.reason, skipped.line) for skipped in result.skipped] == [(SkipReason.NO_PROFILE, 3)]


def test_a_doubled_pupil_keeps_neither_profile() -> None:
    result = read(profile_cells(), profile_cells("1234567890a"), profile_cells(INES[1]))
    assert [(p.code, p.line, p.expected) for p in result.problems] == [
        (ImportCode.IDENTIFIER_UNIQUE, 2, "3"),
        (ImportCode.IDENTIFIER_UNIQUE, 3, "2"),
    ]
    assert [row.identifier for row in result.rows] == [INES[1]]


@pytest.mark.parametrize(
    ("ine", "code"), [("", ImportCode.IDENTIFIER_REQUIRED), ("12", ImportCode.INE_FORMAT)]
)
def test_a_row_needs_an_identifier_of_the_right_form(ine: str, code: ImportCode) -> None:
    assert codes(read(profile_cells(ine))) == [code]


@pytest.mark.parametrize(
    ("value", "code"),
    [("X" * 256, ImportCode.TEXT_TOO_LONG), ("X\N{REPLACEMENT CHARACTER}", ImportCode.TEXT_UNREADABLE)],
)
def test_a_local_number_is_short_and_readable(value: str, code: ImportCode) -> None:
    content = table(profile_cells(value), header=("Numéro local", *HEADER[1:])).encode()
    assert codes(read_profiles("p.csv", content)) == [code]


def test_a_line_with_too_few_or_too_many_fields_costs_that_line() -> None:
    rows = (profile_cells()[:-1], (*profile_cells(INES[1]), "x"), (*profile_cells(INES[2]), "", ""))
    result = read(*rows)
    assert [(p.code, p.line, p.given, p.expected) for p in result.problems] == [
        (ImportCode.FIELD_COUNT, 2, "32", "33"),
        (ImportCode.FIELD_COUNT, 3, "34", "33"),
    ]
    assert [row.identifier for row in result.rows] == [INES[2]]


@pytest.mark.parametrize("after", [[INES[1]], [INES[1], INES[2]]])
def test_a_forgotten_quote_costs_one_line_not_the_rest_of_the_file(after: list[str]) -> None:
    rows = [('"' + INES[0], *profile_cells()[1:]), *(profile_cells(ine) for ine in after)]
    result = read(*rows)
    assert [(p.code, p.line) for p in result.problems] == [(ImportCode.QUOTES_UNTERMINATED, 2)]
    assert [row.identifier for row in result.rows] == after


def test_two_forgotten_quotes_do_not_swallow_the_lines_between() -> None:
    quoted = ('"' + INES[0], *profile_cells()[1:])
    closing = (*profile_cells("2345678901B")[:-1], '27"')
    result = read(quoted, profile_cells(INES[1]), closing)
    assert [row.identifier for row in result.rows] == [INES[1]]
    assert result.problems[0].line == 2


def test_a_misplaced_quote_costs_one_line() -> None:
    result = read(('"' + INES[0] + '"x', *profile_cells()[1:]), profile_cells(INES[1]))
    assert [(p.code, p.line) for p in result.problems] == [(ImportCode.QUOTES_MISPLACED, 2)]
    assert len(result.rows) == 1


def test_a_quoted_field_may_hold_separators_quotes_and_line_breaks() -> None:
    header = ('"Remarque\nlibre"', *HEADER)
    rows = (('"un ; deux, ""trois""\nquatre"', *profile_cells()), ("rien", *profile_cells(INES[1])))
    result = read_profiles("p.csv", table(*rows, header=header).encode())
    assert [(row.identifier, row.line) for row in result.rows] == [(INES[0], 3), (INES[1], 5)]


def test_a_line_without_end_is_refused() -> None:
    content = profile_table() + b"x" * 200_000 + b"\n" + ";".join(profile_cells(INES[1])).encode()
    result = read_profiles("p.csv", content)
    assert [(p.code, p.line) for p in result.problems] == [(ImportCode.LINE_TOO_LONG, 3)]
    assert len(result.rows) == 2


def test_a_field_without_end_is_refused() -> None:
    endless = b'"' + b"\n".join([b"x" * 90_000] * 3) + b'"\n'
    result = read_profiles("p.csv", profile_table() + endless)
    assert (result.problems[0].code, result.problems[0].line) == (ImportCode.LINE_TOO_LONG, 3)


def test_more_profiles_than_any_school_has_are_refused() -> None:
    header = profile_table().splitlines(keepends=True)[0]
    result = read_profiles("p.csv", header + (b"x" + b";3" * 32 + b"\n") * 50_001)
    assert (codes(result), result.rows) == ([ImportCode.TOO_MANY_ROWS], ())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", ImportCode.FILE_EMPTY),
        (b"\r\n \n", ImportCode.FILE_EMPTY),
        (b"\xef\xbb\xbf", ImportCode.FILE_EMPTY),
        (b"PK\x03\x04 a workbook", ImportCode.NOT_A_TEXT_TABLE),
        (b"\xd0\xcf\x11\xe0 an old workbook", ImportCode.NOT_A_TEXT_TABLE),
        (b"INE;1.1 niveau\n1\x002;3\n", ImportCode.NUL_CHARACTER),
        ("INE;1.1 niveau".encode("utf-16"), ImportCode.ENCODING_NOT_SUPPORTED),
        (b"INE;1.1 niveau;\xe9\n\x81\n", ImportCode.ENCODING_NOT_SUPPORTED),
        (b";;;\n;;;\n", ImportCode.NO_ROWS),
        (b"x" * (MAX_TABLE + 1), ImportCode.FILE_TOO_LARGE),
        (b"\n" * 300_000 + b"x", ImportCode.TOO_MANY_ROWS),
    ],
)
def test_what_is_no_text_table_is_said_at_once(content: bytes, code: ImportCode) -> None:
    assert codes(read_profiles("p.csv", content)) == [code]


def test_a_nul_character_is_said_with_its_line() -> None:
    assert read_profiles("p.csv", b"INE\n1\n\x00\n").problems[0].line == 3


def test_a_thousand_problems_are_kept_and_all_are_counted() -> None:
    result = read(*(profile_cells(f"{n:010d}A", niveau_1_1="9") for n in range(1_500)))
    assert (len(result.problems), result.problem_count, result.ok) == (1_000, 1_500, False)
