"""One candidate's test, question by question: equal specification and responses give equal questions."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from question_bank.assembly.blueprint import can_complete, open_competences, quota
from question_bank.assembly.evidence import Scores, score
from question_bank.assembly.pace import Pace
from question_bank.assembly.pool import Shelf, pool_of
from question_bank.assembly.posterior import Posterior, marginals, refresh
from question_bank.assembly.publication import PublishedBank
from question_bank.assembly.selection import Chooser, Drawn, draw_items, virtual_gains
from question_bank.assembly.spec import Answered, AssemblySpec, Choice

AT_ONCE = 32
"""Candidates whose choices are computed together: enough that a call's fixed price counts for little, and few
enough that what a call reads is still near the processor when the next one needs it."""


class AssemblyError(Exception):
    """The test cannot go on like this."""


class NotCertifiable(AssemblyError):
    """The profile has too few certifiable competences for a test."""


class CannotComplete(AssemblyError):
    """The bank, with this colour and these limits, is too poor for this profile's blueprint."""


class NotTheQuestion(AssemblyError):
    """This item is not the one that was asked, or was never asked."""


class ReplayDiffers(AssemblyError):
    """The engine would have chosen otherwise than the record says."""

    def __init__(self, position: int, recorded: object, chosen: object) -> None:
        super().__init__(f"position {position}: recorded {recorded}, chosen {chosen}")
        self.position, self.recorded, self.chosen = position, recorded, chosen


class Assembly:
    """Holds what was asked and answered, and chooses the next question."""

    def __init__(self, bank: PublishedBank, spec: AssemblySpec) -> None:
        if not spec.profile.is_certifiable:
            raise NotCertifiable(spec.profile.why_not)
        self.bank, self.spec = bank, spec
        self._competences = spec.profile.certifiable_competences
        self._row = {competence: row for row, competence in enumerate(self._competences)}
        self._quota = quota(len(self._competences), spec.length)
        self._policy = bank.parameters.policy(spec.policy)
        self._pool = pool_of(bank, spec)
        self._shelves = [self._pool.shelf(competence) for competence in self._competences]
        self._alive = [self._fresh(shelf) for shelf in self._shelves]
        self._left = [shelf.families for shelf in self._shelves]
        if not can_complete(self._left, spec.length):
            raise CannotComplete(f"families left by competence: {self._left}")
        self._asked = [0] * len(self._competences)
        self.posterior = Posterior(bank, [spec.profile.levels[c] for c in self._competences])
        self._pace = Pace(spec.test_seconds, spec.time_factor, spec.length)
        self._history: list[Answered] = []
        self._neutralised = False  # any of them: nearly no test has one
        self._counted = 0
        self._link = self._first_link()
        self._pending: Choice | None = None

    def _fresh(self, shelf: Shelf) -> NDArray[np.bool_]:
        """All of a shelf, less what the candidate met in practice, unless too little would remain."""
        everything = np.ones(len(shelf.items), dtype=np.bool_)
        known = self.spec.answered_before
        if not known:
            return everything
        facts = self.bank.facts
        fresh = np.array([facts[item].id not in known for item in shelf.items.tolist()], dtype=np.bool_)
        enough = len(np.unique(shelf.family[fresh])) >= min(shelf.families, self._quota.most)
        return fresh if enough else everything

    @property
    def given(self) -> int:
        """Questions that count towards the length: all but those neutralised before they were answered."""
        return self._counted

    @property
    def still_completes(self) -> bool:
        """Whether what is left gives a whole test: a question that was replaced has used one up."""
        within_reach = [asked + free for asked, free in zip(self._asked, self._left, strict=True)]
        return can_complete(within_reach, self.spec.length)

    @property
    def history(self) -> tuple[Answered, ...]:
        return tuple(self._history)

    def next(self) -> Choice | None:
        """The question to ask now: the same one until it is recorded, None when the test is complete."""
        return next_together([self])[0]

    @property
    def pending(self) -> Choice | None:
        """The question that was chosen and is not recorded yet."""
        return self._pending

    def open_rows(self) -> list[int]:
        """The rows (certifiable competences) that the next question may come from.

        None where it is chosen already, and where the test is complete.
        """
        left = self.spec.length - self._counted
        if self._pending is not None or left <= 0:
            return []
        return open_competences(self._asked, self._left, self._quota, left)

    def chooser(self, row: int) -> Chooser:
        """What the choice of an item of this row depends on."""
        return Chooser(
            row=row,
            shelf=self._shelves[row],
            alive=self._alive[row],
            longest=self._pace.longest(self.spec.length - self._counted),
            sharpness=self._policy.sharpness(self._counted, self.spec.length),
            seed=self.spec.seed,
            position=len(self._history),
        )

    def seal(self, row: int, drawn: Drawn) -> None:
        """Write the choice down, chained to the bank, the specification and every response before it."""
        position, competence = len(self._history) + 1, self._competences[row]
        item_id, eligible = self.bank.facts[drawn.item].id, len(drawn.eligible) // 4
        digest = hashlib.sha256(drawn.eligible).hexdigest()
        interval = f"{drawn.draw}|{drawn.low}|{drawn.high}"
        told = f"{position}|{item_id}|{competence}|{eligible}|{drawn.gain}|{drawn.best}|{interval}|{digest}"
        chain = hashlib.sha256(self._link + told.encode()).hexdigest()
        self._pending = Choice(
            position,
            item_id,
            competence,
            eligible,
            drawn.gain,
            drawn.best,
            drawn.draw,
            drawn.low,
            drawn.high,
            digest,
            chain,
        )

    def record(self, item_id: str, correct: bool, seconds: int, *, later: bool = False) -> None:
        """Count the response to the question that was asked.

        With `later`, what it tells is worked out by the next choice, for many candidates at once.
        """
        if self._pending is not None and self._pending.item_id != item_id:
            raise NotTheQuestion(item_id)
        self._take(Answered(item_id, correct, seconds))
        if not later:
            refresh(self.bank, [self.posterior])

    def neutralise(self, item_id: str, seconds: int = 0) -> None:
        """A technical incident: the question counts as never asked.

        Before it is answered, another question takes its place. After, its response stops counting from the
        next choice on; a question that is already on the screen stays, so call next() first when one may be
        there.
        """
        if self._pending is not None and self._pending.item_id == item_id:
            self._take(Answered(item_id, False, seconds, neutralised_after=len(self._history)))
            return
        shown = len(self._history) + (self._pending is not None)
        for place, answered in enumerate(self._history):
            if answered.item_id == item_id and answered.neutralised_after is None:
                self._neutralised = True
                self._history[place] = answered._replace(neutralised_after=shown)
                if self._pending is None:
                    self._settle()
                    self._link = self._links()
                return
        raise NotTheQuestion(item_id)

    def _place(self, item_id: str) -> tuple[int, int]:
        """The row of the posterior and the place in the bank."""
        item = self.bank.index.get(item_id)
        row = None if item is None else self._row.get(self.bank.facts[item].competence_index)
        if item is None or row is None:
            raise NotTheQuestion(item_id)
        return row, item

    def _take(self, answered: Answered) -> None:
        """Put an item behind the candidate."""
        row, item = self._place(answered.item_id)
        shelf, alive = self._shelves[row], self._alive[row]
        siblings = alive & (shelf.family == self.bank.tables.family[item])
        if not np.logical_or.reduce(siblings):
            raise NotTheQuestion(answered.item_id)
        alive ^= siblings
        self._left[row] -= 1
        if answered.neutralised_after == len(self._history):
            self._pace.spend(answered.seconds)
        else:
            self._counted += 1
            self._asked[row] += 1
            self._pace.record(self.bank.facts[item].expected_seconds, answered.seconds)
            self.posterior.add(row, item, answered.correct)
        self._history.append(answered)
        self._neutralised |= answered.neutralised_after is not None
        self._link = self._next_link(self._link, len(self._history) - 1)
        self._pending = None
        self._settle()

    def _neutralised_at(self, shown: int) -> list[Answered]:
        if not self._neutralised:
            return []
        return [one for one in self._history[:shown] if one.neutralised_after == shown]

    def _settle(self) -> None:
        """Take back the responses that were neutralised just here."""
        for answered in self._neutralised_at(len(self._history)):
            row, item = self._place(answered.item_id)
            self.posterior.subtract(row, item, answered.correct)

    def _next_link(self, link: bytes, place: int) -> bytes:
        """The chain after the item at this place, and after what was neutralised just then."""
        one = self._history[place]
        told = f"{one.item_id}|{int(one.correct)}|{one.seconds}|{int(one.neutralised_after == place)}"
        link = hashlib.sha256(link + told.encode()).digest()
        for earlier in self._neutralised_at(place + 1):
            link = hashlib.sha256(link + f"neutralised|{earlier.item_id}".encode()).digest()
        return link

    def _first_link(self) -> bytes:
        return hashlib.sha256(f"{self.bank.digest}|{self.spec.digest()}".encode()).digest()

    def _links(self) -> bytes:
        link = self._first_link()
        for place in range(len(self._history)):
            link = self._next_link(link, place)
        return link

    @classmethod
    def resume(cls, bank: PublishedBank, spec: AssemblySpec, history: Sequence[Answered]) -> "Assembly":
        """The test as it stands after these responses, rebuilt without choosing anything again."""
        assembly = cls(bank, spec)
        for answered in history:
            assembly._take(answered)
        return assembly

    def report(self) -> Scores:
        """Levels, bands and evidence from the responses so far."""
        return score(self.bank, self.spec, self._history)


def next_together(assemblies: Sequence[Assembly]) -> list[Choice | None]:
    """The question that each candidate is asked now: what `next` of each gives, at a fraction of its cost.

    No assembly comes twice.
    """
    waiting: dict[int, list[tuple[Assembly, list[int]]]] = {}
    for assembly in assemblies:
        rows = assembly.open_rows()
        if rows:
            waiting.setdefault(id(assembly.bank), []).append((assembly, rows))
    for of_one_bank in waiting.values():
        for start in range(0, len(of_one_bank), AT_ONCE):
            _choose(of_one_bank[start : start + AT_ONCE])
    return [assembly.pending for assembly in assemblies]


def _choose(waiting: Sequence[tuple[Assembly, list[int]]]) -> None:
    """Choose the competence among the open rows, then the item; the assemblies are of one bank."""
    bank = waiting[0][0].bank
    posteriors = [assembly.posterior for assembly, _ in waiting]
    refresh(bank, posteriors)
    known = marginals(posteriors, bank.selection.by_level)
    told = virtual_gains(known, bank.selection.virtual).tolist()
    choosers = [
        assembly.chooser(_most_telling(rows, gains))
        for (assembly, rows), gains in zip(waiting, told, strict=True)
    ]
    drawn = draw_items(bank, known, choosers)
    for (assembly, _), chooser, one in zip(waiting, choosers, drawn, strict=True):
        assembly.seal(chooser.row, one)


def _most_telling(rows: Sequence[int], gains: Sequence[float]) -> int:
    """The row of the highest gain, the first of equals."""
    return max(rows, key=gains.__getitem__)


def replay(
    bank: PublishedBank,
    spec: AssemblySpec,
    history: Sequence[Answered],
    recorded: Sequence[Choice] | None = None,
) -> tuple[Choice, ...]:
    """Assemble the test again from its responses; ReplayDiffers tells the first choice that is another."""
    assembly = Assembly(bank, spec)
    choices: list[Choice] = []
    for place, answered in enumerate(history):
        choice = assembly.next()
        expected = None if recorded is None else recorded[place]
        if (
            choice is None
            or choice.item_id != answered.item_id
            or (expected is not None and choice != expected)
        ):
            raise ReplayDiffers(place + 1, expected or answered.item_id, choice)
        choices.append(choice)
        if answered.neutralised_after == place:
            assembly.neutralise(answered.item_id, answered.seconds)
        else:
            assembly.record(answered.item_id, answered.correct, answered.seconds)
        for earlier in history[: place + 1]:
            if earlier.neutralised_after == place + 1:
                assembly.neutralise(earlier.item_id)
    return tuple(choices)
