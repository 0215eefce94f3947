"""The class and the school over the years: what the published results of the centre come to, year by year."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response

from exam_server.domain.finalisation import Status
from exam_server.domain.roles import Person, Role
from exam_server.exports.bundle import RESULTS_TYP
from exam_server.exports.school_years import (
    FEWEST,
    Group,
    PublishedSession,
    groups_of,
    published_session,
)
from exam_server.signing.errors import BrokenSeal
from exam_server.signing.jwk import PublicKey
from exam_server.signing.jws import open_statement
from exam_server.storage.results_rows import published_versions
from exam_server.storage.results_tables import ResultsVersion
from exam_server.storage.tables import Centre, Session
from exam_server.storage.transaction import Reading
from exam_server.web.access import RoleRoute
from exam_server.web.desk import desk_of, page
from exam_server.web.result_figures import decimal, domain_names, school_figures, year_name
from exam_server.web.results import public_keys


@dataclass(frozen=True)
class Years:
    """The centre's groups, and the sessions whose signature does not hold: nothing of those is counted."""

    centre: Centre
    groups: list[Group]
    broken: list[Session]


async def school_results(request: Request, person: Person) -> Response:
    """By school year and class, of the whole centre or of one class."""
    keys = await public_keys(request)
    years = await desk_of(request).store.read(_years, person, keys)
    chosen = request.query_params.get("class") or None
    shown = [one for one in years.groups if chosen is None or one.class_name == chosen]
    drawn = [one for one in shown if one.class_name == chosen]
    figures = await asyncio.to_thread(school_figures, drawn)
    return page(
        request,
        "console/head/school_results.html",
        person,
        centre=years.centre,
        broken=years.broken,
        classes=sorted({one.class_name for one in years.groups if one.class_name is not None}),
        chosen=chosen,
        figures=figures,
        domains=domain_names(),
        fewest=FEWEST,
        has_small=any(one.is_small for one in shown),
        has_small_figure=any(one.is_small for one in drawn),
        groups=[_line(one) for one in shown],
    )


def _years(reading: Reading, person: Person, keys: Mapping[str, PublicKey]) -> Years:
    read: list[PublishedSession] = []
    broken = []
    for version in published_versions(reading, person.centre_id):
        opened = _opened(version, keys)
        if opened is None:
            broken.append(reading.get(Session, version.session_id))
        else:
            read.append(opened)
    return Years(reading.get(Centre, person.centre_id), groups_of(read), broken)


def _opened(version: ResultsVersion, keys: Mapping[str, PublicKey]) -> PublishedSession | None:
    """None where the signature does not hold, or is of the results of another session than the row's."""
    try:
        payload = cast("Mapping[str, Any]", open_statement(version.results, keys, RESULTS_TYP).payload)
    except BrokenSeal:
        return None
    return published_session(payload) if payload["session"]["id"] == version.session_id else None


def _line(group: Group) -> dict[str, object]:
    """A line of the table; what is not told is empty."""
    counts = group.counts
    return {
        "year": year_name(group.year),
        "class_name": group.class_name,
        "is_partial": group.is_partial,
        "sessions": group.sessions,
        "size": group.size,
        "counts": None if counts is None else [counts.get(status, 0) for status in Status],
        "score": None if group.score is None else decimal(group.score),
        "levels": [None if level is None else decimal(level) for level in group.levels],
    }


routes = [RoleRoute("/results", school_results, roles=(Role.HEAD,))]
