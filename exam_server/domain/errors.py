"""Every way in which a rule refuses, in the exam's words.

    Refusal
    ├── NotFound            no such thing, or not this person's
    ├── Forbidden           known, but this person may not, whatever the state
    ├── NotAllowed          this person may, but not as things stand
    ├── IllegalTransition   the state's table has no such move
    ├── InvalidInput        a value from outside cannot be taken
    ├── TooLate             the time allowed is over
    ├── Stopped             the clock is stopped
    ├── StalePosition       the response is for an item that is no longer in hand
    ├── SignedOut           nobody is signed in
    └── TooManyTries        wait before the next try

A refusal carries a `code`; `exam_server/web/errors.py` alone knows what is said and with which status.
"""

from collections.abc import Mapping


class Refusal(Exception):
    """A rule says no. `code` names the rule, `facts` are what the sentence needs."""

    code = "refused"

    def __init__(self, code: str | None = None, **facts: object) -> None:
        self.code = code or self.code
        self.facts: Mapping[str, object] = facts
        super().__init__(self.code)


class NotFound(Refusal):
    """No such thing, or it belongs to somebody else: the two are never told apart."""

    code = "not_found"


class Forbidden(Refusal):
    """The person is known, but may not do this, in whatever state things are."""

    code = "not_allowed"


class NotAllowed(Refusal):
    """The person may do this, but not as things stand: a rule beside the transition tables says no."""

    code = "not_now"


class IllegalTransition(Refusal):
    """The transition table of the thing has no such move from its present state."""

    code = "illegal_transition"


class InvalidInput(Refusal):
    """A value from outside cannot be taken; `problems` names each field and what to do."""

    code = "invalid_input"


class TooLate(Refusal):
    """The time allowed is over; both instants were recorded."""

    code = "too_late"


class Stopped(Refusal):
    """The candidate's clock is stopped: nothing is taken, nothing is lost."""

    code = "stopped"


class StalePosition(Refusal):
    """The response is for another item than the one in hand."""

    code = "stale_position"


class SignedOut(Refusal):
    """No valid login came with the request."""

    code = "signed_out"


class TooManyTries(Refusal):
    """Too many tries on one code or account: wait."""

    code = "too_many_tries"
