"""How a program gets a token (RFC 6749, section 4.4 and 5), and what a token is worth afterwards."""

import base64
from datetime import timedelta
from urllib.parse import quote_plus

import pytest
from joserfc import jws, jwt
from joserfc.jwk import OctKey

from exam_server.acts.livret_clients import PER_CLIENT, Scope, disable_client
from exam_server.signing.access_tokens import LIFETIME
from exam_server.storage.credential_tables import LivretClient
from tests.exam_server.web.livret_server import PATHS, LivretServer
from tests.support.house import SECRET
from tests.support.livret import Book, Came, Program, let_in

FORM = "application/x-www-form-urlencoded"


def basic(name: str, secret: str) -> dict[str, str]:
    proof = base64.b64encode(f"{quote_plus(name)}:{quote_plus(secret)}".encode()).decode()
    return {"authorization": f"Basic {proof}", "content-type": FORM}


def test_a_program_gets_a_token_for_a_quarter_of_an_hour(livret: LivretServer) -> None:
    program = livret.do(let_in)
    answer = livret.token(program, scope=str(Scope.CERTIFICATIONS))
    said = answer.json()
    assert (said["token_type"], said["expires_in"], said["scope"]) == (
        "bearer",
        900,
        "organizations-certifications-result",
    )
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    used = livret.do(lambda tx: tx.get(LivretClient, program.id).used_at)
    assert used == livret.clock()


def test_without_a_scope_a_token_is_for_all_that_the_program_may(livret: LivretServer) -> None:
    assert livret.token(livret.do(let_in)).json()["scope"].split() == sorted(Scope)
    one = livret.do(lambda tx: let_in(tx, scopes=[str(Scope.SEARCH)]))
    assert livret.token(one).json()["scope"] == str(Scope.SEARCH)


def test_the_secret_may_come_by_http_basic(livret: LivretServer) -> None:
    program = livret.do(let_in)
    answer = livret.http.post(
        PATHS["token"], content="grant_type=client_credentials", headers=basic(program.id, program.secret)
    )
    assert livret.held("token", answer).status_code == 200


def test_what_is_no_request_for_a_token_is_refused_as_the_rfc_says(livret: LivretServer) -> None:
    program = livret.do(lambda tx: let_in(tx, scopes=[str(Scope.SEARCH)]))
    right = program.form()

    def without(name: str) -> dict[str, str]:
        return {key: value for key, value in right.items() if key != name}

    cases: list[tuple[object, int, str]] = [
        (without("grant_type"), 400, "invalid_request"),
        ({**right, "grant_type": ""}, 400, "invalid_request"),
        ({**right, "grant_type": "password"}, 400, "unsupported_grant_type"),
        ({**right, "grant_type": ["client_credentials"] * 2}, 400, "invalid_request"),
        ({**right, "scope": "x" * 201}, 400, "invalid_request"),
        ({**right, "scope": "\0"}, 400, "invalid_request"),
        ({**right, **{f"p{n}": "x" for n in range(30)}}, 400, "invalid_request"),
        ({**right, "scope": "parcoursup"}, 400, "invalid_scope"),
        ({**right, "scope": str(Scope.CERTIFICATIONS)}, 400, "invalid_scope"),
        ({**right, "scope": " ".join(Scope)}, 400, "invalid_scope"),
        (without("client_secret"), 401, "invalid_client"),
        (without("client_id"), 401, "invalid_client"),
        ({**right, "client_secret": "wrong"}, 401, "invalid_client"),
        ({**right, "client_id": "nobody"}, 401, "invalid_client"),
    ]
    for body, status, error in cases:
        answer = livret.held("token", livret.http.post(PATHS["token"], data=body))  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["error"]) == (status, error), body
        assert answer.json()["error_description"].isascii()


def test_a_body_of_another_kind_is_no_request_for_a_token(livret: LivretServer) -> None:
    program = livret.do(let_in)
    for content, kind in ((b"{}", "application/json"), (b"\xff\xfe", FORM), (b"x", "text/plain")):
        answer = livret.http.post(PATHS["token"], content=content, headers={"content-type": kind})
        assert livret.held("token", answer).json()["error"] == "invalid_request"
    both = livret.http.post(PATHS["token"], data=program.form(), headers=basic(program.id, program.secret))
    assert livret.held("token", both).json()["error"] == "invalid_request"
    for header in ("Basic", "Basic %%%", "Basic " + "A" * 4000, "Bearer x"):
        answer = livret.http.post(
            PATHS["token"],
            content="grant_type=client_credentials",
            headers={"authorization": header, "content-type": FORM},
        )
        assert livret.held("token", answer).json()["error"] == "invalid_client"


def test_an_unknown_program_is_answered_like_a_wrong_secret(livret: LivretServer) -> None:
    program = livret.do(let_in)
    wrong = livret.token(Program(program.id, "wrong"))
    unknown = livret.token(Program("f" * 32, program.secret))
    assert (wrong.status_code, wrong.content) == (unknown.status_code, unknown.content)
    assert wrong.headers["www-authenticate"].startswith("Basic ")


def test_the_database_keeps_no_secret(livret: LivretServer) -> None:
    program = livret.do(let_in)
    kept = livret.do(lambda tx: tx.get(LivretClient, program.id).secret_hash)
    assert program.secret not in kept
    assert len(program.secret) >= 43


def test_who_fails_too_often_has_to_wait_and_who_succeeds_does_not(livret: LivretServer) -> None:
    program = livret.do(let_in)
    for _ in range(PER_CLIENT.tries + 5):
        assert livret.token(program).status_code == 200
    for _ in range(PER_CLIENT.tries):
        assert livret.token(Program(program.id, "wrong")).status_code == 401
    waiting = livret.token(program)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "300")
    assert livret.token(livret.do(let_in)).status_code == 200
    livret.clock.advance(minutes=5)
    assert livret.token(program).status_code == 200


# -- what a token is worth ---------------------------------------------------------------------------------


@pytest.fixture
def school(livret: LivretServer) -> str:
    """The UAI of a school with one certification."""
    return livret.write(lambda book: (book.session(Came(book.pupil())), book.uai)[1])


def asked_with(livret: LivretServer, uai: str, header: str | None) -> tuple[int, str]:
    """The status of the pull, and the challenge that came with it."""
    headers = [] if header is None else [(b"authorization", header.encode())]
    answer = livret.http.get(f"/api/organizations/{uai}/certifications", headers=headers)
    livret.held("certifications", answer)
    return answer.status_code, answer.headers.get("www-authenticate", "")


def test_without_a_token_nothing_is_told(livret: LivretServer, school: str) -> None:
    for header in (None, "", "Bearer", "Basic eA==", "bearer"):
        assert asked_with(livret, school, header) == (401, 'Bearer realm="passation"')


def test_a_token_ends_by_itself(livret: LivretServer, school: str) -> None:
    header = livret.bearer(livret.do(lambda tx: let_in(tx, school)))["authorization"]
    livret.clock.now += LIFETIME - timedelta(seconds=1)
    assert asked_with(livret, school, header)[0] == 200
    livret.clock.advance(seconds=1)
    assert asked_with(livret, school, header) == (401, 'Bearer realm="passation", error="invalid_token"')


def test_a_program_that_is_shut_out_gets_nothing_with_the_token_that_it_holds(
    livret: LivretServer, school: str
) -> None:
    program = livret.do(lambda tx: let_in(tx, school))
    header = livret.bearer(program)["authorization"]
    assert asked_with(livret, school, header)[0] == 200
    livret.do(lambda tx: disable_client(tx, program.id))
    assert asked_with(livret, school, header)[0] == 401
    assert livret.token(program).status_code == 401


def test_no_other_token_is_taken(livret: LivretServer, school: str) -> None:
    """Another key, no algorithm, another algorithm, our public keys as a secret, our own other documents."""
    program = livret.do(lambda tx: let_in(tx, school))
    right = livret.bearer(program)["authorization"].removeprefix("Bearer ")
    header, payload, signature = right.split(".")
    claims = jws.extract_compact(right.encode()).payload
    typed = {"typ": "passation-access+jwt"}
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"passation-access+jwt"}').decode().rstrip("=")
    public = next(iter(livret.app.state.desk.keys.jwks()["keys"]))
    point = OctKey.import_key(str(public["x"]))
    forged = [
        f"{none}.{payload}.",
        f"{none}.{payload}.{signature}",
        f"{header}.{payload}.",
        f"{header}.{payload}.{signature[:-2]}AA",
        jws.serialize_compact({"alg": "HS256", **typed}, claims, OctKey.import_key(SECRET)),
        jws.serialize_compact({"alg": "HS256", **typed}, claims, point),
        jws.serialize_compact({"alg": "HS384", **typed}, claims, OctKey.generate_key(384), ["HS384"]),
        jwt.encode({"alg": "HS256"}, {"client_id": program.id}, OctKey.generate_key(256)),
        right + "x",
        "x" * 5000,
        "é",
    ]
    for token in forged:
        assert asked_with(livret, school, f"Bearer {token}")[0] == 401, token
    assert asked_with(livret, school, f"Bearer {right}")[0] == 200


def test_a_cookie_is_neither_needed_nor_looked_at(livret: LivretServer, school: str) -> None:
    answer = livret.http.get(
        f"/api/organizations/{school}/certifications", headers={"cookie": "passation_staff=x; lang=en"}
    )
    assert livret.held("certifications", answer).status_code == 401


def test_a_page_of_another_site_cannot_ask_for_a_token(livret: LivretServer) -> None:
    form = livret.do(let_in).form()
    answer = livret.http.post(PATHS["token"], data=form, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_site")


def test_an_answer_is_json_also_for_who_would_rather_have_a_page(livret: LivretServer, school: str) -> None:
    page = {"accept": "text/html"}
    answer = livret.http.get(f"/api/organizations/{school}/certifications", headers=page)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/json")


def test_one_book_is_one_school(livret: LivretServer) -> None:
    """The tests above rely on it."""

    def uai(book: Book) -> str:
        return book.uai

    assert livret.write(uai) != livret.write(uai)
