"""Formulas as authors write them, turned into OpenFormula: no link, no macro, no clock."""

import re

from question_bank.typography import Phrase

_NAMES = """
ABS AND AVERAGE AVERAGEIF CONCATENATE COUNT COUNTA COUNTBLANK COUNTIF IF IFERROR INDEX INT LEFT LEN LOWER
MATCH MAX MEDIAN MID MIN MOD NOT OR PRODUCT RANK RIGHT ROUND SQRT SUM SUMIF SUMPRODUCT TRIM UPPER VLOOKUP
"""
FUNCTIONS = frozenset(_NAMES.split())
_CELL = r"\$?[A-Z]{1,2}\$?[1-9][0-9]{0,4}"
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r'|(?P<text>"[^"]*")'
    r"|(?P<function>[A-Z][A-Z0-9]*)(?=\()"
    rf"|(?P<range>(?:(?P<sheet>[^\W\d]\w*|'[^'\[\]]+')!)?(?P<first>{_CELL})(?::(?P<last>{_CELL}))?)(?![\w(])"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<sign><=|>=|<>|[-+*/^&=<>();%])"
)


class BadFormula(Exception):
    """Not a formula that may stand in a file."""

    def __init__(self, problem: Phrase) -> None:
        super().__init__(str(problem))
        self.problem = problem


def open_formula(written: str) -> str:
    """`=SUM(B2:B9)` to `of:=SUM([.B2:.B9])`; raises BadFormula."""
    if not written.startswith("=") or len(written) < 2:
        raise BadFormula(Phrase("une formule commence par ="))
    parts = []
    place, depth = 1, 0
    while place < len(written):
        found = _TOKEN.match(written, place)
        if found is None:
            raise BadFormula(Phrase("« {rest} » ne se lit pas", rest=written[place : place + 20]))
        parts.append(_opened(found))
        depth += (found["sign"] == "(") - (found["sign"] == ")")
        if depth < 0:
            break
        place = found.end()
    if depth:
        raise BadFormula(Phrase("les parenthèses ne vont pas par paires"))
    return "of:=" + "".join(parts)


def _opened(found: re.Match[str]) -> str:
    function = found["function"]
    if function and function not in FUNCTIONS:
        raise BadFormula(Phrase("la fonction {name} n’est pas admise", name=function))
    if not found["range"]:
        return found[0]
    name = (found["sheet"] or "").strip("'")
    sheet = f"$'{name}'" if name else ""
    last = f":.{found['last']}" if found["last"] else ""
    return f"[{sheet}.{found['first']}{last}]"
