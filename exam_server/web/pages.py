"""The templates' environment: where they are found, and the filters that write dates as people do."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import fontpkg_atkinson_hyperlegible as atkinson
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, select_autoescape

from exam_server.storage.columns import to_millis
from exam_server.web.language import _, language, ngettext

ROOT = Path(__file__).parent.parent.parent
STATIC = {
    "client": ROOT / "exam_client_web" / "static",
    "console": ROOT / "proctor_console" / "static",
    "fonts": Path(atkinson.__file__).parent / "files",
}
NARROW = "\N{NO-BREAK SPACE}"
DATES = {"fr": "fr_FR", "en": "en_GB"}


def page_environment(zone: ZoneInfo) -> Environment:
    """Templates by prefix: client/… and console/…; everything is escaped, an unknown name is an error."""
    environment = Environment(
        loader=PrefixLoader(
            {
                "client": FileSystemLoader(ROOT / "exam_client_web" / "templates"),
                "console": FileSystemLoader(ROOT / "proctor_console" / "templates"),
            }
        ),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["static"] = static
    environment.globals["time_zone"] = zone.key
    environment.filters["date_long"] = date_long
    environment.filters["date_short"] = date_short
    environment.filters["time_hm"] = lambda instant: time_hm(instant, zone)
    environment.filters["minutes_hm"] = minutes_hm
    environment.filters["datetime_ms"] = to_millis
    return environment


def static(path: str) -> str:
    """The address of a static file, with its time of change so that a new version is fetched."""
    prefix, _slash, rest = path.partition("/")
    file = STATIC[prefix] / rest
    return f"/static/{path}?v={int(file.stat().st_mtime)}" if file.exists() else f"/static/{path}"


def date_long(day: date) -> str:
    """dimanche 22 novembre 2026, Sunday 22 November 2026."""
    return format_date(day, "full", locale=DATES[language.get()])


def date_short(day: date) -> str:
    """22/11/2026 in both languages: the school's papers are written so."""
    return day.strftime("%d/%m/%Y")


def time_hm(instant: datetime, zone: ZoneInfo) -> str:
    """10 h 42 in French, 10:42 in English, in the centre's time."""
    local = instant.astimezone(zone)
    if language.get() == "fr":
        return f"{local.hour}{NARROW}h{NARROW}{local.minute:02d}"
    return f"{local.hour}:{local.minute:02d}"


def minutes_hm(minutes: int) -> str:
    """1 h 45, or 45 min."""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return f"{rest}{NARROW}min"
    return f"{hours}{NARROW}h{NARROW}{rest:02d}" if rest else f"{hours}{NARROW}h"
