"""What each import problem says to a person, and what it asks to do; the French text is the gettext msgid."""

from typing import Final

from exam_server.imports.codes import ImportCode, SkipReason


def N_(text: str) -> str:  # noqa: N802 -- the marker that gettext's extractors know
    """Marks a text for extraction; it is translated where it is shown."""
    return text


MESSAGE: Final = N_("{place} : {problem} {remedy}")

PLACE: Final[dict[str, str]] = {
    "line": N_("ligne {line}"),
    "field": N_("champ « {field} »"),
    "subject": N_("élève {subject}"),
}

SKIPS: Final[dict[SkipReason, str]] = {
    SkipReason.LEFT_SCHOOL: N_("A quitté l’établissement (date de sortie renseignée)."),
    SkipReason.NO_INE: N_("N’a pas encore d’INE : élève annoncé, pas encore arrivé."),
    SkipReason.NO_DIVISION: N_("N’est dans aucune classe (division)."),
    SkipReason.NO_PROFILE: N_("N’a pas encore de profil : aucun niveau dans le fichier."),
}

EXPORT_AGAIN = N_("Exportez à nouveau le fichier depuis SIECLE et déposez-le sans le modifier.")
REMOVE_ONE_PUPIL = N_("Gardez une seule fiche pour cet élève dans SIECLE, puis exportez à nouveau.")
FIX_IN_SIECLE = N_("Corrigez la fiche de l’élève dans SIECLE, puis exportez à nouveau.")
ZIP_THE_EXPORT = N_("Déposez le fichier ElevesSansAdresses.xml lui-même, ou le .zip fourni par SIECLE.")
SAVE_AS_CSV = N_(
    "Dans le tableur, enregistrez la feuille au format CSV (UTF-8), puis déposez le fichier .csv."
)
SAVE_AS_SHEET = N_(
    "Dans le tableur, enregistrez-le au format ODS ou CSV (UTF-8), puis déposez ce nouveau fichier."
)
SAVE_AGAIN = N_("Ouvrez-le dans le tableur, enregistrez-le de nouveau au format ODS, puis déposez-le.")
CLEAR_BELOW = N_("Effacez ce qui est recopié au-delà du tableau, enregistrez le fichier, puis déposez-le.")
CHECK_QUOTES = N_("Doublez les guillemets qui font partie du texte, ou enregistrez à nouveau le CSV.")

FILE_PROBLEMS: Final[dict[ImportCode, tuple[str, str]]] = {
    ImportCode.FILE_EMPTY: (
        N_("Le fichier est vide."),
        N_("Vérifiez que vous avez choisi le bon fichier."),
    ),
    ImportCode.FILE_TOO_LARGE: (
        N_("Le fichier est trop gros ({given} ; maximum : {expected})."),
        N_("Déposez l’export d’un seul établissement."),
    ),
    ImportCode.TOO_MANY_ROWS: (
        N_("Le fichier contient plus de {expected} élèves."),
        N_("Déposez l’export d’un seul établissement."),
    ),
    ImportCode.NO_ROWS: (
        N_("Le fichier ne contient aucun élève à importer."),
        N_("Vérifiez que vous avez choisi le bon fichier et la bonne année scolaire."),
    ),
    ImportCode.ENCODING_NOT_SUPPORTED: (
        N_("L’encodage du texte n’est pas reconnu ({given})."),
        N_("Enregistrez le fichier en UTF-8, ou déposez l’export d’origine sans le modifier."),
    ),
    ImportCode.NUL_CHARACTER: (
        N_("Le fichier contient un caractère nul : il est abîmé, ou ce n’est pas du texte."),
        SAVE_AS_CSV,
    ),
    ImportCode.TEXT_TOO_LONG: (
        N_("Le texte dépasse {expected} caractères (« {given} »)."),
        N_("Raccourcissez-le dans le logiciel d’origine, puis exportez à nouveau."),
    ),
    ImportCode.TEXT_UNREADABLE: (
        N_("Le texte contient des caractères illisibles (« {given} »)."),
        N_("Corrigez-le dans le logiciel d’origine, puis exportez à nouveau sans ouvrir le fichier."),
    ),
    ImportCode.ZIP_DAMAGED: (
        N_("L’archive .zip est abîmée ou incomplète."),
        EXPORT_AGAIN,
    ),
    ImportCode.ZIP_ENCRYPTED: (
        N_("L’archive .zip est protégée par un mot de passe."),
        ZIP_THE_EXPORT,
    ),
    ImportCode.ZIP_UNSAFE_NAME: (
        N_("L’archive .zip contient un nom de fichier interdit (« {given} »)."),
        ZIP_THE_EXPORT,
    ),
    ImportCode.ZIP_NOT_ONE_XML: (
        N_("L’archive .zip doit contenir un seul fichier .xml ; elle en contient {given}."),
        ZIP_THE_EXPORT,
    ),
    ImportCode.ZIP_BOMB: (
        N_("L’archive .zip se déploie au-delà de ce qui est permis ({given})."),
        ZIP_THE_EXPORT,
    ),
    ImportCode.XML_MALFORMED: (
        N_("Le fichier XML est mal formé à cet endroit."),
        EXPORT_AGAIN,
    ),
    ImportCode.XML_TRUNCATED: (
        N_("Le fichier XML s’arrête avant la fin : il est incomplet."),
        EXPORT_AGAIN,
    ),
    ImportCode.XML_DTD_FORBIDDEN: (
        N_("Le fichier XML contient une déclaration DOCTYPE ou une entité, ce qui est interdit."),
        EXPORT_AGAIN,
    ),
    ImportCode.XML_TOO_COMPLEX: (
        N_("Le fichier XML est trop imbriqué ou contient trop d’éléments."),
        EXPORT_AGAIN,
    ),
    ImportCode.NOT_SIECLE: (
        N_("Ce n’est pas un export d’élèves de SIECLE (premier élément : « {given} »)."),
        N_("Dans SIECLE, exportez « Élèves sans adresses » au format XML."),
    ),
    ImportCode.UAI_MISMATCHED: (
        N_("Le fichier est celui d’un autre établissement (UAI « {given} », attendu « {expected} »)."),
        N_("Déposez l’export de votre établissement ; aucun élève de ce fichier n’est retenu."),
    ),
    ImportCode.UAI_CHECK_LETTER: (
        N_("La lettre finale de l’UAI « {given} » ne correspond pas à ses chiffres."),
        N_("Vérifiez l’UAI si ce n’est pas un établissement de test ; l’import continue."),
    ),
}

SHEET_PROBLEMS: Final[dict[ImportCode, tuple[str, str]]] = {
    ImportCode.EXCEL_WORKBOOK: (N_("C’est un classeur Excel."), SAVE_AS_SHEET),
    ImportCode.OTHER_DOCUMENT: (
        N_("Ce n’est pas une feuille de calcul, mais un document d’une autre sorte (« {given} »)."),
        SAVE_AS_SHEET,
    ),
    ImportCode.NO_SPREADSHEET: (
        N_("C’est une archive, ou un document d’un autre logiciel, mais pas un classeur ODS."),
        SAVE_AS_SHEET,
    ),
    ImportCode.ODS_DAMAGED: (
        N_("Le fichier est abîmé ou incomplet : il ne s’ouvre pas comme un classeur ODS."),
        SAVE_AGAIN,
    ),
    ImportCode.ODS_ENCRYPTED: (
        N_("Le classeur est protégé par un mot de passe."),
        N_("Enregistrez-le sans mot de passe, puis déposez-le."),
    ),
    ImportCode.ODS_FORBIDDEN: (
        N_("Le classeur contient ce qu’aucun tableur n’y met (« {given} »)."),
        SAVE_AGAIN,
    ),
    ImportCode.ODS_TOO_LARGE: (
        N_("Le classeur se déploie au-delà de ce qui est permis ({given})."),
        CLEAR_BELOW,
    ),
    ImportCode.ODS_REPEATED: (
        N_("La ligne est répétée {given} fois (maximum : {expected})."),
        CLEAR_BELOW,
    ),
    ImportCode.CELL_OUTSIDE: (
        N_("Une cellule est remplie en colonne {given}, à droite du tableau, qui finit en {expected}."),
        N_("Effacez-la, ou donnez un titre à sa colonne."),
    ),
}

PUPIL_PROBLEMS: Final[dict[ImportCode, tuple[str, str]]] = {
    ImportCode.SIECLE_ID_REQUIRED: (
        N_("L’élève n’a pas d’identifiant SIECLE (attribut ELEVE_ID)."),
        EXPORT_AGAIN,
    ),
    ImportCode.SIECLE_ID_UNIQUE: (
        N_("L’identifiant SIECLE « {given} » est déjà utilisé à la ligne {expected}."),
        REMOVE_ONE_PUPIL,
    ),
    ImportCode.INE_FORMAT: (
        N_("L’INE « {given} » n’a pas la forme attendue (11 caractères, chiffres puis lettres)."),
        N_("Corrigez l’INE de l’élève à sa source, puis exportez à nouveau."),
    ),
    ImportCode.INE_UNIQUE: (
        N_("L’INE « {given} » apparaît aussi à la ligne {expected} : aucun des deux n’est retenu."),
        REMOVE_ONE_PUPIL,
    ),
    ImportCode.LOCAL_ID_UNIQUE: (
        N_("Le numéro local « {given} » apparaît aussi à la ligne {expected}."),
        N_("Il ne servira pas à rattacher un profil ; utilisez l’INE, ou corrigez le numéro dans SIECLE."),
    ),
    ImportCode.FAMILY_NAME_REQUIRED: (N_("Le nom de famille manque."), FIX_IN_SIECLE),
    ImportCode.GIVEN_NAME_REQUIRED: (N_("Le prénom manque."), FIX_IN_SIECLE),
    ImportCode.SEX_CODE_REQUIRED: (N_("Le code sexe manque."), FIX_IN_SIECLE),
    ImportCode.SEX_CODE_INVALID: (
        N_("Le code sexe « {given} » n’existe pas (1 = masculin, 2 = féminin)."),
        FIX_IN_SIECLE,
    ),
    ImportCode.BIRTHDATE_REQUIRED: (N_("La date de naissance manque."), FIX_IN_SIECLE),
    ImportCode.INVALID_BIRTHDATE_FORMAT: (
        N_("La date de naissance « {given} » n’est pas de la forme jj/mm/aaaa."),
        FIX_IN_SIECLE,
    ),
    ImportCode.BIRTHDATE_IMPOSSIBLE: (
        N_("La date de naissance « {given} » n’existe pas dans le calendrier."),
        FIX_IN_SIECLE,
    ),
    ImportCode.BIRTHDATE_IMPLAUSIBLE: (
        N_("La date de naissance « {given} » n’est pas vraisemblable (année attendue : {expected})."),
        FIX_IN_SIECLE,
    ),
    ImportCode.BIRTH_CITY_CODE_REQUIRED_FOR_FR_STUDENT: (
        N_("La commune de naissance manque pour un élève né en France."),
        FIX_IN_SIECLE,
    ),
    ImportCode.INSEE_CODE_INVALID: (
        N_("Le code de commune « {given} » n’a pas la forme d’un code INSEE (5 caractères)."),
        N_("Vérifiez-le dans SIECLE ; l’élève est importé."),
    ),
    ImportCode.DIVISION_AMBIGUOUS: (
        N_("L’élève est dans plusieurs classes ({given}) ; la première est retenue."),
        N_("Vérifiez sa classe dans SIECLE si ce n’est pas la bonne."),
    ),
}

PROFILE_PROBLEMS: Final[dict[ImportCode, tuple[str, str]]] = {
    ImportCode.NOT_A_TEXT_TABLE: (
        N_("Ce n’est pas un fichier texte (c’est un classeur ou une archive)."),
        SAVE_AS_CSV,
    ),
    ImportCode.HEADER_UNKNOWN: (
        N_("La première ligne ne contient aucun titre de colonne reconnu."),
        N_("Mettez en première ligne les titres « INE », « 1.1 niveau », « 1.1 pix », et ainsi de suite."),
    ),
    ImportCode.COLUMN_MISSING: (
        N_("La colonne « {field} » manque."),
        N_("Ajoutez-la au fichier, avec ce titre en première ligne."),
    ),
    ImportCode.COLUMN_DUPLICATED: (
        N_("La colonne « {field} » dit la même chose que la colonne « {given} »."),
        N_("Gardez une seule des deux colonnes."),
    ),
    ImportCode.COLUMN_UNKNOWN: (
        N_("La colonne « {field} » n’est pas connue : elle est laissée de côté."),
        N_("Comparez son titre à celui du modèle, si elle doit servir."),
    ),
    ImportCode.COMPETENCE_UNKNOWN: (
        N_("La compétence « {given} » n’est pas l’une des 16 du CRCN (1.1 à 5.2)."),
        N_("Corrigez le numéro ou le nom de la compétence, ou retirez-la."),
    ),
    ImportCode.FIELD_COUNT: (
        N_("La ligne contient {given} champs au lieu de {expected}."),
        N_("Vérifiez les séparateurs de cette ligne : un champ manque ou contient un séparateur de trop."),
    ),
    ImportCode.LINE_TOO_LONG: (
        N_("La ligne, ou l’un de ses champs, dépasse {expected} caractères."),
        SAVE_AS_CSV,
    ),
    ImportCode.QUOTES_UNTERMINATED: (
        N_("Un guillemet ouvert sur cette ligne n’est jamais fermé."),
        CHECK_QUOTES,
    ),
    ImportCode.QUOTES_MISPLACED: (
        N_("Un guillemet est mal placé sur cette ligne."),
        CHECK_QUOTES,
    ),
    ImportCode.IDENTIFIER_REQUIRED: (
        N_("L’identifiant de l’élève manque."),
        N_("Indiquez l’INE ou le numéro local de l’élève sur cette ligne."),
    ),
    ImportCode.IDENTIFIER_UNIQUE: (
        N_("L’identifiant « {given} » apparaît aussi à la ligne {expected} : aucun des deux n’est retenu."),
        N_("Gardez une seule ligne par élève."),
    ),
    ImportCode.VALUE_REQUIRED: (
        N_("La valeur manque."),
        N_("Indiquez une valeur ; mettez 0 si l’élève n’a pas encore travaillé cette compétence."),
    ),
    ImportCode.LEVEL_INVALID: (
        N_("« {given} » n’est pas un niveau : il faut un nombre entier de 0 à 8."),
        N_("Corrigez le niveau de cette compétence."),
    ),
    ImportCode.PIX_INVALID: (
        N_("« {given} » n’est pas un nombre de pix : il faut un nombre entier de 0 à 64."),
        N_("Corrigez le nombre de pix de cette compétence."),
    ),
    ImportCode.LEVEL_PIX_DISAGREE: (
        N_("Le niveau {given} ne correspond pas au nombre de pix (niveau attendu : {expected})."),
        N_("Vérifiez les deux valeurs ; la ligne est importée telle quelle."),
    ),
    ImportCode.DATE_INVALID: (
        N_("« {given} » n’est pas une date de la forme jj/mm/aaaa ou aaaa-mm-jj."),
        N_("Corrigez la date, ou laissez-la vide."),
    ),
    ImportCode.JSON_MALFORMED: (
        N_("Le fichier JSON est mal formé à cet endroit."),
        N_("Exportez à nouveau le fichier et déposez-le sans le modifier."),
    ),
    ImportCode.JSON_SHAPE: (
        N_("Le contenu n’est pas celui attendu : {expected}."),
        N_("Suivez la forme décrite dans la documentation des formats d’import."),
    ),
    ImportCode.JSON_KEY_DUPLICATED: (
        N_("La clé « {given} » apparaît deux fois dans le même objet."),
        N_("Gardez une seule des deux valeurs."),
    ),
}

PROBLEMS: Final[dict[ImportCode, tuple[str, str]]] = {
    **FILE_PROBLEMS,
    **SHEET_PROBLEMS,
    **PUPIL_PROBLEMS,
    **PROFILE_PROBLEMS,
}
