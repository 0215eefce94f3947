"""The bank on the author's screen: items filtered, in order, one variant of each as values for a page."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from exam_server.web.item_facts import beginning, item_facts
from question_bank.files import FileSpec
from question_bank.framework import COMPETENCE_CODES, LEVELS
from question_bank.items import ItemType, ItemVersion
from question_bank.loading import LoadedBank


@dataclass(frozen=True)
class Wanted:
    """The filters of the list; an empty one lets everything through."""

    competence: str = ""
    level: str = ""
    type: str = ""
    kind: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Wanted":
        """What is not a known value is no filter."""
        return cls(
            competence=_known(query.get("competence", ""), COMPETENCE_CODES),
            level=_known(query.get("level", ""), [str(level) for level in LEVELS]),
            type=_known(query.get("type", ""), [kind.value for kind in ItemType]),
            kind=_known(query.get("kind", ""), KINDS),
        )

    def lets(self, item: ItemVersion) -> bool:
        return (
            self.competence in ("", item.competence)
            and self.level in ("", str(item.level))
            and self.type in ("", item.type.value)
            and (not self.kind or KINDS[self.kind](item))
        )


KINDS: Mapping[str, Callable[[ItemVersion], bool]] = {
    "parametric": lambda item: item.variants is not None,
    "situation": lambda item: item.situation,
    "accessible": lambda item: item.accessibility.accessible,
    "restricted": lambda item: not item.accessibility.accessible,
}


def _known(value: str, values: Collection[str]) -> str:
    return value if value in values else ""


class Shelf:
    """A loaded bank, for reading."""

    def __init__(self, loaded: LoadedBank) -> None:
        self._loaded = loaded
        self.items = loaded.bank.items
        self.version = loaded.bank.version
        self._files: dict[str, FileSpec] = {}

    def lines(self, wanted: Wanted) -> Iterator[dict[str, object]]:
        """The list: what an author recognises an item by."""
        for item in self.items:
            if wanted.lets(item):
                yield {**item_facts(item), "beginning": beginning(item)}

    def item(self, item_id: str) -> ItemVersion:
        """Raises UnknownItem."""
        return self._loaded.bank.item(item_id)

    def lay_out(self, files: Iterable[FileSpec]) -> None:
        """The files of the page that was shown last can be downloaded from it."""
        self._files = {file.id: file for file in files}

    def file(self, file_id: str) -> FileSpec | None:
        return self._files.get(file_id)

    def place(self, item: ItemVersion) -> str:
        place = self._loaded.places[item.id]
        return f"{Path(place.file).name}:{place.line}"

    def neighbours(self, item: ItemVersion, wanted: Wanted) -> tuple[str | None, str | None]:
        """The ids before and after this item in the filtered list."""
        ids = [each.id for each in self.items if wanted.lets(each) or each.id == item.id]
        at = ids.index(item.id)
        return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)
