"""The finished session and its bundle that the tests of this folder look at, and who stamps it."""

import pytest

from tests.exam_server.exports.support import Session, Signers, finished_session, new_signers
from tests.exam_server.signing.support import NOW
from tests.support.clock import ManualClock
from tests.support.timestamp_authority import TimestampAuthority


@pytest.fixture(scope="session")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    return new_signers(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def session(signers: Signers) -> Session:
    return finished_session(signers)


@pytest.fixture(scope="session")
def bundle(session: Session) -> bytes:
    return session.written()


@pytest.fixture(scope="session")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> TimestampAuthority:
    """Stamps with the hour of its clock, which a test may set; it stands at NOW."""
    return TimestampAuthority(tmp_path_factory.mktemp("tsa"), ManualClock(NOW))
