"""`passation serve`: what it refuses before it starts, what it says, and that it stops when it is told to."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from exam_server.commands.failing import hidden_password
from exam_server.signing.key_set import read_key_set
from exam_server.signing.keys import Purpose
from exam_server.signing.x509_certificates import fingerprint, public_key_of, read_chain
from exam_server.storage.tries import kept_key
from tests.exam_server.commands.conftest import Command

PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(
    folder: Path, *arguments: str, scheme: str = "http", **env: str
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server of its own, once it answers; its words are in `server.log`."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "exam_server", "serve", "--port", str(port), *arguments],
            env={**os.environ, "PASSATION_FOLDER": str(folder), **env},
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(server, f"{scheme}://127.0.0.1:{port}/healthz")
        yield server, port
    finally:
        if server.poll() is None:
            server.kill()
        server.wait(10)


def wait_for(server: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended by itself"
        try:
            if httpx.get(url, timeout=2, verify=False).is_success:  # noqa: S501 - a certificate made here
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"{url} does not answer")


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int, str]]:
    """A school's first start, with nothing set: the folder, the port, and what was said; then Ctrl-C."""
    folder = tmp_path_factory.mktemp("first")
    with served(folder) as (server, port):
        yield folder, port, (folder / "server.log").read_text()
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0
        assert "Traceback" not in (folder / "server.log").read_text()


def test_a_first_start_creates_a_key_for_each_use_and_says_so(first_start: tuple[Path, int, str]) -> None:
    folder, port, said = first_start
    assert f"http://127.0.0.1:{port}" in said
    assert "Clés de signature créées (documents, qr, log)" in said
    keys = {
        path.stem.split("-", 1)[0]: path.stem.split("-", 1)[1] for path in (folder / "keys").glob("*.json")
    }
    assert set(keys) == {"authority", "documents", "qr", "log"}
    assert keys["documents"] in said
    assert "aucun compte" in said


def test_what_it_creates_is_closed_to_other_accounts(first_start: tuple[Path, int, str]) -> None:
    folder, _port, _said = first_start
    for path in [folder / "secret", *(folder / "keys").iterdir()]:
        assert path.stat().st_mode & 0o077 == 0


def test_everybody_can_ask_for_the_published_keys_and_check_them_with_the_authority(
    first_start: tuple[Path, int, str],
) -> None:
    folder, port, _said = first_start
    known = f"http://127.0.0.1:{port}/.well-known/passation"
    pem, token = httpx.get(f"{known}/authority.pem"), httpx.get(f"{known}/keys.jws")
    assert (pem.status_code, token.status_code) == (200, 200)
    assert token.headers["content-type"] == "application/jose"
    (certificate,) = read_chain(pem.content)
    keys = read_key_set(token.text, public_key_of(certificate))
    assert keys == read_key_set(token.text, fingerprint(certificate))
    assert {key.purpose for key in keys.keys} == set(Purpose)
    assert token.content == sorted((folder / "keys").glob("key-set-*.jws"))[-1].read_bytes()


def test_a_port_that_is_taken_is_said(first_start: tuple[Path, int, str], command: Command) -> None:
    said = command("serve", "--port", str(first_start[1]))
    assert said.code == 1
    assert "impossible d’écouter" in said.err
    assert "--port" in said.err


def test_nobody_is_believed_about_the_client_s_address_unless_named(
    first_start: tuple[Path, int, str],
) -> None:
    """Without --proxy the header changes nothing: tries are still counted under the real address."""
    folder, port, _said = first_start
    for spelled in ("203.0.113.1", "203.0.113.2"):
        httpx.post(
            f"http://127.0.0.1:{port}/exam/enter",
            json={"code": "ABCDEFGH"},
            headers={"X-Forwarded-For": spelled, "Origin": f"http://127.0.0.1:{port}"},
        )
    known = b"".join(path.read_bytes() for path in folder.glob("passation.sqlite*"))
    secret = (folder / "secret").read_text().encode()
    assert kept_key(secret, "entry-address:127.0.0.1").encode() in known
    assert kept_key(secret, "entry-address:203.0.113.1").encode() not in known


def test_sqlite_is_refused_several_workers(command: Command) -> None:
    said = command("serve", "--workers", "2", "--port", str(free_port()))
    assert said.code == 1
    assert "PostgreSQL" in said.err


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PORT", "eight", "PASSATION_PORT"),
        ("BASE_URL", "http://exam.example", "PASSATION_BASE_URL"),
        ("DURATION_MINUTES", "0", "PASSATION_DURATION_MINUTES"),
        ("CHECK_IN_MINUTES", "-1", "PASSATION_CHECK_IN_MINUTES"),
        ("GRACE_SECONDS", "-60", "PASSATION_GRACE_SECONDS"),
        ("MINIMUM_RESPONSES", "0", "PASSATION_MINIMUM_RESPONSES"),
        ("MINIMUM_RESPONSES", "33", "entre 1 et 32"),
        ("EXPOSURE_PPM", "0", "PASSATION_EXPOSURE_PPM"),
        ("HELP_STOPS_CLOCK", "some", "none, technical ou all"),
        ("DEMO_SPEED", "0", "PASSATION_DEMO_SPEED"),
        ("ZONE", "Europe/Atlantide", "PASSATION_ZONE"),
        ("ZONE", "../../etc/passwd", "PASSATION_ZONE"),
        ("SECRET", "short", "PASSATION_SECRET"),
        ("SECRET_FILE", "/nowhere/secret", "introuvable"),
        ("DATABASE", "postgresql+psycopg://passation:hidden@127.0.0.1:1/none", "base de données"),
    ],
)
def test_an_unsafe_or_useless_setting_stops_the_start(
    command: Command, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"PASSATION_{variable}", value)
    arguments = () if variable == "PORT" else ("--port", str(free_port()))
    said = command("serve", *arguments)
    assert said.code == 1
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert "hidden" not in said.err


def test_what_other_machines_reach_is_encrypted(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSATION_BASE_URL", "http://127.0.0.1:8000")
    said = command("serve", "--host", "0.0.0.0", "--port", str(free_port()))  # noqa: S104 - it is refused
    assert said.code == 1
    assert "PASSATION_HOST" in said.err


def test_a_locked_key_stops_the_start_and_says_what_to_do(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSATION_KEY_PASSPHRASE", "la bonne phrase")
    command("keys", "new")
    monkeypatch.setenv("PASSATION_KEY_PASSPHRASE", "une autre phrase")
    said = command("serve", "--port", str(free_port()))
    assert said.code == 1
    assert "phrase secrète" in said.err


def test_a_certificate_comes_with_its_key(command: Command, tmp_path: Path) -> None:
    said = command("serve", "--port", str(free_port()), "--certificate", tmp_path / "site.pem")
    assert said.code == 1
    assert "vont ensemble" in said.err


def test_a_school_s_own_certificate_serves_tls_without_a_proxy(tmp_path: Path) -> None:
    certificate, key = tmp_path / "site.pem", tmp_path / "site.key"
    request = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=exam.example"
    subprocess.run(
        [*request.split(), "-days", "2", "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    arguments = ("--certificate", str(certificate), "--certificate-key", str(key))
    with served(
        tmp_path / "passation-data", *arguments, scheme="https", PASSATION_BASE_URL="https://exam.example"
    ) as (_server, port):
        reply = httpx.get(f"https://127.0.0.1:{port}/healthz", verify=False)  # noqa: S501 - made here
    assert reply.status_code == 200
    assert "max-age" in reply.headers["strict-transport-security"]


def test_a_database_s_password_is_never_shown() -> None:
    assert hidden_password("postgresql+psycopg://p:secret@host/name") == "postgresql+psycopg://p:…@host/name"
    in_query = "postgresql+psycopg://p@host/name?sslmode=require&password=secret&sslpassword=other"
    shown = hidden_password(in_query)
    assert shown == "postgresql+psycopg://p@host/name?sslmode=require&password=…&sslpassword=…"
    assert "secret" not in hidden_password("postgresql+psycopg://host/name?password=secret")
    assert hidden_password("sqlite:///passation.sqlite") == "sqlite:///passation.sqlite"
