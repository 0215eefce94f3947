"""Setting the stage over the real interface: files imported, a session planned, a class registered."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from exam_server.app import BANK_FOLDER
from exam_server.demo.cast import HEAD_PASSWORD, Links
from exam_server.demo.school import (
    CLASSES,
    NOT_CERTIFIABLE_EVERY,
    PROFILES_FILE,
    PUPILS_ARCHIVE,
    write_school,
)
from exam_server.demo.server import DemoFailed
from exam_server.domain.roles import Role
from exam_server.imports.profiles import read_profiles
from exam_server.imports.pupils import read_pupils
from exam_server.simulation.answers import AnswerBook
from exam_server.simulation.browser import Browser, Patience
from exam_server.simulation.candidate import Conduct, SimulatedCandidate
from exam_server.simulation.mind import Mind, ability_at, drawn_ability
from exam_server.simulation.report import Tally
from exam_server.simulation.staff import AccommodationsOfficer, Head, Invigilator
from question_bank.item_types.jsonvalues import JsonObject
from question_bank.loading import load_bank

ROOM = "Mirabelle (démonstration)"
CLASS = CLASSES[0][0]
MOST_CANDIDATES = 120
Levels = tuple[int, ...]


@dataclass
class Staff:
    """The simulated colleagues, signed in."""

    head: Head
    invigilator: Invigilator
    officer: AccommodationsOfficer

    async def leave(self) -> None:
        """Closes their browsers."""
        for one in (self.head, self.invigilator, self.officer):
            await one.close()


@dataclass
class Stage:
    """A school on a running server, with one planned session."""

    url: str
    session_id: str
    session_code: str
    staff: Staff
    tally: Tally
    book: AnswerBook
    levels: dict[str, Levels]
    refused: int
    patience: Patience

    def candidate(self, name: str, code: str, conduct: Conduct, seed: int) -> SimulatedCandidate:
        """A simulated candidate whose abilities are around the pupil's own profile."""
        chance = Random(seed)  # noqa: S311 - plausible behaviour, nothing secret
        known = self.levels.get(name)
        ability = drawn_ability(chance) if known is None else ability_at(known, chance)
        browser = Browser(self.url, self.tally, self.patience, seed)
        return SimulatedCandidate(browser, code, Mind(self.book, ability, chance), conduct)


def pupils_for(candidates: int) -> int:
    """How big the invented school must be for one class to have exactly so many certifiable pupils."""
    size = certifiable = 0
    while certifiable < candidates:
        number = size * len(CLASSES) + 1
        certifiable += number % NOT_CERTIFIABLE_EVERY != 0
        size += 1
    return size * len(CLASSES)


async def set_stage(
    url: str, links: Links, folder: Path, candidates: int, patience: Patience | None = None
) -> Stage:
    """Signs the staff in, imports the school, plans a session and registers a class."""
    patience, tally = patience or Patience(), Tally()
    staff = Staff(
        Head(Browser(url, tally, patience), HEAD_PASSWORD),
        Invigilator(Browser(url, tally, patience)),
        AccommodationsOfficer(Browser(url, tally, patience)),
    )
    await staff.head.use_link(links[Role.HEAD][0])
    await staff.head.take_passkey()
    await staff.invigilator.use_link(links[Role.INVIGILATOR][0])
    await staff.officer.use_link(links[Role.ACCOMMODATIONS][0])
    write_school(folder, pupils_for(candidates))
    await _import(staff.head, "pupils", folder / PUPILS_ARCHIVE)
    await _import(staff.head, "profiles", folder / PROFILES_FILE)
    columns = max(6, -(-candidates // 20))
    session_id = await staff.head.plan(ROOM, "09:00", -(-candidates // columns), columns)
    registered = await staff.head.register(session_id, CLASS)
    if registered.get("registered") != candidates:
        raise DemoFailed(f"{registered.get('registered')} candidats inscrits au lieu de {candidates}.")
    refused = registered.get("refused")
    return Stage(
        url=url,
        session_id=session_id,
        session_code=await staff.head.code_of(session_id),
        staff=staff,
        tally=tally,
        book=AnswerBook(load_bank(BANK_FOLDER)),
        levels=_levels(folder),
        refused=len(refused) if isinstance(refused, list) else 0,
        patience=patience,
    )


async def _import(head: Head, what: str, path: Path) -> None:
    report: JsonObject = await head.import_file(what, path.name, path.read_bytes())
    if report.get("saved") is not True:
        raise DemoFailed(f"{path.name} n’a pas été importé : {report.get('problems')}")


def _levels(folder: Path) -> dict[str, Levels]:
    """Each pupil's levels by name, read from the very files that were imported."""
    pupils = read_pupils(PUPILS_ARCHIVE, (folder / PUPILS_ARCHIVE).read_bytes(), None)
    profiles = read_profiles(PROFILES_FILE, (folder / PROFILES_FILE).read_bytes())
    by_ine = {row.identifier: row.levels for row in profiles.rows}
    return {
        f"{row.family_name} {row.given_names[0]}": by_ine[row.ine]
        for row in pupils.rows
        if row.ine in by_ine and row.given_names
    }
