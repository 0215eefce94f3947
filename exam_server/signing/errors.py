"""Everything that signing refuses.

SigningError
├── CanonicalError      a value has no canonical form, or bytes are not in it
├── BrokenSeal          a signed statement does not hold
├── BrokenChain         a session's log does not follow from its first entry
├── BrokenRecord        what was sealed of a person cannot be opened
└── KeyProblem          the key folder cannot give what was asked
    ├── NoKey           no key for this use yet
    ├── LockedKey       the passphrase is missing or wrong
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


class BrokenRecord(SigningError):
    """Another secret, another row, or changed bytes."""


class KeyProblem(SigningError):
    """The key folder cannot give what was asked."""


class NoKey(KeyProblem):
    """No key for this use yet, or not the one that was named."""


class LockedKey(KeyProblem):
    """The passphrase is missing or wrong."""


class BrokenKeyFile(KeyProblem):
    """A key file is damaged, or readable by other accounts."""
