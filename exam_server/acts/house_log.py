"""The log of sessions, the whole server's: every opening and every version of results: none can vanish."""

from collections.abc import Iterator

from sqlmodel import col, select

from exam_server.domain.json import JSON
from exam_server.signing.canonical import canonical
from exam_server.signing.checkpoints import Checkpoint
from exam_server.signing.merkle import Frontier, leaf_hash
from exam_server.storage.columns import to_millis
from exam_server.storage.results_tables import HouseEntry, ResultsVersion
from exam_server.storage.tables import Session
from exam_server.storage.transaction import Reading, Transaction


def house_origin(host: str) -> str:
    """The name of the log of sessions."""
    return f"passation/{host}/sessions"


def keep_house_log(tx: Transaction) -> int:
    """Appends what happened to sessions and is not in the log of sessions yet; how many lines it grew by."""
    rows = list(tx.orm.scalars(select(HouseEntry).order_by(col(HouseEntry.number))))
    known = {(row.session_id, row.kind) for row in rows}
    number = len(rows)
    for kind, session_id, facts in sorted(_happened(tx), key=_order):
        if (session_id, kind) in known:
            continue
        number += 1
        line = canonical({"kind": kind, "number": number, "session": session_id, **facts}).decode()
        tx.orm.add(HouseEntry(number=number, session_id=session_id, kind=kind, line=line, at=tx.now))
    tx.orm.flush()
    return number - len(rows)


def _order(one: tuple[str, str, dict[str, JSON]]) -> tuple[int, str, str]:
    kind, session_id, facts = one
    at = facts["at_ms"]
    return at if isinstance(at, int) else 0, session_id, kind


def _happened(reading: Reading) -> Iterator[tuple[str, str, dict[str, JSON]]]:
    """Every opening, and every version of results that was signed, published or withdrawn."""
    for session in reading.orm.scalars(select(Session).where(col(Session.opened_at).is_not(None))):
        if session.opened_at is not None:
            yield "opened", session.id, {"at_ms": to_millis(session.opened_at)}
    for one in reading.orm.scalars(select(ResultsVersion).where(ResultsVersion.checkpoint != "")):
        sealed: dict[str, JSON] = {"checkpoint": one.checkpoint, "version": one.version}
        instants = {
            "finalised": one.finalised_at,
            "published": one.published_at,
            "withdrawn": one.withdrawn_at,
        }
        for kind, at in instants.items():
            if at is not None:
                yield f"{kind}-{one.version}", one.session_id, {**sealed, "at_ms": to_millis(at)}


def house_lines(reading: Reading) -> list[str]:
    """The lines of the log of sessions, in order."""
    return list(reading.orm.scalars(select(HouseEntry.line).order_by(col(HouseEntry.number))))


def house_checkpoint(reading: Reading, host: str) -> Checkpoint:
    """The log of sessions as it stands."""
    frontier = Frontier(leaf_hash(line.encode()) for line in house_lines(reading))
    return Checkpoint(house_origin(host), frontier.size, frontier.root())
