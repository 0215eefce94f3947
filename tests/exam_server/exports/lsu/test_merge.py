"""Skills go into the last bilan of each pupil of the named classes, once, and the report names everybody."""

import pytest

from exam_server.exports.lsu.document import LsuFile
from exam_server.exports.lsu.faults import Fault, LsuRefused
from exam_server.exports.lsu.mapping import BadMapping, LevelMapping, mapping_from
from exam_server.exports.lsu.merge import Merged, OwnPupil, Wish, merge, refuse_other_school
from exam_server.exports.lsu.reading import read_lsu
from exam_server.exports.lsu.report import LEFT_OUT, MERGED, REMEDIES, TITLES, Outcome
from exam_server.exports.lsu.writing import BadAppreciation, appreciation_from
from tests.support.lsu_files import plain_file, whole_file

LEVELS = (0, 1, 2, 3, 4, 8, None, None, None, None, None, None, None, None, None, 1)
"""Written by the usual mapping: nothing, 1, 2, 3, 3, 3, and 1 for the last."""
BOTH = Wish(("6E 1", "6E 2"))


def pupil(number: int, levels: tuple[int | None, ...] | None = LEVELS, class_name: str = "6E 1") -> OwnPupil:
    return OwnPupil(str(1234500 + number), f"Élève {number}", class_name, levels)


def merged(*pupils: OwnPupil, wish: Wish = BOTH, content: bytes | None = None) -> Merged:
    return merge(whole(content), pupils, wish)


def whole(content: bytes | None = None) -> LsuFile:
    return read_lsu("bilans.xml", whole_file() if content is None else content)


def outcomes(found: Merged) -> dict[str, Outcome]:
    return {line.id_be[-1]: line.outcome for line in found.report.lines}


def skills_in(content: bytes) -> dict[tuple[str, str], dict[str, int]]:
    file = read_lsu("bilans.xml", content)
    return {(one.pupil, one.period): dict(one.skills.niveaux) for one in file.bilans if one.skills}


def test_the_last_bilan_of_each_pupil_gets_the_skills_and_no_other_bilan_does() -> None:
    found = merged(pupil(1), pupil(2), pupil(3, class_name="6E 2"))
    assert outcomes(found) == {"1": Outcome.INSERTED, "2": Outcome.REPLACED, "3": Outcome.NO_LAST_PERIOD}
    codes = {"CN_INF_GER": 1, "CN_INF_TRA": 2, "CN_COM_INT": 3, "CN_COM_PAR": 3, "CN_COM_COL": 3}
    expected = {**codes, "CN_ENV_EVO": 1}
    assert skills_in(found.content) == {("EL_1", "P_3"): expected, ("EL_2", "P_3"): expected}
    assert found.report.merged == 2


def test_the_element_stands_right_after_the_list_in_the_file_s_own_shape() -> None:
    found = merged(pupil(1, (3, *([None] * 15))))
    assert (
        b"                </liste-acquis>\n"
        b"                <competences-numeriques>\n"
        b'                    <competence-num code="CN_INF_MEN" niveau="3"/>\n'
        b"                </competences-numeriques>\n"
        b"                <epis-eleve>"
    ) in found.content


def test_a_file_without_lines_gets_none() -> None:
    content = plain_file([("1234501", "6E 1")], newline="").replace(b">  <", b"><")
    found = merged(pupil(1), content=content)
    assert b"</liste-acquis><competences-numeriques><competence-num " in found.content
    assert b"\n" not in found.content


def test_a_prefix_of_the_file_is_the_prefix_of_the_element() -> None:
    found = merged(pupil(1), content=plain_file([("1234501", "6E 1")], prefix="lsun"))
    assert b"<lsun:competences-numeriques>" in found.content
    assert b"</lsun:competences-numeriques>" in found.content
    assert len(skills_in(found.content)) == 1


def test_twice_is_as_once() -> None:
    pupils = (pupil(1), pupil(2), pupil(3, class_name="6E 2"))
    once = merged(*pupils)
    twice = merged(*pupils, content=once.content)
    assert twice.content == once.content
    assert twice.edits == ()
    assert set(outcomes(twice).values()) == {Outcome.UNCHANGED, Outcome.NO_LAST_PERIOD}
    assert twice.report.merged == once.report.merged


def test_new_levels_replace_the_old_ones_and_are_never_beside_them() -> None:
    once = merged(pupil(1))
    again = merged(pupil(1, (1, *([None] * 15))), content=once.content)
    assert skills_in(again.content)["EL_1", "P_3"] == {"CN_INF_MEN": 1}
    (line,) = again.report.having(Outcome.REPLACED)
    assert line.lost == ("CN_INF_GER", "CN_INF_TRA", "CN_COM_INT", "CN_COM_PAR", "CN_COM_COL", "CN_ENV_EVO")


def test_what_teachers_wrote_is_kept_unless_another_text_is_given() -> None:
    kept = merged(pupil(2)).content
    assert b'<competences-numeriques comp-num-commun-refs="CNC_1">' in kept
    assert "<appreciation-num>Aide volontiers les autres &#233;lèves.</appreciation-num>".encode() in kept
    given = merged(pupil(2), wish=Wish(("6E 1",), appreciation="Très <bien> & « sûr » €")).content
    assert "<appreciation-num>Très &lt;bien&gt; &amp; « sûr » €</appreciation-num>".encode() in given
    assert b"Aide volontiers" not in given


def test_a_pupil_s_own_text_goes_before_the_common_one() -> None:
    own = OwnPupil("1234501", "Élève", "6E 1", LEVELS, "À elle.")
    content = merged(own, pupil(2), wish=Wish(("6E 1",), appreciation="À tous.")).content
    assert content.count("À elle.".encode()) == content.count("À tous.".encode()) == 1


def test_a_sign_that_the_encoding_lacks_is_written_by_its_number() -> None:
    content = plain_file([("1234501", "6E 1")], encoding="iso-8859-15")
    written = merged(pupil(1), wish=Wish(("6E 1",), appreciation="Œuvre à 5 € → 王"), content=content).content
    assert "Œuvre à 5 € &#8594; &#29579;".encode("iso-8859-15") in written
    assert written.decode("iso-8859-15")


def test_an_empty_element_that_was_there_is_filled() -> None:
    content = whole_file().replace(
        b"</liste-acquis>\n                <epis-eleve>",
        b'</liste-acquis><competences-numeriques comp-num-commun-refs="CNC_1" /><epis-eleve>',
    )
    once = merged(pupil(1), content=content)
    assert b'</liste-acquis><competences-numeriques comp-num-commun-refs="CNC_1" >' in once.content
    assert merged(pupil(1), content=once.content).content == once.content


def test_nothing_is_added_about_how_a_pupil_is_helped() -> None:
    word = b"modalites-accompagnement"
    assert merged(pupil(1), pupil(2)).content.count(word) == whole_file().count(word)


# -- who is left out, and why ----------------------------------------------------------------------------


def test_everybody_who_is_left_out_is_named_with_the_reason() -> None:
    content = plain_file([(str(1234500 + n), "6E 1") for n in range(1, 7)] + [("77", "3E B")])
    # The third pupil's last bilan becomes one more of the fourth's, by another division of the year.
    content = content.replace(b'eleve-ref="EL_2" periode-ref="P_2"', b'eleve-ref="EL_3" periode-ref="P_3"')
    third = b'<periode id="P_3" millesime="2025" indice="3" nb-periodes="3"/></periodes>'
    content = content.replace(b"</periodes>", third)
    pupils = (
        pupil(1),
        pupil(2, None),
        pupil(3),
        pupil(4),
        pupil(5, (0,) * 16),
        pupil(8),
        pupil(9, class_name="3E B"),
    )
    found = merged(*pupils, wish=Wish(("6E 1", "CM2 A")), content=content)
    assert outcomes(found) == {
        "1": Outcome.INSERTED,
        "2": Outcome.NO_LEVELS,
        "3": Outcome.NO_LAST_PERIOD,
        "4": Outcome.SEVERAL_BILANS,
        "5": Outcome.NOTHING_TO_WRITE,
        "6": Outcome.UNKNOWN,
        "8": Outcome.NOT_IN_FILE,
    }
    assert (found.report.others, found.report.idle_classes) == (1, ("CM2 A",))
    said = " ".join(str(sentence) for sentence in found.report.sentences)
    assert "CM2 A" in said
    assert "laissés tels quels : 1" in said.replace("\u00a0", " ")


def test_a_pupil_without_any_bilan_is_told_from_one_without_the_last() -> None:
    content = plain_file([("1234501", "6E 1"), ("1234502", "6E 1")])
    start = content.index(b'<bilan-periodique eleve-ref="EL_1"')
    content = content[:start] + content[content.index(b"</bilans-periodiques>") :]
    assert outcomes(merged(pupil(1), pupil(2), content=content))["2"] is Outcome.NO_BILAN


def test_only_named_classes_are_touched_however_their_name_is_spaced() -> None:
    found = merged(pupil(1, class_name="6e1"), pupil(3, class_name="6E 2"), wish=Wish(("6e 1",)))
    assert outcomes(found) == {"1": Outcome.INSERTED, "2": Outcome.UNKNOWN}
    assert found.report.others == 1


def test_a_pupil_who_has_changed_class_is_left_alone_and_named() -> None:
    found = merged(pupil(1, class_name="3E B"), pupil(3, class_name="6E 1"), wish=Wish(("6E 1",)))
    assert outcomes(found)["1"] is outcomes(found)["3"] is Outcome.OTHER_CLASS
    assert found.content == whole_file()


def test_without_a_class_of_our_own_the_file_s_class_counts() -> None:
    found = merged(pupil(1, class_name=""), pupil(3, class_name=""), wish=Wish(("6E 1",)))
    assert outcomes(found) == {"1": Outcome.INSERTED, "2": Outcome.UNKNOWN}


def test_an_identifier_that_two_of_ours_share_attaches_levels_to_neither() -> None:
    assert outcomes(merged(pupil(1), pupil(1)))["1"] is Outcome.UNKNOWN


def test_zeros_before_an_identifier_do_not_make_another_pupil() -> None:
    own = OwnPupil("0001234501", "Élève", "6E 1", LEVELS)
    assert outcomes(merged(own))["1"] is Outcome.INSERTED


def test_another_period_and_another_year_can_be_asked_for() -> None:
    second = merged(pupil(1), wish=Wish(("6E 1",), period=2))
    assert list(skills_in(second.content)) == [("EL_1", "P_2"), ("EL_2", "P_3")]
    earlier = merged(pupil(1), wish=Wish(("6E 1",), year="2024"))
    assert outcomes(earlier)["1"] is Outcome.NO_LAST_PERIOD


def test_the_newest_year_of_the_file_is_meant() -> None:
    older = b'<periode id="P_0" millesime="2024" indice="3" nb-periodes="3" /></periodes>'
    content = whole_file().replace(b"</periodes>", older)
    content = content.replace(b'eleve-ref="EL_3" periode-ref="P_1"', b'eleve-ref="EL_3" periode-ref="P_0"')
    found = merged(pupil(1), pupil(3, class_name="6E 2"), content=content)
    assert outcomes(found) == {"1": Outcome.INSERTED, "2": Outcome.UNKNOWN, "3": Outcome.NO_LAST_PERIOD}
    assert found.report.year == "2025"


def test_the_file_of_another_school_is_refused() -> None:
    refuse_other_school(whole(), "0990001n")
    with pytest.raises(LsuRefused) as refused:
        refuse_other_school(whole(), "0990002P")
    assert refused.value.problems[0].fault is Fault.OTHER_SCHOOL


def test_every_outcome_has_its_words() -> None:
    assert set(TITLES) == set(Outcome) == {*MERGED, *LEFT_OUT}
    assert set(REMEDIES) == set(LEFT_OUT)


# -- from our levels to the livret's -----------------------------------------------------------------------


def test_the_usual_mapping_keeps_one_to_three_and_writes_nothing_for_nought() -> None:
    assert [LevelMapping().niveau(level) for level in (None, *range(9))] == [
        None,
        None,
        1,
        2,
        *([3] * 6),
    ]


def test_another_mapping_is_named_in_the_report() -> None:
    found = merged(pupil(1), wish=Wish(("6E 1",), mapping_from("2, 4,6")))
    assert skills_in(found.content)["EL_1", "P_3"] == {
        "CN_INF_TRA": 1,
        "CN_COM_INT": 1,
        "CN_COM_PAR": 2,
        "CN_COM_COL": 3,
    }
    said = " ".join(str(sentence) for sentence in found.report.sentences)
    assert "2 à partir du niveau 4" in said


@pytest.mark.parametrize(
    "text", ["", "1,2", "0,1,2", "1,1,2", "3,2,1", "7,8,9", "1,2,3,4", "a,b,c", "1;2;3", "١,٢,٣"]
)
def test_thresholds_are_three_levels_that_rise(text: str) -> None:
    with pytest.raises(BadMapping):
        mapping_from(text)


def test_an_appreciation_has_600_signs_at_most_and_none_that_xml_lacks() -> None:
    assert appreciation_from("  é\r\nè\r ") == "é\nè"
    assert appreciation_from(" \n ") == ""
    assert len(appreciation_from("x" * 600)) == 600
    for wrong in ("x" * 601, "a\x00b", "a\x0bb", "a\ufffeb", "\ud800"):
        with pytest.raises(BadAppreciation):
            appreciation_from(wrong)
