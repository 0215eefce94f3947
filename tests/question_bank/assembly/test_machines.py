"""The same tests on other threads, other BLAS kernels and other vector units: not one bit differs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.question_bank.assembly.fingerprint import fingerprint

ROOT = Path(__file__).parents[3]

# Sessions that were sat replay with these tables. If this changes, old sessions need the old engine.
KNOWN = "00a40f2af504ee62ba9b994d45f9308d90b9554a8b4dd524d7892fa06e2a0374"


@pytest.mark.parametrize(
    "surroundings",
    [
        {"OPENBLAS_NUM_THREADS": "1"},
        {"OPENBLAS_NUM_THREADS": "2"},
        {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"},
        {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": "X86_V4"},
    ],
    ids=["one thread", "two threads", "old processor", "middle-aged processor"],
)
def test_other_threads_and_processors_give_the_same_fingerprint(surroundings: dict[str, str]) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.question_bank.assembly.fingerprint"],
        cwd=ROOT,
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert result.stdout.strip() == KNOWN


def test_the_fingerprint_is_the_one_that_was_published() -> None:
    assert fingerprint() == KNOWN
