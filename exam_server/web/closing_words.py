"""What is said of each finding before a session is closed or signed: what it is, and what to do about it."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.domain.closing_checks import FindingKind
from exam_server.web.language import marked as _

_K = FindingKind

FINDINGS: Mapping[FindingKind, tuple[str, str]] = MappingProxyType(
    {
        _K.ROOM_STOPPED: (
            _("La salle est encore suspendue"),
            _("Reprenez-la depuis le tableau : le temps de chacun y est arrêté."),
        ),
        _K.UNFINISHED: (
            _("Test commencé, pas terminé"),
            _("Donnez un motif plus bas : le test s’arrête à la clôture."),
        ),
        _K.NEVER_STARTED: (_("Test jamais commencé"), _("Donnez un motif plus bas.")),
        _K.REPORT_UNDECIDED: (
            _("Signalement qui attend votre décision"),
            _("Dites ce qui en a suivi : après la signature, rien n’y est ajouté."),
        ),
        _K.RULING_WAITING: (
            _("Décision qui attend une seconde personne"),
            _("Un surveillant de la session ou une autre personne de la direction la confirme ou l’écarte."),
        ),
        _K.NO_KEY: (
            _("Aucune clé ne permet de signer les résultats"),
            _("La personne qui administre Passation doit lancer « passation keys new »."),
        ),
        _K.KEY_UNUSABLE: (
            _("La clé de signature est verrouillée ou abîmée"),
            _("La personne qui administre Passation doit vérifier PASSATION_KEY_PASSPHRASE et les clés."),
        ),
        _K.NO_CERTIFICATE_KEY: (
            _("Aucune clé ne permet de faire les codes des certificats"),
            _(
                "Il la faut pour publier : la personne qui administre Passation doit lancer "
                "« passation keys new »."
            ),
        ),
        _K.CERTIFICATE_KEY_UNUSABLE: (
            _("La clé des codes des certificats est verrouillée ou abîmée"),
            _("Il la faut pour publier : la personne qui administre Passation doit vérifier les clés."),
        ),
        _K.FRAUD_UNDECIDED: (
            _("Demande d’arrêt du test restée sans réponse"),
            _("Confirmez-la ou écartez-la depuis le tableau ; à la clôture, elle tombe."),
        ),
        _K.NOT_HEARD: (
            _("Candidat signalé qui n’a pas été entendu"),
            _(
                "Recueillez sa déclaration, ou notez qu’il n’en fait pas : sans cela, aucun rejet n’est "
                "possible."
            ),
        ),
        _K.STOP_NEVER_RESUMED: (
            _("Test suspendu et jamais repris"),
            _("Reprenez-le depuis le tableau, ou clôturez-le avec un motif."),
        ),
        _K.CALL_UNANSWERED: (
            _("Appel du candidat resté sans réponse"),
            _("Allez le voir, ou classez l’appel depuis le tableau."),
        ),
        _K.ABSENT_WITH_RESPONSES: (
            _("Noté absent, mais a répondu"),
            _("Retirez le signalement d’absence s’il est erroné, ou dites ce qui s’est passé."),
        ),
        _K.REPORT_WITHOUT_CANDIDATE: (
            _("Signalement qui ne dit pas de qui il s’agit"),
            _("Retirez-le et signalez de nouveau avec le nom, ou ajoutez une note."),
        ),
        _K.IDENTITY_UNCHECKED: (
            _("Test passé sans que l’identité ait été vérifiée"),
            _("Dites dans un signalement comment le candidat est connu."),
        ),
        _K.IDENTITY_IN_DOUBT: (
            _("Identité ou émargement à vérifier"),
            _("Dites ce qui en a suivi : les résultats porteront ce nom."),
        ),
    }
)

AFTERWARDS: Mapping[FindingKind, str] = MappingProxyType(
    {
        _K.FRAUD_UNDECIDED: _(
            "Personne ne l’a confirmée ni écartée avant la fin : décidez si le test compte."
        ),
        _K.STOP_NEVER_RESUMED: _("La fin est venue pendant l’arrêt : décidez si le test compte."),
        _K.CALL_UNANSWERED: _("La fin est venue avant l’aide : voyez si le test a été empêché."),
        _K.ABSENT_WITH_RESPONSES: _("L’un des deux est faux : décidez si le test compte."),
    }
)
"""What to do once nobody sits there any more: the head rules."""
