"""Saving imported pupils and profiles: matched by identifier within the centre, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlmodel import col, select

from exam_server.acts.identifiers import new_id
from exam_server.domain.roles import Person
from exam_server.imports.profiles import ProfileRow
from exam_server.imports.pupils import PupilRow
from exam_server.storage.tables import Centre, Pupil, PupilProfile
from exam_server.storage.transaction import Reading, Transaction

FEW_LEAVE = 5
PERCENT_LEAVE = 10


@dataclass(frozen=True)
class ImportOutcome:
    """How many rows were new, changed, the same; `left`: pupils no longer in the file, now inactive.

    `unknown` are the lines of strangers. Where `saved` is false nothing was kept: strangers were not to be
    passed over, or nobody has confirmed that so many may be `left`.
    """

    added: int
    updated: int
    unchanged: int
    left: int
    unknown: tuple[int, ...] = ()
    saved: bool = True


def save_pupils(
    tx: Transaction, by: Person, rows: Sequence[PupilRow], *, complete: bool, confirm_left: bool = False
) -> ImportOutcome:
    """Adds and updates the centre's pupils.

    `complete` says that the file was whole: then pupils who are not in it become inactive, never deleted.
    After an import of the valid rows only, an absent pupil may just be an invalid row: nobody is touched.
    A whole file of one class alone would make all others inactive: where many would, somebody has to confirm.
    """
    _lock_centre(tx, by)
    known = {p.ine: p for p in tx.orm.scalars(select(Pupil).where(Pupil.centre_id == by.centre_id))}
    active = sum(1 for pupil in known.values() if pupil.active)
    present = {row.ine for row in rows}
    leaving = [pupil for pupil in known.values() if complete and pupil.active and pupil.ine not in present]
    if is_suspicious(len(leaving), active) and not confirm_left:
        return ImportOutcome(0, 0, 0, len(leaving), saved=False)
    added = updated = unchanged = 0
    for row in rows:
        pupil = known.get(row.ine)
        if pupil is None:
            tx.orm.add(
                Pupil.model_validate(
                    {"id": new_id(), "centre_id": by.centre_id, "active": True, **_fields(row)}
                )
            )
            added += 1
        elif _update(pupil, row):
            updated += 1
        else:
            unchanged += 1
    for pupil in leaving:
        pupil.active = False
    return ImportOutcome(added, updated, unchanged, len(leaving))


def is_suspicious(leaving: int, active: int) -> bool:
    """More pupils gone than leave a school between two imports: the file may be of one class alone."""
    return leaving > FEW_LEAVE and leaving * 100 > active * PERCENT_LEAVE


def save_profiles(
    tx: Transaction, by: Person, rows: Sequence[ProfileRow], *, known_alone: bool = True
) -> ImportOutcome:
    """Keeps each pupil's newest profile; a registered candidate keeps the one frozen at registration.

    A row whose identifier is no active pupil's of the centre is a stranger's: passed over with `known_alone`,
    otherwise nothing is saved. Who is known and what is saved is one act: no other import comes between.
    """
    _lock_centre(tx, by)
    pupils = pupils_by_identifier(tx, by)
    known = [(pupils.get((row.identifier_kind, row.identifier)), row) for row in rows]
    unknown = tuple(row.line for pupil_id, row in known if pupil_id is None)
    if unknown and not known_alone:
        return ImportOutcome(0, 0, 0, 0, unknown, saved=False)
    added = updated = unchanged = 0
    for pupil_id, row in known:
        if pupil_id is None:
            continue
        levels, pix = orjson.dumps(row.levels).decode(), orjson.dumps(row.pix).decode()
        certifiable = sum(1 for level in row.levels if level >= 1)
        profile = tx.orm.get(PupilProfile, pupil_id)
        if profile is None:
            profile = PupilProfile(
                pupil_id=pupil_id, levels=levels, pix=pix, certifiable=certifiable, imported_at=tx.now
            )
            tx.orm.add(profile)
            added += 1
        elif (profile.levels, profile.pix) != (levels, pix):
            profile.levels, profile.pix, profile.certifiable = levels, pix, certifiable
            profile.imported_at = tx.now
            updated += 1
        else:
            unchanged += 1
    return ImportOutcome(added, updated, unchanged, 0, unknown)


def unknown_lines(reading: Reading, by: Person, rows: Sequence[ProfileRow]) -> tuple[int, ...]:
    """The lines whose identifier is no active pupil's of the centre; for a file that is not to be saved."""
    pupils = pupils_by_identifier(reading, by)
    return tuple(row.line for row in rows if (row.identifier_kind, row.identifier) not in pupils)


def _lock_centre(tx: Transaction, by: Person) -> None:
    """One import of a centre at a time: two that ran side by side would both add the same pupil."""
    tx.orm.get_one(Centre, by.centre_id, with_for_update=not tx.is_alone)


def pupils_by_identifier(reading: Reading, by: Person) -> dict[tuple[str, str], str]:
    """The centre's active pupils by ("ine", …) and ("local", …)."""
    pupils = reading.orm.scalars(
        select(Pupil).where(Pupil.centre_id == by.centre_id, col(Pupil.active).is_(True))
    ).all()
    found: dict[tuple[str, str], str] = {}
    for pupil in pupils:
        found["ine", pupil.ine] = pupil.id
        for local in (pupil.local_id, pupil.siecle_id):
            if local:
                found.setdefault(("local", local), pupil.id)
    return found


def _fields(row: PupilRow) -> dict[str, object]:
    return {
        "ine": row.ine,
        "siecle_id": row.siecle_id,
        "local_id": row.local_id,
        "family_name": row.family_name,
        "usual_name": row.usual_name,
        "given_name": row.given_names[0] if row.given_names else "",
        "other_given_names": ", ".join(row.given_names[1:]),
        "birth_date": row.birth_date,
        "sex": row.sex,
        "class_name": row.class_name,
        "mef": row.mef,
        "birth_commune": row.birth_commune,
        "birth_country": row.birth_country,
    }


def _update(pupil: Pupil, row: PupilRow) -> bool:
    changed = not pupil.active
    pupil.active = True
    for name, value in _fields(row).items():
        if getattr(pupil, name) != value:
            setattr(pupil, name, value)
            changed = True
    return changed
