"""Every setting, its variable, its default; an unsafe one stops the start."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from exam_server.domain.help_calls import HelpStopsClock
from exam_server.domain.rules import ExamRules

SHORTEST_SECRET = 32
DEFAULT_ZONE = "Europe/Paris"
LSU_VERSIONS = ("3.0", "4.0", "5.0", "6.0", "7.0")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


class BadSettings(Exception):
    """A setting that would make the server unsafe or useless; the text says which one and what to do."""


@dataclass(frozen=True)
class Settings:
    """What the operator decides.

    database    sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME
    redis       redis://HOST:PORT/N, or "" for one process alone
    folder      where keys, the generated secret and the default database live
    secret      derives access cards and seeds; generated once into the folder where it is not given
    base_url    how people reach the server: its scheme and host decide cookies and the check of origins
    zone        whose days and hours people read and write: the schools' own
    speed       how fast the clock runs; other than 1 only in demonstrations, from `speed_epoch_ms` on
    timestamp_url, timestamp_roots   who is asked for timestamps; whose are believed (a PEM file)
    lsu_versions, lsu_xsd   the versions of LSU's file that are let in; the operator's own copy of its schema
    """

    database: str
    redis: str
    folder: Path
    secret: bytes = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    speed: int = 1
    speed_epoch_ms: int | None = None
    key_passphrase: bytes | None = field(default=None, repr=False)
    token_pin: str | None = field(default=None, repr=False)
    rules: ExamRules = field(default_factory=ExamRules)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(DEFAULT_ZONE))
    lsu_versions: tuple[str, ...] = LSU_VERSIONS
    lsu_xsd: Path | None = None
    timestamp_url: str = field(default="", repr=False)
    timestamp_roots: Path | None = None

    @property
    def secure(self) -> bool:
        """Whether cookies may travel over TLS alone."""
        return self.base_url.startswith("https://")

    def check(self) -> None:
        """Raises BadSettings for what must not run."""
        if len(self.secret) < SHORTEST_SECRET:
            raise BadSettings(f"PASSATION_SECRET doit avoir au moins {SHORTEST_SECRET} caractères.")
        host = urlsplit(self.base_url).hostname or ""
        if not self.secure and host not in LOOPBACK:
            raise BadSettings(
                "PASSATION_BASE_URL doit commencer par https:// (sauf sur cette machine : 127.0.0.1)."
            )
        if not self.secure and self.host not in LOOPBACK:
            raise BadSettings(
                f"PASSATION_HOST={self.host} ouvre le serveur aux autres machines : PASSATION_BASE_URL doit "
                "alors commencer par https:// (ou écoutez sur 127.0.0.1)."
            )
        if self.speed < 1:
            raise BadSettings("PASSATION_DEMO_SPEED doit valoir 1 ou plus.")
        if self.speed != 1 and host not in LOOPBACK:
            raise BadSettings("PASSATION_DEMO_SPEED ne sert qu’aux démonstrations, sur 127.0.0.1.")


def load_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings from the environment; NAME_FILE names a file that holds the value of NAME."""
    folder = Path(env.get("PASSATION_FOLDER", "passation-data")).absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    host, port = env.get("PASSATION_HOST", "127.0.0.1"), _int(env, "PASSATION_PORT", 8000, 1, 65535)
    passphrase = _secret(env, "PASSATION_KEY_PASSPHRASE")
    settings = Settings(
        database=_secret(env, "PASSATION_DATABASE") or f"sqlite:///{folder / 'passation.sqlite'}",
        redis=env.get("PASSATION_REDIS", ""),
        folder=folder,
        secret=(_secret(env, "PASSATION_SECRET") or _kept_secret(folder)).encode(),
        base_url=env.get("PASSATION_BASE_URL", f"http://{host}:{port}"),
        host=host,
        port=port,
        speed=_int(env, "PASSATION_DEMO_SPEED", 1, 1, 1000),
        speed_epoch_ms=_int(env, "PASSATION_DEMO_EPOCH", 0, 0, 2**53) or None,
        key_passphrase=passphrase.encode() if passphrase else None,
        token_pin=_secret(env, "PASSATION_PKCS11_PIN") or None,
        rules=_rules(env),
        zone=_zone(env),
        lsu_versions=lsu_versions(env),
        lsu_xsd=_file(env, "PASSATION_LSU_XSD"),
        timestamp_url=_timestamp_url(env),
        timestamp_roots=_file(env, "PASSATION_TIMESTAMP_ROOTS"),
    )
    settings.check()
    return settings


def _rules(env: Mapping[str, str]) -> ExamRules:
    """The figures of the exam, none so small or so large that no session could be held with it."""
    default = ExamRules()
    return ExamRules(
        duration=timedelta(minutes=_int(env, "PASSATION_DURATION_MINUTES", 105, 1, 600)),
        check_in=timedelta(minutes=_int(env, "PASSATION_CHECK_IN_MINUTES", 15, 0, 240)),
        grace=timedelta(seconds=_int(env, "PASSATION_GRACE_SECONDS", 5, 0, 60)),
        items=default.items,
        minimum_responses=_int(
            env, "PASSATION_MINIMUM_RESPONSES", default.minimum_responses, 1, default.items
        ),
        exposure_ppm=_int(env, "PASSATION_EXPOSURE_PPM", default.exposure_ppm, 1, 1_000_000),
        help_stops_clock=_help_stops_clock(env),
        late_limit=_limit(env, "PASSATION_LATE_LIMIT_MINUTES", 60),
        admission_lasts=_limit(env, "PASSATION_ADMISSION_MINUTES", 15),
        fraud_needs_second=_int(env, "PASSATION_FRAUD_NEEDS_SECOND", 1, 0, 1) == 1,
    )


def _help_stops_clock(env: Mapping[str, str]) -> HelpStopsClock:
    text = env.get("PASSATION_HELP_STOPS_CLOCK", HelpStopsClock.TECHNICAL)
    try:
        return HelpStopsClock(text)
    except ValueError:
        raise BadSettings(
            f"PASSATION_HELP_STOPS_CLOCK doit valoir none, technical ou all, pas « {text} »."
        ) from None


def _limit(env: Mapping[str, str], name: str, default: int) -> timedelta | None:
    """A length in minutes; 0 is no limit."""
    minutes = _int(env, name, default, 0, 600)
    return timedelta(minutes=minutes) if minutes else None


def _zone(env: Mapping[str, str]) -> ZoneInfo:
    name = env.get("PASSATION_ZONE", DEFAULT_ZONE)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadSettings(
            f"PASSATION_ZONE doit être un fuseau horaire comme « {DEFAULT_ZONE} » ou « Indian/Reunion », "
            f"pas « {name} »."
        ) from None


def lsu_versions(env: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The versions of LSU's file that are let in."""
    named = env.get("PASSATION_LSU_VERSIONS", "").replace(",", " ").split()
    wrong = [one for one in named if not all(part.isdecimal() for part in one.split("."))]
    if wrong:
        raise BadSettings(
            f"PASSATION_LSU_VERSIONS doit être une liste comme « 7.0, 13.0 », pas « {wrong[0]} »."
        )
    return tuple(named) or LSU_VERSIONS


def _timestamp_url(env: Mapping[str, str]) -> str:
    """Who is asked for timestamps; one that could not be believed is not asked."""
    url = env.get("PASSATION_TIMESTAMP_URL", "")
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise BadSettings(
            "PASSATION_TIMESTAMP_URL doit être une adresse en https:// ou http:// (l’horodatage est signé)."
        )
    if url and not env.get("PASSATION_TIMESTAMP_ROOTS"):
        raise BadSettings(
            "PASSATION_TIMESTAMP_URL demande PASSATION_TIMESTAMP_ROOTS : le fichier PEM des autorités "
            "d’horodatage auxquelles vous faites confiance."
        )
    return url


def _file(env: Mapping[str, str], name: str) -> Path | None:
    """A file that is there."""
    text = env.get(name, "")
    if text and not Path(text).is_file():
        raise BadSettings(f"{name} : il n’y a pas de fichier {text}.")
    return Path(text).absolute() if text else None


def _int(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, str(default))
    try:
        value = int(text)
    except ValueError:
        raise BadSettings(f"{name} doit être un nombre entier, pas « {text} ».") from None
    if not least <= value <= most:
        raise BadSettings(f"{name} doit être compris entre {least} et {most}, pas {value}.")
    return value


def _secret(env: Mapping[str, str], name: str) -> str | None:
    file = env.get(f"{name}_FILE")
    return Path(file).read_text().strip() if file else env.get(name)


def _kept_secret(folder: Path) -> str:
    """A secret generated once, readable by the server's user alone.

    It appears whole under its name or not at all: workers that start together all read the same one.
    """
    path = folder / "secret"
    if not path.exists():
        fresh = folder / f"secret.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()
