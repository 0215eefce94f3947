"""The options by which whoever verifies says whom to believe, the same for every command that verifies."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce, wraps
from gettext import gettext as _
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from exam_server.commands.failing import CommandFailed
from exam_server.commands.french import Whole
from exam_server.commands.keys.words import Instant, placed
from exam_server.exports.verification_anchors import Anchors, KnownKey
from exam_server.settings import DEFAULT_ZONE
from exam_server.signing.jwk import read_jwks_file
from exam_server.signing.key_set import LARGEST as LARGEST_KEY_SET
from exam_server.signing.keys import KeyStore, Purpose
from exam_server.signing.notes import read_vkey
from exam_server.signing.timestamps import read_roots

LARGEST_FILE = 1 << 20
MOST_WITNESSES = 60
UNKNOWN = 3
"""The exit code of a bundle that is whole, but of which too little is known to call it valid."""

_FILE = click.Path(path_type=Path)
_OPTIONS = (
    click.option(
        "--keys",
        metavar="JWKS.json",
        type=_FILE,
        help=_(
            "Clés publiques de confiance (JWKS), reçues de l’établissement par une autre voie que le lot : "
            "« passation keys list --jwks » les écrit."
        ),
    ),
    click.option(
        "--authority",
        metavar=_("EMPREINTE"),
        help=_(
            "Empreinte de l’autorité de l’établissement, reçue par une autre voie : « passation keys list » "
            "la montre. Elle fait foi pour le jeu de clés, donc pour les dates et les révocations."
        ),
    ),
    click.option(
        "--key-set",
        metavar="keys.jws",
        type=_FILE,
        help=_("Jeu de clés publié, s’il est plus récent que celui du lot ou si le lot n’en a pas."),
    ),
    click.option(
        "--timestamp-roots",
        metavar="RACINES.pem",
        type=_FILE,
        help=_(
            "Certificats des autorités d’horodatage auxquelles vous faites confiance ; par défaut "
            "PASSATION_TIMESTAMP_ROOTS."
        ),
    ),
    click.option(
        "--witness",
        metavar="VKEY",
        multiple=True,
        help=_("Clé publique d’un témoin du journal (vkey C2SP) ; peut être répétée."),
    ),
    click.option(
        "--quorum",
        type=Whole(0, MOST_WITNESSES),
        help=_("Nombre de témoins qui doivent avoir signé ; par défaut tous ceux de --witness."),
    ),
    click.option(
        "--at",
        type=Instant(),
        help=_("Instant pour lequel répondre ; par défaut maintenant. Sans décalage, à l’heure de Paris."),
    ),
)


def with_anchors(command: Callable[..., int]) -> Callable[..., int]:
    """Gives the options to a command, which gets what they come to as `anchors`."""

    @wraps(command)
    def call(
        *,
        keys: Path | None,
        authority: str | None,
        key_set: Path | None,
        at: datetime | None,
        timestamp_roots: Path | None,
        **others: Any,
    ) -> int:
        anchors = Anchors(
            keys=None if keys is None else read_jwks_file(read(keys, LARGEST_FILE)),
            authority=authority,
            key_set=None if key_set is None else _text(key_set),
            roots=_roots(timestamp_roots),
            at=datetime.now(UTC) if at is None else placed(at, ZoneInfo(DEFAULT_ZONE)),
        )
        if keys is None and authority is None and key_set is None:
            anchors = replace(anchors, own=_local_keys())
        witness, quorum = others.pop("witness"), others.pop("quorum")
        return command(anchors=_witnessed(anchors, witness, quorum), **others)

    return reduce(lambda function, option: option(function), reversed(_OPTIONS), call)


def read(path: Path, largest: int) -> bytes:
    """The file, unless it is too large to be what it should be."""
    with path.open("rb") as stream:
        octets = stream.read(largest + 1)
    if len(octets) > largest:
        raise CommandFailed(_("{file} est trop gros : {most} octets au plus").format(file=path, most=largest))
    return octets


def _witnessed(anchors: Anchors, witness: tuple[str, ...], quorum: int | None) -> Anchors:
    witnesses = tuple(read_vkey(one) for one in witness)
    wanted = len(witnesses) if quorum is None else quorum
    if wanted > len(witnesses):
        raise CommandFailed(
            _("--quorum {quorum} demande plus de témoins que --witness n’en nomme").format(quorum=quorum)
        )
    return replace(anchors, witnesses=witnesses, quorum=wanted)


def _roots(path: Path | None) -> tuple[Any, ...] | None:
    named = path or os.environ.get("PASSATION_TIMESTAMP_ROOTS")
    return read_roots(read(Path(named), LARGEST_FILE)) if named else None


def _text(path: Path) -> str:
    return read(path, LARGEST_KEY_SET).decode("ascii", errors="replace").strip()


def _local_keys() -> Mapping[str, KnownKey]:
    """The keys of this server, when there are any; nothing is created by looking."""
    folder = Path(os.environ.get("PASSATION_FOLDER") or "passation-data") / "keys"
    store = KeyStore(folder)
    return {
        kid: KnownKey(public, purpose, store.validity(kid))
        for purpose in (Purpose.DOCUMENTS, Purpose.LOG)
        for kid, public in store.public_keys(purpose).items()
    }
