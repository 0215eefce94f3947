"""What is said when a closing, a ruling, a publication or a withdrawal is refused."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.web.language import marked as _

CLOSING_SENTENCES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "invalid_ruling": (
            _("La décision ne peut pas être prise ainsi."),
            _("Complétez les champs indiqués."),
        ),
        "not_heard": (
            _("Le candidat n’a pas été entendu sur ce signalement."),
            _("Recueillez d’abord sa déclaration dans « Signalements », ou notez qu’il n’en fait pas."),
        ),
        "ruling_stands": (
            _("Une décision sur ce test est déjà prise, ou attend une seconde personne."),
            _("Revenez d’abord sur elle : elle est dans la liste, plus bas."),
        ),
        "item_left_out": (
            _("Une de ces questions est déjà mise de côté."),
            _("Décochez-la, ou revenez d’abord sur l’autre décision."),
        ),
        "never_sat": (
            _("Ce candidat n’a pas passé le test."),
            _("Il n’y a rien à décider : la clôture a dit pourquoi."),
        ),
        "no_such_ruling": (_("Cette décision n’existe pas."), _("Rechargez la page.")),
        "rulings_waiting": (
            _("Une décision attend encore une seconde personne."),
            _("Elle la confirme ou l’écarte dans « Décisions » ; signez ensuite."),
        ),
        "no_certificate_key": (
            _("Aucune clé ne permet de faire les codes des certificats : rien n’est publié."),
            _("La personne qui administre Passation doit lancer « passation keys new »."),
        ),
        "seal_broken": (
            _("La signature de ces résultats ne tient pas : ils ne sont pas publiés."),
            _("Conservez la base de données et prévenez la personne qui administre Passation."),
        ),
        "reason_missing": (_("Il manque le motif."), _("Dites en quelques mots pourquoi.")),
        "withdrawal_reason_missing": (
            _("Il manque le motif du retrait."),
            _("Dites en quelques mots, 500 caractères au plus, ce qui est à corriger."),
        ),
    }
)

CLOSING_FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ruling_kind_missing": (_("Il manque la décision."), _("Choisissez-en une.")),
        "ruling_reason_missing": (
            _("Il manque le motif."),
            _("Dites en quelques mots, 500 caractères au plus, ce qui fonde cette décision."),
        ),
        "positions_not_answered": (
            _("Il manque la question, ou le candidat n’y a pas répondu."),
            _("Cochez au moins une question de la liste."),
        ),
        "positions_of_another_ruling": (
            _("Cette décision porte sur le test entier."),
            _("Décochez les questions, ou choisissez « Mettre des questions de côté »."),
        ),
        "incident_required": (
            _("Un rejet répond toujours à un signalement sur ce candidat."),
            _("Choisissez le signalement, ou faites-le d’abord."),
        ),
        "incident_of_another": (
            _("Ce signalement concerne un autre candidat."),
            _("Choisissez-en un autre dans la liste."),
        ),
    }
)
