"""How the head of a school confirmed a version: a text bound to the log and to the results, and its proof.

With a passkey the proof stands alone: its owner signed this very text. A password and a one-time code leave
no proof behind: that they were given is what the server says.
"""

from collections.abc import Mapping
from hashlib import sha256

from exam_server.exports.bundle import payload_digest
from exam_server.signing.assertions import check_assertion
from exam_server.signing.canonical import JSON, canonical
from exam_server.signing.checkpoints import Checkpoint, read_body
from exam_server.signing.errors import BrokenNote, BrokenSeal
from exam_server.signing.wording import N_, Wording, shown

STATEMENT = "passation/close/v1\n"
"""What a head confirms begins with this line: no other text of ours can be taken for it."""

PASSKEY, PASSWORD_AND_CODE = "passkey", "password_and_code"
_MEMBERS = frozenset({"results_sha256", "payload_sha256", "version", "head"})
_RESULTS = "results "
_LINES = 5


def statement_of(checkpoint: Checkpoint, results_sha256: str) -> str:
    """What the head confirms: the state of the log, and the results that follow from it."""
    return f"{STATEMENT}{checkpoint.body().decode()}{_RESULTS}{results_sha256}\n"


def is_origin_of(origin: str, session_id: str) -> bool:
    """Whether a log's name is that of this session's log, on whatever server."""
    first, _, rest = origin.partition("/")
    host, _, last = rest.partition("/")
    return first == "passation" and bool(host) and last == f"log/{session_id}"


def check_head_act(
    content: JSON, payload: Mapping[str, JSON], session_id: str, size: int, root: bytes
) -> tuple[Wording, bool]:
    """What the last entry's content proves of the head's act, and whether it proves it; BrokenSeal otherwise.

    `size` and `root` are those of the log before that entry.
    """
    if not isinstance(content, Mapping) or content.keys() != _MEMBERS:
        raise BrokenSeal(N_("la dernière entrée ne dit pas ce qui a été confirmé et signé"))
    _check_binds(content, payload)
    head = content["head"]
    if not isinstance(head, Mapping) or head.keys() != {"facts", "method", "statement"}:
        raise BrokenSeal(N_("la dernière entrée ne dit pas comment le chef d’établissement a confirmé"))
    statement, facts = head["statement"], head["facts"]
    if not isinstance(statement, str) or not isinstance(facts, Mapping):
        raise BrokenSeal(N_("la dernière entrée ne dit pas comment le chef d’établissement a confirmé"))
    _check_statement(statement, session_id, size, root, str(content["results_sha256"]))
    if head["method"] == PASSKEY:
        check_assertion(facts, statement)
        site = shown(str(facts["rp_id"]))
        return N_("confirmé avec une clé d’accès du site {site}, signature vérifiée", site=site), True
    if head["method"] == PASSWORD_AND_CODE:
        return N_(
            "confirmé par mot de passe et code à usage unique : c’est ce que dit le serveur, et rien ne le "
            "prouve à soi seul"
        ), False
    raise BrokenSeal(N_("cette façon de confirmer est inconnue"))


def _check_binds(content: Mapping[str, JSON], payload: Mapping[str, JSON]) -> None:
    """The entry names these results, and everything that is signed beside them."""
    said = {name: content[name] for name in ("results_sha256", "payload_sha256", "version")}
    found = {
        "results_sha256": sha256(canonical(payload.get("candidates"))).hexdigest(),
        "payload_sha256": payload_digest(payload),
        "version": payload.get("version"),
    }
    if canonical(said) != canonical(found):
        raise BrokenSeal(N_("la dernière entrée du journal n’est pas celle de ces résultats signés"))


def _check_statement(statement: str, session_id: str, size: int, root: bytes, digest: str) -> None:
    """The text is about the log just before the confirmation, of this session, and about these results."""
    lines = statement.split("\n")
    body = "".join(f"{line}\n" for line in lines[1 : _LINES - 1])
    try:
        confirmed = read_body(body.encode())
    except (BrokenNote, UnicodeEncodeError):
        raise BrokenSeal(N_("le texte confirmé n’est pas celui d’une clôture")) from None
    if not is_origin_of(confirmed.origin, session_id):
        raise BrokenSeal(N_("le texte confirmé est celui d’une autre session"))
    if statement != statement_of(Checkpoint(confirmed.origin, size, root), digest):
        raise BrokenSeal(N_("le texte confirmé n’est pas celui de ce journal et de ces résultats"))
