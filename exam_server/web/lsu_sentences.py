"""What the pages of the livret's files say when something is missing or has changed."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.web.language import marked as _

LSU_REFUSALS: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "lsu_changed": (
            _("Ce n’est plus le fichier qui a été contrôlé : des profils ont été importés entre-temps."),
            _("Contrôlez le fichier à nouveau, puis téléchargez-le."),
        ),
        "lsu_schema_unusable": (
            _("Le schéma XSD que ce serveur doit appliquer ne peut pas servir."),
            _("Prévenez la personne qui s’occupe du serveur : réglage PASSATION_LSU_XSD."),
        ),
    }
)

LSU_FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "classes_required": (
            _("Aucune classe n’est choisie."),
            _("Cochez au moins une classe de CM2 ou de 6e."),
        ),
        "thresholds_invalid": (
            _("Les trois niveaux ne sont pas croissants."),
            _("Donnez trois niveaux de 1 à 8, chacun plus haut que celui d’avant."),
        ),
        "period_invalid": (_("Cette période n’existe pas."), _("Choisissez-la dans la liste.")),
        "appreciation_invalid": (
            _("L’appréciation est trop longue, ou contient un caractère de contrôle."),
            _("Écrivez 600 caractères au plus."),
        ),
        "pupils_required": (_("Aucun élève n’est choisi."), _("Cochez au moins un élève.")),
    }
)
