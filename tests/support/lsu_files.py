"""LSU files for tests: the whole one made by hand, and plain ones for pupils that a test names."""

from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).parent / "lsu"
UAI = "0990001N"
NAMESPACE = "urn:fr:edu:scolarite:lsun:bilans:import"
SUBSET = FOLDER / "subset.xsd"
"""A schema of our own for a part of the format: the ministry's is nobody's to hand on."""


def whole_file() -> bytes:
    """Three pupils of two classes, with every part that a file may have; EL_2 has skills already."""
    return (FOLDER / "bilans.xml").read_bytes()


def plain_file(
    pupils: Sequence[tuple[str, str]],
    uai: str = UAI,
    *,
    prefix: str = "",
    encoding: str = "utf-8",
    newline: str = "\n",
    version: str = "7.0",
) -> bytes:
    """For each pupil, an identifier and a class, the bilans of both halves of the year."""
    p = f"{prefix}:" if prefix else ""
    eleves = [
        f'<{p}eleve id="EL_{n}" id-be="{id_be}" nom="Démo" prenom="Cœur" code-division="{group}"/>'
        for n, (id_be, group) in enumerate(pupils)
    ]
    halves = [(n, half) for n in range(len(pupils)) for half in (1, 2)]
    bilans = [_bilan(p, newline, n, half) for n, half in halves]
    bound = f"xmlns:{prefix}" if prefix else "xmlns"
    parts = [
        f'<?xml version="1.0" encoding="{encoding}"?>',
        f'<{p}lsun-bilans {bound}="{NAMESPACE}" schemaVersion="{version}">',
        f"<{p}entete><{p}editeur>Démo</{p}editeur><{p}application>Notes</{p}application>"
        f"<{p}etablissement>{uai}</{p}etablissement></{p}entete>",
        f'<{p}donnees><{p}responsables-etab><{p}responsable-etab id="R" libelle="Garance"/>'
        f"</{p}responsables-etab>",
        f"<{p}eleves>{''.join(eleves)}</{p}eleves>",
        f'<{p}periodes><{p}periode id="P_1" millesime="2025" indice="1" nb-periodes="2"/>'
        f'<{p}periode id="P_2" millesime="2025" indice="2" nb-periodes="2"/></{p}periodes>',
        f'<{p}disciplines><{p}discipline id="D" code="020700" modalite-election="S" libelle="Français"/>'
        f"</{p}disciplines>",
        f'<{p}enseignants><{p}enseignant id="E" type="epp" id-sts="7"/></{p}enseignants>',
        f"<{p}bilans-periodiques>{newline.join(bilans)}</{p}bilans-periodiques></{p}donnees></{p}lsun-bilans>",
    ]
    return newline.join(parts).encode(encoding, "xmlcharrefreplace")


def _bilan(p: str, newline: str, number: int, half: int) -> str:
    return (
        f'<{p}bilan-periodique eleve-ref="EL_{number}" periode-ref="P_{half}" '
        f'date-conseil-classe="2026-01-30" date-scolarite="2025-09-01" date-verrou="2026-02-01" '
        f'responsable-etab-ref="R">{newline}  '
        f'<{p}liste-acquis><{p}acquis discipline-ref="D" enseignant-refs="E"/></{p}liste-acquis>{newline}  '
        f"<{p}acquis-conseils>Très bien, d’après l’œil.</{p}acquis-conseils>{newline}  "
        f'<{p}vie-scolaire nb-retards="0" nb-abs-justifiees="0" nb-abs-injustifiees="0"/>{newline}'
        f"</{p}bilan-periodique>"
    )
