"""The livret on both databases, and from a session that was sat, published, withdrawn and corrected."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from exam_server.acts import livret, livret_clients, livret_statements, publishing
from exam_server.acts.livret import ByCode, ByIdentity, ByIne, Wanted
from exam_server.acts.livret_clients import Client, Scope
from exam_server.domain.errors import Forbidden, InvalidInput, NotFound
from exam_server.domain.json import JSON
from exam_server.exports.livret import Sitting
from exam_server.exports.livret_statements import LIVRET_TYP
from exam_server.signing.jwk import PublicKey
from exam_server.signing.jws import sign
from exam_server.signing.keys import KeyStore, Purpose, SigningKey
from exam_server.storage.store import Store
from exam_server.storage.transaction import Reading, Transaction
from tests.support.clock import MORNING
from tests.support.livret import Came, let_in, open_book
from tests.support.room import ExamRoom, a_running_room


@dataclass
class Keys:
    """The key that signs, and what anybody has of it."""

    signing: SigningKey
    public: dict[str, PublicKey]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    store = KeyStore(tmp_path / "keys")
    return Keys(store.create(Purpose.DOCUMENTS, MORNING), store.public_keys(Purpose.DOCUMENTS))


async def a_client(store: Store, *centres: str) -> Client:
    """A program that may everything in these schools."""
    program = await store.run(lambda tx: let_in(tx, *centres))
    client = await store.read(livret_clients.proven_client, program.id, program.secret)
    assert client is not None
    return client


async def test_each_way_of_asking_finds_the_same_on_both_databases(store: Store, keys: Keys) -> None:
    def write(tx: Transaction) -> tuple[str, list[Wanted]]:
        book = open_book(tx, keys.signing)
        pupil = book.pupil("L’Œuf", "Zoé")
        session = book.session(Came(pupil))
        code = book.certificate(pupil, session)
        by_identity = ByIdentity(book.uai.lower(), "LOEUF", "zoe", pupil.birth_date)
        return book.uai, [ByIne(f" {pupil.ine.lower()}"), by_identity, ByCode(code)]

    uai, ways = await store.run(write)
    client = await a_client(store, uai)
    found: list[Sitting] = [
        await store.read(livret.certification_of, client, wanted, keys.public) for wanted in ways
    ]
    assert [one.score for one in found] == [256] * 3
    pulled = await store.read(livret.certifications_for, client, uai.lower(), keys.public)
    assert pulled is not None
    assert len(pulled["certifications"]) == 1  # type: ignore[arg-type]
    everywhere = await a_client(store)
    assert await store.read(livret.certifications_for, everywhere, "0000000Z", keys.public) is None
    for wanted, refusal in (
        (ByIne("1"), InvalidInput),
        (ByCode("1"), NotFound),
        (ByIdentity("0000000Z", "a", "b", MORNING.date()), Forbidden),
        (ByIdentity(uai, "a", "b", MORNING.date()), NotFound),
    ):
        with pytest.raises(refusal):
            await store.read(livret.certification_of, client, wanted, keys.public)


async def test_a_program_is_known_by_its_secret_until_it_is_disabled(store: Store) -> None:
    program = await store.run(lambda tx: let_in(tx, "0990001n", scopes=[str(Scope.SEARCH)]))
    client = await store.read(livret_clients.proven_client, program.id, program.secret)
    assert client is not None
    assert (client.scopes, client.centres) == (frozenset({Scope.SEARCH}), frozenset({"0990001N"}))
    assert client.may_see("0990001n")
    assert not client.may_see("0990002P")
    assert await store.read(livret_clients.proven_client, program.id, program.secret + "x") is None
    assert await store.run(livret_clients.disable_client, program.id) == "Essai"
    assert await store.run(livret_clients.disable_client, program.id) == "Essai"
    assert await store.read(livret_clients.proven_client, program.id, program.secret) is None
    assert await store.read(livret_clients.client_with, program.id) is None
    assert len(await store.read(livret_clients.client_rows)) == 1


async def test_a_program_needs_a_name(store: Store) -> None:
    for name in ("", " ", "x" * 101):
        with pytest.raises(InvalidInput):
            await store.run(livret_clients.add_client, name, [Scope.SEARCH], [])


# -- a session that was really sat -------------------------------------------------------------------------


class RealSchool:
    """One room, whose results are finalised, published and withdrawn by the acts that do so."""

    def __init__(self, room: ExamRoom) -> None:
        self.room = room
        signing = room.issuer.documents
        self.keys = Keys(signing, {signing.kid: signing.public})

    async def withdraw(self) -> None:
        head, session = self.room.school.head, self.room.session_id
        await self.room.do(publishing.withdraw_results, head, session, "une erreur")

    async def state(self) -> int:
        def signed(payload: JSON) -> str:
            return sign(self.keys.signing, payload, LIVRET_TYP, self.room.clock())

        head, session = self.room.school.head, self.room.session_id
        return await self.room.do(livret_statements.give_statement, head, session, self.keys.public, signed)

    async def told(self, client: Client) -> list[tuple[str, int]]:
        """The status and score of each certification that the livret is told of; a code where it counts."""

        def look(reading: Reading) -> object:
            return livret.certifications_for(reading, client, "0990001X", self.keys.public)

        body = await self.room.store.read(look)
        assert isinstance(body, dict)
        told = body["certifications"]
        assert all((one["verificationCode"] is None) == (one["status"] != "validated") for one in told)
        return [(one["status"], one["pixScore"]) for one in told]


async def test_what_is_published_is_told_and_what_is_withdrawn_is_pending_again(store: Store) -> None:
    room = await a_running_room(store, 1)
    school, client = RealSchool(room), await a_client(store)
    await room.finish_from_here(room.candidates[0])
    await room.close()
    assert await school.told(client) == [("pending", 0)]
    await room.finalise()
    assert await school.told(client) == [("pending", 0)]
    await room.publish()
    ((status, score),) = await school.told(client)
    assert status == "validated"
    assert score > 0
    assert await school.state() == 1
    await school.withdraw()
    assert await school.told(client) == [("pending", 0)]
    assert await school.state() == 2
    await room.finalise()
    await room.publish()
    assert await school.told(client) == [("validated", score)]
    assert await school.state() == 3
