"""The incident categories in plain words: what happened, never whose fault it is."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.web.language import marked as _

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "question": _("Une question"),
        "machine": _("Le poste ou le réseau"),
        "candidate": _("Le candidat"),
        "desk": _("L’émargement"),
        "rules": _("Les consignes de la salle"),
        "room": _("La salle"),
        "staff": _("L’organisation"),
    }
)

CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "question_image": _("Une image ne s’affiche pas"),
        "question_interactive": _("Un élément de la question ne répond pas"),
        "question_file": _("Un fichier ne s’ouvre pas"),
        "question_site_unavailable": _("Un site utile à la question ne répond pas"),
        "question_site_blocked": _("Un site utile à la question est bloqué dans l’établissement"),
        "question_software": _("Un logiciel utile à la question ne fonctionne pas"),
        "question_time": _("Le temps majoré n’a pas pu servir sur cette question"),
        "question_focus": _("La page a été quittée sans le vouloir"),
        "question_passed": _("La question a été passée par erreur"),
        "question_accessibility": _("La question n’est pas accessible à ce candidat"),
        "question_wording": _("Le texte de la question pose problème"),
        "machine_network": _("Coupure du réseau"),
        "machine_power": _("Coupure de courant"),
        "machine_computer": _("Panne du poste"),
        "machine_other": _("Autre problème technique"),
        "machine_minor": _("Gêne technique qui n’a pas empêché le test"),
        "candidate_illness": _("Malaise ou raison de santé (sans détail médical)"),
        "candidate_left_room": _("Sortie de la salle"),
        "candidate_complaint": _("Remarque ou réclamation du candidat"),
        "candidate_navigation": _("Difficulté à se servir de la page du test"),
        "candidate_minor": _("Autre fait, sans effet sur le test"),
        "desk_late": _("Arrivée après le début"),
        "desk_no_show": _("Absence constatée en cours de session"),
        "desk_identity": _("Nom ou date de naissance à corriger"),
        "desk_document": _("Pièce d’identité ou autorisation"),
        "desk_extra_time": _("Temps majoré à corriger"),
        "desk_signature": _("Émargement manquant ou à vérifier"),
        "rules_object": _("Objet ou document non prévu sur la table"),
        "rules_exchange": _("Échange avec une autre personne"),
        "rules_outside_help": _("Aide ou outil non prévu"),
        "rules_behaviour": _("Conduite qui gêne les autres candidats"),
        "rules_examined": _("Autre fait à examiner par le jury"),
        "room_noise": _("Bruit"),
        "room_comfort": _("Température, lumière ou installation"),
        "room_evacuation": _("Alarme ou évacuation"),
        "room_weather": _("Intempérie"),
        "room_disturbance": _("Dérangement venu de l’extérieur"),
        "staff_instructions": _("Consigne donnée en retard ou inexacte"),
        "staff_replacement": _("Surveillant remplacé en cours de session"),
        "staff_conduct": _("Déroulement de la surveillance"),
    }
)

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "settled": _("Réglé dans la salle"),
        "went_on": _("Le test a continué"),
        "ended": _("Le test a été arrêté"),
        "undecided": _("À décider par la direction"),
    }
)
"""What came of it, as it is chosen and as it is read."""
