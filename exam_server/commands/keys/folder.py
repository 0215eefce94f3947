"""The key folder of this server, and what is said about it by more than one command."""

from datetime import datetime, timedelta
from gettext import gettext as _

from exam_server.commands.saying import notice, warn
from exam_server.settings import Settings
from exam_server.signing.keys import KeyStore
from exam_server.signing.x509_certificates import fingerprint

SOON = timedelta(days=90)


def key_store(settings: Settings) -> KeyStore:
    """The keys of this server."""
    return KeyStore(settings.folder / "keys", settings.key_passphrase, pin=settings.token_pin)


def warn_of_ends(store: KeyStore, now: datetime) -> None:
    """Says which keys that sign today will soon sign no more."""
    for key in store.list(now):
        until = key.validity.until
        if key.active and until is not None and until - now < SOON:
            text = _(
                "la clé {kid} ({use}) ne signera plus après le {day} : préparez la suivante avec "
                "« passation keys new --use {use} » ou « passation keys import »"
            )
            warn(text.format(kid=key.kid, use=key.purpose, day=f"{until:%d/%m/%Y}"))


def notice_worth(store: KeyStore) -> None:
    """Whom readers must compare, and what a key made here is worth."""
    certificate = store.authority()
    if certificate is not None:
        text = _("Empreinte de l’autorité (SHA-256) : {print}")
        notice(text.format(print=fingerprint(certificate)))
    notice(
        _(
            "Une clé faite ici garantit l’intégrité de ce qu’elle signe ; ce n’est ni un cachet avancé ni un "
            "cachet qualifié (eIDAS)."
        )
    )
