"""Where chance comes from: one secret a session, one seed a candidate, one generator that never changes."""

import hashlib
import hmac

import numpy as np
from numpy.typing import NDArray

MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB


def splitmix64(state: int) -> int:
    """One output of the splitmix64 generator (Steele, Lea, Flood 2014) for this state."""
    z = (state + _STEP) & MASK
    z = ((z ^ (z >> 30)) * _MIX_1) & MASK
    z = ((z ^ (z >> 27)) * _MIX_2) & MASK
    return z ^ (z >> 31)


def splitmix64_array(states: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The same for many states at once; unsigned arithmetic wraps, so that it is equal bit for bit."""
    z = states + np.uint64(_STEP)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(_MIX_1)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(_MIX_2)
    return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


def derive_seed(session_secret: bytes, session_id: str, candidate_id: str, bank_version: str) -> int:
    """The candidate's seed: nobody can predict it without the secret, anybody can check it with it."""
    digest = hmac.new(session_secret, digestmod=hashlib.sha256)
    for part in (session_id, candidate_id, bank_version):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)  # the length keeps "a|b" and "a", "b" apart
    return int.from_bytes(digest.digest()[:8], "big")
