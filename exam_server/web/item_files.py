"""The files of the question in hand, for whoever has it in hand and for nobody else."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from exam_server.domain.errors import NotFound
from exam_server.storage.candidate_state import file_in_hand
from exam_server.web.candidate import view_of
from exam_server.web.desk import desk_of
from question_bank.files import FileSpec, TooLarge

_UNQUOTED = "-._~"


async def item_file(request: Request) -> Response:
    """A file of the question on the candidate's screen; any other is NotFound, whoever has it."""
    desk = desk_of(request)
    file = file_in_hand(await view_of(request), desk.store.house, request.path_params["id"])
    if file is None:
        raise NotFound
    try:
        octets = await desk.shelf.octets_of(file)
    except TooLarge:
        # A bank that was published holds none.
        raise NotFound from None
    return attachment(file, octets)


def attachment(file: FileSpec, octets: bytes) -> Response:
    """The file as an answer: to be saved, never to be shown."""
    headers = {
        "content-disposition": disposition(file.name),
        "content-type": file.media_type,
        # Should a browser show it after all, nothing in it runs, and it is of no site.
        "content-security-policy": "sandbox; default-src 'none'",
        "cross-origin-resource-policy": "same-origin",
    }
    return Response(octets, headers=headers)


def disposition(name: str) -> str:
    """To be saved under this name (RFC 6266): in ASCII for who reads no more, and as it is (RFC 5987)."""
    plain = "".join(char if char.isascii() else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_UNQUOTED)}"


routes = [Route("/exam/files/{id}", item_file)]
