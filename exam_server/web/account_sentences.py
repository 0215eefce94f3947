"""What is said when somebody's credentials, or what they confirm with, are refused."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.web.language import marked as _

ACCOUNT_SENTENCES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "challenge_over": (
            _("Cette demande de confirmation n’est plus valable."),
            _("Recommencez : elle ne sert qu’une fois, dans les cinq minutes."),
        ),
        "wrong_passkey": (
            _("La clé d’accès n’a pas été reconnue."),
            _("Recommencez avec une clé de votre compte, ou utilisez votre mot de passe et un code."),
        ),
        "passkey_copied": (
            _("Cette clé d’accès est refusée : elle a peut-être été copiée."),
            _("Supprimez-la dans « Mon compte », puis confirmez d’une autre façon."),
        ),
        "wrong_confirmation": (
            _("Le mot de passe ou le code ne convient pas."),
            _("Vérifiez les deux. Un code ne sert qu’une fois : au besoin, attendez le suivant."),
        ),
        "no_code": (
            _("Votre compte n’a pas à la fois un mot de passe et un code à usage unique."),
            _("Ajoutez ce qui manque dans « Mon compte », puis recommencez."),
        ),
        "code_unreadable": (
            _("Votre code ne peut pas être vérifié : le secret du serveur a changé."),
            _("Dans « Mon compte », supprimez le code à usage unique, puis ajoutez-le de nouveau."),
        ),
        "confirmed_something_else": (
            _("La session a changé pendant que vous confirmiez : rien n’est signé."),
            _("Rechargez la page, relisez, puis confirmez de nouveau."),
        ),
        "wrong_password": (
            _("Ce n’est pas votre mot de passe."),
            _("Écrivez celui avec lequel vous vous connectez."),
        ),
        "login_not_recent": (
            _("Vous êtes connecté depuis plus d’un quart d’heure."),
            _("Déconnectez-vous, revenez avec un nouveau lien de connexion, puis recommencez."),
        ),
        "bad_password": (_("Le mot de passe n’est pas changé."), _("Corrigez les champs indiqués.")),
        "no_passkeys_here": (
            _("Cette adresse du serveur ne permet pas les clés d’accès."),
            _("Utilisez un mot de passe et un code à usage unique."),
        ),
        "bad_passkey_name": (
            _("Ce nom ne convient pas."),
            _("Donnez un nom de 1 à {most} caractères, par exemple celui de l’appareil."),
        ),
        "passkey_not_added": (
            _("La clé d’accès n’a pas pu être vérifiée : elle n’est pas ajoutée."),
            _("Recommencez ; au besoin, essayez avec un autre navigateur ou un autre appareil."),
        ),
        "passkey_known": (
            _("Cette clé d’accès est déjà enregistrée."),
            _("Elle sert telle quelle, ou choisissez-en une autre."),
        ),
        "too_many_passkeys": (
            _("Votre compte a déjà {most} clés d’accès."),
            _("Supprimez celles qui ne servent plus."),
        ),
        "no_such_passkey": (_("Cette clé d’accès n’est pas connue."), _("Rechargez la page.")),
        "code_in_use": (
            _("Votre compte a déjà un code à usage unique."),
            _("Supprimez-le d’abord, puis ajoutez le nouveau."),
        ),
        "no_code_begun": (
            _("Aucun code n’attend d’être confirmé : le quart d’heure est passé."),
            _("Ajoutez le code à usage unique de nouveau."),
        ),
        "wrong_first_code": (
            _("Ce code ne convient pas."),
            _("Écrivez les 6 chiffres affichés maintenant ; l’heure du téléphone doit être juste."),
        ),
    }
)

ACCOUNT_FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "passwords_differ": (_("Les deux ne sont pas les mêmes."), _("Écrivez deux fois le même.")),
    }
)
