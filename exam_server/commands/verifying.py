"""`passation verify`: checks a bundle offline and says, step by step, what was found."""

import os
from collections.abc import Mapping
from gettext import gettext as _
from pathlib import Path

import click

from exam_server.commands.failing import DONE, FAILED, CommandFailed
from exam_server.commands.french import Command
from exam_server.commands.saying import refuse, say, warn, working
from exam_server.exports.bundle import LARGEST_BUNDLE
from exam_server.exports.recomputation import recompute
from exam_server.exports.verification import Check, Trust, Verification, verify_bundle
from exam_server.exports.verification_steps import TITLES, BundleRefused, Step
from exam_server.signing.jwk import PublicKey, read_jwks, read_jwks_file
from exam_server.signing.keys import KeyStore
from exam_server.signing.receipts import is_fingerprint_of

LARGEST_KEY_FILE = 1 << 20

HELP = _("""Vérifie un lot de résultats (BUNDLE), hors ligne, avec des clés publiques seulement.

Chaque étape dit ce qui a été contrôlé : signature, fichiers, journal, contenus, résultats recalculés depuis
le journal et la banque, et enfin chaque octet. La première chose qui ne tient pas est nommée avec sa place.

Sans --keys, la clé est cherchée parmi celles du dossier local (PASSATION_FOLDER/keys) ; si elle n’y est pas,
le lot est vérifié avec la clé qu’il contient, et son auteur n’est alors pas établi : le verdict le dit.

\b
Exemples :
  passation verify session-B12.zip
  passation verify session-B12.zip --keys jwks.json
  passation verify session-B12.zip --receipt 7Q4M2-KX9TB

\b
Codes de sortie : 0 le lot est intact ; 1 il est refusé, sa clé est inconnue malgré --require-known-key, ou
l’empreinte donnée n’y est pas ; 2 commande mal écrite.""")

KEYS_HELP = _(
    "Clés publiques de confiance (JWKS), reçues de l’établissement par une autre voie que le lot : "
    "« passation keys list --jwks » les écrit."
)

RECEIPT_HELP = _("Dit de qui sont les réponses dont voici l’empreinte, celle de la dernière page du test.")
REQUIRE_HELP = _("Échoue (code 1) quand la clé du lot n’a pu être comparée à aucune clé de confiance.")


@click.command("verify", cls=Command, help=HELP)
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--keys", "key_file", metavar="JWKS.json", type=click.Path(path_type=Path), help=KEYS_HELP)
@click.option("--require-known-key", is_flag=True, help=REQUIRE_HELP)
@click.option("--receipt", metavar=_("EMPREINTE"), help=RECEIPT_HELP)
def verify(bundle: Path, key_file: Path | None, require_known_key: bool, receipt: str | None) -> int:
    """Every check in its order; exit code 1 when one does not hold."""
    octets = _read(bundle, LARGEST_BUNDLE)
    trusted = read_jwks_file(_read(key_file, LARGEST_KEY_FILE)) if key_file else None
    local = {} if key_file else _local_keys()
    try:
        with working(_("Vérification de {file}…").format(file=bundle.name)):
            found = verify_bundle(octets, trusted, recompute, own=local)
    except BundleRefused as refusal:
        _say_passed_before(refusal.step)
        refuse(str(refusal))
        say(_("REFUSÉ : ne vous fiez pas à {file}.").format(file=bundle.name), "bold red")
        return FAILED
    for check in found.checks:
        _say_check(check)
    known = found.trust is Trust.COMPARED
    _say_trust(found.kid, known)
    _say_verdict(bundle, found, known)
    is_there = receipt is None or _say_receipt(receipt, found)
    return DONE if is_there and (known or not require_known_key) else FAILED


def _say_receipt(typed: str, found: Verification) -> bool:
    """Whose responses these are, where they are anybody's."""
    candidates = found.payload.get("candidates")
    for one in candidates if isinstance(candidates, list) else []:
        receipt = one.get("receipt") if isinstance(one, Mapping) else None
        digest = receipt.get("sha256") if isinstance(receipt, Mapping) else None
        if isinstance(one, Mapping) and isinstance(digest, str) and is_fingerprint_of(typed, digest):
            name = f"{one.get('given_name')} {one.get('family_name')}"
            say(_("Empreinte reconnue : ce sont les réponses de {name}.").format(name=name), "bold green")
            return True
    warn(_("cette empreinte n’est celle des réponses de personne dans ce lot"))
    return False


def _say_verdict(bundle: Path, found: Verification, known: bool) -> None:
    """Only a known key makes a bundle good: anybody can make a key, and sign anything whole with it."""
    if known:
        text = _("VALABLE : {file} est intact, tel qu’il a été signé (salle {room}, candidats : {count}).")
    else:
        text = _("INTACT, AUTEUR NON VÉRIFIÉ : {file} (salle {room}, candidats : {count}).")
    session, candidates = found.payload["session"], found.payload.get("candidates")
    room = session.get("room") if isinstance(session, Mapping) else None
    count = len(candidates) if isinstance(candidates, list) else "?"
    style = "bold green" if known else "bold yellow"
    say(text.format(file=bundle.name, room=room or "?", count=count), style)


def _say_check(check: Check) -> None:
    mark, style = ("✓", "green") if check.done else ("–", "yellow")
    say(f"{mark} {int(check.step)}. {TITLES[check.step]} : {check.text}", style)


def _say_passed_before(step: Step) -> None:
    for earlier in Step:
        if earlier < step:
            say(f"✓ {int(earlier)}. {TITLES[earlier]}", "green")
    say(f"✗ {int(step)}. {TITLES[step]}", "red")


def _say_trust(kid: str, known: bool) -> None:
    if known:
        say(_("Clé {kid} : c’est une clé de confiance.").format(kid=kid))
        return
    warn(
        _(
            "la clé {kid} n’a été comparée à aucune clé de confiance : le lot est intact, mais rien ne dit "
            "qui l’a signé. Demandez ses clés publiques à l’établissement et donnez-les avec --keys."
        ).format(kid=kid)
    )


def _local_keys() -> Mapping[str, PublicKey]:
    """The keys of this server, when there are any; nothing is created by looking."""
    folder = Path(os.environ.get("PASSATION_FOLDER") or "passation-data") / "keys"
    return read_jwks(KeyStore(folder).jwks())


def _read(path: Path, largest: int) -> bytes:
    """The file, unless it is too large to be what it should be."""
    with path.open("rb") as stream:
        octets = stream.read(largest + 1)
    if len(octets) > largest:
        raise CommandFailed(_("{file} est trop gros : {most} octets au plus").format(file=path, most=largest))
    return octets
