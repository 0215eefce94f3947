"""Proposals for the bank: who may do what, two people behind an approval, and nothing decided unseen."""

import asyncio
from dataclasses import dataclass

import pytest
from sqlmodel import select

from exam_server.acts import proposing, staff
from exam_server.acts.proposing import Seen
from exam_server.domain.errors import Forbidden, IllegalTransition, InvalidInput, NotAllowed, NotFound
from exam_server.domain.proposals import (
    OF_ANOTHER,
    OF_THE_AUTHOR,
    TRANSITIONS,
    ProposalAction,
    ProposalState,
)
from exam_server.domain.roles import Person, Role
from exam_server.storage.proposal_rows import approved_changes, proposal_rows, step_rows
from exam_server.storage.proposal_tables import ItemProposal, ProposalStep
from exam_server.storage.store import Store
from exam_server.storage.transaction import Transaction
from question_bank.changes import Change
from tests.support.school import found_school

A, S = ProposalAction, ProposalState
CHANGE = Change("1.1", "essai", "0123", "un texte\n")


@dataclass
class Desk:
    """Two authors over one store."""

    store: Store
    author: Person
    reader: Person

    async def begin(self, change: Change = CHANGE) -> str:
        return await self.store.run(proposing.begin_proposal, self.author, change)

    async def row(self, proposal: str) -> ItemProposal:
        return await self.store.read(lambda reading: reading.get(ItemProposal, proposal))

    async def seen(self, proposal: str) -> Seen:
        return Seen(proposal, (await self.row(proposal)).steps)

    async def approved(self) -> tuple[Change, ...]:
        return await self.store.read(lambda reading: approved_changes(reading.connection))

    async def do(self, proposal: str, action: ProposalAction, by: Person | None = None) -> None:
        """As its page would, with a remark."""
        who = by or (self.reader if action in OF_ANOTHER else self.author)
        seen = await self.seen(proposal)
        if action is A.WRITE:
            await self.store.run(proposing.write_proposal, who, seen, "autre texte\n")
        elif action is A.APPROVE:
            await self.store.run(proposing.approve_proposal, who, seen, await self.approved(), "oui")
        else:
            await self.store.run(proposing.move_proposal, who, seen, action, "parce que")


@pytest.fixture
async def desk(store: Store) -> Desk:
    """One school with two authors."""

    def hire(tx: Transaction) -> tuple[Person, Person]:
        school = found_school(tx)

        def author(name: str) -> Person:
            email = f"{name.lower()}@auteurs.example"
            roles = frozenset({Role.AUTHOR})
            account = staff.add_account(tx, school.centre_id, email, name, roles, None)
            return Person(account, school.centre_id, name, roles)

        return author("Sauge"), author("Aneth")

    return Desk(store, *await store.run(hire))


WAYS = {
    S.DRAFT: (),
    S.IN_REVIEW: (A.SEND,),
    S.APPROVED: (A.SEND, A.APPROVE),
    S.REVOKED: (A.SEND, A.APPROVE, A.REVOKE),
    S.WITHDRAWN: (A.WITHDRAW,),
}


@pytest.mark.parametrize("state", ProposalState)
async def test_what_the_table_allows_is_done_and_everything_else_leaves_no_trace(
    desk: Desk, state: ProposalState
) -> None:
    for action in ProposalAction:
        proposal = await desk.begin()
        for step in WAYS[state]:
            await desk.do(proposal, step)
        before = await desk.row(proposal)
        assert before.state == state
        if (state, action) in TRANSITIONS:
            await desk.do(proposal, action)
            after = await desk.row(proposal)
            assert (after.state, after.steps) == (TRANSITIONS[state, action], before.steps + 1)
        else:
            with pytest.raises(IllegalTransition):
                await desk.do(proposal, action)
            assert (await desk.row(proposal)).model_dump() == before.model_dump()


async def test_only_the_author_writes_and_only_somebody_else_decides(desk: Desk) -> None:
    for state, action in TRANSITIONS:
        if action not in OF_THE_AUTHOR | OF_ANOTHER:
            continue
        proposal = await desk.begin()
        for step in WAYS[state]:
            await desk.do(proposal, step)
        wrong = desk.author if action in OF_ANOTHER else desk.reader
        with pytest.raises(Forbidden) as refused:
            await desk.do(proposal, action, wrong)
        assert refused.value.code == ("own_proposal" if action in OF_ANOTHER else "not_your_proposal")
        assert (await desk.row(proposal)).state == state


async def test_whoever_finds_a_fault_may_revoke_even_the_author(desk: Desk) -> None:
    for who in (desk.author, desk.reader):
        proposal = await desk.begin()
        for step in WAYS[S.APPROVED]:
            await desk.do(proposal, step)
        assert len(await desk.approved()) == 1
        await desk.do(proposal, A.REVOKE, who)
        assert await desk.approved() == ()


@pytest.mark.parametrize("action", [A.RETURN, A.REVOKE])
async def test_sending_back_and_revoking_need_a_reason(desk: Desk, action: ProposalAction) -> None:
    proposal = await desk.begin()
    for step in WAYS[S.IN_REVIEW if action is A.RETURN else S.APPROVED]:
        await desk.do(proposal, step)
    with pytest.raises(InvalidInput):
        await desk.store.run(proposing.move_proposal, desk.reader, await desk.seen(proposal), action, "")


async def test_nobody_decides_on_a_text_that_has_changed_since_it_was_shown(desk: Desk) -> None:
    proposal = await desk.begin()
    old = await desk.seen(proposal)
    await desk.do(proposal, A.WRITE)
    with pytest.raises(NotAllowed, match="proposal_changed"):
        await desk.store.run(proposing.write_proposal, desk.author, old, "troisième\n")
    assert (await desk.row(proposal)).text == "autre texte\n"
    await desk.do(proposal, A.SEND)
    seen = await desk.seen(proposal)
    await desk.do(proposal, A.TAKE_BACK)
    await desk.do(proposal, A.WRITE)
    await desk.do(proposal, A.SEND)
    with pytest.raises(NotAllowed, match="proposal_changed"):
        await desk.store.run(proposing.approve_proposal, desk.reader, seen, ())


async def test_an_approval_that_was_checked_with_another_bank_is_refused(desk: Desk) -> None:
    first, second = await desk.begin(), await desk.begin(Change("2.1", "autre", "", "texte\n"))
    for proposal in (first, second):
        await desk.do(proposal, A.SEND)
    seen = await desk.seen(second)
    await desk.do(first, A.APPROVE)
    with pytest.raises(NotAllowed, match="bank_changed"):
        await desk.store.run(proposing.approve_proposal, desk.reader, seen, ())
    assert (await desk.row(second)).state == S.IN_REVIEW


async def test_of_two_approvals_for_one_skill_at_once_one_is_refused(desk: Desk) -> None:
    proposals = [await desk.begin() for _ in range(2)]
    for proposal in proposals:
        await desk.do(proposal, A.SEND)
    tries = [
        desk.store.run(proposing.approve_proposal, desk.reader, await desk.seen(one), ()) for one in proposals
    ]
    said = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in said) == ["NotAllowed", "int"]
    assert len(await desk.approved()) == 1


async def test_what_another_approval_stands_on_is_not_revoked_under_it(desk: Desk) -> None:
    first = await desk.begin()
    for step in WAYS[S.APPROVED]:
        await desk.do(first, step)
    desk.store.clock.advance(minutes=1)  # type: ignore[attr-defined]
    second = await desk.begin(Change("1.1", "essai", "4567", "par-dessus\n"))
    for step in WAYS[S.APPROVED]:
        await desk.do(second, step)
    with pytest.raises(NotAllowed, match="proposal_built_upon"):
        await desk.do(first, A.REVOKE)
    await desk.do(second, A.REVOKE)
    await desk.do(first, A.REVOKE)
    assert await desk.approved() == ()


async def test_every_step_is_kept_with_who_did_it_and_with_each_text(desk: Desk) -> None:
    proposal = await desk.begin()
    for action in (A.WRITE, A.SEND, A.RETURN, A.WRITE, A.SEND, A.APPROVE):
        await desk.do(proposal, action)
    steps = await desk.store.read(step_rows, proposal)
    done = [A.WRITE, A.WRITE, A.SEND, A.RETURN, A.WRITE, A.SEND, A.APPROVE]
    assert [step.action for step in steps] == done
    assert [step.by for step in steps] == ["Aneth" if one in OF_ANOTHER else "Sauge" for one in done]
    texts = select(ProposalStep.text).where(ProposalStep.action == A.WRITE)
    kept = await desk.store.read(lambda reading: list(reading.orm.scalars(texts)))
    assert sorted(kept) == ["autre texte\n", "autre texte\n", "un texte\n"]


async def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    for act in (proposing.write_proposal, proposing.approve_proposal):
        with pytest.raises(NotFound):
            await desk.store.run(act, desk.author, Seen("0" * 32, 1), ())  # type: ignore[arg-type]
    assert await desk.store.read(proposal_rows) == []
