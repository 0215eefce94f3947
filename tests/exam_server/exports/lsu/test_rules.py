"""What the format forbids is refused, each with its line and its field; what it allows is not."""

import pytest

from exam_server.exports.lsu.faults import Fault
from exam_server.exports.lsu.format import SKILL_CODES
from exam_server.exports.lsu.reading import read_lsu
from tests.exam_server.exports.lsu.refusing import refusal, swapped
from tests.support.lsu_files import plain_file


@pytest.mark.parametrize(
    ("old", "new", "fault", "field"),
    [
        ('id-be="1234502"', 'id-be="1234501"', Fault.KEY_REPEATED, "eleve/@id-be"),
        ('id-be="1234502"', 'id-be="001234501"', Fault.KEY_REPEATED, "eleve/@id-be"),
        ('id-be="1234502"', 'id-be="012345678AB"', Fault.VALUE, "eleve/@id-be"),
        ('id-be="1234502"', 'id-be="0"', Fault.VALUE, "eleve/@id-be"),
        ('id="EL_2"', 'id="EL_1"', Fault.ID_REPEATED, "eleve/@id"),
        ('id="EL_3"', 'id="3"', Fault.VALUE, "eleve/@id"),
        ('code-division="6E 2"', 'code-division=""', Fault.VALUE, "eleve/@code-division"),
        (' code-division="6E 2"', "", Fault.ATTRIBUTE_MISSING, "eleve"),
        ('eleve-ref="EL_3"', 'eleve-ref="EL_9"', Fault.TARGET_MISSING, "bilan-periodique/@eleve-ref"),
        ('eleve-ref="EL_3"', 'eleve-ref="P_1"', Fault.TARGET_WRONG, "bilan-periodique/@eleve-ref"),
        ('periode-ref="P_1"', 'periode-ref="EL_1"', Fault.TARGET_WRONG, "bilan-periodique/@periode-ref"),
        (
            'refs="ENS_1 ENS_2"',
            'refs="ENS_1 ENS_9"',
            Fault.TARGET_MISSING,
            "bilan-periodique/@prof-princ-refs",
        ),
        (
            'element-programme-refs="EP_2"',
            'element-programme-refs="EP_7"',
            Fault.TARGET_MISSING,
            "acquis/@element-programme-refs",
        ),
        (
            'comp-num-commun-refs="CNC_1"',
            'comp-num-commun-refs="CNC_7"',
            Fault.TARGET_MISSING,
            "competences-numeriques/@comp-num-commun-refs",
        ),
        (
            'epi-groupe-ref="EPIG_1"',
            'epi-groupe-ref="EPIG_7"',
            Fault.TARGET_MISSING,
            "epi-eleve/@epi-groupe-ref",
        ),
        (
            'eleve-ref="EL_1" periode-ref="P_2"',
            'eleve-ref="EL_1" periode-ref="P_3"',
            Fault.KEY_REPEATED,
            "bilan-periodique/@eleve-ref, @periode-ref",
        ),
        ('code="CN_ENV_EVO"', 'code="CN_INF_MEN"', Fault.KEY_REPEATED, "competence-num/@code"),
        ('code="CN_ENV_EVO"', 'code="CN_ENV_XXX"', Fault.VALUE, "competence-num/@code"),
        ('niveau="2"', 'niveau="0"', Fault.VALUE, "competence-num/@niveau"),
        ('niveau="2"', 'niveau="4"', Fault.VALUE, "competence-num/@niveau"),
        ('niveau="2"', 'niveau="02"', Fault.VALUE, "competence-num/@niveau"),
        ("Aide volontiers les autres &#233;lèves.", "  \n ", Fault.TEXT_BLANK, "appreciation-num"),
        ("Aide volontiers les autres &#233;lèves.", "é" * 601, Fault.TEXT_TOO_LONG, "appreciation-num"),
        (
            "La classe a tenu un\n                blog toute l’année.",
            "x" * 601,
            Fault.TEXT_TOO_LONG,
            "competences-numeriques-commun",
        ),
        ("Une année d’efforts > réussie.", "x" * 601, Fault.TEXT_TOO_LONG, "appreciation"),
        ("Trimestre encourageant.", "", Fault.TEXT_BLANK, "acquis-conseils"),
        ("Trimestre encourageant.", "x" * 1001, Fault.TEXT_TOO_LONG, "acquis-conseils"),
        ("Éditeur-Démo", "x" * 51, Fault.TEXT_TOO_LONG, "editeur"),
        ("0990001N</eta", "99N</eta", Fault.VALUE, "etablissement"),
        ("<acquis-conseils>Excellent départ.</acquis-conseils>", "", Fault.CHILD_MISSING, "bilan-periodique"),
        ("<devoirs-faits>", "<nouveau/><devoirs-faits>", Fault.CHILD_UNKNOWN, "nouveau"),
        (
            "<devoirs-faits>",
            "<acquis-conseils>x</acquis-conseils><devoirs-faits>",
            Fault.CHILD_REPEATED,
            "acquis-conseils",
        ),
        ("<epis-eleve>", '<socle><domaine code="A"/></socle><epis-eleve>', Fault.CHILD_ORDER, "epis-eleve"),
        ("<periodes>", "<parcours-communs/><periodes>", Fault.CHILD_ORDER, "periodes"),
        ('nb-retards="2"', 'nb-retards="1000"', Fault.VALUE, "vie-scolaire/@nb-retards"),
        (
            'date-scolarite="2025-09-01"',
            'date-scolarite="01/09/2025"',
            Fault.VALUE,
            "bilan-periodique/@date-scolarite",
        ),
        ('millesime="2025" indice="2"', 'millesime="25" indice="2"', Fault.VALUE, "periode/@millesime"),
        ('indice="2" nb', 'indice="3" nb', Fault.KEY_REPEATED, "periode/@millesime, @indice, @nb-periodes"),
        (
            'modalite-election="S" libelle="F',
            'modalite-election="Z" libelle="F',
            Fault.VALUE,
            "discipline/@modalite-election",
        ),
        (
            'type="local" id-sts="70002"',
            'type="epp" id-sts="70001"',
            Fault.KEY_REPEATED,
            "enseignant/@type, @id-sts",
        ),
        ('code="PPRE"', 'code="PAPI"', Fault.VALUE, "modalite-accompagnement/@code"),
        (
            "<acc-persos-eleve>",
            '<x:acc-persos-eleve xmlns:x="urn:x"/><acc-persos-eleve>',
            Fault.WRONG_NAMESPACE,
            "acc-persos-eleve",
        ),
    ],
)
def test_what_the_format_forbids_is_refused_with_line_and_field(
    old: str, new: str, fault: Fault, field: str
) -> None:
    problems = refusal(swapped(old, new))
    problem = next(one for one in problems if one.fault is fault)
    assert problem.field == field
    assert problem.line is not None
    shown = swapped(old, new).splitlines()[problem.line - 1].decode()
    assert f"<{problem.field.partition('/')[0]}" in shown or ":acc-persos-eleve" in shown


def test_every_problem_of_a_file_is_said_in_its_order() -> None:
    spoilt = swapped('niveau="2"', 'niveau="9"').replace(b'id-be="1234503"', b'id-be="X"')
    problems = refusal(spoilt)
    assert [problem.field for problem in problems] == ["eleve/@id-be", "competence-num/@niveau"]
    assert "champ «\u00a0competence-num/@niveau\u00a0»" in problems[1].message(str)


def test_what_a_problem_quotes_is_short_and_prints() -> None:
    (problem,) = refusal(swapped('niveau="2"', f'niveau="{"x" * 500}"'))
    assert len(problem.given) <= 60
    (problem,) = refusal(swapped('niveau="2"', 'niveau="&#x202e;{0}"'))
    assert "\u202e" not in problem.message(str)
    assert "{0}" in problem.message(str)


def test_version_3_demands_the_date_of_locking() -> None:
    assert read_lsu("x.xml", plain_file([("1", "6E 1")], version="3.0").replace(b"\r", b""))
    without = plain_file([("1", "6E 1")], version="3.0").replace(b' date-verrou="2026-02-01"', b"")
    assert {problem.fault for problem in refusal(without)} == {Fault.ATTRIBUTE_MISSING}
    assert read_lsu("x.xml", without.replace(b'"3.0"', b'"7.0"'))


def test_the_sixteen_codes_are_those_of_the_livret() -> None:
    assert " ".join(code.removeprefix("CN_") for code in SKILL_CODES) == (
        "INF_MEN INF_GER INF_TRA COM_INT COM_PAR COM_COL COM_SIN CRE_TEX CRE_MUL CRE_ADA CRE_PRO "
        "PRO_SEC PRO_DON PRO_SAN ENV_RES ENV_EVO"
    )
