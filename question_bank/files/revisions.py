"""Runs as OpenDocument writes them: revisions that can be accepted or refused, comments in the margin."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from question_bank.files.open_document import spaced
from question_bank.files.paragraphs import Change, Run, Said

_LOOKS = {
    "bold": 'fo:font-weight="bold"',
    "italic": 'fo:font-style="italic"',
    "underline": 'style:text-underline-style="solid" style:text-underline-width="auto"',
}


def _look(run: Run) -> str:
    """The name of the style of a run: b, i, u and what they make together."""
    return "".join(name[0] for name in _LOOKS if getattr(run, name))


def _look_style(names: tuple[str, ...]) -> str:
    properties = " ".join(_LOOKS[name] for name in names)
    short = "".join(name[0] for name in names)
    return (
        f'<style:style style:name="look-{short}" style:family="text">'
        f"<style:text-properties {properties}/></style:style>"
    )


_SETS = [
    tuple(name for place, name in enumerate(_LOOKS) if number >> place & 1)
    for number in range(1, 2 ** len(_LOOKS))
]
STYLES = (
    *(_look_style(names) for names in _SETS),
    '<text:list-style style:name="bullets"><text:list-level-style-bullet text:level="1" text:bullet-char="•">'
    '<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">'
    '<style:list-level-label-alignment text:label-followed-by="listtab" fo:margin-left="12mm" '
    'fo:text-indent="-6mm"/></style:list-level-properties></text:list-level-style-bullet></text:list-style>',
)
"""What is not in the template: bold, italic and underlined in every combination, and a bullet."""


@dataclass
class Writing:
    """A document being written: its changes and comments are numbered as they come."""

    regions: list[str] = field(default_factory=list)
    comments: int = 0

    def runs(self, runs: Iterable[Run]) -> str:
        return "".join(self._run(run) for run in runs)

    def _run(self, run: Run) -> str:
        written = spaced(run.text)
        look = _look(run)
        if look:
            written = f'<text:span text:style-name="look-{look}">{written}</text:span>'
        if run.comment:
            written = self._commented(run.comment, written)
        if run.change and run.changed:
            written = self._changed(run.change, run.changed, written)
        return written

    def _changed(self, change: Change, who: Said, written: str) -> str:
        """A deleted text is kept with the revision, and leaves only a mark where it stood."""
        name = f"change-{len(self.regions) + 1}"
        is_deleted = change is Change.DELETED
        kind = "text:deletion" if is_deleted else "text:insertion"
        gone = f'<text:p text:style-name="Standard">{written}</text:p>' if is_deleted else ""
        self.regions.append(
            f'<text:changed-region xml:id="{name}" text:id="{name}"><{kind}>'
            f"<office:change-info>{_signed(who)}</office:change-info>{gone}</{kind}></text:changed-region>"
        )
        if is_deleted:
            return f'<text:change text:change-id="{name}"/>'
        start, end = (f'<text:change-{where} text:change-id="{name}"/>' for where in ("start", "end"))
        return start + written + end

    def _commented(self, comment: Said, written: str) -> str:
        self.comments += 1
        name = f'office:name="comment-{self.comments}"'
        words = "".join(f"<text:p>{spaced(line)}</text:p>" for line in comment.text.split("\n"))
        note = f"<office:annotation {name}>{_signed(comment)}{words}</office:annotation>"
        return f"{note}{written}<office:annotation-end {name}/>"


def _signed(who: Said) -> str:
    at = who.at.replace(" ", "T")
    return f"<dc:creator>{escape(who.by)}</dc:creator><dc:date>{at}</dc:date>"
