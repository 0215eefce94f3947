"""The author's page: the bank that is in use, and what its check says."""

import asyncio
from collections import Counter

from starlette.requests import Request
from starlette.responses import Response

from exam_server.domain.proposals import ProposalState
from exam_server.domain.roles import Person, Role
from exam_server.storage.proposal_rows import proposal_rows
from exam_server.storage.tables import BankVersion
from exam_server.web.access import RoleRoute
from exam_server.web.desk import desk_of, page
from exam_server.web.language import _
from question_bank.checks import Finding, check_bank
from question_bank.framework import COMPETENCES, MAX_LEVEL


async def bank_page(request: Request, person: Person) -> Response:
    """How many items a competence and level has, and what to look at."""
    store = desk_of(request).store
    in_use = store.house.banks[store.house.bank_version]
    version = await store.read(lambda reading: reading.get(BankVersion, store.house.bank_version))
    proposals = await store.read(proposal_rows)
    report = await asyncio.to_thread(check_bank, in_use.items)
    counts = Counter((item.competence, item.level) for item in in_use.items.items)
    return page(
        request,
        "console/author/bank.html",
        person,
        bank={
            "version": in_use.items.version,
            "items": len(in_use.items.items),
            "colours": in_use.published.colours,
            "published_at": version.published_at,
        },
        competences=[
            {
                "code": c.code,
                "label": c.label,
                "counts": [counts[c.code, level] for level in range(1, MAX_LEVEL + 1)],
            }
            for c in COMPETENCES
        ],
        to_read=sum(row.state is ProposalState.IN_REVIEW and row.author_id != person.id for row in proposals),
        warnings=[_said(finding) for finding in report.warnings],
    )


def _said(finding: Finding) -> str:
    return _("{subject} : {text}").format(subject=finding.subject, text=finding.text.said(_))


routes = [RoleRoute("/bank", bank_page, roles=(Role.AUTHOR, Role.HEAD))]
