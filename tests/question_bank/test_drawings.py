"""Authored SVG: only shapes and texts pass, whatever is tried, and they always come out in one way."""

import re
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.drawings import MOST_BYTES, BadDrawing, normalised

SVG = "http://www.w3.org/2000/svg"
WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
NUMBERS = st.integers(-500, 500).map(str) | st.sampled_from(["0.5", "-.5", "10px", "50%", "1e2"])
ATTRIBUTES = st.dictionaries(st.sampled_from(["x", "y", "width", "cx", "r"]), NUMBERS, max_size=3)
COLOURS = st.sampled_from(["none", "red", "#abc", "#A1B2C3", "rgb(1, 2, 3)", "hsla(10 20% 30% / 40%)"])
ALLOWED = frozenset(
    "svg g rect circle ellipse line polyline polygon path text tspan title desc".split()  # noqa: SIM905
)


def escaped(written: str) -> str:
    return written.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    """An element that is allowed, with blanks where authors put them."""
    blank = draw(st.sampled_from(["", "\n  "]))
    attributes = "".join(f" {name}='{value}'" for name, value in draw(ATTRIBUTES).items())
    fill = f' fill="{draw(COLOURS)}"'
    name = draw(st.sampled_from(["rect", "circle", "text", "g"] if depth < 3 else ["line"]))
    if name == "text":
        words = escaped(draw(WORDS))
        return f"<text{attributes}{fill}>{words}<tspan>{words}</tspan></text>{blank}"
    inside = "".join(draw(st.lists(elements(depth + 1), max_size=3))) if name == "g" else ""
    return f"<{name}{fill}{attributes}>{blank}{inside}</{name}>{blank}"


def drawing(inside: str, root: str = "svg") -> str:
    return f"<{root}>{inside}</{root}>"


@given(st.lists(elements(), max_size=4))
def test_a_normalised_drawing_stays_as_it_is(inside: list[str]) -> None:
    once = normalised(drawing("".join(inside)), 400, 200)
    assert normalised(once, 400, 200) == once


@given(st.lists(elements(), max_size=4))
def test_what_comes_out_is_svg_of_the_allowed_elements_and_of_the_picture_s_size(inside: list[str]) -> None:
    root = fromstring(normalised(drawing("".join(inside)), 400, 200))  # noqa: S314
    assert {node.tag for node in root.iter()} <= {f"{{{SVG}}}{name}" for name in ALLOWED}
    assert root.attrib == {"width": "400", "height": "200", "viewBox": "0 0 400 200"}


@given(WORDS)
def test_a_text_comes_out_as_it_was_written_but_for_its_blanks(words: str) -> None:
    found = fromstring(normalised(drawing(f"<text>{escaped(words)}</text>"), 400, 200))[0]  # noqa: S314
    assert (found.text or "") == re.sub(r"\s+", " ", words)


@given(st.text(max_size=60) | st.text(alphabet="<>/svgrect ='\"&;![]-", max_size=60).map(drawing))
def test_any_text_is_a_drawing_or_refused(written: str) -> None:
    try:
        found = normalised(written, 400, 200)
    except BadDrawing as refused:
        assert str(refused.problem)
        assert str(refused.remedy)
    else:
        assert found.startswith(f'<svg xmlns="{SVG}" ')


def test_the_way_of_writing_makes_no_difference() -> None:
    plain = '<svg><rect y="2" x="1"/></svg>'
    other = f"""<?xml version="1.0"?>
    <!-- a comment -->
    <a:svg xmlns:a="{SVG}" viewBox="0,0 400 200" width="400px">
      <a:rect  x='1'   y=" 2 "></a:rect>
    </a:svg>"""
    assert normalised(plain, 400, 200) == normalised(other, 400, 200)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<style>*{fill:red}</style>",
        "<image href='http://evil.example/a.png'/>",
        "<use href='#a'/>",
        "<a href='https://evil.example'><rect/></a>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
        "<animate attributeName='x'/>",
        "<set attributeName='onclick'/>",
        "<filter/>",
        "<g><svg/></g>",
        "<rect><text>a</text></rect>",
        "<tspan>a</tspan>",
        "<h:p xmlns:h='http://www.w3.org/1999/xhtml'>a</h:p>",
        "<p xmlns='http://www.w3.org/1999/xhtml'>a</p>",
        "<RECT/>",
        "bare words",
    ],
)
def test_an_element_that_is_not_on_the_list_is_refused(hostile: str) -> None:
    with pytest.raises(BadDrawing):
        normalised(drawing(hostile), 400, 200)


@pytest.mark.parametrize(
    "attribute",
    [
        "onclick='alert(1)'",
        "onload='alert(1)'",
        "style='fill:red'",
        "class='a'",
        "id='a'",
        "href='#a'",
        "xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='#a'",
        "xml:base='http://evil.example/'",
        "fill='url(#a)'",
        "fill='url(https://evil.example/a.svg#a)'",
        "stroke='var(--a)'",
        "fill='image(a)'",
        "fill='red;x'",
        "x='calc(1px)'",
        "x='1;2'",
        "d='M 0 0 url(a)'",
        "transform='rotate(1) url(a)'",
        "font-family='a\"b'",
        "font-family='url(a)'",
        "width=''",
    ],
)
def test_an_attribute_or_a_value_that_is_not_on_the_list_is_refused(attribute: str) -> None:
    with pytest.raises(BadDrawing, match="n’est pas permis"):
        normalised(drawing(f"<rect {attribute}/>"), 400, 200)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg><text>&a;</text></svg>', "DOCTYPE"),
        ('<!DOCTYPE svg SYSTEM "http://evil.example/a.dtd"><svg/>', "DOCTYPE"),
        ("<svg><text>&a;</text></svg>", "XML illisible"),
        ("<svg><rect></svg>", "XML illisible"),
        ("", "XML illisible"),
        ("<g/>", "ne commence pas par <svg>"),
        ("<svg onload='a()'/>", "onload sur <svg>"),
        ("<svg width='300'/>", "width ne dit pas la taille"),
        ("<svg viewBox='0 0 400'/>", "viewBox ne dit pas la taille"),
        ("<svg viewBox='0 0 400 200 a'/>", "viewBox ne dit pas la taille"),
        (drawing("<rect/>" * 500), "trop gros"),
        (drawing("<g>" * 11 + "</g>" * 11), "trop gros"),
        (drawing("é" * (MOST_BYTES // 2)), "trop gros"),
        (drawing(f"<text>{'&gt;' * 4000}{'&#62;' * 800}</text>"), "trop gros"),
    ],
)
def test_a_drawing_that_is_none_or_too_much_is_refused(written: str, said: str) -> None:
    with pytest.raises(BadDrawing, match=re.escape(said)):
        normalised(written, 400, 200)


def test_usual_drawings_pass() -> None:
    inside = """<g transform="translate(10, 20) rotate(-5)" stroke-dasharray="4 2">
      <path d="M10,20 c1-2.5 3e1,4 5 6z" fill-rule="evenodd" stroke-linecap="round"/>
      <polygon points="1,2 3,4 5,6" fill-opacity=".5"/><title>Un <![CDATA[<titre>]]></title></g>
      <text font-family="'DejaVu Sans', serif" font-size="14px">a <tspan dy="3">b</tspan></text>"""
    found = normalised(drawing(inside), 400, 200)
    assert "<title>Un &lt;titre&gt;</title>" in found
    assert '>a <tspan dy="3">b</tspan></text>' in found
