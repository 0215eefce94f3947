"""Accommodations in words, as officers decide them and as invigilators read them."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from exam_server.domain.accommodations import Accommodations, Breaks, Measure, fraction_text
from exam_server.domain.decisions import Basis, DecisionState
from exam_server.domain.errors import InvalidInput
from exam_server.domain.json import JSON
from exam_server.domain.preparation import Missing
from exam_server.web.language import _, marked, ngettext

MEASURES: Mapping[Measure, str] = MappingProxyType(
    {
        Measure.SEPARATE_ROOM: marked("salle à part"),
        Measure.SMALL_GROUP: marked("effectif réduit"),
        Measure.READER: marked("lecteur présent"),
        Measure.SCRIBE: marked("scripteur présent"),
        Measure.READ_ALOUD: marked("lecture à voix haute par l’ordinateur"),
        Measure.LARGE_TEXT: marked("texte agrandi"),
        Measure.WIDE_SPACING: marked("texte espacé"),
        Measure.READABLE_FONT: marked("police adaptée"),
        Measure.CONTRAST: marked("contraste fort"),
        Measure.LINE_GUIDE: marked("guide de lecture"),
        Measure.MASKING: marked("masquage"),
        Measure.REDUCED_MOTION: marked("sans animation"),
        Measure.NO_IMAGE_ONLY: marked("aucune question qui demande de voir une image"),
        Measure.NO_SOUND_ONLY: marked("aucune question qui demande d’entendre"),
        Measure.COLOUR_SAFE: marked("sans distinction de couleurs"),
        Measure.KEYBOARD_ONLY: marked("au clavier seul"),
        Measure.SCREEN_READER: marked("avec un lecteur d’écran"),
        Measure.FOCUS_FREE: marked("sorties de page non relevées"),
        Measure.OWN_EQUIPMENT: marked("matériel personnel"),
        Measure.SIMPLE_INSTRUCTIONS: marked("consignes simplifiées"),
    }
)
EFFECTS: Mapping[Measure, str] = MappingProxyType(
    {
        Measure.SEPARATE_ROOM: marked("À prévoir : une salle."),
        Measure.SMALL_GROUP: marked(
            "À prévoir : une salle à peu de candidats ; la liste de la session le rappelle."
        ),
        Measure.READER: marked("À prévoir : un adulte, nommé sur la feuille d’émargement."),
        Measure.SCRIBE: marked("À prévoir : un adulte, nommé sur la feuille d’émargement."),
        Measure.READ_ALOUD: marked(
            "Un bouton lit la question et les réponses, si l’ordinateur a une voix française : essayez avant."
        ),
        Measure.LARGE_TEXT: marked("La page du test s’ouvre en grand ; le candidat peut changer."),
        Measure.WIDE_SPACING: marked("Lettres et lignes sont espacées ; le candidat peut changer."),
        Measure.READABLE_FONT: marked("Une police dessinée pour être lisible ; le candidat peut changer."),
        Measure.CONTRAST: marked("Couleurs très contrastées ; le candidat peut changer."),
        Measure.LINE_GUIDE: marked("Une bande suit la ligne lue ; le candidat peut changer."),
        Measure.MASKING: marked("Seule la partie lue est claire ; le candidat peut changer."),
        Measure.REDUCED_MOTION: marked("Rien ne bouge sur la page."),
        Measure.NO_IMAGE_ONLY: marked("Le test n’a que des questions accessibles à tous."),
        Measure.NO_SOUND_ONLY: marked("Le test n’a que des questions accessibles à tous."),
        Measure.COLOUR_SAFE: marked("Le test n’a que des questions accessibles à tous."),
        Measure.KEYBOARD_ONLY: marked("Le test n’a que des questions accessibles à tous."),
        Measure.SCREEN_READER: marked("Le test n’a que des questions accessibles à tous."),
        Measure.FOCUS_FREE: marked("Quitter la page du test n’est pas noté."),
        Measure.OWN_EQUIPMENT: marked("Le surveillant le voit à l’accueil."),
        Measure.SIMPLE_INSTRUCTIONS: marked("Le surveillant redit les consignes avec des mots simples."),
    }
)
"""What comes of each."""

STATES: Mapping[DecisionState, str] = MappingProxyType(
    {
        DecisionState.RECORDED: marked("À approuver"),
        DecisionState.APPROVED: marked("Approuvée"),
        DecisionState.WITHDRAWN: marked("Abandonnée"),
        DecisionState.ENDED: marked("Arrêtée"),
    }
)
BASES: Mapping[Basis, str] = MappingProxyType(
    {
        Basis.AUTHORITY: marked("décision de l’autorité administrative"),
        Basis.PAP: marked("plan d’accompagnement personnalisé (PAP)"),
        Basis.PAI: marked("projet d’accueil individualisé (PAI)"),
        Basis.PPS: marked("projet personnalisé de scolarisation (PPS)"),
        Basis.OTHER: marked("autre"),
    }
)

MISSING: Mapping[Missing, tuple[str, str]] = MappingProxyType(
    {
        Missing.ADULT: (
            marked("Aucun adulte n’est nommé pour lire ou écrire."),
            marked("Nommez-le ci-dessous : il figurera sur la feuille d’émargement."),
        ),
        Missing.PLACE: (
            marked("Aucune salle n’est prévue à part."),
            marked("Écrivez-la ci-dessous."),
        ),
        Missing.APPROVAL: (
            marked("Une décision attend d’être approuvée."),
            marked("Faites-la approuver par une seconde personne avant le jour de la session."),
        ),
        Missing.ENDED: (
            marked("La décision se termine avant le jour de la session."),
            marked("Demandez si elle est renouvelée, puis enregistrez la nouvelle."),
        ),
        Missing.SLOT: (
            marked("La salle est prise par une autre session avant la fin du temps le plus long."),
            marked("Changez l’heure ou la salle de l’une des deux."),
        ),
    }
)
"""What is missing, and what to do."""


def accommodation_words(written: JSON) -> list[str]:
    """What was decided, shortest first to be said: extra time, breaks, then the rest; [] for none."""
    try:
        decided = Accommodations.from_json(written)
    except InvalidInput:
        return []
    return words_of(decided)


def words_of(decided: Accommodations) -> list[str]:
    """The same of what is at hand."""
    extra, breaks = fraction_text(decided.extra), decided.breaks
    return [
        *([_("temps majoré de {fraction}").format(fraction=extra)] if extra else []),
        *([_breaks(breaks)] if breaks else []),
        *(_(text) for measure, text in MEASURES.items() if measure in decided.measures),
    ]


def _breaks(breaks: Breaks) -> str:
    text = ngettext("{count} pause de {minutes} min", "{count} pauses de {minutes} min", breaks.most)
    return text.format(count=breaks.most, minutes=breaks.each // timedelta(minutes=1))
