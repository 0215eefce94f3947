"""Of a merged file, what was not written is the file that came in, to the byte, whatever shape it has."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from exam_server.exports.lsu.mapping import LevelMapping
from exam_server.exports.lsu.merge import Edit, Merged, OwnPupil, Wish, merge, spliced
from exam_server.exports.lsu.reading import read_lsu
from tests.support.lsu_files import NAMESPACE, plain_file, whole_file

ENCODINGS = ("utf-8", "iso-8859-15", "iso-8859-1", "us-ascii")
CLASSES = ("6E 1", "6E 2", "CM2")
SKILLS = f"{{{NAMESPACE}}}competences-numeriques"

levels = st.one_of(st.none(), st.tuples(*[st.one_of(st.none(), st.integers(0, 8))] * 16))
texts = st.one_of(
    st.just(""), st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=600)
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A file of some shape; here and there a bilan has skills already, as another program writes them."""
    ids = draw(st.lists(st.integers(1, 30), min_size=1, max_size=5, unique=True))
    pupils = [(str(one), draw(st.sampled_from((*CLASSES, "3E")))) for one in ids]
    prefix = draw(st.sampled_from(("", "l", "lsun")))
    content = plain_file(
        pupils,
        prefix=prefix,
        encoding=draw(st.sampled_from(ENCODINGS)),
        newline=draw(st.sampled_from(("\n", "\r\n", "", "\n\t<!-- <liste-acquis> -->\n"))),
    )
    p = f"{prefix}:" if prefix else ""
    had = draw(
        st.sampled_from(
            (
                "",
                f"<{p}competences-numeriques/>",
                f"<{p}competences-numeriques ></{p}competences-numeriques >",
                f"<{p}competences-numeriques><!-- > --><{p}competence-num niveau='2'\tcode='CN_COM_INT'/>"
                f"</{p}competences-numeriques>",
                f"<{p}competences-numeriques>\n<{p}appreciation-num><![CDATA[a < b]]></{p}appreciation-num>"
                f"</{p}competences-numeriques>",
                f'<{p}competences-numeriques xmlns:z="{NAMESPACE}"><z:competence-num code="CN_ENV_RES" '
                f'niveau="3"></z:competence-num></{p}competences-numeriques>',
            )
        )
    )
    end = f"</{p}liste-acquis>"
    count = draw(st.integers(0, 2 * len(ids)))
    return content.replace(end.encode(), (end + had).encode(), count)


@st.composite
def rosters(draw: st.DrawFn) -> list[OwnPupil]:
    ids = draw(st.lists(st.integers(1, 30), max_size=30, unique=True))
    classes = st.sampled_from((*CLASSES, ""))
    return [OwnPupil(str(one), "Élève", draw(classes), draw(levels), draw(texts)) for one in ids]


def undone(found: Merged, content: bytes) -> bytes:
    """The merged file with each written span made what it was."""
    back, moved = [], 0
    for edit in found.edits:
        start = edit.start + moved
        assert found.content[start : start + len(edit.written)] == edit.written
        back.append(Edit(start, start + len(edit.written), content[edit.start : edit.end]))
        moved += len(edit.written) - (edit.end - edit.start)
    return spliced(found.content, back)


def without_skills(content: bytes) -> bytes:
    """The document in its canonical form as another program reads it, without any skills."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
    for element in root.iter(SKILLS):
        parent, tail = element.getparent(), (element.tail or "").strip()
        assert parent is not None
        assert tail == ""
        parent.remove(element)
    for element in root.iter():
        element.tail = (element.tail or "").strip() or None
        if len(element):
            element.text = (element.text or "").strip() or None
    return etree.tostring(root, method="c14n")


def wish(mapping: LevelMapping, text: str = "") -> Wish:
    return Wish(CLASSES, mapping, appreciation=text)


MAPPINGS = (LevelMapping(), LevelMapping(2, 4, 6))


@settings(max_examples=60)
@given(content=files(), pupils=rosters(), mapping=st.sampled_from(MAPPINGS), text=texts)
def test_taking_back_what_was_written_gives_the_file_that_came_in(
    content: bytes, pupils: Sequence[OwnPupil], mapping: LevelMapping, text: str
) -> None:
    found = merge(read_lsu("x.xml", content), pupils, wish(mapping, text))
    assert undone(found, content) == content
    for edit in found.edits:
        replaced = content[edit.start : edit.end]
        assert replaced == b"" or b"competences-numeriques" in replaced[:30]
        assert b"competences-numeriques" in edit.written
    assert without_skills(found.content) == without_skills(content)


@settings(max_examples=60)
@given(content=files(), pupils=rosters(), mapping=st.sampled_from(MAPPINGS), text=texts)
def test_merging_twice_is_merging_once(
    content: bytes, pupils: Sequence[OwnPupil], mapping: LevelMapping, text: str
) -> None:
    once = merge(read_lsu("x.xml", content), pupils, wish(mapping, text))
    twice = merge(read_lsu("x.xml", once.content), pupils, wish(mapping, text))
    assert twice.content == once.content
    assert twice.report.merged == once.report.merged


@settings(max_examples=60)
@given(content=files(), pupils=rosters(), text=texts)
def test_another_program_finds_in_the_merged_file_the_levels_of_each_pupil_and_nothing_empty(
    content: bytes, pupils: Sequence[OwnPupil], text: str
) -> None:
    found = merge(read_lsu("x.xml", content), pupils, wish(LevelMapping(), text))
    root = etree.fromstring(found.content)
    ns = {"l": NAMESPACE}
    ids = {one.get("id"): one.get("id-be") for one in root.iterfind(".//l:eleve", ns)}
    written = {
        ids[bilan.get("eleve-ref")]: [one.get("niveau") for one in bilan.iterfind(".//l:competence-num", ns)]
        for bilan in root.iterfind(".//l:bilan-periodique[@periode-ref='P_2']", ns)
    }
    for line in found.report.lines:
        if line.count:
            own = next(one for one in pupils if one.id_be == line.id_be)
            assert own.levels is not None
            kept = [str(min(level, 3)) for level in own.levels if level]
            assert written[line.id_be] == kept != []
    for bilan in root.iterfind(".//l:bilan-periodique", ns):
        assert len(bilan.findall("l:competences-numeriques", ns)) <= 1


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_whole_file_is_untouched_in_each_encoding(encoding: str) -> None:
    text = whole_file().decode().replace("UTF-8", encoding)
    content = text.encode(encoding, "xmlcharrefreplace")
    pupils = [OwnPupil(str(1234500 + n), "Élève", "", (2,) * 16) for n in (1, 2, 3)]
    found = merge(read_lsu("x.xml", content), pupils, Wish(("6E 1", "6E 2")))
    assert len(found.edits) == 2
    assert undone(found, content) == content
