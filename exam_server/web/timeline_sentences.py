"""What each moment of a timeline says, in the reader's language: facts, never a judgement."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from exam_server.domain.events import EventKind
from exam_server.domain.moments import Moment
from exam_server.domain.rest_breaks import REST_BREAK
from exam_server.signing.receipts import fingerprint
from exam_server.web import incident_words
from exam_server.web.accommodation_words import accommodation_words
from exam_server.web.language import _, marked
from exam_server.web.pages import minutes_hm
from exam_server.web.paper_words import length_exact
from exam_server.web.rehearsal_words import READINESS
from exam_server.web.ruling_words import RULINGS
from exam_server.web.sentences import END_REASONS
from exam_server.web.timeline_words import CALL_ENDS, CALLS, DOCUMENTS, REFUSED, Telling

_K = EventKind
_READINESS = {str(code): word for code, word in READINESS.items()}

PLAIN: Mapping[str, str] = MappingProxyType(
    {
        _K.SESSION_PLANNED: marked("Session prévue"),
        _K.SESSION_CHANGED: marked("Session modifiée"),
        _K.SESSION_CANCELLED: marked("Session annulée"),
        _K.SESSION_OPENED: marked("Session ouverte"),
        _K.SESSION_CLOSED: marked("Session clôturée"),
        _K.SESSION_FINALISED: marked("Résultats signés"),
        _K.SESSION_RESUMED: marked("Résultats repris avant publication"),
        _K.RESULTS_PUBLISHED: marked("Résultats publiés"),
        _K.RESULTS_WITHDRAWN: marked("Résultats retirés"),
        _K.REHEARSAL_BEGUN: marked("Répétition de la salle ouverte"),
        _K.REHEARSAL_ENDED: marked("Répétition de la salle terminée"),
        _K.SEAT_REHEARSED: marked("Poste essayé"),
        _K.INVIGILATOR_ADDED: marked("Surveillant ajouté"),
        _K.DUTY_TAKEN: marked("Surveillance prise"),
        _K.DUTY_LEFT: marked("Surveillance quittée"),
        _K.DUTY_HANDED_OVER: marked("Relais passé"),
        _K.CANDIDATE_REGISTERED: marked("Inscrit"),
        _K.CANDIDATE_UNREGISTERED: marked("Désinscrit"),
        _K.ACCESS_CARD_ISSUED: marked("Nouvelle carte d’accès : l’ordinateur précédent est déconnecté"),
        _K.IDENTITY_VERIFIED: marked("Présent, identité vérifiée"),
        _K.CANDIDATE_ABSENT: marked("Noté absent"),
        _K.CANDIDATE_REFUSED: marked("Entrée refusée"),
        _K.REFUSAL_WITHDRAWN: marked("Refus retiré : attendu de nouveau"),
        _K.SEAT_GIVEN: marked("Place donnée"),
        _K.CANDIDATE_ADMITTED: marked("Admis"),
        _K.CANDIDATE_ENTERED: marked("Entré avec sa carte d’accès sur un ordinateur"),
        _K.ATTEMPT_STARTED: marked("Test commencé"),
        _K.ATTEMPT_COMPLETED: marked("Test terminé"),
        _K.TIME_RAN_OUT: marked("Temps écoulé"),
        _K.ATTEMPT_TERMINATED: marked("Test arrêté"),
        _K.FRAUD_REQUESTED: marked("Arrêt demandé pour suspicion de fraude"),
        _K.FRAUD_CONFIRMED: marked("Arrêt confirmé par une seconde personne"),
        _K.FRAUD_WITHDRAWN: marked("Demande d’arrêt retirée"),
        _K.FRAUD_LAPSED: marked("Demande d’arrêt sans suite : le test est terminé"),
        _K.ITEM_GIVEN: marked("Question donnée"),
        _K.RESPONSE_SAVED: marked("Réponse validée"),
        _K.RESPONSE_REFUSED: marked("Réponse arrivée trop tard"),
        _K.EXTRA_TIME_SET: marked("Temps majoré"),
        _K.ACCOMMODATIONS_SET: marked("Aménagements appliqués"),
        _K.ATTEMPT_PAUSED: marked("Temps suspendu"),
        _K.ATTEMPT_RESUMED: marked("Reprise"),
        _K.TIME_EXTENDED: marked("Temps ajouté"),
        _K.ROOM_PAUSED: marked("Toute la salle est suspendue"),
        _K.ROOM_RESUMED: marked("Toute la salle reprend"),
        _K.HELP_CALL_MADE: marked("Appel du candidat"),
        _K.HELP_CALL_ANSWERED: marked("Le surveillant vient"),
        _K.HELP_CALL_RESOLVED: marked("Appel classé"),
        _K.HELP_CALL_WITHDRAWN: marked("Appel retiré par le candidat"),
        _K.ITEM_REPLACED: marked("Question remplacée"),
        _K.MESSAGE_SENT: marked("Message du surveillant"),
        _K.MESSAGE_READ: marked("Message fermé par le candidat"),
        _K.CONNECTION_LOST: marked("Connexion perdue"),
        _K.CONNECTION_BACK: marked("Connexion revenue"),
        _K.FOCUS_RETURNED: marked("Page du test quittée, puis revenue"),
        _K.INCIDENT_REPORTED: marked("Signalement"),
        _K.INCIDENT_AMENDED: marked("Note ajoutée à un signalement"),
        _K.INCIDENT_WITHDRAWN: marked("Signalement retiré"),
        _K.INCIDENT_RESOLVED: marked("Suite d’un signalement"),
        _K.STATEMENT_RECORDED: marked("Déclaration du candidat"),
        _K.RULING_PROPOSED: marked("Décision proposée"),
        _K.RULING_TAKEN: marked("Décision prise"),
        _K.RULING_DROPPED: marked("Décision sans suite"),
        _K.RULING_REVERSED: marked("Décision annulée"),
    }
)
"""Every kind in a few words: also all that is said where the content was erased."""


def said(moment: Moment, telling: Telling) -> str:
    """The sentence of a moment: what it was, then what there is to know about it."""
    plain = _(PLAIN[moment.kind])
    if moment.is_erased:
        return _("{what} (contenu effacé)").format(what=plain)
    tell = _MORE.get(moment.kind)
    head, *more = [plain] if tell is None else tell(plain, moment, telling)
    rest = [part for part in more if part]
    return _("{what} : {more}").format(what=head, more=", ".join(rest)) if rest else head


_Parts = list[str]
_Tell = Callable[[str, Moment, Telling], _Parts]


def _text(moment: Moment, name: str) -> str:
    value = moment.facts.get(name)
    return "" if value is None else str(value)


def _word(words: Mapping[str, str], moment: Moment, name: str) -> str:
    """The word for a code; none for a code that has none (the catalogue has an entry for the empty text)."""
    word = words.get(_text(moment, name))
    return _(word) if word else ""


def _quoted(text: str) -> str:
    return _("« {text} »").format(text=text) if text else ""


def _question(moment: Moment) -> str:
    position = _text(moment, "position")
    return _("question {n}").format(n=position) if position else ""


def _deadline(moment: Moment, telling: Telling) -> str:
    deadline = moment.facts.get("deadline")
    return _("fin à {at}").format(at=telling.at(deadline)) if isinstance(deadline, int) else ""


def _allowed(moment: Moment) -> str:
    allowed = moment.facts.get("allowed_ms")
    if not isinstance(allowed, int):
        return ""
    return _("temps accordé {length}").format(length=minutes_hm(-(-allowed // 60_000)))


def _lasted(moment: Moment) -> str:
    return _("après {length}").format(length=length_exact(moment.lasted_ms)) if moment.lasted_ms else ""


def _answered(moment: Moment) -> str:
    count = _text(moment, "answered")
    return _("réponses : {count}").format(count=count) if count else ""


def _receipt(moment: Moment) -> str:
    """As the candidate's last page showed it."""
    digest = _text(moment, "receipt")
    return _("empreinte : {fingerprint}").format(fingerprint=fingerprint(digest)) if digest else ""


def _opened(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _("accueil jusqu’à {at}").format(at=telling.at(moment.facts.get("check_in_ends_at")))]


def _rehearsing(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _("code valable jusqu’à {at}").format(at=telling.at(moment.facts.get("ends_at")))]


def _rehearsed(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [
        *_seat(plain, moment, telling),
        _word({str(code): word for code, word in READINESS.items()}, moment, "readiness"),
    ]


def _joined(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, telling.name(_text(moment, "invigilator"))]


def _handed_over(plain: str, moment: Moment, telling: Telling) -> _Parts:
    pair = _("de {giver} à {taker}").format(
        giver=telling.name(_text(moment, "from")), taker=telling.name(_text(moment, "to"))
    )
    return [plain, pair, _quoted(_text(moment, "reason"))]


def _suspected(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _quoted(_text(moment, "note"))]


def _confirmed(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _("demandé par {name}").format(name=telling.name(_text(moment, "requested_by_id")))]


def _identity(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _word(DOCUMENTS, moment, "document")]


def _refused(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _word(REFUSED, moment, "reason"), _text(moment, "note")]


def _seat(plain: str, moment: Moment, telling: Telling) -> _Parts:
    if "row" not in moment.facts:
        return [plain]
    return [
        plain,
        _("rang {row}, place {column}").format(row=_text(moment, "row"), column=_text(moment, "column")),
    ]


def _admitted(plain: str, moment: Moment, telling: Telling) -> _Parts:
    late = moment.facts.get("late") is True
    return [plain, _("en retard de {minutes} min").format(minutes=_text(moment, "minutes")) if late else ""]


def _started(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _allowed(moment), _deadline(moment, telling)]


def _ended(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _answered(moment), _receipt(moment)]


def _terminated(plain: str, moment: Moment, telling: Telling) -> _Parts:
    reason = END_REASONS.get(_text(moment, "reason"), "")
    return [plain, _(reason) if reason else "", _text(moment, "note"), _answered(moment), _receipt(moment)]


def _given(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _question(moment)]


def _response(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [_("Question passée") if moment.facts.get("passed") is True else plain, _question(moment)]


def _late(plain: str, moment: Moment, telling: Telling) -> _Parts:
    received = _("reçue à {at}").format(at=telling.at(moment.facts.get("received_ms")))
    return [plain, _question(moment), received, _deadline(moment, telling)]


def _extra(plain: str, moment: Moment, telling: Telling) -> _Parts:
    fraction = _text(moment, "fraction") or _("aucun")
    return [plain, fraction, _allowed(moment), _deadline(moment, telling)]


def _accommodations(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, ", ".join(accommodation_words(moment.facts.get("accommodations"))) or _("aucun")]


def _paused(plain: str, moment: Moment, telling: Telling) -> _Parts:
    left = moment.facts.get("left_ms")
    rest = _("il restait {length}").format(length=length_exact(left)) if isinstance(left, int) else ""
    reason = _text(moment, "reason")
    return [plain, _("pause de repos") if reason == REST_BREAK else reason, rest]


def _resumed(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _lasted(moment), _deadline(moment, telling)]


def _extended(plain: str, moment: Moment, telling: Telling) -> _Parts:
    minutes = moment.facts.get("minutes")
    length = minutes_hm(minutes) if isinstance(minutes, int) else ""
    return [plain, length, _text(moment, "reason"), _deadline(moment, telling)]


def _called(plain: str, moment: Moment, telling: Telling) -> _Parts:
    stops = _("temps suspendu") if moment.facts.get("stops_clock") is True else ""
    kind = CALLS.get(_text(moment, "kind"), "")
    return [plain, _(kind) if kind else "", _question(moment), stops]


def _resolved_call(plain: str, moment: Moment, telling: Telling) -> _Parts:
    how = CALL_ENDS.get(_text(moment, "how"), "")
    return [_(how) if how else plain, _lasted(moment)]


def _replaced(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _question(moment), _text(moment, "reason")]


def _message(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _quoted(_text(moment, "text"))]


def _away(plain: str, moment: Moment, telling: Telling) -> _Parts:
    ms = moment.facts.get("ms")
    return [plain, _("pendant {length}").format(length=length_exact(ms)) if isinstance(ms, int) else ""]


def _reported(plain: str, moment: Moment, telling: Telling) -> _Parts:
    category = incident_words.CATEGORIES.get(_text(moment, "category"), "")
    return [plain, _(category) if category else "", _question(moment), _quoted(_text(moment, "description"))]


def _amended(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _quoted(_text(moment, "note"))]


def _withdrawn(plain: str, moment: Moment, telling: Telling) -> _Parts:
    return [plain, _quoted(_text(moment, "reason"))]


def _settled(plain: str, moment: Moment, telling: Telling) -> _Parts:
    outcome = incident_words.OUTCOMES.get(_text(moment, "outcome"), "")
    return [plain, _(outcome) if outcome else "", _quoted(_text(moment, "done"))]


def _stated(plain: str, moment: Moment, telling: Telling) -> _Parts:
    declined = moment.facts.get("declined") is True
    return [plain, _("aucune, à sa demande") if declined else _quoted(_text(moment, "statement"))]


def _ruled(plain: str, moment: Moment, telling: Telling) -> _Parts:
    positions = moment.facts.get("positions")
    listed = [str(at) for at in positions] if isinstance(positions, list | tuple) else []
    which = _("question {n}").format(n=", ".join(listed)) if listed else ""
    proposer = _text(moment, "proposed_by_id")
    second = proposer and proposer != moment.actor
    by = _("proposée par {name}").format(name=telling.name(proposer)) if second else ""
    return [plain, _word(RULINGS, moment, "kind"), which, _quoted(_text(moment, "reason")), by]


def _version(plain: str, moment: Moment, telling: Telling) -> _Parts:
    version = _text(moment, "version")
    said = _("version {n}").format(n=version) if version else ""
    return [plain, said, _quoted(_text(moment, "reason"))]


_MORE: Mapping[str, _Tell] = MappingProxyType(
    {
        _K.SESSION_OPENED: _opened,
        _K.REHEARSAL_BEGUN: _rehearsing,
        _K.SEAT_REHEARSED: _rehearsed,
        _K.INVIGILATOR_ADDED: _joined,
        _K.DUTY_LEFT: _withdrawn,
        _K.DUTY_HANDED_OVER: _handed_over,
        _K.IDENTITY_VERIFIED: _identity,
        _K.CANDIDATE_REFUSED: _refused,
        _K.SEAT_GIVEN: _seat,
        _K.CANDIDATE_ADMITTED: _admitted,
        _K.ATTEMPT_STARTED: _started,
        _K.ATTEMPT_COMPLETED: _ended,
        _K.TIME_RAN_OUT: _ended,
        _K.ATTEMPT_TERMINATED: _terminated,
        _K.FRAUD_REQUESTED: _suspected,
        _K.FRAUD_CONFIRMED: _confirmed,
        _K.FRAUD_WITHDRAWN: _withdrawn,
        _K.ITEM_GIVEN: _given,
        _K.RESPONSE_SAVED: _response,
        _K.RESPONSE_REFUSED: _late,
        _K.EXTRA_TIME_SET: _extra,
        _K.ACCOMMODATIONS_SET: _accommodations,
        _K.ATTEMPT_PAUSED: _paused,
        _K.ATTEMPT_RESUMED: _resumed,
        _K.TIME_EXTENDED: _extended,
        _K.ROOM_PAUSED: _paused,
        _K.ROOM_RESUMED: _resumed,
        _K.HELP_CALL_MADE: _called,
        _K.HELP_CALL_RESOLVED: _resolved_call,
        _K.HELP_CALL_WITHDRAWN: _resumed,
        _K.ITEM_REPLACED: _replaced,
        _K.MESSAGE_SENT: _message,
        _K.CONNECTION_BACK: _resumed,
        _K.FOCUS_RETURNED: _away,
        _K.INCIDENT_REPORTED: _reported,
        _K.INCIDENT_AMENDED: _amended,
        _K.INCIDENT_WITHDRAWN: _withdrawn,
        _K.INCIDENT_RESOLVED: _settled,
        _K.STATEMENT_RECORDED: _stated,
        _K.RULING_PROPOSED: _ruled,
        _K.RULING_TAKEN: _ruled,
        _K.RULING_DROPPED: _ruled,
        _K.RULING_REVERSED: _ruled,
        _K.SESSION_FINALISED: _version,
        _K.SESSION_RESUMED: _version,
        _K.RESULTS_PUBLISHED: _version,
        _K.RESULTS_WITHDRAWN: _version,
    }
)
