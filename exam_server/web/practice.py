"""The practice page: a candidate's view with questions of its own, to try the comfort settings on."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.web.desk import page
from exam_server.web.item_facts import shown
from question_bank.item_types.jsonvalues import JsonObject
from question_bank.loading import load_bank

PRACTICE_FOLDER = Path(__file__).parent.parent.parent / "question_bank" / "practice"
"""Questions that no test ever asks: they are not in the bank."""

_VARIANT = 0


@cache
def questions() -> tuple[JsonObject, ...]:
    """What the page shows of each question, the shortest first: nothing by which one is marked."""
    items = sorted(load_bank(PRACTICE_FOLDER).items, key=lambda item: item.expected_seconds)
    return tuple(shown(item, _VARIANT) for item in items)


async def practice_page(request: Request) -> Response:
    """For anybody, without a card: nothing that is done here is sent, marked or kept but by the browser."""
    return page(request, "client/practice.html", questions=questions())


routes = [Route("/practice", practice_page)]
