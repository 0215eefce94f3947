"""What is said of the head's rulings: each kind, where one stands, and what a certification came to."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.domain.finalisation import Status
from exam_server.domain.rulings import RulingKind, RulingState
from exam_server.web.language import marked as _

RULINGS: Mapping[str, str] = MappingProxyType(
    {
        RulingKind.LEAVE_OUT: _("Question mise de côté"),
        RulingKind.CANCEL: _("Test annulé (raison technique)"),
        RulingKind.REJECT: _("Test rejeté (fraude)"),
        RulingKind.KEEP: _("Test conservé"),
    }
)

WHAT_IT_DOES: Mapping[str, str] = MappingProxyType(
    {
        RulingKind.LEAVE_OUT: _("Les réponses à ces questions ne comptent plus ; le score est recalculé."),
        RulingKind.CANCEL: _("Le test ne compte pas ; l’élève peut être inscrit à une autre session."),
        RulingKind.REJECT: _(
            "La certification n’est pas validée. Il faut une seconde personne, et le candidat doit avoir été "
            "entendu ou avoir refusé de s’exprimer."
        ),
        RulingKind.KEEP: _("Le test compte, même s’il avait été arrêté pour suspicion de fraude."),
    }
)

STATES: Mapping[str, str] = MappingProxyType(
    {
        RulingState.PROPOSED: _("Attend une seconde personne"),
        RulingState.STANDING: _("En vigueur"),
        RulingState.DROPPED: _("Sans suite"),
        RulingState.REVERSED: _("Annulée par une décision contraire"),
    }
)

STATUSES: Mapping[str, str] = MappingProxyType(
    {
        Status.VALIDATED: _("Validée"),
        Status.REJECTED: _("Non validée"),
        Status.CANCELLED: _("Annulée"),
    }
)
