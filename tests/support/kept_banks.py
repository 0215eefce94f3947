"""Banks that tests make of the shipped items: read once, then kept as JSON until an item or the code changes.

A journey starts a server of its own, some more than once: reading the shipped files each time is seconds.
"""

import os
import tempfile
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import cast

import orjson

import question_bank
from question_bank.item_types.jsonvalues import Json
from question_bank.items import Bank

_SOURCES = ("*.py", "*.yaml")


def kept(name: str, make: Callable[[], Bank]) -> Bank:
    """The bank of this name, made at most once for these sources on this machine."""
    file = Path(tempfile.gettempdir()) / f"passation-tests-{name}-{_state_of_the_sources()}.json"
    if file.exists():
        return Bank.from_json(cast("Json", orjson.loads(file.read_bytes())))
    bank = make()
    written = file.with_suffix(f".{os.getpid()}")
    written.write_bytes(orjson.dumps(bank.to_json()))
    written.replace(file)  # two workers may write it at once: each sees a whole file
    return bank


@cache
def _state_of_the_sources() -> str:
    (package,) = question_bank.__path__
    roots = (Path(package), Path(__file__).parent)
    files = sorted(file for root in roots for pattern in _SOURCES for file in root.rglob(pattern))
    state = sha256()
    for file in files:
        state.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return state.hexdigest()[:24]
