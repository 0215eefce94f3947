"""An invented school: its staff, and a class of pupils with profiles."""

from dataclasses import dataclass
from datetime import date

from exam_server.acts import pupils, staff
from exam_server.domain.roles import Person, Role
from exam_server.imports.profiles import PIX_PER_LEVEL, ProfileRow
from exam_server.imports.pupils import PupilRow
from exam_server.storage.transaction import Transaction
from question_bank.framework import COMPETENCES

CLASS = "3E A"
LEVELS = tuple(1 + place % 5 for place in range(len(COMPETENCES)))


@dataclass(frozen=True)
class School:
    """A centre's people: its head, the invigilator of the room, a colleague of another room, an officer."""

    centre_id: str
    head: Person
    invigilator: Person
    colleague: Person
    officer: Person


def found_school(tx: Transaction, number: int = 1) -> School:
    """Creates a centre and its staff; `number` keeps two schools apart."""
    centre_id = staff.add_centre(tx, f"099{number:04d}X", f"Collège des {number} Vergers")

    def person(name: str, *roles: Role) -> Person:
        email = f"{name.lower()}@ecole{number}.example"
        account_id = staff.add_account(tx, centre_id, email, name, frozenset(roles), None)
        return Person(account_id, centre_id, name, frozenset(roles))

    return School(
        centre_id,
        head=person("Garance", Role.HEAD),
        invigilator=person("Indigo", Role.INVIGILATOR),
        colleague=person("Turquoise", Role.INVIGILATOR),
        officer=person("Pervenche", Role.ACCOMMODATIONS),
    )


def pupil_row(number: int, class_name: str = CLASS) -> PupilRow:
    """A pupil of an import; the number makes name and identifiers."""
    return PupilRow(
        ine=f"{990000000 + number:09d}AA",
        siecle_id=str(1000 + number),
        local_id=f"L{number}",
        family_name=f"Démo-{number:03d}",
        usual_name=None,
        given_names=("Prunelle", "Cerise"),
        birth_date=date(2012, 3, 1 + number % 28),
        sex="F",
        class_name=class_name,
        mef=None,
        birth_commune=None,
        birth_country="100",
        line=number + 1,
    )


def profile_row(number: int, levels: tuple[int, ...] = LEVELS) -> ProfileRow:
    """The same pupil's profile."""
    pix = tuple(level * PIX_PER_LEVEL for level in levels)
    return ProfileRow(pupil_row(number).ine, "ine", levels, pix, number + 1, None)


def enrol(tx: Transaction, school: School, count: int, class_name: str = CLASS, first: int = 0) -> None:
    """Pupils with profiles, all certifiable, in one class."""
    numbers = range(first, first + count)
    rows = [pupil_row(number, class_name) for number in numbers]
    pupils.save_pupils(tx, school.head, rows, complete=False)
    tx.orm.flush()
    pupils.save_profiles(tx, school.head, [profile_row(number) for number in numbers])
