"""Saving imported pupils and profiles: matched by identifier within the centre, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlmodel import col, select

from exam_server.acts.identifiers import new_id
from exam_server.domain.roles import Person
from exam_server.imports.profiles import ProfileRow
from exam_server.imports.pupils import PupilRow
from exam_server.storage.tables import Pupil, PupilProfile
from exam_server.storage.transaction import Transaction


@dataclass(frozen=True)
class ImportOutcome:
    """How many rows were new, changed, the same; `left`: pupils no longer in the file, now inactive."""

    added: int
    updated: int
    unchanged: int
    left: int
    unknown: tuple[int, ...] = ()


def save_pupils(tx: Transaction, by: Person, rows: Sequence[PupilRow], *, complete: bool) -> ImportOutcome:
    """Adds and updates the centre's pupils.

    `complete` says that the file was whole: then pupils who are not in it become inactive, never deleted.
    After an import of the valid rows only, an absent pupil may just be an invalid row: nobody is touched.
    """
    known = {p.ine: p for p in tx.orm.scalars(select(Pupil).where(Pupil.centre_id == by.centre_id))}
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
    left = 0
    if complete:
        present = {row.ine for row in rows}
        for pupil in known.values():
            if pupil.active and pupil.ine not in present:
                pupil.active = False
                left += 1
    return ImportOutcome(added, updated, unchanged, left)


def unknown_pupils(tx: Transaction, by: Person, rows: Sequence[ProfileRow]) -> tuple[ProfileRow, ...]:
    """The rows whose identifier is no active pupil's of the centre."""
    pupils = _by_identifier(tx, by)
    return tuple(row for row in rows if (row.identifier_kind, row.identifier) not in pupils)


def save_profiles(tx: Transaction, by: Person, rows: Sequence[ProfileRow]) -> ImportOutcome:
    """Keeps each pupil's newest profile; a registered candidate keeps the one frozen at registration."""
    pupils = _by_identifier(tx, by)
    added = updated = unchanged = 0
    unknown: list[int] = []
    for row in rows:
        pupil_id = pupils.get((row.identifier_kind, row.identifier))
        if pupil_id is None:
            unknown.append(row.line)
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
    return ImportOutcome(added, updated, unchanged, 0, tuple(unknown))


def _by_identifier(tx: Transaction, by: Person) -> dict[tuple[str, str], str]:
    pupils = tx.orm.scalars(
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
