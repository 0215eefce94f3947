"""A drawn SVG made fit to stand in a page: nothing in it that the page's rules forbid, no name used twice."""

import re
from hashlib import sha256

_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_LEFT_OUT = re.compile(r"\s*(?:<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<!--.*?-->)", re.DOTALL)
_TAG = re.compile(r"<\w[^<>]*>")
_SIZE = re.compile(r' width="[\d.]+pt" height="[\d.]+pt"', re.ASCII)
_STYLE = re.compile(r' style="([^"]*)"')
_NAMED = re.compile(r' id="([^"]+)"')
_REFERENCE = re.compile(r'(?<=url\(#)[^)]+(?=\))|(?<=href="#)[^"]+(?=")')
_ROOT = '<svg aria-hidden="true" focusable="false" stroke-linejoin="round" stroke-linecap="butt" '
"""What the drawing's own style sheet would say of every line stands at its root."""

_OF_THE_PAGE = frozenset({"font-family"})


def in_a_page(svg: str) -> str:
    """As wide as there is room, in the page's own letters, and hidden from who hears the words instead.

    A page with a strict content security policy ignores every style in it, so that each becomes an attribute
    of the same name. Names are kept where something refers to them, and then are this drawing's own.
    """
    svg = _LEFT_OUT.sub("", _PROLOGUE.sub("", svg, count=1))
    own = f"c{sha256(svg.encode()).hexdigest()[:8]}-"
    wanted = {name for tag in _TAG.findall(svg) for name in _REFERENCE.findall(tag)}

    def rewritten(tag: re.Match[str]) -> str:
        told = _STYLE.sub(_attributes, tag[0])
        told = _NAMED.sub(lambda named: f' id="{own}{named[1]}"' if named[1] in wanted else "", told)
        return _REFERENCE.sub(lambda reference: own + reference[0], told)

    return _TAG.sub(rewritten, _SIZE.sub("", svg, count=1)).replace("<svg ", _ROOT, 1)


def _attributes(style: re.Match[str]) -> str:
    told = (rule.partition(":") for rule in style[1].split(";"))
    rules = [(name.strip(), value.strip()) for name, _colon, value in told]
    return "".join(f' {name}="{value}"' for name, value in rules if name not in _OF_THE_PAGE)
