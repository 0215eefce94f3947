"""The interface from which livret applications pull, and in which orientation platforms search: no cookies.

A program proves itself with its identifier and secret and gets a token for a quarter of an hour (OAuth 2.0
client credentials, RFC 6749); with it, it asks. The shape of the answers is the one that LSU and LSL know.
"""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote_plus

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts import livret, livret_clients, staff
from exam_server.acts.livret import ByCode, ByIdentity, ByIne, Wanted
from exam_server.acts.livret_clients import Client, Scope
from exam_server.acts.staff import Limit
from exam_server.domain.errors import Forbidden, InvalidInput, Refusal, SignedOut, TooManyTries
from exam_server.domain.json import JSON
from exam_server.exports.livret import orientation_json
from exam_server.signing.access_tokens import LIFETIME, Access, issue_token, read_token
from exam_server.signing.errors import BrokenSeal
from exam_server.storage.transaction import Transaction
from exam_server.web.access import address_of
from exam_server.web.desk import answer, body_of, desk_of
from exam_server.web.errors import STATUS, error_json
from exam_server.web.livret_openapi import document
from exam_server.web.results import public_keys

REALM = "passation"
MOST_PARAMETERS = 20
LONGEST_VALUE = 200

Endpoint = Callable[[Request], Awaitable[Response]]


# -- tokens ----------------------------------------------------------------------------------------------


class TokenRefused(Exception):
    """No token: the error is one of RFC 6749, section 5.2, and `why` is for the program's developer."""

    def __init__(
        self, error: str, why: str, status: int = 400, headers: Mapping[str, str] | None = None
    ) -> None:
        self.error = error
        self.why = why
        self.status = status
        self.headers = headers or {}
        super().__init__(error)


@dataclass(frozen=True)
class Asked:
    """What a program sends to get a token."""

    client_id: str
    secret: str
    scope: str


async def token(request: Request) -> Response:
    """A token for a program that knows its secret."""
    try:
        return await _token(request)
    except TokenRefused as refused:
        said = {"error": refused.error, "error_description": refused.why}
        return _uncached(answer(said, refused.status), refused.headers)


async def _token(request: Request) -> Response:
    desk = desk_of(request)
    asked = _asked(request, await request.body())
    address = address_of(request)
    tries: list[tuple[str, Limit]] = [
        # By address too: whoever fails from elsewhere must not lock the program out.
        (f"livret-client:{asked.client_id} {address}", livret_clients.PER_CLIENT),
        (f"livret-address:{address}", staff.PER_ADDRESS),
    ]
    _check_tries(await desk.store.run(staff.charge, *tries))
    client = await desk.store.read(livret_clients.proven_client, asked.client_id, asked.secret)
    if client is None:
        raise _unknown("unknown client, or not its secret")
    scopes = _granted(asked.scope, client)

    def let_in(tx: Transaction) -> None:
        staff.give_back(tx, *(key for key, _limit in tries))
        livret_clients.note_use(tx, client.id)

    await desk.store.run(let_in)
    now = desk.store.clock()
    signed = issue_token(desk.settings.secret, Access(client.id, scopes), desk.settings.base_url, now)
    given: dict[str, JSON] = {
        "access_token": signed,
        "token_type": "bearer",
        "expires_in": int(LIFETIME.total_seconds()),
        "scope": " ".join(sorted(scopes)),
        "client_id": client.id,
    }
    return _uncached(answer(given), {})


def _uncached(response: Response, headers: Mapping[str, str]) -> Response:
    """Also for what knows no Cache-Control, which every answer of the server has (RFC 6749, 5.1)."""
    response.headers.update({**headers, "pragma": "no-cache"})
    return response


def _check_tries(wait: timedelta | None) -> None:
    try:
        staff.check_tries(wait)
    except TooManyTries as refusal:
        headers = {"retry-after": str(refusal.facts["seconds"])}
        why = "too many failed requests: wait"
        raise TokenRefused("slow_down", why, HTTPStatus.TOO_MANY_REQUESTS, headers) from None


def _asked(request: Request, octets: bytes) -> Asked:
    """The request's fields; each at most once, empty ones as if they were not there (RFC 6749, 3.2)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise TokenRefused("invalid_request", "the body must be application/x-www-form-urlencoded")
    try:
        pairs = parse_qsl(octets.decode(), keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise TokenRefused("invalid_request", "the body is no form") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise TokenRefused("invalid_request", "a parameter is given twice")
    if any(len(value) > LONGEST_VALUE or "\0" in value for value in fields.values()):
        raise TokenRefused("invalid_request", "a parameter is too long")
    if not fields.get("grant_type"):
        raise TokenRefused("invalid_request", "grant_type is missing")
    if fields["grant_type"] != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "the one grant type is client_credentials")
    return Asked(*_credentials(request, fields), fields.get("scope", ""))


def _credentials(request: Request, fields: Mapping[str, str]) -> tuple[str, str]:
    """In the body, or by HTTP Basic, and not by both."""
    header = request.headers.get("authorization")
    client_id, secret = fields.get("client_id", ""), fields.get("client_secret", "")
    if header is None:
        if not client_id or not secret:
            raise _unknown("client_id and client_secret are missing")
        return client_id, secret
    if secret:
        raise TokenRefused("invalid_request", "the client proves itself in two ways at once")
    name, _colon, proof = _basic(header).partition(":")
    if client_id not in {"", unquote_plus(name)}:
        raise TokenRefused("invalid_request", "two client identifiers")
    return unquote_plus(name), unquote_plus(proof)


def _basic(header: str) -> str:
    scheme, _space, given = header.partition(" ")
    try:
        if scheme.lower() == "basic" and len(given) <= 4 * LONGEST_VALUE:
            return base64.b64decode(given.strip(), validate=True).decode().replace("\0", "")
    except (binascii.Error, ValueError):
        pass
    raise _unknown("the Authorization header is not HTTP Basic")


def _unknown(why: str) -> TokenRefused:
    challenge = {"www-authenticate": f'Basic realm="{REALM}", charset="UTF-8"'}
    return TokenRefused("invalid_client", why, HTTPStatus.UNAUTHORIZED, challenge)


def _granted(asked: str, client: Client) -> frozenset[str]:
    """What was asked for, where it is the client's; everything that is, where nothing was named."""
    own = {str(scope) for scope in client.scopes}
    wanted = set(asked.split()) or own
    if not wanted <= own:
        raise TokenRefused("invalid_scope", "a scope is unknown, or not granted to this client")
    return frozenset(wanted)


# -- what a token is good for ----------------------------------------------------------------------------


def guarded(endpoint: Endpoint) -> Endpoint:
    """An answer for programs, also when a rule says no: the one shape of an error, never a page."""

    async def asked(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refusal as refusal:
            return _refused(refusal)

    return asked


def _refused(refusal: Refusal) -> Response:
    """The status that HTTP has for it, and for tokens the challenge of RFC 6750."""
    status = next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
    if isinstance(refusal, InvalidInput):
        status = int(HTTPStatus.BAD_REQUEST)
    response = answer(error_json(refusal.code, refusal.facts), status)
    challenge = f'Bearer realm="{REALM}"'
    if refusal.code == "token_refused":
        challenge += ', error="invalid_token"'
    elif refusal.code == "scope_missing":
        challenge += f', error="insufficient_scope", scope="{refusal.facts["scope"]}"'
    if isinstance(refusal, SignedOut) or refusal.code == "scope_missing":
        response.headers["www-authenticate"] = challenge
    return response


async def client_in(request: Request, scope: Scope) -> Client:
    """The program whose token came with the request; a disabled one is nobody, whatever it still holds."""
    desk = desk_of(request)
    scheme, _space, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise SignedOut("token_missing")
    try:
        access = read_token(desk.settings.secret, given.strip(), desk.settings.base_url, desk.store.clock())
    except BrokenSeal:
        raise SignedOut("token_refused") from None
    client = await desk.store.read(livret_clients.client_with, access.client)
    if client is None:
        raise SignedOut("token_refused")
    if scope not in access.scopes or scope not in client.scopes:
        raise Forbidden("scope_missing", scope=str(scope))
    return client


async def certifications(request: Request) -> Response:
    """What a school's livret takes; 204 where no school has this UAI, or nobody has sat in it."""
    client = await client_in(request, Scope.CERTIFICATIONS)
    keys = await public_keys(request)
    uai = request.path_params["uai"]
    found = await desk_of(request).store.read(livret.certifications_for, client, uai, keys)
    return Response(status_code=HTTPStatus.NO_CONTENT) if found is None else answer(found)


async def search(request: Request) -> Response:
    """One pupil's certification, for an orientation platform; who is meant stands in the body alone."""
    client = await client_in(request, Scope.SEARCH)
    wanted = _wanted(await body_of(request))
    keys = await public_keys(request)
    found = await desk_of(request).store.read(livret.certification_of, client, wanted, keys)
    return answer(orientation_json(found))


def _wanted(body: Mapping[str, JSON]) -> Wanted:
    """The body in one of its three forms; raises InvalidInput."""
    texts = {
        name: value for name, value in body.items() if isinstance(value, str) and len(value) <= LONGEST_VALUE
    }
    match sorted(body), texts:
        case ["ine"], {"ine": ine}:
            return ByIne(ine)
        case ["verificationCode"], {"verificationCode": code}:
            return ByCode(code)
        case ["birthdate", "firstName", "lastName", "organizationUai"], {
            "birthdate": born,
            "firstName": given,
            "lastName": family,
            "organizationUai": uai,
        }:
            return ByIdentity(uai, family, given, _day(born))
    raise InvalidInput("bad_search")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("bad_search") from None
    if text != day.isoformat():
        raise InvalidInput("bad_search")
    return day


async def openapi(request: Request) -> Response:
    """The description of this interface."""
    written = orjson.dumps(document(desk_of(request).settings.base_url), option=orjson.OPT_INDENT_2)
    return Response(written, media_type="application/json")


routes = [
    Route("/api/openapi.json", openapi),
    Route("/api/application/token", token, methods=["POST"]),
    Route("/api/organizations/{uai}/certifications", guarded(certifications)),
    Route("/api/orientation/certification/search", guarded(search), methods=["POST"]),
]
