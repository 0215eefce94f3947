"""What simulated staff read off pages: access cards, a session’s code, the invigilators to choose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Seen:
    """What stands on a page, as far as simulated staff look for it."""

    cards: dict[str, str] = field(default_factory=dict)
    used_cards: set[str] = field(default_factory=set)
    session_code: str = ""
    invigilators: list[str] = field(default_factory=list)
    today: str = ""


class _Reader(HTMLParser):
    """Looks at attributes, and at the text of one marked element."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: Mapping[str, str] = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        self._in_code = "session-code" in classes
        if "data-candidate" in given and "data-code" in given:
            self.seen.cards[given["data-candidate"]] = given["data-code"]
            if "access-card--used" in classes:
                self.seen.used_cards.add(given["data-candidate"])
        if tag == "input" and given.get("name") == "invigilators":
            self.seen.invigilators.append(given.get("value", ""))
        if tag == "input" and given.get("name") == "date":
            self.seen.today = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self.seen.session_code += data.strip()


def read_page(html: str) -> Seen:
    """What is seen on this page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.seen
