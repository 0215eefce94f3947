"""`passation serve`: checks that the server can run, says how, and runs it."""

import os
import socket
from datetime import datetime
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click
import uvicorn

from exam_server.clock import make_clock
from exam_server.commands.failing import DONE, CommandFailed, hidden_password
from exam_server.commands.french import PORT, Command, Whole
from exam_server.commands.keys.folder import key_store, warn_of_ends
from exam_server.commands.saying import notice, warn, working
from exam_server.settings import Settings, load_settings
from exam_server.signing.errors import NoKey
from exam_server.signing.keys import SEALING, KeyStore, Purpose
from exam_server.storage.engines import open_database

LARGEST_FRAME = 64 * 1024
"""Bytes of one WebSocket message from a browser; the longest that ours send is far below."""

HELP = _("""Lance le serveur, jusqu’à Ctrl-C.

Sans réglage : sur http://127.0.0.1:8000, avec SQLite dans ./passation-data. Les clés de signature sont créées
au premier lancement s’il n’y en a pas. Avec plusieurs processus (--workers), il faut PostgreSQL
(PASSATION_DATABASE) ; Redis (PASSATION_REDIS) leur fait voir aussitôt ce que font les autres.

\b
Exemples :
  passation serve
  passation serve --host 0.0.0.0 --certificate ecole.pem --certificate-key ecole.key
  passation serve --workers 4 --proxy 10.0.0.0/8

\b
Codes de sortie : 0 arrêté ; 1 impossible à lancer, la raison est écrite ; 2 commande mal écrite.""")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"exam_server": {"level": "INFO"}},
}


@click.command("serve", cls=Command, help=HELP)
@click.option("--host", help=_("Adresse d’écoute ; par défaut PASSATION_HOST, ou 127.0.0.1."))
@click.option("--port", type=PORT, help=_("Port ; par défaut PASSATION_PORT, ou 8000."))
@click.option(
    "--workers", type=Whole(1, 64), default=1, help=_("Nombre de processus ; plus d’un exige PostgreSQL.")
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADRESSE",
    help=_("Adresse (ou réseau) du relais dont on croit X-Forwarded-For ; peut se répéter."),
)
@click.option("--certificate", type=click.Path(path_type=Path), help=_("Certificat TLS (PEM), sans relais."))
@click.option("--certificate-key", type=click.Path(path_type=Path), help=_("Clé du certificat TLS (PEM)."))
def serve(
    host: str | None,
    port: int | None,
    workers: int,
    proxies: tuple[str, ...],
    certificate: Path | None,
    certificate_key: Path | None,
) -> int:
    """The settings go through the environment: each worker reads them for itself."""
    if host is not None:
        os.environ["PASSATION_HOST"] = host
    if port is not None:
        os.environ["PASSATION_PORT"] = str(port)
    settings = load_settings()
    check_workers(settings, workers)
    check_certificate(certificate, certificate_key)
    check_address(settings.host, settings.port)
    kid = signing_key(settings)
    with working(_("Ouverture de la base…")):
        accounts = open_and_count_accounts(settings.database)
    _say_start(settings, workers, kid, accounts)
    uvicorn.run(
        "exam_server.app:create",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=workers,
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        access_log=False,
        log_config=LOGGING,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=",".join(proxies),
        timeout_graceful_shutdown=10,
        timeout_worker_healthcheck=30,
        ssl_certfile=certificate,
        ssl_keyfile=certificate_key,
    )
    return DONE


def check_workers(settings: Settings, workers: int) -> None:
    """SQLite has one writer; several processes need a database that arbitrates between them."""
    if workers > 1 and settings.database.startswith("sqlite"):
        text = _(
            "--workers {workers} demande PostgreSQL : donnez PASSATION_DATABASE="
            "postgresql+psycopg://…, ou lancez un seul processus (SQLite en sert une salle entière)"
        )
        raise CommandFailed(text.format(workers=workers))
    if workers > 1 and not settings.redis:
        warn(
            _(
                "sans PASSATION_REDIS, ce que fait un processus se voit dans les autres avec un retard d’une "
                "seconde ou deux ; rien n’est perdu."
            )
        )


def check_certificate(certificate: Path | None, key: Path | None) -> None:
    """Both files or none, and readable now rather than at the first connection."""
    if (certificate is None) != (key is None):
        raise CommandFailed(_("--certificate et --certificate-key vont ensemble"))
    for path in (certificate, key):
        if path is not None:
            path.open("rb").close()


def check_address(host: str, port: int) -> None:
    """Raises CommandFailed when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        text = _("impossible d’écouter sur {host}, port {port} ({what}) ; donnez --port ou --host")
        raise CommandFailed(text.format(host=host, port=port, what=error.strerror or error)) from error


def signing_key(settings: Settings) -> str:
    """The key that will sign results; where a use has no key, one is created, and that is said."""
    # By the server's own clock: a demonstration's is set back, and a key of the future signs nothing.
    store, now = key_store(settings), make_clock(settings.speed, settings.speed_epoch_ms)()
    missing = [purpose for purpose in SEALING if not _has_key(store, purpose, now)]
    for purpose in missing:
        store.create(purpose, now)
    store.publish(now)
    if missing:
        text = _("Clés de signature créées ({uses}) dans {folder} : sauvegardez ce dossier.")
        notice(text.format(uses=", ".join(missing), folder=settings.folder / "keys"))
        if settings.key_passphrase is None:
            warn(_("sans PASSATION_KEY_PASSPHRASE, qui lit ce dossier peut signer à votre place."))
    warn_of_ends(store, now)
    return store.active(Purpose.DOCUMENTS, now).kid


def _has_key(store: KeyStore, purpose: Purpose, now: datetime) -> bool:
    """Raises what is wrong with a key that is there: better now than at the first signature."""
    try:
        store.active(purpose, now)
    except NoKey:
        return False
    return True


def open_and_count_accounts(url: str) -> int:
    """Brings the database up to date before any worker starts: what is wrong with it is said once, here."""
    database = open_database(url)
    try:
        with database.reader() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM account").scalar() or 0)
    finally:
        database.dispose()


def _say_start(settings: Settings, workers: int, kid: str, accounts: int) -> None:
    notice(_("Passation : {address}").format(address=settings.base_url), "bold")
    notice(_("  base de données  {url}").format(url=hidden_password(settings.database)))
    notice(_("  processus        {workers}").format(workers=workers))
    notice(_("  signature        {kid}").format(kid=kid))
    if settings.speed != 1:
        warn(_("l’horloge va {speed} fois plus vite : démonstration seulement.").format(speed=settings.speed))
    if accounts == 0:
        notice(_("  aucun compte     « passation user add --help » dit comment créer le premier"))
    notice(_("Ctrl-C pour arrêter."))
