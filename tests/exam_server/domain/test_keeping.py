"""The key for what a browser keeps: one attempt's own, wherever and whenever it is asked for."""

from exam_server.domain.keeping import keeping_key

SECRET = b"s" * 32


def test_it_is_the_same_at_every_computer_and_of_256_bits() -> None:
    key = keeping_key(SECRET, "session", "attempt")
    assert key == keeping_key(SECRET, "session", "attempt")
    assert len(bytes.fromhex(key)) == 32


def test_no_other_attempt_session_or_server_has_it() -> None:
    cases = [(SECRET, "session", "attempt"), (SECRET, "session", "another"), (SECRET, "another", "attempt")]
    cases += [(b"t" * 32, "session", "attempt"), (SECRET, "session\0attempt", ""), (SECRET, "", "session")]
    assert len({keeping_key(*case) for case in cases}) == len(cases)
