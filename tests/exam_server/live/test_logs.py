"""What the server writes down for its operator names nobody and repeats nothing that was sent."""

import logging

import pytest

from exam_server.storage.queries import candidate_rows
from tests.exam_server.live.sockets import Served
from tests.support.room import a_running_room


async def test_no_log_names_a_person_or_a_code(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """A room with everything that goes wrong in one: slips, rubbish, refusals, strangers, a fault."""
    caplog.set_level(logging.INFO)
    room = await a_running_room(served.store, candidates=2)
    first, second = room.candidates
    staff, page = await served.signed_in(room.by), served.sitting(first.token)
    await page.post("/exam/responses", json={"position": 1, "content": "ma réponse secrète"})
    await page.post("/exam/responses", content=b'{"ma reponse secrete')
    await page.post("/exam/enter", json={"code": second.card})
    await page.post("/exam/enter", json={"code": "BCDFGHJK"})
    await page.post("/staff/sign-in", json={"email": "verveine@ecole.example", "password": "mot de passe"})
    await page.post("/exam/enter", content=b"x" * 300_000)
    await staff.post(
        f"/attempts/{first.id}/terminate", json={"reason": {"code": "medical", "note": "fièvre"}}
    )
    await staff.post(f"/attempts/{first.id}/pause", json={"reason": "infirmerie"})
    broken = await served.page(second.token)
    await broken.socket.send('{"type":"ma réponse secrète"}')
    await broken.closed()
    served.store.house.banks[served.store.house.bank_version] = None  # a fault that no rule foresees
    assert (await staff.get(f"/sessions/{room.session_id}/board.json")).status_code == 500
    assert (await served.sitting(second.token).get("/exam/state")).status_code == 500
    written = "\n".join(
        f"{record.getMessage()} {record.exc_text or ''}"
        for record in caplog.records
        if record.name.startswith(("exam_server", "uvicorn"))
    )
    assert "fault" in written
    assert "malformed" in written
    assert "too long" in written
    rows = await served.store.read(candidate_rows, room.session_id)
    people = {text for row in rows for text in (row.family_name, row.given_name, row.birth_date.isoformat())}
    sent = {"secrète", "secrete", "verveine", "mot de passe", "fièvre", "infirmerie", "BCDFGHJK"}
    tokens = {c.card for c in room.candidates} | {c.token for c in room.candidates}
    found = {text for text in people | sent | tokens if text in written}
    assert found == set()
