"""The search of an orientation platform: by INE, identity or code; who is meant is told to nobody else."""

import logging
from datetime import date, timedelta
from typing import Any

import pytest

from exam_server.signing.verification_codes import written
from exam_server.storage.results_tables import Certificate
from exam_server.storage.transaction import Transaction
from tests.exam_server.web.livret_server import PATHS, LivretServer
from tests.support.livret import SPRING, Book, Came, let_in

NOT_SEARCHES: list[object] = [
    {},
    [],
    None,
    "x",
    {"ine": 1},
    {"ine": ""},
    {"ine": "12345"},
    {"ine": "x" * 201},
    {"ine": "000000001AA", "verificationCode": "x"},
    {"ine": "000000001AA", "more": 1},
    {"verificationCode": None},
    {"verificationCode": "\0"},
    {"organizationUai": "0990001N", "lastName": "a", "firstName": "b"},
    {"organizationUai": "0990001N", "lastName": "a", "firstName": "b", "birthdate": "04/03/2011"},
    {"organizationUai": "0990001N", "lastName": "a", "firstName": "b", "birthdate": "2011-02-30"},
    {"organizationUai": "0990001N", "lastName": "a", "firstName": "b", "birthdate": "20110304"},
    {"organizationUai": "0990001N", "lastName": ["a"], "firstName": "b", "birthdate": "2011-03-04"},
]


def identity(uai: str, family: str, given: str, born: str = "2011-03-04") -> dict[str, str]:
    return {"organizationUai": uai, "lastName": family, "firstName": given, "birthdate": born}


def one_who_sat(
    livret: LivretServer, family: str = "Verger", given: str = "Prune", **came: Any
) -> dict[str, str]:
    """A pupil with a validated certification of this spring."""

    def write(book: Book) -> dict[str, str]:
        pupil = book.pupil(family, given)
        code = book.certificate(pupil, book.session(Came(pupil, **came)))
        return {"uai": book.uai, "ine": pupil.ine, "code": code}

    return livret.write(write)


def test_each_of_the_three_ways_finds_the_same_certification(livret: LivretServer) -> None:
    known = one_who_sat(livret, declared=(3, *(3,) * 15), certified=(0, *(2,) * 15))
    answers = [
        livret.search({"ine": known["ine"]}),
        livret.search({"verificationCode": known["code"]}),
        livret.search(identity(known["uai"], "Verger", "Prune")),
    ]
    assert [one.status_code for one in answers] == [200] * 3
    assert len({one.content for one in answers}) == 1
    found = answers[0].json()
    assert (found["ine"], found["organizationUai"]) == (known["ine"], known["uai"])
    assert (found["status"], found["pixScore"], found["globalLevel"]) == ("validated", 240, 1)
    assert [one["level"] for one in found["competences"]] == [0, *(2,) * 15]
    assert found["competences"][0]["areaName"] == "Information et données"


def test_names_are_compared_without_case_accents_spaces_hyphens_and_apostrophes(
    livret: LivretServer,
) -> None:
    known = one_who_sat(livret, "L’Œil-de Bœuf", "Anne-Hélène")
    for family, given in (("L'OEIL DE BOEUF", "anne helene"), ("loeildeboeuf", "Anne Hélène")):
        found = livret.search(identity(known["uai"].lower(), family, given))
        assert (found.status_code, found.json().get("ine")) == (200, known["ine"])
    assert livret.search(identity(known["uai"], "L’Œil", "Anne-Hélène")).status_code == 404


def test_a_code_may_be_written_as_on_the_certificate(livret: LivretServer) -> None:
    known = one_who_sat(livret)
    assert livret.search({"verificationCode": written(known["code"]).lower()}).status_code == 200


def test_several_pupils_of_one_name_and_birth_date_are_a_conflict(livret: LivretServer) -> None:
    def write(book: Book) -> str:
        book.session(Came(book.pupil("Double", "Jo")), Came(book.pupil("DOUBLE", "Jô")))
        return book.uai

    answer = livret.search(identity(livret.write(write), "Double", "Jo"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "several_pupils")


def test_one_ine_with_two_birth_dates_is_a_conflict(livret: LivretServer) -> None:
    ine = "1234567890A"
    for born in (date(2011, 3, 4), date(2010, 3, 4)):
        livret.write(lambda book, born=born: book.pupil(ine=ine, birth_date=born).id)  # type: ignore[misc]
    assert livret.search({"ine": ine}).status_code == 409


def test_a_pupil_who_changed_schools_is_found_by_ine_with_what_was_sat_before(livret: LivretServer) -> None:
    known = one_who_sat(livret)

    def leave(tx: Transaction) -> None:
        tx.connection.exec_driver_sql("UPDATE pupil SET active = 0 WHERE ine = ?", (known["ine"],))

    livret.do(leave)
    new_school = livret.write(lambda book: (book.pupil(ine=known["ine"]), book.uai)[1])
    for body in ({"ine": known["ine"]}, identity(new_school, "verger", "prune")):
        found = livret.search(body)
        assert (found.status_code, found.json()["organizationUai"]) == (200, known["uai"])


def test_only_the_school_year_s_last_certification_is_found(livret: LivretServer) -> None:
    def write(book: Book) -> tuple[str, str]:
        older, both = book.pupil(), book.pupil()
        last_year = SPRING.replace(year=2025)
        book.session(Came(older), at=last_year)
        book.session(Came(both), at=last_year)
        book.session(Came(both, certified=(1,) * 16), at=SPRING - timedelta(days=60))
        book.session(Came(both, "cancelled"))
        return older.ine, both.ine

    older, both = livret.write(write)
    assert livret.search({"ine": older}).status_code == 404
    assert livret.search({"ine": both}).json()["pixScore"] == 128


def test_before_publication_it_is_pending_without_score_or_competence(livret: LivretServer) -> None:
    ine = livret.write(lambda book: (pupil := book.pupil(), book.session(Came(pupil), state="closed"))[0].ine)
    found = livret.search({"ine": ine}).json()
    assert (found["status"], found["pixScore"], found["competences"]) == ("pending", 0, [])


@pytest.mark.parametrize("gone", ["revoked", "withdrawn"])
def test_a_code_that_stands_for_nothing_any_more_is_not_found(livret: LivretServer, gone: str) -> None:
    def write(book: Book) -> str:
        pupil = book.pupil()
        session = book.session(Came(pupil))
        code = book.certificate(pupil, session)
        if gone == "withdrawn":
            book.withdraw(session)
        else:
            book.tx.orm.get_one(Certificate, code).revoked_at = book.tx.now
        return code

    assert livret.search({"verificationCode": livret.write(write)}).status_code == 404


def test_what_does_not_exist_is_not_found(livret: LivretServer) -> None:
    known = one_who_sat(livret)
    assert livret.search({"ine": "999999999ZZ"}).status_code == 404
    for code in ("AAAAA", "0" * 64, known["code"][:-1] + "Z"):
        assert livret.search({"verificationCode": code}).status_code == 404
    assert livret.search(identity(known["uai"], "Verger", "Cerise")).status_code == 404
    assert livret.search(identity(known["uai"], "Verger", "Prune", "2011-03-05")).status_code == 404
    assert livret.search(identity("0000000Z", "Verger", "Prune")).status_code == 404


def test_another_school_s_pupils_are_not_found_and_its_name_is_forbidden(livret: LivretServer) -> None:
    known, own = one_who_sat(livret), one_who_sat(livret)
    program = livret.do(lambda tx: let_in(tx, own["uai"]))
    assert livret.search({"ine": known["ine"]}, program).status_code == 404
    assert livret.search({"verificationCode": known["code"]}, program).status_code == 404
    assert livret.search(identity(known["uai"], "Verger", "Prune"), program).status_code == 403
    assert livret.search({"ine": own["ine"]}, program).status_code == 200


def test_what_is_no_search_is_refused(livret: LivretServer) -> None:
    program = livret.do(let_in)
    for body in NOT_SEARCHES:
        assert livret.search(body, program).status_code == 400, body
    broken = livret.http.post(PATHS["search"], content=b"{", headers=livret.bearer(program))
    assert livret.held("search", broken).status_code == 400


def test_nobody_who_is_searched_stands_in_a_log_or_in_an_address(
    livret: LivretServer, caplog: pytest.LogCaptureFixture
) -> None:
    known = one_who_sat(livret, "Mirabelleraie", "Quetsche")
    with caplog.at_level(logging.DEBUG):
        livret.search({"ine": known["ine"]})
        livret.search({"verificationCode": known["code"]})
        livret.search(identity(known["uai"], "Mirabelleraie", "Quetsche"))
        livret.search(identity(known["uai"], "Mirabelleraie", "Absente"))
        livret.pull(known["uai"])
    assert caplog.records
    for secret in (known["ine"], known["code"], "Mirabelleraie", "Quetsche", "2011-03-04"):
        assert secret not in caplog.text
