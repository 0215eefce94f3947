"""What is said when a decision on accommodations is refused."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.web.language import marked as _

DECISION_SENTENCES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "bad_decision": (
            _("La décision ne peut pas être enregistrée ainsi."),
            _("Corrigez les champs indiqués."),
        ),
        "bad_accommodations": (_("Ces mesures ne sont pas connues."), _("Rechargez la page et recommencez.")),
        "bad_breaks": (
            _("Ces pauses ne sont pas possibles."),
            _("Donnez de 1 à 10 pauses, de 1 à 60 minutes chacune."),
        ),
        "no_breaks": (
            _("Aucune pause n’est prévue pour ce candidat."),
            _("Pour arrêter son temps, suspendez-le."),
        ),
        "no_break_left": (
            _("Toutes les pauses prévues sont prises."),
            _("Pour arrêter son temps, suspendez-le."),
        ),
        "no_break_under_way": (
            _("Aucune pause n’est en cours."),
            _("La page montre peut-être un état ancien : rechargez-la."),
        ),
        "own_decision": (
            _("Une décision est approuvée par quelqu’un d’autre que la personne qui l’a enregistrée."),
            _("Demandez à la direction, ou à un autre référent."),
        ),
        "reason_forgotten": (
            _("Le motif a été effacé : personne ne peut plus le lire."),
            _("Ce qui a été décidé reste appliqué."),
        ),
        "reason_unreadable": (
            _("Le motif ne peut pas être lu : le secret du serveur a changé, ou la base a été modifiée."),
            _("Prévenez la personne qui s’occupe du serveur. Ce qui a été décidé reste appliqué."),
        ),
        "evidence_too_large": (_("Ce fichier est trop gros."), _("Choisissez un fichier de moins de 8 Mo.")),
        "evidence_of_no_kind": (
            _("Ce fichier n’est ni un PDF ni une image."),
            _("Choisissez un PDF, un PNG ou un JPEG."),
        ),
    }
)

DECISION_FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "basis_required": (_("Il manque ce qui fonde la décision."), _("Choisissez dans la liste.")),
        "words_too_long": (_("Ce texte est trop long."), _("Restez sous 500 caractères.")),
        "measure_required": (
            _("La décision n’accorde rien."),
            _("Cochez une mesure, ou écrivez un temps majoré."),
        ),
        "ends_before_it_begins": (_("La fin est avant le début."), _("Corrigez l’une des deux dates.")),
        "derogation_required": (
            _("C’est plus d’un tiers."),
            _("Si la décision le prévoit en toutes lettres, cochez « La décision accorde plus d’un tiers »."),
        ),
        "extra_time_unreadable": (_("Ce temps majoré est illisible."), _("Écrivez 1/3 ou 25 %.")),
        "extra_time_is_a_date": (
            _("Écrit sans doute 1/3, ce temps majoré est devenu une date dans le tableur."),
            _("Mettez la colonne au format Texte, puis écrivez de nouveau la fraction."),
        ),
        "breaks_unreadable": (
            _("Il manque le nombre ou la durée des pauses."),
            _("Donnez les deux en chiffres."),
        ),
    }
)
