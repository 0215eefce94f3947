"""What is said when people work in one room at once: who was first, who only looks on, when it takes two.

`by` is a name and `at` an instant, which `errors.py` writes as people do.
"""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.web.language import marked as _

ROOM_SENTENCES: Mapping[str, tuple[str, str | None]] = MappingProxyType(
    {
        # somebody was first
        "already_paused": (_("Ce test est déjà suspendu."), _("{by} l’a suspendu à {at}.")),
        "already_resumed": (_("Ce test a déjà repris."), _("{by} l’a fait reprendre à {at}.")),
        "already_completed": (
            _("Ce candidat a terminé son test à {at}."),
            _("Il n’y a plus rien à faire pour lui ; ce qu’il faut retenir se note dans un signalement."),
        ),
        "already_timed_out": (
            _("Le temps de ce candidat est écoulé."),
            _("Il n’y a plus rien à faire pour lui ; ce qu’il faut retenir se note dans un signalement."),
        ),
        "already_terminated": (_("Ce test est déjà arrêté."), _("{by} l’a arrêté à {at}.")),
        "already_present": (
            _("L’identité de ce candidat est déjà vérifiée."),
            _("{by} l’a vérifiée à {at}."),
        ),
        "already_admitted": (_("Ce candidat est déjà admis."), _("{by} l’a admis à {at}.")),
        "already_absent": (_("Ce candidat est noté absent."), _("{by} l’a noté absent à {at}.")),
        "already_refused": (
            _("L’entrée est déjà refusée à ce candidat."),
            _("{by} l’a refusée à {at}."),
        ),
        "refusal_withdrawn": (_("Le refus est déjà levé."), _("{by} l’a levé à {at}.")),
        "call_answered": (_("Quelqu’un répond déjà à cet appel."), _("{by} a dit « J’arrive » à {at}.")),
        "call_resolved": (_("Cet appel est déjà traité."), _("{by} l’a traité à {at}.")),
        "call_withdrawn": (
            _("Le candidat a annulé cet appel à {at}."),
            _("Passez le voir si vous voulez vous assurer que tout va bien."),
        ),
        "room_already_stopped_by": (_("La salle est déjà suspendue."), _("{by} l’a suspendue à {at}.")),
        "room_not_stopped_now": (_("La salle n’est plus suspendue."), _("{by} l’a fait reprendre à {at}.")),
        # who invigilates, who watches
        "looks_on": (
            _("Vous regardez cette salle sans agir."),
            _("Pour agir, ajoutez-vous d’abord aux surveillants, sur la page de la session."),
        ),
        "no_such_invigilator": (
            _("Cette personne ne peut pas surveiller cette session."),
            _("Choisissez-la dans la liste."),
        ),
        "not_on_duty": (
            _("Cette personne ne surveille pas la salle en ce moment."),
            _("Regardez sur le tableau qui la surveille, ou prenez vous-même la surveillance."),
        ),
        "duty_left": (_("{by} a déjà quitté la salle à {at}."), _("Prenez simplement la surveillance.")),
        "duty_handed_over": (_("Le relais est déjà passé."), _("{by} l’a noté à {at}.")),
        "handed_to_oneself": (_("On ne se relaie pas soi-même."), _("Choisissez un collègue.")),
        # when it takes two
        "fraud_needs_second": (
            _("Arrêter un test pour ce motif demande une seconde personne."),
            _("Demandez l’arrêt depuis le tableau : un autre surveillant ou la direction le confirme."),
        ),
        "fraud_needs_nobody": (
            _("Dans cette session, une seule personne suffit."),
            _("Arrêtez le test directement."),
        ),
        "second_person_needed": (
            _("Vous avez demandé cet arrêt : une autre personne doit le confirmer."),
            _("Un autre surveillant de la session peut le faire, ou la direction."),
        ),
        "fraud_note_missing": (
            _("Il manque ce que vous avez constaté."),
            _("Dites-le en {most} caractères au plus."),
        ),
        "fraud_requested": (
            _("Cet arrêt est déjà demandé."),
            _("{by} l’a demandé à {at} : confirmez-le, ou écartez-le."),
        ),
        "fraud_confirmed": (_("Cet arrêt est déjà confirmé."), _("{by} l’a confirmé à {at}.")),
        "fraud_withdrawn": (_("Cette demande d’arrêt n’a plus cours."), _("{by} l’a retirée à {at}.")),
        "fraud_lapsed": (
            _("Le test est terminé : il n’y a plus rien à confirmer."),
            _("Ce qu’il faut retenir se note dans un signalement."),
        ),
        "no_such_request": (_("Cette demande n’existe pas."), _("Rechargez la page.")),
    }
)
