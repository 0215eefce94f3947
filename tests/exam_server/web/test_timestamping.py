"""The queue of timestamps, with openssl as the authority over HTTP: in service, down, and lying."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from exam_server.acts import closing
from exam_server.acts.timestamps import LONGEST_WAIT, due_timestamps, keep_token, timestamp_failed, wait_after
from exam_server.domain.attempts import EndReason
from exam_server.exports.verification import Anchors, verify_bundle
from exam_server.exports.verification_time import stamped_digest
from exam_server.signing.standing import Verdict
from exam_server.signing.timestamps import MAX_REPLY, open_token, read_roots, request_for
from exam_server.signing.x509_certificates import fingerprint
from exam_server.storage.results_tables import ResultsVersion
from exam_server.web.sealing import seal
from exam_server.web.timestamping import stamp
from tests.exam_server.web.site import Site, a_site, settings_for
from tests.support.clock import MORNING, ManualClock
from tests.support.databases import Place
from tests.support.room import ExamRoom, a_running_room
from tests.support.timestamp_authority import TimestampAuthority


class Liar(TimestampAuthority):
    """Answers what a test gives it to say."""

    says: bytes | None = None

    def reply(self, request: bytes) -> bytes:
        honest = super().reply(request)
        return honest if self.says is None else self.says


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Liar:
    return Liar(tmp_path_factory.mktemp("authority"), ManualClock(MORNING + timedelta(hours=3)))


@pytest.fixture
def authority(made: Liar) -> Iterator[Liar]:
    made.asked, made.out_of_service, made.says = 0, False, None
    yield made
    made.asked, made.out_of_service, made.says = 0, False, None


@pytest.fixture
def url(authority: Liar) -> Iterator[str]:
    with authority.serve() as address:
        yield address


@asynccontextmanager
async def serving(
    place: Place, folder: Path, clock: ManualClock, url: str, roots: Path
) -> AsyncIterator[Site]:
    settings = settings_for(place.url, folder)
    async with a_site(replace(settings, timestamp_url=url, timestamp_roots=roots), clock) as site:
        yield site


@pytest.fixture
async def site(
    on_sqlite: Place, tmp_path: Path, clock: ManualClock, url: str, authority: Liar
) -> AsyncIterator[Site]:
    """The application that asks this authority."""
    async with serving(on_sqlite, tmp_path / "folder", clock, url, authority.root) as site:
        yield site


@pytest.fixture
async def room(site: Site) -> ExamRoom:
    """A session whose results are signed, and whose log is sealed."""
    return await a_sealed_room(site)


async def a_sealed_room(site: Site) -> ExamRoom:
    room = await a_running_room(site.store, 1)
    await room.close(**{room.candidates[0].id: closing.GivenReason(EndReason.TECHNICAL)})
    await room.finalise()
    site.make_key()
    await seal(site.desk)
    return room


async def version(room: ExamRoom, number: int = 1) -> ResultsVersion:
    return await room.store.read(lambda reading: reading.get(ResultsVersion, (room.session_id, number)))


async def test_a_version_gets_one_timestamp_of_its_checkpoint_and_the_authority_is_asked_once(
    site: Site, room: ExamRoom, authority: Liar
) -> None:
    assert [await stamp(site.desk) for _ in range(3)] == [1, 0, 0]
    assert authority.asked == 1
    found = await version(room)
    assert found.token is not None
    assert (found.token_tries, found.token_problem) == (1, None)
    digest = stamped_digest(found.checkpoint.encode())
    token = open_token(found.token, digest, read_roots(authority.roots_pem), MORNING + timedelta(days=9_000))
    assert token.gen_time == MORNING + timedelta(hours=3)


async def test_a_really_sat_session_verifies_thirty_years_later_from_its_bundle(
    on_sqlite: Place, tmp_path: Path, clock: ManualClock, url: str, authority: Liar
) -> None:
    async with serving(on_sqlite, tmp_path / "folder", clock, url, authority.root) as site:
        site.make_key()
        room = await a_running_room(site.store, 1)
        await room.finish(room.candidates[0])
        await room.close()
        head = await site.signed_in(room.school.head)
        assert (await site.finalise(head, room.session_id)).status_code == 200
        address = f"/sessions/{room.session_id}/bundle"
        early = (await head.get(address)).content
        assert await stamp(site.desk) == 1
        late = (await head.get(address)).content
        certificate = site.desk.keys.authority()
        assert certificate is not None
    anchors = Anchors(
        authority=fingerprint(certificate),
        roots=read_roots(authority.roots_pem),
        at=MORNING + timedelta(days=30 * 365),
    )
    assert verify_bundle(early, anchors, None).verdict is Verdict.UNKNOWN
    assert verify_bundle(late, anchors, None).verdict is Verdict.VALID


async def test_without_an_address_nothing_is_asked(
    on_sqlite: Place, tmp_path: Path, clock: ManualClock, authority: Liar
) -> None:
    async with a_site(settings_for(on_sqlite.url, tmp_path / "folder"), clock) as site:
        room = await a_sealed_room(site)
        assert await stamp(site.desk) == 0
        assert (authority.asked, (await version(room)).token_tries) == (0, 0)


async def test_while_the_authority_is_down_closing_goes_on_and_nothing_is_lost(
    site: Site, room: ExamRoom, authority: Liar, clock: ManualClock
) -> None:
    authority.out_of_service = True
    assert await stamp(site.desk) == 0
    waiting = await version(room)
    assert waiting.token is None
    assert waiting.token_problem == "l’autorité d’horodatage répond par l’erreur HTTP 503"
    assert (await room.session()).state == "finalised"
    for tries, wait in ((1, 30), (2, 60), (3, 120)):
        clock.advance(seconds=wait - 1)
        assert await site.store.read(due_timestamps) == [], "it is not pestered"
        clock.advance(seconds=1)
        assert await stamp(site.desk) == 0
        assert (await version(room)).token_tries == tries + 1
    authority.out_of_service = False
    clock.advance(hours=1)
    assert await stamp(site.desk) == 1
    found = await version(room)
    assert (found.token is not None, found.token_problem, authority.asked) == (True, None, 1)


async def test_nobody_at_the_address_is_said(
    on_sqlite: Place, tmp_path: Path, clock: ManualClock, authority: Liar
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}/"
    async with serving(on_sqlite, tmp_path / "folder", clock, nobody, authority.root) as site:
        room = await a_sealed_room(site)
        assert await stamp(site.desk) == 0
        assert (await version(room)).token_problem == "l’autorité d’horodatage ne répond pas"


async def test_what_the_authority_says_is_believed_only_if_it_answers_this_very_request(
    site: Site, room: ExamRoom, authority: Liar, clock: ManualClock
) -> None:
    digest = stamped_digest((await version(room)).checkpoint.encode())
    nonce = (1 << 63) + 7
    wrong = {
        "nonce différent": authority.reply(request_for(digest, nonce)),
        "autre document": authority.reply(request_for(sha256(b"another").digest(), nonce)),
        "n’est pas lisible": b"<html>Bienvenue</html>",
        "pas lisible": b"",
        "lisible": b"\x30" * (MAX_REPLY + 100_000),
        "a refusé": authority.reply(request_for(digest, nonce).replace(b"\x02\x01\x01", b"\x02\x01\x09", 1)),
    }
    for words, answer in wrong.items():
        authority.says = answer
        assert await stamp(site.desk) == 0
        found = await version(room)
        assert words in str(found.token_problem)
        assert found.token is None
        clock.advance(hours=1)
    authority.says = None
    assert await stamp(site.desk) == 1


async def test_an_authority_that_is_not_trusted_is_not_believed(
    on_sqlite: Place, tmp_path: Path, clock: ManualClock, url: str
) -> None:
    stranger = TimestampAuthority(tmp_path / "stranger")
    async with serving(on_sqlite, tmp_path / "folder", clock, url, stranger.root) as site:
        room = await a_sealed_room(site)
        assert await stamp(site.desk) == 0
        assert "que vous avez désignée" in str((await version(room)).token_problem)
        stranger.root.unlink()
        clock.advance(hours=1)
        assert await stamp(site.desk) == 0
        assert "illisible" in str((await version(room)).token_problem)


async def test_of_several_workers_one_asks(site: Site, room: ExamRoom, authority: Liar) -> None:
    given = await asyncio.gather(*(stamp(site.desk) for _ in range(4)))
    assert (sum(given), authority.asked) == (1, 1)


async def test_a_timestamp_that_is_there_stays_whatever_comes_later(site: Site, room: ExamRoom) -> None:
    await stamp(site.desk)
    token = (await version(room)).token
    await room.do(keep_token, room.session_id, 1, b"another")
    await room.do(timestamp_failed, room.session_id, 1, "too late")
    found = await version(room)
    assert (found.token, found.token_problem) == (token, None)


async def test_each_version_has_its_own_and_where_nobody_answers_the_others_do_not_ask(
    site: Site, room: ExamRoom, authority: Liar, clock: ManualClock
) -> None:
    await room.do(closing.resume_session, room.school.head, room.session_id, "oubli")
    await room.finalise()
    await seal(site.desk)
    authority.out_of_service = True
    assert await stamp(site.desk) == 0
    assert [(await version(room, number)).token_tries for number in (1, 2)] == [1, 0]
    authority.out_of_service = False
    clock.advance(minutes=1)
    assert await stamp(site.desk) == 2
    tokens = [(await version(room, number)).token for number in (1, 2)]
    assert None not in tokens
    assert tokens[0] != tokens[1]
    assert authority.asked == 2


async def test_a_server_that_starts_again_asks_for_what_is_missing_by_itself(
    on_sqlite: Place, tmp_path: Path, clock: ManualClock, url: str, authority: Liar
) -> None:
    async with a_site(settings_for(on_sqlite.url, tmp_path / "folder"), clock) as before:
        session_id = (await a_sealed_room(before)).session_id
    async with serving(on_sqlite, tmp_path / "folder", clock, url, authority.root) as site:
        async with asyncio.timeout(10):
            while await site.store.read(due_timestamps) or authority.asked == 0:
                await asyncio.sleep(0.02)
            while await site.store.read(
                lambda reading: reading.get(ResultsVersion, (session_id, 1)).token is None
            ):
                await asyncio.sleep(0.02)
    assert authority.asked == 1


def test_the_waits_grow_to_an_hour_and_no_further() -> None:
    waits = [wait_after(tries) for tries in range(1, 200)]
    assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT == timedelta(hours=1)
