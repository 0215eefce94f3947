"""The digital skills of one pupil as they stand in the file: its prefix, its indentation, its encoding."""

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

from exam_server.exports.lsu.document import Bilan
from exam_server.exports.lsu.format import LONGEST_APPRECIATION, SKILL_CODES

STEP: Final = b"    "
"""How much deeper the children of an element stand, where the file is indented at all."""


class BadAppreciation(ValueError):
    """The text is too long, or has a sign that XML does not know."""


def appreciation_from(text: str) -> str:
    """The text as it is written, "" for a blank one; raises BadAppreciation."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(plain) > LONGEST_APPRECIATION:
        raise BadAppreciation(str(len(plain)))
    if not all(one in "\n\t" or _is_sign(ord(one)) for one in plain):
        raise BadAppreciation("")
    return plain


def skills_element(bilan: Bilan, encoding: str, niveaux: Mapping[str, int], appreciation: str = "") -> bytes:
    """The element, from its first byte to its last; without skills there is none to write.

    What the bilan has already keeps its start tag, which may refer to the class's own text, and the teachers'
    appreciation where no other is given.
    """
    if not niveaux:
        raise ValueError("an empty element is never written")
    had = bilan.skills
    prefix = bilan.prefix if had is None else had.prefix
    name = f"{prefix}:" if prefix else ""
    head = f"<{name}competences-numeriques>".encode(encoding) if had is None else _open(had.head)
    parts = [] if had is None or not had.appreciation else [had.appreciation]
    if appreciation:
        text = f"<{name}appreciation-num>{escape(appreciation)}</{name}appreciation-num>"
        parts = [text.encode(encoding, "xmlcharrefreplace")]
    parts += [
        f'<{name}competence-num code="{code}" niveau="{niveaux[code]}"/>'.encode(encoding)
        for code in SKILL_CODES
        if code in niveaux
    ]
    outer = bilan.indent
    inner = outer + STEP if b"\n" in outer else b""
    end = f"</{name}competences-numeriques>".encode(encoding)
    return head + b"".join(inner + part for part in parts) + (outer if inner else b"") + end


def _open(head: bytes) -> bytes:
    """The start tag of an element that has content, also where it had none before."""
    return head[:-2] + b">" if head.endswith(b"/>") else head


def _is_sign(point: int) -> bool:
    return 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or 0x10000 <= point <= 0x10FFFF
