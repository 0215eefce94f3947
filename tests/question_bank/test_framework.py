"""The framework's tables are the official ones, in the official order."""

from itertools import pairwise

import pytest

from question_bank.framework import (
    COMPETENCE_CODES,
    COMPETENCES,
    DOMAINS,
    LEVEL_CUT_POINTS,
    MAX_LEVEL,
    UnknownCompetence,
    competence_index,
)


def test_sixteen_competences_stand_in_crcn_order_in_five_domains() -> None:
    codes = " ".join(COMPETENCE_CODES)
    assert codes == "1.1 1.2 1.3 2.1 2.2 2.3 2.4 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2"
    assert [domain.code for domain in DOMAINS] == ["1", "2", "3", "4", "5"]
    assert all(competence.code.startswith(competence.domain.code + ".") for competence in COMPETENCES)


def test_each_competence_has_its_own_livret_code() -> None:
    codes = {competence.code: competence.lsu_code for competence in COMPETENCES}
    assert len(set(codes.values())) == 16
    assert (codes["1.1"], codes["2.4"], codes["5.2"]) == ("CN_INF_MEN", "CN_COM_SIN", "CN_ENV_EVO")


def test_the_index_of_a_competence_is_its_place() -> None:
    assert [competence_index(code) for code in COMPETENCE_CODES] == list(range(16))


@pytest.mark.parametrize("code", ["", "1", "1.4", "6.1", "01.1", " 1.1"])
def test_an_unknown_competence_is_refused(code: str) -> None:
    with pytest.raises(UnknownCompetence):
        competence_index(code)


def test_each_level_has_one_cut_point_above_the_one_before() -> None:
    assert len(LEVEL_CUT_POINTS) == MAX_LEVEL
    assert all(low < high for low, high in pairwise(LEVEL_CUT_POINTS))


def test_labels_are_written_with_typographic_apostrophes() -> None:
    assert not any("'" in competence.label for competence in COMPETENCES)
