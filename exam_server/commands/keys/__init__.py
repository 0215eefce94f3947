"""`passation keys`: the keys that sign, from their making to their revocation."""

from gettext import gettext as _

import click

from exam_server.commands.french import Group

HELP = _("""Les clés qui signent : une par usage (documents, qr, log), et l’autorité qui les certifie.

Une clé faite ici garantit l’intégrité : rien de ce qu’elle signe ne peut être changé sans que cela se voie.
Ce n’est ni un cachet électronique avancé ni un cachet qualifié au sens du règlement eIDAS : personne d’autre
que vous ne dit à qui est la clé. Pour un tel cachet, importez une clé et le certificat d’un prestataire
(« passation keys import », « passation keys pkcs11 »).""")

_HERE = "exam_server.commands.keys"
_COMMANDS = {
    "new": (f"{_HERE}.making:new", _("Crée une clé, qui devient celle qui signe.")),
    "list": (f"{_HERE}.listing:show", _("Montre les clés, ou leurs parties publiques.")),
    "import": (f"{_HERE}.moving:import_command", _("Reprend une clé et son certificat (PKCS#12).")),
    "export": (f"{_HERE}.moving:export", _("Écrit une clé et son certificat (PKCS#12).")),
    "pkcs11": (f"{_HERE}.moving:pkcs11", _("Se sert d’une clé qui reste sur son jeton (PKCS#11).")),
    "revoke": (f"{_HERE}.revoking:revoke", _("Révoque une clé : elle ne signera plus jamais.")),
    "set": (f"{_HERE}.listing:key_set", _("Écrit le jeu de clés publié, signé par l’autorité.")),
}


@click.group("keys", cls=Group, lazy=_COMMANDS, help=HELP)
def keys() -> None:
    """The commands about keys."""
