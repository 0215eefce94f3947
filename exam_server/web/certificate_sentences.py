"""What is said when a certificate cannot be had, or a code not be checked."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.web.language import marked as _

CERTIFICATE_SENTENCES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "no_certificate": (
            _("Ce candidat n’a pas de certificat."),
            _("Seules les certifications validées et publiées en ont une."),
        ),
        "no_certificates": (
            _("Il n’y a pas encore de certificat."),
            _("Publiez d’abord les résultats."),
        ),
        "mistyped_code": (
            _("Ce code contient une faute de frappe."),
            _("Comparez-le signe par signe avec celui qui est imprimé."),
        ),
        "unknown_certificate": (
            _("Aucun certificat de ce serveur n’a ce code."),
            _("Vérifiez l’adresse imprimée sous le code : c’est peut-être un autre établissement."),
        ),
        "no_checkpoint": (
            _("Le journal n’a pas encore de point de contrôle."),
            _("Il y en a un dans la minute qui suit l’ouverture."),
        ),
    }
)
