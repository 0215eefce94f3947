"""The lines of a timeline as page, paper, table and terminal show them: moments, questions, the deadline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exam_server.domain.accommodations import fraction_text
from exam_server.domain.moments import Moment
from exam_server.domain.sitting import STOPS, Account, ItemSpan, Left, Replay, Track
from exam_server.web.language import _, ngettext
from exam_server.web.pages import minutes_hm
from exam_server.web.paper_words import length_exact
from exam_server.web.sentences import END_REASONS
from exam_server.web.timeline_sentences import PLAIN, said
from exam_server.web.timeline_words import LEFT, SORTS, Telling
from question_bank.framework import COMPETENCE_CODES

_FEW = 3
"""So many names stand in a line; more are counted."""


@dataclass(frozen=True)
class Line:
    """A moment: its number and instant in the log, what it is about, about whom, what happened, who did it.

    `about` is empty where it is the candidate's own timeline; `candidate` is set where it is one person's.
    """

    number: int
    at_ms: int
    at: str
    sort: str
    sort_words: str
    about: str
    candidate: str | None
    what: str
    by: str
    lasted_ms: int | None


@dataclass(frozen=True)
class ItemLine:
    """A question: when it was in hand, how it was left, how long the clock ran on it and stood still."""

    position: int
    competence: str
    item: str
    mark: str
    since: str
    until: str
    left: str
    drafts: int
    ran: str
    stopped: str
    ran_ms: int
    stopped_ms: int


@dataclass(frozen=True)
class MoveLine:
    """The deadline from an instant on, and what moved it."""

    at: str
    what: str
    deadline: str


def lines_of(moments: Iterable[Moment], telling: Telling) -> list[Line]:
    """The lines of moments in their order."""
    return [
        Line(
            number=one.number,
            at_ms=one.at_ms,
            at=telling.at(one.at_ms),
            sort=one.sort,
            sort_words=_(SORTS[one.sort]),
            about=_about(one, telling),
            candidate=one.candidates[0] if len(one.candidates) == 1 else None,
            what=said(one, telling),
            by=_("le candidat") if one.actor in one.candidates else telling.name(one.actor),
            lasted_ms=one.lasted_ms,
        )
        for one in moments
    ]


def _about(moment: Moment, telling: Telling) -> str:
    count = len(moment.candidates)
    if not count:
        return _("Toute la salle")
    if count <= _FEW:
        return ", ".join(sorted(telling.name(one) for one in moment.candidates))
    return ngettext("{count} candidat", "{count} candidats", count).format(count=count)


def item_lines_of(replay: Replay, telling: Telling) -> list[ItemLine]:
    """The questions in their order."""
    return [
        ItemLine(
            position=item.position,
            competence="" if item.competence is None else COMPETENCE_CODES[item.competence],
            item=item.item,
            mark=_mark(item),
            since=telling.at(item.from_ms),
            until="—" if item.to_ms is None else telling.at(item.to_ms),
            left=_(LEFT[item.left]),
            drafts=item.drafts,
            ran=to_the_second(item.ran_ms),
            stopped=to_the_second(item.stopped_ms) if item.stopped_ms else "—",
            ran_ms=item.ran_ms,
            stopped_ms=item.stopped_ms,
        )
        for item in replay.items
    ]


def _mark(item: ItemSpan) -> str:
    if item.correct is None or item.left is Left.PASSED:
        return "—"
    return _("juste") if item.correct else _("pas juste")


def move_lines_of(replay: Replay, telling: Telling) -> list[MoveLine]:
    """How the deadline moved."""
    return [
        MoveLine(
            telling.at(move.at_ms),
            _(PLAIN[move.kind]),
            _stands(move.left_ms) if move.deadline_ms is None else telling.at(move.deadline_ms),
        )
        for move in replay.moves
    ]


def _stands(left_ms: int | None) -> str:
    if left_ms is None:
        return _("le temps est suspendu")
    return _("le temps est suspendu, il reste {length}").format(length=length_exact(left_ms))


def facts_of(replay: Replay, telling: Telling) -> list[tuple[str, str]]:
    """What there is to know at a glance: names and values."""
    facts = []
    for words, at_ms in (
        (_("Présent"), replay.present_ms),
        (_("Admis"), replay.admitted_ms),
        (_("Début"), replay.started_ms),
        (_("Fin"), replay.ended_ms),
    ):
        if at_ms is not None:
            facts.append((words, telling.at(at_ms)))
    facts.append((_("Déroulement"), ending_of(replay)))
    if replay.started_ms is not None:
        facts += [(_("Questions reçues"), str(len(replay.items))), *_lengths(replay)]
    if replay.devices > 1:
        facts.append((_("Ordinateurs"), str(replay.devices)))
    return facts


def _lengths(replay: Replay) -> list[tuple[str, str]]:
    ran = sum(item.ran_ms for item in replay.items)
    stopped = sum(item.stopped_ms for item in replay.items)
    lost = replay.spans_of(Track.LOST)
    facts = [(_("Temps utilisé"), length_exact(ran))]
    if replay.spans_of(*STOPS):
        facts.append((_("Temps suspendu pendant le test"), length_exact(stopped)))
    if lost:
        total = sum((replay.until_ms if one.to_ms is None else one.to_ms) - one.from_ms for one in lost)
        times = ngettext("{count} fois", "{count} fois", len(lost)).format(count=len(lost))
        facts.append((_("Connexion perdue"), f"{times}, {length_exact(total)}"))
    return facts


def ending_of(replay: Replay) -> str:
    """How the sitting stands, or ended, and why."""
    if replay.end is not None:
        words = _(PLAIN[replay.end])
    elif replay.started_ms is not None:
        words = _("Test en cours")
    else:
        words = _("N’a pas commencé")
    reason = "" if replay.reason is None else _(END_REASONS.get(replay.reason, END_REASONS["other"]))
    return ", ".join(part for part in (words, reason, replay.note) if part)


def account_lines(account: Account, telling: Telling) -> list[tuple[str, str]]:
    """The parts of the deadline, each with its value, in the order in which they are added."""
    lines = [(_("Durée du test"), plain_length(account.base_ms))]
    if account.extra:
        lines.append(
            (_("Temps majoré ({fraction})").format(fraction=_fraction(account)), _more(account.extra_ms))
        )
    if account.extended_ms:
        lines.append((_("Temps ajouté"), _more(account.extended_ms)))
    if len(lines) > 1:
        lines.append((_("Temps accordé"), plain_length(account.allowed_ms)))
    if account.stopped_ms:
        lines.append((_("Suspensions rendues"), _more(account.stopped_ms)))
    lines.append((_("Début"), telling.exactly(account.start_ms)))
    deadline = (
        _("le temps était suspendu") if account.deadline_ms is None else telling.exactly(account.deadline_ms)
    )
    return [*lines, (_("Heure de fin"), deadline), (_("Temps restant"), length_exact(account.left_ms))]


def formula(account: Account, telling: Telling) -> str:
    """The same in one line: 1 h 45 × (1 + 1/3) + 12 min = 2 h 32 ; 9 h 00 + 2 h 32 = 11 h 32."""
    base = plain_length(account.base_ms)
    parts = [f"{base} × (1 + {_fraction(account)})" if account.extra else base]
    parts += [plain_length(one) for one in (account.extended_ms, account.stopped_ms) if one]
    total = plain_length(account.allowed_ms + account.stopped_ms)
    sum_of = " + ".join(parts)
    first = sum_of if len(parts) == 1 and not account.extra else f"{sum_of} = {total}"
    if account.deadline_ms is None:
        return first
    start, end = telling.exactly(account.start_ms), telling.exactly(account.deadline_ms)
    return _("{length} ; {start} + {total} = {end}").format(length=first, start=start, total=total, end=end)


def _fraction(account: Account) -> str:
    return fraction_text(account.extra) or "0"


def _more(length_ms: int) -> str:
    return f"+ {plain_length(length_ms)}"


def plain_length(length_ms: int) -> str:
    """A length of whole minutes as people say it, any other to the thousandth."""
    minutes, rest = divmod(length_ms, 60_000)
    return length_exact(length_ms) if rest else minutes_hm(minutes)


def to_the_second(length_ms: int) -> str:
    """A length without its thousandths: the questions of a test have dozens of them."""
    return length_exact(length_ms // 1000 * 1000)


def total_of(lines: Sequence[ItemLine]) -> tuple[str, str]:
    """How long the clock ran on all questions, and stood still."""
    return length_exact(sum(one.ran_ms for one in lines)), length_exact(sum(one.stopped_ms for one in lines))
