"""Programs that others wrote and that check ours; where one is missing the test fails and names a package."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def needed(program: str, package: str) -> str:
    """Where the program is; a test without it would prove nothing, so it fails."""
    found = shutil.which(program)
    assert found, f"{program} is missing: apt-get install {package} (see scripts/lib/verifiers.sh)"
    return found


def runs(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None
) -> tuple[bool, str]:
    """Whether the program was content, and all that it said."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=120,
    )
    return done.returncode == 0, done.stdout + done.stderr
