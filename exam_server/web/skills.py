"""The bank as authors read it: the skills of a competence, a skill's file, its items one by one."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from exam_server.domain.errors import NotFound
from exam_server.domain.roles import Person, Role
from exam_server.web import item_sheets
from exam_server.web.access import RoleRoute
from exam_server.web.desk import desk_of, page
from exam_server.web.item_facts import beginning, item_facts
from exam_server.web.item_sheets import Shelved
from question_bank.changes import Change, digest
from question_bank.framework import COMPETENCES, Competence
from question_bank.items import ItemVersion, Status


def _competence(code: str) -> Competence:
    for competence in COMPETENCES:
        if competence.code == code:
            return competence
    raise NotFound


async def competence_page(request: Request, person: Person) -> Response:
    """Every skill of a competence, with its items."""
    competence = _competence(request.path_params["competence"])
    house = desk_of(request).store.house
    skills: dict[str, list[ItemVersion]] = {}
    for item in house.banks[house.bank_version].items.items:
        if item.competence == competence.code:
            skills.setdefault(item.skill, []).append(item)
    rows = [
        {
            "skill": skill,
            "title": items[0].skill_title,
            "levels": sorted({item.level for item in items}),
            "count": len(items),
            "retired": sum(item.status is not Status.APPROVED for item in items),
        }
        for skill, items in sorted(skills.items(), key=lambda pair: pair[1][0].skill_title)
    ]
    return page(request, "console/author/competence.html", person, competence=competence, skills=rows)


async def skill_page(request: Request, person: Person) -> Response:
    """A skill's file as new sessions have it."""
    change = await change_of(request)
    file = await asyncio.to_thread(change.read)
    return page(
        request,
        "console/author/skill.html",
        person,
        change=change,
        competence=_competence(change.competence),
        title=file.items[0][0].skill_title if file.items else change.skill,
        address=_address(change),
        items=[{**item_facts(item), "beginning": beginning(item), "line": line} for item, line in file.items],
    )


async def change_of(request: Request) -> Change:
    """The file of the address's skill, as a change of nothing; raises NotFound."""
    competence, skill = request.path_params["competence"], request.path_params["skill"]
    text = await desk_of(request).bank.text_of(competence, skill)
    if text is None:
        raise NotFound
    return Change(competence, skill, digest(text), text)


def _address(change: Change) -> str:
    return f"/bank/skills/{change.competence}/{change.skill}"


async def _shelved(request: Request) -> Shelved:
    change = await change_of(request)
    return shelved(change, _address(change))


def shelved(change: Change, address: str) -> Shelved:
    """The items of a file, under this address."""
    items = change.read().items
    places = {item.id: f"{change.name}:{line}" for item, line in items}
    return Shelved(address, tuple(item for item, _line in items), places)


async def item_page(request: Request, person: Person) -> Response:
    """One item as a candidate sees it."""
    return await item_sheets.sheet(request, person, await _shelved(request))


async def mark_item(request: Request, person: Person) -> Response:
    """A response that an author tries."""
    return await item_sheets.mark(request, await _shelved(request))


async def item_file(request: Request, person: Person) -> Response:
    """A file of an item."""
    return await item_sheets.file(request, await _shelved(request))


_SKILL = "/bank/skills/{competence}/{skill}"
routes = [
    RoleRoute("/bank/skills/{competence}", competence_page, roles=(Role.AUTHOR,)),
    RoleRoute(_SKILL, skill_page, roles=(Role.AUTHOR,)),
    RoleRoute(f"{_SKILL}/items/{{item}}", item_page, roles=(Role.AUTHOR,)),
    RoleRoute(f"{_SKILL}/items/{{item}}/mark", mark_item, roles=(Role.AUTHOR,), method="POST"),
    RoleRoute(
        f"{_SKILL}/items/{{item}}/variants/{{number:int}}/files/{{file}}", item_file, roles=(Role.AUTHOR,)
    ),
]
