"""What is said about the livret: to programs that pull results, and to the head who gives signed exports."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.web.language import marked as _

LIVRET_SENTENCES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "token_missing": (
            _("Aucun jeton d’accès n’accompagne cette demande."),
            _("Demandez-en un à /api/application/token et joignez-le : « Authorization: Bearer … »."),
        ),
        "token_refused": (
            _("Ce jeton d’accès n’est pas valable, ou il ne l’est plus."),
            _("Demandez-en un autre à /api/application/token."),
        ),
        "scope_missing": (
            _("Ce jeton d’accès ne permet pas cette demande."),
            _("Demandez un jeton pour « {scope} », si ce programme y a droit."),
        ),
        "not_your_school": (
            _("Cet établissement n’est pas de ceux que ce programme peut consulter."),
            _("Faites compléter la liste de ses établissements par l’exploitant du serveur."),
        ),
        "bad_search": (
            _("La recherche n’a pas l’une des trois formes prévues."),
            _(
                "Donnez soit « ine », soit « organizationUai », « lastName », « firstName » et "
                "« birthdate », soit « verificationCode », et rien d’autre."
            ),
        ),
        "not_an_ine": (
            _("Cet INE n’a pas l’une des formes en usage."),
            _("Vérifiez ses onze caractères."),
        ),
        "no_certification": (
            _("Aucune certification ne correspond à cette recherche."),
            _("Vérifiez ce qui est cherché ; une certification compte pour l’année scolaire en cours."),
        ),
        "several_pupils": (
            _("Plusieurs élèves correspondent à cette recherche."),
            _("Cherchez par INE ou par code de vérification."),
        ),
        "nothing_for_the_livret": (
            _("Rien de cette session n’a été publié : il n’y a rien à donner au livret."),
            _("Publiez d’abord ses résultats."),
        ),
        "no_statement": (
            _("Aucun export n’a encore été préparé pour cette session."),
            _("Préparez-le depuis la page « Livret scolaire »."),
        ),
        "client_name": (
            _("Un programme a besoin d’un nom."),
            _("Donnez-lui un nom de {most} caractères au plus."),
        ),
        "no_such_client": (
            _("Aucun programme n’a cet identifiant."),
            _("Cherchez-le avec « passation livret client list »."),
        ),
    }
)
