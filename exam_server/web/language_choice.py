"""The reader's own choice of a language, kept in a cookie by the address behind a page's language link."""

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.domain.errors import NotFound
from exam_server.web.desk import desk_of, go
from exam_server.web.language import COOKIE, LANGUAGES

_YEAR = 365 * 24 * 3600
# A browser reads "//" and "/\" as another site, and leaves out tabs and line ends before it reads.
_PATH_ON_THIS_SITE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


async def choose(request: Request) -> Response:
    """Keeps the choice for a year and goes back to where the reader was.

    The way back is in the link: our pages send no Referer, and no other site has a say in it.
    """
    code = request.path_params["code"]
    if code not in LANGUAGES:
        raise NotFound
    response = go(path_on_this_site(request.query_params.get("next", "")))
    secure = desk_of(request).settings.secure
    response.set_cookie(COOKIE, code, max_age=_YEAR, httponly=True, samesite="lax", secure=secure, path="/")
    return response


def path_on_this_site(wanted: str) -> str:
    """The address itself where it leads to a page of this site, else the entry page."""
    return wanted if _PATH_ON_THIS_SITE.fullmatch(wanted) else "/"


routes = [Route("/language/{code}", choose)]
