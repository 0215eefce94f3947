"""Proposals for the bank: an author writes a skill's file anew, a second one reads and approves it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from exam_server.acts import proposing
from exam_server.acts.proposing import Seen
from exam_server.domain.errors import InvalidInput, NotAllowed, NotFound
from exam_server.domain.json import JSON
from exam_server.domain.proposals import LONGEST_REMARK, ProposalAction, ProposalState
from exam_server.domain.roles import Person, Role
from exam_server.storage.proposal_rows import StepRow, proposal_rows, step_rows
from exam_server.storage.proposal_tables import ItemProposal
from exam_server.storage.tables import Account
from exam_server.storage.transaction import Reading
from exam_server.web import item_sheets
from exam_server.web.access import RoleRoute
from exam_server.web.desk import Desk, answer, body_of, desk_of, page, text_in, whole_in
from exam_server.web.item_facts import beginning, item_facts
from exam_server.web.item_sheets import Shelved
from exam_server.web.proposal_sentences import DONE
from exam_server.web.proposal_words import compared, first_text, remark_words
from exam_server.web.skills import change_of, shelved
from question_bank.assembly import BankCannotCarry
from question_bank.changes import Change, digest, retired
from question_bank.checks.changes import CheckedChange, check_among
from question_bank.framework import COMPETENCE_CODES, COMPETENCES
from question_bank.skill_files import MAX_FILE_BYTES, MAX_LINE, is_skill_name


@dataclass(frozen=True)
class Found:
    """A proposal as its page needs it, read in one go."""

    proposal: ItemProposal
    author: str
    steps: list[StepRow]

    @property
    def change(self) -> Change:
        """What it would do to the bank."""
        one = self.proposal
        return Change(one.competence, one.skill, one.base, one.text)


async def proposals_page(request: Request, person: Person) -> Response:
    """What waits for a reader, what is one's own, what was decided."""
    rows = await desk_of(request).store.read(proposal_rows)
    in_review = [row for row in rows if row.state is ProposalState.IN_REVIEW]
    return page(
        request,
        "console/author/proposals.html",
        person,
        to_read=[row for row in in_review if row.author_id != person.id],
        own=[
            row
            for row in rows
            if row.author_id == person.id and row.state in (ProposalState.DRAFT, ProposalState.IN_REVIEW)
        ],
        others=[row for row in rows if row.author_id != person.id and row.state is ProposalState.DRAFT],
        decided=[row for row in rows if row.state not in (ProposalState.DRAFT, ProposalState.IN_REVIEW)],
    )


async def new_page(request: Request, person: Person) -> Response:
    """The form of a new skill."""
    return page(request, "console/author/proposal_new.html", person, competences=COMPETENCES)


async def begin_new(request: Request, person: Person) -> Response:
    """A draft for a skill that the bank does not have, with one question to write over."""
    desk, body = desk_of(request), await body_of(request)
    competence, skill = text_in(body, "competence"), text_in(body, "skill", MAX_LINE)
    title = text_in(body, "title", MAX_LINE)
    problems = []
    if competence not in COMPETENCE_CODES:
        problems.append(("competence", "competence_required"))
    if not is_skill_name(skill):
        problems.append(("skill", "skill_name_invalid"))
    elif not problems and await desk.bank.text_of(competence, skill) is not None:
        problems.append(("skill", "skill_exists"))
    if not title:
        problems.append(("title", "words_required"))
    if problems:
        raise InvalidInput("invalid_proposal", problems=problems)
    return await _begin(desk, person, Change(competence, skill, "", first_text(competence, skill, title)))


async def begin_change(request: Request, person: Person) -> Response:
    """A draft over a file of the bank; with `retire`, one of its items is retired in it."""
    change, body = await change_of(request), await body_of(request)
    text, retiring = change.text, text_in(body, "retire", MAX_LINE)
    if retiring:
        try:
            text = retired(text, retiring)
        except KeyError:
            raise NotFound from None
    return await _begin(desk_of(request), person, Change(change.competence, change.skill, change.base, text))


async def _begin(desk: Desk, person: Person, change: Change) -> Response:
    proposal_id = await desk.store.run(proposing.begin_proposal, person, change)
    return answer({"next": f"/bank/proposals/{proposal_id}"})


async def proposal_page(request: Request, person: Person) -> Response:
    """Its text, what the check says, its items, what was done with it, and the next step."""
    desk = desk_of(request)
    found = await _found(request)
    proposal, change = found.proposal, found.change
    approved = await desk.bank.approved()
    before = await desk.bank.text_of(change.competence, change.skill)
    checked = await _checked(desk, change, approved)
    state = ProposalState(proposal.state)
    return page(
        request,
        "console/author/proposal.html",
        person,
        proposal=proposal,
        name=change.name,
        state=state.value,
        author=found.author,
        is_own=proposal.author_id == person.id,
        is_outdated=_is_open(state) and digest(before) != proposal.base,
        is_standing=state is ProposalState.APPROVED and change in desk.bank.files.standing(approved),
        errors=[remark_words(one) for one in checked.errors],
        warnings=[remark_words(one) for one in checked.warnings],
        items=[
            {**item_facts(item), "beginning": beginning(item), "line": line} for item, line in checked.items
        ],
        lines=compared(before or "", change.text) if _is_open(state) and proposal.base else [],
        steps=found.steps,
        done=DONE,
    )


def _is_open(state: ProposalState) -> bool:
    return state in (ProposalState.DRAFT, ProposalState.IN_REVIEW)


async def write(request: Request, person: Person) -> Response:
    """Keeps the draft, faults and all."""
    desk, body = desk_of(request), await body_of(request)
    written = body.get("text")
    if not isinstance(written, str) or len(written.encode()) > MAX_FILE_BYTES:
        raise InvalidInput("invalid_proposal", problems=[("text", "text_too_long")])
    text = written.replace("\r\n", "\n").strip("\n") + "\n"
    await desk.store.run(proposing.write_proposal, person, _seen(request, body), text)
    return answer({})


async def send(request: Request, person: Person) -> Response:
    """To a second reader, once nothing is left to mend."""
    desk, body = desk_of(request), await body_of(request)
    await _check_sound(desk, (await _found(request)).change)
    await desk.store.run(
        proposing.move_proposal, person, _seen(request, body), ProposalAction.SEND, _remark(body)
    )
    return answer({})


async def approve(request: Request, person: Person) -> Response:
    """The second person's word: checked with everything that was approved before, then published."""
    desk, body = desk_of(request), await body_of(request)
    change = (await _found(request)).change
    approved = await _check_sound(desk, change)
    try:
        await desk.bank.with_change(approved, change)
    except BankCannotCarry:
        raise NotAllowed("bank_cannot_carry") from None
    seen = _seen(request, body)
    await desk.store.run(proposing.approve_proposal, person, seen, approved, _remark(body))
    await desk.bank.refresh()
    return answer({})


def _moving(action: ProposalAction) -> RoleRoute:
    """The route of an action that needs nothing but its word."""

    async def move(request: Request, person: Person) -> Response:
        desk, body = desk_of(request), await body_of(request)
        seen, remark = _seen(request, body), _remark(body)
        await desk.store.run(proposing.move_proposal, person, seen, action, remark)
        if action is ProposalAction.REVOKE:
            await desk.bank.refresh()
        return answer({})

    path = f"/bank/proposals/{{proposal}}/{action.value.replace('_', '-')}"
    return RoleRoute(path, move, roles=(Role.AUTHOR,), method="POST")


async def _check_sound(desk: Desk, change: Change) -> tuple[Change, ...]:
    """Raises NotAllowed where the check has found errors, or where the file is another one by now."""
    approved = await desk.bank.approved()
    before = await desk.bank.text_of(change.competence, change.skill)
    if digest(before) != change.base:
        raise NotAllowed("proposal_outdated")
    if (await _checked(desk, change, approved)).errors:
        raise NotAllowed("proposal_has_faults")
    return approved


async def _checked(desk: Desk, change: Change, approved: tuple[Change, ...]) -> CheckedChange:
    return await asyncio.to_thread(check_among, change, desk.bank.files, approved)


async def _found(request: Request) -> Found:
    proposal_id = request.path_params["proposal"]

    def look(reading: Reading) -> Found:
        proposal = reading.get(ItemProposal, proposal_id)
        author = reading.get(Account, proposal.author_id)
        return Found(proposal, author.name, step_rows(reading, proposal_id))

    return await desk_of(request).store.read(look)


def _seen(request: Request, body: Mapping[str, JSON]) -> Seen:
    return Seen(request.path_params["proposal"], whole_in(body, "seen"))


def _remark(body: Mapping[str, JSON]) -> str:
    return text_in(body, "remark", LONGEST_REMARK) if body.get("remark") else ""


async def _shelved(request: Request) -> Shelved:
    found = await _found(request)
    return await asyncio.to_thread(shelved, found.change, f"/bank/proposals/{found.proposal.id}")


async def item_page(request: Request, person: Person) -> Response:
    """One of its items as a candidate would see it."""
    return await item_sheets.sheet(request, person, await _shelved(request))


async def mark_item(request: Request, person: Person) -> Response:
    """A response that somebody tries."""
    return await item_sheets.mark(request, await _shelved(request))


async def item_file(request: Request, person: Person) -> Response:
    """A file of one of its items."""
    return await item_sheets.file(request, await _shelved(request))


_ONE = "/bank/proposals/{proposal}"
_AUTHOR = (Role.AUTHOR,)
routes = [
    RoleRoute("/bank/proposals", proposals_page, roles=_AUTHOR),
    RoleRoute("/bank/proposals/new", new_page, roles=_AUTHOR),
    RoleRoute("/bank/proposals/new", begin_new, roles=_AUTHOR, method="POST"),
    RoleRoute("/bank/skills/{competence}/{skill}/propose", begin_change, roles=_AUTHOR, method="POST"),
    RoleRoute(_ONE, proposal_page, roles=_AUTHOR),
    RoleRoute(f"{_ONE}/write", write, roles=_AUTHOR, method="POST"),
    RoleRoute(f"{_ONE}/send", send, roles=_AUTHOR, method="POST"),
    RoleRoute(f"{_ONE}/approve", approve, roles=_AUTHOR, method="POST"),
    *(
        _moving(action)
        for action in ProposalAction
        if action not in (ProposalAction.WRITE, ProposalAction.SEND, ProposalAction.APPROVE)
    ),
    RoleRoute(f"{_ONE}/items/{{item}}", item_page, roles=_AUTHOR),
    RoleRoute(f"{_ONE}/items/{{item}}/mark", mark_item, roles=_AUTHOR, method="POST"),
    RoleRoute(f"{_ONE}/items/{{item}}/variants/{{number:int}}/files/{{file}}", item_file, roles=_AUTHOR),
]
