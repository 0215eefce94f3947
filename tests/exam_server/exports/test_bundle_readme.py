"""The commands that README.txt and the documentation print work as they stand, and refuse what is false."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from exam_server.exports.bundle import CHECKPOINT_FILE, CONTENTS_FILE, LOG_FILE, README_FILE, RESULTS_FILE
from exam_server.exports.bundle_readme import README, TEXTS, readme_with
from exam_server.signing.checkpoints import sign_checkpoint
from exam_server.signing.jws import sign
from tests.exam_server.exports.support import Session, finalised, respoiled, stamped
from tests.exam_server.signing.support import NOW, new_key
from tests.support.authenticator import Authenticator
from tests.support.timestamp_authority import TimestampAuthority

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "bundle-format.md"
SPACE = "\N{NO-BREAK SPACE}"


def between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0]


PRINTED = between(README, "# --- début\n", "# --- fin")
DOCUMENTED = between(DOCUMENTATION.read_text(), "```sh\n", "```")


def run(commands: str, octets: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """As somebody would who pastes them; in one go, stopping at the first that fails."""
    (folder / "LOT.zip").write_bytes(octets)
    command = ["sh", "-e", "-c", commands]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_documentation_prints_the_same_commands() -> None:
    assert DOCUMENTED == PRINTED


def test_the_bundle_carries_this_text(session: Session) -> None:
    found: dict[str, bytes] = {}
    respoiled(session.written(), found.update)
    assert found[README_FILE] == README.encode()


def test_a_text_that_was_signed_once_is_found_again() -> None:
    assert [readme_with(sha256(text.encode()).hexdigest()) for text in TEXTS] == list(TEXTS)
    assert readme_with("unknown") == TEXTS[-1] == README


def test_texts_that_were_signed_are_not_changed() -> None:
    """A new wording is added to TEXTS and its digest here; a session signed before must stay exportable."""
    assert [sha256(text.encode()).hexdigest() for text in TEXTS] == [
        "1e620c4037ff2696f70b335cc7bdbdda204b84cfe8fa8578bf8deee694818807"
    ]


@pytest.mark.parametrize(("erased", "verified"), [([], 2), ([2, 5], 3)])
def test_the_printed_commands_accept_a_bundle(
    session: Session, tmp_path: Path, erased: list[int], verified: int
) -> None:
    done = run(DOCUMENTED, session.written(erased=erased), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Verified OK") == verified
    assert done.stdout.count("Signature Verified Successfully") == 1
    assert f"6 entrées liées, {len(erased)} contenus effacés" in done.stdout
    assert "par une clé d’accès" in done.stdout
    assert f"Clé des résultats{SPACE}: {session.key.kid}" in done.stdout
    assert f"Clé du journal{SPACE}: {session.signers.log.public.kid}" in done.stdout
    assert (f"Clé des effacements{SPACE}: {session.key.kid}" in done.stdout) is bool(erased)
    assert "ATTENTION" not in done.stdout
    assert "README.txt: OK" in done.stdout.replace("Réussi", "OK")
    assert done.stdout.count(".json: ") == 1


def test_the_printed_commands_name_the_key_of_the_erasures_apart(session: Session, tmp_path: Path) -> None:
    other = new_key(tmp_path / "other")
    proofs = session.proofs(named=False)
    done = run(DOCUMENTED, session.written(erased=[2], eraser=other, proofs=proofs), tmp_path)
    said = done.stdout.replace(SPACE, " ")
    assert f"Clé des effacements : {other.kid}\n" in said
    assert "ATTENTION" in done.stdout


def test_the_printed_commands_check_the_time_with_the_roots_that_lie_beside(
    session: Session, tsa: TimestampAuthority, tmp_path: Path
) -> None:
    octets = session.written(proofs=session.proofs(stamped(session, tsa), witnessed=True))
    (tmp_path / "alone").mkdir()
    assert run(DOCUMENTED, octets, tmp_path / "alone").returncode == 0
    (tmp_path / "racines.pem").write_bytes(tsa.roots_pem)
    done = run(DOCUMENTED, octets, tmp_path)
    assert (done.returncode, "Verification: OK" in done.stdout + done.stderr) == (0, True)
    stranger = TimestampAuthority(tmp_path / "stranger")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "racines.pem").write_bytes(stranger.roots_pem)
    assert run(DOCUMENTED, octets, tmp_path / "other").returncode != 0


@pytest.mark.parametrize("how", ["EdDSA", "code"])
def test_the_printed_commands_say_how_the_head_confirmed_where_they_cannot_check_it(
    session: Session, tmp_path: Path, how: str
) -> None:
    passkey = None if how == "code" else Authenticator(how)
    before, contents = session.entries[:-1], session.contents
    other = finalised(session.signers, before, contents, session.said, passkey, by_code=how == "code")
    done = run(DOCUMENTED, other.written(), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("le serveur qui le dit" if how == "code" else "d’un autre genre") in done.stdout
    assert done.stdout.count("Verified OK") == 1


def edited_log(_session: Session, members: dict[str, bytes]) -> None:
    members[LOG_FILE] = members[LOG_FILE].replace(b'"number":3', b'"number":4')


def edited_readme(_session: Session, members: dict[str, bytes]) -> None:
    members[README_FILE] += b"!"


def edited_content(_session: Session, members: dict[str, bytes]) -> None:
    members[CONTENTS_FILE] = members[CONTENTS_FILE].replace(b"Prunelle", b"Mirabelle")


def dropped_content(_session: Session, members: dict[str, bytes]) -> None:
    members[CONTENTS_FILE] = members[CONTENTS_FILE].split(b"\n", 1)[1]


def older_checkpoint(session: Session, members: dict[str, bytes]) -> None:
    earlier = replace(session, entries=session.entries[:-1])
    members[CHECKPOINT_FILE] = sign_checkpoint(earlier.checkpoint, session.signers.log)


def other_root(_session: Session, members: dict[str, bytes]) -> None:
    lines = members[CHECKPOINT_FILE].split(b"\n")
    lines[2] = lines[2][1:43] + lines[2][:1] + b"="
    members[CHECKPOINT_FILE] = b"\n".join(lines)


def other_signature(_session: Session, members: dict[str, bytes]) -> None:
    head, name, sealed = members[CHECKPOINT_FILE].rpartition(b"example/log/s-2026-05-12-a ")
    flipped = sealed[:20] + (b"A" if sealed[20:21] != b"A" else b"B") + sealed[21:]
    members[CHECKPOINT_FILE] = head + name + flipped


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (edited_log, "entrée 3"),
        (edited_readme, "README.txt"),
        (edited_content, "contenu 2"),
        (dropped_content, "erasures"),
        (older_checkpoint, "racine du journal"),
        (other_root, "racine du journal"),
        (other_signature, "Signature Verification Failure"),
    ],
)
def test_the_printed_commands_refuse_what_was_changed(
    session: Session, tmp_path: Path, spoil: Callable[[Session, dict[str, bytes]], None], says: str
) -> None:
    octets = respoiled(session.written(), lambda members: spoil(session, members))
    done = run(DOCUMENTED, octets, tmp_path)
    assert done.returncode != 0
    assert says in done.stdout + done.stderr


def test_the_printed_commands_refuse_a_foreign_signature(session: Session, tmp_path: Path) -> None:
    other = new_key(tmp_path / "other")

    def spoil(members: dict[str, bytes]) -> None:
        message = members[RESULTS_FILE].decode().rpartition(".")[0]
        forged = sign(other, {}, "passation-results+jws", NOW).rpartition(".")[2]
        members[RESULTS_FILE] = f"{message}.{forged}".encode()

    done = run(DOCUMENTED, respoiled(session.written(), spoil), tmp_path)
    assert done.returncode != 0
    assert "Verification failure" in done.stdout + done.stderr


def with_head(session: Session, change: Callable[[dict[str, object]], None]) -> Session:
    """What a server writes that says this of the head's confirmation."""
    last = session.contents[len(session.entries)]
    act = orjson.loads(orjson.dumps(last.value))
    change(act["head"])
    return session.ending_on(act)


def for_other_results(head: dict[str, object]) -> None:
    head["statement"] = str(head["statement"]).replace("results ", "results 0")


def of_another_session(head: dict[str, object]) -> None:
    head["statement"] = str(head["statement"]).replace("/log/s-2026", "/log/s-2025")


def signed_by_nobody(head: dict[str, object]) -> None:
    facts = head["facts"]
    assert isinstance(facts, dict)
    facts["signature"] = Authenticator().facts("another text")["signature"]


@pytest.mark.parametrize("change", [for_other_results, of_another_session, signed_by_nobody])
def test_the_printed_commands_refuse_a_confirmation_of_something_else(
    session: Session, tmp_path: Path, change: Callable[[dict[str, object]], None]
) -> None:
    done = run(DOCUMENTED, with_head(session, change).written(), tmp_path)
    assert done.returncode != 0
