"""The page about accessibility, behind the mention on every page: docs/accessibility.md in short.

A test holds the two together: whoever changes the state of a criterion there brings this page in line.
"""

from dataclasses import dataclass
from decimal import Decimal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.web.access import person_in
from exam_server.web.desk import page
from exam_server.web.language import marked as _


@dataclass(frozen=True)
class Fault:
    """What is not accessible, and by which criteria of the RGAA."""

    criteria: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Part:
    """A set of pages: its rate of conformity in per cent, and its faults."""

    title: str
    rate: Decimal
    faults: tuple[Fault, ...]


CANDIDATE = Part(
    _("Pages du candidat"),
    Decimal("95.7"),
    (
        Fault(("9.4",), _("Les citations courtes d’un énoncé n’ont pas de balise.")),
        Fault(("10.1",), _("Les tableaux d’un énoncé sont du texte simple, aligné par des espaces.")),
        Fault(
            ("11.12",), _("Valider une réponse est définitif, sans confirmation ; c’est dit avant le test.")
        ),
    ),
)
STAFF = Part(
    _("Pages du personnel"),
    Decimal("98.6"),
    (
        Fault(
            ("13.1",),
            _("La connexion prend fin après douze heures, sans avis ni moyen de la prolonger."),
        ),
    ),
)
TOGETHER = Decimal("94.9")
"""The rate of both sets together: a criterion counts only where it holds in each."""


async def accessibility_page(request: Request) -> Response:
    """For anybody: the state, the rates, what is not accessible, and whom to turn to."""
    person = await person_in(request)
    parts, template = (CANDIDATE, STAFF), "console/accessibility.html"
    return page(request, template, person, parts=parts, together=TOGETHER)


routes = [Route("/accessibility", accessibility_page)]
