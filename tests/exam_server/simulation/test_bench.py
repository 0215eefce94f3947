"""The response bench runs from one command, and says what it is asked to say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_the_response_bench_measures_the_product_against_a_bare_route() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "scripts.bench.responses"),
            *("--rounds", "1", "--connections", "4", "--no-naive", "--port", "0"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shares = re.findall(r"share of a bare route: (\d\.\d+) \(aim 0\.40, at least 0\.20\)", done.stdout)
    assert len(shares) == 2
    assert all(0 < float(share) < 1 for share in shares)
