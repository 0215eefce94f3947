"""What the merge needs to know of an LSU file: its pupils, periods and bilans, and their places in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    """Bytes of the file, from `start` to before `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class FilePupil:
    """A pupil of the file; `id_be` is SIECLE's ELEVE_ID."""

    line: int
    id: str
    id_be: str
    family_name: str
    given_name: str
    class_name: str


@dataclass(frozen=True)
class Period:
    """A period of a school year: number `index` of `count`."""

    id: str
    year: str
    index: int
    count: int


@dataclass(frozen=True)
class Skills:
    """The digital skills that a bilan has already; `head`, the start tag, and `appreciation` are raw."""

    span: Span
    prefix: str
    head: bytes
    appreciation: bytes
    niveaux: Mapping[str, int]


@dataclass
class Bilan:
    """A pupil's bilan for one period; the skills stand at `after_acquis`, indented like the list before."""

    line: int
    pupil: str
    period: str
    prefix: str
    indent: bytes = b""
    after_acquis: int = -1
    skills: Skills | None = None


@dataclass
class LsuFile:
    """A file that holds to the rules of its version."""

    name: str
    content: bytes
    encoding: str = "utf-8"
    version: str = ""
    uai: str = ""
    pupils: list[FilePupil] = field(default_factory=list)
    periods: dict[str, Period] = field(default_factory=dict)
    bilans: list[Bilan] = field(default_factory=list)
