"""The bank of a running server: what is approved reaches the sessions that open, and no other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx
import pytest

from exam_server.acts import proposing
from exam_server.acts.proposing import Seen
from exam_server.domain.proposals import ProposalAction
from exam_server.domain.roles import Person, Role
from exam_server.storage.banks import prepared
from exam_server.storage.proposal_rows import approved_changes
from exam_server.storage.transaction import Transaction
from exam_server.web.house_bank import HouseBank
from question_bank.assembly import BankCannotCarry
from question_bank.changes import BankFiles, Change, digest, retired
from question_bank.items import ItemVersion
from tests.exam_server.web.site import Site
from tests.exam_server.web.test_routes import item_with_a_file
from tests.support.house import shipped_bank
from tests.support.room import an_exam_room
from tests.support.school import found_school


@dataclass
class Authors:
    """Two of them at their browsers, and an item of the shipped bank."""

    site: Site
    author: httpx.AsyncClient
    reader: httpx.AsyncClient
    item: ItemVersion
    people: list[Person]

    @property
    def skill(self) -> str:
        return f"/bank/skills/{self.item.competence}/{self.item.skill}"

    async def propose(self, retire: str = "") -> str:
        answer = await self.author.post(f"{self.skill}/propose", json={"retire": retire})
        return str(answer.json()["next"])

    async def done(self, by: httpx.AsyncClient, proposal: str, verb: str, seen: int, **body: str) -> str:
        """ "" or the code of the refusal."""
        answer = await by.post(f"{proposal}/{verb}", json={"seen": seen, **body})
        return "" if answer.status_code == 200 else str(answer.json()["error"]["code"])

    async def retire(self) -> str:
        """Proposed and approved."""
        proposal = await self.propose(self.item.id)
        assert await self.done(self.author, proposal, "send", 1) == ""
        assert await self.done(self.reader, proposal, "approve", 2) == ""
        return proposal

    def in_use(self) -> dict[str, str]:
        house = self.site.store.house
        return {item.id: item.status for item in house.banks[house.bank_version].items.items}


async def two_authors(site: Site) -> Authors:
    """Signed in, in one school."""
    school = await site.store.run(found_school)
    people = [await site.hire(school.centre_id, Role.AUTHOR, name=name) for name in ("Sauge", "Aneth")]
    author, reader = [await site.signed_in(person) for person in people]
    return Authors(site, author, reader, item_with_a_file(), people)


@pytest.fixture
async def authors(both_sites: Site) -> Authors:
    """On each of the databases."""
    return await two_authors(both_sites)


async def test_a_session_that_opens_has_the_approved_bank_and_one_that_is_open_keeps_its_own(
    authors: Authors,
) -> None:
    store = authors.site.store
    before = store.house.bank_version
    opened = await an_exam_room(store, candidates=1, number=2)
    proposal = await authors.retire()
    assert authors.in_use()[authors.item.id] == "retired"
    later = await an_exam_room(store, candidates=1, number=3)
    assert (await opened.session()).bank_version == before
    assert (await later.session()).bank_version == store.house.bank_version != before
    assert await authors.done(authors.reader, proposal, "revoke", 3, remark="par erreur") == ""
    assert store.house.bank_version == before


async def test_another_worker_takes_the_approved_bank_when_it_looks(authors: Authors) -> None:
    await authors.retire()
    site = authors.site
    current = site.store.house.bank_version
    site.store.house.banks.current = shipped_bank().items.version
    worker = HouseBank(site.desk.bank.files, site.store)
    assert await worker.refresh() == 1
    assert site.store.house.bank_version == current
    assert await worker.refresh() == 0


async def test_a_release_that_cannot_carry_the_approved_changes_goes_on_without_them(
    authors: Authors, caplog: pytest.LogCaptureFixture
) -> None:
    await authors.retire()
    site, few = authors.site, shipped_bank().items
    poor = type(few)(tuple(item for item in few.items if item.competence in ("1.1", authors.item.competence)))
    folder = site.desk.bank.files
    worker = HouseBank(BankFiles(folder._folder, poor), site.store)
    current = site.store.house.bank_version
    await worker.refresh()
    assert site.store.house.bank_version == current
    assert "the approved changes are left out" in caplog.text


async def test_faults_are_kept_in_a_draft_and_go_to_nobody(authors: Authors) -> None:
    proposal = await authors.propose()
    text = (await authors.site.desk.bank.text_of(authors.item.competence, authors.item.skill)) or ""
    broken = text.replace("level:", "niveau:", 1)
    assert await authors.done(authors.author, proposal, "write", 1, text=broken) == ""
    page = (await authors.author.get(proposal)).text
    assert "niveau:" in page
    assert "à corriger" in page
    assert await authors.done(authors.author, proposal, "send", 2) == "proposal_has_faults"


async def test_what_was_overtaken_is_not_approved(authors: Authors) -> None:
    late = await authors.propose()
    assert await authors.done(authors.author, late, "send", 1) == ""
    await authors.retire()
    assert await authors.done(authors.reader, late, "approve", 2) == "proposal_outdated"
    assert "ne peut plus être approuvée" in (await authors.reader.get(late)).text


async def test_a_bank_that_leaves_somebody_without_a_whole_test_is_not_approved(site: Site) -> None:
    """Skills of one competence are retired until one more would be too many; that one is proposed."""
    authors = await two_authors(site)
    files = site.desk.bank.files
    approved: tuple[Change, ...] = ()
    one_more: Change | None = None
    for change in retirements(files, authors.item.competence):
        try:
            prepared(files.with_changes((*approved, change)).bank)
        except BankCannotCarry:
            one_more = change
            break
        approved = (*approved, change)
    assert one_more is not None
    assert len(approved) > 3
    await site.store.run(approve_all, authors, approved)
    address = f"/bank/skills/{one_more.competence}/{one_more.skill}/propose"
    proposal = (await authors.author.post(address, json={"retire": ""})).json()["next"]
    assert await authors.done(authors.author, proposal, "write", 1, text=one_more.text) == ""
    assert await authors.done(authors.author, proposal, "send", 2) == ""
    assert await authors.done(authors.reader, proposal, "approve", 3) == "bank_cannot_carry"
    assert set(await site.desk.bank.approved()) == set(approved)


def retirements(files: BankFiles, competence: str) -> Iterator[Change]:
    """Each skill of a competence with all of its items retired."""
    items = [item for item in shipped_bank().items.items if item.competence == competence]
    for skill in sorted({item.skill for item in items}):
        before = text = files.text_of(competence, skill) or ""
        for item in items:
            text = retired(text, item.id) if item.skill == skill else text
        yield Change(competence, skill, digest(before), text)


def approve_all(tx: Transaction, authors: Authors, changes: Sequence[Change]) -> None:
    """As the two of them would have done, one change after the other."""
    for change in changes:
        proposal = proposing.begin_proposal(tx, authors.people[0], change)
        proposing.move_proposal(tx, authors.people[0], Seen(proposal, 1), ProposalAction.SEND)
        proposing.approve_proposal(tx, authors.people[1], Seen(proposal, 2), approved_changes(tx.connection))


async def test_a_new_skill_needs_a_name_that_no_file_has(authors: Authors) -> None:
    body = {"competence": authors.item.competence, "skill": authors.item.skill, "title": "Déjà là"}
    answer = await authors.author.post("/bank/proposals/new", json=body)
    assert [one["field"] for one in answer.json()["error"]["problems"]] == ["skill"]
    answer = await authors.author.post(
        "/bank/proposals/new", json={"competence": "9.9", "skill": "../x", "title": ""}
    )
    fields = [one["field"] for one in answer.json()["error"]["problems"]]
    assert fields == ["competence", "skill", "title"]


async def test_a_title_with_yaml_in_it_is_only_a_title(authors: Authors) -> None:
    title = 'Lire : "tout" # ou {rien}'
    body = {"competence": "1.1", "skill": "un-titre", "title": title}
    proposal = (await authors.author.post("/bank/proposals/new", json=body)).json()["next"]
    assert await authors.done(authors.author, proposal, "send", 1) == ""
    assert await authors.done(authors.reader, proposal, "approve", 2) == ""
    house = authors.site.store.house
    assert house.banks[house.bank_version].items.item("1.1-un-titre-a").skill_title == title


async def test_a_file_of_a_variant_is_given_to_authors(authors: Authors) -> None:
    variant = authors.item.variant(7)
    path = f"{authors.skill}/items/{authors.item.id}/variants/7/files/{variant.files[0].id}"
    answer = await authors.author.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await authors.author.get(path.replace("/7/", "/1000/"))).status_code == 404
