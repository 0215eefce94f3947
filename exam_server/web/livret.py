"""The head's page about the livret: what it would take now, whom it could not tell, the signed exports."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from types import MappingProxyType
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import livret_statements, livret_view
from exam_server.domain.errors import InvalidInput, NotAllowed
from exam_server.domain.json import JSON
from exam_server.domain.roles import Person, Role
from exam_server.exports.livret_statements import LIVRET_TYP, Mismatch, StatementKind
from exam_server.signing.errors import KeyProblem, NoKey
from exam_server.signing.jws import sign
from exam_server.signing.keys import Purpose
from exam_server.storage.tables import Centre
from exam_server.storage.transaction import Reading
from exam_server.web.access import RoleRoute
from exam_server.web.desk import answer, desk_of, page
from exam_server.web.language import _, marked
from exam_server.web.pages import date_short
from exam_server.web.results import public_keys

LONGEST_NUMBER = 9

KINDS: Mapping[StatementKind, str] = MappingProxyType(
    {
        StatementKind.EXPORT: marked("Export"),
        StatementKind.CORRECTION: marked("Correction"),
        StatementKind.WITHDRAWAL: marked("Retrait"),
    }
)
TO_PREPARE: Mapping[StatementKind, str] = MappingProxyType(
    {
        StatementKind.EXPORT: marked("Préparer l’export signé"),
        StatementKind.CORRECTION: marked("Préparer la correction"),
        StatementKind.WITHDRAWAL: marked("Préparer le retrait"),
    }
)
MISMATCHES: Mapping[Mismatch, tuple[str, str]] = MappingProxyType(
    {
        Mismatch.LEFT: (
            marked("N’est plus dans l’établissement."),
            marked("Si c’est une erreur, importez à nouveau le fichier de SIECLE."),
        ),
        Mismatch.NO_INE: (
            marked("Son INE n’a pas l’une des formes en usage."),
            marked("Corrigez la fiche dans SIECLE, puis importez à nouveau."),
        ),
        Mismatch.INE_TWICE: (
            marked("Un autre élève a le même INE."),
            marked("Gardez une seule fiche dans SIECLE, puis importez à nouveau."),
        ),
        Mismatch.NO_SIECLE_ID: (
            marked("N’a pas d’identifiant SIECLE (ELEVE_ID)."),
            marked("Importez le fichier de SIECLE lui-même."),
        ),
        Mismatch.OTHER_INE: (
            marked("Les résultats signés portent un autre INE."),
            marked("Ne l’inscrivez pas à la main ; prévenez l’exploitant du serveur."),
        ),
        Mismatch.OTHER_BIRTH_DATE: (
            marked("Sa date de naissance a changé depuis la session."),
            marked("Vérifiez que c’est la même personne, puis corrigez SIECLE ou retirez les résultats."),
        ),
    }
)
"""Why a pupil could not be matched, and what to do."""

log = logging.getLogger(__name__)


async def livret_page(request: Request, person: Person) -> Response:
    """What the livret would take, by class; the sessions, the pupils to look at, what was stated."""
    keys = await public_keys(request)

    def look(reading: Reading) -> tuple[Centre, livret_view.LivretView]:
        return reading.get(Centre, person.centre_id), livret_view.livret_view(reading, person, keys)

    store = desk_of(request).store
    centre, view = await store.read(look)
    return page(
        request,
        "console/head/livret.html",
        person,
        centre=centre,
        view=view,
        unmatched=[
            {"line": one, "why": _(MISMATCHES[one.why][0]), "remedy": _(MISMATCHES[one.why][1])}
            for one in view.unmatched
        ],
        day_of=partial(_day, zone=store.house.zone),
        kinds={str(kind): _(name) for kind, name in KINDS.items()},
        to_prepare={str(kind): _(name) for kind, name in TO_PREPARE.items()},
    )


def _day(at: datetime, zone: ZoneInfo) -> str:
    """The day of an instant, where the schools are."""
    return date_short(at.astimezone(zone))


async def state(request: Request, person: Person) -> Response:
    """Signs what the livret has to be told of a session now."""
    desk = desk_of(request)
    keys = await public_keys(request)
    now = desk.store.clock()
    try:
        key = await asyncio.to_thread(desk.keys.active, Purpose.DOCUMENTS, now)
    except NoKey:
        raise NotAllowed("no_key") from None
    except KeyProblem:
        log.exception("the key that signs exports cannot be used")
        raise NotAllowed("key_problem") from None

    def signed(payload: JSON) -> str:
        return sign(key, payload, LIVRET_TYP, now)

    give = partial(livret_statements.give_statement, keys=keys, sign=signed)
    number = await desk.store.run(give, person, request.path_params["id"])
    return answer({"number": number})


async def statement(request: Request, person: Person) -> Response:
    """One of a session's statements as a file; the newest where the address names none."""
    found = await desk_of(request).store.read(
        livret_statements.signed_statement, person, request.path_params["id"], _number(request)
    )
    name = f"livret-{found.number:04d}.jws"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(found.signed, media_type="application/jose", headers=headers)


def _number(request: Request) -> int | None:
    asked = request.query_params.get("number")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER):
        raise InvalidInput("bad_field", field="number")
    return int(asked)


_HEAD = (Role.HEAD,)

routes = [
    RoleRoute("/livret", livret_page, roles=_HEAD),
    RoleRoute("/sessions/{id}/livret", statement, roles=_HEAD),
    RoleRoute("/sessions/{id}/livret", state, roles=_HEAD, method="POST"),
]
