"""The finished session and its bundle that the tests of this folder look at."""

import pytest

from tests.exam_server.exports.support import Session, finished_session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return finished_session(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def bundle(session: Session) -> bytes:
    return session.written()
