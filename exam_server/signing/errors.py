"""Everything that signing refuses.

SigningError
├── CanonicalError      a value has no canonical form, or bytes are not in it
├── BrokenSeal          a signed statement does not hold
├── BrokenChain         a session's log does not follow from its first entry
├── BrokenProof         hashes do not lead from a leaf, or from an older root, to the root of a log
├── BrokenNote          a checkpoint is not what its signers would have signed
├── WitnessConflict     a witness remembers another state of the log than the one it is asked to follow
├── BrokenTimestamp     a timestamp is for something else, or from nobody who is trusted
├── BrokenRecord        what was sealed of a person cannot be opened
├── MistypedCode        this is no verification code, or not as it was printed
└── KeyProblem          the key folder cannot give what was asked
    ├── NoKey           no key for this use yet
    ├── LockedKey       the passphrase is missing or wrong
    ├── RevokedKey      a key that signs no more
    └── BrokenKeyFile   a key file is damaged or open to other accounts
"""

from exam_server.signing.wording import Wording


class SigningError(Exception):
    """A refusal that carries its sentence for a person."""

    def __init__(self, what: Wording) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return str(self.what)


class CanonicalError(SigningError):
    """`path` says where in the value, `$` being the whole."""

    def __init__(self, path: str, what: Wording) -> None:
        super().__init__(what)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} : {self.what}"


class BrokenSeal(SigningError):
    """The reason is in `what`; nothing of the statement may be believed."""


class BrokenChain(SigningError):
    """`number` is the first entry that does not hold."""

    def __init__(self, number: int, what: Wording) -> None:
        super().__init__(what)
        self.number = number


class BrokenProof(SigningError):
    """Entries were changed, or the proof was."""


class BrokenNote(SigningError):
    """Nothing that a note says may be believed."""


class WitnessConflict(SigningError):
    """`size` is how far the witness has seen the log grow."""

    def __init__(self, size: int, what: Wording) -> None:
        super().__init__(what)
        self.size = size


class BrokenTimestamp(SigningError):
    """The instant may not be believed."""


class BrokenRecord(SigningError):
    """Another secret, another row, or changed bytes."""


class MistypedCode(SigningError):
    """This is no verification code, or not as it was printed."""


class KeyProblem(SigningError):
    """The key folder cannot give what was asked."""


class NoKey(KeyProblem):
    """No key for this use yet, or not the one that was named."""


class LockedKey(KeyProblem):
    """The passphrase, or the code of a token, is missing or wrong."""


class RevokedKey(KeyProblem):
    """A revoked key signs no more, whoever still holds it."""


class BrokenKeyFile(KeyProblem):
    """A key file is damaged, or readable by other accounts."""
