"""What simulated staff read off pages: access cards, a session’s code, the invigilators to choose."""

import re
from dataclasses import dataclass, field
from html import unescape

_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*"([^"]*)\"""")
_CODE = re.compile(r"""class="[^"]*\bsession-code\b[^"]*"[^>]*>\s*([A-Z0-9]+)\s*<""")


@dataclass
class Seen:
    """What stands on a page, as far as simulated staff look for it."""

    cards: dict[str, str] = field(default_factory=dict)
    used_cards: set[str] = field(default_factory=set)
    session_code: str = ""
    invigilators: list[str] = field(default_factory=list)
    today: str = ""


def read_page(html: str) -> Seen:
    """What is seen on this page: our own, so its attributes are known to be quoted."""
    seen = Seen()
    for tag in _TAG.findall(html):
        given = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
        if "data-candidate" in given and "data-code" in given:
            seen.cards[given["data-candidate"]] = given["data-code"]
            if "access-card--used" in given.get("class", "").split():
                seen.used_cards.add(given["data-candidate"])
        if given.get("name") == "invigilators" and "value" in given and "data-office" not in given:
            seen.invigilators.append(given["value"])
        if given.get("name") == "date":
            seen.today = given.get("value", "")
    code = _CODE.search(html)
    seen.session_code = code[1] if code else ""
    return seen
