"""The interface of the livret, held to its own description on a real server: a test for each of its rules."""

from dataclasses import replace
from datetime import timedelta

import pytest
from openapi_spec_validator import validate

from exam_server.acts import livret_clients
from exam_server.storage.transaction import Transaction
from question_bank.framework import COMPETENCES
from tests.exam_server.web.livret_server import PATHS, LivretServer
from tests.support.livret import SPRING, Book, Came, let_in


def test_the_description_is_openapi_and_names_every_address(livret: LivretServer) -> None:
    validate(livret.description)
    assert set(livret.description["paths"]) == set(PATHS.values())
    assert livret.description["servers"] == [{"url": livret.base}]


# -- the rules of the pull ---------------------------------------------------------------------------------


def test_a_validated_certification_has_every_field_of_the_shape(livret: LivretServer) -> None:
    def write(book: Book) -> tuple[str, str, str, str]:
        given = {"other_given_names": "Cerise, Mirabelle, Quetsche", "usual_name": "Autre"}
        pupil = book.pupil("Verger", "Prune", **given)
        code = book.certificate(pupil, book.session(Came(pupil)))
        return book.uai, pupil.ine, code, str(pupil.birth_date)

    uai, ine, code, born = livret.write(write)
    (one,) = livret.certifications(uai)
    levels = one.pop("competenceResults")
    assert isinstance(one.pop("id"), int)
    assert one.pop("certificationCenter").startswith("Collège des ")
    assert one == {
        "firstName": "Prune",
        "middleName": "Cerise",
        "thirdName": "Mirabelle",
        "lastName": "Verger",
        "birthdate": born,
        "nationalStudentId": ine,
        "status": "validated",
        "pixScore": 256,
        "verificationCode": code,
        "date": "2026-05-12T07:00:00.000Z",
        "deliveredAt": "2026-05-12T07:00:00.000Z",
    }
    assert levels == [{"level": 2, "competenceId": one.code} for one in COMPETENCES]


@pytest.mark.parametrize("state", ["closed", "finalised"])
def test_before_publication_a_certification_is_pending_without_score_or_competence(
    livret: LivretServer, state: str
) -> None:
    uai = livret.write(lambda book: (book.session(Came(book.pupil()), state=state), book.uai)[1])
    (one,) = livret.certifications(uai)
    assert (one["status"], one["pixScore"], one["competenceResults"]) == ("pending", 0, [])
    assert (one["deliveredAt"], one["verificationCode"]) == (None, None)


def test_after_a_withdrawal_it_is_pending_again_until_the_next_version_is_published(
    livret: LivretServer,
) -> None:
    def write(book: Book) -> tuple[Book, Came, str]:
        came = Came(book.pupil())
        session = book.session(came)
        book.withdraw(session)
        return book, came, session

    book, came, session = livret.write(write)
    (one,) = livret.certifications(book.uai)
    assert (one["status"], one["pixScore"], one["competenceResults"]) == ("pending", 0, [])

    def again(tx: Transaction) -> None:
        book.tx = tx
        corrected = replace(came, certified=(3,) * 16)
        book.finalise(session, [(book.candidate_of(came.pupil, session), corrected)], version=2)
        book.publish(session, 2)

    livret.do(again)
    (two,) = livret.certifications(book.uai)
    assert (two["status"], two["pixScore"], two["id"]) == ("validated", 384, one["id"])


def test_a_rejected_one_has_score_0_and_no_competence(livret: LivretServer) -> None:
    uai = livret.write(lambda book: (book.session(Came(book.pupil(), "rejected")), book.uai)[1])
    (one,) = livret.certifications(uai)
    assert (one["status"], one["pixScore"], one["competenceResults"]) == ("rejected", 0, [])
    assert one["deliveredAt"] is not None


def test_a_rejected_competence_is_minus_1_and_one_certified_at_level_0_is_0(livret: LivretServer) -> None:
    declared = (4, 4, 0, *(3,) * 13)
    certified = (3, 0, 0, *(3,) * 13)

    def write(book: Book) -> str:
        book.session(Came(book.pupil(), declared=declared, certified=certified))
        return book.uai

    (one,) = livret.certifications(livret.write(write))
    levels = {found["competenceId"]: found["level"] for found in one["competenceResults"]}
    assert (levels["1.1"], levels["1.2"], levels["1.3"]) == (3, -1, 0)


def test_only_the_latest_certification_of_a_pupil_counts(livret: LivretServer) -> None:
    def write(book: Book) -> str:
        pupil = book.pupil()
        book.session(Came(pupil), at=SPRING)
        book.session(Came(pupil, "rejected"), at=SPRING - timedelta(days=90))
        book.session(Came(pupil, certified=(1,) * 16), at=SPRING - timedelta(days=1))
        return book.uai

    (one,) = livret.certifications(livret.write(write))
    assert (one["status"], one["pixScore"]) == ("validated", 256)


def test_the_latest_counts_also_while_it_is_pending(livret: LivretServer) -> None:
    def write(book: Book) -> str:
        pupil = book.pupil()
        book.session(Came(pupil), at=SPRING - timedelta(days=90))
        book.session(Came(pupil), state="finalised")
        return book.uai

    (one,) = livret.certifications(livret.write(write))
    assert one["status"] == "pending"


@pytest.mark.parametrize("state", ["finalised", "published"])
def test_a_cancelled_one_leaves_the_one_before_in_force(livret: LivretServer, state: str) -> None:
    def write(book: Book) -> str:
        pupil = book.pupil()
        book.session(Came(pupil), at=SPRING - timedelta(days=90))
        book.session(Came(pupil, "cancelled"), state=state)
        return book.uai

    (one,) = livret.certifications(livret.write(write))
    assert (one["status"], one["pixScore"]) == ("validated", 256)


def test_pupils_who_have_left_are_not_listed(livret: LivretServer) -> None:
    def write(book: Book) -> str:
        book.session(Came(book.pupil("Parti", active=False)), Came(book.pupil("Présent")))
        return book.uai

    assert [one["lastName"] for one in livret.certifications(livret.write(write))] == ["Présent"]


def test_only_those_who_sat_are_listed(livret: LivretServer) -> None:
    def write(book: Book) -> str:
        absent = Came(book.pupil("Absent"), "cancelled", started=False)
        book.session(absent, Came(book.pupil("Présent")))
        book.pupil("Jamais")
        return book.uai

    assert [one["lastName"] for one in livret.certifications(livret.write(write))] == ["Présent"]


def test_the_list_is_by_family_name_given_name_and_identifier(livret: LivretServer) -> None:
    names = [("Verger", "Prune"), ("Abri", "Zoé"), ("Verger", "Cerise"), ("Verger", "Prune"), ("Abri", "Ana")]

    def write(book: Book) -> str:
        book.session(*(Came(book.pupil(*name)) for name in names))
        return book.uai

    found = livret.certifications(livret.write(write))
    keys = [(one["lastName"], one["firstName"], one["id"]) for one in found]
    assert keys == sorted(keys)
    assert len({one["id"] for one in found}) == len(names)


def test_the_framework_comes_with_every_list_also_an_empty_one(livret: LivretServer) -> None:
    def write(book: Book) -> str:
        book.session(Came(book.pupil(), "cancelled"))
        return book.uai

    body = livret.pull(livret.write(write)).json()
    assert body["certifications"] == []
    assert [one["id"] for one in body["competences"]] == [one.code for one in COMPETENCES]
    first = {"id": "1", "name": "1. Information et données"}
    assert body["competences"][0]["area"] == first


def test_a_school_where_nobody_sat_and_one_that_is_unknown_have_no_content(livret: LivretServer) -> None:
    def write(book: Book) -> str:
        book.pupil()
        book.session(state="closed")
        return book.uai

    uai = livret.write(write)
    everywhere = livret.do(let_in)
    assert livret.pull(uai).status_code == 204
    assert livret.pull(uai, everywhere).status_code == 204
    assert livret.pull("0000000Z", everywhere).status_code == 204


def test_another_scope_is_forbidden(livret: LivretServer) -> None:
    def write(book: Book) -> str:
        book.session(Came(book.pupil()))
        return book.uai

    uai = livret.write(write)
    searching = livret.do(lambda tx: let_in(tx, uai, scopes=[str(livret_clients.Scope.SEARCH)]))
    pulling = livret.do(lambda tx: let_in(tx, uai, scopes=[str(livret_clients.Scope.CERTIFICATIONS)]))
    refused = livret.pull(uai, searching)
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]
    assert livret.pull(uai, pulling).status_code == 200
    assert livret.search({"ine": "000000001AA"}, pulling).status_code == 403


def test_another_school_is_forbidden_whether_it_exists_or_not(livret: LivretServer) -> None:
    def write(book: Book) -> str:
        book.session(Came(book.pupil()))
        return book.uai

    own, other = livret.write(write), livret.write(write)
    program = livret.do(lambda tx: let_in(tx, own))
    theirs, nothing = livret.pull(other, program), livret.pull("0000000Z", program)
    assert theirs.status_code == nothing.status_code == 403
    assert theirs.content == nothing.content


def test_the_uai_may_be_written_in_small_letters(livret: LivretServer) -> None:
    def write(book: Book) -> str:
        book.session(Came(book.pupil()))
        return book.uai

    uai = livret.write(write)
    program = livret.do(lambda tx: let_in(tx, uai.lower()))
    assert livret.pull(uai.lower(), program).content == livret.pull(uai, program).content


def test_a_certification_keeps_its_identifier(livret: LivretServer) -> None:
    uai = livret.write(lambda book: (book.session(Came(book.pupil())), book.uai)[1])
    before = livret.certifications(uai)[0]["id"]
    assert livret.certifications(uai)[0]["id"] == before > 0


def test_what_was_signed_about_another_ine_is_nobody_s(livret: LivretServer) -> None:
    """A row that was moved to another pupil: nothing is told of either."""

    def write(book: Book) -> str:
        book.session(Came(book.pupil(), signed={"ine": "999999999ZZ"}), Came(book.pupil("Autre")))
        return book.uai

    assert [one["lastName"] for one in livret.certifications(livret.write(write))] == ["Autre"]
