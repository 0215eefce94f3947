"""How a pupil reads best: kept for the pupil. It is no fact of the exam, and no log has it."""

from exam_server.acts.entering import candidate_of_device
from exam_server.domain.comfort import Comfort
from exam_server.domain.json import JSON
from exam_server.storage.comfort_rows import keep_settings
from exam_server.storage.transaction import Transaction


def keep_comfort(tx: Transaction, token: str, settings: JSON) -> Comfort:
    """Keeps the settings of the candidate at this device: the last ones that came count.

    Raises InvalidInput for what is no such settings, and SignedOut.
    """
    comfort = Comfort.from_json(settings)
    candidate, _session = candidate_of_device(tx, token)
    keep_settings(tx, candidate.pupil_id, comfort)
    return comfort
