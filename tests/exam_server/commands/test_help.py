"""Help is French, complete and quick to read; a mistyped command says what is wrong and exits with 2."""

from collections.abc import Iterator

import click
import pytest

from exam_server.__main__ import passation
from tests.exam_server.commands.conftest import Command

CONTRACT = (
    ("serve",),
    ("demo",),
    ("simulate",),
    ("verify",),
    ("verify-diff",),
    ("replay",),
    ("bank", "check"),
    ("bank", "preview"),
    ("bank", "report"),
    ("bank", "calibrate"),
    ("bank", "export"),
    ("bank", "import"),
    ("bank", "collect"),
    ("import", "pupils"),
    ("import", "profiles"),
    ("lsu", "check"),
    ("lsu", "merge"),
    ("keys", "new"),
    ("keys", "list"),
    ("keys", "import"),
    ("keys", "export"),
    ("keys", "pkcs11"),
    ("keys", "revoke"),
    ("keys", "set"),
    ("livret", "client", "add"),
    ("livret", "client", "list"),
    ("livret", "client", "disable"),
    ("user", "add"),
)
OPTIONS = {
    ("serve",): {"--host", "--port", "--workers"},
    ("demo",): {"--headless", "--candidates", "--port", "--output"},
    ("simulate",): {"--session", "--candidates", "--speed", "--sign-in"},
    ("verify",): {"--keys", "--authority", "--timestamp-roots", "--at"},
    ("verify-diff",): {"--keys", "--authority"},
    ("replay",): {"--candidate"},
    ("bank", "check"): {"--every-variant"},
    ("bank", "preview"): {"--port"},
    ("bank", "report"): {"--out", "--tests", "--responses"},
    ("bank", "calibrate"): {"--folder", "--out", "--anchors"},
    ("bank", "export"): {"--out"},
    ("bank", "import"): {"--competence", "--level", "--skill", "--out"},
    ("bank", "collect"): {"--out"},
    ("import", "pupils"): {"--centre", "--keep-valid"},
    ("import", "profiles"): {"--centre", "--keep-valid"},
    ("keys", "new"): {"--use", "--organisation"},
    ("keys", "list"): {"--jwks", "--authority"},
    ("keys", "import"): {"--use", "--passphrase-file"},
    ("keys", "export"): {"--passphrase-file"},
    ("keys", "pkcs11"): {"--module", "--token", "--label", "--id", "--use", "--chain"},
    ("keys", "revoke"): {"--reason", "--at", "--yes"},
    ("lsu", "check"): {"--xsd", "--schema-version"},
    ("lsu", "merge"): {"--class", "--levels", "--centre", "--out", "--mapping", "--period", "--xsd"},
    ("livret", "client", "add"): {"--name", "--scope", "--centre"},
    ("user", "add"): {"--email", "--name", "--role", "--centre", "--centre-name", "--link"},
}
ENGLISH = ("Usage:", "Show this message", "Error:", "Missing", "No such", "Invalid value", "[required]")


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from leaves(found, (*path, name))
        else:
            yield (*path, name)


def test_the_commands_are_those_of_the_contract() -> None:
    assert set(leaves(passation)) == set(CONTRACT)


@pytest.mark.parametrize("path", [(), ("bank",), ("import",), ("keys",), ("user",), *CONTRACT])
def test_help_is_french_and_says_the_exit_codes(command: Command, path: tuple[str, ...]) -> None:
    said = command(*path, "--help")
    assert said.code == 0
    assert said.out.startswith("Utilisation")
    assert not [word for word in ENGLISH if word in said.out]
    if path in CONTRACT:
        assert "Codes de sortie" in said.out
        assert "Exemple" in said.out
        assert f"passation {' '.join(path)}" in said.out
        assert all(option in said.out for option in OPTIONS.get(path, ()))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["nothing"], "commande inconnue"),
        (["bank", "chek"], "commande inconnue"),
        (["verify"], "il manque BUNDLE"),
        (["verify", "a", "b"], "argument de trop"),
        (["verify", "a", "--kys", "b"], "option inconnue"),
        (["verify", "a", "--keys"], "attend une valeur"),
        (["import", "pupils", "file"], "il manque --centre"),
        (["serve", "--port", "http"], "nombre entier de 1 à 65535"),
        (["serve", "--port", "70000"], "nombre entier de 1 à 65535"),
        (["serve", "--workers", "0"], "nombre entier de 1 à 64"),
        (["demo", "--candidates", "x"], "nombre entier"),
        (["user", "add", "--role", "admin"], "n’est pas un rôle"),
        (["keys", "new", "--use", "authority"], "n’est pas un usage"),
        (["keys", "import", "file", "--use", "log"], "n’est pas un usage"),
        (["keys", "revoke", "kid"], "il manque --reason"),
        (["keys", "revoke", "kid", "--reason", "lost"], "n’est pas une raison"),
        (["keys", "revoke", "kid", "--reason", "ceased", "--at", "hier"], "n’est pas un instant"),
    ],
)
def test_a_mistyped_command_says_what_is_wrong(command: Command, typed: list[str], sentence: str) -> None:
    said = command(*typed)
    assert said.code == 2
    assert sentence in said.err
    assert "--help" in said.err
    assert not [word for word in ENGLISH if word in said.err]


@pytest.mark.parametrize("path", [(), ("keys",), ("user",)])
def test_a_group_alone_shows_its_commands(command: Command, path: tuple[str, ...]) -> None:
    said = command(*path)
    assert said.code == 2
    assert "Commandes" in said.err
