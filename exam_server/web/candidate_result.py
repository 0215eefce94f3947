"""One candidate's result: sixteen levels with their error bands, the declared profile, what stands beside."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from exam_server.domain.roles import Person, Role
from exam_server.signing.verification_codes import written
from exam_server.storage.certificate_rows import certificate_of
from exam_server.storage.results_tables import Certificate
from exam_server.storage.transaction import Reading
from exam_server.web.access import RoleRoute
from exam_server.web.desk import desk_of, page
from exam_server.web.language import _
from exam_server.web.result_figures import candidate_chart
from exam_server.web.result_words import UNUSABLE, VERDICTS, Result, result_words
from exam_server.web.results import public_keys
from exam_server.web.seen_results import Seen, seen_results


async def candidate_result(request: Request, person: Person) -> Response:
    """What one candidate's certification came to, from the signed document."""
    session_id, candidate = request.path_params["id"], request.path_params["candidate"]
    keys = await public_keys(request)

    def look(reading: Reading) -> tuple[Seen, Result, Certificate | None]:
        seen = seen_results(reading, person, session_id, keys)
        return seen, seen.of(candidate), certificate_of(reading, candidate)

    seen, result, certificate = await desk_of(request).store.read(look)
    scores = result["scores"]
    competences = [] if scores is None else scores["competences"]
    chart = await asyncio.to_thread(candidate_chart, competences) if competences else None
    return page(
        request,
        "console/head/candidate_result.html",
        person,
        session=seen.session,
        standing=seen.standing,
        result=result_words(result),
        skipped=result["skipped"],
        verdict=None if scores is None else _verdict(scores["evidence"]),
        chart=chart,
        fingerprint=result.get("receipt", {}).get("fingerprint"),
        certificate=None if certificate is None else written(certificate.code),
    )


def _verdict(evidence: Mapping[str, Any]) -> dict[str, object]:
    """What is said of the profile, in neutral words."""
    name, about = VERDICTS[evidence["band"]]
    return {
        "band": evidence["band"],
        "name": _(name),
        "about": [_(about), *([] if evidence["profile_usable"] else [_(UNUSABLE)])],
    }


routes = [
    RoleRoute("/sessions/{id}/candidates/{candidate}/result", candidate_result, roles=(Role.HEAD,)),
]
