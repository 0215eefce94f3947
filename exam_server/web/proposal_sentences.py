"""What is said of proposals for the bank: why one is refused, and what was done with it."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.domain.proposals import ProposalAction
from exam_server.web.language import marked as _

PROPOSAL_SENTENCES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        "invalid_proposal": (
            _("La proposition ne peut pas être enregistrée ainsi."),
            _("Corrigez les champs indiqués."),
        ),
        "not_your_proposal": (
            _("Seul l’auteur d’une proposition peut la modifier."),
            _("Renvoyez-la avec une remarque, ou proposez la vôtre."),
        ),
        "own_proposal": (
            _("Une proposition est approuvée par quelqu’un d’autre que son auteur."),
            _("Demandez à un autre auteur de la relire."),
        ),
        "proposal_changed": (
            _("Cette proposition a changé depuis que cette page est ouverte."),
            _("Copiez votre texte s’il n’est pas enregistré, puis rechargez la page."),
        ),
        "proposal_outdated": (
            _("Le fichier a changé dans la banque depuis le début de cette proposition."),
            _("Abandonnez-la, puis recommencez à partir du fichier actuel : votre texte reste lisible ici."),
        ),
        "proposal_has_faults": (
            _("Le contrôle a trouvé des défauts."),
            _("Corrigez-les dans le texte, enregistrez, puis recommencez."),
        ),
        "proposal_built_upon": (
            _("Une autre modification du même fichier a été approuvée par-dessus."),
            _("Retirez d’abord l’approbation de la plus récente."),
        ),
        "bank_changed": (
            _("Une autre proposition vient d’être approuvée."),
            _("Recommencez : la banque sera contrôlée avec elle."),
        ),
        "bank_cannot_carry": (
            _("Sans ces questions, certains candidats n’auraient plus de test complet."),
            _("Ajoutez d’abord des questions dans cette compétence."),
        ),
    }
)

PROPOSAL_FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "reason_required": (_("Il manque la raison."), _("Dites en quelques mots pourquoi.")),
        "competence_required": (_("Il manque la compétence."), _("Choisissez-la dans la liste.")),
        "skill_name_invalid": (
            _("Ce nom court ne convient pas."),
            _("Des lettres a à z sans accent, des chiffres, des traits d’union : trier-un-tableau."),
        ),
        "skill_exists": (
            _("La banque a déjà ce savoir-faire."),
            _("Ouvrez-le et proposez une modification, ou choisissez un autre nom."),
        ),
        "text_too_long": (_("Le texte est trop long."), _("Restez sous 200 ko.")),
    }
)

DONE: Mapping[ProposalAction, str] = MappingProxyType(
    {
        ProposalAction.WRITE: _("Texte enregistré"),
        ProposalAction.SEND: _("Envoyé en relecture"),
        ProposalAction.TAKE_BACK: _("Repris par son auteur"),
        ProposalAction.RETURN: _("Renvoyé à son auteur"),
        ProposalAction.APPROVE: _("Approuvé"),
        ProposalAction.WITHDRAW: _("Abandonné"),
        ProposalAction.REOPEN: _("Rouvert"),
        ProposalAction.REVOKE: _("Approbation retirée"),
    }
)
