"""`passation verify`: checks a bundle offline and says, step by step, what was found."""

from collections.abc import Mapping
from gettext import gettext as _
from pathlib import Path

import click

from exam_server.commands.failing import DONE, FAILED
from exam_server.commands.french import Command
from exam_server.commands.saying import refuse, say, warn, working
from exam_server.commands.trusting import UNKNOWN, read, with_anchors
from exam_server.exports.bundle import LARGEST_BUNDLE
from exam_server.exports.recomputation import recompute
from exam_server.exports.verification import Anchors, Trust, Verification, verify_bundle
from exam_server.exports.verification_steps import TITLES, BundleRefused, Check, Step
from exam_server.signing.receipts import is_fingerprint_of

HELP = _("""Vérifie un lot de résultats (BUNDLE), hors ligne, avec des clés publiques seulement.

Chaque étape dit ce qui a été contrôlé : signatures, fichiers, journal et sa racine, contenus, confirmation du
chef d’établissement, résultats recalculés depuis le journal et la banque, chaque octet, horodatage, validité
des clés. La première chose qui ne tient pas est nommée avec sa place.

Sans --keys ni --authority, les clés sont cherchées dans le dossier local (PASSATION_FOLDER/keys) ; si elles
n’y sont pas, le lot est vérifié avec celles qu’il contient, et son auteur n’est alors pas établi.

\b
Verdicts :
  VALABLE   intact, d’une clé de confiance, en cours de validité ou prouvée l’avoir été
  INCONNU   intact, mais quelque chose n’est pas établi : l’auteur, ou la date de la signature
            alors qu’une clé a depuis expiré ou été révoquée
  REFUSÉ    quelque chose ne tient pas : ne vous y fiez pas

\b
Exemples :
  passation verify session-B12.zip
  passation verify session-B12.zip --authority 4f:1c:… --timestamp-roots racines.pem
  passation verify session-B12.zip --keys jwks.json --at 2056-05-12
  passation verify session-B12.zip --receipt 7Q4M2-KX9TB

\b
Codes de sortie : 0 valable ; 1 refusé, ou clé inconnue malgré --require-known-key, ou l’empreinte donnée
n’y est pas ; 2 commande mal écrite ; 3 inconnu.""")

RECEIPT_HELP = _("Dit de qui sont les réponses dont voici l’empreinte, celle de la dernière page du test.")
REQUIRE_HELP = _("Échoue (code 1) quand les clés du lot n’ont pu être comparées à aucune clé de confiance.")


@click.command("verify", cls=Command, help=HELP)
@click.argument("bundle", type=click.Path(path_type=Path))
@with_anchors
@click.option("--require-known-key", is_flag=True, help=REQUIRE_HELP)
@click.option("--receipt", metavar=_("EMPREINTE"), help=RECEIPT_HELP)
def verify(bundle: Path, anchors: Anchors, require_known_key: bool, receipt: str | None) -> int:
    """Every check in its order; exit code 1 when one does not hold, 3 where too little is known."""
    found = verified(bundle, anchors)
    if found is None:
        return FAILED
    for check in found.checks:
        _say_check(check)
    known = found.trust is Trust.COMPARED
    _say_trust(found.kid, known)
    say_verdict(bundle, found)
    is_there = receipt is None or _say_receipt(receipt, found)
    if not is_there or (require_known_key and not known):
        return FAILED
    return UNKNOWN if found.doubts else DONE


def verified(bundle: Path, anchors: Anchors) -> Verification | None:
    """The bundle of a file, every check passed; None where it was refused, which is said with its place."""
    octets = read(bundle, LARGEST_BUNDLE)
    try:
        with working(_("Vérification de {file}…").format(file=bundle.name)):
            return verify_bundle(octets, anchors, recompute)
    except BundleRefused as refusal:
        _say_passed_before(refusal.step)
        refuse(str(refusal))
        say(_("REFUSÉ : ne vous fiez pas à {file}.").format(file=bundle.name), "bold red")
        return None


def say_verdict(bundle: Path, found: Verification) -> None:
    """Valid, or what keeps it from being called so."""
    session, candidates = found.payload["session"], found.payload.get("candidates")
    room = session.get("room") if isinstance(session, Mapping) else None
    count = len(candidates) if isinstance(candidates, list) else "?"
    facts = {"file": bundle.name, "room": room or "?", "count": count}
    if not found.doubts:
        text = _("VALABLE : {file} est intact, tel qu’il a été signé (salle {room}, candidats : {count}).")
        say(text.format(**facts), "bold green")
        return
    text = _("INCONNU : {file} est intact (salle {room}, candidats : {count}), mais :")
    say(text.format(**facts), "bold yellow")
    for doubt in found.doubts:
        say(f"  – {doubt}", "yellow")


def _say_receipt(typed: str, found: Verification) -> bool:
    """Whose responses these are, where they are anybody's."""
    candidates = found.payload.get("candidates")
    for one in candidates if isinstance(candidates, list) else []:
        receipt = one.get("receipt") if isinstance(one, Mapping) else None
        digest = receipt.get("sha256") if isinstance(receipt, Mapping) else None
        if isinstance(one, Mapping) and isinstance(digest, str) and is_fingerprint_of(typed, digest):
            name = f"{one.get('given_name')} {one.get('family_name')}"
            say(_("Empreinte reconnue : ce sont les réponses de {name}.").format(name=name), "bold green")
            return True
    warn(_("cette empreinte n’est celle des réponses de personne dans ce lot"))
    return False


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
            "qui l’a signé. Demandez à l’établissement l’empreinte de son autorité et donnez-la avec "
            "--authority, ou ses clés publiques avec --keys."
        ).format(kid=kid)
    )
