"""What the papers say: their words in the reader's language, and values written as people write them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from exam_server.domain.rules import ExamRules
from exam_server.papers.forms import Sitting, Words
from exam_server.storage import queries
from exam_server.storage.tables import Centre
from exam_server.web.language import _, language
from exam_server.web.pages import NARROW, date_long, date_short, minutes_hm, time_hm


def sitting(centre: Centre, session: queries.SessionRow, zone: ZoneInfo, title: str, words: Words) -> Sitting:
    """The part that all papers of a session share."""
    day, hour = date_long(session.date), time_hm(session.starts_at, zone)
    when = f"{session.room}, {day}, {hour}"
    common = {"page": _("page"), "nobody": _("Personne n’est inscrit à cette session."), "sitting": when}
    return Sitting(
        language=language.get(),
        title=title,
        centre=centre.name,
        uai=centre.uai,
        room=session.room,
        day=day,
        hour=hour,
        footer=f"{when} · {centre.name}",
        words={**common, **words},
    )


def convocation_words() -> Words:
    """The words of a candidate's page."""
    return {
        "heading": _("Convocation"),
        "subject": _("Certification des compétences numériques"),
        "invitation": _("Vous passez la certification des compétences numériques. Présentez-vous :"),
        "day": _("Date"),
        "hour": _("Heure"),
        "room": _("Salle"),
        "allowed": _("Temps accordé"),
        "bring": _("À apporter"),
        "happens": _("Comment cela se passe"),
        "absent": _("Si vous ne pouvez pas venir, prévenez l’établissement avant cette date."),
        "signed": _("La direction de l’établissement"),
    }


def convocation_lists(rules: ExamRules) -> Mapping[str, list[str]]:
    """What to bring, and what happens in the room."""
    welcome = minutes_hm(-(-int(rules.check_in.total_seconds()) // 60))
    return {
        "bring": [
            _("Cette convocation."),
            _("Une pièce d’identité avec photo : carte d’identité, passeport ou carte scolaire."),
            _("Le téléphone reste éteint, dans le sac. L’ordinateur est fourni."),
        ],
        "happens": [
            _(
                "L’accueil dure environ {length} : votre identité est vérifiée, et l’on vous donne une place."
            ).format(length=welcome),
            _("Vous recevez une carte d’accès. Tapez son code à l’ordinateur, et le test peut commencer."),
            _(
                "Le test a {items} questions, choisies d’après votre profil. Vous pouvez passer une question."
            ).format(items=rules.items),
            _("Le temps qui vous reste est toujours affiché. Arriver en retard n’en donne pas davantage."),
            _("Chaque réponse est enregistrée aussitôt. Si l’ordinateur tombe en panne, rien n’est perdu."),
            _("Un souci, une question ? Levez la main : votre temps peut être suspendu."),
        ],
    }


def card_words() -> Words:
    """The words of an access card."""
    return {
        "code": _("Code d’accès"),
        "used": _("Déjà utilisée"),
        "how": _("Ouvrez cette adresse et tapez le code :"),
        "qr": _("Code QR de l’adresse, sans le code d’accès"),
    }


def seat_words() -> Words:
    """The words of the seat plan."""
    return {
        "screen": _("Écran, tableau"),
        "row": _("Rang"),
        "unplaced": _("Sans place pour l’instant"),
    }


def attendance_words() -> Words:
    """The words of the attendance sheet."""
    return {
        "number": _("N°"),
        "name": _("Nom et prénom"),
        "class": _("Classe"),
        "seat": _("Place"),
        "allowed": _("Temps accordé"),
        "identity": _("Identité vérifiée"),
        "reader": _("Lecteur, scripteur"),
        "arrival": _("Signature à l’arrivée"),
        "leaving": _("Signature au départ"),
        "help": _(
            "Identité : cochez quand vous avez vu la pièce. Lecteur, scripteur : nom de la personne qui aide."
        ),
        "invigilator": _("Surveillance :"),
    }


def _duty_words() -> Words:
    return {
        "duty": _("Surveillance de la salle"),
        "no_duty": _("Personne n’a noté sa présence."),
        "who": _("Nom"),
        "since": _("Depuis"),
        "until": _("Jusqu’à"),
        "remark": _("Observation"),
    }


def report_words(*, provisional: bool) -> Words:
    """The words of the session report; until the session is closed, it says that it is not the last word."""
    warning = _("Document provisoire : la session n’est pas encore clôturée.")
    return {
        "provisional": warning if provisional else "",
        **_duty_words(),
        "stops": _("Suspensions"),
        "no_stops": _("Aucune suspension."),
        "extensions": _("Temps ajouté"),
        "no_extensions": _("Aucun temps ajouté."),
        "candidates": _("Candidats"),
        "name": _("Nom et prénom"),
        "class": _("Classe"),
        "status": _("Déroulement"),
        "started": _("Début"),
        "ended": _("Fin"),
        "allowed": _("Temps accordé"),
        "responses": _("Réponses"),
        "at": _("À"),
        "length": _("Durée"),
        "about": _("Pour"),
        "reason": _("Raison"),
        "by": _("Par"),
        "incidents": _("Signalements"),
        "no_incidents": _("Rien n’a été signalé."),
        "observations": _("Observations à la signature"),
        "observations_how": _(
            "Les faits seulement, avec l’heure ; écrivez « néant » s’il n’y a rien à ajouter."
        ),
        "log": _("Journal de la session"),
        "log_number": _("Dernier numéro"),
        "log_hash": _("Empreinte"),
        "log_root": _("Racine de l’arbre"),
        "log_how": _(
            "L’empreinte et la racine changent si un seul fait du journal change : elles lient ce papier au "
            "dossier signé."
        ),
        "signatures": _("Signatures"),
    }


def timeline_words(*, provisional: bool) -> Words:
    """The words of the papers about a timeline."""
    log = report_words(provisional=provisional)
    warning = _("Document provisoire : la session n’est pas encore clôturée.")
    return {
        **{name: log[name] for name in ("log", "log_number", "log_hash", "log_how")},
        "provisional": warning if provisional else "",
        "overview": _("Vue d’ensemble"),
        "legend": _(
            "Trait plein : test en cours. Cadre blanc : temps suspendu. En haut : appel. En bas, en noir : "
            "connexion perdue. Losange : signalement. Barre : fin. Les tableaux disent la même chose."
        ),
        "brief": _("En bref"),
        "account": _("D’où vient l’heure de fin"),
        "moves": _("L’heure de fin, pas à pas"),
        "moments": _("Ce qui s’est passé"),
        "nothing": _("Rien de cela ne s’est passé jusqu’ici."),
        "candidates": _("Candidats"),
        "name": _("Nom et prénom"),
        "status": _("Déroulement"),
        "started": _("Début"),
        "ended": _("Fin"),
        "items": _("Questions"),
        "at": _("Heure"),
        "about": _("Pour"),
        "what": _("Fait"),
        "by": _("Par"),
        "deadline": _("Heure de fin"),
        "number": _("N°"),
        "competence": _("Comp."),
        "question": _("Question"),
        "mark": _("Réponse"),
        "since": _("De"),
        "until": _("À"),
        "left": _("Issue"),
        "drafts": _("Br."),
        "ran": _("Temps compté"),
        "stopped": _("Suspendu"),
        "total": _("Ensemble"),
    }


def time_exact(instant: datetime, zone: ZoneInfo) -> str:
    """9 h 04 min 12 s in French, 9:04:12 in English, in the centre's time."""
    local = instant.astimezone(zone)
    if language.get() == "fr":
        return f"{time_hm(instant, zone)}{NARROW}min{NARROW}{local.second:02d}{NARROW}s"
    return f"{time_hm(instant, zone)}:{local.second:02d}"


def length_exact(length_ms: int) -> str:
    """1 h 02 min 05 s, or 3 min 12,480 s where there are thousandths; a point instead in English."""
    seconds, thousandths = divmod(length_ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    point = "," if language.get() == "fr" else "."
    parts = [f"{hours}{NARROW}h"] if hours else []
    if hours or minutes:
        parts.append(f"{minutes:02d}{NARROW}min" if hours else f"{minutes}{NARROW}min")
    whole = f"{seconds:02d}" if parts else f"{seconds}"
    parts.append(f"{whole}{point}{thousandths:03d}{NARROW}s" if thousandths else f"{whole}{NARROW}s")
    return NARROW.join(parts)


def moment(at_ms: int | None, session: queries.SessionRow, zone: ZoneInfo, *, exact: bool = True) -> str:
    """An instant of the log; with its date where that is not the session's own."""
    if at_ms is None:
        return "—"
    instant = datetime.fromtimestamp(at_ms / 1000, UTC)
    write = partial(time_exact if exact else time_hm, instant, zone)
    day = instant.astimezone(zone).date()
    return write() if day == session.date else f"{date_short(day)}, {write()}"
