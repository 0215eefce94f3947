"""The attestation of awareness of 6e: the head says for which pupils of a class it is true, and prints it."""

import asyncio
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from exam_server.domain.errors import InvalidInput, NotFound
from exam_server.domain.roles import Person, Role
from exam_server.papers import typesetting
from exam_server.papers.forms import Awareness, Issued, Words
from exam_server.storage import queries
from exam_server.storage.tables import Centre
from exam_server.storage.transaction import Reading
from exam_server.web.access import RoleRoute
from exam_server.web.desk import desk_of, page
from exam_server.web.language import _, language
from exam_server.web.pages import date_short

FIRST_MONTH = 8
MOST_PUPILS = 400


async def awareness_page(request: Request, person: Person) -> Response:
    """The pupils of a class, all of them ticked."""
    desk, chosen = desk_of(request), request.query_params.get("class") or None
    classes = await desk.store.read(queries.class_rows, person.centre_id)
    names = [row.name for row in classes]
    rows = await desk.store.read(queries.pupil_rows, person.centre_id, chosen) if chosen in names else []
    year = school_year(desk.store.clock().astimezone(desk.store.house.zone).date())
    return page(
        request,
        "console/head/awareness.html",
        person,
        classes=names,
        chosen=chosen,
        pupils=rows,
        years=[written_year(year), written_year(year - 1)],
    )


async def awareness_papers(request: Request, person: Person) -> Response:
    """One page for each pupil who was left ticked."""
    async with request.form(max_files=0, max_fields=MOST_PUPILS + 5) as form:
        ids = {one for one in form.getlist("pupils") if isinstance(one, str)}
        year = str(form.get("year", ""))[:20]
    if not ids:
        raise InvalidInput("invalid_input", problems=[("pupils", "pupils_required")])

    def look(reading: Reading) -> tuple[Centre, list[queries.PupilRow]]:
        return reading.get(Centre, person.centre_id), queries.pupil_rows(reading, person.centre_id)

    centre, rows = await desk_of(request).store.read(look)
    meant = [row for row in rows if row.id in ids]
    if len(meant) != len(ids):
        raise NotFound
    pages = [
        Awareness(
            f"{row.family_name} {row.given_name}",
            row.class_name,
            _("Né(e) le {day}").format(day=date_short(row.birth_date)),
        )
        for row in meant
    ]
    made = await asyncio.to_thread(typesetting.awareness, _issued(centre, year), pages)
    headers = {"content-disposition": 'attachment; filename="attestations-numerique-6e.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


def school_year(day: date) -> int:
    """The year in which the school year of this day began."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def written_year(year: int) -> str:
    """A school year by both its years."""
    return f"{year}-{year + 1}"


def _issued(centre: Centre, year: str) -> Issued:
    return Issued(
        language=language.get(),
        title=_("Attestation de sensibilisation au numérique"),
        centre=centre.name,
        uai=centre.uai,
        year=year,
        footer="",
        words=awareness_words(),
    )


def awareness_words() -> Words:
    """The words of an attestation."""
    return {
        "page": _("page"),
        "nobody": _("Aucun élève n’est choisi."),
        "year": _("Année scolaire"),
        "class": _("classe"),
        "states": _("La direction de l’établissement atteste que"),
        "sentence": _(
            "a bénéficié, en classe de sixième, d’une sensibilisation au bon usage des outils numériques et "
            "des réseaux sociaux, ainsi qu’aux dérives et aux risques qui leur sont liés."
        ),
        "reference": _("Code de l’éducation, article L. 312-9."),
        "date": _("Date"),
        "signed": _("La direction de l’établissement"),
        "nothing": _("Cette attestation n’est pas une évaluation : elle ne porte ni niveau ni score."),
    }


_HEAD = (Role.HEAD,)

routes = [
    RoleRoute("/livret/awareness", awareness_page, roles=_HEAD),
    RoleRoute("/livret/awareness/papers", awareness_papers, roles=_HEAD, method="POST"),
]
