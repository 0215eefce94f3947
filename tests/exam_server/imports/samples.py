"""Small files as schools have them, made piece by piece so that a test shows only what it changes."""

from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from question_bank.framework import COMPETENCE_CODES

UAI = "0990001N"
INES = ("1234567890A", "123456789AB", "2019A12345B")

PUPIL: Mapping[str, str] = {
    "ID_NATIONAL": INES[0],
    "NOM_DE_FAMILLE": "Démo-Garance",
    "PRENOM": "Prunelle",
    "DATE_NAISS": "05/03/2011",
    "CODE_PAYS": "100",
    "CODE_COMMUNE_INSEE_NAISS": "33063",
    "CODE_SEXE": "2",
    "CODE_MEF": "10310019110",
}


def pupil(siecle_id: str = "1", attributes: str = "", more: str = "", /, **fields: str | None) -> str:
    """One ELEVE over nine lines; a field given as None is left out."""
    values = {**PUPIL, **fields}
    inner = "".join(f"<{name}>{escape(text)}</{name}>\n" for name, text in values.items() if text is not None)
    return f'<ELEVE ELEVE_ID="{siecle_id}" {attributes}>\n{inner}{more}</ELEVE>\n'


def in_class(siecle_id: str = "1", *divisions: str, groups: tuple[str, ...] = ()) -> str:
    """The STRUCTURES_ELEVE of one pupil; class 3A when nothing else is said."""
    kinds = [(code, "D") for code in divisions or ("3A",)] + [(code, "G") for code in groups]
    inner = "".join(
        f"<STRUCTURE><CODE_STRUCTURE>{code}</CODE_STRUCTURE><TYPE_STRUCTURE>{kind}</TYPE_STRUCTURE></STRUCTURE>"
        for code, kind in kinds
    )
    return f'<STRUCTURES_ELEVE ELEVE_ID="{siecle_id}">{inner}</STRUCTURES_ELEVE>\n'


def siecle_text(pupils: str, structures: str, uai: str | None = UAI, encoding: str = "ISO-8859-15") -> str:
    """The document as text; the first ELEVE begins on line 4."""
    uaj = "" if uai is None else f"<UAJ>{uai}</UAJ>"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        f"<BEE_ELEVES><PARAMETRES>{uaj}<ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE></PARAMETRES>\n"
        f"<DONNEES><ELEVES>\n{pupils}</ELEVES>\n<STRUCTURES>\n{structures}</STRUCTURES></DONNEES></BEE_ELEVES>\n"
    )


def siecle(pupils: str | None = None, structures: str | None = None, uai: str | None = UAI) -> bytes:
    """The document as SIECLE writes it; one pupil in 3A when nothing else is said."""
    text = siecle_text(
        pupil() if pupils is None else pupils, in_class() if structures is None else structures, uai
    )
    return text.encode("iso-8859-15")


def zipped(*entries: tuple[str, bytes]) -> bytes:
    """An archive with these entries."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


HEADER = ("INE", *(f"{code} {kind}" for code in COMPETENCE_CODES for kind in ("niveau", "pix")))


def profile_cells(ine: str = INES[0], **changes: str) -> tuple[str, ...]:
    """The cells of one pupil at level 3 with 27 pix everywhere; `niveau_1_1="9"` changes a cell."""
    values = {"INE": ine}
    for code in COMPETENCE_CODES:
        values[f"{code} niveau"] = "3"
        values[f"{code} pix"] = "27"
    for name, text in changes.items():
        kind, domain, competence = name.split("_")
        values[f"{domain}.{competence} {kind}"] = text
    return tuple(values[title] for title in HEADER)


def table(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER, separator: str = ";") -> str:
    """The rows under the header."""
    return "".join(separator.join(row) + "\r\n" for row in (header, *rows))


def profile_table(*rows: tuple[str, ...]) -> bytes:
    """The usual table; one pupil when nothing else is said."""
    return table(*(rows or (profile_cells(),))).encode()
