"""`passation keys import`, `export` and `pkcs11`: keys that come from elsewhere, go there, or stay there."""

from datetime import UTC, datetime
from gettext import gettext as _
from pathlib import Path

import click

from exam_server.commands.failing import DONE, CommandFailed
from exam_server.commands.french import Command, Option
from exam_server.commands.keys.folder import key_store
from exam_server.commands.keys.words import KID_CONTEXT, HexBytes, Use, asked_passphrase
from exam_server.commands.saying import notice, say, warn, working
from exam_server.settings import load_settings
from exam_server.signing.durable_files import write_new
from exam_server.signing.key_files import PlaceOnToken
from exam_server.signing.keys import Purpose, SigningKey
from exam_server.signing.pkcs12 import LARGEST
from exam_server.signing.x509_certificates import Chain, issuer_of, name_of, read_chain

IMPORT_HELP = _("""Reprend une clé et son certificat d’un fichier PKCS#12 (.p12) ; elle signera désormais.

C’est le chemin d’un cachet dont d’autres reconnaissent l’autorité. La clé doit être une clé P-256 (ECDSA,
prime256v1). C’est le certificat, et non Passation, qui dit si le cachet est avancé ou qualifié.

\b
Exemple :
  passation keys import cachet.p12 --use documents

\b
Codes de sortie : 0 la clé est reprise ; 1 refusée, la raison est écrite ; 2 commande mal écrite.""")

EXPORT_HELP = _("""Écrit une clé et ses certificats dans un fichier PKCS#12, protégé par une phrase secrète.

KID est le nom de la clé, tel que « passation keys list » le montre. Le fichier est aussi secret que la clé.

\b
Exemple :
  passation keys export KID copie.p12

\b
Codes de sortie : 0 le fichier est écrit ; 1 impossible, la raison est écrite ; 2 commande mal écrite.""")

PKCS11_HELP = _("""Se sert d’une clé P-256 qui reste sur son jeton (carte, HSM) ; elle signera désormais.

Le code du jeton se donne dans PASSATION_PKCS11_PIN (ou PASSATION_PKCS11_PIN_FILE). Le dossier ne garde que
l’endroit de la clé. Sans --chain, les certificats sont ceux que le jeton garde ; s’il n’en garde pas,
l’autorité du dossier en fait un, et la clé n’est alors pas un cachet avancé ni qualifié (eIDAS).

\b
Exemple :
  passation keys pkcs11 --module /usr/lib/softhsm/libsofthsm2.so --token ecole --label cachet --use documents

\b
Codes de sortie : 0 la clé servira ; 1 refusée, la raison est écrite ; 2 commande mal écrite.""")

FROM_OUTSIDE = Use(Purpose.DOCUMENTS, Purpose.QR)
PASSPHRASE_HELP = _("Fichier dont la première ligne est la phrase secrète ; sans lui, elle est demandée.")
FILE = click.Path(path_type=Path)


@click.command("import", cls=Command, help=IMPORT_HELP)
@click.argument("file", type=FILE, metavar=_("FICHIER.p12"))
@click.option("--use", cls=Option, required=True, type=FROM_OUTSIDE, help=_("documents ou qr."))
@click.option("--passphrase-file", type=FILE, help=PASSPHRASE_HELP)
def import_command(file: Path, use: Purpose, passphrase_file: Path | None) -> int:
    """The key is locked again, with this server's own passphrase."""
    octets = _read(file)
    settings, passphrase = load_settings(), asked_passphrase(passphrase_file, twice=False)
    with working(_("Reprise de la clé…")):
        key = key_store(settings).import_pkcs12(octets, passphrase, use, datetime.now(UTC))
    say(_("Clé reprise ({use}) : {kid}").format(use=use, kid=key.kid))
    _notice_certificate(key)
    if settings.key_passphrase is None:
        warn(_("sans PASSATION_KEY_PASSPHRASE, qui lit ce dossier peut signer à votre place."))
    return DONE


@click.command("export", cls=Command, help=EXPORT_HELP, context_settings=KID_CONTEXT)
@click.argument("kid", metavar="KID")
@click.argument("file", type=FILE, metavar=_("FICHIER.p12"))
@click.option("--passphrase-file", type=FILE, help=PASSPHRASE_HELP)
def export(kid: str, file: Path, passphrase_file: Path | None) -> int:
    """The file is new, and its owner's alone."""
    passphrase = asked_passphrase(passphrase_file, twice=True)
    with working(_("Écriture de la clé…")):
        octets = key_store(load_settings()).export_pkcs12(kid, passphrase)
        try:
            write_new(file, octets)
        except FileExistsError:
            raise CommandFailed(
                _("{file} existe déjà : donnez un autre nom, rien n’est remplacé").format(file=file)
            ) from None
    notice(_("Clé écrite dans {file}, aussi secrète que la clé elle-même.").format(file=file))
    return DONE


@click.command("pkcs11", cls=Command, help=PKCS11_HELP)
@click.option("--module", cls=Option, required=True, type=FILE, help=_("La bibliothèque PKCS#11 du jeton."))
@click.option("--token", cls=Option, required=True, metavar=_("NOM"), help=_("Le nom du jeton."))
@click.option("--label", metavar=_("NOM"), help=_("Le nom de la clé sur le jeton."))
@click.option("--id", "identifier", type=HexBytes(), help=_("L’identifiant de la clé sur le jeton."))
@click.option("--use", cls=Option, required=True, type=FROM_OUTSIDE, help=_("documents ou qr."))
@click.option("--chain", type=FILE, help=_("Les certificats (PEM), celui de la clé d’abord."))
def pkcs11(
    module: Path, token: str, label: str | None, identifier: bytes | None, use: Purpose, chain: Path | None
) -> int:
    """Nothing secret is written."""
    if label is None and identifier is None:
        raise CommandFailed(_("donnez --label, --id, ou les deux : lequel des objets du jeton est la clé ?"))
    place = PlaceOnToken(str(module.absolute()), token, label, identifier)
    certificates = () if chain is None else _read_chain(chain)
    with working(_("Recherche de la clé…")):
        store = key_store(load_settings())
        key = store.refer_to_token(place, use, datetime.now(UTC), certificates)
    say(_("Clé du jeton ({use}) : {kid}").format(use=use, kid=key.kid))
    _notice_certificate(key)
    return DONE


def _notice_certificate(key: SigningKey) -> None:
    leaf = key.chain[0]
    text = _("Certificat de « {name} », délivré par « {issuer} », valable jusqu’au {day}.")
    notice(
        text.format(name=name_of(leaf), issuer=issuer_of(leaf), day=f"{leaf.not_valid_after_utc:%d/%m/%Y}")
    )
    notice(
        _(
            "C’est ce certificat qui dit si le cachet est avancé ou qualifié (eIDAS) : demandez-le à qui l’a "
            "délivré."
        )
    )


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(LARGEST + 1)


def _read_chain(file: Path) -> Chain:
    try:
        return read_chain(_read(file))
    except ValueError:
        raise CommandFailed(_("{file} ne contient pas de certificats PEM").format(file=file)) from None
