"""The commands that README.txt and the documentation print work as they stand, and refuse what is false."""

import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from exam_server.exports.bundle import LOG_FILE, README_FILE, RESULTS_FILE
from exam_server.exports.bundle_readme import README, TEXTS, readme_with
from exam_server.signing.jws import sign
from tests.exam_server.exports.support import Session, finished_session, respoiled
from tests.exam_server.signing.support import NOW, new_key

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "bundle-format.md"


def between(text: str, start: str, end: str) -> str:
    return text.split(start, 1)[1].split(end, 1)[0]


PRINTED = between(README, "# --- début\n", "# --- fin")
DOCUMENTED = between(DOCUMENTATION.read_text(), "```sh\n", "```")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return finished_session(tmp_path / "keys")


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
        "f2ddcb1bdb7e1a87f0627c10c00f09add2bb8c7c38d2aada0c6ee400ed3f4ce6"
    ]


@pytest.mark.parametrize(("erased", "verified"), [([], 1), ([2, 5], 2)])
def test_the_printed_commands_accept_a_bundle(
    session: Session, tmp_path: Path, erased: list[int], verified: int
) -> None:
    done = run(DOCUMENTED, session.written(erased=erased), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("Verified OK") == verified
    assert f"5 entrées liées, {len(erased)} contenus effacés." in done.stdout
    assert f"Clé des résultats\N{NO-BREAK SPACE}: {session.key.kid}" in done.stdout
    assert (f"Clé des effacements\N{NO-BREAK SPACE}: {session.key.kid}" in done.stdout) is bool(erased)
    assert "ATTENTION" not in done.stdout
    assert "README.txt: OK" in done.stdout.replace("Réussi", "OK")
    assert done.stdout.count(".json: ") == 1


def test_the_printed_commands_name_the_key_of_the_erasures_apart(session: Session, tmp_path: Path) -> None:
    other = new_key(tmp_path / "other")
    done = run(DOCUMENTED, session.written(erased=[2], eraser=other), tmp_path)
    said = done.stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert f"Clé des résultats : {session.key.kid}\nClé des effacements : {other.kid}\n" in said
    assert "ATTENTION" in done.stdout


def edited_log(members: dict[str, bytes]) -> None:
    members[LOG_FILE] = members[LOG_FILE].replace(b'"number":3', b'"number":4')


def edited_readme(members: dict[str, bytes]) -> None:
    members[README_FILE] += b"!"


def edited_content(members: dict[str, bytes]) -> None:
    members["contents.jsonl"] = members["contents.jsonl"].replace(b"Prunelle", b"Mirabelle")


def dropped_content(members: dict[str, bytes]) -> None:
    members["contents.jsonl"] = members["contents.jsonl"].split(b"\n", 1)[1]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (edited_log, "entrée 3"),
        (edited_readme, "README.txt"),
        (edited_content, "contenu 2"),
        (dropped_content, "erasures"),
    ],
)
def test_the_printed_commands_refuse_what_was_changed(
    session: Session, tmp_path: Path, spoil: Callable[[dict[str, bytes]], None], says: str
) -> None:
    done = run(DOCUMENTED, respoiled(session.written(), spoil), tmp_path)
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
