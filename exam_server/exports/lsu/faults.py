"""Why an LSU file is refused: each fault with its line, its field, what is wrong and what to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from exam_server.signing.wording import N_, Wording, shown

MOST_KEPT: Final = 1_000
"""Problems kept for display; the total is counted beyond."""

Translate = Callable[[str], str]


class Fault(StrEnum):
    """What can be wrong with a file."""

    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    ARCHIVE = "archive"
    NOT_XML = "not_xml"
    ENCODING = "encoding"
    DTD_FORBIDDEN = "dtd_forbidden"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    TOO_COMPLEX = "too_complex"
    WRONG_NAMESPACE = "wrong_namespace"
    WRONG_ROOT = "wrong_root"
    VERSION_MISSING = "version_missing"
    VERSION_UNKNOWN = "version_unknown"
    OTHER_SCHOOL = "other_school"
    CHILD_UNKNOWN = "child_unknown"
    CHILD_ORDER = "child_order"
    CHILD_REPEATED = "child_repeated"
    CHILD_MISSING = "child_missing"
    ATTRIBUTE_MISSING = "attribute_missing"
    VALUE = "value"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_BLANK = "text_blank"
    KEY_REPEATED = "key_repeated"
    ID_REPEATED = "id_repeated"
    TARGET_MISSING = "target_missing"
    TARGET_WRONG = "target_wrong"
    AGAINST_SCHEMA = "against_schema"


EXPORT_AGAIN = N_("Exportez à nouveau le fichier et donnez-le sans le modifier.")
GIVE_BILANS = N_("Donnez le fichier de bilans que votre logiciel de notes exporte pour LSU, second degré.")
MEND = N_("Corrigez-le dans le logiciel qui a produit le fichier, puis exportez à nouveau.")

SENTENCES: Final[dict[Fault, tuple[Wording, Wording]]] = {
    Fault.FILE_EMPTY: (N_("Le fichier est vide."), EXPORT_AGAIN),
    Fault.FILE_TOO_LARGE: (
        N_("Le fichier dépasse {expected} Mo."),
        N_("Exportez une période, ou quelques classes, à la fois."),
    ),
    Fault.ARCHIVE: (
        N_("C’est une archive, pas un fichier XML."),
        N_("Sortez de l’archive le fichier .xml, et donnez celui-là."),
    ),
    Fault.NOT_XML: (N_("Ce n’est pas un fichier XML."), GIVE_BILANS),
    Fault.ENCODING: (
        N_("L’encodage « {given} » n’est pas pris en charge (encodages acceptés : {expected})."),
        N_("Exportez à nouveau le fichier en UTF-8, l’encodage que LSU attend."),
    ),
    Fault.DTD_FORBIDDEN: (
        N_("Le fichier contient une déclaration DOCTYPE, ce qui est interdit."),
        EXPORT_AGAIN,
    ),
    Fault.MALFORMED: (N_("Le fichier XML est mal formé à cet endroit."), EXPORT_AGAIN),
    Fault.TRUNCATED: (N_("Le fichier XML s’arrête avant la fin : il est incomplet."), EXPORT_AGAIN),
    Fault.TOO_COMPLEX: (
        N_("Le fichier XML est trop imbriqué, ou contient trop d’éléments."),
        N_("Exportez une période, ou quelques classes, à la fois."),
    ),
    Fault.WRONG_NAMESPACE: (
        N_("L’espace de noms n’est pas celui de LSU (« {given} », attendu « {expected} »)."),
        GIVE_BILANS,
    ),
    Fault.WRONG_ROOT: (
        N_("Ce n’est pas un fichier de bilans LSU (premier élément : « {given} », attendu « {expected} »)."),
        GIVE_BILANS,
    ),
    Fault.VERSION_MISSING: (
        N_("Le fichier ne dit pas la version de son format."),
        EXPORT_AGAIN,
    ),
    Fault.VERSION_UNKNOWN: (
        N_("La version « {given} » du format n’est pas admise (versions admises : {expected})."),
        N_(
            "Si LSU accepte cette version, faites-la ajouter au réglage PASSATION_LSU_VERSIONS, ou donnez-la "
            "avec --schema-version."
        ),
    ),
    Fault.OTHER_SCHOOL: (
        N_("Le fichier est celui d’un autre établissement (UAI « {given} », attendu « {expected} »)."),
        N_("Donnez le fichier de votre établissement."),
    ),
    Fault.CHILD_UNKNOWN: (N_("L’élément « {given} » n’a pas sa place dans « {expected} »."), MEND),
    Fault.CHILD_ORDER: (N_("L’élément « {given} » doit se trouver avant « {expected} »."), MEND),
    Fault.CHILD_REPEATED: (N_("L’élément « {given} » est présent deux fois dans « {expected} »."), MEND),
    Fault.CHILD_MISSING: (N_("L’élément « {expected} » manque."), MEND),
    Fault.ATTRIBUTE_MISSING: (N_("L’attribut « {expected} » manque."), MEND),
    Fault.VALUE: (N_("La valeur « {given} » n’est pas possible (attendu : {expected})."), MEND),
    Fault.TEXT_TOO_LONG: (
        N_("Le texte fait {given} caractères ; il en faut {expected} au plus."),
        N_("Raccourcissez-le dans le logiciel qui a produit le fichier, puis exportez à nouveau."),
    ),
    Fault.TEXT_BLANK: (
        N_("Le texte est vide."),
        N_("Écrivez-le, ou retirez l’élément, dans le logiciel qui a produit le fichier."),
    ),
    Fault.KEY_REPEATED: (N_("« {given} » est déjà à la ligne {expected}."), MEND),
    Fault.ID_REPEATED: (N_("L’identifiant « {given} » est déjà celui de la ligne {expected}."), MEND),
    Fault.TARGET_MISSING: (N_("Rien dans le fichier n’a l’identifiant « {given} »."), MEND),
    Fault.TARGET_WRONG: (N_("L’identifiant « {given} » n’est pas celui d’un élément « {expected} »."), MEND),
    Fault.AGAINST_SCHEMA: (
        N_("Le schéma XSD refuse : {expected}"),
        N_("Corrigez-le dans le logiciel d’origine, ou vérifiez que le schéma est celui de cette version."),
    ),
}

PLACE_LINE: Final = N_("ligne {line}")
PLACE_FIELD: Final = N_("champ « {field} »")
NOTHING: Final = Wording("")
MESSAGE: Final = N_("{place} : {problem} {remedy}")


@dataclass(frozen=True)
class Problem:
    """One thing to put right, and where it is; `line` is None for the file as a whole."""

    file: str
    line: int | None
    field: str | None
    fault: Fault
    given: str = ""
    expected: Wording = NOTHING

    def problem(self, translate: Translate) -> str:
        """What is wrong."""
        return translate(SENTENCES[self.fault][0].msgid).format(
            given=self.given, expected=self.expected.translated(translate)
        )

    def remedy(self, translate: Translate) -> str:
        """What to do."""
        return translate(SENTENCES[self.fault][1].msgid)

    def message(self, translate: Translate) -> str:
        """Place, problem, remedy, on one line."""
        parts = [self.file]
        if self.line is not None:
            parts.append(translate(PLACE_LINE.msgid).format(line=self.line))
        if self.field is not None:
            parts.append(translate(PLACE_FIELD.msgid).format(field=self.field))
        place = ", ".join(parts)
        return translate(MESSAGE.msgid).format(
            place=place, problem=self.problem(translate), remedy=self.remedy(translate)
        )


class LsuRefused(Exception):
    """The file cannot be merged into; `problems` are the first thousand, in its order, `count` are all."""

    def __init__(self, file: str, problems: Sequence[Problem], count: int) -> None:
        super().__init__(f"{count} problems")
        self.file = file
        self.problems = tuple(sorted(problems, key=lambda one: one.line or 0))
        self.count = count


class Faults:
    """Collects what is wrong while one file is read."""

    def __init__(self, file: str) -> None:
        self.file = shown(file)
        self.count = 0
        self._problems: list[Problem] = []

    def refuse(
        self,
        fault: Fault,
        line: int | None = None,
        field: str | None = None,
        given: str = "",
        expected: Wording | str = "",
    ) -> None:
        """One more problem; the reading goes on."""
        self.count += 1
        if len(self._problems) < MOST_KEPT:
            said = expected if isinstance(expected, Wording) else verbatim(shown(expected))
            name = None if field is None else shown(field)
            self._problems.append(Problem(self.file, line, name, fault, shown(given), said))

    def raise_any(self) -> None:
        """Raises LsuRefused when there was anything."""
        if self.count:
            raise LsuRefused(self.file, self._problems, self.count)


def verbatim(text: str) -> Wording:
    """A value as it is, in every language: its braces are its own."""
    return Wording("{text}", {"text": text})
