"""Who is asking: logins in cookies, and routes that name their roles."""

from collections.abc import Awaitable, Callable, Iterable

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.acts import staff
from exam_server.acts.identifiers import new_token
from exam_server.domain.errors import Forbidden, SignedOut
from exam_server.domain.roles import Person, Role
from exam_server.web.desk import desk_of

STAFF_COOKIE = "passation_staff"
CANDIDATE_COOKIE = "passation_candidate"
DEVICE_COOKIE = "passation_device"
KNOWN_COOKIE = "passation_known"
REHEARSAL_COOKIE = "passation_rehearsal"
_CANDIDATE_SECONDS = 24 * 3600
_DEVICE_SECONDS = 180 * 24 * 3600
_LONGEST_DEVICE = 64
_MOST_KNOWN = 8
HOMES = (
    (Role.HEAD, "/head"),
    (Role.INVIGILATOR, "/invigilate"),
    (Role.ACCOMMODATIONS, "/accommodations"),
    (Role.AUTHOR, "/bank"),
)

Handler = Callable[[Request, Person], Awaitable[Response]]


class RoleRoute(Route):
    """A route that names the roles that may call it; everybody else is refused before the handler."""

    def __init__(self, path: str, handler: Handler, *, roles: Iterable[Role], method: str = "GET") -> None:
        self.roles = frozenset(roles)

        async def endpoint(request: Request) -> Response:
            person = await person_in(request)
            if person is None:
                raise SignedOut("staff_signed_out")
            if not self.roles & person.roles:
                raise Forbidden
            return await handler(request, person)

        super().__init__(path, endpoint, methods=[method], name=handler.__name__)


async def person_in(connection: HTTPConnection) -> Person | None:
    """The signed-in member of staff, or None."""
    token = connection.cookies.get(STAFF_COOKIE)
    if not token:
        return None
    return await desk_of(connection).store.read(staff.person_of, token)


def candidate_token(connection: HTTPConnection) -> str:
    """The token of the candidate's device; raises SignedOut."""
    token = connection.cookies.get(CANDIDATE_COOKIE)
    if not token:
        raise SignedOut
    return token


def set_staff_cookie(request: Request, response: Response, token: str) -> None:
    """Remembers a staff login until the browser closes or the login ends."""
    _set_cookie(request, response, STAFF_COOKIE, token, None)


def set_candidate_cookie(request: Request, response: Response, token: str) -> None:
    """Remembers a candidate's device for a day, so that a closed browser comes back to the same test."""
    _set_cookie(request, response, CANDIDATE_COOKIE, token, _CANDIDATE_SECONDS)


def set_rehearsal_cookie(request: Request, response: Response, token: str) -> None:
    """Lets a computer of the room go on with its rehearsal until the browser closes or the code ends."""
    _set_cookie(request, response, REHEARSAL_COOKIE, token, None)


def device_of(connection: HTTPConnection) -> str:
    """The random name that this browser keeps, by which its failed tries are its own; a new one at first."""
    kept = connection.cookies.get(DEVICE_COOKIE, "")
    return kept if 0 < len(kept) <= _LONGEST_DEVICE else new_token()


def keep_device(request: Request, response: Response, device: str) -> Response:
    """Lets a browser that has no name yet keep this one."""
    if request.cookies.get(DEVICE_COOKIE) != device:
        _set_cookie(request, response, DEVICE_COOKIE, device, _DEVICE_SECONDS)
    return response


def is_known(request: Request, device: str, account_id: str | None) -> bool:
    """True for a browser in which somebody has signed in to this account before."""
    if account_id is None:
        return False
    mark = staff.browser_mark(desk_of(request).store.house.secret, device, account_id)
    return mark in _marks(request)


def keep_known(request: Request, response: Response, device: str, account_id: str) -> None:
    """This browser is known to the account from now on."""
    mark = staff.browser_mark(desk_of(request).store.house.secret, device, account_id)
    marks = [mark, *(kept for kept in _marks(request) if kept != mark)][:_MOST_KNOWN]
    keep_device(request, response, device)
    _set_cookie(request, response, KNOWN_COOKIE, ".".join(marks), _DEVICE_SECONDS)


def _marks(request: Request) -> list[str]:
    return request.cookies.get(KNOWN_COOKIE, "").split(".")[:_MOST_KNOWN]


def home_of(person: Person) -> str:
    """Where a person's work is."""
    return next(path for role, path in HOMES if role in person.roles)


def address_of(connection: HTTPConnection) -> str:
    """The address that asks, as far as it is known."""
    return connection.client.host if connection.client else "unknown"


def _set_cookie(request: Request, response: Response, name: str, token: str, seconds: int | None) -> None:
    secure = desk_of(request).settings.secure
    response.set_cookie(name, token, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")
