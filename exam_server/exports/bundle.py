"""The session bundle: results, log, contents and bank in one file, of which every byte counts.

What binds each member: the results are signed; they name the log's head and the digests of README.txt
and bank.json; the checkpoint signs the root over the log; each entry of the log names the salted hash of its
content; a content may be absent only if a signed statement says that it was erased; the last entry names what
is signed; the timestamp is over the checkpoint; the keys name themselves by their thumbprint.
See docs/bundle-format.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from exam_server.exports.bundle_readme import README, readme_with
from exam_server.exports.container import pack
from exam_server.signing.base64url import b64u, b64u_decode
from exam_server.signing.canonical import JSON, canonical, read_canonical
from exam_server.signing.chain import SALT_BYTES, Entry, entry_line
from exam_server.signing.errors import CanonicalError
from exam_server.signing.wording import N_

RESULTS_TYP = "passation-results+jws"
ERASURES_TYP = "passation-erasures+jws"
VERSION = 2
ERASURES_VERSION = 1

README_FILE = "README.txt"
KEYS_FILE = "jwks.json"
KEY_SET_FILE = "keys.jws"
RESULTS_FILE = "results.jws"
LOG_FILE = "log.jsonl"
CHECKPOINT_FILE = "checkpoint.txt"
TIMESTAMP_FILE = "timestamp.tsr"
CONTENTS_FILE = "contents.jsonl"
ERASURES_FILE = "erasures.jws"
BANK_FILE = "bank.json"

# The order of the members, and the most that a reader takes in of each.
CAPS: Mapping[str, int] = {
    README_FILE: 1 << 16,
    KEYS_FILE: 1 << 14,
    KEY_SET_FILE: 1 << 20,
    RESULTS_FILE: 1 << 23,
    LOG_FILE: 1 << 27,
    CHECKPOINT_FILE: 1 << 16,
    TIMESTAMP_FILE: 1 << 16,
    CONTENTS_FILE: 1 << 27,
    ERASURES_FILE: 1 << 23,
    BANK_FILE: 1 << 25,
}
LONGEST_LINE = 1 << 20
LARGEST_BUNDLE = sum(CAPS.values()) + (1 << 12)
OPTIONAL = frozenset({KEY_SET_FILE, TIMESTAMP_FILE, ERASURES_FILE})
DIGESTED = (BANK_FILE, README_FILE)


@dataclass(frozen=True)
class Content:
    """What an entry of the log is about, personal or not, with the salt of its hash."""

    salt: bytes
    value: JSON


@dataclass(frozen=True)
class Proofs:
    """What shows anybody the log's state and age, and what the keys are worth.

    The signed note over the whole log; the timestamp of that note without its witnesses; the version of the
    published key set that names the bundle's keys.
    """

    checkpoint: str
    token: bytes | None = None
    key_set: str | None = None


@dataclass(frozen=True)
class Bundle:
    """A bundle whose every part was found to hold."""

    results: Mapping[str, JSON]
    entries: tuple[Entry, ...]
    contents: Mapping[int, Content]
    bank: JSON
    erased: frozenset[int]


def files_part(bank: JSON) -> dict[str, JSON]:
    """The member `files` that a results payload must have: the digests of what lies beside it."""
    return {
        BANK_FILE: sha256(canonical(bank)).hexdigest(),
        README_FILE: sha256(README.encode()).hexdigest(),
    }


def log_part(entries: int, head: str) -> dict[str, JSON]:
    """The member `log` that a results payload must have: where the log ends."""
    return {"entries": entries, "head": head}


def payload_digest(payload: Mapping[str, JSON]) -> str:
    """What the last entry of the log says of the payload: all of it but `log`, which that entry is itself in.

    So whatever proves the log's age proves the age of all that is signed.
    """
    return sha256(canonical({name: payload[name] for name in payload if name != "log"})).hexdigest()


def erasure_statement(session_id: str, head: str, erased: Iterable[int]) -> JSON:
    """The payload to sign (ERASURES_TYP) when contents were erased after the results were signed."""
    return {"v": ERASURES_VERSION, "session": session_id, "head": head, "erased": sorted(set(erased))}


def write_bundle(
    *,
    results: str,
    keys: JSON,
    entries: Iterable[Entry],
    contents: Mapping[int, Content],
    proofs: Proofs,
    bank: JSON,
    erasures: str | None = None,
) -> bytes:
    """The bytes of a bundle.

    `keys` is the key set of exactly the keys that signed: that of the results first, that of the log last. A
    content that is not given must be listed in `erasures`, or `verify_bundle` refuses the bundle.
    """
    members = {
        README_FILE: _signed_readme(results).encode(),
        KEYS_FILE: canonical(keys),
        RESULTS_FILE: results.encode("ascii"),
        LOG_FILE: b"".join(entry_line(entry) + b"\n" for entry in entries),
        CHECKPOINT_FILE: proofs.checkpoint.encode(),
        CONTENTS_FILE: b"".join(
            content_line(number, contents[number]) + b"\n" for number in sorted(contents)
        ),
        BANK_FILE: canonical(bank),
    }
    if erasures is not None:
        members[ERASURES_FILE] = erasures.encode("ascii")
    if proofs.token is not None:
        members[TIMESTAMP_FILE] = proofs.token
    if proofs.key_set is not None:
        members[KEY_SET_FILE] = proofs.key_set.encode("ascii")
    return pack(in_order(members))


def _signed_readme(results: str) -> str:
    """The text that was in force when these results were signed."""
    payload = read_canonical(b64u_decode(results.split(".")[1]))
    files = payload.get("files") if isinstance(payload, dict) else None
    return readme_with(files.get(README_FILE) if isinstance(files, dict) else None)


def in_order(members: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: members[name] for name in CAPS if name in members}


def content_line(number: int, content: Content) -> bytes:
    return canonical({"content": content.value, "number": number, "salt": b64u(content.salt)})


def read_content(line: bytes) -> tuple[int, Content]:
    """The number and the content of a line that `content_line` could have written."""
    value = read_canonical(line)
    if not isinstance(value, dict) or value.keys() != {"content", "number", "salt"}:
        raise CanonicalError("$", N_("le contenu n’a pas exactement les champs prévus"))
    number, salt = value["number"], value["salt"]
    if type(number) is not int or not isinstance(salt, str):
        raise CanonicalError("$", N_("le champ n’est pas du type prévu"))
    try:
        salt_bytes = b64u_decode(salt)
    except ValueError:
        salt_bytes = b""
    if len(salt_bytes) != SALT_BYTES:
        raise CanonicalError("$.salt", N_("le sel n’a pas {count} octets", count=SALT_BYTES))
    return number, Content(salt_bytes, value["content"])
