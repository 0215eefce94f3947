"""`passation keys`: made, shown, brought in, taken out, revoked and published from a terminal."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from exam_server.signing.jwk import read_jwks_file
from exam_server.signing.key_set import read_key_set
from exam_server.signing.keys import SEALING, KeyStore, Purpose
from exam_server.signing.standing import Reason, Standing
from exam_server.signing.x509_certificates import read_chain
from tests.exam_server.commands.conftest import Command, Said
from tests.exam_server.signing.support import openssl, openssl_accepts
from tests.support.tokens import PIN, new_tokens

EIDAS = "ni un cachet avancé ni un cachet qualifié (eIDAS)"


class Typed(io.StringIO):
    """What somebody types at a terminal."""

    def isatty(self) -> bool:
        return True


def store(settings: Path) -> KeyStore:
    return KeyStore(settings / "keys")


def now() -> datetime:
    return datetime.now(UTC)


def kids(said: Said) -> list[str]:
    """The keys that a command says it has made."""
    return [line.split()[-1] for line in said.out.splitlines()]


def plain(text: str) -> str:
    """A table's cells may be cut to the terminal's width."""
    return "".join(text.split())


def test_the_first_keys_are_one_for_each_use_and_the_next_one_is_for_documents(
    command: Command, settings: Path
) -> None:
    first, second = command("keys", "new"), command("keys", "new")
    assert (first.code, second.code) == (0, 0)
    active = {key.purpose: key.kid for key in store(settings).list(now()) if key.active}
    assert set(active) == {*SEALING, Purpose.AUTHORITY}
    assert len(kids(first)) == 3
    assert kids(second) == [active[Purpose.DOCUMENTS]]
    published = read_jwks_file(command("keys", "list", "--jwks").out.encode())
    assert sorted(published) == sorted([*kids(first), *kids(second)])


@pytest.mark.parametrize("use", SEALING)
def test_a_key_can_be_made_for_one_use(command: Command, settings: Path, use: Purpose) -> None:
    (kid,) = kids(command("keys", "new", "--use", use, "--organisation", "Collège des Vergers"))
    key = store(settings).active(use, now())
    assert key.kid == kid
    assert use is Purpose.LOG or "Collège des Vergers" in key.chain[0].subject.rfc4514_string()


def test_what_a_key_made_here_is_worth_is_said_wherever_it_is_made_or_shown(command: Command) -> None:
    for words in (("keys", "new"), ("keys", "list"), ("keys", "set")):
        said = command(*words)
        assert EIDAS in said.err
        assert "Empreinte de l’autorité (SHA-256)" in said.err
    for words in (("keys", "--help"), ("keys", "new", "--help")):
        assert "eIDAS" in command(*words).out


def test_a_key_without_a_passphrase_is_warned_about(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "PASSATION_KEY_PASSPHRASE" in command("keys", "new", "--use", "log").err
    monkeypatch.setenv("PASSATION_KEY_PASSPHRASE", "une phrase que personne ne devine")
    monkeypatch.setenv("PASSATION_FOLDER", "another-folder")
    assert "Attention" not in command("keys", "new", "--use", "log").err
    assert plain(command("keys", "list").out).count(plain("phrase secrète")) == 2


def test_a_name_that_fits_no_certificate_makes_no_key(command: Command, settings: Path) -> None:
    said = command("keys", "new", "--organisation", "x" * 65)
    assert said.code == 1
    assert "organisation" in said.err
    assert store(settings).list(now()) == ()


def test_the_published_keys_hold_nothing_private(command: Command) -> None:
    command("keys", "new")
    for key in orjson.loads(command("keys", "list", "--jwks").out)["keys"]:
        assert set(key) <= {"alg", "crv", "kid", "kty", "use", "x", "y"}


def test_no_key_yet_is_said(command: Command) -> None:
    for words, code in ((("list",), 0), (("list", "--authority"), 0), (("set",), 1)):
        said = command("keys", *words)
        assert (said.code, said.out) == (code, "")
        assert "keys new" in said.err


def test_a_key_folder_that_others_may_write_is_refused(command: Command, settings: Path) -> None:
    command("keys", "new")
    (settings / "keys").chmod(0o777)
    said = command("keys", "new")
    assert said.code == 1
    assert "chmod 700" in said.err


def test_the_list_says_what_each_key_does(command: Command, settings: Path) -> None:
    old, _qr, log = kids(command("keys", "new"))
    command("keys", "new")
    command("keys", "revoke", log, "--reason", "ceased", "--yes")
    said = command("keys", "list")
    shown = plain(said.out)
    assert shown.count("signe") == 3
    assert shown.count("vérifie") == 1
    assert shown.count(plain("révoquée le")) == 1
    assert plain("(hors d’usage)") in shown
    assert plain("droits du fichier") in shown
    assert {old, log} <= set(said.out.split())
    assert {key.kid for key in store(settings).list(now())} <= set(said.out.split())


def test_a_key_that_soon_ends_is_warned_about(command: Command, settings: Path) -> None:
    early = now() - timedelta(days=1_096 - 30)
    store(settings).create(Purpose.DOCUMENTS, early)
    said = command("keys", "list")
    assert "ne signera plus après le" in said.err
    command("keys", "new", "--use", "documents")
    assert "ne signera plus" not in command("keys", "list").err


def test_openssl_verifies_a_certificate_with_the_authority_that_the_list_writes(
    command: Command, settings: Path, tmp_path: Path
) -> None:
    (kid,) = kids(command("keys", "new", "--use", "documents"))
    (tmp_path / "ca.pem").write_text(command("keys", "list", "--authority").out)
    leaf = settings / "keys" / f"documents-{kid}.pem"
    assert "OK" in openssl(tmp_path, "verify -CAfile ca.pem", str(leaf))


def test_the_set_is_the_newest_version_and_names_what_is_revoked(command: Command, settings: Path) -> None:
    (kid,) = kids(command("keys", "new", "--use", "qr"))
    first = command("keys", "set")
    command("keys", "revoke", kid, "--reason", "compromised", "--yes")
    second = command("keys", "set")
    authority = next(key for key in store(settings).list(now()) if key.purpose is Purpose.AUTHORITY)
    before, after = (read_key_set(said.out.strip(), authority.kid) for said in (first, second))
    assert after.version == before.version + 1
    assert "Version 3" in second.err
    found = after.find(kid)
    assert found is not None
    assert found.validity.standing(now()) is Standing.REVOKED
    assert command("keys", "set").out == second.out


# -- revoking ------------------------------------------------------------------------------------------------


def test_revoking_asks_first_and_takes_only_yes(
    command: Command, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kid,) = kids(command("keys", "new", "--use", "log"))
    said = command("keys", "revoke", kid, "--reason", "ceased")
    assert said.code == 1
    assert "--yes" in said.err
    for typed in ("\n", "non\n", "o\n", "yes\n"):
        monkeypatch.setattr("sys.stdin", Typed(typed))
        said = command("keys", "revoke", kid, "--reason", "ceased")
        assert said.code == 1
        assert "abandonné" in said.err
        assert store(settings).standing(kid, now()) is Standing.VALID
    monkeypatch.setattr("sys.stdin", Typed("Oui\n"))
    said = command("keys", "revoke", kid, "--reason", "ceased")
    assert said.code == 0
    assert f"Clé révoquée : {kid}".replace(" :", "\u00a0:") in said.out
    assert store(settings).standing(kid, now()) is Standing.REVOKED


@pytest.mark.parametrize("reason", Reason)
def test_the_last_key_of_a_use_is_missed_when_it_is_revoked(
    command: Command, settings: Path, reason: Reason
) -> None:
    (kid,) = kids(command("keys", "new", "--use", "documents"))
    said = command("keys", "revoke", kid, "--reason", reason, "--yes")
    assert "passation keys new --use documents" in said.err
    revocation = store(settings).validity(kid).revocation
    assert revocation is not None
    assert revocation.reason is reason
    (again,) = kids(command("keys", "new", "--use", "documents"))
    assert "plus aucune" not in command("keys", "revoke", kid, "--reason", reason, "--yes").err
    assert store(settings).active(Purpose.DOCUMENTS, now()).kid == again


@pytest.mark.parametrize(
    ("zone", "typed", "meant"),
    [
        ("Europe/Paris", "2026-05-12T18:00", datetime(2026, 5, 12, 16, tzinfo=UTC)),
        ("Europe/Paris", "2026-01-12 18:00:30", datetime(2026, 1, 12, 17, 0, 30, tzinfo=UTC)),
        ("Indian/Reunion", "2026-05-12T18:00", datetime(2026, 5, 12, 14, tzinfo=UTC)),
        ("Europe/Paris", "2026-05-12T18:00+00:00", datetime(2026, 5, 12, 18, tzinfo=UTC)),
    ],
)
def test_the_instant_is_that_of_the_schools_unless_it_says_its_own(
    command: Command, settings: Path, monkeypatch: pytest.MonkeyPatch, zone: str, typed: str, meant: datetime
) -> None:
    monkeypatch.setenv("PASSATION_ZONE", zone)
    kid = store(settings).create(Purpose.LOG, datetime(2025, 9, 1, tzinfo=UTC)).kid
    said = command("keys", "revoke", kid, "--reason", "compromised", "--at", typed, "--yes")
    assert said.code == 0
    revocation = store(settings).validity(kid).revocation
    assert revocation is not None
    assert revocation.at == meant


def test_what_cannot_be_revoked_is_said(command: Command, settings: Path) -> None:
    command("keys", "new", "--use", "log")
    authority = next(key for key in store(settings).list(now()) if key.purpose is Purpose.AUTHORITY).kid
    for kid, why in (
        (authority, "autorité"),
        ("unknown", "n’est pas dans le dossier"),
        ("-dash", "n’est pas"),
    ):
        said = command("keys", "revoke", kid, "--reason", "ceased", "--yes")
        assert said.code == 1
        assert why in said.err
    (kid,) = kids(command("keys", "new", "--use", "log"))
    said = command("keys", "revoke", kid, "--reason", "ceased", "--at", "2999-01-01T00:00", "--yes")
    assert said.code == 1
    assert "avenir" in said.err


# -- in and out ----------------------------------------------------------------------------------------------


def test_a_key_goes_out_and_comes_in_elsewhere(
    command: Command, settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "phrase").write_text("une phrase\n")
    (kid,) = kids(command("keys", "new", "--use", "documents"))
    said = command("keys", "export", kid, "copie.p12", "--passphrase-file", "phrase")
    assert (said.code, said.out) == (0, "")
    assert (tmp_path / "copie.p12").stat().st_mode & 0o777 == 0o600
    again = command("keys", "export", kid, "copie.p12", "--passphrase-file", "phrase")
    assert again.code == 1
    assert "existe déjà" in again.err

    refused = command("keys", "import", "copie.p12", "--use", "documents", "--passphrase-file", "phrase")
    assert refused.code == 1
    assert "déjà dans le dossier" in refused.err
    monkeypatch.setenv("PASSATION_FOLDER", str(tmp_path / "elsewhere"))
    said = command("keys", "import", "copie.p12", "--use", "qr", "--passphrase-file", "phrase")
    assert said.code == 0
    assert kids(said) == [kid]
    assert "valable jusqu’au" in said.err
    assert store(tmp_path / "elsewhere").active(Purpose.QR, now()).kid == kid


def test_a_file_that_opens_with_nothing_is_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / "phrase").write_text("")
    (tmp_path / "no.p12").write_bytes(b"no")
    said = command("keys", "import", "no.p12", "--use", "qr", "--passphrase-file", "phrase")
    assert said.code == 1
    assert "phrase secrète" in said.err
    said = command("keys", "import", "absent.p12", "--use", "qr", "--passphrase-file", "phrase")
    assert said.code == 1
    assert "introuvable" in said.err
    said = command("keys", "import", "no.p12", "--use", "qr")
    assert said.code == 1
    assert "--passphrase-file" in said.err


def test_a_key_on_a_token_is_used_by_its_place(
    command: Command, settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    (tmp_path / "softhsm").mkdir()
    token = new_tokens(tmp_path / "softhsm", "bureau")["bureau"]
    openssl(tmp_path, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out seal.key")
    token.take_in(tmp_path / "seal.key", "cachet", "a1")
    words = ("keys", "pkcs11", "--module", token.module, "--token", "bureau", "--use", "documents")
    assert "--label" in command(*words).err
    assert "PASSATION_PKCS11_PIN" in command(*words, "--label", "cachet").err
    (tmp_path / "pin").write_text(f"{PIN}\n")
    monkeypatch.setenv("PASSATION_PKCS11_PIN_FILE", str(tmp_path / "pin"))
    (tmp_path / "chain.pem").write_text("nothing")
    assert "chain.pem" in command(*words, "--label", "cachet", "--chain", "chain.pem").err
    said = command(*words, "--label", "cachet", "--id", "a1")
    assert said.code == 0
    assert plain("jeton bureau") in plain(command("keys", "list").out)
    key = KeyStore(settings / "keys", pin=PIN).active(Purpose.DOCUMENTS, now())
    assert [key.kid] == kids(said)
    openssl_accepts(tmp_path / "out", key, b"x", key.sign(b"x"))
    assert read_chain((settings / "keys" / f"documents-{key.kid}.pem").read_bytes()) == key.chain
