"""What a rehearsal found, in words: each check with its value and, where it is not ready, what to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from exam_server.domain.measures import Feature, Measures, Sound, Storage, Voice
from exam_server.domain.rehearsal import CLOCK_USABLE_MS, WINDOW_GOOD, Check, Readiness
from exam_server.web.language import _, language, marked
from exam_server.web.pages import NARROW

READINESS: Mapping[Readiness, str] = MappingProxyType(
    {
        Readiness.READY: marked("Prêt"),
        Readiness.TO_LOOK_AT: marked("À voir"),
        Readiness.NOT_READY: marked("Pas prêt"),
    }
)
CHECKS: Mapping[Check, str] = MappingProxyType(
    {
        Check.BROWSER: marked("Navigateur"),
        Check.CONNECTION: marked("Connexion en direct"),
        Check.CLOCK: marked("Horloge"),
        Check.LATENCY: marked("Temps de réponse"),
        Check.BANDWIDTH: marked("Débit"),
        Check.SCREEN: marked("Fenêtre et écran"),
        Check.STORAGE: marked("Mémoire du navigateur"),
        Check.SOUND: marked("Son"),
        Check.VOICE: marked("Voix française"),
    }
)
BROWSERS: Mapping[str, str] = MappingProxyType(
    {"firefox": "Firefox", "chrome": "Chrome", "edge": "Edge", "safari": "Safari", "opera": "Opera"}
)
FEATURES: Mapping[Feature, str] = MappingProxyType(
    {
        Feature.TIMEOUTS: marked("délais des demandes"),
        Feature.RANDOMNESS: marked("nombres aléatoires"),
        Feature.DIALOGS: marked("fenêtres de dialogue"),
        Feature.DATES: marked("heures locales"),
    }
)
_KNOWN_AS_FASTEST = 100_000
"""Beyond 100 Mbit/s the way to the disk is measured, not the line."""


@dataclass(frozen=True)
class Line:
    """A check in words; `advice` is empty where nothing is to be done."""

    check: str
    label: str
    readiness: Readiness
    word: str
    value: str
    advice: str


def lines_of(checks: Mapping[Check, Readiness], measures: Measures) -> list[Line]:
    """All checks, in their order."""
    return [
        Line(
            check,
            _(CHECKS[check]),
            readiness,
            _word(check, readiness, measures),
            _VALUES[check](measures),
            "" if readiness is Readiness.READY else _advice(check, readiness, measures),
        )
        for check, readiness in checks.items()
    ]


def worst_first(lines: Sequence[Line]) -> list[Line]:
    """For whoever stands at the computer: what is to be done comes before what is well."""
    order = list(Readiness)
    return sorted(lines, key=lambda line: -order.index(line.readiness))


def _word(check: Check, readiness: Readiness, measures: Measures) -> str:
    """The readiness's word; a check that this seat does not need comes to nothing."""
    if check in {Check.SOUND, Check.VOICE} and measures.sound is Sound.NOT_NEEDED:
        return _("Sans objet")
    return _(READINESS[readiness])


def summary_of(readiness: Readiness) -> str:
    """What a seat comes to, in a sentence."""
    return {
        Readiness.READY: _("Ce poste est prêt."),
        Readiness.TO_LOOK_AT: _("Le test peut se passer à ce poste, mais quelque chose est à voir."),
        Readiness.NOT_READY: _("Ce poste n’est pas prêt : le test ne s’y passerait pas bien."),
    }[readiness]


def _browser(measures: Measures) -> str:
    name = BROWSERS.get(measures.browser, _("Autre navigateur"))
    if not measures.missing:
        return name
    lacking = ", ".join(_(FEATURES[one]) for one in measures.missing)
    return _("{browser}, sans : {lacking}").format(browser=name, lacking=lacking)


def _connection(measures: Measures) -> str:
    return _("Ouverte") if measures.socket else _("Ne s’ouvre pas")


def _clock(measures: Measures) -> str:
    offset = measures.clock_offset_ms
    if offset is None:
        return _not_measured()
    if abs(offset) < 1000:
        return _("À l’heure, à la seconde près")
    said = _("Avance de {length}") if offset > 0 else _("Retarde de {length}")
    return said.format(length=_length(abs(offset)))


def _length(ms: int) -> str:
    """The two largest units: 3 min 04 s, 2 h 05 min; days alone: 12 j."""
    seconds = ms // 1000
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return _("{days} j").format(days=days)
    if hours:
        return f"{hours}{NARROW}h{NARROW}{minutes:02d}{NARROW}min"
    if minutes:
        return f"{minutes}{NARROW}min{NARROW}{seconds % 60:02d}{NARROW}s"
    return f"{seconds}{NARROW}s"


def _latency(measures: Measures) -> str:
    if measures.latency_ms is None or measures.worst_ms is None:
        return _not_measured()
    return _("{median} en général, {worst} au pire").format(
        median=f"{measures.latency_ms}{NARROW}ms", worst=f"{measures.worst_ms}{NARROW}ms"
    )


def _bandwidth(measures: Measures) -> str:
    if measures.down_kbits is None or measures.up_kbits is None:
        return _not_measured()
    return _("Réception {down}, envoi {up}").format(
        down=_speed(measures.down_kbits), up=_speed(measures.up_kbits)
    )


def _speed(kbits: int) -> str:
    if kbits >= _KNOWN_AS_FASTEST:
        return _("plus de {speed}").format(speed=f"100{NARROW}Mbit/s")
    if kbits < 1000:
        return f"{kbits}{NARROW}kbit/s"
    point = "," if language.get() == "fr" else "."
    return f"{kbits / 1000:.1f}".replace(".", point) + f"{NARROW}Mbit/s"


def _screen(measures: Measures) -> str:
    return _("Fenêtre {window}, écran {screen}, zoom {zoom}").format(
        window=f"{measures.width}{NARROW}×{NARROW}{measures.height}",
        screen=f"{measures.screen_width}{NARROW}×{NARROW}{measures.screen_height}",
        zoom=f"{measures.zoom}{NARROW}%" if language.get() == "fr" else f"{measures.zoom}%",
    )


def _storage(measures: Measures) -> str:
    return {
        Storage.KEPT: _("Garde ce qu’on y écrit"),
        Storage.LOST: _("Perd ce qu’on y écrit"),
        Storage.REFUSED: _("Refuse qu’on y écrive"),
    }[measures.storage]


def _sound(measures: Measures) -> str:
    return {
        Sound.NOT_NEEDED: _("Pas nécessaire à ce poste"),
        Sound.NOT_TRIED: _("Nécessaire, pas encore écouté"),
        Sound.HEARD: _("Nécessaire, entendu"),
        Sound.NOT_HEARD: _("Nécessaire, pas entendu"),
    }[measures.sound]


def _voice(measures: Measures) -> str:
    return {
        Voice.FRENCH: _("Installée : la lecture à voix haute marche"),
        Voice.NONE: _("Aucune : la lecture à voix haute ne marche pas à ce poste"),
        Voice.NOT_LOOKED_FOR: _not_measured(),
    }[measures.voice]


def _not_measured() -> str:
    return _("N’a pas pu être mesuré")


_VALUES: Mapping[Check, Callable[[Measures], str]] = MappingProxyType(
    {
        Check.BROWSER: _browser,
        Check.CONNECTION: _connection,
        Check.CLOCK: _clock,
        Check.LATENCY: _latency,
        Check.BANDWIDTH: _bandwidth,
        Check.SCREEN: _screen,
        Check.STORAGE: _storage,
        Check.SOUND: _sound,
        Check.VOICE: _voice,
    }
)
_ADVICE: Mapping[Check, str] = MappingProxyType(
    {
        Check.BROWSER: marked(
            "Mettez le navigateur à jour, ou prenez-en un autre : Firefox, Chrome ou Edge."
        ),
        Check.CONNECTION: marked(
            "Un filtre ou un relais du réseau arrête les connexions WebSocket : demandez à la personne qui"
            " s’occupe du réseau de les laisser passer vers ce serveur."
        ),
        Check.LATENCY: marked(
            "Le réseau répond lentement : branchez un câble plutôt que le Wi-Fi, fermez ce qui occupe le"
            " réseau, puis recommencez."
        ),
        Check.BANDWIDTH: marked(
            "Le réseau est lent ou déjà occupé : arrêtez les mises à jour et les vidéos, puis recommencez."
        ),
        Check.VOICE: marked(
            "Pour qui a droit à la lecture à voix haute, installez une voix française dans les réglages du"
            " système (parole, synthèse vocale), ou prenez un autre poste."
        ),
        Check.STORAGE: marked(
            "Quittez la navigation privée, et autorisez ce site à garder des données. Le test se passe aussi"
            " sans, mais ses réglages sont oubliés."
        ),
    }
)


def _advice(check: Check, readiness: Readiness, measures: Measures) -> str:
    special = _SPECIAL.get(check)
    return special(readiness, measures) if special else _(_ADVICE[check])


def _clock_advice(_readiness: Readiness, measures: Measures) -> str:
    set_it = _("Mettez ce poste à l’heure : réglages de date et heure, « Automatique ».")
    if measures.clock_offset_ms is not None and abs(measures.clock_offset_ms) < CLOCK_USABLE_MS:
        return set_it + " " + _("Le temps du test n’en dépend pas : c’est le serveur qui le tient.")
    return set_it + " " + _("Avec un tel écart, le navigateur peut refuser la connexion.")


def _screen_advice(_readiness: Readiness, measures: Measures) -> str:
    if measures.zoom > 100:
        return _("Remettez le zoom à 100 % (Ctrl + 0), sauf pour qui en a besoin.")
    if measures.screen_width >= WINDOW_GOOD[0] and measures.screen_height >= WINDOW_GOOD[1]:
        return _("Agrandissez la fenêtre du navigateur, ou passez en plein écran (F11), puis recommencez.")
    return _("L’écran est petit : choisissez une définition plus grande, ou un autre poste.")


def _sound_advice(readiness: Readiness, _measures: Measures) -> str:
    if readiness is Readiness.TO_LOOK_AT:
        return _("Recommencez et écoutez le son.")
    return _("Vérifiez le casque, le volume et la sortie audio choisie, puis recommencez.")


_SPECIAL: Mapping[Check, Callable[[Readiness, Measures], str]] = MappingProxyType(
    {Check.CLOCK: _clock_advice, Check.SCREEN: _screen_advice, Check.SOUND: _sound_advice}
)
