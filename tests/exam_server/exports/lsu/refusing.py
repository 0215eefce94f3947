"""The whole file, with one thing changed, and what is said against it."""

import pytest

from exam_server.exports.lsu.faults import LsuRefused, Problem
from exam_server.exports.lsu.format import DOCUMENTED_VERSIONS
from exam_server.exports.lsu.reading import read_lsu
from tests.support.lsu_files import whole_file

WHOLE = whole_file()


def refusal(content: bytes, versions: tuple[str, ...] = DOCUMENTED_VERSIONS) -> list[Problem]:
    """Everything that is wrong with it."""
    with pytest.raises(LsuRefused) as refused:
        read_lsu("bilans.xml", content, versions)
    assert all(problem.file == "bilans.xml" for problem in refused.value.problems)
    assert all(problem.message(str) for problem in refused.value.problems)
    return list(refused.value.problems)


def swapped(old: str, new: str) -> bytes:
    """The whole file with its first `old` made `new`."""
    assert old.encode() in WHOLE, old
    return WHOLE.replace(old.encode(), new.encode(), 1)
