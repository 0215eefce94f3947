"""What is said for each code: the sentence, and what to do. French is the source; catalogues translate it."""

from collections.abc import Mapping
from types import MappingProxyType

from exam_server.web.account_sentences import ACCOUNT_FIELDS, ACCOUNT_SENTENCES
from exam_server.web.certificate_sentences import CERTIFICATE_SENTENCES
from exam_server.web.closing_sentences import CLOSING_FIELDS, CLOSING_SENTENCES
from exam_server.web.decision_sentences import DECISION_FIELDS, DECISION_SENTENCES
from exam_server.web.language import marked as _
from exam_server.web.livret_sentences import LIVRET_SENTENCES
from exam_server.web.lsu_sentences import LSU_FIELDS, LSU_REFUSALS
from exam_server.web.proposal_sentences import PROPOSAL_FIELDS, PROPOSAL_SENTENCES
from exam_server.web.room_sentences import ROOM_SENTENCES

Sentences = Mapping[str, tuple[str, str | None]]

SENTENCES: Sentences = MappingProxyType(
    {
        "refused": (_("Ce n’est pas possible."), _("Rechargez la page et recommencez.")),
        "fault": (
            _("Une erreur s’est produite de notre côté."),
            _("Rien n’est perdu. Recommencez dans un instant."),
        ),
        "no_such_page": (_("Il n’y a rien à cette adresse."), _("Revenez à l’accueil.")),
        "no_such_method": (_("Cette adresse ne s’utilise pas ainsi."), _("Revenez à l’accueil.")),
        "cross_site": (
            _("Cette demande vient d’un autre site : elle est refusée."),
            _("Ouvrez Passation directement et recommencez."),
        ),
        "too_large": (_("C’est trop volumineux."), _("Envoyez un fichier de moins de 64 Mo.")),
        "not_json": (_("La demande est illisible."), _("Rechargez la page et recommencez.")),
        "invalid_input": (_("Ce n’est pas une valeur possible."), _("Corrigez-la et recommencez.")),
        "bad_field": (_("Le champ « {field} » n’est pas valable."), _("Corrigez-le et recommencez.")),
        "not_found": (_("Introuvable."), _("Vérifiez l’adresse, ou revenez à l’accueil.")),
        "not_allowed": (
            _("Vous n’avez pas le droit de faire cela."),
            _("Revenez à l’accueil, ou adressez-vous à la direction."),
        ),
        "not_now": (
            _("Ce n’est pas possible maintenant."),
            _("La page montre peut-être un état ancien : rechargez-la."),
        ),
        "illegal_transition": (
            _("Ce n’est pas possible dans l’état actuel."),
            _("La page montre peut-être un état ancien : rechargez-la."),
        ),
        "signed_out": (_("Vous n’êtes plus connecté."), _("Appelez le surveillant.")),
        "staff_signed_out": (_("Vous n’êtes plus connecté."), _("Connectez-vous de nouveau.")),
        "too_many_tries": (
            _("Trop d’essais."),
            _("Attendez {seconds} s, puis recommencez."),
        ),
        # the candidate
        "unknown_code": (
            _("Ce code n’est pas connu."),
            _("Recopiez les 8 caractères de votre carte, ou demandez au surveillant."),
        ),
        "card_used_elsewhere": (
            _("Cette carte a déjà servi sur un autre ordinateur."),
            _("Demandez une nouvelle carte au surveillant."),
        ),
        "session_cancelled": (
            _("Cette session est annulée."),
            _("Elle n’aura pas lieu : adressez-vous à la direction."),
        ),
        "session_over": (_("Cette session est terminée."), _("Adressez-vous au surveillant.")),
        "session_not_open": (_("La session n’est pas ouverte."), _("Attendez : la page changera seule.")),
        "not_admitted": (
            _("Le surveillant ne vous a pas encore admis."),
            _("Attendez : la page changera seule."),
        ),
        "admission_lapsed": (
            _("Votre admission n’est plus valable : trop de temps a passé."),
            _("Levez la main : le surveillant doit vous admettre de nouveau."),
        ),
        "room_stopped": (_("La salle est suspendue."), _("Attendez : votre temps ne court pas.")),
        "stopped": (_("Votre temps est arrêté."), _("Attendez : vous ne perdez pas de temps.")),
        "too_late": (
            _("Le temps est écoulé : cette réponse est arrivée trop tard."),
            _("Vos réponses précédentes sont enregistrées."),
        ),
        "stale_position": (
            _("Cette question est déjà passée."),
            _("Répondez à celle qui est affichée."),
        ),
        "not_in_progress": (_("Le test n’est pas en cours."), _("Levez la main si vous avez besoin d’aide.")),
        "bad_response": (_("Cette réponse ne peut pas être enregistrée."), _("Vérifiez votre saisie.")),
        "empty_test": (_("Aucune question ne peut être proposée."), _("Appelez le surveillant.")),
        "bank_not_loaded": (
            _("La banque de questions de cette session n’est pas chargée."),
            _("Prévenez la personne qui administre Passation."),
        ),
        # help calls
        "already_called": (
            _("Votre appel est déjà parti."),
            _("Attendez, ou annulez-le pour en faire un autre."),
        ),
        "too_many_calls": (_("Vous avez déjà appelé de nombreuses fois."), _("Levez la main.")),
        "no_such_call": (_("Cet appel n’existe pas."), _("Rechargez la page.")),
        "bad_message": (_("Ce message ne convient pas."), _("Écrivez de 1 à {most} caractères.")),
        "item_answered": (
            _("Le candidat n’est plus à la question de son appel."),
            _("Elle ne peut plus être remplacée : classez l’appel, ou redonnez du temps."),
        ),
        "no_other_item": (
            _("La banque n’a plus de question équivalente pour ce candidat."),
            _("Redonnez-lui du temps, ou laissez-le passer la question."),
        ),
        # staff
        "wrong_credentials": (
            _("L’adresse ou le mot de passe ne convient pas."),
            _("Vérifiez les deux et recommencez."),
        ),
        "unknown_link": (_("Ce lien n’est pas connu."), _("Demandez-en un nouveau.")),
        "link_used": (_("Ce lien a déjà servi ou n’est plus valable."), _("Demandez-en un nouveau.")),
        "account_disabled": (_("Ce compte est fermé."), _("Adressez-vous au chef d’établissement.")),
        "unknown_session_code": (
            _("Aucune de vos sessions n’a ce code."),
            _("Recopiez les 6 caractères que le chef d’établissement vous a donnés."),
        ),
        "not_today": (
            _("Cette session n’est pas prévue aujourd’hui."),
            _("Elle s’ouvre le jour prévu, et ce jour-là seulement."),
        ),
        "no_such_class": (_("Cette classe n’a pas d’élève."), _("Choisissez une autre classe.")),
        "unknown_rehearsal_code": (
            _("Ce code n’est pas celui d’une répétition en cours."),
            _("Recopiez les 6 caractères affichés sur la page « Répétition de la salle »."),
        ),
        "rehearsal_over": (
            _("La répétition est terminée, ou son code a changé."),
            _("Tapez le code affiché sur la page « Répétition de la salle »."),
        ),
        "too_many_trials": (
            _("Ce poste a déjà été mesuré trop souvent."),
            _("Sa dernière mesure reste sur la fiche."),
        ),
        "invalid_session": (
            _("La session ne peut pas être créée ainsi."),
            _("Corrigez les champs indiqués."),
        ),
        "room_too_small": (
            _("Ce plan a moins de places que d’élèves inscrits."),
            _("Prévoyez au moins {registered} places, ou désinscrivez d’abord des candidats."),
        ),
        "no_such_seat": (
            _("Cette place n’est pas dans le plan de la salle."),
            _("Le plan va du rang 1 au rang {rows} et de la place 1 à la place {columns}."),
        ),
        "seat_taken": (_("Cette place est déjà prise."), _("Choisissez-en une autre.")),
        "no_seat": (_("Ce candidat n’a pas encore de place."), _("Donnez-lui une place d’abord.")),
        "too_late_to_admit": (
            _("Il est trop tard : on n’admet plus personne {limit} minutes après le début du test."),
            _("Notez le refus, avec le motif « Arrivée après la limite »."),
        ),
        "refusal_note_missing": (
            _("Le motif « autre » demande une précision."),
            _("Dites en quelques mots pourquoi ce candidat n’est pas admis à entrer."),
        ),
        "invalid_incident": (
            _("Ce signalement ne peut pas être enregistré ainsi."),
            _("Complétez les champs indiqués."),
        ),
        "incidents_undecided": (
            _("Des signalements attendent la décision de la direction."),
            _("Dites dans « Signalements » ce qui en a suivi : après la signature, rien n’y est ajouté."),
        ),
        "nobody_to_state": (
            _("Ce signalement ne concerne pas un candidat en particulier."),
            _("Ajoutez plutôt une note."),
        ),
        "statement_recorded": (
            _("La déclaration du candidat est déjà enregistrée."),
            _("Ajoutez une note si le candidat veut la compléter."),
        ),
        "bad_selection": (
            _("Cette sélection ne convient pas."),
            _("Choisissez de 1 à {most} candidats."),
        ),
        "nobody_fits": (
            _("Cela ne concerne plus aucun des candidats choisis."),
            _("Leur état a changé entre-temps : regardez le tableau, puis recommencez."),
        ),
        "already_started": (
            _("Ce candidat a déjà commencé."),
            _("Suspendez ou arrêtez son test depuis le tableau."),
        ),
        "not_started": (_("Ce candidat n’a pas commencé."), _("Attendez qu’il commence.")),
        "attempt_ended": (
            _("Le test de ce candidat est terminé."),
            _("Il n’y a plus rien à faire pour lui ; ce qu’il faut retenir se note dans un signalement."),
        ),
        "time_is_over": (
            _("Le temps de ce candidat est écoulé."),
            _("Son test se termine de lui-même ; notez un signalement s’il y a lieu."),
        ),
        "time_already_used": (
            _("Ce candidat a déjà utilisé plus de temps que cela."),
            _("Laissez son temps majoré comme il est."),
        ),
        "room_already_stopped": (
            _("La salle est déjà suspendue."),
            _("Reprenez-la d’abord, depuis le tableau."),
        ),
        "room_not_stopped": (
            _("La salle n’est pas suspendue."),
            _("Il n’y a rien à reprendre : le temps de chacun court."),
        ),
        "bad_extension": (_("Cette durée ne convient pas."), _("Donnez de 1 à 180 minutes.")),
        "bad_reason": (_("Il manque un motif."), _("Choisissez un motif dans la liste.")),
        "bad_document": (_("Il manque la pièce vérifiée."), _("Choisissez une pièce dans la liste.")),
        "bad_extra_time": (
            _("Ce temps majoré n’est pas compris."),
            _("Écrivez par exemple « 1/3 », « 25 % » ou « 0 »."),
        ),
        "reasons_missing": (
            _("Des candidats n’ont pas fini et n’ont pas de motif."),
            _("Donnez un motif pour chacun, puis clôturez."),
        ),
        "not_absent": (
            _("Un candidat dont le test est en cours n’est pas absent."),
            _("Choisissez un autre motif pour ce candidat."),
        ),
        "note_missing": (_("Le motif « autre » demande une précision."), _("Écrivez-la en quelques mots.")),
        "time_just_over": (
            _("Le temps d’un candidat vient de finir : sa dernière réponse peut encore arriver."),
            _("Attendez quelques secondes, puis clôturez."),
        ),
        "room_still_stopped": (
            _("La salle est encore suspendue."),
            _("Reprenez la salle depuis le tableau, puis clôturez."),
        ),
        "not_finalised": (
            _("Les résultats de cette session ne sont pas encore signés."),
            _("Clôturez la session, puis signez les résultats."),
        ),
        "not_sealed_yet": (
            _("Le journal de cette session n’a pas encore été scellé : le lot n’est pas prêt."),
            _(
                "Réessayez dans une minute. Si cela dure, la personne qui administre Passation doit regarder "
                "la clé du journal : « passation keys list »."
            ),
        ),
        "no_key": (
            _("Aucune clé ne permet de signer les résultats."),
            _("La personne qui administre Passation doit lancer « passation keys new »."),
        ),
        "results_differ": (
            _("Le journal de la session se contredit : les résultats ne sont pas signés."),
            _("Conservez la base de données et prévenez la personne qui administre Passation."),
        ),
        "other_engine": (
            _("Cette session a été passée avec une autre version du moteur : rien n’est signé."),
            _("La personne qui administre Passation doit remettre la version d’alors pour signer."),
        ),
        "key_problem": (
            _("La clé de signature est verrouillée ou abîmée : rien n’est signé."),
            _("La personne qui administre Passation doit vérifier PASSATION_KEY_PASSPHRASE et les clés."),
        ),
        "no_file": (_("Aucun fichier n’a été reçu."), _("Choisissez un fichier et recommencez.")),
        "email_taken": (_("Cette adresse a déjà un compte."), None),
        "password_too_short": (
            _("Ce mot de passe est trop court."),
            _("Prenez au moins {least} caractères."),
        ),
        **ROOM_SENTENCES,
        **PROPOSAL_SENTENCES,
        **DECISION_SENTENCES,
        **CLOSING_SENTENCES,
        **CERTIFICATE_SENTENCES,
        **ACCOUNT_SENTENCES,
        **LIVRET_SENTENCES,
        **LSU_REFUSALS,
    }
)

FIELD_SENTENCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "room_required": (_("La salle manque."), _("Donnez un nom de 1 à 80 caractères.")),
        "date_in_the_past": (_("La date est passée."), _("Choisissez aujourd’hui ou un jour à venir.")),
        "date_invalid": (_("La date n’existe pas."), _("Choisissez un jour du calendrier.")),
        "time_invalid": (_("L’heure n’existe pas."), _("Écrivez l’heure ainsi : 09:00.")),
        "rows_out_of_range": (_("Le nombre de rangs ne convient pas."), _("Donnez de 1 à 20 rangs.")),
        "columns_out_of_range": (
            _("Le nombre de places par rang ne convient pas."),
            _("Donnez de 1 à 20 places."),
        ),
        "invigilator_required": (_("Il manque un surveillant."), _("Choisissez au moins un surveillant.")),
        "category_unknown": (_("Il manque la catégorie."), _("Choisissez-la dans la liste.")),
        "candidate_required": (
            _("Cette catégorie concerne un candidat."),
            _("Choisissez le candidat dans la liste."),
        ),
        "room_alone": (_("Cette catégorie concerne toute la salle."), _("Choisissez « Toute la salle ».")),
        "position_required": (
            _("Il manque le numéro de la question."),
            _("Il figure en haut de la page du candidat."),
        ),
        "position_of_nobody": (
            _("Une question est toujours celle d’un candidat."),
            _("Choisissez le candidat, ou effacez le numéro."),
        ),
        "position_not_given": (
            _("Ce candidat n’a pas reçu de question de ce numéro."),
            _("Vérifiez le numéro en haut de sa page."),
        ),
        "description_required": (
            _("Cette catégorie demande une description."),
            _("Dites en quelques mots ce que vous avez constaté."),
        ),
        "words_required": (_("Il manque quelques mots."), _("Écrivez-les, puis enregistrez.")),
        "outcome_required": (
            _("Il faut dire tout de suite ce qui en a suivi."),
            _("Choisissez dans la liste ; « À décider par la direction » convient aussi."),
        ),
        "done_required": (
            _("Il manque ce qui a été fait."),
            _("Dites-le en quelques mots, même si rien n’a été nécessaire."),
        ),
        "unknown_invigilator": (_("Ce surveillant n’est pas connu."), _("Choisissez-le dans la liste.")),
        **PROPOSAL_FIELDS,
        **DECISION_FIELDS,
        **CLOSING_FIELDS,
        **ACCOUNT_FIELDS,
        **LSU_FIELDS,
    }
)

REFUSED_PUPIL: Mapping[str, str] = MappingProxyType(
    {
        "no_profile": _("pas de profil importé"),
        "not_certifiable": _("profil non certifiable : moins de 5 compétences au niveau 1"),
        "room_full": _("plus de place dans la salle"),
    }
)

END_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "technical": _("Problème technique"),
        "candidate": _("Le candidat a arrêté"),
        "medical": _("Raison médicale"),
        "fraud_suspected": _("Fraude suspectée"),
        "room_evacuated": _("Salle évacuée"),
        "absent": _("Absent"),
        "refused": _("Entrée refusée"),
        "other": _("Autre raison"),
        "too_few_responses": _("Trop peu de réponses"),
        "no_level_certified": _("Aucun niveau certifié"),
        "cancelled_by_ruling": _("Décision de la direction, raison technique"),
        "rejected_by_ruling": _("Décision de la direction, fraude"),
    }
)

ROLE_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "head": _("direction"),
        "invigilator": _("surveillance"),
        "accommodations": _("aménagements"),
        "author": _("banque de questions"),
    }
)
